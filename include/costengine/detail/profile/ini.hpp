/// The import of a flat PrusaSlicer configuration into a draft.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "costengine/detail/profile/draft.hpp"

namespace costengine::detail::profiles {

struct IniEntry {
  std::string value;
  std::uint64_t line = 0;
};
using IniEntries = std::map<std::string, IniEntry, std::less<>>;

struct IniImport {
  IniEntries entries;
  Draft draft;  ///< without the settings that are unknown, so that a material may fill them
  std::vector<std::string> defaulted, unknown, ignored;
};

/// Errors: kProfileInvalid, kSettingInvalid.
Result<IniImport> import_ini(std::string_view text, const std::string& name);

/// Puts 0 for the settings that nobody knows.
void fill_unknown(Draft& draft);

/// Profile::placeholders: what the templates of a profile mention.
std::vector<Placeholder> placeholders_of(const Profile& profile, const IniEntries& entries);

}  // namespace costengine::detail::profiles
