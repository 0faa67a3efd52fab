#include "costengine/price/price_sheet.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace costengine {
namespace {

std::string repository_file(const char* path) {
  return (std::filesystem::path(__FILE__).parent_path().parent_path() / path).string();
}

/// The least a sheet must say; line numbers below count from its first line.
const std::string kLeast =
    "name = \"t\"\n"           // 1
    "currency = \"EUR\"\n"     // 2
    "energy.per_kwh = 0.32\n"  // 3
    "material.PLA.per_kg = 24.90\n"
    "machine.default.per_h = 2.5\n";  // 5

TEST_CASE("the built-in sheet and the sample file hold the same values") {
  std::ifstream file(repository_file("samples/prices/example.toml"));
  REQUIRE(file.good());
  std::stringstream text;
  text << file.rdbuf();
  const auto sample = parse_price_sheet(text.str(), "sample");
  REQUIRE(sample.ok());
  const PriceSheet& built_in = example_price_sheet();
  CHECK(sample.value().hash == built_in.hash);
  CHECK(sample.value().name == "example");
  CHECK(built_in.name == "example");
  CHECK(built_in.source == "built-in");
  CHECK(built_in.hash.size() == 64);
  REQUIRE(built_in.materials.size() == 4);
  CHECK(built_in.materials[2].name == "PLA");  // ABS, PETG, PLA, TPU
  CHECK(built_in.materials[2].per_kg.to_string() == "24.9");
}

TEST_CASE("a sheet with nothing but what is needed charges nothing else") {
  const auto sheet = parse_price_sheet(kLeast, "here");
  REQUIRE(sheet.ok());
  CHECK(sheet.value().source == "here");
  CHECK(sheet.value().minor_digits == 2);
  CHECK_FALSE(sheet.value().setup_per_order.has_value());
  CHECK_FALSE(sheet.value().margin_percent.has_value());
  CHECK_FALSE(sheet.value().tax_percent.has_value());
}

TEST_CASE("rates are the decimals that the file shows, not their nearest binary fractions") {
  const auto sheet = parse_price_sheet(kLeast + "post_processing.per_cm2 = 0.001005\n", "");
  REQUIRE(sheet.ok());
  CHECK(sheet.value().post_processing_per_cm2 == Decimal::parse("0.001005").value());
  CHECK(sheet.value().materials[0].per_kg == Decimal{249, 1});
}

TEST_CASE("the hash follows every value, and neither name, source, order nor spelling") {
  const auto hash = [](const std::string& text) {
    return parse_price_sheet(text, "").value().hash;
  };
  const std::string base = hash(kLeast);
  CHECK(base == hash("machine.default.per_h = 2.50\nmaterial.PLA.per_kg = 24.9\nname = \"other\"\n"
                     "energy.per_kwh = 0.320\ncurrency = \"EUR\" # comment\n"));
  for (const char* more :
       {"setup.per_order = 0", "material.ABS.per_kg = 24.90", "material.PLA.support_per_kg = 24.90",
        "machine.M.per_h = 2.5", "sale.margin_percent = 0", "tax.name = \"V\"\ntax.percent = 0",
        "quantity_break = [{from = 2, discount_percent = 0}]",
        "sale.rounding_increment = 0.05\nsale.rounding_mode = \"up\"",
        "sale.rounding_increment = 0.05\nsale.rounding_mode = \"nearest\""}) {
    CAPTURE(more);
    CHECK(hash(kLeast + more) != base);
  }
  CHECK(hash(kLeast + "sale.rounding_increment = 1\nsale.rounding_mode = \"up\"") !=
        hash(kLeast + "sale.rounding_increment = 1\nsale.rounding_mode = \"nearest\""));
}

struct Fault {
  const char* text;  ///< added to kLeast, on line 6 and after
  ErrorCode code;
  const char* key;     ///< that the message must name
  std::uint64_t line;  ///< 0: none
};

TEST_CASE("every fault of a sheet is refused with its key and line") {
  constexpr ErrorCode kBad = ErrorCode::kPricesInvalid, kGone = ErrorCode::kPricesMissing;
  const Fault faults[] = {
      {"# a\nname = \"again\"", kBad, "TOML", 7},
      {"setup = ", kBad, "TOML", 6},
      {"colour = 3", kBad, "colour", 6},
      {"[setup]\nper_ordr = 3", kBad, "setup.per_ordr", 7},
      {"[energy2]\nx = 3", kBad, "energy2", 6},
      {"material.ABS.per_kgg = 3", kBad, "material.ABS.per_kgg", 6},
      {"machine.M.per_kg = 3", kBad, "machine.M.per_kg", 6},
      {"material.ABS = 3", kBad, "material.ABS", 6},
      {"setup = 3", kBad, "setup", 6},
      {"[material.\"a\\nb\"]\nper_kg = 3", kBad, "material", 6},
      {"material.ABS.support_per_kg = 3", kGone, "material.ABS.per_kg", 6},
      {"machine.M = {}", kGone, "machine.M.per_h", 6},
      {"material.ABS.per_kg = -0.01", kBad, "material.ABS.per_kg", 6},
      {"material.ABS.per_kg = 1\nmaterial.ABS.support_per_kg = -1", kBad,
       "material.ABS.support_per_kg", 7},
      {"machine.\"Big one\".per_h = -1", kBad, "machine.\"Big one\".per_h", 6},
      {"setup.per_order = -1", kBad, "setup.per_order", 6},
      {"setup.per_model = \"3\"", kBad, "setup.per_model", 6},
      {"setup.per_plate = nan", kBad, "setup.per_plate", 6},
      {"setup.per_plate = inf", kBad, "setup.per_plate", 6},
      {"setup.per_plate = 1e300", kBad, "setup.per_plate", 6},
      {"setup.per_plate = 9223372036854775807", kBad, "setup.per_plate", 6},
      {"setup.per_plate = 1000000000.01", kBad, "setup.per_plate", 6},
      {"setup.per_plate = 0.0000001", kBad, "setup.per_plate", 6},
      {"setup.per_plate = true", kBad, "setup.per_plate", 6},
      {"labour.per_h = 36", kGone, "labour.minutes_per_part", 0},
      {"labour.minutes_per_part = 3", kGone, "labour.per_h", 0},
      {"labour.support_removal_minutes_per_cm3 = 3", kGone, "labour.per_h", 0},
      {"labour.minutes_per_part = 1000001\nlabour.per_h = 1", kBad, "labour.minutes_per_part", 6},
      {"labour.support_removal_minutes_per_cm3 = -1\nlabour.per_h = 1", kBad,
       "labour.support_removal_minutes_per_cm3", 6},
      {"labour.minutes_per_part = 1\nlabour.per_h = -1", kBad, "labour.per_h", 7},
      {"post_processing.per_cm2 = -1", kBad, "post_processing.per_cm2", 6},
      {"allowance.failure_percent = 1000.5", kBad, "allowance.failure_percent", 6},
      {"allowance.overhead_percent = -5", kBad, "allowance.overhead_percent", 6},
      {"sale.margin_percent = 100", kBad, "sale.margin_percent", 6},
      {"sale.margin_percent = 120", kBad, "sale.margin_percent", 6},
      {"sale.markup_percent = -1", kBad, "sale.markup_percent", 6},
      {"sale.margin_percent = 20\nsale.markup_percent = 25", kBad, "sale.markup_percent", 7},
      {"sale.minimum_per_part = -1", kBad, "sale.minimum_per_part", 6},
      {"sale.minimum_per_order = -1", kBad, "sale.minimum_per_order", 6},
      {"sale.rounding_increment = 0.05", kGone, "sale.rounding_mode", 0},
      {"sale.rounding_mode = \"up\"", kGone, "sale.rounding_increment", 0},
      {"sale.rounding_increment = 0.05\nsale.rounding_mode = \"down\"", kBad, "sale.rounding_mode",
       7},
      {"sale.rounding_increment = 0\nsale.rounding_mode = \"up\"", kBad, "sale.rounding_increment",
       6},
      {"sale.rounding_increment = 0.005\nsale.rounding_mode = \"up\"", kBad,
       "sale.rounding_increment", 6},
      {"quantity_break = 3", kBad, "quantity_break", 6},
      {"quantity_break = [3]", kBad, "quantity_break[1]", 6},
      {"[[quantity_break]]\nfrom = 5", kGone, "quantity_break[1].discount_percent", 6},
      {"[[quantity_break]]\ndiscount_percent = 5", kGone, "quantity_break[1].from", 6},
      {"[[quantity_break]]\nfrom = 5\ndiscount_percent = 100", kBad,
       "quantity_break[1].discount_percent", 8},
      {"[[quantity_break]]\nfrom = 1\ndiscount_percent = 5", kBad, "quantity_break[1].from", 7},
      {"[[quantity_break]]\nfrom = 2.5\ndiscount_percent = 5", kBad, "quantity_break[1].from", 7},
      {"[[quantity_break]]\nfrom = -2\ndiscount_percent = 5", kBad, "quantity_break[1].from", 7},
      {"[[quantity_break]]\nfrom = 5\ndiscount_percent = 5\nto = 9", kBad, "quantity_break[1].to",
       9},
      {"[[quantity_break]]\nfrom = 5\ndiscount_percent = 5\n[[quantity_break]]\nfrom = 5\n"
       "discount_percent = 6",
       kBad, "quantity_break[2].from", 10},
      {"tax.percent = 20", kGone, "tax.name", 0},
      {"tax.name = \"VAT\"", kGone, "tax.percent", 0},
      {"tax.name = \"\"", kBad, "tax.name", 6},
      {"tax.name = 3", kBad, "tax.name", 6},
      {"tax.name = \"a\\u001bb\"\ntax.percent = 1", kBad, "tax.name", 6},
      {"tax.name = \"VAT\"\ntax.percent = 101", kBad, "tax.percent", 7},
  };
  for (const Fault& fault : faults) {
    CAPTURE(fault.text);
    const auto sheet = parse_price_sheet(kLeast + fault.text + "\n", "");
    REQUIRE_FALSE(sheet.ok());
    const Error& error = sheet.error();
    CAPTURE(error.message);
    CHECK(error.code == fault.code);
    CHECK(error.stage == Stage::kPrices);
    CHECK(error.message.find(fault.key) != std::string::npos);
    CHECK(error.line.value_or(0) == fault.line);
  }
}

TEST_CASE("what every sheet needs is named when it is missing") {
  for (const char* key : {"name", "currency", "energy.per_kwh"}) {
    CAPTURE(key);
    std::string text;
    std::istringstream lines(kLeast);
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with(key)) text += line + "\n";
    }
    const auto sheet = parse_price_sheet(text, "");
    REQUIRE_FALSE(sheet.ok());
    CHECK(sheet.error().code == ErrorCode::kPricesMissing);
    CHECK(sheet.error().message.find(key) != std::string::npos);
  }
}

