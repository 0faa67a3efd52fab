#include "costengine/measure/measure.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <numeric>
#include <string>
#include <vector>

#include "costengine/base/isa.hpp"
#include "support/pipeline.hpp"
#include "support/shapes.hpp"

using namespace costengine;
using namespace costengine::pipeline;

namespace {

bool near(double value, double expected, double relative) {
  return std::abs(value - expected) <= relative * std::abs(expected);
}

/// Within `relative` of the size of the thing, not of the coordinate.
bool near(Vec3 value, Vec3 expected, double size, double relative) {
  return length(value - expected) <= relative * size;
}

template <class T>
bool same_bits(const T& a, const T& b) {
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}

bool same_bits(const Mesh& a, const Mesh& b) {
  return a.facets == b.facets && a.vertices.size() == b.vertices.size() &&
         std::memcmp(a.vertices.data(), b.vertices.data(), a.vertices.size() * sizeof(Vec3)) == 0;
}

/// Coordinates as a float32 file holds them. Through memory: g++ 12 drops the rounding where it
/// vectorises neighbouring casts to float and back.
Mesh rounded_to_float(Mesh mesh) {
  for (Vec3& p : mesh.vertices) {
    for (double* coordinate : {&p.x, &p.y, &p.z}) {
      const volatile auto rounded = static_cast<float>(*coordinate);
      *coordinate = rounded;
    }
  }
  return mesh;
}

/// A triangular prism lying on its edge: its lower side rises from the bed at `degrees` to the
/// horizontal, 10 mm wide and 7 mm long.
Mesh leaning_prism(double degrees) {
  const double angle = degrees * shapes::kPi / 180;
  Mesh mesh =
      shapes::prism({{0, 0}, {10 * std::cos(angle), 10 * std::sin(angle)}, {0, 20}}, 7).mesh;
  for (Vec3& p : mesh.vertices) p = {p.x, -p.z, p.y};  // a quarter turn about x
  return mesh;
}

}  // namespace

TEST_CASE("volume and area are those of the closed form to 1e-12") {
  for (const shapes::Solid& solid : shapes::closed_solids()) {
    CAPTURE(solid.name);
    const MassProperties mass = mass_of(solid.mesh);
    CHECK(near(mass.volume_mm3, solid.volume_mm3, 1e-12));
    CHECK(near(mass.area_mm2, solid.area_mm2, 1e-12));
  }
}

TEST_CASE("centroid and box are those of the closed form to 1e-12") {
  struct Case {
    shapes::Solid solid;
    Vec3 centroid, high;
  };
  // A tetrahedron's centroid is the mean of its corners, a prism's that of its polygon.
  const std::vector<Case> cases = {
      {shapes::box(40, 30, 20), {20, 15, 10}, {40, 30, 20}},
      {shapes::tetrahedron(3, 4, 5), {0.75, 1, 1.25}, {3, 4, 5}},
      {shapes::triangular_prism(), {4.0 / 3, 1, 5}, {4, 3, 10}},
      {shapes::box_with_bore(30, 20, 10, 8), {15, 10, 5}, {30, 20, 10}}};
  for (const Case& c : cases) {
    CAPTURE(c.solid.name);
    const MassProperties mass = mass_of(c.solid.mesh);
    CHECK(near(mass.centroid_mm, c.centroid, length(c.high), 1e-12));
    CHECK(mass.box_mm.min == Vec3{});
    CHECK(mass.box_mm.max == c.high);
  }
}

TEST_CASE("a binary STL measured as it streams by is what load and measure make of it") {
  for (const shapes::Solid& solid :
       {shapes::box(20, 30, 40), shapes::box_with_bore(40, 30, 20, 12), shapes::sphere(20, 96),
        shapes::torus(60, 20, 120, 60), shapes::box_with_cavity()}) {
    std::vector<std::byte> file = shapes::to_stl_binary(solid.mesh);
    const MassProperties whole = mass_of(loaded(file).mesh);
    for (const unsigned count : {1U, 2U, 8U}) {
      for (const Isa isa : available_isas()) {
        Context ctx(threads(count, isa));
        const MassProperties mass = mass_properties_of_stl(*view_memory(file), ctx).value();
        CHECK(near(mass.volume_mm3, whole.volume_mm3, 1e-12));
        CHECK(near(mass.area_mm2, whole.area_mm2, 1e-12));
        CHECK(near(mass.centroid_mm, whole.centroid_mm, whole.box_mm.diagonal(), 1e-12));
        CHECK(same_bits(mass.box_mm, whole.box_mm));
        Context one(threads(1, Isa::kBaseline));
        CHECK(same_bits(mass, mass_properties_of_stl(*view_memory(file), one).value()));
      }
    }
  }
}

