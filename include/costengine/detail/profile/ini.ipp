#pragma once

#include <algorithm>
#include <set>

#include "costengine/detail/profile/ini.hpp"

namespace costengine::detail::profiles {

inline bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

inline bool is_ini_key(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_word_character(c) || c == '-' || c == '.' || c == ':';
  });
}

/// Whether a key of PrusaSlicer sets a setting.
inline bool has_row(std::string_view key) {
  return std::any_of(settings().begin(), settings().end(), [&](const Setting& setting) {
    return setting.ini_key == key || setting.ini_alias == key;
  });
}

/// Replaces what is not UTF-8 by '?', so that names may go into JSON whatever the file holds.
inline std::string as_utf8(std::string_view text) {
  std::string clean(text);
  std::size_t i = 0;
  while (i < clean.size()) {
    const auto lead = static_cast<unsigned char>(clean[i]);
    const std::size_t length = lead < 0x80                   ? 1
                               : lead >= 0xC2 && lead < 0xE0 ? 2
                               : lead >= 0xE0 && lead < 0xF0 ? 3
                               : lead >= 0xF0 && lead < 0xF5 ? 4
                                                             : 0;
    bool good = length > 0 && i + length <= clean.size();
    for (std::size_t k = 1; good && k < length; ++k) {
      const auto next = static_cast<unsigned char>(clean[i + k]);
      good = (next & 0xC0U) == 0x80U;
      if (k > 1) continue;  // the second byte tells overlong forms, surrogates, beyond U+10FFFF
      if (lead == 0xE0) good = good && next >= 0xA0;
      if (lead == 0xED) good = good && next < 0xA0;
      if (lead == 0xF0) good = good && next >= 0x90;
      if (lead == 0xF4) good = good && next < 0x90;
    }
    if (good) {
      i += length;
    } else {
      clean[i++] = '?';
    }
  }
  return clean;
}

/// "key = value" lines; '#' and ';' begin comment lines.
/// Errors: kProfileInvalid for anything else, and for a key given twice (PrusaSlicer refuses it
/// too).
inline Result<IniEntries> read_ini_lines(std::string_view text, const std::string& name) {
  const auto invalid = [&](const std::string& why, std::uint64_t line) {
    return profile_error(ErrorCode::kProfileInvalid, printable(name) + ": " + why, line);
  };
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  IniEntries entries;
  std::uint64_t number = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (line.empty() || line[0] == '#' || line[0] == ';') continue;
    if (line[0] == '[') {
      return invalid(
          "a section begins here, so this is a bundle of presets; export a single "
          "configuration instead (PrusaSlicer: File, Export, Export Config)",
          number);
    }
    const auto equals = line.find('=');
    const std::string_view key = trimmed(line.substr(0, std::min(equals, line.size())));
    if (equals == std::string_view::npos || !is_ini_key(key)) {
      return invalid("this line is not of the form key = value", number);
    }
    const auto [entry, fresh] = entries.try_emplace(
        std::string(key), IniEntry{as_utf8(trimmed(line.substr(equals + 1))), number});
    if (!fresh) {
      return invalid(
          printable(key) + " is given twice, first in line " + std::to_string(entry->second.line),
          number);
    }
  }
  if (entries.empty()) {
    return profile_error(ErrorCode::kProfileInvalid, printable(name) + " holds no settings");
  }
  return entries;
}

/// What stands between a leading quote and the next one, without escapes.
inline std::string quoted_element(std::string_view value) {
  std::size_t end = 1;
  while (end < value.size() && value[end] != '"') end += value[end] == '\\' ? 2 : 1;
  return unescaped(value.substr(1, std::min(end, value.size()) - 1));
}

/// The first element of a list (one per extruder), without quotes or a comment behind it.
inline std::string first_element(std::string_view value, SettingKind kind) {
  value = trimmed(value);
  if (!value.empty() && value[0] == '"') {
    std::string text = quoted_element(value);
    if (kind != SettingKind::kLines) std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
  }
  const char* const ends = kind == SettingKind::kText ? ";" : ",;#";
  return std::string(trimmed(value.substr(0, value.find_first_of(ends))));
}

/// A template of G-code. Those of the machine are bare text, those of filaments a list.
inline std::string read_lines(const Setting& setting, std::string_view value) {
  if (in_section(setting, "material")) {
    if (value.substr(0, 1) == "\"") return quoted_element(value);
    value = value.substr(0, value.find(';'));
  }
  return unescaped(value);
}

class IniReader {
 public:
  IniReader(const IniEntries& entries, const std::string& name) : entries_(entries), name_(name) {}

  Result<IniImport> run() {
    COSTENGINE_CHECK(require_filament_printer());
    for (const Setting& setting : settings()) {
      if (setting.ini_key == "bed_shape") continue;
      COSTENGINE_CHECK(read(setting));
    }
    COSTENGINE_CHECK(read_bed_shape());
    COSTENGINE_CHECK(read_filament_overrides());
    sort_rest();
    return std::move(result_);
  }

