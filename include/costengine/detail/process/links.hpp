// Links: the pieces of a sparse pattern joined along the boundary, as far as an anchor may reach.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "costengine/detail/process/layer_path.hpp"
#include "costengine/slice/boundary.hpp"

namespace costengine::detail {

/// Pieces of a pattern, with the pixels of the region in which they begin and end.
struct PatternPieces {
  struct Pixel {
    int x, y;
  };
  PathStore store;
  std::vector<Pixel> ends;  ///< two for each piece

  void clear() {
    store.clear();
    ends.clear();
  }
};

struct LinkScratch {
  struct End {
    std::uint32_t step, end;  ///< of the boundary; which end
  };
  struct Arc {
    double length_mm;
    std::uint32_t from, to;            ///< ends
    std::uint32_t from_step, to_step;  ///< in the direction of the boundary
    double forth_mm, back_mm;          ///< what is free of it, seen from either end
  };
  RegionBoundary boundary;
  std::vector<End> ends;
  std::vector<Arc> arcs;            ///< between neighbours, in the order of the boundary
  std::vector<std::uint32_t> open;  ///< of them, those a link can take
  std::vector<std::uint32_t> next_arc, arc_before;  ///< of each end
  std::vector<std::uint32_t> partner, arc_of, group;
  BitMask deep;  ///< too far within the region to touch the boundary
  BitMask scratch;
  std::vector<char> taken;     ///< per step of the boundary: a line lies over it
  std::vector<Point2> inside;  ///< per step, half a spacing within the region
};

/// Joins open pieces of a pattern into chains, appended to `result`. Links run along the boundary,
/// half a spacing within the region. Along it every end has two neighbours; arcs to them, up to
/// `longest_mm`, are taken shortest first, so that no end is used twice and no ring arises. Where a
/// line comes nearer to the boundary than 0.8 spacings, but for its last 1.7, nothing else has
/// room: no arc passes there. Ends left over get an anchor of `anchor_mm` along the boundary to the
/// freer side, up to half a spacing before the next end.
/// Cost: that of tracing the boundary, O(length of the lines in pixels) and O(ends log ends).
class PieceLinker {
 public:
  PieceLinker(const PatternPieces& pattern, const BitMask& region, const BitGrid& grid,
              double spacing_mm, double longest_mm, double anchor_mm, LinkScratch& scratch)
      : pattern_(pattern),
        spacing_mm_(spacing_mm),
        longest_mm_(longest_mm),
        anchor_mm_(anchor_mm),
        s_(scratch) {
    s_.boundary.trace(region, grid);
    find_taken(region, grid);
    find_ends();
    find_arcs();
    join();
  }

  void append_to(PathStore& result) const {
    std::vector<char> done(pattern_.store.pieces.size(), 0);
    for (std::uint32_t e = 0; e < s_.partner.size(); ++e) {  // from every free end
      if (s_.partner[e] != kNone || done[e / 2]) continue;
      result.begin_piece(pattern_.store.pieces[e / 2].role);
      hook(e, true, result);
      std::uint32_t entry = e;
      for (;;) {
        done[entry / 2] = 1;
        append_piece(entry, result);
        const std::uint32_t exit = entry ^ 1U;
        if (s_.partner[exit] == kNone) {
          hook(exit, false, result);
          break;
        }
        append_arc(s_.arcs[s_.arc_of[exit]], exit, result);
        entry = s_.partner[exit];
      }
      result.end_piece();
    }
  }

 private:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};
  static constexpr Point2 kUnknown{1e300, 1e300};
  static constexpr std::uint32_t kHookStep = 4;  ///< of the boundary, between points of an anchor
  /// How near a line takes the boundary, in spacings: the slicer's 0.8 less what a boundary of
  /// pixels comes nearer by chance.
  static constexpr double kNear = 0.72;

  /// Half a spacing within the region; found once.
  [[nodiscard]] Point2 inside(std::uint32_t step) {
    Point2& at = s_.inside[step];
    if (at == kUnknown) {
      at = s_.boundary.inside(s_.boundary.loop_of(step), step, spacing_mm_ / 2);
    }
    return at;
  }

