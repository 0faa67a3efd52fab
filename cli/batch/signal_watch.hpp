/// Ctrl-C and termination as something to wait for, so that work can be ended in order.
#pragma once

#include <signal.h>

#include <optional>

namespace costengine::cli {

/// While it lives, SIGINT and SIGTERM are held back in this thread and in those it starts. Signals
/// that the caller ignores stay ignored.
class SignalWatch {
 public:
  SignalWatch();
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  [[nodiscard]] int descriptor() const { return descriptor_; }  ///< readable once one has come

  /// The first one that has come.
  std::optional<int> taken();

 private:
  sigset_t before_{};
  int descriptor_ = -1;
  std::optional<int> taken_;
};

}  // namespace costengine::cli
