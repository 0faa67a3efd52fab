#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <unordered_map>

#include "costengine/detail/base/secret_hash.hpp"
#include "costengine/mesh/weld.hpp"

namespace costengine {
namespace detail {

inline std::uint64_t hash_position(Vec3 p) {
  const auto x = std::bit_cast<std::uint64_t>(p.x);
  const auto y = std::bit_cast<std::uint64_t>(p.y);
  const auto z = std::bit_cast<std::uint64_t>(p.z);
  return secret_hash(x, y, z, hash_secret());
}

inline std::size_t table_size_for(std::size_t vertices) {
  return std::bit_ceil(std::max<std::size_t>(64, vertices * 2));
}

}  // namespace detail

COSTENGINE_INLINE VertexWelder::VertexWelder(std::size_t expected_vertices)
    : table_(detail::table_size_for(expected_vertices)) {
  vertices_.reserve(expected_vertices);
}

COSTENGINE_INLINE std::uint32_t VertexWelder::index_of(Vec3 p) {
  p = p + Vec3{};  // -0 + 0 is 0
  const std::size_t mask = table_.size() - 1;
  std::size_t slot = detail::hash_position(p) & mask;
  while (table_[slot] != 0) {
    if (vertices_[table_[slot] - 1] == p) return table_[slot] - 1;
    slot = (slot + 1) & mask;
  }
  vertices_.push_back(p);
  table_[slot] = static_cast<std::uint32_t>(vertices_.size());
  if (vertices_.size() * 3 > table_.size() * 2) grow();
  return static_cast<std::uint32_t>(vertices_.size() - 1);
}

COSTENGINE_INLINE void VertexWelder::grow() {
  std::vector<std::uint32_t> table(table_.size() * 2);
  const std::size_t mask = table.size() - 1;
  for (std::size_t i = 0; i < vertices_.size(); ++i) {
    std::size_t slot = detail::hash_position(vertices_[i]) & mask;
    while (table[slot] != 0) slot = (slot + 1) & mask;
    table[slot] = static_cast<std::uint32_t>(i + 1);
  }
  table_.swap(table);
}

COSTENGINE_INLINE void weld(Mesh& mesh) {
  VertexWelder welder(mesh.vertices.size());
  constexpr std::uint32_t kUnseen = ~std::uint32_t{0};
  std::vector<std::uint32_t> index(mesh.vertices.size(), kUnseen);
  for (Facet& facet : mesh.facets) {
    for (std::uint32_t& corner : facet) {
      if (index[corner] == kUnseen) index[corner] = welder.index_of(mesh.vertices[corner]);
      corner = index[corner];
    }
  }
  mesh.vertices = welder.take_vertices();
}

COSTENGINE_INLINE Mesh weld_within(const Mesh& mesh, const std::vector<bool>& candidates,
                                   double tolerance_mm) {
  if (!(tolerance_mm > 0)) return mesh;
  // Cells as wide as the tolerance: two vertices that near lie in the same or neighbouring cells.
  // Comparing all pairs of a crowded cell would be quadratic: there, the cell is one group.
  constexpr std::size_t kCrowd = 16;
  struct Cell {
    std::int64_t x, y, z;
    bool operator==(const Cell&) const = default;
  };
  struct CellHash {
    std::size_t operator()(const Cell& c) const {
      return detail::secret_hash(static_cast<std::uint64_t>(c.x), static_cast<std::uint64_t>(c.y),
                                 static_cast<std::uint64_t>(c.z), detail::hash_secret());
    }
  };
  Box3 box;
  for (const Vec3& p : mesh.vertices) box.extend(p);
  const auto cell_of = [&](Vec3 p) {
    const auto step = [&](double d) {
      return static_cast<std::int64_t>(std::min(d / tolerance_mm, 9e18));
    };
    return Cell{step(p.x - box.min.x), step(p.y - box.min.y), step(p.z - box.min.z)};
  };

  std::vector<std::uint32_t> group(mesh.vertices.size());
  std::iota(group.begin(), group.end(), 0U);
  const auto find = [&](std::uint32_t i) {
    while (group[i] != i) i = group[i] = group[group[i]];
    return i;
  };
  bool joined = false;
  const auto join = [&](std::uint32_t i, std::uint32_t j) {
    const std::uint32_t a = find(i), b = find(j);
    group[std::max(a, b)] = std::min(a, b);
    joined = true;
  };
  std::unordered_map<Cell, std::vector<std::uint32_t>, CellHash> cells;
  for (std::uint32_t i = 0; i < mesh.vertices.size(); ++i) {
    if (!candidates[i]) continue;
    const Vec3 p = mesh.vertices[i];
    const Cell c = cell_of(p);
    for (std::int64_t dx = -1; dx <= 1; ++dx)
      for (std::int64_t dy = -1; dy <= 1; ++dy)
        for (std::int64_t dz = -1; dz <= 1; ++dz) {
          const auto cell = cells.find(Cell{c.x + dx, c.y + dy, c.z + dz});
          if (cell == cells.end()) continue;
          for (const std::uint32_t j : cell->second) {
            const Vec3 d = mesh.vertices[j] - p;
            if (dot(d, d) > tolerance_mm * tolerance_mm) continue;
            join(i, j);
          }
        }
    std::vector<std::uint32_t>& cell = cells[c];
    if (cell.size() < kCrowd) {
      cell.push_back(i);
    } else {
      join(i, cell.front());
    }
  }

  Mesh welded = mesh;
  if (!joined) return welded;
  for (Facet& facet : welded.facets)
    for (std::uint32_t& corner : facet) corner = find(corner);
  return welded;
}

}  // namespace costengine
