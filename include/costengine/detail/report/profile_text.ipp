#pragma once

#include <string>

#include "costengine/detail/report/screen.hpp"
#include "costengine/report/profile_text.hpp"

namespace costengine {

COSTENGINE_INLINE std::string profile_list_text(const std::vector<ProfileName>& names,
                                                const TextOptions& options) {
  constexpr std::size_t kName = 30, kSummary = 46;
  const auto heading = [](ProfileName::Kind kind) -> std::string_view {
    switch (kind) {
      case ProfileName::Kind::kMachine:
        return "Machines (--profile)";
      case ProfileName::Kind::kQuality:
        return "Qualities (--profile MACHINE/QUALITY)";
      case ProfileName::Kind::kMaterial:
        return "Materials (--material)";
    }
    return "";
  };
  detail::Screen screen(options.colour);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i == 0 || names[i].kind != names[i - 1].kind) {
      if (i != 0) screen.blank();
      screen.title(heading(names[i].kind));
    }
    screen.cells(
        {{names[i].name + (names[i].is_default ? " *" : ""), kName}, {names[i].summary, kSummary}});
  }
  screen.blank();
  screen.title("* used when nothing else is asked for");
  return screen.take();
}

COSTENGINE_INLINE std::string profile_text(const Profile& profile, const TextOptions& options) {
  constexpr std::size_t kKey = 44, kValue = 16, kUnit = 5, kOrigin = 10;
  detail::Screen screen(options.colour);
  screen.title(profile.name + " (" + profile.source + ")");
  screen.blank();
  screen.cells({{"Setting", kKey}, {"Value", kValue, true}, {"Unit", kUnit}, {"From", kOrigin}},
               detail::Ink::kDim);
  for (const SettingValue& value : profile.values) {
    screen.cells({{value.key, kKey},
                  {value.value, kValue, true},
                  {value.unit, kUnit},
                  {value.origin, kOrigin}});
  }
  const auto list = [&screen](std::string_view label, const std::vector<std::string>& keys) {
    if (keys.empty()) return;
    std::string text;
    for (const std::string& key : keys) text += (text.empty() ? "" : ", ") + key;
    screen.blank();
    screen.row(label, text);
  };
  list("Defaulted", profile.defaulted);
  list("Unknown", profile.unknown);
  list("Ignored", profile.ignored);
  return screen.take();
}

}  // namespace costengine
