/// The built-in catalogue: machines, qualities and materials, as drafts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "costengine/detail/profile/draft.hpp"

namespace costengine::detail::profiles {

/// An entry of the catalogue: its values, and for a machine what it prints differently.
struct CatalogueEntry {
  std::string name;
  std::string default_material;
  Draft draft;
};

struct Catalogue {
  std::string default_profile;
  Draft print;
  std::vector<CatalogueEntry> machines, qualities, materials;
};

/// Parsed once. The catalogue is part of the program, so failing to read it is a bug that throws;
/// the tests load every entry.
const Catalogue& catalogue();

/// What a name or a file stands for, before overrides.
struct NamedDraft {
  std::string name;
  Draft draft;
};

/// "machine" or "machine/quality" with a material, both possibly empty for the defaults.
/// Errors: kProfileUnknown.
Result<NamedDraft> catalogue_draft(std::string_view profile, std::string_view material);

/// Replaces the material of a draft by one of the catalogue, see ProfileRequest::material.
/// Errors: kProfileUnknown.
Status replace_material(std::string_view material, Draft& draft);

}  // namespace costengine::detail::profiles
