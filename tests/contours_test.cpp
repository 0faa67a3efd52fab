#include "costengine/slice/contours.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "costengine/profile/load.hpp"
#include "costengine/slice/layers.hpp"
#include "support/outlines.hpp"
#include "support/pipeline.hpp"
#include "support/shapes.hpp"

using namespace costengine;
using namespace costengine::pipeline;
using namespace costengine::shapes;

namespace {

ContourStack stacked(const Mesh& mesh, const std::vector<double>& planes, double tolerance_mm = 0,
                     const LayerAxes& axes = {}, unsigned thread_count = 1) {
  Context ctx(threads(thread_count));
  return slice_contours(mesh, planes, axes, {tolerance_mm}, ctx).value();
}

Contours cut_at(const Mesh& mesh, double z, const LayerAxes& axes = {}) {
  return stacked(mesh, {z}, 0, axes).contours.front();
}

std::vector<double> planes_of(double low, double high, int count) {
  std::vector<double> planes;
  for (int i = 0; i < count; ++i) planes.push_back(low + (high - low) * (i + 0.5) / count);
  return planes;
}

/// The axes turned by an angle whose cosine and sine are 4/5 and 3/5.
constexpr LayerAxes kTurned{{0.8, 0.6}, {3, -2}};

}  // namespace

TEST_CASE("areas and lengths of outlines are those of plane geometry") {
  CHECK(signed_area(rectangle(3, -4, 7, 2)) == doctest::Approx(14));
  CHECK(signed_area(reversed(rectangle(3, -4, 7, 2))) == doctest::Approx(-14));
  CHECK(perimeter(rectangle(3, -4, 7, 2)) == doctest::Approx(18));
  CHECK(signed_area(regular_polygon(5, 12)) == doctest::Approx(75));  // 3 r^2
  CHECK(signed_area({}) == 0);
  CHECK(perimeter({}) == 0);
}

TEST_CASE("axes turn points and turn them back") {
  const Point2 p = kTurned.from_mesh(13, -2);  // 10 along x from the origin
  CHECK(p.x == doctest::Approx(8));
  CHECK(p.y == doctest::Approx(-6));
  const Point2 back = kTurned.direction_to_mesh(p);
  CHECK(back.x == doctest::Approx(10));
  CHECK(back.y == doctest::Approx(0));
}

TEST_CASE("a box has one contour with four corners, solid on the left") {
  for (const LayerAxes& axes : {LayerAxes{}, kTurned}) {
    const Contours contours = cut_at(shapes::box(40, 30, 20).mesh, 7, axes);
    REQUIRE(contours.loops() == 1);
    const Outline corners(contours.loop(0).begin(), contours.loop(0).end());
    CHECK(signed_area(corners) == doctest::Approx(1200).epsilon(1e-12));
    CHECK(perimeter(corners) == doctest::Approx(140).epsilon(1e-12));
    for (const Point2 corner : {axes.from_mesh(0, 0), axes.from_mesh(40, 0), axes.from_mesh(40, 30),
                                axes.from_mesh(0, 30)}) {
      CHECK(std::any_of(corners.begin(), corners.end(),
                        [&](Point2 p) { return length(p - corner) < 1e-12; }));
    }
  }
}

TEST_CASE("a slice of a sphere is a polygon of its meridians") {
  // Bands between parallels are flat quadrilaterals: their slice is a regular polygon, to whose
  // sides the diagonals add points.
  const int meridians = 32;
  const Mesh mesh = shapes::sphere(10, meridians / 2).mesh;
  for (const double z : {-9.9, -7.07, -1.0, 0.0, 3.3, 9.5}) {
    CAPTURE(z);
    const double band = std::floor(std::acos(-z / 10) / shapes::kPi * 16), step = shapes::kPi / 16;
    const double low = -10 * std::cos(band * step), high = -10 * std::cos((band + 1) * step);
    const double t = (z - low) / (high - low);
    const double radius = 10 * ((1 - t) * std::sin(band * step) + t * std::sin((band + 1) * step));
    const Contours contours = cut_at(mesh, z);
    REQUIRE(contours.loops() == 1);
    CHECK(area_of(contours) ==
          doctest::Approx(polygon_area(radius * std::cos(shapes::kPi / meridians), meridians))
              .epsilon(1e-9));
  }
}

