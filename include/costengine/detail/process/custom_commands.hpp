// Start and end commands of a profile: the seconds they take.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "costengine/motion/custom_gcode.hpp"
#include "costengine/slice/layers.hpp"

namespace costengine::detail {

struct CommandTimes {
  double start_end_s = 0;
  std::vector<std::string> unclear;  ///< what could not be read
};

/// A part as the commands see it: its layers, and where it stands, from the middle of the bed.
struct PlacedLayers {
  const Layers* layers;
  Point2 place_mm;
};

/// What the commands may ask about the print. `layer_changes`: how often the nozzle rises to a new
/// layer.
inline PrintFacts print_facts(const Profile& profile, std::span<const PlacedLayers> parts,
                              std::size_t layer_changes) {
  PrintFacts facts;
  for (const PlacedLayers& part : parts) {
    const Layer& last = part.layers->layers.back();
    facts.max_layer_z_mm = std::max(facts.max_layer_z_mm, last.z_mm + last.height_mm / 2);
  }
  facts.layers = static_cast<std::int64_t>(layer_changes);
  facts.copies = static_cast<std::int64_t>(parts.size());
  const Machine& machine = profile.machine;
  const double centre_x = machine.build_min_x_mm + machine.build_x_mm / 2;
  const double centre_y = machine.build_min_y_mm + machine.build_y_mm / 2;
  Point2 low{1e300, 1e300}, high{-1e300, -1e300};
  for (const PlacedLayers& part : parts) {
    const Layers& layers = *part.layers;
    for (const Point2 p : layers.contours.contours[layers.contours.of_layer[0]].points) {
      const Point2 q = layers.axes.direction_to_mesh(p) + part.place_mm;
      low = {std::min(low.x, q.x), std::min(low.y, q.y)};
      high = {std::max(high.x, q.x), std::max(high.y, q.y)};
    }
  }
  if (!(low.x <= high.x)) low = high = {0, 0};
  facts.first_layer_min_x_mm = centre_x + low.x;
  facts.first_layer_min_y_mm = centre_y + low.y;
  facts.first_layer_max_x_mm = centre_x + high.x;
  facts.first_layer_max_y_mm = centre_y + high.y;
  return facts;
}

/// Heating, dwells and homing take no time here, as in the slicer's own estimate. Layer-change
/// commands are only looked at: their moves are those of layers, see LayerCommands.
inline CommandTimes time_commands(const Profile& profile, const PrintFacts& facts,
                                  const MotionLimits& limits) {
  CommandTimes times;
  const Machine& machine = profile.machine;
  MacroVariables variables = macro_variables(profile, facts);
  MotionPlanner planner(limits, 1);
  GcodeReader reader(limits, machine.gcode_flavor);
  const auto expand = [&](const std::string& text, const char* name) {
    if (text.empty()) return std::string();
    Result<MacroText> expanded = expand_macro(text, variables);
    if (expanded.ok()) return std::move(expanded.value().text);
    times.unclear.push_back(std::string(name) + ": " + expanded.error().message);
    return std::string();
  };
  const auto run = [&](const std::string& text, const char* name) {
    run_gcode(expand(text, name), reader, planner, 0);
  };
  run(machine.start_gcode, "start_gcode");
  run(profile.material.start_filament_gcode, "start_filament_gcode");
  planner.stop();
  times.start_end_s = planner.seconds(0);
  planner.clear();
  // The end begins where the print ends: over the middle of the bed, at full height.
  reader.read("G90");
  reader.read("G92 X" + std::to_string(machine.build_min_x_mm + machine.build_x_mm / 2) + " Y" +
              std::to_string(machine.build_min_y_mm + machine.build_y_mm / 2) + " Z" +
              std::to_string(facts.max_layer_z_mm));
  reader.read("G1 F" + std::to_string(60 * profile.print.travel_speed_mm_per_s));
  run(profile.material.end_filament_gcode, "end_filament_gcode");
  run(machine.end_gcode, "end_gcode");
  planner.stop();
  times.start_end_s += planner.seconds(0);
  set_layer(variables, facts.layers / 2, facts.max_layer_z_mm / 2);
  expand(machine.before_layer_gcode, "before_layer_gcode");
  expand(machine.layer_gcode, "layer_gcode");
  return times;
}

}  // namespace costengine::detail
