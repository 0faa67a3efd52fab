#include "costengine/base/money.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>

namespace costengine {
namespace {

Decimal dec(const char* text) {
  return Decimal::parse(text).value();
}

/// numerator / denominator, half away from zero, by another formula than the library's:
/// floor((2 n + d) / 2 d) of the magnitude.
std::int64_t pencil(std::int64_t numerator, std::int64_t denominator) {
  const std::int64_t magnitude = numerator < 0 ? -numerator : numerator;
  const std::int64_t rounded = (2 * magnitude + denominator) / (2 * denominator);
  return numerator < 0 ? -rounded : rounded;
}

TEST_CASE("a decimal is read exactly and printed in its shortest form") {
  CHECK(dec("24.90") == Decimal{249, 1});
  CHECK(dec("24.90").to_string() == "24.9");
  CHECK(dec("24.90").to_string(2) == "24.90");
  CHECK(dec("24").to_string(2) == "24.00");
  CHECK(dec("0.125").to_string(2) == "0.125");
  CHECK(dec("-0.05").to_string() == "-0.05");
  CHECK(dec("0.000000001").to_string() == "0.000000001");
  CHECK(dec("100").to_string() == "100");
  CHECK(dec("-0") == Decimal{0, 0});
  CHECK(dec("007.50") == Decimal{75, 1});
  CHECK(dec("1.0000000000000") == Decimal{1, 0});
  CHECK(dec("9000000000000000").to_double() == 9e15);
  CHECK(dec("0.1").to_double() == 0.1);
}

TEST_CASE("what is no decimal, has too many digits or too many decimals is refused") {
  for (const char* text : {"", "-", ".", "1.", ".5", "+1", "1e3", "1,5", " 1", "1 ", "0x10", "nan",
                           "1.2.3", "--1", "1.0000000001", "9000000000000001",
                           "99999999999999999999999999999999999999999999", "0.00000000010"}) {
    CAPTURE(text);
    const auto result = Decimal::parse(text);
    REQUIRE_FALSE(result.ok());
    CHECK(result.error().code == ErrorCode::kNumber);
  }
}

TEST_CASE("a double is rounded as the decimal that a person sees") {
  // The nearest double of 1.005 is 1.00499999999999989..., and 1.005 * 100 is 100.49999999999999.
  CHECK(Decimal::rounded(1.005, 2).value() == dec("1.01"));
  CHECK(Decimal::rounded(-1.005, 2).value() == dec("-1.01"));
  CHECK(Decimal::rounded(0.285, 2).value() == dec("0.29"));
  CHECK(Decimal::rounded(2.4, 0).value() == dec("2"));
  CHECK(Decimal::rounded(2.5, 0).value() == dec("3"));
  CHECK(Decimal::rounded(0.49999, 0).value() == dec("0"));
  CHECK(Decimal::rounded(0.1 + 0.2, 9).value() == dec("0.3"));
  CHECK(Decimal::rounded(9.9999999, 6).value() == dec("10"));
  CHECK(Decimal::rounded(5e-324, 9).value() == dec("0"));
  CHECK(Decimal::exactly(24.9).value() == dec("24.9"));
  CHECK_FALSE(Decimal::exactly(0.1 + 0.2).ok());  // 0.30000000000000004
}

TEST_CASE("a double that is not finite or too large for a decimal is refused") {
  CHECK_FALSE(Decimal::rounded(std::numeric_limits<double>::quiet_NaN(), 2).ok());
  CHECK_FALSE(Decimal::rounded(std::numeric_limits<double>::infinity(), 2).ok());
  CHECK_FALSE(Decimal::rounded(1e300, 0).ok());
  CHECK_FALSE(Decimal::rounded(1e15 + 0.5, 1).ok());
  CHECK(Decimal::rounded(9e15, 0).ok());
}

TEST_CASE("decimals compare by value, whatever their scales") {
  CHECK(dec("0.1") < dec("0.11"));
  CHECK(dec("2") > dec("1.999999999"));
  CHECK(dec("-3") < dec("0.5"));
  CHECK(dec("9000000000000000") > dec("0.000000001"));
  CHECK((dec("2.50") <=> dec("2.5")) == 0);
}

TEST_CASE("an amount is the exact product rounded once, half away from zero") {
  CHECK(amount_of(dec("0.285"), dec("100"), 2).value() == Money{2850});
  CHECK(amount_of(dec("0.285"), dec("1"), 2).value() == Money{29});
  CHECK(amount_of(dec("0.285"), dec("-1"), 2).value() == Money{-29});
  CHECK(amount_of(dec("1.005"), dec("1"), 2).value() == Money{101});
  CHECK(amount_of(dec("2.675"), dec("1"), 2).value() == Money{268});  // printf says 2.67
  CHECK(amount_of(dec("0.5"), dec("1"), 0).value() == Money{1});
  CHECK(amount_of(dec("0.4999"), dec("1"), 0).value() == Money{0});
  CHECK(amount_of(dec("1.0005"), dec("1"), 3).value() == Money{1001});
  CHECK(amount_of(dec("3"), dec("7"), 4).value() == Money{210000});
}

TEST_CASE("amounts agree with plain integer arithmetic for every small quantity and rate") {
  // quantity = q / 1000, rate = r / 1000, two minor digits: q r 100 / 1e6 minor units.
  for (std::int64_t q = -60; q <= 1500; q += 3) {
    for (std::int64_t r = 0; r <= 3000; r += 25) {
      const Decimal quantity = divide(Decimal{q, 0}, 1000, 3).value();
      const Decimal rate = divide(Decimal{r, 0}, 1000, 3).value();
      if (amount_of(quantity, rate, 2).value().minor != pencil(q * r * 100, 1'000'000)) {
        CAPTURE(q);
        CAPTURE(r);
        FAIL_CHECK("differs");
      }
    }
  }
}

TEST_CASE("shares of an amount are exact and rounded once") {
  CHECK(share_of(Money{1005}, dec("10"), dec("100")).value() == Money{101});  // 100.5
  CHECK(share_of(Money{-1005}, dec("10"), dec("100")).value() == Money{-101});
  CHECK(share_of(Money{11765}, dec("30"), dec("70")).value() == Money{5042});  // 5042.14...
  CHECK(share_of(Money{1000}, dec("0.5"), dec("0.25")).value() == Money{2000});
  CHECK(share_of(Money{1000}, dec("0.25"), dec("50")).value() == Money{5});
  CHECK(share_of(Money{100}, dec("7"), dec("0.000000001")).value() == Money{700'000'000'000});
}

TEST_CASE("products and quotients of decimals are exact or refused") {
  CHECK(multiply(dec("0.012413"), dec("1000")).value() == dec("12.413"));
  CHECK(multiply(dec("0.5"), dec("0.2")).value() == dec("0.1"));
  CHECK(multiply(dec("0"), dec("0.000001")).value() == Decimal{0, 0});
  CHECK_FALSE(multiply(dec("0.00001"), dec("0.00001")).ok());
  CHECK_FALSE(multiply(dec("1000000000"), dec("1000000000")).ok());
  CHECK(divide(dec("5"), 60, 6).value() == dec("0.083333"));
  CHECK(divide(dec("0.5"), 1, 0).value() == dec("1"));
  CHECK(divide(dec("-6.5"), 60, 6).value() == dec("-0.108333"));
}

TEST_CASE("too much money is an error and never wraps") {
  const Money most{kMaxMinor};
  CHECK(most - Money{1} + Money{1} == most);
  CHECK_THROWS_AS(most + Money{1}, MoneyOverflow);
  CHECK_THROWS_AS(Money{-kMaxMinor} - Money{1}, MoneyOverflow);
  CHECK_THROWS_AS(Money{std::numeric_limits<std::int64_t>::max()} + Money{1}, MoneyOverflow);
  CHECK_THROWS_AS(Money{0} - Money{std::numeric_limits<std::int64_t>::min()}, MoneyOverflow);
  CHECK(amount_of(dec("90000000000000"), dec("1"), 2).value() == most);
  const auto over = amount_of(dec("90000000000001"), dec("1"), 2);
  REQUIRE_FALSE(over.ok());
  CHECK(over.error().code == ErrorCode::kInvalidArgument);
  CHECK_FALSE(amount_of(dec("9000000000000000"), dec("9000000000000000"), 4).ok());
  CHECK_FALSE(share_of(most, dec("9000000000000000"), dec("0.000000001")).ok());
  CHECK_FALSE(share_of(most, dec("101"), dec("100")).ok());
}

TEST_CASE("money prints with the digits of its currency") {
  CHECK(Money{1234}.to_string(2) == "12.34");
  CHECK(Money{5}.to_string(2) == "0.05");
  CHECK(Money{-5}.to_string(2) == "-0.05");
  CHECK(Money{1234}.to_string(0) == "1234");
  CHECK(Money{1234}.to_string(3) == "1.234");
  CHECK(currency_minor_digits("EUR") == 2);
  CHECK(currency_minor_digits("JPY") == 0);
  CHECK(currency_minor_digits("KRW") == 0);
  CHECK(currency_minor_digits("KWD") == 3);
  CHECK(currency_minor_digits("BHD") == 3);
  CHECK(currency_minor_digits("CLF") == 4);
  CHECK(currency_minor_digits("IF ") == 2);  // not a part of the table's text
}

}  // namespace
}  // namespace costengine
