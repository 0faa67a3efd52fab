#pragma once

#include "costengine/base/byte_source.hpp"
#include "costengine/detail/profile/draft.hpp"

namespace costengine::detail::profiles {

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
    double value = given->number;
    if (given->percent) {
      double base = 1;
      if (setting.percent_of != "1") {
        COSTENGINE_TRY(base, number(*find_setting(setting.percent_of)));
      }
      value = value * base / 100;
    }
    if (value == 0 && !setting.automatic_of.empty()) {
      COSTENGINE_TRY(const double base, number(*find_setting(setting.automatic_of)));
      value = setting.automatic_factor * base;
    }
    value += 0.0;  // no negative zero
    if (!(value >= setting.min && value <= setting.max)) return out_of_range(setting, value);
    number_[index] = value;
    done_[index] = true;
    return value;
  }

  Result<const Given*> require(const Setting& setting) const {
    const std::optional<Given>& given = draft_[setting];
    if (given) return &*given;
    return profile_error(ErrorCode::kSettingMissing,
                         std::string(setting.key) + " (" + std::string(setting.meaning) +
                             ") is missing: add it to the profile or give it with --set");
  }

 private:
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

  void operator()(std::string Machine::*member) const { profile.machine.*member = text; }
  void operator()(std::string Material::*member) const { profile.material.*member = text; }
  void operator()(std::string PrintSettings::*member) const { profile.print.*member = text; }
  void operator()(double Machine::*member) const { profile.machine.*member = number; }
  void operator()(double Material::*member) const { profile.material.*member = number; }
  void operator()(double PrintSettings::*member) const { profile.print.*member = number; }
  void operator()(int PrintSettings::*member) const {
    profile.print.*member = static_cast<int>(number);
  }
  void operator()(bool PrintSettings::*member) const { profile.print.*member = number != 0; }
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
  constexpr double kRounding = 0.21460183660255172;  // 1 - pi/4
  for (const Setting& setting : settings()) {
    if (setting.ini_zero != "extrusion_width") continue;
    const double width = profile.print.*std::get<double PrintSettings::*>(setting.member);
    const double height = setting.key == "print.first_layer_width_mm" ? print.first_layer_height_mm
                                                                      : print.layer_height_mm;
    if (width <= height * kRounding) {
      return complain(setting.key, "gives lines of " + print_number(width) +
                                       " mm, too narrow for layers of " + print_number(height) +
                                       " mm");
    }
  }
  return Ok{};
}

COSTENGINE_INLINE Result<Profile> resolve_draft(const Draft& draft) {
  Profile profile{};
  profile.values.reserve(settings().size());
  Resolver resolver(draft);
  std::string canonical;
  for (const Setting& setting : settings()) {
    COSTENGINE_TRY(const Given* given, resolver.require(setting));
    const SettingKind kind = setting_kind(setting);
    double number = 0;
    std::string shown = given->text;
    if (kind != SettingKind::kText) {
      COSTENGINE_TRY(number, resolver.number(setting));
      if (kind != SettingKind::kNumber && number != std::floor(number)) {
        return invalid_setting(given->whence, "is not a whole number");
      }
      shown =
          kind == SettingKind::kSwitch ? (number != 0 ? "true" : "false") : print_number(number);
    }
    std::visit(MemberWriter{profile, number, given->text}, setting.member);
    canonical += std::string(setting.key) + "=" + shown + "\n";
    profile.values.push_back(
        {std::string(setting.key), shown, std::string(setting.unit), given->whence.origin});
  }
  COSTENGINE_CHECK(check_geometry(draft, profile));
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
  const std::string_view value = trimmed(assignment.substr(equals + 1));
  auto matched = match_setting(name);
  if (!matched.ok()) {
    Error error = std::move(matched).error();
    error.message = "--set: " + error.message;
    return error;
  }
  const Setting& setting = *matched.value();
  Whence whence{printable(name) + " = " + printable(value), kSetOrigin, std::nullopt};
  COSTENGINE_TRY(draft[setting], parse_given(setting, value, std::move(whence)));
  return Ok{};
}

}  // namespace costengine::detail::profiles
