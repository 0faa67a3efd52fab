// Seams: where a closed wall begins and ends.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>

#include "costengine/base/trig.hpp"
#include "costengine/profile/profile.hpp"
#include "costengine/slice/contours.hpp"

namespace costengine::detail {

/// A bell: 1 at x = 0, falling to 0, the faster the larger `falloff` is.
inline double bell_of_square(double x_squared, double falloff) {
  const double g = 1 / (falloff * x_squared + 1);
  double sum = 1;  // Taylor: e^g - 1 = g (1 + g/2 (1 + g/3 ...))
  for (int k = 10; k >= 2; --k) sum = 1 + sum * g / k;
  constexpr double kWhole = 1.718281828459045;
  return g * sum / kWhole;
}
inline double bell(double x, double falloff) {
  return bell_of_square(x * x, falloff);
}

/// How bad a corner is for a seam, by the angle that the outline turns there, in radians, to the
/// left around the solid: edges hide it, inner corners best. The weights are PrusaSlicer 2.5's, but
/// for what is hidden from view, which is not looked for.
inline double corner_penalty(double turn) {
  return bell(turn, 3) + 1 / (2 + exponential(-turn));
}

/// corner_penalty() by the cosine of the turn and its side.
class CornerPenalties {
 public:
  CornerPenalties() {
    for (int i = 0; i <= kSteps; ++i) {
      const double cosine = 1 - 2.0 * i / kSteps;
      const double turn = arc_tangent2(std::sqrt(1 - cosine * cosine), cosine);
      left_[i] = corner_penalty(turn);
      right_[i] = corner_penalty(-turn);
    }
  }
  [[nodiscard]] double at(double cosine, bool left) const {
    const double at = std::clamp((1 - cosine) * (kSteps / 2), 0.0, kSteps - 1e-9);
    const int i = static_cast<int>(at);
    const double* penalties = left ? left_ : right_;
    return penalties[i] + (at - i) * (penalties[i + 1] - penalties[i]);
  }

 private:
  static constexpr int kSteps = 256;
  double left_[kSteps + 1], right_[kSteps + 1];
};

/// Where a loop begins and ends, as an index of its points. `aligned` seams keep to the best
/// corner, of about equal ones to that which lies farthest to the front left of the bed, so that
/// they lie above each other; `nearest` ones weigh corners against their distance.
/// Cost: O(points).
inline std::size_t seam_of(std::span<const Point2> loop, SeamPosition position, Point2 nozzle,
                           const LayerAxes& axes) {
  const std::size_t n = loop.size();
  if (position == SeamPosition::kRandom) {
    // By chance: an index that depends on where the nozzle happens to be.
    const double chance = std::fabs(nozzle.x * 61.803 + nozzle.y * 38.196);
    return static_cast<std::size_t>((chance - std::floor(chance)) * static_cast<double>(n)) % n;
  }
  static const CornerPenalties penalties;
  std::size_t best = 0;
  double least = std::numeric_limits<double>::infinity();
  Point2 in = loop[0] - loop[n - 1];
  double in_mm = length(in);
  for (std::size_t i = 0; i < n; ++i) {
    double score = 0;
    if (position == SeamPosition::kRear) {
      score = -axes.direction_to_mesh(loop[i]).y;
    } else {
      const Point2 out = loop[i + 1 < n ? i + 1 : 0] - loop[i];
      const double out_mm = length(out), ll = in_mm * out_mm;
      const double penalty = penalties.at(ll > 0 ? dot(in, out) / ll : 1, cross(in, out) > 0);
      in = out, in_mm = out_mm;
      if (position == SeamPosition::kNearest) {
        const Point2 way = loop[i] - nozzle;
        score = penalty * (1.1 - bell_of_square(dot(way, way), 0.005));
      } else {
        const Point2 on_bed = axes.direction_to_mesh(loop[i]);
        score = std::floor(penalty * 10) * 1e6 + on_bed.x + on_bed.y;
      }
    }
    if (score < least) least = score, best = i;
  }
  return best;
}

}  // namespace costengine::detail
