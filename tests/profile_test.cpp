#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "costengine/profile/load.hpp"
#include "costengine/profile/settings.hpp"
#include "support/profiles.hpp"

using namespace costengine;
using namespace costengine::test;

namespace {

/// A TOML file that says every value of a profile, a line each; `left_out` is not said.
std::string complete_toml(const Profile& profile, std::string_view left_out = "") {
  std::string text;
  std::string section;
  for (std::size_t i = 0; i < settings().size(); ++i) {
    const std::string& key = profile.values[i].key;
    const auto dot = key.find('.');
    if (key.substr(0, dot) != section) {
      section = key.substr(0, dot);
      text += "[" + section + "]\n";
    }
    if (key == left_out) continue;
    const SettingKind kind = setting_kind(settings()[i]);
    const bool quoted =
        kind == SettingKind::kText || kind == SettingKind::kLines || kind == SettingKind::kChoice;
    const std::string quote = quoted ? "\"" : "";
    text += key.substr(dot + 1) + " = " + quote + profile.values[i].value + quote + "\n";
  }
  return text;
}

std::string range_text(const Setting& setting) {
  std::ostringstream text;
  text << std::defaultfloat;
  text.precision(10);
  text << setting.min << " to " << setting.max;
  return text.str();
}

std::string bounds_text(const Setting& setting) {
  switch (setting_kind(setting)) {
    case SettingKind::kText:
      return "name";
    case SettingKind::kLines:
      return "text";
    case SettingKind::kSwitch:
      return "true, false";
    case SettingKind::kChoice:
      break;
    case SettingKind::kInteger:
      return range_text(setting) + ", whole";
    case SettingKind::kNumber:
      return range_text(setting);
  }
  std::string names;
  for (int i = 0; i < 100; ++i) {
    const std::string name(choice_name(setting, i));
    names += (names.empty() || name.empty() ? "" : ", ") + name;
  }
  return names;
}

/// The table of docs/profiles.md.
std::string documented_table() {
  std::string text =
      "| Setting | Unit | Values | Left out | `.ini` key | `.ini` default | Percent of | Model | "
      "Meaning |\n"
      "|---|---|---|---|---|---|---|---|---|\n";
  const auto code = [](std::string_view word) {
    return word.empty() ? std::string("-") : "`" + std::string(word) + "`";
  };
  const auto standard = [](const std::optional<std::string_view>& value) -> std::string {
    if (!value) return "required";
    std::string shown;
    for (const char c : *value) shown += c == '\n' ? std::string("\\n") : std::string(1, c);
    return shown.empty() ? "empty" : "`" + shown + "`";
  };
  const auto last = [](std::string_view key) { return key.substr(key.find('.') + 1); };
  for (const Setting& setting : settings()) {
    std::string meaning(setting.meaning);
    if (!setting.automatic_of.empty()) {
      std::ostringstream factor;
      factor << setting.automatic_factor;
      meaning +=
          "; 0: automatic, " + factor.str() + " x " + std::string(last(setting.automatic_of));
    }
    if (!setting.needs.empty()) meaning += "; needs " + std::string(last(setting.needs));
    std::string percent(last(setting.percent_of));
    if (!setting.share_in.empty()) {
      percent += (percent.empty() ? "" : ", ") + std::string(last(setting.share_in));
    }
    const char* const model = setting.modelling == Modelling::kModelled       ? "modelled"
                              : setting.modelling == Modelling::kApproximated ? "approximated"
                                                                              : "ignored";
    text +=
        "| `" + std::string(setting.key) + "` | " +
        (setting.unit.empty() ? "-" : std::string(setting.unit)) + " | " + bounds_text(setting) +
        " | " + standard(setting.otherwise) + " | " + code(setting.ini_key) + " | " +
        (setting.ini_key.empty() && !setting.ini_default ? "-" : standard(setting.ini_default)) +
        " | " + (percent.empty() ? "-" : percent) + " | " + model + " | " + meaning + " |\n";
  }
  return text;
}

}  // namespace

