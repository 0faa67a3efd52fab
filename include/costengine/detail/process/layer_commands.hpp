// Layer-change commands of a profile that move the nozzle: moves of the layer that they begin.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "costengine/motion/custom_gcode.hpp"

namespace costengine::detail {

/// Whether a template may move the nozzle.
inline bool may_move(const std::string& text) {
  return text.find("G0") != text.npos || text.find("G1") != text.npos ||
         text.find("G28") != text.npos;
}

/// Most profiles have no such moves in their commands: then there is none of this.
class LayerCommands {
 public:
  LayerCommands(const Profile& profile, MacroVariables variables, const MotionLimits& limits)
      : profile_(profile),
        variables_(std::move(variables)),
        limits_(limits),
        before_(may_move(profile.machine.before_layer_gcode)),
        after_(may_move(profile.machine.layer_gcode)) {}
  [[nodiscard]] bool before() const { return before_; }  ///< before the nozzle rises
  [[nodiscard]] bool after() const { return after_; }

  /// Whether they may differ from layer to layer.
  [[nodiscard]] bool vary() const {
    const Machine& machine = profile_.machine;
    return (before_ && machine.before_layer_gcode.find_first_of("{[") != std::string::npos) ||
           (after_ && machine.layer_gcode.find_first_of("{[") != std::string::npos);
  }

  /// The moves of one template, `after` or before the nozzle rises to the layer with its top at
  /// `layer_z_mm`, from where it is on the bed. Commands that cannot be read move nothing.
  [[nodiscard]] std::vector<Move> moves(bool after, std::size_t layer, double layer_z_mm,
                                        double x_mm, double y_mm, double z_mm) const {
    std::vector<Move> result;
    MacroVariables variables = variables_;
    set_layer(variables, static_cast<std::int64_t>(layer), layer_z_mm);
    const Machine& machine = profile_.machine;
    const Result<MacroText> expanded =
        expand_macro(after ? machine.layer_gcode : machine.before_layer_gcode, variables);
    if (!expanded.ok()) return result;
    GcodeReader reader(limits_, machine.gcode_flavor);
    reader.read("G92 X" + std::to_string(x_mm) + " Y" + std::to_string(y_mm) + " Z" +
                std::to_string(z_mm));
    reader.read(machine.use_relative_e_distances ? "M83" : "M82");
    reader.read("G1 F" + std::to_string(60 * profile_.print.travel_speed_mm_per_s));
    const std::string& text = expanded.value().text;
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      if (const auto move = reader.read(std::string_view(text).substr(begin, end - begin))) {
        result.push_back(*move);
      }
      begin = end + 1;
    }
    return result;
  }

 private:
  const Profile& profile_;
  MacroVariables variables_;
  MotionLimits limits_;
  bool before_, after_;
};

}  // namespace costengine::detail
