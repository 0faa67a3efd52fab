/// arrange: how many parts a plate takes, and where they stand.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "costengine/measure/measurements.hpp"
#include "costengine/profile/profile.hpp"
#include "costengine/slice/contours.hpp"

namespace costengine {

/// Room that a part needs: the box around it, as it stands in the file.
struct Footprint {
  double x_mm = 0, y_mm = 0, z_mm = 0;
};
Footprint footprint(const Measurements& measurements);

/// Room that parts keep between them, as the slicer's arrangement does: 6 mm, and the radius of the
/// print head if that is more and they are printed one after another.
double plate_gap_mm(const Profile& profile);

/// Where parts stand: the middle of each footprint, from the middle of the bed, in the order given.
using Arrangement = std::vector<Point2>;

/// Sets parts on one plate, without turning them, in a pile about as wide as deep in the middle of
/// the bed. Nothing if that does not work: a part is too large or too high, they are too many, or
/// the settings want one at a time (a spiral vase; with `complete_objects` a part that the print
/// head does not pass over, unless it is the last).
///
/// Rectangles are packed: the deepest first, each as far to the front as the ones before it leave
/// room. The bed is the rectangle of Machine, or the ellipse in it where
/// that is round (of which a pile with square corners leaves some unused); skirts and brims may
/// reach beyond it, as in the slicer. Cost: O(n^2) for n parts. The same answer on every machine.
std::optional<Arrangement> arrange(std::span<const Footprint> parts, const Profile& profile);

/// The most parts that arrange() sets on one plate.
inline constexpr std::uint64_t kMostOnPlate = 1000;

/// How many equal parts one plate takes, at most kMostOnPlate; 0 if not even one.
std::uint64_t plate_capacity(const Footprint& part, const Profile& profile);

/// One or more plates with the same parts on them.
struct PlateLoad {
  std::uint64_t plates = 1;
  std::vector<std::uint64_t> parts;  ///< of each model
  Arrangement arrangement;           ///< of the first model's parts, then of the next one's
};

/// Spreads copies of models over plates: model after model, each plate filled before the next is
/// begun; plates that are alike are one entry. Empty if a part does not fit an empty plate.
/// Precondition: as many quantities as footprints, each at least 1.
std::vector<PlateLoad> fill_plates(std::span<const Footprint> models,
                                   std::span<const std::uint64_t> quantities,
                                   const Profile& profile);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/process/arrange.ipp"
#endif
