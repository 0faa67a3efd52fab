/// Profiles as text of 80 columns for a person; see report/text.hpp.
#pragma once

#include <string>
#include <vector>

#include "costengine/profile/load.hpp"
#include "costengine/profile/profile.hpp"
#include "costengine/report/text.hpp"

namespace costengine {

/// The catalogue as a table: machines, qualities, materials; an asterisk marks the defaults.
std::string profile_list_text(const std::vector<ProfileName>& names,
                              const TextOptions& options = {});

/// Every setting of a profile with its unit and where its value comes from.
std::string profile_text(const Profile& profile, const TextOptions& options = {});

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/report/profile_text.ipp"
#endif
