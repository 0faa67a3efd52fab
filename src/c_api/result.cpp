// Results: numbers, lists and JSON.

#include <limits>

#include "costengine/report/json.hpp"
#include "handles.hpp"
#include "structs.hpp"

namespace costengine::c_api {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

costengine_interval to_c(const Interval& interval) {
  return {interval.value, interval.low, interval.high};
}

costengine_material to_c(const MaterialUse& use) {
  return {use.filament_mm, use.volume_mm3, use.mass_g.value_or(kUnknown)};
}

const char* or_null(const std::string& text) {
  return text.empty() ? nullptr : text.c_str();
}

void put_box(const Box3& box, costengine_summary& out) {
  const bool known = !box.empty();
  const double low[3] = {box.min.x, box.min.y, box.min.z};
  const double high[3] = {box.max.x, box.max.y, box.max.z};
  for (int axis = 0; axis < 3; ++axis) {
    out.box_min_mm[axis] = known ? low[axis] : kUnknown;
    out.box_max_mm[axis] = known ? high[axis] : kUnknown;
  }
}

void put_production(const std::optional<Production>& production, costengine_summary& out) {
  if (!production) {
    constexpr costengine_interval kNothing = {kUnknown, kUnknown, kUnknown};
    out.time_s = out.filament_mm = kNothing;
    out.model = out.support = {kUnknown, kUnknown, kUnknown};
    return;
  }
  out.has |= COSTENGINE_HAS_PRODUCTION;
  out.time_s = to_c(production->time_s);
  out.filament_mm = to_c(production->filament_mm);
  out.model = to_c(production->model);
  out.support = to_c(production->support);
  out.layers = production->layers;
}

void put_quote(const Estimate& estimate, costengine_summary& out) {
  if (estimate.unpriced) {
    out.unpriced = static_cast<std::int32_t>(estimate.unpriced->code);
    out.unpriced_message = estimate.unpriced->message.c_str();
  }
  if (!estimate.quote) return;
  const Quote& quote = *estimate.quote;
  out.has |= COSTENGINE_HAS_QUOTE;
  out.currency = quote.currency.c_str();
  out.minor_digits = quote.minor_digits;
  out.quantity = quote.quantity;
  out.unit_price = quote.unit_price.minor;
  out.total = quote.total.minor;
  out.total_low = quote.low.minor;
  out.total_high = quote.high.minor;
}

costengine_summary summary_of(const Estimate& estimate) {
  costengine_summary out{};
  out.verdict = static_cast<std::int32_t>(estimate.verdict);
  if (estimate.forced) out.has |= COSTENGINE_HAS_FORCED;
  put_quote(estimate, out);
  put_production(estimate.production, out);
  const Measurements& measured = estimate.measurements;
  out.volume_mm3 = to_c(measured.volume_mm3);
  out.area_mm2 = measured.area_mm2;
  put_box(measured.box_mm, out);
  out.hull_volume_mm3 = measured.hull_volume_mm3.value_or(kUnknown);
  out.bytes = estimate.bytes;
  out.facets = estimate.facets;
  out.vertices = estimate.vertices;
  out.shells = measured.shells;
  out.cache = static_cast<std::int32_t>(estimate.cache.outcome);
  if (estimate.cache.age_s) {
    out.has |= COSTENGINE_HAS_CACHE_AGE;
    out.cache_age_s = *estimate.cache.age_s;
  }
  const StageTimes& times = estimate.times;
  out.load_ms = times.load_ms;
  out.inspect_ms = times.inspect_ms;
  out.measure_ms = times.measure_ms;
  out.slice_ms = times.slice_ms;
  out.plan_ms = times.plan_ms;
  out.price_ms = times.price_ms;
  out.total_ms = times.total_ms;
  out.format = mesh_format_name(estimate.format).data();
  out.content_hash = or_null(estimate.hash);
  out.request_id = or_null(estimate.request_id);
  return out;
}

const std::vector<Finding>* findings_of(const costengine_result* result) {
  return is_valid(result) ? &result->estimate->findings : nullptr;
}

const std::vector<CostLine>* lines_of(const costengine_result* result) {
  return is_valid(result) && result->estimate->quote ? &result->estimate->quote->lines : nullptr;
}

const std::vector<FeatureUse>* features_of(const costengine_result* result) {
  return is_valid(result) && result->estimate->production ? &result->estimate->production->features
                                                          : nullptr;
}

const std::vector<LayerUse>* layers_of(const costengine_result* result) {
  return is_valid(result) && result->view.layers && result->estimate->production
             ? &result->estimate->production->layer_table
             : nullptr;
}

template <class T>
std::size_t size_of(const std::vector<T>* list) {
  return list == nullptr ? 0 : list->size();
}

/// Fills *out with entry `index` of a list, as `convert` shows it.
template <class T, class Out, class Convert>
std::int32_t entry(const costengine_result* result, const std::vector<T>* list, std::size_t index,
                   Out* out, Convert&& convert) {
  return guard([&]() -> Status {
    COSTENGINE_CHECK(check(result, "result"));
    if (index >= size_of(list)) return invalid("there is no entry of that index");
    return write(convert((*list)[index]), out);
  });
}

}  // namespace