TEST_CASE("a slice of a torus is an outline and a hole") {
  const Mesh mesh = shapes::torus(20, 5, 48, 24).mesh;
  for (const double z : {-4.4, -1.0, 0.5, 3.0}) {
    CAPTURE(z);
    const Contours contours = cut_at(mesh, z);
    REQUIRE(contours.loops() == 2);
    const double one = signed_area(contours.loop(0)), two = signed_area(contours.loop(1));
    CHECK(std::min(one, two) < 0);
    CHECK(std::max(one, two) > 0);
    CHECK(std::max(one, two) > -std::min(one, two));
  }
}

TEST_CASE("contours have the areas and perimeters that the facets alone give") {
  for (const shapes::Solid& solid : shapes::closed_solids()) {
    for (const bool turned : {false, true}) {
      CAPTURE(solid.name);
      CAPTURE(turned);
      const Mesh mesh = turned ? shapes::rotated(solid.mesh) : solid.mesh;
      const Box3 box = mass_of(mesh).box_mm;
      const std::vector<double> planes = planes_of(box.min.z, box.max.z, 37);
      Context ctx(threads(1));
      const std::vector<Layer> exact = slice_areas(mesh, 0, planes, ctx).value();
      const ContourStack stack = stacked(mesh, planes, 0, kTurned);
      for (std::size_t i = 0; i < planes.size(); ++i) {
        const Contours& contours = stack.contours[stack.of_layer[i]];
        double outline = 0;
        for (std::size_t l = 0; l < contours.loops(); ++l) outline += perimeter(contours.loop(l));
        CHECK(area_of(contours) == doctest::Approx(exact[i].area_mm2).epsilon(1e-9));
        CHECK(outline == doctest::Approx(exact[i].perimeter_mm).epsilon(1e-9));
      }
    }
  }
}

TEST_CASE("planes through vertices, edges and flat facets give closed contours") {
  const Mesh box = shapes::subdivided(shapes::subdivided(shapes::box(40, 30, 20).mesh));
  CHECK(cut_at(box, 0).loops() == 0);  // vertices on the plane count as above it
  for (const double z : {5.0, 10.0, 15.0, 20.0}) {
    CAPTURE(z);
    const Contours contours = cut_at(box, z);
    CHECK(contours.loops() == 1);
    CHECK(area_of(contours) == doctest::Approx(1200).epsilon(1e-12));
  }
  CHECK(cut_at(box, 20.000001).loops() == 0);
}

namespace {

/// A wall without thickness along a line of points, 10 mm high.
Mesh curtain(const std::vector<Point2>& points) {
  Mesh mesh;
  for (const Point2 p : points) {
    mesh.vertices.push_back({p.x, p.y, 0});
    mesh.vertices.push_back({p.x, p.y, 10});
  }
  for (std::uint32_t i = 0; i + 1 < points.size(); ++i) {
    shapes::add_quad(mesh, 2 * i, 2 * i + 2, 2 * i + 3, 2 * i + 1);
  }
  return mesh;
}

}  // namespace

TEST_CASE("where the surface is open for up to 2 mm the ends are joined by a straight line") {
  // The box without a stretch of one wall.
  for (const double gap : {0.0, 0.5, 1.9, 2.1, 12.0}) {
    CAPTURE(gap);
    const Mesh mesh = curtain({{20 + gap, 0}, {40, 0}, {40, 30}, {0, 30}, {0, 0}, {20, 0}});
    for (const Mesh& turned : {mesh, shapes::shuffled(mesh, 7)}) {
      const Contours contours = cut_at(turned, 5);
      REQUIRE(contours.loops() == (gap < 2 ? 1 : 0));
      if (gap < 2) CHECK(area_of(contours) == doctest::Approx(1200).epsilon(1e-9));
    }
  }
}

TEST_CASE("open contours go on where the next one begins, turned round if need be") {
  // Two halves of a box, 1 mm apart at either end; what is far off is no outline of anything.
  const std::vector<Point2> left = {{20, 30}, {0, 30}, {0, 0}, {20, 0}};
  const std::vector<Point2> right = {{21, 0}, {41, 0}, {41, 30}, {21, 30}};
  const std::vector<Point2> back(right.rbegin(), right.rend());
  const Mesh far = curtain({{80, 0}, {90, 0}, {90, 10}});
  for (const auto& other : {right, back}) {
    const Mesh mesh = shapes::joined(shapes::joined(curtain(left), far), curtain(other));
    const Contours contours = cut_at(mesh, 5);
    REQUIRE(contours.loops() == 1);
    CHECK(std::abs(area_of(contours)) == doctest::Approx(41 * 30));
  }
  // An end that is nearer to another beginning than to its own goes on, unless the loop is long
  // compared with what is missing of it.
  const Mesh beside =
      shapes::joined(curtain({{20, 0}, {40, 0}, {40, 30}, {0, 30}, {0, 0}, {19, 0}}),
                     curtain({{19, -0.5}, {18, -5}}));
  REQUIRE(cut_at(beside, 5).loops() == 1);
  CHECK(area_of(cut_at(beside, 5)) == doctest::Approx(1200));
}

