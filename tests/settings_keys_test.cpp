// Keys of productions, over all settings: what changes a production changes its key, and what is in
// a key changes some production. Second source: the stages run by hand, on the whole profile.

#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "costengine/measure/measure.hpp"
#include "costengine/mesh/inspect.hpp"
#include "costengine/process/fdm.hpp"
#include "costengine/profile/production_view.hpp"
#include "costengine/profile/settings.hpp"
#include "costengine/run/keys.hpp"
#include "costengine/run/record.hpp"
#include "costengine/slice/layers.hpp"
#include "support/profiles.hpp"

using namespace costengine;

namespace {

const std::string kContent = "sha256:" + std::string(64, '0');
using Overrides = std::vector<std::string>;

struct Model {
  std::string name, bytes;
};

Model sample(const std::string& name) {
  return {name, test::read_text(test::kTests.parent_path() / "samples/models" / name)};
}

/// Runs the stages on `profile` as it is, or as production sees it.
std::string record(const Model& model, const Profile& profile) {
  Context ctx({.threads = 1});
  const auto source = view_memory(std::as_bytes(std::span(model.bytes)));
  constexpr double kScale = 0.4;  // small parts take less time
  LoadedMesh loaded = load(*source, {.unit_mm = kScale}, ctx).value();
  Estimate estimate;
  const Inspection inspection =
      inspect(std::move(loaded), profile.machine, profile.print.perimeter_width_mm, ctx).value();
  estimate.verdict = inspection.verdict;
  estimate.findings = inspection.findings;
  estimate.measurements = measure(inspection, false, ctx).value();
  const Layers layers = slice(inspection, profile, ctx).value();
  estimate.production = plan_fdm(layers, estimate.measurements, profile, ctx).value();
  return production_record(estimate);
}

std::string key(const Profile& profile) {
  return production_key(kContent, profile, {});
}

/// Values of a setting, some of which differ from the one it has: "print.skirts=2".
Overrides other_values(const Setting& setting, const Profile& profile) {
  const std::string now = test::value_of(profile, setting.key).value;
  Overrides values;
  const auto add = [&](const std::string& value) {
    if (value != now) values.push_back(std::string(setting.key) + "=" + value);
  };
  switch (setting_kind(setting)) {
    case SettingKind::kText:
      add("another");
      break;
    case SettingKind::kLines:
      add("G1 X20 Y20 Z7 F600\\nG1 X90 Y90 F600");
      break;
    case SettingKind::kSwitch:
      add("true");
      add("false");
      break;
    case SettingKind::kChoice:
      for (int i = 0; i < 32; ++i) {
        if (const auto name = choice_name(setting, i); !name.empty()) add(std::string(name));
      }
      break;
    case SettingKind::kInteger:
      for (const char* value : {"1", "0", "2", "5"}) add(value);
      break;
    case SettingKind::kNumber: {
      const double number = std::stod(now);
      for (const double value : {number * 1.5, number * 0.6, 0.5, 3.0, 30.0}) {
        if (value >= setting.min && value <= setting.max) add(std::to_string(value));
      }
    }
  }
  return values;
}

/// What must be on for other settings to do anything.
const std::vector<Overrides> kContexts = {
    {},
    {"support=true"},
    {"support=true", "support_style=snug", "support_bottom_interface_layers=2"},
    {"raft_layers=3", "first_layer_speed=30", "first_layer_speed_over_raft_mm_per_s=20"},
    {"brim_width=4"},
    {"machine.layer_gcode=G1 X10 Y10 F600", "machine.end_gcode=G1 X10 Y10 F600"},
    {"ironing=true"},
    {"fuzzy_skin=external"},
    {"perimeter_generator=classic"},
    {"machine.wipe=true", "retract_lift_mm=0.4"},
    {"min_layer_time_s=60"},
    {"skirts=1", "min_skirt_length_mm=200"},
    {"travel_speed_z_mm_per_s=3", "max_feedrate_z_mm_per_s=100", "retract_lift_mm=2"},
    {"perimeter_acceleration_mm_per_s2=0", "infill_acceleration_mm_per_s2=0",
     "bridge_acceleration_mm_per_s2=0", "first_layer_acceleration_mm_per_s2=0"},
};

/// The order in which to try the contexts for a setting: first those that speak of the same thing.
std::vector<std::size_t> contexts_for(const Setting& setting) {
  const std::string_view name = setting.key.substr(setting.key.find('.') + 1);
  const std::string_view word = name.substr(0, name.find('_'));
  std::vector<std::size_t> order;
  for (const bool alike : {true, false}) {
    for (std::size_t c = 0; c < kContexts.size(); ++c) {
      bool mentions = false;
      for (const std::string& text : kContexts[c]) {
        mentions = mentions || text.find(word) != std::string::npos;
      }
      if (mentions == alike) order.push_back(c);
    }
  }
  return order;
}

std::optional<Profile> profile_with(const Overrides& context, const std::string& change) {
  Overrides all = context;
  if (!change.empty()) all.push_back(change);
  auto loaded = load_profile({"", "", all});
  if (!loaded.ok()) return std::nullopt;  // a value that goes with no other
  return std::move(loaded).value();
}

}  // namespace

