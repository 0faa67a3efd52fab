// A short way through places: of islands in a layer, of parts on a plate.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include "costengine/slice/contours.hpp"

namespace costengine::detail {

/// The places in a row: the shortest ways between two of them are taken first, so long as each has
/// at most two neighbours and no ring closes. The row begins at that of its ends which comes first
/// in `places`. Cost: O(n^2 log n).
inline std::vector<std::size_t> short_way(std::span<const Point2> places) {
  struct Way {
    double length2;
    std::uint32_t a, b;
  };
  const std::size_t n = places.size();
  std::vector<Way> ways;
  ways.reserve(n * (n - 1) / 2);
  for (std::uint32_t a = 0; a < n; ++a) {
    for (std::uint32_t b = a + 1; b < n; ++b) {
      const Point2 d = places[b] - places[a];
      ways.push_back({dot(d, d), a, b});
    }
  }
  std::stable_sort(ways.begin(), ways.end(),
                   [](const Way& x, const Way& y) { return x.length2 < y.length2; });
  constexpr std::uint32_t kNone = ~std::uint32_t{0};
  std::vector<std::array<std::uint32_t, 2>> next(n, {kNone, kNone});
  std::vector<std::uint32_t> chain(n);  // which one a place is in: the root of a tree
  std::iota(chain.begin(), chain.end(), 0U);
  const auto root = [&](std::uint32_t a) {
    while (chain[a] != a) a = chain[a] = chain[chain[a]];
    return a;
  };
  for (const Way& way : ways) {
    if (next[way.a][1] != kNone || next[way.b][1] != kNone) continue;
    if (root(way.a) == root(way.b)) continue;
    chain[root(way.b)] = root(way.a);
    next[way.a][next[way.a][0] != kNone ? 1 : 0] = way.b;
    next[way.b][next[way.b][0] != kNone ? 1 : 0] = way.a;
  }
  std::uint32_t at = 0, from = kNone;
  while (at < n && next[at][1] != kNone) ++at;  // an end of the row
  std::vector<std::size_t> order;
  while (at != kNone && order.size() < n) {
    order.push_back(at);
    const std::uint32_t to = next[at][0] != from ? next[at][0] : next[at][1];
    from = at;
    at = to;
  }
  return order;
}

}  // namespace costengine::detail
