#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "costengine/detail/report/csv_line.hpp"
#include "costengine/detail/report/numbers.hpp"
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
    kUnpriced,
    kErrorCode,
    kErrorMessage,
    kPlates,
    kPlateCapacity,
    kRequestId,
    kCache,
    kLoadMs,  // and the others of kTimedStages
    kTotalMs = kLoadMs + kTimedStages.size(),
    kColumns
  };
  static constexpr std::array<std::string_view, kColumns> kNames = {
      "file",           "verdict",     "findings",  "size_x_mm",  "size_y_mm",  "size_z_mm",
      "volume_mm3",     "area_mm2",    "facets",    "layers",     "time_s",     "time_low_s",
      "time_high_s",    "filament_mm", "model_g",   "support_g",  "currency",   "quantity",
      "unit_price",     "total",       "total_low", "total_high", "forced",     "profile",
      "material",       "prices",      "unpriced",  "error",      "message",    "plates",
      "plate_capacity", "request_id",  "cache",     "load_ms",    "inspect_ms", "measure_ms",
      "slice_ms",       "plan_ms",     "price_ms",  "total_ms"};

  void text(Column column, std::string_view value) { cells_[column] = csv_text(value); }
  void number(Column column, double value) { cells_[column] = csv_number(value); }
  void number(Column column, const std::optional<double>& value) {
    if (value) number(column, *value);
  }
  void count(Column column, std::uint64_t value) { cells_[column] = std::to_string(value); }
  void decimal(Column column, std::string digits) { cells_[column] = std::move(digits); }

  /// The last columns: whose request it was, and how it was answered.
  void run(std::string_view request_id, const CacheUse& cache, const StageTimes& times) {
    text(kRequestId, request_id);
    text(kCache, cache_outcome_name(cache.outcome));
    for (std::size_t i = 0; i < kTimedStages.size(); ++i) {
      if (const double ms = times.of(kTimedStages[i]); ms > 0) {
        number(static_cast<Column>(kLoadMs + i), rounded_ms(ms));
      }
    }
    number(kTotalMs, rounded_ms(times.total_ms));
  }

  [[nodiscard]] std::string line() const { return csv_line(cells_); }

 private:
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
  if (const auto& why = estimate.unpriced) {
    row.text(Row::kUnpriced, error_code_name(why->code));
    row.text(Row::kErrorMessage, why->message);
  }
  if (const auto& plate = estimate.plate) {
    row.count(Row::kPlates, plate->plates);
    row.count(Row::kPlateCapacity, plate->capacity);
  }
  if (estimate.forced) row.text(Row::kForced, "true");
  row.text(Row::kProfile, profile.name);
  row.text(Row::kMaterial, profile.material.name);
  row.run(estimate.request_id, estimate.cache, estimate.times);
  return row.line();
}

COSTENGINE_INLINE std::string error_csv(std::string_view path, const Error& error,
                                        std::string_view request_id, const RunTrail* trail) {
  using Row = detail::CsvRow;
  Row row;
  row.text(Row::kFile, path);
  row.text(Row::kErrorCode, error_code_name(error.code));
  row.text(Row::kErrorMessage, error.message);
  row.text(Row::kRequestId, request_id);
  if (trail != nullptr) row.run(request_id, trail->cache, trail->times);
  return row.line();
}

COSTENGINE_INLINE std::string layer_table_csv(const Production& production) {
  std::vector<std::size_t> extruding;  // features that take filament
  std::vector<std::string> cells = {"layer",    "z_mm",         "height_mm",
                                    "area_mm2", "perimeter_mm", "time_s"};
  for (std::size_t f = 0; f < production.features.size(); ++f) {
    const FeatureUse& feature = production.features[f];
    if (!(feature.filament_mm > 0)) continue;
    extruding.push_back(f);
    std::string name = feature.role + "_filament_mm";
    std::replace(name.begin(), name.end(), ' ', '_');
    cells.push_back(detail::csv_text(name));
  }
  std::string text = detail::csv_line(cells);
  std::uint64_t number = 0;
  for (const LayerUse& layer : production.layer_table) {
    cells = {std::to_string(++number)};
    for (const double value :
         {layer.z_mm, layer.height_mm, layer.area_mm2, layer.perimeter_mm, layer.time_s}) {
      cells.push_back(detail::csv_number(value));
    }
    for (const std::size_t f : extruding) {
      cells.push_back(detail::csv_number(layer.filament_mm[f]));
    }
    text += detail::csv_line(cells);
  }
  return text;
}

}  // namespace costengine
