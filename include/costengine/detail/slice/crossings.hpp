// Which facets cross which planes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "costengine/base/run_blocks.hpp"
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

/// Which facets cross which planes: how many first, then, window by window, which.
/// Cost: O(vertices + facets + crossings), in parallel; 4 bytes a vertex and 64 a plane.
class CrossingTable {
 public:
  /// Errors: kCancelled, kLimitTime. The mesh and the context must live on.
  static Result<CrossingTable> make(const Mesh& mesh, const std::vector<double>& planes,
                                    Context& ctx) {
    CrossingTable table(mesh, planes.size(), ctx);
    COSTENGINE_CHECK(table.place_vertices(planes));
    COSTENGINE_CHECK(table.count());
    return table;
  }

  /// How many facets all planes cross together.
  [[nodiscard]] std::uint64_t total() const {
    return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
  }

  /// As many planes from `begin` on as keep the sorted facets within 64 MB.
  [[nodiscard]] std::size_t window_end(std::size_t begin) const {
    constexpr std::size_t kMostCrossings = 16'000'000;
    std::size_t end = begin, total = 0;
    while (end < planes_) {
      for (std::size_t block = 0; block < blocks_; ++block) total += count_of(block, end);
      if (end > begin && total > kMostCrossings) break;
      ++end;
    }
    return end;
  }

  /// A counting sort. Errors: kCancelled, kLimitTime.
  [[nodiscard]] Result<LayerFacets> sort(std::size_t begin, std::size_t end) const {
    LayerFacets sorted{begin, end, std::vector<std::size_t>(end - begin + 1, 0), {}};
    // Where each block's facets begin in each plane.
    std::vector<std::size_t> starts(blocks_ * (end - begin));
    std::size_t at = 0;
    for (std::size_t i = begin; i < end; ++i) {
      for (std::size_t block = 0; block < blocks_; ++block) {
        starts[block * (end - begin) + i - begin] = at;
        at += count_of(block, i);
      }
      sorted.first[i - begin + 1] = at;
    }
    sorted.facets.resize(at);
    COSTENGINE_CHECK(run_blocks(*ctx_, Stage::kSlice, blocks_, [&](std::size_t block) {
      std::size_t* const next = starts.data() + block * (end - begin);
      for (std::size_t f = block * block_size_; f < block_end(block); ++f) {
        const auto [low, high] = crossed(mesh_->facets[f]);
        for (std::size_t i = std::max<std::size_t>(low, begin);
             i < std::min<std::size_t>(high, end); ++i) {
          sorted.facets[next[i - begin]++] = static_cast<std::uint32_t>(f);
        }
      }
    }));
    return sorted;
  }

 private:
  CrossingTable(const Mesh& mesh, std::size_t planes, Context& ctx)
      : mesh_(&mesh),
        ctx_(&ctx),
        planes_(planes),
        block_size_(std::max(kLeastBlock, block_count(mesh.facets.size(), kMostBlocks))),
        blocks_(block_count(mesh.facets.size(), block_size_)) {}

  Status place_vertices(const std::vector<double>& planes) {
    const PlaneIndex index(planes);
    const std::size_t count = mesh_->vertices.size();
    planes_below_.resize(count);
    return run_blocks(
        *ctx_, Stage::kSlice, block_count(count, kLeastBlock), [&](std::size_t block) {
          const std::size_t begin = block * kLeastBlock;
          for (std::size_t v = begin; v < std::min(count, begin + kLeastBlock); ++v) {
            planes_below_[v] = static_cast<std::uint32_t>(index.up_to(mesh_->vertices[v].z));
          }
        });
  }

  Status count() {
    counts_.assign(blocks_ * planes_, 0);
    return run_blocks(*ctx_, Stage::kSlice, blocks_, [&](std::size_t block) {
      // How many more cross a plane than the one before.
      std::vector<std::uint32_t> more(planes_ + 1, 0);
      for (std::size_t f = block * block_size_; f < block_end(block); ++f) {
        const auto [low, high] = crossed(mesh_->facets[f]);
        ++more[low];
        --more[high];
      }
      std::uint32_t crossing = 0;
      for (std::size_t i = 0; i < planes_; ++i) counts_[block * planes_ + i] = crossing += more[i];
    });
  }

  /// The planes [begin, end) that a facet crosses: lowest < plane <= highest.
  [[nodiscard]] std::pair<std::uint32_t, std::uint32_t> crossed(const Facet& f) const {
    return std::minmax({planes_below_[f[0]], planes_below_[f[1]], planes_below_[f[2]]});
  }
  [[nodiscard]] std::size_t block_end(std::size_t block) const {
    return std::min(mesh_->facets.size(), (block + 1) * block_size_);
  }
  [[nodiscard]] std::uint32_t count_of(std::size_t block, std::size_t plane) const {
    return counts_[block * planes_ + plane];
  }

  static constexpr std::size_t kLeastBlock = 65'536, kMostBlocks = 16;
  const Mesh* mesh_;
  Context* ctx_;
  std::size_t planes_, block_size_, blocks_;
  std::vector<std::uint32_t> planes_below_;  ///< each vertex, or through it
  std::vector<std::uint32_t> counts_;        ///< by block of facets, by plane
};

}  // namespace costengine::detail
