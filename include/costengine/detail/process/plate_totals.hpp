// What the layers of a plate add up to, and whose share of it is how large.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "costengine/detail/process/custom_commands.hpp"
#include "costengine/detail/process/doubt.hpp"
#include "costengine/detail/process/plate_layer.hpp"
#include "costengine/detail/process/short_way.hpp"
#include "costengine/process/plate.hpp"

namespace costengine::detail {

inline MaterialUse material_use(double filament_mm, const Material& material) {
  const double fed_mm3 = filament_mm * filament_section_mm2(material);
  MaterialUse use{filament_mm, fed_mm3, {}};
  if (material.density_g_per_cm3 > 0) use.mass_g = fed_mm3 / 1000 * material.density_g_per_cm3;
  return use;
}

inline Error does_not_fit(std::string message) {
  return Error{ErrorCode::kDoesNotFit, Stage::kPlan, std::move(message), {}, {}};
}

/// What the settings forbid, whatever the room on the bed.
inline Status check_plate(std::span<const PlatedModel> models, const Profile& profile) {
  std::size_t parts = 0;
  for (const PlatedModel& model : models) {
    parts += model.places_mm.size();
    if (!model.places_mm.empty()) continue;
    parts = 0;
    break;
  }
  if (parts == 0) {
    return Error{ErrorCode::kInvalidArgument,
                 Stage::kPlan,
                 "a plate needs at least one model, and each of them a place",
                 {},
                 {}};
  }
  const bool sequential = profile.print.complete_objects;
  if (profile.print.spiral_vase && parts > 1 && !sequential) {
    return does_not_fit(
        "a spiral vase must be alone on its plate: print one at a time, or set "
        "complete_objects to print them one after another");
  }
  if (!sequential) return Ok{};
  for (const PlatedModel& model : models) {
    const bool last_alone = &model == &models.back() && model.places_mm.size() == 1;
    if (last_alone || model.layers->top_mm <= profile.machine.extruder_clearance_height_mm) {
      continue;
    }
    return does_not_fit(
        "a part is higher than extruder_clearance_height, so with complete_objects the print head "
        "would hit it while printing the next: put it last, or print layer by layer");
  }
  return Ok{};
}

inline std::vector<PlacedLayers> placed_layers(std::span<const PlatedModel> models) {
  std::vector<PlacedLayers> placed;
  for (const PlatedModel& model : models) {
    for (const Point2 place : model.places_mm) placed.push_back({model.layers, place});
  }
  return placed;
}

/// The copies in the order of the models.
inline std::vector<PlateSlot> slots_of(std::span<const PlatedModel> models) {
  std::vector<PlateSlot> slots;
  for (std::size_t m = 0; m < models.size(); ++m) {
    for (const Point2 place : models[m].places_mm) {
      slots.push_back({m, models[m].layers->axes.direction_from_mesh(place)});
    }
  }
  return slots;
}

/// The order of parts in every layer.
inline std::vector<PlateSlot> shortest_way(const std::vector<PlateSlot>& slots) {
  std::vector<Point2> places;
  for (const PlateSlot& slot : slots) places.push_back(slot.at);
  std::vector<PlateSlot> order;
  for (const std::size_t k : short_way(places)) order.push_back(slots[k]);
  return order;
}

/// Sums over layers.
struct PlateTotals {
  explicit PlateTotals(std::size_t models) : uses(owners_of(models)), walls(models) {}

  std::vector<RoleUses> uses;  ///< by owner
  std::vector<WallLengths> walls;
  std::size_t layer_changes = 0;

