/// Contours: the outline of the solid in one plane, as closed polygons.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "costengine/base/context.hpp"
#include "costengine/mesh/mesh.hpp"

namespace costengine {

/// A point or direction in the plane of a layer; millimetres.
struct Point2 {
  double x = 0, y = 0;

  friend constexpr Point2 operator+(Point2 a, Point2 b) { return {a.x + b.x, a.y + b.y}; }
  friend constexpr Point2 operator-(Point2 a, Point2 b) { return {a.x - b.x, a.y - b.y}; }
  friend constexpr Point2 operator*(Point2 a, double s) { return {a.x * s, a.y * s}; }
  friend constexpr bool operator==(Point2 a, Point2 b) = default;
};

constexpr double dot(Point2 a, Point2 b) {
  return a.x * b.x + a.y * b.y;
}
constexpr double cross(Point2 a, Point2 b) {
  return a.x * b.y - a.y * b.x;
}
inline double length(Point2 a) {
  return __builtin_sqrt(dot(a, a));
}

/// Closed polygons with the solid on the left: outlines counter-clockwise, holes clockwise.
struct Contours {
  std::vector<Point2> points;
  std::vector<std::uint32_t> first{0};  ///< loop i is points[first[i] .. first[i + 1])

  [[nodiscard]] std::size_t loops() const { return first.size() - 1; }
  [[nodiscard]] std::span<const Point2> loop(std::size_t i) const {
    return std::span(points).subspan(first[i], first[i + 1] - first[i]);
  }
  friend bool operator==(const Contours&, const Contours&) = default;
};

/// Area within a closed polygon; negative if clockwise. And the length of its outline.
double signed_area(std::span<const Point2> loop);
double perimeter(std::span<const Point2> loop);

/// Leaves out points that lie within `tolerance_mm` of the line between those kept (Douglas and
/// Peucker 1973, on the closed polygon). Loops that enclose nothing disappear.
void simplify(Contours& contours, double tolerance_mm);

/// How much detail of a contour is kept.
struct ContourDetail {
  double tolerance_mm = 0;        ///< points this near to a straight line go
  double short_edge_mm = 0;       ///< and those at the end of edges shorter than this, ...
  double short_tolerance_mm = 0;  ///< ... if they are this near
  double thinnest_mm = 0;         ///< holes thinner than this are closed
};

/// Leaves out points at the end of short edges, as the slicer does before it lays out walls of
/// variable width: one goes if it is less than `short_edge_mm` from the last that was kept, the
/// edge after it is at most twice as long, and what is cut off amounts to a triangle no higher than
/// `short_tolerance_mm`. A `loop` ends where it begins; nothing is left of one that encloses
/// nothing. Cost: O(points).
void merge_short_edges(std::vector<Point2>& points, bool loop, const ContourDetail& detail);

/// Turns the plane of the layers: contours are given in axes turned by this angle about the z axis,
/// so that the lines of an infill run along rows.
struct LayerAxes {
  Point2 x_axis{1, 0};  ///< unit vector of the rows, in the mesh's coordinates
  Point2 origin;        ///< of the mesh's coordinates; becomes (0, 0)

  [[nodiscard]] Point2 from_mesh(double x, double y) const {
    const Point2 p = Point2{x, y} - origin;
    return {dot(p, x_axis), cross(x_axis, p)};
  }
  [[nodiscard]] Point2 direction_from_mesh(Point2 d) const {
    return {dot(d, x_axis), cross(x_axis, d)};
  }
  [[nodiscard]] Point2 direction_to_mesh(Point2 d) const {
    return {d.x * x_axis.x - d.y * x_axis.y, d.x * x_axis.y + d.y * x_axis.x};
  }
};

/// The contours of a mesh in every plane.
struct ContourStack {
  std::vector<Contours> contours;       ///< one for each distinct layer
  std::vector<std::uint32_t> of_layer;  ///< which of them a layer has; equal neighbours share one
};

/// Cuts a mesh by horizontal planes (ascending, in the mesh's coordinates). Vertices on a
/// plane count as above it. Facets are followed across their common sides, so a contour closes
/// wherever the surface does. Where it does not, ends up to 2 mm apart are joined by a straight
/// line; what then is still open is left out, as in the slicer. Only the first `facets` are cut.
/// `twins`: as Inspection has them; empty where unknown.
///
/// Cost: O(facets + crossings); 16 bytes a facet and the result. Threads: planes in parallel, same
/// bits for any number. Errors: kCancelled, kLimitTime.
Result<ContourStack> slice_contours(const Mesh& mesh, const std::vector<double>& planes_mm,
                                    const LayerAxes& axes, const ContourDetail& detail,
                                    Context& ctx, std::size_t facets = ~std::size_t{0},
                                    std::span<const std::uint32_t> twins = {});

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/slice/contours.ipp"
#endif
