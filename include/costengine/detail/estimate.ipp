#pragma once

#include <chrono>
#include <utility>

#include "costengine/estimate.hpp"
#include "costengine/measure/measure.hpp"
#include "costengine/mesh/inspect.hpp"
#include "costengine/price/price.hpp"
#include "costengine/process/fdm.hpp"
#include "costengine/slice/layers.hpp"

namespace costengine {
namespace detail {

/// Runs one stage and adds its wall time to `ms`.
template <class Stage>
auto timed(double& ms, Stage&& stage) {
  const auto start = std::chrono::steady_clock::now();
  auto result = stage();
  ms += std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  return result;
}

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
  if (quantity == 0) {
    return Error{
        ErrorCode::kInvalidArgument, Stage::kOptions, "the quantity must be at least 1", {}, {}};
  }
  estimate.bytes = source.size();
  if (options.hash) {
    COSTENGINE_TRY(estimate.hash, timed(times.load_ms, [&] { return sha256_hex(source, ctx); }));
    estimate.hash.insert(0, "sha256:");
  }

  COSTENGINE_TRY(LoadedMesh loaded,
                 timed(times.load_ms, [&] { return load(source, load_options, ctx); }));
  estimate.format = loaded.format;
  estimate.facets = loaded.facets_read;
  estimate.vertices = loaded.mesh.vertices.size();

  COSTENGINE_TRY(const Inspection inspection, timed(times.inspect_ms, [&] {
                   return inspect(std::move(loaded), profile.machine,
                                  profile.print.perimeter_width_mm, ctx);
                 }));
  estimate.verdict = inspection.verdict;
  estimate.findings = inspection.findings;

  COSTENGINE_TRY(estimate.measurements,
                 timed(times.measure_ms, [&] { return measure(inspection, options.hull, ctx); }));

  const bool refused = inspection.verdict == Verdict::kRefused;
  const bool has_solid = estimate.measurements.volume_mm3.value > 0;  // no force makes a price of 0
  if (options.production && has_solid && (!refused || options.force)) {
    COSTENGINE_TRY(prepared.layers,
                   timed(times.slice_ms, [&] { return slice(inspection, profile, ctx); }));
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
    auto quote = timed(estimate.times.price_ms,
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
  if (prepared.layers) {
    COSTENGINE_TRY(Production production, timed(estimate.times.plan_ms, [&] {
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
