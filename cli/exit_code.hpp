/// How the program ends. The man page lists the same numbers.
#pragma once

#include <algorithm>

namespace costengine::cli {

/// In order of seriousness: of several files, the worst decides.
enum class ExitCode : int {
  kPriced = 0,
  kEstimated = 1,  ///< only with --strict
  kRefused = 2,    ///< a model was refused, could not be read or not be priced
  kUsage = 3,      ///< options, profile, price sheet or environment
  kFailed = 4,     ///< output could not be written, out of memory, or a bug
};

constexpr int kInterrupted = 130;
constexpr int kTerminated = 143;

inline ExitCode worse(ExitCode a, ExitCode b) {
  return std::max(a, b);
}

}  // namespace costengine::cli
