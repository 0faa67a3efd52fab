#include "costengine/motion/gcode.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>
#include <string>
#include <string_view>

#include "costengine/motion/custom_gcode.hpp"
#include "costengine/motion/limits.hpp"
#include "costengine/motion/planner.hpp"

namespace costengine {
namespace {

/// The machine on which the slicer was measured.
Machine measured_machine() {
  Machine machine{};
  machine.gcode_flavor = GcodeFlavor::kMarlin;
  machine.limits_usage = LimitsUsage::kTimeEstimateOnly;
  machine.max_feedrate_x_mm_per_s = machine.max_feedrate_y_mm_per_s = 200;
  machine.max_feedrate_z_mm_per_s = 12;
  machine.max_feedrate_e_mm_per_s = 120;
  machine.max_acceleration_x_mm_per_s2 = machine.max_acceleration_y_mm_per_s2 = 1000;
  machine.max_acceleration_z_mm_per_s2 = 200;
  machine.max_acceleration_e_mm_per_s2 = 5000;
  machine.max_acceleration_extruding_mm_per_s2 = 1000;
  machine.max_acceleration_retracting_mm_per_s2 = 1250;
  machine.max_acceleration_travel_mm_per_s2 = 2000;
  machine.max_jerk_x_mm_per_s = machine.max_jerk_y_mm_per_s = 10;
  machine.max_jerk_z_mm_per_s = 0.4;
  machine.max_jerk_e_mm_per_s = 2.5;
  return machine;
}

/// Seconds of a text, `times` over.
double seconds_of(const Machine& machine, std::string_view once, std::string_view text, int times) {
  const MotionLimits limits = motion_limits(machine);
  GcodeReader reader(limits, machine.gcode_flavor);
  MotionPlanner planner(limits);
  run_gcode(once, reader, planner, 0);
  for (int i = 0; i < times; ++i) run_gcode(text, reader, planner, 0);
  planner.stop();
  return planner.seconds(0);
}

double seconds_of(std::string_view text) {
  return seconds_of(measured_machine(), "G90\nM83\nG1 F6000\n", text, 1);
}

/// A circle of radius 10 as short moves, extruding.
std::string circle(int pieces, int feedrate, const char* filament) {
  std::string text;
  const auto point = [&](int i) {
    const double angle = 2 * 3.14159265358979 * i / pieces;
    return std::pair(10 * std::cos(angle), 10 * std::sin(angle));
  };
  for (int i = 0; i < pieces; ++i) {
    const auto [x0, y0] = point(i);
    const auto [x1, y1] = point(i + 1);
    char line[100];
    std::snprintf(line, sizeof line, "G1 X%.4f Y%.4f E%s F%d\n", x1 - x0, y1 - y0, filament,
                  feedrate);
    text += line;
  }
  return text;
}

TEST_CASE("moves take as long as PrusaSlicer estimates") {
  // Each text was put into the start G-code of a 5 mm cube so many times, and the estimate without
  // it taken off: PrusaSlicer 2.5.0, `prusa-slicer --export-gcode`, "estimated printing time". It
  // prints whole seconds.
  struct Row {
    const char* what;
    std::string text;
    int times;
    double slicer_seconds;
  };
  const Row rows[] = {
      {"reversal", "G90\nG1 X10 F6000\nG1 X0\n", 2000, 724},
      {"slow to fast", "G1 X10 F1200\nG1 X10 F6000\nG1 X-20 F6000\n", 2000, 1934},
      {"fast to slow", "G1 X10 F6000\nG1 X10 F1200\nG1 X-20 F6000\n", 2000, 1912},
      {"square", "G1 X10 F6000\nG1 Y10\nG1 X-10\nG1 Y-10\n", 1000, 724},
      {"diagonal", "G1 X10 Y10 F6000\nG1 X-10 Y-10\n", 2000, 860},
      {"triangle", "G1 X10 Y10 F6000\nG1 X10 Y-10\nG1 X-20\n", 2000, 1437},
      {"retract, lift, travel",
       "G1 E-1 F2100\nG1 Z0.4 F720\nG1 X10 F10800\nG1 Z-.4 F720\nG1 E1 F2100\n"
       "G1 X-10 E.4 F3000\n",
       1000, 681},
      {"retract", "G1 E-1 F2100\nG1 E1 F2100\n", 3000, 316},
      {"retract at two speeds", "G1 E-1 F2100\nG1 E1 F1000\n", 3000, 367},
      {"lift", "G1 Z.4 F720\nG1 Z-.4\n", 3000, 513},
      {"lift above the feedrate", "G1 Z.4 F10800\nG1 Z-.4\nG1 X5\nG1 X-5\n", 3000, 1232},
      {"extrude and travel", "G1 X10 E.4 F2100\nG1 X-10 F10800\n", 3000, 1453},
      {"change of flow", "G1 X10 E.4 F2100\nG1 X10 E.8\nG1 X-20 F10800\n", 3000, 2558},
      {"slow circle", circle(100, 3000, ".02"), 1000, 1257},
      {"fast circle", circle(100, 12000, ".02"), 1000, 361},
      {"fast circle of tiny moves", circle(1000, 12000, ".002"), 100, 46},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const double seconds = seconds_of(measured_machine(), "G91\nM83\n", row.text, row.times);
    // A second of rounding either way, and the slicer's single precision on tiny moves.
    CHECK(std::abs(seconds - row.slicer_seconds) <= 1 + 0.001 * row.slicer_seconds);
  }
}

TEST_CASE("which limits hold depends on the flavor and on the use of limits") {
  Machine machine = measured_machine();
  const auto accelerations = [&](GcodeFlavor flavor, LimitsUsage usage) {
    machine.gcode_flavor = flavor;
    machine.limits_usage = usage;
    const MotionLimits limits = motion_limits(machine);
    return std::array{limits.max_extruding_acceleration_mm_per_s2,
                      limits.max_retracting_acceleration_mm_per_s2,
                      limits.max_travel_acceleration_mm_per_s2, limits.max_jerk_mm_per_s[2]};
  };
  using Numbers = std::array<double, 4>;
  const Numbers unknown = {1500, 1500, 1500, 0.2};
  for (const LimitsUsage usage : {LimitsUsage::kEmitToGcode, LimitsUsage::kTimeEstimateOnly}) {
    CHECK(accelerations(GcodeFlavor::kMarlin, usage) == Numbers{1000, 1250, 1000, 0.4});
    CHECK(accelerations(GcodeFlavor::kMarlin2, usage) == Numbers{1000, 1250, 2000, 0.4});
    CHECK(accelerations(GcodeFlavor::kReprapFirmware, usage) == Numbers{1000, 1250, 2000, 0.4});
    for (const GcodeFlavor flavor : {GcodeFlavor::kReprap, GcodeFlavor::kRepetier,
                                     GcodeFlavor::kTeacup, GcodeFlavor::kSmoothie}) {
      CHECK(accelerations(flavor, usage) == unknown);
    }
  }
  CHECK(accelerations(GcodeFlavor::kMarlin2, LimitsUsage::kIgnore) == unknown);
}

TEST_CASE("an acceleration is commanded as the flavor knows it") {
  // Looked up in G-code of PrusaSlicer 2.5.0 for one print in each flavor.
  CHECK(acceleration_command(GcodeFlavor::kMarlin) == AccelerationCommand::kAllMoves);
  CHECK(acceleration_command(GcodeFlavor::kReprap) == AccelerationCommand::kAllMoves);
  CHECK(acceleration_command(GcodeFlavor::kSmoothie) == AccelerationCommand::kAllMoves);
  CHECK(acceleration_command(GcodeFlavor::kMarlin2) == AccelerationCommand::kExtruding);
  CHECK(acceleration_command(GcodeFlavor::kReprapFirmware) == AccelerationCommand::kExtruding);
  CHECK(acceleration_command(GcodeFlavor::kRepetier) == AccelerationCommand::kXAndY);
}

TEST_CASE("positions are absolute or relative, of the filament by a switch of its own") {
  GcodeReader reader(motion_limits(measured_machine()), GcodeFlavor::kMarlin);
  CHECK_FALSE(reader.read("G1 F600"));
  const auto first = reader.read("G1 X10 Y-2.5 E3 ; comment X99");
  REQUIRE(first);
  CHECK(first->x_mm == 10);
  CHECK(first->y_mm == -2.5);
  CHECK(first->e_mm == 3);
  CHECK(first->speed_mm_per_s == 10);
  CHECK(reader.read("g1 x12e5 f1200")->e_mm == 2);
  CHECK_FALSE(reader.read("M83"));
  CHECK(reader.read("G1 X12.5E+.5")->x_mm == 0.5);
  CHECK(reader.position_mm()[3] == 5.5);
  CHECK_FALSE(reader.read("G91"));
  CHECK(reader.read("G0 X-1")->x_mm == -1);
  CHECK_FALSE(reader.read("G90"));
  CHECK_FALSE(reader.read("G92 X100"));
  CHECK(reader.read("G1 X101")->x_mm == 1);
  CHECK_FALSE(reader.read("G92"));
  CHECK(reader.position_mm() == std::array<double, kAxes>{0, 0, 0, 0});
  CHECK_FALSE(reader.read("G1 X0 Y0"));
  CHECK_FALSE(reader.read("G20"));
  CHECK(reader.read("G1 X1 F60")->x_mm == doctest::Approx(25.4));
  CHECK(reader.read("G1 X2")->speed_mm_per_s == 1);
}

TEST_CASE("the filament's axis is A for mach3 and machinekit, else E") {
  const auto filament = [](GcodeFlavor flavor) {
    GcodeReader reader(motion_limits(measured_machine()), flavor);
    return reader.read("G1 X10 E1 A2 F600")->e_mm;
  };
  CHECK(filament(GcodeFlavor::kMach3) == 2);
  CHECK(filament(GcodeFlavor::kMachinekit) == 2);
  CHECK(filament(GcodeFlavor::kSailfish) == 1);
  GcodeReader reader(motion_limits(measured_machine()), GcodeFlavor::kMach3);
  reader.read("G1 X10 F600");
  reader.read("G92 E0");
  CHECK(reader.position_mm()[0] == 10);
}

TEST_CASE("homing moves to 0 at the last speed, and nowhere in relative mode") {
  CHECK(seconds_of("G1 X100\nG28\n") == doctest::Approx(seconds_of("G1 X100\nG1 X0\n")));
  CHECK(seconds_of("G1 X100\nG28 W\n") == doctest::Approx(seconds_of("G1 X100\nG1 X0\n")));
  CHECK(seconds_of("G1 X50 Y50\nG28 X\n") == doctest::Approx(seconds_of("G1 X50 Y50\nG1 X0\n")));
  CHECK(seconds_of("G1 X100\nG91\nG28\n") == doctest::Approx(seconds_of("G1 X100\n")));
}

TEST_CASE("waiting, heating, tools, arcs and firmware retraction take no time") {
  for (const char* line : {"G4 S10", "M109 S215", "M190 S60", "T0", "M600", "G10", "G11", "G29",
                           "M400", "G2 X10 Y0 I5 J0", "M862.3 P \"MK3S\"", "G80", "; G1 X10", ""}) {
    CAPTURE(line);
    CHECK(seconds_of(std::string(line) + "\n") == 0);
  }
}

TEST_CASE("a move before the first speed takes no time but counts as made") {
  GcodeReader reader(motion_limits(measured_machine()), GcodeFlavor::kMarlin);
  CHECK_FALSE(reader.read("G1 X10"));
  CHECK(reader.position_mm()[0] == 10);
}

TEST_CASE("M204 sets accelerations by kind of move") {
  GcodeReader reader(motion_limits(measured_machine()), GcodeFlavor::kMarlin2);
  reader.read("G91");
  reader.read("G1 F600");
  const auto accelerations = [&](const char* command) {
    reader.read(command);
    return std::array{reader.read("G1 X1 E1")->acceleration_mm_per_s2,
                      reader.read("G1 E-1")->acceleration_mm_per_s2,
                      reader.read("G1 X1")->acceleration_mm_per_s2,
                      reader.read("G1 X1 E-1")->acceleration_mm_per_s2};
  };
  using Numbers = std::array<double, 4>;
  CHECK(accelerations("M107") == Numbers{0, 0, 0, 0});
  CHECK(accelerations("M204 S900") == Numbers{900, 0, 900, 900});
  CHECK(accelerations("M204 S800 T700") == Numbers{800, 700, 800, 800});
  CHECK(accelerations("M204 P500 R600 T400") == Numbers{500, 600, 400, 500});
  CHECK(accelerations("M204 T300") == Numbers{500, 600, 300, 500});
}

TEST_CASE("limits that commands set have the flavor's units") {
  const auto limits = [](GcodeFlavor flavor, const char* line) {
    GcodeReader reader(motion_limits(measured_machine()), flavor);
    CHECK_FALSE(reader.read(line));
    return reader.limits();
  };
  const double before = 200;
  for (const GcodeFlavor flavor :
       {GcodeFlavor::kMarlin, GcodeFlavor::kMarlin2, GcodeFlavor::kSmoothie}) {
    CHECK(limits(flavor, "M203 X50").max_feedrate_mm_per_s[0] == 50);
  }
  for (const GcodeFlavor flavor : {GcodeFlavor::kReprapFirmware, GcodeFlavor::kReprap,
                                   GcodeFlavor::kTeacup, GcodeFlavor::kSailfish}) {
    CHECK(limits(flavor, "M203 X3000").max_feedrate_mm_per_s[0] == 50);
  }
  CHECK(limits(GcodeFlavor::kRepetier, "M203 X50").max_feedrate_mm_per_s[0] == before);
  CHECK(limits(GcodeFlavor::kRepetier, "M201 Y700").max_acceleration_mm_per_s2[1] == 700);
  CHECK(limits(GcodeFlavor::kRepetier, "M205 X30").max_jerk_mm_per_s[0] == 30);
  CHECK(limits(GcodeFlavor::kRepetier, "M566 E600").max_jerk_mm_per_s[3] == 10);
  CHECK(limits(GcodeFlavor::kMarlin, "M205 S4 T5").min_extruding_rate_mm_per_s == 4);
  CHECK(limits(GcodeFlavor::kMarlin, "M205 S4 T5").min_travel_rate_mm_per_s == 5);
  CHECK(limits(GcodeFlavor::kMarlin, "M221 S95").flow == doctest::Approx(0.95));
}

TEST_CASE("the planner is told of limits in the middle of a text") {
  // 100 mm at 10 mm/s before, at 5 mm/s after.
  CHECK(seconds_of("G91\nG1 X100 F600\nM203 X5\nG1 X100\n") == doctest::Approx(30).epsilon(0.001));
}

TEST_CASE("what a text moves is summed up") {
  const MotionLimits limits = motion_limits(measured_machine());
  GcodeReader reader(limits, GcodeFlavor::kMarlin);
  MotionPlanner planner(limits, 2);
  const GcodeRun run =
      run_gcode("M83\r\nG1 X10 E5 F600\r\nG1 E-1\r\nM117 G1 X5", reader, planner, 1);
  planner.stop();
  CHECK(run.moves == 2);
  CHECK(run.filament_mm == 4);
  CHECK(planner.seconds(0) == 0);
  CHECK(planner.seconds(1) == doctest::Approx(1.1).epsilon(0.01));
}

TEST_CASE("nonsense numbers move nothing, and no line makes a time that is no number") {
  for (const char* line : {"G1 Xinf", "G1 Xnan", "G1 X100000000000", "G1 X10 F-5", "G1 X10 Fnan",
                           "G1 X", "G1", "G", "X10", "G10000000 X10", "Gnan X1"}) {
    CAPTURE(line);
    CHECK(seconds_of(std::string(line) + "\n") == 0);
  }
  for (const char* line : {"M204 S0.00000000000001\nG1 X10", "M201 X0.000000001 Y-5\nG1 X10",
                           "M203 X-1\nG1 X10", "M205 X-10 Y-1\nG1 X10\nG1 Y5", "M221 S0\nG1 E10",
                           "M221 S0.00001\nG1 E10", "M205 S10000000 T10000000\nG1 X10 F0.000001"}) {
    CAPTURE(line);
    const double seconds = seconds_of(std::string(line) + "\n");
    CHECK(std::isfinite(seconds));
    CHECK(seconds >= 0);
  }
}

}  // namespace
}  // namespace costengine
