/// TOML text, as drafts.
#pragma once

#include <toml++/toml.h>

#include <string>
#include <string_view>

#include "costengine/detail/profile/catalogue.hpp"

namespace costengine::detail::profiles {

/// The 1-based line that a value begins in.
inline std::uint64_t toml_line(const toml::node& node) {
  return node.source().begin.line;
}

/// Errors: kProfileInvalid.
Result<toml::table> parse_toml(std::string_view text, const std::string& name);

/// Puts the values of one table ("machine") into a draft; the key `other` is left to the caller.
/// Errors: kSettingUnknown, kSettingInvalid.
Status read_toml_section(const toml::table& table, const std::string& section,
                         std::string_view other, const std::string& name, Draft& draft);

/// A TOML file: its base, if it names one, with its own values over it.
/// Errors: kProfileInvalid, kProfileUnknown, kSettingUnknown, kSettingInvalid.
Result<NamedDraft> toml_draft(std::string_view text, const std::string& name);

}  // namespace costengine::detail::profiles
