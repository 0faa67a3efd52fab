// Time and filament by feature: two columns of a screen.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "costengine/detail/report/numbers.hpp"
#include "costengine/detail/report/screen.hpp"
#include "costengine/process/production.hpp"

namespace costengine::detail {

inline std::string plural(std::uint64_t count, std::string_view noun) {
  std::string text = grouped(std::to_string(count)) + " ";
  text += noun;
  return count == 1 ? text : text + "s";
}

/// "machine_time" as "Machine time".
inline std::string kind_words(std::string kind) {
  std::replace(kind.begin(), kind.end(), '_', ' ');
  if (!kind.empty() && kind[0] >= 'a' && kind[0] <= 'z') {
    kind[0] = static_cast<char>(kind[0] - 'a' + 'A');
  }
  return kind;
}

/// "1:02:33"
inline std::string clock_text(double seconds) {
  if (!(seconds >= 0) || seconds > 1e15) return "unknown";
  const auto whole = static_cast<std::uint64_t>(seconds + 0.5);
  const auto two = [](std::uint64_t number) {
    return (number < 10 ? ":0" : ":") + std::to_string(number);
  };
  return std::to_string(whole / 3600) + two(whole / 60 % 60) + two(whole % 60);
}

/// "29", "<1" where it is above 0 and would be shown as 0.
inline std::string percent_text(double share) {
  if (share > 0 && share < 0.005) return "<1";
  return fixed_decimals(share * 100, 0);
}

/// "1.23", "123"; empty without filament.
inline std::string metres_text(double mm) {
  if (mm == 0) return {};
  if (mm > 0 && mm < 5) return "<0.01";
  return fixed_decimals(mm / 1000, mm < 99'995 ? 2 : 0);
}

/// One feature in 38 columns, or the head of such a column.
inline std::string feature_cell(std::string_view role, const std::string& time,
                                const std::string& share, const std::string& metres) {
  const auto right = [](const std::string& text, std::size_t columns) {
    const std::string shown = text.size() > columns ? "..." : text;
    return std::string(columns + 1 - shown.size(), ' ') + shown;
  };
  std::string cell = shortened(role, 18);
  cell.append(18 - display_columns(cell), ' ');
  return cell + right(time, 9) + right(share, 3) + right(metres, 5);
}

/// The features in printing order, down the left column and then down the right one; below them how
/// many travels and the like there are.
inline void show_features(Screen& screen, const std::vector<FeatureUse>& features) {
  double total_s = 0;
  for (const FeatureUse& feature : features) total_s += feature.time_s;
  std::vector<std::string> cells;
  std::string moves;
  for (const FeatureUse& feature : features) {
    cells.push_back(feature_cell(kind_words(feature.role), clock_text(feature.time_s),
                                 percent_text(total_s > 0 ? feature.time_s / total_s : 0),
                                 metres_text(feature.filament_mm)));
    if (feature.filament_mm > 0 || feature.paths == 0) continue;
    moves += (moves.empty() ? "" : ", ") + plural(feature.paths, feature.role);
  }
  if (cells.empty()) return;
  const std::size_t rows = (cells.size() + 1) / 2;
  const std::string head = feature_cell("By feature", "h:mm:ss", "%", "m");
  const std::string next_head =
      rows < cells.size() ? feature_cell("", "h:mm:ss", "%", "m") : std::string();
  screen.blank();
  screen.cells({{head, 39}, {next_head, 38}}, Ink::kDim);
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t other = row + rows;
    screen.cells(
        {{cells[row], 39}, {other < cells.size() ? std::string_view(cells[other]) : "", 38}});
  }
  if (!moves.empty()) screen.row("Moves", moves);
}

}  // namespace costengine::detail