TEST_CASE("the table of settings is consistent") {
  std::set<std::string_view> keys;
  for (const Setting& setting : settings()) {
    INFO(setting.key);
    CHECK(keys.insert(setting.key).second);
    CHECK(find_setting(setting.key) == &setting);
    CHECK(setting.min <= setting.max);
    CHECK_FALSE(setting.meaning.empty());
    if (setting.percent_of != "1" && setting.percent_of != kInfillSpacing &&
        setting.percent_of != kOverlapBase && !setting.percent_of.empty()) {
      CHECK(find_setting(setting.percent_of) != nullptr);
    }
    for (const std::string_view other :
         {setting.automatic_of, setting.share_in, setting.needs, setting.only_with}) {
      if (!other.empty()) CHECK(find_setting(other) != nullptr);
    }
    CHECK((setting_kind(setting) == SettingKind::kChoice) == !setting.choices.empty());
  }
  CHECK(find_setting("print.layer_hight_mm") == nullptr);
  CHECK(find_setting("") == nullptr);
}

TEST_CASE("every .ini key has one role") {
  std::map<std::string_view, int> roles;
  std::set<std::string_view> rows;
  for (const Setting& setting : settings()) {
    if (!setting.ini_key.empty()) rows.insert(setting.ini_key);
  }
  for (const std::string_view key : rows) ++roles[key];
  for (const std::string_view key : unmodelled_ini_keys()) ++roles[key];
  for (const std::string_view key : harmless_ini_keys()) ++roles[key];
  for (const std::string_view key : helper_ini_keys()) ++roles[key];
  for (const auto& role : roles) {
    INFO(role.first);
    CHECK(role.second == 1);
  }
}

TEST_CASE("the documentation shows the table of settings as it is") {
  const std::string text = read_text(kTests.parent_path() / "docs" / "profiles.md");
  const std::string table = documented_table();
  const bool shown = text.find(table) != std::string::npos;
  if (!shown) MESSAGE("docs/profiles.md should contain:\n" << table);
  CHECK(shown);
  for (const std::string_view key : helper_ini_keys()) {
    INFO(key);
    CHECK(text.find("`" + std::string(key) + "`") != std::string::npos);
  }
}

TEST_CASE("an empty request gives the default machine, quality and material") {
  const Profile profile = built_in("");
  CHECK(profile.name == "bedslinger-250/standard");
  CHECK(profile.source == "built-in");
  CHECK(profile.machine.build_x_mm == 250);
  CHECK(profile.machine.build_y_mm == 210);
  CHECK(profile.machine.build_z_mm == 210);
  CHECK(profile.print.layer_height_mm == 0.2);
  CHECK(profile.material.name == "PLA");
  CHECK(profile.hash == built_in("bedslinger-250").hash);
  CHECK(profile.hash == built_in("bedslinger-250/standard", {}, "pla").hash);
  CHECK(profile.hash.size() == 64);
}

TEST_CASE("every machine, quality and material of the catalogue loads, each with its own hash") {
  std::vector<std::string> machines, qualities, materials;
  for (const ProfileName& entry : list_profiles()) {
    CHECK_FALSE(entry.summary.empty());
    (entry.kind == ProfileName::Kind::kMachine   ? machines
     : entry.kind == ProfileName::Kind::kQuality ? qualities
                                                 : materials)
        .push_back(entry.name);
  }
  CHECK(machines == std::vector<std::string>{"bedslinger-250", "bowden-220", "corexy-300",
                                             "large-format-1000"});
  CHECK(qualities == std::vector<std::string>{"fine", "standard", "draft"});
  CHECK(materials == std::vector<std::string>{"pla", "petg", "abs", "tpu"});

  std::set<std::string> hashes;
  for (const std::string& machine : machines) {
    for (const std::string& quality : qualities) {
      for (const std::string& material : materials) {
        const Profile profile = built_in(machine + "/" + quality, {}, material);
        CHECK(profile.name == machine + "/" + quality);
        CHECK(profile.values.size() == settings().size());
        CHECK(profile.ignored.empty());
        hashes.insert(profile.hash);
      }
    }
  }
  CHECK(hashes.size() == 4 * 3 * 4);
}

TEST_CASE("the list of profiles tells build volume, nozzle and the defaults") {
  const std::vector<ProfileName> names = list_profiles();
  CHECK(names[0].summary == "250 x 210 x 210 mm, 0.4 mm nozzle");
  std::string defaults;
  for (const ProfileName& entry : names) {
    if (entry.is_default) defaults += entry.name + " ";
  }
  CHECK(defaults == "bedslinger-250 standard pla ");
}

