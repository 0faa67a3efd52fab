// Lets a long loop be cancelled, also where it is too deep for a Result.
#pragma once

#include <cstdint>
#include <utility>

#include "costengine/base/context.hpp"

namespace costengine::detail {

/// What Pulse throws; interruptible() turns it into an error. It never leaves a public function.
struct Interrupted {
  Error error;
};

/// Asks now and then whether the calculation must stop.
class Pulse {
 public:
  Pulse(const Context& ctx, Stage stage) : ctx_(&ctx), stage_(stage) {}

  /// Once per turn of a loop whose turns take about as long as a few facets. Throws Interrupted.
  void beat() {
    if (--left_ == 0) check();
  }

  /// For turns that take longer: asks at once.
  void check() {
    left_ = kTurns;
    if (auto status = ctx_->check(stage_); !status.ok()) {
      throw Interrupted{std::move(status).error()};
    }
  }

 private:
  static constexpr std::uint32_t kTurns = 1 << 16;
  const Context* ctx_;
  Stage stage_;
  std::uint32_t left_ = kTurns;
};

/// work(), or the error of the Pulse that ended it. `work` returns a Result.
template <class Work>
auto interruptible(Work&& work) -> decltype(work()) {
  try {
    return work();
  } catch (Interrupted& stopped) {
    return std::move(stopped.error);
  }
}

}  // namespace costengine::detail
