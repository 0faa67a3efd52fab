#include "costengine/run/metrics.hpp"

#include <doctest/doctest.h>

#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "support/run_summaries.hpp"

using namespace costengine;
using namespace costengine::run_summaries;

namespace {

/// {"costengine_runs_total{outcome=\"failed\"}": 2, ...}
std::map<std::string, double> samples(const Metrics& metrics) {
  std::map<std::string, double> values;
  std::istringstream text(metrics.text());
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with("#")) continue;
    const auto at = line.rfind(' ');
    REQUIRE(at != std::string::npos);
    CHECK(values.emplace(line.substr(0, at), std::stod(line.substr(at + 1))).second);
  }
  return values;
}

}  // namespace

TEST_CASE("metrics count outcomes, error codes, answers of the cache, bytes and facets") {
  Metrics metrics;
  metrics.record(priced());
  metrics.record(priced());
  metrics.record(failed());
  RunSummary unpriced = priced();
  unpriced.outcome = Outcome::kUnpriced;
  unpriced.cache = CacheOutcome::kProduction;
  unpriced.error = Error{ErrorCode::kPricesMissing, Stage::kPrice, "no rate", {}, {}};
  metrics.record(unpriced);
  auto values = samples(metrics);
  CHECK(values["costengine_runs_total{outcome=\"trusted\"}"] == 2);
  CHECK(values["costengine_runs_total{outcome=\"failed\"}"] == 1);
  CHECK(values["costengine_runs_total{outcome=\"unpriced\"}"] == 1);
  CHECK(values["costengine_errors_total{code=\"truncated\"}"] == 1);
  CHECK(values["costengine_errors_total{code=\"prices_missing\"}"] == 1);
  CHECK(values["costengine_cache_requests_total{outcome=\"miss\"}"] == 2);
  CHECK(values["costengine_cache_requests_total{outcome=\"off\"}"] == 1);
  CHECK(values["costengine_cache_requests_total{outcome=\"production\"}"] == 1);
  CHECK(values["costengine_input_bytes_total"] == 3 * 684 + 90);
  CHECK(values["costengine_input_facets_total"] == 3 * 12);
  CHECK(values["costengine_last_run_timestamp_seconds"] > 1.7e9);
}

TEST_CASE("histograms are cumulative, and a time on a bucket's border is inside") {
  Metrics metrics;
  metrics.record(priced(), 1.0);  // plan 5 ms: le="0.005"; total 21.5 ms; 1 ms in the queue
  metrics.record(failed());       // no plan
  auto values = samples(metrics);
  const std::string plan = "costengine_stage_duration_seconds_bucket{stage=\"plan\",le=\"";
  CHECK(values[plan + "0.0025\"}"] == 0);
  CHECK(values[plan + "0.005\"}"] == 1);
  CHECK(values[plan + "60\"}"] == 1);
  CHECK(values[plan + "+Inf\"}"] == 1);
  CHECK(values["costengine_stage_duration_seconds_sum{stage=\"plan\"}"] == doctest::Approx(0.005));
  CHECK(values["costengine_stage_duration_seconds_count{stage=\"load\"}"] == 2);
  CHECK(values["costengine_run_duration_seconds_bucket{le=\"0.001\"}"] == 1);
  CHECK(values["costengine_run_duration_seconds_bucket{le=\"0.01\"}"] == 1);
  CHECK(values["costengine_run_duration_seconds_bucket{le=\"0.025\"}"] == 2);
  CHECK(values["costengine_run_duration_seconds_sum"] == doctest::Approx(0.022));
  CHECK(values["costengine_queue_wait_seconds_bucket{le=\"0.001\"}"] == 1);
  CHECK(values["costengine_queue_wait_seconds_count"] == 1);
  RunSummary slow = priced();
  slow.times.total_ms = 61'000;
  metrics.record(slow);
  values = samples(metrics);
  CHECK(values["costengine_run_duration_seconds_bucket{le=\"60\"}"] == 2);
  CHECK(values["costengine_run_duration_seconds_bucket{le=\"+Inf\"}"] == 3);
  CHECK(values["costengine_run_duration_seconds_count"] == 3);
}

TEST_CASE("the queue's depth is what it was last, and what it turned away is counted") {
  Metrics metrics;
  metrics.set_queue(7, 2);
  metrics.set_queue(5, 3);
  metrics.count_rejected();
  auto values = samples(metrics);
  CHECK(values["costengine_queue_depth"] == 5);
  CHECK(values["costengine_jobs_running"] == 3);
  CHECK(values["costengine_queue_rejected_total"] == 1);
}

TEST_CASE("every series is there before the first calculation") {
  Metrics metrics;
  const auto before = samples(metrics);
  metrics.record(priced(), 1.0);
  metrics.record(failed());
  CHECK(samples(metrics).size() == before.size());
  CHECK(before.contains("costengine_errors_total{code=\"internal\"}"));
}

TEST_CASE("nothing is lost when many threads record at once") {
  Metrics metrics;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&metrics] {
      for (int i = 0; i < 500; ++i) {
        metrics.record(priced(), 1.0);
        metrics.set_queue(1, 1);
        if (i % 100 == 0) CHECK_FALSE(metrics.text().empty());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  auto values = samples(metrics);
  CHECK(values["costengine_runs_total{outcome=\"trusted\"}"] == 2000);
  CHECK(values["costengine_queue_wait_seconds_count"] == 2000);
}
