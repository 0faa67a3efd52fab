/// Quote: what a production costs, line by line, and where each figure comes from.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "costengine/base/money.hpp"

namespace costengine {

/// One cost line. `amount` is what the line adds to the total; the lines of a quote sum exactly to
/// its total. Discounts and the like are lines with a negative amount.
struct CostLine {
  std::string kind;   ///< "material", "machine_time", ...: docs/prices.md lists them
  double quantity;    ///< how much: kilograms, hours, parts, percent
  std::string unit;   ///< of the quantity: "kg", "h", "part", "%", ...
  std::string rate;   ///< decimal string, currency (or percent) per unit: "24.90"
  Money amount;       ///< minor units
  Money low, high;    ///< 90 % interval, from the interval of the production
  std::string why;    ///< "0.0421 kg PLA at 24.90 EUR/kg", one short sentence
};

/// The price of `quantity` equal parts.
struct Quote {
  std::string currency;      ///< ISO 4217: "EUR"
  int minor_digits = 2;      ///< digits behind the point: 2 for EUR, 0 for JPY
  std::uint64_t quantity = 1;
  std::vector<CostLine> lines;
  Money unit_price;          ///< total / quantity, rounded half up: for display, total is what counts
  Money total, low, high;    ///< of the order
  std::string prices_name;   ///< "example": which sheet
  std::string prices_source; ///< "built-in" or the path
  std::string prices_hash;   ///< SHA-256 of the values used
};

}  // namespace costengine
