#pragma once

#include "costengine/base/byte_source.hpp"
#include "costengine/detail/profile/ini.hpp"
#include "costengine/detail/profile/toml.hpp"
#include "costengine/profile/load.hpp"

namespace costengine {
namespace detail::profiles {

/// "printer" of "/home/me/printer.ini".
inline std::string file_stem(std::string_view path) {
  path = path.substr(path.find_last_of('/') + 1);
  return std::string(path.substr(0, path.find_last_of('.')));
}

/// "printer.ini" of "/home/me/printer.ini".
inline std::string file_name(std::string_view path) {
  return std::string(path.substr(path.find_last_of('/') + 1));
}

inline bool ends_in(std::string_view path, std::string_view extension) {
  return path.size() > extension.size() &&
         lower(path.substr(path.size() - extension.size())) == extension;
}

inline Result<std::string> read_profile_file(const std::string& path) {
  Limits limits;
  limits.max_input_bytes = std::uint64_t{4} << 20;
  const auto as_profile = [&](Error error) {
    error.stage = Stage::kProfile;
    error.message =
        printable(file_name(path)) + ": " +
        (error.code == ErrorCode::kLimitBytes ? "no profile has more than 4 MiB" : error.message);
    return error;
  };
  auto source = open_file(path, limits);
  if (!source.ok()) return as_profile(std::move(source).error());
  std::string text(static_cast<std::size_t>(source.value()->size()), '\0');
  auto status = source.value()->read_at(0, std::as_writable_bytes(std::span(text)));
  if (!status.ok()) return as_profile(std::move(status).error());
  return text;
}

/// Overrides, then what nobody gave, then absolute values.
inline Result<Profile> finish_profile(Draft draft, const ProfileRequest& request) {
  for (const std::string& assignment : request.overrides) {
    COSTENGINE_CHECK(apply_override(assignment, draft));
  }
  std::vector<std::string> defaulted;
  for (const Setting& setting : settings()) {
    if (draft[setting] || !setting.otherwise) continue;
    const std::string value(*setting.otherwise);
    Whence whence{std::string(last_part(setting.key)) + " = " + value, kDefaultOrigin,
                  std::nullopt};
    COSTENGINE_TRY(draft[setting], parse_given(setting, value, std::move(whence)));
    defaulted.emplace_back(setting.key);
  }
  COSTENGINE_TRY(Profile profile, resolve_draft(draft));
  profile.defaulted = std::move(defaulted);
  return profile;
}

/// The keys that took their default and kept it, whatever overrides and --material said.
inline std::vector<std::string> still_default(const std::vector<std::string>& keys,
                                              const Profile& profile) {
  std::vector<std::string> kept;
  for (const std::string& key : keys) {
    bool replaced = false;
    for (std::size_t i = 0; i < settings().size(); ++i) {
      const Setting& setting = settings()[i];
      const std::string& origin = profile.values[i].origin;
      if ((setting.ini_key.empty() ? setting.key : setting.ini_key) != key) continue;
      replaced = origin == kSetOrigin || origin == kCatalogueOrigin;
    }
    if (!replaced) kept.push_back(key);
  }
  return kept;
}

}  // namespace detail::profiles

COSTENGINE_INLINE Result<Profile> parse_toml_profile(std::string_view text,
                                                     const ProfileRequest& request) {
  namespace own = detail::profiles;
  COSTENGINE_TRY(own::NamedDraft named, own::toml_draft(text, own::file_name(request.profile)));
  if (!request.material.empty()) {
    COSTENGINE_CHECK(own::replace_material(request.material, named.draft));
  }
  auto finished = own::finish_profile(std::move(named.draft), request);
  if (!finished.ok() && finished.error().code == ErrorCode::kSettingMissing) {
    Error error = std::move(finished).error();
    error.message = own::printable(own::file_name(request.profile)) + ": " + error.message;
    return error;
  }
  COSTENGINE_TRY(Profile profile, std::move(finished));
  profile.name = named.name.empty() ? own::file_stem(request.profile) : named.name;
  profile.source = request.profile;
  return profile;
}

COSTENGINE_INLINE Result<Profile> parse_ini_profile(std::string_view text,
                                                    const ProfileRequest& request) {
  namespace own = detail::profiles;
  const std::string file = own::file_name(request.profile);
  COSTENGINE_TRY(own::IniImport import, own::import_ini(text, file));
  if (!request.material.empty()) {
    COSTENGINE_CHECK(own::replace_material(request.material, import.draft));
  }
  own::fill_unknown(import.draft);
  COSTENGINE_TRY(Profile profile, own::finish_profile(std::move(import.draft), request));
  profile.name = own::file_stem(request.profile);
  profile.source = request.profile;
  profile.placeholders = own::placeholders_of(profile, import.entries);
  for (const Placeholder& each : profile.placeholders) {
    profile.hash = sha256_hex(std::string_view(profile.hash + each.key + "=" + each.value));
  }
  const std::vector<std::string> replaced = std::move(profile.defaulted);
  profile.defaulted = own::still_default(import.defaulted, profile);
  for (const std::string& key : replaced) {  // a material of the catalogue left them out
    const std::string name(find_setting(key)->ini_key);
    if (std::find(profile.defaulted.begin(), profile.defaulted.end(), name) ==
        profile.defaulted.end()) {
      profile.defaulted.push_back(name);
    }
  }
  profile.unknown = std::move(import.unknown);
  profile.ignored.insert(profile.ignored.end(), import.ignored.begin(), import.ignored.end());
  std::sort(profile.ignored.begin(), profile.ignored.end());
  return profile;
}

COSTENGINE_INLINE Result<Profile> load_profile(const ProfileRequest& request) {
  namespace own = detail::profiles;
  const bool toml = own::ends_in(request.profile, ".toml");
  if (toml || own::ends_in(request.profile, ".ini")) {
    COSTENGINE_TRY(const std::string text, own::read_profile_file(request.profile));
    return toml ? parse_toml_profile(text, request) : parse_ini_profile(text, request);
  }
  COSTENGINE_TRY(own::NamedDraft named, own::catalogue_draft(request.profile, request.material));
  COSTENGINE_TRY(Profile profile, own::finish_profile(std::move(named.draft), request));
  profile.name = std::move(named.name);
  profile.source = "built-in";
  return profile;
}

COSTENGINE_INLINE std::vector<ProfileName> list_profiles() {
  namespace own = detail::profiles;
  const own::Catalogue& all = own::catalogue();
  const Profile standard = load_profile({}).value();
  const auto number = [](const own::Draft& draft, std::string_view key) {
    return own::print_number(draft[*find_setting(key)]->number);
  };
  std::vector<ProfileName> names;
  for (const own::CatalogueEntry& entry : all.machines) {
    names.push_back({ProfileName::Kind::kMachine, entry.name,
                     number(entry.draft, "machine.build_x_mm") + " x " +
                         number(entry.draft, "machine.build_y_mm") + " x " +
                         number(entry.draft, "machine.build_z_mm") + " mm, " +
                         number(entry.draft, "machine.nozzle_diameter_mm") + " mm nozzle",
                     standard.name.starts_with(entry.name + "/")});
  }
  for (const own::CatalogueEntry& entry : all.qualities) {
    names.push_back({ProfileName::Kind::kQuality, entry.name,
                     number(entry.draft, "print.layer_height_mm") + " mm layers",
                     standard.name.ends_with("/" + entry.name)});
  }
  for (const own::CatalogueEntry& entry : all.materials) {
    names.push_back({ProfileName::Kind::kMaterial, entry.name,
                     number(entry.draft, "material.density_g_per_cm3") + " g/cm3, " +
                         number(entry.draft, "material.filament_diameter_mm") + " mm filament",
                     own::lower(standard.material.name) == entry.name});
  }
  return names;
}

}  // namespace costengine

#include "costengine/detail/profile/catalogue.ipp"
#include "costengine/detail/profile/ini.ipp"
#include "costengine/detail/profile/resolve.ipp"
#include "costengine/detail/profile/toml.ipp"
