#include "costengine/run/trace.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "costengine/profile/load.hpp"
#include "support/pipeline.hpp"
#include "support/run_summaries.hpp"
#include "support/shapes.hpp"

using namespace costengine;
using namespace costengine::run_summaries;
using Json = nlohmann::ordered_json;

namespace {

Json events_of(const Trace& trace, const std::string& phase) {
  Json events = Json::array();
  const Json file = Json::parse(trace.json());
  for (const Json& event : file["traceEvents"]) {
    if (event["ph"] == phase) events.push_back(event);
  }
  return events;
}

/// Whether of any two events of a row one contains the other or they do not overlap.
bool nested(const Json& events) {
  std::map<int, std::vector<std::pair<std::int64_t, std::int64_t>>> rows;
  for (const Json& event : events) {
    const auto begin = event["ts"].get<std::int64_t>();
    const auto dur = event["dur"].get<std::int64_t>();
    if (begin < 0 || dur < 0) return false;
    rows[event["tid"]].emplace_back(begin, begin + dur);
  }
  for (const auto& [row, spans] : rows) {
    for (std::size_t i = 0; i < spans.size(); ++i) {
      for (std::size_t k = 0; k < i; ++k) {
        const auto& [a, b] = spans[i];
        const auto& [c, d] = spans[k];
        const bool apart = b <= c || d <= a;
        const bool inside = (a >= c && b <= d) || (c >= a && d <= b);
        if (!apart && !inside) return false;
      }
    }
  }
  return true;
}

}  // namespace

TEST_CASE("a trace has a calculation with its stages where they were on the clock") {
  Trace trace;
  trace.add(priced(5000), 3.25);
  const Json events = events_of(trace, "X");
  REQUIRE(events.size() == 7);
  CHECK(events[0]["name"] == "calculation");
  CHECK(events[0]["ts"] == 0);
  CHECK(events[0]["dur"] == 21500);
  CHECK(events[0]["args"] == Json{{"input", "box.stl"},
                                  {"outcome", "trusted"},
                                  {"request_id", "order 7"},
                                  {"cache", "miss"},
                                  {"bytes", 684},
                                  {"facets", 12},
                                  {"queued_ms", 3.25}});
  CHECK(events[5]["name"] == "plan");
  CHECK(events[5]["ts"] == 10000);
  CHECK(events[5]["dur"] == 5000);
  CHECK(nested(events));
}

TEST_CASE("calculations at the same time have rows of their own, later ones share them") {
  Trace trace;
  trace.add(priced(1010.0004));  // as they end, not as they begin
  trace.add(priced(1000));
  trace.add(priced(1021.5));
  trace.add(failed(1040));
  const Json events = events_of(trace, "X");
  CHECK(nested(events));
  std::vector<int> rows;
  for (const Json& event : events) {
    if (event["name"] == "calculation") rows.push_back(event["tid"]);
  }
  CHECK(rows == std::vector<int>{1, 2, 1, 2});
  CHECK(events_of(trace, "M").size() == 3);  // the process and two rows
}

TEST_CASE("a summary without times on the clock is placed where it was added") {
  Trace trace;
  RunSummary summary;
  summary.times.total_ms = 4;
  trace.add(summary);
  const Json events = events_of(trace, "X");
  REQUIRE(events.size() == 1);
  CHECK(events[0]["dur"] == 4000);
}

TEST_CASE("an empty trace is a valid file, and so is one with any name") {
  CHECK(Json::parse(Trace().json())["traceEvents"].is_array());
  Trace trace;
  for (const std::string& name : hostile_names()) {
    RunSummary summary = priced();
    summary.input = name;
    trace.add(summary);
  }
  const Json events = events_of(trace, "X");
  CHECK(nested(events));
  CHECK(events.size() == 7 * hostile_names().size());
  CHECK(events[0]["args"]["input"] == hostile_names()[0]);
}

namespace {

Result<Estimate> estimated(const std::vector<std::byte>& file, RunTrail& trail,
                           std::uint64_t max_layers = 1'000'000) {
  ContextOptions limits = pipeline::threads(1);
  limits.limits.max_layers = max_layers;
  Context ctx(limits);
  EstimateOptions options;
  options.hash = true;
  options.trail = &trail;
  return estimate(*view_memory(file), load_profile({}).value(), example_price_sheet(), options,
                  ctx);
}

}  // namespace

TEST_CASE("the stages of a real calculation follow one another inside it") {
  const auto file = shapes::to_stl_binary(shapes::box(20, 20, 10).mesh);
  RunTrail trail;
  const Estimate estimate = estimated(file, trail).value();
  const StageTimes& times = estimate.times;
  double at = times.began_ms;
  CHECK(at > 0);
  for (std::size_t i = 0; i < kTimedStages.size(); ++i) {
    CAPTURE(i);
    CHECK(times.stage_began_ms[i] >= at);
    CHECK(times.of(kTimedStages[i]) > 0);
    at = times.stage_began_ms[i] + times.of(kTimedStages[i]);
  }
  // Two sums of the same clock readings.
  CHECK(at <= times.began_ms + times.total_ms + 1e-6);
  CHECK(trail.times.stage_began_ms == times.stage_began_ms);
  CHECK(trail.facets == 12);
  Trace trace;
  trace.add(summarize("box.stl", estimate));
  CHECK(nested(events_of(trace, "X")));
}

TEST_CASE("a calculation that fails leaves what is known of it") {
  const auto file = shapes::to_stl_binary(shapes::box(20, 20, 10).mesh);
  RunTrail trail;
  const auto result = estimated(file, trail, 3);
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().code == ErrorCode::kLimitLayers);
  CHECK(trail.bytes == 684);
  CHECK(trail.facets == 12);
  CHECK(trail.times.measure_ms > 0);
  CHECK(trail.times.plan_ms == 0);
  CHECK(trail.times.total_ms >= trail.times.load_ms + trail.times.inspect_ms);
  const RunSummary summary = summarize("box.stl", "order 7", result.error(), trail);
  CHECK(summary.outcome == Outcome::kFailed);
  CHECK(summary.bytes == 684);
  CHECK(summary.times.measure_ms == trail.times.measure_ms);
}
