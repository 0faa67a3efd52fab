/// Surface: triangles on an integer grid, so that every check and every volume is exact.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace samples {

/// A point in model units (millimetres, or inches where a name says so).
struct Point {
  double x = 0, y = 0, z = 0;
};

inline Point operator+(Point a, Point b) {
  return {a.x + b.x, a.y + b.y, a.z + b.z};
}
inline Point operator-(Point a, Point b) {
  return {a.x - b.x, a.y - b.y, a.z - b.z};
}
inline Point operator*(Point a, double s) {
  return {a.x * s, a.y * s, a.z * s};
}
inline double dot(Point a, Point b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}
inline double length(Point a) {
  return __builtin_sqrt(dot(a, a));
}
inline double mix(double a, double b, double t) {
  return a + (b - a) * t;
}

using Facet = std::array<std::uint32_t, 3>;  ///< counter-clockwise seen from outside
using GridPoint = std::array<std::int32_t, 3>;

/// 2^-16 of a unit is the grid: float32 holds every coordinate below 128 exactly.
inline constexpr double kGrid = 1.0 / 65536;
/// For models measured in inches, which are smaller numbers: below 8.
inline constexpr double kFineGrid = 1.0 / 1048576;

/// Triangles over shared grid points; a coordinate is an integer times `grid`.
struct Surface {
  double grid = kGrid;
  std::vector<GridPoint> points;
  std::vector<Facet> facets;

  /// Rounds to the grid; a caller that meets a point twice keeps the index or calls weld().
  std::uint32_t add(Point p);
  [[nodiscard]] Point at(std::uint32_t index) const;
};

/// Joins equal points and drops those that no facet uses.
Surface weld(const Surface& surface);
/// Turned inside out.
Surface reversed(Surface surface);
/// Both together in one file; their points stay apart.
Surface joined(Surface a, const Surface& b);
/// Every coordinate times `factor`, rounded to `grid`.
Surface scaled(const Surface& surface, double factor, double grid);

/// Signed volume in cubic units, summed in integers and rounded once.
double volume(const Surface& surface);

/// What the edges say.
struct Topology {
  std::uint64_t unmatched_edges = 0;    ///< directed edges that do not meet exactly one reverse
  std::uint64_t degenerate_facets = 0;  ///< facets without an area
  std::uint64_t pinched_points = 0;     ///< points where more than one fan of facets meets
  std::uint32_t shells = 0;             ///< sets of facets connected by points
  [[nodiscard]] bool is_manifold() const {
    return unmatched_edges == 0 && degenerate_facets == 0 && pinched_points == 0;
  }
};

/// The surface must be welded. O(n log n).
Topology topology(const Surface& surface);

}  // namespace samples
