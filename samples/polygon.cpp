#include "polygon.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace samples {
namespace {

/// A corner of the face: where it is in the face's own plane, and in space.
struct Corner {
  double u = 0, v = 0;
  Point p;
};
using Ring = std::vector<Corner>;

bool same(const Corner& a, const Corner& b) {
  return a.u == b.u && a.v == b.v;
}

/// Twice the area of abc. Exact: corners are short binary fractions.
double turn(const Corner& a, const Corner& b, const Corner& c) {
  return (b.u - a.u) * (c.v - a.v) - (b.v - a.v) * (c.u - a.u);
}

double area(const Ring& ring) {
  double sum = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Corner &a = ring[i], &b = ring[(i + 1) % ring.size()];
    sum += a.u * b.v - a.v * b.u;
  }
  return sum / 2;
}

double squared_distance(const Corner& a, const Corner& b) {
  return (a.u - b.u) * (a.u - b.u) + (a.v - b.v) * (a.v - b.v);
}

bool between(const Corner& a, const Corner& b, const Corner& p) {
  return std::min(a.u, b.u) <= p.u && p.u <= std::max(a.u, b.u) && std::min(a.v, b.v) <= p.v &&
         p.v <= std::max(a.v, b.v);
}

/// Whether ab and cd touch anywhere but at a common end.
bool crosses(const Corner& a, const Corner& b, const Corner& c, const Corner& d) {
  const double c_side = turn(a, b, c), d_side = turn(a, b, d);
  const double a_side = turn(c, d, a), b_side = turn(c, d, b);
  if (c_side * d_side < 0 && a_side * b_side < 0) return true;
  const auto inside = [](const Corner& p, const Corner& q, const Corner& r, double side) {
    return side == 0 && !same(r, p) && !same(r, q) && between(p, q, r);
  };
  return inside(a, b, c, c_side) || inside(a, b, d, d_side) || inside(c, d, a, a_side) ||
         inside(c, d, b, b_side);
}

bool crosses_any(const Corner& a, const Corner& b, const Ring& ring) {
  for (std::size_t i = 0; i < ring.size(); ++i) {
    if (crosses(a, b, ring[i], ring[(i + 1) % ring.size()])) return true;
  }
  return false;
}

/// Cuts the ring open to the nearest hole it sees, and walks around the hole.
void bridge_one_hole(Ring& ring, std::vector<Ring>& holes) {
  double best = std::numeric_limits<double>::infinity();
  std::size_t best_hole = 0, best_i = 0, best_j = 0;
  for (std::size_t h = 0; h < holes.size(); ++h) {
    for (std::size_t i = 0; i < ring.size(); ++i) {
      for (std::size_t j = 0; j < holes[h].size(); ++j) {
        const double distance = squared_distance(ring[i], holes[h][j]);
        if (distance >= best || crosses_any(ring[i], holes[h][j], ring)) continue;
        const bool blocked = std::any_of(holes.begin(), holes.end(), [&](const Ring& other) {
          return crosses_any(ring[i], holes[h][j], other);
        });
        if (blocked) continue;
        best = distance;
        best_hole = h, best_i = i, best_j = j;
      }
    }
  }
  if (best == std::numeric_limits<double>::infinity()) throw std::runtime_error("hidden hole");
  Ring& hole = holes[best_hole];
  std::rotate(hole.begin(), hole.begin() + static_cast<std::ptrdiff_t>(best_j), hole.end());
  hole.push_back(hole.front());
  hole.push_back(ring[best_i]);
  ring.insert(ring.begin() + static_cast<std::ptrdiff_t>(best_i) + 1, hole.begin(), hole.end());
  holes.erase(holes.begin() + static_cast<std::ptrdiff_t>(best_hole));
}

bool is_ear(const Ring& ring, std::size_t i) {
  const std::size_t n = ring.size();
  const Corner &a = ring[(i + n - 1) % n], &b = ring[i], &c = ring[(i + 1) % n];
  if (turn(a, b, c) <= 0) return false;
  return std::none_of(ring.begin(), ring.end(), [&](const Corner& p) {
    return !same(p, a) && !same(p, b) && !same(p, c) && turn(a, b, p) >= 0 && turn(b, c, p) >= 0 &&
           turn(c, a, p) >= 0;
  });
}

void add_triangle(Surface& surface, Point a, Point b, Point c) {
  const std::uint32_t first = surface.add(a);
  surface.add(b);
  surface.add(c);
  surface.facets.push_back({first, first + 1, first + 2});
}

/// Twice the area of the outline as a vector: it names the plane and the outer side.
Point area_vector(const Loop& outline) {
  Point sum;
  for (std::size_t i = 0; i < outline.size(); ++i) {
    const Point a = outline[i], b = outline[(i + 1) % outline.size()];
    sum = sum + Point{a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
  }
  return sum;
}

}  // namespace

void add_face(Surface& surface, const Loop& outline, std::vector<Loop> holes) {
  const Point normal = area_vector(outline);
  const auto flatten = [&](const Loop& loop) {
    Ring ring;
    for (const Point p : loop) {
      if (normal.x != 0)
        ring.push_back({normal.x > 0 ? p.y : -p.y, p.z, p});
      else if (normal.y != 0)
        ring.push_back({normal.y > 0 ? p.z : -p.z, p.x, p});
      else
        ring.push_back({normal.z > 0 ? p.x : -p.x, p.y, p});
    }
    return ring;
  };
  Ring ring = flatten(outline);
  std::vector<Ring> open_holes;
  for (const Loop& loop : holes) {
    open_holes.push_back(flatten(loop));
    if (area(open_holes.back()) > 0)
      std::reverse(open_holes.back().begin(), open_holes.back().end());
  }
  while (!open_holes.empty()) bridge_one_hole(ring, open_holes);

  while (ring.size() > 3) {
    std::size_t best = ring.size();
    double best_cut = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < ring.size(); ++i) {
      const std::size_t n = ring.size();
      const double cut = squared_distance(ring[(i + n - 1) % n], ring[(i + 1) % n]);
      if (cut < best_cut && is_ear(ring, i)) best = i, best_cut = cut;
    }
    const std::size_t n = ring.size();
    if (best == n) throw std::runtime_error("face without an ear");
    add_triangle(surface, ring[(best + n - 1) % n].p, ring[best].p, ring[(best + 1) % n].p);
    ring.erase(ring.begin() + static_cast<std::ptrdiff_t>(best));
  }
  add_triangle(surface, ring[0].p, ring[1].p, ring[2].p);
}

void add_wall(Surface& surface, const Loop& lower, const Loop& upper) {
  for (std::size_t i = 0; i < lower.size(); ++i) {
    const std::size_t next = (i + 1) % lower.size();
    add_triangle(surface, lower[i], lower[next], upper[next]);
    add_triangle(surface, lower[i], upper[next], upper[i]);
  }
}

double area_xy(const Loop& loop) {
  double sum = 0;
  for (std::size_t i = 0; i < loop.size(); ++i) {
    const Point a = loop[i], b = loop[(i + 1) % loop.size()];
    sum += a.x * b.y - a.y * b.x;
  }
  return sum / 2;
}

}  // namespace samples
