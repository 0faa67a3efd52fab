#include "costengine/slice/layers.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "costengine/mesh/columns.hpp"
#include "costengine/profile/load.hpp"
#include "support/pipeline.hpp"
#include "support/shapes.hpp"

using namespace costengine;
using namespace costengine::pipeline;

namespace {

bool near(double value, double expected, double relative) {
  return std::abs(value - expected) <= relative * std::abs(expected);
}

std::vector<Layer> sliced(const Mesh& mesh, double bed_z, const std::vector<double>& planes,
                          unsigned thread_count = 1) {
  Context ctx(threads(thread_count));
  return slice_areas(mesh, bed_z, planes, ctx).value();
}

Layer cut_at(const Mesh& mesh, double z) {
  return sliced(mesh, 0, {z}).front();
}

/// The built-in profile with layers of `height` all through.
PrintSettings settings(double height, std::vector<std::string> overrides = {}) {
  ProfileRequest request;
  request.overrides = std::move(overrides);
  PrintSettings print = load_profile(request).value().print;
  print.layer_height_mm = height;
  print.first_layer_height_mm = height;
  return print;
}

Layers layers_of(const Mesh& mesh, const PrintSettings& print, unsigned thread_count = 1) {
  const Inspection inspection = inspected(mesh);
  Context ctx(threads(thread_count));
  return slice(inspection, print, ctx).value();
}

}  // namespace

TEST_CASE("planes lie in the middle of each layer") {
  PrintSettings print = settings(0.2);
  print.first_layer_height_mm = 0.3;
  const std::vector<double> planes = layer_planes(1.0, print, Limits{}).value();
  REQUIRE(planes.size() == 4);  // 0.15, 0.4, 0.6, 0.8; a plane at 1.0 would touch the top only
  CHECK(planes[0] == doctest::Approx(0.15));
  CHECK(planes[1] == doctest::Approx(0.4));
  CHECK(planes[3] == doctest::Approx(0.8));
}

TEST_CASE("as many planes as lie below the top, at least one") {
  const PrintSettings print = settings(0.2);
  CHECK(layer_planes(0.01, print, Limits{}).value().size() == 1);
  CHECK(layer_planes(0.29, print, Limits{}).value().size() == 1);
  CHECK(layer_planes(0.31, print, Limits{}).value().size() == 2);
  CHECK(layer_planes(20, print, Limits{}).value().size() == 100);
  CHECK(layer_planes(0, print, Limits{}).value().size() == 1);
}

TEST_CASE("too many layers are an error that says so") {
  Limits limits;
  limits.max_layers = 99;
  const auto result = layer_planes(20, settings(0.2), limits);
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().code == ErrorCode::kLimitLayers);
  CHECK(result.error().stage == Stage::kSlice);
  limits.max_layers = 100;
  CHECK(layer_planes(20, settings(0.2), limits).ok());
}

TEST_CASE("a box has the area and perimeter of its floor in every layer") {
  const Mesh box = shapes::translated(shapes::box(40, 30, 20).mesh, {-7, 3, 100});
  for (const Layer& layer : sliced(box, 100, {0.1, 3.7, 10, 19.9})) {
    CAPTURE(layer.z_mm);
    CHECK(near(layer.area_mm2, 1200, 1e-12));
    CHECK(near(layer.perimeter_mm, 140, 1e-12));
  }
}

TEST_CASE("a bore counts in the perimeter and not in the area") {
  for (const Layer& layer : sliced(shapes::box_with_bore(30, 20, 10, 8).mesh, 0, {0.1, 5, 9.9})) {
    CHECK(near(layer.area_mm2, 30 * 20 - 8 * 8, 1e-12));
    CHECK(near(layer.perimeter_mm, 100 + 32, 1e-12));
  }
}

TEST_CASE("a cone's layers are regular polygons that shrink evenly") {
  constexpr std::uint32_t kSides = 24;
  constexpr double kRadius = 10, kHeight = 15;
  const Mesh cone = shapes::revolved({{0, 0}, {kRadius, 0}, {0, kHeight}}, kSides).mesh;
  for (const double z : {0.05, 1.0, 7.5, 14.0}) {
    CAPTURE(z);
    const double r = kRadius * (1 - z / kHeight);
    const Layer layer = cut_at(cone, z);
    CHECK(near(layer.area_mm2, kSides * r * r * std::sin(2 * shapes::kPi / kSides) / 2, 1e-12));
    CHECK(near(layer.perimeter_mm, 2 * kSides * r * std::sin(shapes::kPi / kSides), 1e-12));
  }
}

TEST_CASE("a prism's layers are its polygon") {
  const Layer layer = cut_at(shapes::triangular_prism().mesh, 4.2);
  CHECK(near(layer.area_mm2, 6, 1e-12));
  CHECK(near(layer.perimeter_mm, 12, 1e-12));
}

