/// Mesh: triangles over shared vertices.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "costengine/base/vec.hpp"

namespace costengine {

/// Three vertex indices, counter-clockwise seen from outside.
using Facet = std::array<std::uint32_t, 3>;

/// V vertices and F facets. Made by load() and weld(), every vertex is finite, no two vertices are
/// equal (-0 counts as 0) and every index is below V. Nothing is promised about the surface: it may
/// be open, flipped, doubled or flat; inspect() tells.
struct Mesh {
  std::vector<Vec3> vertices;  ///< millimetres
  std::vector<Facet> facets;
};

}  // namespace costengine
