// What settings that are not modelled exactly leave open.
#pragma once

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

#include "costengine/profile/profile.hpp"
#include "costengine/profile/settings.hpp"

namespace costengine::detail {

/// Shares of the time and of the filament by which an estimate may be off.
struct SettingEffect {
  double time = 0, filament = 0;
};

/// Of a setting that is not in the table below.
inline constexpr SettingEffect kUsualEffect = {0.01, 0.01};

/// The most by which the change of a setting missed the slicer's on three samples
/// (bench/key_changes.py) or, of detours around perimeters, on three printed parts, where that is
/// more than the usual one. Keys are PrusaSlicer's; no value stands for all of them.
struct MeasuredEffect {
  std::string_view key, value;
  SettingEffect effect;
};
inline constexpr MeasuredEffect kMeasuredEffects[] = {
    {"avoid_crossing_perimeters", "", {0.015, 0.01}},
    {"external_perimeters_first", "", {0.015, 0.01}},
    {"fill_pattern", "archimedeanchords", {0.025, 0.01}},
    {"fill_pattern", "concentric", {0.025, 0.01}},
    {"fill_pattern", "hilbertcurve", {0.025, 0.01}},
    {"fill_pattern", "lightning", {0.07, 0.08}},
    {"fill_pattern", "line", {0.01, 0.03}},
    {"fill_pattern", "octagramspiral", {0.04, 0.01}},
    {"fuzzy_skin", "", {0.015, 0.01}},
    {"infill_first", "", {0.015, 0.01}},
    {"infill_only_where_needed", "", {0.01, 0.025}},
    {"seam_position", "random", {0.025, 0.01}},
    {"solid_infill_every_layers", "", {0.03, 0.045}},
    {"spiral_vase", "", {0.05, 0.1}},
    {"support_material_pattern", "honeycomb", {0.075, 0.065}},
};

/// Of all settings of the profile that are modelled approximately or not at all; of those with the
/// usual effect up to five count.
inline SettingEffect effect_of_settings(const Profile& profile) {
  SettingEffect sum;
  int usual = 0;
  const auto value_of = [&](std::string_view ini_key) {
    for (const Setting& setting : settings()) {
      if (setting.ini_key != ini_key) continue;
      for (const SettingValue& value : profile.values) {
        if (value.key == setting.key) return std::string_view(value.value);
      }
    }
    return std::string_view();
  };
  for (const auto* keys : {&profile.approximated, &profile.ignored}) {
    for (const std::string& key : *keys) {
      const auto measured = std::find_if(
          std::begin(kMeasuredEffects), std::end(kMeasuredEffects), [&](const MeasuredEffect& m) {
            return m.key == key && (m.value.empty() || m.value == value_of(key));
          });
      const bool known = measured != std::end(kMeasuredEffects);
      if (!known && ++usual > 5) continue;
      const SettingEffect& effect = known ? measured->effect : kUsualEffect;
      sum.time += effect.time;
      sum.filament += effect.filament;
    }
  }
  return sum;
}

}  // namespace costengine::detail
