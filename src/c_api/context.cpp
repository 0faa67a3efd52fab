// Contexts: what calculations share.

#include <cmath>

#include "costengine/run/sqlite_cache.hpp"
#include "handles.hpp"
#include "structs.hpp"

namespace costengine::c_api {
namespace {

constexpr std::uint32_t kMostThreads = 1024;
constexpr std::uint64_t kUsuallyQueued = 1000;

Status check_count(std::uint32_t count, const char* name) {
  if (count <= kMostThreads) return Ok{};
  return invalid(std::string(name) + " is more than 1024");
}

Result<Limits> limits_of(const costengine_context_options& options) {
  Limits limits;
  const auto set = [](std::uint64_t& limit, std::uint64_t value) {
    if (value != 0) limit = value;
  };
  set(limits.max_input_bytes, options.max_input_bytes);
  set(limits.max_facets, options.max_facets);
  set(limits.max_line_bytes, options.max_line_bytes);
  set(limits.max_layers, options.max_layers);
  set(limits.max_memory_bytes, options.max_memory_bytes);
  set(limits.max_time_ms, options.max_time_ms);
  if (options.max_coordinate_mm != 0) {
    if (!(options.max_coordinate_mm > 0) || !std::isfinite(options.max_coordinate_mm)) {
      return invalid("max_coordinate_mm must be a finite number above 0");
    }
    limits.max_coordinate_mm = options.max_coordinate_mm;
  }
  return limits;
}

Result<std::shared_ptr<Cache>> cache_of(const costengine_context_options& options) {
  if (options.cache_path == nullptr) return std::shared_ptr<Cache>();
  CacheOptions cache;
  if (options.cache_max_bytes != 0) cache.max_bytes = options.cache_max_bytes;
  cache.max_age_s = options.cache_max_age_s;
  COSTENGINE_TRY(auto opened, open_cache(options.cache_path, cache));
  return std::shared_ptr<Cache>(std::move(opened));
}

Result<std::unique_ptr<costengine_context>> make_context(
    const costengine_context_options& options) {
  COSTENGINE_CHECK(check_count(options.threads, "threads"));
  COSTENGINE_CHECK(check_count(options.workers, "workers"));
  COSTENGINE_CHECK(check_count(options.threads_per_job, "threads_per_job"));
  COSTENGINE_TRY(const Limits limits, limits_of(options));
  COSTENGINE_TRY(std::shared_ptr<Observer> observer, make_observer(options));
  JobQueueOptions queue;
  queue.workers = options.workers;
  queue.threads_per_job = options.threads_per_job == 0 ? 1 : options.threads_per_job;
  queue.max_queued = options.max_queued == 0 ? kUsuallyQueued : options.max_queued;
  queue.finished = [observer](const RunSummary& summary, double queued_ms) {
    observer->finished(summary, queued_ms);
  };
  COSTENGINE_TRY(queue.cache, cache_of(options));
  return std::make_unique<costengine_context>(options.threads, limits, std::move(queue),
                                              std::move(observer));
}

}  // namespace
}  // namespace costengine::c_api

namespace c_api = costengine::c_api;

int32_t costengine_context_create(const costengine_context_options* options,
                                  costengine_context** out) {
  if (out != nullptr) *out = nullptr;
  return c_api::guard([&]() -> costengine::Status {
    if (out == nullptr) return c_api::invalid("the out parameter is NULL");
    costengine_context_options given{};
    if (options != nullptr) {
      COSTENGINE_TRY(given, c_api::read_struct(options, "options"));
    }
    COSTENGINE_TRY(auto context, c_api::make_context(given));
    *out = context.release();
    return costengine::Ok{};
  });
}

void costengine_context_release(costengine_context* context) {
  if (c_api::is_valid(context)) delete context;
}
