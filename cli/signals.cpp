#include "signals.hpp"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <string_view>

#include "exit_code.hpp"

namespace costengine::cli {
namespace {

std::atomic<bool> bar_shown{false};
static_assert(std::atomic<bool>::is_always_lock_free, "used in a signal handler");

// Only calls that are safe in a signal handler.
extern "C" void end_at_once(int signal_number) {
  constexpr std::string_view kClear = "\r\x1b[K";
  const bool interrupted = signal_number == SIGINT;
  const std::string_view word =
      interrupted ? "costengine: interrupted, no result\n" : "costengine: terminated, no result\n";
  if (bar_shown.load()) (void)!::write(STDERR_FILENO, kClear.data(), kClear.size());
  (void)!::write(STDERR_FILENO, word.data(), word.size());
  ::_exit(interrupted ? kInterrupted : kTerminated);
}

}  // namespace

void install_signal_handlers() {
  for (const int signal_number : {SIGINT, SIGTERM}) {
    struct sigaction before {};
    if (::sigaction(signal_number, nullptr, &before) == 0 && before.sa_handler == SIG_IGN) continue;
    struct sigaction action {};
    action.sa_handler = end_at_once;
    ::sigaction(signal_number, &action, nullptr);
  }
}

void set_bar_shown(bool shown) {
  bar_shown.store(shown);
}

}  // namespace costengine::cli
