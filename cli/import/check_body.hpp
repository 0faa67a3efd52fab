/// Checks that stand before Assimp's PLY and OFF readers, which answer a damaged file with other
/// numbers instead of an error: at the end of a file 5.2.5 reads old buffer contents again, a word
/// that is no number is zero, and a missing index is zero.
#pragma once

#include <cstdint>
#include <string_view>

namespace costengine::import {

struct BodyCounts {
  std::uint64_t vertices = 0;
  std::uint64_t faces = 0;
};

/// Walks the whole body by the header's own description: every record complete, every word of a
/// text file a number. Refuses (kTruncated, kNumber, kNoFaces, kImportFailed) anything else.
BodyCounts check_ply(std::string_view bytes);

/// The same for OFF: three numbers per vertex line, and per face line its count of indices, each
/// below the number of vertices.
BodyCounts check_off(std::string_view bytes);

}  // namespace costengine::import
