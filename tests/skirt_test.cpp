#include "costengine/detail/process/skirt.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "support/outlines.hpp"

using namespace costengine;
using detail::add_skirt;
using detail::Bead;
using detail::convex_hull;
using detail::PathStore;

namespace {

const double kSpacing_mm = 0.4, kFilamentPerMm = 0.033;

Bead bead() {
  Bead result;
  result.width_mm = 0.45;
  result.spacing_mm = kSpacing_mm;
  result.e_per_mm = kFilamentPerMm;
  return result;
}

PrintSettings settings(int skirts, double distance_mm, double least_filament_mm = 0) {
  PrintSettings print{};
  print.skirts = skirts;
  print.skirt_distance_mm = distance_mm;
  print.min_skirt_length_mm = least_filament_mm;
  return print;
}

const std::vector<Point2> kSquare = {{0, 0}, {20, 0}, {20, 20}, {0, 20}};

/// Loop i around the square of 20 mm, the innermost first: each quarter turn is two chords.
double loop_mm(int i, double distance_mm) {
  const double radius = distance_mm + (i + 1) * kSpacing_mm;
  return 80 + 4 * 2 * 2 * radius * std::sin(shapes::kPi / 8);
}

std::vector<double> lengths(const PathStore& store) {
  std::vector<double> result;
  for (const detail::PathPiece& piece : store.pieces) {
    result.push_back(
        perimeter(std::span(store.points).subspan(piece.begin, piece.end - piece.begin)));
  }
  return result;
}

}  // namespace

TEST_CASE("a hull has the corners of its points and no others") {
  std::vector<Point2> points = {{10, 10}, {5, 5}, {5, 0}, {10, 5}};  // inside and on the sides
  points.insert(points.end(), kSquare.begin(), kSquare.end());
  points.insert(points.end(), kSquare.begin(), kSquare.end());  // twice
  const std::vector<Point2> hull = convex_hull(points);
  CHECK(hull.size() == 4);
  CHECK(signed_area(hull) == doctest::Approx(400));  // counter-clockwise
}

TEST_CASE("a hull holds every point and turns left at every corner") {
  std::mt19937_64 random(11);
  for (int run = 0; run < 50; ++run) {
    std::vector<Point2> points;
    const int count = 3 + static_cast<int>(random() % 60);
    for (int i = 0; i < count; ++i) {
      points.push_back({static_cast<double>(random() % 97), static_cast<double>(random() % 89)});
    }
    const std::vector<Point2> hull = convex_hull(points);
    const std::size_t n = hull.size();
    REQUIRE(n >= 2);
    for (std::size_t i = 0; i < n; ++i) {
      const Point2 a = hull[i], b = hull[(i + 1) % n], c = hull[(i + 2) % n];
      if (n > 2) CHECK(cross(b - a, c - b) > 0);
      for (const Point2 p : points) CHECK(cross(b - a, p - a) >= 0);
    }
  }
}

TEST_CASE("hulls of too few points are those points") {
  CHECK(convex_hull({}).empty());
  CHECK(convex_hull({{3, 4}}).size() == 1);
  CHECK(convex_hull({{3, 4}, {1, 2}}).size() == 2);
}

TEST_CASE("a skirt is as many loops as asked for, the outermost first") {
  for (const int skirts : {1, 2, 5}) {
    CAPTURE(skirts);
    PathStore store;
    add_skirt(kSquare, settings(skirts, 6), bead(), 0, store);
    const std::vector<double> found = lengths(store);
    REQUIRE(found.size() == static_cast<std::size_t>(skirts));
    for (int i = 0; i < skirts; ++i) {
      CHECK(found[static_cast<std::size_t>(skirts - 1 - i)] ==
            doctest::Approx(loop_mm(i, 6)).epsilon(1e-12));
    }
    for (const detail::PathPiece& piece : store.pieces) {
      CHECK(piece.loop);
      CHECK(piece.role == detail::Role::kSkirt);
    }
  }
}

TEST_CASE("a skirt keeps its distance from the hull and from what it keeps off") {
  for (const double keep_off : {0.0, 5.0}) {
    PathStore store;
    add_skirt(kSquare, settings(1, 3), bead(), keep_off, store);
    double nearest = 1e9;
    for (const Point2 p : store.points) {
      double distance = 1e9;
      for (std::size_t i = 0; i < 4; ++i) {
        distance =
            std::min(distance, shapes::distance_to_segment(p, kSquare[i], kSquare[(i + 1) % 4]));
      }
      nearest = std::min(nearest, distance);
      CHECK(distance == doctest::Approx(3 + keep_off + kSpacing_mm).epsilon(1e-9));
    }
    CHECK(lengths(store)[0] == doctest::Approx(loop_mm(0, 3 + keep_off)).epsilon(1e-12));
  }
}

TEST_CASE("a skirt goes on until it has drawn the least length of filament") {
  for (const double least_mm : {1.0, 5.0, 30.0, 100.0}) {
    CAPTURE(least_mm);
    double drawn_mm = 0;
    std::size_t expected = 0;
    while (expected < 2 || drawn_mm < least_mm) {
      drawn_mm += loop_mm(static_cast<int>(expected++), 6) * kFilamentPerMm;
    }
    PathStore store;
    add_skirt(kSquare, settings(2, 6, least_mm), bead(), 0, store);
    CHECK(store.pieces.size() == expected);
  }
}

TEST_CASE("no skirt where none is asked for or nothing is to be surrounded") {
  PathStore store;
  add_skirt(kSquare, settings(0, 6, 100), bead(), 0, store);
  add_skirt({}, settings(2, 6), bead(), 0, store);
  CHECK(store.pieces.empty());
  CHECK(store.points.empty());
}
