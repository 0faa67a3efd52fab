/// Words and numbers as text: reading, printing, and making them fit for messages.
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "costengine/base/error.hpp"

namespace costengine::detail::profiles {

/// "layer_height_mm" of "print.layer_height_mm".
inline std::string_view last_part(std::string_view key) {
  return key.substr(key.find('.') + 1);
}

inline std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

inline std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

/// Text of several lines on one line, as PrusaSlicer writes it: \n, \r, \" and \\.
inline std::string escaped(std::string_view text) {
  std::string line;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      line += c == '\n' ? "\\n" : "\\r";
    } else {
      if (c == '\\' || c == '"') line += '\\';
      line += c;
    }
  }
  return line;
}

/// The reverse; a backslash before any other character is dropped.
inline std::string unescaped(std::string_view line) {
  std::string text;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool code = line[i] == '\\' && i + 1 < line.size();
    if (code) ++i;
    text += !code ? line[i] : line[i] == 'n' ? '\n' : line[i] == 'r' ? '\r' : line[i];
  }
  return text;
}

inline bool has_control_character(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return true;
  }
  return false;
}

/// A decimal number that takes up all of the text, whatever the locale; nothing else.
inline std::optional<double> parse_number(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, number);
  if (code != std::errc() || stop != end || !std::isfinite(number)) return std::nullopt;
  return number;
}

/// The shortest decimal that reads back as the same number.
inline std::string print_number(double number) {
  char digits[40];
  const auto result = std::to_chars(digits, digits + sizeof digits, number);
  return {digits, result.ptr};
}

/// How many single-character edits turn one word into the other.
inline std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

/// The word nearest to a misspelt one; the first of equals.
/// Empty where none is near enough to be meant.
inline std::string nearest_word(std::string_view word, std::span<const std::string> words) {
  if (word.size() > 80) return {};  // no name is that long, and the search is quadratic
  std::size_t best = std::max<std::size_t>(2, word.size() / 3) + 1;
  std::string nearest;
  for (const std::string& candidate : words) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

/// Text from outside, fit for a message: short, and without control characters.
inline std::string printable(std::string_view text) {
  constexpr std::size_t kMost = 60;
  std::string clean(text.substr(0, kMost));
  while (text.size() > kMost && !clean.empty() &&
         (static_cast<unsigned char>(text[clean.size()]) & 0xC0U) == 0x80U) {
    clean.pop_back();  // do not cut a UTF-8 sequence
  }
  for (char& c : clean) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  }
  return text.size() > kMost ? clean + "..." : clean;
}

inline Error profile_error(ErrorCode code, std::string message,
                           std::optional<std::uint64_t> line = std::nullopt) {
  Error error;
  error.code = code;
  error.stage = Stage::kProfile;
  error.message = std::move(message);
  error.line = line;
  return error;
}

}  // namespace costengine::detail::profiles
