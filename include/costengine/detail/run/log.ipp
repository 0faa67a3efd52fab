#pragma once

#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <type_traits>
#include <vector>

#include "costengine/base/money.hpp"
#include "costengine/detail/report/numbers.hpp"
#include "costengine/report/printable.hpp"
#include "costengine/run/log.hpp"

namespace costengine {
namespace detail {

/// "2026-03-01T07:05:09.120Z"
inline std::string utc_time(std::chrono::system_clock::time_point time) {
  namespace chr = std::chrono;
  const auto ms = chr::floor<chr::milliseconds>(time);
  const auto day = chr::floor<chr::days>(ms);
  const chr::year_month_day date(day);
  const chr::hh_mm_ss clock(ms - day);
  std::array<char, 64> text{};
  const int size = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
      static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
      static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
      static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
      static_cast<int>(clock.subseconds().count()));
  return {text.data(), static_cast<std::size_t>(size)};
}

/// A value as a word, in quotes where it would not read as one, or not as itself.
inline std::string log_word(std::string_view value) {
  std::string escaped;
  for (const char c : value) {
    if (c == '"' || c == '\\') escaped += '\\';
    escaped += c;
  }
  const std::string shown = printable(escaped);
  const bool word = !shown.empty() && shown.find_first_of(" \"=\\") == std::string::npos;
  return word ? shown : '"' + shown + '"';
}

/// In ASCII, so that no mark in a name can turn a terminal around.
inline std::string dumped(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
}

inline nlohmann::ordered_json log_value(const LogField& field) {
  return std::visit([](auto value) { return nlohmann::ordered_json(value); }, field.value);
}

/// The name of a stage's field: "load_ms".
inline constexpr std::array<std::string_view, kTimedStages.size()> kStageFields = {
    "load_ms", "inspect_ms", "measure_ms", "slice_ms", "plan_ms", "price_ms"};

}  // namespace detail

COSTENGINE_INLINE std::string_view log_level_name(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::kError:
      return "error";
    case LogLevel::kWarn:
      return "warn";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kDebug:
      break;
  }
  return "debug";
}

COSTENGINE_INLINE std::string log_line(LogFormat format, std::chrono::system_clock::time_point time,
                                       LogLevel level, std::string_view event,
                                       std::span<const LogField> fields) {
  const std::string_view level_name = log_level_name(level);
  if (format == LogFormat::kJson) {
    nlohmann::ordered_json object = {
        {"time", detail::utc_time(time)}, {"level", level_name}, {"event", event}};
    for (const LogField& field : fields) object[std::string(field.name)] = detail::log_value(field);
    return detail::dumped(object) + "\n";
  }
  constexpr std::size_t kLevelColumns = 5;
  std::string line = detail::utc_time(time) + " ";
  line += level_name;
  line.append(kLevelColumns + 1 - level_name.size(), ' ');
  line += event;
  for (const LogField& field : fields) {
    line += ' ';
    line += field.name;
    line += '=';
    const auto* const text = std::get_if<std::string_view>(&field.value);
    line += text != nullptr ? detail::log_word(*text) : detail::log_value(field).dump();
  }
  return line + "\n";
}

COSTENGINE_INLINE LogLevel log_level_of(const RunSummary& summary) noexcept {
  if (summary.error) {
    switch (summary.error->code) {
      case ErrorCode::kInternal:
      case ErrorCode::kOutOfMemory:
      case ErrorCode::kWorkerFailed:
        return LogLevel::kError;
      default:
        return LogLevel::kWarn;
    }
  }
  const bool answered =
      summary.outcome == Outcome::kTrusted || summary.outcome == Outcome::kEstimated;
  return answered ? LogLevel::kInfo : LogLevel::kWarn;
}

COSTENGINE_INLINE void Log::event(LogLevel level, std::string_view name,
                                  std::span<const LogField> fields) {
  if (level > most_) return;
  const std::string line = log_line(format_, std::chrono::system_clock::now(), level, name, fields);
  const std::lock_guard lock(mutex_);
  sink_(line);
}

COSTENGINE_INLINE void Log::finished(const RunSummary& summary, std::optional<double> queued_ms) {
  const LogLevel level = log_level_of(summary);
  if (level > most_) return;
  std::vector<LogField> fields;
  if (!summary.request_id.empty()) fields.push_back({"request_id", summary.request_id});
  if (!summary.parent_span.empty()) fields.push_back({"parent_span", summary.parent_span});
  fields.push_back({"input", summary.input});
  fields.push_back({"outcome", outcome_name(summary.outcome)});
  if (const auto& error = summary.error) {
    fields.push_back({"error", error_code_name(error->code)});
    fields.push_back({"stage", stage_name(error->stage)});
    fields.push_back({"message", error->message});
    if (error->byte) fields.push_back({"byte", *error->byte});
    if (error->line) fields.push_back({"line", *error->line});
  }
  fields.push_back({"cache", cache_outcome_name(summary.cache)});
  fields.push_back({"bytes", summary.bytes});
  fields.push_back({"facets", summary.facets});
  if (summary.print_time_s) fields.push_back({"print_time_s", *summary.print_time_s});
  std::string total;
  if (summary.total_minor) {
    total = Money{*summary.total_minor}.to_string(summary.minor_digits);
    fields.push_back({"price", std::string_view(total)});
    fields.push_back({"currency", summary.currency});
  }
  if (queued_ms) fields.push_back({"queued_ms", detail::rounded_ms(*queued_ms)});
  for (std::size_t i = 0; i < kTimedStages.size(); ++i) {
    const double ms = summary.times.of(kTimedStages[i]);
    if (ms > 0) fields.push_back({detail::kStageFields[i], detail::rounded_ms(ms)});
  }
  fields.push_back({"total_ms", detail::rounded_ms(summary.times.total_ms)});
  event(level, "finished", fields);
}

}  // namespace costengine
