/// plan: what a filament printer does with the layers of a model.
#pragma once

#include "costengine/base/context.hpp"
#include "costengine/measure/measurements.hpp"
#include "costengine/process/production.hpp"
#include "costengine/profile/profile.hpp"
#include "costengine/slice/layers.hpp"

namespace costengine {

/// Time and filament by the method `paths`: for each layer the walls, shells, infill and supports
/// that a slicer would print, in its order, with travels and retractions, slowed down for cooling,
/// timed by the motion planner; the profile's own commands at the start and the end included.
///
/// The intervals are meant to hold the slicer's figure nine times out of ten;
/// Production::confidence says what makes them wide (docs/fdm-model.md has the model and its
/// measured errors).
///
/// Cost: O(layers x (outline + area / bead^2)); a tenth of a second for a hand-sized part. Memory:
/// masks of the outlines, at most 24 MB, of surfaces and of supports; 42 MiB in all at the most
/// on the models of docs/fdm-model.md (bench/accuracy.py). Threads: layers in parallel, same bits
/// for any number. Errors: kCancelled, kLimitTime.
Result<Production> plan_fdm(const Layers& layers, const Measurements& measurements,
                            const Profile& profile, Context& ctx);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/process/fdm.ipp"
#endif
