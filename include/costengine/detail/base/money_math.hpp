/// The integer arithmetic under money: 128 bits wide, rounded in one place.
#pragma once

#include <cstdint>

#include "costengine/base/money.hpp"

namespace costengine::detail {

/// Wide enough for two coefficients (9e15 each) and the minor digits (10^4): 8.1e35 of 1.7e38.
__extension__ typedef __int128 Int128;

inline Int128 power_of_ten(int exponent) {
  Int128 power = 1;
  for (; exponent > 0; --exponent) power *= 10;
  return power;
}

/// The one place where amounts are rounded: half away from zero. Precondition: denominator > 0.
inline Int128 divide_rounded(Int128 numerator, Int128 denominator) {
  const Int128 magnitude = numerator < 0 ? -numerator : numerator;
  Int128 quotient = magnitude / denominator;
  const Int128 remainder = magnitude % denominator;
  if (remainder >= denominator - remainder) ++quotient;
  return numerator < 0 ? -quotient : quotient;
}

inline bool within_money(Int128 value) {
  return value >= -kMaxMinor && value <= kMaxMinor;
}

inline Error too_much_money() {
  return Error{ErrorCode::kInvalidArgument,
               Stage::kPrice,
               "an amount or quantity is too large to calculate with; check the quantity and the "
               "rates of the price sheet",
               {},
               {}};
}

inline Money checked_money(Int128 value) {
  if (!within_money(value)) throw MoneyOverflow("an amount is beyond 9e15 minor units");
  return Money{static_cast<std::int64_t>(value)};
}

}  // namespace costengine::detail
