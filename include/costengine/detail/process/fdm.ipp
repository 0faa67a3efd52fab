#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "costengine/base/trig.hpp"
#include "costengine/motion/trapezoid.hpp"
#include "costengine/process/fdm.hpp"

namespace costengine {
namespace detail {

enum class Role : std::size_t {
  kSkirt,
  kExternalPerimeter,
  kPerimeter,
  kSolidInfill,
  kSparseInfill,
  kSupport,
  kSupportInterface,
  kTravel,
  kStartEnd,
  kCount,
};

inline constexpr std::array<const char*, static_cast<std::size_t>(Role::kCount)> kRoleNames = {
    "skirt",   "external perimeter", "perimeter", "solid infill", "sparse infill",
    "support", "support interface",  "travel",    "start and end"};

/// Constants of the coarse method, set on slicer answers (docs/fdm-model.md says how).
struct CoarseConstants {
  static constexpr double kSegment_mm = 1.5;        ///< mean straight piece of a perimeter
  static constexpr double kCornerSpeedShare = 0.5;  ///< of the nominal speed, between two of them
  static constexpr double kShellGrowth = 1.3;       ///< solid infill reaches beyond its surface
  static constexpr double kSparseSlowdown = 1.25;   ///< sparse patterns turn more often than lines
  static constexpr double kTravelsPerLayer = 4.0;
  static constexpr double kTravelsPerLine = 0.05;   ///< of solid infill: it comes in pieces
  static constexpr double kStartEnd_s = 20;         ///< moves of the start and end commands
  static constexpr double kSupportGrowth_mm = 6.0;  ///< supports are wider than the overhang
};

/// Cross-section of a bead laid beside others: the rounded rectangle's area equals spacing x
/// height.
inline double bead_spacing(double width_mm, double height_mm) {
  return std::max(0.2 * width_mm, width_mm - height_mm * (1 - kPi / 4));
}

/// Path and time of one role, in one layer or summed over all.
struct RoleSum {
  double length_mm = 0;
  double volume_mm3 = 0;
  double time_s = 0;
};
using RoleSums = std::array<RoleSum, static_cast<std::size_t>(Role::kCount)>;

class CoarsePlanner {
 public:
  CoarsePlanner(const Profile& profile, const Measurements& measurements)
      : machine_(profile.machine),
        material_(profile.material),
        print_(profile.print),
        box_(measurements.box_mm.size()) {
    jerk_ = std::max(1.0, std::min(machine_.max_jerk_x_mm_per_s, machine_.max_jerk_y_mm_per_s));
    default_acceleration_ = limited(print_.default_acceleration_mm_per_s2);
    perimeter_acceleration_ = limited(print_.perimeter_acceleration_mm_per_s2);
    infill_acceleration_ = limited(print_.infill_acceleration_mm_per_s2);
  }

  RoleSums plan(const std::vector<Layer>& layers) {
    for (std::size_t i = 0; i < layers.size(); ++i) add_layer(layers[i], i);
    total_[index(Role::kStartEnd)].time_s += CoarseConstants::kStartEnd_s;
    return total_;
  }

 private:
  static constexpr std::size_t index(Role role) { return static_cast<std::size_t>(role); }

  [[nodiscard]] double limited(double acceleration) const {
    if (acceleration <= 0) acceleration = print_.default_acceleration_mm_per_s2;
    const double machine =
        std::min({machine_.max_acceleration_extruding_mm_per_s2,
                  machine_.max_acceleration_x_mm_per_s2, machine_.max_acceleration_y_mm_per_s2});
    return acceleration > 0 ? std::min(acceleration, machine) : machine;
  }

  /// Speed for a bead: the role's, unless the first layer, the axes or the hot end allow less.
  [[nodiscard]] double speed_for(double nominal, double section_mm2) const {
    double speed =
        std::min({nominal, machine_.max_feedrate_x_mm_per_s, machine_.max_feedrate_y_mm_per_s});
    if (first_layer_) speed = std::min(speed, print_.first_layer_speed_mm_per_s);
    if (material_.max_volumetric_speed_mm3_per_s > 0) {
      speed = std::min(speed, material_.max_volumetric_speed_mm3_per_s / section_mm2);
    }
    return speed;
  }

