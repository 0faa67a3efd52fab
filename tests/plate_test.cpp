#include "costengine/process/plate.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "costengine/process/fdm.hpp"
#include "costengine/profile/load.hpp"
#include "support/pipeline.hpp"
#include "support/profiles.hpp"
#include "support/shapes.hpp"

using namespace costengine;
using namespace costengine::pipeline;

namespace {

/// No skirt, no cooling, no commands: nothing that parts of a plate have in common.
Profile bare_profile() {
  Profile profile = test::built_in("");
  profile.print.skirts = 0;
  profile.material.cooling = false;
  for (std::string* text :
       {&profile.machine.start_gcode, &profile.machine.end_gcode,
        &profile.machine.before_layer_gcode, &profile.machine.layer_gcode,
        &profile.material.start_filament_gcode, &profile.material.end_filament_gcode}) {
    text->clear();
  }
  return profile;
}

/// A model with its layers, and where its copies stand.
struct Part {
  Part(const Mesh& mesh, const Profile& profile, std::vector<Point2> places)
      : measurements(measured(inspected(mesh))), places_mm(std::move(places)) {
    Context ctx(threads(1));
    layers = slice(inspected(mesh), profile, ctx).value();
  }
  [[nodiscard]] PlatedModel plated() const { return {&layers, &measurements, places_mm}; }
  Measurements measurements;
  Layers layers;
  std::vector<Point2> places_mm;
};

Result<PlateProduction> try_plate(const std::vector<Part>& parts, const Profile& profile,
                                  unsigned thread_count = 1) {
  std::vector<PlatedModel> models;
  for (const Part& part : parts) models.push_back(part.plated());
  Context ctx(threads(thread_count));
  return plan_plate(models, profile, ctx);
}

PlateProduction plate_of(const std::vector<Part>& parts, const Profile& profile,
                         unsigned thread_count = 1) {
  Result<PlateProduction> plate = try_plate(parts, profile, thread_count);
  if (!plate.ok()) FAIL(plate.error().to_string());
  return std::move(plate).value();
}

Production alone(const Part& part, const Profile& profile) {
  Context ctx(threads(1));
  return plan_fdm(part.layers, part.measurements, profile, ctx).value();
}

FeatureUse feature(const Production& p, const std::string& role) {
  for (const FeatureUse& f : p.features)
    if (f.role == role) return f;
  return {};
}

void check_equal(const Production& a, const Production& b) {
  CHECK(a.time_s.value == b.time_s.value);
  CHECK(a.time_s.low == b.time_s.low);
  CHECK(a.filament_mm.high == b.filament_mm.high);
  CHECK(a.layers == b.layers);
  CHECK(a.confidence == b.confidence);
  REQUIRE(a.features.size() == b.features.size());
  for (std::size_t f = 0; f < a.features.size(); ++f) {
    CHECK(a.features[f].role == b.features[f].role);
    CHECK(a.features[f].time_s == b.features[f].time_s);
    CHECK(a.features[f].filament_mm == b.features[f].filament_mm);
    CHECK(a.features[f].paths == b.features[f].paths);
  }
}

const Mesh& cube() {
  static const Mesh mesh = shapes::box(10, 10, 4).mesh;
  return mesh;
}

}  // namespace

TEST_CASE("a part alone on its plate is the part printed alone") {
  Profile profile = test::built_in("");
  for (const bool sequential : {false, true}) {
    profile.print.complete_objects = sequential;
    const std::vector<Part> parts = {{shapes::torus(12, 4, 24, 12).mesh, profile, {{0, 0}}}};
    const PlateProduction plate = plate_of(parts, profile);
    check_equal(plate.whole, alone(parts[0], profile));
    REQUIRE(plate.shares.size() == 1);
    check_equal(plate.shares[0], plate.whole);
  }
}

