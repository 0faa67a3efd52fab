// Sorting of short runs of numbers.
#pragma once

#include <algorithm>
#include <cstdint>

namespace costengine::detail {

/// Ascending. Made for runs of a handful; long ones take O(n log n), too.
inline void sort_few(std::uint64_t* begin, std::uint64_t* end) {
  if (end - begin < 2) return;
  if (end - begin > 48) return std::sort(begin, end);
  for (std::uint64_t* i = begin + 1; i < end; ++i) {
    const std::uint64_t value = *i;
    std::uint64_t* j = i;
    for (; j != begin && j[-1] > value; --j) *j = j[-1];
    *j = value;
  }
}

}  // namespace costengine::detail
