// Walls: the perimeters of a layer as paths, and the region they leave for infill.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "costengine/detail/process/beads.hpp"
#include "costengine/detail/process/gaps.hpp"
#include "costengine/detail/process/layer_path.hpp"
#include "costengine/detail/process/offset_path.hpp"
#include "costengine/detail/process/wall_runs.hpp"
#include "costengine/slice/offset.hpp"

namespace costengine::detail {

/// How deep below the outline the walls lie.
struct WallDepths {
  int count = 0;
  double shrink_mm = 0;    ///< the outline itself: elephant foot compensation
  double external_mm = 0;  ///< centre of the external perimeter
  double second_mm = 0;    ///< centre of the first inner perimeter
  double step_mm = 0;      ///< from one inner perimeter to the next
  double external_width_mm = 0, external_spacing_mm = 0;
  double fill_edge_mm = 0;     ///< where the walls end
  double fill_mm = 0;          ///< where infill begins: it overlaps the walls
  double fill_opening_mm = 0;  ///< a fill region thinner than twice this is left to the walls
  double least_gap_mm = 0;     ///< classic: gaps that are thinner stay
  double pair_margin_mm = 0;   ///< classic: beyond its centre, half of a pair needs this much
  double flank_mm = 0;         ///< of the external bead beyond its spacing
  bool classic = false;        ///< beads keep their width; gaps are filled by thinner ones
  bool thin_walls = true;      ///< parts thinner than a bead are printed
  bool fill_gaps = true;
  double doubt_mm = 0;  ///< of a pair's depth, where it exists on both sides
  double least_mm = 0;  ///< what is thinner is not printed
  double least_bead_mm = 0;
  double split = 0;  ///< share of a second bead at which one becomes two
  double add = 0;    ///< share of a bead at which a middle one is added

  WallDepths(const PrintSettings& print, const Beads& beads, bool first_layer) {
    const Bead& outer = beads[index(Role::kExternalPerimeter)];
    const Bead& inner = beads[index(Role::kPerimeter)];
    const Bead& solid = beads[index(Role::kSolidInfill)];
    count = print.perimeters;
    if (first_layer) shrink_mm = print.elefant_foot_compensation_mm;
    shrink_mm -= print.xy_size_compensation_mm;
    external_width_mm = outer.width_mm;
    external_spacing_mm = outer.spacing_mm;
    flank_mm = (outer.width_mm - outer.spacing_mm) / 2;
    external_mm = shrink_mm + outer.width_mm / 2;
    second_mm = external_mm + (outer.spacing_mm + inner.spacing_mm) / 2;
    step_mm = inner.spacing_mm;
    classic = print.perimeter_generator == PerimeterGenerator::kClassic;
    thin_walls = !classic || print.thin_walls;
    fill_gaps = print.gap_fill_enabled && print.gap_fill_speed_mm_per_s > 0;
    // Two beads may overlap by two fifths of their spacing, if thin walls are looked for at all.
    pair_margin_mm = print.thin_walls ? 0.3 * inner.spacing_mm : 0;
    least_bead_mm = print.min_bead_width_mm;
    least_gap_mm = 0.12 * inner.width_mm;
    split = std::clamp(2 * print.min_bead_width_mm / outer.width_mm - 1, 0.01, 0.99);
    add = std::clamp(print.min_bead_width_mm / inner.width_mm, 0.01, 0.99);
    least_mm = print.min_feature_size_mm;
    if (!classic) doubt_mm = print.wall_transition_filter_deviation_mm / 2;
    fill_edge_mm = shrink_mm;
    fill_opening_mm = 0.5 * 1.05 * solid.spacing_mm;
    if (count > 0) {
      fill_edge_mm += (outer.width_mm - outer.spacing_mm) / 2 + outer.spacing_mm +
                      (count - 1) * inner.spacing_mm;
    }
    fill_mm = fill_edge_mm - (count > 0 ? print.infill_overlap_mm : 0);
    if (classic) {
      fill_opening_mm = 0.3 * solid.spacing_mm;
    } else if (count > 0) {
      // As long as no further bead of full width fits in the middle, the walls widen instead.
      fill_opening_mm =
          std::max(fill_opening_mm, fill_edge_mm - fill_mm + (inner.spacing_mm - 0.01) / 2);
    }
  }
  /// How many walls are looked for: in classic mode, one more is the gap that infill cannot reach.
  [[nodiscard]] int looked_for() const {
    return classic && fill_gaps && count > 0 ? count + 1 : count;
  }

