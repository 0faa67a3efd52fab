// The skirt: loops around everything that stands on the bed.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "costengine/detail/process/layer_path.hpp"

namespace costengine::detail {

/// The convex hull of points, counter-clockwise (Andrew's monotone chain).
inline std::vector<Point2> convex_hull(std::vector<Point2> points) {
  std::sort(points.begin(), points.end(),
            [](Point2 a, Point2 b) { return a.x != b.x ? a.x < b.x : a.y < b.y; });
  std::vector<Point2> hull(2 * points.size());
  std::size_t n = 0;
  const auto push = [&](Point2 p, std::size_t least) {
    while (n >= least && cross(hull[n - 1] - hull[n - 2], p - hull[n - 2]) <= 0) --n;
    hull[n++] = p;
  };
  for (const Point2 p : points) push(p, 2);
  const std::size_t lower = n + 1;
  for (std::size_t i = points.size(); i-- > 1;) push(points[i - 1], lower);
  if (n > 1) --n;
  hull.resize(n);
  return hull;
}

/// The hull moved outwards, its corners rounded by two chords.
inline void add_ring(const std::vector<Point2>& hull, double distance_mm, Role role,
                     PathStore& store) {
  store.begin_piece(role);
  const std::size_t n = hull.size();
  for (std::size_t i = 0; i < n; ++i) {
    const Point2 before = hull[(i + n - 1) % n], at = hull[i], after = hull[(i + 1) % n];
    const auto outwards = [](Point2 d) {
      const double l = length(d);
      return l > 0 ? Point2{d.y / l, -d.x / l} : Point2{0, 0};
    };
    const Point2 in = outwards(at - before), out = outwards(after - at), middle = in + out;
    store.add(at + in * distance_mm);
    const double l = length(middle);
    if (l > 0 && dot(in, out) < 0.9) store.add(at + middle * (distance_mm / l));
    store.add(at + out * distance_mm);
  }
  store.pieces.back().loop = true;
}

/// The skirt of one layer: as many loops as asked for, and as the least length of filament wants.
/// Innermost last. `hull` is that of the layers which have a skirt.
inline void add_skirt(const std::vector<Point2>& hull, const PrintSettings& print, const Bead& bead,
                      double keep_off_mm, PathStore& store) {
  if (print.skirts <= 0 || hull.size() < 2) return;
  PathStore rings;
  double drawn_mm = 0;
  for (int i = 0; i < print.skirts || (drawn_mm < print.min_skirt_length_mm && i < 1000); ++i) {
    const double distance = keep_off_mm + print.skirt_distance_mm + (i + 1) * bead.spacing_mm;
    add_ring(hull, distance, Role::kSkirt, rings);
    const PathPiece& ring = rings.pieces.back();
    drawn_mm += bead.e_per_mm *
                perimeter(std::span(rings.points).subspan(ring.begin, ring.end - ring.begin));
  }
  for (std::size_t p = rings.pieces.size(); p-- > 0;) {
    store.begin_piece(Role::kSkirt);
    for (std::size_t i = rings.pieces[p].begin; i < rings.pieces[p].end; ++i) {
      store.add(rings.points[i]);
    }
    store.pieces.back().loop = true;
  }
}

}  // namespace costengine::detail
