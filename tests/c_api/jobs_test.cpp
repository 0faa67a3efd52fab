#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "handles.hpp"

using namespace costengine_test;

namespace {

constexpr std::uint64_t kLong = 60'000;

std::uint64_t start(const Shop& shop, const costengine_request& request) {
  std::uint64_t job = 0;
  return costengine_job_start(shop.context.get(), &request, &job) == COSTENGINE_OK ? job : 0;
}

ResultHandle result_of(const Shop& shop, std::uint64_t job) {
  costengine_result* result = nullptr;
  costengine_job_result(shop.context.get(), job, &result);
  return ResultHandle(result);
}

/// A model whose reading waits until the test lets it go: its job stays under way.
struct Gate {
  model bytes = model_of(kBox);
  std::atomic<bool> open{false};
  std::atomic<int> reads{0}, closed{0};

  static std::int32_t read_at(std::uint64_t offset, void* out, std::uint64_t size, void* payload) {
    auto& gate = *static_cast<Gate*>(payload);
    ++gate.reads;
    while (!gate.open) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::memcpy(out, gate.bytes.bytes + offset, size);
    return 0;
  }
  static void close(void* payload) { ++static_cast<Gate*>(payload)->closed; }

  [[nodiscard]] costengine_request request(const Shop& shop) {
    costengine_request request = shop.request();
    request.data = nullptr;
    request.data_size = bytes.size;
    request.read_at = read_at;
    request.closed = close;
    request.payload = this;
    return request;
  }
};

/// One worker and room for two waiting jobs.
costengine_context_options small_queue() {
  costengine_context_options options;
  COSTENGINE_INIT(options);
  options.workers = 1;
  options.max_queued = 2;
  return options;
}

}  // namespace

TEST_CASE("a job gives the answer of a direct call") {
  const Shop shop;
  costengine_request request = shop.request(kOverhang);
  request.request_id = "order-19";
  request.name = "part";
  model bytes = model_of(kOverhang);
  request.data = bytes.bytes;
  const std::uint64_t job = start(shop, request);
  REQUIRE(job != 0);
  std::memset(bytes.bytes, 0, sizeof bytes.bytes);  // the job has its own copy
  costengine_job_status status;
  COSTENGINE_INIT(status);
  REQUIRE(costengine_job_wait(shop.context.get(), job, kLong, &status) == COSTENGINE_OK);
  CHECK(status.state == COSTENGINE_JOB_DONE);
  CHECK(status.fraction == 1);
  const ResultHandle result = result_of(shop, job);
  CHECK(costengine_job_release(shop.context.get(), job) == COSTENGINE_OK);
  request.data = model_of(kOverhang).bytes;
  CHECK(comparable_json(result) == comparable_json(shop.estimate(request)));
  CHECK(std::string(summary_of(result).request_id) == "order-19");
}

TEST_CASE("a job that fails has the error of a direct call") {
  const Shop shop;
  costengine_request request = shop.request(kCut);
  request.request_id = "order-20";
  const std::uint64_t job = start(shop, request);
  costengine_job_status status;
  COSTENGINE_INIT(status);
  REQUIRE(costengine_job_wait(shop.context.get(), job, kLong, &status) == COSTENGINE_OK);
  CHECK(status.state == COSTENGINE_JOB_FAILED);
  costengine_result* result = nullptr;
  CHECK(costengine_job_result(shop.context.get(), job, &result) == COSTENGINE_TRUNCATED);
  CHECK(result == nullptr);
  const std::string json = costengine_last_error_json();
  CHECK(shop.status_of(request) == COSTENGINE_TRUNCATED);
  const std::string direct = costengine_last_error_json();
  const auto before_times = [](const std::string& line) {
    const std::size_t at = line.find(R"(,"timing_ms":{"load":)");
    REQUIRE(at != std::string::npos);
    return line.substr(0, at);
  };
  CHECK(before_times(json) == before_times(direct));
  CHECK(json.find(R"("cache":{"outcome":"off"})") != std::string::npos);
}

