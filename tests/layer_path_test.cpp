#include "costengine/detail/process/layer_path.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "support/outlines.hpp"

using namespace costengine;
using detail::LayerWriter;
using detail::PathStore;
using detail::Role;

namespace {

/// Retracts 2 mm, half of it before a wipe of 2 mm: the other half takes 1/40 s, in which the
/// nozzle goes back at 80 mm/s.
Profile some_profile() {
  Profile profile{};
  Machine& machine = profile.machine;
  machine.nozzle_diameter_mm = 0.4;
  machine.retract_length_mm = 2;
  machine.retract_speed_mm_per_s = 40;
  machine.deretract_speed_mm_per_s = 25;
  machine.retract_before_wipe = 0.5;
  machine.wipe = true;
  machine.retract_before_travel_mm = 3;
  machine.retract_lift_mm = 0.6;
  machine.retract_restart_extra_mm = 0.1;
  machine.retract_layer_change = true;
  PrintSettings& print = profile.print;
  print.travel_speed_mm_per_s = 100;
  print.travel_speed_z_mm_per_s = 12;
  print.perimeters = 1;
  return profile;
}

detail::Beads some_beads() {
  detail::Beads beads;
  for (detail::Bead& bead : beads) {
    bead.e_per_mm = 0.04;
    bead.speed_mm_per_s = 50;
    bead.acceleration_mm_per_s2 = 900;
  }
  beads[detail::index(Role::kTravel)].acceleration_mm_per_s2 = 1500;
  return beads;
}

/// A layer being written, and what it took.
struct Writing {
  explicit Writing(Profile with = some_profile(), LayerAxes axes = {})
      : profile(std::move(with)), beads(some_beads()), writer(profile, beads, axes, moves) {}
  Writing(const Writing&) = delete;

  void begin_layer(double top_mm = 0.2, double height_mm = 0.2, bool first = true) {
    writer.begin_layer(top_mm, height_mm, first);
  }
  void print_line(std::vector<Point2> points, bool reversed = false,
                  Role role = Role::kSolidInfill) {
    print_piece(points, role, false, reversed, 0);
  }
  void print_piece(const std::vector<Point2>& points, Role role, bool loop, bool reversed,
                   std::size_t start, double flow = 1, double speed = 0) {
    PathStore store;
    store.begin_piece(role);
    for (const Point2 p : points) store.add(p);
    store.pieces.back().loop = loop;
    store.pieces.back().flow = flow;
    store.pieces.back().speed = speed;
    writer.print(store, store.pieces.back(), reversed, start);
  }
  [[nodiscard]] std::uint64_t paths(Role role) const { return writer.paths()[detail::index(role)]; }

  /// What each move does: P prints, W wipes, T travels, Z moves in z alone, E moves filament alone.
  [[nodiscard]] std::string kinds() const {
    std::string text;
    for (const Move& m : moves) {
      const bool plane = m.x_mm != 0 || m.y_mm != 0;
      text += plane ? (m.e_mm > 0 ? 'P' : m.e_mm < 0 ? 'W' : 'T') : m.z_mm != 0 ? 'Z' : 'E';
    }
    return text;
  }
  [[nodiscard]] double sum(double Move::*value) const {
    return std::accumulate(moves.begin(), moves.end(), 0.0,
                           [&](double s, const Move& m) { return s + m.*value; });
  }

  Profile profile;
  detail::Beads beads;
  std::vector<Move> moves;
  LayerWriter writer;
};

double length_of(const Move& m) {
  return std::sqrt(m.x_mm * m.x_mm + m.y_mm * m.y_mm);
}

}  // namespace

TEST_CASE("a piece becomes a move for each segment, with the filament of its bead") {
  Writing w;
  w.print_piece({{0, 0}, {10, 0}, {10, 5}}, Role::kSolidInfill, false, false, 0, 1.5);
  REQUIRE(w.kinds() == "PP");
  CHECK(w.moves[0].x_mm == 10);
  CHECK(w.moves[0].y_mm == 0);
  CHECK(w.moves[0].e_mm == doctest::Approx(10 * 0.04 * 1.5));
  CHECK(w.moves[0].speed_mm_per_s == 50);
  CHECK(w.moves[0].acceleration_mm_per_s2 == 900);
  CHECK(w.moves[0].tag == static_cast<std::uint32_t>(Role::kSolidInfill));
  CHECK(w.moves[1].y_mm == 5);
  CHECK(w.moves[1].e_mm == doctest::Approx(5 * 0.04 * 1.5));
  CHECK(w.writer.at() == Point2{10, 5});
  CHECK(w.paths(Role::kSolidInfill) == 1);
}

