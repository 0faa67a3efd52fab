/// Scratch memory that the blocks of run_blocks() pass on to each other.
///
///     ScratchPool<Scratch> pool;
///     run_blocks(ctx, stage, blocks, [&](std::size_t block) {
///       const auto scratch = pool.take([&] { return Scratch(grid); });
///       fill(*scratch, block);
///     });
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace costengine {

/// As many objects as threads ever work at the same time: a block takes one and gives it back at
/// its end, with whatever it holds by then. So a block must not let what it finds in it change its
/// result.
/// Threads: take() and giving back may happen on any number of them.
template <class T>
class ScratchPool {
 public:
  /// An object, until the lease ends. Not longer than the pool.
  class Lease {
   public:
    Lease(ScratchPool& pool, std::unique_ptr<T> object)
        : pool_(&pool), object_(std::move(object)) {}
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (object_) pool_->give_back(std::move(object_));
    }
    T& operator*() const { return *object_; }
    T* operator->() const { return object_.get(); }

   private:
    ScratchPool* pool_;
    std::unique_ptr<T> object_;
  };

  /// An object that is free, or what `make` returns.
  template <class Make>
  [[nodiscard]] Lease take(Make&& make) {
    std::unique_ptr<T> object;
    {
      const std::lock_guard lock(mutex_);
      if (!free_.empty()) {
        object = std::move(free_.back());
        free_.pop_back();
      }
    }
    if (!object) object = std::make_unique<T>(make());
    return Lease(*this, std::move(object));
  }

 private:
  void give_back(std::unique_ptr<T> object) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(object));
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<T>> free_;
};

}  // namespace costengine
