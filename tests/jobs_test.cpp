#include "costengine/run/jobs.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "costengine/report/json.hpp"
#include "costengine/run/calculate.hpp"
#include "support/jobs.hpp"

using namespace costengine;
using namespace costengine::test;
using namespace std::chrono_literals;

namespace {

/// The names of jobs in the order of their ends.
class Ends {
 public:
  auto callback() {
    return [this](const RunSummary& summary, double queued_ms) {
      const std::lock_guard lock(mutex_);
      names_.push_back(summary.input);
      least_queued_ms_ = std::min(least_queued_ms_, queued_ms);
    };
  }
  std::vector<std::string> names() const {
    const std::lock_guard lock(mutex_);
    return names_;
  }
  double least_queued_ms() const { return least_queued_ms_; }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> names_;
  double least_queued_ms_ = 1e300;
};

}  // namespace

TEST_CASE("a job gives the answer that a direct call gives, with its own request's id") {
  const auto model = gate(20, true);
  JobQueue queue(one_worker());
  JobRequest request = job_for(model);
  request.request_id = "order 7";
  const Estimate found = answer_of(queue, started(queue, std::move(request)));
  Context ctx({.threads = 1});
  Estimate expected =
      estimate(*model, *usual_profile(), example_price_sheet(), EstimateOptions{}, ctx).value();
  CHECK(found.request_id == "order 7");
  CHECK(found.production->time_s.value == expected.production->time_s.value);
  CHECK(found.quote->total == expected.quote->total);
  CHECK(found.cache.outcome == CacheOutcome::kOff);
}

TEST_CASE("jobs start by priority, equal ones in the order they came") {
  Ends ends;
  JobQueueOptions options = one_worker();
  options.finished = ends.callback();
  const auto first = gate(10);
  {
    JobQueue queue(std::move(options));
    started(queue, job_for(first, "first"));
    first->wait_until_read();  // the only worker is busy now
    std::vector<JobId> jobs;
    double side_mm = 11;
    for (const auto& [name, priority] : std::initializer_list<std::pair<const char*, JobPriority>>{
             {"night 1", JobPriority::kBatch},
             {"normal 1", JobPriority::kNormal},
             {"customer 1", JobPriority::kInteractive},
             {"night 2", JobPriority::kBatch},
             {"customer 2", JobPriority::kInteractive},
             {"normal 2", JobPriority::kNormal}}) {
      JobRequest request = job_for(gate(side_mm++, true), name);
      request.priority = priority;
      jobs.push_back(started(queue, std::move(request)));
    }
    CHECK(queue.queued() == 6);
    CHECK(queue.running() == 1);
    CHECK(queue.poll(jobs[0]).value().state == JobState::kQueued);
    first->open();
    for (const JobId job : jobs) CHECK(end_of(queue, job) == JobState::kDone);
  }
  CHECK(ends.names() == std::vector<std::string>{"first", "customer 1", "customer 2", "normal 1",
                                                 "normal 2", "night 1", "night 2"});
  CHECK(ends.least_queued_ms() >= 0);
}

TEST_CASE("a full queue refuses, and takes again when there is room") {
  JobQueueOptions options = one_worker();
  options.max_queued = 2;
  JobQueue queue(std::move(options));
  const auto busy = gate(10);
  started(queue, job_for(busy));
  busy->wait_until_read();
  const JobId second = started(queue, job_for(gate(11, true)));
  started(queue, job_for(gate(12, true)));
  const auto refused = queue.start(job_for(gate(13, true)));
  REQUIRE(!refused.ok());
  CHECK(refused.error().code == ErrorCode::kQueueFull);
  CHECK(queue.cancel(second).ok());
  CHECK(queue.start(job_for(gate(13, true))).ok());
  busy->open();
}

TEST_CASE("a job without what it needs is refused at once") {
  JobQueue queue(one_worker());
  JobRequest nothing = job_for(nullptr);
  CHECK(queue.start(nothing).error().code == ErrorCode::kInvalidArgument);
  JobRequest no_profile = job_for(gate(10, true));
  no_profile.profile = nullptr;
  CHECK(queue.start(no_profile).error().code == ErrorCode::kInvalidArgument);
}

TEST_CASE("a job that fails has its error and no estimate") {
  JobQueue queue(one_worker());
  JobRequest request = job_for(nullptr);
  request.path = "/nowhere/model.stl";
  const JobId job = started(queue, std::move(request));
  CHECK(end_of(queue, job) == JobState::kFailed);
  CHECK(queue.result(job).error().code == ErrorCode::kFileNotFound);
}

TEST_CASE("waiting ends with the time, and what runs has no result yet") {
  JobQueue queue(one_worker());
  const auto slow = gate(10);
  const JobId job = started(queue, job_for(slow));
  slow->wait_until_read();
  CHECK(queue.wait(job, 1ms).value().state == JobState::kRunning);
  CHECK(queue.result(job).error().code == ErrorCode::kNotFinished);
  slow->open();
  CHECK(queue.wait(job, std::chrono::milliseconds::max()).value().fraction == 1);
}

