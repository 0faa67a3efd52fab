/// PriceSheet: what a shop charges: rates, allowances, margin, minimums, rounding and tax, read
/// from a TOML file. docs/prices.md describes every key; samples/prices/example.toml is one to
/// start from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "costengine/base/error.hpp"
#include "costengine/base/money.hpp"

namespace costengine {

struct MaterialRate {
  std::string name;  ///< "PLA": as the profile calls it, case matters
  Decimal per_kg;
  std::optional<Decimal> support_per_kg;  ///< empty: support costs as much as the model
};

struct MachineRate {
  std::string name;  ///< "default" serves every machine that has no rate of its own
  Decimal per_h;
};

struct QuantityBreak {
  std::uint64_t from = 0;    ///< parts; the break with the largest `from` that is reached applies
  Decimal discount_percent;  ///< off the whole order
};

enum class RoundingMode : std::uint8_t { kNearest, kUp };

/// Rates in major units of the currency (24.90 EUR). An empty optional means that the shop does not
/// charge such a thing, and the quote has no such line.
struct PriceSheet {
  std::string name;
  std::string source;  ///< "built-in", or the path of the file
  std::string hash;    ///< SHA-256 of every value but name and source: equal hashes, equal prices

  std::string currency;  ///< ISO 4217: "EUR"
  int minor_digits = 2;

  std::vector<MaterialRate> materials;  ///< sorted by name
  std::vector<MachineRate> machines;    ///< sorted by name
  Decimal energy_per_kwh;

  std::optional<Decimal> setup_per_order, setup_per_model, setup_per_plate;
  std::optional<Decimal> labour_per_h;
  std::optional<Decimal> labour_minutes_per_part;
  std::optional<Decimal> labour_support_removal_minutes_per_cm3;
  std::optional<Decimal> post_processing_per_cm2;

  std::optional<Decimal> failure_percent;   ///< of material, machine, energy and plate setup
  std::optional<Decimal> overhead_percent;  ///< of all costs
  std::optional<Decimal> margin_percent;    ///< of the selling price; never beside markup_percent
  std::optional<Decimal> markup_percent;    ///< of the costs
  std::vector<QuantityBreak> quantity_breaks;  ///< `from` strictly rising

  std::optional<Decimal> minimum_per_part, minimum_per_order;  ///< before tax
  std::optional<Decimal> rounding_increment;                   ///< of the order, before tax
  RoundingMode rounding_mode = RoundingMode::kNearest;
  std::string tax_name;  ///< "VAT"; empty without tax
  std::optional<Decimal> tax_percent;
};

/// Reads a price sheet from TOML text. `source` is what quotes name as its origin.
/// Errors, each naming the key and, where there is one, the line:
///   kPricesMissing  a key that every sheet needs, or that another key in the sheet needs
///   kPricesInvalid  not TOML; an unknown key; a value of the wrong kind or out of range; margin
///                   and markup together
Result<PriceSheet> parse_price_sheet(std::string_view text, std::string source);

/// Reads a price sheet from a regular file of at most 1 MiB.
/// Errors: as parse_price_sheet(), kFileNotFound, kNotRegularFile, kReadFailed, kLimitBytes.
Result<PriceSheet> load_price_sheet(const std::string& path);

/// The sheet built into the library, named "example": invented round figures that show every kind
/// of line. Not a price list of anybody; whoever shows its quotes says so. Threads: safe from any
/// number at once.
const PriceSheet& example_price_sheet();

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/price/price_sheet.ipp"
#endif
