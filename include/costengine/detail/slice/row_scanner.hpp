// Rows of pixels scanned for where outlines cross them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

#include "costengine/detail/base/sort_few.hpp"
#include "costengine/slice/offset.hpp"

namespace costengine::detail {

inline constexpr double kSubpixels = 256;

/// Rows that a scan is about: all of them ...
struct AllRows {
  [[nodiscard]] int next(int y) const { return y; }
};
/// ... or those that are wanted: `following` holds for each row the first wanted one from it on.
struct WantedRows {
  const std::vector<int>& following;
  [[nodiscard]] int next(int y) const { return following[static_cast<std::size_t>(y)]; }
};

/// Collects the crossings of rows, sorts them within each row, and walks them. First every edge is
/// announced, then finish_count() makes room, then the same edges are added in the same order.
template <class Rows>
class RowScanner {
 public:
  /// Every `stride`-th row of the grid, of them those in `wanted`.
  RowScanner(const BitGrid& grid, int stride, Rows wanted, ScanScratch& scratch)
      : grid_(grid), wanted_(wanted), s_(scratch), rows_(scanned_rows(grid, stride)) {
    s_.row_first.assign(static_cast<std::size_t>(rows_) + 3, 0);
    s_.ranges.clear();
    to_pixel_ = 1 / grid.pixel_mm;
    row_mm_ = stride * grid.pixel_mm;
    to_row_ = 1 / row_mm_;
  }
  static int scanned_rows(const BitGrid& grid, int stride) {
    return (grid.rows + stride - 1) / stride;
  }

  /// Rows whose centre lies in [low, high) of the edge.
  [[nodiscard]] std::pair<int, int> rows(Point2 a, Point2 b) const {
    const double p = (a.y - grid_.bottom_mm) * to_row_ - 0.5;
    const double q = (b.y - grid_.bottom_mm) * to_row_ - 0.5;
    const int from = row_above(p), to = row_above(q);
    return from < to ? std::pair(from, to) : std::pair(to, from);
  }
  void announce(Point2 a, Point2 b) {
    const auto [begin, end] = rows(a, b);
    s_.ranges.emplace_back(begin, end);
    // How many more cross a row than the one before.
    ++s_.row_first[static_cast<std::size_t>(begin) + 2];
    --s_.row_first[static_cast<std::size_t>(end) + 2];
  }
  void finish_count() {
    std::uint32_t crossing = 0, all = 0;
    for (int y = 0; y < rows_; ++y) {
      std::uint32_t& first = s_.row_first[static_cast<std::size_t>(y) + 2];
      crossing += first;
      if (wanted_.next(y) == y) all += crossing;
      first = all;
    }
    s_.crossings.resize(all);
    added_ = 0;
  }
  void add(Point2 a, Point2 b, std::uint32_t edge) {
    const auto [begin, end] = s_.ranges[added_++];
    int y = wanted_.next(begin);
    if (y >= end) return;
    const double slope = (b.x - a.x) / (b.y - a.y);
    const double step = slope * row_mm_ * to_pixel_ * kSubpixels;
    const double first_y = grid_.bottom_mm + (begin + 0.5) * row_mm_;
    const double x0 = (a.x + (first_y - a.y) * slope - grid_.left_mm) * to_pixel_ * kSubpixels;
    const double limit = grid_.columns() * kSubpixels;
    const std::uint64_t tail = (std::uint64_t{edge} << 1) | (a.y > b.y);  // solid on the left
    for (; y < end; y = wanted_.next(y + 1)) {
      const double x = std::clamp(x0 + step * (y - begin), 0.0, limit);
      s_.crossings[s_.row_first[static_cast<std::size_t>(y) + 1]++] =
          (static_cast<std::uint64_t>(static_cast<std::int64_t>(x + 0.5)) << 32) | tail;
    }
  }

  /// After add() of everything: row y's crossings are [row_first[y], row_first[y + 1]).
  template <class Boundary>
  double walk(BitMask* mask, Boundary&& boundary) {
    double subpixels = 0;
    for (int y = 0; y < rows_; ++y) {
      std::uint64_t* begin = s_.crossings.data() + s_.row_first[static_cast<std::size_t>(y)];
      std::uint64_t* end = s_.crossings.data() + s_.row_first[static_cast<std::size_t>(y) + 1];
      if (begin == end) continue;
      sort_few(begin, end);
      int winding = 0;
      std::uint64_t entered = 0;
      for (const std::uint64_t* c = begin; c != end; ++c) {
        const int before = winding;
        winding += (*c & 1) ? 1 : -1;
        if (before <= 0 && winding > 0) {
          entered = *c;
        } else if (before > 0 && winding <= 0) {
          const auto from = static_cast<std::uint32_t>(entered >> 32);
          const auto to = static_cast<std::uint32_t>(*c >> 32);
          if (to <= from) continue;
          subpixels += to - from;
          boundary(static_cast<std::uint32_t>(entered) >> 1, y);
          boundary(static_cast<std::uint32_t>(*c) >> 1, y);
          if (mask != nullptr) fill(mask->row(y), from, to);
        }
      }
    }
    return subpixels / kSubpixels * grid_.pixel_mm * row_mm_;
  }

 private:
  /// The smallest integer that is not below y, within the grid.
  [[nodiscard]] int row_above(double y) const {
    const double inside = std::min(std::max(y, 0.0), static_cast<double>(rows_));
    const int down = static_cast<int>(inside);
    return down + (inside > down);
  }
  /// Sets the pixels whose centres lie in [from, to).
  static void fill(BitWord* row, std::uint32_t from, std::uint32_t to) {
    const std::uint32_t begin = (from + 127) / 256, end = (to + 127) / 256;
    if (begin >= end) return;
    const std::uint32_t first = begin / 64, last = (end - 1) / 64;
    const BitWord head = ~BitWord{0} << (begin % 64), tail = ~BitWord{0} >> (63 - (end - 1) % 64);
    row += 1;
    if (first == last) {
      row[first] |= head & tail;
      return;
    }
    row[first] |= head;
    for (std::uint32_t w = first + 1; w < last; ++w) row[w] = ~BitWord{0};
    row[last] |= tail;
  }

  const BitGrid& grid_;
  Rows wanted_;
  ScanScratch& s_;
  int rows_;
  std::size_t added_ = 0;
  double to_pixel_, row_mm_, to_row_;
};

}  // namespace costengine::detail
