// Drops the facets that change nothing: those without three corners, and exact duplicates.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <optional>
#include <span>
#include <vector>

#include "costengine/detail/mesh/edges.hpp"
#include "costengine/detail/mesh/survey.hpp"
#include "costengine/mesh/mesh.hpp"

namespace costengine::detail {

/// Where each facet of a mesh stands in the file, from which some were dropped.
class FileIndex {
 public:
  [[nodiscard]] std::uint64_t of(std::uint64_t facet) const {
    return dropped_ ? index_[static_cast<std::size_t>(facet)] : facet;
  }

  /// Drops the facets for which drop(i) holds, from the mesh and here. Whether there were any.
  template <class Drop>
  bool drop_if(Mesh& mesh, Drop&& drop) {
    const std::size_t count = mesh.facets.size();
    std::size_t kept = 0;
    while (kept < count && !drop(kept)) ++kept;
    if (kept == count) return false;
    if (!dropped_) {
      index_.resize(count);
      std::iota(index_.begin(), index_.end(), 0U);
      dropped_ = true;
    }
    for (std::size_t i = kept + 1; i < count; ++i) {
      if (drop(i)) continue;
      index_[kept] = index_[i];
      mesh.facets[kept++] = mesh.facets[i];
    }
    mesh.facets.resize(kept);
    index_.resize(kept);
    return true;
  }

 private:
  std::vector<std::uint32_t> index_;  ///< in use once a facet was dropped
  bool dropped_ = false;
};

/// Facets that stand on the same three vertices as another one.
struct DoubleCounts {
  std::uint64_t repeated = 0;   ///< facets that stand again with the same winding, dropped
  std::uint64_t cancelled = 0;  ///< facets that stand again with the opposite winding: both dropped
  std::optional<std::uint64_t> first_repeated, first_cancelled;  ///< in the file
};

inline void drop_collapsed(Mesh& mesh, FileIndex& in_file) {
  in_file.drop_if(mesh, [&](std::size_t i) { return is_collapsed(mesh.facets[i]); });
}

/// Keeps one facet of every group that stands on the same three vertices, turned as the majority of
/// the group is; none where both windings are equally frequent (a wall between two touching solids,
/// or a sheet closed on itself: neither encloses anything). Precondition: no facet is collapsed.
inline DoubleCounts drop_doubles(Mesh& mesh, FileIndex& in_file, Pulse& pulse) {
  DoubleCounts counts;
  const std::size_t count = mesh.facets.size();
  struct Key {
    std::uint32_t middle, high, facet;
    std::int32_t turn;  ///< +1 if the corners run low, middle, high
  };
  std::vector<std::uint32_t> first(mesh.vertices.size() + 1, 0);
  for (const Facet& f : mesh.facets) {
    pulse.beat();
    ++first[std::min({f[0], f[1], f[2]}) + 1];
  }
  for (std::size_t v = 1; v < first.size(); ++v) first[v] += first[v - 1];
  RawVector<Key> keys(count);
  std::vector<std::uint32_t> next(first.begin(), first.end() - 1);
  for (std::size_t i = 0; i < count; ++i) {
    pulse.beat();
    Facet f = mesh.facets[i];
    std::rotate(f.begin(), std::min_element(f.begin(), f.end()), f.end());
    const bool forward = f[1] < f[2];
    keys[next[f[0]]++] = {std::min(f[1], f[2]), std::max(f[1], f[2]), static_cast<std::uint32_t>(i),
                          forward ? 1 : -1};
  }
  std::vector<bool> keep(count, true);
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
  const auto place = [&](std::optional<std::uint64_t>& facet) {
    if (facet) facet = in_file.of(*facet);
  };
  place(counts.first_repeated);
  place(counts.first_cancelled);
  in_file.drop_if(mesh, [&](std::size_t i) { return !keep[i]; });
  return counts;
}

/// Drops facets without an area that hang on to the rest by one side at most: a stray needle, not a
/// facet that closes a gap between neighbours. Whether any was dropped; `edges` follows.
inline bool drop_loose_flats(Mesh& mesh, EdgeTable& edges, FileIndex& in_file, Context& ctx) {
  constexpr int kRounds = 8;  // a chain of them is taken off from its ends
  bool dropped = false;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<std::uint8_t> single_sides(mesh.facets.size(), 0);
    edges.for_each_odd([&](std::span<const Side> sides) {
      if (sides.size() == 1) ++single_sides[sides.front() / 3];
    });
    const auto hangs_loose = [&](std::size_t i) {
      return single_sides[i] >= 2 && !has_area(mesh, mesh.facets[i]);
    };
    if (!in_file.drop_if(mesh, hangs_loose)) break;
    edges = EdgeTable(mesh, ctx, Stage::kInspect);
    dropped = true;
  }
  return dropped;
}

}  // namespace costengine::detail
