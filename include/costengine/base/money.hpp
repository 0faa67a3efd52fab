/// Money and exact decimal numbers: what prices are counted in.
///
/// Amounts are integers of the smallest unit of a currency (cents), rates and quantities are exact
/// decimals ("24.90"), and an amount is the exact product of the two, rounded once. No binary
/// fraction takes part, so a result is the one a person gets with a pencil, on every machine.
///
/// Rounding   half away from zero, everywhere: 0.5 -> 1, -0.5 -> -1, 2.4 -> 2.
/// Overflow   an error, never a wrapped number.
/// Threads    plain values.
#pragma once

#include <compare>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "costengine/base/config.hpp"
#include "costengine/base/error.hpp"

namespace costengine {

/// The largest amount, in minor units, and the largest coefficient of a Decimal: below 2^53, so
/// that both survive a JSON reader that knows only doubles.
inline constexpr std::int64_t kMaxMinor = 9'000'000'000'000'000;

/// Thrown by + and - of Money where the result is beyond kMaxMinor. Checked in every build.
class MoneyOverflow : public std::overflow_error {
 public:
  using std::overflow_error::overflow_error;
};

/// An amount in minor units: 1234 is 12.34 EUR or 1234 JPY. The currency is kept beside it.
/// Invariant of every amount this library returns: |minor| <= kMaxMinor.
struct Money {
  std::int64_t minor = 0;

  auto operator<=>(const Money&) const = default;

  /// "12.34" for 1234 with two minor digits, "-0.05", "1234" with none.
  /// Precondition: 0 <= minor_digits <= 4.
  [[nodiscard]] std::string to_string(int minor_digits) const;
};

/// Throw MoneyOverflow if an operand or the result is beyond kMaxMinor.
Money operator+(Money a, Money b);
Money operator-(Money a, Money b);

/// Digits behind the point of an ISO 4217 currency: 0 for JPY, KRW and the like, 3 for KWD, BHD and
/// the like, 4 for CLF and UYW, 2 for everything else.
int currency_minor_digits(std::string_view iso4217) noexcept;

/// The exact number coefficient / 10^scale, in lowest terms (no trailing zero behind the point), so
/// equal numbers have equal members. Make one with parse() or rounded().
struct Decimal {
  static constexpr int kMaxScale = 9;

  std::int64_t coefficient = 0;  ///< |coefficient| <= kMaxMinor
  int scale = 0;                 ///< 0 to kMaxScale

  /// Reads "24.90", "-3", "0.285": an optional minus, digits, optionally a point and digits. No
  /// exponent, plus sign, spaces or digit grouping.
  /// Errors: kNumber: not of that form; more than 9 decimals; or beyond kMaxMinor once the point is
  /// taken out.
  static Result<Decimal> parse(std::string_view text);

  /// `number` rounded to `decimals` places. What is rounded is the shortest decimal that reads back
  /// as `number`, the one a person sees printed: 1.005 to two places is 1.01, although the nearest
  /// double lies below 1.005.
  /// Errors: kNumber: not finite, or beyond kMaxMinor once the point is taken out.
  /// Precondition: 0 <= decimals <= kMaxScale.
  static Result<Decimal> rounded(double number, int decimals);

  /// `number` exactly, as the shortest decimal that reads back as it. Errors: as parse().
  static Result<Decimal> exactly(double number);

  /// The shortest text: "24.9". With min_decimals = 2: "24.90".
  [[nodiscard]] std::string to_string(int min_decimals = 0) const;

  /// The nearest double.
  [[nodiscard]] double to_double() const noexcept;

  bool operator==(const Decimal&) const = default;
  std::strong_ordering operator<=>(const Decimal& other) const noexcept;
};

/// The exact product. Errors: kInvalidArgument: it needs more than 9 decimals or is too large.
Result<Decimal> multiply(Decimal a, Decimal b);

/// a / divisor, rounded to `decimals` places. Errors: kInvalidArgument: too large.
/// Preconditions: divisor > 0, 0 <= decimals <= Decimal::kMaxScale.
Result<Decimal> divide(Decimal a, std::int64_t divisor, int decimals);

/// quantity x rate in minor units, rounded once.
/// Errors: kInvalidArgument: beyond kMaxMinor. Precondition: 0 <= minor_digits <= 4.
Result<Money> amount_of(Decimal quantity, Decimal rate, int minor_digits);

/// base x numerator / denominator, rounded once: percent_of is share_of(base, percent, 100).
/// Errors: kInvalidArgument: beyond kMaxMinor. Precondition: denominator > 0.
Result<Money> share_of(Money base, Decimal numerator, Decimal denominator);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/base/money.ipp"
#endif
