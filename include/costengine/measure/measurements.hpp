/// Measurements: what a model is, in numbers; the bridge from geometry to planning and price.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "costengine/base/vec.hpp"

namespace costengine {

/// A quantity that is known within bounds: the true value lies in [low, high] with 90 % confidence,
/// or exactly at value where low == value == high.
struct Interval {
  double value = 0, low = 0, high = 0;
};

/// Plain data in millimetres. All numbers describe the printable solid that inspection settled on
/// (winding number > 0 after repair), not the raw facets.
struct Measurements {
  Interval volume_mm3;
  std::string volume_method;  ///< "signed", "winding", "capped": see mesh/inspect.hpp
  double area_mm2 = 0;        ///< of all facets that are left after repair, caps excluded
  Vec3 centroid_mm;           ///< of the solid
  Box3 box_mm;                ///< of all facets with an area
  std::optional<double> hull_volume_mm3;  ///< empty when not asked for, or for a flat model
  std::uint64_t shells = 0;

  /// Facet area by steepness: entry k holds downward facing area whose angle to the horizontal lies
  /// in [10k, 10(k+1)) degrees; entry 0 is a ceiling, entry 8 nearly a wall. Facets that lie on the
  /// bed are left out.
  std::array<double, 9> overhang_area_mm2{};
};

}  // namespace costengine
