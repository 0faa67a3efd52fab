/// What a run tells about itself besides its results, and whose request it works on.
#pragma once

#include <string>

#include "costengine/run/log.hpp"
#include "costengine/run/request_id.hpp"

namespace costengine::cli {

struct ObserveOptions {
  RequestId request;    ///< empty without
  std::string log;      ///< path; "-": standard error; empty: no log
  std::string metrics;  ///< path; empty: none
  std::string trace;    ///< path; empty: none
  LogFormat log_format = LogFormat::kText;
  LogLevel log_level = LogLevel::kInfo;
};

}  // namespace costengine::cli
