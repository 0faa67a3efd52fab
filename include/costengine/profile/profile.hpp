/// Profile: the machine, the material and the print settings that one calculation uses, every value
/// absolute and in the unit its name carries.
///
/// A Profile is made by profile/load.hpp, which fills every member or fails; no member has a
/// default here on purpose.
#pragma once

#include <string>
#include <vector>

#include "costengine/base/config.hpp"
#include "costengine/profile/choices.hpp"

namespace costengine {

/// What the hardware is and can do.
struct Machine {
  std::string name;
  double build_x_mm, build_y_mm, build_z_mm;
  double build_min_x_mm, build_min_y_mm;  ///< the corner of the bed with the smallest coordinates
  bool build_round;                       ///< the bed is the ellipse in that rectangle
  double extruder_clearance_radius_mm;  ///< of the print head; parts printed one after another ...
  double extruder_clearance_height_mm;  ///< ... keep that far apart, all but the last below this
  double nozzle_diameter_mm;
  double power_w;  ///< average electrical draw while printing, bed included
  GcodeFlavor gcode_flavor;
  LimitsUsage limits_usage;
  double max_feedrate_x_mm_per_s, max_feedrate_y_mm_per_s, max_feedrate_z_mm_per_s,
      max_feedrate_e_mm_per_s;
  double min_extruding_rate_mm_per_s, min_travel_rate_mm_per_s;
  double max_acceleration_x_mm_per_s2, max_acceleration_y_mm_per_s2, max_acceleration_z_mm_per_s2,
      max_acceleration_e_mm_per_s2;
  double max_acceleration_extruding_mm_per_s2, max_acceleration_retracting_mm_per_s2,
      max_acceleration_travel_mm_per_s2;
  double max_jerk_x_mm_per_s, max_jerk_y_mm_per_s, max_jerk_z_mm_per_s, max_jerk_e_mm_per_s;
  double min_layer_height_mm, max_layer_height_mm;  ///< of layers that the slicer chooses itself
  double z_offset_mm;

  double retract_length_mm, retract_speed_mm_per_s;
  double deretract_speed_mm_per_s;  ///< 0: as retract_speed_mm_per_s
  double retract_lift_mm, retract_before_travel_mm;
  double retract_lift_above_mm;  ///< no lift below this height; 0: no such bound
  double retract_lift_below_mm;  ///< no lift above this height; 0: no such bound
  double retract_restart_extra_mm;
  bool retract_layer_change;
  bool wipe;
  double retract_before_wipe;  ///< share of the retraction that comes before the wipe, 0 to 1
  bool use_firmware_retraction;
  bool use_relative_e_distances;

  std::string start_gcode, end_gcode, before_layer_gcode, layer_gcode;
};

/// What is printed with.
struct Material {
  std::string name;  ///< "PLA"; price sheets name their rates by it
  double filament_diameter_mm;
  double density_g_per_cm3;  ///< 0: unknown, which only an .ini can say
  double extrusion_multiplier;
  double max_volumetric_speed_mm3_per_s;  ///< 0: no limit; the print has a limit of its own
  bool cooling;                           ///< slow down quick layers
  double min_layer_time_s;          ///< slow down layers that print faster; 0: never, or no cooling
  double min_print_speed_mm_per_s;  ///< but not below this
  std::string start_filament_gcode, end_filament_gcode;
};

/// How the machine is told to print.
struct PrintSettings {
  std::string name;

  // Layers and widths of lines.
  double layer_height_mm, first_layer_height_mm;
  double perimeter_width_mm, external_perimeter_width_mm, infill_width_mm, solid_infill_width_mm,
      top_infill_width_mm, support_width_mm;
  double first_layer_width_mm;  ///< of everything in the first layer; 0: each line's own width
  double slice_closing_radius_mm;
  SlicingMode slicing_mode;
  double resolution_mm;        ///< contours are simplified by this; 0: not at all
  double gcode_resolution_mm;  ///< paths are simplified by this
  double elefant_foot_compensation_mm, xy_size_compensation_mm;

  // Walls.
  int perimeters;
  PerimeterGenerator perimeter_generator;
  bool extra_perimeters;
  bool external_perimeters_first;
  bool thin_walls;
  bool overhangs;
  SeamPosition seam_position;
  bool gap_fill_enabled;
  bool spiral_vase;
  FuzzySkin fuzzy_skin;
  double fuzzy_skin_thickness_mm, fuzzy_skin_point_dist_mm;
  double min_bead_width_mm, min_feature_size_mm;
  double wall_transition_length_mm, wall_transition_filter_deviation_mm, wall_transition_angle_deg;
  int wall_distribution_count;

  // Shells and infill.
  int top_solid_layers, bottom_solid_layers;
  double top_solid_min_thickness_mm, bottom_solid_min_thickness_mm;
  bool ensure_vertical_shell_thickness;
  bool interface_shells;
  double fill_density;  ///< share of the volume, 0 to 1
  InfillPattern fill_pattern, top_fill_pattern, bottom_fill_pattern;
  double fill_angle_deg;
  double infill_overlap_mm;  ///< infill reaches into the walls by this
  /// Longest loops that join ends of infill lines, and that hold a single end. Rectilinear lines
  /// are joined whatever their distance, unless infill_anchor_max_mm is below 0.05.
  double infill_anchor_max_mm, infill_anchor_mm;
  int infill_every_layers;
  bool infill_only_where_needed;
  bool infill_first;
  int solid_infill_every_layers;  ///< 0: none
  double solid_infill_below_area_mm2;
  double bridge_flow_ratio;
  bool thick_bridges;
  double bridge_angle_deg;  ///< 0: automatic
  bool ironing;
  IroningType ironing_type;
  double ironing_flowrate;  ///< share of the flow of a full layer, 0 to 1
  double ironing_spacing_mm, ironing_speed_mm_per_s;

