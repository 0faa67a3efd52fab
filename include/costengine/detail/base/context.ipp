#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <thread>

#include "costengine/base/context.hpp"
#include "costengine/detail/base/arena.hpp"

namespace costengine {

COSTENGINE_INLINE Context::Context(ContextOptions options)
    : threads_(options.threads != 0 ? options.threads
                                    : std::max(1U, std::thread::hardware_concurrency())),
      isa_(options.isa),
      limits_(options.limits),
      progress_(std::move(options.progress)),
      start_(std::chrono::steady_clock::now()),
      last_report_(start_) {}

COSTENGINE_INLINE Context::~Context() {
  if (arena_) detail::ArenaPool::instance().put_back(std::move(arena_));
}

COSTENGINE_INLINE Status Context::check(Stage stage) const {
  if (cancelled()) return Error{ErrorCode::kCancelled, stage, "cancelled", {}, {}};
  if (limits_.max_time_ms != 0) {
    const std::chrono::duration<double, std::milli> spent =
        std::chrono::steady_clock::now() - start_;
    if (spent.count() > static_cast<double>(limits_.max_time_ms)) {
      return Error{ErrorCode::kLimitTime,
                   stage,
                   "the time limit of " + std::to_string(limits_.max_time_ms) + " ms is over",
                   {},
                   {}};
    }
  }
  return Ok{};
}

COSTENGINE_INLINE Status Context::check_memory(Stage stage, std::uint64_t bytes) const {
  if (limits_.max_memory_bytes == 0 || bytes <= limits_.max_memory_bytes) return Ok{};
  const auto megabytes = [](std::uint64_t n) { return std::to_string((n + 999'999) / 1'000'000); };
  return Error{ErrorCode::kLimitMemory,
               stage,
               "this would take up to " + megabytes(bytes) + " MB of memory, and " +
                   megabytes(limits_.max_memory_bytes) +
                   " MB are allowed: simplify the model or raise the limit",
               {},
               {}};
}

COSTENGINE_INLINE void Context::report(Stage stage, double fraction_of_stage) {
  if (!progress_) return;
  // Where each stage begins on the bar, in the order of enum Stage; measured on a 1.6 M facet STL.
  constexpr std::array<double, 11> kBegin = {0, 0, 0, 0, .35, .80, .85, .95, .99, .99, 1};
  const std::unique_lock lock(progress_mutex_, std::try_to_lock);
  if (!lock) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - last_report_ < std::chrono::milliseconds(50)) return;
  const auto index = static_cast<std::size_t>(stage);
  const double within = std::clamp(fraction_of_stage, 0.0, 1.0);
  const double fraction = kBegin[index] + within * (kBegin[index + 1] - kBegin[index]);
  last_report_ = now;
  last_fraction_ = std::max(last_fraction_, fraction);
  progress_(last_fraction_, stage);
}

COSTENGINE_INLINE Context::Arena* Context::arena() {
  std::call_once(arena_once_, [this] { arena_ = detail::ArenaPool::instance().take(threads_); });
  return arena_.get();
}

}  // namespace costengine
