// Marching tetrahedra: Doi and Koide, "An efficient method of triangulating equi-valued surfaces by
// using tetrahedral cells", 1991; cubes are cut as in Kuhn's triangulation.
#include "isosurface.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace samples {
namespace {

constexpr std::uint32_t kNone = 0xffffffffU;

/// Corner k of a cube lies at (k & 1, k >> 1 & 1, k >> 2). The six monotone paths from 0 to 7 span
/// the tetrahedra; the first three are even permutations of the axes, hence positively oriented.
constexpr std::array<std::array<unsigned, 4>, 6> kTetrahedra{
    {{0, 1, 3, 7}, {0, 2, 6, 7}, {0, 4, 5, 7}, {0, 1, 5, 7}, {0, 2, 3, 7}, {0, 4, 6, 7}}};

/// Walks the grid layer by layer; only two layers are held.
class March {
 public:
  March(const Field& field, Point low, Point high, double step)
      : field_(field),
        low_(low),
        step_(step),
        nx_(nodes(low.x, high.x)),
        ny_(nodes(low.y, high.y)),
        nz_(nodes(low.z, high.z)) {
    low_.z = (std::floor(low.z / step) + 0.5) * step;
  }

  Surface run() {
    Layer below = sample(0), above;
    for (std::size_t k = 0; k + 1 < nz_; ++k) {
      above = sample(k + 1);
      for (std::size_t j = 0; j + 1 < ny_; ++j) {
        for (std::size_t i = 0; i + 1 < nx_; ++i) cube(below, above, i, j, k);
      }
      below = std::move(above);
    }
    return std::move(surface_);
  }

 private:
  /// Values at the nodes of one layer, and the points found on the edges that start there: one for
  /// each of the seven directions to a further corner.
  struct Layer {
    std::vector<double> value;
    std::vector<std::array<std::uint32_t, 8>> edge;
  };
  struct Node {
    std::size_t i, j, k;
    double value;
    std::array<std::uint32_t, 8>* edges;
    unsigned corner;
  };

  std::size_t nodes(double low, double high) const {
    return static_cast<std::size_t>(std::floor((high - low) / step_)) + 3;
  }

  Point position(const Node& n) const {
    return {low_.x + static_cast<double>(n.i) * step_, low_.y + static_cast<double>(n.j) * step_,
            low_.z + static_cast<double>(n.k) * step_};
  }

  Layer sample(std::size_t k) const {
    Layer layer;
    layer.value.reserve(nx_ * ny_);
    layer.edge.assign(nx_ * ny_, {kNone, kNone, kNone, kNone, kNone, kNone, kNone, kNone});
    for (std::size_t j = 0; j < ny_; ++j) {
      for (std::size_t i = 0; i < nx_; ++i) {
        const double value = field_(position({i, j, k, 0, nullptr, 0}));
        const bool at_side =
            i == 0 || j == 0 || k == 0 || i + 1 == nx_ || j + 1 == ny_ || k + 1 == nz_;
        if (at_side && value < 0) throw std::runtime_error("model reaches the side of its box");
        layer.value.push_back(value);
      }
    }
    return layer;
  }

  void cube(Layer& below, Layer& above, std::size_t i, std::size_t j, std::size_t k) {
    std::array<Node, 8> corner;
    unsigned inside = 0;
    for (unsigned c = 0; c < 8; ++c) {
      const std::size_t ci = i + (c & 1U), cj = j + (c >> 1U & 1U), ck = k + (c >> 2U);
      Layer& layer = (c >> 2U) != 0 ? above : below;
      const std::size_t at = cj * nx_ + ci;
      corner[c] = {ci, cj, ck, layer.value[at], &layer.edge[at], c};
      inside += layer.value[at] < 0 ? 1U : 0U;
    }
    if (inside == 0 || inside == 8) return;
    for (std::size_t t = 0; t < kTetrahedra.size(); ++t) {
      const auto& path = kTetrahedra[t];
      tetrahedron({&corner[path[0]], &corner[path[1]], &corner[path[2]], &corner[path[3]]}, t < 3);
    }
  }

  /// Moves the inside corners to the front by swaps, each of which turns the tetrahedron over.
  void tetrahedron(std::array<const Node*, 4> n, bool is_positive) {
    std::size_t inside = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      if (n[k]->value >= 0) continue;
      if (k != inside) {
        std::swap(n[k], n[inside]);
        is_positive = !is_positive;
      }
      ++inside;
    }
    if (!is_positive) std::swap(n[inside < 2 ? 2 : 0], n[inside < 2 ? 3 : 1]);
    const auto p = [&](std::size_t a, std::size_t b) { return point(*n[a], *n[b]); };
    if (inside == 1) {
      surface_.facets.push_back({p(0, 1), p(0, 2), p(0, 3)});
    } else if (inside == 2) {
      surface_.facets.push_back({p(0, 2), p(0, 3), p(1, 3)});
      surface_.facets.push_back({p(0, 2), p(1, 3), p(1, 2)});
    } else if (inside == 3) {
      surface_.facets.push_back({p(0, 3), p(1, 3), p(2, 3)});
    }
  }

  /// The point on an edge, kept off its ends so that no two points meet.
  std::uint32_t point(const Node& a, const Node& b) {
    const Node& from = a.corner < b.corner ? a : b;
    const Node& to = a.corner < b.corner ? b : a;
    std::uint32_t& index = (*from.edges)[to.corner - from.corner];
    if (index == kNone) {
      const double t = std::clamp(from.value / (from.value - to.value), 0.08, 0.92);
      const Point p = position(from), q = position(to);
      index = surface_.add({mix(p.x, q.x, t), mix(p.y, q.y, t), mix(p.z, q.z, t)});
    }
    return index;
  }

  const Field& field_;
  Point low_;
  double step_;
  std::size_t nx_, ny_, nz_;
  Surface surface_;
};

}  // namespace

Surface isosurface(const Field& field, Point low, Point high, double step) {
  return March(field, low, high, step).run();
}

double blend(double a, double b, double radius) {
  const double h = std::max(radius - std::fabs(a - b), 0.0) / radius;
  return std::min(a, b) - h * h * radius / 4;
}

double distance_to_segment(Point p, Point a, Point b) {
  const double t = std::clamp(dot(p - a, b - a) / dot(b - a, b - a), 0.0, 1.0);
  return length(p - (a + (b - a) * t));
}

}  // namespace samples
