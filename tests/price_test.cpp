#include "costengine/price/price.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

namespace costengine {
namespace {

Decimal dec(const char* text) {
  return Decimal::parse(text).value();
}

/// The part of docs/prices.md: 2.5 h +- 10 %, 12.4 g and 1.6 g of support +- 5 %, 50 cm2.
Production part() {
  Production production;
  production.process = "fdm";
  production.time_s = {9000, 8100, 9900};
  production.filament_mm = {4000, 3800, 4200};
  production.model.mass_g = 12.4;
  production.support.mass_g = 1.6;
  production.support.volume_mm3 = 1300;
  return production;
}

Measurements surface(double area_mm2 = 5000) {
  Measurements measurements;
  measurements.area_mm2 = area_mm2;
  return measurements;
}

PricingInputs order(std::uint64_t quantity) {
  return {"PLA", "MK3", 120, quantity};
}

/// Material 20 per kg, machine 3 per hour, energy included; more is added as TOML.
PriceSheet sheet(const std::string& more = "", const std::string& currency = "EUR") {
  auto parsed = parse_price_sheet("name = \"t\"\ncurrency = \"" + currency +
                                      "\"\nenergy.per_kwh = 0\nmaterial.PLA.per_kg = 20\n"
                                      "machine.default.per_h = 3\n" +
                                      more,
                                  "test");
  return std::move(parsed).value();
}

/// One hour, 100 g, exactly known: 2.00 of material and 3.00 of machine time on sheet().
Production plain_part() {
  Production production;
  production.time_s = {3600, 3600, 3600};
  production.filament_mm = {30000, 30000, 30000};
  production.model.mass_g = 100;
  return production;
}

Quote quote_of(const PriceSheet& prices, std::uint64_t quantity = 1,
               const Production& production = plain_part()) {
  return price(production, surface(0), order(quantity), prices).value();
}

const CostLine* find(const Quote& quote, const std::string& kind) {
  for (const CostLine& line : quote.lines) {
    if (line.kind == kind) return &line;
  }
  return nullptr;
}

std::int64_t amount(const Quote& quote, const std::string& kind) {
  const CostLine* line = find(quote, kind);
  return line == nullptr ? 0 : line->amount.minor;
}

struct Expected {
  const char* kind;
  double quantity;
  const char* unit;
  const char* rate;
  std::int64_t amount, low, high;
};

// Ten of part() on the built-in sheet, with a pencil. Per part at the value | low | high:
//   model   12.4 | 11.78 | 13.02 g     support  1.6 | 1.52 | 1.68 g and 1.3 | 1.235 | 1.365 cm3
//   time    2.5 | 2.25 | 2.75 h        energy   0.3 | 0.27 | 0.33 kWh
// material           0.124 x 24.90 = 3.0876 | 0.1178 x 24.90 = 2.93322 | 0.1302 x 24.90 = 3.24198
// support_material   0.016 x 24.90 = 0.3984 | 0.0152 x 24.90 = 0.37848 | 0.0168 x 24.90 = 0.41832
// machine_time       25 x 2.50 = 62.50 | 22.5 x 2.50 = 56.25 | 27.5 x 2.50 = 68.75
// energy             3 x 0.32 = 0.96 | 2.7 x 0.32 = 0.864 | 3.3 x 0.32 = 1.056
// setup_plate        10 x 0.50 = 5.00              together 71.95 | 65.42 | 78.47
// setup_model 3.00, setup_order 4.00, labour 10 x 3 min = 0.5 h x 36 = 18.00
// support_removal    6.5 min = 0.108333 h = 3.899988 | 6.175 min = 0.102917 h = 3.705012 |
//                    6.825 min = 0.11375 h x 36 = 4.095
// post_processing    500 cm2 x 0.005 = 2.50
// failure_allowance  5 % of 71.95 = 3.5975 | of 65.42 = 3.271 | of 78.47 = 3.9235
//                                                  costs 106.95 | 99.90 | 113.99
// overhead           10.695 | 9.99 | 11.399        costs 117.65 | 109.89 | 125.39
// margin             x 30/70 = 50.4214 | 47.0957 | 53.7386    price 168.07 | 156.99 | 179.13
// quantity_discount  5 % = 8.4035 | 7.8495 | 8.9565    159.67 | 149.14 | 170.17
// rounding           to 159.65 | 149.15 | 170.15
// tax                20 % = 31.93 | 29.83 | 34.03      191.58 | 178.98 | 204.18
const std::vector<Expected> kWorkedExample = {
    {"material", 0.124, "kg", "24.90", 309, 293, 324},
    {"support_material", 0.016, "kg", "24.90", 40, 38, 42},
    {"machine_time", 25, "h", "2.50", 6250, 5625, 6875},
    {"energy", 3, "kWh", "0.32", 96, 86, 106},
    {"setup_plate", 10, "plate", "0.50", 500, 500, 500},
    {"setup_model", 1, "model", "3.00", 300, 300, 300},
    {"setup_order", 1, "order", "4.00", 400, 400, 400},
    {"labour", 0.5, "h", "36.00", 1800, 1800, 1800},
    {"support_removal", 0.108333, "h", "36.00", 390, 371, 410},
    {"post_processing", 500, "cm2", "0.005", 250, 250, 250},
    {"failure_allowance", 5, "%", "71.95", 360, 327, 392},
    {"overhead", 10, "%", "106.95", 1070, 999, 1140},
    {"margin", 30, "%", "168.07", 5042, 4710, 5374},
    {"quantity_discount", -5, "%", "168.07", -840, -785, -896},
    {"rounding", 1, "order", "0.05", -2, 1, -2},
    {"tax", 20, "%", "159.65", 3193, 2983, 3403},
};

TEST_CASE("the worked example of the manual comes out to the cent") {
  const Quote quote = price(part(), surface(), order(10), example_price_sheet()).value();
  REQUIRE(quote.lines.size() == kWorkedExample.size());
  for (std::size_t i = 0; i < kWorkedExample.size(); ++i) {
    const Expected& expected = kWorkedExample[i];
    const CostLine& line = quote.lines[i];
    CAPTURE(expected.kind);
    CHECK(line.kind == expected.kind);
    CHECK(line.quantity == expected.quantity);
    CHECK(line.unit == expected.unit);
    CHECK(line.rate == expected.rate);
    CHECK(line.amount.minor == expected.amount);
    CHECK(line.low.minor == expected.low);
    CHECK(line.high.minor == expected.high);
  }
  CHECK(quote.total == Money{19158});
  CHECK(quote.low == Money{17898});
  CHECK(quote.high == Money{20418});
  CHECK(quote.unit_price == Money{1916});  // 19.158
  CHECK(quote.currency == "EUR");
  CHECK(quote.minor_digits == 2);
  CHECK(quote.quantity == 10);
  CHECK(quote.prices_name == "example");
  CHECK(quote.prices_source == "built-in");
  CHECK(quote.prices_hash == example_price_sheet().hash);
}

TEST_CASE("the manual shows the worked example as the engine computes it") {
  std::ifstream file(std::filesystem::path(__FILE__).parent_path().parent_path() /
                     "docs/prices.md");
  REQUIRE(file.good());
  std::stringstream buffer;
  buffer << file.rdbuf();
  const std::string manual = buffer.str();
  const Quote quote = price(part(), surface(), order(10), example_price_sheet()).value();
  for (const CostLine& line : quote.lines) {
    const std::string row = "| `" + line.kind + "` | " + line.why + " | " +
                            line.amount.to_string(2) + " | " + line.low.to_string(2) + " | " +
                            line.high.to_string(2) + " |";
    CAPTURE(row);
    CHECK(manual.find(row) != std::string::npos);
  }
  CHECK(manual.find("| total | | " + quote.total.to_string(2) + " | " + quote.low.to_string(2) +
                    " | " + quote.high.to_string(2) + " |") != std::string::npos);
}

TEST_CASE("each line says in plain words where its figure comes from") {
  const Quote one = price(part(), surface(), order(1), example_price_sheet()).value();
  CHECK(find(one, "material")->why == "12.4 g PLA at 24.90 EUR/kg");
  CHECK(find(one, "machine_time")->why == "2.5 h at 2.50 EUR/h, the default machine rate");
  const Quote two = price(part(), surface(), order(2), example_price_sheet()).value();
  CHECK(find(two, "material")->why == "12.4 g PLA per part at 24.90 EUR/kg");
}

TEST_CASE("a line is there only if the sheet has its rate") {
  const Quote quote = quote_of(sheet());
  REQUIRE(quote.lines.size() == 3);  // an energy rate of 0 is a rate: the line shows it
  CHECK(quote.lines[0].kind == "material");
  CHECK(quote.lines[1].kind == "machine_time");
  CHECK(quote.lines[2].kind == "energy");
  CHECK(quote.lines[2].amount == Money{0});
  CHECK(quote.total == Money{500});
}

TEST_CASE("support takes its own rate where the sheet has one") {
  Production production = part();
  production.support.mass_g = 100;
  const Quote same = quote_of(sheet(), 1, production);
  CHECK(amount(same, "support_material") == 200);
  const Quote own = quote_of(sheet("material.PLA.support_per_kg = 60\n"), 1, production);
  CHECK(amount(own, "support_material") == 600);
  CHECK(find(own, "support_material")->rate == "60.00");
}

TEST_CASE("a machine's own rate goes before the default") {
  const PriceSheet prices = sheet("machine.MK3.per_h = 7\n");
  CHECK(amount(quote_of(prices), "machine_time") == 700);
  CHECK(find(quote_of(prices), "machine_time")->why == "1 h at 7.00 EUR/h, the rate of MK3");
}

TEST_CASE("margin is a share of the selling price and markup is on the costs") {
  // Costs 5.00. Margin 20 %: 5.00 / 0.8 = 6.25. Markup 20 %: 5.00 x 1.2 = 6.00.
  const Quote margin = quote_of(sheet("sale.margin_percent = 20\n"));
  CHECK(amount(margin, "margin") == 125);
  CHECK(margin.total == Money{625});
  CHECK(find(margin, "margin")->rate == "6.25");
  const Quote markup = quote_of(sheet("sale.markup_percent = 20\n"));
  CHECK(amount(markup, "markup") == 100);
  CHECK(markup.total == Money{600});
  // 99.9 %: 5.00 x 999 = 4995.00
  CHECK(amount(quote_of(sheet("sale.margin_percent = 99.9\n")), "margin") == 499500);
}

TEST_CASE("a quantity break counts from its own number of parts on") {
  const PriceSheet prices = sheet(
      "[[quantity_break]]\nfrom = 10\ndiscount_percent = 5\n"
      "[[quantity_break]]\nfrom = 50\ndiscount_percent = 12.5\n");
  CHECK(find(quote_of(prices, 9), "quantity_discount") == nullptr);
  CHECK(amount(quote_of(prices, 10), "quantity_discount") == -250);   // 5 % of 50.00
  CHECK(amount(quote_of(prices, 49), "quantity_discount") == -1225);  // 5 % of 245.00
  CHECK(amount(quote_of(prices, 50), "quantity_discount") == -3125);  // 12.5 % of 250.00
  // It covers the whole order, so the tenth part makes the order cheaper if it is large enough.
  const PriceSheet steep = sheet("[[quantity_break]]\nfrom = 10\ndiscount_percent = 50\n");
  CHECK(quote_of(steep, 10).total < quote_of(steep, 9).total);
}

TEST_CASE("minimums raise the price and never lower it") {
  const PriceSheet per_part = sheet("sale.minimum_per_part = 8\n");
  CHECK(amount(quote_of(per_part, 3), "minimum_part") == 900);  // 3 x 8.00 - 15.00
  CHECK(quote_of(per_part, 3).total == Money{2400});
  CHECK(find(quote_of(sheet("sale.minimum_per_part = 5\n"), 3), "minimum_part") == nullptr);

  const PriceSheet per_order = sheet("sale.minimum_per_order = 12\n");
  CHECK(amount(quote_of(per_order, 2), "minimum_order") == 200);
  CHECK(find(quote_of(per_order, 3), "minimum_order") == nullptr);

  const PriceSheet both = sheet("sale.minimum_per_part = 8\nsale.minimum_per_order = 12\n");
  CHECK(amount(quote_of(both), "minimum_part") == 300);
  CHECK(amount(quote_of(both), "minimum_order") == 400);
  CHECK(quote_of(both).total == Money{1200});
}

TEST_CASE("a minimum that only the low end falls short of shows in low alone") {
  Production production = plain_part();
  production.time_s = {3600, 1800, 5400};  // 5.00, 3.50, 6.50
  const Quote quote = quote_of(sheet("sale.minimum_per_order = 4\n"), 1, production);
  const CostLine* line = find(quote, "minimum_order");
  REQUIRE(line != nullptr);
  CHECK(line->amount == Money{0});
  CHECK(line->low == Money{50});
  CHECK(line->high == Money{0});
  CHECK(quote.low == Money{400});
  CHECK(quote.total == Money{500});
  CHECK(quote.high == Money{650});
}

TEST_CASE("rounding goes to the nearest step or always up, as the sheet says") {
  const auto rounded = [](const char* setup, const char* mode) {
    return quote_of(sheet("setup.per_order = " + std::string(setup) +
                          "\nsale.rounding_increment = 0.05\nsale.rounding_mode = \"" + mode +
                          "\"\n"))
        .total.minor;
  };
  CHECK(rounded("0.02", "nearest") == 500);
  CHECK(rounded("0.03", "nearest") == 505);
  CHECK(rounded("0.01", "up") == 505);
  CHECK(rounded("0.05", "up") == 505);
  CHECK(rounded("0.06", "up") == 510);
  // Half a step goes up: 5.05 to the nearest 0.10.
  const Quote half =
      quote_of(sheet("setup.per_order = 0.05\nsale.rounding_increment = 0.1\n"
                     "sale.rounding_mode = \"nearest\"\n"));
  CHECK(half.total == Money{510});
  CHECK(find(half, "rounding")->amount == Money{5});
  const Quote exact =
      quote_of(sheet("sale.rounding_increment = 0.05\nsale.rounding_mode = \"up\"\n"));
  CHECK(find(exact, "rounding") == nullptr);
}

TEST_CASE("tax is taken of the rounded net price") {
  const Quote quote =
      quote_of(sheet("setup.per_order = 0.03\nsale.rounding_increment = 0.05\n"
                     "sale.rounding_mode = \"nearest\"\ntax.name = \"VAT\"\n"
                     "tax.percent = 19\n"));
  CHECK(amount(quote, "tax") == 96);  // 19 % of 5.05 = 0.9595
  CHECK(quote.total == Money{601});
  CHECK(find(quote, "tax")->why == "19 % VAT on 5.05 EUR");
}

TEST_CASE("a currency without minor unit and one with three digits are priced in their own units") {
  // 100 g at 3333 JPY/kg = 333.3 -> 333; 1 h at 250.5 JPY/h = 250.5 -> 251.
  const Quote yen =
      quote_of(sheet("material.ABS.per_kg = 3333\nmachine.MK3.per_h = 250.5\n", "JPY"));
  CHECK(yen.minor_digits == 0);
  CHECK(amount(yen, "machine_time") == 251);
  CHECK(find(yen, "material")->why == "100 g PLA at 20 JPY/kg");
  CHECK(amount(yen, "material") == 2);
  // 100 g at 20 KWD/kg = 2.000; 1 h at 0.7505 KWD/h = 0.7505 -> 0.751.
  const Quote dinar = quote_of(sheet("machine.MK3.per_h = 0.7505\n", "KWD"));
  CHECK(dinar.minor_digits == 3);
  CHECK(amount(dinar, "material") == 2000);
  CHECK(amount(dinar, "machine_time") == 751);
  CHECK(dinar.total.to_string(3) == "2.751");
}

TEST_CASE("a process without filament has a mass without interval and never divides by zero") {
  Production production = plain_part();
  production.filament_mm = {0, 0, 0};
  const Quote quote = quote_of(sheet(), 1, production);
  CHECK(find(quote, "material")->low == Money{200});
  CHECK(find(quote, "material")->amount == Money{200});
  CHECK(find(quote, "material")->high == Money{200});
  production.filament_mm = {0, 0, 10};
  CHECK(quote_of(sheet(), 1, production).high == Money{500});
}

TEST_CASE("a missing rate is named and never taken as 0") {
  const auto material = price(part(), surface(), {"Nylon", "MK3", 100, 1}, example_price_sheet());
  REQUIRE_FALSE(material.ok());
  CHECK(material.error().code == ErrorCode::kPricesMissing);
  CHECK(material.error().stage == Stage::kPrice);
  CHECK(material.error().message.find("material.Nylon.per_kg") != std::string::npos);

  PriceSheet prices = example_price_sheet();
  prices.machines.clear();
  const auto machine = price(part(), surface(), order(1), prices);
  REQUIRE_FALSE(machine.ok());
  CHECK(machine.error().code == ErrorCode::kPricesMissing);
  CHECK(machine.error().message.find("machine.MK3.per_h") != std::string::npos);
}

TEST_CASE("an unknown mass is not priced by the kilogram") {
  Production production = part();
  production.model.mass_g.reset();
  production.support.mass_g.reset();
  const auto quote = price(production, surface(), order(1), sheet());
  REQUIRE_FALSE(quote.ok());
  CHECK(quote.error().code == ErrorCode::kSettingMissing);
  CHECK(quote.error().stage == Stage::kPrice);
  CHECK(quote.error().message.find("filament_density is missing") != std::string::npos);
  CHECK(quote.error().message.find("material.PLA.per_kg") != std::string::npos);

  const PriceSheet support_costs =
      sheet("material.ABS.per_kg = 0\nmaterial.ABS.support_per_kg = 5");
  PricingInputs inputs = order(1);
  inputs.material = "ABS";
  const auto by_support = price(production, surface(), inputs, support_costs);
  REQUIRE_FALSE(by_support.ok());
  CHECK(by_support.error().message.find("material.ABS.support_per_kg") != std::string::npos);
}

TEST_CASE("an unknown mass at a rate of 0 has no line, and all else is priced as usual") {
  // 2.5 h at 3.00 = 7.50; 1.3 cm3 of support at 60 min/cm3 = 1.3 h at 10.00 = 13.00.
  const PriceSheet prices = sheet(
      "material.ABS.per_kg = 0\nlabour.per_h = 10\nlabour.support_removal_minutes_per_cm3 = 60\n");
  Production production = part();
  production.model.mass_g.reset();
  production.support.mass_g.reset();
  PricingInputs inputs = order(1);
  inputs.material = "ABS";
  const Quote quote = price(production, surface(), inputs, prices).value();
  CHECK(find(quote, "material") == nullptr);
  CHECK(find(quote, "support_material") == nullptr);
  CHECK(amount(quote, "machine_time") == 750);
  CHECK(amount(quote, "support_removal") == 1300);
  CHECK(quote.total == Money{2050});
  // A known mass at the same rate has its line.
  CHECK(find(price(part(), surface(), inputs, prices).value(), "material") != nullptr);
}

TEST_CASE("a sheet filled in by hand is checked like one from a file") {
  PriceSheet negative = example_price_sheet();
  negative.energy_per_kwh = dec("-1");
  PriceSheet both = example_price_sheet();
  both.markup_percent = dec("10");
  PriceSheet digits = example_price_sheet();
  digits.minor_digits = 3;
  for (const PriceSheet& prices : {negative, both, digits, PriceSheet{}}) {
    const auto quote = price(part(), surface(), order(1), prices);
    REQUIRE_FALSE(quote.ok());
    CHECK(quote.error().code == ErrorCode::kPricesInvalid);
  }
}

TEST_CASE("impossible productions are refused and never priced") {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double bad : {-1.0, -1e-300, kNan, kInfinity, 1e13}) {
    CAPTURE(bad);
    const std::vector<std::function<void(Production&, Measurements&, PricingInputs&)>> faults = {
        [bad](Production& p, Measurements&, PricingInputs&) { p.time_s.value = bad; },
        [bad](Production& p, Measurements&, PricingInputs&) { p.time_s.low = bad; },
        [bad](Production& p, Measurements&, PricingInputs&) { p.time_s.high = bad; },
        [bad](Production& p, Measurements&, PricingInputs&) { p.filament_mm.value = bad; },
        [bad](Production& p, Measurements&, PricingInputs&) { p.filament_mm.low = bad; },
        [bad](Production& p, Measurements&, PricingInputs&) { p.filament_mm.high = bad; },
        [bad](Production& p, Measurements&, PricingInputs&) { p.model.mass_g = bad; },
        [bad](Production& p, Measurements&, PricingInputs&) { p.support.mass_g = bad; },
        [bad](Production& p, Measurements&, PricingInputs&) { p.support.volume_mm3 = bad; },
        [bad](Production&, Measurements& m, PricingInputs&) { m.area_mm2 = bad; },
        [bad](Production&, Measurements&, PricingInputs& i) { i.power_w = bad; },
    };
    for (std::size_t i = 0; i < faults.size(); ++i) {
      CAPTURE(i);
      Production production = part();
      Measurements measurements = surface();
      PricingInputs inputs = order(1);
      faults[i](production, measurements, inputs);
      const auto quote = price(production, measurements, inputs, example_price_sheet());
      REQUIRE_FALSE(quote.ok());
      CHECK(quote.error().code == ErrorCode::kInvalidArgument);
      CHECK(quote.error().stage == Stage::kPrice);
    }
  }
}

TEST_CASE("a quantity of no parts, too many parts, or too much money is refused") {
  for (const std::uint64_t quantity :
       {std::uint64_t{0}, std::uint64_t{1'000'000'001}, ~std::uint64_t{0}}) {
    const auto quote = price(part(), surface(), order(quantity), example_price_sheet());
    REQUIRE_FALSE(quote.ok());
    CHECK(quote.error().code == ErrorCode::kInvalidArgument);
  }
  CHECK(price(part(), surface(), order(1'000'000'000), example_price_sheet()).ok());
  const PriceSheet dear = sheet("setup.per_plate = 1e9\n");  // 1e18 EUR
  const auto quote = price(plain_part(), surface(), order(1'000'000'000), dear);
  REQUIRE_FALSE(quote.ok());
  CHECK(quote.error().code == ErrorCode::kInvalidArgument);
  // Every line fits, their sum does not: 8e15 + 8e15 cents.
  const PriceSheet sum = sheet("setup.per_plate = 80000\npost_processing.per_cm2 = 80000\n");
  CHECK_FALSE(price(plain_part(), surface(100), order(1'000'000'000), sum).ok());
}

/// A generator of our own, so that the sheets are the same everywhere (Knuth's MMIX constants).
class Lcg {
 public:
  std::uint64_t below(std::uint64_t n) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return (state_ >> 33) % n;
  }
  bool flip() { return below(2) == 0; }
  /// 0 to `whole`, with up to six decimals
  Decimal decimal(std::uint64_t whole) {
    std::string text = std::to_string(below(whole));
    const std::uint64_t decimals = below(7);
    if (decimals > 0) text += '.';
    for (std::uint64_t i = 0; i < decimals; ++i) text += static_cast<char>('0' + below(10));
    return Decimal::parse(text).value();
  }
  std::optional<Decimal> maybe(std::uint64_t whole) {
    if (flip()) return {};
    return decimal(whole);
  }
  double real(double high) { return high * static_cast<double>(below(1 << 30)) / (1 << 30); }
  Interval interval(double high) {
    const double value = real(high);
    return {value, value * (1 - real(0.5)), value * (1 + real(0.5))};
  }

 private:
  std::uint64_t state_ = 20240607;
};

PriceSheet random_sheet(Lcg& random) {
  PriceSheet prices;
  prices.name = "random";
  const char* currencies[] = {"EUR", "JPY", "KWD"};
  prices.currency = currencies[random.below(3)];
  prices.minor_digits = currency_minor_digits(prices.currency);
  prices.materials = {{"PLA", random.decimal(200), random.maybe(300)}};
  prices.machines = {{"default", random.decimal(20)}};
  prices.energy_per_kwh = random.decimal(2);
  prices.setup_per_order = random.maybe(20);
  prices.setup_per_model = random.maybe(20);
  prices.setup_per_plate = random.maybe(5);
  if (random.flip()) {
    prices.labour_per_h = random.decimal(100);
    prices.labour_minutes_per_part = random.decimal(30);
    prices.labour_support_removal_minutes_per_cm3 = random.maybe(3);
  }
  prices.post_processing_per_cm2 = random.maybe(1);
  prices.failure_percent = random.maybe(50);
  prices.overhead_percent = random.maybe(80);
  (random.flip() ? prices.margin_percent : prices.markup_percent) = random.maybe(99);
  if (random.flip()) prices.quantity_breaks = {{10, random.decimal(20)}, {25, random.decimal(60)}};
  prices.minimum_per_part = random.maybe(30);
  prices.minimum_per_order = random.maybe(200);
  if (random.flip()) {
    prices.rounding_increment = Decimal{static_cast<std::int64_t>(1 + random.below(20)), 0};
    prices.rounding_mode = random.flip() ? RoundingMode::kUp : RoundingMode::kNearest;
  }
  if (random.flip()) {
    prices.tax_name = "VAT";
    prices.tax_percent = random.decimal(30);
  }
  return prices;
}

Production random_production(Lcg& random) {
  Production production;
  production.time_s = random.interval(100'000);
  production.filament_mm = random.below(10) == 0 ? Interval{} : random.interval(50'000);
  production.model.mass_g = random.real(500);
  if (random.flip()) {
    const double support_g = random.real(100);
    production.support.mass_g = support_g;
    production.support.volume_mm3 = support_g * 800;
  }
  return production;
}

/// Whether amount = quantity x rate as the manual promises, by long double: exact to far below the
/// half unit that is left for rounding.
bool line_multiplies(const CostLine& line, int minor_digits) {
  if (line.kind == "rounding" || line.kind.starts_with("minimum")) return true;
  long double exact = static_cast<long double>(line.quantity) * std::stold(line.rate);
  for (int i = 0; i < minor_digits; ++i) exact *= 10;
  if (line.unit == "%") exact /= 100;
  const long double off = exact - static_cast<long double>(line.amount.minor);
  return off <= 0.5001L && off >= -0.5001L;
}

TEST_CASE("on 10,000 random orders the lines sum to the total and the total lies in its interval") {
  Lcg random;
  std::size_t lines = 0;
  for (int round = 0; round < 10'000; ++round) {
    const PriceSheet prices = random_sheet(random);
    const Production production = random_production(random);
    const Measurements measurements = surface(random.real(100'000));
    const PricingInputs inputs{"PLA", "MK3", random.real(500), 1 + random.below(40)};
    CAPTURE(round);
    const auto result = price(production, measurements, inputs, prices);
    REQUIRE(result.ok());
    const Quote& quote = result.value();
    std::int64_t total = 0, low = 0, high = 0;
    bool multiplies = true;
    for (const CostLine& line : quote.lines) {
      total += line.amount.minor;
      low += line.low.minor;
      high += line.high.minor;
      multiplies = multiplies && line_multiplies(line, quote.minor_digits);
    }
    lines += quote.lines.size();
    REQUIRE(multiplies);
    REQUIRE(total == quote.total.minor);
    REQUIRE(low == quote.low.minor);
    REQUIRE(high == quote.high.minor);
    REQUIRE(quote.low.minor >= 0);
    REQUIRE(quote.low <= quote.total);
    REQUIRE(quote.total <= quote.high);

    // One part more never costs less, but where a break is reached.
    PricingInputs more = inputs;
    ++more.quantity;
    if (more.quantity != 10 && more.quantity != 25) {
      REQUIRE(price(production, measurements, more, prices).value().total >= quote.total);
    }
  }
  CHECK(lines > 80'000);  // the sheets were not empty
}

TEST_CASE("parts that share plates share what a plate costs") {
  const PriceSheet with_setup = sheet("setup.per_plate = 0.5\n");
  const auto line_of = [&](double plates) {
    PricingInputs inputs = order(20);
    inputs.plates = plates;
    const auto quote = price(plain_part(), surface(), inputs, with_setup);
    REQUIRE(quote.ok());
    for (const CostLine& line : quote.value().lines) {
      if (line.kind == "setup_plate") return line;
    }
    return CostLine{};
  };
  CHECK(line_of(0).amount.minor == 1000);  // each on its own: 20 x 0.50
  CHECK(line_of(2).amount.minor == 100);
  CHECK(line_of(2).quantity == 2);
  CHECK(line_of(2).why == "2 plates at 0.50 EUR");
  CHECK(line_of(0.4).amount.minor == 20);
  CHECK(line_of(0.4).why == "0.4 plates at 0.50 EUR, by the part's share of the time");
  PricingInputs inputs = order(20);
  inputs.plates = -1;
  CHECK(price(plain_part(), surface(), inputs, with_setup).error().code ==
        ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace costengine
