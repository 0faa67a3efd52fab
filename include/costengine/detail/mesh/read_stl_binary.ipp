#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <memory>
#include <utility>

#include "costengine/base/run_blocks.hpp"
#include "costengine/mesh/footprint.hpp"
#include "costengine/mesh/read_stl.hpp"
#include "costengine/mesh/weld.hpp"

namespace costengine {
namespace detail {

static_assert(std::endian::native == std::endian::little, "binary STL is little-endian");

inline constexpr std::uint64_t kStlHeaderBytes = 84;
inline constexpr std::uint64_t kStlFacetBytes = 50;

/// Facets of a binary STL as it stands in the file: nine floats each.
using StlCorners = std::array<float, 9>;

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

/// Reads all facets, in parallel blocks.
using StlFacets = std::unique_ptr<StlCorners[]>;
inline Result<StlFacets> read_stl_corners(const ByteSource& source, std::uint64_t facets,
                                          std::uint64_t& bad_normals, Context& ctx) {
  constexpr std::size_t kBlock = 16'384;
  const auto count = static_cast<std::size_t>(facets);
  StlFacets corners = std::make_unique_for_overwrite<StlCorners[]>(count);
  struct BlockResult {
    std::uint64_t bad_normals = 0;
    std::optional<std::uint64_t> nonfinite;  ///< first facet with a corner that is not finite
    std::optional<Error> error;
  };
  std::vector<BlockResult> results(block_count(count, kBlock));
  COSTENGINE_CHECK(run_blocks(ctx, Stage::kLoad, results.size(), [&](std::size_t block) {
    const std::size_t first = block * kBlock;
    const std::size_t n = std::min(kBlock, count - first);
    std::vector<std::byte> bytes(n * kStlFacetBytes);
    BlockResult& result = results[block];
    if (Status read = source.read_at(kStlHeaderBytes + first * kStlFacetBytes, bytes); !read) {
      result.error = std::move(read).error();
      return;
    }
    for (std::size_t i = 0; i < n; ++i) {
      std::array<float, 3> normal;
      StlCorners& c = corners[first + i];
      std::memcpy(normal.data(), bytes.data() + i * kStlFacetBytes, sizeof normal);
      std::memcpy(c.data(), bytes.data() + i * kStlFacetBytes + sizeof normal, sizeof c);
      bool finite = true;
      for (const float x : c) finite &= std::isfinite(x);
      if (!finite && !result.nonfinite) result.nonfinite = first + i;
      if (finite && !normal_is_plausible(stl_point(normal.data()), stl_point(c.data()),
                                         stl_point(c.data() + 3), stl_point(c.data() + 6))) {
        ++result.bad_normals;
      }
    }
  }));
  for (BlockResult& result : results) {
    if (result.error) return *std::move(result.error);
    if (result.nonfinite) {
      return Error{ErrorCode::kNonfinite,
                   Stage::kLoad,
                   "facet " + std::to_string(*result.nonfinite) +
                       " has a coordinate that is not finite; repair the export",
                   kStlHeaderBytes + *result.nonfinite * kStlFacetBytes,
                   {}};
    }
    bad_normals += result.bad_normals;
  }
  return corners;
}

}  // namespace detail

COSTENGINE_INLINE Result<LoadedMesh> read_stl_binary(const ByteSource& source, Context& ctx) {
  using namespace detail;
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

  LoadedMesh loaded;
  loaded.format = MeshFormat::kStlBinary;
  std::uint64_t facets = promised;
  const std::uint64_t payload = size - kStlHeaderBytes;
  if (promised == 0 && payload != 0 && payload % kStlFacetBytes == 0) {
    facets = payload / kStlFacetBytes;
    loaded.findings.push_back({FindingCode::kStlCount,
                               Severity::kWarning,
                               facets,
                               "the header says 0 facets, the file holds " + std::to_string(facets),
                               {},
                               "all facets in the file are used"});
  } else if (payload < facets * kStlFacetBytes) {
    return stl_truncated(promised, size);
  } else if (payload > facets * kStlFacetBytes && facets != 0) {
    const std::uint64_t extra = payload - facets * kStlFacetBytes;
    loaded.findings.push_back({FindingCode::kTrailing,
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
  if (facets > ctx.limits().max_facets) {
    return Error{ErrorCode::kLimitFacets,
                 Stage::kLoad,
                 std::to_string(facets) + " facets are more than the limit of " +
                     std::to_string(ctx.limits().max_facets) + "; simplify the model",
                 80,
                 {}};
  }

  // At least so many vertices, or edges are open: what those take is checked on the way.
  COSTENGINE_CHECK(ctx.check_memory(Stage::kLoad, reading_bytes(facets, facets / 2)));
  std::uint64_t bad_normals = 0;
  COSTENGINE_TRY(const StlFacets corners, read_stl_corners(source, facets, bad_normals, ctx));
  if (bad_normals != 0) loaded.findings.push_back(normals_finding(bad_normals));
  loaded.facets_read = facets;

  const auto count = static_cast<std::size_t>(facets);
  VertexWelder welder(count / 2 + 8);
  loaded.mesh.facets.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (i % 65'536 == 0) {
      COSTENGINE_CHECK(ctx.check(Stage::kLoad));
      const std::size_t vertices = std::max(count / 2, welder.vertices().size() + 3 * 65'536);
      COSTENGINE_CHECK(ctx.check_memory(Stage::kLoad, reading_bytes(facets, vertices)));
    }
    for (std::size_t k = 0; k < 3; ++k) {
      loaded.mesh.facets[i][k] = welder.index_of(stl_point(corners[i].data() + 3 * k));
    }
  }
  loaded.mesh.vertices = welder.take_vertices();
  return loaded;
}

}  // namespace costengine
