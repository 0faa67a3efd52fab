// Beads: what a line of each role is like in one layer: width, spacing, flow, speed, acceleration.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>

#include "costengine/base/trig.hpp"
#include "costengine/detail/process/roles.hpp"
#include "costengine/motion/limits.hpp"
#include "costengine/profile/profile.hpp"

namespace costengine::detail {

struct Bead {
  double width_mm = 0;
  double spacing_mm = 0;   ///< of neighbours that touch without overlap
  double section_mm2 = 0;  ///< volume per length
  double speed_mm_per_s = 0;
  double acceleration_mm_per_s2 = 0;
  double e_per_mm = 0;        ///< filament per length
  double most_mm3_per_s = 0;  ///< that the hot end melts; 0: no limit
};

using Beads = std::array<Bead, kRoles>;

/// Distance of lines that lie side by side: a bead is a rectangle with round ends.
inline double bead_spacing(double width_mm, double height_mm) {
  return std::max(width_mm - height_mm * (1 - kPi / 4), 0.05 * width_mm);
}

inline double filament_section_mm2(const Material& material) {
  return kPi / 4 * material.filament_diameter_mm * material.filament_diameter_mm;
}

/// The roles' beads in a layer of this height.
inline Beads make_beads(const Profile& profile, double height_mm, bool first_layer) {
  const PrintSettings& p = profile.print;
  const Material& m = profile.material;
  Beads beads;
  const double first = first_layer ? p.first_layer_width_mm : 0;
  const double base_acceleration = p.default_acceleration_mm_per_s2;
  const auto set = [&](Role role, double width, double speed, double acceleration) {
    Bead& b = beads[index(role)];
    b.width_mm = first > 0 ? first : width;
    b.spacing_mm = bead_spacing(b.width_mm, height_mm);
    b.section_mm2 = b.spacing_mm * height_mm;
    b.speed_mm_per_s = speed;
    b.acceleration_mm_per_s2 = acceleration > 0 ? acceleration : base_acceleration;
  };
  const double perimeter_a = p.perimeter_acceleration_mm_per_s2;
  const double infill_a = p.infill_acceleration_mm_per_s2;
  const double skirt_width =
      p.first_layer_width_mm > 0 ? p.first_layer_width_mm : p.perimeter_width_mm;
  set(Role::kSkirt, skirt_width, p.support_speed_mm_per_s, 0);
  set(Role::kExternalPerimeter, p.external_perimeter_width_mm, p.external_perimeter_speed_mm_per_s,
      perimeter_a);
  set(Role::kPerimeter, p.perimeter_width_mm, p.perimeter_speed_mm_per_s, perimeter_a);
  set(Role::kOverhangPerimeter, p.perimeter_width_mm, p.bridge_speed_mm_per_s,
      p.bridge_acceleration_mm_per_s2);
  set(Role::kSolidInfill, p.solid_infill_width_mm, p.solid_infill_speed_mm_per_s, infill_a);
  set(Role::kTopSolidInfill, p.top_infill_width_mm, p.top_solid_infill_speed_mm_per_s, infill_a);
  set(Role::kBridgeInfill, p.solid_infill_width_mm, p.bridge_speed_mm_per_s,
      p.bridge_acceleration_mm_per_s2);
  set(Role::kSparseInfill, p.infill_width_mm, p.infill_speed_mm_per_s, infill_a);
  set(Role::kGapFill, p.perimeter_width_mm, p.gap_fill_speed_mm_per_s, perimeter_a);
  set(Role::kIroning, p.top_infill_width_mm, p.ironing_speed_mm_per_s, infill_a);
  set(Role::kSupport, p.support_width_mm, p.support_speed_mm_per_s, 0);
  set(Role::kSupportInterface, p.support_width_mm, p.support_interface_speed_mm_per_s, 0);
  set(Role::kTravel, p.perimeter_width_mm, p.travel_speed_mm_per_s, 0);
  // Ironing: a film of the layer's height times the flow.
  beads[index(Role::kIroning)].section_mm2 = p.ironing_spacing_mm * height_mm * p.ironing_flowrate;
  // Bridges: a thread of the nozzle's bore where they are thick, else a bead with less flow.
  for (const Role role : {Role::kBridgeInfill, Role::kOverhangPerimeter}) {
    Bead& bridge = beads[index(role)];
    if (p.thick_bridges) {
      const double diameter = std::sqrt(p.bridge_flow_ratio) * profile.machine.nozzle_diameter_mm;
      bridge.section_mm2 = kPi / 4 * diameter * diameter;
      bridge.width_mm = diameter;
      bridge.spacing_mm = diameter + 0.05;
    } else {
      bridge.section_mm2 *= p.bridge_flow_ratio;
      if (p.bridge_flow_ratio < 1) {  // a narrower bead, and as much nearer to the next
        bridge.width_mm -= (1 - p.bridge_flow_ratio) * bridge.spacing_mm;
        bridge.spacing_mm *= p.bridge_flow_ratio;
      }
    }
  }
  const double volumetric = [&] {
    const double a = p.max_volumetric_speed_mm3_per_s, b = m.max_volumetric_speed_mm3_per_s;
    return a > 0 && b > 0 ? std::min(a, b) : std::max(a, b);
  }();
  // Speeds of 0 are automatic: one flow for all of them, at which the thinnest runs at the most.
  double thinnest_mm2 = 0;
  for (const Bead& b : beads) {
    if (b.speed_mm_per_s > 0 || !(b.section_mm2 > 0)) continue;
    if (thinnest_mm2 == 0 || b.section_mm2 < thinnest_mm2) thinnest_mm2 = b.section_mm2;
  }
  for (Bead& b : beads) {
    if (b.speed_mm_per_s > 0 || !(b.section_mm2 > 0)) continue;
    b.speed_mm_per_s = p.max_print_speed_mm_per_s * thinnest_mm2 / b.section_mm2;
  }
  for (std::size_t r = 0; r < kRoles; ++r) {
    Bead& b = beads[r];
    if (r == index(Role::kTravel)) continue;
    if (first_layer) {
      b.speed_mm_per_s = p.first_layer_speed_share > 0
                             ? b.speed_mm_per_s * p.first_layer_speed_share
                             : p.first_layer_speed_mm_per_s;
      if (p.first_layer_acceleration_mm_per_s2 > 0) {
        b.acceleration_mm_per_s2 = p.first_layer_acceleration_mm_per_s2;
      }
    }
    b.most_mm3_per_s = volumetric;
    if (volumetric > 0 && b.section_mm2 > 0) {
      b.speed_mm_per_s = std::min(b.speed_mm_per_s, volumetric / b.section_mm2);
    }
    b.e_per_mm = b.section_mm2 * m.extrusion_multiplier / filament_section_mm2(m);
  }
  Bead& travel = beads[index(Role::kTravel)];
  if (acceleration_command(profile.machine.gcode_flavor) == AccelerationCommand::kExtruding) {
    travel.acceleration_mm_per_s2 = 0;  // the machine's own, whatever is printed
  } else if (first_layer && p.first_layer_acceleration_mm_per_s2 > 0) {
    travel.acceleration_mm_per_s2 = p.first_layer_acceleration_mm_per_s2;
  }
  return beads;
}

inline void set_width(const Profile& profile, double width_mm, double height_mm, Bead& bead) {
  bead.width_mm = width_mm;
  bead.spacing_mm = bead_spacing(width_mm, height_mm);
  bead.section_mm2 = bead.spacing_mm * height_mm;
  bead.e_per_mm = bead.section_mm2 * profile.material.extrusion_multiplier /
                  filament_section_mm2(profile.material);
}

/// The beads of the model's first layer on a raft, from those of the layers above.
inline void set_over_raft(const Profile& profile, Beads& beads) {
  const PrintSettings& p = profile.print;
  for (std::size_t r = 0; r < kRoles; ++r) {
    Bead& b = beads[r];
    if (r != index(Role::kTravel) && r != index(Role::kSkirt)) {
      b.speed_mm_per_s = p.first_layer_speed_over_raft_share > 0
                             ? b.speed_mm_per_s * p.first_layer_speed_over_raft_share
                             : p.first_layer_speed_over_raft_mm_per_s;
      if (b.most_mm3_per_s > 0 && b.section_mm2 > 0) {
        b.speed_mm_per_s = std::min(b.speed_mm_per_s, b.most_mm3_per_s / b.section_mm2);
      }
    }
    const bool own = r == index(Role::kTravel) && b.acceleration_mm_per_s2 == 0;
    if (p.first_layer_acceleration_over_raft_mm_per_s2 > 0 && !own) {
      b.acceleration_mm_per_s2 = p.first_layer_acceleration_over_raft_mm_per_s2;
    }
  }
}

}  // namespace costengine::detail
