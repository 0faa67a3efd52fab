#pragma once

#include <nlohmann/json.hpp>

#include "costengine/detail/report/numbers.hpp"
#include "costengine/report/json.hpp"

namespace costengine {
namespace detail {

using Json = nlohmann::ordered_json;

inline std::string one_line(const Json& object) {
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// "sha256:..."; null without a hash.
inline Json hash_or_null(const std::string& hash) {
  if (hash.empty()) return {};
  return hash.starts_with("sha256:") ? hash : "sha256:" + hash;
}

inline Json to_json(const Interval& interval) {
  return {{"value", interval.value}, {"low", interval.low}, {"high", interval.high}};
}

inline Json to_json(Vec3 v) {
  return Json::array({v.x, v.y, v.z});
}

inline Json to_json(const std::vector<Finding>& findings) {
  Json array = Json::array();
  for (const Finding& finding : findings) {
    Json object = {{"code", finding_code_name(finding.code)},
                   {"severity", severity_name(finding.severity)},
                   {"count", finding.count},
                   {"message", finding.message}};
    if (finding.first_facet) object["first_facet"] = *finding.first_facet;
    if (!finding.effect.empty()) object["effect"] = finding.effect;
    array.push_back(std::move(object));
  }
  return array;
}

inline Json to_json(const Measurements& m) {
  Json volume = to_json(m.volume_mm3);
  volume["method"] = m.volume_method;
  Json box;
  if (!m.box_mm.empty()) box = {{"min", to_json(m.box_mm.min)}, {"max", to_json(m.box_mm.max)}};
  return {{"volume_mm3", std::move(volume)},
          {"area_mm2", m.area_mm2},
          {"box_mm", std::move(box)},
          {"hull_volume_mm3", m.hull_volume_mm3 ? Json(*m.hull_volume_mm3) : Json()}};
}

inline Json to_json(const Profile& profile) {
  return {{"name", profile.name},
          {"source", profile.source},
          {"hash", hash_or_null(profile.hash)},
          {"defaulted", profile.defaulted},
          {"unknown", profile.unknown},
          {"ignored", profile.ignored}};
}

inline Json to_json(const MaterialUse& use) {
  return {{"filament_mm", use.filament_mm},
          {"volume_mm3", use.volume_mm3},
          {"mass_g", use.mass_g ? Json(*use.mass_g) : Json()}};
}

inline Json to_json(const Production& production) {
  Json features = Json::array();
  for (const FeatureUse& feature : production.features) {
    features.push_back({{"role", feature.role},
                        {"length_mm", feature.length_mm},
                        {"filament_mm", feature.filament_mm},
                        {"paths", feature.paths},
                        {"time_s", feature.time_s}});
  }
  return {{"process", production.process},
          {"method", production.method},
          {"layers", production.layers},
          {"time_s", to_json(production.time_s)},
          {"model", to_json(production.model)},
          {"support", to_json(production.support)},
          {"filament_mm", to_json(production.filament_mm)},
          {"features", std::move(features)},
          {"confidence", production.confidence}};
}

inline Json to_json(const PlateUse& use) {
  Json runs = Json::array();
  for (const PlateRun& run : use.runs) {
    runs.push_back({{"plates", run.plates},
                    {"parts", run.parts},
                    {"of_this_model", run.of_this_model},
                    {"layers", run.layers},
                    {"time_s", to_json(run.time_s)},
                    {"filament_mm", to_json(run.filament_mm)}});
  }
  return {{"quantity", use.quantity},
          {"capacity", use.capacity},
          {"plates", use.plates},
          {"share", use.share},
          {"runs", std::move(runs)}};
}

inline Json to_json(const Quote& quote) {
  Json lines = Json::array();
  for (const CostLine& line : quote.lines) {
    lines.push_back({{"kind", line.kind},
                     {"quantity", line.quantity},
                     {"unit", line.unit},
                     {"rate", line.rate},
                     {"amount", line.amount.minor},
                     {"low", line.low.minor},
                     {"high", line.high.minor},
                     {"why", line.why}});
  }
  return {{"currency", quote.currency},
          {"minor_digits", quote.minor_digits},
          {"quantity", quote.quantity},
          {"lines", std::move(lines)},
          {"unit_price", quote.unit_price.minor},
          {"total", quote.total.minor},
          {"low", quote.low.minor},
          {"high", quote.high.minor}};
}

inline Json to_json(const StageTimes& times) {
  Json object;
  for (const Stage stage : kTimedStages) {
    object[std::string(stage_name(stage))] = rounded_ms(times.of(stage));
  }
  object["total"] = rounded_ms(times.total_ms);
  return object;
}

inline Json to_json(const CacheUse& cache) {
  Json object = {{"outcome", cache_outcome_name(cache.outcome)}};
  if (cache.age_s) object["age_s"] = *cache.age_s;
  return object;
}

inline Json to_json(const Error& error) {
  Json object = {{"code", error_code_name(error.code)},
                 {"stage", stage_name(error.stage)},
                 {"message", error.message}};
  if (error.byte) object["byte"] = *error.byte;
  if (error.line) object["line"] = *error.line;
  return object;
}

inline Json up_to_measure(std::string_view path, const Estimate& estimate) {
  Json object = {{"schema", 1}, {"engine", {{"version", COSTENGINE_VERSION}}}};
  if (!estimate.request_id.empty()) object["request_id"] = estimate.request_id;
  object.update(Json{{"input",
                      {{"path", path},
                       {"format", mesh_format_name(estimate.format)},
                       {"bytes", estimate.bytes},
                       {"hash", hash_or_null(estimate.hash)}}},
                     {"mesh",
                      {{"facets", estimate.facets},
                       {"vertices", estimate.vertices},
                       {"shells", estimate.measurements.shells},
                       {"verdict", verdict_name(estimate.verdict)},
                       {"findings", to_json(estimate.findings)}}},
                     {"measure", to_json(estimate.measurements)}});
  return object;
}

}  // namespace detail

COSTENGINE_INLINE std::string inspect_json(std::string_view path, const Estimate& estimate) {
  detail::Json object = detail::up_to_measure(path, estimate);
  object["cache"] = detail::to_json(estimate.cache);
  object["timing_ms"] = detail::to_json(estimate.times);
  return detail::one_line(object);
}

COSTENGINE_INLINE std::string estimate_json(std::string_view path, const Estimate& estimate,
                                            const Profile& profile) {
  detail::Json object = detail::up_to_measure(path, estimate);
  object["profile"] = detail::to_json(profile);
  // What it was calculated with had other settings than this profile has.
  if (estimate.cache.outcome == CacheOutcome::kStale) object["profile"]["hash"] = nullptr;
  if (estimate.production) object["production"] = detail::to_json(*estimate.production);
  if (estimate.plate) object["plate"] = detail::to_json(*estimate.plate);
  if (estimate.quote) {
    object["prices"] = {{"name", estimate.quote->prices_name},
                        {"source", estimate.quote->prices_source},
                        {"hash", detail::hash_or_null(estimate.quote->prices_hash)}};
    object["quote"] = detail::to_json(*estimate.quote);
  } else if (estimate.unpriced) {
    object["quote"] = nullptr;
    object["unpriced"] = detail::to_json(*estimate.unpriced);
  }
  if (estimate.forced) object["forced"] = true;
  object["cache"] = detail::to_json(estimate.cache);
  object["timing_ms"] = detail::to_json(estimate.times);
  return detail::one_line(object);
}

COSTENGINE_INLINE std::string error_json(std::optional<std::string_view> path, const Error& error,
                                         std::string_view request_id, const RunTrail* trail) {
  detail::Json object = {{"schema", 1}};
  if (!request_id.empty()) object["request_id"] = request_id;
  object["input"] = path ? detail::Json{{"path", *path}} : detail::Json();
  object["error"] = detail::to_json(error);
  if (trail != nullptr) {
    object["cache"] = detail::to_json(trail->cache);
    object["timing_ms"] = detail::to_json(trail->times);
  }
  return detail::one_line(object);
}

}  // namespace costengine
