#include "models.hpp"

namespace samples {

Surface box(Point low, Point high, std::array<int, 3> cells) {
  Surface out;
  const std::array<double, 3> from{low.x, low.y, low.z}, to{high.x, high.y, high.z};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const std::size_t u = (axis + 1) % 3, v = (axis + 2) % 3;
    for (const bool is_high : {false, true}) {
      const auto corner = [&](int i, int j) {
        std::array<double, 3> p{};
        p[axis] = is_high ? to[axis] : from[axis];
        p[u] = mix(from[u], to[u], static_cast<double>(i) / cells[u]);
        p[v] = mix(from[v], to[v], static_cast<double>(j) / cells[v]);
        return out.add({p[0], p[1], p[2]});
      };
      for (int i = 0; i < cells[u]; ++i) {
        for (int j = 0; j < cells[v]; ++j) {
          const std::uint32_t a = corner(i, j), b = corner(i + 1, j);
          const std::uint32_t c = corner(i + 1, j + 1), d = corner(i, j + 1);
          if (is_high) {
            out.facets.push_back({a, b, c});
            out.facets.push_back({a, c, d});
          } else {
            out.facets.push_back({a, c, b});
            out.facets.push_back({a, d, c});
          }
        }
      }
    }
  }
  return weld(out);
}

Surface hollow_box() {
  return joined(box({0, 0, 0}, {40, 30, 20}, {4, 3, 2}),
                reversed(box({2, 2, 2}, {38, 28, 18}, {4, 3, 2})));
}

}  // namespace samples
