#pragma once

#include <algorithm>
#include <type_traits>

#include "costengine/base/byte_source.hpp"
#include "costengine/detail/profile/draft.hpp"

namespace costengine::detail::profiles {

/// Lines have round sides: neighbours are width - height * kRounding apart.
inline constexpr double kRounding = 0.21460183660255172;  // 1 - pi/4

/// Turns given values into absolute ones, each after the setting that it depends on. The table has
/// no circles, so the recursion ends.
class Resolver {
 public:
  explicit Resolver(const Draft& draft)
      : draft_(draft), number_(draft.given.size()), done_(draft.given.size(), false) {}

  Result<double> number(const Setting& setting) {
    const std::size_t index = setting_index(setting);
    if (done_[index]) return number_[index];
    COSTENGINE_TRY(const Given* given, require(setting));
    COSTENGINE_TRY(double value, absolute(setting, *given));
    const bool bounded = setting.choices.empty() && !given->unknown;
    if (bounded && !(value >= setting.min && value <= setting.max)) {
      return out_of_range(setting, value);
    }
    if (!setting.needs.empty()) {
      COSTENGINE_TRY(const double needed, number(*find_setting(setting.needs)));
      if (needed == 0) value = 0;
    }
    number_[index] = value;
    done_[index] = true;
    return value;
  }

  /// Whether what a setting is set to makes no difference to the estimate.
  Result<bool> neutral(const Setting& setting) {
    if (!setting.only_with.empty()) {
      COSTENGINE_TRY(const double with, number(*find_setting(setting.only_with)));
      if (with == 0) return true;
    }
    if (setting.lines) return draft_[setting]->text.empty();
    COSTENGINE_TRY(const double value, number(setting));
    for (std::string_view rest = setting.neutral; !rest.empty();) {
      const auto bar = std::min(rest.find('|'), rest.size());
      COSTENGINE_TRY(const Given given, parse_given(setting, rest.substr(0, bar), {}));
      COSTENGINE_TRY(const double harmless, absolute(setting, given));
      if (value == harmless) return true;
      rest.remove_prefix(std::min(bar + 1, rest.size()));
    }
    return false;
  }

  Result<const Given*> require(const Setting& setting) const {
    const std::optional<Given>& given = draft_[setting];
    if (given) return &*given;
    return profile_error(ErrorCode::kSettingMissing,
                         std::string(setting.key) + " (" + std::string(setting.meaning) +
                             ") is missing: add it to the profile or give it with --set");
  }

 private:
  Result<double> absolute(const Setting& setting, const Given& given) {
    double value = given.number;
    if (given.percent) {
      COSTENGINE_TRY(const double base, percent_base(setting));
      value = value * base / 100;
    }
    if (value == 0 && !setting.automatic_of.empty()) {
      COSTENGINE_TRY(const double base, number(*find_setting(setting.automatic_of)));
      value = setting.automatic_factor * base;
    }
    return value + 0.0;  // no negative zero
  }

  Result<double> percent_base(const Setting& setting) {
    if (setting.percent_of.empty()) return 0;  // only the share counts
    if (setting.percent_of == "1") return 1;
    if (setting.percent_of == kInfillSpacing) return spacing("print.infill_width_mm");
    if (setting.percent_of != kOverlapBase) return number(*find_setting(setting.percent_of));
    COSTENGINE_TRY(const double loops, number(*find_setting("print.perimeters")));
    COSTENGINE_TRY(const double loop, spacing(loops == 1 ? "print.external_perimeter_width_mm"
                                                         : "print.perimeter_width_mm"));
    COSTENGINE_TRY(const double generator, number(*find_setting("print.perimeter_generator")));
    if (static_cast<PerimeterGenerator>(generator) == PerimeterGenerator::kArachne) return loop;
    COSTENGINE_TRY(const double infill, spacing("print.solid_infill_width_mm"));
    return (loop + infill) / 2;
  }

  Result<double> spacing(std::string_view width_key) {
    COSTENGINE_TRY(const double width, number(*find_setting(width_key)));
    COSTENGINE_TRY(const double height, number(*find_setting("print.layer_height_mm")));
    return std::max(0.0, width - height * kRounding);
  }

  Error out_of_range(const Setting& setting, double value) const {
    const Whence& whence = draft_[setting]->whence;
    std::string why = "is outside ";
    if (draft_[setting]->percent) why = "means " + print_number(value) + ", which is outside ";
    why += print_number(setting.min) + " to " + print_number(setting.max);
    if (!setting.unit.empty()) why += " " + std::string(setting.unit);
    return invalid_setting(whence, why);
  }

  const Draft& draft_;
  std::vector<double> number_;
  std::vector<bool> done_;
};

/// Writes values into the struct that the member belongs to.
struct MemberWriter {
  Profile& profile;
  double number;
  const std::string& text;

  template <class Struct, class Value>
  void operator()(Value Struct::*member) const {
    Value& value = part(static_cast<Struct*>(nullptr)).*member;
    if constexpr (std::is_same_v<Value, std::string>) {
      value = text;
    } else if constexpr (std::is_same_v<Value, bool>) {
      value = number != 0;
    } else if constexpr (std::is_enum_v<Value>) {
      value = static_cast<Value>(static_cast<int>(number));
    } else {
      value = static_cast<Value>(number);
    }
  }