TEST_CASE("a piece may be slower than its bead, not faster") {
  for (const double speed : {20.0, 80.0}) {
    Writing w;
    w.print_piece({{0, 0}, {10, 0}}, Role::kPerimeter, false, false, 0, 1, speed);
    CHECK(w.moves[0].speed_mm_per_s == std::min(speed, 50.0));
  }
}

TEST_CASE("an open piece can be printed from its other end") {
  Writing w;
  w.writer.start_at({10, 5});
  w.print_line({{0, 0}, {10, 0}, {10, 5}}, true);
  REQUIRE(w.kinds() == "PP");
  CHECK(w.moves[0].y_mm == -5);
  CHECK(w.moves[1].x_mm == -10);
  CHECK(w.writer.at() == Point2{0, 0});
}

TEST_CASE("a loop begins and ends at the point that was asked for, either way round") {
  for (const bool reversed : {false, true}) {
    for (std::size_t start = 0; start < 4; ++start) {
      CAPTURE(reversed);
      CAPTURE(start);
      const shapes::Outline square = shapes::rectangle(0, 0, 6, 6);
      Writing w;
      w.writer.start_at(square[start]);
      w.print_piece(square, Role::kPerimeter, true, reversed, start);
      REQUIRE(w.kinds() == "PPPP");
      CHECK(w.writer.at() == square[start]);
      CHECK(w.sum(&Move::e_mm) == doctest::Approx(24 * 0.04));
      const Point2 second = square[(start + (reversed ? 3 : 1)) % 4] - square[start];
      CHECK(w.moves[0].x_mm == second.x);
      CHECK(w.moves[0].y_mm == second.y);
    }
  }
}

TEST_CASE("a short travel is one move, without a retraction") {
  Writing w;
  w.print_line({{0, 0}, {10, 0}});
  w.print_line({{12.9, 0}, {20, 0}});
  CHECK(w.kinds() == "PTP");
  CHECK(w.moves[1].speed_mm_per_s == 100);
  CHECK(w.moves[1].acceleration_mm_per_s2 == 1500);
  CHECK(w.paths(Role::kTravel) == 1);
  CHECK(w.paths(Role::kRetract) == 0);
}

TEST_CASE("pieces that touch have no travel between them") {
  Writing w;
  w.print_line({{0, 0}, {10, 0}});
  w.print_line({{10, 0}, {20, 0}});
  CHECK(w.kinds() == "PP");
  CHECK(w.paths(Role::kTravel) == 0);
}

TEST_CASE("a long travel retracts, wipes, lifts, and undoes all of it") {
  Writing w;
  w.begin_layer();
  w.print_line({{0, 0}, {10, 0}});
  w.print_line({{30, 0}, {40, 0}});
  // Down to the layer, the line; half of the retraction, the wipe, the rest; up, over, down, back.
  REQUIRE(w.kinds() == "ZPEWEZTZEP");
  const std::vector<Move>& m = w.moves;
  CHECK(m[2].e_mm == doctest::Approx(-1));
  CHECK(m[2].speed_mm_per_s == 40);
  CHECK(m[3].x_mm == doctest::Approx(-2));  // 1 mm of filament at 40 mm/s, at 80 mm/s
  CHECK(m[3].speed_mm_per_s == doctest::Approx(80));
  CHECK(m[3].e_mm + m[4].e_mm == doctest::Approx(-1));
  CHECK(m[3].e_mm < -0.9);
  CHECK(m[5].z_mm == doctest::Approx(0.6));
  CHECK(m[5].speed_mm_per_s == 12);
  CHECK(m[7].z_mm == doctest::Approx(-0.6));
  CHECK(m[8].e_mm == doctest::Approx(2.1));  // and the extra length
  CHECK(m[8].speed_mm_per_s == 25);
  CHECK(w.paths(Role::kRetract) == 1);
  CHECK(w.paths(Role::kTravel) == 1);
  CHECK(w.sum(&Move::z_mm) == doctest::Approx(0.2));
  CHECK(w.sum(&Move::e_mm) == doctest::Approx(20 * 0.04 + 0.1));
}

