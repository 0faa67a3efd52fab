// One wrapper per instruction set around each kernel's body. The wrappers carry a target attribute
// instead of the file a compiler flag: a file compiled with -mavx2 would leave AVX2 copies of
// inline functions for the linker to pick for everybody.
#include "costengine/detail/measure/mass_kernel.hpp"

namespace costengine::detail {
namespace {

void mass_baseline(const TriangleBlock& t, MassLanes& sum) {
  mass_body(t, sum);
}
#ifdef __x86_64__
[[gnu::target("avx2")]] void mass_avx2(const TriangleBlock& t, MassLanes& sum) {
  mass_body(t, sum);
}
#endif

}  // namespace

MassKernel mass_kernel(Isa isa) {
#ifdef __x86_64__
  if (isa == Isa::kBest) isa = available_isas().front();
  if (isa == Isa::kAvx2) return mass_avx2;
#endif
  return mass_baseline;
}

}  // namespace costengine::detail
