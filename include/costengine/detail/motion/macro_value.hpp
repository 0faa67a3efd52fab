/// Values of macros: arithmetic, comparison, printing.
#pragma once

#include <charconv>
#include <cmath>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "costengine/motion/macro.hpp"

namespace costengine::detail::macros {

/// A value, or none: of a name that has none, and of all that is computed from it.
using Value = std::optional<MacroValue>;

inline bool is_text(const MacroValue& value) {
  return std::holds_alternative<std::string>(value);
}

inline bool is_integer(const MacroValue& value) {
  return std::holds_alternative<std::int64_t>(value);
}

inline double to_number(const MacroValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    return static_cast<double>(*integer);
  }
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? 1 : 0;
  return 0;
}

/// Nothing for strings, which are neither true nor false; but settings that are switches may be
/// given as the text that an .ini has.
inline std::optional<bool> to_bool(const MacroValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    if (*text == "1" || *text == "true") return true;
    if (*text == "0" || *text == "false" || text->empty()) return false;
    return std::nullopt;
  }
  return to_number(value) != 0;
}

inline std::string print_real(double number) {
  char digits[64];
  const auto end =
      std::to_chars(digits, digits + sizeof digits, number, std::chars_format::general, 6);
  return {digits, end.ptr};
}

inline std::string print(const MacroValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  return print_real(to_number(value));
}

/// The nearest integer below or above a real, if there is one that can be told.
inline std::optional<MacroValue> integer_of(double number) {
  if (!(number > -9e15 && number < 9e15)) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

/// + - * / % of two numbers; nothing where there is no result.
inline std::optional<MacroValue> arithmetic(char sign, const MacroValue& a, const MacroValue& b) {
  if (is_integer(a) && is_integer(b)) {
    const std::int64_t x = std::get<std::int64_t>(a), y = std::get<std::int64_t>(b);
    std::int64_t result = 0;
    bool overflows = false;
    switch (sign) {
      case '+':
        overflows = __builtin_add_overflow(x, y, &result);
        break;
      case '-':
        overflows = __builtin_sub_overflow(x, y, &result);
        break;
      case '*':
        overflows = __builtin_mul_overflow(x, y, &result);
        break;
      default:
        if (y == 0 || y == -1) {
          overflows = y == 0 || __builtin_sub_overflow(std::int64_t{0}, x, &result);
          if (sign == '%') result = 0;
        } else {
          result = sign == '/' ? x / y : x % y;
        }
    }
    if (overflows) return std::nullopt;
    return result;
  }
  const double x = to_number(a), y = to_number(b);
  const double result = sign == '+'   ? x + y
                        : sign == '-' ? x - y
                        : sign == '*' ? x * y
                        : sign == '/' ? x / y
                                      : std::fmod(x, y);
  if (!std::isfinite(result)) return std::nullopt;
  return result;
}

/// Strings compare with strings, all others as numbers; a mix is never equal and never ordered.
inline std::partial_ordering compare(const MacroValue& a, const MacroValue& b) {
  if (is_text(a) && is_text(b)) return std::get<std::string>(a) <=> std::get<std::string>(b);
  if (is_text(a) || is_text(b)) return std::partial_ordering::unordered;
  return to_number(a) <=> to_number(b);
}

}  // namespace costengine::detail::macros
