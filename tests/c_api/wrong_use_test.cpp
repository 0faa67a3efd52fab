#include <doctest/doctest.h>

#include <array>
#include <cstring>
#include <limits>
#include <string>
#include <thread>

#include "handles.hpp"

using namespace costengine_test;

namespace {

/// A request as a caller compiled with a longer struct passes it.
struct LongRequest {
  costengine_request request;
  std::array<std::uint64_t, 8> more;
};

std::int32_t status_of(const Shop& shop, const LongRequest& request) {
  costengine_result* result = nullptr;
  const std::int32_t status = costengine_estimate(shop.context.get(), &request.request, &result);
  costengine_result_release(result);
  return status;
}

std::int32_t load_prices(const char* name) {
  costengine_prices* prices = nullptr;
  const std::int32_t status = costengine_prices_load(name, &prices);
  costengine_prices_release(prices);
  return status;
}

}  // namespace

TEST_CASE("NULL is an invalid argument wherever it is not allowed, and never a crash") {
  const Shop shop;
  const costengine_request request = shop.request();
  costengine_result* result = nullptr;
  costengine_context* const context = shop.context.get();
  std::uint64_t job = 0;
  const std::array<std::int32_t, 17> statuses = {
      costengine_context_create(nullptr, nullptr),
      costengine_context_cancel(nullptr),
      costengine_context_metrics(nullptr, nullptr),
      costengine_context_metrics(context, nullptr),
      costengine_profile_load(nullptr, nullptr, nullptr, 0, nullptr),
      costengine_profile_parse(COSTENGINE_PROFILE_TOML, nullptr, 0, nullptr, nullptr, nullptr, 0,
                               nullptr),
      costengine_prices_load(nullptr, nullptr),
      costengine_prices_parse(nullptr, 5, "name", nullptr),
      costengine_estimate(nullptr, &request, &result),
      costengine_estimate(context, nullptr, &result),
      costengine_estimate(context, &request, nullptr),
      costengine_job_start(context, &request, nullptr),
      costengine_job_start(nullptr, &request, &job),
      costengine_job_poll(nullptr, 1, nullptr),
      costengine_result_summary(nullptr, nullptr),
      costengine_result_finding(nullptr, 0, nullptr),
      costengine_last_error(nullptr)};
  for (std::size_t s = 0; s < statuses.size(); ++s) {
    CAPTURE(s);
    CHECK(statuses[s] == COSTENGINE_INVALID_ARGUMENT);
  }
  CHECK(load_prices(nullptr) == COSTENGINE_INVALID_ARGUMENT);
  costengine_context_release(nullptr);
  costengine_profile_release(nullptr);
  costengine_prices_release(nullptr);
  costengine_result_release(nullptr);
  costengine_string_release(nullptr);
  CHECK(costengine_result_json(nullptr, nullptr) == nullptr);
  CHECK(costengine_result_line_count(nullptr) == 0);
  CHECK(costengine_profile_name(nullptr) == nullptr);
}

TEST_CASE("a handle of another type is recognised") {
  const Shop shop;
  costengine_request request = shop.request();
  request.profile = reinterpret_cast<const costengine_profile*>(shop.prices.get());
  CHECK(shop.status_of(request) == COSTENGINE_INVALID_ARGUMENT);
  costengine_result* result = nullptr;
  request = shop.request();
  CHECK(costengine_estimate(reinterpret_cast<costengine_context*>(shop.profile.get()), &request,
                            &result) == COSTENGINE_INVALID_ARGUMENT);
}

