#pragma once

#include <string>
#include <type_traits>
#include <variant>

#include "costengine/motion/custom_gcode.hpp"
#include "costengine/profile/settings.hpp"

namespace costengine {

namespace detail {

/// Reads the member of a profile that a setting stands for.
struct MemberReader {
  const Profile& profile;
  const Setting& setting;

  template <class Struct, class Value>
  MacroValue operator()(Value Struct::*member) const {
    const Value& value = part(static_cast<const Struct*>(nullptr)).*member;
    if constexpr (std::is_enum_v<Value>) {
      return std::string(choice_name(setting, static_cast<int>(value)));
    } else if constexpr (std::is_same_v<Value, int>) {
      return std::int64_t{value};
    } else if constexpr (std::is_same_v<Value, double>) {
      // A share of 1 is a percentage there.
      return setting.percent_of == "1" ? 100 * value : value;
    } else {
      return value;
    }
  }

 private:
  [[nodiscard]] const Machine& part(const Machine*) const { return profile.machine; }
  [[nodiscard]] const Material& part(const Material*) const { return profile.material; }
  [[nodiscard]] const PrintSettings& part(const PrintSettings*) const { return profile.print; }
};

}  // namespace detail

COSTENGINE_INLINE MacroVariables macro_variables(const Profile& profile, const PrintFacts& facts) {
  MacroVariables variables;
  for (const Placeholder& each : profile.placeholders) {
    variables[each.key] = macro_values(each.value);
  }
  for (const Setting& setting : settings()) {
    if (setting.ini_key.empty() || setting.ini_key == "bed_shape") continue;
    variables[std::string(setting.ini_key)] = {
        std::visit(detail::MemberReader{profile, setting}, setting.member)};
  }
  const auto pair = [&](const char* name, double x, double y) { variables[name] = {x, y}; };
  const Machine& machine = profile.machine;
  pair("print_bed_min", machine.build_min_x_mm, machine.build_min_y_mm);
  pair("print_bed_max", machine.build_min_x_mm + machine.build_x_mm,
       machine.build_min_y_mm + machine.build_y_mm);
  pair("print_bed_size", machine.build_x_mm, machine.build_y_mm);
  pair("first_layer_print_min", facts.first_layer_min_x_mm, facts.first_layer_min_y_mm);
  pair("first_layer_print_max", facts.first_layer_max_x_mm, facts.first_layer_max_y_mm);
  pair("first_layer_print_size", facts.first_layer_max_x_mm - facts.first_layer_min_x_mm,
       facts.first_layer_max_y_mm - facts.first_layer_min_y_mm);
  for (const char* name : {"initial_tool", "initial_extruder", "current_extruder",
                           "previous_extruder", "next_extruder", "total_toolchanges"}) {
    variables[name] = {std::int64_t{0}};
  }
  variables["has_wipe_tower"] = {false};
  variables["has_single_extruder_multi_material_priming"] = {false};
  variables["total_layer_count"] = {facts.layers};
  variables["num_objects"] = {std::int64_t{1}};
  variables["num_instances"] = {facts.copies};
  set_layer(variables, facts.layers > 0 ? facts.layers - 1 : 0, facts.max_layer_z_mm);
  return variables;
}

COSTENGINE_INLINE void set_layer(MacroVariables& variables, std::int64_t layer_num,
                                 double layer_z_mm) {
  variables["layer_num"] = {layer_num};
  variables["layer_z"] = {layer_z_mm};
  variables["max_layer_z"] = {layer_z_mm};
}

COSTENGINE_INLINE GcodeRun run_gcode(std::string_view text, GcodeReader& reader,
                                     MotionPlanner& planner, std::uint32_t tag) {
  GcodeRun run;
  while (!text.empty()) {
    const auto end = text.find('\n');
    if (auto move = reader.read(text.substr(0, end))) {
      move->tag = tag;
      run.filament_mm += move->e_mm;
      ++run.moves;
      planner.add(*move);
    }
    if (reader.limits_changed()) planner.set_limits(reader.limits());
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return run;
}

}  // namespace costengine
