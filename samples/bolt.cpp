#include <algorithm>
#include <cmath>

#include "models.hpp"
#include "rings.hpp"
#include "sine.hpp"

namespace samples {
namespace {

constexpr double kPitch = 2, kMajor = 6, kDepth = 1.25;  ///< radius and depth of the thread
constexpr double kHeadHeight = 7, kHeadApothem = 9, kBevel = 1;
constexpr int kTurns = 12, kCorners = 48;  ///< rows per turn as well: crests follow facet edges

/// 0 on the crest, 1 in the root; flats of 1/8 and 1/4 pitch, flanks between.
double thread(double phase) {
  const double u = phase - std::floor(phase);
  const double from_crest = std::min(u, 1 - u);  // 0 to 1/2
  return std::clamp((from_crest - 0.0625) / 0.3125, 0.0, 1.0);
}

double hexagon(double turns, double apothem) {
  const double sector = turns - std::floor(turns * 6) / 6 - 1.0 / 12;
  return apothem / cosine_of_turns(sector);
}

}  // namespace

Surface bolt() {
  RingWeaver weaver(kCorners);
  weaver.pole(0);
  weaver.ring(0, [](double turns) { return hexagon(turns, kHeadApothem - kBevel); });
  weaver.ring(kBevel, [](double turns) { return hexagon(turns, kHeadApothem); });
  weaver.ring(kHeadHeight, [](double turns) { return hexagon(turns, kHeadApothem); });
  const int rows = kTurns * kCorners;
  for (int k = 0; k <= rows; ++k) {
    const double z = kPitch * k / kCorners;
    // The thread runs out above the head and in a bevel at the tip.
    const double fade = std::clamp(z / kPitch, 0.0, 1.0);
    const double bevel = kMajor - kDepth + (kPitch * kTurns - z);
    weaver.ring(kHeadHeight + z, [=](double turns) {
      return std::min(kMajor - kDepth * fade * thread(z / kPitch - turns), bevel);
    });
  }
  weaver.pole(kHeadHeight + kPitch * kTurns);
  return weaver.take();
}

}  // namespace samples