  /// Which steps of the boundary have a line over them.
  void find_taken(const BitMask& region, const BitGrid& grid) {
    s_.taken.assign(s_.boundary.first(s_.boundary.loops()), 0);
    s_.inside.assign(s_.taken.size(), kUnknown);
    const double near_mm = kNear * spacing_mm_, reach_mm = near_mm + spacing_mm_ / 2;
    s_.deep = region;
    if (s_.scratch.bits().size() != region.bits().size()) s_.scratch = BitMask(grid);
    erode(s_.deep, reach_mm / grid.pixel_mm + 1, s_.scratch);
    const int window = std::min(31, static_cast<int>(reach_mm / grid.pixel_mm) + 1);
    const auto touch = [&](Point2 p) {
      const int px = static_cast<int>((p.x - grid.left_mm) / grid.pixel_mm);
      const int py = static_cast<int>((p.y - grid.bottom_mm) / grid.pixel_mm);
      if (s_.deep.at(px, py)) return;
      s_.boundary.for_each_step_near(px, py, window, [&](std::uint32_t step) {
        if (s_.taken[step]) return;
        const Point2 d = inside(step) - p;
        if (dot(d, d) < near_mm * near_mm) s_.taken[step] = 1;
      });
    };
    for (const PathPiece& piece : pattern_.store.pieces) {
      double all_mm = 0;
      for (std::size_t i = piece.begin; i + 1 < piece.end; ++i) {
        all_mm += length(pattern_.store.points[i + 1] - pattern_.store.points[i]);
      }
      const double from_mm = 1.7 * spacing_mm_, to_mm = all_mm - from_mm;
      double at_mm = 0, next_mm = from_mm;
      for (std::size_t i = piece.begin; i + 1 < piece.end && next_mm <= to_mm; ++i) {
        const Point2 a = pattern_.store.points[i], d = pattern_.store.points[i + 1] - a;
        const double l = length(d);
        for (; next_mm <= std::min(at_mm + l, to_mm); next_mm += grid.pixel_mm) {
          touch(a + d * ((next_mm - at_mm) / l));
        }
        at_mm += l;
      }
    }
  }

  /// How much of the boundary is free from one step to a later one, and from that one backwards.
  struct Free {
    double forth_mm, back_mm;
    bool all;
  };
  [[nodiscard]] Free free_between(std::size_t loop, std::uint32_t from, std::uint32_t to,
                                  double length_mm) const {
    const std::uint32_t begin = s_.boundary.first(loop), n = s_.boundary.first(loop + 1) - begin;
    const std::uint32_t steps = (to + n - from) % n;
    std::uint32_t forth = 0, back = 0;
    while (forth < steps && !s_.taken[begin + (from - begin + forth) % n]) ++forth;
    if (forth == steps) return {length_mm, length_mm, true};
    while (!s_.taken[begin + (to - begin + n - back) % n]) ++back;
    return {length_mm * forth / steps, length_mm * back / steps, false};
  }

  void find_ends() {
    const auto count = static_cast<std::uint32_t>(pattern_.ends.size());
    s_.ends.clear();
    for (std::uint32_t e = 0; e < count; ++e) {
      const std::uint32_t step = s_.boundary.step_at(pattern_.ends[e].x, pattern_.ends[e].y);
      if (step != RegionBoundary::kNowhere) s_.ends.push_back({step, e});
    }
    std::sort(s_.ends.begin(), s_.ends.end(),
              [](const LinkScratch::End& a, const LinkScratch::End& b) {
                return a.step != b.step ? a.step < b.step : a.end < b.end;
              });
  }

  void find_arcs() {
    s_.arcs.clear();
    s_.open.clear();
    s_.next_arc.assign(pattern_.ends.size(), kNone);
    s_.arc_before.assign(pattern_.ends.size(), kNone);
    std::size_t begin = 0;
    for (std::size_t l = 0; l < s_.boundary.loops(); ++l) {
      std::size_t end = begin;
      while (end < s_.ends.size() && s_.ends[end].step < s_.boundary.first(l + 1)) ++end;
      for (std::size_t i = begin; end - begin >= 2 && i < end; ++i) {
        const LinkScratch::End& a = s_.ends[i];
        const LinkScratch::End& b = s_.ends[i + 1 < end ? i + 1 : begin];
        const double length_mm = s_.boundary.length_mm(a.step, b.step);
        const Free free = free_between(l, a.step, b.step, length_mm);
        const auto arc = static_cast<std::uint32_t>(s_.arcs.size());
        s_.next_arc[a.end] = s_.arc_before[b.end] = arc;
        s_.arcs.push_back({length_mm, a.end, b.end, a.step, b.step, free.forth_mm, free.back_mm});
        if (free.all && a.end / 2 != b.end / 2 && length_mm <= longest_mm_) s_.open.push_back(arc);
      }
      begin = end;
    }
    std::sort(s_.open.begin(), s_.open.end(), [&](std::uint32_t a, std::uint32_t b) {
      const double x = s_.arcs[a].length_mm, y = s_.arcs[b].length_mm;
      return x != y ? x < y : a < b;
    });
  }

