// Walls: the perimeters of a layer as paths, and the region they leave for infill.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "costengine/detail/process/beads.hpp"
#include "costengine/detail/process/layer_path.hpp"
#include "costengine/detail/process/offset_path.hpp"
#include "costengine/slice/offset.hpp"

namespace costengine::detail {

/// How deep below the outline the walls lie.
struct WallDepths {
  int count = 0;
  double shrink_mm = 0;    ///< the outline itself: elephant foot compensation
  double external_mm = 0;  ///< centre of the external perimeter
  double second_mm = 0;    ///< centre of the first inner perimeter
  double step_mm = 0;      ///< from one inner perimeter to the next
  double external_width_mm = 0;
  double fill_edge_mm = 0;     ///< where the walls end
  double fill_mm = 0;          ///< where infill begins: it overlaps the walls
  double fill_opening_mm = 0;  ///< a fill region thinner than twice this is left to the walls
  double pair_margin_mm = 0;   ///< classic: beyond its centre, half of a pair needs this much
  double flank_mm = 0;         ///< of the external bead beyond its spacing
  bool classic = false;        ///< beads keep their width; gaps are filled by thinner ones
  bool thin_walls = true;      ///< parts thinner than a bead are printed
  bool fill_gaps = true;
  double split = 0;  ///< share of a second bead at which one becomes two
  double add = 0;    ///< share of a bead at which a middle one is added

  WallDepths(const PrintSettings& print, const Beads& beads, bool first_layer) {
    const Bead& outer = beads[index(Role::kExternalPerimeter)];
    const Bead& inner = beads[index(Role::kPerimeter)];
    const Bead& solid = beads[index(Role::kSolidInfill)];
    count = print.perimeters;
    if (first_layer && print.raft_layers == 0) shrink_mm = print.elefant_foot_compensation_mm;
    shrink_mm -= print.xy_size_compensation_mm;
    external_width_mm = outer.width_mm;
    flank_mm = (outer.width_mm - outer.spacing_mm) / 2;
    external_mm = shrink_mm + outer.width_mm / 2;
    second_mm = external_mm + (outer.spacing_mm + inner.spacing_mm) / 2;
    step_mm = inner.spacing_mm;
    classic = print.perimeter_generator == PerimeterGenerator::kClassic;
    thin_walls = !classic || print.thin_walls;
    fill_gaps = print.gap_fill_enabled && print.gap_fill_speed_mm_per_s > 0;
    // Two beads may overlap by two fifths of their spacing, if thin walls are looked for at all.
    pair_margin_mm = print.thin_walls ? 0.3 * inner.spacing_mm : 0;
    split = std::clamp(2 * print.min_bead_width_mm / outer.width_mm - 1, 0.01, 0.99);
    add = std::clamp(print.min_bead_width_mm / inner.width_mm, 0.01, 0.99);
    fill_edge_mm = shrink_mm;
    fill_opening_mm = 0.5 * 1.05 * solid.spacing_mm;
    if (count > 0) {
      fill_edge_mm += (outer.width_mm - outer.spacing_mm) / 2 + outer.spacing_mm +
                      (count - 1) * inner.spacing_mm;
    }
    fill_mm = fill_edge_mm - (count > 0 ? print.infill_overlap_mm : 0);
    if (classic) {
      fill_opening_mm = 0.3 * solid.spacing_mm + (fill_edge_mm - fill_mm);
    } else if (count > 0) {
      // As long as no further bead fits in the middle, the walls widen instead.
      fill_opening_mm =
          std::max(fill_opening_mm, fill_edge_mm - fill_mm + add * inner.spacing_mm / 2);
    }
  }
  /// How many walls are looked for: in classic mode, one more is the gap that infill cannot reach.
  [[nodiscard]] int looked_for() const { return classic && fill_gaps ? count + 1 : count; }

