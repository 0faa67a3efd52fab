/// Profile: the machine, the material and the print settings that one calculation uses, every value
/// absolute and in the unit its name carries.
///
/// A Profile is made by profile/load.hpp, which fills every member or fails; no member has a
/// default here on purpose.
#pragma once

#include <string>
#include <vector>

#include "costengine/base/config.hpp"

namespace costengine {

/// What the hardware is and can do.
struct Machine {
  std::string name;
  double build_x_mm, build_y_mm, build_z_mm;
  double nozzle_diameter_mm;
  double power_w;  ///< average electrical draw while printing, bed included
  double max_feedrate_x_mm_per_s, max_feedrate_y_mm_per_s, max_feedrate_z_mm_per_s,
      max_feedrate_e_mm_per_s;
  double max_acceleration_x_mm_per_s2, max_acceleration_y_mm_per_s2, max_acceleration_z_mm_per_s2,
      max_acceleration_e_mm_per_s2;
  double max_acceleration_extruding_mm_per_s2, max_acceleration_retracting_mm_per_s2;
  double max_jerk_x_mm_per_s, max_jerk_y_mm_per_s, max_jerk_z_mm_per_s, max_jerk_e_mm_per_s;
  double retract_length_mm, retract_speed_mm_per_s;
  double deretract_speed_mm_per_s;  ///< 0: as retract_speed_mm_per_s
  double retract_lift_mm, retract_before_travel_mm;
};

/// What is printed with.
struct Material {
  std::string name;  ///< "PLA"; price sheets name their rates by it
  double filament_diameter_mm;
  double density_g_per_cm3;
  double extrusion_multiplier;
  double max_volumetric_speed_mm3_per_s;  ///< 0: no limit
  double min_layer_time_s;                ///< slow down layers that print faster; 0: never
  double min_print_speed_mm_per_s;        ///< but not below this
};

/// How the machine is told to print.
struct PrintSettings {
  std::string name;
  double layer_height_mm, first_layer_height_mm;
  double perimeter_width_mm, external_perimeter_width_mm, infill_width_mm, solid_infill_width_mm,
      top_infill_width_mm, first_layer_width_mm, support_width_mm;
  int perimeters;
  int top_solid_layers, bottom_solid_layers;
  double top_solid_min_thickness_mm, bottom_solid_min_thickness_mm;
  double fill_density;  ///< share of the volume, 0 to 1
  double perimeter_speed_mm_per_s, external_perimeter_speed_mm_per_s,
      small_perimeter_speed_mm_per_s, infill_speed_mm_per_s, solid_infill_speed_mm_per_s,
      top_solid_infill_speed_mm_per_s, support_speed_mm_per_s, support_interface_speed_mm_per_s,
      bridge_speed_mm_per_s, gap_fill_speed_mm_per_s, travel_speed_mm_per_s,
      first_layer_speed_mm_per_s;
  double default_acceleration_mm_per_s2;    ///< 0: as the machine's limit
  double perimeter_acceleration_mm_per_s2;  ///< 0: as the default
  double infill_acceleration_mm_per_s2;     ///< 0: as the default
  bool support;
  bool support_buildplate_only;
  double
      support_threshold_deg;  ///< overhangs flatter than this are supported; 0: the automatic rule
  double support_spacing_mm;  ///< gap between support lines, line width not included
  double support_interface_spacing_mm;
  int support_interface_layers;
  double support_contact_distance_mm;
  double support_xy_spacing_mm;
  int raft_layers;
  int skirts, skirt_height_layers;
  double skirt_distance_mm;
  double min_skirt_length_mm;  ///< filament drawn, 0: none
  double brim_width_mm;
};

/// Where a value came from, for echoing: "catalogue", "file.ini", "--set", "default".
struct SettingValue {
  std::string key;    ///< "print.layer_height_mm"
  std::string value;  ///< as used, absolute: "0.2"
  std::string unit;   ///< "mm"
  std::string origin;
};

struct Profile {
  std::string name;
  std::string source;  ///< "built-in", or the path of the file
  Machine machine;
  Material material;
  PrintSettings print;

  std::vector<SettingValue> values;  ///< every setting, in the order of the table
  std::vector<std::string>
      defaulted;  ///< keys that an .ini lacked and that took the documented default
  std::vector<std::string> unknown;  ///< .ini keys that this engine does not know
  std::vector<std::string> ignored;  ///< .ini keys that this engine knows but does not model yet

  /// SHA-256 over `values` without their origins: equal hashes mean equal production.
  std::string hash;
};

}  // namespace costengine
