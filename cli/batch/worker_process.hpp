/// One process of a crew, seen from its parent.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "frame.hpp"
#include "work.hpp"

namespace costengine::cli {

class WorkerProcess {
 public:
  /// Forks. Throws OutputError if the system has no process to give.
  explicit WorkerProcess(const Job& job);
  /// An idle worker is asked to end, and given a second for it; else it is killed, together with
  /// what it started.
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  [[nodiscard]] bool busy() const { return task_.has_value(); }
  [[nodiscard]] int descriptor() const { return socket_; }
  [[nodiscard]] bool wants_to_write() const { return !unsent_.empty(); }
  [[nodiscard]] std::chrono::steady_clock::time_point deadline() const { return deadline_; }

  /// Precondition: !busy().
  void give(Task task);
  void send();  ///< as much as the pipe takes

  /// Appends what the worker has said since. False: it can do no more, and end_task() says why.
  bool receive(std::vector<Message>& messages);

  /// Ends the process at once. For each file of its task that has no row there is one with an error
  /// then; or the whole task is to be done `again` by a new worker.
  void end_task(bool too_late, std::vector<Message>& messages, std::optional<Task>& again);

 private:
  void take(Message message, std::vector<Message>& messages);
  void kill();
  [[nodiscard]] Error failure(bool too_late) const;

  const Job& job_;
  pid_t pid_ = -1;
  int socket_ = -1;
  int status_ = 0;  ///< of waitpid(), once killed
  FrameReader said_;
  std::string unsent_;
  std::optional<Task> task_;  ///< with the files that have no answer yet
  bool again_ = false;
  bool nonsense_ = false;  ///< it has said something that is no message
  std::chrono::steady_clock::time_point start_, deadline_;
};

}  // namespace costengine::cli
