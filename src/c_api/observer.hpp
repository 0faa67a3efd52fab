/// What a context tells of its calculations: metrics, and a log for whoever wants one.
#pragma once

#include <memory>
#include <optional>

#include "costengine/base/error.hpp"
#include "costengine/costengine.h"
#include "costengine/run/log.hpp"
#include "costengine/run/metrics.hpp"

namespace costengine::c_api {

struct Observer {
  Metrics metrics;
  std::unique_ptr<Log> log;  ///< nothing if nobody listens

  void finished(const RunSummary& summary, std::optional<double> queued_ms) {
    metrics.record(summary, queued_ms);
    if (log) log->finished(summary, queued_ms);
  }
};

/// Errors: kInvalidArgument: an unknown level or format.
Result<std::shared_ptr<Observer>> make_observer(const costengine_context_options& options);

}  // namespace costengine::c_api
