/// The boundary of a region of pixels, as closed chains of pixel corners.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "costengine/slice/bits.hpp"
#include "costengine/slice/contours.hpp"

namespace costengine {

/// Follows the outlines of a mask, the region on the left. One object serves many masks of a grid.
class RegionBoundary {
 public:
  static constexpr std::uint32_t kNowhere = ~std::uint32_t{0};

  /// Cost: O(words + length of the boundary in pixels).
  void trace(const BitMask& mask, const BitGrid& grid);

  [[nodiscard]] std::size_t loops() const { return first_.size() - 1; }
  /// How many of them go around a part of the region, and not around a hole in it. Pixels that
  /// touch at a corner only may count as two parts.
  [[nodiscard]] std::size_t outer_loops() const { return outer_; }
  /// Loop i consists of steps [first(i), first(i + 1)), a pixel side each.
  [[nodiscard]] std::uint32_t first(std::size_t loop) const { return first_[loop]; }
  [[nodiscard]] std::size_t loop_of(std::uint32_t step) const;

  /// The step next to a pixel of the region or to one of its neighbours; kNowhere if none is.
  [[nodiscard]] std::uint32_t step_at(int x, int y) const;

  /// Calls visit(step) for the steps that pixels at most `window` from (x, y) have, one each.
  /// `window` is at most 31.
  template <class Visit>
  void for_each_step_near(int x, int y, int window, Visit&& visit) const {
    const int row_bits = columns_ + 128, at = x - window + 64;
    if (at < 0 || at + 2 * window + 1 > row_bits) return;
    const BitWord wanted = (BitWord{2} << (2 * window)) - 1;
    const int shift = at % 64;
    for (int py = std::max(0, y - window); py <= std::min(rows_ - 1, y + window); ++py) {
      const BitWord* words = touched_.data() + static_cast<std::ptrdiff_t>(py) * (row_bits / 64);
      BitWord bits = words[at / 64] >> shift;
      if (shift + 2 * window >= 64) bits |= words[at / 64 + 1] << (64 - shift);
      bits &= wanted;
      const std::uint32_t* row =
          step_of_pixel_.data() + static_cast<std::ptrdiff_t>(py) * row_bits + at;
      for (; bits != 0; bits &= bits - 1) visit(row[__builtin_ctzll(bits)] - base_);
    }
  }

  /// Way along the boundary from one step to a later one of the same loop, going round where `to`
  /// lies before `from`. Corners are cut every four pixels, so slants count as such.
  [[nodiscard]] double length_mm(std::uint32_t from, std::uint32_t to) const;

  /// Calls visit(Point2) at every fourth step in between, `inset_mm` within the region.
  template <class Visit>
  void for_each_point(std::uint32_t from, std::uint32_t to, double inset_mm, Visit&& visit) const {
    const std::size_t loop = loop_of(from);
    const std::uint32_t begin = first_[loop], n = first_[loop + 1] - begin;
    const std::uint32_t steps = (to + n - from) % n;
    for (std::uint32_t k = kChord; k + kChord / 2 < steps; k += kChord) {
      const std::uint32_t step = begin + (from - begin + k) % n;
      visit(inset_mm > 0 ? inside(loop, step, inset_mm) : corner(step));
    }
  }

  /// The boundary at a step, smoothed over eight of them, `inset_mm` within the region.
  [[nodiscard]] Point2 inside(std::size_t loop, std::uint32_t step, double inset_mm) const {
    const std::uint32_t begin = first_[loop], n = first_[loop + 1] - begin;
    if (n < 2 * kSmooth) return corner(step);
    std::uint32_t k = step - begin + n - (kSmooth - 1);
    if (k >= n) k -= n;
    const Point2 first = corner(begin + k);
    Point2 sum{0, 0}, last = first;
    for (std::uint32_t i = 0; i < 2 * kSmooth; ++i) {
      last = corner(begin + k);
      sum = sum + last;
      if (++k == n) k = 0;
    }
    const Point2 along = last - first, middle = sum * (0.5 / kSmooth);
    const double l = length(along);
    return l > 0 ? middle + Point2{-along.y, along.x} * (inset_mm / l) : middle;
  }

 private:
  static constexpr std::uint32_t kChord = 4, kSmooth = 4;

  void follow(int x, int y);
  void measure();
  [[nodiscard]] Point2 corner(std::uint32_t step) const {
    return {left_ + corners_[step].first * pixel_, bottom_ + corners_[step].second * pixel_};
  }

  double left_ = 0, bottom_ = 0, pixel_ = 1;
  int columns_ = 0, rows_ = 0;
  std::vector<std::pair<int, int>> corners_;  ///< where each step begins
  std::vector<double> along_;                 ///< way from the first step of the loop
  std::vector<double> whole_;                 ///< of each loop
  std::vector<std::uint32_t> first_{0};
  std::vector<std::uint32_t> step_of_pixel_;  ///< plus base_; smaller values are of earlier masks
  std::uint32_t base_ = 1;
  std::vector<BitWord> padded_;   ///< the mask with an empty row on each side
  std::vector<BitWord> starts_;   ///< pixels whose left side has not been passed yet
  std::vector<BitWord> touched_;  ///< pixels that have a step
  std::size_t outer_ = 0;
};

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/slice/boundary.ipp"
#endif
