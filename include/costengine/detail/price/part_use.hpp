/// What one part uses up, in the decimals that a quote shows and multiplies.
#pragma once

#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "costengine/base/money.hpp"
#include "costengine/detail/base/money_math.hpp"
#include "costengine/measure/measurements.hpp"
#include "costengine/price/price.hpp"
#include "costengine/process/production.hpp"

namespace costengine::detail {

/// The same thing at the value, the low and the high end of the production's interval.
template <class T>
using Three = std::array<T, 3>;

inline constexpr int kMassDecimals = 6;    // kg: a milligram
inline constexpr int kTimeDecimals = 4;    // h: 0.36 s
inline constexpr int kEnergyDecimals = 4;  // kWh
inline constexpr int kAreaDecimals = 2;    // cm2
inline constexpr int kVolumeDecimals = 3;  // cm3
inline constexpr int kPlateDecimals = 4;
inline constexpr int kLabourDecimals = 6;  // h, of the whole order

struct PartUse {
  std::optional<Three<Decimal>> model_kg, support_kg;  ///< empty where the mass is unknown
  Three<Decimal> support_cm3, hours, kwh;
  Decimal area_cm2;
};

inline Error bad_pricing_input(std::string message) {
  return Error{ErrorCode::kInvalidArgument, Stage::kPrice, std::move(message), {}, {}};
}

/// 1e9 seconds, millimetres, grams are beyond any part: such a number is a bug upstream.
inline Status check_quantity(const char* name, double value, double max) {
  if (value >= 0 && value <= max) return Ok{};  // false for NaN
  return bad_pricing_input(std::string(name) +
                           " is negative, not a number or absurdly large; it cannot be priced");
}

inline Status check_interval(const char* name, const Interval& interval, double max) {
  COSTENGINE_CHECK(check_quantity(name, interval.value, max));
  COSTENGINE_CHECK(check_quantity(name, interval.low, max));
  COSTENGINE_CHECK(check_quantity(name, interval.high, max));
  if (interval.low <= interval.value && interval.value <= interval.high) return Ok{};
  return bad_pricing_input(std::string(name) + " does not lie in its own interval");
}

inline Status check_production(const Production& production, const Measurements& measurements,
                               double power_w) {
  COSTENGINE_CHECK(check_interval("the print time", production.time_s, 1e9));
  COSTENGINE_CHECK(check_interval("the filament length", production.filament_mm, 1e9));
  COSTENGINE_CHECK(check_quantity("the model's mass", production.model.mass_g.value_or(0), 1e9));
  COSTENGINE_CHECK(
      check_quantity("the support's mass", production.support.mass_g.value_or(0), 1e9));
  COSTENGINE_CHECK(check_quantity("the support's volume", production.support.volume_mm3, 1e12));
  COSTENGINE_CHECK(check_quantity("the surface area", measurements.area_mm2, 1e12));
  return check_quantity("the machine's power", power_w, 1e6);
}

inline Result<Decimal> rounded_quantity(double value, int decimals) {
  auto decimal = Decimal::rounded(value, decimals);
  if (!decimal) return too_much_money();
  return decimal;
}

inline Result<std::optional<Three<Decimal>>> kilograms(const std::optional<double>& mass_g,
                                                       const Three<double>& scales) {
  if (!mass_g) return std::optional<Three<Decimal>>{};
  Three<Decimal> kg;
  for (std::size_t i = 0; i < 3; ++i) {
    COSTENGINE_TRY(kg[i], rounded_quantity(*mass_g * scales[i] / 1000, kMassDecimals));
  }
  return std::optional(kg);
}

/// Precondition: check_production() passed.
inline Result<PartUse> part_use(const Production& production, const Measurements& measurements,
                                double power_w) {
  PartUse use;
  const Interval& time_s = production.time_s;
  const Interval& filament_mm = production.filament_mm;
  const Three<double> seconds{time_s.value, time_s.low, time_s.high};
  Three<double> scales{filament_mm.value, filament_mm.low, filament_mm.high};
  for (double& scale : scales) scale = filament_mm.value > 0 ? scale / filament_mm.value : 1.0;
  COSTENGINE_TRY(use.model_kg, kilograms(production.model.mass_g, scales));
  COSTENGINE_TRY(use.support_kg, kilograms(production.support.mass_g, scales));
  for (std::size_t i = 0; i < 3; ++i) {
    const double support_cm3 = production.support.volume_mm3 * scales[i] / 1000;
    const double kwh = power_w * seconds[i] / 3.6e6;
    COSTENGINE_TRY(use.support_cm3[i], rounded_quantity(support_cm3, kVolumeDecimals));
    COSTENGINE_TRY(use.hours[i], rounded_quantity(seconds[i] / 3600, kTimeDecimals));
    COSTENGINE_TRY(use.kwh[i], rounded_quantity(kwh, kEnergyDecimals));
  }
  COSTENGINE_TRY(use.area_cm2, rounded_quantity(measurements.area_mm2 / 100, kAreaDecimals));
  return use;
}

}  // namespace costengine::detail