TEST_CASE("unknown enumerators, flags and numbers out of range are refused") {
  const Shop shop;
  const auto refused = [&shop](auto&& change) {
    costengine_request request = shop.request();
    change(request);
    return shop.status_of(request) == COSTENGINE_INVALID_ARGUMENT;
  };
  CHECK(refused([](auto& r) { r.wanted = 1U << 31; }));
  CHECK(refused([](auto& r) { r.flags = 4; }));
  CHECK(refused([](auto& r) { r.priority = 2; }));
  CHECK(refused([](auto& r) { r.priority = -2; }));
  CHECK(refused([](auto& r) { r.quantity = 1'000'000'001; }));
  CHECK(refused([](auto& r) { r.unit_mm = -1; }));
  CHECK(refused([](auto& r) { r.unit_mm = std::numeric_limits<double>::quiet_NaN(); }));
  CHECK(refused([](auto& r) { r.unit_mm = std::numeric_limits<double>::infinity(); }));
  CHECK(refused([](auto& r) { r.path = "part.stl"; }));  // and data
  CHECK(refused([](auto& r) { r.data = nullptr; }));     // and nothing else
  CHECK(refused([](auto& r) {
    r.data = nullptr;
    r.path = "";
  }));
  CHECK(refused([](auto& r) {
    r.data = nullptr;
    r.content_hash = "";
  }));
  CHECK(refused([](auto& r) { r.profile = nullptr; }));
  CHECK(refused([](auto& r) { r.prices = nullptr; }));

  costengine_context_options options;
  COSTENGINE_INIT(options);
  options.threads = 1025;
  CHECK(make_context(&options) == nullptr);
  options.threads = 1;
  options.max_coordinate_mm = -1;
  CHECK(make_context(&options) == nullptr);

  costengine_profile* profile = nullptr;
  CHECK(costengine_profile_parse(3, "", 0, "name", nullptr, nullptr, 0, &profile) ==
        COSTENGINE_INVALID_ARGUMENT);
  const char* const none[] = {nullptr};
  CHECK(costengine_profile_load(nullptr, nullptr, none, 1, &profile) ==
        COSTENGINE_INVALID_ARGUMENT);
  CHECK(costengine_profile_load("nobody", nullptr, nullptr, 0, &profile) ==
        COSTENGINE_PROFILE_UNKNOWN);
  CHECK(profile == nullptr);
}

TEST_CASE("an empty model in memory is empty, not absent") {
  const Shop shop;
  costengine_request request = shop.request();
  request.data_size = 0;
  CHECK(shop.status_of(request) == COSTENGINE_EMPTY);
}

TEST_CASE("callers of another version are understood, or told so") {
  const Shop shop;
  LongRequest request{shop.request(), {}};
  request.request.struct_size = sizeof request;
  CHECK(status_of(shop, request) == COSTENGINE_OK);
  request.more.back() = 1;
  CHECK(status_of(shop, request) == COSTENGINE_INVALID_ARGUMENT);
  CHECK(std::string(costengine_last_error_message()).find("does not know") != std::string::npos);
  request.more.back() = 0;
  for (const std::uint32_t size : {0U, 1U, 7U, 12U, 4104U, 0xFFFFFFF8U, 0xFFFFFFFFU}) {
    CAPTURE(size);
    request.request.struct_size = size;
    CHECK(status_of(shop, request) == COSTENGINE_INVALID_ARGUMENT);
  }
  // An older caller knows of no request_id: what stands there is not read.
  request.request.request_id = "order";
  request.request.struct_size = offsetof(costengine_request, request_id);
  costengine_result* result = nullptr;
  REQUIRE(costengine_estimate(shop.context.get(), &request.request, &result) == COSTENGINE_OK);
  CHECK(summary_of(ResultHandle(result)).request_id == nullptr);
}

TEST_CASE("structs to fill may be shorter or longer") {
  const Shop shop;
  const ResultHandle result = shop.estimate(shop.request());
  costengine_summary summary;
  std::memset(&summary, 0x55, sizeof summary);
  summary.struct_size = offsetof(costengine_summary, time_s);
  REQUIRE(costengine_result_summary(result.get(), &summary) == COSTENGINE_OK);
  CHECK(summary.struct_size == offsetof(costengine_summary, time_s));
  CHECK(summary.total > 0);
  CHECK(summary.layers == 0x5555555555555555);

  struct {
    costengine_summary summary;
    std::uint64_t more = 7;
  } longer;
  longer.summary.struct_size = sizeof longer;
  REQUIRE(costengine_result_summary(result.get(), &longer.summary) == COSTENGINE_OK);
  CHECK(longer.more == 0);
  longer.summary.struct_size = 12;
  CHECK(costengine_result_summary(result.get(), &longer.summary) == COSTENGINE_INVALID_ARGUMENT);
}

TEST_CASE("errors of threads do not mix") {
  CHECK(load_prices("nowhere.toml") == COSTENGINE_FILE_NOT_FOUND);
  std::string other = "unset";
  std::thread([&other] {
    other = costengine_last_error_message();
    load_prices(nullptr);
  }).join();
  CHECK(other.empty());
  costengine_error error;
  COSTENGINE_INIT(error);
  costengine_last_error(&error);
  CHECK(error.status == COSTENGINE_FILE_NOT_FOUND);
}

TEST_CASE("every status has a name") {
  CHECK(std::string(costengine_status_name(COSTENGINE_OK)) == "ok");
  CHECK(std::string(costengine_status_name(COSTENGINE_LIMIT_MEMORY)) == "limit_memory");
  CHECK(std::string(costengine_status_name(COSTENGINE_INTERNAL)) == "internal");
  for (const std::int32_t status : {-1, 1, 91, std::numeric_limits<std::int32_t>::max()}) {
    CHECK(std::string(costengine_status_name(status)) == "unknown");
  }
}

TEST_CASE("the library and its header are of one version") {
  CHECK(std::string(costengine_version()) == COSTENGINE_VERSION);
  CHECK(costengine_version_number() == COSTENGINE_VERSION_MAJOR * 10000U +
                                           COSTENGINE_VERSION_MINOR * 100U +
                                           COSTENGINE_VERSION_PATCH);
  CHECK(costengine_abi_version() == COSTENGINE_ABI_VERSION);
}
