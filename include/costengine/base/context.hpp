/// Context: what one calculation may use and how it is stopped: threads, limits, cancellation,
/// progress, instruction set.
///
/// Threads: cancel(), cancelled() and progress() may be called from any thread at any time. Share a
/// context between calculations that should be cancelled together; otherwise use one each.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>

#include "costengine/base/error.hpp"
#include "costengine/base/isa.hpp"

namespace costengine {

/// Bounds on what an input may ask for. Each has an error code of its own.
struct Limits {
  std::uint64_t max_input_bytes = std::uint64_t{4} << 30;  ///< file size, checked before reading
  std::uint64_t max_facets = 100'000'000;
  std::uint64_t max_line_bytes = std::uint64_t{16} << 20;  ///< of a text format
  std::uint64_t max_layers = 1'000'000;
  /// What a stage may hold; known before it starts, from what it is given. 0: no limit.
  std::uint64_t max_memory_bytes = 0;
  std::uint64_t max_time_ms = 0;   ///< 0: none; counted from the making of the context
  double max_coordinate_mm = 1e8;  ///< 100 km; beyond it, printable geometry is an error of units
};

/// Called with a fraction that never falls, at most every 50 ms and never twice at once, on
/// whichever thread is at work. Must not throw and must not call back into the context.
using ProgressFunction = std::function<void(double fraction, Stage stage)>;

struct ContextOptions {
  unsigned threads = 0;  ///< 0: all cores; 1: everything on the calling thread
  Isa isa = Isa::kBest;
  Limits limits{};
  ProgressFunction progress{};
};

class Context {
 public:
  explicit Context(ContextOptions options = {});
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  [[nodiscard]] unsigned threads() const noexcept { return threads_; }
  [[nodiscard]] Isa isa() const noexcept { return isa_; }
  [[nodiscard]] const Limits& limits() const noexcept { return limits_; }

  /// Stops the calculation at the next block border. Sticky.
  void cancel() noexcept { cancelled_.store(true, std::memory_order_relaxed); }
  [[nodiscard]] bool cancelled() const noexcept {
    return cancelled_.load(std::memory_order_relaxed);
  }

  /// kCancelled or kLimitTime if the calculation must stop, success otherwise. Costs a clock read.
  [[nodiscard]] Status check(Stage stage) const;

  /// kLimitMemory if a stage that would hold `bytes` in all must not start, success otherwise.
  [[nodiscard]] Status check_memory(Stage stage, std::uint64_t bytes) const;

  /// Says how far `stage` is, 0 to 1. Cheap enough for block borders.
  void report(Stage stage, double fraction_of_stage);

  struct Arena;  ///< the thread pool's side; defined where the pool is
  Arena* arena();

 private:
  unsigned threads_;
  Isa isa_;
  Limits limits_;
  ProgressFunction progress_;
  std::chrono::steady_clock::time_point start_;
  std::atomic<bool> cancelled_{false};
  std::mutex progress_mutex_;
  double last_fraction_ = 0;
  std::chrono::steady_clock::time_point last_report_;
  std::once_flag arena_once_;
  std::unique_ptr<Arena> arena_;
};

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/base/context.ipp"
#endif
