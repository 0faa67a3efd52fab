#pragma once

#include "costengine/detail/mesh/stl_blocks.hpp"
#include "costengine/mesh/read_stl.hpp"

namespace costengine {

COSTENGINE_INLINE Result<LoadedMesh> read_stl_binary(const ByteSource& source, Context& ctx) {
  return detail::read_stl_in_blocks(source, detail::kStlBlock, ctx);
}

}  // namespace costengine