TEST_CASE("every setting in the key changes a production, and no other setting does") {
  const std::vector<Model> models = {sample("bracket.stl"), sample("figurine-2k.stl")};
  std::map<std::pair<std::size_t, std::size_t>, std::string> before;
  for (const Setting& setting : settings()) {
    CAPTURE(setting.key);
    const bool read = setting.read_by == ReadBy::kProduction;
    bool changes = false, viewed = false;
    const std::vector<std::size_t> contexts = contexts_for(setting);
    for (std::size_t tried = 0; tried < (read ? contexts.size() : 1) && !changes; ++tried) {
      const std::size_t c = contexts[tried];
      const Profile base = *profile_with(kContexts[c], "");
      for (const std::string& change : other_values(setting, base)) {
        const std::optional<Profile> changed = profile_with(kContexts[c], change);
        if (!changed || changes) continue;
        for (std::size_t m = 0; m < models.size() && !changes; ++m) {
          std::string& known = before[{c, m}];
          if (known.empty()) known = record(models[m], base);
          const std::string after = record(models[m], *changed);
          if (!viewed) {
            CHECK(after == record(models[m], production_view(*changed, Placement::kAlone)));
            viewed = true;
          }
          changes = after != known;
          if (changes) CHECK_MESSAGE(key(base) != key(*changed), change);
        }
        if (!read) break;
      }
    }
    if (read) {
      // Only a profile that is filled in by hand has speeds of 0: see below.
      CHECK((changes || setting.key == "print.max_print_speed_mm_per_s"));
    } else if (setting.read_by != ReadBy::kNobody) {
      CHECK(!changes);
    }
  }
}

TEST_CASE("the bound of automatic speeds is in the key, and counts where a speed is 0") {
  const Model model = sample("figurine-2k.stl");
  Profile slow = test::built_in("", {"cooling=false"});
  slow.print.infill_speed_mm_per_s = 0;
  Profile quick = slow;
  quick.print.max_print_speed_mm_per_s *= 2;
  CHECK(record(model, slow) != record(model, quick));
  CHECK(key(slow) != key(quick));
}

TEST_CASE("settings that production does not read leave its key alone") {
  const Profile base = test::built_in("");
  const std::string before = key(base),
                    plate = view_bytes(production_view(base, Placement::kSharedPlate));
  for (const Setting& setting : settings()) {
    if (setting.read_by == ReadBy::kProduction) continue;
    CAPTURE(setting.key);
    for (const std::string& change : other_values(setting, base)) {
      Profile changed = test::built_in("", {change});
      const bool noted =
          changed.ignored != base.ignored || changed.approximated != base.approximated;
      CHECK((key(changed) != before) == noted);
      if (setting.read_by != ReadBy::kPlate) continue;
      CHECK(view_bytes(production_view(changed, Placement::kSharedPlate)) != plate);
    }
  }
  Profile renamed = base;
  renamed.name = renamed.source = renamed.hash = "another";
  renamed.defaulted = {"another"};
  for (SettingValue& value : renamed.values) value.origin = "another";
  CHECK(key(renamed) == before);
}

TEST_CASE("a setting that a template mentions is in the key, whoever else reads it") {
  const Model model = sample("bracket.stl");
  const std::string gcode =
      "machine.start_gcode=G28\\n{if printer_model==\"quick\"}G1 X10 F6000{else}G1 X90 F60{endif}";
  const Profile slow = test::built_in("", {gcode}),
                quick = test::built_in("", {gcode, "machine.name=quick"});
  CHECK(record(model, production_view(slow, Placement::kAlone)) == record(model, slow));
  CHECK(record(model, slow) != record(model, quick));
  CHECK(key(slow) != key(quick));
}
