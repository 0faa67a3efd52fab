/// Draft: what was said about each setting, before percentages and automatic values are resolved.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "costengine/detail/profile/text.hpp"
#include "costengine/profile/settings.hpp"

namespace costengine::detail::profiles {

/// Origins of values that no file gave.
inline constexpr char kSetOrigin[] = "--set";
inline constexpr char kCatalogueOrigin[] = "catalogue";
inline constexpr char kDefaultOrigin[] = "default";

/// Where a value is written: for messages and for echoing.
struct Whence {
  std::string written;  ///< "layer_height = 0.2", as its author has it
  std::string origin;   ///< "catalogue", "--set", "default" or the name of a file
  std::optional<std::uint64_t> line;

  /// "printer.ini: layer_height = 0.2"
  [[nodiscard]] std::string text() const { return printable(origin) + ": " + written; }
};

/// One value as given. Texts use text; switches are 0 or 1, choices the index of the enumerator.
struct Given {
  double number = 0;
  bool percent = false;
  std::string text;
  Whence whence;
  bool unknown = false;  ///< a 0 that stands for unknown, whatever the bounds
};

/// The position of a setting in the table.
inline std::size_t setting_index(const Setting& setting) {
  return static_cast<std::size_t>(&setting - settings().data());
}

struct Draft {
  std::vector<std::optional<Given>> given = std::vector<std::optional<Given>>(settings().size());

  std::optional<Given>& operator[](const Setting& setting) { return given[setting_index(setting)]; }
  const std::optional<Given>& operator[](const Setting& setting) const {
    return given[setting_index(setting)];
  }

  /// Sets a value, and the share that belongs to it.
  void put(const Setting& setting, Given value) {
    if (!setting.share_in.empty()) {
      const double share = value.percent ? value.number / 100 : 0;
      (*this)[*find_setting(setting.share_in)] = Given{share, false, {}, value.whence};
    }
    (*this)[setting] = std::move(value);
  }
};

/// Whether a setting belongs to a section: "material".
inline bool in_section(const Setting& setting, std::string_view section) {
  return setting.key.size() > section.size() && setting.key.substr(0, section.size()) == section &&
         setting.key[section.size()] == '.';
}

inline Error invalid_setting(const Whence& whence, const std::string& why) {
  return profile_error(ErrorCode::kSettingInvalid, whence.text() + " " + why, whence.line);
}

inline bool is_text(const Setting& setting) {
  const SettingKind kind = setting_kind(setting);
  return kind == SettingKind::kText || kind == SettingKind::kLines;
}

inline bool allows_percentage(const Setting& setting) {
  return !setting.percent_of.empty() || !setting.share_in.empty();
}

inline Result<Given> parse_choice(const Setting& setting, std::string_view text, Given given) {
  std::string names;
  const auto last = std::ranges::count(setting.choices, '|');
  for (int i = 0; i <= last; ++i) {
    const std::string_view name = choice_name(setting, i);
    if (!name.empty() && name == text) {
      given.number = i;
      return given;
    }
    names += (names.empty() || name.empty() ? "" : ", ") + std::string(name);
  }
  return invalid_setting(given.whence, "is none of " + names);
}

/// Reads the value of a setting from text: a text, a number, a percentage, a switch or a choice.
/// Errors: kSettingInvalid.
inline Result<Given> parse_given(const Setting& setting, std::string_view text, Whence whence) {
  Given given;
  given.whence = std::move(whence);
  if (setting_kind(setting) == SettingKind::kLines) {
    given.text = text;
    return given;
  }
  text = trimmed(text);
  switch (setting_kind(setting)) {
    case SettingKind::kText:
      if (text.empty() || has_control_character(text)) {
        return invalid_setting(given.whence, "is not a name on one line");
      }
      given.text = text;
      return given;
    case SettingKind::kSwitch:
      if (text != "true" && text != "false" && text != "1" && text != "0") {
        return invalid_setting(given.whence, "is neither true nor false");
      }
      given.number = text == "true" || text == "1" ? 1 : 0;
      return given;
    case SettingKind::kChoice:
      return parse_choice(setting, text, std::move(given));
    case SettingKind::kLines:
    case SettingKind::kNumber:
    case SettingKind::kInteger:
      break;
  }
  std::string_view digits = text;
  if (!digits.empty() && digits.back() == '%') {
    given.percent = true;
    digits = trimmed(digits.substr(0, digits.size() - 1));
  }
  const std::optional<double> number = parse_number(digits);
  if (!number) return invalid_setting(given.whence, "is not a number");
  if (given.percent && !allows_percentage(setting)) {
    return invalid_setting(given.whence, "is a percentage where only a number is possible");
  }
  given.number = *number;
  return given;
}

/// Resolves a draft into absolute values, checks their bounds, and fills machine, material, print,
/// values and hash of a profile.
/// Errors: kSettingMissing for a setting that nobody gave, kSettingInvalid.
Result<Profile> resolve_draft(const Draft& draft);

/// Applies "key=value" to a draft. Errors: kSettingUnknown, kSettingInvalid.
Status apply_override(std::string_view assignment, Draft& draft);

}  // namespace costengine::detail::profiles
