/// Load a profile: from the built-in catalogue, from a TOML file, or from a PrusaSlicer .ini.
///
/// The formats are described in docs/profiles.md. Whatever the origin, every member of the Profile
/// has a value when the call succeeds: percentages and automatic widths are resolved last, so the
/// order of settings never matters, and all values are within the bounds of profile/settings.hpp,
/// but for a density that an .ini leaves unknown: it is 0.
///
/// Errors of all functions here carry Stage::kProfile and, for files, the line:
///   kProfileUnknown  no machine, quality or material of that name
///   kProfileInvalid  the text cannot be parsed, or is not a profile of a filament printer
///   kSettingUnknown  a key that does not exist (TOML, overrides), with the nearest one
///   kSettingInvalid  a value of the wrong kind or out of range, or contradicting values
///   kSettingMissing  TOML: a required setting is absent
///   kFileNotFound, kNotRegularFile, kLimitBytes, kReadFailed  the file itself
///
/// Threads: any number of calls at once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "costengine/base/error.hpp"
#include "costengine/profile/profile.hpp"

namespace costengine {

struct ProfileRequest {
  /// "machine", "machine/quality", or the path of a file that ends in .toml or .ini. Empty: the
  /// default of the catalogue.
  std::string profile;

  /// A material of the catalogue, in any case. It replaces every value of the material except the
  /// filament diameter of a file, which belongs to the machine. Empty, or the name of the material
  /// that a file defines: as the file says, or the machine's default.
  std::string material;

  /// "key=value", applied last. Keys as match_setting() takes them; values in the setting's unit,
  /// or percentages where the table allows them.
  std::vector<std::string> overrides;
};

/// The profile that a request names. Opens at most the one file that the request names.
/// Cost: below a millisecond.
Result<Profile> load_profile(const ProfileRequest& request);

/// The same for text in memory: nothing is opened, request.profile is only the name that messages,
/// origins and Profile::source show.
Result<Profile> parse_toml_profile(std::string_view text, const ProfileRequest& request);
Result<Profile> parse_ini_profile(std::string_view text, const ProfileRequest& request);

/// An entry of the catalogue.
struct ProfileName {
  enum class Kind { kMachine, kQuality, kMaterial };
  Kind kind;
  std::string name;     ///< as a ProfileRequest takes it
  std::string summary;  ///< "250 x 210 x 210 mm, 0.4 mm nozzle"
  bool is_default;      ///< part of the profile that an empty request gives
};

/// The catalogue: machines, then qualities, then materials, each in the catalogue's order.
std::vector<ProfileName> list_profiles();

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/profile/load.ipp"
#endif
