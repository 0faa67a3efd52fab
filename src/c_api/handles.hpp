/// What is behind the opaque types.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>

#include "costengine/base/context.hpp"
#include "costengine/estimate.hpp"
#include "costengine/price/price_sheet.hpp"
#include "costengine/profile/profile.hpp"
#include "costengine/run/cache.hpp"
#include "costengine/run/jobs.hpp"
#include "costengine/run/run_summary.hpp"
#include "guard.hpp"
#include "observer.hpp"

namespace costengine::c_api {

/// Begins every handle: a pointer to something else is recognised, not believed.
enum class Tag : std::uint64_t {
  kContext = 0x746e6f4374736f63,
  kProfile = 0x666f725074736f63,
  kPrices = 0x6369725074736f63,
  kResult = 0x7573655274736f63,
  kReleased = 0x6561656c52656568,
};

template <Tag kTag>
struct Handle {
  Handle() = default;
  ~Handle() { tag.store(Tag::kReleased, std::memory_order_relaxed); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  std::atomic<Tag> tag{kTag};
  static constexpr Tag kExpected = kTag;
};

template <class T>
bool is_valid(const T* handle) {
  return handle != nullptr && handle->tag.load(std::memory_order_relaxed) == T::kExpected;
}

template <class T>
Status check(const T* handle, const char* name) {
  if (is_valid(handle)) return Ok{};
  return invalid(std::string(name) + " is NULL or no such handle");
}

/// How a result is to be shown, which the calculation need not know.
struct ResultView {
  std::shared_ptr<const Profile> profile;
  Subject subject;
  bool inspect_only = false, layers = false;
};

}  // namespace costengine::c_api

struct costengine_profile : costengine::c_api::Handle<costengine::c_api::Tag::kProfile> {
  explicit costengine_profile(costengine::Profile value)
      : profile(std::make_shared<const costengine::Profile>(std::move(value))) {}
  std::shared_ptr<const costengine::Profile> profile;
};

struct costengine_prices : costengine::c_api::Handle<costengine::c_api::Tag::kPrices> {
  explicit costengine_prices(costengine::PriceSheet value)
      : prices(std::make_shared<const costengine::PriceSheet>(std::move(value))) {}
  std::shared_ptr<const costengine::PriceSheet> prices;
};

struct costengine_result : costengine::c_api::Handle<costengine::c_api::Tag::kResult> {
  costengine_result(std::shared_ptr<const costengine::Estimate> answer,
                    costengine::c_api::ResultView how)
      : estimate(std::move(answer)), view(std::move(how)) {}
  std::shared_ptr<const costengine::Estimate> estimate;
  costengine::c_api::ResultView view;
  mutable std::mutex json_mutex;
  mutable std::string json;  ///< made when asked for
};

struct costengine_context : costengine::c_api::Handle<costengine::c_api::Tag::kContext> {
  costengine_context(unsigned threads_of_one, costengine::Limits limits_of_each,
                     costengine::JobQueueOptions queue_options,
                     std::shared_ptr<costengine::c_api::Observer> told)
      : threads(threads_of_one),
        limits(limits_of_each),
        cache(queue_options.cache),
        observer(std::move(told)),
        jobs(std::move(queue_options)) {}

  const unsigned threads;
  const costengine::Limits limits;
  const std::shared_ptr<costengine::Cache> cache;
  const std::shared_ptr<costengine::c_api::Observer> observer;

  std::mutex running_mutex;
  std::set<costengine::Context*> running;  ///< what costengine_context_cancel() ends

  std::mutex views_mutex;
  std::unordered_map<costengine::JobId, costengine::c_api::ResultView> views;

  costengine::JobQueue jobs;  ///< last: its threads end before the rest goes
};

namespace costengine::c_api {

/// A result for the caller; it keeps of the estimate what was asked for.
costengine_result* make_result(Estimate estimate, ResultView view);

}  // namespace costengine::c_api