TEST_CASE(
    "a stream of facets is refused as the reader refuses it; facets without area do not count") {
  std::vector<std::byte> file = shapes::to_stl_binary(shapes::sphere(20, 96).mesh);
  const auto outcome = [&](const Limits& limits) {
    Context ctx({.threads = 2, .limits = limits});
    return mass_properties_of_stl(*view_memory(file), ctx);
  };
  const MassProperties sphere = outcome({}).value();
  Limits limits;
  limits.max_facets = 100;
  CHECK(outcome(limits).error().code == ErrorCode::kLimitFacets);
  limits = {};
  limits.max_coordinate_mm = 19;
  CHECK(outcome(limits).error().code == ErrorCode::kRange);
  const std::size_t facets = (file.size() - 84) / 50;
  const auto put = [&](std::size_t facet, std::size_t number, float value) {
    std::memcpy(file.data() + 84 + 50 * facet + 4 * number, &value, sizeof value);
  };
  // A spike without an area: its corners are one point far out.
  file.resize(file.size() + 50);
  const auto more = static_cast<std::uint32_t>(facets + 1);
  std::memcpy(file.data() + 80, &more, sizeof more);
  for (std::size_t k = 3; k < 12; ++k) put(facets, k, 500);
  CHECK(same_bits(outcome({}).value().box_mm, sphere.box_mm));
  put(9'000, 7, std::nanf(""));
  put(5'000, 11, INFINITY);
  CHECK(outcome({}).error().code == ErrorCode::kNonfinite);
  CHECK(outcome({}).error().byte == 84 + 50 * 5'000);
  file.resize(file.size() - 1);
  CHECK(outcome({}).error().code == ErrorCode::kTruncated);
}

TEST_CASE("the hull of a convex solid is the solid, of others what is between") {
  CHECK(near(hull_volume(shapes::box(40, 30, 20).mesh).value(), 24000, 1e-12));
  CHECK(near(hull_volume(shapes::tetrahedron(3, 4, 5).mesh).value(), 10, 1e-12));
  CHECK(near(hull_volume(shapes::box_with_bore(30, 20, 10, 8).mesh).value(), 6000, 1e-12));
  CHECK(near(hull_volume(shapes::two_boxes().mesh).value(), 25.0 * 10 * 10, 1e-12));
  const shapes::Solid sphere = shapes::sphere(10, 12);
  CHECK(near(hull_volume(sphere.mesh).value(), sphere.volume_mm3, 1e-9));
}

TEST_CASE("flat, empty and single-point meshes have no hull") {
  CHECK_FALSE(hull_volume(shapes::flat_sheet(20, 10).mesh).has_value());
  CHECK_FALSE(hull_volume(Mesh{}).has_value());
  CHECK_FALSE(hull_volume(Mesh{{{1, 2, 3}}, {{0, 0, 0}, {0, 0, 0}}}).has_value());
  CHECK_FALSE(
      hull_volume(Mesh{{{0, 0, 0}, {1, 1, 1}, {2, 2, 2}, {5, 5, 5}}, {{0, 1, 2}, {1, 2, 3}}})
          .has_value());
}

TEST_CASE("the hull of a solid with thousands of corners in one plane is found quickly") {
  // Rounded to float32: the corners of the lid are not quite on a circle, as in a file.
  const shapes::Solid tube = shapes::revolved({{0, 0}, {20, 0}, {20, 10}, {0, 10}}, 6000);
  const Mesh mesh = rounded_to_float(tube.mesh);
  CHECK(near(hull_volume(mesh).value(), mass_of(mesh).volume_mm3, 1e-9));
}

TEST_CASE("the hull does not count vertices that no facet uses") {
  Mesh mesh = shapes::box(10, 10, 10).mesh;
  mesh.vertices.push_back({1000, 1000, 1000});
  CHECK(near(hull_volume(mesh).value(), 1000, 1e-12));
}

TEST_CASE("moving, turning, mirroring, reordering and subdividing change nothing beyond 1e-9") {
  for (const shapes::Solid& solid : shapes::closed_solids()) {
    CAPTURE(solid.name);
    const MassProperties before = mass_of(solid.mesh);
    const std::vector<std::pair<std::string, Mesh>> changed = {
        {"moved", shapes::translated(solid.mesh, {12.3, -45.6, 7.89})},
        {"moved far", shapes::translated(solid.mesh, {3e4, -3e4, 3e4})},
        {"turned by a quarter", shapes::rotated_quarter(solid.mesh)},
        {"turned", shapes::rotated(solid.mesh)},
        {"mirrored", shapes::mirrored(solid.mesh)},
        {"shuffled", shapes::shuffled(solid.mesh, 42)},
        {"corners rotated", shapes::corners_rotated(solid.mesh)},
        {"subdivided", shapes::subdivided(solid.mesh)}};
    for (const auto& [how, mesh] : changed) {
      CAPTURE(how);
      const MassProperties after = mass_of(mesh);
      CHECK(near(after.volume_mm3, before.volume_mm3, 1e-9));
      CHECK(near(after.area_mm2, before.area_mm2, 1e-9));
    }
    const double size = before.box_mm.diagonal();
    CHECK(near(mass_of(shapes::translated(solid.mesh, {3e4, -3e4, 3e4})).centroid_mm,
               before.centroid_mm + Vec3{3e4, -3e4, 3e4}, size, 1e-9));
    const Vec3 c = before.centroid_mm;
    CHECK(near(mass_of(shapes::rotated_quarter(solid.mesh)).centroid_mm, {-c.y, c.x, c.z}, size,
               1e-9));
    CHECK(near(mass_of(shapes::subdivided(solid.mesh)).centroid_mm, c, size, 1e-9));
  }
}

TEST_CASE("a mesh that is inside out has the negative volume and the same area") {
  for (const shapes::Solid& solid : shapes::closed_solids()) {
    CAPTURE(solid.name);
    const MassProperties inside_out = mass_of(shapes::mirrored_inside_out(solid.mesh));
    CHECK(near(inside_out.volume_mm3, -solid.volume_mm3, 1e-12));
    CHECK(near(inside_out.area_mm2, solid.area_mm2, 1e-12));
  }
}

TEST_CASE("scaling by a power of two is exact") {
  for (const shapes::Solid& solid : shapes::closed_solids()) {
    for (const double factor : {0.125, 4.0, 1024.0}) {
      CAPTURE(solid.name);
      CAPTURE(factor);
      const MassProperties before = mass_of(solid.mesh);
      const MassProperties after = mass_of(shapes::scaled(solid.mesh, factor));
      CHECK(after.volume_mm3 == before.volume_mm3 * factor * factor * factor);
      CHECK(after.area_mm2 == before.area_mm2 * factor * factor);
      CHECK(after.centroid_mm == before.centroid_mm * factor);
      CHECK(after.box_mm.max == before.box_mm.max * factor);
    }
  }
}

TEST_CASE("binary STL, ASCII STL and OBJ of one mesh give the same bits") {
  for (const shapes::Solid& solid : shapes::closed_solids()) {
    CAPTURE(solid.name);
    const Mesh mesh = rounded_to_float(solid.mesh);
    const Mesh binary = loaded(shapes::to_stl_binary(mesh)).mesh;
    const Mesh ascii = loaded(shapes::to_stl_ascii(mesh)).mesh;
    const Mesh obj = loaded(shapes::to_obj(mesh)).mesh;
    CHECK(same_bits(binary, ascii));
    CHECK(same_bits(binary, obj));
    CHECK(same_bits(mass_of(binary), mass_of(obj)));
    const Measurements from_stl = measured(inspected(binary)), from_obj = measured(inspected(obj));
    CHECK(same_bits(from_stl.volume_mm3, from_obj.volume_mm3));
    CHECK(near(from_stl.volume_mm3.value, solid.volume_mm3, 1e-6));
  }
}

TEST_CASE("results have the same bits for every number of threads and instruction set") {
  const Mesh mesh = shapes::translated(shapes::torus(60, 20, 200, 100).mesh, {100.3, 90.7, 20.1});
  REQUIRE(mesh.facets.size() > 4 * 8192);  // several blocks
  const MassProperties expected = mass_of(mesh, 1, Isa::kBaseline);
  for (const Isa isa : available_isas()) {
    for (const unsigned count : {1U, 2U, 3U, 8U}) {
      CAPTURE(std::string(isa_name(isa)));
      CAPTURE(count);
      CHECK(same_bits(mass_of(mesh, count, isa), expected));
    }
  }
  const Inspection first = inspected(mesh, 1);
  for (const unsigned count : {2U, 3U, 8U}) {
    const Inspection other = inspected(mesh, count);
    CHECK(same_bits(other.solid, first.solid));
    CHECK(same_bits(other.volume.value, first.volume.value));
    CHECK(other.crossings.first == first.crossings.first);
    bool same_crossings = other.crossings.crossings.size() == first.crossings.crossings.size();
    for (std::size_t i = 0; same_crossings && i < first.crossings.crossings.size(); ++i) {
      const ColumnCrossing &a = other.crossings.crossings[i], &b = first.crossings.crossings[i];
      same_crossings = same_bits(a.z, b.z) && a.facet == b.facet && a.enters == b.enters;
    }
    CHECK(same_crossings);
  }
}

TEST_CASE("overhang area lies in the class of its angle to the horizontal") {
  for (std::size_t k = 0; k < 9; ++k) {
    const double degrees = 10.0 * static_cast<double>(k) + 5;
    CAPTURE(degrees);
    const Measurements m = measured(inspected(leaning_prism(degrees)));
    for (std::size_t i = 0; i < 9; ++i) {
      CAPTURE(i);
      if (i == k) {
        CHECK(near(m.overhang_area_mm2[i], 70, 1e-9));
      } else {
        CHECK(m.overhang_area_mm2[i] == 0);
      }
    }
  }
}

TEST_CASE("a ceiling is an overhang of 0 degrees; walls and what lies on the bed are none") {
  const Measurements cavity = measured(inspected(shapes::box_with_cavity().mesh));
  CHECK(near(cavity.overhang_area_mm2[0], 100, 1e-12));
  const Measurements box = measured(inspected(shapes::box(40, 30, 20).mesh));
  const Measurements lifted =
      measured(inspected(shapes::translated(shapes::box(40, 30, 20).mesh, {0, 0, 77})));
  for (const Measurements& m : {box, lifted}) {
    CHECK(std::accumulate(m.overhang_area_mm2.begin(), m.overhang_area_mm2.end(), 0.0) == 0);
  }
}

TEST_CASE("facets without an area add nothing and do not set the box") {
  Mesh mesh = shapes::box(20, 20, 20).mesh;
  mesh.vertices.push_back({1e6, 1e6, 1e6});
  mesh.facets.push_back({0, 1, 1});
  mesh.vertices.push_back({2e6, 2e6, 2e6});
  mesh.vertices.push_back({3e6, 3e6, 3e6});
  mesh.facets.push_back({8, 9, 10});
  const MassProperties mass = mass_of(mesh);
  CHECK(near(mass.volume_mm3, 8000, 1e-12));
  CHECK(near(mass.area_mm2, 2400, 1e-12));
  CHECK(mass.box_mm.max == Vec3{20, 20, 20});
}

TEST_CASE("a closed model is measured exactly: low, value and high are one number") {
  for (const shapes::Solid& solid : shapes::closed_solids()) {
    CAPTURE(solid.name);
    const Inspection inspection = inspected(solid.mesh);
    const Measurements m = measured(inspection, true);
    CHECK(near(m.volume_mm3.value, solid.volume_mm3, 1e-12));
    CHECK(m.volume_mm3.low == m.volume_mm3.value);
    CHECK(m.volume_mm3.high == m.volume_mm3.value);
    CHECK(m.volume_method == "signed");
    CHECK(near(m.area_mm2, solid.area_mm2, 1e-12));
    CHECK(m.shells == 1);
    CHECK(m.hull_volume_mm3.value() >= m.volume_mm3.value * (1 - 1e-12));
    CHECK_FALSE(measured(inspection, false).hull_volume_mm3.has_value());
  }
}

TEST_CASE("an empty range measures nothing") {
  Context ctx(threads(1));
  const MassProperties mass = mass_properties(Mesh{}, 0, 0, ctx).value();
  CHECK(mass.volume_mm3 == 0);
  CHECK(mass.area_mm2 == 0);
  CHECK(mass.box_mm.empty());
}

TEST_CASE("measuring stops when cancelled") {
  Context ctx(threads(2));
  ctx.cancel();
  const Inspection inspection = inspected(shapes::box(40, 30, 20).mesh);
  const Result<Measurements> result = measure(inspection, false, ctx);
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().code == ErrorCode::kCancelled);
  CHECK(result.error().stage == Stage::kMeasure);
}
