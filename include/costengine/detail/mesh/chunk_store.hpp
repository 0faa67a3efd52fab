// Arrays that many blocks leave behind, close together in memory.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <mutex>
#include <type_traits>
#include <vector>

#include "costengine/detail/base/huge_pages.hpp"

namespace costengine::detail {

/// Copies that stay where they are until the store ends. Threads: keep() from any.
template <class T>
class ChunkStore {
  static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= alignof(std::max_align_t));

 public:
  T* keep(const std::vector<T>& values) {
    if (values.empty()) return nullptr;
    T* const place = take(values.size());
    std::memcpy(static_cast<void*>(place), values.data(), values.size() * sizeof(T));
    return place;
  }

  /// Ends them all. Nothing is kept from then on.
  void release() { chunks_.clear(); }

 private:
  static constexpr std::size_t kChunk = (std::size_t{4} << 20) / sizeof(T);

  T* take(std::size_t count) {
    const std::lock_guard lock(mutex_);
    if (left_ < count) {
      // Small files need less than a chunk.
      left_ = chunks_.empty() ? count : std::max(count, kChunk);
      // Bytes: nothing is constructed, so no page is touched before it is asked to be large.
      chunks_.push_back(std::make_unique_for_overwrite<std::byte[]>(left_ * sizeof(T)));
      next_ = reinterpret_cast<T*>(chunks_.back().get());
      prefer_huge_pages(next_, left_ * sizeof(T));
    }
    T* const place = next_;
    next_ += count;
    left_ -= count;
    return place;
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<std::byte[]>> chunks_;
  T* next_ = nullptr;
  std::size_t left_ = 0;
};

}  // namespace costengine::detail
