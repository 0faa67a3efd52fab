// The thread pool behind run_blocks: a TBB arena, or std::thread where a sanitizer must see every
// synchronisation (Debian's TBB is not instrumented).
#pragma once

#include "costengine/base/context.hpp"

#ifndef COSTENGINE_STD_THREADS
#include <tbb/task_arena.h>
#endif

namespace costengine {

struct Context::Arena {
#ifdef COSTENGINE_STD_THREADS
  explicit Arena(unsigned count) : threads(count) {}
  unsigned threads;
#else
  explicit Arena(unsigned count) : tbb(static_cast<int>(count)) {}
  tbb::task_arena tbb;
#endif
};

}  // namespace costengine
