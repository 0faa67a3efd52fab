#include "costengine/slice/layers.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
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
PrintSettings settings(double height) {
  PrintSettings print = load_profile({}).value().print;
  print.layer_height_mm = height;
  print.first_layer_height_mm = height;
  return print;
}

Layers layers_of(const Mesh& mesh, const PrintSettings& print, unsigned thread_count = 1) {
  const Inspection inspection = inspected(mesh);
  Context ctx(threads(thread_count));
  Profile profile = load_profile({}).value();
  profile.print = print;
  return slice(inspection, profile, ctx).value();
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
  const PrintSettings print = settings(0.05);
  const Layers expected = layers_of(mesh, print, 1);
  REQUIRE(expected.layers.size() == 200);
  for (const unsigned count : {2U, 3U, 8U}) {
    const Layers other = layers_of(mesh, print, count);
    REQUIRE(other.layers.size() == expected.layers.size());
    CHECK(std::memcmp(other.layers.data(), expected.layers.data(),
                      expected.layers.size() * sizeof(Layer)) == 0);
    CHECK(other.contours.contours == expected.contours.contours);
    CHECK(other.contours.of_layer == expected.contours.of_layer);
  }
}

TEST_CASE("slicing scales the areas to the volume that counts overlaps once") {
  const shapes::Solid solid = shapes::overlapping_boxes();
  const Layers layers = layers_of(solid.mesh, settings(0.1));
  double sum = 0;
  for (const Layer& layer : layers.layers) sum += layer.area_mm2 * layer.height_mm;
  CHECK(near(sum, solid.volume_mm3, 0.02));
}

TEST_CASE("the layers of a model have the heights, areas and contours of its planes") {
  const Mesh mesh = shapes::box_with_bore(30, 20, 10, 8).mesh;
  PrintSettings print = settings(0.2);
  print.first_layer_height_mm = 0.3;
  const Layers layers = layers_of(mesh, print);
  REQUIRE(layers.layers.size() == 49);  // 0.3 + 48 * 0.2 = 9.9; one more plane would touch the top
  CHECK(layers.top_mm == doctest::Approx(10).epsilon(1e-12));
  CHECK(layers.layers[0].height_mm == 0.3);
  CHECK(layers.layers[0].z_mm == doctest::Approx(0.15));
  CHECK(layers.layers[1].height_mm == 0.2);
  CHECK(layers.layers[1].z_mm == doctest::Approx(0.4));
  REQUIRE(layers.contours.of_layer.size() == layers.layers.size());
  for (std::size_t i = 0; i < layers.layers.size(); ++i) {
    CAPTURE(i);
    CHECK(near(layers.layers[i].area_mm2, 30 * 20 - 8 * 8, 1e-9));
    CHECK(near(layers.layers[i].perimeter_mm, 100 + 32, 1e-9));
    CHECK(layers.contours.contours.at(layers.contours.of_layer[i]).loops() == 2);
  }
}

TEST_CASE("contours lie about the middle of the model, in axes turned by the angle of the infill") {
  const Mesh mesh = shapes::translated(shapes::box(40, 30, 20).mesh, {100, 50, 7});
  for (const double angle : {0.0, 30.0, 45.0, 90.0, 135.0}) {
    CAPTURE(angle);
    PrintSettings print = settings(0.2);
    print.fill_angle_deg = angle;
    const Layers layers = layers_of(mesh, print);
    CHECK(layers.axes.origin.x == doctest::Approx(120));
    CHECK(layers.axes.origin.y == doctest::Approx(65));
    CHECK(layers.axes.x_axis.x == doctest::Approx(std::cos(angle * shapes::kPi / 180)));
    CHECK(layers.axes.x_axis.y == doctest::Approx(std::sin(angle * shapes::kPi / 180)));
    const Contours& contours = layers.contours.contours.front();
    REQUIRE(contours.points.size() == 4);
    for (const Point2 p : contours.points) {
      const Point2 corner = layers.axes.direction_to_mesh(p);
      CHECK(std::abs(corner.x) == doctest::Approx(20).epsilon(1e-9));
      CHECK(std::abs(corner.y) == doctest::Approx(15).epsilon(1e-9));
    }
  }
}

TEST_CASE("slicing stops when cancelled") {
  const Inspection inspection = inspected(shapes::box(40, 30, 20).mesh);
  Context ctx(threads(2));
  ctx.cancel();
  const auto result = slice(inspection, load_profile({}).value(), ctx);
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
