/// What a reader makes of a file.
#pragma once

#include <cstdint>
#include <vector>

#include "costengine/mesh/finding.hpp"
#include "costengine/mesh/mesh.hpp"

namespace costengine {

enum class MeshFormat { kStlBinary, kStlAscii, kObj, k3mf, kPly, kOff, kAmf, kGltf, kGlb };

/// A mesh and what its reader noticed.
struct LoadedMesh {
  Mesh mesh;
  MeshFormat format{};
  std::uint64_t facets_read = 0;  ///< facets in the file, before any was dropped
  std::vector<Finding> findings;
};

}  // namespace costengine
