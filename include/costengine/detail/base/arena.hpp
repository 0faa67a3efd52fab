// The thread pool behind run_blocks: a TBB arena, or std::thread where a sanitizer must see every
// synchronisation (Debian's TBB is not instrumented).
#pragma once

#include <algorithm>
#include <memory>
#include <mutex>
#include <vector>

#include "costengine/base/context.hpp"

#ifndef COSTENGINE_STD_THREADS
#include <tbb/global_control.h>
#include <tbb/task_arena.h>
#endif

namespace costengine {

struct Context::Arena {
#ifdef COSTENGINE_STD_THREADS
  explicit Arena(unsigned count) : threads(count) {}
  unsigned threads;
#else
  /// TBB complains on standard error if it is asked for more than it may have.
  explicit Arena(unsigned count)
      : threads(count),
        tbb(static_cast<int>(std::min<std::size_t>(
            count,
            tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism)))) {}
  unsigned threads;
  tbb::task_arena tbb;
#endif
};

namespace detail {

/// Arenas between two contexts. TBB keeps some 7 KB of every arena that ever was (oneTBB bug 967),
/// so a process that calculates all day must use them again.
class ArenaPool {
 public:
  /// Never destroyed: a context may outlive every object of static lifetime.
  static ArenaPool& instance() {
    static auto* const pool = new ArenaPool;
    return *pool;
  }

  std::unique_ptr<Context::Arena> take(unsigned threads) {
    {
      const std::lock_guard lock(mutex_);
      const auto at = std::find_if(idle_.begin(), idle_.end(), [threads](const auto& arena) {
        return arena->threads == threads;
      });
      if (at != idle_.end()) {
        std::unique_ptr<Context::Arena> arena = std::move(*at);
        idle_.erase(at);
        return arena;
      }
      made_ += 1;
      idle_.reserve(made_);  // so that put_back() needs no memory
    }
    return std::make_unique<Context::Arena>(threads);
  }

  void put_back(std::unique_ptr<Context::Arena> arena) noexcept {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(arena));
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Context::Arena>> idle_;
  std::size_t made_ = 0;
};

}  // namespace detail
}  // namespace costengine