  [[nodiscard]] double centre_mm(int wall) const {
    return wall == 0 ? external_mm : second_mm + (wall - 1) * step_mm;
  }
  /// Walls number `wall` lie in pairs where the part is at least twice this thick.
  [[nodiscard]] double pair_depth_mm(int wall) const {
    if (classic) return centre_mm(wall) + pair_margin_mm;
    if (wall == 0) return shrink_mm + flank_mm + external_spacing_mm * (1 + split) / 2;
    return inner_edge_mm() + step_mm * (2 * wall - 1 + split) / 2;
  }
  /// Where it is thinner, a single one lies in the middle from here on.
  [[nodiscard]] double middle_depth_mm(int wall) const {
    // Between this and a flank more only dots are printed; they take about as long as lines would.
    if (wall == 0) return shrink_mm + least_mm / 2;
    if (classic) return gap_edge_mm(wall) + least_gap_mm / 2;
    return inner_edge_mm() + step_mm * (2 * wall - 2 + add) / 2;
  }
  /// Where the external perimeter's spacing ends.
  [[nodiscard]] double inner_edge_mm() const { return shrink_mm + flank_mm + external_spacing_mm; }
  /// Classic: what lies deeper than this, and is too thin for wall number `wall`, is a gap.
  [[nodiscard]] double gap_edge_mm(int wall) const {
    return (centre_mm(wall - 1) + centre_mm(wall)) / 2;
  }
  [[nodiscard]] WallRuns::Rules run_rules(int wall) const {
    return {2 * step_mm, kMeeting * step_mm, pair_depth_mm(wall), alone_mm(wall)};
  }
  /// Ends of a wall this many steps apart meet.
  static constexpr double kMeeting = 2.5;
  /// Where that one lies, about.
  [[nodiscard]] double alone_mm(int wall) const {
    return (middle_depth_mm(wall) + pair_depth_mm(wall)) / 2;
  }
};

/// What the walls of one outline have to cover.
struct Walls {
  std::vector<Point2> normals;  ///< of the outline's edges
  std::vector<char> settled;    ///< edges along which all walls exist; none: all do
  double section_mm2 = 0;       ///< of the whole cross-section
  double ring_mm2 = 0;          ///< of what the walls have to cover
};

/// For each wall, the parts of an outline's edges
struct WallSpans {
  std::vector<EdgeSpans> pairs;    ///< along which it may exist,
  std::vector<EdgeSpans> sure;     ///< along which it does without regard to its neighbourhood,
  std::vector<EdgeSpans> middles;  ///< and along which at least one bead does
};

inline bool all_hold(const EdgeShares& shares) {
  return std::all_of(shares.begin(), shares.end(),
                     [](float share) { return share > kSettledShare; });
}

/// The rows in which spans are looked for: nearer to each other than those of the masks, most so in
/// small models, whose details are small.
inline BitGrid rows_of_spans(BitGrid grid) {
  constexpr int kRows = 800, kFewest = 2, kMost = 8;  // the latter, for each of the grid's
  const int times = std::clamp(kRows / std::max(1, grid.rows), kFewest, kMost);
  grid.pixel_mm /= times;
  grid.rows *= times;
  grid.words = (grid.words - 2) * times + 2;
  return grid;
}

/// The spans of the innermost wall to wall number `outermost`: what bounds a region deep inside
/// bounds the shallower ones as well. Cost: up to three scans a wall of the edges that are not
/// settled.
inline void find_spans(const Contours& contours, const Walls& walls, const WallDepths& depths,
                       int outermost, const BitGrid& grid, ScanScratch& scratch, WallSpans& spans) {
  const auto count = static_cast<std::size_t>(depths.looked_for());
  for (std::vector<EdgeSpans>* list : {&spans.pairs, &spans.sure, &spans.middles}) {
    list->resize(count);
    for (EdgeSpans& s : *list) s.whole = true, s.spans.clear();
  }
  if (walls.settled.empty()) return;
  const BitGrid rows = rows_of_spans(grid);
  scratch.settled = walls.settled;
  scratch.edges.round = !depths.classic;
  EdgeShares& shares = scratch.shares;
  for (int wall = depths.looked_for() - 1; wall >= outermost; --wall) {
    const auto w = static_cast<std::size_t>(wall);
    const auto scan = [&](double depth_mm, EdgeSpans& found) {
      scan_unsettled(contours, walls.normals, depth_mm, rows, shares, found, scratch);
      settle(shares, scratch);
    };
    scan(depths.pair_depth_mm(wall), spans.sure[w]);
    if (wall < depths.count && all_hold(shares)) return;
    scan(depths.pair_depth_mm(wall) - depths.doubt_mm, spans.pairs[w]);
    scan(depths.middle_depth_mm(wall), spans.middles[w]);
  }
}

struct WallScratch {
  ScanScratch scan;
  WallSpans spans;
  const Walls* spans_of = nullptr;  ///< whose spans they are
  OffsetPath path;
  WallRuns runs;
  GapWidths gaps;
  std::vector<char> done;
};

/// Appends the walls as pieces of path, inner ones first. Where the part is too thin for a pair,
/// the middle wall follows one of the two sides: the one whose edges point to the right.
class WallPaths {
 public:
  WallPaths(const Contours& contours, const Walls& walls, const WallSpans& spans,
            const WallDepths& depths, WallScratch& scratch, PathStore& store)
      : contours_(contours),
        walls_(walls),
        spans_(spans),
        depths_(depths),
        path_(scratch.path),
        runs_(scratch.runs),
        gaps_(scratch.gaps),
        done_(scratch.done),
        store_(store) {}

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
    if (depths_.classic) return;  // beads keep their width

