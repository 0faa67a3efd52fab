// Summaries of calculations that never were, and names that try to break what shows them.
#pragma once

#include <string>
#include <vector>

#include "costengine/run/run_summary.hpp"

namespace costengine::run_summaries {

/// A priced model: its stages follow one another from `began_ms`, 1, 2, 3, 4, 5 and 6 ms long.
inline RunSummary priced(double began_ms = 1000) {
  RunSummary summary;
  summary.request_id = "order 7";
  summary.input = "box.stl";
  summary.outcome = Outcome::kTrusted;
  summary.cache = CacheOutcome::kMiss;
  summary.times.load_ms = 1;
  summary.times.inspect_ms = 2;
  summary.times.measure_ms = 3;
  summary.times.slice_ms = 4;
  summary.times.plan_ms = 5;
  summary.times.price_ms = 6;
  summary.times.total_ms = 21.5;
  summary.times.began_ms = began_ms;
  summary.times.stage_began_ms = {began_ms,     began_ms + 1,  began_ms + 3,
                                  began_ms + 6, began_ms + 10, began_ms + 15};
  summary.bytes = 684;
  summary.facets = 12;
  summary.print_time_s = 1800;
  summary.total_minor = 2472;
  summary.currency = "EUR";
  summary.minor_digits = 2;
  return summary;
}

/// A file that is cut: only its load was begun.
inline RunSummary failed(double began_ms = 1000) {
  RunSummary summary;
  summary.input = "cut.stl";
  summary.error = Error{ErrorCode::kTruncated, Stage::kLoad, "the file ends early", 84, {}};
  summary.times.load_ms = summary.times.total_ms = 0.5;
  summary.times.began_ms = summary.times.stage_began_ms[0] = began_ms;
  summary.bytes = 90;
  return summary;
}

inline std::vector<std::string> hostile_names() {
  return {"a\nb\rc\td.stl",
          "quote\" and back\\slash\\",
          "x\" outcome=trusted y=\"",
          "evil\u202elts.exe",
          "line\u2028separator",
          "\x1b[31mred\x07\x7f",
          "\xff\xfe\xc0\xaf\xed\xa0\x80.stl",
          std::string("nul\0nul", 7),
          ""};
}

}  // namespace costengine::run_summaries