  void join() {
    s_.partner.assign(pattern_.ends.size(), kNone);
    s_.arc_of.assign(pattern_.ends.size(), kNone);
    s_.group.resize(pattern_.store.pieces.size());
    for (std::uint32_t i = 0; i < s_.group.size(); ++i) s_.group[i] = i;
    const auto root = [&](std::uint32_t i) {
      while (s_.group[i] != i) i = s_.group[i] = s_.group[s_.group[i]];
      return i;
    };
    for (const std::uint32_t k : s_.open) {
      LinkScratch::Arc& arc = s_.arcs[k];
      if (s_.partner[arc.from] != kNone || s_.partner[arc.to] != kNone) continue;
      const std::uint32_t a = root(arc.from / 2), b = root(arc.to / 2);
      if (a == b) continue;
      s_.partner[arc.from] = arc.to;
      s_.partner[arc.to] = arc.from;
      s_.arc_of[arc.from] = s_.arc_of[arc.to] = k;
      arc.forth_mm = arc.back_mm = 0;
      s_.group[std::max(a, b)] = std::min(a, b);
    }
  }

  [[nodiscard]] Point2 end_point(std::uint32_t e) const {
    const PathPiece& p = pattern_.store.pieces[e / 2];
    return pattern_.store.points[e % 2 ? p.end - 1 : p.begin];
  }

  /// The points of the piece of an end, from that end on.
  void append_piece(std::uint32_t entry, PathStore& result) const {
    const PathPiece& p = pattern_.store.pieces[entry / 2];
    for (std::size_t k = 0; k < p.end - p.begin; ++k) {
      result.add(pattern_.store.points[entry % 2 ? p.end - 1 - k : p.begin + k]);
    }
  }

  void append_arc(const LinkScratch::Arc& arc, std::uint32_t exit, PathStore& result) const {
    const std::size_t first = result.points.size();
    s_.boundary.for_each_point(arc.from_step, arc.to_step, spacing_mm_ / 2,
                               [&](Point2 p) { result.add(p); });
    if (exit != arc.from) {
      std::reverse(result.points.begin() + static_cast<std::ptrdiff_t>(first), result.points.end());
    }
  }

  /// The end of a piece with its anchor along the boundary: before or after the piece.
  void hook(std::uint32_t e, bool before_piece, PathStore& result) const {
    if (s_.next_arc[e] == kNone) return;
    const bool forth = s_.arcs[s_.next_arc[e]].forth_mm >= s_.arcs[s_.arc_before[e]].back_mm;
    LinkScratch::Arc& arc = s_.arcs[forth ? s_.next_arc[e] : s_.arc_before[e]];
    double& room_mm = forth ? arc.forth_mm : arc.back_mm;
    double& left_mm = forth ? arc.back_mm : arc.forth_mm;
    const double reach_mm = std::min({anchor_mm_, room_mm, arc.length_mm - spacing_mm_ / 2});
    if (!(reach_mm > 0)) return;
    left_mm = std::min(left_mm, arc.length_mm - reach_mm - spacing_mm_);
    room_mm = 0;
    const std::size_t loop = s_.boundary.loop_of(arc.from_step);
    const std::uint32_t begin = s_.boundary.first(loop), n = s_.boundary.first(loop + 1) - begin;
    const std::uint32_t arc_steps = (arc.to_step + n - arc.from_step) % n;
    const auto steps =
        static_cast<std::uint32_t>(reach_mm / arc.length_mm * static_cast<double>(arc_steps));
    const std::size_t first = result.points.size();
    const auto add = [&](std::uint32_t step) {
      result.add(s_.boundary.inside(loop, begin + (step + 2 * n - begin) % n, spacing_mm_ / 2));
    };
    for (std::uint32_t k = kHookStep; k < steps + kHookStep; k += kHookStep) {
      const std::uint32_t far = std::min(k, steps);
      add(forth ? arc.from_step + far : arc.to_step - far);
    }
    if (before_piece) {
      std::reverse(result.points.begin() + static_cast<std::ptrdiff_t>(first), result.points.end());
    }
  }

  const PatternPieces& pattern_;
  double spacing_mm_, longest_mm_, anchor_mm_;
  LinkScratch& s_;
};

}  // namespace costengine::detail
