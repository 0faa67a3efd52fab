/// Ledger: the lines of a quote and their running sums, at the value, the low and the high end.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "costengine/base/money.hpp"
#include "costengine/detail/price/part_use.hpp"
#include "costengine/price/price_sheet.hpp"
#include "costengine/price/quote.hpp"

namespace costengine::detail {

class Ledger {
 public:
  Ledger(const PriceSheet& sheet, std::uint64_t parts)
      : sheet_(sheet), parts_{static_cast<std::int64_t>(parts), 0} {}

  [[nodiscard]] const Three<Money>& sum() const { return sum_; }
  [[nodiscard]] Decimal parts() const { return parts_; }
  [[nodiscard]] std::vector<CostLine> take_lines() && { return std::move(lines_); }

  /// "12.34 EUR"
  [[nodiscard]] std::string text(Money amount) const {
    return amount.to_string(sheet_.minor_digits) + " " + sheet_.currency;
  }
  [[nodiscard]] std::string text(Decimal rate) const {
    return rate.to_string(sheet_.minor_digits) + " " + sheet_.currency;
  }
  /// " per part" where there are several
  [[nodiscard]] std::string per_part() const { return parts_ == Decimal{1, 0} ? "" : " per part"; }

  /// quantity x rate, quantity being that of the order.
  Status charge(const char* kind, const Three<Decimal>& quantity, const char* unit, Decimal rate,
                std::string why) {
    Three<Money> amounts;
    for (std::size_t i = 0; i < 3; ++i) {
      COSTENGINE_TRY(amounts[i], amount_of(quantity[i], rate, sheet_.minor_digits));
    }
    add(kind, quantity[0], unit, rate.to_string(sheet_.minor_digits), amounts, std::move(why));
    return Ok{};
  }

  /// The same, from what one part uses.
  Status charge_parts(const char* kind, const Three<Decimal>& part, const char* unit, Decimal rate,
                      std::string why) {
    Three<Decimal> quantity;
    for (std::size_t i = 0; i < 3; ++i) {
      COSTENGINE_TRY(quantity[i], multiply(part[i], parts_));
    }
    return charge(kind, quantity, unit, rate, std::move(why));
  }

  /// percent of base, added; a negative percent is taken off.
  Status add_percent(const char* kind, Decimal percent, const Three<Money>& base, std::string why) {
    Three<Money> amounts;
    for (std::size_t i = 0; i < 3; ++i) {
      COSTENGINE_TRY(amounts[i], share_of(base[i], percent, Decimal{100, 0}));
    }
    add(kind, percent, "%", base[0].to_string(sheet_.minor_digits), amounts, std::move(why));
    return Ok{};
  }

  void add(const char* kind, Decimal quantity, const char* unit, std::string rate,
           const Three<Money>& amounts, std::string why) {
    for (std::size_t i = 0; i < 3; ++i) sum_[i] = sum_[i] + amounts[i];
    lines_.push_back({kind, quantity.to_double(), unit, std::move(rate), amounts[0], amounts[1],
                      amounts[2], std::move(why)});
  }

  /// Brings the sums to `targets`; no line if they are there already.
  void correct(const char* kind, Decimal quantity, const char* unit, Decimal rate,
               const Three<Money>& targets, std::string why) {
    if (targets == sum_) return;
    Three<Money> amounts;
    for (std::size_t i = 0; i < 3; ++i) amounts[i] = targets[i] - sum_[i];
    add(kind, quantity, unit, rate.to_string(sheet_.minor_digits), amounts, std::move(why));
  }

 private:
  const PriceSheet& sheet_;
  Decimal parts_;
  Three<Money> sum_{};
  std::vector<CostLine> lines_;
};

}  // namespace costengine::detail
