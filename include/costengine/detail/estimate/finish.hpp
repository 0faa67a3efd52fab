// The last step of an estimate, and what its steps share.
#pragma once

#include <array>
#include <cstddef>
#include <utility>

#include "costengine/detail/base/clock.hpp"
#include "costengine/estimate.hpp"
#include "costengine/price/price.hpp"

namespace costengine::detail {

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

inline Status check_order(std::uint64_t quantity) {
  if (quantity > 0) return Ok{};
  return Error{
      ErrorCode::kInvalidArgument, Stage::kOptions, "the quantity must be at least 1", {}, {}};
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

}  // namespace costengine::detail