  /// A layer of the whole plate.
  void add(const LayerResult& layer) {
    for (std::size_t k = 0; k < uses.size(); ++k) {
      for (std::size_t r = 0; r < kRoles; ++r) uses[k][r] += layer.uses[k][r];
    }
    for (std::size_t m = 0; m < walls.size(); ++m) add_walls(m, layer.walls[m]);
  }
  /// The same layer of copies that are printed one after another.
  void add_of(std::size_t model, const LayerResult& layer, std::size_t copies) {
    for (std::size_t r = 0; r < kRoles; ++r) {
      const RoleUse& use = layer.uses[0][r];
      const auto n = static_cast<double>(copies);
      uses[model][r] +=
          {use.length_mm * n, use.filament_mm * n, use.time_s * n, use.paths * copies};
    }
    if (copies > 0) add_walls(model, layer.walls[0]);
  }
  /// A layer of the first part, with a skirt that serves all.
  void add_first(const LayerResult& layer) {
    for (std::size_t r = 0; r < kRoles; ++r) {
      (r == index(Role::kSkirt) ? uses.back() : uses[0])[r] += layer.uses[0][r];
    }
    add_walls(0, layer.walls[0]);
  }
  /// The way from the top of one part to the bed beside it.
  void add_way(const PlateSlot& from, const PlateSlot& to, std::span<const PlateModel> models,
               const Profile& profile, const MotionLimits& limits) {
    const Machine& machine = profile.machine;
    const Layer& last = models[from.model].layers->layers.back();
    const double lift_mm = machine.retract_lift_mm;
    const double xy = profile.print.travel_speed_mm_per_s;
    const double z =
        profile.print.travel_speed_z_mm_per_s > 0 ? profile.print.travel_speed_z_mm_per_s : xy;
    const double back = machine.retract_length_mm;
    const double forth = machine.deretract_speed_mm_per_s > 0 ? machine.deretract_speed_mm_per_s
                                                              : machine.retract_speed_mm_per_s;
    const double acceleration = profile.print.default_acceleration_mm_per_s2;
    const auto travel = static_cast<std::uint32_t>(Role::kTravel);
    const auto retract = static_cast<std::uint32_t>(Role::kRetract);
    const Point2 d = models[to.model].layers->axes.direction_to_mesh(to.at - from.at);
    MotionPlanner planner(limits, kRoles);
    planner.add({d.x, d.y, 0, 0, xy, acceleration, travel});
    planner.add({0, 0, -(last.z_mm + last.height_mm / 2), 0, z, acceleration, retract});
    if (lift_mm > 0) planner.add({0, 0, -lift_mm, 0, z, acceleration, retract});
    if (back > 0 && !machine.use_firmware_retraction)
      planner.add({0, 0, 0, back, forth, 0, retract});
    planner.stop();
    for (const Role role : {Role::kTravel, Role::kRetract}) {
      uses[to.model][index(role)] += {role == Role::kTravel ? length(d) : 0, 0,
                                      planner.seconds(static_cast<std::uint32_t>(role)), 1};
    }
  }

