#pragma once

#include "costengine/profile/settings.hpp"

namespace costengine {
namespace detail::profiles {

// clang-format off
inline constexpr std::string_view kUnmodelledIniKeys[] = {
    "colorprint_heights", "extra_perimeters_overhangs", "gcode_substitutions", "post_process",
};

inline constexpr std::string_view kHarmlessIniKeys[] = {
    // Names, notes and the bookkeeping of presets.
    "alias", "compatible_printers", "compatible_printers_condition", "compatible_prints",
    "compatible_prints_condition", "default_filament_profile", "default_print_profile",
    "filament_notes", "filament_settings_id", "filament_vendor", "inherits", "notes",
    "output_filename_format", "preset_name", "preset_names", "printer_notes",
    "printer_settings_id", "printer_variant", "printer_vendor", "renamed_from", "setting_id",
    // The screen and the host.
    "bed_custom_model", "bed_custom_texture", "duplicate_distance", "extruder_colour",
    "filament_colour", "gcode_comments", "gcode_label_objects", "host_type", "octoprint_apikey",
    "octoprint_cafile", "octoprint_host", "print_host", "printhost_apikey",
    "printhost_authorization_type", "printhost_cafile", "printhost_password", "printhost_port",
    "printhost_ssl_ignore_revoke", "printhost_user", "remaining_times", "serial_port",
    "serial_speed", "silent_mode", "threads", "thumbnails", "thumbnails_format",
    // Heat and fans.
    "bed_temperature", "bridge_fan_speed", "disable_fan_first_layers", "fan_always_on",
    "fan_below_layer_time", "first_layer_bed_temperature", "first_layer_temperature",
    "full_fan_speed_layer", "max_fan_speed", "min_fan_speed", "standby_temperature_delta",
    "temperature",
    // Money and weight that the price sheet knows better.
    "filament_cost", "filament_spool_weight",
    // More than one extruder or material, pauses by hand.
    "clip_multipart_objects", "color_change_gcode", "cooling_tube_length",
    "cooling_tube_retraction", "extra_loading_move", "extruder_offset",
    "filament_cooling_final_speed", "filament_cooling_initial_speed", "filament_cooling_moves",
    "filament_load_time", "filament_loading_speed", "filament_loading_speed_start",
    "filament_minimal_purge_on_wipe_tower", "filament_ramming_parameters", "filament_soluble",
    "filament_toolchange_delay", "filament_unload_time", "filament_unloading_speed",
    "filament_unloading_speed_start", "high_current_on_filament_swap", "infill_extruder",
    "mmu_segmented_region_max_width", "ooze_prevention", "parking_pos_retraction",
    "pause_print_gcode",
    "perimeter_extruder", "retract_length_toolchange", "retract_restart_extra_toolchange",
    "single_extruder_multi_material", "single_extruder_multi_material_priming",
    "solid_infill_extruder", "support_material_extruder", "support_material_interface_extruder",
    "template_custom_gcode", "toolchange_gcode", "wipe_into_infill", "wipe_into_objects",
    "wipe_tower", "wipe_tower_brim_width", "wipe_tower_bridging", "wipe_tower_no_sparse_layers",
    "wipe_tower_rotation_angle", "wipe_tower_width", "wipe_tower_x", "wipe_tower_y",
    "wiping_volumes_extruders", "wiping_volumes_matrix",
    // Where things lie, and how numbers are written.
    "after_layer_gcode", "between_objects_gcode",
    "extrusion_axis", "use_volumetric_e", "variable_layer_height",
    // Former names, misspelt ones and words of other slicers: PrusaSlicer passes over them too.
    "allow_empty_layers", "bottom_fill_patter", "brim_inside_holes", "brim_offset",
    "brim_width_interior", "complete_objects_one_skirt", "complete_objects_sort",
    "exact_last_layer_height", "external_fill_pattern", "external_infill_margin",
    "external_perimeter_fan_speed", "extruders_count", "filament_cooling_zone_pause",
    "filament_enable_toolchange_part_fan", "filament_enable_toolchange_temp", "filament_max_speed",
    "filament_toolchange_part_fan_speed", "filament_toolchange_temp", "first_layer_infill_speed",
    "gap_fill", "label_printed_objects", "only_one_perimeter_top", "over_bridge_flow_ratio",
    "perimeter_bonding", "perimeter_overlap", "perimeter_round_corners", "print_temperature",
    "renamed_From", "retract_lift_first_layer", "retract_lift_top", "solid_fill_pattern",
    "start_gcode_manual", "support_material_contact_distance_bottom",
    "support_material_contact_distance_top", "support_material_solid_first_layer",
    "thin_perimeters", "thumbnails_color", "thumbnails_custom_color", "thumbnails_with_bed",
    "time_estimation_compensation", "tool_name", "top_fan_speed", "wipe_advanced",
    "wipe_advanced_algo", "wipe_advanced_multiplier", "wipe_advanced_nozzle_melted_volume",
    "wipe_extra_perimeter", "xy_inner_size_compensation", "z_step",
};

inline constexpr std::string_view kHelperIniKeys[] = {
    "extrusion_width", "filament_deretract_speed", "filament_retract_before_travel",
    "filament_retract_before_wipe", "filament_retract_layer_change", "filament_retract_length",
    "filament_retract_lift", "filament_retract_lift_above", "filament_retract_lift_below",
    "filament_retract_restart_extra", "filament_retract_speed", "filament_wipe",
    "printer_technology",
};
// clang-format on

}  // namespace detail::profiles

COSTENGINE_INLINE std::span<const std::string_view> unmodelled_ini_keys() noexcept {
  return detail::profiles::kUnmodelledIniKeys;
}
COSTENGINE_INLINE std::span<const std::string_view> harmless_ini_keys() noexcept {
  return detail::profiles::kHarmlessIniKeys;
}
COSTENGINE_INLINE std::span<const std::string_view> helper_ini_keys() noexcept {
  return detail::profiles::kHelperIniKeys;
}

}  // namespace costengine
