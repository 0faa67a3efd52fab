/// Surfaces woven ring by ring, for turned and threaded parts.
#pragma once

#include <functional>

#include "surface.hpp"

namespace samples {

/// Radius at `turns` around the axis.
using Radius = std::function<double(double turns)>;

/// Weaves rings of `corners` points around the z axis into one closed surface. Rings follow the
/// outline from the lower pole, up the outside: seen in a half plane through the axis, the material
/// is on the left of the path.
class RingWeaver {
 public:
  explicit RingWeaver(int corners) : corners_(corners) {}
  void pole(double z);  ///< first and last: the point on the axis that closes the surface
  void ring(double z, const Radius& radius);
  Surface take() { return weld(surface_); }

 private:
  int corners_;
  std::uint32_t previous_ = 0;  ///< first point of the ring before, or the pole
  bool has_ring_ = false;
  Surface surface_;
};

}  // namespace samples
