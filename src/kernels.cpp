// One wrapper per instruction set around each kernel's body. The wrappers carry a target attribute
// instead of the file a compiler flag: a file compiled with -mavx2 would leave AVX2 copies of
// inline functions for the linker to pick for everybody.
#include "costengine/detail/measure/mass_kernel.hpp"
#include "costengine/detail/slice/bit_kernels.hpp"

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

// The kernels of a table and the table, all compiled for `target`. `count_bits` counts.
#define COSTENGINE_BIT_KERNELS(table, count_bits, target)                                        \
  template <class Way>                                                                           \
  target void table##_combine(BitWord* a, const BitWord* b, std::size_t count) {                 \
    combine_body<Way>(a, b, count);                                                              \
  }                                                                                              \
  template <class Way>                                                                           \
  target bool table##_join(const BitWord* a, const BitWord* b, BitWord* to, std::size_t count) { \
    return join_body<Way>(a, b, to, count);                                                      \
  }                                                                                              \
  target bool table##_any_left(const BitWord* a, const BitWord* b, std::size_t count) {          \
    return any_left_body(a, b, count);                                                           \
  }                                                                                              \
  target std::uint64_t table##_count(const BitWord* words, std::size_t count) {                  \
    return count_bits(words, count);                                                             \
  }                                                                                              \
  template <class Way>                                                                           \
  target void table##_x(const BitWord* from, BitWord* to, std::size_t count, int by) {           \
    spread_x_body<Way>(from, to, count, by);                                                     \
  }                                                                                              \
  template <class Way>                                                                           \
  target void table##_y(const BitWord* from, BitWord* to, std::size_t count,                     \
                        std::ptrdiff_t shift) {                                                  \
    spread_y_body<Way>(from, to, count, shift);                                                  \
  }                                                                                              \
  template <class Way>                                                                           \
  target void table##_cross(const BitWord* from, BitWord* to, std::size_t count, int by,         \
                            std::ptrdiff_t shift) {                                              \
    spread_cross_body<Way>(from, to, count, by, shift);                                          \
  }                                                                                              \
  constexpr BitKernels table = {table##_combine<And>,                                            \
                                table##_combine<AndNot>,                                         \
                                table##_combine<Or>,                                             \
                                table##_join<And>,                                               \
                                table##_join<AndNot>,                                            \
                                table##_any_left,                                                \
                                table##_count,                                                   \
                                {table##_x<Or>, table##_y<Or>, table##_cross<Or>},               \
                                {table##_x<And>, table##_y<And>, table##_cross<And>}};

COSTENGINE_BIT_KERNELS(bits_baseline, count_body, )
#ifdef __x86_64__
COSTENGINE_BIT_KERNELS(bits_avx2, popcount_body, [[gnu::target("avx2,popcnt")]])
#endif
#undef COSTENGINE_BIT_KERNELS

Isa resolved(Isa isa) {
  static const Isa best = available_isas().front();
  return isa == Isa::kBest ? best : isa;
}

}  // namespace

MassKernel mass_kernel([[maybe_unused]] Isa isa) {
#ifdef __x86_64__
  if (resolved(isa) == Isa::kAvx2) return mass_avx2;
#endif
  return mass_baseline;
}

const BitKernels& bit_kernels([[maybe_unused]] Isa isa) {
#ifdef __x86_64__
  if (resolved(isa) == Isa::kAvx2) return bits_avx2;
#endif
  return bits_baseline;
}

}  // namespace costengine::detail
