/// Outlines with known areas, and the grid around them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

#include "costengine/slice/bits.hpp"
#include "costengine/slice/contours.hpp"
#include "support/shapes.hpp"

namespace costengine::shapes {

using Outline = std::vector<Point2>;

inline Contours contours_of(std::initializer_list<Outline> outlines) {
  Contours contours;
  for (const Outline& outline : outlines) {
    contours.points.insert(contours.points.end(), outline.begin(), outline.end());
    contours.first.push_back(static_cast<std::uint32_t>(contours.points.size()));
  }
  return contours;
}

/// Counter-clockwise, from (x, y) to (x + a, y + b).
inline Outline rectangle(double x, double y, double a, double b) {
  return {{x, y}, {x + a, y}, {x + a, y + b}, {x, y + b}};
}

inline Outline reversed(Outline outline) {
  std::reverse(outline.begin(), outline.end());
  return outline;
}

/// A rectangle about the origin whose outline has a rectangular hole about the origin.
inline Contours square_ring(double outer, double inner) {
  return contours_of({rectangle(-outer / 2, -outer / 2, outer, outer),
                      reversed(rectangle(-inner / 2, -inner / 2, inner, inner))});
}

/// n corners on a circle about the origin.
inline Outline regular_polygon(double radius, int n) {
  Outline outline;
  for (int k = 0; k < n; ++k) {
    const double angle = 2 * kPi * k / n;
    outline.push_back({radius * std::cos(angle), radius * std::sin(angle)});
  }
  return outline;
}

/// The area of a regular polygon whose sides lie `apothem` from its centre.
inline double polygon_area(double apothem, int n) {
  return n * std::tan(kPi / n) * apothem * apothem;
}

/// From -reach to reach in both directions.
inline BitGrid grid_of(double reach, double pixel) {
  return make_grid(-reach, -reach, reach, reach, 0, pixel, 1'000'000);
}

inline double area_of(const Contours& contours) {
  double area = 0;
  for (std::size_t l = 0; l < contours.loops(); ++l) area += signed_area(contours.loop(l));
  return area;
}

inline double distance_to_segment(Point2 p, Point2 a, Point2 b) {
  const Point2 ab = b - a;
  const double t = std::clamp(dot(p - a, ab) / std::max(dot(ab, ab), 1e-300), 0.0, 1.0);
  return length(p - (a + ab * t));
}

}  // namespace costengine::shapes