TEST_CASE("a released job is forgotten, and its result lives on with whoever took it") {
  JobQueue queue(one_worker());
  const JobId job = started(queue, job_for(gate(10, true)));
  REQUIRE(end_of(queue, job) == JobState::kDone);
  const std::shared_ptr<const Estimate> result = queue.result(job).value();
  CHECK(queue.release(job).ok());
  CHECK(queue.poll(job).error().code == ErrorCode::kNoSuchJob);
  CHECK(queue.release(job).error().code == ErrorCode::kNoSuchJob);
  CHECK(queue.cancel(0).error().code == ErrorCode::kNoSuchJob);
  CHECK(result->quote.has_value());
}

TEST_CASE("a job that has ended lets go of its model before it is released") {
  JobQueue queue(one_worker());
  auto model = gate(10, true);
  const std::weak_ptr<Gate> watched = model;
  const JobId job = started(queue, job_for(std::move(model)));
  REQUIRE(end_of(queue, job) == JobState::kDone);
  for (int wait = 0; wait < 1000 && !watched.expired(); ++wait) std::this_thread::sleep_for(1ms);
  CHECK(watched.expired());
  CHECK(queue.result(job).ok());
}

TEST_CASE("cancelling ends a job whether it waits or runs, and changes none that has ended") {
  JobQueue queue(one_worker());
  const auto slow = gate(10);
  const JobId running = started(queue, job_for(slow));
  slow->wait_until_read();
  const JobId waiting = started(queue, job_for(gate(11, true)));
  CHECK(queue.cancel(waiting).ok());
  CHECK(end_of(queue, waiting) == JobState::kCancelled);
  CHECK(queue.cancel(running).ok());
  CHECK(end_of(queue, running) == JobState::kCancelled);  // at once: its reader is still stuck
  CHECK(queue.result(running).error().code == ErrorCode::kCancelled);
  slow->open();
  const JobId done = started(queue, job_for(gate(12, true)));
  CHECK(end_of(queue, done) == JobState::kDone);
  CHECK(queue.cancel(done).ok());
  CHECK(queue.poll(done).value().state == JobState::kDone);
}

TEST_CASE("the time limit of a job counts from its beginning") {
  JobQueue queue(one_worker());
  const auto slow = gate(10);
  JobRequest limited = job_for(slow);
  limited.limits.max_time_ms = 20;
  const JobId first = started(queue, std::move(limited));
  slow->wait_until_read();
  JobRequest patient = job_for(gate(11, true));
  patient.limits.max_time_ms = 60'000;
  const JobId second = started(queue, std::move(patient));
  std::this_thread::sleep_for(30ms);
  slow->open();
  CHECK(end_of(queue, first) == JobState::kFailed);
  CHECK(queue.result(first).error().code == ErrorCode::kLimitTime);
  CHECK(end_of(queue, second) == JobState::kDone);
}

TEST_CASE("limits of facets and memory hold for the job that has them") {
  JobQueue queue(one_worker());
  JobRequest small = job_for(gate(10, true));
  small.limits.max_facets = 11;  // a box has 12
  CHECK(end_of(queue, started(queue, std::move(small))) == JobState::kFailed);
  JobRequest little = job_for(gate(10, true));
  little.limits.max_memory_bytes = 1'000'000;
  const JobId job = started(queue, std::move(little));
  CHECK(end_of(queue, job) == JobState::kFailed);
  CHECK(queue.result(job).error().code == ErrorCode::kLimitMemory);
  CHECK(end_of(queue, started(queue, job_for(gate(10, true)))) == JobState::kDone);
}

TEST_CASE("equal requests under way together are calculated once") {
  JobQueue queue(with_workers(4));
  const auto model = gate(10);
  std::vector<JobId> jobs;
  for (int i = 0; i < 8; ++i) {
    JobRequest request = job_for(model);
    request.content_hash = model->hash();
    request.request_id = "order " + std::to_string(i);
    jobs.push_back(started(queue, std::move(request)));
  }
  JobRequest other = job_for(model);
  other.content_hash = model->hash();
  other.options.quantity = 2;  // not equal
  const JobId pair = started(queue, std::move(other));
  // None keeps a worker busy in vain: in the end two calculations are under way.
  for (int wait = 0; wait < 10'000 && queue.queued() + queue.running() > 2; ++wait) {
    std::this_thread::sleep_for(1ms);
  }
  CHECK(queue.queued() == 0);
  CHECK(queue.running() == 2);
  CHECK(queue.cancel(jobs[0]).ok());  // the others go on without the one that began
  model->open();
  for (std::size_t i = 1; i < jobs.size(); ++i) {
    CHECK(answer_of(queue, jobs[i]).request_id == "order " + std::to_string(i));
  }
  CHECK(end_of(queue, jobs[0]) == JobState::kCancelled);
  CHECK(answer_of(queue, pair).quote->quantity == 2);
  CHECK(model->reads() == 2);
}

