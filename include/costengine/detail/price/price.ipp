#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "costengine/detail/base/money_math.hpp"
#include "costengine/detail/price/ledger.hpp"
#include "costengine/detail/price/part_use.hpp"
#include "costengine/detail/price/price_keys.hpp"
#include "costengine/price/price.hpp"

namespace costengine {
namespace detail {

inline Error missing_rate(std::string message) {
  return Error{ErrorCode::kPricesMissing, Stage::kPrice, std::move(message), {}, {}};
}

inline Result<const MaterialRate*> material_rate(const PriceSheet& sheet, const std::string& name) {
  std::string others;
  for (const MaterialRate& material : sheet.materials) {
    if (material.name == name) return &material;
    others += (others.empty() ? "" : ", ") + material.name;
  }
  return missing_rate("the price sheet \"" + sheet.name + "\" lacks material." + key_text(name) +
                      ".per_kg, the rate of the material printed with; it has " +
                      (others.empty() ? "no materials" : others));
}

inline Result<const MachineRate*> machine_rate(const PriceSheet& sheet, const std::string& name) {
  const MachineRate* fallback = nullptr;
  for (const MachineRate& machine : sheet.machines) {
    if (machine.name == name) return &machine;
    if (machine.name == "default") fallback = &machine;
  }
  if (fallback != nullptr) return fallback;
  return missing_rate("the price sheet \"" + sheet.name + "\" lacks machine." + key_text(name) +
                      ".per_h and machine.default.per_h; give one of them");
}

/// Charges a mass. An unknown one matters only where its rate is not 0.
inline Status charge_mass(Ledger& ledger, const char* kind, const std::optional<Three<Decimal>>& kg,
                          Decimal rate, const std::string& key, const auto& why) {
  if (kg) return ledger.charge_parts(kind, *kg, "kg", rate, why((*kg)[0]));
  if (rate.coefficient == 0) return Ok{};
  return Error{ErrorCode::kSettingMissing,
               Stage::kPrice,
               "filament_density is missing, so the mass that " + key +
                   " charges is unknown: add it to the profile, or give "
                   "--set material.density_g_per_cm3=1.24",
               {},
               {}};
}

inline std::string grams(Decimal kg) {
  const auto g = multiply(kg, Decimal{1000, 0});
  return g ? g.value().to_string() + " g" : kg.to_string() + " kg";
}

/// What the machine eats: material, support, hours and energy, and clearing its plates.
inline Status add_print_lines(Ledger& ledger, const PartUse& use, const Production& production,
                              const PricingInputs& inputs, const PriceSheet& sheet) {
  COSTENGINE_TRY(const MaterialRate* material, material_rate(sheet, inputs.material));
  COSTENGINE_TRY(const MachineRate* machine, machine_rate(sheet, inputs.machine));
  const std::string each = ledger.per_part();
  const std::string keys = "material." + key_text(material->name);
  COSTENGINE_CHECK(charge_mass(ledger, "material", use.model_kg, material->per_kg, keys + ".per_kg",
                               [&](Decimal kg) {
                                 return grams(kg) + " " + material->name + each + " at " +
                                        ledger.text(material->per_kg) + "/kg";
                               }));
  const MaterialUse& support = production.support;
  if (support.mass_g.value_or(support.volume_mm3) > 0) {  // known by either
    const bool own = material->support_per_kg.has_value();
    const Decimal rate = material->support_per_kg.value_or(material->per_kg);
    COSTENGINE_CHECK(charge_mass(ledger, "support_material", use.support_kg, rate,
                                 keys + (own ? ".support_per_kg" : ".per_kg"), [&](Decimal kg) {
                                   return grams(kg) + " of support" + each + " at " +
                                          ledger.text(rate) + "/kg, " +
                                          (own ? "the support rate with " : "the same as ") +
                                          material->name;
                                 }));
  }
  COSTENGINE_CHECK(ledger.charge_parts(
      "machine_time", use.hours, "h", machine->per_h,
      use.hours[0].to_string() + " h" + each + " at " + ledger.text(machine->per_h) + "/h, the " +
          (machine->name == "default" ? "default machine rate" : "rate of " + machine->name)));
  COSTENGINE_TRY(const Decimal watts, rounded_quantity(inputs.power_w, 1));
  COSTENGINE_CHECK(ledger.charge_parts("energy", use.kwh, "kWh", sheet.energy_per_kwh,
                                       use.kwh[0].to_string() + " kWh" + each + " (" +
                                           watts.to_string() + " W) at " +
                                           ledger.text(sheet.energy_per_kwh) + "/kWh"));
  if (!sheet.setup_per_plate) return Ok{};
  constexpr Decimal kOne{1, 0};
  if (inputs.plates > 0) {
    COSTENGINE_TRY(const Decimal plates, rounded_quantity(inputs.plates, kPlateDecimals));
    const bool one = plates == kOne;
    return ledger.charge(
        "setup_plate", {plates, plates, plates}, "plate", *sheet.setup_per_plate,
        plates.to_string() + (one ? " plate at " : " plates at ") +
            ledger.text(*sheet.setup_per_plate) +
            (std::floor(inputs.plates) == inputs.plates ? ""
                                                        : ", by the part's share of the time"));
  }
  return ledger.charge_parts("setup_plate", {kOne, kOne, kOne}, "plate", *sheet.setup_per_plate,
                             "one plate per part at " + ledger.text(*sheet.setup_per_plate));
}

inline Status add_setup_lines(Ledger& ledger, const PriceSheet& sheet) {
  constexpr Decimal kOne{1, 0};
  if (sheet.setup_per_model) {
    COSTENGINE_CHECK(ledger.charge("setup_model", {kOne, kOne, kOne}, "model",
                                   *sheet.setup_per_model,
                                   "once per model, " + ledger.text(*sheet.setup_per_model)));
  }
  if (sheet.setup_per_order) {
    COSTENGINE_CHECK(ledger.charge("setup_order", {kOne, kOne, kOne}, "order",
                                   *sheet.setup_per_order,
                                   "once per order, " + ledger.text(*sheet.setup_per_order)));
  }
  return Ok{};
}

/// What people do to each part.
inline Status add_labour_lines(Ledger& ledger, const PartUse& use, const Production& production,
                               const PriceSheet& sheet) {
  const std::string each = ledger.per_part();
  const Decimal hourly = sheet.labour_per_h.value_or(Decimal{});
  const auto add = [&](const char* kind, const Three<Decimal>& minutes,
                       const std::string& what) -> Status {
    Three<Decimal> hours;
    for (std::size_t i = 0; i < 3; ++i) {
      COSTENGINE_TRY(const Decimal order_minutes, multiply(minutes[i], ledger.parts()));
      COSTENGINE_TRY(hours[i], divide(order_minutes, 60, kLabourDecimals));
    }
    return ledger.charge(kind, hours, "h", hourly, what + " at " + ledger.text(hourly) + "/h");
  };
  if (sheet.labour_minutes_per_part) {
    const Decimal minutes = *sheet.labour_minutes_per_part;
    COSTENGINE_CHECK(
        add("labour", {minutes, minutes, minutes}, minutes.to_string() + " min" + each));
  }
  if (sheet.labour_support_removal_minutes_per_cm3 && production.support.volume_mm3 > 0) {
    const Decimal rate = *sheet.labour_support_removal_minutes_per_cm3;
    Three<Decimal> minutes;
    for (std::size_t i = 0; i < 3; ++i) {
      COSTENGINE_TRY(minutes[i], multiply(use.support_cm3[i], rate));
    }
    COSTENGINE_CHECK(add("support_removal", minutes,
                         "removing " + use.support_cm3[0].to_string() + " cm3 of support" + each +
                             ", " + rate.to_string() + " min/cm3,"));
  }
  if (sheet.post_processing_per_cm2) {
    const Decimal rate = *sheet.post_processing_per_cm2;
    COSTENGINE_CHECK(ledger.charge_parts(
        "post_processing", {use.area_cm2, use.area_cm2, use.area_cm2}, "cm2", rate,
        use.area_cm2.to_string() + " cm2 of surface" + each + " at " + ledger.text(rate) + "/cm2"));
  }
  return Ok{};
}

/// From costs to the selling price. Exactly one of margin and markup is there, or none.
inline Status add_profit_line(Ledger& ledger, const PriceSheet& sheet) {
  const Three<Money> costs = ledger.sum();
  if (sheet.markup_percent) {
    return ledger.add_percent(
        "markup", *sheet.markup_percent, costs,
        sheet.markup_percent->to_string() + " % on costs of " + ledger.text(costs[0]));
  }
  if (!sheet.margin_percent) return Ok{};
  // price = costs / (1 - m), so the margin m x price is costs x m / (1 - m).
  const Decimal margin = *sheet.margin_percent;
  const auto hundred = static_cast<std::int64_t>(100 * power_of_ten(margin.scale));
  const Decimal rest{hundred - margin.coefficient, margin.scale};
  Three<Money> amounts;
  for (std::size_t i = 0; i < 3; ++i) {
    COSTENGINE_TRY(amounts[i], share_of(costs[i], margin, rest));
  }
  const Money selling = costs[0] + amounts[0];
  ledger.add("margin", margin, "%", selling.to_string(sheet.minor_digits), amounts,
             margin.to_string() + " % of the selling price of " + ledger.text(selling) +
                 ", costs being " + ledger.text(costs[0]));
  return Ok{};
}

inline Status add_discount_line(Ledger& ledger, const PriceSheet& sheet, std::uint64_t parts) {
  const QuantityBreak* reached = nullptr;
  for (const QuantityBreak& step : sheet.quantity_breaks) {
    if (parts >= step.from) reached = &step;
  }
  if (reached == nullptr) return Ok{};
  const Decimal off{-reached->discount_percent.coefficient, reached->discount_percent.scale};
  return ledger.add_percent("quantity_discount", off, ledger.sum(),
                            reached->discount_percent.to_string() + " % off, from " +
                                std::to_string(reached->from) + " parts");
}

inline Status add_minimum_line(Ledger& ledger, const PriceSheet& sheet, const char* kind,
                               const char* unit, Decimal count, Decimal minimum) {
  COSTENGINE_TRY(const Money floor, amount_of(count, minimum, sheet.minor_digits));
  Three<Money> targets = ledger.sum();
  for (Money& target : targets) target = std::max(target, floor);
  const Money before = ledger.sum()[0];
  const std::string bound = ledger.text(minimum) + " per " + unit;
  ledger.correct(kind, count, unit, minimum, targets,
                 before < floor
                     ? "raises " + ledger.text(before) + " to the minimum of " + bound
                     : "the minimum of " + bound + ", which only the low end falls short of");
  return Ok{};
}

inline Status add_rounding_line(Ledger& ledger, const PriceSheet& sheet) {
  const Decimal increment = *sheet.rounding_increment;
  COSTENGINE_TRY(const Money step, amount_of(Decimal{1, 0}, increment, sheet.minor_digits));
  const bool up = sheet.rounding_mode == RoundingMode::kUp;
  Three<Money> targets = ledger.sum();
  for (Money& target : targets) {
    const Int128 steps = up ? (Int128{target.minor} + step.minor - 1) / step.minor
                            : divide_rounded(target.minor, step.minor);
    target = checked_money(steps * step.minor);
  }
  ledger.correct("rounding", Decimal{1, 0}, "order", increment, targets,
                 (up ? "up to the next " : "to the nearest ") + ledger.text(increment));
  return Ok{};
}

/// The whole calculation, in the order of the lines.
inline Status add_all_lines(Ledger& ledger, const PartUse& use, const Production& production,
                            const PricingInputs& inputs, const PriceSheet& sheet) {
  COSTENGINE_CHECK(add_print_lines(ledger, use, production, inputs, sheet));
  const Three<Money> print = ledger.sum();
  COSTENGINE_CHECK(add_setup_lines(ledger, sheet));
  COSTENGINE_CHECK(add_labour_lines(ledger, use, production, sheet));
  if (sheet.failure_percent) {
    COSTENGINE_CHECK(ledger.add_percent("failure_allowance", *sheet.failure_percent, print,
                                        sheet.failure_percent->to_string() +
                                            " % of the printing costs of " + ledger.text(print[0]) +
                                            ", for failed prints"));
  }
  if (sheet.overhead_percent) {
    COSTENGINE_CHECK(ledger.add_percent("overhead", *sheet.overhead_percent, ledger.sum(),
                                        sheet.overhead_percent->to_string() +
                                            " % of all costs so far, " +
                                            ledger.text(ledger.sum()[0])));
  }
  COSTENGINE_CHECK(add_profit_line(ledger, sheet));
  COSTENGINE_CHECK(add_discount_line(ledger, sheet, inputs.quantity));
  if (sheet.minimum_per_part) {
    COSTENGINE_CHECK(add_minimum_line(ledger, sheet, "minimum_part", "part", ledger.parts(),
                                      *sheet.minimum_per_part));
  }
  if (sheet.minimum_per_order) {
    COSTENGINE_CHECK(add_minimum_line(ledger, sheet, "minimum_order", "order", Decimal{1, 0},
                                      *sheet.minimum_per_order));
  }
  if (sheet.rounding_increment) COSTENGINE_CHECK(add_rounding_line(ledger, sheet));
  if (!sheet.tax_percent) return Ok{};
  return ledger.add_percent("tax", *sheet.tax_percent, ledger.sum(),
                            sheet.tax_percent->to_string() + " % " + sheet.tax_name + " on " +
                                ledger.text(ledger.sum()[0]));
}

}  // namespace detail

COSTENGINE_INLINE Result<Quote> price(const Production& production,
                                      const Measurements& measurements, const PricingInputs& inputs,
                                      const PriceSheet& sheet) {
  if (inputs.quantity < 1 || inputs.quantity > static_cast<std::uint64_t>(detail::kMaxParts)) {
    return detail::bad_pricing_input("the quantity must be from 1 to 1000000000 parts");
  }
  COSTENGINE_CHECK(detail::check_production(production, measurements, inputs.power_w));
  COSTENGINE_CHECK(detail::check_quantity("the number of plates", inputs.plates, 1e9));
  if (const auto problem = detail::find_price_problem(sheet)) {
    return Error{problem->code, Stage::kPrice, problem->message, {}, {}};
  }
  COSTENGINE_TRY(const detail::PartUse use,
                 detail::part_use(production, measurements, inputs.power_w));
  detail::Ledger ledger(sheet, inputs.quantity);
  try {
    COSTENGINE_CHECK(detail::add_all_lines(ledger, use, production, inputs, sheet));
  } catch (const MoneyOverflow&) {
    return detail::too_much_money();
  }
  const auto [total, low, high] = ledger.sum();
  const auto parts = static_cast<std::int64_t>(inputs.quantity);
  const Money unit_price{static_cast<std::int64_t>(detail::divide_rounded(total.minor, parts))};
  return Quote{sheet.currency,
               sheet.minor_digits,
               inputs.quantity,
               std::move(ledger).take_lines(),
               unit_price,
               total,
               low,
               high,
               sheet.name,
               sheet.source,
               sheet.hash};
}

}  // namespace costengine
