// Edges of a mesh, each with the facet sides that lie on it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

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
/// Cost: O(F + V), 12 bytes a side.
class EdgeTable {
 public:
  EdgeTable() = default;
  explicit EdgeTable(const Mesh& mesh) {
    const std::size_t sides = mesh.facets.size() * 3;
    first_.assign(mesh.vertices.size() + 1, 0);
    for (Side s = 0; s < sides; ++s) ++first_[low(mesh, s) + 1];
    for (std::size_t v = 1; v < first_.size(); ++v) first_[v] += first_[v - 1];
    entries_.resize(sides);
    std::vector<std::uint32_t> next(first_.begin(), first_.end() - 1);
    for (Side s = 0; s < sides; ++s) entries_[next[low(mesh, s)]++] = {high(mesh, s), s};
    for (std::size_t v = 0; v + 1 < first_.size(); ++v) {
      std::sort(entries_.begin() + first_[v], entries_.begin() + first_[v + 1],
                [](const Entry& a, const Entry& b) {
                  return a.high != b.high ? a.high < b.high : a.side < b.side;
                });
    }
  }

  /// Calls visit(std::span<const Side>) once for each edge, in a fixed order. Sides of facets with
  /// a repeated corner are on no edge if both their ends are the same vertex.
  template <class Visit>
  void for_each(Visit&& visit) const {
    std::vector<Side> sides;
    for (std::size_t v = 0; v + 1 < first_.size(); ++v) {
      for (std::uint32_t i = first_[v]; i < first_[v + 1];) {
        const std::uint32_t other = entries_[i].high;
        sides.clear();
        for (; i < first_[v + 1] && entries_[i].high == other; ++i) {
          sides.push_back(entries_[i].side);
        }
        if (other != v) visit(std::span<const Side>(sides));
      }
    }
  }

 private:
  struct Entry {
    std::uint32_t high;
    Side side;
  };
  static std::uint32_t low(const Mesh& mesh, Side s) {
    return std::min(side_from(mesh, s), side_to(mesh, s));
  }
  static std::uint32_t high(const Mesh& mesh, Side s) {
    return std::max(side_from(mesh, s), side_to(mesh, s));
  }

  std::vector<std::uint32_t> first_;
  std::vector<Entry> entries_;
};

/// How the edges of a mesh hang together.
struct EdgeCounts {
  std::uint64_t open = 0;         ///< sides without a partner that runs the other way
  std::uint64_t single = 0;       ///< edges with one side only, however the facets are turned
  std::uint64_t nonmanifold = 0;  ///< edges with more than two sides
  std::optional<std::uint64_t> first_open_facet;
};

inline EdgeCounts count_edges(const Mesh& mesh, const EdgeTable& edges) {
  EdgeCounts counts;
  edges.for_each([&](std::span<const Side> sides) {
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
