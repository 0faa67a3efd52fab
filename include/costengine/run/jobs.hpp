/// JobQueue: calculations in the background: start, poll, wait, cancel, release.
///
/// A job is queued, runs on one of the queue's threads, and keeps its result until it is released.
/// Jobs of a higher priority start first, equal ones in the order of their starting. A queue that
/// is full says so at once: whoever feeds it slows down, nothing piles up.
///
/// Equal requests (the same content, settings, prices and order) that are under way together are
/// calculated once: the later ones take the answer of the first. They are known to be equal where
/// Request::content_hash is given, or once the content is read. If the first fails for what is its
/// own (its time, its source), the others are queued again and begin anew.
///
/// Threads: every function may be called from any thread at any time.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "costengine/base/byte_source.hpp"
#include "costengine/base/context.hpp"
#include "costengine/base/error.hpp"
#include "costengine/estimate.hpp"
#include "costengine/profile/profile.hpp"
#include "costengine/run/cache.hpp"
#include "costengine/run/run_summary.hpp"

namespace costengine {

/// Who waits. A waiting customer goes before a night's batch.
enum class JobPriority : std::uint8_t { kBatch, kNormal, kInteractive };

enum class JobState : std::uint8_t {
  kQueued,
  kRunning,
  kDone,       ///< the result is an Estimate
  kFailed,     ///< the result is an Error
  kCancelled,  ///< the result is the Error kCancelled
};

/// "queued", "running", ... Never empty.
std::string_view job_state_name(JobState state) noexcept;

using JobId = std::uint64_t;  ///< never 0, never used again

/// What a job works on. It shares what it refers to: the caller may let go of it.
struct JobRequest {
  std::string input;  ///< what logs and metrics call it
  /// The model; or nothing, and `path` is opened when the job runs; or neither, where content_hash
  /// is given and only the cache is to answer.
  std::shared_ptr<const ByteSource> source;
  std::string path;
  std::string content_hash;  ///< as Request::content_hash
  std::shared_ptr<const Profile> profile;
  std::shared_ptr<const PriceSheet> prices;
  EstimateOptions options{};
  std::string request_id;

  JobPriority priority = JobPriority::kNormal;
  Limits limits{};  ///< max_time_ms counts from when the job begins to run

  /// If the cache has an answer for this content and order, but for other settings or prices than
  /// these: give that one at once, marked CacheOutcome::kStale, and calculate the new one in the
  /// background. However many ask, it is calculated once. Needs a cache.
  bool stale_while_recompute = false;
};

struct JobStatus {
  JobState state = JobState::kQueued;
  Stage stage = Stage::kLoad;
  double fraction = 0;  ///< of the work, 0 to 1; never falls but where a job begins anew
};

struct JobQueueOptions {
  unsigned workers = 0;           ///< jobs that run at once; 0: one for each core
  unsigned threads_per_job = 1;   ///< most threads of one job; 0: all cores
  std::size_t max_queued = 1000;  ///< waiting jobs beyond this are refused with kQueueFull
  std::shared_ptr<Cache> cache{};
  Isa isa = Isa::kBest;
  /// Told of every job that ends, with what it waited in the queue; must not throw nor call the
  /// queue. Called from the queue's threads and from those that cancel, from several at once.
  std::function<void(const RunSummary& summary, double queued_ms)> finished{};
};

class JobQueue {
 public:
  explicit JobQueue(JobQueueOptions options);
  /// Cancels what is queued or runs, and waits for the threads.
  ~JobQueue();
  JobQueue(const JobQueue&) = delete;
  JobQueue& operator=(const JobQueue&) = delete;

  /// Errors: kQueueFull; kInvalidArgument without profile or prices, or without all of source, path
  /// and content_hash.
  Result<JobId> start(JobRequest request);

  /// Errors of these: kNoSuchJob.
  [[nodiscard]] Result<JobStatus> poll(JobId job) const;
  /// The status once the job has ended, or when the time is over.
  Result<JobStatus> wait(JobId job, std::chrono::milliseconds timeout) const;
  /// Ends the job within 100 ms. No error for one that has ended already.
  Status cancel(JobId job);
  /// Forgets the job and its result; one that has not ended is cancelled.
  Status release(JobId job);

  /// The job's answer, shared with the queue and valid after release(). Errors: the job's own;
  /// kNoSuchJob; kNotFinished.
  [[nodiscard]] Result<std::shared_ptr<const Estimate>> result(JobId job) const;

  /// Stage times and cache outcome of a job that has ended, whether with an answer or an error;
  /// zeros and kOff where nothing was calculated for it. Errors: kNoSuchJob; kNotFinished.
  [[nodiscard]] Result<RunTrail> trail(JobId job) const;

  [[nodiscard]] std::size_t queued() const;
  [[nodiscard]] std::size_t running() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/run/jobs.ipp"
#endif
