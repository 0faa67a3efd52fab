// What one pass over the facets of a mesh tells: size, area, volume, how much lies above the bed.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include "costengine/base/run_blocks.hpp"
#include "costengine/detail/mesh/edges.hpp"
#include "costengine/mesh/mesh.hpp"

namespace costengine::detail {

struct Survey {
  Box3 box;         ///< of the facets that have an area: a stray needle must not set the size
  Box3 box_of_all;  ///< of all facets
  std::uint64_t collapsed = 0;              ///< facets with a repeated corner
  std::uint64_t flat = 0;                   ///< facets of three corners and no area
  std::optional<std::uint64_t> first_flat;  ///< of either
  double volume6 = 0;                       ///< six times the signed volume
  double area2 = 0;                         ///< twice the area
  double projected2 = 0;                    ///< twice the area of all facets seen from above
  double covered = 0;                       ///< area of the boxes of all facets seen from above

  void add(const Survey& next) {
    if (!next.box.empty()) box.extend(next.box);
    box_of_all.extend(next.box_of_all);
    collapsed += next.collapsed;
    flat += next.flat;
    if (!first_flat) first_flat = next.first_flat;
    volume6 += next.volume6;
    area2 += next.area2;
    projected2 += next.projected2;
    covered += next.covered;
  }
};

inline bool has_area(const Mesh& mesh, const Facet& f) {
  const Vec3& a = mesh.vertices[f[0]];
  const Vec3 n = cross(mesh.vertices[f[1]] - a, mesh.vertices[f[2]] - a);
  return n.x != 0 || n.y != 0 || n.z != 0;
}

inline bool is_collapsed(const Facet& f) {
  return (f[0] == f[1]) | (f[1] == f[2]) | (f[2] == f[0]);
}

inline Survey survey_block(const Mesh& mesh, std::size_t begin, std::size_t end) {
  Survey sum;
  Vec3 low = sum.box.min, high = sum.box.max;
  const Vec3 origin = mesh.vertices[mesh.facets[0][0]];  // near the rest, and all blocks share it
  bool all_have_area = true;
  double volume6 = 0, area2 = 0, projected2 = 0, covered = 0;
  for (std::size_t i = begin; i < end; ++i) {
    const Facet& f = mesh.facets[i];
    const Vec3 &a = mesh.vertices[f[0]], &b = mesh.vertices[f[1]], &c = mesh.vertices[f[2]];
    const Vec3 least{std::min(std::min(a.x, b.x), c.x), std::min(std::min(a.y, b.y), c.y),
                     std::min(std::min(a.z, b.z), c.z)};
    const Vec3 most{std::max(std::max(a.x, b.x), c.x), std::max(std::max(a.y, b.y), c.y),
                    std::max(std::max(a.z, b.z), c.z)};
    low = {std::min(low.x, least.x), std::min(low.y, least.y), std::min(low.z, least.z)};
    high = {std::max(high.x, most.x), std::max(high.y, most.y), std::max(high.z, most.z)};
    covered += (most.x - least.x) * (most.y - least.y);
    const Vec3 n = cross(b - a, c - a);
    volume6 += dot(a - origin, n);
    area2 += length(n);
    projected2 += std::abs(n.z);
    const bool has_area = (n.x != 0) | (n.y != 0) | (n.z != 0);
    all_have_area &= has_area & !is_collapsed(f);
  }
  sum.box_of_all = {low, high};
  sum.box = sum.box_of_all;
  sum.volume6 = volume6;
  sum.area2 = area2;
  sum.projected2 = projected2;
  sum.covered = covered;
  if (all_have_area) return sum;
  sum.box = Box3{};
  for (std::size_t i = begin; i < end; ++i) {
    const Facet& f = mesh.facets[i];
    const bool flat = !has_area(mesh, f);
    if (!flat) {
      for (const std::uint32_t v : f) sum.box.extend(mesh.vertices[v]);
    }
    const bool collapsed = is_collapsed(f);
    sum.collapsed += collapsed;
    sum.flat += flat && !collapsed;
    if ((flat || collapsed) && !sum.first_flat) sum.first_flat = i;
  }
  return sum;
}

/// Cost: O(F). Threads: blocks of facets; the same bits for any number. Throws Interrupted.
inline Survey survey(const Mesh& mesh, Context& ctx) {
  std::vector<Survey> blocks(block_count(mesh.facets.size(), kFacetBlock));
  in_blocks(ctx, Stage::kInspect, blocks.size(), [&](std::size_t block) {
    const std::size_t begin = block * kFacetBlock;
    blocks[block] = survey_block(mesh, begin, std::min(begin + kFacetBlock, mesh.facets.size()));
  });
  Survey whole;
  for (const Survey& block : blocks) whole.add(block);
  return whole;
}

}  // namespace costengine::detail
