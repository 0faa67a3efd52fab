// Doubt: what makes an estimate uncertain, and by how much.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "costengine/detail/process/setting_effects.hpp"
#include "costengine/measure/measurements.hpp"
#include "costengine/process/production.hpp"
#include "costengine/profile/profile.hpp"

namespace costengine::detail {

/// What is known to make the paths differ from a slicer's; shares from 0 to 1.
struct Doubt {
  double alone_share = 0;    ///< of the external walls: too thin for two beads
  double moving_share = 0;   ///< of the time: travels and retractions
  double support_share = 0;  ///< of the filament
  double print_s = 0;
  std::vector<std::string> unclear;  ///< commands that could not be read
};

/// Half widths of the intervals, as shares of the value. Set by hand from how the errors of sliced
/// models grow with each doubt, on four profiles of two printers; docs/fdm-model.md has how often
/// they held there, and on other printers.
struct DoubtWidths {
  static constexpr double kTime = 0.038, kTimeAlone = 0.15, kTimeMoving = 0.08, kTimeSupport = 0.06;
  static constexpr double kTimeSmall_s = 2;  ///< of any print: what tiny ones are made of
  static constexpr double kFilament = 0.030, kFilamentAlone = 0.15, kFilamentSupport = 0.12;
  static constexpr double kMost = 0.5;
};

inline std::string percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.0f %%", 100 * share);
  return text;
}

inline std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 6;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) {
    text += (i > 0 ? ", " : "") + names[i];
  }
  if (names.size() > kShown) text += " and " + std::to_string(names.size() - kShown) + " more";
  return text;
}

/// Sets the intervals around the values, and says why they are as wide as they are.
inline void add_doubt(const Doubt& doubt, const Measurements& measurements, const Profile& profile,
                      Production& production) {
  using W = DoubtWidths;
  const SettingEffect settings = effect_of_settings(profile);
  const double time = std::min(
      W::kMost, W::kTime + W::kTimeAlone * doubt.alone_share + W::kTimeMoving * doubt.moving_share +
                    W::kTimeSupport * doubt.support_share +
                    W::kTimeSmall_s / std::max(1.0, doubt.print_s) + settings.time);
  const double filament =
      std::min(W::kMost, W::kFilament + W::kFilamentAlone * doubt.alone_share +
                             W::kFilamentSupport * doubt.support_share + settings.filament);
  // The volume's own doubt (open or overlapping models) comes on top of the method's.
  const Interval& volume = measurements.volume_mm3;
  const double less = volume.value > 0 ? volume.low / volume.value : 1;
  const double more = volume.value > 0 ? volume.high / volume.value : 1;
  const auto widen = [&](Interval& interval, double share) {
    interval.low = interval.value * (1 - share) * less;
    interval.high = interval.value * (1 + share) * more;
  };
  widen(production.time_s, time);
  widen(production.filament_mm, filament);

  std::vector<std::string>& reasons = production.confidence;
  if (doubt.alone_share > 0.02) {
    reasons.push_back("thin walls: " + percent(doubt.alone_share) +
                      " of the outline is too thin for two beads");
  }
  if (doubt.moving_share > 0.15) {
    reasons.push_back("many pieces: " + percent(doubt.moving_share) +
                      " of the time goes into travels and retractions");
  }
  if (doubt.support_share > 0) {
    reasons.push_back("supports: " + percent(doubt.support_share) + " of the filament");
  }
  if (less != 1 || more != 1) reasons.push_back("the volume of the model itself is uncertain");
  if (!profile.approximated.empty()) {
    reasons.push_back("settings modelled approximately: " + listed(profile.approximated));
  }
  if (!profile.ignored.empty()) {
    reasons.push_back("settings not modelled: " + listed(profile.ignored));
  }
  if (!profile.unknown.empty()) {
    reasons.push_back("settings not known: " + listed(profile.unknown));
  }
  for (const std::string& text : doubt.unclear) reasons.push_back("not understood: " + text);
}

}  // namespace costengine::detail