    const double outer = beads[index(Role::kExternalPerimeter)].spacing_mm;
    const double inner = beads[index(Role::kPerimeter)].spacing_mm;
    const double outer_mm2 = path_length(first_outer, end, Role::kExternalPerimeter) * outer;
    const double inner_mm2 = path_length(first_inner, first_outer, Role::kPerimeter) * inner;
    double outer_flow = 1, inner_flow = 1;
    if (inner_mm2 > 0.1 * outer_mm2) {
      // The beads fill the ring: inner ones widen or narrow, external ones only where alone.
      inner_flow = std::clamp((walls_.ring_mm2 - outer_mm2) / inner_mm2, 0.5, 1.6);
    } else if (outer_mm2 > 0) {
      // A bead that is alone has no flank beyond its spacing, and is as wide as a bead must be.
      const double thickness_mm = single_mm_ > 0 ? single_mm2_ / single_mm_ : 0;
      const double widened =
          thickness_mm > 0 ? std::max(1.0, depths_.least_bead_mm / thickness_mm) : 1;
      const double alone_mm2 =
          (walls_.ring_mm2 - inner_mm2 + 2 * depths_.flank_mm * alone_mm_) * widened;
      outer_flow = std::clamp(alone_mm2 / outer_mm2, 0.45, 1.6);
    }
    for (std::size_t p = first_inner; p < end; ++p) {
      store_.pieces[p].flow = p < first_outer ? inner_flow : outer_flow;
    }
  }

 private:
  /// Whether a single bead is printed where there is no room for a pair.
  [[nodiscard]] bool may_lie_alone(int wall) const {
    if (!depths_.classic) return true;
    return wall == 0 ? depths_.thin_walls : depths_.fill_gaps;
  }
  [[nodiscard]] static bool right_side(Point2 direction) {
    return direction.x > 0 || (direction.x == 0 && direction.y > 0);
  }
  [[nodiscard]] Point2 next_point(std::size_t loop, std::uint32_t edge) const {
    return contours_
        .points[edge + 1 < contours_.first[loop + 1] ? edge + 1 : contours_.first[loop]];
  }

