#pragma once

#include <algorithm>
#include <type_traits>
#include <vector>

#include "costengine/detail/profile/text.hpp"
#include "costengine/profile/settings.hpp"

namespace costengine {
namespace detail::profiles {

// PrusaSlicer's names in the order of the enumerators of profile/choices.hpp.
inline constexpr std::string_view kGcodeFlavors =
    "reprap|reprapfirmware|repetier|teacup|makerware|marlin|marlin2|sailfish|mach3|machinekit|"
    "smoothie|no-extrusion";
inline constexpr std::string_view kLimitsUsages = "emit_to_gcode|time_estimate_only|ignore";
inline constexpr std::string_view kPerimeterGenerators = "classic|arachne";
inline constexpr std::string_view kSeamPositions = "random|nearest|aligned|rear";
inline constexpr std::string_view kSlicingModes = "regular|even_odd|close_holes";
inline constexpr std::string_view kSolidPatterns =
    "rectilinear|monotonic|alignedrectilinear|concentric|hilbertcurve|archimedeanchords|"
    "octagramspiral";
inline constexpr std::string_view kSparsePatterns =
    "rectilinear||alignedrectilinear|concentric|hilbertcurve|archimedeanchords|octagramspiral|grid|"
    "triangles|stars|cubic|line|honeycomb|3dhoneycomb|gyroid|adaptivecubic|supportcubic|lightning";
inline constexpr std::string_view kSupportStyles = "grid|snug";
inline constexpr std::string_view kSupportPatterns = "rectilinear|rectilinear-grid|honeycomb";
inline constexpr std::string_view kInterfacePatterns = "auto|rectilinear|concentric";
inline constexpr std::string_view kBrimTypes = "no_brim|outer_only|inner_only|outer_and_inner";
inline constexpr std::string_view kDraftShields = "disabled|limited|enabled";
inline constexpr std::string_view kIroningTypes = "top|topmost|solid";
inline constexpr std::string_view kFuzzySkins = "none|external|all";

// clang-format off
inline constexpr Setting kSettings[] = {
#include "costengine/detail/profile/settings_machine.inc"
#include "costengine/detail/profile/settings_material.inc"
#include "costengine/detail/profile/settings_layers.inc"
#include "costengine/detail/profile/settings_walls.inc"
#include "costengine/detail/profile/settings_infill.inc"
#include "costengine/detail/profile/settings_speeds.inc"
#include "costengine/detail/profile/settings_support.inc"
};
// clang-format on

}  // namespace detail::profiles

COSTENGINE_INLINE std::span<const Setting> settings() noexcept {
  return detail::profiles::kSettings;
}

COSTENGINE_INLINE SettingKind setting_kind(const Setting& setting) noexcept {
  return std::visit(
      [&setting]<class Struct, class Value>(Value Struct::*) {
        if constexpr (std::is_same_v<Value, std::string>) {
          return setting.lines ? SettingKind::kLines : SettingKind::kText;
        } else if constexpr (std::is_same_v<Value, double>) {
          return SettingKind::kNumber;
        } else if constexpr (std::is_same_v<Value, int>) {
          return SettingKind::kInteger;
        } else if constexpr (std::is_same_v<Value, bool>) {
          return SettingKind::kSwitch;
        } else {
          return SettingKind::kChoice;
        }
      },
      setting.member);
}

COSTENGINE_INLINE std::string_view choice_name(const Setting& setting, int index) noexcept {
  std::string_view rest = setting.choices;
  for (; index > 0 && !rest.empty(); --index) {
    rest.remove_prefix(std::min(rest.find('|'), rest.size() - 1) + 1);
  }
  return index == 0 ? rest.substr(0, rest.find('|')) : std::string_view();
}

COSTENGINE_INLINE const Setting* find_setting(std::string_view key) noexcept {
  for (const Setting& setting : settings()) {
    if (setting.key == key) return &setting;
  }
  return nullptr;
}

COSTENGINE_INLINE Result<const Setting*> match_setting(std::string_view name) {
  if (const Setting* exact = find_setting(name)) return exact;
  std::vector<const Setting*> meant;
  for (const Setting& setting : settings()) {
    if (detail::profiles::last_part(setting.key) == name || setting.ini_key == name) {
      meant.push_back(&setting);
    }
  }
  if (name.empty()) meant.clear();  // rows without a PrusaSlicer key have an empty one
  if (meant.size() == 1) return meant.front();

  std::string message = "no setting is called \"" + detail::profiles::printable(name) + "\"";
  if (meant.size() > 1) {
    message = "\"" + detail::profiles::printable(name) + "\" is ambiguous: give one of";
    for (const Setting* setting : meant) {
      message += (setting == meant.front() ? " " : ", ") + std::string(setting->key);
    }
  } else {
    std::vector<std::string> words;
    for (const Setting& setting : settings()) {
      words.emplace_back(detail::profiles::last_part(setting.key));
      words.emplace_back(setting.key);
      if (!setting.ini_key.empty()) words.emplace_back(setting.ini_key);
    }
    const std::string nearest = detail::profiles::nearest_word(name, words);
    if (!nearest.empty()) message += "; did you mean " + nearest + "?";
  }
  return detail::profiles::profile_error(ErrorCode::kSettingUnknown, std::move(message));
}

}  // namespace costengine

#include "costengine/detail/profile/ini_keys.ipp"
