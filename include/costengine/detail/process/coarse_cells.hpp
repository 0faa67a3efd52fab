// A coarse map of a mask: where it has pixels at all.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "costengine/slice/bits.hpp"
#include "costengine/slice/contours.hpp"

namespace costengine::detail {

/// Cells of 32 x 32 pixels that hold at least one pixel of a region.
class CoarseCells {
 public:
  void find(const BitMask& mask, const BitGrid& grid) {
    grid_ = &grid;
    columns_ = (mask.words() - 2) * 2;
    rows_ = (mask.rows() + 31) / 32;
    cells_.assign(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_), 0);
    low_x_ = columns_, high_x_ = -1, low_y_ = rows_, high_y_ = -1;
    for (int cy = 0; cy < rows_; ++cy) {
      for (int w = 1; w + 1 < mask.words(); ++w) {
        BitWord all = 0;
        for (int y = cy * 32; y < std::min(mask.rows(), cy * 32 + 32); ++y) all |= mask.row(y)[w];
        if (all & 0xFFFFFFFFULL) mark(2 * (w - 1), cy);
        if (all >> 32) mark(2 * (w - 1) + 1, cy);
      }
    }
  }
  [[nodiscard]] bool empty() const { return high_x_ < 0; }

  /// The corners of the box around all cells, in millimetres.
  [[nodiscard]] std::array<Point2, 4> corners() const {
    const double cell = 32 * grid_->pixel_mm;
    const double x0 = grid_->left_mm + low_x_ * cell, x1 = grid_->left_mm + (high_x_ + 1) * cell;
    const double y0 = grid_->bottom_mm + low_y_ * cell,
                 y1 = grid_->bottom_mm + (high_y_ + 1) * cell;
    return {Point2{x0, y0}, Point2{x1, y0}, Point2{x0, y1}, Point2{x1, y1}};
  }

  /// Whether a square about the point may hold pixels. Never false where it does.
  [[nodiscard]] bool any_within(Point2 p, double distance_mm) const {
    const double to_cell = 1 / (32 * grid_->pixel_mm);
    const auto cell = [&](double mm) { return static_cast<int>(mm * to_cell + 1e4) - 10000; };
    const int x0 = std::max(low_x_, cell(p.x - distance_mm - grid_->left_mm));
    const int x1 = std::min(high_x_, cell(p.x + distance_mm - grid_->left_mm));
    const int y0 = std::max(low_y_, cell(p.y - distance_mm - grid_->bottom_mm));
    const int y1 = std::min(high_y_, cell(p.y + distance_mm - grid_->bottom_mm));
    for (int y = y0; y <= y1; ++y) {
      for (int x = x0; x <= x1; ++x) {
        if (cells_[index(x, y)]) return true;
      }
    }
    return false;
  }

 private:
  [[nodiscard]] std::size_t index(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(columns_) +
           static_cast<std::size_t>(x);
  }
  void mark(int x, int y) {
    cells_[index(x, y)] = 1;
    low_x_ = std::min(low_x_, x), high_x_ = std::max(high_x_, x);
    low_y_ = std::min(low_y_, y), high_y_ = std::max(high_y_, y);
  }

  const BitGrid* grid_ = nullptr;
  int columns_ = 0, rows_ = 0, low_x_ = 0, high_x_ = -1, low_y_ = 0, high_y_ = -1;
  std::vector<char> cells_;
};

}  // namespace costengine::detail
