/// Flat faces with holes, cut into triangles.
#pragma once

#include <vector>

#include "surface.hpp"

namespace samples {

using Loop = std::vector<Point>;

/// Adds the face inside `outline` (counter-clockwise seen from outside) and outside `holes` (either
/// direction) to the surface. The face must lie in a plane of two axes; hole corners count as
/// corners of the face, no others are added. By ears, shortest cut first: O(n^3), for small faces.
void add_face(Surface& surface, const Loop& outline, std::vector<Loop> holes = {});

/// The wall that joins two loops of equal length, corner by corner; seen from its outer side
/// `lower` runs to the right and `upper` lies above.
void add_wall(Surface& surface, const Loop& lower, const Loop& upper);

/// Signed area of a loop in the xy plane, positive counter-clockwise.
double area_xy(const Loop& loop);

}  // namespace samples
