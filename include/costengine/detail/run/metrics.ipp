#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <utility>

#include "costengine/run/metrics.hpp"

namespace costengine {
namespace detail {

/// Upper ends of the buckets of every histogram: from an answer of the cache to the largest models.
inline constexpr std::array kBucketSeconds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
                                              0.5,   1.0,    2.5,   5.0,  10.0,  30.0, 60.0};

struct SecondsHistogram {
  std::array<std::uint64_t, kBucketSeconds.size()> counts{};  ///< not cumulative
  std::uint64_t count = 0;
  double sum_s = 0;

  void add(double ms) {
    const double s = ms / 1000;
    const auto bucket = std::lower_bound(kBucketSeconds.begin(), kBucketSeconds.end(), s);
    if (bucket != kBucketSeconds.end()) {
      ++counts[static_cast<std::size_t>(bucket - kBucketSeconds.begin())];
    }
    ++count;
    sum_s += s;
  }
};

/// Writes the Prometheus text exposition format, version 0.0.4. Help texts and label values are
/// our own words, without anything to escape.
class Exposition {
 public:
  /// Begins a metric; its samples follow.
  void metric(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    text_.append("# HELP ").append(name).append(" ").append(help).append("\n");
    text_.append("# TYPE ").append(name).append(" ").append(type).append("\n");
  }
  template <class Number>
  void sample(Number value) {
    line("", "", value);
  }
  template <class Number>
  void sample(std::string_view label, std::string_view is, Number value) {
    line("", pair(label, is), value);
  }
  void sample(const SecondsHistogram& histogram, const std::string& labels = {}) {
    const std::string before = labels.empty() ? labels : labels + ",";
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < kBucketSeconds.size(); ++i) {
      below += histogram.counts[i];
      line("_bucket", before + pair("le", number(kBucketSeconds[i])), below);
    }
    line("_bucket", before + pair("le", "+Inf"), histogram.count);
    line("_sum", labels, histogram.sum_s);
    line("_count", labels, histogram.count);
  }

  static std::string pair(std::string_view label, std::string_view is) {
    return std::string(label).append("=\"").append(is).append("\"");
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  template <class Number>
  static std::string number(Number value) {
    std::array<char, 32> digits{};
    return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr};
  }
  template <class Number>
  void line(std::string_view suffix, std::string_view labels, Number value) {
    text_.append(name_).append(suffix);
    if (!labels.empty()) text_.append("{").append(labels).append("}");
    text_.append(" ").append(number(value)).append("\n");
  }

  std::string text_;
  std::string_view name_;
};

inline constexpr std::array kOutcomes = {Outcome::kTrusted, Outcome::kEstimated, Outcome::kRefused,
                                         Outcome::kUnpriced, Outcome::kFailed};
inline constexpr std::array kCacheOutcomes = {CacheOutcome::kOff, CacheOutcome::kMiss,
                                              CacheOutcome::kProduction, CacheOutcome::kQuote,
                                              CacheOutcome::kStale};
inline constexpr std::size_t kErrorCodes = 100;  ///< all codes are below

}  // namespace detail

struct Metrics::Impl {
  mutable std::mutex mutex;
  std::array<std::uint64_t, detail::kOutcomes.size()> runs{};
  std::array<std::uint64_t, detail::kErrorCodes> errors{};
  std::array<std::uint64_t, detail::kCacheOutcomes.size()> cache{};
  std::array<detail::SecondsHistogram, kTimedStages.size()> stages{};
  detail::SecondsHistogram run, wait;
  std::uint64_t bytes = 0, facets = 0, rejected = 0;
  std::size_t queued = 0, running = 0;
  std::int64_t last_run_s = 0;
};

COSTENGINE_INLINE Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
COSTENGINE_INLINE Metrics::~Metrics() = default;

COSTENGINE_INLINE void Metrics::record(const RunSummary& summary, std::optional<double> queued_ms) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  Impl& m = *impl_;
  const std::lock_guard lock(m.mutex);
  ++m.runs[static_cast<std::size_t>(summary.outcome)];
  ++m.cache[static_cast<std::size_t>(summary.cache)];
  if (summary.error) {
    const auto code = static_cast<std::size_t>(summary.error->code);
    if (code < m.errors.size()) ++m.errors[code];
  }
  for (std::size_t i = 0; i < kTimedStages.size(); ++i) {
    if (const double ms = summary.times.of(kTimedStages[i]); ms > 0) m.stages[i].add(ms);
  }
  m.run.add(summary.times.total_ms);
  if (queued_ms) m.wait.add(*queued_ms);
  m.bytes += summary.bytes;
  m.facets += summary.facets;
  m.last_run_s = std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

COSTENGINE_INLINE void Metrics::set_queue(std::size_t queued, std::size_t running) {
  const std::lock_guard lock(impl_->mutex);
  impl_->queued = queued;
  impl_->running = running;
}

COSTENGINE_INLINE void Metrics::count_rejected() {
  const std::lock_guard lock(impl_->mutex);
  ++impl_->rejected;
}

COSTENGINE_INLINE std::string Metrics::text() const {
  const Impl& m = *impl_;
  const std::lock_guard lock(m.mutex);
  detail::Exposition out;
  out.metric("costengine_build_info", "gauge", "1; the label says which version this is.");
  out.sample("version", COSTENGINE_VERSION, 1);
  out.metric("costengine_runs_total", "counter", "Calculations that ended, by outcome.");
  for (const Outcome outcome : detail::kOutcomes) {
    out.sample("outcome", outcome_name(outcome), m.runs[static_cast<std::size_t>(outcome)]);
  }
  out.metric("costengine_errors_total", "counter",
             "Calculations that failed or could not be priced, by error code.");
  for (std::size_t number = 1; number < detail::kErrorCodes; ++number) {
    const std::string_view name = error_code_name(static_cast<ErrorCode>(number));
    if (name != "unknown") out.sample("code", name, m.errors[number]);
  }
  out.metric("costengine_cache_requests_total", "counter",
             "Calculations by what the cache had for them.");
  for (const CacheOutcome outcome : detail::kCacheOutcomes) {
    out.sample("outcome", cache_outcome_name(outcome), m.cache[static_cast<std::size_t>(outcome)]);
  }
  out.metric("costengine_run_duration_seconds", "histogram",
             "Wall time of a calculation, without its waiting in the queue.");
  out.sample(m.run);
  out.metric("costengine_stage_duration_seconds", "histogram",
             "Wall time of a stage, where it ran.");
  for (std::size_t i = 0; i < kTimedStages.size(); ++i) {
    out.sample(m.stages[i], detail::Exposition::pair("stage", stage_name(kTimedStages[i])));
  }
  out.metric("costengine_queue_wait_seconds", "histogram", "How long a job waited for its turn.");
  out.sample(m.wait);
  out.metric("costengine_queue_depth", "gauge", "Jobs that wait for their turn.");
  out.sample(m.queued);
  out.metric("costengine_queue_rejected_total", "counter", "Jobs that a full queue turned away.");
  out.sample(m.rejected);
  out.metric("costengine_jobs_running", "gauge", "Jobs under way.");
  out.sample(m.running);
  out.metric("costengine_input_bytes_total", "counter", "Size of the models read, in bytes.");
  out.sample(m.bytes);
  out.metric("costengine_input_facets_total", "counter", "Facets of the models read.");
  out.sample(m.facets);
  out.metric("costengine_last_run_timestamp_seconds", "gauge",
             "When the last calculation ended, in seconds since 1970; 0: none has.");
  out.sample(m.last_run_s);
  return out.take();
}

}  // namespace costengine
