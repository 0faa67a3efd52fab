// A calculation that is under way, and the jobs that wait for it.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "costengine/run/jobs.hpp"

namespace costengine::detail {

using JobClock = std::chrono::steady_clock;

struct Flight;

/// A job from start() to release(). All members are guarded by the queue's mutex.
struct Job {
  JobId id = 0;  ///< 0: a recomputation that nobody asked for by name
  JobRequest request;
  JobState state = JobState::kQueued;
  JobClock::time_point queued_at{}, begun_at{};
  std::shared_ptr<Flight> flight;  ///< while it runs
  std::shared_ptr<const Estimate> estimate;
  std::optional<Error> error;
  RunTrail trail;          ///< of its calculation, once it has ended
  std::string recomputes;  ///< the key of a recomputation; empty for what somebody asked for

  [[nodiscard]] bool ended() const {
    return state != JobState::kQueued && state != JobState::kRunning;
  }
};

/// What jobs with equal requests share. The request of the first of them is calculated.
struct Flight {
  explicit Flight(ContextOptions options) : ctx(with_progress(std::move(options))) {}

  Context ctx;
  RunTrail trail;                             ///< of the calculation
  std::string key;                            ///< empty until it is known what is calculated
  std::vector<std::shared_ptr<Job>> members;  ///< guarded by the queue's mutex
  bool led = true;  ///< the first member's request is the one; false once that job has left
  std::atomic<Stage> stage{Stage::kLoad};
  std::atomic<double> fraction{0};

  void leave(const std::shared_ptr<Job>& job) {
    if (members.front() == job) led = false;
    members.erase(std::remove(members.begin(), members.end(), job), members.end());
    if (members.empty()) ctx.cancel();
  }

 private:
  ContextOptions with_progress(ContextOptions options) {
    options.progress = [this](double now, Stage at) {
      stage.store(at, std::memory_order_relaxed);
      fraction.store(now, std::memory_order_relaxed);
    };
    return options;
  }
};

}  // namespace costengine::detail
