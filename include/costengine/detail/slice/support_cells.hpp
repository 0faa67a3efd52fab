// Regions that grow within the cells of a support grid.
#pragma once

#include <algorithm>
#include <array>

#include "costengine/detail/slice/row_runs.hpp"
#include "costengine/slice/bits.hpp"

namespace costengine::detail {

inline constexpr int kMostOversampling = 8;

/// floor() and ceil() within 0 and `limit`, without the calls that they are on old processors.
inline int floor_within(double v, int limit) {
  return static_cast<int>(std::clamp(v, 0.0, static_cast<double>(limit)));
}
inline int ceil_within(double v, int limit) {
  const double inside = std::clamp(v, 0.0, static_cast<double>(limit));
  const int down = static_cast<int>(inside);
  return down + (inside > down);
}

/// Sets the pixels of row y that [x0, x1) touches (millimetres from the left side of the grid).
inline void mark_run(BitMask& mask, int y, double x0, double x1, double per_mm) {
  const int limit = (mask.words() - 2) * 64;
  const int begin = floor_within(x0 * per_mm, limit), end = ceil_within(x1 * per_mm, limit);
  BitWord* row = mask.row(y);
  for (int x = begin; x < end; ++x) row[1 + x / 64] |= BitWord{1} << (x % 64);
}

/// The same along column x.
inline void mark_column_run(BitMask& mask, int x, double y0, double y1, double per_mm) {
  if (x >= (mask.words() - 2) * 64) return;
  const int begin = floor_within(y0 * per_mm, mask.rows());
  const int end = ceil_within(y1 * per_mm, mask.rows());
  for (int y = begin; y < end; ++y) mask.row(y)[1 + x / 64] |= BitWord{1} << (x % 64);
}

/// `count` <= 8 bits of a row from pixel x on.
inline unsigned bits_at(const BitWord* row, int x, int count) {
  const int shift = x % 64;
  BitWord bits = row[1 + x / 64] >> shift;
  if (shift + count > 64) bits |= row[2 + x / 64] << (64 - shift);
  return static_cast<unsigned>(bits & ((BitWord{1} << count) - 1));
}

inline void set_bits_at(BitWord* row, int x, int count, unsigned bits) {
  const int shift = x % 64;
  row[1 + x / 64] |= BitWord{bits} << shift;
  if (shift + count > 64) row[2 + x / 64] |= BitWord{bits} >> (64 - shift);
}

/// Within each cell of `side` x `side` pixels the region grows through all free pixels that it
/// reaches from those it has; then it loses the blocked ones.
inline void fill_cells(BitMask& region, const BitMask& blocked, int side) {
  const int columns = (region.words() - 2) * 64;
  std::array<unsigned, kMostOversampling> filled{}, open{};
  for (int y0 = 0; y0 + side <= region.rows(); y0 += side) {
    for (int x0 = 0; x0 + side <= columns; x0 += side) {
      if (x0 % 64 == 0) {  // skip empty words
        BitWord any_bit = 0;
        for (int y = 0; y < side; ++y) any_bit |= region.row(y0 + y)[1 + x0 / 64];
        if (any_bit == 0 && x0 % side == 0 && 64 % side == 0) {
          x0 += 64 - side;
          continue;
        }
      }
      unsigned seeds = 0;
      for (int y = 0; y < side; ++y) {
        const auto k = static_cast<std::size_t>(y);
        filled[k] = bits_at(region.row(y0 + y), x0, side);
        seeds |= filled[k];
      }
      if (seeds == 0) continue;
      for (int y = 0; y < side; ++y) {
        const auto k = static_cast<std::size_t>(y);
        open[k] = (~bits_at(blocked.row(y0 + y), x0, side) & ((1U << side) - 1)) | filled[k];
      }
      for (bool changed = true; changed;) {
        changed = false;
        for (int pass = 0; pass < 2; ++pass) {
          unsigned carry = 0;
          for (int i = 0; i < side; ++i) {
            const auto k = static_cast<std::size_t>(pass == 0 ? i : side - 1 - i);
            unsigned f = filled[k] | (carry & open[k]);
            for (unsigned before = 0; f != before;) {
              before = f;
              f |= ((f << 1) | (f >> 1)) & open[k];
            }
            changed = changed || f != filled[k];
            filled[k] = carry = f;
          }
        }
      }
      for (int y = 0; y < side; ++y) {
        set_bits_at(region.row(y0 + y), x0, side, filled[static_cast<std::size_t>(y)]);
      }
    }
  }
  subtract(region, blocked);
}

}  // namespace costengine::detail
