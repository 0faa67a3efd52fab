/// Welding: one index for each distinct position.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "costengine/mesh/mesh.hpp"

namespace costengine {

/// Numbers distinct positions in the order of their first appearance. -0 equals 0; otherwise two
/// positions are the same only if all their bits are.
/// Cost: O(1) a call, 24 bytes a vertex and 4 to 8 for the hash table. Not thread-safe.
class VertexWelder {
 public:
  explicit VertexWelder(std::size_t expected_vertices);

  /// Precondition: p is finite; fewer than 2^32 - 1 distinct positions.
  std::uint32_t index_of(Vec3 p);

  [[nodiscard]] const std::vector<Vec3>& vertices() const { return vertices_; }
  [[nodiscard]] std::vector<Vec3> take_vertices() { return std::move(vertices_); }

 private:
  void grow();
  std::vector<Vec3> vertices_;
  std::vector<std::uint32_t> table_;  ///< vertex index + 1; 0 is free; a power of two long
};

/// Joins equal positions of a mesh whose vertices may repeat, and drops unused vertices.
void weld(Mesh& mesh);

/// Joins those of `candidates` (a flag for each vertex) that lie within `tolerance_mm` of each
/// other (transitively) and gives each group the position of its first vertex; where over 16
/// vertices lie that close, up to sqrt 3 times the tolerance apart. Facet indices follow; facets
/// that lose a corner stay, with a repeated index. A tolerance of 0 joins nothing. Cost: O(V)
/// expected.
Mesh weld_within(const Mesh& mesh, const std::vector<bool>& candidates, double tolerance_mm);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/mesh/weld.ipp"
#endif
