/// RunSummary: what logs, metrics and batch reports keep of one calculation. Small, and the same
/// whether the calculation ran here, in a job or in another process.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "costengine/base/error.hpp"
#include "costengine/estimate.hpp"

namespace costengine {

enum class Outcome : std::uint8_t {
  kTrusted,    ///< answered, and the mesh is sound
  kEstimated,  ///< answered, from a mesh with defects
  kRefused,    ///< the mesh gives no answer, or only a forced one
  kUnpriced,   ///< planned, but the price sheet or the profile lacks a figure
  kFailed,     ///< an error
};

/// "trusted", "estimated", ... Never empty.
std::string_view outcome_name(Outcome outcome) noexcept;

struct RunSummary {
  std::string request_id;   ///< empty if nobody gave one
  std::string parent_span;  ///< of a traceparent (run/request_id.hpp); else empty
  std::string input;        ///< as the caller named it
  Outcome outcome = Outcome::kFailed;
  std::optional<Error> error;  ///< for kFailed and kUnpriced
  CacheOutcome cache = CacheOutcome::kOff;
  StageTimes times;
  std::uint64_t bytes = 0, facets = 0;      ///< 0 where an error came before they were known
  std::optional<double> print_time_s;       ///< of one part
  std::optional<std::int64_t> total_minor;  ///< Quote::total
  std::string currency;                     ///< of total_minor; empty without
  int minor_digits = 0;
};

RunSummary summarize(std::string_view input, const Estimate& estimate);

/// `wall_ms`: how long the calculation took, for an error has no times of its own.
RunSummary summarize(std::string_view input, std::string_view request_id, const Error& error,
                     double wall_ms);

/// With what EstimateOptions::trail was told of the calculation that failed.
RunSummary summarize(std::string_view input, std::string_view request_id, const Error& error,
                     const RunTrail& trail);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/run/run_summary.ipp"
#endif