  [[nodiscard]] double centre_mm(int wall) const {
    return wall == 0 ? external_mm : second_mm + (wall - 1) * step_mm;
  }
  /// Walls number `wall` lie in pairs where the part is at least twice this thick.
  [[nodiscard]] double pair_depth_mm(int wall) const {
    if (classic && wall == count) return fill_mm + fill_opening_mm;
    if (classic) return centre_mm(wall) + pair_margin_mm;
    if (wall == 0) return shrink_mm + external_width_mm * (1 + split) / 2;
    return shrink_mm + external_width_mm / 2 + step_mm * (2 * wall - 1 + split) / 2 + step_mm / 2;
  }
  /// Where it is thinner, a single one lies in the middle from here on.
  [[nodiscard]] double middle_depth_mm(int wall) const {
    if (classic) return centre_mm(wall) - step_mm * 0.4;
    return shrink_mm + external_width_mm + step_mm * (2 * wall - 2 + add) / 2;
  }
};

/// The walls of one outline.
struct Walls {
  std::vector<Point2> normals;      ///< of the outline's edges
  std::vector<EdgeShares> pairs;    ///< for each wall, the part of each edge along which it exists
  std::vector<EdgeShares> middles;  ///< from the second wall on: along which at least one exists
  double section_mm2 = 0;           ///< of the whole cross-section
  double ring_mm2 = 0;              ///< of what the walls have to cover
};

/// Appends the walls as pieces of path, inner ones first. Where the part is too thin for a pair,
/// the middle wall follows one of the two sides: the one whose edges point to the right.
class WallPaths {
 public:
  WallPaths(const Contours& contours, const Walls& walls, const WallDepths& depths,
            OffsetPath& path, PathStore& store)
      : contours_(contours), walls_(walls), depths_(depths), path_(path), store_(store) {}

  /// Length of external walls, and of it what is too thin for a pair.
  [[nodiscard]] double external_mm() const { return external_mm_; }
  [[nodiscard]] double alone_mm() const { return alone_mm_; }

  void add(const Beads& beads) {
    const std::size_t first_inner = store_.pieces.size();
    if (depths_.classic && depths_.fill_gaps) add_wall(depths_.count);
    for (int wall = depths_.count - 1; wall > 0; --wall) add_wall(wall);
    const std::size_t first_outer = store_.pieces.size();
    if (depths_.count > 0) add_wall(0);
    const std::size_t end = store_.pieces.size();

    const double outer = beads[index(Role::kExternalPerimeter)].spacing_mm;
    const double inner = beads[index(Role::kPerimeter)].spacing_mm;
    const double outer_mm2 = path_length(first_outer, end, Role::kExternalPerimeter) * outer;
    const double inner_mm2 = path_length(first_inner, first_outer, Role::kPerimeter) * inner;
    double outer_flow = 1, inner_flow = 1, gap_flow = 1;
    if (depths_.classic) {
      // What the perimeters leave is filled by thinner lines in the gaps.
      const double gaps_mm2 = path_length(first_inner, end, Role::kGapFill) * inner;
      if (gaps_mm2 > 0) {
        gap_flow = std::clamp((walls_.ring_mm2 - outer_mm2 - inner_mm2) / gaps_mm2, 0.2, 1.2);
      }
    } else if (inner_mm2 > 0.1 * outer_mm2) {
      // The beads fill the ring: inner ones widen or narrow, external ones only where alone.
      inner_flow = std::clamp((walls_.ring_mm2 - outer_mm2) / inner_mm2, 0.5, 1.6);
    } else if (outer_mm2 > 0) {
      outer_flow = std::clamp((walls_.ring_mm2 - inner_mm2) / outer_mm2, 0.45, 1.6);
    }
    for (std::size_t p = first_inner; p < end; ++p) {
      PathPiece& piece = store_.pieces[p];
      piece.flow = piece.role == Role::kGapFill ? gap_flow
                   : p < first_outer            ? inner_flow
                                                : outer_flow;
    }
  }

