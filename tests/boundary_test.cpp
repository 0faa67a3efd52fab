#include "costengine/slice/boundary.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "support/outlines.hpp"

using namespace costengine;

namespace {

constexpr double kPixel_mm = 0.25;
constexpr int kColumns = 128, kRows = 70;

BitGrid grid() {
  BitGrid result;
  result.left_mm = -3, result.bottom_mm = 2, result.pixel_mm = kPixel_mm;
  result.rows = kRows, result.words = kColumns / 64 + 2;
  return result;
}

template <class Inside>
BitMask mask_where(Inside&& inside) {
  BitMask mask(grid());
  for (int y = 0; y < kRows; ++y) {
    for (int x = 0; x < kColumns; ++x) {
      if (inside(x, y)) mask.row(y)[1 + x / 64] |= BitWord{1} << (x % 64);
    }
  }
  return mask;
}

BitMask rectangle(int left, int bottom, int right, int top) {
  return mask_where([=](int x, int y) { return x >= left && x < right && y >= bottom && y < top; });
}

BitMask disc(double radius) {
  return mask_where([=](int x, int y) { return std::hypot(x - 60, y - 35) < radius; });
}

RegionBoundary traced(const BitMask& mask) {
  RegionBoundary boundary;
  boundary.trace(mask, grid());
  return boundary;
}

std::uint32_t steps(const RegionBoundary& boundary) {
  return boundary.first(boundary.loops());
}

/// The way round loop i.
double whole_mm(const RegionBoundary& boundary, std::size_t i) {
  const std::uint32_t first = boundary.first(i), other = first + 1;
  return boundary.length_mm(first, other) + boundary.length_mm(other, first);
}

/// Sides between a pixel of the region and one that is not.
std::uint32_t sides(const BitMask& mask) {
  std::uint32_t sum = 0;
  for (int y = 0; y < kRows; ++y) {
    for (int x = 0; x < kColumns; ++x) {
      if (!mask.at(x, y)) continue;
      sum += !mask.at(x - 1, y) + !mask.at(x + 1, y) + !mask.at(x, y - 1) + !mask.at(x, y + 1);
    }
  }
  return sum;
}

}  // namespace

TEST_CASE("outer loops are the parts, and holes are not") {
  CHECK(traced(rectangle(10, 10, 50, 40)).outer_loops() == 1);
  const BitMask two_rings = mask_where([](int x, int y) {
    const int far = std::max(std::abs(x % 64 - 30), std::abs(y - 35));
    return far < 20 && far > 5;
  });
  CHECK(traced(two_rings).loops() == 4);
  CHECK(traced(two_rings).outer_loops() == 2);
  CHECK(traced(BitMask(grid())).outer_loops() == 0);
}

TEST_CASE("steps near a pixel are those of the pixels in its window, each pixel once") {
  const RegionBoundary boundary = traced(disc(30));
  for (const int window : {0, 3, 31}) {
    for (const auto& [x, y] : {std::pair(60, 5), {90, 35}, {39, 14}, {60, 35}}) {
      CAPTURE(window);
      CAPTURE(x);
      int found = 0, wanted = 0;
      boundary.for_each_step_near(x, y, window, [&](std::uint32_t) { ++found; });
      for (int py = y - window; py <= y + window; ++py) {
        for (int px = x - window; px <= x + window; ++px) {
          boundary.for_each_step_near(px, py, 0, [&](std::uint32_t) { ++wanted; });
        }
      }
      CHECK(found == wanted);
    }
  }
  int at_edge = 0;
  boundary.for_each_step_near(90 - 1, 35, 0, [&](std::uint32_t) { ++at_edge; });
  CHECK(at_edge == 1);
}

TEST_CASE("the boundary of a rectangle is its sides") {
  const RegionBoundary boundary = traced(rectangle(10, 20, 90, 50));
  REQUIRE(boundary.loops() == 1);
  CHECK(steps(boundary) == 2 * (80 + 30));
  // Each corner is cut by less than a pixel.
  CHECK(whole_mm(boundary, 0) <= 220 * kPixel_mm);
  CHECK(whole_mm(boundary, 0) >= (220 - 4) * kPixel_mm);
}

TEST_CASE("along a side the way is the distance, in the direction that keeps the region left") {
  const RegionBoundary boundary = traced(rectangle(10, 20, 90, 50));
  const auto way = [&](int x0, int y0, int x1, int y1) {
    return boundary.length_mm(boundary.step_at(x0, y0), boundary.step_at(x1, y1));
  };
  CHECK(way(20, 20, 60, 20) == doctest::Approx(40 * kPixel_mm));  // to the right at the bottom
  CHECK(way(89, 25, 89, 40) == doctest::Approx(15 * kPixel_mm));  // up at the right
  CHECK(way(60, 49, 20, 49) == doctest::Approx(40 * kPixel_mm));  // to the left at the top
  CHECK(way(10, 40, 10, 25) == doctest::Approx(15 * kPixel_mm));
  // The other way is the rest of the loop.
  CHECK(way(60, 20, 20, 20) == doctest::Approx(whole_mm(boundary, 0) - 40 * kPixel_mm));
  // Round a corner: 10 pixels to it and 10 after it, less the cut.
  CHECK(way(80, 20, 89, 30) <= 20 * kPixel_mm);
  CHECK(way(80, 20, 89, 30) >= 18.5 * kPixel_mm);
}

