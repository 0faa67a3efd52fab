/// What a batch comes to.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "costengine/run/run_summary.hpp"

namespace costengine::cli {

class Totals {
 public:
  explicit Totals(std::uint64_t quantity) : quantity_(quantity) {}

  void add(const RunSummary& summary);

  /// Lines for a person.
  [[nodiscard]] std::string text() const;

  [[nodiscard]] std::uint64_t files() const { return files_; }
  /// Every file is priced.
  [[nodiscard]] bool all_priced() const;

 private:
  struct Sum {
    std::optional<std::int64_t> minor = 0;  ///< nothing: more than can be counted
    int digits = 2;
  };
  std::uint64_t quantity_;
  std::uint64_t files_ = 0, from_cache_ = 0;
  std::array<std::uint64_t, 5> outcomes_{};      ///< by Outcome
  std::map<std::string, std::uint64_t> errors_;  ///< by code
  std::map<std::string, Sum> money_;             ///< by currency
  double print_time_s_ = 0;
};

}  // namespace costengine::cli
