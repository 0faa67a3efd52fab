// The brim: loops around the first layer's outlines.
#pragma once

#include <algorithm>
#include <cmath>

#include "costengine/detail/process/layer_path.hpp"
#include "costengine/slice/boundary.hpp"
#include "costengine/slice/offset.hpp"

namespace costengine::detail {

/// Appends the loops, the outermost first. `shrink_mm` is how far the printed outline lies within
/// the contours. Loops of neighbours that meet become one.
/// Cost: a scan of the first layer's contours for each loop, O(bed area covered / 0.06 mm^2).
inline void add_brim(const Contours& contours, const PrintSettings& print, const Bead& bead,
                     double shrink_mm, PathStore& store) {
  const int loops = static_cast<int>(std::floor(print.brim_width_mm / bead.spacing_mm));
  if (print.brim_type == BrimType::kNoBrim || loops <= 0 || contours.points.empty()) return;
  Point2 low = contours.points[0], high = low;
  for (const Point2 p : contours.points) {
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
  }
  constexpr double kPixel_mm = 0.2;
  const BitGrid grid =
      make_grid(low.x, low.y, high.x, high.y, print.brim_width_mm + print.brim_separation_mm + 2,
                kPixel_mm, std::size_t{1} << 18);
  BitMask mask(grid);
  ScanScratch scratch;
  std::vector<Point2> normals;
  edge_normals(contours, normals);
  RegionBoundary boundary;
  for (int i = loops; i-- > 0;) {
    const double outwards_mm = print.brim_separation_mm + (i + 0.5) * bead.spacing_mm;
    scan_offset(contours, normals, shrink_mm - outwards_mm, grid, &mask, nullptr, scratch);
    boundary.trace(mask, grid);
    for (std::size_t l = 0; l < boundary.loops(); ++l) {
      const std::uint32_t first = boundary.first(l), steps = boundary.first(l + 1) - first;
      if (steps < 12) continue;
      store.begin_piece(Role::kSkirt);
      boundary.for_each_point(first, first + steps - 1, 0, [&](Point2 p) { store.add(p); });
      PathPiece& piece = store.pieces.back();
      piece.loop = true;
      const bool outer =
          signed_area(std::span<const Point2>(store.points).subspan(piece.begin)) > 0;
      const BrimType unwanted = outer ? BrimType::kInnerOnly : BrimType::kOuterOnly;
      if (print.brim_type == unwanted || piece.end - piece.begin < 3) {
        store.points.resize(piece.begin);
        store.pieces.pop_back();
      }
    }
  }
}

}  // namespace costengine::detail
