#pragma once

#include "costengine/base/raw_vector.hpp"
#include "costengine/detail/base/huge_pages.hpp"

namespace costengine::detail {

inline constexpr std::size_t kManyBytes = 2 * kHugePage;  // below, a huge page would be a waste

COSTENGINE_INLINE void* allocate_raw(std::size_t bytes) {
  if (bytes < kManyBytes) return ::operator new(bytes);
  void* const memory = ::operator new (bytes, std::align_val_t{kHugePage});
  prefer_huge_pages(memory, bytes);
  return memory;
}

COSTENGINE_INLINE void free_raw(void* memory, std::size_t bytes) noexcept {
  if (bytes < kManyBytes) return ::operator delete(memory);
  ::operator delete (memory, std::align_val_t{kHugePage});
}

}  // namespace costengine::detail
