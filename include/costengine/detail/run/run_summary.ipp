#pragma once

#include "costengine/run/run_summary.hpp"

namespace costengine {

COSTENGINE_INLINE std::string_view outcome_name(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::kTrusted:
      return "trusted";
    case Outcome::kEstimated:
      return "estimated";
    case Outcome::kRefused:
      return "refused";
    case Outcome::kUnpriced:
      return "unpriced";
    case Outcome::kFailed:
      break;
  }
  return "failed";
}

COSTENGINE_INLINE RunSummary summarize(std::string_view input, const Estimate& estimate) {
  RunSummary summary;
  summary.input = input;
  summary.request_id = estimate.request_id;
  switch (estimate.verdict) {
    case Verdict::kTrusted:
      summary.outcome = Outcome::kTrusted;
      break;
    case Verdict::kEstimated:
      summary.outcome = Outcome::kEstimated;
      break;
    case Verdict::kRefused:
      summary.outcome = Outcome::kRefused;
      break;
  }
  if (estimate.unpriced) {
    summary.outcome = Outcome::kUnpriced;
    summary.error = estimate.unpriced;
  }
  summary.cache = estimate.cache.outcome;
  summary.times = estimate.times;
  summary.bytes = estimate.bytes;
  summary.facets = estimate.facets;
  if (estimate.production) summary.print_time_s = estimate.production->time_s.value;
  if (estimate.quote) {
    summary.total_minor = estimate.quote->total.minor;
    summary.currency = estimate.quote->currency;
    summary.minor_digits = estimate.quote->minor_digits;
  }
  return summary;
}

COSTENGINE_INLINE RunSummary summarize(std::string_view input, std::string_view request_id,
                                       const Error& error, double wall_ms) {
  RunSummary summary;
  summary.input = input;
  summary.request_id = request_id;
  summary.error = error;
  summary.times.total_ms = wall_ms;
  return summary;
}

COSTENGINE_INLINE RunSummary summarize(std::string_view input, std::string_view request_id,
                                       const Error& error, const RunTrail& trail) {
  RunSummary summary = summarize(input, request_id, error, trail.times.total_ms);
  summary.times = trail.times;
  summary.cache = trail.cache.outcome;
  summary.bytes = trail.bytes;
  summary.facets = trail.facets;
  return summary;
}

}  // namespace costengine
