/// Readers for STL, binary and ASCII.
#pragma once

#include "costengine/base/byte_source.hpp"
#include "costengine/base/context.hpp"
#include "costengine/base/error.hpp"
#include "costengine/mesh/loaded_mesh.hpp"

namespace costengine {

/// Binary STL: 80 bytes of header, a count, 50 bytes a facet (normal, three corners, two bytes of
/// attribute). Stored normals and attributes are not used; normals that contradict the facet are
/// counted in a note.
/// A count that disagrees with the file size: more facets promised than there are is kTruncated;
/// bytes left over are the warning `trailing`; a count of 0 with facets behind it is the warning
/// `stl_count`, and the facets are read.
/// Errors: kTruncated, kNoFaces, kNonfinite, kLimitFacets, kReadFailed, kCancelled; with byte.
/// Threads: blocks of 4,096 facets are read and welded in parallel; same bits for any number.
Result<LoadedMesh> read_stl_binary(const ByteSource& source, Context& ctx);

/// ASCII STL: words separated by blanks or line ends, in any letter case, numbers in double
/// precision. Text behind an end tag on its line is ignored. A file that stops between two facets
/// without `endsolid` is the warning `no_endsolid`; one that stops inside a facet is kTruncated.
/// Errors: kSyntax, kNumber, kNonfinite, kTruncated, kNoFaces, kLimitFacets, kLimitLine; with line.
/// Threads: a file of the usual form, seven lines a facet, is read in parallel blocks of 256 KB,
/// any other one line after the other; same bits for any number.
Result<LoadedMesh> read_stl_ascii(const ByteSource& source, Context& ctx);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/mesh/read_stl_ascii.ipp"
#include "costengine/detail/mesh/read_stl_binary.ipp"
#endif
