#pragma once

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "costengine/base/money.hpp"
#include "costengine/detail/base/money_math.hpp"

namespace costengine {
namespace detail {

inline Error not_a_decimal(std::string message) {
  return Error{ErrorCode::kNumber, Stage::kPrices, std::move(message), {}, {}};
}

/// Takes trailing zeros off. Precondition: within_money(coefficient).
inline Decimal make_decimal(Int128 coefficient, int scale) {
  while (scale > 0 && coefficient % 10 == 0) {
    coefficient /= 10;
    --scale;
  }
  return Decimal{static_cast<std::int64_t>(coefficient), scale};
}

/// "1234" with two decimals: "12.34".
inline std::string point_text(std::int64_t coefficient, int decimals) {
  std::string digits = std::to_string(coefficient < 0 ? -coefficient : coefficient);
  const auto behind = static_cast<std::size_t>(decimals);
  if (digits.size() <= behind) digits.insert(0, behind + 1 - digits.size(), '0');
  if (behind > 0) digits.insert(digits.size() - behind, 1, '.');
  return coefficient < 0 ? "-" + digits : digits;
}

/// Reads sign, digits and point, and rounds to `decimals` places; with `exact`, a digit that would
/// be lost is an error instead.
inline Result<Decimal> read_decimal(std::string_view text, int decimals, bool exact) {
  const bool negative = !text.empty() && text.front() == '-';
  Int128 coefficient = 0;
  int scale = 0;
  bool point = false, digit_seen = false, lost = false;
  for (const char c : text.substr(negative ? 1 : 0)) {
    if (c == '.' && digit_seen && !point) {
      point = true;
      digit_seen = false;
      continue;
    }
    if (c < '0' || c > '9') return not_a_decimal("not a decimal number such as 24.90");
    digit_seen = true;
    // One digit more than wanted decides the rounding; those behind it cannot change it.
    if (point && scale > decimals) {
      lost = lost || c != '0';
      continue;
    }
    coefficient = coefficient * 10 + (c - '0');
    if (point) ++scale;
    if (coefficient > Int128{kMaxMinor} * 100)
      return not_a_decimal("a number with too many digits");
  }
  if (!digit_seen) return not_a_decimal("not a decimal number such as 24.90");
  if (negative) coefficient = -coefficient;
  if (scale > decimals) {
    if (exact && (lost || coefficient % 10 != 0)) {
      return not_a_decimal("a number with more than 9 decimals");
    }
    coefficient = divide_rounded(coefficient, 10);
    scale = decimals;
  }
  if (!within_money(coefficient)) return not_a_decimal("a number with too many digits");
  return make_decimal(coefficient, scale);
}

inline Result<Decimal> read_double(double number, int decimals, bool exact) {
  if (!(std::fabs(number) <= 1e16))
    return not_a_decimal("a number that is too large or not finite");
  std::array<char, 512> text;  // the smallest double has 326 characters
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  const auto size = static_cast<std::size_t>(end.ptr - text.data());
  return read_decimal(std::string_view(text.data(), size), decimals, exact);
}

}  // namespace detail

COSTENGINE_INLINE std::string Money::to_string(int minor_digits) const {
  return detail::point_text(minor, minor_digits);
}

COSTENGINE_INLINE Money operator+(Money a, Money b) {
  detail::checked_money(a.minor);
  detail::checked_money(b.minor);
  return detail::checked_money(detail::Int128{a.minor} + b.minor);
}

COSTENGINE_INLINE Money operator-(Money a, Money b) {
  detail::checked_money(a.minor);
  detail::checked_money(b.minor);
  return detail::checked_money(detail::Int128{a.minor} - b.minor);
}

COSTENGINE_INLINE int currency_minor_digits(std::string_view iso4217) noexcept {
  // ISO 4217, table A.1: the currencies whose minor unit is not a hundredth.
  constexpr std::string_view kNone =
      "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
  constexpr std::string_view kThree = "BHD IQD JOD KWD LYD OMR TND";
  constexpr std::string_view kFour = "CLF UYW";
  if (iso4217.size() != 3 || iso4217.find(' ') != std::string_view::npos) return 2;
  if (kNone.find(iso4217) != std::string_view::npos) return 0;
  if (kThree.find(iso4217) != std::string_view::npos) return 3;
  if (kFour.find(iso4217) != std::string_view::npos) return 4;
  return 2;
}

COSTENGINE_INLINE Result<Decimal> Decimal::parse(std::string_view text) {
  return detail::read_decimal(text, kMaxScale, true);
}

COSTENGINE_INLINE Result<Decimal> Decimal::rounded(double number, int decimals) {
  return detail::read_double(number, decimals, false);
}

COSTENGINE_INLINE Result<Decimal> Decimal::exactly(double number) {
  return detail::read_double(number, kMaxScale, true);
}

COSTENGINE_INLINE std::string Decimal::to_string(int min_decimals) const {
  std::string text = detail::point_text(coefficient, scale);
  if (scale >= min_decimals) return text;
  if (scale == 0) text += '.';
  return text.append(static_cast<std::size_t>(min_decimals - scale), '0');
}

COSTENGINE_INLINE double Decimal::to_double() const noexcept {
  // Both operands are exact doubles, so the quotient is the nearest one.
  return static_cast<double>(coefficient) / static_cast<double>(detail::power_of_ten(scale));
}

COSTENGINE_INLINE std::strong_ordering Decimal::operator<=>(const Decimal& other) const noexcept {
  return detail::Int128{coefficient} * detail::power_of_ten(other.scale) <=>
         detail::Int128{other.coefficient} * detail::power_of_ten(scale);
}

COSTENGINE_INLINE Result<Decimal> multiply(Decimal a, Decimal b) {
  detail::Int128 product = detail::Int128{a.coefficient} * b.coefficient;
  int scale = a.scale + b.scale;
  while (scale > 0 && product % 10 == 0) {
    product /= 10;
    --scale;
  }
  if (scale > Decimal::kMaxScale || !detail::within_money(product)) return detail::too_much_money();
  return Decimal{static_cast<std::int64_t>(product), scale};
}

COSTENGINE_INLINE Result<Decimal> divide(Decimal a, std::int64_t divisor, int decimals) {
  const detail::Int128 quotient =
      detail::divide_rounded(detail::Int128{a.coefficient} * detail::power_of_ten(decimals),
                             detail::Int128{divisor} * detail::power_of_ten(a.scale));
  if (!detail::within_money(quotient)) return detail::too_much_money();
  return detail::make_decimal(quotient, decimals);
}

COSTENGINE_INLINE Result<Money> amount_of(Decimal quantity, Decimal rate, int minor_digits) {
  const detail::Int128 amount = detail::divide_rounded(
      detail::Int128{quantity.coefficient} * rate.coefficient * detail::power_of_ten(minor_digits),
      detail::power_of_ten(quantity.scale + rate.scale));
  if (!detail::within_money(amount)) return detail::too_much_money();
  return Money{static_cast<std::int64_t>(amount)};
}

COSTENGINE_INLINE Result<Money> share_of(Money base, Decimal numerator, Decimal denominator) {
  // The common power of ten is left out; what is left of it may not fit on top of two coefficients.
  const int shift = denominator.scale - numerator.scale;
  detail::Int128 top = detail::Int128{base.minor} * numerator.coefficient;
  detail::Int128 bottom = denominator.coefficient;
  const detail::Int128 factor = detail::power_of_ten(shift < 0 ? -shift : shift);
  detail::Int128& scaled = shift > 0 ? top : bottom;
  if (__builtin_mul_overflow(scaled, factor, &scaled)) return detail::too_much_money();
  const detail::Int128 amount = detail::divide_rounded(top, bottom);
  if (!detail::within_money(amount)) return detail::too_much_money();
  return Money{static_cast<std::int64_t>(amount)};
}

}  // namespace costengine