TEST_CASE("a misspelt profile, quality or material is refused with the nearest name") {
  check_error(error_of(load_profile({"bedslingr-250", "", {}})), ErrorCode::kProfileUnknown, {},
              "did you mean bedslinger-250?");
  check_error(error_of(load_profile({"corexy-300/draff", "", {}})), ErrorCode::kProfileUnknown, {},
              "did you mean draft?");
  check_error(error_of(load_profile({"corexy-300/", "", {}})), ErrorCode::kProfileUnknown, {},
              "fine, standard, draft");
  check_error(error_of(load_profile({"", "pteg", {}})), ErrorCode::kProfileUnknown, {},
              "did you mean petg?");
  check_error(error_of(load_profile({"my printer", "", {}})), ErrorCode::kProfileUnknown, {},
              "must end in .toml or .ini");
}

TEST_CASE("a material is found in any case") {
  CHECK(built_in("", {}, "PETG").hash == built_in("", {}, "petg").hash);
  CHECK(built_in("", {}, "petg").material.density_g_per_cm3 == 1.27);
}

TEST_CASE("overrides take our key, its last part, or PrusaSlicer's key") {
  CHECK(built_in("", {"print.layer_height_mm=0.15"}).print.layer_height_mm == 0.15);
  CHECK(built_in("", {"layer_height_mm = 0.15"}).print.layer_height_mm == 0.15);
  CHECK(built_in("", {"layer_height=0.15"}).print.layer_height_mm == 0.15);
  const Profile profile = built_in("", {"support=true", "perimeters=5", "print.name=Mine"});
  CHECK(profile.print.support);
  CHECK(profile.print.perimeters == 5);
  CHECK(profile.print.name == "Mine");
  CHECK(value_of(profile, "print.perimeters").origin == "--set");
  CHECK(value_of(profile, "print.skirts").origin == "catalogue");
  CHECK(built_in("", {"perimeters=5", "perimeters=6"}).print.perimeters == 6);
}

TEST_CASE("percentages refer to the final value of their base, whatever the order") {
  const Profile profile =
      built_in("", {"external_perimeter_speed_mm_per_s=25%", "perimeter_speed_mm_per_s=80",
                    "infill_speed_mm_per_s=100", "solid_infill_speed_mm_per_s=50%",
                    "top_solid_infill_speed_mm_per_s=40%", "fill_density=37.5%"});
  CHECK(profile.print.external_perimeter_speed_mm_per_s == 20);  // 25 % of 80
  CHECK(profile.print.top_solid_infill_speed_mm_per_s == 20);    // 40 % of 50 % of 100
  CHECK(profile.print.fill_density == 0.375);
  CHECK(value_of(profile, "print.fill_density").value == "0.375");
  const Profile reversed =
      built_in("", {"perimeter_speed_mm_per_s=80", "external_perimeter_speed_mm_per_s=25%",
                    "fill_density=0.375", "top_solid_infill_speed_mm_per_s=40%",
                    "solid_infill_speed_mm_per_s=50%", "infill_speed_mm_per_s=100"});
  CHECK(reversed.hash == profile.hash);
}

TEST_CASE("a line width of 0 follows the nozzle") {
  const Profile profile = built_in("", {"nozzle_diameter_mm=0.8"});
  CHECK(profile.print.perimeter_width_mm == doctest::Approx(0.9).epsilon(1e-15));
  CHECK(profile.print.first_layer_width_mm == 0);  // each line's own
  CHECK(profile.print.top_infill_width_mm == 0.8);
  CHECK(profile.print.support_width_mm == 0.8);
}

