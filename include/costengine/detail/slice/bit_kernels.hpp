// The inner loops of bits.hpp over whole arrays of words, written so that compilers vectorise them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "costengine/slice/bits.hpp"

namespace costengine::detail {

/// What a pass does with two words.
struct And {
  static BitWord join(BitWord a, BitWord b) { return a & b; }
};
struct AndNot {
  static BitWord join(BitWord a, BitWord b) { return a & ~b; }
};
struct Or {
  static BitWord join(BitWord a, BitWord b) { return a | b; }
};

/// Words that a pass looks at before it asks whether to go on, or that it keeps at hand.
inline constexpr std::size_t kChunk = 128;

/// a[i] = a[i] joined with b[i].
template <class Way>
[[gnu::always_inline]] inline void combine_body(BitWord* __restrict a, const BitWord* __restrict b,
                                                std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) a[i] = Way::join(a[i], b[i]);
}

/// to[i] = a[i] joined with b[i]; whether any bit is set.
template <class Way>
[[gnu::always_inline]] inline bool join_body(const BitWord* a, const BitWord* b,
                                             BitWord* __restrict to, std::size_t count) {
  BitWord all = 0;
  for (std::size_t i = 0; i < count; ++i) all |= to[i] = Way::join(a[i], b[i]);
  return all != 0;
}

/// Whether a[i] & ~b[i] has a bit for any i.
[[gnu::always_inline]] inline bool any_left_body(const BitWord* a, const BitWord* b,
                                                 std::size_t count) {
  for (std::size_t begin = 0; begin < count; begin += kChunk) {
    const std::size_t end = std::min(begin + kChunk, count);
    BitWord all = 0;
    for (std::size_t i = begin; i < end; ++i) all |= a[i] & ~b[i];
    if (all != 0) return true;
  }
  return false;
}

/// Set bits, where the processor counts them.
[[gnu::always_inline]] inline std::uint64_t popcount_body(const BitWord* words, std::size_t count) {
  const auto bits = [words](std::size_t i) {
    return static_cast<std::uint64_t>(__builtin_popcountll(words[i]));
  };
  std::uint64_t sum = 0;
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4) sum += bits(i) + bits(i + 1) + (bits(i + 2) + bits(i + 3));
  for (; i < count; ++i) sum += bits(i);
  return sum;
}

/// Set bits by sums of 2, 4 and 8 bits, side by side; sums of bytes hold 31 words.
[[gnu::always_inline]] inline std::uint64_t count_body(const BitWord* words, std::size_t count) {
  constexpr std::size_t kWords = 31;
  std::uint64_t sum = 0;
  for (std::size_t begin = 0; begin < count; begin += kWords) {
    const std::size_t end = std::min(begin + kWords, count);
    BitWord bytes = 0;
    for (std::size_t i = begin; i < end; ++i) {
      BitWord w = words[i];
      w -= (w >> 1) & 0x5555555555555555ULL;
      w = (w & 0x3333333333333333ULL) + ((w >> 2) & 0x3333333333333333ULL);
      bytes += (w + (w >> 4)) & 0x0F0F0F0F0F0F0F0FULL;
    }
    const BitWord pairs = (bytes & 0x00FF00FF00FF00FFULL) + ((bytes >> 8) & 0x00FF00FF00FF00FFULL);
    sum += (pairs * 0x0001000100010001ULL) >> 48;
  }
  return sum;
}

/// Words joined with themselves moved `by` bits left and right, 0 < by < 64. The word before the
/// array and the one behind it are read.
template <class Way>
[[gnu::always_inline]] inline BitWord spread_word(const BitWord* from, std::ptrdiff_t i, int by) {
  const BitWord right = (from[i] << by) | (from[i - 1] >> (64 - by));
  const BitWord left = (from[i] >> by) | (from[i + 1] << (64 - by));
  return Way::join(from[i], Way::join(left, right));
}

template <class Way>
[[gnu::always_inline]] inline void spread_x_body(const BitWord* __restrict from,
                                                 BitWord* __restrict to, std::size_t count,
                                                 int by) {
  const auto n = static_cast<std::ptrdiff_t>(count);
  for (std::ptrdiff_t i = 0; i < n; ++i) to[i] = spread_word<Way>(from, i, by);
}

/// The same words joined with those `shift` words below and above.
template <class Way>
[[gnu::always_inline]] inline void spread_y_body(const BitWord* __restrict from,
                                                 BitWord* __restrict to, std::size_t count,
                                                 std::ptrdiff_t shift) {
  const auto n = static_cast<std::ptrdiff_t>(count);
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    to[i] = Way::join(from[i], Way::join(from[i - shift], from[i + shift]));
  }
}

/// Moved `by` bits left and right and, on their own, `shift` words down and up.
template <class Way>
[[gnu::always_inline]] inline void spread_cross_body(const BitWord* __restrict from,
                                                     BitWord* __restrict to, std::size_t count,
                                                     int by, std::ptrdiff_t shift) {
  const auto n = static_cast<std::ptrdiff_t>(count);
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    to[i] = Way::join(spread_word<Way>(from, i, by), Way::join(from[i - shift], from[i + shift]));
  }
}

/// Growth (Or) or shrinkage (And) by one step.
struct SpreadKernels {
  void (*x)(const BitWord* from, BitWord* to, std::size_t count, int by);
  void (*y)(const BitWord* from, BitWord* to, std::size_t count, std::ptrdiff_t shift);
  void (*cross)(const BitWord* from, BitWord* to, std::size_t count, int by, std::ptrdiff_t shift);
};

struct BitKernels {
  void (*intersect)(BitWord* a, const BitWord* b, std::size_t count);
  void (*subtract)(BitWord* a, const BitWord* b, std::size_t count);
  void (*unite)(BitWord* a, const BitWord* b, std::size_t count);
  bool (*intersection)(const BitWord* a, const BitWord* b, BitWord* to, std::size_t count);
  bool (*difference)(const BitWord* a, const BitWord* b, BitWord* to, std::size_t count);
  bool (*any_left)(const BitWord* a, const BitWord* b, std::size_t count);
  std::uint64_t (*count)(const BitWord* words, std::size_t count);
  SpreadKernels grow, shrink;
};

/// The kernels for an instruction set that runs here (see parse_isa). Header-only: those that the
/// including file is compiled for.
const BitKernels& bit_kernels(Isa isa);

#ifdef COSTENGINE_HEADER_ONLY
inline const BitKernels& bit_kernels(Isa) {
  static constexpr BitKernels kernels = {
      combine_body<And>,
      combine_body<AndNot>,
      combine_body<Or>,
      join_body<And>,
      join_body<AndNot>,
      any_left_body,
      count_body,
      {spread_x_body<Or>, spread_y_body<Or>, spread_cross_body<Or>},
      {spread_x_body<And>, spread_y_body<And>, spread_cross_body<And>}};
  return kernels;
}
#endif

}  // namespace costengine::detail
