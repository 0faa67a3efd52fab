// The connected parts of a region.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "costengine/slice/bits.hpp"

namespace costengine::detail {

/// Labels the connected parts of a mask; pixels that touch at a corner are connected.
/// Cost: O(words + runs of all rows). One object serves many masks.
class RegionParts {
 public:
  struct Run {
    int begin, end;
    std::uint32_t part;
  };
  struct Part {
    int first_row, end_row;
    std::uint64_t pixels;
  };

  void find(const BitMask& region) {
    runs_.clear();
    parts_.clear();
    parent_.clear();
    row_first_.assign(static_cast<std::size_t>(region.rows()) + 1, 0);
    std::size_t above = 0;
    for (int y = 0; y < region.rows(); ++y) {
      const std::size_t row = runs_.size();
      row_first_[static_cast<std::size_t>(y)] = static_cast<std::uint32_t>(row);
      std::size_t k = above;
      for_each_run(region, y, [&](int begin, int end) {
        const auto self = static_cast<std::uint32_t>(runs_.size());
        runs_.push_back({begin, end, self});
        parent_.push_back(self);
        while (k < row && runs_[k].end < begin) ++k;
        for (std::size_t j = k; j < row && runs_[j].begin <= end; ++j) {
          const std::uint32_t a = root(static_cast<std::uint32_t>(j)), b = root(self);
          parent_[std::max(a, b)] = std::min(a, b);
        }
      });
      above = row;
    }
    row_first_.back() = static_cast<std::uint32_t>(runs_.size());
    // A root comes before the runs that belong to it: parts are numbered as they appear.
    for (int y = 0; y < region.rows(); ++y) {
      for (Run& run : row(y)) {
        const auto self = static_cast<std::uint32_t>(&run - runs_.data());
        const std::uint32_t first = root(self);
        if (first == self) {
          run.part = static_cast<std::uint32_t>(parts_.size());
          parts_.push_back({y, y + 1, 0});
        } else {
          run.part = runs_[first].part;
        }
        parts_[run.part].end_row = y + 1;
        parts_[run.part].pixels += static_cast<std::uint64_t>(run.end - run.begin);
      }
    }
  }

  [[nodiscard]] const std::vector<Part>& parts() const { return parts_; }
  [[nodiscard]] std::span<const Run> row(int y) const {
    const auto i = static_cast<std::size_t>(y);
    return std::span(runs_).subspan(row_first_[i], row_first_[i + 1] - row_first_[i]);
  }
  /// The part of the run that is nearest to pixel x of row y; 0 if the row is empty.
  [[nodiscard]] std::uint32_t part_at(int x, int y) const {
    const std::span<const Run> runs =
        row(std::clamp(y, 0, static_cast<int>(row_first_.size()) - 2));
    std::uint32_t part = 0;
    int nearest = -1;
    for (const Run& run : runs) {
      const int distance = std::max({0, run.begin - x, x - run.end + 1});
      if (nearest < 0 || distance < nearest) nearest = distance, part = run.part;
    }
    return part;
  }

 private:
  [[nodiscard]] std::span<Run> row(int y) {
    const auto i = static_cast<std::size_t>(y);
    return std::span(runs_).subspan(row_first_[i], row_first_[i + 1] - row_first_[i]);
  }
  [[nodiscard]] std::uint32_t root(std::uint32_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }

  std::vector<Run> runs_;
  std::vector<std::uint32_t> row_first_, parent_;
  std::vector<Part> parts_;
};

/// Removes the connected parts that have more than `most_pixels`.
inline void keep_small_parts(BitMask& region, double most_pixels) {
  RegionParts parts;
  parts.find(region);
  for (int y = 0; y < region.rows(); ++y) {
    BitWord* row = region.row(y);
    for (const RegionParts::Run& run : std::as_const(parts).row(y)) {
      if (static_cast<double>(parts.parts()[run.part].pixels) <= most_pixels) continue;
      for (int x = run.begin; x < run.end;) {
        const int shift = x % 64, n = std::min(64 - shift, run.end - x);
        const BitWord bits = n == 64 ? ~BitWord{0} : ((BitWord{1} << n) - 1) << shift;
        row[1 + x / 64] &= ~bits;
        x += n;
      }
    }
  }
}

}  // namespace costengine::detail
