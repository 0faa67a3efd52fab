#pragma once

#include "costengine/detail/mesh/stl_grammar.hpp"
#include "costengine/detail/mesh/stl_text_blocks.hpp"
#include "costengine/mesh/read_stl.hpp"

namespace costengine {

COSTENGINE_INLINE Result<LoadedMesh> read_stl_ascii(const ByteSource& source, Context& ctx) {
  COSTENGINE_TRY(std::optional<LoadedMesh> usual,
                 detail::StlTextReader(source, detail::kTextBlock, ctx).read());
  if (usual) return *std::move(usual);
  return detail::StlAsciiReader(source, ctx).read();
}

}  // namespace costengine
