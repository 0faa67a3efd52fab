// Start, end and layer-change commands of a profile: the seconds they take.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "costengine/motion/custom_gcode.hpp"
#include "costengine/slice/layers.hpp"

namespace costengine::detail {

struct CommandTimes {
  double start_end_s = 0;
  double layer_change_s = 0;         ///< of all layers
  std::vector<std::string> unclear;  ///< what could not be read
};

/// A part as the commands see it: its layers, and where it stands, from the middle of the bed.
struct PlacedLayers {
  const Layers* layers;
  Point2 place_mm;
};

/// Heating, dwells and homing take no time here, as in the slicer's own estimate. `layer_changes`:
/// how often the nozzle rises to a new layer.
inline CommandTimes time_commands(const Profile& profile, std::span<const PlacedLayers> parts,
                                  std::size_t layer_changes, const MotionLimits& limits) {
  CommandTimes times;
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

  MacroVariables variables = macro_variables(profile, facts);
  MotionPlanner planner(limits, 1);
  GcodeReader reader(limits, machine.gcode_flavor);
  const auto run = [&](const std::string& text, const char* name) {
    if (text.empty()) return;
    Result<MacroText> expanded = expand_macro(text, variables);
    if (!expanded.ok()) {
      times.unclear.push_back(std::string(name) + ": " + expanded.error().message);
      return;
    }
    run_gcode(expanded.value().text, reader, planner, 0);
  };
  run(machine.start_gcode, "start_gcode");
  run(profile.material.start_filament_gcode, "start_filament_gcode");
  planner.stop();
  times.start_end_s = planner.seconds(0);
  planner.clear();
  // The end begins where the print ends: over the middle of the bed, at full height.
  reader.read("G90");
  reader.read("G92 X" + std::to_string(centre_x) + " Y" + std::to_string(centre_y) + " Z" +
              std::to_string(facts.max_layer_z_mm));
  reader.read("G1 F" + std::to_string(60 * profile.print.travel_speed_mm_per_s));
  run(profile.material.end_filament_gcode, "end_filament_gcode");
  run(machine.end_gcode, "end_gcode");
  planner.stop();
  times.start_end_s += planner.seconds(0);
  planner.clear();
  set_layer(variables, facts.layers / 2, facts.max_layer_z_mm / 2);
  run(machine.before_layer_gcode, "before_layer_gcode");
  run(machine.layer_gcode, "layer_gcode");
  planner.stop();
  times.layer_change_s = planner.seconds(0) * static_cast<double>(layer_changes);
  return times;
}

}  // namespace costengine::detail