  /// Lays `length_mm` in pieces of `piece_mm`, each entered and left at `end_speed`.
  void lay(Role role, double length_mm, double section_mm2, double nominal_speed,
           double acceleration, double piece_mm, double end_speed_share) {
    if (!(length_mm > 0)) return;
    const double speed = speed_for(nominal_speed, section_mm2);
    const double piece = std::min(piece_mm, length_mm);
    const double end_speed = std::max(jerk_ / 2, end_speed_share * speed);
    RoleSum& sum = layer_[index(role)];
    sum.length_mm += length_mm;
    sum.volume_mm3 += length_mm * section_mm2;
    sum.time_s += length_mm / piece * trapezoid_time(piece, speed, acceleration, end_speed);
  }

  void add_layer(const Layer& layer, std::size_t number) {
    layer_ = {};
    first_layer_ = number == 0;
    const double h = layer.height_mm;
    const double external_width = width(print_.external_perimeter_width_mm);
    const double external = bead_spacing(external_width, h);
    const double inner = bead_spacing(width(print_.perimeter_width_mm), h);

    const double walls_mm2 = lay_perimeters(layer, h, external, inner);
    lay_infill(layer, h, std::max(0.0, layer.area_mm2 - walls_mm2));
    lay_support(layer, h);
    if (number < static_cast<std::size_t>(print_.skirt_height_layers)) lay_skirt(h);
    add_travel(layer);
    slow_down_for_cooling();
    for (std::size_t r = 0; r < total_.size(); ++r) {
      total_[r].length_mm += layer_[r].length_mm;
      total_[r].volume_mm3 += layer_[r].volume_mm3;
      total_[r].time_s += layer_[r].time_s;
    }
  }

  [[nodiscard]] double width(double nominal_mm) const {
    return first_layer_ ? print_.first_layer_width_mm : nominal_mm;
  }

  /// Every wall is as long as the outline, less where the part is too thin for all of them. Returns
  /// the area they cover.
  double lay_perimeters(const Layer& layer, double h, double external, double inner) {
    const int count = print_.perimeters;
    if (count <= 0) return 0;
    // Each inner wall is shorter than the one outside it by a full turn around a convex outline.
    const double turn_mm = 2 * kPi * inner;
    const double outline = layer.perimeter_mm;
    const double external_mm = std::max(0.0, outline - kPi * external);
    double inner_mm = 0;
    for (int i = 1; i < count; ++i) inner_mm += std::max(0.0, outline - i * turn_mm);
    const double wanted = external_mm * external + inner_mm * inner;
    const double share = wanted > layer.area_mm2 ? layer.area_mm2 / wanted : 1.0;
    using C = CoarseConstants;
    lay(Role::kExternalPerimeter, share * external_mm, external * h,
        print_.external_perimeter_speed_mm_per_s, perimeter_acceleration_, C::kSegment_mm,
        C::kCornerSpeedShare);
    lay(Role::kPerimeter, share * inner_mm, inner * h, print_.perimeter_speed_mm_per_s,
        perimeter_acceleration_, C::kSegment_mm, C::kCornerSpeedShare);
    return share * wanted;
  }

  /// The rest of the cross-section: solid within the shells, sparse elsewhere. A line is as long as
  /// the mean chord of the cross-section, pi * area / perimeter (Cauchy, Crofton).
  void lay_infill(const Layer& layer, double h, double area_mm2) {
    if (!(area_mm2 > 0) || !(layer.perimeter_mm > 0)) return;
    chord_mm_ = std::max(0.5, kPi * area_mm2 / layer.perimeter_mm);
    const double share = std::min(1.0, layer.solid_share * CoarseConstants::kShellGrowth);
    const double solid_mm2 = area_mm2 * (first_layer_ ? 1.0 : share);
    const double solid = bead_spacing(width(print_.solid_infill_width_mm), h);
    const double sparse = bead_spacing(width(print_.infill_width_mm), h);
    lay(Role::kSolidInfill, solid_mm2 / solid, solid * h, print_.solid_infill_speed_mm_per_s,
        infill_acceleration_, chord_mm_, 0);
    lay(Role::kSparseInfill, (area_mm2 - solid_mm2) * print_.fill_density / sparse, sparse * h,
        print_.infill_speed_mm_per_s / CoarseConstants::kSparseSlowdown, infill_acceleration_,
        chord_mm_, 0);
  }