costengine_result* make_result(Estimate estimate, ResultView view) {
  if (estimate.production && !view.layers) estimate.production->layer_table = {};
  return new costengine_result(std::make_shared<const Estimate>(std::move(estimate)),
                               std::move(view));
}

}  // namespace costengine::c_api

namespace c_api = costengine::c_api;

int32_t costengine_result_summary(const costengine_result* result, costengine_summary* out) {
  return c_api::guard([&]() -> costengine::Status {
    COSTENGINE_CHECK(c_api::check(result, "result"));
    return c_api::write(c_api::summary_of(*result->estimate), out);
  });
}

size_t costengine_result_finding_count(const costengine_result* result) {
  return c_api::size_of(c_api::findings_of(result));
}
size_t costengine_result_line_count(const costengine_result* result) {
  return c_api::size_of(c_api::lines_of(result));
}
size_t costengine_result_feature_count(const costengine_result* result) {
  return c_api::size_of(c_api::features_of(result));
}
size_t costengine_result_layer_count(const costengine_result* result) {
  return c_api::size_of(c_api::layers_of(result));
}

int32_t costengine_result_finding(const costengine_result* result, size_t index,
                                  costengine_finding* out) {
  return c_api::entry(result, c_api::findings_of(result), index, out,
                      [](const costengine::Finding& finding) {
                        costengine_finding entry{};
                        entry.code = static_cast<int32_t>(finding.code);
                        entry.severity = static_cast<int32_t>(finding.severity);
                        entry.count = finding.count;
                        entry.first_facet = finding.first_facet.value_or(COSTENGINE_NONE);
                        entry.name = costengine::finding_code_name(finding.code).data();
                        entry.message = finding.message.c_str();
                        entry.effect = finding.effect.c_str();
                        return entry;
                      });
}

int32_t costengine_result_line(const costengine_result* result, size_t index,
                               costengine_line* out) {
  return c_api::entry(result, c_api::lines_of(result), index, out,
                      [](const costengine::CostLine& line) {
                        costengine_line entry{};
                        entry.kind = line.kind.c_str();
                        entry.quantity = line.quantity;
                        entry.unit = line.unit.c_str();
                        entry.rate = line.rate.c_str();
                        entry.amount = line.amount.minor;
                        entry.low = line.low.minor;
                        entry.high = line.high.minor;
                        entry.why = line.why.c_str();
                        return entry;
                      });
}

int32_t costengine_result_feature(const costengine_result* result, size_t index,
                                  costengine_feature* out) {
  return c_api::entry(result, c_api::features_of(result), index, out,
                      [](const costengine::FeatureUse& feature) {
                        costengine_feature entry{};
                        entry.role = feature.role.c_str();
                        entry.length_mm = feature.length_mm;
                        entry.filament_mm = feature.filament_mm;
                        entry.time_s = feature.time_s;
                        entry.paths = feature.paths;
                        return entry;
                      });
}

int32_t costengine_result_layer(const costengine_result* result, size_t index,
                                costengine_layer* out) {
  return c_api::entry(result, c_api::layers_of(result), index, out,
                      [](const costengine::LayerUse& layer) {
                        costengine_layer entry{};
                        entry.z_mm = layer.z_mm;
                        entry.height_mm = layer.height_mm;
                        entry.area_mm2 = layer.area_mm2;
                        entry.perimeter_mm = layer.perimeter_mm;
                        entry.time_s = layer.time_s;
                        for (const double filament : layer.filament_mm) {
                          entry.filament_mm += filament;
                        }
                        return entry;
                      });
}

const char* costengine_result_json(const costengine_result* result, size_t* length) {
  if (!c_api::is_valid(result)) return nullptr;
  try {
    const std::lock_guard lock(result->json_mutex);
    if (result->json.empty()) {
      const std::string& path = result->view.subject.input;
      result->json = result->view.inspect_only ? costengine::inspect_json(path, *result->estimate)
                                               : costengine::estimate_json(path, *result->estimate,
                                                                           *result->view.profile);
    }
    if (length != nullptr) *length = result->json.size();
    return result->json.c_str();
  } catch (...) {
    return nullptr;
  }
}

void costengine_result_release(costengine_result* result) {
  if (c_api::is_valid(result)) delete result;
}
