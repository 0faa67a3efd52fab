#pragma once

#include <chrono>
#include <utility>

#include "costengine/detail/estimate/finish.hpp"
#include "costengine/estimate.hpp"
#include "costengine/measure/measure.hpp"
#include "costengine/mesh/inspect.hpp"
#include "costengine/process/fdm.hpp"
#include "costengine/profile/production_view.hpp"
#include "costengine/slice/layers.hpp"

namespace costengine {
namespace detail {

/// A model as far as its layers; without them if it is not to be planned.
struct Prepared {
  Estimate estimate;
  std::optional<Layers> layers;
};

/// `profile`: as production_view() gives it.
inline Result<Prepared> prepare(const ByteSource& source, const LoadOptions& load_options,
                                std::uint64_t quantity, const Profile& profile,
                                const EstimateOptions& options, Context& ctx) {
  Prepared prepared;
  Estimate& estimate = prepared.estimate;
  StageTimes& times = estimate.times;
  times.began_ms = clock_ms();
  const TrailKeeper keeper(options.trail, estimate);
  COSTENGINE_CHECK(check_order(quantity));
  estimate.bytes = source.size();
  if (options.hash) {
    COSTENGINE_TRY(estimate.hash,
                   timed(times, Stage::kLoad, [&] { return sha256_hex(source, ctx); }));
    estimate.hash.insert(0, "sha256:");
  }

  COSTENGINE_TRY(LoadedMesh loaded,
                 timed(times, Stage::kLoad, [&] { return load(source, load_options, ctx); }));
  estimate.format = loaded.format;
  estimate.facets = loaded.facets_read;
  estimate.vertices = loaded.mesh.vertices.size();

  COSTENGINE_TRY(const Inspection inspection, timed(times, Stage::kInspect, [&] {
                   return inspect(std::move(loaded), profile.machine,
                                  profile.print.perimeter_width_mm, ctx);
                 }));
  estimate.verdict = inspection.verdict;
  estimate.findings = inspection.findings;

  COSTENGINE_TRY(estimate.measurements, timed(times, Stage::kMeasure, [&] {
                   return measure(inspection, options.hull, ctx);
                 }));

  const bool refused = inspection.verdict == Verdict::kRefused;
  const bool has_solid = estimate.measurements.volume_mm3.value > 0;  // no force makes a price of 0
  if (options.production && has_solid && (!refused || options.force)) {
    COSTENGINE_TRY(prepared.layers,
                   timed(times, Stage::kSlice, [&] { return slice(inspection, profile, ctx); }));
    estimate.forced = refused;
  }
  return prepared;
}

}  // namespace detail

COSTENGINE_INLINE double StageTimes::of(Stage stage) const noexcept {
  switch (stage) {
    case Stage::kLoad:
      return load_ms;
    case Stage::kInspect:
      return inspect_ms;
    case Stage::kMeasure:
      return measure_ms;
    case Stage::kSlice:
      return slice_ms;
    case Stage::kPlan:
      return plan_ms;
    case Stage::kPrice:
      return price_ms;
    default:
      return 0;
  }
}

COSTENGINE_INLINE std::string_view cache_outcome_name(CacheOutcome outcome) noexcept {
  switch (outcome) {
    case CacheOutcome::kOff:
      break;
    case CacheOutcome::kMiss:
      return "miss";
    case CacheOutcome::kProduction:
      return "production";
    case CacheOutcome::kQuote:
      return "quote";
    case CacheOutcome::kStale:
      return "stale";
  }
  return "off";
}

COSTENGINE_INLINE Result<Estimate> estimate(const ByteSource& source, const Profile& profile,
                                            const PriceSheet& prices,
                                            const EstimateOptions& options, Context& ctx) {
  using detail::timed;
  const auto start = std::chrono::steady_clock::now();
  const Profile view = production_view(profile, Placement::kAlone);
  COSTENGINE_TRY(detail::Prepared prepared,
                 detail::prepare(source, options.load, options.quantity, view, options, ctx));
  Estimate& estimate = prepared.estimate;
  const detail::TrailKeeper keeper(options.trail, estimate);
  if (prepared.layers) {
    COSTENGINE_TRY(Production production, timed(estimate.times, Stage::kPlan, [&] {
                     return plan_fdm(*prepared.layers, estimate.measurements, view, ctx);
                   }));
    COSTENGINE_CHECK(detail::finish_estimate(std::move(production), options.quantity, 0, profile,
                                             prices, options, estimate));
  }
  estimate.times.total_ms =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  return std::move(estimate);
}

}  // namespace costengine
