#pragma once

#include <algorithm>

#include "costengine/slice/boundary.hpp"

namespace costengine {

COSTENGINE_INLINE void RegionBoundary::trace(const BitMask& mask, const BitGrid& grid) {
  left_ = grid.left_mm, bottom_ = grid.bottom_mm, pixel_ = grid.pixel_mm;
  columns_ = grid.columns(), rows_ = grid.rows;
  base_ += static_cast<std::uint32_t>(corners_.size()) + 1;
  const std::size_t words = mask.bits().size(), row_words = static_cast<std::size_t>(mask.words());
  if (step_of_pixel_.size() != words * 64 || base_ > 0xF0000000U) {
    step_of_pixel_.assign(words * 64, 0);
    base_ = 1;
  }
  corners_.clear();
  first_.assign(1, 0);
  // An empty row on each side, so that all pixels around a corner can be looked at.
  padded_.resize(words + 2 * row_words);
  std::fill_n(padded_.begin(), row_words, BitWord{0});
  std::copy(mask.bits().begin(), mask.bits().end(), padded_.begin() + mask.words());
  std::fill_n(padded_.end() - mask.words(), row_words, BitWord{0});
  starts_.resize(words);
  touched_.assign(words, 0);
  outer_ = 0;
  const BitWord* bits = padded_.data() + row_words;
  for (std::size_t w = 0; w < words; ++w) {
    const BitWord before = *(bits + w - 1);
    starts_[w] = bits[w] & ~((bits[w] << 1) | (before >> 63));
  }
  for (std::size_t w = 0; w < words; ++w) {
    while (starts_[w] != 0) {
      const auto y = static_cast<int>(w / row_words);
      const int x = static_cast<int>(w % row_words - 1) * 64 + __builtin_ctzll(starts_[w]);
      follow(x, y);
      first_.push_back(static_cast<std::uint32_t>(corners_.size()));
    }
  }
  measure();
}

/// Down the left side of pixel (x, y), and on along the boundary until it gets there again.
COSTENGINE_INLINE void RegionBoundary::follow(int x, int y) {
  // Directions: right, up, left, down. Bits are counted from the first of padded_: the one of a
  // corner is the pixel above and right of it; of each direction, where the next corner lies, and
  // the pixels left and right of the way ahead.
  const std::ptrdiff_t row = static_cast<std::ptrdiff_t>(starts_.size()) / rows_ * 64;
  const std::ptrdiff_t ahead[] = {1, row, -1, -row};
  const std::ptrdiff_t left[] = {0, -1, -1 - row, -row};
  const std::ptrdiff_t right[] = {-row, 0, -1, -1 - row};
  constexpr int kDx[] = {1, 0, -1, 0}, kDy[] = {0, 1, 0, -1};
  const auto set = [bits = padded_.data()](std::ptrdiff_t at) {
    return ((bits[at / 64] >> (at % 64)) & 1) != 0;
  };
  int cx = x, cy = y + 1;
  std::ptrdiff_t at = (y + 2) * row + 64 + x;
  const std::ptrdiff_t start = at;
  unsigned direction = 3;
  auto step = base_ + static_cast<std::uint32_t>(corners_.size());
  int turns = 0;  // to the left
  do {
    const std::ptrdiff_t pixel = at + left[direction] - row;  // without the empty row
    step_of_pixel_[static_cast<std::size_t>(pixel)] = step++;
    touched_[static_cast<std::size_t>(pixel / 64)] |= BitWord{1} << pixel % 64;
    corners_.emplace_back(cx, cy);
    if (direction == 3)
      starts_[static_cast<std::size_t>(pixel / 64)] &= ~(BitWord{1} << pixel % 64);
    cx += kDx[direction], cy += kDy[direction];
    at += ahead[direction];
    if (!set(at + left[direction])) {
      direction = (direction + 1) % 4;
      ++turns;
    } else if (set(at + right[direction])) {
      direction = (direction + 3) % 4;
      --turns;
    }
  } while (at != start || direction != 3);
  outer_ += turns > 0;
}

/// The way to each step from the first of its loop.
COSTENGINE_INLINE void RegionBoundary::measure() {
  // A step counts a fourth of the chord around it, between corners four steps apart.
  constexpr int kReach = kChord, kSide = 2 * kReach + 1;
  double share_mm[kSide * kSide];
  for (int dy = -kReach; dy <= kReach; ++dy) {
    for (int dx = -kReach; dx <= kReach; ++dx) {
      share_mm[(dy + kReach) * kSide + dx + kReach] =
          pixel_ * __builtin_sqrt(static_cast<double>(dx * dx + dy * dy)) / kChord;
    }
  }
  along_.resize(corners_.size());
  whole_.clear();
  for (std::size_t l = 0; l < loops(); ++l) {
    const std::uint32_t begin = first_[l], n = first_[l + 1] - begin;
    std::uint32_t before = n - kChord / 2, after = kChord / 2;  // at least a pixel: four steps
    double way = 0;
    for (std::uint32_t k = 0; k < n; ++k) {
      along_[begin + k] = way;
      const auto [ax, ay] = corners_[begin + before];
      const auto [bx, by] = corners_[begin + after];
      way += share_mm[(by - ay + kReach) * kSide + bx - ax + kReach];
      if (++before == n) before = 0;
      if (++after == n) after = 0;
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
        step_of_pixel_[static_cast<std::size_t>(py * (columns_ + 128) + 64 + px)];
    if (value >= base_) return value - base_;
  }
  return kNowhere;
}

COSTENGINE_INLINE double RegionBoundary::length_mm(std::uint32_t from, std::uint32_t to) const {
  const double way = along_[to] - along_[from];
  return way >= 0 ? way : way + whole_[loop_of(from)];
}

}  // namespace costengine
