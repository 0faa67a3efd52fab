#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "costengine/detail/report/numbers.hpp"
#include "costengine/detail/report/utf8.hpp"
#include "costengine/report/csv.hpp"

namespace costengine {
namespace detail {

/// One row; numbers go in as they are, texts through the formula guard.
class CsvRow {
 public:
  enum Column : std::size_t {
    kFile,
    kVerdict,
    kFindings,
    kSizeX,
    kSizeY,
    kSizeZ,
    kVolume,
    kArea,
    kFacets,
    kLayers,
    kTime,
    kTimeLow,
    kTimeHigh,
    kFilament,
    kModelMass,
    kSupportMass,
    kCurrency,
    kQuantity,
    kUnitPrice,
    kTotal,
    kTotalLow,
    kTotalHigh,
    kForced,
    kProfile,
    kMaterial,
    kPrices,
    kErrorCode,
    kErrorMessage,
    kColumns
  };
  static constexpr std::array<std::string_view, kColumns> kNames = {
      "file",        "verdict",     "findings",  "size_x_mm",  "size_y_mm", "size_z_mm",
      "volume_mm3",  "area_mm2",    "facets",    "layers",     "time_s",    "time_low_s",
      "time_high_s", "filament_mm", "model_g",   "support_g",  "currency",  "quantity",
      "unit_price",  "total",       "total_low", "total_high", "forced",    "profile",
      "material",    "prices",      "error",     "message"};

  void text(Column column, std::string_view value) {
    std::string cell = valid_utf8(value);
    if (begins_formula(cell)) cell.insert(0, 1, '\'');
    if (cell.find_first_of("\",\r\n\t") != std::string::npos) cell = quoted(cell);
    cells_[column] = std::move(cell);
  }
  void number(Column column, double value) {
    if (!std::isfinite(value)) return;
    std::array<char, 32> digits{};
    cells_[column].assign(digits.data(),
                          std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
  }
  void count(Column column, std::uint64_t value) { cells_[column] = std::to_string(value); }
  void decimal(Column column, std::string digits) { cells_[column] = std::move(digits); }

  [[nodiscard]] std::string line() const {
    std::string out;
    for (const std::string& cell : cells_) {
      if (&cell != &cells_.front()) out += ',';
      out += cell;
    }
    return out + "\r\n";
  }

 private:
  [[nodiscard]] static bool begins_formula(std::string_view cell) {
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
  [[nodiscard]] static std::string quoted(std::string_view cell) {
    std::string out = "\"";
    for (const char c : cell) {
      if (c == '"') out += '"';
      out += c;
    }
    return out + '"';
  }

  std::array<std::string, kColumns> cells_;
};

}  // namespace detail

COSTENGINE_INLINE std::string csv_header() {
  using Row = detail::CsvRow;
  Row row;
  for (std::size_t i = 0; i < Row::kColumns; ++i) {
    row.text(static_cast<Row::Column>(i), Row::kNames[i]);
  }
  return row.line();
}

COSTENGINE_INLINE std::string estimate_csv(std::string_view path, const Estimate& estimate,
                                           const Profile& profile) {
  using Row = detail::CsvRow;
  Row row;
  row.text(Row::kFile, path);
  row.text(Row::kVerdict, verdict_name(estimate.verdict));
  std::string findings;
  for (const Finding& finding : estimate.findings) {
    if (!findings.empty()) findings += ' ';
    findings += finding_code_name(finding.code);
  }
  row.text(Row::kFindings, findings);
  const Measurements& m = estimate.measurements;
  if (!m.box_mm.empty()) {
    const Vec3 size = m.box_mm.size();
    row.number(Row::kSizeX, size.x);
    row.number(Row::kSizeY, size.y);
    row.number(Row::kSizeZ, size.z);
  }
  row.number(Row::kVolume, m.volume_mm3.value);
  row.number(Row::kArea, m.area_mm2);
  row.count(Row::kFacets, estimate.facets);
  if (const auto& p = estimate.production) {
    row.count(Row::kLayers, p->layers);
    row.number(Row::kTime, p->time_s.value);
    row.number(Row::kTimeLow, p->time_s.low);
    row.number(Row::kTimeHigh, p->time_s.high);
    row.number(Row::kFilament, p->filament_mm.value);
    row.number(Row::kModelMass, p->model.mass_g);
    row.number(Row::kSupportMass, p->support.mass_g);
  }
  if (const auto& q = estimate.quote) {
    const auto amount = [&q](Money money) { return money.to_string(q->minor_digits); };
    row.text(Row::kCurrency, q->currency);
    row.count(Row::kQuantity, q->quantity);
    row.decimal(Row::kUnitPrice, amount(q->unit_price));
    row.decimal(Row::kTotal, amount(q->total));
    row.decimal(Row::kTotalLow, amount(q->low));
    row.decimal(Row::kTotalHigh, amount(q->high));
    row.text(Row::kPrices, q->prices_name);
  }
  if (estimate.forced) row.text(Row::kForced, "true");
  row.text(Row::kProfile, profile.name);
  row.text(Row::kMaterial, profile.material.name);
  return row.line();
}

COSTENGINE_INLINE std::string error_csv(std::string_view path, const Error& error) {
  using Row = detail::CsvRow;
  Row row;
  row.text(Row::kFile, path);
  row.text(Row::kErrorCode, error_code_name(error.code));
  row.text(Row::kErrorMessage, error.message);
  return row.line();
}

}  // namespace costengine
