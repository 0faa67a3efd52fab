#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "costengine/detail/estimate.ipp"
#include "costengine/process/plate.hpp"

namespace costengine {
namespace detail {

/// Shares of a part on plates that are not alike, added up to the mean of its copies.
class MeanShare {
 public:
  /// `weight`: how many of the copies have this share, of all.
  void add(const Production& share, double weight) {
    if (weight == 1) {
      mean_ = share;
      return;
    }
    if (mean_.process.empty()) {
      mean_.process = share.process;
      mean_.method = share.method;
      mean_.layers = share.layers;
      mean_.confidence = share.confidence;
    }
    add(mean_.time_s, share.time_s, weight);
    add(mean_.filament_mm, share.filament_mm, weight);
    add(mean_.model, share.model, weight);
    add(mean_.support, share.support, weight);
    for (const FeatureUse& feature : share.features) {
      auto at = std::find_if(mean_.features.begin(), mean_.features.end(),
                             [&](const FeatureUse& f) { return f.role == feature.role; });
      if (at == mean_.features.end()) {
        at = mean_.features.insert(at, {feature.role, 0, 0, 0, 0});
        paths_.push_back(0);
      }
      at->length_mm += weight * feature.length_mm;
      at->filament_mm += weight * feature.filament_mm;
      at->time_s += weight * feature.time_s;
      double& paths = paths_[static_cast<std::size_t>(at - mean_.features.begin())];
      paths += weight * static_cast<double>(feature.paths);
      at->paths = static_cast<std::uint64_t>(paths + 0.5);
    }
  }
  [[nodiscard]] Production take() && { return std::move(mean_); }

 private:
  static void add(Interval& sum, const Interval& part, double weight) {
    sum.value += weight * part.value;
    sum.low += weight * part.low;
    sum.high += weight * part.high;
  }
  static void add(MaterialUse& sum, const MaterialUse& part, double weight) {
    sum.filament_mm += weight * part.filament_mm;
    sum.volume_mm3 += weight * part.volume_mm3;
    if (part.mass_g) sum.mass_g = sum.mass_g.value_or(0) + weight * *part.mass_g;
  }

