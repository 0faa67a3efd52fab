#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "costengine/slice/bits.hpp"

namespace costengine {
namespace detail {

/// row |= row moved by `shift` pixels to the right (left if negative), |shift| < 64.
inline void shift_or(BitWord* to, const BitWord* from, int words, int shift) {
  if (shift == 0) {
    for (int w = 0; w < words; ++w) to[w] |= from[w];
  } else if (shift > 0) {
    for (int w = words - 1; w > 0; --w) to[w] |= (from[w] << shift) | (from[w - 1] >> (64 - shift));
  } else {
    for (int w = 0; w < words - 1; ++w) {
      to[w] |= (from[w] >> -shift) | (from[w + 1] << (64 + shift));
    }
  }
}

/// result = a grown by `reach` pixels to both sides, within each row. The empty words stay empty.
inline void dilate_rows(const BitMask& a, BitMask& result, int reach) {
  result.bits() = a.bits();
  const int words = a.words();
  for (int y = 0; y < a.rows(); ++y) {
    BitWord* to = result.row(y);
    for (int done = 0; done < reach;) {  // the run grows by doubling
      const int step = std::min({reach - done, done + 1, 63});
      BitWord carry = 0;
      BitWord previous = 0;
      for (int w = 0; w < words; ++w) {  // to |= to << step | to >> step, in one sweep
        const BitWord word = to[w];
        const BitWord next = w + 1 < words ? to[w + 1] : 0;
        carry = (word << step) | (previous >> (64 - step));
        previous = word;
        to[w] = word | carry | (word >> step) | (next << (64 - step));
      }
      done += step;
    }
    to[0] = to[words - 1] = 0;
  }
}

/// a = union of `of` moved by -reach .. reach rows.
inline void dilate_columns(BitMask& a, const BitMask& of, int reach) {
  a.bits() = of.bits();
  const int words = a.words();
  for (int y = 0; y < a.rows(); ++y) {
    BitWord* to = a.row(y);
    for (int d = 1; d <= reach; ++d) {
      if (y >= d) {
        const BitWord* from = of.row(y - d);
        for (int w = 0; w < words; ++w) to[w] |= from[w];
      }
      if (y + d < a.rows()) {
        const BitWord* from = of.row(y + d);
        for (int w = 0; w < words; ++w) to[w] |= from[w];
      }
    }
  }
}

/// Half widths of a disc's rows, in pixels.
inline int disc_row(double radius, int dy) {
  const double rest = radius * radius - dy * dy;
  return rest < 0 ? -1 : static_cast<int>(std::sqrt(rest) + 0.5);
}

/// Growth by a small disc: per row distance one pass of rows grown by its half width.
inline void dilate_disc(BitMask& a, double radius, BitMask& scratch) {
  const int reach = static_cast<int>(radius + 0.5);
  BitMask source = a;
  const int words = a.words();
  for (int dy = 0; dy <= reach; ++dy) {
    const int half = std::max(0, disc_row(radius, dy));
    dilate_rows(source, scratch, half);
    for (int y = 0; y < a.rows(); ++y) {
      const BitWord* from = scratch.row(y);
      if (y >= dy) {
        BitWord* to = a.row(y - dy);
        for (int w = 0; w < words; ++w) to[w] |= from[w];
      }
      if (dy > 0 && y + dy < a.rows()) {
        BitWord* to = a.row(y + dy);
        for (int w = 0; w < words; ++w) to[w] |= from[w];
      }
    }
  }
}

inline void invert(BitMask& a) {
  for (int y = 0; y < a.rows(); ++y) {
    BitWord* row = a.row(y);
    for (int w = 1; w + 1 < a.words(); ++w) row[w] = ~row[w];
  }
}

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
  for (std::size_t i = 0; i < a.bits().size(); ++i) a.bits()[i] &= b.bits()[i];
}

COSTENGINE_INLINE void subtract(BitMask& a, const BitMask& b) {
  for (std::size_t i = 0; i < a.bits().size(); ++i) a.bits()[i] &= ~b.bits()[i];
}

COSTENGINE_INLINE void unite(BitMask& a, const BitMask& b) {
  for (std::size_t i = 0; i < a.bits().size(); ++i) a.bits()[i] |= b.bits()[i];
}

COSTENGINE_INLINE std::uint64_t count(const BitMask& a) {
  std::uint64_t sum = 0;
  for (const BitWord w : a.bits()) sum += static_cast<std::uint64_t>(std::popcount(w));
  return sum;
}

COSTENGINE_INLINE bool any(const BitMask& a) {
  BitWord all = 0;
  for (const BitWord w : a.bits()) all |= w;
  return all != 0;
}

COSTENGINE_INLINE void dilate(BitMask& a, double radius, BitMask& scratch) {
  if (radius < 0.5) return;
  constexpr double kLargestDisc = 4;
  while (radius > kLargestDisc) {  // a disc of 4 pixels, again and again: close to a circle
    detail::dilate_disc(a, kLargestDisc, scratch);
    radius -= kLargestDisc;
  }
  if (radius >= 0.5) detail::dilate_disc(a, radius, scratch);
}

COSTENGINE_INLINE void erode(BitMask& a, double radius, BitMask& scratch) {
  detail::invert(a);
  dilate(a, radius, scratch);
  detail::invert(a);
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
