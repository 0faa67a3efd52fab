/// The few transcendental functions the library needs, from + - * / alone, so that every processor
/// gives the same bits (glibc's change their last bits with the instruction set).
#pragma once

#include "costengine/base/config.hpp"

namespace costengine {

inline constexpr double kPi = 3.14159265358979323846;

/// atan(x) for any x. Absolute error below 1e-15.
/// Method: |x| > 1 by the complement, twice the half-angle identity, then the Taylor series.
inline double arc_tangent(double x) {
  if (x < 0) return -arc_tangent(-x);
  if (x > 1) return kPi / 2 - arc_tangent(1 / x);
  double scale = 1;
  while (x > 0.125) {  // atan x = 2 atan(x / (1 + sqrt(1 + x^2)))
    x = x / (1 + __builtin_sqrt(1 + x * x));
    scale *= 2;
  }
  const double q = -x * x;
  double sum = 0;
  for (int k = 17; k >= 1; k -= 2) sum = sum * q + 1.0 / k;
  return scale * x * sum;
}

/// The angle of the point (x, y), in (-pi, pi]; 0 for the origin.
inline double arc_tangent2(double y, double x) {
  if (x > 0) return arc_tangent(y / x);
  if (x < 0) return y >= 0 ? arc_tangent(y / x) + kPi : arc_tangent(y / x) - kPi;
  return y > 0 ? kPi / 2 : y < 0 ? -kPi / 2 : 0;
}

/// e^x for -8 to 8. Relative error below 1e-12.
inline double exponential(double x) {
  const double q = x / 16;
  double sum = 1;  // Taylor: 1 + q (1 + q/2 (1 + q/3 ...))
  for (int k = 14; k >= 1; --k) sum = 1 + sum * q / k;
  for (int k = 0; k < 4; ++k) sum *= sum;
  return sum;
}

/// cos of an angle in degrees, for -360 to 360. Absolute error below 1e-15.
inline double cosine_deg(double degrees) {
  if (degrees < 0) degrees = -degrees;
  if (degrees > 180) degrees = 360 - degrees;
  if (degrees > 90) return -cosine_deg(180 - degrees);
  const double x = degrees * (kPi / 180);
  double sum = 1;  // Taylor: 1 - x^2/2 (1 - x^2/12 (1 - ...))
  for (int k = 24; k >= 2; k -= 2) sum = 1 - sum * x * x / (k * (k - 1));
  return sum;
}

/// cos and sin of an angle in radians, below 1e6 in size. Absolute error below 1e-9.
inline double cosine(double radians) {
  const double turns = radians / (2 * kPi);
  const double rest = turns - static_cast<double>(static_cast<long long>(turns));
  return cosine_deg(rest * 360);
}
inline double sine(double radians) {
  return cosine(radians - kPi / 2);
}

}  // namespace costengine
