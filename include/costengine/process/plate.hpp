/// plate: several parts printed in one go, as a slicer does it.
///
/// Layer by layer: each layer goes through all parts, with travels in between; a skirt goes around
/// all of them, start and end are needed once, and a layer has the time of all parts to cool in.
/// That makes small parts quicker together than alone. Where `print.complete_objects` is set, the
/// parts are printed one after another, as far apart as the print head needs.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "costengine/base/context.hpp"
#include "costengine/measure/measurements.hpp"
#include "costengine/process/arrange.hpp"
#include "costengine/process/production.hpp"
#include "costengine/profile/profile.hpp"
#include "costengine/slice/layers.hpp"

namespace costengine {

/// A model on a plate.
struct PlatedModel {
  const Layers* layers = nullptr;
  const Measurements* measurements = nullptr;
  std::vector<Point2> places_mm;  ///< of its copies, at least one; see Arrangement
};

struct PlateProduction {
  Production whole;
  /// By model, the share of one copy. Its own moves, the way there included; and of what serves all
  /// (skirt, start, end, layer changes) as much as its share of all parts' own time. Shares of all
  /// copies sum to the whole in time and filament. They
  /// have no layer table, unless there is one copy alone.
  std::vector<Production> shares;
};

/// What the machine does for a plate. One model with one copy is the same as plan_fdm().
///
/// Cost: as plan_fdm() for each model, whatever the number of copies, and 0.1 us for each move of
/// each copy. Memory: as plan_fdm() for each model together, and 64 bytes for each move of a layer.
/// Threads: layers in parallel, same bits for any number.
/// Errors: kCancelled, kLimitTime; kDoesNotFit where the settings forbid it: several parts as a
/// spiral vase, or a part higher than the print head has room for and not the last of those that
/// are printed one after another; kInvalidArgument without a model or a place.
Result<PlateProduction> plan_plate(std::span<const PlatedModel> models, const Profile& profile,
                                   Context& ctx);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/process/fdm.ipp"
#endif
