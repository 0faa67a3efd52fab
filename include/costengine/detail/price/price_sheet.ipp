#pragma once

#include <toml++/toml.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <span>
#include <utility>

#include "costengine/base/byte_source.hpp"
#include "costengine/detail/price/example_prices.hpp"
#include "costengine/detail/price/price_keys.hpp"
#include "costengine/price/price_sheet.hpp"

namespace costengine {
namespace detail {

inline Error price_sheet_error(ErrorCode code, std::string message, std::uint64_t line) {
  Error error{code, Stage::kPrices, std::move(message), {}, {}};
  if (line > 0) error.line = line;
  return error;
}

/// Fills a PriceSheet from TOML and remembers the line of every key for messages.
class PriceSheetReader {
 public:
  Result<PriceSheet> read(const toml::table& root) {
    for (const auto& [key, node] : root) {
      COSTENGINE_CHECK(read_top(std::string(key.str()), node));
    }
    COSTENGINE_CHECK(require("name"));
    COSTENGINE_CHECK(require("currency"));
    COSTENGINE_CHECK(require("energy.per_kwh"));
    if (sheet_.rounding_increment) COSTENGINE_CHECK(require("sale.rounding_mode"));
    if (lines_.contains("sale.rounding_mode")) COSTENGINE_CHECK(require("sale.rounding_increment"));
    sheet_.minor_digits = currency_minor_digits(sheet_.currency);
    if (const auto problem = find_price_problem(sheet_)) {
      return price_sheet_error(problem->code, problem->message, line_of(problem->key));
    }
    return std::move(sheet_);
  }

 private:
  static std::uint64_t line_of(const toml::node& node) { return node.source().begin.line; }
  [[nodiscard]] std::uint64_t line_of(const std::string& key) const {
    const auto found = lines_.find(key);
    return found == lines_.end() ? 0 : found->second;
  }
  static Error invalid(const std::string& message, const toml::node& node) {
    return price_sheet_error(ErrorCode::kPricesInvalid, message, line_of(node));
  }
  static Error unknown(const std::string& key, const toml::node& node) {
    return invalid("unknown key " + key + "; check its spelling (docs/prices.md lists the keys)",
                   node);
  }

  [[nodiscard]] Status require(const std::string& key) const {
    if (lines_.contains(key)) return Ok{};
    return price_sheet_error(ErrorCode::kPricesMissing,
                             "the price sheet lacks " + key + ", which every sheet needs" +
                                 (key.starts_with("sale.") ? " that rounds" : ""),
                             0);
  }

  Result<Decimal> number(const std::string& key, const toml::node& node) {
    lines_[key] = line_of(node);
    if (const auto whole = node.value_exact<std::int64_t>()) {
      if (*whole >= -kMaxMinor && *whole <= kMaxMinor) return Decimal{*whole, 0};
      return invalid(key + " is too large", node);
    }
    const auto fraction = node.value_exact<double>();
    if (!fraction) return invalid(key + " must be a number such as 24.90, without quotes", node);
    auto decimal = Decimal::exactly(*fraction);
    if (!decimal) return invalid(key + " is " + decimal.error().message, node);
    return decimal;
  }

  Result<std::string> text(const std::string& key, const toml::node& node) {
    lines_[key] = line_of(node);
    auto value = node.value_exact<std::string>();
    if (!value) return invalid(key + " must be text in quotes", node);
    return *std::move(value);
  }

  static Result<const toml::table*> table(const std::string& key, const toml::node& node) {
    if (const toml::table* found = node.as_table()) return found;
    return invalid(key + " must be a table: [" + key + "]", node);
  }

  Status read_top(const std::string& key, const toml::node& node) {
    if (key == "name" || key == "currency") {
      COSTENGINE_TRY((key == "name" ? sheet_.name : sheet_.currency), text(key, node));
      return Ok{};
    }
    if (key == "quantity_break") return read_breaks(node);
    const bool rates = key == "material" || key == "machine";
    bool known = rates || key == "energy";
    for (const PriceKey& price : kPriceKeys) known = known || price.name.starts_with(key + ".");
    if (!known) return unknown(key, node);

    COSTENGINE_TRY(const toml::table* children, table(key, node));
    for (const auto& [child, child_node] : *children) {
      const std::string name(child.str());
      if (!rates) {
        COSTENGINE_CHECK(read_value(key + "." + key_text(name), child_node));
      } else if (!is_plain_name(name)) {
        return invalid(
            key + " needs a name of 1 to 200 bytes without quotes and control characters",
            child_node);
      } else if (key == "material") {
        COSTENGINE_CHECK(read_material(name, child_node));
      } else {
        COSTENGINE_CHECK(read_machine(name, child_node));
      }
    }
    return Ok{};
  }

  Status read_value(const std::string& key, const toml::node& node) {
    for (const PriceKey& price : kPriceKeys) {
      if (price.name != key) continue;
      COSTENGINE_TRY(sheet_.*price.value, number(key, node));
      return Ok{};
    }
    if (key == "energy.per_kwh") {
      COSTENGINE_TRY(sheet_.energy_per_kwh, number(key, node));
      return Ok{};
    }
    if (key == "tax.name") {
      COSTENGINE_TRY(sheet_.tax_name, text(key, node));
      if (sheet_.tax_name.empty())
        return invalid("tax.name is empty; write for example \"VAT\"", node);
      return Ok{};
    }
    if (key == "sale.rounding_mode") {
      COSTENGINE_TRY(const std::string mode, text(key, node));
      if (mode != "nearest" && mode != "up") {
        return invalid("sale.rounding_mode must be \"nearest\" or \"up\"", node);
      }
      sheet_.rounding_mode = mode == "up" ? RoundingMode::kUp : RoundingMode::kNearest;
      return Ok{};
    }
    return unknown(key, node);
  }

