/// Motion limits: what a machine's firmware allows its axes, as the planner reads it.
#pragma once

#include <array>
#include <cstddef>

#include "costengine/base/config.hpp"
#include "costengine/profile/profile.hpp"

namespace costengine {

/// The four axes, in the order of every array here: x, y, z and the extruder's filament.
inline constexpr std::size_t kAxes = 4;

/// mm, mm/s and mm/s2. 0 is no limit, except for jerk, where it is a full stop.
///
/// Where an acceleration has neither a limit nor a command that sets it, it is 1500 mm/s2, and
/// 1250 for travels: the defaults of PrusaSlicer's estimate.
struct MotionLimits {
  std::array<double, kAxes> max_feedrate_mm_per_s;
  std::array<double, kAxes> max_acceleration_mm_per_s2;
  std::array<double, kAxes> max_jerk_mm_per_s;  ///< speed that an axis may change at once
  double max_extruding_acceleration_mm_per_s2;
  double max_retracting_acceleration_mm_per_s2;  ///< of moves of the extruder alone
  double max_travel_acceleration_mm_per_s2;
  double min_extruding_rate_mm_per_s;  ///< slower moves are sped up to it
  double min_travel_rate_mm_per_s;
  double flow = 1;  ///< factor on the filament's speed for its feedrate and jerk (M221), above 0
};

/// The limits that PrusaSlicer's estimate uses for a machine; each was measured on version 2.5.0.
///
/// The machine's own limits hold for the flavors marlin, marlin2 and reprapfirmware, unless
/// limits_usage is ignore; whether they are emitted or not makes no difference. Of these three,
/// marlin has no acceleration of its own for travels: the extruding limit holds.
/// Otherwise the machine's limits are not looked at, and those of an unknown machine hold:
///
///               |    x |    y |   z |     e |
///     feedrate  |  500 |  500 |  12 |   120 | mm/s
///     jerk      |   10 |   10 | 0.2 |   2.5 | mm/s
///     of an axis| 9000 | 9000 | 500 | 10000 | mm/s2
///     of a move | 1500, be it extruding, retracting or travel | mm/s2
MotionLimits motion_limits(const Machine& machine);

/// How PrusaSlicer tells a machine an acceleration, and so which moves get it.
enum class AccelerationCommand {
  kAllMoves,   ///< M204 S: extruding and travel
  kExtruding,  ///< M204 P: travels keep their own limit (marlin2, reprapfirmware)
  kXAndY,      ///< M201 X Y: the limit of both axes, for every move (repetier)
};
AccelerationCommand acceleration_command(GcodeFlavor flavor) noexcept;

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/motion/limits.ipp"
#endif
