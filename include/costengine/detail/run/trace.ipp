#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <queue>
#include <string_view>
#include <utility>

#include "costengine/detail/base/clock.hpp"
#include "costengine/detail/report/numbers.hpp"
#include "costengine/run/trace.hpp"

namespace costengine {
namespace detail {

using TraceJson = nlohmann::ordered_json;

/// Times as a trace has them: whole microseconds since `origin_ms`. Both ends of an event are
/// rounded down, so that what follows one another or lies within one another still does.
struct TraceClock {
  double origin_ms = 0;

  [[nodiscard]] std::int64_t us(double ms) const {
    return static_cast<std::int64_t>(std::floor((ms - origin_ms) * 1000));
  }
  [[nodiscard]] TraceJson complete(std::string_view name, int row, double begin_ms,
                                   double end_ms) const {
    return {{"name", name}, {"ph", "X"},          {"pid", 1},
            {"tid", row},   {"ts", us(begin_ms)}, {"dur", us(end_ms) - us(begin_ms)}};
  }
};

inline TraceJson trace_name(std::string_view what, int row, std::string_view name) {
  return {{"name", what}, {"ph", "M"}, {"pid", 1}, {"tid", row}, {"args", {{"name", name}}}};
}

/// The row of every interval: one that is free when it begins, else a new one. `begins` ascend.
class TraceRows {
 public:
  int row_for(double begin_ms, double end_ms) {
    int row = 0;
    if (!busy_.empty() && busy_.top().first <= begin_ms) {
      row = busy_.top().second;
      busy_.pop();
    } else {
      row = ++rows_;
    }
    busy_.push({end_ms, row});
    return row;
  }
  [[nodiscard]] int rows() const { return rows_; }

 private:
  using Busy = std::pair<double, int>;  ///< until when, and which
  std::priority_queue<Busy, std::vector<Busy>, std::greater<>> busy_;
  int rows_ = 0;
};

inline double end_ms_of(const StageTimes& times) {
  double end = times.began_ms + times.total_ms;
  for (std::size_t i = 0; i < kTimedStages.size(); ++i) {
    end = std::max(end, times.stage_began_ms[i] + times.of(kTimedStages[i]));
  }
  return end;
}

inline TraceJson trace_args(const RunSummary& summary, std::optional<double> queued_ms) {
  TraceJson args = {{"input", summary.input}, {"outcome", outcome_name(summary.outcome)}};
  if (!summary.request_id.empty()) args["request_id"] = summary.request_id;
  if (!summary.parent_span.empty()) args["parent_span"] = summary.parent_span;
  if (summary.error) args["error"] = error_code_name(summary.error->code);
  args["cache"] = cache_outcome_name(summary.cache);
  args["bytes"] = summary.bytes;
  args["facets"] = summary.facets;
  if (queued_ms) args["queued_ms"] = rounded_ms(*queued_ms);
  return args;
}

}  // namespace detail

COSTENGINE_INLINE void Trace::add(RunSummary summary, std::optional<double> queued_ms) {
  StageTimes& times = summary.times;
  if (times.began_ms == 0) times.began_ms = detail::clock_ms() - times.total_ms;
  const std::lock_guard lock(mutex_);
  if (calculations_.size() < kMaxCalculations) {
    calculations_.push_back({std::move(summary), queued_ms});
  } else {
    ++dropped_;
  }
}

COSTENGINE_INLINE std::string Trace::json() const {
  const std::lock_guard lock(mutex_);
  std::vector<const Calculation*> in_order;
  in_order.reserve(calculations_.size());
  for (const Calculation& calculation : calculations_) in_order.push_back(&calculation);
  std::stable_sort(in_order.begin(), in_order.end(), [](const auto* a, const auto* b) {
    return a->summary.times.began_ms < b->summary.times.began_ms;
  });

  detail::TraceClock clock;
  if (!in_order.empty()) clock.origin_ms = in_order.front()->summary.times.began_ms;
  detail::TraceRows rows;
  auto events = detail::TraceJson::array();
  for (const Calculation* calculation : in_order) {
    const RunSummary& summary = calculation->summary;
    const StageTimes& times = summary.times;
    const double end_ms = detail::end_ms_of(times);
    const int row = rows.row_for(times.began_ms, end_ms);
    events.push_back(clock.complete("calculation", row, times.began_ms, end_ms));
    events.back()["args"] = detail::trace_args(summary, calculation->queued_ms);
    for (std::size_t i = 0; i < kTimedStages.size(); ++i) {
      const double began_ms = times.stage_began_ms[i];
      if (began_ms == 0) continue;
      events.push_back(clock.complete(stage_name(kTimedStages[i]), row, began_ms,
                                      began_ms + times.of(kTimedStages[i])));
    }
  }
  events.push_back(detail::trace_name("process_name", 0, "costengine"));
  for (int row = 1; row <= rows.rows(); ++row) {
    events.push_back(detail::trace_name("thread_name", row, "calculations " + std::to_string(row)));
  }
  const detail::TraceJson file = {
      {"traceEvents", std::move(events)},
      {"displayTimeUnit", "ms"},
      {"otherData", {{"version", COSTENGINE_VERSION}, {"dropped", dropped_}}}};
  return file.dump(-1, ' ', false, detail::TraceJson::error_handler_t::replace) + "\n";
}

}  // namespace costengine