  Production mean_;
  std::vector<double> paths_;  ///< beside the features, not rounded
};

inline std::string size_words(double x_mm, double y_mm, double z_mm) {
  char text[96];
  std::snprintf(text, sizeof text, "%.1f x %.1f x %.1f mm", x_mm, y_mm, z_mm);
  return text;
}

inline Error too_large(const Footprint& part, const Machine& machine) {
  return Error{ErrorCode::kDoesNotFit,
               Stage::kPlan,
               "the part is " + size_words(part.x_mm, part.y_mm, part.z_mm) +
                   " as it stands, and the machine has room for " +
                   size_words(machine.build_x_mm, machine.build_y_mm, machine.build_z_mm) +
                   ": turn or scale it, or choose a larger machine",
               {},
               {}};
}

/// Everything about the models of a plate that estimate_plate() gathers.
struct PlateWork {
  std::vector<Prepared> models;
  std::vector<std::uint64_t> quantities;
  std::vector<Footprint> footprints;
  std::vector<MeanShare> shares;
};

/// Plans one load and adds each model's share. `offset` of a model: where its places begin.
inline Status plan_load(const PlateLoad& load, std::uint64_t plates_of_order, PlateWork& work,
                        const Profile& profile, Context& ctx) {
  std::vector<PlatedModel> plated;
  std::vector<std::size_t> which;
  auto place = load.arrangement.begin();
  std::uint64_t parts = 0;
  for (std::size_t m = 0; m < work.models.size(); ++m) {
    if (load.parts[m] == 0) continue;
    const auto end = place + static_cast<std::ptrdiff_t>(load.parts[m]);
    plated.push_back(
        {&*work.models[m].layers, &work.models[m].estimate.measurements, {place, end}});
    which.push_back(m);
    parts += load.parts[m];
    place = end;
  }
  const double began_ms = clock_ms();
  COSTENGINE_TRY(const PlateProduction plate, plan_plate(plated, profile, ctx));
  const double ms = clock_ms() - began_ms;
  for (std::size_t k = 0; k < which.size(); ++k) {
    const std::size_t m = which[k];
    Estimate& estimate = work.models[m].estimate;
    add_stage(estimate.times, Stage::kPlan, began_ms, ms);
    const std::uint64_t copies = load.parts[m];
    const auto all = static_cast<double>(work.quantities[m]);
    work.shares[m].add(plate.shares[k], static_cast<double>(load.plates * copies) / all);
    const Production& whole = plate.whole;
    estimate.plate->plates = plates_of_order;
    estimate.plate->share += which.size() == 1
                                 ? static_cast<double>(load.plates)
                                 : static_cast<double>(load.plates * copies) *
                                       plate.shares[k].time_s.value / whole.time_s.value;
    estimate.plate->runs.push_back(
        {load.plates, parts, copies, whole.layers, whole.time_s, whole.filament_mm});
  }
  return Ok{};
}

/// Plans and prices all models; the error is that of model `failed`. `view`: as production sees the
/// profile.
inline Status plan_and_price(PlateWork& work, const Profile& view, const Profile& profile,
                             const PriceSheet& prices, const EstimateOptions& options, Context& ctx,
                             std::size_t& failed) {
  const std::vector<PlateLoad> loads = fill_plates(work.footprints, work.quantities, view);
  for (std::size_t m = 0; m < work.models.size(); ++m) {
    failed = m;
    PlateUse use;
    use.quantity = work.quantities[m];
    use.capacity = plate_capacity(work.footprints[m], view);
    if (use.capacity == 0) return too_large(work.footprints[m], view.machine);
    work.models[m].estimate.plate = std::move(use);
  }
  failed = 0;
  std::uint64_t plates = 0;
  for (const PlateLoad& load : loads) plates += load.plates;
  for (const PlateLoad& load : loads) {
    COSTENGINE_CHECK(plan_load(load, plates, work, view, ctx));
  }
  for (std::size_t m = 0; m < work.models.size(); ++m) {
    failed = m;
    Estimate& estimate = work.models[m].estimate;
    COSTENGINE_CHECK(finish_estimate(std::move(work.shares[m]).take(), work.quantities[m],
                                     estimate.plate->share, profile, prices, options, estimate));
  }
  return Ok{};
}

}  // namespace detail

COSTENGINE_INLINE std::vector<Result<Estimate>> estimate_plate(std::span<const PlateOrder> orders,
                                                               const Profile& profile,
                                                               const PriceSheet& prices,
                                                               const EstimateOptions& options,
                                                               Context& ctx) {
  const double began_ms = detail::clock_ms();
  EstimateOptions untrailed = options;
  untrailed.trail = nullptr;
  const Profile view = production_view(profile, Placement::kSharedPlate);
  std::vector<Result<detail::Prepared>> read;
  bool complete = true;
  for (const PlateOrder& order : orders) {
    read.push_back(
        detail::prepare(*order.source, order.load, order.quantity, view, untrailed, ctx));
    complete = complete && read.back().ok() && read.back().value().layers;
  }
  const auto incomplete = [] {
    return Error{ErrorCode::kPlateIncomplete,
                 Stage::kPlan,
                 "another model of the same plate has no answer, so this one has none either: mend "
                 "or leave out that one",
                 {},
                 {}};
  };
  std::vector<Result<Estimate>> answers;
  const bool planned = options.production && complete;
  detail::PlateWork work;
  for (std::size_t m = 0; m < read.size(); ++m) {
    if (!read[m].ok()) {
      answers.emplace_back(read[m].error());
      continue;
    }
    detail::Prepared prepared = std::move(read[m]).value();
    const bool to_blame = options.production && !prepared.layers;
    if (!planned) {
      if (!options.production || to_blame) {
        prepared.estimate.times.total_ms = detail::clock_ms() - prepared.estimate.times.began_ms;
        answers.emplace_back(std::move(prepared.estimate));
      } else {
        answers.emplace_back(incomplete());
      }
      continue;
    }
    work.footprints.push_back(footprint(prepared.estimate.measurements));
    work.quantities.push_back(orders[m].quantity);
    work.models.push_back(std::move(prepared));
  }
  if (!planned) return answers;
  work.shares.resize(work.models.size());
  std::size_t failed = 0;
  const Status status = detail::plan_and_price(work, view, profile, prices, options, ctx, failed);
  const double total_ms = detail::clock_ms() - began_ms;
  for (std::size_t m = 0; m < work.models.size(); ++m) {
    Estimate& estimate = work.models[m].estimate;
    estimate.times.began_ms = began_ms;
    estimate.times.total_ms = total_ms;
    if (status.ok()) {
      answers.emplace_back(std::move(estimate));
    } else {
      answers.emplace_back(m == failed ? status.error() : incomplete());
    }
  }
  return answers;
}

}  // namespace costengine