  void lay_support(const Layer& layer, double h) {
    if (!(layer.support_mm2 > 0)) return;
    const double w = bead_spacing(width(print_.support_width_mm), h);
    const double side = std::sqrt(layer.support_mm2);
    const double grown =
        (side + CoarseConstants::kSupportGrowth_mm) * (side + CoarseConstants::kSupportGrowth_mm);
    const double dense_mm2 = layer.support_interface_mm2 * grown / layer.support_mm2;
    const double dense_pitch = w + print_.support_interface_spacing_mm;
    const double pitch = w + print_.support_spacing_mm;
    lay(Role::kSupportInterface, dense_mm2 / dense_pitch, w * h,
        print_.support_interface_speed_mm_per_s, default_acceleration_, side, 0);
    lay(Role::kSupport, (grown - dense_mm2) / pitch, w * h, print_.support_speed_mm_per_s,
        default_acceleration_, side, 0);
  }

  void lay_skirt(double h) {
    const double w = bead_spacing(print_.first_layer_width_mm, h);
    const double round_mm = 2 * (box_.x + box_.y) + 2 * kPi * print_.skirt_distance_mm;
    double length = print_.skirts * round_mm;
    if (first_layer_ && print_.skirts > 0) {
      const double least = print_.min_skirt_length_mm * filament_area() / (w * h);
      length = std::max(length, least);
    }
    lay(Role::kSkirt, length, w * h, print_.perimeter_speed_mm_per_s, default_acceleration_, 50, 0);
    if (first_layer_ && print_.brim_width_mm > 0) {
      lay(Role::kSkirt, round_mm * print_.brim_width_mm / w, w * h, print_.perimeter_speed_mm_per_s,
          default_acceleration_, 50, 0);
    }
  }

  /// Moves without extrusion, each with a retraction and its return, as many as pieces suggest.
  void add_travel(const Layer& layer) {
    using C = CoarseConstants;
    const double lines = layer_[index(Role::kSolidInfill)].length_mm / std::max(chord_mm_, 0.5);
    const double travels = C::kTravelsPerLayer + C::kTravelsPerLine * lines;
    const double hop_mm = 0.3 * std::sqrt(std::max(layer.area_mm2, 1.0)) + 2;
    const double travel_s =
        trapezoid_time(hop_mm, print_.travel_speed_mm_per_s, default_acceleration_, jerk_ / 2);
    double retract_s = 0;
    if (machine_.retract_length_mm > 0) {
      const double back = machine_.retract_speed_mm_per_s;
      const double forth =
          machine_.deretract_speed_mm_per_s > 0 ? machine_.deretract_speed_mm_per_s : back;
      retract_s = machine_.retract_length_mm / back + machine_.retract_length_mm / forth;
      retract_s += 2 * trapezoid_time(machine_.retract_lift_mm, machine_.max_feedrate_z_mm_per_s,
                                      machine_.max_acceleration_z_mm_per_s2, 0);
    }
    RoleSum& sum = layer_[index(Role::kTravel)];
    sum.length_mm += travels * hop_mm;
    sum.time_s += travels * (travel_s + retract_s);
  }

