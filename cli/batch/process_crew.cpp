#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "crew.hpp"
#include "output.hpp"
#include "worker_process.hpp"

namespace costengine::cli {
namespace {

using Clock = std::chrono::steady_clock;

/// So many workers in a row may end without having been asked for anything.
constexpr int kMostIdleEnds = 10;

class ProcessCrew final : public Crew {
 public:
  ProcessCrew(const Job& job, unsigned size) : job_(job) {
    ::signal(SIGCHLD, SIG_DFL);  // where it is ignored nobody learns how a worker ended
    for (unsigned i = 0; i < size; ++i) workers_.push_back(std::make_unique<WorkerProcess>(job));
  }

  [[nodiscard]] bool has_room() const override {
    return std::any_of(workers_.begin(), workers_.end(), [](const auto& w) { return !w->busy(); });
  }
  [[nodiscard]] bool busy() const override {
    return std::any_of(workers_.begin(), workers_.end(), [](const auto& w) { return w->busy(); });
  }

  void give(Task task) override {
    const auto idle = std::find_if(workers_.begin(), workers_.end(),
                                   [](const auto& worker) { return !worker->busy(); });
    (*idle)->give(std::move(task));
  }

  std::vector<Message> wait(int other_descriptor, int timeout_ms) override {
    std::vector<pollfd> waiting;
    for (const auto& worker : workers_) {
      const int events = worker->wants_to_write() ? POLLIN | POLLOUT : POLLIN;
      waiting.push_back({worker->descriptor(), static_cast<short>(events), 0});
    }
    waiting.push_back({other_descriptor, POLLIN, 0});
    ::poll(waiting.data(), waiting.size(), until_deadline_ms(timeout_ms));

    std::vector<Message> messages;
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      WorkerProcess& worker = *workers_[i];
      if ((waiting[i].revents & POLLOUT) != 0) worker.send();
      const bool heard = (waiting[i].revents & ~POLLOUT) != 0;
      if (heard && !worker.receive(messages)) {
        replace(i, false, messages);
      } else if (worker.busy() && Clock::now() > worker.deadline()) {
        replace(i, true, messages);
      }
    }
    return messages;
  }

 private:
  [[nodiscard]] int until_deadline_ms(int timeout_ms) const {
    auto left = std::chrono::milliseconds(timeout_ms);
    for (const auto& worker : workers_) {
      if (!worker->busy()) continue;
      left = std::min(
          left, std::chrono::ceil<std::chrono::milliseconds>(worker->deadline() - Clock::now()));
    }
    return std::max(0, static_cast<int>(left.count()) + 1);
  }

  void replace(std::size_t i, bool too_late, std::vector<Message>& messages) {
    idle_ends_ = workers_[i]->busy() ? 0 : idle_ends_ + 1;
    if (idle_ends_ > kMostIdleEnds) {
      throw OutputError("worker processes end at once; try --no-isolate, and report it");
    }
    std::optional<Task> again;
    workers_[i]->end_task(too_late, messages, again);
    workers_[i] = std::make_unique<WorkerProcess>(job_);
    if (again) workers_[i]->give(std::move(*again));
  }

  const Job& job_;
  std::vector<std::unique_ptr<WorkerProcess>> workers_;
  int idle_ends_ = 0;
};

}  // namespace

std::unique_ptr<Crew> make_process_crew(const Job& job, unsigned size) {
  return std::make_unique<ProcessCrew>(job, size);
}

}  // namespace costengine::cli
