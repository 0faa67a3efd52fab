#pragma once

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "costengine/base/run_blocks.hpp"
#include "costengine/detail/mesh/sniff.hpp"
#include "costengine/mesh/load.hpp"
#include "costengine/mesh/read_obj.hpp"
#include "costengine/mesh/read_stl.hpp"
#include "costengine/mesh/weld.hpp"

namespace costengine {
namespace detail {

inline Result<LoadedMesh> read_as(MeshFormat format, const ByteSource& source,
                                  const LoadOptions& options, Context& ctx) {
  switch (format) {
    case MeshFormat::kStlBinary:
      return read_stl_binary(source, ctx);
    case MeshFormat::kStlAscii:
      return read_stl_ascii(source, ctx);
    case MeshFormat::kObj:
      return read_obj(source, ctx);
    default:
      break;
  }
  if (!options.importer) {
    return Error{ErrorCode::kUnsupportedFormat,
                 Stage::kLoad,
                 "reading " + std::string(mesh_format_name(format)) +
                     " needs the import helper, which is not set up; export the model as STL",
                 {},
                 {}};
  }
  COSTENGINE_TRY(LoadedMesh loaded, options.importer(source, format, ctx));
  weld(loaded.mesh);
  return loaded;
}

/// To millimetres; an input whose coordinates no machine or unit explains is an error.
inline Status scale_and_check(Mesh& mesh, double unit_mm, Context& ctx) {
  constexpr std::size_t kBlock = 65'536;
  const double limit = ctx.limits().max_coordinate_mm;
  const std::size_t count = mesh.vertices.size();
  std::vector<char> beyond(block_count(count, kBlock));
  const auto is_beyond = [limit](Vec3 p) {
    return (std::abs(p.x) > limit) | (std::abs(p.y) > limit) | (std::abs(p.z) > limit);
  };
  COSTENGINE_CHECK(run_blocks(ctx, Stage::kLoad, beyond.size(), [&](std::size_t block) {
    const std::size_t end = std::min(count, (block + 1) * kBlock);
    int found = 0;
    for (std::size_t i = block * kBlock; i < end; ++i) {
      if (unit_mm != 1.0) mesh.vertices[i] = mesh.vertices[i] * unit_mm;
      found |= is_beyond(mesh.vertices[i]) ? 1 : 0;
    }
    beyond[block] = static_cast<char>(found);
  }));
  const auto block = std::find(beyond.begin(), beyond.end(), 1);
  if (block == beyond.end()) return Ok{};
  const auto first = std::find_if(
      mesh.vertices.begin() + (block - beyond.begin()) * static_cast<std::ptrdiff_t>(kBlock),
      mesh.vertices.end(), is_beyond);
  return Error{ErrorCode::kRange,
               Stage::kLoad,
               "vertex " + std::to_string(first - mesh.vertices.begin()) +
                   " lies beyond the limit of " + std::to_string(limit / 1e6) +
                   " km; check the "
                   "unit and the export",
               {},
               {}};
}

}  // namespace detail

COSTENGINE_INLINE std::string_view mesh_format_name(MeshFormat format) noexcept {
  switch (format) {
    case MeshFormat::kStlBinary:
      return "stl-binary";
    case MeshFormat::kStlAscii:
      return "stl-ascii";
    case MeshFormat::kObj:
      return "obj";
    case MeshFormat::k3mf:
      return "3mf";
    case MeshFormat::kPly:
      return "ply";
    case MeshFormat::kOff:
      return "off";
    case MeshFormat::kAmf:
      return "amf";
    case MeshFormat::kGltf:
      return "gltf";
    case MeshFormat::kGlb:
      return "glb";
  }
  return "unknown";
}

COSTENGINE_INLINE std::optional<MeshFormat> format_from_name(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  if (dot == std::string_view::npos) return {};
  const std::string_view ending = path.substr(dot + 1);
  if (detail::equal_ignoring_case(ending, "stl")) return MeshFormat::kStlBinary;
  for (const MeshFormat format :
       {MeshFormat::kObj, MeshFormat::k3mf, MeshFormat::kPly, MeshFormat::kOff, MeshFormat::kAmf,
        MeshFormat::kGltf, MeshFormat::kGlb}) {
    if (detail::equal_ignoring_case(ending, mesh_format_name(format))) return format;
  }
  return {};
}

COSTENGINE_INLINE Result<LoadedMesh> load(const ByteSource& source, const LoadOptions& options,
                                          Context& ctx) {
  COSTENGINE_CHECK(ctx.check(Stage::kLoad));
  if (source.size() == 0) {
    return Error{ErrorCode::kEmpty, Stage::kLoad, "the file is empty; upload it again", 0, {}};
  }
  if (!(options.unit_mm > 0) || !std::isfinite(options.unit_mm)) {
    return Error{ErrorCode::kInvalidArgument,
                 Stage::kOptions,
                 "the length of the file's unit must be above 0 mm",
                 {},
                 {}};
  }
  constexpr std::uint64_t kHead = 4096;
  std::string head(static_cast<std::size_t>(std::min(kHead, source.size())), '\0');
  COSTENGINE_CHECK(source.read_at(0, std::as_writable_bytes(std::span(head))));
  COSTENGINE_TRY(const MeshFormat format, detail::sniff(head, source.size(), options.hint));
  COSTENGINE_TRY(LoadedMesh loaded, detail::read_as(format, source, options, ctx));
  if (loaded.mesh.facets.empty()) {
    return Error{ErrorCode::kNoFaces, Stage::kLoad, "the file holds no facet", {}, {}};
  }
  COSTENGINE_CHECK(detail::scale_and_check(loaded.mesh, options.unit_mm, ctx));
  return loaded;
}

}  // namespace costengine
