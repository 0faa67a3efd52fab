#pragma once

#include <chrono>
#include <utility>

#include "costengine/detail/base/clock.hpp"
#include "costengine/estimate.hpp"
#include "costengine/measure/measure.hpp"
#include "costengine/mesh/inspect.hpp"
#include "costengine/price/price.hpp"
#include "costengine/process/fdm.hpp"
#include "costengine/slice/layers.hpp"

namespace costengine {
namespace detail {

/// Adds a run of a stage to `times`.
inline void add_stage(StageTimes& times, Stage stage, double began_ms, double ms) {
  constexpr std::array kFields = {&StageTimes::load_ms,    &StageTimes::inspect_ms,
                                  &StageTimes::measure_ms, &StageTimes::slice_ms,
                                  &StageTimes::plan_ms,    &StageTimes::price_ms};
  const auto at = static_cast<std::size_t>(stage) - static_cast<std::size_t>(Stage::kLoad);
  times.*kFields[at] += ms;
  if (times.stage_began_ms[at] == 0) times.stage_began_ms[at] = began_ms;
}

/// Runs one stage and adds it to `times`.
template <class Work>
auto timed(StageTimes& times, Stage stage, Work&& work) {
  const double began = clock_ms();
  auto result = work();
  add_stage(times, stage, began, clock_ms() - began);
  return result;
}

/// Leaves the caller's trail when what it is made in ends, however it does.
class TrailKeeper {
 public:
  TrailKeeper(RunTrail* trail, const Estimate& estimate) : trail_(trail), estimate_(estimate) {}
  TrailKeeper(const TrailKeeper&) = delete;
  TrailKeeper& operator=(const TrailKeeper&) = delete;
  ~TrailKeeper() {
    if (trail_ == nullptr) return;
    *trail_ = {estimate_.times, estimate_.cache, estimate_.bytes, estimate_.facets};
    trail_->times.total_ms = clock_ms() - trail_->times.began_ms;
  }

 private:
  RunTrail* trail_;
  const Estimate& estimate_;
};

/// Whether pricing failed for want of a figure of the shop or of the profile; any other failure
/// puts the production itself in doubt.
inline bool lacks_figure(ErrorCode code) {
  return code == ErrorCode::kPricesMissing || code == ErrorCode::kPricesInvalid ||
         code == ErrorCode::kSettingMissing;
}

/// A model as far as its layers; without them if it is not to be planned.
struct Prepared {
  Estimate estimate;
  std::optional<Layers> layers;
};

inline Result<Prepared> prepare(const ByteSource& source, const LoadOptions& load_options,
                                std::uint64_t quantity, const Profile& profile,
                                const EstimateOptions& options, Context& ctx) {
  Prepared prepared;
  Estimate& estimate = prepared.estimate;
  StageTimes& times = estimate.times;
  times.began_ms = clock_ms();
  const TrailKeeper keeper(options.trail, estimate);
  if (quantity == 0) {
    return Error{
        ErrorCode::kInvalidArgument, Stage::kOptions, "the quantity must be at least 1", {}, {}};
  }
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

/// Prices a production and keeps it, with its price or the reason why there is none.
inline Status finish_estimate(Production production, std::uint64_t quantity, double plates,
                              const Profile& profile, const PriceSheet& prices,
                              const EstimateOptions& options, Estimate& estimate) {
  if (options.quote) {
    const PricingInputs inputs{profile.material.name, profile.machine.name, profile.machine.power_w,
                               quantity, plates};
    auto quote = timed(estimate.times, Stage::kPrice,
                       [&] { return price(production, estimate.measurements, inputs, prices); });
    if (quote.ok()) {
      estimate.quote = std::move(quote).value();
    } else if (lacks_figure(quote.error().code)) {
      estimate.unpriced = std::move(quote).error();
    } else {
      return std::move(quote).error();
    }
  }
  estimate.production = std::move(production);
  return Ok{};
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
  COSTENGINE_TRY(detail::Prepared prepared,
                 detail::prepare(source, options.load, options.quantity, profile, options, ctx));
  Estimate& estimate = prepared.estimate;
  const detail::TrailKeeper keeper(options.trail, estimate);
  if (prepared.layers) {
    COSTENGINE_TRY(Production production, timed(estimate.times, Stage::kPlan, [&] {
                     return plan_fdm(*prepared.layers, estimate.measurements, profile, ctx);
                   }));
    COSTENGINE_CHECK(detail::finish_estimate(std::move(production), options.quantity, 0, profile,
                                             prices, options, estimate));
  }
  estimate.times.total_ms =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  return std::move(estimate);
}

}  // namespace costengine
