// The order in which the pieces of a layer are printed.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "costengine/detail/process/layer_path.hpp"

namespace costengine::detail {

/// The separate parts of a layer: outlines that run counter-clockwise, with the holes in them.
class Islands {
 public:
  void find(const Contours& contours) {
    island_of_loop_.assign(contours.loops(), 0);
    outer_.clear();
    for (std::size_t l = 0; l < contours.loops(); ++l) {
      if (signed_area(contours.loop(l)) <= 0) continue;
      island_of_loop_[l] = static_cast<std::uint32_t>(outer_.size());
      outer_.push_back(make_box(contours, l));
    }
    if (outer_.size() < 2) return;
    for (std::size_t l = 0; l < contours.loops(); ++l) {
      if (signed_area(contours.loop(l)) <= 0) {
        island_of_loop_[l] = at(contours.points[contours.first[l]], contours);
      }
    }
  }
  [[nodiscard]] std::size_t count() const { return std::max<std::size_t>(1, outer_.size()); }
  [[nodiscard]] std::uint32_t of_loop(std::size_t loop) const { return island_of_loop_[loop]; }

  /// The smallest island around a point; the first if there is none.
  [[nodiscard]] std::uint32_t at(Point2 p, const Contours& contours) const {
    std::uint32_t best = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::uint32_t i = 0; outer_.size() > 1 && i < outer_.size(); ++i) {
      const Box& box = outer_[i];
      if (p.x < box.low.x || p.x > box.high.x || p.y < box.low.y || p.y > box.high.y) continue;
      const double size = (box.high.x - box.low.x) * (box.high.y - box.low.y);
      if (size < least && inside(contours.loop(box.loop), p)) least = size, best = i;
    }
    return best;
  }
  /// Where the printing of an island begins, as far as the order of islands is concerned.
  [[nodiscard]] Point2 start(std::uint32_t island, const Contours& contours) const {
    if (outer_.empty()) return {};
    return contours.points[contours.first[outer_[island].loop]];
  }

 private:
  struct Box {
    Point2 low, high;
    std::size_t loop;
  };
  static Box make_box(const Contours& contours, std::size_t loop) {
    Box box{{1e300, 1e300}, {-1e300, -1e300}, loop};
    for (const Point2 p : contours.loop(loop)) {
      box.low = {std::min(box.low.x, p.x), std::min(box.low.y, p.y)};
      box.high = {std::max(box.high.x, p.x), std::max(box.high.y, p.y)};
    }
    return box;
  }
  static bool inside(std::span<const Point2> loop, Point2 p) {
    bool in = false;
    for (std::size_t i = 0, j = loop.size() - 1; i < loop.size(); j = i++) {
      const Point2 a = loop[i], b = loop[j];
      if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x) {
        in = !in;
      }
    }
    return in;
  }

  std::vector<Box> outer_;
  std::vector<std::uint32_t> island_of_loop_;
};

struct OrderScratch {
  struct Candidate {
    Point2 front;
    std::size_t piece;
  };
  /// The walls of an outline, as positions in `left`.
  struct OutlineWalls {
    std::size_t open = 0;  ///< how many of the wall at hand are not printed yet
    std::size_t next = 0;  ///< where the next wall begins
  };
  std::vector<std::size_t> left, islands, walls, infill;
  std::vector<OutlineWalls> outlines;
  std::vector<Candidate> candidates;
  bool outer_first = false;
  bool fuzzy = false;  ///< external loops have corners of their own
};

/// Open pieces from their nearer end, the nearest next, and a group to its end before another one.
/// Cost: O(pieces^2), bounded by looking at the first 64 that are left.
inline void print_nearest(const PathStore& store, std::vector<std::size_t>& left,
                          LayerWriter& writer) {
  std::size_t of_group = 0;  // the first so many of those left are of the group at hand
  while (!left.empty()) {
    double nearest = std::numeric_limits<double>::infinity();
    std::size_t best = 0;
    bool reversed = false;
    const std::size_t choice = of_group > 0 ? of_group : left.size();
    for (std::size_t k = 0; k < std::min<std::size_t>(choice, 64); ++k) {
      const PathPiece& piece = store.pieces[left[k]];
      for (const bool from_end : {false, true}) {
        const Point2 d = store.points[from_end ? piece.end - 1 : piece.begin] - writer.at();
        if (dot(d, d) < nearest) nearest = dot(d, d), best = k, reversed = from_end;
      }
    }
    const PathPiece& piece = store.pieces[left[best]];
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(best));
    if (of_group == 0) {
      const auto others = std::stable_partition(left.begin(), left.end(), [&](std::size_t p) {
        return store.pieces[p].group == piece.group;
      });
      of_group = static_cast<std::size_t>(others - left.begin());
    } else {
      --of_group;
    }
    writer.print(store, piece, reversed, 0);
  }
}

inline std::size_t nearest_point(std::span<const Point2> points, Point2 to) {
  std::size_t best = 0;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Point2 d = points[i] - to;
    if (dot(d, d) < least) least = dot(d, d), best = i;
  }
  return best;
}