TEST_CASE("the nozzle is where its moves have brought it, wipes included") {
  for (const LayerAxes& axes : {LayerAxes{}, LayerAxes{{0.8, 0.6}, {3, -2}}}) {
    Writing w(some_profile(), axes);
    w.begin_layer();
    w.print_line({{0, 0}, {10, 0}, {10, 8}});
    w.print_line({{30, 0}, {40, 0}});
    w.print_line({{40, 50}, {41, 50}});
    w.print_line({{70, 0}, {70, 5}});
    const Point2 expected = axes.direction_to_mesh({70, 5});
    CHECK(w.sum(&Move::x_mm) == doctest::Approx(expected.x));
    CHECK(w.sum(&Move::y_mm) == doctest::Approx(expected.y));
  }
}

TEST_CASE("a wipe follows the path back round its corners") {
  Writing w;
  w.begin_layer();
  w.print_line({{0, 0}, {10, 0}, {10, 0.5}});
  w.writer.retract();
  REQUIRE(w.kinds() == "ZPPEWWEZ");
  CHECK(w.moves[4].y_mm == doctest::Approx(-0.5));
  CHECK(w.moves[5].x_mm == doctest::Approx(-1.5));
  CHECK(w.sum(&Move::e_mm) == doctest::Approx(10.5 * 0.04 - 2));
}

TEST_CASE("where the path is shorter than the wipe, the rest is drawn back at rest") {
  Writing w;
  w.begin_layer();
  w.print_line({{0, 0}, {0.7, 0}, {0.7, 0.5}});
  w.writer.retract();
  double wiped_mm = 0;
  for (const Move& m : w.moves) {
    if (m.e_mm < 0) wiped_mm += length_of(m);
  }
  CHECK(wiped_mm == doctest::Approx(1.2));
  CHECK(w.sum(&Move::e_mm) == doctest::Approx(1.2 * 0.04 - 2));
}

TEST_CASE("without a wipe the filament is drawn back at once") {
  Profile profile = some_profile();
  profile.machine.wipe = false;
  profile.machine.retract_before_wipe = 0;
  profile.machine.retract_lift_mm = 0;
  profile.machine.deretract_speed_mm_per_s = 0;
  Writing w(profile);
  w.begin_layer();
  w.print_line({{0, 0}, {10, 0}});
  w.print_line({{30, 0}, {40, 0}});
  REQUIRE(w.kinds() == "ZPETEP");
  CHECK(w.moves[2].e_mm == doctest::Approx(-2));
  CHECK(w.moves[4].e_mm == doctest::Approx(2.1));
  CHECK(w.moves[4].speed_mm_per_s == 40);  // as the retraction
}

TEST_CASE("a machine that retracts nothing still counts and lifts") {
  Profile profile = some_profile();
  profile.machine.retract_length_mm = 0;
  profile.machine.retract_restart_extra_mm = 0;
  Writing w(profile);
  w.begin_layer();
  w.print_line({{0, 0}, {10, 0}});
  w.print_line({{30, 0}, {40, 0}});
  CHECK(w.kinds() == "ZPZTZP");
}

TEST_CASE("retracting twice is retracting once") {
  Writing once, twice;
  for (Writing* w : {&once, &twice}) {
    w->begin_layer();
    w->print_line({{0, 0}, {10, 0}});
    w->writer.retract();
  }
  twice.writer.retract();
  CHECK(once.kinds() == twice.kinds());
  CHECK(twice.paths(Role::kRetract) == 1);
}

