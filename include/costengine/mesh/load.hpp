/// load: bytes to mesh, whatever the format.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "costengine/base/byte_source.hpp"
#include "costengine/base/context.hpp"
#include "costengine/base/error.hpp"
#include "costengine/mesh/loaded_mesh.hpp"

namespace costengine {

/// "stl-binary", "stl-ascii", "obj", "3mf", "ply", "off", "amf", "gltf", "glb".
std::string_view mesh_format_name(MeshFormat format) noexcept;

/// What the ending of a file name promises, in any letter case; nothing for an unknown ending. For
/// ".stl" it is kStlBinary: content tells the two kinds apart.
std::optional<MeshFormat> format_from_name(std::string_view path);

/// Reads a format that this library does not read itself. It answers with a mesh whose vertices may
/// repeat (load() welds them) and with coordinates in the file's own unit scaled to millimetres
/// where the format defines one. The command line's importer runs Assimp in another process.
using Importer = std::function<Result<LoadedMesh>(const ByteSource&, MeshFormat format, Context&)>;

struct LoadOptions {
  double unit_mm = 1.0;              ///< length of the file's unit: 1, 10 (cm), 1000 (m), 25.4 (in)
  std::optional<MeshFormat> hint{};  ///< from the name; decides only where the content does not
  Importer importer{};  ///< empty: formats other than STL and OBJ are kUnsupportedFormat
};

/// Recognises the format by content, reads it and welds equal positions. The name counts only where
/// the content fits no format: a damaged OBJ is then reported as one.
///
/// Errors: kEmpty, kFormat, kUnsupportedFormat, kTruncated, kSyntax, kNumber, kNonfinite, kIndex,
/// kNoFaces, kRange, kLimitFacets, kLimitLine, kReadFailed, kCancelled. Binary formats give
/// Error::byte, text formats Error::line.
/// Never opens anything: references to other files inside the bytes are ignored.
/// Cost: O(bytes); memory 12 bytes per facet and 24 per vertex, and up to 60 more per facet while
/// it runs. Threads: blocks of an STL or an OBJ are read in parallel.
Result<LoadedMesh> load(const ByteSource& source, const LoadOptions& options, Context& ctx);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/mesh/load.ipp"
#endif