TEST_CASE("what closes an open surface is not sliced, unless nothing else is there") {
  // A box without its top and one wall: no outline closes but over a cap. And a whole box with it.
  Profile profile = load_profile({}).value();
  profile.print.layer_height_mm = profile.print.first_layer_height_mm = 1;
  Mesh mesh = curtain({{40, 0}, {40, 30}, {0, 30}, {0, 0}});
  const auto first = static_cast<std::uint32_t>(mesh.vertices.size());
  for (const Point2 p : {Point2{0, 0}, Point2{40, 0}, Point2{40, 30}, Point2{0, 30}}) {
    mesh.vertices.push_back({p.x, p.y, 0});
  }
  shapes::add_quad(mesh, first, first + 3, first + 2, first + 1);
  const Mesh box = shapes::translated(shapes::box(10, 10, 10).mesh, {60, 0, 0});
  for (const bool with_box : {false, true}) {
    CAPTURE(with_box);
    const Inspection inspection = inspected(with_box ? shapes::joined(mesh, box) : mesh);
    REQUIRE(inspection.surface_facets < inspection.solid.facets.size());
    Context ctx(threads(1));
    const Layers layers = slice(inspection, profile, ctx).value();
    REQUIRE(layers.contours.of_layer.size() == 10);
    for (const Contours& c : layers.contours.contours) {
      CHECK(c.loops() == 1);
      CHECK((area_of(c) == doctest::Approx(100)) == with_box);
    }
  }
}

TEST_CASE("shells that share an edge, or touch nothing, have contours of their own") {
  for (const shapes::Solid& solid : {shapes::two_boxes(), shapes::boxes_sharing_an_edge()}) {
    CAPTURE(solid.name);
    const Contours contours = cut_at(solid.mesh, 5);
    REQUIRE(contours.loops() == 2);
    CHECK(signed_area(contours.loop(0)) == doctest::Approx(100));
    CHECK(signed_area(contours.loop(1)) == doctest::Approx(100));
  }
}

TEST_CASE("equal neighbours share their contours") {
  const ContourStack box = stacked(shapes::box(40, 30, 20).mesh, planes_of(0, 20, 100));
  CHECK(box.contours.size() == 1);
  CHECK(box.of_layer == std::vector<std::uint32_t>(100, 0));
  // A cone has other contours in every layer; a bottle has one in its neck and one in its body.
  const ContourStack cone =
      stacked(shapes::revolved({{0, 0}, {10, 0}, {0, 20}}, 12).mesh, planes_of(0, 20, 50));
  CHECK(cone.contours.size() == 50);
  const ContourStack bottle =
      stacked(shapes::revolved({{0, 0}, {10, 0}, {10, 8}, {4, 8}, {4, 20}, {0, 20}}, 12).mesh,
              planes_of(0, 20, 50), 1e-4);
  REQUIRE(bottle.contours.size() == 2);
  for (std::size_t i = 0; i < 50; ++i) CHECK(bottle.of_layer[i] == (i < 20 ? 0 : 1));
}

TEST_CASE("simplifying leaves out points within the tolerance and no others") {
  Outline wave;  // a circle of 400 points with ripples
  for (int k = 0; k < 400; ++k) {
    const double angle = 2 * shapes::kPi * k / 400, radius = 10 + 0.2 * std::sin(23 * angle);
    wave.push_back({radius * std::cos(angle), radius * std::sin(angle)});
  }
  std::size_t last_size = wave.size() + 1;
  for (const double tolerance : {0.0, 0.003, 0.03, 0.1, 0.5, 3.0}) {
    CAPTURE(tolerance);
    Contours contours = contours_of({wave});
    simplify(contours, tolerance);
    REQUIRE(contours.loops() == 1);
    const std::span<const Point2> kept = contours.loop(0);
    CHECK(kept.size() < last_size);
    last_size = kept.size();
    std::size_t at = wave.size();  // kept points are points of the outline, in its order
    double worst = 0;
    for (std::size_t i = 0; i < kept.size(); ++i) {
      const auto found = std::find(wave.begin(), wave.end(), kept[i]);
      REQUIRE(found != wave.end());
      const auto place = static_cast<std::size_t>(found - wave.begin());
      if (at < wave.size() && kept.size() > 2) CHECK((place + 400 - at) % 400 < 200);
      at = place;
    }
    for (const Point2 p : wave) {
      double nearest = 1e9;
      for (std::size_t i = 0; i < kept.size(); ++i) {
        nearest = std::min(nearest, distance_to_segment(p, kept[i], kept[(i + 1) % kept.size()]));
      }
      worst = std::max(worst, nearest);
    }
    CHECK(worst <= tolerance * (1 + 1e-9));
  }
  CHECK(last_size <= 8);  // a square's sides are 2.9 off a circle of 10; halving may double that
}

