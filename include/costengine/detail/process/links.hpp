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
  };
  RegionBoundary boundary;
  std::vector<End> ends;
  std::vector<Arc> arcs;
  std::vector<std::uint32_t> partner, arc_of, group;
  std::vector<double> free_mm;  ///< per end: the boundary up to its neighbours, the longer way
};

/// Joins open pieces of a pattern into chains, appended to `result`. Along the boundary every end
/// has two neighbours; arcs to them, up to `longest_mm`, are taken shortest first, so that no end
/// is used twice and no ring arises. Ends left over get an anchor of `anchor_mm` along the
/// boundary. Cost: that of tracing the boundary and O(ends log ends).
class PieceLinker {
 public:
  PieceLinker(const PatternPieces& pattern, const BitMask& region, const BitGrid& grid,
              double longest_mm, double anchor_mm, LinkScratch& scratch)
      : pattern_(pattern), longest_mm_(longest_mm), anchor_mm_(anchor_mm), s_(scratch) {
    s_.boundary.trace(region, grid);
    find_ends();
    find_arcs();
    join();
  }

  void append_to(PathStore& result) const {
    std::vector<char> done(pattern_.store.pieces.size(), 0);
    for (std::uint32_t e = 0; e < s_.partner.size(); ++e) {  // from every free end
      if (s_.partner[e] != kNone || done[e / 2]) continue;
      result.begin_piece(pattern_.store.pieces[e / 2].role);
      hook(e, result);
      std::uint32_t entry = e;
      for (;;) {
        done[entry / 2] = 1;
        append_piece(entry, result);
        const std::uint32_t exit = entry ^ 1U;
        if (s_.partner[exit] == kNone) {
          hook(exit, result);
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
    s_.free_mm.assign(pattern_.ends.size(), 0);
    std::size_t begin = 0;
    for (std::size_t l = 0; l < s_.boundary.loops(); ++l) {
      std::size_t end = begin;
      while (end < s_.ends.size() && s_.ends[end].step < s_.boundary.first(l + 1)) ++end;
      for (std::size_t i = begin; end - begin >= 2 && i < end; ++i) {
        const LinkScratch::End& a = s_.ends[i];
        const LinkScratch::End& b = s_.ends[i + 1 < end ? i + 1 : begin];
        const double length_mm = s_.boundary.length_mm(a.step, b.step);
        s_.free_mm[a.end] = std::max(s_.free_mm[a.end], length_mm);
        s_.free_mm[b.end] = std::max(s_.free_mm[b.end], length_mm);
        if (a.end / 2 == b.end / 2) continue;
        if (length_mm <= longest_mm_) {
          s_.arcs.push_back({length_mm, a.end, b.end, a.step, b.step});
        }
      }
      begin = end;
    }
    std::sort(
        s_.arcs.begin(), s_.arcs.end(), [](const LinkScratch::Arc& a, const LinkScratch::Arc& b) {
          return a.length_mm != b.length_mm ? a.length_mm < b.length_mm : a.from_step < b.from_step;
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
    for (std::uint32_t k = 0; k < s_.arcs.size(); ++k) {
      const LinkScratch::Arc& arc = s_.arcs[k];
      if (s_.partner[arc.from] != kNone || s_.partner[arc.to] != kNone) continue;
      const std::uint32_t a = root(arc.from / 2), b = root(arc.to / 2);
      if (a == b) continue;
      s_.partner[arc.from] = arc.to;
      s_.partner[arc.to] = arc.from;
      s_.arc_of[arc.from] = s_.arc_of[arc.to] = k;
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
    s_.boundary.for_each_point(arc.from_step, arc.to_step, [&](Point2 p) { result.add(p); });
    if (exit != arc.from) {
      std::reverse(result.points.begin() + static_cast<std::ptrdiff_t>(first), result.points.end());
    }
  }

  /// An anchor: a way off the end, square to the line, no longer than the boundary has room.
  void hook(std::uint32_t e, PathStore& result) const {
    const double reach_mm = std::min(anchor_mm_, s_.free_mm[e] / 2);
    const PathPiece& p = pattern_.store.pieces[e / 2];
    const Point2 at = end_point(e);
    const Point2 next = pattern_.store.points[e % 2 ? p.end - 2 : p.begin + 1];
    const double l = length(at - next);
    if (!(reach_mm > 0) || !(l > 0)) return;
    const Point2 d = (at - next) * (reach_mm / l);
    result.add(at + Point2{-d.y, d.x});
  }

  const PatternPieces& pattern_;
  double longest_mm_, anchor_mm_;
  LinkScratch& s_;
};

}  // namespace costengine::detail
