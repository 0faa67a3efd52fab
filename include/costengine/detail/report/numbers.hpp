// Numbers as a person reads them; the same text in every locale.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>

namespace costengine::detail {

/// "1234.50"; "unknown" if there is no number to show.
inline std::string fixed_decimals(double value, int decimals) {
  if (!std::isfinite(value)) return "unknown";
  std::array<char, 400> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value,
                                 std::chars_format::fixed, decimals);
  std::string out(text.data(), end.ptr);
  if (out.find_first_not_of("-0.") == std::string::npos && out[0] == '-') out.erase(0, 1);
  return out;
}

/// "1,234,567.50": thousands apart.
inline std::string grouped(std::string digits) {
  const std::size_t first = digits.starts_with('-') ? 1 : 0;
  std::size_t at = std::min(digits.find('.'), digits.size());
  if (digits.find_first_not_of("-.0123456789") != std::string::npos) return digits;
  while (at > first + 3) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

/// Decimals enough for three significant digits: 12345, 123, 12.3, 1.23, 0.123.
inline std::string three_digits(double value) {
  const double size = std::fabs(value);
  if (size == 0) return "0";
  int decimals = 0;
  for (double bound = 100; size < bound && decimals < 6; bound /= 10) ++decimals;
  return grouped(fixed_decimals(value, decimals));
}

/// Milliseconds to the microsecond.
inline double rounded_ms(double ms) {
  return std::floor(ms * 1000 + 0.5) / 1000;
}

/// "45 s", "5 min 07 s" up to a quarter of an hour, "25 min", "3 h 05 min".
inline std::string duration_words(double seconds) {
  if (!(seconds >= 0) || seconds > 1e15) return "unknown";
  if (seconds < 59.5) return fixed_decimals(seconds, 0) + " s";
  if (seconds < 899.5) {
    const auto whole = static_cast<std::uint64_t>(seconds + 0.5);
    const std::string s = std::to_string(whole % 60);
    return std::to_string(whole / 60) + " min " + (s.size() < 2 ? "0" : "") + s + " s";
  }
  const auto minutes = static_cast<std::uint64_t>(seconds / 60 + 0.5);
  const std::string rest = std::to_string(minutes % 60);
  if (minutes < 60) return rest + " min";
  return std::to_string(minutes / 60) + " h " + (rest.size() < 2 ? "0" : "") + rest + " min";
}

}  // namespace costengine::detail
