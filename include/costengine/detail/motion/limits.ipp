#pragma once

#include "costengine/motion/limits.hpp"

namespace costengine {

namespace detail {

/// Does the slicer's estimate read the machine's limits?
inline bool uses_machine_limits(const Machine& machine) {
  const bool known = machine.gcode_flavor == GcodeFlavor::kMarlin ||
                     machine.gcode_flavor == GcodeFlavor::kMarlin2 ||
                     machine.gcode_flavor == GcodeFlavor::kReprapFirmware;
  return known && machine.limits_usage != LimitsUsage::kIgnore;
}

inline MotionLimits unknown_machine_limits() {
  return {
      .max_feedrate_mm_per_s = {500, 500, 12, 120},
      .max_acceleration_mm_per_s2 = {9000, 9000, 500, 10000},
      .max_jerk_mm_per_s = {10, 10, 0.2, 2.5},
      .max_extruding_acceleration_mm_per_s2 = 1500,
      .max_retracting_acceleration_mm_per_s2 = 1500,
      .max_travel_acceleration_mm_per_s2 = 1500,
      .min_extruding_rate_mm_per_s = 0,
      .min_travel_rate_mm_per_s = 0,
  };
}

}  // namespace detail

COSTENGINE_INLINE MotionLimits motion_limits(const Machine& machine) {
  if (!detail::uses_machine_limits(machine)) return detail::unknown_machine_limits();
  return {
      .max_feedrate_mm_per_s = {machine.max_feedrate_x_mm_per_s, machine.max_feedrate_y_mm_per_s,
                                machine.max_feedrate_z_mm_per_s, machine.max_feedrate_e_mm_per_s},
      .max_acceleration_mm_per_s2 = {machine.max_acceleration_x_mm_per_s2,
                                     machine.max_acceleration_y_mm_per_s2,
                                     machine.max_acceleration_z_mm_per_s2,
                                     machine.max_acceleration_e_mm_per_s2},
      .max_jerk_mm_per_s = {machine.max_jerk_x_mm_per_s, machine.max_jerk_y_mm_per_s,
                            machine.max_jerk_z_mm_per_s, machine.max_jerk_e_mm_per_s},
      .max_extruding_acceleration_mm_per_s2 = machine.max_acceleration_extruding_mm_per_s2,
      .max_retracting_acceleration_mm_per_s2 = machine.max_acceleration_retracting_mm_per_s2,
      .max_travel_acceleration_mm_per_s2 = machine.gcode_flavor == GcodeFlavor::kMarlin
                                               ? machine.max_acceleration_extruding_mm_per_s2
                                               : machine.max_acceleration_travel_mm_per_s2,
      .min_extruding_rate_mm_per_s = machine.min_extruding_rate_mm_per_s,
      .min_travel_rate_mm_per_s = machine.min_travel_rate_mm_per_s,
  };
}

COSTENGINE_INLINE AccelerationCommand acceleration_command(GcodeFlavor flavor) noexcept {
  switch (flavor) {
    case GcodeFlavor::kMarlin2:
    case GcodeFlavor::kReprapFirmware:
      return AccelerationCommand::kExtruding;
    case GcodeFlavor::kRepetier:
      return AccelerationCommand::kXAndY;
    default:
      return AccelerationCommand::kAllMoves;
  }
}

}  // namespace costengine
