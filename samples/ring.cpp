#include <algorithm>
#include <cmath>

#include "isosurface.hpp"
#include "models.hpp"
#include "sine.hpp"

namespace samples {
namespace {

constexpr double kInnerRadius = 8.6, kThickness = 1.5;

/// A band around the y axis, 2 mm wide below and 3 mm at the setting, with rounded edges.
double band(Point p) {
  constexpr double kRound = 0.6;
  const double r = __builtin_sqrt(p.x * p.x + p.z * p.z);
  const double half_width = 1.25 + 0.25 * p.z / (kInnerRadius + kThickness);
  const double u = std::fabs(r - kInnerRadius - kThickness / 2) - (kThickness / 2 - kRound);
  const double v = std::fabs(p.y) - (half_width - kRound);
  const double outside = length({std::max(u, 0.0), std::max(v, 0.0), 0});
  return outside + std::min(std::max(u, v), 0.0) - kRound;
}

/// A cone around the z axis that grows from `low_radius` at z = low to `high_radius` at z = high.
double cone(Point p, double low, double low_radius, double high, double high_radius) {
  const double slope = (high_radius - low_radius) / (high - low);
  const double r = __builtin_sqrt(p.x * p.x + p.y * p.y);
  const double side = (r - low_radius - slope * (p.z - low)) / __builtin_sqrt(1 + slope * slope);
  return std::max({side, low - p.z, p.z - high});
}

double prongs(Point p) {
  double nearest = 1e9;
  for (int k = 0; k < 6; ++k) {
    const double c = cosine_of_turns((k + 0.5) / 6), s = sine_of_turns((k + 0.5) / 6);
    const auto at = [&](double r, double z) { return Point{r * c, r * s, z}; };
    nearest = std::min(nearest, distance_to_segment(p, at(1.9, 10.2), at(2.95, 14.6)) - 0.5);
    nearest = std::min(nearest, distance_to_segment(p, at(2.95, 14.6), at(2.35, 15.4)) - 0.45);
  }
  return nearest;
}

/// About the finger's centre: the setting points up the z axis.
double ring_at(Point p) {
  const double cup = cone(p, 9.6, 1.7, 13.6, 2.9);
  const double metal = blend(blend(band(p), cup, 0.8), prongs(p), 0.3);
  const double seat = cone(p, 10.9, 0, 14.9, 2.8);                // where the stone lies
  const double window = cone(p, kInnerRadius - 1, 0.9, 12, 0.9);  // light from below
  return std::max({metal, -seat, -window});
}

}  // namespace

Surface ring(double step) {
  constexpr double kLift = kInnerRadius + kThickness;
  const auto field = [](Point p) { return ring_at({p.x, p.y, p.z - kLift}); };
  return isosurface(field, {-11, -4.5, -1}, {11, 4.5, 27}, step);
}

}  // namespace samples
