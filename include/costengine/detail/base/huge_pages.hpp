// Large arrays on large pages: the first touch of a page costs more than filling it.
#pragma once

#include <cstddef>
#include <cstdint>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace costengine::detail {

inline constexpr std::size_t kHugePage = std::size_t{1} << 21;

/// Asks for large pages behind memory that is not touched yet. A wish: nothing depends on it.
inline void prefer_huge_pages([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t bytes) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  const auto begin = (reinterpret_cast<std::uintptr_t>(memory) + kHugePage - 1) & ~(kHugePage - 1);
  const auto end = (reinterpret_cast<std::uintptr_t>(memory) + bytes) & ~(kHugePage - 1);
  if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
#endif
}

/// reserve() and resize() of a vector that is empty yet.
template <class Vector>
void resize_on_huge_pages(Vector& vector, std::size_t size) {
  vector.reserve(size);
  prefer_huge_pages(vector.data(), size * sizeof *vector.data());
  vector.resize(size);
}

}  // namespace costengine::detail
