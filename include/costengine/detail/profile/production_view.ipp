#pragma once

#include <algorithm>
#include <variant>

#include "costengine/detail/base/pack.hpp"
#include "costengine/profile/production_view.hpp"
#include "costengine/profile/settings.hpp"

namespace costengine {
namespace detail::profiles {

/// Calls `act` with the member of `profile` that a setting stands for.
template <class AnyProfile, class Act>
void with_member(AnyProfile& profile, const Setting& setting, const Act& act) {
  std::visit(
      [&]<class Struct, class Value>(Value Struct::*member) {
        if constexpr (std::is_same_v<Struct, Machine>) {
          act(profile.machine.*member);
        } else if constexpr (std::is_same_v<Struct, Material>) {
          act(profile.material.*member);
        } else {
          act(profile.print.*member);
        }
      },
      setting.member);
}

/// All templates of a profile, one after another.
inline std::string all_templates(const Profile& profile) {
  std::string all;
  for (const Setting& setting : settings()) {
    if (!setting.lines) continue;
    with_member(profile, setting, [&all](const auto& value) {
      if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>) all += value + "\n";
    });
  }
  return all;
}

inline bool reads(const Setting& setting, Placement placement) {
  return setting.read_by == ReadBy::kProduction ||
         (setting.read_by == ReadBy::kPlate && placement == Placement::kSharedPlate);
}

}  // namespace detail::profiles

COSTENGINE_INLINE Profile production_view(const Profile& profile, Placement placement) {
  namespace own = detail::profiles;
  Profile view{};
  view.machine = profile.machine;
  view.material = profile.material;
  view.print = profile.print;
  view.placeholders = profile.placeholders;
  view.unknown = profile.unknown;
  view.approximated = profile.approximated;
  view.ignored = profile.ignored;

  const std::string templates = own::all_templates(profile);
  for (const Setting& setting : settings()) {
    if (own::reads(setting, placement)) continue;
    const bool mentioned =
        !setting.ini_key.empty() && templates.find(setting.ini_key) != std::string::npos;
    if (mentioned) continue;
    own::with_member(view, setting, [](auto& value) { value = {}; });
  }
  const auto named = [&](std::string_view ini_key) {
    const auto among = [&](const std::vector<std::string>& keys) {
      return std::find(keys.begin(), keys.end(), ini_key) != keys.end();
    };
    return among(profile.approximated) || among(profile.ignored);
  };
  for (const Setting& setting : settings()) {
    if (setting.ini_key.empty() || !named(setting.ini_key)) continue;
    for (const SettingValue& value : profile.values) {
      if (value.key == setting.key) view.values.push_back({value.key, value.value, {}, {}});
    }
  }
  return view;
}

COSTENGINE_INLINE std::string view_bytes(const Profile& view) {
  detail::Packer pack;
  pack(std::uint64_t{settings().size()});
  for (const Setting& setting : settings()) {
    detail::profiles::with_member(view, setting, [&pack](const auto& value) { pack(value); });
  }
  pack(std::uint64_t{view.placeholders.size()});
  for (const Placeholder& each : view.placeholders) pack(each.key, each.value);
  pack(std::uint64_t{view.values.size()});
  for (const SettingValue& each : view.values) pack(each.key, each.value);
  pack(view.unknown, view.approximated, view.ignored);
  return std::move(pack).take();
}

}  // namespace costengine
