#pragma once

#include <algorithm>
#include <array>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <new>
#include <optional>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <unordered_set>

#include "costengine/detail/run/flight.hpp"
#include "costengine/run/calculate.hpp"
#include "costengine/run/jobs.hpp"

namespace costengine {
namespace detail {

inline Error job_error(ErrorCode code, std::string message) {
  return Error{code, Stage::kOptions, std::move(message), {}, {}};
}

inline double since_ms(JobClock::time_point start, JobClock::time_point end) {
  return std::chrono::duration<double, std::milli>(end - start).count();
}

/// Limits are part of what a calculation is: one with more time must not fail for want of it. Empty
/// for a request that cannot be calculated: each of those has an error of its own.
inline std::string flight_key(const Request& request, const Limits& limits) {
  std::string key = request_key(request);
  if (key.empty()) return key;
  for (const std::uint64_t limit :
       {limits.max_input_bytes, limits.max_facets, limits.max_line_bytes, limits.max_layers,
        limits.max_memory_bytes, limits.max_time_ms}) {
    key += ":" + std::to_string(limit);
  }
  return key + ":" + std::to_string(limits.max_coordinate_mm);
}

/// Whether an error is about one job's own bytes or time, and so tells nothing to an equal job.
inline bool is_of_one_job(ErrorCode code) {
  return code == ErrorCode::kLimitTime || code == ErrorCode::kReadFailed ||
         code == ErrorCode::kContentDiffers || code == ErrorCode::kNotCached;
}

inline Request request_of(const JobRequest& job, const ByteSource* source) {
  Request request;
  request.source = source;
  request.content_hash = job.content_hash;
  request.profile = job.profile.get();
  request.prices = job.prices.get();
  request.options = job.options;
  request.options.trail = nullptr;  // it would have to live as long as the job
  return request;
}

}  // namespace detail

class JobQueue::Impl {
 public:
  using Job = detail::Job;
  using Flight = detail::Flight;
  using JobPointer = std::shared_ptr<Job>;
  using FlightPointer = std::shared_ptr<Flight>;

  explicit Impl(JobQueueOptions options) : options_(std::move(options)) {
    if (options_.workers == 0) {
      options_.workers = std::max(1U, std::thread::hardware_concurrency());
    }
  }

  ~Impl() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      for (Flight* flight : flights_) flight->ctx.cancel();
    }
    work_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  Result<JobId> start(JobRequest request) {
    if (!request.profile || !request.prices) {
      return detail::job_error(ErrorCode::kInvalidArgument, "a job needs a profile and prices");
    }
    if (!request.source && request.path.empty() && request.content_hash.empty()) {
      return detail::job_error(ErrorCode::kInvalidArgument,
                               "a job needs a model: a source, a path or the hash of its content");
    }
    auto job = std::make_shared<Job>();
    job->request = std::move(request);
    job->queued_at = detail::JobClock::now();
    const std::unique_lock lock(mutex_);
    if (queued_ >= options_.max_queued) {
      return detail::job_error(
          ErrorCode::kQueueFull,
          std::to_string(queued_) +
              " jobs are waiting, as many as the queue takes: try again later");
    }
    job->id = ++last_id_;
    jobs_.emplace(job->id, job);
    enqueue(job);
    if (threads_.empty()) {
      waiting_[static_cast<std::size_t>(job->request.priority)].pop_back();
      --queued_;
      jobs_.erase(job->id);
      return detail::job_error(ErrorCode::kOutOfMemory, "the system gives this process no thread");
    }
    return job->id;
  }

  Result<JobStatus> poll(JobId id) const {
    const std::lock_guard lock(mutex_);
    const auto at = jobs_.find(id);
    if (at == jobs_.end()) return no_such_job(id);
    return status_of(*at->second);
  }

  Result<JobStatus> wait(JobId id, std::chrono::milliseconds timeout) const {
    std::unique_lock lock(mutex_);
    const auto at = jobs_.find(id);
    if (at == jobs_.end()) return no_such_job(id);
    const JobPointer job = at->second;
    // Not wait_for(now + timeout): the largest timeouts overflow the clock.
    constexpr auto kLongest = std::chrono::hours(24 * 365);
    ended_.wait_for(lock, std::min<std::chrono::milliseconds>(timeout, kLongest),
                    [&job] { return job->ended(); });
    return status_of(*job);
  }