 private:
  void add_walls(std::size_t model, const WallLengths& lengths) {
    walls[model].external_mm += lengths.external_mm;
    walls[model].alone_mm += lengths.alone_mm;
  }
};

/// Whether a role becomes a feature of the production.
inline bool is_feature(const RoleUse& total) {
  return total.time_s > 0;
}

inline std::vector<LayerUse> layer_table(std::span<const PlatedModel> models,
                                         const std::vector<LayerResult>& results,
                                         const RoleUses& total) {
  std::vector<LayerUse> table(results.size());
  for (std::size_t i = 0; i < table.size(); ++i) {
    LayerUse& use = table[i];
    for (const PlatedModel& model : models) {
      if (i >= model.layers->layers.size()) continue;
      const Layer& layer = model.layers->layers[i];
      const auto copies = static_cast<double>(model.places_mm.size());
      use.z_mm = layer.z_mm;
      use.height_mm = layer.height_mm;
      use.area_mm2 += copies * layer.area_mm2;
      use.perimeter_mm += copies * layer.perimeter_mm;
    }
    for (std::size_t r = 0; r < total.size(); ++r) {
      double filament_mm = 0;
      for (const RoleUses& uses : results[i].uses) {
        use.time_s += uses[r].time_s;
        filament_mm += uses[r].filament_mm;
      }
      if (is_feature(total[r])) use.filament_mm.push_back(filament_mm);
    }
  }
  return table;
}

/// A production from what each role takes, with its intervals.
inline Production make_production(const RoleUses& total, std::size_t layers,
                                  const WallLengths& walls, const Measurements& measurements,
                                  const Profile& profile, const CommandTimes& commands,
                                  double print_s) {
  Production production;
  production.process = "fdm";
  production.method = "paths";
  production.layers = layers;
  double time_s = 0, model_mm = 0, support_mm = 0;
  for (std::size_t r = 0; r < total.size(); ++r) {
    const auto role = static_cast<Role>(r);
    if (!is_feature(total[r])) continue;
    const bool support = role == Role::kSupport || role == Role::kSupportInterface;
    (support ? support_mm : model_mm) += total[r].filament_mm;
    time_s += total[r].time_s;
    production.features.push_back(
        {kRoleNames[r], total[r].length_mm, total[r].filament_mm, total[r].time_s, total[r].paths});
  }
  production.model = material_use(model_mm, profile.material);
  production.support = material_use(support_mm, profile.material);
  const double filament_mm = model_mm + support_mm;
  production.time_s.value = time_s;
  production.filament_mm.value = filament_mm;
  Doubt doubt;
  doubt.alone_share = walls.external_mm > 0 ? walls.alone_mm / walls.external_mm : 0;
  doubt.moving_share =
      time_s > 0
          ? (total[index(Role::kTravel)].time_s + total[index(Role::kRetract)].time_s) / time_s
          : 0;
  doubt.support_share = filament_mm > 0 ? support_mm / filament_mm : 0;
  doubt.print_s = print_s > 0 ? print_s : time_s;
  doubt.unclear = commands.unclear;
  add_doubt(doubt, measurements, profile, production);
  return production;
}

/// The whole, and of it the share of one copy of each model.
inline PlateProduction plate_production(std::span<const PlatedModel> models, const Profile& profile,
                                        PlateTotals& totals,
                                        const std::vector<LayerResult>& results,
                                        const MotionLimits& limits) {
  Measurements together;
  WallLengths walls;
  std::size_t layers = 0, copies_of_all = 0;
  for (std::size_t m = 0; m < models.size(); ++m) {
    const auto copies = static_cast<double>(models[m].places_mm.size());
    layers = std::max(layers, models[m].layers->layers.size());
    copies_of_all += models[m].places_mm.size();
    const Interval& volume = models[m].measurements->volume_mm3;
    walls.external_mm += copies * totals.walls[m].external_mm;
    walls.alone_mm += copies * totals.walls[m].alone_mm;
    together.volume_mm3.value += copies * volume.value;
    together.volume_mm3.low += copies * volume.low;
    together.volume_mm3.high += copies * volume.high;
  }
  const CommandTimes commands = time_commands(
      profile, print_facts(profile, placed_layers(models), totals.layer_changes), limits);
  totals.uses.back()[index(Role::kStartEnd)].time_s = commands.start_end_s;
  RoleUses total{};
  for (const RoleUses& uses : totals.uses) {
    for (std::size_t r = 0; r < kRoles; ++r) total[r] += uses[r];
  }
  PlateProduction plate;
  plate.whole = make_production(total, layers, walls, together, profile, commands, 0);
  plate.whole.layer_table = layer_table(models, results, total);
  if (copies_of_all == 1) {
    plate.shares = {plate.whole};
    return plate;
  }
  const auto seconds = [](const RoleUses& uses) {
    double s = 0;
    for (const RoleUse& use : uses) s += use.time_s;
    return s;
  };
  double own_s = 0;
  for (std::size_t m = 0; m < models.size(); ++m) own_s += seconds(totals.uses[m]);
  for (std::size_t m = 0; m < models.size(); ++m) {
    RoleUses share = totals.uses[m];
    const double of_common = own_s > 0 ? seconds(share) / own_s : 0;
    const std::size_t copies = models[m].places_mm.size();
    for (std::size_t r = 0; r < kRoles; ++r) {
      if (models.size() > 1) {
        const RoleUse& common = totals.uses.back()[r];
        share[r] += {of_common * common.length_mm, of_common * common.filament_mm,
                     of_common * common.time_s,
                     static_cast<std::uint64_t>(of_common * static_cast<double>(common.paths))};
      }
      const auto n = static_cast<double>(copies);
      share[r] = {share[r].length_mm / n, share[r].filament_mm / n, share[r].time_s / n,
                  (share[r].paths + copies / 2) / copies};
    }
    plate.shares.push_back(make_production(share, models[m].layers->layers.size(), totals.walls[m],
                                           *models[m].measurements, profile, commands,
                                           plate.whole.time_s.value));
  }
  return plate;
}

}  // namespace costengine::detail
