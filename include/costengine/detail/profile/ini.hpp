/// The import of a flat PrusaSlicer configuration into a draft.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "costengine/detail/profile/draft.hpp"

namespace costengine::detail::profiles {

struct IniImport {
  Draft draft;
  std::vector<std::string> defaulted, unknown, ignored;
  std::optional<std::uint64_t> density_line;  ///< of a density of 0, which stands for unknown
};

/// Errors: kProfileInvalid, kSettingInvalid.
Result<IniImport> import_ini(std::string_view text, const std::string& name);

}  // namespace costengine::detail::profiles
