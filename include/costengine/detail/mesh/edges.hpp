// Edges of a mesh, each with the facet sides that lie on it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "costengine/detail/base/pulse.hpp"
#include "costengine/detail/base/sort_few.hpp"
#include "costengine/mesh/mesh.hpp"

namespace costengine::detail {

/// A side of a facet: 3 * facet + k runs from corner k to corner k + 1.
using Side = std::uint32_t;

inline constexpr Side kNoSide = ~Side{0};

inline std::uint32_t side_from(const Mesh& mesh, Side s) {
  return mesh.facets[s / 3][s % 3];
}
inline std::uint32_t side_to(const Mesh& mesh, Side s) {
  return mesh.facets[s / 3][(s + 1) % 3];
}

/// +1 if the side runs from the lower to the higher vertex index, -1 otherwise.
inline int side_direction(const Mesh& mesh, Side s) {
  return side_from(mesh, s) < side_to(mesh, s) ? 1 : -1;
}

/// Sides sorted by edge: a counting sort by the lower vertex, then small sorts by the higher one.
/// Describes the mesh as it was when the table was made: turning a facet renumbers its sides.
/// Cost: O(F + V), 6 bytes a side of a closed surface; 15 while it is made.
class EdgeTable {
 public:
  EdgeTable() = default;
  EdgeTable(const Mesh& mesh, Pulse& pulse) {
    std::vector<std::uint32_t> first(mesh.vertices.size() + 1, 0);
    for (const Facet& f : mesh.facets) {
      pulse.beat();
      ++first[std::min(f[0], f[1]) + 1];
      ++first[std::min(f[1], f[2]) + 1];
      ++first[std::min(f[2], f[0]) + 1];
    }
    for (std::size_t v = 1; v < first.size(); ++v) first[v] += first[v - 1];
    std::vector<Entry> entries(mesh.facets.size() * 3);
    std::vector<std::uint32_t> next(first.begin(), first.end() - 1);
    Side s = 0;
    for (const Facet& f : mesh.facets) {
      pulse.beat();
      for (std::size_t k = 0; k < 3; ++k) {
        const auto [low, high] = std::minmax(f[k], f[k < 2 ? k + 1 : 0]);
        entries[next[low]++] = Entry{high} << 32 | s++;
      }
    }
    sides_.reserve(entries.size());
    first_.reserve(entries.size() / 2 + 1);
    for (std::size_t v = 0; v + 1 < first.size(); ++v) {
      pulse.beat();
      sort_few(entries.data() + first[v], entries.data() + first[v + 1]);
      std::uint64_t other = v;
      for (std::uint32_t i = first[v]; i < first[v + 1]; ++i) {
        const std::uint64_t high = entries[i] >> 32;
        if (high == v) continue;
        if (high != other) first_.push_back(static_cast<std::uint32_t>(sides_.size()));
        other = high;
        sides_.push_back(static_cast<Side>(entries[i]));
      }
    }
    first_.push_back(static_cast<std::uint32_t>(sides_.size()));
  }

  /// Calls visit(std::span<const Side>) once for each edge, in a fixed order. Sides of facets with
  /// a repeated corner are on no edge if both their ends are the same vertex.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (std::size_t i = 0; i + 1 < first_.size(); ++i) {
      visit(std::span<const Side>(sides_).subspan(first_[i], first_[i + 1] - first_[i]));
    }
  }

 private:
  using Entry = std::uint64_t;  ///< the higher vertex, then the side

  std::vector<std::uint32_t> first_;  ///< edge i has sides_[first_[i] .. first_[i + 1])
  std::vector<Side> sides_;
};

/// How the edges of a mesh hang together.
struct EdgeCounts {
  std::uint64_t open = 0;         ///< sides without a partner that runs the other way
  std::uint64_t single = 0;       ///< edges with one side only, however the facets are turned
  std::uint64_t nonmanifold = 0;  ///< edges with more than two sides
  std::optional<std::uint64_t> first_open_facet;
};

inline EdgeCounts count_edges(const Mesh& mesh, const EdgeTable& edges, Pulse& pulse) {
  EdgeCounts counts;
  edges.for_each([&](std::span<const Side> sides) {
    pulse.beat();
    int net = 0;
    for (const Side s : sides) net += side_direction(mesh, s);
    if (net != 0 && !counts.first_open_facet) counts.first_open_facet = sides.front() / 3;
    counts.open += static_cast<std::uint64_t>(net < 0 ? -net : net);
    counts.single += sides.size() == 1;
    counts.nonmanifold += sides.size() > 2;
  });
  return counts;
}

/// The vertices at the ends of edges with one side only.
inline std::vector<bool> vertices_of_single_edges(const Mesh& mesh, const EdgeTable& edges) {
  std::vector<bool> flags(mesh.vertices.size(), false);
  edges.for_each([&](std::span<const Side> sides) {
    if (sides.size() != 1) return;
    flags[side_from(mesh, sides[0])] = true;
    flags[side_to(mesh, sides[0])] = true;
  });
  return flags;
}

}  // namespace costengine::detail
