#include "model.hpp"

#include <limits>

namespace costengine::import {

void append(Model& model, const Mesh& part, const Placement& placement) {
  constexpr std::uint32_t kUnused = std::numeric_limits<std::uint32_t>::max();
  if (part.facets.size() > kMaxFacets - model.mesh.facets.size()) {
    refuse("the model has more than " + std::to_string(kMaxFacets) +
           " facets once every part is placed: simplify it");
  }
  std::vector<std::uint32_t> renumbered(part.vertices.size(), kUnused);
  const bool mirrored = placement.mirrors();
  for (const Facet& facet : part.facets) {
    Facet placed{};
    for (std::size_t corner = 0; corner < 3; ++corner) {
      const std::uint32_t index = facet[corner];
      if (index >= part.vertices.size()) {
        refuse("a facet refers to vertex " + std::to_string(index) + " of " +
                   std::to_string(part.vertices.size()) + ": the file is damaged",
               ErrorCode::kIndex);
      }
      if (renumbered[index] == kUnused) {
        renumbered[index] = static_cast<std::uint32_t>(model.mesh.vertices.size());
        model.mesh.vertices.push_back(placement(part.vertices[index]));
      }
      placed[corner] = renumbered[index];
    }
    if (mirrored) std::swap(placed[1], placed[2]);
    model.mesh.facets.push_back(placed);
  }
}

}  // namespace costengine::import
