// The parallel reader of binary STL.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <memory>
#include <utility>

#include "costengine/base/run_blocks.hpp"
#include "costengine/base/scratch_pool.hpp"
#include "costengine/detail/mesh/block_weld.hpp"
#include "costengine/mesh/footprint.hpp"
#include "costengine/mesh/loaded_mesh.hpp"

namespace costengine::detail {

static_assert(std::endian::native == std::endian::little, "binary STL is little-endian");

inline constexpr std::uint64_t kStlHeaderBytes = 84;
inline constexpr std::uint64_t kStlFacetBytes = 50;

/// A stored normal is good if it has length 1 and points within 25 degrees of the facet's own
/// (cosine 0.9). Slivers, whose own direction is rounding, are given the benefit.
inline bool normal_is_plausible(Vec3 normal, Vec3 a, Vec3 b, Vec3 c) {
  const double squared = dot(normal, normal);
  if (!(squared > 0.9 && squared < 1.1)) return false;
  const Vec3 own = cross(b - a, c - a);
  const double own_squared = dot(own, own);
  const double reach = std::max(dot(b - a, b - a), dot(c - a, c - a));
  if (own_squared < 1e-8 * reach * reach) return true;
  const double along = dot(own, normal);
  return along > 0 && along * along > 0.81 * squared * own_squared;
}

inline Vec3 stl_point(const float* xyz) {
  return {double{xyz[0]}, double{xyz[1]}, double{xyz[2]}};
}

inline Finding normals_finding(std::uint64_t count) {
  return Finding{FindingCode::kNormals,
                 Severity::kNote,
                 count,
                 "stored normals are missing or contradict the facets",
                 {},
                 "none: normals are computed from the corners"};
}

inline Error stl_truncated(std::uint64_t promised, std::uint64_t size) {
  const std::uint64_t complete =
      size < kStlHeaderBytes ? 0 : (size - kStlHeaderBytes) / kStlFacetBytes;
  return Error{ErrorCode::kTruncated,
               Stage::kLoad,
               "the header promises " + std::to_string(promised) + " facets but the file holds " +
                   std::to_string(complete) + "; upload it again",
               size,
               {}};
}

inline Error stl_nonfinite(std::uint64_t facet) {
  return Error{
      ErrorCode::kNonfinite,
      Stage::kLoad,
      "facet " + std::to_string(facet) + " has a coordinate that is not finite; repair the export",
      kStlHeaderBytes + facet * kStlFacetBytes,
      {}};
}

/// Facets of a block: its bytes and its table fit the cache.
inline constexpr std::size_t kStlBlock = 4096;

/// What a thread needs to work on a block.
struct StlScratch {
  std::unique_ptr<std::byte[]> bytes;
  BlockPositions<FloatKey> positions;
};

struct StlBlockResult {
  std::uint64_t bad_normals = 0;
  std::optional<std::uint64_t> nonfinite;  ///< first facet with a corner that is not finite
  std::optional<Error> error;
};

/// Whether the facet is finite and its normal plausible for certain, by a cheap test: what it
/// accepts, the exact tests accept.
inline bool facet_is_surely_good(const float* n, const float* p) {
  const float ux = p[3] - p[0], uy = p[4] - p[1], uz = p[5] - p[2];
  const float vx = p[6] - p[0], vy = p[7] - p[1], vz = p[8] - p[2];
  const float ox = uy * vz - uz * vy, oy = uz * vx - ux * vz, oz = ux * vy - uy * vx;
  const float squared = n[0] * n[0] + n[1] * n[1] + n[2] * n[2];
  const float own_squared = ox * ox + oy * oy + oz * oz;
  const float reach = (ux * ux + uy * uy + uz * uz) + (vx * vx + vy * vy + vz * vz);
  const float along = ox * n[0] + oy * n[1] + oz * n[2];
  // Rounding moves the facet's own normal by less than 1e-6 of reach, here 1e-4 of its length.
  return (squared > 0.901F) & (squared < 1.099F) & (own_squared > 1e-4F * (reach * reach)) &
         (own_squared > 1e-30F) & (along > 0) & (along * along > 0.82F * (squared * own_squared));
}

inline void check_stl_facet(const float* normal, const float* corners, std::uint64_t facet,
                            StlBlockResult& result) {
  bool finite = true;
  for (int k = 0; k < 9; ++k) finite &= std::isfinite(corners[k]);
  if (!finite) {
    if (!result.nonfinite) result.nonfinite = facet;
  } else if (!normal_is_plausible(stl_point(normal), stl_point(corners), stl_point(corners + 3),
                                  stl_point(corners + 6))) {
    ++result.bad_normals;
  }
}

/// Facets as they stand in the file into facets over the block's own positions.
inline void parse_stl_block(const std::byte* bytes, std::size_t count, std::uint64_t first,
                            Facet* facets, BlockPositions<FloatKey>& positions, StlBlockResult& result) {
  constexpr std::size_t kBatch = 64;
  positions.start(2 * count);
  for (std::size_t i = 0; i < count; ++i) {
    if (i % kBatch == 0) positions.make_room(3 * kBatch + 1);
    std::array<float, 12> f;
    std::memcpy(f.data(), bytes + i * kStlFacetBytes, sizeof f);
    if (!facet_is_surely_good(f.data(), f.data() + 3)) {
      check_stl_facet(f.data(), f.data() + 3, first + i, result);
    }
    facets[i][0] = positions.add(FloatKey(f[3], f[4], f[5]));
    facets[i][1] = positions.add(FloatKey(f[6], f[7], f[8]));
    facets[i][2] = positions.add(FloatKey(f[9], f[10], f[11]));
  }
}

/// Reads and welds all facets, in parallel blocks.
inline Status read_stl_facets(const ByteSource& source, std::uint64_t facets,
                              std::size_t block_facets, Mesh& mesh, std::uint64_t& bad_normals,
                              Context& ctx) {
  const auto count = static_cast<std::size_t>(facets);
  const std::size_t blocks = block_count(count, block_facets);
  const auto in_block = [&](std::size_t block) {
    return std::min(block_facets, count - block * block_facets);
  };
  resize_on_huge_pages(mesh.facets, count);
  BlockWeld<FloatKey> weld(blocks, count / 2);
  ScratchPool<StlScratch> pool;
  std::vector<StlBlockResult> results(blocks);
  COSTENGINE_CHECK(run_blocks(ctx, Stage::kLoad, blocks, [&](std::size_t block) {
    const std::size_t n = in_block(block);
    const auto scratch = pool.take([&] {
      return StlScratch{std::make_unique_for_overwrite<std::byte[]>(in_block(0) * kStlFacetBytes),
                        {}};
    });
    const std::span<std::byte> bytes(scratch->bytes.get(), n * kStlFacetBytes);
    StlBlockResult& result = results[block];
    const std::size_t first = block * block_facets;
    if (Status read = source.read_at(kStlHeaderBytes + first * kStlFacetBytes, bytes); !read) {
      result.error = std::move(read).error();
      return;
    }
    parse_stl_block(bytes.data(), n, first, mesh.facets.data() + first, scratch->positions, result);
    weld.keep(block, scratch->positions.keys(), scratch->positions.count());
  }));
  for (StlBlockResult& result : results) {
    if (result.error) return *std::move(result.error);
    if (result.nonfinite) {
      return stl_nonfinite(*result.nonfinite);
    }
    bad_normals += result.bad_normals;
  }
  COSTENGINE_CHECK(weld.join(ctx, Stage::kLoad));
  COSTENGINE_CHECK(ctx.check_memory(Stage::kLoad, reading_bytes(facets, weld.count())));
  resize_on_huge_pages(mesh.vertices, weld.count());
  COSTENGINE_CHECK(weld.write(mesh.vertices, ctx, Stage::kLoad));
  return run_blocks(ctx, Stage::kLoad, blocks, [&](std::size_t block) {
    weld.rename(block, std::span(mesh.facets).subspan(block * block_facets, in_block(block)));
  });
}

/// How many facets the file holds, by its header and its size.
inline Result<std::uint64_t> count_stl_facets(const ByteSource& source,
                                              std::vector<Finding>& findings,
                                              const Limits& limits) {
  const std::uint64_t size = source.size();
  if (size < kStlHeaderBytes) {
    return Error{ErrorCode::kTruncated,
                 Stage::kLoad,
                 "the file ends inside the header of a binary STL (84 bytes); upload it again",
                 size,
                 {}};
  }
  std::uint32_t promised = 0;
  COSTENGINE_CHECK(source.read_at(80, std::as_writable_bytes(std::span(&promised, 1))));

  std::uint64_t facets = promised;
  const std::uint64_t payload = size - kStlHeaderBytes;
  if (promised == 0 && payload != 0 && payload % kStlFacetBytes == 0) {
    facets = payload / kStlFacetBytes;
    findings.push_back({FindingCode::kStlCount,
                        Severity::kWarning,
                        facets,
                        "the header says 0 facets, the file holds " + std::to_string(facets),
                        {},
                        "all facets in the file are used"});
  } else if (payload < facets * kStlFacetBytes) {
    return stl_truncated(promised, size);
  } else if (payload > facets * kStlFacetBytes && facets != 0) {
    const std::uint64_t extra = payload - facets * kStlFacetBytes;
    findings.push_back({FindingCode::kTrailing,
                        Severity::kWarning,
                        extra,
                        std::to_string(extra) + " bytes follow the last facet",
                        {},
                        "they are ignored; if they were facets, material is missing"});
  }
  if (facets == 0) {
    return Error{ErrorCode::kNoFaces,
                 Stage::kLoad,
                 "the STL holds no facet; export the model again",
                 80,
                 {}};
  }
  if (facets > limits.max_facets) {
    return Error{ErrorCode::kLimitFacets,
                 Stage::kLoad,
                 std::to_string(facets) + " facets are more than the limit of " +
                     std::to_string(limits.max_facets) + "; simplify the model",
                 80,
                 {}};
  }
  return facets;
}

inline Result<LoadedMesh> read_stl_in_blocks(const ByteSource& source, std::size_t block_facets,
                                             Context& ctx) {
  LoadedMesh loaded;
  loaded.format = MeshFormat::kStlBinary;
  COSTENGINE_TRY(const std::uint64_t facets,
                 count_stl_facets(source, loaded.findings, ctx.limits()));
  // At least so many vertices, or edges are open: what those take is checked on the way.
  COSTENGINE_CHECK(ctx.check_memory(Stage::kLoad, reading_bytes(facets, facets / 2)));
  std::uint64_t bad_normals = 0;
  COSTENGINE_CHECK(read_stl_facets(source, facets, block_facets, loaded.mesh, bad_normals, ctx));
  if (bad_normals != 0) loaded.findings.push_back(normals_finding(bad_normals));
  loaded.facets_read = facets;
  return loaded;
}

}  // namespace costengine::detail
