/// Trapezoids: how long a straight move takes under limited acceleration.
#pragma once

#include "costengine/base/config.hpp"

namespace costengine {

/// Seconds for a move of `length_mm` that enters and leaves at `end_speed`, may reach `speed` and
/// accelerates by `acceleration`; mm, mm/s, mm/s2. A speed or acceleration that is not positive
/// gives infinity: the caller's settings table rules it out. Cost: one square root.
///
/// The move accelerates over (v^2 - e^2) / 2a, cruises, and brakes over the same distance; if the
/// length is less than both, it peaks at sqrt(e^2 + a * length).
inline double trapezoid_time(double length_mm, double speed, double acceleration,
                             double end_speed) {
  if (length_mm <= 0) return 0;
  const double ends = end_speed < speed ? end_speed : speed;
  const double ramps_mm = (speed * speed - ends * ends) / acceleration;
  if (ramps_mm <= length_mm) {
    return 2 * (speed - ends) / acceleration + (length_mm - ramps_mm) / speed;
  }
  const double peak = __builtin_sqrt(ends * ends + acceleration * length_mm);
  return 2 * (peak - ends) / acceleration;
}

}  // namespace costengine
