#include <algorithm>

#include "isosurface.hpp"
#include "models.hpp"

namespace samples {
namespace {

double ball(Point p, Point center, double radius) {
  return length(p - center) - radius;
}

double limb(Point p, Point a, Point b, double radius) {
  return distance_to_segment(p, a, b) - radius;
}

double bear(Point p) {
  const Point right{p.x < 0 ? -p.x : p.x, p.y, p.z};  // both sides alike
  double d = blend(ball(p, {0, 1, 13}, 13), ball(p, {0, 1, 25}, 10), 6);
  d = blend(d, ball(p, {0, -1, 41}, 9.5), 3);
  d = blend(d, ball(p, {0, -9, 38.5}, 4.5), 2);
  d = blend(d, limb(right, {9, -2, 28}, {14.5, -9, 17}, 3.5), 2.5);
  d = blend(d, limb(right, {8, -5, 5}, {12, -19, 5}, 4.8), 3);
  d = blend(d, ball(right, {12.5, -20.5, 6.5}, 5.4), 2);
  d = blend(d, ball(p, {0, 13.5, 6}, 4), 2);
  d = blend(d, ball(right, {7.5, 0, 49.5}, 4), 1.5);
  d = -blend(-d, ball(right, {7.9, -3.8, 50}, 2.6), 1);  // the hollow of the ear
  d = blend(d, ball(p, {0, -13.2, 40}, 1.7), 0.5);
  d = blend(d, ball(right, {3.6, -9.2, 43.6}, 1.2), 0.4);
  return std::max(d, -p.z);  // sits on the bed
}

}  // namespace

Surface figurine(double step) {
  return isosurface(bear, {-21, -28, -2}, {21, 19, 56}, step);
}

}  // namespace samples
