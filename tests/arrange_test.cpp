#include "costengine/process/arrange.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "support/profiles.hpp"

using namespace costengine;

namespace {

/// A bed of 100 x 80 mm, 50 mm high; the print head needs 20 mm.
Profile small_bed() {
  Profile profile = test::built_in("");
  profile.machine.build_x_mm = 100;
  profile.machine.build_y_mm = 80;
  profile.machine.build_z_mm = 50;
  profile.machine.extruder_clearance_radius_mm = 20;
  profile.machine.extruder_clearance_height_mm = 30;
  return profile;
}

/// All parts on the bed, any two of them apart by the gap in x or in y.
void check_apart(const std::vector<Footprint>& parts, const Arrangement& at,
                 const Profile& profile) {
  REQUIRE(at.size() == parts.size());
  const double gap_mm = plate_gap_mm(profile) - 1e-6;
  for (std::size_t a = 0; a < parts.size(); ++a) {
    CHECK(std::abs(at[a].x) + parts[a].x_mm / 2 <= profile.machine.build_x_mm / 2 + 1e-6);
    CHECK(std::abs(at[a].y) + parts[a].y_mm / 2 <= profile.machine.build_y_mm / 2 + 1e-6);
    for (std::size_t b = 0; b < a; ++b) {
      const double x_mm = std::abs(at[a].x - at[b].x) - (parts[a].x_mm + parts[b].x_mm) / 2;
      const double y_mm = std::abs(at[a].y - at[b].y) - (parts[a].y_mm + parts[b].y_mm) / 2;
      CHECK((x_mm >= gap_mm || y_mm >= gap_mm));
    }
  }
}

}  // namespace

TEST_CASE("a part alone stands in the middle of the bed") {
  const std::vector<Footprint> parts = {{33, 12, 5}};
  const auto at = arrange(parts, small_bed());
  REQUIRE(at);
  CHECK(at->front() == Point2{0, 0});
}

TEST_CASE("as many parts fit as columns and rows with 6 mm between them") {
  const Profile profile = small_bed();
  // Columns: floor((100 + 6) / (x + 6)), rows: floor((80 + 6) / (y + 6)).
  CHECK(plate_capacity({19, 19, 5}, profile) == 4 * 3);
  CHECK(plate_capacity({100, 80, 50}, profile) == 1);
  CHECK(plate_capacity({47, 37, 5}, profile) == 2 * 2);
  CHECK(plate_capacity({47.01, 37, 5}, profile) == 1 * 2);
}

TEST_CASE("a part that is too wide, too deep or too high fits no plate") {
  const Profile profile = small_bed();
  for (const Footprint& part : {Footprint{101, 10, 10}, {10, 81, 10}, {10, 10, 51}}) {
    CHECK_FALSE(arrange(std::vector{part}, profile));
    CHECK(plate_capacity(part, profile) == 0);
    CHECK(fill_plates(std::vector{part}, std::vector<std::uint64_t>{1}, profile).empty());
  }
}

TEST_CASE("parts of all sizes keep their distance and stay on the bed") {
  const Profile profile = small_bed();
  const std::vector<Footprint> parts = {{30, 10, 5}, {5, 5, 5},   {12, 40, 5}, {20, 20, 5},
                                        {8, 3, 5},   {25, 25, 5}, {5, 5, 5},   {40, 8, 5}};
  const auto at = arrange(parts, profile);
  REQUIRE(at);
  check_apart(parts, *at, profile);
}

TEST_CASE("a few parts make a pile, not a row") {
  const std::vector<Footprint> parts(9, {10, 10, 5});
  const auto at = arrange(parts, small_bed());
  REQUIRE(at);
  double reach_mm = 0;
  for (const Point2 p : *at) reach_mm = std::max({reach_mm, std::abs(p.x), std::abs(p.y)});
  CHECK(reach_mm == doctest::Approx(16));  // three by three, 16 mm apart
}

TEST_CASE("on a round bed parts lie within the circle") {
  Profile profile = small_bed();
  profile.machine.build_x_mm = profile.machine.build_y_mm = 100;
  profile.machine.build_round = true;
  // The diagonal of a square part is at most the diameter.
  CHECK(plate_capacity({70.7, 70.7, 5}, profile) == 1);
  CHECK(plate_capacity({70.8, 70.8, 5}, profile) == 0);
  const std::vector<Footprint> parts(12, {10, 10, 5});
  const auto at = arrange(parts, profile);
  REQUIRE(at);
  for (const Point2 p : *at) CHECK(std::hypot(std::abs(p.x) + 5, std::abs(p.y) + 5) <= 50.1);
}

TEST_CASE("one after another, parts keep the radius of the print head, all but the last below it") {
  Profile profile = small_bed();
  profile.print.complete_objects = true;
  CHECK(plate_gap_mm(profile) == 20);
  CHECK(plate_capacity({20, 20, 30}, profile) == 3 * 2);  // (100 + 20) / 40, (80 + 20) / 40
  CHECK(plate_capacity({20, 20, 31}, profile) == 1);
  CHECK(arrange(std::vector<Footprint>{{20, 20, 5}, {20, 20, 31}}, profile));
  CHECK_FALSE(arrange(std::vector<Footprint>{{20, 20, 31}, {20, 20, 5}}, profile));
}

TEST_CASE("a spiral vase is alone on its plate") {
  Profile profile = small_bed();
  profile.print.spiral_vase = true;
  CHECK(plate_capacity({10, 10, 10}, profile) == 1);
}

TEST_CASE("plates are filled one by one, and alike ones are one entry") {
  const Profile profile = small_bed();
  const auto loads =
      fill_plates(std::vector<Footprint>{{47, 37, 5}}, std::vector<std::uint64_t>{11}, profile);
  REQUIRE(loads.size() == 2);  // four on a plate
  CHECK(loads[0].plates == 2);
  CHECK(loads[0].parts[0] == 4);
  CHECK(loads[0].arrangement.size() == 4);
  CHECK(loads[1].plates == 1);
  CHECK(loads[1].parts[0] == 3);
}

TEST_CASE("an order of millions is planned like one of a few") {
  const auto loads = fill_plates(std::vector<Footprint>{{47, 37, 5}},
                                 std::vector<std::uint64_t>{1'000'000'002}, small_bed());
  REQUIRE(loads.size() == 2);
  CHECK(loads[0].plates == 250'000'000);
  CHECK(loads[1].parts[0] == 2);
}

TEST_CASE("models share the plate on which one ends and the next begins") {
  const Profile profile = small_bed();
  const std::vector<Footprint> models = {{47, 37, 5}, {47, 80, 5}, {10, 10, 5}};
  const auto loads = fill_plates(models, std::vector<std::uint64_t>{6, 1, 1}, profile);
  std::vector<std::uint64_t> parts(3);
  std::uint64_t plates = 0;
  for (const PlateLoad& load : loads) {
    std::vector<Footprint> on_plate;
    for (std::size_t m = 0; m < models.size(); ++m) {
      parts[m] += load.plates * load.parts[m];
      on_plate.insert(on_plate.end(), load.parts[m], models[m]);
    }
    check_apart(on_plate, load.arrangement, profile);
    plates += load.plates;
  }
  CHECK(parts == std::vector<std::uint64_t>{6, 1, 1});
  REQUIRE(loads.size() >= 2);
  CHECK(loads[0].parts == std::vector<std::uint64_t>{4, 0, 0});
  CHECK(loads[1].parts == std::vector<std::uint64_t>{2, 1, 0});  // two columns, one of two
  CHECK(plates == 3);
}