 private:
  /// What an edge carries of a wall.
  enum class Has : char { kNothing, kPair, kMiddle };

  /// Along how much of an edge the wall exists, at the least.
  static constexpr float kMostOfIt = 0.5F;

  /// What the edges [first, end) of a loop carry. Where a pair stops for a moment it goes on, and
  /// no wall is as short as it is wide.
  void find_edges(int wall, std::size_t first, std::size_t end) {
    const auto w = static_cast<std::size_t>(wall);
    const std::size_t n = end - first;
    has_.resize(n);
    lengths_.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t edge = first + i, next = i + 1 < n ? edge + 1 : first;
      const Point2 d = contours_.points[next] - contours_.points[edge];
      lengths_[i] = length(d);
      const float share = walls_.pairs[w][edge];
      if (share >= kMostOfIt) {
        has_[i] = Has::kPair;
      } else if (may_lie_alone(wall) && (wall == 0 || walls_.middles[w][edge] >= kMostOfIt) &&
                 right_side(d)) {
        has_[i] = Has::kMiddle;
      } else {
        has_[i] = Has::kNothing;
      }
    }
    const double short_mm = 2 * depths_.step_mm;
    if (wall == depths_.count) {  // beyond the last wall pairs are infill
      std::replace(has_.begin(), has_.end(), Has::kPair, Has::kNothing);
    }
    double pairs_mm = 0, all_mm = 0;
    for (std::size_t i = 0; i < n; ++i) {
      all_mm += lengths_[i];
      if (has_[i] == Has::kPair) pairs_mm += lengths_[i];
    }
    if (pairs_mm > all_mm / 2) {
      replace_short_runs([](Has h) { return h != Has::kPair; }, short_mm, Has::kPair);
    }
    replace_short_runs([](Has h) { return h != Has::kNothing; }, short_mm / 2, Has::kNothing);
  }

  /// Whether a single bead is printed where there is no room for a pair.
  [[nodiscard]] bool may_lie_alone(int wall) const {
    if (!depths_.classic) return true;
    return wall == 0 ? depths_.thin_walls : depths_.fill_gaps;
  }

  /// Runs of edges for which `is` holds become `by` if they are shorter than `least_mm`, unless
  /// they are the whole loop.
  template <class Is>
  void replace_short_runs(Is&& is, double least_mm, Has by) {
    const std::size_t n = has_.size();
    std::size_t start = n;
    for (std::size_t i = 0; i < n && start == n; ++i) {
      if (!is(has_[i])) start = i;
    }
    if (start == n) return;
    for (std::size_t k = 1; k < n;) {
      if (!is(has_[(start + k) % n])) {
        ++k;
        continue;
      }
      double run_mm = 0;
      std::size_t stop = k;
      for (; stop < n && is(has_[(start + stop) % n]); ++stop)
        run_mm += lengths_[(start + stop) % n];
      if (run_mm < least_mm) {
        for (std::size_t i = k; i < stop; ++i) has_[(start + i) % n] = by;
      }
      k = stop;
    }
  }
  [[nodiscard]] static bool right_side(Point2 direction) {
    return direction.x > 0 || (direction.x == 0 && direction.y > 0);
  }

