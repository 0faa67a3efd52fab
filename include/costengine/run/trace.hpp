/// Trace: where the time of calculations went, in the Trace Event format that chrome://tracing and
/// https://ui.perfetto.dev open.
///
/// A JSON object with `traceEvents`: for every calculation one complete event ("ph":"X") from its
/// beginning to its end, and inside it one for each stage, on the steady clock in microseconds
/// since the first calculation began. Calculations that ran at the same time are in rows of their
/// own. args of a calculation: input, outcome, and where there are any request_id, parent_span,
/// error, cache, bytes, facets, queued_ms.
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "costengine/run/run_summary.hpp"

namespace costengine {

/// Threads: all functions may be called from any number of threads at once.
class Trace {
 public:
  /// Calculations beyond this are not kept but counted in otherData.dropped: browsers cannot show
  /// more.
  static constexpr std::size_t kMaxCalculations = 100'000;

  /// Adds a calculation that has just ended. Keeps a copy of the summary.
  void add(RunSummary summary, std::optional<double> queued_ms = {});

  /// The whole file, on one line. Text that is not UTF-8 has U+FFFD in place of the wrong bytes.
  [[nodiscard]] std::string json() const;

 private:
  struct Calculation {
    RunSummary summary;
    std::optional<double> queued_ms;
  };
  mutable std::mutex mutex_;
  std::vector<Calculation> calculations_;
  std::size_t dropped_ = 0;
};

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/run/trace.ipp"
#endif
