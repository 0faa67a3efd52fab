#include "numbers.hpp"

#include <charconv>
#include <cmath>
#include <string>

#include "model.hpp"

namespace costengine::import {
namespace {

template <class Number>
Number parse(std::optional<std::string_view> text, std::string_view what) {
  constexpr std::string_view kSpace = " \t\r\n";
  if (!text) refuse(std::string(what) + " is missing", ErrorCode::kNumber);
  std::string_view word = *text;
  word.remove_prefix(std::min(word.find_first_not_of(kSpace), word.size()));
  word = word.substr(0, word.find_last_not_of(kSpace) + 1);
  const char* const end = word.data() + word.size();
  // from_chars does not take a plus sign.
  const char* const begin = word.starts_with('+') ? word.data() + 1 : word.data();
  Number value{};
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (error != std::errc{} || stop != end) {
    refuse(std::string(what) + " is not a number: '" + std::string(word.substr(0, 40)) + "'",
           ErrorCode::kNumber);
  }
  return value;
}

}  // namespace

double to_number(std::optional<std::string_view> text, std::string_view what) {
  const auto value = parse<double>(text, what);
  if (!std::isfinite(value)) {
    refuse(std::string(what) + " is not a finite number", ErrorCode::kNonfinite);
  }
  return value;
}

std::uint32_t to_index(std::optional<std::string_view> text, std::string_view what) {
  return parse<std::uint32_t>(text, what);
}

void check_number(std::string_view text, std::string_view what) {
  static_cast<void>(parse<double>(text, what));
}

}  // namespace costengine::import