TEST_CASE("simplifying removes points on straight lines at once") {
  Outline outline;
  for (int k = 0; k < 40; ++k) outline.push_back({0.25 * k, 0});
  for (int k = 0; k < 20; ++k) outline.push_back({10, 0.25 * k});
  for (int k = 0; k < 40; ++k) outline.push_back({10 - 0.25 * k, 5});
  for (int k = 0; k < 20; ++k) outline.push_back({0, 5 - 0.25 * k});
  std::rotate(outline.begin(), outline.begin() + 13, outline.end());
  Contours contours = contours_of({outline});
  simplify(contours, 0.001);
  REQUIRE(contours.loops() == 1);
  CHECK(contours.points.size() == 4);
  CHECK(area_of(contours) == doctest::Approx(50).epsilon(1e-12));
}

TEST_CASE("loops that enclose nothing disappear, and only they") {
  Contours contours = contours_of({{{0, 0}, {5, 0}, {2, 0}},  // there and back
                                   rectangle(0, 0, 10, 10),
                                   {{3, 3}, {3.001, 3}, {3, 3.001}},
                                   reversed(rectangle(4, 4, 2, 2))});
  simplify(contours, 0.01);
  REQUIRE(contours.loops() == 2);
  CHECK(signed_area(contours.loop(0)) == doctest::Approx(100));
  CHECK(signed_area(contours.loop(1)) == doctest::Approx(-4));
}

TEST_CASE("contours have the same bits for every number of threads") {
  const Mesh mesh = shapes::torus(20, 5, 64, 32).mesh;
  const std::vector<double> planes = planes_of(-5, 5, 101);
  const ContourStack expected = stacked(mesh, planes, 0.01, kTurned, 1);
  for (const unsigned count : {2U, 3U, 8U}) {
    const ContourStack other = stacked(mesh, planes, 0.01, kTurned, count);
    CHECK(other.contours == expected.contours);
    CHECK(other.of_layer == expected.of_layer);
  }
}

TEST_CASE("following contours stops when cancelled") {
  Context ctx(threads(2));
  ctx.cancel();
  const auto result = slice_contours(shapes::box(1, 1, 1).mesh, {0.5}, {}, {}, ctx);
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().code == ErrorCode::kCancelled);
}

TEST_CASE("solids that meet in one edge are each cut on their own") {
  // Prisms like the slices of a cake with gaps between them, all on the z axis: 64 sides on an
  // edge.
  constexpr std::uint32_t kSlices = 32;
  Mesh mesh{{{0, 0, 0}, {0, 0, 1}}, {}};
  for (std::uint32_t k = 0; k < kSlices; ++k) {
    const double from = 2 * shapes::kPi * k / kSlices, to = from + shapes::kPi / kSlices;
    const auto v = static_cast<std::uint32_t>(mesh.vertices.size());
    for (const double z : {0.0, 1.0}) {
      mesh.vertices.push_back({5 * std::cos(from), 5 * std::sin(from), z});
      mesh.vertices.push_back({5 * std::cos(to), 5 * std::sin(to), z});
    }
    mesh.facets.insert(mesh.facets.end(), {{0, v + 1, v}, {1, v + 2, v + 3}});
    shapes::add_quad(mesh, 0, v, v + 2, 1);
    shapes::add_quad(mesh, v, v + 1, v + 3, v + 2);
    shapes::add_quad(mesh, v + 1, 0, 1, v + 3);
  }
  Context ctx({.threads = 1});
  const Contours found = slice_contours(mesh, {0.5}, {}, {0}, ctx).value().contours.at(0);
  double area = 0;
  for (std::size_t l = 0; l < found.loops(); ++l) area += signed_area(found.loop(l));
  // Triangles with two sides of 5 mm and an angle of pi / 32 between them.
  CHECK(area == doctest::Approx(kSlices * 12.5 * std::sin(shapes::kPi / kSlices)).epsilon(1e-12));
  CHECK(found.loops() >= 1);
}
