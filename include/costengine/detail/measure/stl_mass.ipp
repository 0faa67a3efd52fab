#pragma once

#include <array>
#include <cmath>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

#include "costengine/base/run_blocks.hpp"
#include "costengine/base/scratch_pool.hpp"
#include "costengine/detail/measure/mass_kernel.hpp"
#include "costengine/detail/measure/measure.ipp"
#include "costengine/detail/mesh/stl_blocks.hpp"
#include "costengine/measure/measure.hpp"

namespace costengine {
namespace detail {

/// The sums of one block of a binary STL.
struct StlMassBlock {
  MassLanes lanes;
  Box3 box;
  std::optional<std::uint64_t> nonfinite;
  std::optional<Error> error;
};

struct StlMassScratch {
  std::unique_ptr<std::byte[]> bytes = std::make_unique_for_overwrite<std::byte[]>(
      kStlBlock * static_cast<std::size_t>(kStlFacetBytes));
  TriangleBlock triangles;
};

inline bool has_area(const float* p) {
  const Vec3 a = stl_point(p), b = stl_point(p + 3), c = stl_point(p + 6);
  const Vec3 n = cross(b - a, c - a);
  return n.x != 0 || n.y != 0 || n.z != 0;
}

/// Corners of the facets from `bytes` on into `triangles`, and the box of those with an area.
/// False if one is not finite: `block` says which.
inline bool unpack_stl(const std::byte* bytes, std::size_t count, std::uint64_t first, Vec3 origin,
                       TriangleBlock& triangles, StlMassBlock& block) {
  if (count < TriangleBlock::kCapacity) triangles = TriangleBlock{};
  Box3 box = block.box;
  float sum = 0;  // 0 if all are finite, else no number
  for (std::size_t k = 0; k < count; ++k) {
    std::array<float, 9> p;
    std::memcpy(p.data(), bytes + k * kStlFacetBytes + 12, sizeof p);
    triangles.ax[k] = double{p[0]} - origin.x, triangles.ay[k] = double{p[1]} - origin.y;
    triangles.az[k] = double{p[2]} - origin.z, triangles.bx[k] = double{p[3]} - origin.x;
    triangles.by[k] = double{p[4]} - origin.y, triangles.bz[k] = double{p[5]} - origin.z;
    triangles.cx[k] = double{p[6]} - origin.x, triangles.cy[k] = double{p[7]} - origin.y;
    triangles.cz[k] = double{p[8]} - origin.z;
    const auto least = [&](std::size_t i) { return std::min({p[i], p[i + 3], p[i + 6]}); };
    const auto most = [&](std::size_t i) { return std::max({p[i], p[i + 3], p[i + 6]}); };
    sum += ((p[0] * 0 + p[1] * 0) + (p[2] * 0 + p[3] * 0)) +
           ((p[4] * 0 + p[5] * 0) + (p[6] * 0 + p[7] * 0)) + p[8] * 0;
    const bool inside = (double{least(0)} >= box.min.x) & (double{least(1)} >= box.min.y) &
                        (double{least(2)} >= box.min.z) & (double{most(0)} <= box.max.x) &
                        (double{most(1)} <= box.max.y) & (double{most(2)} <= box.max.z);
    if (inside || !has_area(p.data())) [[likely]]
      continue;
    for (std::size_t i = 0; i < 9; i += 3) box.extend(stl_point(p.data() + i));
  }
  block.box = box;
  if (sum == 0) return true;
  for (std::size_t k = 0; k < count; ++k) {
    std::array<float, 9> p;
    std::memcpy(p.data(), bytes + k * kStlFacetBytes + 12, sizeof p);
    for (const float x : p) {
      if (std::isfinite(x)) continue;
      block.nonfinite = first + k;
      return false;
    }
  }
  return true;
}

inline void add_stl_block(const ByteSource& source, std::uint64_t first, std::size_t count,
                          Vec3 origin, MassKernel kernel, StlMassScratch& scratch,
                          StlMassBlock& block) {
  const std::span<std::byte> bytes(scratch.bytes.get(), count * kStlFacetBytes);
  if (Status read = source.read_at(kStlHeaderBytes + first * kStlFacetBytes, bytes); !read) {
    block.error = std::move(read).error();
    return;
  }
  for (std::size_t i = 0; i < count; i += TriangleBlock::kCapacity) {
    const std::size_t n = std::min<std::size_t>(TriangleBlock::kCapacity, count - i);
    if (!unpack_stl(bytes.data() + i * kStlFacetBytes, n, first + i, origin, scratch.triangles,
                    block)) {
      return;
    }
    kernel(scratch.triangles, block.lanes);
  }
}

inline Status check_stl_range(const Box3& box, const Limits& limits) {
  const double most =
      std::max({-box.min.x, -box.min.y, -box.min.z, box.max.x, box.max.y, box.max.z});
  if (!(most > limits.max_coordinate_mm)) return Ok{};
  return Error{ErrorCode::kRange,
               Stage::kLoad,
               "a facet lies beyond the limit of " +
                   std::to_string(limits.max_coordinate_mm / 1e6) +
                   " km; check the unit and the export",
               {},
               {}};
}

}  // namespace detail

COSTENGINE_INLINE Result<MassProperties> mass_properties_of_stl(const ByteSource& source,
                                                                Context& ctx) {
  using namespace detail;
  std::vector<Finding> findings;
  COSTENGINE_TRY(const std::uint64_t facets, count_stl_facets(source, findings, ctx.limits()));
  std::array<float, 3> corner;
  COSTENGINE_CHECK(source.read_at(kStlHeaderBytes + 12, std::as_writable_bytes(std::span(corner))));
  const Vec3 origin = stl_point(corner.data());
  const auto count = static_cast<std::size_t>(facets);
  std::vector<StlMassBlock> blocks(block_count(count, kStlBlock));
  const MassKernel kernel = kernel_of(ctx);
  ScratchPool<StlMassScratch> pool;
  COSTENGINE_CHECK(run_blocks(ctx, Stage::kLoad, blocks.size(), [&](std::size_t index) {
    const auto scratch = pool.take([] { return StlMassScratch(); });
    const std::size_t first = index * kStlBlock;
    add_stl_block(source, first, std::min(kStlBlock, count - first), origin, kernel, *scratch,
                  blocks[index]);
  }));
  MassProperties mass;
  std::vector<MassLanes> lanes;
  lanes.reserve(blocks.size());
  for (StlMassBlock& block : blocks) {
    if (block.error) return *std::move(block.error);
    if (block.nonfinite) return stl_nonfinite(*block.nonfinite);
    if (!block.box.empty()) mass.box_mm.extend(block.box);
    lanes.push_back(block.lanes);
  }
  COSTENGINE_CHECK(check_stl_range(mass.box_mm, ctx.limits()));
  add_up(lanes, origin, mass);
  if (mass.volume_mm3 == 0) mass.centroid_mm = mass.box_mm.center();
  return mass;
}

}  // namespace costengine
