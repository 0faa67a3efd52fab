/// What remains of a file once it is calculated.
#pragma once

#include <string>

#include "costengine/run/run_summary.hpp"
#include "wire.hpp"

namespace costengine::cli {

struct Row {
  std::string text;    ///< the file's line of the output, with its end
  RunSummary summary;  ///< input is the path
};

void put(WireWriter& out, const Row& row);
/// Precondition of using the result: in.ok().
Row take_row(WireReader& in);

}  // namespace costengine::cli