TEST_CASE("a currency is three capital letters") {
  for (const char* currency : {"\"eur\"", "\"EURO\"", "\"\"", "\"E R\"", "7"}) {
    CAPTURE(currency);
    const auto sheet = parse_price_sheet(
        "\ncurrency = " + std::string(currency) + "\nname = \"t\"\nenergy.per_kwh = 1\n", "");
    REQUIRE_FALSE(sheet.ok());
    CHECK(sheet.error().code == ErrorCode::kPricesInvalid);
    CHECK(sheet.error().message.find("currency") != std::string::npos);
    CHECK(sheet.error().line == 2);
  }
}

TEST_CASE("a sheet is loaded from a file, whose path stands in the message if that fails") {
  const std::string path = repository_file("samples/prices/example.toml");
  const auto sheet = load_price_sheet(path);
  REQUIRE(sheet.ok());
  CHECK(sheet.value().source == path);
  CHECK(sheet.value().hash == example_price_sheet().hash);

  const auto none = load_price_sheet("/nowhere/prices.toml");
  REQUIRE_FALSE(none.ok());
  CHECK(none.error().code == ErrorCode::kFileNotFound);
  CHECK(none.error().stage == Stage::kPrices);
  CHECK(none.error().message.find("/nowhere/prices.toml") != std::string::npos);

  const auto directory = load_price_sheet("/");
  REQUIRE_FALSE(directory.ok());
  CHECK(directory.error().code == ErrorCode::kNotRegularFile);

  const auto source = load_price_sheet(__FILE__);
  REQUIRE_FALSE(source.ok());
  CHECK(source.error().code == ErrorCode::kPricesInvalid);
  CHECK(source.error().line.has_value());
}

}  // namespace
}  // namespace costengine