TEST_CASE("layers climb by their heights, retracted and lifted in between or not") {
  for (const bool retract : {false, true}) {
    for (const double lift : {0.0, 0.6}) {
      CAPTURE(retract);
      CAPTURE(lift);
      Profile profile = some_profile();
      profile.machine.retract_layer_change = retract;
      profile.machine.retract_lift_mm = lift;
      double climbed = 0, filament = 0;
      for (int layer = 0; layer < 3; ++layer) {
        const double height = layer == 0 ? 0.3 : 0.2;
        Writing w(profile);
        w.begin_layer(0.3 + 0.2 * layer, height, layer == 0);
        w.print_line({{0, 0}, {10, 0}});
        w.writer.end_layer();
        climbed += w.sum(&Move::z_mm);
        filament += w.sum(&Move::e_mm);
        CHECK(w.paths(Role::kRetract) == (retract ? 1 : 0));
      }
      CHECK(climbed == doctest::Approx(0.7 + (retract ? lift : 0)));
      CHECK(filament == doctest::Approx(30 * 0.04 + (retract ? 2 * 0.1 - 2 : 0)));
    }
  }
}

TEST_CASE("the nozzle lifts only between the bounds of the lift") {
  Profile profile = some_profile();
  profile.machine.retract_lift_above_mm = 1;
  profile.machine.retract_lift_below_mm = 5;
  for (const double top : {0.2, 0.9, 1.1, 4.9, 5.1, 20.0}) {
    CAPTURE(top);
    Writing w(profile);
    w.begin_layer(top, 0.2, true);
    w.print_line({{0, 0}, {10, 0}});
    w.writer.retract();
    CHECK(w.sum(&Move::z_mm) == doctest::Approx(0.2 + (top > 1 && top < 5 ? 0.6 : 0)));
  }
  profile.machine.retract_lift_below_mm = 0;  // no bound
  Writing w(profile);
  w.begin_layer(100, 0.2, true);
  w.print_line({{0, 0}, {10, 0}});
  w.writer.retract();
  CHECK(w.sum(&Move::z_mm) == doctest::Approx(0.8));
}

TEST_CASE("a wipe goes on around a loop that was just printed") {
  Profile profile = some_profile();
  profile.print.perimeters = 2;
  const shapes::Outline square = shapes::rectangle(0, 0, 1.5, 1.5);
  for (const Role role : {Role::kPerimeter, Role::kExternalPerimeter}) {
    Writing w(profile);
    w.begin_layer();
    w.print_piece(square, role, true, false, 0);
    w.writer.retract();
    // From where the nozzle has stepped to, if it has, to the end of the first edge.
    REQUIRE(w.kinds() == (role == Role::kPerimeter ? "ZPPPPEWWEZ" : "ZPPPPTEWWEZ"));
    CHECK(w.writer.at().x == doctest::Approx(1.5));
    CHECK(w.writer.at().y == doctest::Approx(0.5));
    CHECK(w.sum(&Move::x_mm) == doctest::Approx(1.5));
    CHECK(w.sum(&Move::e_mm) == doctest::Approx(6 * 0.04 - 2));
  }
}

TEST_CASE("after an external perimeter among several the nozzle steps inside by its bore") {
  Profile profile = some_profile();
  profile.print.perimeters = 2;
  const shapes::Outline outside = shapes::rectangle(0, 0, 10, 10);
  const shapes::Outline hole = shapes::reversed(outside);
  for (const bool is_hole : {false, true}) {
    for (std::size_t start = 0; start < 4; ++start) {
      CAPTURE(is_hole);
      CAPTURE(start);
      const shapes::Outline& loop = is_hole ? hole : outside;
      Writing w(profile);
      w.writer.start_at(loop[start]);
      w.print_piece(loop, Role::kExternalPerimeter, true, false, start);
      REQUIRE(w.kinds() == "PPPPT");
      const Point2 step = w.writer.at() - loop[start], to_middle = Point2{5, 5} - loop[start];
      CHECK(length(step) == doctest::Approx(0.4));
      // A third of the corner, of 90 or 270 degrees, away from the first edge.
      const Point2 edge = loop[(start + 1) % 4] - loop[start];
      CHECK(dot(step, edge) / (4 * length(step) / 0.4) ==
            doctest::Approx(is_hole ? 0 : std::sqrt(0.75)));
      // Of an outline inside is towards its middle, of a hole away from it.
      CHECK((dot(step, to_middle) > 0) == !is_hole);
    }
  }
  Writing fine(profile);  // no farther than the first edge is long
  fine.print_piece(shapes::rectangle(0, 0, 0.3, 5), Role::kExternalPerimeter, true, false, 0);
  CHECK(length(fine.writer.at()) == doctest::Approx(0.3));
  Writing alone;  // a single perimeter has no inside
  alone.print_piece(outside, Role::kExternalPerimeter, true, false, 0);
  CHECK(alone.kinds() == "PPPP");
}

