// Gyroid infill: the waves of a layer, clipped to its region.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "costengine/detail/process/gyroid.hpp"
#include "costengine/detail/process/patterns.hpp"

namespace costengine::detail {

/// The waves of a gyroid, clipped to the region. They run along the bed's axes (with the usual
/// fill angle of 45 degrees; the pattern is turned by -45).
inline void add_waves(const GyroidWaves& waves, const BitMask& mask, const BitGrid& grid,
                      double inset_mm, CoarseCells& cells, PatternPieces& pattern) {
  constexpr double kHalf = 0.70710678118654752;
  const Point2 axis_x{kHalf, -kHalf}, axis_y{kHalf, kHalf};  // of the pattern, in the grid's axes
  const Point2 along = waves.along_y ? axis_y : axis_x, across = waves.along_y ? axis_x : axis_y;
  const double left = grid.left_mm, bottom = grid.bottom_mm;
  const double to_pixel = 1 / grid.pixel_mm;
  const auto inside = [&](Point2 p) {
    return mask.at(static_cast<int>((p.x - left) * to_pixel),
                   static_cast<int>((p.y - bottom) * to_pixel));
  };
  const auto pixel = [&](Point2 p) {
    return PatternPieces::Pixel{static_cast<int>((p.x - left) * to_pixel),
                                static_cast<int>((p.y - bottom) * to_pixel)};
  };
  const auto boundary = [&](Point2 in, Point2 out) {
    for (int k = 0; k < 4; ++k) {
      const Point2 middle = (in + out) * 0.5;
      (inside(middle) ? in : out) = middle;
    }
    return in;
  };
  cells.find(mask, grid);
  if (cells.empty()) return;
  double low_u = 1e300, high_u = -1e300, low_v = 1e300, high_v = -1e300;
  for (const Point2 p : cells.corners()) {
    low_u = std::min(low_u, dot(p, along)), high_u = std::max(high_u, dot(p, along));
    low_v = std::min(low_v, dot(p, across)), high_v = std::max(high_v, dot(p, across));
  }
  const double first_u = std::floor(low_u / waves.period_mm) * waves.period_mm;
  const auto first_wave = 2 * static_cast<long>(std::floor(low_v / waves.period_mm) - 1);
  const auto last_wave = 2 * static_cast<long>(std::ceil(high_v / waves.period_mm) + 1);
  // The points of a period from its origin, and the box around them.
  struct Period {
    std::vector<Point2> points;
    Point2 middle;
    double half_mm = 0;  ///< of the box: as high as it is wide, for the waves run diagonally
  };
  std::array<Period, 2> periods;
  for (std::size_t w = 0; w < 2; ++w) {
    double low = 1e300, high = -1e300;
    for (const Point2 p : waves.waves[w]) {
      periods[w].points.push_back(along * p.x + across * p.y);
      low = std::min(low, p.y), high = std::max(high, p.y);
    }
    periods[w].middle = along * (waves.period_mm / 2) + across * ((low + high) / 2);
    periods[w].half_mm = kHalf * (waves.period_mm + (high - low)) / 2 + grid.pixel_mm;
  }
  for (long w = first_wave; w <= last_wave; ++w) {
    const Period& period = periods[w % 2 != 0 ? 1 : 0];
    const Point2 base = across * (std::floor(static_cast<double>(w) / 2) * waves.period_mm);
    bool open = false;
    Point2 before = base + along * first_u + period.points.front();
    bool before_inside = inside(before);
    for (double u = first_u; u < high_u; u += waves.period_mm) {
      const Point2 origin = base + along * u;
      if (!before_inside && !cells.any_within(origin + period.middle, period.half_mm)) {
        before = origin + period.points.back();
        continue;
      }
      if (open && cells.all_within(origin + period.middle, period.half_mm)) {
        for (std::size_t k = 1; k < period.points.size(); ++k) {
          pattern.store.add(origin + period.points[k]);
        }
        before = origin + period.points.back();
        continue;
      }
      for (std::size_t k = 1; k < period.points.size(); ++k) {
        const Point2 p = origin + period.points[k];
        const bool in = inside(p);
        if (in != before_inside) {
          const Point2 edge = in ? boundary(p, before) : boundary(before, p);
          if (in) {
            pattern.store.begin_piece(Role::kSparseInfill);
            pattern.store.add(edge);
            pattern.ends.push_back(pixel(edge));
            open = true;
          } else if (open) {
            pattern.store.add(edge);
            pattern.ends.push_back(pixel(edge));
            trim_piece(pattern, inset_mm);
            open = false;
          }
        }
        if (in && open) pattern.store.add(p);
        before = p;
        before_inside = in;
      }
    }
    if (open) {
      pattern.ends.push_back(pixel(before));
      trim_piece(pattern, inset_mm);
    }
  }
}

}  // namespace costengine::detail
