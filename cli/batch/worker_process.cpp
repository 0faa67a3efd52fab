#include "worker_process.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "output.hpp"
#include "worker_main.hpp"

namespace costengine::cli {
namespace {

using Clock = std::chrono::steady_clock;

/// What a worker may take longer than its time limit before it is killed.
constexpr auto kGrace = std::chrono::seconds(1);

[[noreturn]] void no_worker(const char* what) {
  throw OutputError(std::string("cannot start a worker process: ") + what + ": " +
                    std::strerror(errno));
}

}  // namespace

WorkerProcess::WorkerProcess(const Job& job) : job_(job) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) no_worker("socket");
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0) worker_main(ends[1], parent, job);
  ::close(ends[1]);
  socket_ = ends[0];
  if (pid_ < 0) {
    const int error = errno;
    ::close(socket_);
    errno = error;
    no_worker("fork");
  }
  ::setpgid(pid_, pid_);  // whoever of the two is first
}

WorkerProcess::~WorkerProcess() {
  if (pid_ < 0) return;
  if (!busy()) {
    ::shutdown(socket_, SHUT_RDWR);
    const auto until = Clock::now() + std::chrono::seconds(1);
    while (pid_ > 0 && Clock::now() < until) {
      if (::waitpid(pid_, &status_, WNOHANG) == pid_) pid_ = -1;
      if (pid_ > 0) ::poll(nullptr, 0, 1);
    }
  }
  kill();
}

void WorkerProcess::give(Task task) {
  unsent_ = framed(encode(task));
  task_ = std::move(task);
  start_ = Clock::now();
  deadline_ = start_ + std::chrono::seconds(job_.time_limit_s) + kGrace;
  send();
}

void WorkerProcess::send() {
  while (!unsent_.empty()) {
    const ssize_t sent = ::send(socket_, unsent_.data(), unsent_.size(), MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno == EAGAIN) return;
    // Who cannot be written to has ended: receive() will notice.
    unsent_.erase(0, sent < 0 ? unsent_.size() : static_cast<std::size_t>(sent));
  }
}

bool WorkerProcess::receive(std::vector<Message>& messages) {
  std::array<char, 1 << 16> chunk;
  const ssize_t got = ::recv(socket_, chunk.data(), chunk.size(), MSG_DONTWAIT);
  if (got < 0) return errno == EINTR || errno == EAGAIN;
  if (got == 0) return false;
  said_.add({chunk.data(), static_cast<std::size_t>(got)});
  while (const auto frame = said_.next()) {
    auto message = decode_message(*frame);
    if (!message) {
      nonsense_ = true;
      return false;
    }
    take(std::move(*message), messages);
  }
  nonsense_ = nonsense_ || said_.broken();
  return !nonsense_ && !again_;
}

void WorkerProcess::take(Message message, std::vector<Message>& messages) {
  if (!task_) {
    nonsense_ = true;
    return;
  }
  switch (message.kind) {
    case Message::Kind::kDone:
      nonsense_ = task_->kind == Task::Kind::kEstimate && !task_->files.empty();
      if (!nonsense_) task_.reset();
      return;
    case Message::Kind::kAgain:
      again_ = true;
      return;
    case Message::Kind::kHash:
    case Message::Kind::kRow:
      break;
  }
  // Rows come in the order of the task's files.
  if (task_->files.empty() || task_->files.front().input != message.input) {
    nonsense_ = true;
    return;
  }
  task_->files.erase(task_->files.begin());
  deadline_ = Clock::now() + std::chrono::seconds(job_.time_limit_s) + kGrace;
  messages.push_back(std::move(message));
}

void WorkerProcess::end_task(bool too_late, std::vector<Message>& messages,
                             std::optional<Task>& again) {
  kill();
  if (!task_) return;
  if (again_) {
    again = std::exchange(task_, {});
    return;
  }
  const Error error = failure(too_late);
  const std::chrono::duration<double, std::milli> began = start_.time_since_epoch();
  RunTrail trail;
  trail.times.began_ms = began.count();
  trail.times.total_ms = std::chrono::duration<double, std::milli>(Clock::now() - start_).count();
  for (const TaskFile& file : task_->files) {
    messages.push_back({Message::Kind::kRow, file.input, {}, failed_row(job_, file, error, trail)});
  }
  task_.reset();
}

/// Also what the worker started, the import helper, and whether or not it has ended by itself.
void WorkerProcess::kill() {
  if (pid_ > 0) {
    ::kill(-pid_, SIGKILL);
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
  }
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
}

Error WorkerProcess::failure(bool too_late) const {
  if (too_late) {
    return {ErrorCode::kLimitTime,
            Stage::kLoad,
            "took longer than " + std::to_string(job_.time_limit_s) +
                " s and was stopped: simplify it, or raise --time-limit",
            {},
            {}};
  }
  std::string what = "ended with status " + std::to_string(WEXITSTATUS(status_));
  if (WIFSIGNALED(status_)) what = "crashed (signal " + std::to_string(WTERMSIG(status_)) + ")";
  if (nonsense_) what = "gave an answer that cannot be understood";
  return {ErrorCode::kWorkerFailed,
          Stage::kLoad,
          "the process that worked on this file " + what +
              ": try the file alone, and report it if that fails too",
          {},
          {}};
}

}  // namespace costengine::cli
