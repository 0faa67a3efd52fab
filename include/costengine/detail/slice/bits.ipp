#pragma once

#include <algorithm>
#include <cmath>
#include <utility>

#include "costengine/detail/slice/bit_kernels.hpp"
#include "costengine/slice/bits.hpp"

namespace costengine {
namespace detail {

/// A stretch of rows that a pass works on: everything outside is empty.
struct RowSpan {
  int first, last;  ///< rows [first, last)

  [[nodiscard]] RowSpan grown(int by, int rows) const {
    return {std::max(0, first - by), std::min(rows, last + by)};
  }
};

inline RowSpan used_rows(const BitMask& a) {
  const auto empty = [&](int y) {
    BitWord all = 0;
    for (int w = 0; w < a.words(); ++w) all |= a.row(y)[w];
    return all == 0;
  };
  RowSpan span{0, a.rows()};
  while (span.first < span.last && empty(span.first)) ++span.first;
  while (span.last > span.first && empty(span.last - 1)) --span.last;
  return span;
}

/// Rows as one array: word i of the span is data[i], and a row more on each side may be read.
struct FlatRows {
  BitWord* data;
  std::ptrdiff_t size;
};

inline FlatRows flat(BitMask& a, RowSpan span) {
  return {a.row(span.first), static_cast<std::ptrdiff_t>(span.last - span.first) * a.words()};
}

inline void clear_margins(BitMask& a, RowSpan span) {
  for (int y = span.first; y < span.last; ++y) a.row(y)[0] = a.row(y)[a.words() - 1] = 0;
}

/// to = from joined with itself moved `by` pixels left and right.
inline void spread_x(const SpreadKernels& way, BitMask& from, BitMask& to, RowSpan span, int by) {
  const FlatRows in = flat(from, span), out = flat(to, span);
  way.x(in.data + 1, out.data + 1, static_cast<std::size_t>(in.size - 2), by);
  clear_margins(to, span);
}

/// to = from joined with itself moved `by` rows up and down, and with `cross` as many pixels left
/// and right. Beyond the span all is empty.
template <class Way>
void spread_rows(const SpreadKernels& way, BitMask& from, BitMask& to, RowSpan span, int by,
                 bool cross) {
  const FlatRows in = flat(from, span), out = flat(to, span);
  const BitWord* __restrict source = in.data;
  BitWord* __restrict target = out.data;
  const std::ptrdiff_t shift = static_cast<std::ptrdiff_t>(by) * from.words(), last = in.size - 1;
  const std::ptrdiff_t low = std::clamp<std::ptrdiff_t>(shift, 1, last);
  const std::ptrdiff_t high = std::clamp<std::ptrdiff_t>(in.size - shift, 1, last);
  const auto lone = [&](std::ptrdiff_t i) {  // near the ends of the span
    const BitWord below = i >= shift ? source[i - shift] : 0;
    const BitWord above = i + shift < in.size ? source[i + shift] : 0;
    const BitWord here = cross ? spread_word<Way>(source, i, by) : source[i];
    target[i] = Way::join(here, Way::join(below, above));
  };
  for (std::ptrdiff_t i = 1; i < low; ++i) lone(i);
  if (low < high) {
    const auto words = static_cast<std::size_t>(high - low);
    if (cross) {
      way.cross(source + low, target + low, words, by, shift);
    } else {
      way.y(source + low, target + low, words, shift);
    }
  }
  for (std::ptrdiff_t i = std::max(low, high); i < last; ++i) lone(i);
  clear_margins(to, span);
}

/// Growth or shrinkage by an octagon: a square of `square` pixels and a diamond of `diamond`, each
/// by doubling. The result is in `a`; `scratch` is used up.
template <class Way>
void move_boundary(const SpreadKernels& way, BitMask& a, RowSpan span, int square, int diamond,
                   BitMask& scratch) {
  BitMask *now = &a, *next = &scratch;
  for (int done = 0; done < diamond;) {
    const int step = std::min({diamond - done, std::max(1, done), 63});
    spread_rows<Way>(way, *now, *next, span, step, true);
    std::swap(now, next);
    done += step;
  }
  for (int done = 0; done < square;) {
    const int step = std::min({square - done, 2 * done + 1, 63});
    spread_x(way, *now, *next, span, step);
    spread_rows<Way>(way, *next, *now, span, step, false);
    done += step;
  }
  if (now == &a) return;
  const FlatRows from = flat(*now, span), to = flat(a, span);
  std::copy(from.data, from.data + from.size, to.data);
}

inline void grow(BitMask& a, RowSpan span, int square, int diamond, BitMask& scratch) {
  move_boundary<Or>(bit_kernels(a.isa()).grow, a, span, square, diamond, scratch);
}

inline void shrink(BitMask& a, RowSpan span, int square, int diamond, BitMask& scratch) {
  move_boundary<And>(bit_kernels(a.isa()).shrink, a, span, square, diamond, scratch);
}

/// result = `a` joined by `join` with what is in all of `others`; whether any pixel is set.
inline bool join_with_all(const BitMask& a, std::span<const BitMask* const> others,
                          bool (*join)(const BitWord*, const BitWord*, BitWord*, std::size_t),
                          BitMask& result) {
  const BitKernels& kernels = bit_kernels(a.isa());
  bool found = false;
  BitWord in_all[kChunk];
  for (std::size_t begin = 0; begin < a.bits().size(); begin += kChunk) {
    const std::size_t n = std::min(kChunk, a.bits().size() - begin);
    const BitWord* with = others.front()->bits().data() + begin;
    if (others.size() > 1) {
      kernels.intersection(with, others[1]->bits().data() + begin, in_all, n);
      for (const BitMask* other : others.subspan(2)) {
        kernels.intersect(in_all, other->bits().data() + begin, n);
      }
      with = in_all;
    }
    found |= join(a.bits().data() + begin, with, result.bits().data() + begin, n);
  }
  return found;
}

/// An octagon that reaches as far as a disc along the rows and along the diagonals.
struct Octagon {
  int square, diamond;