 private:
  [[nodiscard]] Machine& part(Machine*) const { return profile.machine; }
  [[nodiscard]] Material& part(Material*) const { return profile.material; }
  [[nodiscard]] PrintSettings& part(PrintSettings*) const { return profile.print; }
};

/// A layer must fit under the nozzle and a line must be wide enough to have a cross section: the
/// spacing of neighbouring lines, width - height * (1 - pi/4), is above 0.
inline Status check_geometry(const Draft& draft, const Profile& profile) {
  const PrintSettings& print = profile.print;
  const auto complain = [&](std::string_view key, const std::string& why) {
    return invalid_setting(draft[*find_setting(key)]->whence, why);
  };
  const std::string nozzle = print_number(profile.machine.nozzle_diameter_mm) + " mm";
  const auto too_high = [&](double height) {
    return "gives layers of " + print_number(height) + " mm, higher than the nozzle is wide (" +
           nozzle + ")";
  };
  if (print.layer_height_mm > profile.machine.nozzle_diameter_mm) {
    return complain("print.layer_height_mm", too_high(print.layer_height_mm));
  }
  if (print.first_layer_height_mm > profile.machine.nozzle_diameter_mm) {
    return complain("print.first_layer_height_mm", too_high(print.first_layer_height_mm));
  }
  for (const Setting& setting : settings()) {
    if (setting.ini_zero != "extrusion_width") continue;
    const double width = profile.print.*std::get<double PrintSettings::*>(setting.member);
    const double height = setting.key == "print.first_layer_width_mm" ? print.first_layer_height_mm
                                                                      : print.layer_height_mm;
    const bool own = setting.key == "print.first_layer_width_mm" && width == 0;
    if (!own && width <= height * kRounding) {
      return complain(setting.key, "gives lines of " + print_number(width) +
                                       " mm, too narrow for layers of " + print_number(height) +
                                       " mm");
    }
  }
  return Ok{};
}

/// A value as people and .ini files write it.
inline std::string shown_value(const Setting& setting, double number, const std::string& text) {
  switch (setting_kind(setting)) {
    case SettingKind::kText:
      return text;
    case SettingKind::kLines:
      return escaped(text);
    case SettingKind::kSwitch:
      return number != 0 ? "true" : "false";
    case SettingKind::kChoice:
      return std::string(choice_name(setting, static_cast<int>(number)));
    case SettingKind::kNumber:
    case SettingKind::kInteger:
      break;
  }
  return print_number(number);
}

/// Sorts what is in use but not modelled into Profile::approximated and Profile::ignored.
inline Status note_modelling(Resolver& resolver, Profile& profile) {
  for (const Setting& setting : settings()) {
    if (setting.modelling == Modelling::kModelled) continue;
    COSTENGINE_TRY(const bool neutral, resolver.neutral(setting));
    if (neutral) continue;
    (setting.modelling == Modelling::kIgnored ? profile.ignored : profile.approximated)
        .emplace_back(setting.ini_key.empty() ? setting.key : setting.ini_key);
  }
  std::sort(profile.approximated.begin(), profile.approximated.end());
  std::sort(profile.ignored.begin(), profile.ignored.end());
  return Ok{};
}

COSTENGINE_INLINE Result<Profile> resolve_draft(const Draft& draft) {
  Profile profile{};
  profile.values.reserve(settings().size());
  Resolver resolver(draft);
  std::string canonical;
  for (const Setting& setting : settings()) {
    COSTENGINE_TRY(const Given* given, resolver.require(setting));
    double number = 0;
    if (!is_text(setting)) {
      COSTENGINE_TRY(number, resolver.number(setting));
      if (setting_kind(setting) != SettingKind::kNumber && number != std::floor(number)) {
        return invalid_setting(given->whence, "is not a whole number");
      }
    }
    std::visit(MemberWriter{profile, number, given->text}, setting.member);
    const std::string shown = shown_value(setting, number, given->text);
    canonical += std::string(setting.key) + "=" + shown + "\n";
    profile.values.push_back(
        {std::string(setting.key), shown, std::string(setting.unit), given->whence.origin});
  }
  COSTENGINE_CHECK(check_geometry(draft, profile));
  COSTENGINE_CHECK(note_modelling(resolver, profile));
  profile.hash = sha256_hex(std::string_view(canonical));
  return profile;
}

COSTENGINE_INLINE Status apply_override(std::string_view assignment, Draft& draft) {
  const auto equals = assignment.find('=');
  if (equals == std::string_view::npos) {
    return profile_error(ErrorCode::kSettingInvalid,
                         "--set " + printable(assignment) + " is not of the form key=value");
  }
  const std::string_view name = trimmed(assignment.substr(0, equals));
  std::string value(trimmed(assignment.substr(equals + 1)));
  auto matched = match_setting(name);
  if (!matched.ok()) {
    Error error = std::move(matched).error();
    error.message = "--set: " + error.message;
    return error;
  }
  const Setting& setting = *matched.value();
  Whence whence{printable(name) + " = " + printable(value), kSetOrigin, std::nullopt};
  if (setting_kind(setting) == SettingKind::kLines) value = unescaped(value);
  COSTENGINE_TRY(Given given, parse_given(setting, value, std::move(whence)));
  draft.put(setting, std::move(given));
  return Ok{};
}

}  // namespace costengine::detail::profiles
