// Which shells lie in which, and what that says about the way they face.
#pragma once

#include <algorithm>
#include <map>
#include <vector>

#include "costengine/detail/mesh/shells.hpp"
#include "costengine/mesh/columns.hpp"

namespace costengine::detail {

struct NestingCounts {
  std::uint64_t inverted = 0;   ///< shells that were turned as a whole
  std::uint64_t cavities = 0;   ///< shells that face inwards inside another
  std::uint64_t swallowed = 0;  ///< shells that face outwards inside another
};

/// For each shell, the shells that contain it: a majority of sample points on it lie inside them.
inline Result<std::vector<std::vector<std::uint32_t>>> containers(
    const Mesh& mesh, const Shells& shells, Context& ctx) {
  std::vector<std::vector<std::uint32_t>> members(shells.count);
  for (std::uint32_t f = 0; f < mesh.facets.size(); ++f) {
    members[shells.of_facet[f]].push_back(f);
  }
  constexpr std::size_t kSamples = 7;
  std::vector<Column> columns;
  std::vector<double> heights;
  for (const std::vector<std::uint32_t>& facets : members) {
    for (std::size_t k = 0; k < kSamples; ++k) {
      const Facet& f = mesh.facets[facets[k * (facets.size() - 1) / (kSamples - 1)]];
      // Off the middle, so that sample columns of neighbouring facets do not coincide.
      const Vec3 p = mesh.vertices[f[0]] * 0.31 + mesh.vertices[f[1]] * 0.36 +
                     mesh.vertices[f[2]] * 0.33;
      columns.push_back({p.x, p.y});
      heights.push_back(p.z);
    }
  }
  COSTENGINE_TRY(const ColumnCrossings crossings, cross_columns(mesh, columns, ctx));

  std::vector<std::vector<std::uint32_t>> inside_of(shells.count);
  std::map<std::uint32_t, int> winding, votes;
  for (std::uint32_t shell = 0; shell < shells.count; ++shell) {
    votes.clear();
    for (std::size_t k = shell * kSamples; k < (shell + 1) * kSamples; ++k) {
      winding.clear();
      for (const ColumnCrossing& crossing : crossings.of(k)) {
        const std::uint32_t other = shells.of_facet[crossing.facet];
        if (other != shell && crossing.z < heights[k]) winding[other] += crossing.enters;
      }
      for (const auto& [other, turns] : winding) votes[other] += turns != 0;
    }
    for (const auto& [other, count] : votes) {
      if (count * 2 > static_cast<int>(kSamples)) inside_of[shell].push_back(other);
    }
  }
  return inside_of;
}

/// Turns the shells that face the wrong way. A shell outside all others faces outwards; one that
/// faces inwards inside a solid is a cavity; what lies in a shell that had to be turned is turned
/// with it. Precondition: the mesh is closed.
inline Result<NestingCounts> face_outwards(Mesh& mesh, const Shells& shells, Context& ctx) {
  Box3 box;
  for (const Vec3& p : mesh.vertices) box.extend(p);
  std::vector<double> volume6(shells.count, 0), area2(shells.count, 0);
  for (std::size_t f = 0; f < mesh.facets.size(); ++f) {
    volume6[shells.of_facet[f]] += facet_volume6(mesh, mesh.facets[f], box.center());
    area2[shells.of_facet[f]] += facet_area2(mesh, mesh.facets[f]);
  }
  // A flat shell (a lone patch under its cap) has no side: its sign would be rounding.
  const auto faces_inwards = [&](std::uint32_t shell) {
    const double v = volume6[shell], a = area2[shell];
    return v < 0 && v * v > 1e-12 * a * a * a;
  };
  std::vector<std::vector<std::uint32_t>> inside_of(shells.count);
  if (shells.count > 1) {
    COSTENGINE_TRY(inside_of, containers(mesh, shells, ctx));
  }
  std::vector<std::uint32_t> order(shells.count);
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return inside_of[a].size() < inside_of[b].size();
  });

  NestingCounts counts;
  std::vector<bool> turned(shells.count, false), outward(shells.count, true);
  for (const std::uint32_t shell : order) {
    int around = 0;  // winding number of the other shells here
    bool with_container = false;
    for (const std::uint32_t other : inside_of[shell]) {
      around += outward[other] ? 1 : -1;
      if (inside_of[other].empty()) with_container = turned[other];
    }
    turned[shell] = with_container;
    outward[shell] = faces_inwards(shell) == with_container;
    if (!outward[shell] && around <= 0) {
      turned[shell] = !turned[shell];
      outward[shell] = true;
    }
    if (turned[shell]) ++counts.inverted;
    if (around > 0) ++(outward[shell] ? counts.swallowed : counts.cavities);
  }
  for (std::size_t f = 0; f < mesh.facets.size(); ++f) {
    if (turned[shells.of_facet[f]]) turn(mesh.facets[f]);
  }
  return counts;
}

}  // namespace costengine::detail
