/// Custom G-code: the start, end and layer-change templates of a profile, expanded and timed.
///
///     MacroVariables variables = macro_variables(profile, facts);
///     COSTENGINE_TRY(const MacroText start, expand_macro(profile.machine.start_gcode, variables));
///     GcodeReader reader(motion_limits(profile.machine), profile.machine.gcode_flavor);
///     run_gcode(start.text, reader, planner, kStartTag);
///     planner.add(...);  // from reader.position_mm(), under the limits that the text has left
///
/// PrusaSlicer counts the moves of the text in the time, as one sequence with the print's own; it
/// counts neither heating nor dwells nor homing (GcodeReader says what moves), and leaves the
/// filament out of its totals.
#pragma once

#include <cstdint>
#include <string_view>

#include "costengine/base/config.hpp"
#include "costengine/motion/gcode.hpp"
#include "costengine/motion/macro.hpp"
#include "costengine/motion/planner.hpp"
#include "costengine/profile/profile.hpp"

namespace costengine {

/// What templates may ask about the print itself. mm, on the bed.
struct PrintFacts {
  double max_layer_z_mm = 0;
  std::int64_t layers = 0;
  double first_layer_min_x_mm = 0, first_layer_min_y_mm = 0;
  double first_layer_max_x_mm = 0, first_layer_max_y_mm = 0;
  std::int64_t copies = 1;
};

/// The names that a template may use: every setting of the profile that PrusaSlicer has a name for,
/// Profile::placeholders, and what PrusaSlicer adds of the print. Of the last it knows:
/// max_layer_z, layer_z and layer_num (of the last layer: those of the end G-code),
/// total_layer_count, the numbers of tools (0) and of copies, print_bed_min, _max and _size,
/// first_layer_print_min, _max and _size.
MacroVariables macro_variables(const Profile& profile, const PrintFacts& facts);

/// Sets layer_num, from 0, and layer_z and max_layer_z for layer-change G-code.
void set_layer(MacroVariables& variables, std::int64_t layer_num, double layer_z_mm);

/// What a text moved.
struct GcodeRun {
  double filament_mm = 0;  ///< pushed less drawn back
  std::uint64_t moves = 0;
};

/// Feeds every line to the reader, and its moves and limits to the planner. Seconds go to `tag`;
/// they are complete after the planner's stop().
GcodeRun run_gcode(std::string_view text, GcodeReader& reader, MotionPlanner& planner,
                   std::uint32_t tag);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/motion/custom_gcode.ipp"
#endif