  Status cancel(JobId id, bool release) {
    JobPointer job;
    bool ended = false;
    {
      const std::lock_guard lock(mutex_);
      const auto at = jobs_.find(id);
      if (at == jobs_.end()) return no_such_job(id);
      job = at->second;
      ended = cancel_locked(job);
      if (release) jobs_.erase(at);
    }
    if (ended) tell(job);
    return Ok{};
  }

  Result<std::shared_ptr<const Estimate>> result(JobId id) const {
    const std::lock_guard lock(mutex_);
    COSTENGINE_TRY(const Job* job, ended_job(id));
    if (job->error) return *job->error;
    return job->estimate;
  }

  Result<RunTrail> trail(JobId id) const {
    const std::lock_guard lock(mutex_);
    COSTENGINE_TRY(const Job* job, ended_job(id));
    return job->trail;
  }

  std::size_t queued() const {
    const std::lock_guard lock(mutex_);
    return queued_;
  }

  std::size_t running() const {
    const std::lock_guard lock(mutex_);
    return flights_.size();
  }

 private:
  static Error no_such_job(JobId id) {
    return detail::job_error(ErrorCode::kNoSuchJob,
                             "there is no job " + std::to_string(id) + ", or it was released");
  }

  static JobStatus status_of(const Job& job) {
    JobStatus status{job.state, Stage::kLoad, job.ended() ? 1.0 : 0.0};
    if (job.flight) {
      status.stage = job.flight->stage.load(std::memory_order_relaxed);
      status.fraction = job.flight->fraction.load(std::memory_order_relaxed);
    } else if (job.ended()) {
      status.stage = Stage::kReport;
    }
    return status;
  }

  // From here to run_jobs() all is called with the mutex held.

  Result<const Job*> ended_job(JobId id) const {
    const auto at = jobs_.find(id);
    if (at == jobs_.end()) return no_such_job(id);
    if (!at->second->ended()) {
      return detail::job_error(ErrorCode::kNotFinished, "the job has not ended: wait for it first");
    }
    return at->second.get();
  }

  /// `again`: the job has waited already, and goes before all others of its priority.
  void enqueue(const JobPointer& job, bool again = false) {
    job->state = JobState::kQueued;
    auto& queue = waiting_[static_cast<std::size_t>(job->request.priority)];
    queue.insert(again ? queue.begin() : queue.end(), job);
    ++queued_;
    // A thread that is idle may have been woken for another job. The destructor joins the threads
    // that there are.
    if (queued_ > idle_ && threads_.size() < options_.workers && !stopping_) {
      try {
        threads_.emplace_back([this] { run_jobs(); });
      } catch (const std::system_error&) {  // those that there are will do, if there are any
      }
    }
    work_.notify_one();
  }

  JobPointer next() {
    for (auto queue = waiting_.rbegin(); queue != waiting_.rend(); ++queue) {
      if (queue->empty()) continue;
      JobPointer job = std::move(queue->front());
      queue->pop_front();
      --queued_;
      return job;
    }
    return nullptr;
  }

  /// Whether the job had not ended before.
  bool cancel_locked(const JobPointer& job) {
    if (job->ended()) return false;
    if (job->flight) {
      job->flight->leave(job);
    } else {
      auto& queue = waiting_[static_cast<std::size_t>(job->request.priority)];
      queue.erase(std::find(queue.begin(), queue.end(), job));
      --queued_;
      job->begun_at = detail::JobClock::now();
    }
    end(job, Error{ErrorCode::kCancelled, Stage::kLoad, "cancelled", {}, {}});
    return true;
  }

  void end(const JobPointer& job, Estimate estimate) {
    estimate.request_id = job->request.request_id;
    job->estimate = std::make_shared<const Estimate>(std::move(estimate));
    job->state = JobState::kDone;
    job->flight.reset();
    ended_.notify_all();
  }

