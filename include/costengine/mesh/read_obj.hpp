/// Reader for Wavefront OBJ.
#pragma once

#include "costengine/base/byte_source.hpp"
#include "costengine/base/context.hpp"
#include "costengine/base/error.hpp"
#include "costengine/mesh/loaded_mesh.hpp"

namespace costengine {

/// OBJ polygons in double precision: `v` and `f` with all index forms, negative indices,
/// backslash continuation. Polygons are triangulated, concave ones by ears. Materials, groups,
/// textures and every path in the file are ignored; nothing is opened or run.
///
/// A bad `v` or `f` ends the parse with an error, since skipping one shifts all that follow. Faces
/// with fewer than three corners are dropped with a warning. Free-form surfaces beside polygons are
/// the warning `unsupported`; vertex weights other than 1 the warning `obj_w` (and not applied:
/// they matter to free-form surfaces only). Errors: kSyntax, kNumber, kNonfinite, kIndex, kNoFaces,
/// kLimitFacets, kLimitLine; with line.
/// Threads: pieces of 256 KB are parsed and welded in parallel; same bits for any number.
Result<LoadedMesh> read_obj(const ByteSource& source, Context& ctx);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/mesh/read_obj.ipp"
#endif
