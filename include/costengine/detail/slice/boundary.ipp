#pragma once

#include <algorithm>

#include "costengine/slice/boundary.hpp"

namespace costengine {

COSTENGINE_INLINE void RegionBoundary::trace(const BitMask& mask, const BitGrid& grid) {
  left_ = grid.left_mm, bottom_ = grid.bottom_mm, pixel_ = grid.pixel_mm;
  columns_ = grid.columns(), rows_ = grid.rows;
  base_ += static_cast<std::uint32_t>(corners_.size()) + 1;
  const std::size_t pixels = static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_);
  if (step_of_pixel_.size() != pixels || base_ > 0xF0000000U) {
    step_of_pixel_.assign(pixels, 0);
    base_ = 1;
  }
  corners_.clear();
  along_.clear();
  whole_.clear();
  first_.assign(1, 0);
  if (followed_.bits().size() != mask.bits().size()) followed_ = BitMask(grid);
  followed_.clear();

  // Directions: right, up, left, down; the pixels left and right of the way ahead of a corner.
  constexpr int kDx[] = {1, 0, -1, 0}, kDy[] = {0, 1, 0, -1};
  constexpr int kLeftX[] = {0, -1, -1, 0}, kLeftY[] = {0, 0, -1, -1};
  constexpr int kRightX[] = {0, 0, -1, -1}, kRightY[] = {-1, 0, 0, -1};
  // Regions keep off the margin of the grid, so the pixels around a corner are in its words.
  const BitWord* bits = mask.bits().data();
  const int words = mask.words();
  const auto set = [&](int x, int y) {
    if (y < 0 || y >= rows_) return false;
    const int bit = x + 64;
    return ((bits[y * words + bit / 64] >> (bit % 64)) & 1) != 0;
  };
  const auto follow = [&](int x, int y) {  // down the left side of pixel (x, y)
    int cx = x, cy = y + 1, direction = 3;
    const int start_x = cx, start_y = cy;
    do {
      const int px = cx + kLeftX[direction], py = cy + kLeftY[direction];
      step_of_pixel_[static_cast<std::size_t>(py) * static_cast<std::size_t>(columns_) +
                     static_cast<std::size_t>(px)] =
          base_ + static_cast<std::uint32_t>(corners_.size());
      corners_.emplace_back(cx, cy);
      if (direction == 3) followed_.row(py)[1 + px / 64] |= BitWord{1} << (px % 64);
      cx += kDx[direction];
      cy += kDy[direction];
      if (!set(cx + kLeftX[direction], cy + kLeftY[direction])) {
        direction = (direction + 1) % 4;
      } else if (set(cx + kRightX[direction], cy + kRightY[direction])) {
        direction = (direction + 3) % 4;
      }
    } while (cx != start_x || cy != start_y || direction != 3);
  };
  for (int y = 0; y < rows_; ++y) {
    const BitWord* row = mask.row(y);
    for (int w = 1; w + 1 < mask.words(); ++w) {
      if (row[w] == 0) continue;
      const BitWord sides = row[w] & ~((row[w] << 1) | (row[w - 1] >> 63));
      for (BitWord rest = sides; rest != 0; rest &= rest - 1) {
        const int bit = __builtin_ctzll(rest);
        if ((followed_.row(y)[w] >> bit) & 1) continue;
        follow((w - 1) * 64 + bit, y);
        first_.push_back(static_cast<std::uint32_t>(corners_.size()));
      }
    }
  }

  along_.resize(corners_.size());
  for (std::size_t l = 0; l < loops(); ++l) {
    const std::uint32_t begin = first_[l], n = first_[l + 1] - begin;
    double way = 0;
    for (std::uint32_t k = 0; k < n; ++k) {
      along_[begin + k] = way;
      // A step counts a fourth of the chord around it.
      way += length(corner(begin + (k + kChord / 2) % n) -
                    corner(begin + (k + n - std::min(n, kChord / 2)) % n)) /
             kChord;
    }
    whole_.push_back(way);
  }
}

COSTENGINE_INLINE std::size_t RegionBoundary::loop_of(std::uint32_t step) const {
  return static_cast<std::size_t>(std::upper_bound(first_.begin(), first_.end(), step) -
                                  first_.begin()) -
         1;
}

COSTENGINE_INLINE std::uint32_t RegionBoundary::step_at(int x, int y) const {
  constexpr int kX[] = {0, -1, 1, 0, 0, -1, 1, -1, 1}, kY[] = {0, 0, 0, -1, 1, -1, -1, 1, 1};
  for (int k = 0; k < 9; ++k) {
    const int px = x + kX[k], py = y + kY[k];
    if (px < 0 || py < 0 || px >= columns_ || py >= rows_) continue;
    const std::uint32_t value =
        step_of_pixel_[static_cast<std::size_t>(py) * static_cast<std::size_t>(columns_) +
                       static_cast<std::size_t>(px)];
    if (value >= base_) return value - base_;
  }
  return kNowhere;
}

COSTENGINE_INLINE double RegionBoundary::length_mm(std::uint32_t from, std::uint32_t to) const {
  const double way = along_[to] - along_[from];
  return way >= 0 ? way : way + whole_[loop_of(from)];
}

}  // namespace costengine