  void end(const JobPointer& job, const Error& error) {
    job->error = error;
    job->state = error.code == ErrorCode::kCancelled ? JobState::kCancelled : JobState::kFailed;
    job->flight.reset();
    ended_.notify_all();
  }

  /// Lets the jobs of `flight` wait for an equal calculation that is under way, if there is one.
  bool join(const FlightPointer& flight) {
    if (flight->key.empty()) return false;
    const auto [at, first] = by_key_.emplace(flight->key, flight);
    if (first) return false;
    if (at->second->ctx.cancelled()) {  // nobody waits for it any more, it is about to end
      at->second = flight;
      return false;
    }
    for (const JobPointer& job : flight->members) {
      job->flight = at->second;
      at->second->members.push_back(job);
    }
    flight->members.clear();
    return true;
  }

  /// Queues the calculation of what was just answered with something stale, unless that is queued
  /// or under way already, or the queue is full: then the next who asks brings it about.
  void recompute(JobRequest request, const std::string& key) {
    if (!request.path.empty()) request.source.reset();  // a waiting job keeps no file open
    const bool can_read = request.source || !request.path.empty();
    if (!can_read || by_key_.contains(key) || queued_ >= options_.max_queued) return;
    if (!recomputing_.insert(key).second) return;
    auto job = std::make_shared<Job>();
    request.stale_while_recompute = false;
    request.priority = JobPriority::kBatch;
    job->request = std::move(request);
    job->recomputes = key;
    job->queued_at = detail::JobClock::now();
    enqueue(job);
  }

  /// Ends the flight and its jobs; those that have ended.
  std::vector<JobPointer> land(const FlightPointer& flight, Result<Estimate> result) {
    flights_.erase(flight.get());
    const auto at = by_key_.find(flight->key);
    if (at != by_key_.end() && at->second == flight) by_key_.erase(at);
    std::vector<JobPointer> ended = std::exchange(flight->members, {});
    if (!result.ok() && detail::is_of_one_job(result.error().code)) {
      const std::size_t owners = flight->led ? 1 : 0;
      while (ended.size() > owners) {  // what they would meet by themselves is not known
        ended.back()->flight.reset();
        enqueue(ended.back(), true);
        ended.pop_back();
      }
    }
    for (std::size_t j = 1; j < ended.size(); ++j) {
      if (result.ok()) {
        end(ended[j], result.value());
      } else {
        end(ended[j], result.error());
      }
    }
    if (!ended.empty() && result.ok()) {
      end(ended.front(), std::move(result).value());
    } else if (!ended.empty()) {
      end(ended.front(), result.error());
    }
    for (const JobPointer& job : ended) {
      job->trail = flight->trail;
      recomputing_.erase(job->recomputes);
    }
    return ended;
  }

  // From here on without the mutex.

  void tell(const JobPointer& job) const {
    job->request.source.reset();  // an ended job needs its model no more
    if (!options_.finished) return;
    const JobRequest& request = job->request;
    const double queued_ms = detail::since_ms(job->queued_at, job->begun_at);
    options_.finished(job->estimate
                          ? summarize(request.input, *job->estimate)
                          : summarize(request.input, request.request_id, *job->error, job->trail),
                      queued_ms);
  }

