// The order in which the pieces of a layer are printed.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "costengine/detail/process/layer_path.hpp"
#include "costengine/detail/process/short_way.hpp"

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
  /// The order in which islands are printed, wherever the nozzle is: a short way through all,
  /// from the one of its ends that lies farther back on the bed.
  void order(const Contours& contours, const LayerAxes& axes, std::vector<std::size_t>& result) {
    result.resize(count());
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = i;
    if (result.size() < 2) return;
    const auto back = [&](Point2 p) { return axes.direction_to_mesh(p).y; };
    tops_.clear();
    for (const Box& box : outer_) {
      const std::span<const Point2> loop = contours.loop(box.loop);
      tops_.push_back(*std::max_element(loop.begin(), loop.end(),
                                        [&](Point2 a, Point2 b) { return back(a) < back(b); }));
    }
    std::stable_sort(result.begin(), result.end(),
                     [&](std::size_t a, std::size_t b) { return back(tops_[a]) > back(tops_[b]); });
    if (result.size() <= kChained) {
      chain(result);
    } else {
      walk(result);
    }
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

  void chain(std::vector<std::size_t>& order) const {
    std::vector<Point2> places;
    for (const std::size_t island : order) places.push_back(tops_[island]);
    std::vector<std::size_t> row;
    for (const std::size_t k : short_way(places)) row.push_back(order[k]);
    order = row;
  }
  /// The nearest next.
  void walk(std::vector<std::size_t>& order) const {
    for (std::size_t k = 1; k < order.size(); ++k) {
      const Point2 at = tops_[order[k - 1]];
      const auto next = std::min_element(order.begin() + static_cast<std::ptrdiff_t>(k),
                                         order.end(), [&](std::size_t a, std::size_t b) {
                                           const Point2 d = tops_[a] - at, e = tops_[b] - at;
                                           return dot(d, d) < dot(e, e);
                                         });
      std::iter_swap(order.begin() + static_cast<std::ptrdiff_t>(k), next);
    }
  }

  static constexpr std::size_t kChained = 64;  ///< more islands are too many for chain()
  std::vector<Box> outer_;
  std::vector<Point2> tops_;
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
  std::vector<std::size_t> left, later, islands, walls, infill;
  std::vector<OutlineWalls> outlines;
  std::vector<Candidate> candidates;
  bool outer_first = false;
  bool fuzzy = false;        ///< external loops have corners of their own
  bool holes_first = false;  ///< the walls around holes before those of the outer contours
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
/// line begins, inner ones before those around them or the other way round; where a loop is then
/// really begun is up to the seam. A line begins where the last of the sites of its skeleton lies,
/// which are sorted from left to right: a loop at its rightmost point on the bed, so that those
/// around each other begin side by side. Of all, an innermost one is the first, rather an open one.
/// What lies alone between two walls comes after them. Cost: O(points + pieces * outlines).
inline void print_walls(const PathStore& store, const Contours& contours, OrderScratch& s,
                        LayerWriter& writer) {
  const Point2 x_axis = writer.axes().x_axis;
  const auto bed_x = [x_axis](Point2 p) { return p.x * x_axis.x - p.y * x_axis.y; };
  const auto front = [&](const PathPiece& piece) {
    Point2 best = store.points[piece.begin];
    double most = bed_x(best);
    for (std::size_t i = piece.begin + 1; piece.loop && i < piece.end; ++i) {
      const double x = bed_x(store.points[i]);
      if (x > most) most = x, best = store.points[i];
    }
    return best;
  };
  const auto stage = [&](const PathPiece& piece) {
    if (!piece.alone) return s.outer_first ? 2 * piece.wall : -2 * piece.wall;
    return (s.outer_first ? 2 : -2) * (piece.wall - 1) + 1;
  };
  std::sort(s.left.begin(), s.left.end(), [&](std::size_t a, std::size_t b) {
    const PathPiece &x = store.pieces[a], &y = store.pieces[b];
    if (x.outline != y.outline) return x.outline < y.outline;
    if (stage(x) != stage(y)) return stage(x) < stage(y);
    return a < b;
  });
  // The pieces of a wall may be chosen once those of the one before are printed; nothing waits for
  // what lies alone.
  s.candidates.clear();
  const auto admit = [&](std::size_t k) {
    const std::uint32_t outline = store.pieces[s.left[k]].outline;
    std::size_t open = 0;
    int wall = -1;
    for (; k < s.left.size(); ++k) {
      const PathPiece& piece = store.pieces[s.left[k]];
      if (piece.outline != outline || (open > 0 && (piece.alone || piece.wall != wall))) break;
      s.candidates.push_back({front(piece), s.left[k]});
      if (piece.alone) continue;
      wall = piece.wall;
      ++open;
    }
    s.outlines[outline] = {open, k};
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
  const auto comes_first = [&](const OrderScratch::Candidate& a, const OrderScratch::Candidate& b) {
    const PathPiece &x = store.pieces[a.piece], &y = store.pieces[b.piece];
    if (x.wall != y.wall) return (x.wall > y.wall) != s.outer_first;
    if (x.loop != y.loop) return y.loop;
    return bed_x(a.front) > bed_x(b.front);
  };
  Point2 planned;
  if (!s.candidates.empty()) {
    planned = std::min_element(s.candidates.begin(), s.candidates.end(), comes_first)->front;
  }
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
    if (piece.alone) continue;
    OrderScratch::OutlineWalls& outline = s.outlines[piece.outline];
    if (--outline.open == 0 && outline.next < s.left.size() &&
        store.pieces[s.left[outline.next]].outline == piece.outline) {
      admit(outline.next);
    }
  }
}

/// Prints a layer: island by island; in each the walls, then the infill, or the
/// other way round. Pieces [0, walls) are walls; those that fill gaps take their turn with infill.
inline void print_in_order(const PathStore& store, std::size_t walls, Islands& islands,
                           const Contours& contours, bool infill_first, LayerWriter& writer,
                           OrderScratch& s) {
  s.outlines.resize(std::max(s.outlines.size(), contours.loops()));
  const auto by_island = [&](bool infill, std::vector<std::size_t>& order) {
    order.clear();
    for (std::size_t p = 0; p < store.pieces.size(); ++p) {
      const bool is_infill = p >= walls || store.pieces[p].role == Role::kGapFill;
      if (is_infill == infill) order.push_back(p);
    }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return store.pieces[a].island < store.pieces[b].island;
    });
  };
  by_island(false, s.walls);
  by_island(true, s.infill);
  islands.order(contours, writer.axes(), s.islands);
  for (const std::size_t island : s.islands) {
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
        if (!s.holes_first) {
          print_walls(store, contours, s, writer);
          continue;
        }
        const auto others = std::stable_partition(s.left.begin(), s.left.end(), [&](std::size_t p) {
          return (signed_area(contours.loop(store.pieces[p].outline)) < 0) != s.outer_first;
        });
        s.later.assign(others, s.left.end());
        s.left.erase(others, s.left.end());
        print_walls(store, contours, s, writer);
        s.left = s.later;
        print_walls(store, contours, s, writer);
      }
    }
  }
}

}  // namespace costengine::detail
