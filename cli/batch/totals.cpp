#include "totals.hpp"

#include <cstdio>

#include "costengine/base/money.hpp"

namespace costengine::cli {
namespace {

std::string hours(double seconds) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.1f h", seconds / 3600);
  return text.data();
}

std::string counted(std::uint64_t count, std::string_view what) {
  return std::to_string(count) + ' ' + std::string(what) + (count == 1 ? "" : "s");
}

}  // namespace

void Totals::add(const RunSummary& summary) {
  ++files_;
  ++outcomes_.at(static_cast<std::size_t>(summary.outcome));
  if (summary.error) ++errors_[std::string(error_code_name(summary.error->code))];
  const bool calculated =
      summary.cache == CacheOutcome::kOff || summary.cache == CacheOutcome::kMiss;
  if (!calculated) ++from_cache_;
  if (summary.print_time_s) print_time_s_ += *summary.print_time_s * static_cast<double>(quantity_);
  if (!summary.total_minor) return;
  Sum& sum = money_[summary.currency];
  sum.digits = summary.minor_digits;
  std::int64_t more = 0;
  if (sum.minor && !__builtin_add_overflow(*sum.minor, *summary.total_minor, &more)) {
    sum.minor = more;
  } else {
    sum.minor.reset();
  }
}

bool Totals::all_priced() const {
  const auto count = [this](Outcome outcome) {
    return outcomes_.at(static_cast<std::size_t>(outcome));
  };
  return count(Outcome::kTrusted) + count(Outcome::kEstimated) == files_;
}

std::string Totals::text() const {
  std::string text = counted(files_, "file") + ":";
  for (std::size_t i = 0; i < outcomes_.size(); ++i) {
    if (outcomes_.at(i) == 0) continue;
    text += (text.back() == ':' ? " " : ", ") + std::to_string(outcomes_.at(i)) + ' ' +
            std::string(outcome_name(static_cast<Outcome>(i)));
  }
  text += '\n';
  for (const auto& [currency, sum] : money_) {
    text += "total " +
            (sum.minor ? Money{*sum.minor}.to_string(sum.digits) : std::string("beyond counting")) +
            ' ' + currency + '\n';
  }
  text += "printing " + hours(print_time_s_) + '\n';
  if (from_cache_ > 0) text += std::to_string(from_cache_) + " from the cache\n";
  std::string failures;
  for (const auto& [code, count] : errors_) {
    failures += (failures.empty() ? "" : ", ") + code + ' ' + std::to_string(count);
  }
  if (!failures.empty()) text += "failures: " + failures + '\n';
  return text;
}

}  // namespace costengine::cli