TEST_CASE("copies print the same paths, and travel to and fro once a layer") {
  const Profile profile = bare_profile();
  const double way_mm = 150;
  const std::vector<Part> two = {{cube(), profile, {{-way_mm / 2, 0}, {way_mm / 2, 0}}}};
  const Production one = alone(two[0], profile);
  const PlateProduction plate = plate_of(two, profile);
  REQUIRE(plate.shares.size() == 1);
  for (const FeatureUse& f : one.features) {
    CAPTURE(f.role);
    const FeatureUse both = feature(plate.whole, f.role);
    if (f.role == "travel" || f.role == "retraction") continue;
    CHECK(both.length_mm == doctest::Approx(2 * f.length_mm));
    CHECK(both.filament_mm == doctest::Approx(2 * f.filament_mm));
    CHECK(both.paths == 2 * f.paths);
    CHECK(both.time_s == doctest::Approx(2 * f.time_s).epsilon(0.01));
  }
  // Twice the way for each layer, give or take where in the part a layer begins and ends (10 mm).
  const double more_mm =
      feature(plate.whole, "travel").length_mm - 2 * feature(one, "travel").length_mm;
  const double ways = 2 * static_cast<double>(one.layers);
  CHECK(more_mm / ways == doctest::Approx(way_mm).epsilon(0.1));
  CHECK(plate.whole.layers == one.layers);
  CHECK(plate.whole.layer_table[3].area_mm2 == doctest::Approx(200));
}

TEST_CASE("the parts of a layer give each other time to cool") {
  Profile profile = bare_profile();
  profile.material.cooling = true;
  profile.material.min_layer_time_s = 60;
  profile.material.min_print_speed_mm_per_s = 0.1;
  const std::vector<Part> four = {{cube(), profile, {{-10, -10}, {10, -10}, {-10, 10}, {10, 10}}}};
  const Production one = alone(four[0], profile);
  const PlateProduction plate = plate_of(four, profile);
  // A layer takes a minute, of one part or of four.
  CHECK(one.time_s.value / static_cast<double>(one.layers) == doctest::Approx(60).epsilon(0.05));
  CHECK(plate.whole.time_s.value == doctest::Approx(one.time_s.value).epsilon(0.05));
  CHECK(4 * plate.shares[0].time_s.value == doctest::Approx(plate.whole.time_s.value));
}

TEST_CASE("shares of different models sum to the whole and are as large as the models") {
  Profile profile = test::built_in("");
  profile.print.support = true;
  const std::vector<Part> parts = {{cube(), profile, {{-40, 0}, {-20, 0}}},
                                   {shapes::box(20, 20, 12).mesh, profile, {{10, 0}}},
                                   {shapes::sphere(6, 12).mesh, profile, {{40, 0}}}};
  const PlateProduction plate = plate_of(parts, profile);
  REQUIRE(plate.shares.size() == 3);
  double time_s = 0, filament_mm = 0;
  for (std::size_t m = 0; m < parts.size(); ++m) {
    const auto copies = static_cast<double>(parts[m].places_mm.size());
    const Production& share = plate.shares[m];
    time_s += copies * share.time_s.value;
    filament_mm += copies * share.filament_mm.value;
    double features_s = 0;
    for (const FeatureUse& f : share.features) features_s += f.time_s;
    CHECK(features_s == doctest::Approx(share.time_s.value));
    CHECK(share.layers == parts[m].layers.layers.size());
    CHECK(share.time_s.low < share.time_s.value);
    // Printed with others, a part needs no more filament than alone with a skirt of its own.
    CHECK(share.filament_mm.value < alone(parts[m], profile).filament_mm.value);
  }
  CHECK(time_s == doctest::Approx(plate.whole.time_s.value));
  CHECK(filament_mm == doctest::Approx(plate.whole.filament_mm.value));
  CHECK(plate.shares[2].support.filament_mm > 0);
  CHECK(plate.shares[0].support.filament_mm == 0);
  CHECK(plate.whole.layers == parts[1].layers.layers.size());
}