 private:
  /// The value of a key; empty values count as none.
  [[nodiscard]] const IniEntry* find(std::string_view key) const {
    const auto entry = entries_.find(key);
    if (entry == entries_.end() || entry->second.value.empty()) return nullptr;
    return &entry->second;
  }

  /// The value of a setting under its present or its former name. A template may be empty.
  [[nodiscard]] const IniEntry* find(const Setting& setting) const {
    for (const std::string_view key : {setting.ini_key, setting.ini_alias}) {
      const auto entry = entries_.find(key);
      if (entry != entries_.end() && (setting.lines || !entry->second.value.empty())) {
        return &entry->second;
      }
    }
    return nullptr;
  }

  Result<Given> given(const Setting& setting, std::string_view key, const IniEntry* entry,
                      std::string_view otherwise) {
    Whence whence{std::string(key) + " = " + std::string(otherwise), kDefaultOrigin, std::nullopt};
    std::string value = setting.lines ? unescaped(otherwise) : std::string(otherwise);
    if (entry != nullptr) {
      value = setting.lines ? read_lines(setting, entry->value)
                            : first_element(entry->value, setting_kind(setting));
      whence = {std::string(key) + " = " + printable(entry->value), name_, entry->line};
      if (!allows_percentage(setting) && !setting.lines && value.ends_with('%')) {
        value.pop_back();  // PrusaSlicer reads the bare number here
      }
      if (setting.percent_of == "1" && setting.ini_key != "fill_density" && parse_number(value)) {
        value += '%';  // PrusaSlicer's percentages may lack the sign
      }
      if (setting.key == "print.draft_shield" && (value == "0" || value == "1")) {
        value = value == "0" ? "disabled" : "enabled";  // it was a switch once
      }
    } else if (setting_kind(setting) != SettingKind::kText || setting.ini_key == "filament_type") {
      default_taken(std::string(key.empty() ? setting.key : key));
    }
    return parse_given(setting, value, std::move(whence));
  }

  void default_taken(std::string key) {
    if (std::find(result_.defaulted.begin(), result_.defaulted.end(), key) ==
        result_.defaulted.end()) {
      result_.defaulted.push_back(std::move(key));
    }
  }

  Status require_filament_printer() {
    const IniEntry* technology = find("printer_technology");
    if (technology == nullptr || technology->value == "FFF") return Ok{};
    return profile_error(ErrorCode::kProfileInvalid,
                         printable(name_) +
                             ": printer_technology = " + printable(technology->value) +
                             ", but only filament printers (FFF) can be estimated",
                         technology->line);
  }

  Status read(const Setting& setting) {
    const IniEntry* entry = find(setting);
    if (!setting.ini_default) return Ok{};
    COSTENGINE_TRY(Given value,
                   given(setting, setting.ini_key, entry, setting.ini_default.value_or("")));
    if (is_text(setting)) {
      result_.draft.put(setting, std::move(value));
      return Ok{};
    }
    if (value.number == 0 && setting.ini_zero_unknown) {
      default_taken(std::string(setting.ini_key));
      return Ok{};
    }
    if (value.number == 0 && !setting.ini_zero.empty()) {
      const std::string_view otherwise = setting.ini_zero == "extrusion_width" ? "0" : "80";
      const Whence own = value.whence;
      COSTENGINE_TRY(value, given(setting, setting.ini_zero, find(setting.ini_zero), otherwise));
      if (!value.whence.line) value.whence = own;
    }
    result_.draft.put(setting, std::move(value));
    return Ok{};
  }

