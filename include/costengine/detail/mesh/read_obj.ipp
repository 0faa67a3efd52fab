#pragma once

#include "costengine/detail/mesh/obj_reader.hpp"
#include "costengine/mesh/read_obj.hpp"

namespace costengine {

COSTENGINE_INLINE Result<LoadedMesh> read_obj(const ByteSource& source, Context& ctx) {
  return detail::ObjReader(source, detail::kTextBlock, ctx).read();
}

}  // namespace costengine
