// Lines of at most 80 columns: titles, labelled rows, tables.
#pragma once

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "costengine/report/printable.hpp"

namespace costengine::detail {

enum class Ink { kPlain, kBold, kDim, kGreen, kYellow, kRed };

class Screen {
 public:
  static constexpr std::size_t kColumns = 80;
  static constexpr std::size_t kIndent = 2;
  static constexpr std::size_t kLabelColumns = 11;
  static constexpr std::size_t kTextColumns = kColumns - kIndent - kLabelColumns;

  explicit Screen(bool colour) : colour_(colour) {}

  void title(std::string_view text) {
    text_ += inked(shortened(text, kColumns), Ink::kBold) + "\n";
  }
  void blank() { text_ += '\n'; }

  /// "  Label      text, continued under itself"
  void row(std::string_view label, std::string_view text, Ink ink = Ink::kPlain) {
    std::string head = std::string(kIndent, ' ') + padded(label, kLabelColumns);
    for (const std::string& line : wrapped(text, kTextColumns)) {
      text_ += head + inked(line, ink) + "\n";
      head.assign(kIndent + kLabelColumns, ' ');
    }
  }

  struct Cell {
    std::string_view text;
    std::size_t columns;
    bool right = false;
  };
  /// Cells one space apart; what does not fit its cell is shortened.
  void cells(std::initializer_list<Cell> list, Ink ink = Ink::kPlain) {
    std::string line;
    for (const Cell& cell : list) {
      if (!line.empty()) line += ' ';
      line += padded(cell.text, cell.columns, cell.right);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text_ += std::string(kIndent, ' ') + inked(line, ink) + "\n";
  }

  /// "  Kind   why, continued under itself   12.34": the amount ends at the right border.
  void entry(Cell kind, std::string_view why, std::string_view amount, Ink ink = Ink::kPlain) {
    const std::string figure = shortened(amount, 40);
    const std::size_t width = std::max<std::size_t>(10, display_columns(figure));
    const std::size_t why_columns = kColumns - kIndent - kind.columns - width - 2;
    std::string_view label = kind.text, shown = figure;
    for (const std::string& line : wrapped(why, why_columns)) {
      cells({{label, kind.columns}, {line, why_columns}, {shown, width, true}}, ink);
      label = shown = {};
    }
  }

  void rule() { text_ += std::string(kIndent, ' ') + std::string(kColumns - kIndent, '-') + "\n"; }

  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  [[nodiscard]] static std::string padded(std::string_view text, std::size_t columns,
                                          bool right = false) {
    std::string cell = shortened(text, columns);
    cell.insert(right ? 0 : cell.size(), columns - display_columns(cell), ' ');
    return cell;
  }

  [[nodiscard]] std::string inked(const std::string& text, Ink ink) const {
    static constexpr std::array<std::string_view, 6> kCodes = {"", "1", "2", "32", "33", "31"};
    if (!colour_ || ink == Ink::kPlain || text.empty()) return text;
    std::string out = "\x1b[";
    out += kCodes[static_cast<std::size_t>(ink)];
    return out + "m" + text + "\x1b[0m";
  }

  bool colour_;
  std::string text_;
};

}  // namespace costengine::detail
