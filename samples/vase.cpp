#include "models.hpp"
#include "rings.hpp"
#include "sine.hpp"

namespace samples {
namespace {

constexpr double kHeight = 90, kWall = 0.8, kFloor = 1.2;
constexpr int kCorners = 160, kRows = 60;

double outer(double turns, double z) {
  const double belly = 24 + 8 * sine_of_turns(z / kHeight * 0.9) - 3 * z / kHeight;
  return belly + 1.25 * cosine_of_turns(10 * turns + z / 60);
}

/// The wall is measured across, not along the radius: thicker radially where the surface slopes.
double inner(double turns, double z) {
  constexpr double kTwoPi = 6.283185307179586, kStep = 1.0 / 1024;
  const double r = outer(turns, z);
  const double along =
      (outer(turns + kStep, z) - outer(turns - kStep, z)) / (2 * kStep * kTwoPi * r);
  const double up = (outer(turns, z + kStep) - outer(turns, z - kStep)) / (2 * kStep);
  return r - kWall * __builtin_sqrt(1 + along * along + up * up);
}

}  // namespace

Surface vase() {
  RingWeaver weaver(kCorners);
  weaver.pole(0);
  for (int k = 0; k <= kRows; ++k) {
    const double z = kHeight * k / kRows;
    weaver.ring(z, [z](double turns) { return outer(turns, z); });
  }
  for (int k = kRows; k >= 0; --k) {
    const double z = mix(kFloor, kHeight, static_cast<double>(k) / kRows);
    weaver.ring(z, [z](double turns) { return inner(turns, z); });
  }
  weaver.pole(kFloor);
  return weaver.take();
}

}  // namespace samples