TEST_CASE("seams lie where the settings want them") {
  const shapes::Outline square = shapes::rectangle(0, 0, 10, 10);
  const LayerAxes straight, turned{{0, -1}, {}};  // the rows run down the bed's y
  CHECK(detail::seam_of(square, SeamPosition::kNearest, {11, 2}, straight) == 1);
  CHECK(detail::seam_of(square, SeamPosition::kNearest, {-3, 9}, straight) == 3);
  CHECK(square[detail::seam_of(square, SeamPosition::kRear, {0, 0}, straight)].y == 10);
  CHECK(square[detail::seam_of(square, SeamPosition::kRear, {0, 0}, turned)].x == 0);
  // The inner corner of an L hides a seam best, wherever the nozzle is.
  const shapes::Outline l = {{0, 0}, {9, 0}, {9, 4}, {4, 4}, {4, 9}, {0, 9}};
  for (const Point2 nozzle : {Point2{0, 0}, Point2{9, 9}}) {
    CHECK(detail::seam_of(l, SeamPosition::kAligned, nozzle, straight) == 3);
  }
  // The nearest one is as near as a corner is good: a corner further off beats a flat point here.
  const shapes::Outline flat = {{0, 0}, {5, 0}, {10, 0}, {10, 10}, {0, 10}};
  CHECK(detail::seam_of(flat, SeamPosition::kNearest, {3.9, -0.5}, straight) == 0);
}

TEST_CASE(
    "with retractions at crossings alone, a travel that stays within what is hidden has none") {
  Profile profile = some_profile();
  profile.print.only_retract_when_crossing_perimeters = true;
  profile.print.fill_density = 0.2;
  const BitGrid grid = shapes::grid_of(16, 0.1);
  const Contours outline = shapes::contours_of(
      {shapes::rectangle(-7, -7, 14, 14), shapes::rectangle(-1, -0.01, 2, 0.02)});
  BitMask hidden(grid);
  for (BitWord& word : hidden.bits()) word = ~BitWord{0};
  const auto retractions = [&](Point2 from, Point2 to) {
    Writing w(profile);
    w.writer.start_at(from + Point2{-1, 0});
    w.begin_layer();
    w.writer.stay_within(hidden, grid, &outline);
    w.print_line({from + Point2{-1, 0}, from});
    w.print_line({to, to + Point2{1, 0}});
    return w.paths(Role::kRetract);
  };
  CHECK(retractions({-4, 3}, {4, 3}) == 0);
  CHECK(retractions({0, -3}, {0, 3}) == 1);  // over a slit finer than the pixels
  CHECK(retractions({-4, 3}, {9, 3}) == 1);
  hidden.clear();  // all is seen from above or below
  CHECK(retractions({-4, 3}, {4, 3}) == 1);
}

TEST_CASE("travels keep the machine's own acceleration where the command is for printing alone") {
  Profile profile = some_profile();
  profile.print.default_acceleration_mm_per_s2 = 1000;
  profile.print.first_layer_acceleration_mm_per_s2 = 500;
  const auto travel = [&](GcodeFlavor flavor, bool first) {
    profile.machine.gcode_flavor = flavor;
    const detail::Beads beads = detail::make_beads(profile, 0.2, first);
    return beads[detail::index(Role::kTravel)].acceleration_mm_per_s2;
  };
  CHECK(travel(GcodeFlavor::kMarlin, false) == 1000);
  CHECK(travel(GcodeFlavor::kMarlin, true) == 500);
  CHECK(travel(GcodeFlavor::kMarlin2, false) == 0);  // the limit of travels holds
  CHECK(travel(GcodeFlavor::kMarlin2, true) == 0);
}
