#pragma once

#include <algorithm>
#include <functional>
#include <map>

#include "costengine/detail/profile/ini.hpp"

namespace costengine::detail::profiles {

struct IniEntry {
  std::string value;
  std::uint64_t line = 0;
};
using IniEntries = std::map<std::string, IniEntry, std::less<>>;

inline bool is_ini_key(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || c == ':';
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

/// The first element of a list (one per extruder), without quotes or a comment behind it.
inline std::string first_element(std::string_view value, SettingKind kind) {
  value = trimmed(value);
  if (!value.empty() && value[0] == '"') {
    std::string text;
    for (std::size_t i = 1; i < value.size() && value[i] != '"'; ++i) {
      const bool escaped = value[i] == '\\' && i + 1 < value.size();
      if (escaped) ++i;
      text += escaped && value[i] == 'n' ? ' ' : value[i];
    }
    return text;
  }
  const char* const ends = kind == SettingKind::kText ? ";" : ",;#";
  return std::string(trimmed(value.substr(0, value.find_first_of(ends))));
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
    COSTENGINE_CHECK(combine());
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

  Result<Given> given(const Setting& setting, std::string_view key, std::string_view otherwise) {
    const IniEntry* entry = find(key);
    std::string value(otherwise);
    Whence whence{std::string(key) + " = " + value, kDefaultOrigin, std::nullopt};
    if (entry != nullptr) {
      value = first_element(entry->value, setting_kind(setting));
      whence = {std::string(key) + " = " + printable(entry->value), name_, entry->line};
      if (setting.percent_of.empty() && !value.empty() && value.back() == '%') {
        value.pop_back();  // PrusaSlicer reads the bare number here
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

  Result<double> helper(std::string_view key, std::string_view otherwise) {
    const IniEntry* entry = find(key);
    if (entry == nullptr) default_taken(std::string(key));
    const std::string value = entry == nullptr ? std::string(otherwise)
                                               : first_element(entry->value, SettingKind::kNumber);
    if (const std::optional<double> number = parse_number(value)) return *number;
    const Whence whence{std::string(key) + " = " + printable(entry->value), name_, entry->line};
    return invalid_setting(whence, "is not a number");
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
    std::optional<Given>& slot = result_.draft[setting];
    if (setting.ini_default.empty() && find(setting.ini_key) == nullptr) return Ok{};
    COSTENGINE_TRY(slot, given(setting, setting.ini_key, setting.ini_default));
    if (setting_kind(setting) == SettingKind::kText) return Ok{};
    if (slot->number == 0 && setting.ini_default.empty()) {
      result_.density_line = slot->whence.line;
      slot.reset();  // PrusaSlicer's 0 stands for unknown
      return Ok{};
    }
    if (slot->number == 0 && !setting.ini_zero.empty()) {
      const std::string_view otherwise = setting.ini_zero == "extrusion_width" ? "0" : "80";
      const Whence own = slot->whence;
      COSTENGINE_TRY(slot, given(setting, setting.ini_zero, otherwise));
      if (!slot->whence.line) slot->whence = own;
    }
    return Ok{};
  }

  /// The build area is the bounding box of the points "0x0,250x0,250x210,0x210".
  Status read_bed_shape() {
    const IniEntry* entry = find("bed_shape");
    if (entry == nullptr) default_taken("bed_shape");
    const std::string value = entry == nullptr ? "0x0,200x0,200x200,0x200" : entry->value;
    Whence whence{"bed_shape = " + printable(value), kDefaultOrigin, std::nullopt};
    if (entry != nullptr) whence = {whence.written, name_, entry->line};

    double low[2] = {HUGE_VAL, HUGE_VAL};
    double high[2] = {-HUGE_VAL, -HUGE_VAL};
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
    }
    set("machine.build_x_mm", high[0] - low[0], whence);
    set("machine.build_y_mm", high[1] - low[1], whence);
    return Ok{};
  }

  [[nodiscard]] double number_of(std::string_view key) const {
    return result_.draft[*find_setting(key)]->number;
  }

  void set(std::string_view key, double number, Whence whence) {
    result_.draft[*find_setting(key)] = Given{number, false, {}, std::move(whence)};
  }

  /// Overrides the row of `key` with 0 because a helper key switches the thing off.
  void switch_off(std::string_view key, std::string_view helper_key) {
    const IniEntry* entry = find(helper_key);
    if (entry == nullptr) return;
    set(key, 0, {std::string(helper_key) + " = " + printable(entry->value), name_, entry->line});
  }

  /// The keys that act on the settings of others.
  Status combine() {
    for (const std::string_view key :
         {"machine.retract_length_mm", "machine.retract_speed_mm_per_s",
          "machine.deretract_speed_mm_per_s", "machine.retract_lift_mm",
          "machine.retract_before_travel_mm"}) {
      const Setting& setting = *find_setting(key);
      const std::string filament_key = "filament_" + std::string(setting.ini_key);
      const IniEntry* entry = find(filament_key);
      if (entry == nullptr || first_element(entry->value, SettingKind::kNumber) == "nil") continue;
      COSTENGINE_TRY(result_.draft[setting], given(setting, filament_key, ""));
    }

    COSTENGINE_TRY(const double cooling, helper("cooling", "1"));
    if (cooling == 0) switch_off("material.min_layer_time_s", "cooling");
    if (number_of("print.gap_fill_speed_mm_per_s") != 0) {
      COSTENGINE_TRY(const double gap_fill, helper("gap_fill_enabled", "1"));
      if (gap_fill == 0) switch_off("print.gap_fill_speed_mm_per_s", "gap_fill_enabled");
    }
    if (number_of("print.support") != 0) {
      COSTENGINE_TRY(const double automatic, helper("support_material_auto", "1"));
      if (automatic == 0) switch_off("print.support", "support_material_auto");
    }
    const IniEntry* brim_type = find("brim_type");
    if (brim_type != nullptr && brim_type->value == "no_brim") {
      switch_off("print.brim_width_mm", "brim_type");
    }

    COSTENGINE_TRY(const double print_limit, helper("max_volumetric_speed", "0"));
    const Setting& limit = *find_setting("material.max_volumetric_speed_mm3_per_s");
    const double filament_limit = result_.draft[limit]->number;
    if (print_limit != 0 && (filament_limit == 0 || print_limit < filament_limit)) {
      COSTENGINE_TRY(result_.draft[limit], given(limit, "max_volumetric_speed", "0"));
    }
    return Ok{};
  }

  /// Whether a key is present and not switched off.
  [[nodiscard]] bool switched_on(std::string_view key) const {
    const IniEntry* entry = find(key);
    if (entry == nullptr) return false;
    const std::string value = first_element(entry->value, SettingKind::kNumber);
    return value != "0" && value != "none" && value != "disabled" && value != "nil";
  }

  [[nodiscard]] bool harmful(const UnmodelledIniKey& key, const IniEntry& entry) const {
    if (entry.value.empty() || entry.value == "\"\"") return false;
    if (!key.only_with.empty() && !switched_on(key.only_with)) return false;
    const std::string value = first_element(entry.value, SettingKind::kNumber);
    const std::optional<double> number = parse_number(value);
    std::string_view rest = key.harmless;
    while (!rest.empty()) {
      const auto bar = std::min(rest.find('|'), rest.size());
      const std::string_view harmless = rest.substr(0, bar);
      if (value == harmless) return false;
      if (number && parse_number(harmless) == number) return false;  // "0.0" is "0"
      rest.remove_prefix(std::min(bar + 1, rest.size()));
    }
    return true;
  }

  /// Sorts the keys that gave no value into ignored, unknown and harmless.
  void sort_rest() {
    const auto has_row = [](std::string_view key) {
      return std::any_of(settings().begin(), settings().end(),
                         [&](const Setting& setting) { return setting.ini_key == key; });
    };
    const auto contains = [](std::span<const std::string_view> keys, std::string_view key) {
      return std::find(keys.begin(), keys.end(), key) != keys.end();
    };
    const auto unmodelled = [](std::string_view key) -> const UnmodelledIniKey* {
      for (const UnmodelledIniKey& row : unmodelled_ini_keys()) {
        if (row.key == key) return &row;
      }
      return nullptr;
    };
    for (const auto& [key, entry] : entries_) {
      if (has_row(key) || contains(helper_ini_keys(), key) || contains(harmless_ini_keys(), key)) {
        continue;
      }
      const UnmodelledIniKey* row = unmodelled(key);
      if (row == nullptr) {
        result_.unknown.push_back(printable(key));
      } else if (harmful(*row, entry)) {
        result_.ignored.push_back(key);
      }
    }
  }

  const IniEntries& entries_;
  const std::string& name_;
  IniImport result_;
};

COSTENGINE_INLINE Result<IniImport> import_ini(std::string_view text, const std::string& name) {
  COSTENGINE_TRY(const IniEntries entries, read_ini_lines(text, name));
  return IniReader(entries, name).run();
}

}  // namespace costengine::detail::profiles
