/// The table of settings: one row for each member of Machine, Material and PrintSettings.
///
/// Everything that handles settings by name reads this table: validation, TOML files, .ini import,
/// `--set`, `profiles show`, the echo in Profile::values and the table in docs/profiles.md.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "costengine/base/error.hpp"
#include "costengine/profile/profile.hpp"

namespace costengine {

/// Where a setting lives.
using SettingMember =
    std::variant<std::string Machine::*, double Machine::*, std::string Material::*,
                 double Material::*, std::string PrintSettings::*, double PrintSettings::*,
                 int PrintSettings::*, bool PrintSettings::*>;

enum class SettingKind { kText, kNumber, kInteger, kSwitch };

struct Setting {
  std::string_view key;      ///< "print.layer_height_mm": section and name of the member
  std::string_view ini_key;  ///< PrusaSlicer's name; empty: an .ini cannot say it
  std::string_view unit;     ///< "mm"; empty for text, counts, switches and ratios
  double min, max;           ///< bounds of the absolute value, both allowed

  /// "80%" is allowed and means 80 % of the setting of this key, or of 1 where it reads "1".
  /// Empty: no percentage.
  std::string_view percent_of;

  /// 0 stands for automatic_factor times the setting of this key. Empty: 0 is just 0.
  std::string_view automatic_of;
  double automatic_factor;

  /// In an .ini, 0 stands for the value of this PrusaSlicer key. Empty: 0 is just 0.
  std::string_view ini_zero;

  /// What an .ini that lacks the key means: PrusaSlicer's documented default. Empty: that default
  /// is no usable value, so the .ini must have the key.
  std::string_view ini_default;

  std::string_view meaning;  ///< a few words for people
  SettingMember member;
};

/// All settings, in the order of Profile::values. Static data: valid for ever, any thread.
std::span<const Setting> settings() noexcept;

SettingKind setting_kind(const Setting& setting) noexcept;

/// The row of an exact key ("print.layer_height_mm"), or nullptr.
const Setting* find_setting(std::string_view key) noexcept;

/// The row that a person means: the key, its last part where only one section has it
/// ("layer_height_mm"), or PrusaSlicer's key where it maps to one row ("layer_height").
/// Errors: kSettingUnknown, with the nearest known name.
Result<const Setting*> match_setting(std::string_view name);

/// A PrusaSlicer key that influences time or material but has no counterpart here yet.
struct UnmodelledIniKey {
  std::string_view key;
  std::string_view harmless;   ///< values that change nothing, separated by '|'
  std::string_view only_with;  ///< another key that must be switched on for this one to matter
};

/// Keys whose presence with a harmful value an import reports in Profile::ignored.
std::span<const UnmodelledIniKey> unmodelled_ini_keys() noexcept;

/// Keys that change neither time nor material of a print with one extruder (colours, names,
/// temperatures, hosts): accepted without a word.
std::span<const std::string_view> harmless_ini_keys() noexcept;

/// Keys that have no row of their own but act on the rows of others: docs/profiles.md says how.
std::span<const std::string_view> helper_ini_keys() noexcept;

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/profile/settings.ipp"
#endif