TEST_CASE("a bad override says what is wrong") {
  check_error(set_error("layer_hight=0.1"), ErrorCode::kSettingUnknown, {},
              "did you mean layer_height?");
  check_error(set_error("machine.pover_w=1"), ErrorCode::kSettingUnknown, {},
              "did you mean machine.power_w?");
  check_error(set_error("xyzzyxyzzy=1"), ErrorCode::kSettingUnknown, {}, "xyzzyxyzzy");
  check_error(set_error("name=x"), ErrorCode::kSettingUnknown, {},
              "ambiguous: give one of machine.name, material.name, print.name");
  check_error(set_error("bed_shape=3"), ErrorCode::kSettingUnknown, {}, "ambiguous");
  check_error(set_error("=3"), ErrorCode::kSettingUnknown, {}, "");
  check_error(set_error("perimeters"), ErrorCode::kSettingInvalid, {}, "key=value");
  check_error(set_error("perimeters="), ErrorCode::kSettingInvalid, {}, "is not a number");
  check_error(set_error("perimeters=2.5"), ErrorCode::kSettingInvalid, {}, "whole number");
  check_error(set_error("perimeters=-1"), ErrorCode::kSettingInvalid, {}, "0 to 10000");
  check_error(set_error("perimeters=50%"), ErrorCode::kSettingInvalid, {}, "percentage");
  check_error(set_error("support=maybe"), ErrorCode::kSettingInvalid, {}, "true nor false");
  check_error(set_error("layer_height=0.2mm"), ErrorCode::kSettingInvalid, {}, "not a number");
  check_error(set_error("layer_height=0,2"), ErrorCode::kSettingInvalid, {}, "not a number");
  check_error(set_error("layer_height=nan"), ErrorCode::kSettingInvalid, {}, "not a number");
  check_error(set_error("layer_height=inf"), ErrorCode::kSettingInvalid, {}, "not a number");
  check_error(set_error("layer_height=0x1p-3"), ErrorCode::kSettingInvalid, {}, "not a number");
  check_error(set_error("fill_density=15"), ErrorCode::kSettingInvalid, {}, "0 to 1");
  check_error(set_error("external_perimeter_speed=0.1%"), ErrorCode::kSettingInvalid, {},
              "means 0.05, which is outside 0.1 to 10000 mm/s");
  check_error(set_error("print.name=a\nb"), ErrorCode::kSettingInvalid, {}, "one line");
}

TEST_CASE("values that contradict each other are refused") {
  check_error(set_error("nozzle_diameter=0.15"), ErrorCode::kSettingInvalid, {},
              "higher than the nozzle is wide (0.15 mm)");
  check_error(set_error("first_layer_height=0.5"), ErrorCode::kSettingInvalid, {},
              "first_layer_height");
  // Spacing = 0.04 - 0.2 (1 - pi/4) = -0.003: nothing to print. At 0.05 it is 0.007.
  check_error(set_error("infill_width_mm=0.04"), ErrorCode::kSettingInvalid, {}, "too narrow");
  CHECK(built_in("", {"infill_width_mm=0.05"}).print.infill_width_mm == 0.05);
}

TEST_CASE("the hash changes if and only if a value does") {
  const Profile base = built_in("");
  CHECK(built_in("", {"perimeters=2"}).hash == base.hash);
  CHECK(built_in("", {"layer_height=0.20"}).hash == base.hash);
  CHECK(built_in("", {"brim_width=-0"}).hash == base.hash);
  std::set<std::string> hashes{base.hash};
  std::size_t changed = 0;
  for (std::size_t i = 0; i < settings().size(); ++i) {
    const Setting& setting = settings()[i];
    const std::string& value = base.values[i].value;
    const SettingKind kind = setting_kind(setting);
    // Half as much again stays in bounds, or else half of it; what is 0 becomes 1.
    std::string other = "other";
    if (kind == SettingKind::kSwitch) other = value == "true" ? "false" : "true";
    if (kind == SettingKind::kChoice) {
      other = choice_name(setting, value == choice_name(setting, 0) ? 2 : 0);
      if (other.empty()) other = choice_name(setting, 1);
    }
    if (kind == SettingKind::kInteger) other = std::to_string(std::stoi(value) + 1);
    if (kind == SettingKind::kNumber) {
      const double number = std::stod(value);
      other = std::to_string(number == 0 ? 1 : (1.5 * number <= setting.max ? 1.5 : 0.5) * number);
    }
    const Profile profile = built_in("", {std::string(setting.key) + "=" + other});
    INFO(setting.key);
    CHECK(hashes.insert(profile.hash).second);
    ++changed;
  }
  CHECK(changed == settings().size());
}

TEST_CASE("a complete TOML file gives the same production as what it was written from") {
  const Profile base = built_in("corexy-300/draft", {}, "abs");
  const Profile profile = toml(complete_toml(base));
  CHECK(profile.hash == base.hash);
  CHECK(profile.name == "test");
  CHECK(profile.source == "test.toml");
  CHECK(value_of(profile, "print.perimeters").origin == "test.toml");
  CHECK(toml("name = \"Mine\"\n" + complete_toml(base)).name == "Mine");
}

