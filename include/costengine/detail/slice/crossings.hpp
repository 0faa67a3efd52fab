// Which facets cross which planes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "costengine/detail/base/pulse.hpp"
#include "costengine/mesh/mesh.hpp"

namespace costengine::detail {

/// Finds planes by height. Made for those that lie about equally far apart.
class PlaneIndex {
 public:
  explicit PlaneIndex(const std::vector<double>& planes) : planes_(planes) {
    if (planes.size() < 2) return;
    first_mm_ = planes.front();
    per_mm_ = static_cast<double>(planes.size() - 1) / (planes.back() - planes.front());
  }

  /// How many planes are not above `z`.
  [[nodiscard]] std::size_t up_to(double z) const {
    const double guess = (z - first_mm_) * per_mm_ + 1;
    auto i = static_cast<std::size_t>(std::clamp(guess, 0.0, static_cast<double>(planes_.size())));
    while (i > 0 && planes_[i - 1] > z) --i;
    while (i < planes_.size() && planes_[i] <= z) ++i;
    return i;
  }

  /// The planes [begin, end) that a facet crosses: lowest < plane <= highest.
  [[nodiscard]] std::pair<std::size_t, std::size_t> crossed(const Mesh& mesh,
                                                            const Facet& f) const {
    const double z0 = mesh.vertices[f[0]].z, z1 = mesh.vertices[f[1]].z, z2 = mesh.vertices[f[2]].z;
    return {up_to(std::min({z0, z1, z2})), up_to(std::max({z0, z1, z2}))};
  }

 private:
  const std::vector<double>& planes_;
  double first_mm_ = 0, per_mm_ = 0;
};

/// For each plane in a window of planes, the facets that cross it, in the order of the facets.
struct LayerFacets {
  std::size_t begin = 0, end = 0;  ///< the window
  std::vector<std::size_t> first;  ///< of plane begin + i
  std::vector<std::uint32_t> facets;

  [[nodiscard]] std::span<const std::uint32_t> of(std::size_t plane) const {
    return std::span(facets).subspan(first[plane - begin],
                                     first[plane - begin + 1] - first[plane - begin]);
  }
};

/// As many planes from `begin` on as keep the sorted facets within 64 MB.
inline std::size_t window_end(const std::vector<std::uint32_t>& crossings, std::size_t begin) {
  constexpr std::size_t kMostCrossings = 16'000'000;
  std::size_t end = begin, total = 0;
  while (end < crossings.size() && (end == begin || total + crossings[end] <= kMostCrossings)) {
    total += crossings[end++];
  }
  return end;
}

/// A counting sort. `crossings` holds the number of facets that cross each plane.
inline LayerFacets sort_by_layer(const Mesh& mesh, const std::vector<double>& planes,
                                 const std::vector<std::uint32_t>& crossings, std::size_t begin,
                                 std::size_t end, Pulse& pulse) {
  LayerFacets sorted{begin, end, std::vector<std::size_t>(end - begin + 1, 0), {}};
  for (std::size_t i = begin; i < end; ++i) {
    sorted.first[i - begin + 1] = sorted.first[i - begin] + crossings[i];
  }
  sorted.facets.resize(sorted.first.back());
  std::vector<std::size_t> next(sorted.first.begin(), sorted.first.end() - 1);
  const PlaneIndex index(planes);
  for (std::uint32_t f = 0; f < mesh.facets.size(); ++f) {
    pulse.beat();
    const auto [low, high] = index.crossed(mesh, mesh.facets[f]);
    for (std::size_t i = std::max(low, begin); i < std::min(high, end); ++i) {
      sorted.facets[next[i - begin]++] = f;
    }
  }
  return sorted;
}

/// How many facets cross each plane.
inline std::vector<std::uint32_t> count_crossings(const Mesh& mesh,
                                                  const std::vector<double>& planes, Pulse& pulse) {
  std::vector<std::uint32_t> begins(planes.size() + 1, 0), ends(planes.size() + 1, 0);
  const PlaneIndex index(planes);
  for (const Facet& f : mesh.facets) {
    pulse.beat();
    const auto [low, high] = index.crossed(mesh, f);
    ++begins[low];
    ++ends[high];
  }
  std::vector<std::uint32_t> counts(planes.size());
  std::uint32_t open = 0;
  for (std::size_t i = 0; i < planes.size(); ++i) counts[i] = open += begins[i] - ends[i];
  return counts;
}

}  // namespace costengine::detail