  /// The build area is the bounding box of the points "0x0,250x0,250x210,0x210"; it is round if
  /// they leave out a tenth of it (a circle leaves out 21 %).
  Status read_bed_shape() {
    const IniEntry* entry = find("bed_shape");
    if (entry == nullptr) default_taken("bed_shape");
    const std::string value = entry == nullptr ? "0x0,200x0,200x200,0x200" : entry->value;
    Whence whence{"bed_shape = " + printable(value), kDefaultOrigin, std::nullopt};
    if (entry != nullptr) whence = {whence.written, name_, entry->line};

    double low[2] = {HUGE_VAL, HUGE_VAL};
    double high[2] = {-HUGE_VAL, -HUGE_VAL};
    double first[2] = {0, 0}, last[2] = {0, 0}, twice_area = 0;
    bool begun = false;
    const auto add_triangle = [&](const double to[2]) {
      twice_area +=
          (last[0] - first[0]) * (to[1] - first[1]) - (last[1] - first[1]) * (to[0] - first[0]);
    };
    std::string_view rest = value;
    while (!rest.empty()) {
      const auto comma = std::min(rest.find(','), rest.size());
      const std::string_view point = trimmed(rest.substr(0, comma));
      rest.remove_prefix(std::min(comma + 1, rest.size()));
      const auto cross = std::min(point.find('x'), point.size());
      const std::optional<double> coordinates[2] = {
          parse_number(trimmed(point.substr(0, cross))),
          parse_number(trimmed(point.substr(std::min(cross + 1, point.size()))))};
      for (int axis = 0; axis < 2; ++axis) {
        if (!coordinates[axis]) return invalid_setting(whence, "is not a list of points like 0x0");
        low[axis] = std::min(low[axis], *coordinates[axis]);
        high[axis] = std::max(high[axis], *coordinates[axis]);
      }
      const double point_mm[2] = {*coordinates[0], *coordinates[1]};
      if (!begun) std::copy_n(point_mm, 2, first);
      if (begun) add_triangle(point_mm);
      begun = true;
      std::copy_n(point_mm, 2, last);
    }
    const double box_mm2 = (high[0] - low[0]) * (high[1] - low[1]);
    const bool round = std::fabs(twice_area / 2) < 0.9 * box_mm2;
    result_.draft[*find_setting("machine.build_round")] =
        Given{round ? 1.0 : 0.0, false, {}, whence};
    const std::pair<std::string_view, double> sizes[] = {{"machine.build_x_mm", high[0] - low[0]},
                                                         {"machine.build_y_mm", high[1] - low[1]},
                                                         {"machine.build_min_x_mm", low[0]},
                                                         {"machine.build_min_y_mm", low[1]}};
    for (const auto& [key, size] : sizes) {
      result_.draft[*find_setting(key)] = Given{size, false, {}, whence};
    }
    return Ok{};
  }

  /// What a filament says about retraction replaces what the machine says.
  Status read_filament_overrides() {
    for (const Setting& setting : settings()) {
      const std::string key = "filament_" + std::string(setting.ini_key);
      if (!in_section(setting, "machine") || !is_one_of(helper_ini_keys(), key)) continue;
      const IniEntry* entry = find(key);
      if (entry == nullptr || first_element(entry->value, SettingKind::kNumber) == "nil") continue;
      COSTENGINE_TRY(Given value, given(setting, key, entry, ""));
      result_.draft.put(setting, std::move(value));
    }
    return Ok{};
  }

  static bool is_one_of(std::span<const std::string_view> keys, std::string_view key) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
  }

  /// Sorts the keys that gave no value into ignored, unknown and harmless.
  void sort_rest() {
    for (const auto& [key, entry] : entries_) {
      if (has_row(key) || is_one_of(helper_ini_keys(), key) ||
          is_one_of(harmless_ini_keys(), key)) {
        continue;
      }
      if (!is_one_of(unmodelled_ini_keys(), key)) {
        result_.unknown.push_back(printable(key));
      } else if (!entry.value.empty() && entry.value != "\"\"" && entry.value != "0") {
        result_.ignored.push_back(key);
      }
    }
  }

  const IniEntries& entries_;
  const std::string& name_;
  IniImport result_;
};

COSTENGINE_INLINE Result<IniImport> import_ini(std::string_view text, const std::string& name) {
  COSTENGINE_TRY(IniEntries entries, read_ini_lines(text, name));
  COSTENGINE_TRY(IniImport import, IniReader(entries, name).run());
  import.entries = std::move(entries);
  return import;
}

COSTENGINE_INLINE void fill_unknown(Draft& draft) {
  for (const Setting& setting : settings()) {
    if (!setting.ini_zero_unknown || draft[setting]) continue;
    const Whence whence{std::string(setting.ini_key) + " = 0", kDefaultOrigin, std::nullopt};
    draft[setting] = Given{0, false, {}, whence, true};
  }
}

COSTENGINE_INLINE std::vector<Placeholder> placeholders_of(const Profile& profile,
                                                           const IniEntries& entries) {
  std::set<std::string_view> words;
  for (const std::string* text :
       {&profile.machine.start_gcode, &profile.machine.end_gcode,
        &profile.machine.before_layer_gcode, &profile.machine.layer_gcode,
        &profile.material.start_filament_gcode, &profile.material.end_filament_gcode}) {
    std::string_view rest = *text;
    while (!rest.empty()) {
      const auto length = static_cast<std::size_t>(
          std::find_if_not(rest.begin(), rest.end(), is_word_character) - rest.begin());
      words.insert(rest.substr(0, length));
      rest.remove_prefix(std::min(length + 1, rest.size()));
    }
  }
  std::vector<Placeholder> found;
  for (const std::string_view word : words) {
    const auto entry = entries.find(word);
    if (entry == entries.end() || has_row(word)) continue;
    found.push_back({std::string(word), entry->second.value});
  }
  return found;
}

}  // namespace costengine::detail::profiles