  Status read_material(const std::string& name, const toml::node& node) {
    const std::string path = "material." + key_text(name);
    COSTENGINE_TRY(const toml::table* keys, table(path, node));
    MaterialRate rate{name, {}, {}};
    for (const auto& [key, value] : *keys) {
      const std::string full = path + "." + key_text(std::string(key.str()));
      if (key.str() == "per_kg") {
        COSTENGINE_TRY(rate.per_kg, number(full, value));
      } else if (key.str() == "support_per_kg") {
        COSTENGINE_TRY(rate.support_per_kg, number(full, value));
      } else {
        return unknown(full, value);
      }
    }
    COSTENGINE_CHECK(require_in(path + ".per_kg", node));
    sheet_.materials.push_back(std::move(rate));
    return Ok{};
  }

  Status read_machine(const std::string& name, const toml::node& node) {
    const std::string path = "machine." + key_text(name);
    COSTENGINE_TRY(const toml::table* keys, table(path, node));
    MachineRate rate{name, {}};
    for (const auto& [key, value] : *keys) {
      const std::string full = path + "." + key_text(std::string(key.str()));
      if (key.str() != "per_h") return unknown(full, value);
      COSTENGINE_TRY(rate.per_h, number(full, value));
    }
    COSTENGINE_CHECK(require_in(path + ".per_h", node));
    sheet_.machines.push_back(std::move(rate));
    return Ok{};
  }

  Status read_breaks(const toml::node& node) {
    const toml::array* steps = node.as_array();
    if (steps == nullptr) {
      return invalid("quantity_break must be written [[quantity_break]], once for each break",
                     node);
    }
    for (const toml::node& step : *steps) {
      const std::string path =
          "quantity_break[" + std::to_string(sheet_.quantity_breaks.size() + 1) + "]";
      COSTENGINE_TRY(const toml::table* keys, table(path, step));
      QuantityBreak read;
      for (const auto& [key, value] : *keys) {
        const std::string full = path + "." + key_text(std::string(key.str()));
        if (key.str() == "discount_percent") {
          COSTENGINE_TRY(read.discount_percent, number(full, value));
        } else if (key.str() == "from") {
          COSTENGINE_TRY(const Decimal from, number(full, value));
          if (from.scale > 0 || from.coefficient < 0) {
            return invalid(full + " must be a whole number of parts", value);
          }
          read.from = static_cast<std::uint64_t>(from.coefficient);
        } else {
          return unknown(full, value);
        }
      }
      COSTENGINE_CHECK(require_in(path + ".from", step));
      COSTENGINE_CHECK(require_in(path + ".discount_percent", step));
      sheet_.quantity_breaks.push_back(read);
    }
    return Ok{};
  }

  [[nodiscard]] Status require_in(const std::string& key, const toml::node& table) const {
    if (lines_.contains(key)) return Ok{};
    return price_sheet_error(ErrorCode::kPricesMissing, "the price sheet lacks " + key,
                             line_of(table));
  }

  PriceSheet sheet_;
  std::map<std::string, std::uint64_t> lines_;
};

}  // namespace detail

COSTENGINE_INLINE Result<PriceSheet> parse_price_sheet(std::string_view text, std::string source) {
  toml::table root;
  try {
    root = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return detail::price_sheet_error(ErrorCode::kPricesInvalid,
                                     "not valid TOML: " + std::string(error.description()),
                                     error.source().begin.line);
  }
  COSTENGINE_TRY(PriceSheet sheet, detail::PriceSheetReader().read(root));
  const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
  std::sort(sheet.materials.begin(), sheet.materials.end(), by_name);
  std::sort(sheet.machines.begin(), sheet.machines.end(), by_name);
  sheet.source = std::move(source);
  sheet.hash = sha256_hex(detail::canonical_prices(sheet));
  return sheet;
}

COSTENGINE_INLINE Result<PriceSheet> load_price_sheet(const std::string& path) {
  Limits limits;
  limits.max_input_bytes = std::uint64_t{1} << 20;
  const auto in_file = [&path](Error error) {
    error.stage = Stage::kPrices;
    error.message = path + ": " + error.message;
    return error;
  };
  auto file = open_file(path, limits);
  if (!file) {
    Error error = std::move(file).error();
    if (error.code == ErrorCode::kLimitBytes)
      error.message = "larger than 1 MiB; not a price sheet";
    if (error.code == ErrorCode::kNotRegularFile) error.message = "not a regular file";
    return in_file(std::move(error));
  }
  std::string text(static_cast<std::size_t>(file.value()->size()), '\0');
  if (auto status = file.value()->read_at(0, std::as_writable_bytes(std::span(text))); !status) {
    return in_file(std::move(status).error());
  }
  auto sheet = parse_price_sheet(text, path);
  if (!sheet) return in_file(std::move(sheet).error());
  return sheet;
}

COSTENGINE_INLINE const PriceSheet& example_price_sheet() {
  static const PriceSheet sheet = parse_price_sheet(detail::kExamplePrices, "built-in").value();
  return sheet;
}

}  // namespace costengine
