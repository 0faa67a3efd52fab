#pragma once

#include <atomic>
#include <exception>
#include <thread>
#include <vector>

#include "costengine/base/run_blocks.hpp"
#include "costengine/detail/base/arena.hpp"

#ifndef COSTENGINE_STD_THREADS
#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#endif

namespace costengine {
namespace detail {

#ifdef COSTENGINE_STD_THREADS
inline void spread(Context& ctx, std::size_t blocks, BlockBody body) {
  std::atomic<std::size_t> next{0};
  std::exception_ptr failure;
  std::mutex failure_mutex;
  const auto work = [&] {
    try {
      for (std::size_t block = next++; block < blocks; block = next++) body(block);
    } catch (...) {
      const std::lock_guard lock(failure_mutex);
      failure = std::current_exception();
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < ctx.threads() && i < blocks; ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  if (failure) std::rethrow_exception(failure);
}
#else
inline void spread(Context& ctx, std::size_t blocks, BlockBody body) {
  ctx.arena()->tbb.execute([&] {
    tbb::parallel_for(
        tbb::blocked_range<std::size_t>(0, blocks, 1),
        [&](const tbb::blocked_range<std::size_t>& range) {
          for (std::size_t block = range.begin(); block != range.end(); ++block) body(block);
        },
        tbb::simple_partitioner());
  });
}
#endif

}  // namespace detail

COSTENGINE_INLINE Status run_blocks(Context& ctx, Stage stage, std::size_t blocks, BlockBody body) {
  std::atomic<std::size_t> done{0};
  std::atomic<bool> stopped{false};
  const auto guarded = [&](std::size_t block) {
    if (stopped.load(std::memory_order_relaxed)) return;
    if (!ctx.check(stage).ok()) {
      stopped.store(true, std::memory_order_relaxed);
      return;
    }
    body(block);
    const std::size_t finished = done.fetch_add(1, std::memory_order_relaxed) + 1;
    ctx.report(stage, static_cast<double>(finished) / static_cast<double>(blocks));
  };
  if (blocks <= 1 || ctx.threads() <= 1) {
    for (std::size_t block = 0; block < blocks; ++block) guarded(block);
  } else {
    detail::spread(ctx, blocks, guarded);
  }
  if (stopped.load()) return ctx.check(stage);
  return Ok{};
}

}  // namespace costengine