TEST_CASE("a step is found at the pixels of the boundary and their neighbours only") {
  const RegionBoundary boundary = traced(rectangle(10, 20, 90, 50));
  for (int y = 0; y < kRows; ++y) {
    for (int x = 0; x < kColumns; ++x) {
      const bool near = x >= 9 && x <= 90 && y >= 19 && y <= 50;
      const bool deep = x >= 12 && x < 88 && y >= 22 && y < 48;
      CHECK((boundary.step_at(x, y) != RegionBoundary::kNowhere) == (near && !deep));
    }
  }
  CHECK(boundary.step_at(-1, 20) == RegionBoundary::kNowhere);
  CHECK(boundary.step_at(500, 500) == RegionBoundary::kNowhere);
}

TEST_CASE("the way round a disc is about its circumference") {
  for (const double radius : {6.0, 12.0, 20.3, 30.0}) {
    CAPTURE(radius);
    const RegionBoundary boundary = traced(disc(radius));
    REQUIRE(boundary.loops() == 1);
    CHECK(whole_mm(boundary, 0) ==
          doctest::Approx(2 * shapes::kPi * radius * kPixel_mm).epsilon(0.06));
  }
}

TEST_CASE("a hole has a loop of its own, which runs the other way") {
  BitMask ring = rectangle(10, 10, 100, 60);
  const BitMask hole = rectangle(30, 20, 80, 50);
  subtract(ring, hole);
  const RegionBoundary boundary = traced(ring);
  REQUIRE(boundary.loops() == 2);
  CHECK(steps(boundary) == 2 * (90 + 50) + 2 * (50 + 30));
  const std::uint32_t a = boundary.step_at(40, 19), b = boundary.step_at(70, 19);
  CHECK(boundary.loop_of(a) == boundary.loop_of(b));
  CHECK(boundary.loop_of(a) != boundary.loop_of(boundary.step_at(40, 10)));
  CHECK(boundary.length_mm(b, a) == doctest::Approx(30 * kPixel_mm));  // to the left
}

TEST_CASE("every side between inside and outside is one step") {
  std::mt19937_64 random(3);
  RegionBoundary boundary;  // one object for all of them
  for (const int share : {1, 20, 50, 80, 100}) {
    CAPTURE(share);
    const BitMask mask = mask_where([&](int x, int y) {
      const bool margin = x < 2 || x >= kColumns - 2 || y < 2 || y >= kRows - 2;
      return !margin && static_cast<int>(random() % 100) < share;
    });
    boundary.trace(mask, grid());
    CHECK(steps(boundary) == sides(mask));
    CHECK(boundary.loops() >= 1);
    for (std::size_t l = 0; l < boundary.loops(); ++l) {
      CHECK(boundary.first(l + 1) - boundary.first(l) >= 4);
      CHECK(boundary.loop_of(boundary.first(l)) == l);
      CHECK(boundary.loop_of(boundary.first(l + 1) - 1) == l);
    }
  }
}

TEST_CASE("a region without pixels has no boundary, also after one that had") {
  RegionBoundary boundary;
  boundary.trace(rectangle(10, 20, 90, 50), grid());
  boundary.trace(BitMask(grid()), grid());
  CHECK(boundary.loops() == 0);
  CHECK(boundary.step_at(10, 20) == RegionBoundary::kNowhere);
}

TEST_CASE("points of a way lie on the boundary, in order and about a millimetre apart") {
  const RegionBoundary boundary = traced(rectangle(10, 20, 90, 50));
  const shapes::Outline outline =
      shapes::rectangle(-3 + 10 * kPixel_mm, 2 + 20 * kPixel_mm, 80 * kPixel_mm, 30 * kPixel_mm);
  const std::uint32_t from = boundary.step_at(30, 20), to = boundary.step_at(89, 40);
  std::vector<Point2> points;
  boundary.for_each_point(from, to, 0, [&](Point2 p) { points.push_back(p); });
  REQUIRE(points.size() >= 18);  // 60 + 20 sides, a point every fourth
  CHECK(points.size() <= 20);
  for (std::size_t i = 0; i < points.size(); ++i) {
    double distance = 1e9;
    for (std::size_t k = 0; k < 4; ++k) {
      distance = std::min(distance,
                          shapes::distance_to_segment(points[i], outline[k], outline[(k + 1) % 4]));
    }
    CHECK(distance < 1e-9);
    if (i > 0) CHECK(length(points[i] - points[i - 1]) <= 4 * kPixel_mm + 1e-9);
    if (i > 0) CHECK(points[i].x + points[i].y > points[i - 1].x + points[i - 1].y);
  }
}