  void add_wall(int wall) {
    const auto w = static_cast<std::size_t>(wall);
    const Role role = wall == 0 ? Role::kExternalPerimeter : Role::kPerimeter;
    const bool beyond = wall == depths_.count;  // classic: beyond the last wall pairs are infill
    if (spans_.pairs[w].whole && spans_.sure[w].whole) {
      if (!beyond) add_whole_loops(wall, role);
      return;
    }
    runs_.find(contours_, walls_.normals, spans_.pairs[w], spans_.sure[w], spans_.middles[w],
               depths_.run_rules(wall),
               [&](Point2 along) { return may_lie_alone(wall) && right_side(along); });
    const std::vector<WallRun>& runs = runs_.runs();
    if (wall == 0) measure(runs);
    done_.assign(runs.size(), 0);
    if (wall > 0 || !depths_.classic) {
      const bool any_alone = std::any_of(
          runs.begin(), runs.end(), [](const WallRun& run) { return run.has == Has::kMiddle; });
      if (any_alone) gaps_.find(contours_, runs_);
      for (std::size_t r = 0; any_alone && !depths_.classic && r < runs.size(); ++r) {
        if (wall == 0 && runs[r].has == Has::kMiddle && is_wedge(runs[r], wall)) done_[r] = 1;
      }
    }
    for (std::size_t r = 0; r < runs.size(); ++r) {
      const bool alone = runs[r].has == Has::kMiddle;
      if (runs[r].has == Has::kNothing || done_[r] || (beyond && !alone)) continue;
      add_chain(r, wall, alone && wall > 0 && depths_.classic ? Role::kGapFill : role);
    }
  }

  /// Whether the two sides of a run are far from parallel: Arachne puts no single bead there.
  [[nodiscard]] bool is_wedge(const WallRun& run, int wall) const {
    double wedge_mm = 0;
    for (std::size_t k = 0; k < run.count; ++k) {
      const EdgeSpan& span = runs_.part(run, k).span;
      const OutlineEdge edge = outline_edge(contours_, run.loop, span.edge);
      const Point2 middle = edge.from + edge.along * ((span.from_mm + span.to_mm) / 2);
      const GapWidths::Opposite other =
          gaps_.opposite(middle, walls_.normals[span.edge], 4 * depths_.pair_depth_mm(wall));
      const double sine = cross(edge.along, other.along);
      if (dot(other.along, other.along) == 0 ||
          sine * sine > 0.0302 * dot(other.along, other.along)) {
        wedge_mm += span.to_mm - span.from_mm;
      }
    }
    return wedge_mm > run.length_mm / 2;
  }

  /// The path of run `r` and all that it is linked to.
  void add_chain(std::size_t r, int wall, Role role) {
    const std::vector<WallRun>& runs = runs_.runs();
    // Back to where it begins, or round.
    std::size_t entry = 2 * r;
    while (runs_.partner(entry) != WallRuns::kNone) {
      entry = runs_.partner(entry) ^ 1U;
      if (entry == 2 * r) break;
    }
    const std::size_t first = entry;
    bool round = runs[r].closed;
    for (;;) {
      done_[entry / 2] = 1;
      add_run(runs[entry / 2], entry % 2 != 0, wall);
      entry = runs_.partner(entry ^ 1U);
      if (entry == WallRuns::kNone) break;
      if (entry == first) {
        round = true;
        break;
      }
    }
    const std::size_t before = store_.pieces.size();
    end_path(role, round, runs[r].loop, wall);
    if (wall > 0 && store_.pieces.size() > before) {
      store_.pieces.back().alone = runs[r].has == Has::kMiddle;
    }
  }

  void add_whole_loops(int wall, Role role) {
    for (std::size_t l = 0; l < contours_.loops(); ++l) {
      for (std::uint32_t i = contours_.first[l]; i < contours_.first[l + 1]; ++i) {
        const Point2 a = contours_.points[i], b = next_point(l, i);
        if (wall == 0) external_mm_ += length(b - a);
        path_.add(a, b, walls_.normals[i], depths_.centre_mm(wall));
      }
      end_path(role, true, l, wall);
    }
  }

