// Drops the facets that change nothing: those without three corners, and exact duplicates.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "costengine/detail/mesh/edges.hpp"
#include "costengine/mesh/mesh.hpp"

namespace costengine::detail {

struct CleanCounts {
  std::uint64_t collapsed = 0;  ///< facets with a repeated corner, dropped
  std::uint64_t flat = 0;       ///< facets of three corners and no area; kept: they carry edges
  std::uint64_t repeated = 0;   ///< facets that stand again with the same winding, dropped
  std::uint64_t cancelled = 0;  ///< facets that stand again with the opposite winding: both dropped
  std::optional<std::uint64_t> first_flat, first_repeated, first_cancelled;
};

inline bool has_area(const Mesh& mesh, const Facet& f) {
  const Vec3& a = mesh.vertices[f[0]];
  const Vec3 n = cross(mesh.vertices[f[1]] - a, mesh.vertices[f[2]] - a);
  return n.x != 0 || n.y != 0 || n.z != 0;
}

/// Keeps one facet of every group that stands on the same three vertices, turned as the majority of
/// the group is; none where both windings are equally frequent (a wall between two touching solids,
/// or a sheet closed on itself: neither encloses anything). `index_in_file` follows the facets.
inline CleanCounts clean(Mesh& mesh, std::vector<std::uint32_t>& index_in_file, Pulse& pulse) {
  CleanCounts counts;
  const std::size_t count = mesh.facets.size();
  struct Key {
    std::uint32_t middle, high, facet;
    std::int32_t turn;  ///< +1 if the corners run low, middle, high
  };
  std::vector<std::uint32_t> first(mesh.vertices.size() + 1, 0);
  std::vector<bool> keep(count, true);
  for (std::size_t i = 0; i < count; ++i) {
    pulse.beat();
    const Facet& f = mesh.facets[i];
    if (f[0] == f[1] || f[1] == f[2] || f[2] == f[0]) {
      keep[i] = false;
      ++counts.collapsed;
      if (!counts.first_flat) counts.first_flat = i;
      continue;
    }
    if (!has_area(mesh, f)) {
      ++counts.flat;
      if (!counts.first_flat) counts.first_flat = i;
    }
    ++first[std::min({f[0], f[1], f[2]}) + 1];
  }
  for (std::size_t v = 1; v < first.size(); ++v) first[v] += first[v - 1];
  std::vector<Key> keys(first.back());
  std::vector<std::uint32_t> next(first.begin(), first.end() - 1);
  for (std::size_t i = 0; i < count; ++i) {
    pulse.beat();
    if (!keep[i]) continue;
    Facet f = mesh.facets[i];
    std::rotate(f.begin(), std::min_element(f.begin(), f.end()), f.end());
    const bool forward = f[1] < f[2];
    keys[next[f[0]]++] = {std::min(f[1], f[2]), std::max(f[1], f[2]), static_cast<std::uint32_t>(i),
                          forward ? 1 : -1};
  }
  for (std::size_t v = 0; v + 1 < first.size(); ++v) {
    pulse.beat();
    const auto begin = keys.begin() + first[v], end = keys.begin() + first[v + 1];
    std::sort(begin, end, [](const Key& a, const Key& b) {
      if (a.middle != b.middle) return a.middle < b.middle;
      return a.high != b.high ? a.high < b.high : a.facet < b.facet;
    });
    for (auto group = begin; group != end;) {
      auto stop = group;
      int net = 0;
      for (; stop != end && stop->middle == group->middle && stop->high == group->high; ++stop) {
        net += stop->turn;
      }
      bool kept = stop - group == 1;
      for (auto k = group; k != stop && stop - group > 1; ++k) {
        if (!kept && net != 0 && (k->turn > 0) == (net > 0)) {
          kept = true;
          continue;
        }
        keep[k->facet] = false;
        ++(net == 0 ? counts.cancelled : counts.repeated);
        auto& example = net == 0 ? counts.first_cancelled : counts.first_repeated;
        example = std::min<std::uint64_t>(example.value_or(k->facet), k->facet);
      }
      group = stop;
    }
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!keep[i]) continue;
    index_in_file[kept] = index_in_file[i];
    mesh.facets[kept++] = mesh.facets[i];
  }
  mesh.facets.resize(kept);
  index_in_file.resize(kept);
  return counts;
}

/// Drops facets without an area that hang on to the rest by one side at most: a stray needle, not a
/// facet that closes a gap between neighbours. Whether any was dropped.
inline bool drop_loose_flats(Mesh& mesh, std::vector<std::uint32_t>& index_in_file, Pulse& pulse) {
  constexpr int kRounds = 8;  // a chain of them is taken off from its ends
  bool dropped = false;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<std::uint8_t> single_sides(mesh.facets.size(), 0);
    EdgeTable(mesh, pulse).for_each([&](std::span<const Side> sides) {
      if (sides.size() == 1) ++single_sides[sides.front() / 3];
    });
    std::size_t kept = 0;
    for (std::size_t i = 0; i < mesh.facets.size(); ++i) {
      if (single_sides[i] >= 2 && !has_area(mesh, mesh.facets[i])) continue;
      index_in_file[kept] = index_in_file[i];
      mesh.facets[kept++] = mesh.facets[i];
    }
    if (kept == mesh.facets.size()) break;
    mesh.facets.resize(kept);
    index_in_file.resize(kept);
    dropped = true;
  }
  return dropped;
}

}  // namespace costengine::detail
