/// The table of settings: one row for each member of Machine, Material and PrintSettings.
///
/// Everything that handles settings by name reads this table: validation, TOML files, .ini import,
/// `--set`, `profiles show`, the echo in Profile::values and the table in docs/profiles.md.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "costengine/base/error.hpp"
#include "costengine/profile/profile.hpp"

namespace costengine {

/// Where a setting lives.
using SettingMember =
    std::variant<std::string Machine::*, double Machine::*, bool Machine::*, GcodeFlavor Machine::*,
                 LimitsUsage Machine::*, std::string Material::*, double Material::*,
                 bool Material::*, std::string PrintSettings::*, double PrintSettings::*,
                 int PrintSettings::*, bool PrintSettings::*, SlicingMode PrintSettings::*,
                 PerimeterGenerator PrintSettings::*, SeamPosition PrintSettings::*,
                 FuzzySkin PrintSettings::*, InfillPattern PrintSettings::*,
                 IroningType PrintSettings::*, SupportStyle PrintSettings::*,
                 SupportPattern PrintSettings::*, SupportInterfacePattern PrintSettings::*,
                 DraftShield PrintSettings::*, BrimType PrintSettings::*>;

/// kText is a name on one line, kLines a text of any number of lines, kChoice one of some names.
enum class SettingKind { kText, kLines, kNumber, kInteger, kSwitch, kChoice };

/// What the estimate makes of a setting.
enum class Modelling {
  kModelled,
  kApproximated,  ///< its effect is estimated roughly
  kIgnored,       ///< its effect is left out
};

/// Who reads a setting. Whatever says, a template that mentions its PrusaSlicer key reads it too.
enum class ReadBy {
  kProduction,  ///< inspecting, slicing and planning, of a part alone and of a plate
  kPlate,       ///< planning parts that share a plate
  kPrice,       ///< pricing and reports only
  kNobody,      ///< what it is set to may widen the interval, by Profile::ignored or ::approximated
};

struct Setting {
  std::string_view key;  ///< "print.layer_height_mm": section and name of the member
  SettingMember member;
  std::string_view unit = "";  ///< "mm"; empty for texts, choices, counts, switches and ratios
  double min = 0, max = 0;     ///< bounds of the absolute value, both allowed

  /// PrusaSlicer's names of a choice in the order of its enumerators, separated by '|'. An empty
  /// name stands for an enumerator that this setting does not allow.
  std::string_view choices = "";
  bool lines = false;  ///< a text of any number of lines

  /// "80%" is allowed and means 80 % of the setting of this key, of 1 where it reads "1", of
  /// kInfillSpacing or of kOverlapBase. Empty: no percentage.
  std::string_view percent_of = "";

  /// "80%" is allowed and also sets the setting of this key to 0.8; a plain number sets it to 0.
  /// Without percent_of the percentage means nothing else, and this setting becomes 0.
  std::string_view share_in = "";

  /// 0 stands for automatic_factor times the setting of this key. Empty: 0 is just 0.
  std::string_view automatic_of = "";
  double automatic_factor = 0;

  /// The setting counts as 0 where the setting of this key is off. Empty: it always counts.
  std::string_view needs = "";

  /// What a TOML file or the catalogue means by leaving the setting out. None: it must be given.
  std::optional<std::string_view> otherwise = {};

  std::string_view ini_key = "";    ///< PrusaSlicer's name; empty: an .ini cannot say it
  std::string_view ini_alias = "";  ///< another key of PrusaSlicer that sets it

  /// In an .ini, 0 stands for the value of this PrusaSlicer key. Empty: 0 is just 0.
  std::string_view ini_zero = "";

  /// In an .ini, 0 stands for unknown: it is allowed whatever the bounds, and the member becomes 0.
  bool ini_zero_unknown = false;

  /// What an .ini that lacks the key means: PrusaSlicer's documented default, written as an .ini
  /// writes it. None: only another setting sets it.
  std::optional<std::string_view> ini_default = {};

  Modelling modelling = Modelling::kModelled;
  /// For what is not modelled: values that make no difference, separated by '|', and the setting
  /// that must not be off for this one to make one.
  std::string_view neutral = "", only_with = "";
  ReadBy read_by = ReadBy::kProduction;  ///< production_view() leaves out the rest

  std::string_view meaning;  ///< a few words for people
};

/// Percentages of what is no setting itself. The spacing of lines is their width less
/// height * (1 - pi/4).
inline constexpr std::string_view kInfillSpacing = "spacing of sparse infill";
/// The spacing of the inner perimeters, or of the external one where it is alone; of classic
/// perimeters the mean of that and of the spacing of solid infill.
inline constexpr std::string_view kOverlapBase = "spacing of perimeters";

/// All settings, in the order of Profile::values. Static data: valid for ever, any thread.
std::span<const Setting> settings() noexcept;

SettingKind setting_kind(const Setting& setting) noexcept;

/// The name of the enumerator `index` in Setting::choices, or nothing.
std::string_view choice_name(const Setting& setting, int index) noexcept;

/// The row of an exact key ("print.layer_height_mm"), or nullptr.
const Setting* find_setting(std::string_view key) noexcept;

/// The row that a person means: the key, its last part where only one section has it
/// ("layer_height_mm"), or PrusaSlicer's key where it maps to one row ("layer_height").
/// Errors: kSettingUnknown, with the nearest known name.
Result<const Setting*> match_setting(std::string_view name);

/// PrusaSlicer keys that influence time or material but have no row. Profile::ignored lists them
/// where an .ini gives them a value other than 0.
std::span<const std::string_view> unmodelled_ini_keys() noexcept;

/// Keys that change neither time nor material of a print with one extruder (colours, names,
/// temperatures, hosts): accepted without a word.
std::span<const std::string_view> harmless_ini_keys() noexcept;

/// Keys that have no row of their own but act on the rows of others: docs/profiles.md says how.
std::span<const std::string_view> helper_ini_keys() noexcept;

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/profile/settings.ipp"
#endif
