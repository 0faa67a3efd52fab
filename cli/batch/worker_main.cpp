#include "worker_main.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>

#include "batch_cache.hpp"
#include "frame.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define COSTENGINE_SHADOW_MEMORY 1  // sanitizers map terabytes
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define COSTENGINE_SHADOW_MEMORY 1
#endif
#endif

namespace costengine::cli {
namespace {

constexpr int kSocket = STDERR_FILENO + 1;

/// Standard input and output lead nowhere, `socket` becomes kSocket, all others are closed.
void keep_only(int socket) {
  const int nowhere = ::open("/dev/null", O_RDWR);
  if (nowhere < 0 || ::dup2(nowhere, STDIN_FILENO) < 0 || ::dup2(nowhere, STDOUT_FILENO) < 0 ||
      ::dup2(socket, kSocket) < 0) {
    ::_exit(1);
  }
  ::fcntl(kSocket, F_SETFD, FD_CLOEXEC);
  ::closefrom(kSocket + 1);
}

/// The parent ends its workers. Who ends all processes of a service at once must not leave rows of
/// files that failed for that.
void ignore_signals() {
  for (const int number : {SIGINT, SIGTERM}) ::signal(number, SIG_IGN);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// What the process holds of its own, as RLIMIT_DATA counts it.
std::uint64_t data_bytes() {
  std::ifstream file("/proc/self/statm");
  std::array<std::uint64_t, 6> pages{};  // size, resident, shared, text, 0, data and stack
  for (std::uint64_t& count : pages) file >> count;
  return pages[5] * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

void limit_memory(std::uint64_t megabytes) {
  rlimit none{};
  ::getrlimit(RLIMIT_CORE, &none);
  none.rlim_cur = 0;  // a burst of crashes must not fill the disk
  ::setrlimit(RLIMIT_CORE, &none);
#ifndef COSTENGINE_SHADOW_MEMORY
  rlimit data{};
  ::getrlimit(RLIMIT_DATA, &data);
  data.rlim_cur = std::min<rlim_t>(data.rlim_max, data_bytes() + (megabytes << 20));
  ::setrlimit(RLIMIT_DATA, &data);
#else
  (void)megabytes;
  (void)data_bytes;
#endif
}

void send_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::write(kSocket, bytes.data(), bytes.size());
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) ::_exit(1);  // nobody is left to listen
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

/// The next task; nothing once the parent has closed its end.
std::optional<Task> next_task(FrameReader& frames) {
  std::array<char, 1 << 16> chunk;
  while (true) {
    if (const auto frame = frames.next()) {
      auto task = decode_task(*frame);
      if (!task) ::_exit(1);
      return task;
    }
    const ssize_t got = ::read(kSocket, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 || frames.broken()) return {};
    frames.add({chunk.data(), static_cast<std::size_t>(got)});
  }
}

}  // namespace

void worker_main(int socket, pid_t parent, const Job& job) noexcept {
  ::setpgid(0, 0);  // the parent ends what this process starts with it
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  keep_only(socket);
  ignore_signals();
  limit_memory(job.memory_limit_mb);

  std::unique_ptr<Cache> cache = open_batch_cache(job.cache);
  Worker worker;
  worker.cache = cache.get();
  worker.say = [](const Message& message) { send_all(framed(encode(message))); };
  FrameReader frames;
  while (const auto task = next_task(frames)) {
    do_task(*task, job, worker);
    worker.fresh = false;
  }
  cache.reset();
  ::_exit(0);
}

}  // namespace costengine::cli
