#pragma once

#include "costengine/profile/settings.hpp"

namespace costengine {
namespace detail::profiles {

// clang-format off
inline constexpr UnmodelledIniKey kUnmodelledIniKeys[] = {
    // What the machine does besides the model.
    {"start_gcode", "", ""}, {"end_gcode", "", ""},
    {"start_filament_gcode", "", ""}, {"end_filament_gcode", "", ""},
    {"before_layer_gcode", "", ""}, {"layer_gcode", "", ""}, {"after_layer_gcode", "", ""},
    {"between_objects_gcode", "", "complete_objects"}, {"complete_objects", "0", ""},
    {"colorprint_heights", "", ""}, {"post_process", "", ""}, {"gcode_substitutions", "", ""},
    // How it moves.
    {"gcode_flavor", "marlin|marlin2|reprapfirmware", ""},
    {"machine_limits_usage", "emit_to_gcode|time_estimate_only", ""},
    {"machine_max_acceleration_travel", "", ""}, {"travel_speed_z", "0", ""},
    {"machine_min_extruding_rate", "0", ""}, {"machine_min_travel_rate", "0", ""},
    {"bridge_acceleration", "0", ""}, {"first_layer_acceleration", "0", ""},
    {"first_layer_acceleration_over_raft", "0", "raft_layers"},
    {"first_layer_speed_over_raft", "", "raft_layers"},
    {"max_volumetric_extrusion_rate_slope_negative", "0", ""},
    {"max_volumetric_extrusion_rate_slope_positive", "0", ""},
    {"avoid_crossing_perimeters", "0", ""},
    {"avoid_crossing_perimeters_max_detour", "0|0%", "avoid_crossing_perimeters"},
    {"external_perimeters_first", "0", ""}, {"infill_first", "0", ""},
    // Retraction.
    {"only_retract_when_crossing_perimeters", "0", ""}, {"retract_layer_change", "0", ""},
    {"retract_before_wipe", "0|0%", ""}, {"wipe", "0", ""}, {"use_firmware_retraction", "0", ""},
    {"retract_lift_above", "0", ""}, {"retract_lift_below", "0", ""},
    {"retract_restart_extra", "0", ""}, {"ooze_prevention", "0", ""},
    {"filament_retract_layer_change", "nil", ""}, {"filament_retract_before_wipe", "nil", ""},
    {"filament_wipe", "nil", ""}, {"filament_retract_lift_above", "nil", ""},
    {"filament_retract_lift_below", "nil", ""}, {"filament_retract_restart_extra", "nil", ""},
    // Walls.
    {"perimeter_generator", "", ""}, {"extra_perimeters", "0", ""}, {"thin_walls", "0", ""},
    {"overhangs", "0", ""}, {"spiral_vase", "0", ""}, {"interface_shells", "0", ""},
    {"min_bead_width", "", ""}, {"min_feature_size", "", ""}, {"wall_distribution_count", "", ""},
    {"wall_transition_angle", "", ""}, {"wall_transition_filter_deviation", "", ""},
    {"wall_transition_length", "", ""},
    {"elefant_foot_compensation", "0", ""}, {"xy_size_compensation", "0", ""},
    {"slicing_mode", "regular", ""},
    {"fuzzy_skin", "none", ""}, {"fuzzy_skin_point_dist", "", "fuzzy_skin"},
    {"fuzzy_skin_thickness", "", "fuzzy_skin"},
    // Fill.
    {"fill_pattern", "rectilinear", ""}, {"top_fill_pattern", "monotonic|rectilinear", ""},
    {"bottom_fill_pattern", "monotonic|rectilinear", ""},
    {"external_fill_pattern", "rectilinear", ""}, {"solid_fill_pattern", "rectilinear", ""},
    {"infill_overlap", "0|0%", ""}, {"infill_anchor", "0|0%", ""}, {"infill_anchor_max", "0|0%", ""},
    {"infill_every_layers", "1", ""}, {"infill_only_where_needed", "0", ""},
    {"solid_infill_below_area", "0", ""}, {"solid_infill_every_layers", "0", ""},
    {"ensure_vertical_shell_thickness", "0|disabled", ""},
    {"bridge_flow_ratio", "1", ""}, {"bridge_angle", "0", ""}, {"thick_bridges", "0", ""},
    {"ironing", "0", ""}, {"ironing_flowrate", "", "ironing"}, {"ironing_spacing", "", "ironing"},
    {"ironing_speed", "", "ironing"}, {"ironing_type", "", "ironing"},
    // Supports, raft, skirt and brim.
    {"dont_support_bridges", "0", "support_material"},
    {"support_material_pattern", "rectilinear", "support_material"},
    {"support_material_style", "grid", "support_material"},
    {"support_material_enforce_layers", "0", ""},
    {"support_material_interface_pattern", "rectilinear", "support_material"},
    {"support_material_bottom_interface_layers", "", "support_material"},
    {"support_material_bottom_contact_distance", "", "support_material"},
    {"support_material_closing_radius", "", "support_material"},
    {"support_material_interface_contact_loops", "0", "support_material"},
    {"support_material_synchronize_layers", "0", "support_material"},
    {"support_material_with_sheath", "0", "support_material"},
    {"max_layer_height", "0", "support_material"},
    {"raft_contact_distance", "", "raft_layers"}, {"raft_expansion", "", "raft_layers"},
    {"raft_first_layer_density", "", "raft_layers"},
    {"raft_first_layer_expansion", "", "raft_layers"},
    {"brim_separation", "0", "brim_width"}, {"draft_shield", "0|disabled", ""},
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
    "mmu_segmented_region_max_width", "parking_pos_retraction", "pause_print_gcode",
    "perimeter_extruder", "retract_length_toolchange", "retract_restart_extra_toolchange",
    "single_extruder_multi_material", "single_extruder_multi_material_priming",
    "solid_infill_extruder", "support_material_extruder", "support_material_interface_extruder",
    "template_custom_gcode", "toolchange_gcode", "wipe_into_infill", "wipe_into_objects",
    "wipe_tower", "wipe_tower_brim_width", "wipe_tower_bridging", "wipe_tower_no_sparse_layers",
    "wipe_tower_rotation_angle", "wipe_tower_width", "wipe_tower_x", "wipe_tower_y",
    "wiping_volumes_extruders", "wiping_volumes_matrix",
    // Where things lie, and how numbers are written.
    "extruder_clearance_height", "extruder_clearance_radius", "extrusion_axis", "fill_angle",
    "gcode_resolution", "min_layer_height", "resolution", "seam_position", "slice_closing_radius",
    "support_material_angle", "use_relative_e_distances", "use_volumetric_e",
    "variable_layer_height", "z_offset",
};

inline constexpr std::string_view kHelperIniKeys[] = {
    "brim_type", "cooling", "extrusion_width", "filament_deretract_speed",
    "filament_retract_before_travel", "filament_retract_length", "filament_retract_lift",
    "filament_retract_speed", "gap_fill_enabled", "max_print_speed", "max_volumetric_speed",
    "printer_technology", "support_material_auto",
};
// clang-format on

}  // namespace detail::profiles

COSTENGINE_INLINE std::span<const UnmodelledIniKey> unmodelled_ini_keys() noexcept {
  return detail::profiles::kUnmodelledIniKeys;
}
COSTENGINE_INLINE std::span<const std::string_view> harmless_ini_keys() noexcept {
  return detail::profiles::kHarmlessIniKeys;
}
COSTENGINE_INLINE std::span<const std::string_view> helper_ini_keys() noexcept {
  return detail::profiles::kHelperIniKeys;
}

}  // namespace costengine