  void run_jobs() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      JobPointer job = next();
      if (!job) {
        ++idle_;
        work_.wait(lock);
        --idle_;
        continue;
      }
      ContextOptions context;
      context.threads = options_.threads_per_job;
      context.isa = options_.isa;
      context.limits = job->request.limits;
      const auto flight = std::make_shared<Flight>(std::move(context));
      flight->members.push_back(job);
      flights_.insert(flight.get());
      job->state = JobState::kRunning;
      job->begun_at = detail::JobClock::now();
      job->flight = flight;
      JobRequest request = job->request;
      lock.unlock();
      job.reset();  // whoever owns the model's bytes may be called when it goes: not with the mutex
      run(flight, std::move(request));
      lock.lock();
    }
  }

  void run(const FlightPointer& flight, JobRequest request) {
    std::optional<Result<Estimate>> result;
    try {
      result = answer(flight, request);
    } catch (const std::bad_alloc&) {
      result =
          Error{ErrorCode::kOutOfMemory, Stage::kLoad, "not enough memory for this model", {}, {}};
    } catch (const std::exception& failure) {
      result = Error{ErrorCode::kInternal,
                     Stage::kLoad,
                     std::string("a defect of costengine: ") + failure.what(),
                     {},
                     {}};
    }
    std::vector<JobPointer> ended;
    {
      const std::lock_guard lock(mutex_);
      if (result) {
        ended = land(flight, *std::move(result));
      } else {
        flights_.erase(flight.get());
      }
    }
    for (const JobPointer& job : ended) tell(job);
  }

  /// Nothing if another flight answers.
  std::optional<Result<Estimate>> answer(const FlightPointer& flight, JobRequest& job) {
    Context& ctx = flight->ctx;
    if (!job.source && !job.path.empty()) {
      auto file = open_file(job.path, job.limits);
      if (!file.ok()) return std::move(file).error();
      job.source = std::move(file).value();
    }
    bool hashed = false;
    if (job.content_hash.empty()) {
      auto hash = sha256_hex(*job.source, ctx);
      if (!hash.ok()) return std::move(hash).error();
      job.content_hash = "sha256:" + std::move(hash).value();
      hashed = true;
    }
    Request request = detail::request_of(job, nullptr);
    flight->key = detail::flight_key(request, job.limits);
    Cache* const cache = options_.cache.get();
    if (job.stale_while_recompute && cache != nullptr) {
      auto known = calculate(request, cache, ctx);  // without the model: only if it is known
      if (known.ok()) return known;
      if (auto stale = last_answer(request, *cache)) {
        const std::lock_guard lock(mutex_);
        recompute(job, flight->key);
        return *std::move(stale);
      }
    }
    {
      const std::lock_guard lock(mutex_);
      if (join(flight)) return std::nullopt;
    }
    request.options.trail = &flight->trail;
    request.source = job.source.get();
    request.content_hash_is_checked = hashed;
    return calculate(request, cache, ctx);
  }

  JobQueueOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable work_;
  mutable std::condition_variable ended_;
  std::array<std::deque<JobPointer>, 3> waiting_;  ///< by priority
  std::size_t queued_ = 0, idle_ = 0;
  std::unordered_map<JobId, JobPointer> jobs_;
  JobId last_id_ = 0;
  std::unordered_set<Flight*> flights_;
  std::unordered_map<std::string, FlightPointer> by_key_;  ///< flights whose key is known
  std::unordered_set<std::string> recomputing_;            ///< keys of queued recomputations
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

COSTENGINE_INLINE std::string_view job_state_name(JobState state) noexcept {
  switch (state) {
    case JobState::kQueued:
      return "queued";
    case JobState::kRunning:
      return "running";
    case JobState::kDone:
      return "done";
    case JobState::kFailed:
      return "failed";
    case JobState::kCancelled:
      break;
  }
  return "cancelled";
}

COSTENGINE_INLINE JobQueue::JobQueue(JobQueueOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}
COSTENGINE_INLINE JobQueue::~JobQueue() = default;
COSTENGINE_INLINE Result<JobId> JobQueue::start(JobRequest request) {
  return impl_->start(std::move(request));
}
COSTENGINE_INLINE Result<JobStatus> JobQueue::poll(JobId job) const {
  return impl_->poll(job);
}
COSTENGINE_INLINE Result<JobStatus> JobQueue::wait(JobId job,
                                                   std::chrono::milliseconds timeout) const {
  return impl_->wait(job, timeout);
}
COSTENGINE_INLINE Status JobQueue::cancel(JobId job) {
  return impl_->cancel(job, false);
}
COSTENGINE_INLINE Status JobQueue::release(JobId job) {
  return impl_->cancel(job, true);
}
COSTENGINE_INLINE Result<std::shared_ptr<const Estimate>> JobQueue::result(JobId job) const {
  return impl_->result(job);
}
COSTENGINE_INLINE Result<RunTrail> JobQueue::trail(JobId job) const {
  return impl_->trail(job);
}
COSTENGINE_INLINE std::size_t JobQueue::queued() const {
  return impl_->queued();
}
COSTENGINE_INLINE std::size_t JobQueue::running() const {
  return impl_->running();
}

}  // namespace costengine
