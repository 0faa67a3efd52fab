/// RawVector: a std::vector whose elements are not set to zero before they are written.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

#include "costengine/base/config.hpp"

namespace costengine {
namespace detail {

/// Large blocks begin on a border of 2 MiB, and the system is asked to back them by pages of that
/// size: first touching 4 KiB pages one by one costs as much as filling them. Throws bad_alloc.
void* allocate_raw(std::size_t bytes);
void free_raw(void* memory, std::size_t bytes) noexcept;

}  // namespace detail

template <class T>
class RawAllocator {
 public:
  static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= alignof(std::max_align_t));
  using value_type = T;

  RawAllocator() = default;
  template <class U>
  RawAllocator(const RawAllocator<U>&) noexcept {}  // NOLINT: as the standard asks for

  T* allocate(std::size_t n) {
    if (n > ~std::size_t{0} / sizeof(T)) throw std::bad_array_new_length();
    return static_cast<T*>(detail::allocate_raw(n * sizeof(T)));
  }
  void deallocate(T* memory, std::size_t n) noexcept { detail::free_raw(memory, n * sizeof(T)); }

  template <class U>
  void construct(U* at) noexcept {
    ::new (static_cast<void*>(at)) U;
  }
  template <class U, class... Arguments>
  void construct(U* at, Arguments&&... arguments) {
    ::new (static_cast<void*>(at)) U(std::forward<Arguments>(arguments)...);
  }
  friend bool operator==(RawAllocator, RawAllocator) noexcept { return true; }
};

/// resize(n) leaves new elements unset; assign(n, value) and push_back() are those of any vector.
template <class T>
using RawVector = std::vector<T, RawAllocator<T>>;

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/base/raw_vector.ipp"
#endif
