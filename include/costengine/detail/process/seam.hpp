// Seams: where a closed wall begins and ends.
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <span>

#include "costengine/base/trig.hpp"
#include "costengine/profile/profile.hpp"
#include "costengine/slice/contours.hpp"

namespace costengine::detail {

/// A bell: 1 at x = 0, falling to 0, the faster the larger `falloff` is.
inline double bell(double x, double falloff) {
  const double exponent = 1 / (falloff * x * x + 1);
  return (exponential(exponent) - 1) / (exponential(1) - 1);
}

/// How bad a corner is for a seam, by the angle that the outline turns there, in radians, to the
/// left around the solid: edges hide it, inner corners best. (Measured at PrusaSlicer 2.5.)
inline double corner_penalty(double turn) {
  return bell(turn, 3) + 1 / (2 + exponential(-turn));
}

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
  std::size_t best = 0;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < n; ++i) {
    double score = 0;
    if (position == SeamPosition::kRear) {
      score = -axes.direction_to_mesh(loop[i]).y;
    } else {
      const Point2 in = loop[i] - loop[(i + n - 1) % n], out = loop[(i + 1) % n] - loop[i];
      const double penalty = corner_penalty(arc_tangent2(cross(in, out), dot(in, out)));
      if (position == SeamPosition::kNearest) {
        score = penalty * (1.1 - bell(length(loop[i] - nozzle), 0.005));
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
