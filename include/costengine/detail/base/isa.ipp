#pragma once

#include <algorithm>
#include <string>

#include "costengine/base/isa.hpp"

namespace costengine {

COSTENGINE_INLINE std::string_view isa_name(Isa isa) noexcept {
  switch (isa) {
    case Isa::kBest:
      return "best";
    case Isa::kBaseline:
      return "baseline";
    case Isa::kAvx2:
      return "avx2";
  }
  return "unknown";
}

COSTENGINE_INLINE std::vector<Isa> available_isas() {
  std::vector<Isa> isas;
#if !defined(COSTENGINE_HEADER_ONLY) && defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt")) isas.push_back(Isa::kAvx2);
#endif
  isas.push_back(Isa::kBaseline);
  return isas;
}

COSTENGINE_INLINE Result<Isa> parse_isa(std::string_view name) {
  std::string known = "best";
  if (name == known) return Isa::kBest;
  for (Isa isa : available_isas()) {
    if (name == isa_name(isa)) return isa;
    known += ", ";
    known += isa_name(isa);
  }
  return Error{
      ErrorCode::kInvalidArgument,
      Stage::kOptions,
      "instruction set '" + std::string(name) + "' does not run here; use one of: " + known,
      {},
      {}};
}

}  // namespace costengine
