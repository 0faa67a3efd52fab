/// The surface where a function of space is zero.
#pragma once

#include <functional>

#include "surface.hpp"

namespace samples {

/// Negative inside, about the distance to the surface in millimetres near it.
using Field = std::function<double(Point)>;

/// Triangles of the zero set of `field` inside the box from `low` to `high` with cells of `step`
/// mm; the set must not reach the sides of the box. Marching tetrahedra: every cube is cut into six
/// tetrahedra that meet in its long diagonal, and every triangle stays inside its tetrahedron, so
/// that the surface is closed, manifold and free of self-intersections by construction. Cells are
/// centred on z = 0, hence a flat bottom there comes out flat.
Surface isosurface(const Field& field, Point low, Point high, double step);

/// The union of two fields with a fillet of about `radius` between them.
double blend(double a, double b, double radius);

/// Distance to the segment from a to b.
double distance_to_segment(Point p, Point a, Point b);

}  // namespace samples
