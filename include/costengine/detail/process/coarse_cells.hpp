// A coarse map of a mask: where it has pixels at all.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "costengine/slice/bits.hpp"
#include "costengine/slice/contours.hpp"

namespace costengine::detail {

/// Cells of 16 x 16 pixels: those that hold pixels of a region, and those that are full of them.
class CoarseCells {
 public:
  void find(const BitMask& mask, const BitGrid& grid) {
    grid_ = &grid;
    const int words = mask.words();
    columns_ = (words - 2) * kPerWord;
    rows_ = (mask.rows() + kSide - 1) / kSide;
    cells_.assign(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_), kEmpty);
    low_x_ = columns_, high_x_ = -1, low_y_ = rows_, high_y_ = -1;
    for (int cy = 0; cy < rows_; ++cy) {
      any_.assign(static_cast<std::size_t>(words), 0);
      all_.assign(static_cast<std::size_t>(words), ~BitWord{0});
      for (int y = cy * kSide; y < std::min(mask.rows(), (cy + 1) * kSide); ++y) {
        const BitWord* row = mask.row(y);
        for (std::size_t w = 0; w < any_.size(); ++w) {
          any_[w] |= row[w];
          all_[w] &= row[w];
        }
      }
      for (int w = 1; w + 1 < words; ++w) {
        const BitWord any = any_[static_cast<std::size_t>(w)];
        const BitWord all = all_[static_cast<std::size_t>(w)];
        for (int k = 0; any != 0 && k < kPerWord; ++k) {
          if (((any >> (k * kSide)) & kCell) == 0) continue;
          mark(kPerWord * (w - 1) + k, cy, ((all >> (k * kSide)) & kCell) == kCell);
        }
      }
    }
  }
  [[nodiscard]] bool empty() const { return high_x_ < 0; }

  /// The corners of the box around all cells, in millimetres.
  [[nodiscard]] std::array<Point2, 4> corners() const {
    const double cell = kSide * grid_->pixel_mm;
    const double x0 = grid_->left_mm + low_x_ * cell, x1 = grid_->left_mm + (high_x_ + 1) * cell;
    const double y0 = grid_->bottom_mm + low_y_ * cell,
                 y1 = grid_->bottom_mm + (high_y_ + 1) * cell;
    return {Point2{x0, y0}, Point2{x1, y0}, Point2{x0, y1}, Point2{x1, y1}};
  }

  /// Whether a square about the point may hold pixels. Never false where it does.
  [[nodiscard]] bool any_within(Point2 p, double distance_mm) const {
    const Box box = box_around(p, distance_mm);
    const int x0 = std::max(low_x_, box.x0), x1 = std::min(high_x_, box.x1);
    const int y0 = std::max(low_y_, box.y0), y1 = std::min(high_y_, box.y1);
    for (int y = y0; y <= y1; ++y) {
      for (int x = x0; x <= x1; ++x) {
        if (cells_[index(x, y)] != kEmpty) return true;
      }
    }
    return false;
  }
  /// Whether a square about the point is known to lie within the region.
  [[nodiscard]] bool all_within(Point2 p, double distance_mm) const {
    const Box box = box_around(p, distance_mm);
    if (box.x0 < low_x_ || box.x1 > high_x_ || box.y0 < low_y_ || box.y1 > high_y_) return false;
    for (int y = box.y0; y <= box.y1; ++y) {
      for (int x = box.x0; x <= box.x1; ++x) {
        if (cells_[index(x, y)] != kFull) return false;
      }
    }
    return true;
  }

 private:
  static constexpr int kSide = 16, kPerWord = 64 / kSide;
  static constexpr BitWord kCell = (BitWord{1} << kSide) - 1;  ///< a row of it

  enum Cell : char { kEmpty, kPart, kFull };

  struct Box {
    int x0, x1, y0, y1;  ///< cells, both included
  };
  [[nodiscard]] Box box_around(Point2 p, double distance_mm) const {
    const double to_cell = 1 / (kSide * grid_->pixel_mm);
    const auto cell = [&](double mm) { return static_cast<int>(mm * to_cell + 1e4) - 10000; };
    return {cell(p.x - distance_mm - grid_->left_mm), cell(p.x + distance_mm - grid_->left_mm),
            cell(p.y - distance_mm - grid_->bottom_mm), cell(p.y + distance_mm - grid_->bottom_mm)};
  }
  [[nodiscard]] std::size_t index(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(columns_) +
           static_cast<std::size_t>(x);
  }
  void mark(int x, int y, bool full) {
    cells_[index(x, y)] = full ? kFull : kPart;
    low_x_ = std::min(low_x_, x), high_x_ = std::max(high_x_, x);
    low_y_ = std::min(low_y_, y), high_y_ = std::max(high_y_, y);
  }

  const BitGrid* grid_ = nullptr;
  int columns_ = 0, rows_ = 0, low_x_ = 0, high_x_ = -1, low_y_ = 0, high_y_ = -1;
  std::vector<Cell> cells_;
  std::vector<BitWord> any_, all_;  ///< the rows of a cell, united and intersected
};

}  // namespace costengine::detail
