// The outline of a region of bits as polygons along the sides of its pixels.
#pragma once

#include <cstdint>
#include <vector>

#include "costengine/slice/bits.hpp"
#include "costengine/slice/contours.hpp"

namespace costengine::detail {

/// Polygons with the region on the left. Pixels that touch at a corner alone are apart.
inline void trace(const BitMask& mask, const BitGrid& grid, Contours& result) {
  result.points.clear();
  result.first.assign(1, 0);
  // Every horizontal side of the region is passed once: below a pixel to the right, above to the
  // left. Those below are marked until a loop has passed them.
  BitMask below(grid);
  for (int y = 0; y < mask.rows(); ++y) {
    BitWord* to = below.row(y);
    const BitWord* row = mask.row(y);
    for (int w = 0; w < mask.words(); ++w) {
      to[w] = row[w] & ~(y > 0 ? mask.row(y - 1)[w] : BitWord{0});
    }
  }
  const auto corner = [&](int x, int y) {
    result.points.push_back({grid.left_mm + x * grid.pixel_mm, grid.bottom_mm + y * grid.pixel_mm});
  };
  for (int y0 = 0; y0 < mask.rows(); ++y0) {
    for (int w = 1; w + 1 < mask.words(); ++w) {
      while (below.row(y0)[w] != 0) {
        const int x0 = (w - 1) * 64 + __builtin_ctzll(below.row(y0)[w]);
        int x = x0, y = y0, dx = 1, dy = 0;
        corner(x, y);
        do {
          if (dx == 1) below.row(y)[1 + x / 64] &= ~(BitWord{1} << (x % 64));
          x += dx;
          y += dy;
          // The two pixels ahead, on the left and on the right of the way.
          const int lx = x + (dx - dy - 1) / 2, ly = y + (dx + dy - 1) / 2;
          const int rx = x + (dx + dy - 1) / 2, ry = y + (dy - dx - 1) / 2;
          const bool left = mask.at(lx, ly), right = mask.at(rx, ry);
          const int old_x = dx, old_y = dy;
          if (!left) {
            dx = -old_y, dy = old_x;
          } else if (right) {
            dx = old_y, dy = -old_x;
          } else {
            continue;
          }
          if (x != x0 || y != y0) corner(x, y);
        } while (x != x0 || y != y0 || dx != 1);
        result.first.push_back(static_cast<std::uint32_t>(result.points.size()));
      }
    }
  }
}

}  // namespace costengine::detail