  void measure(const std::vector<WallRun>& runs) {
    for (const WallRun& run : runs) {
      if (run.has == Has::kMiddle) alone_mm_ += run.length_mm;
      if (run.has != Has::kNothing) external_mm_ += run.length_mm;
    }
  }

  void add_run(const WallRun& run, bool reversed, int wall) {
    const double depth_mm = run.has == Has::kPair ? depths_.centre_mm(wall) : alone_mm(wall);
    for (std::size_t k = 0; k < run.count; ++k) {
      const EdgeSpan& span = runs_.part(run, reversed ? run.count - 1 - k : k).span;
      const Point2 a = contours_.points[span.edge], d = next_point(run.loop, span.edge) - a;
      const double l = length(d);
      Point2 from = a + d * (span.from_mm / l), to = a + d * (span.to_mm / l);
      if (reversed) std::swap(from, to);
      path_.add(from, to, walls_.normals[span.edge], depth_mm);
      if (run.has != Has::kMiddle) continue;
      const Point2 normal = walls_.normals[span.edge];
      if (depths_.classic && wall > 0) {
        add_gap(from, to, normal, wall);
      } else if (!depths_.classic && wall == 0) {
        single_mm_ += length(to - from);
        single_mm2_ +=
            length(to - from) * gaps_.at((from + to) * 0.5, normal, 2 * depths_.pair_depth_mm(0));
      }
    }
    if (!run.closed) path_.cut();
  }
  void add_gap(Point2 from, Point2 to, Point2 normal, int wall) {
    const double most_mm = 2 * depths_.pair_depth_mm(wall), l = length(to - from);
    const double thickness_mm = gaps_.at((from + to) * 0.5, normal, most_mm);
    const double gap_mm = thickness_mm - 2 * depths_.gap_edge_mm(wall);
    length_mm_ += l;
    if (!(thickness_mm < most_mm)) return;  // a rounding of the outline, no gap
    gap_length_mm_ += l;
    gap_mm2_ += l * std::max(gap_mm, depths_.least_gap_mm);
    widest_gap_mm_ = std::max(widest_gap_mm_, gap_mm);
  }
  /// Whether the path at hand, if it fills gaps, does so over most of its length, which is not too
  /// short to be printed.
  [[nodiscard]] bool is_worth_printing(bool loop) const {
    if (length_mm_ == 0) return true;
    return gap_length_mm_ > length_mm_ / 2 && (loop || length_mm_ > 2 * widest_gap_mm_);
  }
  /// The depth of a middle bead.
  [[nodiscard]] double alone_mm(int wall) const { return wall == 0 ? 0 : depths_.alone_mm(wall); }

  void end_path(Role role, bool loop, std::size_t outline, int wall) {
    if (is_worth_printing(loop) && path_.join(loop)) {
      const std::size_t before = store_.pieces.size();
      store_.begin_piece(role);
      path_.for_each_point([&](Point2 p) { store_.add(p); });
      store_.pieces.back().loop = loop;
      if (length_mm_ > 0) {
        store_.pieces.back().flow = gap_mm2_ / (gap_length_mm_ * depths_.step_mm);
      }
      if (!loop) store_.end_piece();
      label(before, outline, wall);
    }
    path_.clear();
    length_mm_ = gap_length_mm_ = gap_mm2_ = widest_gap_mm_ = 0;
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
  const WallSpans& spans_;
  const WallDepths& depths_;
  OffsetPath& path_;
  WallRuns& runs_;
  GapWidths& gaps_;
  std::vector<char>& done_;
  PathStore& store_;
  double external_mm_ = 0, alone_mm_ = 0;
  double single_mm_ = 0, single_mm2_ = 0;  ///< of external beads without a partner: area below
  double length_mm_ = 0;                   ///< of the path at hand, if it fills gaps ...
  double gap_length_mm_ = 0, gap_mm2_ = 0, widest_gap_mm_ = 0;  ///< ... and of these
};

}  // namespace costengine::detail
