/// plan: what a filament printer does with the layers of a model.
#pragma once

#include "costengine/base/context.hpp"
#include "costengine/measure/measurements.hpp"
#include "costengine/process/production.hpp"
#include "costengine/profile/profile.hpp"
#include "costengine/slice/layers.hpp"

namespace costengine {

/// Time and filament by the method `coarse`: per layer, path lengths from area, perimeter, shell
/// share and support area; times by trapezoids of an average length; the layer-time limit of the
/// material's cooling. No contour is followed, so thin walls, small pieces and travel are averages.
///
/// The interval holds a full slicer's figure for about nine models in ten of those it was set on
/// (docs/fdm-model.md). Errors: none but kCancelled. Cost: O(layers). Thread-safe.
Result<Production> plan_fdm(const Layers& layers, const Measurements& measurements,
                            const Profile& profile, Context& ctx);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/process/fdm.ipp"
#endif