  // Speeds and accelerations. Skirts and brims have the speed of supports.
  double perimeter_speed_mm_per_s, external_perimeter_speed_mm_per_s,
      small_perimeter_speed_mm_per_s, infill_speed_mm_per_s, solid_infill_speed_mm_per_s,
      top_solid_infill_speed_mm_per_s, support_speed_mm_per_s, support_interface_speed_mm_per_s,
      bridge_speed_mm_per_s, gap_fill_speed_mm_per_s, travel_speed_mm_per_s;
  double travel_speed_z_mm_per_s;               ///< 0: as travel_speed_mm_per_s
  double first_layer_speed_mm_per_s;            ///< of everything, where the share is 0
  double first_layer_speed_share;               ///< > 0: of each feature's own speed instead
  double first_layer_speed_over_raft_mm_per_s;  ///< likewise, first layer of the model on a raft
  double first_layer_speed_over_raft_share;
  double max_print_speed_mm_per_s;        ///< bound of automatic speeds
  double max_volumetric_speed_mm3_per_s;  ///< 0: no limit; the smaller of it and the material's
  double max_volumetric_extrusion_rate_slope_positive_mm3_per_s2,
      max_volumetric_extrusion_rate_slope_negative_mm3_per_s2;  ///< 0: no limit
  double default_acceleration_mm_per_s2;                        ///< 0: as the machine's limit
  double perimeter_acceleration_mm_per_s2;                      ///< 0: as the default
  double infill_acceleration_mm_per_s2;                         ///< 0: as the default
  double bridge_acceleration_mm_per_s2;                         ///< 0: as the default
  double first_layer_acceleration_mm_per_s2;                    ///< 0: as the other layers
  double first_layer_acceleration_over_raft_mm_per_s2;          ///< 0: as the other layers
  bool avoid_crossing_perimeters;
  double avoid_crossing_perimeters_max_detour_mm;     ///< 0, and no share: no limit
  double avoid_crossing_perimeters_max_detour_share;  ///< > 0: of the direct way instead
  bool only_retract_when_crossing_perimeters;

  // Supports and raft.
  bool support;       ///< false also where support_auto is
  bool support_auto;  ///< false: only support_enforce_layers makes supports
  bool support_buildplate_only;
  double
      support_threshold_deg;  ///< overhangs flatter than this are supported; 0: the automatic rule
  int support_enforce_layers;
  SupportStyle support_style;
  SupportPattern support_pattern;
  double support_angle_deg;
  double support_spacing_mm;  ///< gap between support lines, line width not included
  bool support_with_sheath;
  bool support_synchronize_layers;
  double support_closing_radius_mm;
  SupportInterfacePattern support_interface_pattern;
  double support_interface_spacing_mm;
  int support_interface_layers;
  int support_bottom_interface_layers;  ///< -1: as support_interface_layers
  bool support_interface_contact_loops;
  double support_contact_distance_mm;
  double support_bottom_contact_distance_mm;  ///< 0: as support_contact_distance_mm
  double support_xy_spacing_mm;
  bool dont_support_bridges;
  int raft_layers;
  double raft_contact_distance_mm, raft_expansion_mm;
  double raft_first_layer_density;  ///< share, 0 to 1
  double raft_first_layer_expansion_mm;

  // Skirt and brim.
  int skirts, skirt_height_layers;
  double skirt_distance_mm;
  double min_skirt_length_mm;  ///< filament drawn, 0: none
  DraftShield draft_shield;
  BrimType brim_type;
  double brim_width_mm;  ///< 0 also for BrimType::kNoBrim
  double brim_separation_mm;

  bool complete_objects;  ///< parts of a plate one after another, not layer by layer
};

/// Where a value came from, for echoing: "catalogue", "file.ini", "--set", "default".
struct SettingValue {
  std::string key;    ///< "print.layer_height_mm"
  std::string value;  ///< as used, absolute: "0.2"; line ends as \n
  std::string unit;   ///< "mm"
  std::string origin;
};

/// A value for the G-code templates that is no setting here: temperatures, notes.
struct Placeholder {
  std::string key;    ///< PrusaSlicer's: "first_layer_temperature"
  std::string value;  ///< as the .ini writes it, lists included: "215,210"
};

struct Profile {
  std::string name;
  std::string source;  ///< "built-in", or the path of the file
  Machine machine;
  Material material;
  PrintSettings print;

  std::vector<SettingValue> values;  ///< every setting, in the order of the table
  /// Keys of the .ini that the templates mention and that are no settings, in their order.
  std::vector<Placeholder> placeholders;

  /// What took a default because nobody gave it: PrusaSlicer's keys for an .ini, else ours.
  std::vector<std::string> defaulted;
  std::vector<std::string> unknown;       ///< .ini keys that this engine does not know
  std::vector<std::string> approximated;  ///< keys in use whose effect is estimated roughly
  std::vector<std::string> ignored;       ///< keys in use whose effect is left out

  /// SHA-256 over `values` without their origins, and `placeholders`: equal hashes mean equal
  /// production.
  std::string hash;
};

}  // namespace costengine
