/// The keys of a price sheet: their names, their bounds, and the one check that a sheet must pass,
/// whether it was read from a file or filled in by a program.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "costengine/base/money.hpp"
#include "costengine/price/price_sheet.hpp"

namespace costengine::detail {

inline constexpr int kMaxRateDecimals = 6;
inline constexpr std::int64_t kMaxRate = 1'000'000'000;
inline constexpr std::int64_t kMaxParts = 1'000'000'000;

/// A number of the sheet, from 0 to max; with below_max, max itself is out.
struct PriceKey {
  std::string_view name;
  std::optional<Decimal> PriceSheet::*value;
  std::int64_t max;
  bool below_max;
};

inline constexpr std::array<PriceKey, 15> kPriceKeys{{
    {"setup.per_order", &PriceSheet::setup_per_order, kMaxRate, false},
    {"setup.per_model", &PriceSheet::setup_per_model, kMaxRate, false},
    {"setup.per_plate", &PriceSheet::setup_per_plate, kMaxRate, false},
    {"labour.per_h", &PriceSheet::labour_per_h, kMaxRate, false},
    {"labour.minutes_per_part", &PriceSheet::labour_minutes_per_part, 1'000'000, false},
    {"labour.support_removal_minutes_per_cm3", &PriceSheet::labour_support_removal_minutes_per_cm3,
     1'000'000, false},
    {"post_processing.per_cm2", &PriceSheet::post_processing_per_cm2, kMaxRate, false},
    {"allowance.failure_percent", &PriceSheet::failure_percent, 1000, false},
    {"allowance.overhead_percent", &PriceSheet::overhead_percent, 1000, false},
    {"sale.margin_percent", &PriceSheet::margin_percent, 100, true},
    {"sale.markup_percent", &PriceSheet::markup_percent, 10'000, false},
    {"sale.minimum_per_part", &PriceSheet::minimum_per_part, kMaxRate, false},
    {"sale.minimum_per_order", &PriceSheet::minimum_per_order, kMaxRate, false},
    {"sale.rounding_increment", &PriceSheet::rounding_increment, kMaxRate, false},
    {"tax.percent", &PriceSheet::tax_percent, 100, false},
}};

/// What is wrong with a sheet, and at which key.
struct PriceProblem {
  ErrorCode code;
  std::string key;
  std::string message;  ///< names the key
};

inline PriceProblem invalid_price(std::string key, const std::string& what) {
  std::string message = key + " " + what;
  return {ErrorCode::kPricesInvalid, std::move(key), std::move(message)};
}

inline PriceProblem missing_price(std::string key, const std::string& why) {
  std::string message = "the price sheet lacks " + key + ", " + why;
  return {ErrorCode::kPricesMissing, std::move(key), std::move(message)};
}

/// "PLA", or "\"Big printer\"" where TOML wants quotes.
inline std::string key_text(const std::string& name) {
  for (const char c : name) {
    const bool bare = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_';
    if (!bare) return '"' + name + '"';
  }
  return name;
}

/// One line of text that needs no escapes: it is shown to people and hashed between quotes.
inline bool is_plain_name(std::string_view name) {
  if (name.empty() || name.size() > 200) return false;
  for (const char c : name) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '"') return false;
  }
  return true;
}

inline std::optional<PriceProblem> check_rate(const std::string& key, Decimal value,
                                              std::int64_t max, bool below_max) {
  if (value < Decimal{0, 0} || value > Decimal{max, 0} || (below_max && value == Decimal{max, 0})) {
    return invalid_price(key, "is " + value.to_string() + "; it must be at least 0 and " +
                                  (below_max ? "below " : "at most ") + std::to_string(max));
  }
  if (value.scale > kMaxRateDecimals) {
    return invalid_price(key, "is " + value.to_string() + "; write at most 6 decimals");
  }
  return {};
}

inline std::optional<PriceProblem> check_names(const PriceSheet& sheet) {
  const auto plain = [](const std::string& key, const std::string& name) {
    return is_plain_name(name)
               ? std::optional<PriceProblem>{}
               : invalid_price(key,
                               "needs a name of 1 to 200 bytes without quotes and control "
                               "characters");
  };
  if (auto problem = plain("name", sheet.name)) return problem;
  for (const MaterialRate& material : sheet.materials) {
    if (auto problem = plain("material", material.name)) return problem;
  }
  for (const MachineRate& machine : sheet.machines) {
    if (auto problem = plain("machine", machine.name)) return problem;
  }
  if (!sheet.tax_name.empty()) return plain("tax.name", sheet.tax_name);
  return {};
}

