// Sorting of short runs.
#pragma once

#include <algorithm>
#include <functional>

namespace costengine::detail {

/// Ascending. Made for runs of a handful; long ones take O(n log n), too.
template <class T, class Less = std::less<T>>
void sort_few(T* begin, T* end, Less less = {}) {
  if (end - begin < 2) return;
  if (end - begin > 48) return std::sort(begin, end, less);
  for (T* i = begin + 1; i < end; ++i) {
    const T value = *i;
    T* j = i;
    for (; j != begin && less(value, j[-1]); --j) *j = j[-1];
    *j = value;
  }
}

}  // namespace costengine::detail