TEST_CASE("a TOML file that lacks a setting without a neutral value is refused by its name") {
  const Profile base = built_in("");
  for (const Setting& setting : settings()) {
    if (setting.otherwise) continue;
    check_error(toml_error(complete_toml(base, setting.key)), ErrorCode::kSettingMissing, {},
                "test.toml: " + std::string(setting.key));
  }
}

TEST_CASE("a TOML file may start from the catalogue") {
  const Profile profile = toml(
      "name = 'Workshop'\nbase = 'bowden-220/fine'\nbase_material = 'petg'\n"
      "[machine]\npower_w = 95.5\n[print]\nperimeters = 3\nexternal_perimeter_speed_mm_per_s = "
      "'50%'\n"
      "support = true\n");
  CHECK(profile.name == "Workshop");
  CHECK(profile.machine.name == "Bowden 220");
  CHECK(profile.machine.power_w == 95.5);
  CHECK(profile.material.name == "PETG");
  CHECK(profile.print.layer_height_mm == 0.1);
  CHECK(profile.print.perimeters == 3);
  CHECK(profile.print.support);
  CHECK(profile.print.external_perimeter_speed_mm_per_s ==
        profile.print.perimeter_speed_mm_per_s / 2);
  CHECK(value_of(profile, "machine.power_w").origin == "test.toml");
  CHECK(value_of(profile, "machine.build_x_mm").origin == "catalogue");
  CHECK(toml("base = 'bowden-220'").print.layer_height_mm == 0.2);
}

TEST_CASE("mistakes in a TOML file are told with their line") {
  const std::string base = "base = 'bedslinger-250'\n";
  check_error(toml_error(base + "[print]\nlayer_hight_mm = 0.1\n"), ErrorCode::kSettingUnknown, 3,
              "did you mean layer_height_mm?");
  check_error(toml_error(base + "\n[print]\nlayer_height_mm = 99\n"), ErrorCode::kSettingInvalid, 4,
              "layer_height_mm = 99 is outside 0.005 to 10 mm");
  check_error(toml_error(base + "[print]\nperimeters = 2.5\n"), ErrorCode::kSettingInvalid, 3,
              "whole number");
  check_error(toml_error(base + "[print]\nperimeters = '2'\n"), ErrorCode::kSettingInvalid, 3,
              "must be a number");
  check_error(toml_error(base + "[print]\nsupport = 1\n"), ErrorCode::kSettingInvalid, 3,
              "true or false");
  check_error(toml_error(base + "[print]\nskirts = true\n"), ErrorCode::kSettingInvalid, 3,
              "must be a number");
  check_error(toml_error(base + "[print]\nname = 3\n"), ErrorCode::kSettingInvalid, 3, "a text");
  check_error(toml_error(base + "[machine]\npower_w = nan\n"), ErrorCode::kSettingInvalid, 3,
              "not a number");
  check_error(toml_error(base + "[machine]\npower_w = [1]\n"), ErrorCode::kSettingInvalid, 3,
              "must be a number");
  check_error(toml_error(base + "[printer]\npower_w = 1\n"), ErrorCode::kSettingUnknown, 2,
              "\"printer\"");
  check_error(toml_error(base + "print = 1\n"), ErrorCode::kSettingUnknown, 2, "\"print\"");
  check_error(toml_error(base + "[print]\nperimeters = 1\nperimeters = 2\n"),
              ErrorCode::kProfileInvalid, 4, "not valid TOML");
  check_error(toml_error(base + "[print\n"), ErrorCode::kProfileInvalid, 2, "not valid TOML");
  check_error(toml_error("\nbase = 'bedslinger-25'\n"), ErrorCode::kProfileUnknown, 2,
              "did you mean bedslinger-250?");
  check_error(toml_error(base + "base_material = 'wood'\n"), ErrorCode::kProfileUnknown, 2, "wood");
  check_error(toml_error("base = 3\n"), ErrorCode::kSettingInvalid, 1, "base");
  check_error(toml_error(""), ErrorCode::kSettingMissing, {}, "machine.name");
}
