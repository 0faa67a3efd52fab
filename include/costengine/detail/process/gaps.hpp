// Gaps between classic perimeters: where another one does not fit, a thinner line fills what is
// left, and infill keeps out.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "costengine/detail/process/wall_runs.hpp"
#include "costengine/slice/bits.hpp"
#include "costengine/slice/contours.hpp"

namespace costengine::detail {

/// An edge of the contours.
struct OutlineEdge {
  Point2 from, along;  ///< the unit vector to its other end
};
inline OutlineEdge outline_edge(const Contours& contours, std::size_t loop, std::uint32_t edge) {
  const std::uint32_t next = edge + 1;
  const Point2 a = contours.points[edge];
  const Point2 d =
      contours.points[next < contours.first[loop + 1] ? next : contours.first[loop]] - a;
  return {a, d * (1 / length(d))};
}

/// Clears the pixels of `mask` whose centres lie in a convex polygon. Cost: O(its rows).
inline void clear_convex(const std::vector<Point2>& polygon, const BitGrid& grid, BitMask& mask) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const Point2 p : polygon) low = std::min(low, p.y), high = std::max(high, p.y);
  const auto index = [&](double mm, double origin_mm, int end) {
    return static_cast<int>(std::clamp(std::ceil((mm - origin_mm) / grid.pixel_mm - 0.5), 0.0,
                                       static_cast<double>(end)));
  };
  const int end_row = index(high, grid.bottom_mm, grid.rows);
  for (int y = index(low, grid.bottom_mm, grid.rows); y < end_row; ++y) {
    const double at = grid.bottom_mm + (y + 0.5) * grid.pixel_mm;
    double left = std::numeric_limits<double>::infinity(), right = -left;
    for (std::size_t i = 0; i < polygon.size(); ++i) {
      const Point2 a = polygon[i], b = polygon[i + 1 < polygon.size() ? i + 1 : 0];
      if ((a.y > at) == (b.y > at)) continue;
      const double x = a.x + (b.x - a.x) * ((at - a.y) / (b.y - a.y));
      left = std::min(left, x), right = std::max(right, x);
    }
    if (!(left < right)) continue;
    const int end = index(right, grid.left_mm, grid.columns());
    for (int x = index(left, grid.left_mm, grid.columns()); x < end; ++x) {
      mask.row(y)[1 + x / 64] &= ~(BitWord{1} << (x % 64));
    }
  }
}

/// How thick the part is where it is too thin for a pair of walls.
class GapWidths {
 public:
  /// The sides are the outlines without a pair, as `runs` has them. Cost: O(n log n) of their
  /// edges.
  void find(const Contours& contours, const WallRuns& runs) {
    sides_.clear();
    for (const WallRun& run : runs.runs()) {
      if (run.has == Has::kPair) continue;
      for (std::size_t k = 0; k < run.count; ++k) {
        const EdgeSpan& span = runs.part(run, k).span;
        const OutlineEdge edge = outline_edge(contours, run.loop, span.edge);
        const Point2 a = edge.from + edge.along * span.from_mm;
        const Point2 b = edge.from + edge.along * span.to_mm;
        sides_.push_back({a, b, std::min(a.x, b.x), std::max(a.x, b.x)});
      }
    }
    std::sort(sides_.begin(), sides_.end(),
              [](const Side& a, const Side& b) { return a.low < b.low; });
    double reach = -std::numeric_limits<double>::infinity();
    for (Side& side : sides_) side.reach = reach = std::max(reach, side.high);
  }

  /// From a point of the outline along the normal to the other side; `most_mm` if that is farther.
  /// Cost: O(sides near the x of the way).
  [[nodiscard]] double at(Point2 from, Point2 normal, double most_mm) const {
    return opposite(from, normal, most_mm).distance_mm;
  }
  struct Opposite {
    double distance_mm;
    Point2 along;  ///< of the edge there, any length; zero if there is none
  };
  [[nodiscard]] Opposite opposite(Point2 from, Point2 normal, double most_mm) const {
    const Point2 to = from + normal * most_mm;
    const double low = std::min(from.x, to.x), high = std::max(from.x, to.x);
    auto side = std::partition_point(sides_.begin(), sides_.end(),
                                     [&](const Side& s) { return s.low <= high; });
    Opposite nearest{most_mm, {0, 0}};
    while (side != sides_.begin() && (--side)->reach >= low) {
      if (side->high < low) continue;
      const Point2 d = side->to - side->from;
      const double turn = cross(normal, d);
      if (!(turn > 0)) continue;  // not a side that faces the other way
      const Point2 way = side->from - from;
      const double along = cross(way, d) / turn, share = cross(way, normal) / turn;
      if (share >= 0 && share <= 1 && along > 0 && along < nearest.distance_mm) {
        nearest = {along, d};
      }
    }
    return nearest;
  }

 private:
  struct Side {
    Point2 from, to;
    double low, high;  ///< x
    double reach = 0;  ///< the highest x of this and all before
  };
  std::vector<Side> sides_;
};

/// Clears the strips that lie between two depths below the parts of the outline whose gaps are
/// filled: those that are no thicker than two walls at the greater depth. `widths` are those of
/// `runs`.
inline void clear_gaps(const Contours& contours, const std::vector<Point2>& normals,
                       const WallRuns& runs, double from_mm, double to_mm, const BitGrid& grid,
                       const GapWidths& widths, BitMask& mask) {
  std::vector<Point2> strip(4);
  for (const WallRun& run : runs.runs()) {
    if (run.has != Has::kMiddle) continue;
    for (std::size_t k = 0; k < run.count; ++k) {
      const EdgeSpan& span = runs.part(run, k).span;
      const OutlineEdge edge = outline_edge(contours, run.loop, span.edge);
      const Point2 a = edge.from + edge.along * span.from_mm;
      const Point2 b = edge.from + edge.along * span.to_mm, n = normals[span.edge];
      if (!(widths.at((a + b) * 0.5, n, 2 * to_mm) < 2 * to_mm)) continue;
      strip = {a + n * from_mm, b + n * from_mm, b + n * to_mm, a + n * to_mm};
      clear_convex(strip, grid, mask);
    }
  }
}

}  // namespace costengine::detail