  explicit Octagon(double radius) {
    const int reach = std::max(0, static_cast<int>(radius + 0.5));
    diamond =
        std::clamp(static_cast<int>(2 * (reach - radius * 0.70710678118654752) + 0.5), 0, reach);
    square = reach - diamond;
  }
  [[nodiscard]] int reach() const { return square + diamond; }
};

/// Transposes 64 words of 64 bits by exchanging ever smaller blocks (Hacker's Delight, 7-3).
inline void transpose_block(BitWord (&block)[64]) {
  BitWord mask = 0x00000000FFFFFFFFULL;
  for (int width = 32; width != 0; width >>= 1, mask ^= mask << width) {
    for (int k = 0; k < 64; k = ((k | width) + 1) & ~width) {
      const BitWord swap = ((block[k] >> width) ^ block[k | width]) & mask;
      block[k | width] ^= swap;
      block[k] ^= swap << width;
    }
  }
}

}  // namespace detail

COSTENGINE_INLINE BitGrid make_grid(double left_mm, double bottom_mm, double right_mm,
                                    double top_mm, double margin_mm, double pixel_mm,
                                    std::size_t most_words) {
  BitGrid grid;
  grid.pixel_mm = pixel_mm;
  for (;;) {
    const double width = (right_mm - left_mm + 2 * margin_mm) / grid.pixel_mm;
    const double height = (top_mm - bottom_mm + 2 * margin_mm) / grid.pixel_mm;
    const double words = std::ceil(width / 64) + 2, rows = std::ceil(height) + 1;
    if (words * rows <= static_cast<double>(most_words) || grid.pixel_mm > 1e6) {
      grid.words = static_cast<int>(words);
      grid.rows = static_cast<int>(rows);
      break;
    }
    grid.pixel_mm *= 1.125;
  }
  grid.left_mm = left_mm - margin_mm;
  grid.bottom_mm = bottom_mm - margin_mm;
  return grid;
}

COSTENGINE_INLINE void intersect(BitMask& a, const BitMask& b) {
  detail::bit_kernels(a.isa()).intersect(a.bits().data(), b.bits().data(), a.bits().size());
}

COSTENGINE_INLINE void subtract(BitMask& a, const BitMask& b) {
  detail::bit_kernels(a.isa()).subtract(a.bits().data(), b.bits().data(), a.bits().size());
}

COSTENGINE_INLINE void unite(BitMask& a, const BitMask& b) {
  detail::bit_kernels(a.isa()).unite(a.bits().data(), b.bits().data(), a.bits().size());
}

COSTENGINE_INLINE bool difference(const BitMask& a, const BitMask& b, BitMask& result) {
  return detail::bit_kernels(a.isa()).difference(a.bits().data(), b.bits().data(),
                                                 result.bits().data(), a.bits().size());
}

COSTENGINE_INLINE bool common(const BitMask& a, std::span<const BitMask* const> others,
                              BitMask& result) {
  return detail::join_with_all(a, others, detail::bit_kernels(a.isa()).intersection, result);
}

COSTENGINE_INLINE bool uncovered(const BitMask& a, std::span<const BitMask* const> covers,
                                 BitMask& result) {
  return detail::join_with_all(a, covers, detail::bit_kernels(a.isa()).difference, result);
}

COSTENGINE_INLINE std::uint64_t count(const BitMask& a) {
  return detail::bit_kernels(a.isa()).count(a.bits().data(), a.bits().size());
}

COSTENGINE_INLINE bool any(const BitMask& a) {
  for (std::size_t begin = 0; begin < a.bits().size(); begin += detail::kChunk) {
    const std::size_t end = std::min(begin + detail::kChunk, a.bits().size());
    BitWord all = 0;
    for (std::size_t i = begin; i < end; ++i) all |= a.bits()[i];
    if (all != 0) return true;
  }
  return false;
}

COSTENGINE_INLINE bool contains(const BitMask& outer, const BitMask& inner) {
  return !detail::bit_kernels(inner.isa())
              .any_left(inner.bits().data(), outer.bits().data(), inner.bits().size());
}

COSTENGINE_INLINE void dilate(BitMask& a, double radius, BitMask& scratch) {
  const detail::Octagon by(radius);
  const detail::RowSpan used = detail::used_rows(a);
  if (by.reach() == 0 || used.first >= used.last) return;
  detail::grow(a, used.grown(by.reach(), a.rows()), by.square, by.diamond, scratch);
}

COSTENGINE_INLINE void dilate_square(BitMask& a, int reach, BitMask& scratch) {
  const detail::RowSpan used = detail::used_rows(a);
  if (reach <= 0 || used.first >= used.last) return;
  detail::grow(a, used.grown(reach, a.rows()), reach, 0, scratch);
}

COSTENGINE_INLINE void erode(BitMask& a, double radius, BitMask& scratch) {
  const detail::Octagon by(radius);
  const detail::RowSpan used = detail::used_rows(a);
  if (by.reach() == 0 || used.first >= used.last) return;
  detail::shrink(a, used, by.square, by.diamond, scratch);
}

COSTENGINE_INLINE void open(BitMask& a, double radius, BitMask& scratch) {
  erode(a, radius, scratch);
  dilate(a, radius, scratch);
}

COSTENGINE_INLINE BitGrid transposed(const BitGrid& grid) {
  BitGrid result = grid;
  result.left_mm = grid.bottom_mm;
  result.bottom_mm = grid.left_mm;
  result.rows = grid.columns();
  result.words = (grid.rows + 63) / 64 + 2;
  return result;
}

COSTENGINE_INLINE void transpose(const BitMask& a, BitMask& result) {
  BitWord block[64];
  for (int y = 0; y < a.rows(); y += 64) {
    for (int w = 1; w + 1 < a.words(); ++w) {
      BitWord any_bit = 0;
      for (int k = 0; k < 64; ++k) {
        block[k] = y + k < a.rows() ? a.row(y + k)[w] : 0;
        any_bit |= block[k];
      }
      if (any_bit != 0) detail::transpose_block(block);
      for (int k = 0; k < 64; ++k) result.row((w - 1) * 64 + k)[1 + y / 64] = block[k];
    }
  }
}

}  // namespace costengine