TEST_CASE("planes through vertices, edges and flat facets give closed contours") {
  const Mesh box = shapes::subdivided(shapes::subdivided(shapes::box(40, 30, 20).mesh));
  CHECK(cut_at(box, 0).area_mm2 == 0);  // vertices on the plane count as above it
  for (const double z : {5.0, 10.0, 15.0, 20.0}) {
    CAPTURE(z);
    CHECK(near(cut_at(box, z).area_mm2, 1200, 1e-12));
    CHECK(near(cut_at(box, z).perimeter_mm, 140, 1e-12));
  }
  CHECK(cut_at(box, 20.000001).area_mm2 == 0);
  // The equator of a sphere is a ring of its vertices: a regular polygon of 24 sides.
  const Layer equator = cut_at(shapes::sphere(10, 12).mesh, 0);
  CHECK(near(equator.area_mm2, 24 * 100 * std::sin(shapes::kPi / 12) / 2, 1e-12));
}

TEST_CASE("an inside-out mesh has negative areas") {
  CHECK(near(cut_at(shapes::flipped(shapes::box(40, 30, 20).mesh), 3).area_mm2, -1200, 1e-12));
}

TEST_CASE("the layers sum to the volume within half a layer of what is not upright") {
  for (const shapes::Solid& solid : shapes::closed_solids()) {
    for (const bool turned : {false, true}) {
      for (const double h : {0.05, 0.1, 0.3, 0.7}) {
        CAPTURE(solid.name);
        CAPTURE(turned);
        CAPTURE(h);
        const Mesh mesh = turned ? shapes::rotated(solid.mesh) : solid.mesh;
        const Box3 box = mass_of(mesh).box_mm;
        const std::vector<double> planes =
            layer_planes(box.size().z, settings(h), Limits{}).value();
        double sum = 0, largest_end = 0, flatness = 0;
        const std::vector<Layer> layers = sliced(mesh, box.min.z, planes);
        for (const Layer& layer : layers) sum += layer.area_mm2 * h;
        for (const Facet& f : mesh.facets) {
          const Vec3 a = mesh.vertices[f[0]];
          flatness += std::abs(cross(mesh.vertices[f[1]] - a, mesh.vertices[f[2]] - a).z) / 2;
        }
        largest_end = layers.front().area_mm2 + layers.back().area_mm2;
        CHECK(std::abs(sum - solid.volume_mm3) <=
              h / 2 * flatness + h * largest_end + 1e-9 * solid.volume_mm3);
        // Fine layers do far better than the bound where nothing is cut off at the ends.
        if (h == 0.05) CHECK(near(sum, solid.volume_mm3, 0.03));
      }
    }
  }
}

TEST_CASE("layers have the same bits for every number of threads") {
  const Mesh mesh = shapes::torus(20, 5, 64, 32).mesh;
  const PrintSettings print = settings(0.05, {"support=true"});
  const Layers expected = layers_of(mesh, print, 1);
  REQUIRE(expected.layers.size() == 200);
  for (const unsigned count : {2U, 3U, 8U}) {
    const Layers other = layers_of(mesh, print, count);
    REQUIRE(other.layers.size() == expected.layers.size());
    CHECK(std::memcmp(other.layers.data(), expected.layers.data(),
                      expected.layers.size() * sizeof(Layer)) == 0);
  }
}

TEST_CASE("slicing scales the areas to the volume that counts overlaps once") {
  const shapes::Solid solid = shapes::overlapping_boxes();
  const Layers layers = layers_of(solid.mesh, settings(0.1));
  double sum = 0;
  for (const Layer& layer : layers.layers) sum += layer.area_mm2 * layer.height_mm;
  CHECK(near(sum, solid.volume_mm3, 0.02));
}

TEST_CASE("a box is solid in its bottom and top layers and sparse between") {
  PrintSettings print = settings(0.2);
  print.bottom_solid_layers = 3;
  print.top_solid_layers = 4;
  print.bottom_solid_min_thickness_mm = 0;
  print.top_solid_min_thickness_mm = 0;
  const Layers layers = layers_of(shapes::box(40, 30, 20).mesh, print);
  REQUIRE(layers.layers.size() == 100);
  for (std::size_t i = 0; i < layers.layers.size(); ++i) {
    CAPTURE(i);
    const double expected = i < 3 || i >= 96 ? 1 : 0;
    CHECK(layers.layers[i].solid_share == doctest::Approx(expected).epsilon(0.01));
    CHECK(layers.layers[i].support_mm2 == 0);
    CHECK(layers.layers[i].height_mm == doctest::Approx(0.2));
  }
}

