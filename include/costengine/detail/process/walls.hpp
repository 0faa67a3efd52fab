// Walls: the perimeters of a layer as paths, and the region they leave for infill.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "costengine/detail/process/beads.hpp"
#include "costengine/detail/process/layer_path.hpp"
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
  double flank_mm = 0;         ///< of the external bead beyond its spacing
  double split = 0;            ///< share of a second bead at which one becomes two
  double add = 0;              ///< share of a bead at which a middle one is added

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
    split = std::clamp(2 * print.min_bead_width_mm / outer.width_mm - 1, 0.01, 0.99);
    add = std::clamp(print.min_bead_width_mm / inner.width_mm, 0.01, 0.99);
    fill_edge_mm = shrink_mm;
    fill_opening_mm = 0.5 * 1.05 * solid.spacing_mm;
    if (count > 0) {
      fill_edge_mm += (outer.width_mm - outer.spacing_mm) / 2 + outer.spacing_mm +
                      (count - 1) * inner.spacing_mm;
    }
    fill_mm = fill_edge_mm - (count > 0 ? print.infill_overlap_mm : 0);
  }
  [[nodiscard]] double centre_mm(int wall) const {
    return wall == 0 ? external_mm : second_mm + (wall - 1) * step_mm;
  }
  /// Walls number `wall` lie in pairs where the part is at least twice this thick.
  [[nodiscard]] double pair_depth_mm(int wall) const {
    if (wall == 0) return shrink_mm + external_width_mm * (1 + split) / 2;
    return shrink_mm + external_width_mm / 2 + step_mm * (2 * wall - 1 + split) / 2 + step_mm / 2;
  }
  /// Where it is thinner, a single one lies in the middle from here on.
  [[nodiscard]] double middle_depth_mm(int wall) const {
    return shrink_mm + external_width_mm + step_mm * (2 * wall - 2 + add) / 2;
  }
};

/// The walls of one outline.
struct Walls {
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
            OffsetEdges& edges, PathStore& store)
      : contours_(contours), walls_(walls), depths_(depths), edges_(edges), store_(store) {}

  void add(const Beads& beads) {
    const std::size_t first_inner = store_.pieces.size();
    for (int wall = depths_.count - 1; wall > 0; --wall) add_wall(wall);
    const std::size_t first_outer = store_.pieces.size();
    if (depths_.count > 0) add_wall(0);
    const std::size_t end = store_.pieces.size();

    // The beads fill the ring: inner ones widen or narrow, external ones only where alone.
    const double outer = beads[index(Role::kExternalPerimeter)].spacing_mm;
    const double inner = beads[index(Role::kPerimeter)].spacing_mm;
    const double outer_mm2 = path_length(first_outer, end) * outer;
    const double inner_mm2 = path_length(first_inner, first_outer) * inner;
    double outer_flow = 1, inner_flow = 1;
    if (inner_mm2 > 0.1 * outer_mm2) {
      inner_flow = std::clamp((walls_.ring_mm2 - outer_mm2) / inner_mm2, 0.8, 1.6);
    } else if (outer_mm2 > 0) {
      outer_flow = std::clamp((walls_.ring_mm2 - inner_mm2) / outer_mm2, 0.75, 1.6);
    }
    for (std::size_t p = first_inner; p < end; ++p) {
      store_.pieces[p].flow = p < first_outer ? inner_flow : outer_flow;
    }
  }

 private:
  /// What an edge carries of a wall.
  enum class Has { kNothing, kPair, kMiddle };

  [[nodiscard]] Has has(int wall, std::size_t edge) const {
    const auto w = static_cast<std::size_t>(wall);
    if (walls_.pairs[w][edge] >= 0.5F) return Has::kPair;
    if (wall > 0 && walls_.middles[w][edge] < 0.5F) return Has::kNothing;
    return Has::kMiddle;
  }
  [[nodiscard]] bool along(std::size_t edge, std::size_t next) const {
    return dot(edges_.end[edge] - edges_.start[edge],
               contours_.points[next] - contours_.points[edge]) > 0;
  }
  [[nodiscard]] static bool right_side(Point2 direction) {
    return direction.x > 0 || (direction.x == 0 && direction.y > 0);
  }

  void add_wall(int wall) {
    offset_edges(contours_, depths_.centre_mm(wall), edges_);
    const Role role = wall == 0 ? Role::kExternalPerimeter : Role::kPerimeter;
    for (std::size_t l = 0; l < contours_.loops(); ++l) {
      const std::size_t first = contours_.first[l], end = contours_.first[l + 1];
      const auto next = [&](std::size_t i) { return i + 1 < end ? i + 1 : first; };
      const auto kept = [&](std::size_t i) {
        const Has h = has(wall, i);
        return h == Has::kPair ||
               (h == Has::kMiddle && right_side(contours_.points[next(i)] - contours_.points[i]));
      };
      std::size_t gap = end;
      for (std::size_t i = first; i < end; ++i) {
        if (!kept(i)) gap = i;
      }
      if (gap == end) {
        store_.begin_piece(role);
        for (std::size_t i = first; i < end; ++i) {
          if (along(i, next(i))) store_.add(edges_.start[i]);
        }
        store_.pieces.back().loop = true;
        if (store_.pieces.back().end - store_.pieces.back().begin < 3) drop_piece();
        continue;
      }
      bool open = false;
      for (std::size_t k = 1; k <= end - first; ++k) {
        const std::size_t i = first + (gap - first + k) % (end - first);
        if (!kept(i)) {
          if (open) store_.end_piece();
          open = false;
          continue;
        }
        // A middle bead runs along the outline's own edge: the offset has turned it round.
        const bool pair = has(wall, i) == Has::kPair;
        if (pair && !along(i, next(i))) continue;
        const Point2 from = pair ? edges_.start[i] : contours_.points[i];
        const Point2 to = pair ? edges_.end[i] : contours_.points[next(i)];
        if (!open) {
          store_.begin_piece(role);
          store_.add(from);
          open = true;
        }
        store_.add(to);
      }
      if (open) store_.end_piece();
    }
  }
  void drop_piece() {
    store_.points.resize(store_.pieces.back().begin);
    store_.pieces.pop_back();
  }
  [[nodiscard]] double path_length(std::size_t begin, std::size_t end) const {
    double sum = 0;
    for (std::size_t p = begin; p < end; ++p) {
      const PathPiece& piece = store_.pieces[p];
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
  OffsetEdges& edges_;
  PathStore& store_;
};

}  // namespace costengine::detail
