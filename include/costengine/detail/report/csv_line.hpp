// One line of a CSV file (RFC 4180), cell by cell.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include "costengine/detail/report/utf8.hpp"

namespace costengine::detail {

/// Whether a spreadsheet would run a text as a formula.
inline bool begins_formula(std::string_view cell) {
  // Spreadsheets skip blanks, and some take the full-width forms of = + - @.
  constexpr std::array<std::string_view, 4> kFullWidth = {"\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};
  if (cell.empty()) return false;
  if (cell[0] == '\t' || cell[0] == '\r' || cell[0] == '\n') return true;
  cell.remove_prefix(std::min(cell.find_first_not_of(" \t\r\n"), cell.size()));
  if (cell.empty()) return false;
  return std::string_view("=+-@").find(cell[0]) != std::string_view::npos ||
         std::any_of(kFullWidth.begin(), kFullWidth.end(),
                     [cell](std::string_view sign) { return cell.starts_with(sign); });
}

/// A text as a cell: no formula, quoted where it must be.
inline std::string csv_text(std::string_view value) {
  std::string cell = valid_utf8(value);
  if (begins_formula(cell)) cell.insert(0, 1, '\'');
  if (cell.find_first_of("\",\r\n\t") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

/// The shortest decimal that reads back as `value`; empty for what is no number.
inline std::string csv_number(double value) {
  if (!std::isfinite(value)) return {};
  std::array<char, 32> digits{};
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr};
}

/// Cells as one line.
template <class Cells>
std::string csv_line(const Cells& cells) {
  std::string out;
  bool first = true;
  for (const std::string& cell : cells) {
    if (!first) out += ',';
    first = false;
    out += cell;
  }
  return out + "\r\n";
}

}  // namespace costengine::detail
