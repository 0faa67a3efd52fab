// A polygon of a text format as triangles.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "costengine/base/vec.hpp"

namespace costengine::detail {

/// What was peculiar about one polygon.
struct PolygonTraits {
  bool concave = false;
  bool nonplanar = false;  ///< a corner is off the mean plane by over 1e-4 of the size
  bool crossing = false;   ///< the outline crosses itself (no ear was left), or is too long to tell
};

/// Cuts polygons into triangles. Keeps its memory between calls.
/// Based on: G. H. Meisters. Polygons have ears. American Mathematical Monthly 82, 1975. Convex
/// polygons are fanned; corners in line with their neighbours are cut last, so that no vertex is
/// lost. An outline without an ear is fanned, which keeps the signed volume of a flat polygon; so
/// are concave ones beyond a budget.
class PolygonCutter {
 public:
  using Triangle = std::array<std::uint32_t, 3>;  ///< positions in the polygon
  /// Ear cutting is quadratic: about a second's worth (corners squared) for a file, then outlines
  /// are fanned.
  static constexpr double kWork = 1.5e8;

  /// Precondition: at least three corners. The result is valid until the next call.
  std::span<const Triangle> cut(std::span<const Vec3> corners, PolygonTraits& traits) {
    triangles_.clear();
    const auto n = static_cast<std::uint32_t>(corners.size());
    if (n == 3) {
      triangles_.push_back({0, 1, 2});
      return triangles_;
    }
    flatten(corners, traits);
    const double work = static_cast<double>(n) * static_cast<double>(n);
    if (is_convex()) {
      fan(n);
    } else if (work > work_left_ || !cut_ears(n)) {
      traits.crossing = true;
      triangles_.clear();
      fan(n);
    } else {
      traits.concave = true;
      work_left_ -= work;
    }
    return triangles_;
  }

 private:
  struct Point {
    double x, y;
  };

  static double orientation(Point a, Point b, Point c) {
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
  }

  /// Projects along the largest component of the Newell normal.
  void flatten(std::span<const Vec3> corners, PolygonTraits& traits) {
    const std::size_t n = corners.size();
    Vec3 normal;
    Box3 box;
    for (std::size_t i = 0; i < n; ++i) {
      normal = normal + cross(corners[i] - corners[0], corners[(i + 1) % n] - corners[0]);
      box.extend(corners[i]);
    }
    size_ = box.diagonal();
    const double area2 = length(normal);
    if (area2 > 0) {
      for (const Vec3& p : corners) {
        if (std::abs(dot(normal, p - corners[0])) > 1e-4 * size_ * area2) traits.nonplanar = true;
      }
    }
    const double ax = std::abs(normal.x), ay = std::abs(normal.y), az = std::abs(normal.z);
    flat_.clear();
    for (const Vec3& p : corners) {
      if (az >= ax && az >= ay) {
        flat_.push_back(normal.z >= 0 ? Point{p.x, p.y} : Point{p.y, p.x});
      } else if (ax >= ay) {
        flat_.push_back(normal.x >= 0 ? Point{p.y, p.z} : Point{p.z, p.y});
      } else {
        flat_.push_back(normal.y >= 0 ? Point{p.z, p.x} : Point{p.x, p.z});
      }
    }
  }

  /// Every turn to the left, and once round in total: x changes its direction just twice.
  [[nodiscard]] bool is_convex() const {
    const std::size_t n = flat_.size();
    int direction_changes = 0;
    int last = 0;
    for (std::size_t i = 0; i < n; ++i) {
      if (orientation(flat_[i], flat_[(i + 1) % n], flat_[(i + 2) % n]) < 0) return false;
      const double dx = flat_[(i + 1) % n].x - flat_[i].x;
      const int direction = dx > 0 ? 1 : dx < 0 ? -1 : last;
      if (last != 0 && direction != last) ++direction_changes;
      last = direction;
    }
    return direction_changes <= 2;
  }

  void fan(std::uint32_t n) {
    for (std::uint32_t i = 1; i + 1 < n; ++i) triangles_.push_back({0, i, i + 1});
  }

  [[nodiscard]] bool is_ear(std::size_t at, bool flat_ears) const {
    const std::size_t n = ring_.size();
    const Point a = flat_[ring_[(at + n - 1) % n]], b = flat_[ring_[at]],
                c = flat_[ring_[(at + 1) % n]];
    const double turn = orientation(a, b, c);
    if (flat_ears ? turn < 0 : turn <= 0) return false;
    for (std::size_t k = 2; k + 1 < n; ++k) {
      const Point p = flat_[ring_[(at + k) % n]];
      if ((p.x == a.x && p.y == a.y) || (p.x == b.x && p.y == b.y) || (p.x == c.x && p.y == c.y)) {
        continue;
      }
      if (orientation(a, b, p) >= 0 && orientation(b, c, p) >= 0 && orientation(c, a, p) >= 0) {
        return false;
      }
    }
    return true;
  }

  bool cut_ears(std::uint32_t n) {
    ring_.resize(n);
    for (std::uint32_t i = 0; i < n; ++i) ring_[i] = i;
    std::size_t at = 0, misses = 0;
    bool flat_ears = false;
    while (ring_.size() > 3) {
      if (is_ear(at, flat_ears)) {
        const std::size_t m = ring_.size();
        triangles_.push_back({ring_[(at + m - 1) % m], ring_[at], ring_[(at + 1) % m]});
        ring_.erase(ring_.begin() + static_cast<std::ptrdiff_t>(at));
        at = at == 0 ? ring_.size() - 1 : at - 1;
        misses = 0;
        flat_ears = false;
        continue;
      }
      at = (at + 1) % ring_.size();
      if (++misses < ring_.size()) continue;
      if (flat_ears) return false;
      flat_ears = true;
      misses = 0;
    }
    triangles_.push_back({ring_[0], ring_[1], ring_[2]});
    // A bow tie is left with a triangle that is turned over.
    const double last = orientation(flat_[ring_[0]], flat_[ring_[1]], flat_[ring_[2]]);
    return last >= -1e-9 * size_ * size_;
  }

  std::vector<Point> flat_;
  double size_ = 0;  ///< diagonal of the polygon's box
  std::vector<std::uint32_t> ring_;
  std::vector<Triangle> triangles_;
  double work_left_ = kWork;
};

}  // namespace costengine::detail