TEST_CASE("support stands under a bridge and nowhere else") {
  // A table of 40 x 20 x 2 mm on two walls of 5 mm, 10 high: 30 x 20 mm hang free.
  const std::vector<std::pair<double, double>> outline = {{0, 0},  {5, 0},  {5, 10},  {35, 10},
                                                          {35, 0}, {40, 0}, {40, 12}, {0, 12}};
  Mesh mesh;
  const auto n = static_cast<std::uint32_t>(outline.size());
  for (const double y : {20.0, 0.0}) {
    for (const auto& [x, z] : outline) mesh.vertices.push_back({x, y, z});
  }
  for (std::uint32_t i = 0; i < n; ++i) {
    const std::uint32_t next = (i + 1) % n;
    shapes::add_quad(mesh, n + i, n + next, next, i);
  }
  // The profile as three rectangles that share their cuts: (0,1,2,7'), ... cut by hand.
  const auto cap = [&](std::uint32_t a, std::uint32_t b, std::uint32_t c, bool front) {
    if (front) {
      mesh.facets.push_back({n + a, n + b, n + c});
    } else {
      mesh.facets.push_back({c, b, a});
    }
  };
  for (const bool front : {true, false}) {
    cap(0, 1, 2, front);
    cap(0, 2, 7, front);
    cap(2, 3, 7, front);
    cap(3, 6, 7, front);
    cap(3, 4, 5, front);
    cap(3, 5, 6, front);
  }
  for (Facet& f : mesh.facets) std::swap(f[1], f[2]);
  const Inspection inspection = inspected(mesh);
  REQUIRE(inspection.volume.method == "signed");
  REQUIRE(near(std::abs(mass_of(inspection.solid).volume_mm3), (40 * 12 - 30 * 10) * 20, 1e-12));

  Context ctx(threads(1));
  PrintSettings print = settings(0.2, {"support=true"});
  const Layers with = slice(inspection, print, ctx).value();
  double highest = 0, sum = 0;
  for (const Layer& layer : with.layers) {
    if (layer.support_mm2 > 0) highest = layer.z_mm;
    sum += layer.support_mm2 * layer.height_mm;
    CHECK(layer.support_mm2 <= 600 * 1.05);
    CHECK(layer.support_interface_mm2 <= layer.support_mm2 * (1 + 1e-9));
  }
  CHECK(highest < 10);
  CHECK(sum == doctest::Approx(6000).epsilon(0.15));

  print.support = false;
  const Layers without = slice(inspection, print, ctx).value();
  for (const Layer& layer : without.layers) CHECK(layer.support_mm2 == 0);
}

TEST_CASE("slicing stops when cancelled") {
  const Inspection inspection = inspected(shapes::box(40, 30, 20).mesh);
  Context ctx(threads(2));
  ctx.cancel();
  const auto result = slice(inspection, settings(0.2), ctx);
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().code == ErrorCode::kCancelled);
}

TEST_CASE("columns enter a closed surface as often as they leave it, also through its corners") {
  for (const shapes::Solid& solid : shapes::closed_solids()) {
    for (const bool turned : {false, true}) {
      CAPTURE(solid.name);
      CAPTURE(turned);
      const Mesh mesh = turned ? shapes::rotated(solid.mesh) : solid.mesh;
      std::vector<Column> columns;
      for (const Vec3& p : mesh.vertices) columns.push_back({p.x, p.y});
      for (const Facet& f : mesh.facets) {
        for (std::size_t k = 0; k < 3; ++k) {
          const Vec3 p = mesh.vertices[f[k]], q = mesh.vertices[f[(k + 1) % 3]];
          const Vec3 middle = (p + q) * 0.5, quarter = p * 0.75 + q * 0.25;
          columns.push_back({middle.x, middle.y});
          columns.push_back({quarter.x, quarter.y});
          columns.push_back({p.x, q.y});
        }
      }
      Context ctx(threads(2));
      const ColumnCrossings crossings = cross_columns(mesh, columns, ctx).value();
      for (std::size_t i = 0; i < columns.size(); ++i) {
        int balance = 0;
        double last = -1e300;
        for (const ColumnCrossing& crossing : crossings.of(i)) {
          balance += crossing.enters;
          CHECK(crossing.z >= last);
          last = crossing.z;
        }
        CHECK(balance == 0);
      }
    }
  }
}

TEST_CASE("columns in general position go in and out in turn and add up to the volume") {
  for (const shapes::Solid& solid : shapes::closed_solids()) {
    CAPTURE(solid.name);
    const Mesh mesh = shapes::rotated(solid.mesh);
    const ColumnSample sample = spread_columns(mesh, 4096);
    Context ctx(threads(1));
    const ColumnCrossings crossings = cross_columns(mesh, sample.columns, ctx).value();
    double volume = 0;
    bool in_turn = true;
    for (std::size_t i = 0; i < sample.columns.size(); ++i) {
      int winding = 0;
      for (const ColumnCrossing& crossing : crossings.of(i)) {
        winding += crossing.enters;
        in_turn &= winding == 0 || winding == 1;
        volume -= crossing.enters * crossing.z * sample.area_each_mm2;
      }
    }
    CHECK(in_turn);
    CHECK(near(volume, solid.volume_mm3, 0.01));
  }
}

TEST_CASE("an empty or flat mesh has no columns") {
  CHECK(spread_columns(Mesh{}, 100).columns.empty());
  Mesh upright = shapes::flat_sheet(20, 10).mesh;
  for (Vec3& p : upright.vertices) p = {p.x, 0, p.y};
  CHECK(spread_columns(upright, 100).columns.empty());
  Context ctx(threads(1));
  CHECK(cross_columns(Mesh{}, {}, ctx).value().crossings.empty());
}