TEST_CASE("a full queue says so, and a job under way can be cancelled") {
  const costengine_context_options options = small_queue();
  Gate gate;
  {
    const Shop shop(&options);
    costengine_context* const context = shop.context.get();
    const std::uint64_t running = start(shop, gate.request(shop));
    REQUIRE(running != 0);
    while (gate.reads == 0) std::this_thread::yield();
    CHECK(costengine_job_wait(context, running, 1, nullptr) == COSTENGINE_NOT_FINISHED);
    costengine_result* result = nullptr;
    CHECK(costengine_job_result(context, running, &result) == COSTENGINE_NOT_FINISHED);

    const std::uint64_t first = start(shop, shop.request()), second = start(shop, shop.request(1));
    CHECK(first != 0);
    CHECK(second != 0);
    std::uint64_t queued = 0, runs = 0, more = 0;
    costengine_request request = shop.request(2);
    CHECK(costengine_job_counts(context, &queued, &runs) == COSTENGINE_OK);
    CHECK(queued == 2);
    CHECK(runs == 1);
    CHECK(costengine_job_start(context, &request, &more) == COSTENGINE_QUEUE_FULL);
    CHECK(more == 0);
    Gate refused;
    request = refused.request(shop);
    CHECK(costengine_job_start(context, &request, &more) == COSTENGINE_QUEUE_FULL);
    CHECK(refused.closed == 0);

    CHECK(costengine_job_cancel(context, second) == COSTENGINE_OK);
    CHECK(costengine_job_result(context, second, &result) == COSTENGINE_CANCELLED);
    costengine_job_status status;
    COSTENGINE_INIT(status);
    CHECK(costengine_job_poll(context, second, &status) == COSTENGINE_OK);
    CHECK(status.state == COSTENGINE_JOB_CANCELLED);
    CHECK(costengine_job_cancel(context, running) == COSTENGINE_OK);
    gate.open = true;
    CHECK(costengine_job_wait(context, first, kLong, nullptr) == COSTENGINE_OK);
    CHECK(summary_of(result_of(shop, first)).total > 0);
  }
  CHECK(gate.closed == 1);
}

TEST_CASE("a waiting customer goes before a night's batch") {
  const costengine_context_options options = small_queue();
  Gate gate, batch, customer;
  batch.open = customer.open = true;
  batch.bytes = model_of(1);
  batch.bytes.bytes[0] = 'b';  // other content: not calculated together
  customer.bytes = model_of(2);
  const Shop shop(&options);
  REQUIRE(start(shop, gate.request(shop)) != 0);
  while (gate.reads == 0) std::this_thread::yield();
  costengine_request request = batch.request(shop);
  request.priority = COSTENGINE_BATCH;
  const std::uint64_t later = start(shop, request);
  request = customer.request(shop);
  request.priority = COSTENGINE_INTERACTIVE;
  const std::uint64_t sooner = start(shop, request);
  batch.open = false;  // the batch, once begun, cannot end before this test lets it
  gate.open = true;
  CHECK(costengine_job_wait(shop.context.get(), sooner, kLong, nullptr) == COSTENGINE_OK);
  batch.open = true;
  CHECK(costengine_job_wait(shop.context.get(), later, kLong, nullptr) == COSTENGINE_OK);
}

TEST_CASE("closed is called once for every job, when the job needs the payload no more") {
  Gate gate;
  gate.open = true;
  const Shop shop;
  const std::uint64_t job = start(shop, gate.request(shop));
  REQUIRE(costengine_job_wait(shop.context.get(), job, kLong, nullptr) == COSTENGINE_OK);
  REQUIRE(costengine_job_release(shop.context.get(), job) == COSTENGINE_OK);
  for (int tries = 0; tries < 10'000 && gate.closed == 0; ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  CHECK(gate.closed == 1);
}

TEST_CASE("a job that was never started or is released is no job") {
  const Shop shop;
  costengine_context* const context = shop.context.get();
  const std::uint64_t job = start(shop, shop.request());
  costengine_job_wait(context, job, kLong, nullptr);
  CHECK(costengine_job_release(context, job) == COSTENGINE_OK);
  costengine_result* result = nullptr;
  for (const std::uint64_t none : {std::uint64_t{0}, job, job + 1, COSTENGINE_NONE}) {
    CAPTURE(none);
    CHECK(costengine_job_wait(context, none, 0, nullptr) == COSTENGINE_NO_SUCH_JOB);
    CHECK(costengine_job_cancel(context, none) == COSTENGINE_NO_SUCH_JOB);
    CHECK(costengine_job_release(context, none) == COSTENGINE_NO_SUCH_JOB);
    CHECK(costengine_job_result(context, none, &result) == COSTENGINE_NO_SUCH_JOB);
  }
}

TEST_CASE("cancelling a context ends direct calls that are under way, and no later ones") {
  const Shop shop;
  Gate gate;
  std::int32_t status = COSTENGINE_OK;
  std::thread caller([&] { status = shop.status_of(gate.request(shop)); });
  while (gate.reads == 0) std::this_thread::yield();
  CHECK(costengine_context_cancel(shop.context.get()) == COSTENGINE_OK);
  gate.open = true;
  caller.join();
  CHECK(status == COSTENGINE_CANCELLED);
  CHECK(gate.closed == 0);  // only jobs say when they are done with a payload
  CHECK(shop.status_of(gate.request(shop)) == COSTENGINE_OK);
}
