/// Observer: keeps the log, the metrics and the trace of a run, as far as they were asked for.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "costengine/run/metrics.hpp"
#include "costengine/run/run_summary.hpp"
#include "costengine/run/trace.hpp"
#include "observe/observe_options.hpp"

namespace costengine::cli {

/// Threads: finished() and set_queue() may be called from any number of threads at once.
class Observer {
 public:
  /// Opens the log and says in it what begins. `inputs` are files that the run reads: an output
  /// that would replace one is an error. Throws UsageError for that, OutputError if the log cannot
  /// be opened.
  Observer(const ObserveOptions& options, std::string_view command,
           const std::vector<std::string>& inputs);
  /// As close(), but complains instead of throwing.
  ~Observer();
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;

  /// Whose request the run works on.
  [[nodiscard]] const RequestId& request() const { return options_.request; }

  /// One calculation has ended. The run's request is filled in where the summary names none.
  void finished(RunSummary summary, std::optional<double> queued_ms = {});

  /// Nothing can be calculated, and why.
  void stopped(const Error& error);

  /// How many calculations wait and how many are under way.
  void set_queue(std::size_t queued, std::size_t running);

  /// Writes metrics and trace and ends the log. Throws OutputError. Call it last.
  void close();

 private:
  void append_to_log(std::string_view line);

  ObserveOptions options_;
  int log_descriptor_ = -1;
  bool log_is_whole_ = true;  ///< no line was lost so far
  std::unique_ptr<Log> log_;
  std::unique_ptr<Metrics> metrics_;
  std::unique_ptr<Trace> trace_;
  bool closed_ = false;
};

}  // namespace costengine::cli
