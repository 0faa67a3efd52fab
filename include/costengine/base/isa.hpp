/// The instruction sets that kernels are compiled for, and the choice among them.
///
/// Results are bit-identical on all of them: forcing one is for tests and benchmarks.
#pragma once

#include <string_view>
#include <vector>

#include "costengine/base/error.hpp"

namespace costengine {

enum class Isa { kBest, kBaseline, kAvx2 };

/// "best", "baseline", "avx2".
std::string_view isa_name(Isa isa) noexcept;

/// The instruction sets that run on this processor, best first; never empty. The header-only
/// library has only the one that the including file is compiled for, called baseline.
std::vector<Isa> available_isas();

/// From a name. An unknown name, or one that this processor cannot run, is kInvalidArgument: who
/// asks for avx2 must never get baseline unseen.
Result<Isa> parse_isa(std::string_view name);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/base/isa.ipp"
#endif
