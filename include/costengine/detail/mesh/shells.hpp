// Shells: connected parts of a surface, and the turning of their facets.
#pragma once

#include <cmath>
#include <numeric>
#include <vector>

#include "costengine/detail/mesh/edges.hpp"
#include "costengine/mesh/mesh.hpp"

namespace costengine::detail {

struct Shells {
  std::uint32_t count = 0;
  std::vector<std::uint32_t> of_facet;
  std::uint64_t turned = 0;          ///< facets that were turned to agree with their neighbours
  std::uint64_t contradictions = 0;  ///< manifold edges that no turning can satisfy
  std::optional<std::uint64_t> first_turned;
};

inline void turn(Facet& f) {
  std::swap(f[1], f[2]);
}

inline double facet_area2(const Mesh& mesh, const Facet& f) {
  const Vec3& a = mesh.vertices[f[0]];
  return length(cross(mesh.vertices[f[1]] - a, mesh.vertices[f[2]] - a));
}

/// Six times the volume of the tetrahedron from `origin` to the facet.
inline double facet_volume6(const Mesh& mesh, const Facet& f, Vec3 origin) {
  const Vec3 a = mesh.vertices[f[0]] - origin, b = mesh.vertices[f[1]] - origin,
             c = mesh.vertices[f[2]] - origin;
  return dot(a, cross(b, c));
}

class UnionFind {
 public:
  explicit UnionFind(std::size_t n) : parent_(n) { std::iota(parent_.begin(), parent_.end(), 0U); }
  std::uint32_t find(std::uint32_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(std::uint32_t a, std::uint32_t b) {
    a = find(a);
    b = find(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::uint32_t> parent_;
};

/// The side across each side's edge, where the edge has exactly two sides.
inline std::vector<Side> partners(const Mesh& mesh, const EdgeTable& edges, Pulse& pulse) {
  std::vector<Side> partner(mesh.facets.size() * 3, kNoSide);
  edges.for_each([&](std::span<const Side> sides) {
    pulse.beat();
    if (sides.size() != 2) return;
    partner[sides[0]] = sides[1];
    partner[sides[1]] = sides[0];
  });
  return partner;
}

/// Walks over manifold edges from facet to facet and turns those that run against the first one;
/// then, patch by patch, goes back to the winding that most of its area had in the file.
inline Shells turn_patches(Mesh& mesh, const EdgeTable& edges, Pulse& pulse) {
  const std::size_t count = mesh.facets.size();
  const std::vector<Side> partner = partners(mesh, edges, pulse);
  constexpr std::uint32_t kNone = ~std::uint32_t{0};
  Shells shells;
  shells.of_facet.assign(count, kNone);
  std::vector<std::uint8_t> turned(count, 0);
  std::vector<std::uint32_t> patch;  // facets of the current patch, in the order of the walk
  for (std::uint32_t seed = 0; seed < count; ++seed) {
    if (shells.of_facet[seed] != kNone) continue;
    patch.assign(1, seed);
    shells.of_facet[seed] = shells.count;
    double area = 0, turned_area = 0;
    for (std::size_t at = 0; at < patch.size(); ++at) {
      pulse.beat();
      const std::uint32_t f = patch[at];
      const double own = facet_area2(mesh, mesh.facets[f]);
      area += own;
      if (turned[f] != 0) turned_area += own;
      for (Side s = 3 * f; s < 3 * f + 3; ++s) {
        const Side other = partner[s];
        if (other == kNoSide) continue;
        const bool disagree = side_direction(mesh, s) == side_direction(mesh, other);
        const std::uint32_t g = other / 3;
        if (shells.of_facet[g] == kNone) {
          shells.of_facet[g] = shells.count;
          turned[g] = turned[f] ^ static_cast<std::uint8_t>(disagree);
          patch.push_back(g);
        } else if ((turned[f] ^ turned[g]) != static_cast<std::uint8_t>(disagree)) {
          ++shells.contradictions;
        }
      }
    }
    if (turned_area * 2 > area) {
      for (const std::uint32_t f : patch) turned[f] ^= 1;
    }
    ++shells.count;
  }
  for (std::uint32_t f = 0; f < count; ++f) {
    if (turned[f] == 0) continue;
    turn(mesh.facets[f]);
    ++shells.turned;
    if (!shells.first_turned) shells.first_turned = f;
  }
  return shells;
}

/// Joins patches that need each other to be closed: those that meet at an edge of more than two
/// sides where each alone is unbalanced. Two solids that touch along an edge stay two shells.
inline void join_patches(const Mesh& mesh, const EdgeTable& edges, Shells& shells, Pulse& pulse) {
  UnionFind groups(shells.count);
  std::vector<std::pair<std::uint32_t, int>> balance;  // patch, net direction at this edge
  edges.for_each([&](std::span<const Side> sides) {
    pulse.beat();
    if (sides.size() <= 2) return;
    balance.clear();
    for (const Side s : sides) {
      balance.emplace_back(shells.of_facet[s / 3], side_direction(mesh, s));
    }
    std::sort(balance.begin(), balance.end());
    std::uint32_t leader = 0;
    bool have_leader = false;
    for (std::size_t i = 0; i < balance.size();) {
      int net = 0;
      const std::uint32_t patch = balance[i].first;
      for (; i < balance.size() && balance[i].first == patch; ++i) net += balance[i].second;
      if (net == 0) continue;
      if (have_leader) groups.join(leader, patch);
      leader = patch;
      have_leader = true;
    }
  });
  std::vector<std::uint32_t> number(shells.count, 0);
  std::uint32_t next = 0;
  for (std::uint32_t i = 0; i < shells.count; ++i) {
    const std::uint32_t root = groups.find(i);
    number[i] = root == i ? next++ : number[root];
  }
  for (std::uint32_t& shell : shells.of_facet) shell = number[shell];
  shells.count = next;
}

/// Finds the shells of a mesh and turns the facets of each to agree; `edges` stays up to date.
inline Shells orient(Mesh& mesh, EdgeTable& edges, Pulse& pulse) {
  Shells shells = turn_patches(mesh, edges, pulse);
  if (shells.turned != 0) edges = EdgeTable(mesh, pulse);
  join_patches(mesh, edges, shells, pulse);
  return shells;
}

}  // namespace costengine::detail
