#include "surface.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace samples {
namespace {

__extension__ using Wide = __int128;

std::int32_t to_grid(double coordinate, double grid) {
  const double steps = std::floor(coordinate / grid + 0.5);
  // 24 bits are what float32 holds exactly.
  if (!(steps > -8388608 && steps < 8388608)) throw std::runtime_error("coordinate off the grid");
  return static_cast<std::int32_t>(steps);
}

std::array<std::int64_t, 3> difference(const GridPoint& a, const GridPoint& b) {
  return {std::int64_t{a[0]} - b[0], std::int64_t{a[1]} - b[1], std::int64_t{a[2]} - b[2]};
}

bool has_area(const Surface& s, const Facet& f) {
  const auto u = difference(s.points[f[1]], s.points[f[0]]);
  const auto v = difference(s.points[f[2]], s.points[f[0]]);
  return u[1] * v[2] != u[2] * v[1] || u[2] * v[0] != u[0] * v[2] || u[0] * v[1] != u[1] * v[0];
}

std::uint64_t count_unmatched_edges(const Surface& s) {
  using Edge = std::pair<std::uint32_t, std::uint32_t>;
  std::vector<Edge> forward, backward;
  forward.reserve(3 * s.facets.size());
  backward.reserve(3 * s.facets.size());
  for (const Facet& f : s.facets) {
    for (std::size_t k = 0; k < 3; ++k) {
      forward.emplace_back(f[k], f[(k + 1) % 3]);
      backward.emplace_back(f[(k + 1) % 3], f[k]);
    }
  }
  std::sort(forward.begin(), forward.end());
  std::sort(backward.begin(), backward.end());
  std::uint64_t unmatched = 0;
  for (auto it = forward.begin(); it != forward.end();) {
    const auto end = std::upper_bound(it, forward.end(), *it);
    const auto [first, last] = std::equal_range(backward.begin(), backward.end(), *it);
    if (end - it != 1 || last - first != 1) unmatched += static_cast<std::uint64_t>(end - it);
    it = end;
  }
  return unmatched;
}

/// Walks the fan of facets around every point; each must use all facets of its point.
std::uint64_t count_pinched_points(const Surface& s) {
  struct Spoke {
    std::uint32_t center, from, to;
    bool operator<(const Spoke& o) const {
      return std::pair(center, from) < std::pair(o.center, o.from);
    }
  };
  std::vector<Spoke> spokes;
  spokes.reserve(3 * s.facets.size());
  for (const Facet& f : s.facets) {
    for (std::size_t k = 0; k < 3; ++k) spokes.push_back({f[k], f[(k + 1) % 3], f[(k + 2) % 3]});
  }
  std::sort(spokes.begin(), spokes.end());
  std::uint64_t pinched = 0;
  for (std::size_t begin = 0; begin < spokes.size();) {
    std::size_t end = begin;
    while (end < spokes.size() && spokes[end].center == spokes[begin].center) ++end;
    std::size_t visited = 0;
    std::uint32_t at = spokes[begin].from;
    do {
      const auto first = spokes.begin() + static_cast<std::ptrdiff_t>(begin);
      const auto last = spokes.begin() + static_cast<std::ptrdiff_t>(end);
      const auto next = std::lower_bound(first, last, Spoke{spokes[begin].center, at, 0});
      if (next == last || next->from != at) break;
      at = next->to;
      ++visited;
    } while (at != spokes[begin].from && visited <= end - begin);
    if (visited != end - begin) ++pinched;
    begin = end;
  }
  return pinched;
}

std::uint32_t count_shells(const Surface& s) {
  std::vector<std::uint32_t> parent(s.points.size());
  std::iota(parent.begin(), parent.end(), 0U);
  const auto root = [&](std::uint32_t i) {
    while (parent[i] != i) i = parent[i] = parent[parent[i]];
    return i;
  };
  std::uint32_t shells = static_cast<std::uint32_t>(s.points.size());
  for (const Facet& f : s.facets) {
    for (std::size_t k = 1; k < 3; ++k) {
      const std::uint32_t a = root(f[0]), b = root(f[k]);
      if (a == b) continue;
      parent[b] = a;
      --shells;
    }
  }
  return shells;
}

}  // namespace

std::uint32_t Surface::add(Point p) {
  points.push_back({to_grid(p.x, grid), to_grid(p.y, grid), to_grid(p.z, grid)});
  return static_cast<std::uint32_t>(points.size() - 1);
}

Point Surface::at(std::uint32_t index) const {
  const GridPoint& p = points[index];
  return {p[0] * grid, p[1] * grid, p[2] * grid};
}

Surface weld(const Surface& surface) {
  Surface out;
  out.grid = surface.grid;
  std::map<GridPoint, std::uint32_t> known;
  for (const Facet& f : surface.facets) {
    Facet welded{};
    for (std::size_t k = 0; k < 3; ++k) {
      const GridPoint& p = surface.points[f[k]];
      const auto next = static_cast<std::uint32_t>(out.points.size());
      const auto [it, is_new] = known.try_emplace(p, next);
      if (is_new) out.points.push_back(p);
      welded[k] = it->second;
    }
    out.facets.push_back(welded);
  }
  return out;
}

Surface reversed(Surface surface) {
  for (Facet& f : surface.facets) std::swap(f[1], f[2]);
  return surface;
}

Surface joined(Surface a, const Surface& b) {
  if (a.grid != b.grid) throw std::runtime_error("surfaces on different grids");
  const auto offset = static_cast<std::uint32_t>(a.points.size());
  a.points.insert(a.points.end(), b.points.begin(), b.points.end());
  for (const Facet& f : b.facets) a.facets.push_back({f[0] + offset, f[1] + offset, f[2] + offset});
  return a;
}

Surface scaled(const Surface& surface, double factor, double grid) {
  Surface out;
  out.grid = grid;
  out.facets = surface.facets;
  for (std::uint32_t i = 0; i < surface.points.size(); ++i) out.add(surface.at(i) * factor);
  return out;
}

double volume(const Surface& surface) {
  Wide six_volumes = 0;
  for (const Facet& f : surface.facets) {
    const GridPoint &a = surface.points[f[0]], &b = surface.points[f[1]], &c = surface.points[f[2]];
    const auto minor = [&](std::size_t i, std::size_t j) {
      return Wide{b[i]} * c[j] - Wide{b[j]} * c[i];
    };
    six_volumes += a[0] * minor(1, 2) + a[1] * minor(2, 0) + a[2] * minor(0, 1);
  }
  return static_cast<double>(six_volumes) * (surface.grid * surface.grid * surface.grid) / 6;
}

Topology topology(const Surface& surface) {
  Topology t;
  t.unmatched_edges = count_unmatched_edges(surface);
  t.pinched_points = count_pinched_points(surface);
  t.shells = count_shells(surface);
  for (const Facet& f : surface.facets) t.degenerate_facets += has_area(surface, f) ? 0 : 1;
  return t;
}

}  // namespace samples