  /// A layer that prints faster than the material can cool is slowed down, though not below the
  /// material's least speed. Travel is not slowed.
  void slow_down_for_cooling() {
    double printing_s = 0, path_mm = 0;
    for (std::size_t r = 0; r < layer_.size(); ++r) {
      if (r == index(Role::kTravel)) continue;
      printing_s += layer_[r].time_s;
      path_mm += layer_[r].length_mm;
    }
    const double travel_s = layer_[index(Role::kTravel)].time_s;
    const double wanted = material_.min_layer_time_s - travel_s;
    if (!(printing_s > 0) || printing_s >= wanted) return;
    double slowed = wanted;
    if (material_.min_print_speed_mm_per_s > 0) {
      slowed = std::min(slowed, std::max(printing_s, path_mm / material_.min_print_speed_mm_per_s));
    }
    for (std::size_t r = 0; r < layer_.size(); ++r) {
      if (r != index(Role::kTravel)) layer_[r].time_s *= slowed / printing_s;
    }
  }

  [[nodiscard]] double filament_area() const {
    return kPi / 4 * material_.filament_diameter_mm * material_.filament_diameter_mm;
  }

  const Machine& machine_;
  const Material& material_;
  const PrintSettings& print_;
  Vec3 box_;
  double jerk_ = 0;
  double default_acceleration_ = 0, perimeter_acceleration_ = 0, infill_acceleration_ = 0;
  bool first_layer_ = false;
  double chord_mm_ = 1;
  RoleSums layer_{};
  RoleSums total_{};
};

/// How far a slicer's answer lies from the coarse one: the 5th and 95th percentile of the ratio.
struct CoarseInterval {
  static constexpr double kTimeLow = 0.86, kTimeHigh = 1.42;
  static constexpr double kFilamentLow = 0.95, kFilamentHigh = 1.18;
};

inline MaterialUse material_use(double volume_mm3, const Material& material) {
  const double section = kPi / 4 * material.filament_diameter_mm * material.filament_diameter_mm;
  const double fed_mm3 = volume_mm3 * material.extrusion_multiplier;
  return {fed_mm3 / section, fed_mm3, fed_mm3 / 1000 * material.density_g_per_cm3};
}

}  // namespace detail

COSTENGINE_INLINE Result<Production> plan_fdm(const Layers& layers,
                                              const Measurements& measurements,
                                              const Profile& profile, Context& ctx) {
  COSTENGINE_CHECK(ctx.check(Stage::kPlan));
  const detail::RoleSums sums = detail::CoarsePlanner(profile, measurements).plan(layers.layers);

  Production production;
  production.process = "fdm";
  production.method = "coarse";
  production.layers = layers.layers.size();
  double time_s = 0, model_mm3 = 0, support_mm3 = 0;
  for (std::size_t r = 0; r < sums.size(); ++r) {
    const auto role = static_cast<detail::Role>(r);
    if (!(sums[r].time_s > 0)) continue;
    const bool support = role == detail::Role::kSupport || role == detail::Role::kSupportInterface;
    (support ? support_mm3 : model_mm3) += sums[r].volume_mm3;
    time_s += sums[r].time_s;
    production.features.push_back(
        {detail::kRoleNames[r], sums[r].length_mm,
         detail::material_use(sums[r].volume_mm3, profile.material).filament_mm, sums[r].time_s});
  }
  production.model = detail::material_use(model_mm3, profile.material);
  production.support = detail::material_use(support_mm3, profile.material);

  // The volume's own doubt (open or overlapping models) comes on top of the method's.
  const Interval& volume = measurements.volume_mm3;
  const double less = volume.value > 0 ? volume.low / volume.value : 1;
  const double more = volume.value > 0 ? volume.high / volume.value : 1;
  using I = detail::CoarseInterval;
  const double filament = production.model.filament_mm + production.support.filament_mm;
  production.filament_mm = {filament, filament * I::kFilamentLow * less,
                            filament * I::kFilamentHigh * more};
  production.time_s = {time_s, time_s * I::kTimeLow * less, time_s * I::kTimeHigh * more};
  production.confidence.push_back(
      "coarse method: path lengths and times are averages over each layer, no path was planned");
  if (less != 1 || more != 1) {
    production.confidence.push_back("the volume of the model itself is uncertain");
  }
  if (support_mm3 > 0) {
    production.confidence.push_back("supports are estimated from vertical columns");
  }
  return production;
}

}  // namespace costengine