TEST_CASE("a hash that is not the content's is an error of its own") {
  JobQueue queue(one_worker());
  JobRequest request = job_for(gate(10, true));
  request.content_hash = gate(11)->hash();
  const JobId job = started(queue, std::move(request));
  CHECK(end_of(queue, job) == JobState::kFailed);
  CHECK(queue.result(job).error().code == ErrorCode::kContentDiffers);
}

TEST_CASE("the last answer is given stale while one recomputation runs, however many ask") {
  JobQueueOptions options = one_worker();
  options.cache = std::make_shared<test::MapCache>();
  Ends ends;
  options.finished = ends.callback();
  JobQueue queue(std::move(options));
  const auto model = gate(10, true);
  const Estimate before = answer_of(queue, started(queue, job_for(model, "before")));
  CHECK(before.cache.outcome == CacheOutcome::kMiss);

  const auto thicker = profile_with({"layer_height=0.3"});
  const auto ask = [&](const std::shared_ptr<const ByteSource>& source) {
    JobRequest request = job_for(source, "stale");
    request.profile = thicker;
    request.stale_while_recompute = true;
    return started(queue, std::move(request));
  };
  const auto busy = gate(11);
  started(queue, job_for(busy, "busy"));
  busy->wait_until_read();
  std::vector<JobId> jobs;
  for (int i = 0; i < 5; ++i) jobs.push_back(ask(model));
  busy->open();
  for (const JobId job : jobs) {
    const Estimate stale = answer_of(queue, job);
    CHECK(stale.cache.outcome == CacheOutcome::kStale);
    CHECK(stale.cache.age_s.has_value());
    CHECK(stale.quote->total == before.quote->total);
  }
  while (queue.queued() + queue.running() > 0) std::this_thread::sleep_for(1ms);
  CHECK(model->reads() == 2);  // once before, once for all of them
  const Estimate after = answer_of(queue, ask(model));
  CHECK(after.cache.outcome == CacheOutcome::kQuote);
  CHECK(after.production->layers < before.production->layers);
  const auto told = [&ends] {
    const std::vector<std::string> names = ends.names();
    return std::count(names.begin(), names.end(), "stale");
  };
  for (int wait = 0; wait < 1000 && told() < 7; ++wait) std::this_thread::sleep_for(1ms);
  CHECK(told() == 7);  // five asked in vain, one was for them all, one had it
}

TEST_CASE("without a last answer, who would take a stale one waits for the new one") {
  JobQueueOptions options = one_worker();
  options.cache = std::make_shared<test::MapCache>();
  JobQueue queue(std::move(options));
  JobRequest request = job_for(gate(10, true));
  request.stale_while_recompute = true;
  CHECK(answer_of(queue, started(queue, std::move(request))).cache.outcome == CacheOutcome::kMiss);
}

TEST_CASE("a queue that goes away takes its jobs with it") {
  const auto slow = gate(10);
  std::thread opener;
  {
    JobQueue queue(one_worker());
    started(queue, job_for(slow));
    started(queue, job_for(gate(11, true)));
    slow->wait_until_read();
    opener = std::thread([&slow] {
      std::this_thread::sleep_for(20ms);
      slow->open();
    });
  }
  opener.join();
}

TEST_CASE("many threads may start, poll, cancel and release at random") {
  JobQueueOptions options = with_workers(3);
  options.max_queued = 20;
  std::atomic<int> ended{0};
  options.finished = [&ended](const RunSummary&, double) { ++ended; };
  int accepted = 0;
  {
    JobQueue queue(std::move(options));
    std::vector<std::shared_ptr<Gate>> models;
    for (int i = 0; i < 5; ++i) models.push_back(gate(3 + i, true));
    std::vector<std::thread> threads;
    std::atomic<int> starts{0};
    for (unsigned t = 0; t < 6; ++t) {
      threads.emplace_back([&, t] {
        std::mt19937 random(t);
        std::vector<JobId> mine;
        for (int i = 0; i < 60; ++i) {
          const std::size_t which = random() % models.size();
          JobRequest request = job_for(models[which]);
          if (random() % 2 == 0) request.content_hash = models[which]->hash();
          request.priority = static_cast<JobPriority>(random() % 3);
          if (auto id = queue.start(std::move(request)); id.ok()) {
            mine.push_back(id.value());
            ++starts;
          }
          if (mine.empty()) continue;
          const JobId job = mine[random() % mine.size()];
          switch (random() % 5) {
            case 0:
              (void)queue.cancel(job);
              break;
            case 1:
              (void)queue.release(job);
              break;
            case 2:
              (void)queue.wait(job, std::chrono::milliseconds(random() % 3));
              break;
            case 3:
              (void)queue.result(job);
              break;
            default:
              (void)queue.poll(job);
          }
        }
        for (const JobId job : mine) (void)queue.wait(job, 60s);
      });
    }
    for (std::thread& thread : threads) thread.join();
    accepted = starts;
    for (int wait = 0; wait < 1000 && ended < accepted; ++wait) std::this_thread::sleep_for(1ms);
  }
  CHECK(accepted > 20);
  CHECK(ended == accepted);
}