  void add_wall(int wall) {
    if (wall == 0) find_thin_rings();
    const Role role = wall == 0 ? Role::kExternalPerimeter : Role::kPerimeter;
    for (std::size_t l = 0; l < contours_.loops(); ++l) {
      const std::size_t first = contours_.first[l], end = contours_.first[l + 1];
      const auto next = [&](std::size_t i) { return i + 1 < end ? i + 1 : first; };
      find_edges(wall, first, end);
      if (wall == 0 && thin_ring_[l] != 0) {
        has_.assign(end - first, thin_ring_[l] > 0 ? Has::kMiddle : Has::kNothing);
      }
      const auto kept = [&](std::size_t i) { return has_[i - first] != Has::kNothing; };
      std::size_t gap = end;
      for (std::size_t i = first; i < end; ++i) {
        if (!kept(i)) gap = i;
      }
      for (std::size_t i = 0; wall == 0 && i < has_.size(); ++i) {
        if (has_[i] == Has::kMiddle) alone_mm_ += lengths_[i];
        if (has_[i] != Has::kNothing) external_mm_ += lengths_[i];
      }
      const std::size_t before = store_.pieces.size();
      path_.clear();
      if (gap == end) {
        for (std::size_t i = first; i < end; ++i) add_edge(i, next(i), first, wall);
        end_path(role, true);
      } else {
        Role part = role;
        for (std::size_t k = 1; k <= end - first; ++k) {
          const std::size_t i = first + (gap - first + k) % (end - first);
          const Role own = has_[i - first] == Has::kMiddle && wall > 0 && depths_.classic
                               ? Role::kGapFill
                               : role;
          if (!kept(i) || own != part) end_path(part, false);
          part = own;
          if (kept(i)) add_edge(i, next(i), first, wall);
        }
        end_path(part, false);
      }
      label(before, l, wall);
    }
  }
  /// A ring too thin for two beads is one closed bead: its outer outline carries it, the hole
  /// nothing.
  void find_thin_rings() {
    thin_ring_.assign(contours_.loops(), 0);
    std::vector<std::size_t> outer, holes;
    for (std::size_t l = 0; l < contours_.loops(); ++l) {
      find_edges(0, contours_.first[l], contours_.first[l + 1]);
      if (std::find(has_.begin(), has_.end(), Has::kPair) != has_.end()) continue;
      (signed_area(contours_.loop(l)) > 0 ? outer : holes).push_back(l);
    }
    for (std::size_t k = 0; k < std::min(outer.size(), holes.size()); ++k) {
      thin_ring_[outer[k]] = 1;
      thin_ring_[holes[k]] = -1;
    }
  }
  /// A middle bead runs along the outline's own edge: the offset has turned it round.
  void add_edge(std::size_t i, std::size_t next, std::size_t first, int wall) {
    const bool pair = has_[i - first] == Has::kPair;
    path_.add(contours_.points[i], contours_.points[next], walls_.normals[i],
              pair ? depths_.centre_mm(wall) : 0);
  }
  void end_path(Role role, bool loop) {
    if (path_.join(loop)) {
      store_.begin_piece(role);
      path_.for_each_point([&](Point2 p) { store_.add(p); });
      store_.pieces.back().loop = loop;
      if (!loop) store_.end_piece();
    }
    path_.clear();
  }
  void label(std::size_t begin, std::size_t loop, int wall) {
    for (std::size_t p = begin; p < store_.pieces.size(); ++p) {
      store_.pieces[p].outline = static_cast<std::uint32_t>(loop);
      store_.pieces[p].wall = wall;
    }
  }
  [[nodiscard]] double path_length(std::size_t begin, std::size_t end, Role role) const {
    double sum = 0;
    for (std::size_t p = begin; p < end; ++p) {
      const PathPiece& piece = store_.pieces[p];
      if (piece.role != role) continue;
      const std::span<const Point2> points =
          std::span(store_.points).subspan(piece.begin, piece.end - piece.begin);
      sum += perimeter(points);
      if (!piece.loop) sum -= length(points.back() - points.front());
    }
    return sum;
  }

  const Contours& contours_;
  const Walls& walls_;
  const WallDepths& depths_;
  OffsetPath& path_;
  PathStore& store_;
  std::vector<Has> has_;
  std::vector<double> lengths_;
  double external_mm_ = 0, alone_mm_ = 0;
  std::vector<int> thin_ring_;  ///< per loop of the contours: 1 outside, -1 hole
};

}  // namespace costengine::detail
