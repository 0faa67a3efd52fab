// Jobs that run beside one another or share a calculation.

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/jobs.hpp"

using namespace costengine;
using namespace costengine::test;

TEST_CASE("jobs that come at once run at once, though a thread is idle for one of them") {
  JobQueue queue(with_workers(8));
  REQUIRE(end_of(queue, started(queue, job_for(gate(10, true)))) == JobState::kDone);
  std::this_thread::sleep_for(50ms);  // its thread is idle now
  std::vector<std::shared_ptr<Gate>> gates;
  std::vector<JobRequest> requests;
  for (int i = 0; i < 8; ++i) {
    gates.push_back(gate(11 + i));
    requests.push_back(job_for(gates.back()));
  }
  for (JobRequest& request : requests) started(queue, std::move(request));
  for (int wait = 0; wait < 5000 && queue.running() < 8; ++wait) std::this_thread::sleep_for(1ms);
  CHECK(queue.running() == 8);
  CHECK(queue.queued() == 0);
  for (const auto& gate : gates) gate->open();
}

TEST_CASE("who joins a calculation does not answer for the time of the one that began it") {
  for (const bool first_leaves : {false, true}) {
    CAPTURE(first_leaves);
    JobQueue queue(with_workers(2));
    const auto slow = gate(10);
    JobRequest request = job_for(slow);
    request.content_hash = slow->hash();
    request.limits.max_time_ms = 1000;
    const JobId first = started(queue, request);
    slow->wait_until_read();
    std::this_thread::sleep_for(500ms);
    const JobId second = started(queue, request);
    wait_until_left(queue, 1);
    if (first_leaves) CHECK(queue.cancel(first).ok());
    std::this_thread::sleep_for(600ms);
    slow->open();
    CHECK(end_of(queue, first) == (first_leaves ? JobState::kCancelled : JobState::kFailed));
    CHECK(end_of(queue, second) == JobState::kDone);
  }
}

TEST_CASE("who joins a calculation does not answer for the bytes of the one that began it") {
  JobQueue queue(with_workers(2));
  const auto wrong = gate(10);
  const auto right = gate(11, true);
  JobRequest request = job_for(wrong);
  request.content_hash = right->hash();
  const JobId first = started(queue, request);
  wrong->wait_until_read();
  request.source = right;
  const JobId second = started(queue, request);
  const JobId third = started(queue, request);
  wait_until_left(queue, 1);
  wrong->open();
  CHECK(end_of(queue, first) == JobState::kFailed);
  CHECK(queue.result(first).error().code == ErrorCode::kContentDiffers);
  CHECK(end_of(queue, second) == JobState::kDone);
  CHECK(end_of(queue, third) == JobState::kDone);
}

TEST_CASE("who brings the model does not answer for one that only had its hash") {
  JobQueueOptions options = with_workers(2);
  const auto cache = std::make_shared<SlowCache>(CacheTier::kProduction);
  options.cache = cache;
  JobQueue queue(std::move(options));
  const auto model = gate(10, true);
  JobRequest request = job_for(nullptr);
  request.content_hash = model->hash();
  const JobId first = started(queue, request);
  cache->wait_until_asked();
  request.source = model;
  const JobId second = started(queue, request);
  wait_until_left(queue, 1);
  cache->go_on();
  CHECK(end_of(queue, first) == JobState::kFailed);
  CHECK(queue.result(first).error().code == ErrorCode::kNotCached);
  CHECK(end_of(queue, second) == JobState::kDone);
}

TEST_CASE("who comes after a calculation was given up gets one of its own") {
  JobQueue queue(with_workers(2));
  const auto stuck = gate(10);
  JobRequest request = job_for(stuck);
  request.content_hash = stuck->hash();
  const JobId first = started(queue, request);
  stuck->wait_until_read();
  CHECK(queue.cancel(first).ok());
  request.source = gate(10, true);
  const JobId second = started(queue, request);
  CHECK(queue.wait(second, 10s).value().state == JobState::kDone);
  stuck->open();
}

TEST_CASE("a full queue takes no recomputation either") {
  JobQueueOptions options = one_worker();
  options.max_queued = 1;
  const auto cache = std::make_shared<SlowCache>(CacheTier::kLast);
  options.cache = cache;
  JobQueue queue(std::move(options));
  const auto model = gate(10, true);
  answer_of(queue, started(queue, job_for(model)));
  JobRequest request = job_for(model);
  request.profile = profile_with({"layer_height=0.3"});
  request.stale_while_recompute = true;
  const JobId stale = started(queue, std::move(request));
  cache->wait_until_asked();
  const JobId next = started(queue, job_for(gate(11, true)));  // the queue is full now
  cache->go_on();
  CHECK(answer_of(queue, stale).cache.outcome == CacheOutcome::kStale);
  CHECK(end_of(queue, next) == JobState::kDone);
  wait_until_left(queue, 0);
  CHECK(model->reads() == 1);
}

TEST_CASE("a queue that goes away while a stale answer is found begins no new calculation") {
  JobQueueOptions options = with_workers(4);
  const auto cache = std::make_shared<SlowCache>(CacheTier::kLast);
  options.cache = cache;
  auto queue = std::make_unique<JobQueue>(std::move(options));
  const auto model = gate(10, true);
  answer_of(*queue, started(*queue, job_for(model)));
  JobRequest request = job_for(model);
  request.profile = profile_with({"layer_height=0.3"});
  request.stale_while_recompute = true;
  started(*queue, std::move(request));
  cache->wait_until_asked();
  std::thread going([&cache] {
    std::this_thread::sleep_for(100ms);
    cache->go_on();
  });
  queue.reset();
  going.join();
  CHECK(model->reads() == 1);
}

TEST_CASE("a recomputation waits for all others, whoever asked") {
  std::vector<std::string> ends;
  {
    JobQueueOptions options = one_worker();
    const auto cache = std::make_shared<SlowCache>(CacheTier::kLast);
    options.cache = cache;
    options.finished = [&ends](const RunSummary& summary, double) {
      ends.push_back(summary.input);  // of the one worker
    };
    JobQueue queue(std::move(options));
    const auto model = gate(10, true);
    answer_of(queue, started(queue, job_for(model, "before")));
    JobRequest request = job_for(model, "stale");
    request.profile = profile_with({"layer_height=0.3"});
    request.stale_while_recompute = true;
    request.priority = JobPriority::kInteractive;
    started(queue, std::move(request));
    cache->wait_until_asked();
    started(queue, job_for(gate(11, true), "normal"));
    cache->go_on();
    wait_until_left(queue, 0);
  }
  CHECK(ends == std::vector<std::string>{"before", "stale", "normal", "stale"});
}

TEST_CASE("what a cache has lost again is recomputed again") {
  JobQueueOptions options = one_worker();
  const auto cache = std::make_shared<MapCache>();
  options.cache = cache;
  JobQueue queue(std::move(options));
  const auto model = gate(10, true);
  answer_of(queue, started(queue, job_for(model)));
  const auto entries = cache->entries;
  const auto profile = profile_with({"layer_height=0.3"});
  for (int round = 1; round <= 2; ++round) {
    JobRequest request = job_for(model);
    request.profile = profile;
    request.stale_while_recompute = true;
    CHECK(answer_of(queue, started(queue, std::move(request))).cache.outcome ==
          CacheOutcome::kStale);
    wait_until_left(queue, 0);
    CHECK(model->reads() == 1 + round);
    cache->entries = entries;
  }
}
