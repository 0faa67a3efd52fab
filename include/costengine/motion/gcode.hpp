/// G-code: commands as text turned into moves for the planner.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "costengine/base/config.hpp"
#include "costengine/motion/limits.hpp"
#include "costengine/motion/planner.hpp"

namespace costengine {

/// Reads G-code line by line, keeping position, modes, accelerations and limits between lines, with
/// the meaning that PrusaSlicer's estimate gives to the commands (each was measured on version
/// 2.5.0, in every flavor unless said):
///  - G0, G1 move; before the first F they take no time. G28 is G1 to 0 of the axes it names
///    (all three without a name), at the speed set last; in relative mode it moves nothing.
///  - G20, G21, G90, G91, G92, M82, M83 as usual; F stays in mm even after G20.
///  - M201 accelerations of axes; M205 and M566 jerk, the latter in mm/min, M205 S and T minimum
///    rates. M203 feedrates are mm/s for marlin, marlin2 and smoothie, ignored by repetier, and
///    mm/min for all others.
///  - M204 S sets extruding and travel acceleration, with T the retracting one; without S, P is
///    extruding, R retracting and T travel.
///  - M221 S scales the filament's speed where limits are checked, not its length.
///  - mach3 and machinekit name the filament's axis A, all others E.
///  - Everything else moves nothing and takes no time: arcs (G2, G3), dwells (G4), firmware
///    retraction (G10, G11), heating, tool changes, M400, M600.
class GcodeReader {
 public:
  GcodeReader(const MotionLimits& limits, GcodeFlavor flavor)
      : limits_(limits), flavor_(flavor), letters_{'X', 'Y', 'Z', 'E'} {
    if (flavor == GcodeFlavor::kMach3 || flavor == GcodeFlavor::kMachinekit) letters_[3] = 'A';
  }

  /// The move that a line asks for, if it does. Its tag is 0.
  std::optional<Move> read(std::string_view line);

  /// As the lines so far have set them.
  [[nodiscard]] const MotionLimits& limits() const { return limits_; }
  /// Did the last line change the limits? Then the planner wants them.
  [[nodiscard]] bool limits_changed() const { return limits_changed_; }
  [[nodiscard]] const std::array<double, kAxes>& position_mm() const { return position_mm_; }

 private:
  /// The words of a line: a letter and a number each.
  struct Words {
    std::array<std::optional<double>, 26> value;
    std::optional<double> operator[](char letter) const {
      return value[static_cast<std::size_t>(letter - 'A')];
    }
  };
  std::optional<Move> general(int code, const Words& words);
  std::optional<Move> move(const Words& words);
  std::optional<Move> home(const Words& words);
  std::optional<Move> move_to(const std::array<double, kAxes>& target_mm);
  void set_position(const Words& words);
  void set(int code, const Words& words);
  void set_axes(std::array<double, kAxes>& limit, const Words& words, double factor);

  MotionLimits limits_;
  GcodeFlavor flavor_;
  std::array<char, kAxes> letters_;  ///< of the axes
  bool limits_changed_ = false;
  std::array<double, kAxes> position_mm_ = {};
  bool relative_ = false, relative_e_ = false;
  double unit_mm_ = 1;
  double speed_mm_per_s_ = 0;
  double extruding_acceleration_ = 0, travel_acceleration_ = 0, retracting_acceleration_ = 0;
};

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/motion/gcode.ipp"
#endif
