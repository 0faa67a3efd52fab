// Gyroid infill: the waves in which a gyroid surface meets the plane of a layer.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "costengine/base/trig.hpp"
#include "costengine/slice/contours.hpp"

namespace costengine::detail {

/// The gyroid sin y cos x + sin x cos z + sin z cos y = 0 (Schoen 1970), cut at height z. Its lines
/// are waves along x, where |sin z| > |cos z|, or along y; in each period across lie two of them.
struct GyroidWaves {
  bool along_y = false;
  double period_mm = 1;                      ///< along the waves and across them
  std::array<std::vector<Point2>, 2> waves;  ///< one period: along from 0, across where it lies
};

/// The waves at height `z_mm`, the top of the layer, about the centre of the model. Facts of the
/// pattern, measured on sliced cubes: the unit of length is spacing / (2.44 density), and a wave is
/// cut into segments until the parallelogram of a segment and its middle covers less than (0.2
/// mm)^2 or (spacing / 2)^2.
inline GyroidWaves gyroid_waves(double z_mm, double spacing_mm, double density) {
  GyroidWaves result;
  const double unit = spacing_mm / (2.44 * density);
  result.period_mm = 2 * kPi * unit;
  const double sz = sine(z_mm / unit), cz = cosine(z_mm / unit);
  result.along_y = std::fabs(sz) <= std::fabs(cz);
  const double tolerance = std::min(0.2, spacing_mm / 2) / unit;
  // a sin t + b cos t = c has the solutions atan2(a, b) +- acos(c / sqrt(a^2 + b^2)). The larger of
  // sin z and cos z keeps its sign along the wave; made positive, the arc tangent never jumps.
  struct Solutions {
    double middle = 0, apart = -1;
  };
  constexpr int kSteps = 64;  // the finest cut of a period
  static const std::array<Point2, kSteps + 1> kTurn = [] {
    std::array<Point2, kSteps + 1> turn;  // cosine and sine
    for (int step = 0; step <= kSteps; ++step) {
      const double along = step * (2 * kPi / kSteps);
      turn[static_cast<std::size_t>(step)] = {cosine(along), sine(along)};
    }
    return turn;
  }();
  std::array<Solutions, kSteps + 1> known;
  const auto across = [&](int step, double sign) {
    Solutions& at = known[static_cast<std::size_t>(step)];
    if (at.apart < 0) {
      const Point2 along = kTurn[static_cast<std::size_t>(step)];
      double a = along.x, b = sz, c = -cz * along.y;
      if (result.along_y) a = cz, b = along.y, c = -sz * along.x;
      if ((result.along_y ? a : b) < 0) a = -a, b = -b, c = -c;
      const double t = std::clamp(c / std::sqrt(a * a + b * b), -1.0, 1.0);
      at = {arc_tangent2(a, b), kPi / 2 - arc_tangent2(t, std::sqrt(1 - t * t))};
    }
    return at.middle + sign * at.apart;
  };
  std::vector<int> steps;
  for (const std::size_t w : {std::size_t{0}, std::size_t{1}}) {
    const double sign = w == 0 ? -1 : 1;
    const auto point = [&](int step) {
      return Point2{step * (2 * kPi / kSteps), across(step, sign)};
    };
    steps.assign({0, kSteps / 4, kSteps / 2, 3 * kSteps / 4, kSteps});
    for (std::size_t i = 0; i + 1 < steps.size();) {
      const int middle = (steps[i] + steps[i + 1]) / 2;
      const Point2 p = point(middle);
      const double bend = cross(p - point(steps[i]), p - point(steps[i + 1]));
      if (middle > steps[i] && std::fabs(bend) > tolerance * tolerance) {
        steps.insert(steps.begin() + static_cast<std::ptrdiff_t>(i) + 1, middle);
      } else {
        ++i;
      }
    }
    for (const int step : steps) result.waves[w].push_back(point(step) * unit);
  }
  return result;
}

}  // namespace costengine::detail
