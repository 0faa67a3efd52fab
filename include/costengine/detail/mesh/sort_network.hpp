// Sorting of two, four, six or eight numbers without a branch.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace costengine::detail {

/// Compares and exchanges in a fixed order. The shortest networks known for these lengths, as in D.
/// E. Knuth, The Art of Computer Programming 3, 5.3.4; the tests try all cases of zeros and ones.
template <std::size_t kCount>
void sort_network(std::array<std::uint64_t, kCount>& a) {
  static_assert(kCount == 2 || kCount == 4 || kCount == 6 || kCount == 8);
  const auto order = [&a](std::size_t i, std::size_t j) {
    const std::uint64_t low = a[i] < a[j] ? a[i] : a[j], high = a[i] < a[j] ? a[j] : a[i];
    a[i] = low;
    a[j] = high;
  };
  if constexpr (kCount == 2) {
    order(0, 1);
  } else if constexpr (kCount == 4) {
    order(0, 1), order(2, 3), order(0, 2), order(1, 3), order(1, 2);
  } else if constexpr (kCount == 6) {
    order(0, 5), order(1, 3), order(2, 4), order(1, 2), order(3, 4), order(0, 3);
    order(2, 5), order(0, 1), order(2, 3), order(4, 5), order(1, 2), order(3, 4);
  } else {
    order(0, 2), order(1, 3), order(4, 6), order(5, 7), order(0, 4), order(1, 5), order(2, 6);
    order(3, 7), order(0, 1), order(2, 3), order(4, 5), order(6, 7), order(2, 4), order(3, 5);
    order(1, 4), order(3, 6), order(1, 2), order(3, 4), order(5, 6);
  }
}

}  // namespace costengine::detail
