#pragma once

#include <algorithm>
#include <utility>

#include "costengine/detail/profile/catalogue.hpp"
#include "costengine/detail/profile/toml.hpp"

namespace costengine::detail::profiles {

inline constexpr char kCatalogueToml[] =
#include "costengine/detail/profile/catalogue.inc"
    ;

/// Lines of the catalogue mean nothing to a user, who only has lines of a file.
inline void forget_lines(Draft& draft) {
  for (std::optional<Given>& given : draft.given) {
    if (given) given->whence.line.reset();
  }
}

inline Result<std::vector<CatalogueEntry>> read_catalogue_kind(const toml::table& root,
                                                               std::string_view kind,
                                                               const std::string& section) {
  const std::string origin = kCatalogueOrigin;
  std::vector<std::pair<std::uint64_t, CatalogueEntry>> found;
  for (const auto& [key, node] : *root[kind].as_table()) {
    CatalogueEntry entry;
    entry.name = key.str();
    toml::table table = *node.as_table();
    if (const auto material = table["default_material"].value<std::string>()) {
      entry.default_material = *material;
      table.erase("default_material");
    }
    COSTENGINE_CHECK(read_toml_section(table, section, "print", origin, entry.draft));
    if (const toml::table* print = table["print"].as_table()) {
      COSTENGINE_CHECK(read_toml_section(*print, "print", "", origin, entry.draft));
    }
    forget_lines(entry.draft);
    found.emplace_back(toml_line(node), std::move(entry));
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<CatalogueEntry> entries;
  for (auto& [line, entry] : found) entries.push_back(std::move(entry));
  return entries;
}

inline Result<Catalogue> read_catalogue() {
  COSTENGINE_TRY(const toml::table root, parse_toml(kCatalogueToml, kCatalogueOrigin));
  Catalogue catalogue;
  catalogue.default_profile = root["default_profile"].value_or(std::string());
  COSTENGINE_CHECK(
      read_toml_section(*root["print"].as_table(), "print", "", kCatalogueOrigin, catalogue.print));
  forget_lines(catalogue.print);
  COSTENGINE_TRY(catalogue.machines, read_catalogue_kind(root, "machine", "machine"));
  COSTENGINE_TRY(catalogue.qualities, read_catalogue_kind(root, "quality", "print"));
  COSTENGINE_TRY(catalogue.materials, read_catalogue_kind(root, "material", "material"));
  return catalogue;
}

COSTENGINE_INLINE const Catalogue& catalogue() {
  static const Catalogue parsed = read_catalogue().value();
  return parsed;
}

inline const CatalogueEntry* find_entry(const std::vector<CatalogueEntry>& entries,
                                        std::string_view name) {
  for (const CatalogueEntry& entry : entries) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

inline Result<const CatalogueEntry*> match_entry(const std::vector<CatalogueEntry>& entries,
                                                 std::string_view kind, std::string_view name) {
  if (const CatalogueEntry* entry = find_entry(entries, lower(name))) return entry;
  std::vector<std::string> names;
  std::string all;
  for (const CatalogueEntry& entry : entries) {
    names.push_back(entry.name);
    all += (all.empty() ? "" : ", ") + entry.name;
  }
  std::string message = "no " + std::string(kind) + " is called \"" + printable(name) + "\"";
  const std::string nearest = nearest_word(lower(name), names);
  message += nearest.empty() ? "" : "; did you mean " + nearest + "?";
  message += " (the catalogue has " + all;
  message += kind == "machine" ? "; a file must end in .toml or .ini)" : ")";
  return profile_error(ErrorCode::kProfileUnknown, std::move(message));
}

inline void lay_over(const Draft& upper, Draft& draft) {
  for (std::size_t i = 0; i < upper.given.size(); ++i) {
    if (upper.given[i]) draft.given[i] = upper.given[i];
  }
}

COSTENGINE_INLINE Result<NamedDraft> catalogue_draft(std::string_view profile,
                                                     std::string_view material) {
  const Catalogue& all = catalogue();
  const std::string_view standard = all.default_profile;
  const std::string_view wanted = profile.empty() ? standard : profile;
  const auto slash = std::min(wanted.find('/'), wanted.size());
  const std::string_view quality_name =
      slash < wanted.size() ? wanted.substr(slash + 1) : standard.substr(standard.find('/') + 1);
  COSTENGINE_TRY(const CatalogueEntry* machine,
                 match_entry(all.machines, "machine", wanted.substr(0, slash)));
  COSTENGINE_TRY(const CatalogueEntry* quality,
                 match_entry(all.qualities, "quality", quality_name));
  COSTENGINE_TRY(const CatalogueEntry* filament,
                 match_entry(all.materials, "material",
                             material.empty() ? machine->default_material : material));
  NamedDraft result;
  result.name = machine->name + "/" + quality->name;
  for (const Draft* layer : {&all.print, &quality->draft, &machine->draft, &filament->draft}) {
    lay_over(*layer, result.draft);
  }
  return result;
}

COSTENGINE_INLINE Status replace_material(std::string_view material, Draft& draft) {
  const std::optional<Given>& own = draft[*find_setting("material.name")];
  const bool same = own && own->whence.line && lower(own->text) == lower(material);
  const auto found = match_entry(catalogue().materials, "material", material);
  if (!found.ok()) return same ? Status(Ok{}) : Status(found.error());
  Draft material_draft = found.value()->draft;
  if (same) {
    lay_over(draft, material_draft);  // the file's own material: fill only what it leaves out
    draft = std::move(material_draft);
    return Ok{};
  }
  const Setting& diameter = *find_setting("material.filament_diameter_mm");
  if (draft[diameter]) material_draft[diameter] = draft[diameter];
  for (const Setting& setting : settings()) {
    if (in_section(setting, "material")) draft[setting] = material_draft[setting];
  }
  return Ok{};
}

}  // namespace costengine::detail::profiles