/// The walls of an island, in `s.left`. Arachne chooses the next wall by the point at which its
/// line happens to begin, inner ones before those around them or the other way round; where a loop
/// is then really begun is up to the seam. That point is anybody's guess: here it lies at the
/// golden section of the loop, turned by the number of the wall. Cost: O(pieces * outlines).
inline void print_walls(const PathStore& store, const Contours& contours, OrderScratch& s,
                        LayerWriter& writer) {
  Point2 planned = writer.at();
  const auto front = [&](const PathPiece& piece) {
    if (!piece.loop) return store.points[piece.begin];
    const double turn = 0.61803398874989485 * (piece.outline + 1) + 0.38196601125 * piece.wall;
    const double share = turn - static_cast<double>(static_cast<long>(turn));
    const std::size_t n = piece.end - piece.begin;
    return store.points[piece.begin +
                        std::min(n - 1, static_cast<std::size_t>(share * static_cast<double>(n)))];
  };
  std::sort(s.left.begin(), s.left.end(), [&](std::size_t a, std::size_t b) {
    const PathPiece &x = store.pieces[a], &y = store.pieces[b];
    if (x.outline != y.outline) return x.outline < y.outline;
    if (x.wall != y.wall) return (x.wall < y.wall) == s.outer_first;
    return a < b;
  });
  // The pieces of a wall may be chosen once those of the one before are printed.
  s.candidates.clear();
  const auto admit = [&](std::size_t k) {
    const PathPiece& first = store.pieces[s.left[k]];
    const std::size_t begin = k;
    for (; k < s.left.size(); ++k) {
      const PathPiece& piece = store.pieces[s.left[k]];
      if (piece.outline != first.outline || piece.wall != first.wall) break;
      s.candidates.push_back({front(piece), s.left[k]});
    }
    s.outlines[first.outline] = {k - begin, k};
  };
  for (std::size_t k = 0; k < s.left.size(); ++k) {
    if (k == 0 || store.pieces[s.left[k]].outline != store.pieces[s.left[k - 1]].outline) admit(k);
  }
  const auto corners_of = [&](std::uint32_t outline) {
    for (std::size_t k = 0; s.fuzzy && k < s.left.size(); ++k) {
      const PathPiece& wall = store.pieces[s.left[k]];
      if (wall.outline != outline || wall.wall != 0 || !wall.loop) continue;
      return std::span(store.points).subspan(wall.begin, wall.end - wall.begin);
    }
    return contours.loop(outline);
  };
  while (!s.candidates.empty()) {
    double nearest = std::numeric_limits<double>::infinity();
    std::size_t best = 0;
    for (std::size_t k = 0; k < s.candidates.size(); ++k) {
      const Point2 d = s.candidates[k].front - planned;
      const double distance = dot(d, d);
      if (!(distance <= nearest)) continue;
      if (distance == nearest && s.candidates[k].piece > s.candidates[best].piece) continue;
      nearest = distance, best = k;
    }
    const PathPiece& piece = store.pieces[s.candidates[best].piece];
    planned = s.candidates[best].front;
    s.candidates[best] = s.candidates.back();
    s.candidates.pop_back();
    std::size_t start = 0;
    if (piece.loop) {
      // All walls of an outline have their seams where its external one has it.
      const std::span<const Point2> outline = corners_of(piece.outline);
      const Point2 seam =
          outline[seam_of(outline, writer.seam_position(), writer.at(), writer.axes())];
      start = nearest_point(std::span(store.points).subspan(piece.begin, piece.end - piece.begin),
                            seam);
    } else {
      planned = store.points[piece.end - 1];
    }
    writer.print(store, piece, false, start);
    OrderScratch::OutlineWalls& outline = s.outlines[piece.outline];
    if (--outline.open == 0 && outline.next < s.left.size() &&
        store.pieces[s.left[outline.next]].outline == piece.outline) {
      admit(outline.next);
    }
  }
}

/// Prints a layer: island by island, the nearest next; in each the walls, then the infill, or the
/// other way round.
/// Pieces [0, walls) are walls.
inline void print_in_order(const PathStore& store, std::size_t walls, const Islands& islands,
                           const Contours& contours, bool infill_first, LayerWriter& writer,
                           OrderScratch& s) {
  s.outlines.resize(std::max(s.outlines.size(), contours.loops()));
  const auto by_island = [&](std::size_t begin, std::size_t end, std::vector<std::size_t>& order) {
    order.resize(end - begin);
    for (std::size_t p = begin; p < end; ++p) order[p - begin] = p;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return store.pieces[a].island < store.pieces[b].island;
    });
  };
  by_island(0, walls, s.walls);
  by_island(walls, store.pieces.size(), s.infill);
  s.islands.resize(islands.count());
  for (std::size_t i = 0; i < s.islands.size(); ++i) s.islands[i] = i;
  while (!s.islands.empty()) {
    double nearest = std::numeric_limits<double>::infinity();
    std::size_t best = 0;
    for (std::size_t k = 0; k < s.islands.size(); ++k) {
      const Point2 d =
          islands.start(static_cast<std::uint32_t>(s.islands[k]), contours) - writer.at();
      if (dot(d, d) < nearest) nearest = dot(d, d), best = k;
    }
    const std::size_t island = s.islands[best];
    s.islands.erase(s.islands.begin() + static_cast<std::ptrdiff_t>(best));
    const auto collect = [&](const std::vector<std::size_t>& order) {
      const auto begin = std::partition_point(order.begin(), order.end(), [&](std::size_t p) {
        return store.pieces[p].island < island;
      });
      const auto end = std::partition_point(
          begin, order.end(), [&](std::size_t p) { return store.pieces[p].island == island; });
      s.left.assign(begin, end);
    };
    for (const bool infill : {infill_first, !infill_first}) {
      if (infill) {
        collect(s.infill);
        print_nearest(store, s.left, writer);
      } else {
        collect(s.walls);
        print_walls(store, contours, s, writer);
      }
    }
  }
}

}  // namespace costengine::detail
