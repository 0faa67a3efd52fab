/// Quote: what a production costs, line by line, and where each figure comes from.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "costengine/base/money.hpp"

namespace costengine {

/// One cost line. `amount` is what the line adds to the total; the lines of a quote sum exactly to
/// its total. Discounts and the like are lines with a negative amount.
///
/// `low` and `high` are the same line where the production is at the low and at the high end of its
/// interval. They sum exactly to the quote's low and high, and for the lines that pay for work
/// low <= amount <= high. A line that corrects the sum (quantity_discount, minimum_part,
/// minimum_order, rounding) may go the other way: a minimum adds more to a cheaper part.
///
/// Anyone can check a line: amount = quantity x rate, rounded half away from zero to minor units
/// (divided by 100 where the unit is "%"). The exceptions are minimum_part, minimum_order and
/// rounding, whose rate is the bound that was applied; docs/prices.md lists every kind.
struct CostLine {
  std::string kind;     ///< "material", "machine_time", ...: docs/prices.md lists them
  double quantity = 0;  ///< of the whole order: kilograms, hours, parts, percent
  std::string unit;     ///< of the quantity: "kg", "h", "part", "%", ...
  std::string rate;     ///< decimal string, currency per unit: "24.90"; for "%" the amount it is of
  Money amount;         ///< minor units
  Money low, high;      ///< 90 % interval, from the interval of the production
  std::string why;      ///< "42.1 g PLA at 24.90 EUR/kg", one short sentence
};

/// The price of `quantity` equal parts.
struct Quote {
  std::string currency;  ///< ISO 4217: "EUR"
  int minor_digits = 2;  ///< digits behind the point: 2 for EUR, 0 for JPY
  std::uint64_t quantity = 1;
  std::vector<CostLine> lines;
  Money unit_price;        ///< total / quantity, rounded half up: for display, total is what counts
  Money total, low, high;  ///< of the order; low <= total <= high
  std::string prices_name;    ///< "example": which sheet
  std::string prices_source;  ///< "built-in" or the path
  std::string prices_hash;    ///< SHA-256 of the values used
};

}  // namespace costengine
