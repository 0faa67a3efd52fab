#pragma once

#include <vector>

#include "costengine/detail/profile/text.hpp"
#include "costengine/profile/settings.hpp"

namespace costengine {
namespace detail::profiles {

// Columns: key, PrusaSlicer's key, unit, min, max, percent of, automatic of, automatic factor,
// what 0 means in an .ini, PrusaSlicer's default, meaning, member.
// clang-format off
inline constexpr Setting kSettings[] = {
    {"machine.name", "printer_model", "", 0, 0, "", "", 0, "", "unnamed",
     "what the machine is called", &Machine::name},
    {"machine.build_x_mm", "bed_shape", "mm", 1, 10000, "", "", 0, "", "200",
     "width of the build volume", &Machine::build_x_mm},
    {"machine.build_y_mm", "bed_shape", "mm", 1, 10000, "", "", 0, "", "200",
     "depth of the build volume", &Machine::build_y_mm},
    {"machine.build_z_mm", "max_print_height", "mm", 1, 10000, "", "", 0, "", "200",
     "height of the build volume", &Machine::build_z_mm},
    {"machine.nozzle_diameter_mm", "nozzle_diameter", "mm", 0.05, 10, "", "", 0, "", "0.4",
     "bore of the nozzle", &Machine::nozzle_diameter_mm},
    {"machine.power_w", "", "W", 0, 100000, "", "", 0, "", "120",
     "average electrical power while printing", &Machine::power_w},
    {"machine.max_feedrate_x_mm_per_s", "machine_max_feedrate_x", "mm/s", 0.1, 100000, "", "", 0, "", "500",
     "fastest move of axis X", &Machine::max_feedrate_x_mm_per_s},
    {"machine.max_feedrate_y_mm_per_s", "machine_max_feedrate_y", "mm/s", 0.1, 100000, "", "", 0, "", "500",
     "fastest move of axis Y", &Machine::max_feedrate_y_mm_per_s},
    {"machine.max_feedrate_z_mm_per_s", "machine_max_feedrate_z", "mm/s", 0.1, 100000, "", "", 0, "", "12",
     "fastest move of axis Z", &Machine::max_feedrate_z_mm_per_s},
    {"machine.max_feedrate_e_mm_per_s", "machine_max_feedrate_e", "mm/s", 0.1, 100000, "", "", 0, "", "120",
     "fastest move of axis E", &Machine::max_feedrate_e_mm_per_s},
    {"machine.max_acceleration_x_mm_per_s2", "machine_max_acceleration_x", "mm/s2", 1, 1000000, "", "", 0, "", "9000",
     "limit of axis X", &Machine::max_acceleration_x_mm_per_s2},
    {"machine.max_acceleration_y_mm_per_s2", "machine_max_acceleration_y", "mm/s2", 1, 1000000, "", "", 0, "", "9000",
     "limit of axis Y", &Machine::max_acceleration_y_mm_per_s2},
    {"machine.max_acceleration_z_mm_per_s2", "machine_max_acceleration_z", "mm/s2", 1, 1000000, "", "", 0, "", "500",
     "limit of axis Z", &Machine::max_acceleration_z_mm_per_s2},
    {"machine.max_acceleration_e_mm_per_s2", "machine_max_acceleration_e", "mm/s2", 1, 1000000, "", "", 0, "", "10000",
     "limit of axis E", &Machine::max_acceleration_e_mm_per_s2},
    {"machine.max_acceleration_extruding_mm_per_s2", "machine_max_acceleration_extruding", "mm/s2", 1, 1000000, "", "", 0, "", "1500",
     "limit while extruding", &Machine::max_acceleration_extruding_mm_per_s2},
    {"machine.max_acceleration_retracting_mm_per_s2", "machine_max_acceleration_retracting", "mm/s2", 1, 1000000, "", "", 0, "", "1500",
     "limit while retracting", &Machine::max_acceleration_retracting_mm_per_s2},
    {"machine.max_jerk_x_mm_per_s", "machine_max_jerk_x", "mm/s", 0, 10000, "", "", 0, "", "10",
     "speed that axis X may change at once", &Machine::max_jerk_x_mm_per_s},
    {"machine.max_jerk_y_mm_per_s", "machine_max_jerk_y", "mm/s", 0, 10000, "", "", 0, "", "10",
     "speed that axis Y may change at once", &Machine::max_jerk_y_mm_per_s},
    {"machine.max_jerk_z_mm_per_s", "machine_max_jerk_z", "mm/s", 0, 10000, "", "", 0, "", "0.2",
     "speed that axis Z may change at once", &Machine::max_jerk_z_mm_per_s},
    {"machine.max_jerk_e_mm_per_s", "machine_max_jerk_e", "mm/s", 0, 10000, "", "", 0, "", "2.5",
     "speed that axis E may change at once", &Machine::max_jerk_e_mm_per_s},
    {"machine.retract_length_mm", "retract_length", "mm", 0, 1000, "", "", 0, "", "2",
     "filament drawn back before a travel", &Machine::retract_length_mm},
    {"machine.retract_speed_mm_per_s", "retract_speed", "mm/s", 0.1, 10000, "", "", 0, "", "40",
     "speed of drawing back", &Machine::retract_speed_mm_per_s},
    {"machine.deretract_speed_mm_per_s", "deretract_speed", "mm/s", 0, 10000, "", "", 0, "", "0",
     "speed of pushing forward again; 0: as drawing back", &Machine::deretract_speed_mm_per_s},
    {"machine.retract_lift_mm", "retract_lift", "mm", 0, 1000, "", "", 0, "", "0",
     "nozzle lift during a travel", &Machine::retract_lift_mm},
    {"machine.retract_before_travel_mm", "retract_before_travel", "mm", 0, 10000, "", "", 0, "", "2",
     "shorter travels do not retract", &Machine::retract_before_travel_mm},
    {"material.name", "filament_type", "", 0, 0, "", "", 0, "", "PLA",
     "price sheets name their rates by it", &Material::name},
    {"material.filament_diameter_mm", "filament_diameter", "mm", 0.1, 20, "", "", 0, "", "1.75",
     "diameter of the filament", &Material::filament_diameter_mm},
    {"material.density_g_per_cm3", "filament_density", "g/cm3", 0.05, 25, "", "", 0, "", "",
     "density of the filament", &Material::density_g_per_cm3},
    {"material.extrusion_multiplier", "extrusion_multiplier", "", 0.01, 10, "", "", 0, "", "1",
     "factor on all flow", &Material::extrusion_multiplier},
    {"material.max_volumetric_speed_mm3_per_s", "filament_max_volumetric_speed", "mm3/s", 0, 100000, "", "", 0, "", "0",
     "most that can be molten; 0: no limit", &Material::max_volumetric_speed_mm3_per_s},
    {"material.min_layer_time_s", "slowdown_below_layer_time", "s", 0, 3600, "", "", 0, "", "5",
     "faster layers are slowed down; 0: never", &Material::min_layer_time_s},
    {"material.min_print_speed_mm_per_s", "min_print_speed", "mm/s", 0, 10000, "", "", 0, "", "10",
     "slowing down stops here", &Material::min_print_speed_mm_per_s},
    {"print.name", "print_settings_id", "", 0, 0, "", "", 0, "", "unnamed",
     "what the settings are called", &PrintSettings::name},
    {"print.layer_height_mm", "layer_height", "mm", 0.005, 10, "", "", 0, "", "0.3",
     "height of a layer", &PrintSettings::layer_height_mm},
    {"print.first_layer_height_mm", "first_layer_height", "mm", 0.005, 10, "print.layer_height_mm", "", 0, "", "0.35",
     "height of the first layer", &PrintSettings::first_layer_height_mm},
    {"print.perimeter_width_mm", "perimeter_extrusion_width", "mm", 0.01, 20, "print.layer_height_mm", "machine.nozzle_diameter_mm", 1.125, "extrusion_width", "0",
     "line width of inner perimeters", &PrintSettings::perimeter_width_mm},
    {"print.external_perimeter_width_mm", "external_perimeter_extrusion_width", "mm", 0.01, 20, "print.layer_height_mm", "machine.nozzle_diameter_mm", 1.125, "extrusion_width", "0",
     "line width of outermost perimeter", &PrintSettings::external_perimeter_width_mm},
    {"print.infill_width_mm", "infill_extrusion_width", "mm", 0.01, 20, "print.layer_height_mm", "machine.nozzle_diameter_mm", 1.125, "extrusion_width", "0",
     "line width of sparse infill", &PrintSettings::infill_width_mm},
    {"print.solid_infill_width_mm", "solid_infill_extrusion_width", "mm", 0.01, 20, "print.layer_height_mm", "machine.nozzle_diameter_mm", 1.125, "extrusion_width", "0",
     "line width of solid infill", &PrintSettings::solid_infill_width_mm},
    {"print.top_infill_width_mm", "top_infill_extrusion_width", "mm", 0.01, 20, "print.layer_height_mm", "machine.nozzle_diameter_mm", 1, "extrusion_width", "0",
     "line width of topmost solid infill", &PrintSettings::top_infill_width_mm},
    {"print.first_layer_width_mm", "first_layer_extrusion_width", "mm", 0.01, 20, "print.first_layer_height_mm", "machine.nozzle_diameter_mm", 1.125, "extrusion_width", "200%",
     "line width in the first layer", &PrintSettings::first_layer_width_mm},
    {"print.support_width_mm", "support_material_extrusion_width", "mm", 0.01, 20, "print.layer_height_mm", "machine.nozzle_diameter_mm", 1, "extrusion_width", "0",
     "line width of supports", &PrintSettings::support_width_mm},
    {"print.perimeters", "perimeters", "", 0, 10000, "", "", 0, "", "3",
     "loops around each layer", &PrintSettings::perimeters},
    {"print.top_solid_layers", "top_solid_layers", "", 0, 100000, "", "", 0, "", "3",
     "solid layers below top surfaces, at least", &PrintSettings::top_solid_layers},
    {"print.bottom_solid_layers", "bottom_solid_layers", "", 0, 100000, "", "", 0, "", "3",
     "solid layers above bottom surfaces, at least", &PrintSettings::bottom_solid_layers},
    {"print.top_solid_min_thickness_mm", "top_solid_min_thickness", "mm", 0, 1000, "", "", 0, "", "0",
     "thickness of the top shell, at least", &PrintSettings::top_solid_min_thickness_mm},
    {"print.bottom_solid_min_thickness_mm", "bottom_solid_min_thickness", "mm", 0, 1000, "", "", 0, "", "0",
     "thickness of the bottom shell, at least", &PrintSettings::bottom_solid_min_thickness_mm},
    {"print.fill_density", "fill_density", "", 0, 1, "1", "", 0, "", "20%",
     "share of the inside that is filled", &PrintSettings::fill_density},
    {"print.perimeter_speed_mm_per_s", "perimeter_speed", "mm/s", 0.1, 10000, "", "", 0, "max_print_speed", "60",
     "inner perimeters", &PrintSettings::perimeter_speed_mm_per_s},
    {"print.external_perimeter_speed_mm_per_s", "external_perimeter_speed", "mm/s", 0.1, 10000, "print.perimeter_speed_mm_per_s", "", 0, "max_print_speed", "50%",
     "outermost perimeter", &PrintSettings::external_perimeter_speed_mm_per_s},
    {"print.small_perimeter_speed_mm_per_s", "small_perimeter_speed", "mm/s", 0.1, 10000, "print.perimeter_speed_mm_per_s", "", 0, "max_print_speed", "15",
     "perimeters of small holes and pins", &PrintSettings::small_perimeter_speed_mm_per_s},
    {"print.infill_speed_mm_per_s", "infill_speed", "mm/s", 0.1, 10000, "", "", 0, "max_print_speed", "80",
     "sparse infill", &PrintSettings::infill_speed_mm_per_s},
    {"print.solid_infill_speed_mm_per_s", "solid_infill_speed", "mm/s", 0.1, 10000, "print.infill_speed_mm_per_s", "", 0, "max_print_speed", "20",
     "solid infill", &PrintSettings::solid_infill_speed_mm_per_s},
    {"print.top_solid_infill_speed_mm_per_s", "top_solid_infill_speed", "mm/s", 0.1, 10000, "print.solid_infill_speed_mm_per_s", "", 0, "max_print_speed", "15",
     "topmost solid infill", &PrintSettings::top_solid_infill_speed_mm_per_s},
    {"print.support_speed_mm_per_s", "support_material_speed", "mm/s", 0.1, 10000, "", "", 0, "max_print_speed", "60",
     "supports", &PrintSettings::support_speed_mm_per_s},
    {"print.support_interface_speed_mm_per_s", "support_material_interface_speed", "mm/s", 0.1, 10000, "print.support_speed_mm_per_s", "", 0, "max_print_speed", "100%",
     "dense support layers next to the model", &PrintSettings::support_interface_speed_mm_per_s},
    {"print.bridge_speed_mm_per_s", "bridge_speed", "mm/s", 0.1, 10000, "", "", 0, "max_print_speed", "60",
     "bridges", &PrintSettings::bridge_speed_mm_per_s},
    {"print.gap_fill_speed_mm_per_s", "gap_fill_speed", "mm/s", 0, 10000, "", "", 0, "", "20",
     "gaps between perimeters; 0: they stay empty", &PrintSettings::gap_fill_speed_mm_per_s},
    {"print.travel_speed_mm_per_s", "travel_speed", "mm/s", 0.1, 10000, "", "", 0, "", "130",
     "moves that do not print", &PrintSettings::travel_speed_mm_per_s},
    {"print.first_layer_speed_mm_per_s", "first_layer_speed", "mm/s", 0.1, 10000, "print.perimeter_speed_mm_per_s", "", 0, "max_print_speed", "30",
     "everything in the first layer", &PrintSettings::first_layer_speed_mm_per_s},
    {"print.default_acceleration_mm_per_s2", "default_acceleration", "mm/s2", 0, 1000000, "", "", 0, "", "0",
     "acceleration; 0: the machine's limit", &PrintSettings::default_acceleration_mm_per_s2},
    {"print.perimeter_acceleration_mm_per_s2", "perimeter_acceleration", "mm/s2", 0, 1000000, "", "", 0, "", "0",
     "acceleration of perimeters; 0: the default", &PrintSettings::perimeter_acceleration_mm_per_s2},
    {"print.infill_acceleration_mm_per_s2", "infill_acceleration", "mm/s2", 0, 1000000, "", "", 0, "", "0",
     "acceleration of infill; 0: the default", &PrintSettings::infill_acceleration_mm_per_s2},
    {"print.support", "support_material", "", 0, 1, "", "", 0, "", "0",
     "print supports", &PrintSettings::support},
    {"print.support_buildplate_only", "support_material_buildplate_only", "", 0, 1, "", "", 0, "", "0",
     "supports stand on the bed only", &PrintSettings::support_buildplate_only},
    {"print.support_threshold_deg", "support_material_threshold", "deg", 0, 90, "", "", 0, "", "0",
     "flatter overhangs are supported; 0: automatic", &PrintSettings::support_threshold_deg},
    {"print.support_spacing_mm", "support_material_spacing", "mm", 0, 1000, "", "", 0, "", "2.5",
     "gap between support lines", &PrintSettings::support_spacing_mm},
    {"print.support_interface_spacing_mm", "support_material_interface_spacing", "mm", 0, 1000, "", "", 0, "", "0",
     "gap between the lines of dense support layers", &PrintSettings::support_interface_spacing_mm},
    {"print.support_interface_layers", "support_material_interface_layers", "", 0, 10000, "", "", 0, "", "3",
     "dense support layers below the model", &PrintSettings::support_interface_layers},
    {"print.support_contact_distance_mm", "support_material_contact_distance", "mm", 0, 100, "", "", 0, "", "0.2",
     "vertical gap between model and support", &PrintSettings::support_contact_distance_mm},
    {"print.support_xy_spacing_mm", "support_material_xy_spacing", "mm", 0, 1000, "print.external_perimeter_width_mm", "", 0, "", "50%",
     "sideways gap between model and support", &PrintSettings::support_xy_spacing_mm},
    {"print.raft_layers", "raft_layers", "", 0, 10000, "", "", 0, "", "0",
     "layers under the model", &PrintSettings::raft_layers},
    {"print.skirts", "skirts", "", 0, 10000, "", "", 0, "", "1",
     "loops around all models", &PrintSettings::skirts},
    {"print.skirt_height_layers", "skirt_height", "", 0, 100000, "", "", 0, "", "1",
     "layers that have a skirt", &PrintSettings::skirt_height_layers},
    {"print.skirt_distance_mm", "skirt_distance", "mm", 0, 10000, "", "", 0, "", "6",
     "gap between model and skirt", &PrintSettings::skirt_distance_mm},
    {"print.min_skirt_length_mm", "min_skirt_length", "mm", 0, 1000000, "", "", 0, "", "0",
     "filament that the skirt draws, at least", &PrintSettings::min_skirt_length_mm},
    {"print.brim_width_mm", "brim_width", "mm", 0, 10000, "", "", 0, "", "0",
     "width of the brim", &PrintSettings::brim_width_mm},};
// clang-format on

}  // namespace detail::profiles

COSTENGINE_INLINE std::span<const Setting> settings() noexcept {
  return detail::profiles::kSettings;
}

COSTENGINE_INLINE SettingKind setting_kind(const Setting& setting) noexcept {
  struct Visitor {
    SettingKind operator()(std::string Machine::*) const { return SettingKind::kText; }
    SettingKind operator()(std::string Material::*) const { return SettingKind::kText; }
    SettingKind operator()(std::string PrintSettings::*) const { return SettingKind::kText; }
    SettingKind operator()(double Machine::*) const { return SettingKind::kNumber; }
    SettingKind operator()(double Material::*) const { return SettingKind::kNumber; }
    SettingKind operator()(double PrintSettings::*) const { return SettingKind::kNumber; }
    SettingKind operator()(int PrintSettings::*) const { return SettingKind::kInteger; }
    SettingKind operator()(bool PrintSettings::*) const { return SettingKind::kSwitch; }
  };
  return std::visit(Visitor{}, setting.member);
}

COSTENGINE_INLINE const Setting* find_setting(std::string_view key) noexcept {
  for (const Setting& setting : settings()) {
    if (setting.key == key) return &setting;
  }
  return nullptr;
}

COSTENGINE_INLINE Result<const Setting*> match_setting(std::string_view name) {
  if (const Setting* exact = find_setting(name)) return exact;
  std::vector<const Setting*> meant;
  for (const Setting& setting : settings()) {
    if (detail::profiles::last_part(setting.key) == name || setting.ini_key == name) {
      meant.push_back(&setting);
    }
  }
  if (name.empty()) meant.clear();  // rows without a PrusaSlicer key have an empty one
  if (meant.size() == 1) return meant.front();

  std::string message = "no setting is called \"" + detail::profiles::printable(name) + "\"";
  if (meant.size() > 1) {
    message = "\"" + detail::profiles::printable(name) + "\" is ambiguous: give one of";
    for (const Setting* setting : meant) {
      message += (setting == meant.front() ? " " : ", ") + std::string(setting->key);
    }
  } else {
    std::vector<std::string> words;
    for (const Setting& setting : settings()) {
      words.emplace_back(detail::profiles::last_part(setting.key));
      words.emplace_back(setting.key);
      if (!setting.ini_key.empty()) words.emplace_back(setting.ini_key);
    }
    const std::string nearest = detail::profiles::nearest_word(name, words);
    if (!nearest.empty()) message += "; did you mean " + nearest + "?";
  }
  return detail::profiles::profile_error(ErrorCode::kSettingUnknown, std::move(message));
}

}  // namespace costengine

#include "costengine/detail/profile/ini_keys.ipp"