inline std::optional<PriceProblem> check_rates(const PriceSheet& sheet) {
  for (const MaterialRate& material : sheet.materials) {
    const std::string table = "material." + key_text(material.name);
    if (auto problem = check_rate(table + ".per_kg", material.per_kg, kMaxRate, false)) {
      return problem;
    }
    if (!material.support_per_kg) continue;
    if (auto problem =
            check_rate(table + ".support_per_kg", *material.support_per_kg, kMaxRate, false)) {
      return problem;
    }
  }
  for (const MachineRate& machine : sheet.machines) {
    if (auto problem = check_rate("machine." + key_text(machine.name) + ".per_h", machine.per_h,
                                  kMaxRate, false)) {
      return problem;
    }
  }
  if (auto problem = check_rate("energy.per_kwh", sheet.energy_per_kwh, kMaxRate, false)) {
    return problem;
  }
  for (const PriceKey& key : kPriceKeys) {
    const std::optional<Decimal>& value = sheet.*key.value;
    if (!value) continue;
    if (auto problem = check_rate(std::string(key.name), *value, key.max, key.below_max)) {
      return problem;
    }
  }
  return {};
}

inline std::optional<PriceProblem> check_breaks(const PriceSheet& sheet) {
  std::uint64_t last = 1;
  for (std::size_t i = 0; i < sheet.quantity_breaks.size(); ++i) {
    const QuantityBreak& step = sheet.quantity_breaks[i];
    const std::string table = "quantity_break[" + std::to_string(i + 1) + "]";
    if (step.from <= last || step.from > static_cast<std::uint64_t>(kMaxParts)) {
      return invalid_price(table + ".from", "is " + std::to_string(step.from) +
                                                "; it must be above " + std::to_string(last) +
                                                " and at most 1000000000");
    }
    last = step.from;
    if (auto problem = check_rate(table + ".discount_percent", step.discount_percent, 100, true)) {
      return problem;
    }
  }
  return {};
}

/// What one key asks of another.
inline std::optional<PriceProblem> check_together(const PriceSheet& sheet) {
  if (sheet.margin_percent && sheet.markup_percent) {
    return invalid_price("sale.markup_percent",
                         "stands beside sale.margin_percent; keep one of the two");
  }
  const bool labour = sheet.labour_minutes_per_part || sheet.labour_support_removal_minutes_per_cm3;
  if (labour && !sheet.labour_per_h) {
    return missing_price("labour.per_h", "which the minutes of the table labour need");
  }
  if (!labour && sheet.labour_per_h) {
    return missing_price("labour.minutes_per_part", "without which labour.per_h charges nothing");
  }
  if (sheet.rounding_increment) {
    const Decimal increment = *sheet.rounding_increment;
    if (increment == Decimal{0, 0} || increment.scale > sheet.minor_digits) {
      return invalid_price("sale.rounding_increment",
                           "is " + increment.to_string() + "; it must be a whole number of the " +
                               "smallest unit of " + sheet.currency + ", and not 0");
    }
  }
  if (sheet.tax_percent && sheet.tax_name.empty()) {
    return missing_price("tax.name", "for example \"VAT\"");
  }
  if (!sheet.tax_percent && !sheet.tax_name.empty()) {
    return missing_price("tax.percent", "for example 20");
  }
  return {};
}

/// The first problem of a sheet, or nothing.
inline std::optional<PriceProblem> find_price_problem(const PriceSheet& sheet) {
  bool letters = sheet.currency.size() == 3;
  for (const char c : sheet.currency) letters = letters && c >= 'A' && c <= 'Z';
  if (!letters) return invalid_price("currency", "must be an ISO 4217 code such as \"EUR\"");
  if (sheet.minor_digits != currency_minor_digits(sheet.currency)) {
    return invalid_price("currency", "does not have the given number of minor digits");
  }
  if (auto problem = check_names(sheet)) return problem;
  if (auto problem = check_rates(sheet)) return problem;
  if (auto problem = check_breaks(sheet)) return problem;
  return check_together(sheet);
}

/// The values of a sheet in a fixed order, one "key=value" a line: what the hash is taken of.
inline std::string canonical_prices(const PriceSheet& sheet) {
  std::string lines;
  const auto line = [&lines](const std::string& key, const std::string& value) {
    lines += key + "=" + value + "\n";
  };
  line("currency", sheet.currency);
  for (const MaterialRate& material : sheet.materials) {
    const std::string table = "material." + key_text(material.name);
    line(table + ".per_kg", material.per_kg.to_string());
    if (material.support_per_kg) {
      line(table + ".support_per_kg", material.support_per_kg->to_string());
    }
  }
  for (const MachineRate& machine : sheet.machines) {
    line("machine." + key_text(machine.name) + ".per_h", machine.per_h.to_string());
  }
  line("energy.per_kwh", sheet.energy_per_kwh.to_string());
  for (const PriceKey& key : kPriceKeys) {
    if (sheet.*key.value) line(std::string(key.name), (sheet.*key.value)->to_string());
  }
  if (sheet.rounding_increment) {
    line("sale.rounding_mode", sheet.rounding_mode == RoundingMode::kUp ? "up" : "nearest");
  }
  for (const QuantityBreak& step : sheet.quantity_breaks) {
    line("quantity_break." + std::to_string(step.from), step.discount_percent.to_string());
  }
  if (!sheet.tax_name.empty()) line("tax.name", sheet.tax_name);
  return lines;
}

}  // namespace costengine::detail
