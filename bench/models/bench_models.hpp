/// The models that speed is measured on: closed, connected, of any number of facets.
#pragma once

#include <cstdint>
#include <string>

#include "costengine/mesh/mesh.hpp"

namespace bench {

/// The sample figurine with about `facets` facets, and exactly a quarter of what four times as many
/// give above two million: those are subdivided.
costengine::Mesh figurine(std::uint64_t facets);

/// Four facets in place of each, with the midpoints of its sides. Neighbours share them.
void subdivide(costengine::Mesh& mesh);

/// Stretched along z to `height_mm`, standing on z = 0.
void stretch(costengine::Mesh& mesh, double height_mm);

/// Writes `mesh` in the format of the path's ending: ".obj", "-ascii.stl", else a binary STL.
/// Coordinates are rounded to float. Throws std::runtime_error if it cannot be written.
void write(const costengine::Mesh& mesh, const std::string& path);

}  // namespace bench
