/// Metrics: how many calculations there were, how they ended and how long they took, as Prometheus
/// reads it. docs/observability.md has the table of names; samples/observability has a dashboard
/// and alert rules for them.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "costengine/run/run_summary.hpp"

namespace costengine {

/// Threads: all functions may be called from any number of threads at once.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// Counts a calculation that has ended. `queued_ms`: how long it waited for its turn; nothing for
  /// one that never was in a queue. Costs about half a microsecond.
  void record(const RunSummary& summary, std::optional<double> queued_ms = {});

  /// How many jobs wait and how many run now; JobQueue::queued() and running() say so.
  void set_queue(std::size_t queued, std::size_t running);

  /// Counts a job that a full queue turned away (ErrorCode::kQueueFull): it has no summary.
  void count_rejected();

  /// Everything so far in the Prometheus text exposition format (version 0.0.4). Every series is
  /// there from the beginning, with 0, so that the first event of a kind is seen as an increase.
  [[nodiscard]] std::string text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/run/metrics.ipp"
#endif
