#include <cmath>

#include "models.hpp"
#include "polygon.hpp"
#include "sine.hpp"

namespace samples {
namespace {

constexpr double kWidth = 32, kWall = 5;

/// Counter-clockwise in the xz plane with y towards the back; here z is kept in Point::y.
Loop profile() {
  return {{0, 0}, {48, 0}, {48, 5}, {5, 5}, {5, 40}, {20, 40}, {20, 45}, {0, 45}};
}

double to_64th(double v) {
  return std::floor(v * 64 + 0.5) / 64;
}

/// `corners` points on a circle, on the 1/64 mm grid; its upper and lower halves `stretch` mm
/// apart.
Loop hole(double u, double v, double radius, int corners, double stretch) {
  Loop loop;
  for (int k = 0; k < corners; ++k) {
    const double turns = (k + 0.5) / corners;
    const double half = 2 * k < corners ? stretch / 2 : -stretch / 2;
    loop.push_back({u + to_64th(radius * cosine_of_turns(turns)),
                    v + half + to_64th(radius * sine_of_turns(turns))});
  }
  return loop;
}

/// In xy, through the base.
std::vector<Loop> screw_holes() {
  return {hole(18, 16, 3.25, 32, 0), hole(36, 16, 3.25, 32, 0)};
}
/// In yz, through the upright.
Loop slot() {
  return hole(16, 23, 4, 32, 12);
}

template <class Place>
Loop placed(const Loop& loop, Place place) {
  Loop out;
  for (const Point p : loop) out.push_back(place(p.x, p.y));
  return out;
}

Loop backwards(const Loop& loop) {
  return {loop.rbegin(), loop.rend()};
}

}  // namespace

Surface bracket() {
  const auto front = [](double x, double z) { return Point{x, 0, z}; };
  const auto back = [](double x, double z) { return Point{x, kWidth, z}; };
  const auto bottom = [](double x, double y) { return Point{x, y, 0}; };
  const auto top = [](double x, double y) { return Point{x, y, kWall}; };
  const auto outside = [](double y, double z) { return Point{0, y, z}; };
  const auto inside = [](double y, double z) { return Point{kWall, y, z}; };

  std::vector<Loop> bottom_holes, top_holes;
  Surface out;
  for (const Loop& loop : screw_holes()) {
    bottom_holes.push_back(placed(loop, bottom));
    top_holes.push_back(placed(loop, top));
    add_wall(out, backwards(bottom_holes.back()), backwards(top_holes.back()));
  }
  add_wall(out, backwards(placed(slot(), outside)), backwards(placed(slot(), inside)));

  const Loop outline = profile();
  add_face(out, placed(outline, front));
  add_face(out, backwards(placed(outline, back)));
  for (std::size_t i = 0; i < outline.size(); ++i) {
    const Point p = outline[i], q = outline[(i + 1) % outline.size()];
    std::vector<Loop> holes;
    if (i == 0) holes = bottom_holes;
    if (i == 2) holes = top_holes;
    if (i == 3) holes = {placed(slot(), inside)};
    if (i == 7) holes = {placed(slot(), outside)};
    add_face(out, {front(q.x, q.y), front(p.x, p.y), back(p.x, p.y), back(q.x, q.y)}, holes);
  }
  return weld(out);
}

double bracket_volume() {
  double holes = area_xy(slot());
  for (const Loop& loop : screw_holes()) holes += area_xy(loop);
  return area_xy(profile()) * kWidth - holes * kWall;
}

}  // namespace samples
