#include "costengine/motion/planner.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>
#include <vector>

namespace costengine {
namespace {

/// Every axis may jump by 10 mm/s, moves accelerate at 1000 mm/s2.
MotionLimits plain_limits() {
  return {.max_feedrate_mm_per_s = {200, 200, 200, 200},
          .max_acceleration_mm_per_s2 = {5000, 5000, 5000, 5000},
          .max_jerk_mm_per_s = {10, 10, 10, 10},
          .max_extruding_acceleration_mm_per_s2 = 1000,
          .max_retracting_acceleration_mm_per_s2 = 1000,
          .max_travel_acceleration_mm_per_s2 = 1000,
          .min_extruding_rate_mm_per_s = 0,
          .min_travel_rate_mm_per_s = 0};
}

double seconds_of(const MotionLimits& limits, const std::vector<Move>& moves) {
  MotionPlanner planner(limits);
  for (const Move& move : moves) planner.add(move);
  planner.stop();
  return planner.seconds(0);
}

/// A move that enters at `in`, cruises at v and leaves at `out`, long enough for it.
double trapezoid(double length, double in, double v, double out, double a) {
  const double ramps = (v * v - in * in) / (2 * a) + (v * v - out * out) / (2 * a);
  REQUIRE(ramps <= length);
  return (v - in) / a + (v - out) / a + (length - ramps) / v;
}

TEST_CASE("a long move is a trapezoid from and to the safe speed") {
  // 10 to 50 mm/s in 40 ms and 1.2 mm, both ends; 97.6 mm at 50 mm/s.
  CHECK(seconds_of(plain_limits(), {{.x_mm = 100, .speed_mm_per_s = 50}}) ==
        doctest::Approx(0.04 + 0.04 + 97.6 / 50));
  CHECK(seconds_of(plain_limits(), {{.y_mm = -100, .speed_mm_per_s = 50}}) ==
        doctest::Approx(0.04 + 0.04 + 97.6 / 50));
}

TEST_CASE("a short move is a triangle") {
  // Half a millimetre from 10 mm/s at 1000 mm/s2: sqrt(100 + 2 * 1000 * 0.5) at the top.
  const double top = std::sqrt(1100);
  CHECK(seconds_of(plain_limits(), {{.x_mm = 1, .speed_mm_per_s = 200}}) ==
        doctest::Approx(2 * (top - 10) / 1000));
}

TEST_CASE("a slow move has no ramps") {
  CHECK(seconds_of(plain_limits(), {{.x_mm = 3, .y_mm = 4, .speed_mm_per_s = 10}}) ==
        doctest::Approx(0.5));
}

TEST_CASE("a corner is passed at the speed at which no axis jumps by more than its jerk") {
  // From (1, 0) to (0.8, 0.6): y jumps by 0.6 v, so v = 10 / 0.6.
  const double corner = 10 / 0.6;
  const std::vector<Move> moves = {{.x_mm = 50, .speed_mm_per_s = 50},
                                   {.x_mm = 40, .y_mm = 30, .speed_mm_per_s = 50}};
  CHECK(seconds_of(plain_limits(), moves) ==
        doctest::Approx(trapezoid(50, 10, 50, corner, 1000) + trapezoid(50, corner, 50, 10, 1000)));
}

TEST_CASE("a right angle and a reversal are passed at the jerk") {
  for (const Move& second :
       {Move{.y_mm = 50, .speed_mm_per_s = 50}, Move{.x_mm = -50, .speed_mm_per_s = 50}}) {
    CHECK(seconds_of(plain_limits(), {{.x_mm = 50, .speed_mm_per_s = 50}, second}) ==
          doctest::Approx(2 * trapezoid(50, 10, 50, 10, 1000)));
  }
}

TEST_CASE("on a straight line nothing slows down") {
  CHECK(seconds_of(plain_limits(),
                   {{.x_mm = 50, .speed_mm_per_s = 50}, {.x_mm = 50, .speed_mm_per_s = 50}}) ==
        doctest::Approx(trapezoid(100, 10, 50, 10, 1000)));
}

TEST_CASE("from fast to slow the line goes on, from slow to fast it drops to the jerk") {
  const double slow_alone = 20, fast = 100;
  CHECK(seconds_of(plain_limits(), {{.x_mm = 50, .speed_mm_per_s = fast},
                                    {.x_mm = 50, .speed_mm_per_s = slow_alone}}) ==
        doctest::Approx(trapezoid(50, 10, fast, slow_alone, 1000) +
                        trapezoid(50, slow_alone, slow_alone, 10, 1000)));
  // The slicer's rule is not symmetric: the faster move after counts with its full speed.
  CHECK(
      seconds_of(plain_limits(), {{.x_mm = 50, .speed_mm_per_s = slow_alone},
                                  {.x_mm = 50, .speed_mm_per_s = fast}}) ==
      doctest::Approx(trapezoid(50, 10, slow_alone, 10, 1000) + trapezoid(50, 10, fast, 10, 1000)));
}

TEST_CASE("junctions are slow enough to brake for what comes, but not to reach") {
  // Three pieces of 0.1 mm: gain is 2 a d = 200. Backwards from the rest at 10: 300 and 500 are the
  // squares of the entry speeds. Forwards from 10 only 300 can be reached where 500 is entered
  // with.
  const Move piece = {.x_mm = 0.1, .speed_mm_per_s = 100};
  const double r3 = std::sqrt(300), r5 = std::sqrt(500);
  CHECK(seconds_of(plain_limits(), {piece, piece, piece}) ==
        doctest::Approx((r3 - 10) / 1000 + (r5 - r3) / 1000 + (r3 - 10) / 1000));
}

TEST_CASE("many short moves brake over as many moves as it takes") {
  // 50 to 10 mm/s needs 1.2 mm: 12 moves of 0.1 mm. Speeding up takes the first move alone.
  std::vector<Move> moves(10000, {.x_mm = 0.1, .speed_mm_per_s = 50});
  double expected = (std::sqrt(300) - 10) / 1000 + 0.1 / 50 * (10000 - 1 - 12);
  expected += (50.0 - 10.0) / 1000;
  CHECK(seconds_of(plain_limits(), moves) == doctest::Approx(expected));
}

TEST_CASE("a limit of an axis bounds the speed along the path") {
  MotionLimits limits = plain_limits();
  limits.max_feedrate_mm_per_s = {200, 200, 6, 200};
  // (8, 0, 6) / 10: z takes 0.6 of the speed, so 10 mm/s is the most.
  CHECK(seconds_of(limits, {{.x_mm = 8, .z_mm = 6, .speed_mm_per_s = 100}}) == doctest::Approx(1));
  limits.max_feedrate_mm_per_s = {0, 0, 0, 0};
  CHECK(seconds_of(limits, {{.x_mm = 100, .speed_mm_per_s = 300}}) ==
        doctest::Approx(trapezoid(100, 10, 300, 10, 1000)));
}

TEST_CASE("an axis that cannot accelerate so fast gives the move its own acceleration") {
  MotionLimits limits = plain_limits();
  limits.max_acceleration_mm_per_s2 = {5000, 5000, 100, 5000};
  // z needs 0.6 of 1000; the move gets 100, not 100 / 0.6.
  CHECK(seconds_of(limits, {{.x_mm = 80, .z_mm = 60, .speed_mm_per_s = 40}}) ==
        doctest::Approx(trapezoid(100, 10, 40, 10, 100)));
}

TEST_CASE("filament, travel and the extruder alone accelerate each in their own way") {
  MotionLimits limits = plain_limits();
  limits.max_extruding_acceleration_mm_per_s2 = 800;
  limits.max_retracting_acceleration_mm_per_s2 = 600;
  limits.max_travel_acceleration_mm_per_s2 = 400;
  const auto x = [&](double e, double acceleration) {
    return seconds_of(
        limits,
        {{.x_mm = 100, .e_mm = e, .speed_mm_per_s = 50, .acceleration_mm_per_s2 = acceleration}});
  };
  CHECK(x(1, 0) == doctest::Approx(trapezoid(100, 10, 50, 10, 800)));
  CHECK(x(-1, 0) == doctest::Approx(trapezoid(100, 10, 50, 10, 800)));
  CHECK(x(0, 0) == doctest::Approx(trapezoid(100, 10, 50, 10, 400)));
  CHECK(x(1, 300) == doctest::Approx(trapezoid(100, 10, 50, 10, 300)));
  CHECK(x(1, 3000) == doctest::Approx(trapezoid(100, 10, 50, 10, 800)));
  CHECK(seconds_of(limits, {{.e_mm = -100, .speed_mm_per_s = 50}}) ==
        doctest::Approx(trapezoid(100, 10, 50, 10, 600)));
}

TEST_CASE("a wipe accelerates as extruding even if travels may be faster") {
  MotionLimits limits = plain_limits();
  limits.max_extruding_acceleration_mm_per_s2 = 400;
  for (const double told : {0, 700}) {
    CHECK(seconds_of(
              limits,
              {{.x_mm = 100, .e_mm = -1, .speed_mm_per_s = 50, .acceleration_mm_per_s2 = told}}) ==
          doctest::Approx(trapezoid(100, 10, 50, 10, 400)));
  }
}

TEST_CASE("without a limit and a command the acceleration is 1500, and 1250 for travels") {
  MotionLimits limits = plain_limits();
  limits.max_extruding_acceleration_mm_per_s2 = 0;
  limits.max_retracting_acceleration_mm_per_s2 = 0;
  limits.max_travel_acceleration_mm_per_s2 = 0;
  const auto of = [&](Move move) {
    move.speed_mm_per_s = 50;
    return seconds_of(limits, {move});
  };
  CHECK(of({.x_mm = 100, .e_mm = 1}) == doctest::Approx(trapezoid(100, 10, 50, 10, 1500)));
  CHECK(of({.e_mm = 100}) == doctest::Approx(trapezoid(100, 10, 50, 10, 1500)));
  CHECK(of({.x_mm = 100}) == doctest::Approx(trapezoid(100, 10, 50, 10, 1250)));
  CHECK(of({.x_mm = 100, .acceleration_mm_per_s2 = 3000}) ==
        doctest::Approx(trapezoid(100, 10, 50, 10, 3000)));
}

TEST_CASE("moves slower than the least rates are sped up") {
  MotionLimits limits = plain_limits();
  limits.min_travel_rate_mm_per_s = 5;
  limits.min_extruding_rate_mm_per_s = 8;
  CHECK(seconds_of(limits, {{.x_mm = 10, .speed_mm_per_s = 1}}) == doctest::Approx(2));
  CHECK(seconds_of(limits, {{.x_mm = 10, .e_mm = 1, .speed_mm_per_s = 1}}) ==
        doctest::Approx(1.25));
  CHECK(seconds_of(limits, {{.e_mm = 10, .speed_mm_per_s = 1}}) == doctest::Approx(1.25));
}

TEST_CASE("a flow factor scales the filament's speed where limits are checked") {
  MotionLimits limits = plain_limits();
  limits.max_feedrate_mm_per_s[3] = 5;
  limits.flow = 0.5;
  CHECK(seconds_of(limits, {{.e_mm = 10, .speed_mm_per_s = 100}}) == doctest::Approx(1));
}

TEST_CASE("a flow factor leaves the filament's acceleration alone") {
  MotionLimits limits = plain_limits();
  limits.max_acceleration_mm_per_s2[3] = 500;
  limits.flow = 0.25;
  // 100 mm of filament at 50 mm/s are 12.5 mm/s to the jerk of 10, and the acceleration is 500.
  CHECK(seconds_of(limits, {{.e_mm = 100, .speed_mm_per_s = 50}}) ==
        doctest::Approx(trapezoid(100, 10, 50, 10, 500)));
}

TEST_CASE("a move that can stop within itself keeps its entry speed whatever follows") {
  // z may not jump at all, so the junction before it is at rest; the move of 20 mm could brake from
  // 50 mm/s to its safe speed and therefore enters at 50, the slicer's shortcut, and leaves at
  // rest.
  MotionLimits limits = plain_limits();
  limits.max_jerk_mm_per_s[2] = 0;
  const double gain = 2 * 1000 * 1.25;  // of 1.25 mm: 50 mm/s to 0, but 10 to 50 takes 1.2 mm
  CHECK(gain == 2500);
  CHECK(seconds_of(limits, {{.x_mm = 50, .speed_mm_per_s = 50},
                            {.x_mm = 1.22, .speed_mm_per_s = 50},
                            {.z_mm = 10, .speed_mm_per_s = 50}}) ==
        doctest::Approx(trapezoid(50, 10, 50, 50, 1000) +
                        (50 - std::sqrt(2500 - 2 * 1000 * 1.22)) / 1000 +
                        trapezoid(10, 0, 50, 0, 1000)));
}

TEST_CASE("without jerk every move starts and ends at rest") {
  MotionLimits limits = plain_limits();
  limits.max_jerk_mm_per_s = {0, 0, 0, 0};
  CHECK(seconds_of(limits,
                   {{.x_mm = 50, .speed_mm_per_s = 50}, {.y_mm = 50, .speed_mm_per_s = 50}}) ==
        doctest::Approx(2 * trapezoid(50, 0, 50, 0, 1000)));
}

TEST_CASE("seconds go to the tag of each move, whatever moves are planned with it") {
  MotionPlanner planner(plain_limits(), 2);
  for (int i = 0; i < 1000; ++i) {
    planner.add({.x_mm = 50, .speed_mm_per_s = 50, .tag = 0});
    planner.add({.y_mm = 20, .speed_mm_per_s = 100, .tag = 1});
  }
  planner.stop();
  CHECK(planner.seconds(0) == doctest::Approx(1000 * trapezoid(50, 10, 50, 10, 1000)));
  CHECK(planner.seconds(1) == doctest::Approx(1000 * trapezoid(20, 10, 100, 10, 1000)));
  CHECK(planner.seconds().size() == 2);
  planner.clear();
  CHECK(planner.seconds(0) == 0);
}

TEST_CASE("a stop parts a line, and a move of nothing does not") {
  const Move line = {.x_mm = 50, .speed_mm_per_s = 50};
  MotionPlanner planner(plain_limits());
  planner.add(line);
  planner.stop();
  planner.add(line);
  planner.stop();
  planner.stop();
  CHECK(planner.seconds(0) == doctest::Approx(2 * trapezoid(50, 10, 50, 10, 1000)));
  CHECK(seconds_of(plain_limits(), {line, {.speed_mm_per_s = 50}, line}) ==
        doctest::Approx(trapezoid(100, 10, 50, 10, 1000)));
}

TEST_CASE("other limits hold for the moves after them, without a stop") {
  const Move line = {.x_mm = 50, .speed_mm_per_s = 50};
  MotionLimits slower = plain_limits();
  slower.max_extruding_acceleration_mm_per_s2 = slower.max_travel_acceleration_mm_per_s2 = 500;
  MotionPlanner planner(plain_limits());
  planner.add(line);
  planner.set_limits(slower);
  planner.add(line);
  planner.stop();
  CHECK(planner.seconds(0) ==
        doctest::Approx(trapezoid(50, 10, 50, 50, 1000) + trapezoid(50, 50, 50, 10, 500)));
}

TEST_CASE("the batches in which moves are planned do not show where there is room to brake") {
  // The same moves with and without stops at right angles, where the speed is the jerk anyway.
  MotionPlanner whole(plain_limits()), parted(plain_limits());
  for (int i = 0; i < 700; ++i) {
    const Move first = {.x_mm = 1, .speed_mm_per_s = 60};
    const Move second = {.y_mm = i % 2 == 0 ? 2.0 : -2.0, .speed_mm_per_s = 60};
    for (MotionPlanner* planner : {&whole, &parted}) {
      planner->add(first);
      if (planner == &parted) planner->stop();
      planner->add(second);
      if (planner == &parted) planner->stop();
    }
  }
  whole.stop();
  CHECK(whole.seconds(0) == doctest::Approx(parted.seconds(0)).epsilon(1e-12));
}

}  // namespace
}  // namespace costengine
