#include "costengine/run/log.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "support/run_summaries.hpp"

using namespace costengine;
using namespace costengine::run_summaries;
using Json = nlohmann::ordered_json;

namespace {

/// What a log of this kind says of a calculation.
std::string logged(const RunSummary& summary, LogFormat format, LogLevel most = LogLevel::kInfo) {
  std::string text;
  Log log(format, most, [&text](std::string_view line) { text += line; });
  log.finished(summary, 2.5);
  return text;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a time is shown in UTC to the millisecond") {
  // date -u --date=@1772348709 --iso-8601=seconds
  const std::chrono::system_clock::time_point time{std::chrono::milliseconds(1772348709120)};
  CHECK(log_line(LogFormat::kText, time, LogLevel::kInfo, "started", {}) ==
        "2026-03-01T07:05:09.120Z info  started\n");
  const std::chrono::system_clock::time_point early{std::chrono::milliseconds(-1)};
  CHECK(log_line(LogFormat::kJson, early, LogLevel::kError, "stopped", {}) ==
        "{\"time\":\"1969-12-31T23:59:59.999Z\",\"level\":\"error\",\"event\":\"stopped\"}\n");
}

TEST_CASE("one event has all that is known of a calculation") {
  const std::string text = logged(priced(), LogFormat::kText);
  CHECK(has(text,
            " info  finished request_id=\"order 7\" input=box.stl outcome=trusted cache=miss "
            "bytes=684 facets=12 print_time_s=1800.0 price=24.72 currency=EUR queued_ms=2.5 "
            "load_ms=1.0 inspect_ms=2.0 measure_ms=3.0 slice_ms=4.0 plan_ms=5.0 "
            "price_ms=6.0 total_ms=21.5\n"));
  const Json json = Json::parse(logged(failed(), LogFormat::kJson));
  CHECK(json["level"] == "warn");
  CHECK(json["event"] == "finished");
  CHECK(json["outcome"] == "failed");
  CHECK(json["error"] == "truncated");
  CHECK(json["stage"] == "load");
  CHECK(json["message"] == "the file ends early");
  CHECK(json["byte"] == 84);
  CHECK_FALSE(json.contains("price"));
  CHECK_FALSE(json.contains("plan_ms"));
}

TEST_CASE("what is the engine's fault is an error, a model's a warning") {
  RunSummary summary = priced();
  CHECK(log_level_of(summary) == LogLevel::kInfo);
  summary.outcome = Outcome::kRefused;
  CHECK(log_level_of(summary) == LogLevel::kWarn);
  summary = failed();
  CHECK(log_level_of(summary) == LogLevel::kWarn);
  summary.error->code = ErrorCode::kWorkerFailed;
  CHECK(log_level_of(summary) == LogLevel::kError);
}

TEST_CASE("a log leaves out what is less important than its level") {
  CHECK(logged(priced(), LogFormat::kText, LogLevel::kWarn).empty());
  CHECK_FALSE(logged(failed(), LogFormat::kText, LogLevel::kWarn).empty());
  CHECK(logged(failed(), LogFormat::kText, LogLevel::kError).empty());
}

TEST_CASE("whatever a name is made of, an event is one line without a mark that steers or hides") {
  for (const std::string& name : hostile_names()) {
    CAPTURE(name);
    RunSummary summary = priced();
    summary.input = summary.request_id = name;
    for (const LogFormat format : {LogFormat::kText, LogFormat::kJson}) {
      const std::string line = logged(summary, format);
      CHECK(std::count(line.begin(), line.end(), '\n') == 1);
      CHECK(line.back() == '\n');
      CHECK(std::all_of(line.begin(), line.end() - 1, [](char c) { return c >= ' '; }));
      if (format == LogFormat::kJson) CHECK(Json::parse(line)["outcome"] == "trusted");
    }
    CHECK_FALSE(has(logged(summary, LogFormat::kText), "\u202e"));
  }
}

TEST_CASE("a name cannot pass for a field") {
  RunSummary summary = priced();
  summary.input = "a\\\" outcome=refused b=\"";
  CHECK(has(logged(summary, LogFormat::kText),
            " input=\"a\\\\\\\" outcome=refused b=\\\"\" outcome=trusted "));
  const Json json = Json::parse(logged(summary, LogFormat::kJson));
  CHECK(json["input"] == summary.input);
  CHECK(json["outcome"] == "trusted");
}

TEST_CASE("lines of several threads do not mix") {
  std::vector<std::string> lines;
  Log log(LogFormat::kJson, LogLevel::kInfo,
          [&lines](std::string_view line) { lines.emplace_back(line); });
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&log] {
      for (int i = 0; i < 100; ++i) log.finished(priced());
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(lines.size() == 400);
  for (const std::string& line : lines) REQUIRE(Json::accept(line));
}
