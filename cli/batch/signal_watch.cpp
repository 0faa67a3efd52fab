#include "signal_watch.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

#include "output.hpp"

namespace costengine::cli {

SignalWatch::SignalWatch() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM}) {
    struct sigaction now {};
    const bool ignored = ::sigaction(number, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
    if (!ignored) ::sigaddset(&set, number);
  }
  descriptor_ = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (descriptor_ < 0) throw OutputError("cannot watch for signals: no descriptor is left");
  ::pthread_sigmask(SIG_BLOCK, &set, &before_);
}

SignalWatch::~SignalWatch() {
  ::close(descriptor_);
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

std::optional<int> SignalWatch::taken() {
  signalfd_siginfo info{};
  if (!taken_ && ::read(descriptor_, &info, sizeof info) == sizeof info) {
    taken_ = static_cast<int>(info.ssi_signo);
  }
  return taken_;
}

}  // namespace costengine::cli
