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
  std::vector<std::size_t> left, islands;
  std::vector<int> inner_left;  ///< per outline, the wall that is to be printed next
  bool outer_first = false;

  /// Which of two walls of an outline comes first; -1: none.
  [[nodiscard]] int sooner(int a, int b) const {
    if (a < 0 || b < 0) return std::max(a, b);
    return outer_first ? std::min(a, b) : std::max(a, b);
  }
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

/// The walls of an island. Arachne chooses the next wall by the point at which its line happens to
/// begin, inner ones before those around them or the other way round; where a loop is then really
/// begun is up to the seam. That point is anybody's guess: here it lies at the golden section of
/// the loop, turned by the number of the wall.
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
  while (!s.left.empty()) {
    double nearest = std::numeric_limits<double>::infinity();
    std::size_t best = 0;
    for (std::size_t k = 0; k < s.left.size(); ++k) {
      const PathPiece& piece = store.pieces[s.left[k]];
      if (piece.wall != s.inner_left[piece.outline]) continue;
      const Point2 d = front(piece) - planned;
      if (dot(d, d) < nearest) nearest = dot(d, d), best = k;
    }
    const PathPiece& piece = store.pieces[s.left[best]];
    planned = front(piece);
    bool reversed = false;
    std::size_t start = 0;
    if (piece.loop) {
      // All walls of an outline have their seams where its external one has it.
      const std::span<const Point2> outline = contours.loop(piece.outline);
      const Point2 seam =
          outline[seam_of(outline, writer.seam_position(), writer.at(), writer.axes())];
      start = nearest_point(std::span(store.points).subspan(piece.begin, piece.end - piece.begin),
                            seam);
    } else {
      planned = store.points[piece.end - 1];
    }
    writer.print(store, piece, reversed, start);
    const std::uint32_t outline = piece.outline;
    s.left.erase(s.left.begin() + static_cast<std::ptrdiff_t>(best));
    int next = -1;
    for (const std::size_t p : s.left) {
      if (store.pieces[p].outline == outline) next = s.sooner(next, store.pieces[p].wall);
    }
    s.inner_left[outline] = next;
  }
}

/// Prints a layer: island by island, the nearest next; in each the walls, then the infill, or the
/// other way round.
/// Pieces [0, walls) are walls.
inline void print_in_order(const PathStore& store, std::size_t walls, const Islands& islands,
                           const Contours& contours, bool infill_first, LayerWriter& writer,
                           OrderScratch& s) {
  s.inner_left.assign(contours.loops(), -1);
  for (std::size_t p = 0; p < walls; ++p) {
    int& next = s.inner_left[store.pieces[p].outline];
    next = s.sooner(next, store.pieces[p].wall);
  }
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
    const auto collect = [&](std::size_t begin, std::size_t end) {
      s.left.clear();
      for (std::size_t p = begin; p < end; ++p) {
        if (store.pieces[p].island == island) s.left.push_back(p);
      }
    };
    for (const bool infill : {infill_first, !infill_first}) {
      if (infill) {
        collect(walls, store.pieces.size());
        print_nearest(store, s.left, writer);
      } else {
        collect(0, walls);
        print_walls(store, contours, s, writer);
      }
    }
  }
}

}  // namespace costengine::detail
