/// costengine batch: many models, one output file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "run_models.hpp"

namespace costengine::cli {

struct BatchCommand {
  ModelOptions models;  ///< files: as the user named the inputs; form: kJson or kCsv
  std::string output;
  std::string material;
  std::string prices;                  ///< path of a price sheet; empty: the example
  std::vector<std::string> overrides;  ///< "key=value"
  std::uint64_t quantity = 1;
  bool force = false;

  unsigned jobs = 0;    ///< files at once; 0: one for each core
  bool isolate = true;  ///< work in processes of their own
  bool resume = false;
  bool as_finished = false;  ///< rows in the order in which they were finished, not named
  std::uint64_t time_limit_s = 600;
  std::uint64_t memory_limit_mb = 4096;
};

/// Throws UsageError and OutputError.
ExitCode run(const BatchCommand& command);

}  // namespace costengine::cli
