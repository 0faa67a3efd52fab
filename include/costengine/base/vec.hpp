/// Points and boxes: plain doubles without alignment tricks, so that they may cross any border.
#pragma once

#include <algorithm>
#include <limits>

#include "costengine/base/config.hpp"

namespace costengine {

/// A point or direction; millimetres unless a name says otherwise.
struct Vec3 {
  double x = 0, y = 0, z = 0;

  friend constexpr Vec3 operator+(Vec3 a, Vec3 b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
  friend constexpr Vec3 operator-(Vec3 a, Vec3 b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
  friend constexpr Vec3 operator*(Vec3 a, double s) { return {a.x * s, a.y * s, a.z * s}; }
  friend constexpr bool operator==(Vec3 a, Vec3 b) = default;
};

constexpr double dot(Vec3 a, Vec3 b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}
constexpr Vec3 cross(Vec3 a, Vec3 b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
inline double length(Vec3 a) {
  return __builtin_sqrt(dot(a, a));
}

/// An axis-aligned box; empty (min > max) until the first extend().
struct Box3 {
  Vec3 min{std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity(),
           std::numeric_limits<double>::infinity()};
  Vec3 max{-std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
           -std::numeric_limits<double>::infinity()};

  [[nodiscard]] bool empty() const { return min.x > max.x; }
  void extend(Vec3 p) {
    min = {std::min(min.x, p.x), std::min(min.y, p.y), std::min(min.z, p.z)};
    max = {std::max(max.x, p.x), std::max(max.y, p.y), std::max(max.z, p.z)};
  }
  void extend(const Box3& b) {
    extend(b.min);
    extend(b.max);
  }
  [[nodiscard]] Vec3 size() const { return empty() ? Vec3{} : max - min; }
  [[nodiscard]] Vec3 center() const { return empty() ? Vec3{} : (min + max) * 0.5; }
  [[nodiscard]] double diagonal() const { return length(size()); }
};

}  // namespace costengine