TEST_CASE("parts of a plate have one skirt, around all") {
  Profile profile = bare_profile();
  profile.print.skirts = 1;
  profile.print.min_skirt_length_mm = 0;
  profile.print.skirt_height_layers = 1;
  const std::vector<Part> two = {{cube(), profile, {{-20, 0}, {20, 0}}}};
  const double one_mm = feature(alone(two[0], profile), "skirt and brim").length_mm;
  for (const bool sequential : {false, true}) {
    profile.print.complete_objects = sequential;
    const double both_mm = feature(plate_of(two, profile).whole, "skirt and brim").length_mm;
    CHECK(both_mm == doctest::Approx(one_mm + 2 * 40));  // the hull is longer by the way, twice
  }
}

TEST_CASE("one after another takes what each takes alone, and the way between them") {
  Profile profile = bare_profile();
  profile.print.complete_objects = true;
  const double way_mm = 100;
  const std::vector<Part> three = {{cube(), profile, {{0, 0}, {way_mm, 0}, {way_mm, way_mm}}}};
  const Production one = alone(three[0], profile);
  const PlateProduction plate = plate_of(three, profile);
  CHECK(plate.whole.filament_mm.value == doctest::Approx(3 * one.filament_mm.value));
  const double ways_s = plate.whole.time_s.value - 3 * one.time_s.value;
  // At 160 mm/s and 1000 mm/s2: way / speed + speed / acceleration, less what jerk saves; then
  // down.
  const double travel_s = way_mm / 160 + 160.0 / 1000;
  CHECK(ways_s > 2 * 0.9 * travel_s);
  CHECK(ways_s < 2 * (travel_s + 1.5));
  CHECK(plate.shares[0].time_s.value * 3 == doctest::Approx(plate.whole.time_s.value));
}

TEST_CASE("what the print head would hit is an error") {
  Profile profile = bare_profile();
  profile.print.complete_objects = true;
  profile.machine.extruder_clearance_height_mm = 6;
  const Mesh tower = shapes::box(10, 10, 8).mesh;
  const std::vector<Part> tower_last = {{cube(), profile, {{0, 0}}}, {tower, profile, {{60, 0}}}};
  const std::vector<Part> tower_first = {{tower, profile, {{0, 0}}}, {cube(), profile, {{60, 0}}}};
  CHECK(try_plate(tower_last, profile).ok());
  const auto refused = try_plate(tower_first, profile);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::kDoesNotFit);
  profile.print.complete_objects = false;
  CHECK(try_plate(tower_first, profile).ok());
}

TEST_CASE("spiral vases do not share a plate, and a plate has at least one place") {
  Profile profile = bare_profile();
  profile.print.spiral_vase = true;
  const auto vases = try_plate({{cube(), profile, {{0, 0}, {20, 0}}}}, profile);
  REQUIRE_FALSE(vases.ok());
  CHECK(vases.error().code == ErrorCode::kDoesNotFit);
  const auto nothing = try_plate({{cube(), profile, {}}}, profile);
  REQUIRE_FALSE(nothing.ok());
  CHECK(nothing.error().code == ErrorCode::kInvalidArgument);
}

TEST_CASE("a plate is the same for any number of threads") {
  Profile profile = test::built_in("");
  profile.print.support = true;
  const std::vector<Part> parts = {{shapes::sphere(8, 16).mesh, profile, {{-20, 0}, {0, 0}}},
                                   {shapes::box(8, 8, 30).mesh, profile, {{30, 0}}}};
  const PlateProduction one = plate_of(parts, profile, 1);
  for (const unsigned count : {2U, 8U}) {
    const PlateProduction other = plate_of(parts, profile, count);
    check_equal(one.whole, other.whole);
    check_equal(one.shares[0], other.shares[0]);
    check_equal(one.shares[1], other.shares[1]);
  }
}
