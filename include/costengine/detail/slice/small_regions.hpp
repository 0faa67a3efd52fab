// The connected parts of a region by their area.
#pragma once

#include <cstdint>
#include <vector>

#include "costengine/slice/bits.hpp"

namespace costengine::detail {

/// Removes the connected parts that have more than `most_pixels`.
/// Cost: O(runs of all rows).
inline void keep_small_parts(BitMask& region, double most_pixels) {
  struct PixelRun {
    int y, begin, end;
  };
  std::vector<PixelRun> runs;
  std::vector<std::uint32_t> parent;
  std::vector<double> pixels;
  const auto root = [&](std::uint32_t i) {
    while (parent[i] != i) i = parent[i] = parent[parent[i]];
    return i;
  };
  std::size_t above = 0, row_begin = 0;
  for (int y = 0; y < region.rows(); ++y) {
    const std::size_t above_end = row_begin = runs.size();
    if (above < above_end && runs[above].y != y - 1) above = above_end;
    std::size_t k = above;
    for_each_run(region, y, [&](int begin, int end) {
      const auto self = static_cast<std::uint32_t>(runs.size());
      runs.push_back({y, begin, end});
      parent.push_back(self);
      pixels.push_back(end - begin);
      while (k < above_end && runs[k].end < begin) ++k;
      for (std::size_t j = k; j < above_end && runs[j].begin <= end; ++j) {
        const std::uint32_t a = root(static_cast<std::uint32_t>(j)), b = root(self);
        if (a == b) continue;
        parent[b] = a;
        pixels[a] += pixels[b];
      }
    });
    above = row_begin;
  }
  for (std::uint32_t i = 0; i < runs.size(); ++i) {
    if (pixels[root(i)] <= most_pixels) continue;
    BitWord* row = region.row(runs[i].y);
    for (int x = runs[i].begin; x < runs[i].end;) {
      const int shift = x % 64, n = std::min(64 - shift, runs[i].end - x);
      const BitWord bits = n == 64 ? ~BitWord{0} : ((BitWord{1} << n) - 1) << shift;
      row[1 + x / 64] &= ~bits;
      x += n;
    }
  }
}

}  // namespace costengine::detail
