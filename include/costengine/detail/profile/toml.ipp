#pragma once

#include "costengine/detail/profile/toml.hpp"

namespace costengine::detail::profiles {

COSTENGINE_INLINE Result<toml::table> parse_toml(std::string_view text, const std::string& name) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    return profile_error(
        ErrorCode::kProfileInvalid,
        printable(name) + " is not valid TOML: " + std::string(error.description()),
        error.source().begin.line);
  }
}

inline Result<Given> given_of_node(const Setting& setting, const toml::node& node,
                                   const std::string& name) {
  Given given;
  const std::string key(last_part(setting.key));
  given.whence = {key, name, toml_line(node)};
  const SettingKind kind = setting_kind(setting);
  if (const auto* text = node.as_string()) {
    given.whence.written += " = \"" + printable(text->get()) + "\"";
    const bool percentage = !text->get().empty() && text->get().back() == '%';
    if (kind == SettingKind::kText || kind == SettingKind::kLines || kind == SettingKind::kChoice ||
        (percentage && allows_percentage(setting))) {
      return parse_given(setting, text->get(), given.whence);
    }
  } else if (const auto* whole = node.as_integer()) {
    given.number = static_cast<double>(whole->get());
    given.whence.written += " = " + std::to_string(whole->get());
    if (kind == SettingKind::kNumber || kind == SettingKind::kInteger) return given;
  } else if (const auto* real = node.as_floating_point()) {
    given.number = real->get();
    given.whence.written += " = " + print_number(real->get());
    if (!std::isfinite(given.number)) return invalid_setting(given.whence, "is not a number");
    if (kind == SettingKind::kNumber || kind == SettingKind::kInteger) return given;
  } else if (const auto* flag = node.as_boolean()) {
    given.number = flag->get() ? 1 : 0;
    given.whence.written += flag->get() ? " = true" : " = false";
    if (kind == SettingKind::kSwitch) return given;
  }
  std::string wanted =
      allows_percentage(setting) ? "a number or a percentage like \"80%\"" : "a number";
  if (kind == SettingKind::kText || kind == SettingKind::kLines) wanted = "a text";
  if (kind == SettingKind::kChoice) wanted = "a name in quotes";
  if (kind == SettingKind::kSwitch) wanted = "true or false";
  return invalid_setting(given.whence, "must be " + wanted);
}

COSTENGINE_INLINE Status read_toml_section(const toml::table& table, const std::string& section,
                                           std::string_view other, const std::string& name,
                                           Draft& draft) {
  for (const auto& [key, node] : table) {
    if (key.str() == other) continue;
    const Setting* setting = find_setting(section + "." + std::string(key.str()));
    if (setting == nullptr) {
      std::vector<std::string> words;
      for (const Setting& row : settings()) {
        if (in_section(row, section)) words.emplace_back(last_part(row.key));
      }
      std::string message =
          printable(name) + ": [" + section + "] has no setting \"" + printable(key.str()) + "\"";
      const std::string nearest = nearest_word(key.str(), words);
      if (!nearest.empty()) message += "; did you mean " + nearest + "?";
      return profile_error(ErrorCode::kSettingUnknown, std::move(message), key.source().begin.line);
    }
    COSTENGINE_TRY(Given given, given_of_node(*setting, node, name));
    draft.put(*setting, std::move(given));
  }
  return Ok{};
}

COSTENGINE_INLINE Result<NamedDraft> toml_draft(std::string_view text, const std::string& name) {
  COSTENGINE_TRY(const toml::table root, parse_toml(text, name));
  const auto text_of = [&](const char* key) -> Result<std::string> {
    const toml::node* node = root.get(key);
    if (node == nullptr) return std::string();
    const auto* value = node->as_string();
    if (value != nullptr && !value->get().empty() && !has_control_character(value->get())) {
      return value->get();
    }
    return invalid_setting({key, name, toml_line(*node)}, "must be a text on one line");
  };
  const auto at_line_of = [&](const char* key, Error error) {
    error.message = printable(name) + ": " + error.message;
    error.line = toml_line(*root.get(key));
    return error;
  };

  NamedDraft result;
  COSTENGINE_TRY(const std::string base, text_of("base"));
  COSTENGINE_TRY(const std::string base_material, text_of("base_material"));
  COSTENGINE_TRY(const std::string own_name, text_of("name"));
  if (!base.empty()) {
    auto drafted = catalogue_draft(base, {});
    if (!drafted.ok()) return at_line_of("base", std::move(drafted).error());
    result = std::move(drafted).value();
  }
  if (!base_material.empty()) {
    auto replaced = replace_material(base_material, result.draft);
    if (!replaced.ok()) return at_line_of("base_material", std::move(replaced).error());
  }
  result.name = own_name;

  for (const auto& [key, node] : root) {
    const std::string section(key.str());
    if (section == "base" || section == "base_material" || section == "name") continue;
    const toml::table* table = node.as_table();
    if (table == nullptr || (section != "machine" && section != "material" && section != "print")) {
      return profile_error(ErrorCode::kSettingUnknown,
                           printable(name) + ": \"" + printable(section) +
                               "\" is none of name, base, base_material, [machine], [material] and "
                               "[print]",
                           key.source().begin.line);
    }
    COSTENGINE_CHECK(read_toml_section(*table, section, "", name, result.draft));
  }
  return result;
}

}  // namespace costengine::detail::profiles
