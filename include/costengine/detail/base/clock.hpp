// The steady clock as numbers.
#pragma once

#include <chrono>

namespace costengine::detail {

/// Milliseconds of the steady clock.
inline double clock_ms() {
  return std::chrono::duration<double, std::milli>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace costengine::detail
