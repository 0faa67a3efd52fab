// Choices, switches, shares and templates, and PrusaSlicer's own list of keys.
#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "costengine/profile/load.hpp"
#include "costengine/profile/settings.hpp"
#include "support/profiles.hpp"

using namespace costengine;
using namespace costengine::test;

namespace {
const std::string kDensity = "filament_density = 1.24\n";
}  // namespace

TEST_CASE("what PrusaSlicer writes as its defaults is what an empty .ini means") {
  // Its density of 0 stands for unknown.
  const std::string all = read_text(kTests / "data" / "profiles" / "prusaslicer-2.5-defaults.ini");
  const Profile written = ini(all, {"density_g_per_cm3=1.24"});
  const Profile empty = ini(kDensity);
  CHECK(written.unknown.empty());
  CHECK(written.defaulted == std::vector<std::string>{"machine.power_w"});
  for (std::size_t i = 0; i < settings().size(); ++i) {
    INFO(written.values[i].key);
    CHECK(written.values[i].value == empty.values[i].value);
  }
  std::istringstream lines(all);
  int keys = 0;
  for (std::string line; std::getline(lines, line);) {
    const std::string key = line.substr(0, line.find(' '));
    if (key == "#") continue;
    ++keys;
    const auto list = [&key](auto found) {
      return std::find(found.begin(), found.end(), key) != found.end();
    };
    const bool row = std::any_of(settings().begin(), settings().end(),
                                 [&](const Setting& setting) { return setting.ini_key == key; });
    INFO(key);
    CHECK((row || list(unmodelled_ini_keys()) || list(harmless_ini_keys()) ||
           list(helper_ini_keys())));
  }
  CHECK(keys > 250);
}

TEST_CASE("every name of every choice is understood, and no other") {
  for (const Setting& setting : settings()) {
    if (setting.choices.empty()) continue;
    INFO(setting.key);
    const std::string key(setting.key);
    int names = 0;
    for (int i = 0; i < 30; ++i) {
      const std::string name(choice_name(setting, i));
      if (name.empty()) continue;
      ++names;
      const Profile profile = built_in("", {key + "=" + name});
      CHECK(value_of(profile, key).value == name);
    }
    CHECK(names == 1 + std::count(setting.choices.begin(), setting.choices.end(), '|') -
                       (setting.choices.find("||") != std::string_view::npos ? 1 : 0));
    check_error(set_error(key + "=klipper"), ErrorCode::kSettingInvalid, {}, "is none of ");
    check_error(set_error(key + "="), ErrorCode::kSettingInvalid, {}, "is none of ");
    CHECK(choice_name(setting, -1).empty());
  }
}

TEST_CASE("choices become their enumerators") {
  const Profile profile = ini(
      kDensity +
      "gcode_flavor = no-extrusion\nmachine_limits_usage = ignore\nperimeter_generator = classic\n"
      "seam_position = rear\nslicing_mode = close_holes\nfill_pattern = lightning\n"
      "top_fill_pattern = octagramspiral\nbottom_fill_pattern = rectilinear\n"
      "support_material_style = snug\nsupport_material_pattern = honeycomb\n"
      "support_material_interface_pattern = concentric\nbrim_type = outer_and_inner\n"
      "draft_shield = limited\nironing_type = solid\nfuzzy_skin = all\n");
  CHECK(profile.machine.gcode_flavor == GcodeFlavor::kNoExtrusion);
  CHECK(profile.machine.limits_usage == LimitsUsage::kIgnore);
  CHECK(profile.print.perimeter_generator == PerimeterGenerator::kClassic);
  CHECK(profile.print.seam_position == SeamPosition::kRear);
  CHECK(profile.print.slicing_mode == SlicingMode::kCloseHoles);
  CHECK(profile.print.fill_pattern == InfillPattern::kLightning);
  CHECK(profile.print.top_fill_pattern == InfillPattern::kOctagramSpiral);
  CHECK(profile.print.bottom_fill_pattern == InfillPattern::kRectilinear);
  CHECK(profile.print.support_style == SupportStyle::kSnug);
  CHECK(profile.print.support_pattern == SupportPattern::kHoneycomb);
  CHECK(profile.print.support_interface_pattern == SupportInterfacePattern::kConcentric);
  CHECK(profile.print.brim_type == BrimType::kOuterAndInner);
  CHECK(profile.print.draft_shield == DraftShield::kLimited);
  CHECK(profile.print.ironing_type == IroningType::kSolid);
  CHECK(profile.print.fuzzy_skin == FuzzySkin::kAll);
  CHECK(ini(kDensity + "fill_pattern = gyroid").print.fill_pattern == InfillPattern::kGyroid);
  CHECK(ini(kDensity + "gcode_flavor = marlin").machine.gcode_flavor == GcodeFlavor::kMarlin);
  // A switch in former versions.
  CHECK(ini(kDensity + "draft_shield = 0").print.draft_shield == DraftShield::kDisabled);
  CHECK(ini(kDensity + "draft_shield = 1").print.draft_shield == DraftShield::kEnabled);
}

TEST_CASE("a choice that PrusaSlicer does not know is refused") {
  check_error(ini_error(kDensity + "gcode_flavor = klipper\n"), ErrorCode::kSettingInvalid, 2,
              "gcode_flavor = klipper is none of reprap, reprapfirmware, ");
  check_error(ini_error(kDensity + "fill_pattern = monotonic\n"), ErrorCode::kSettingInvalid, 2,
              "is none of rectilinear, alignedrectilinear");
  check_error(ini_error(kDensity + "top_fill_pattern = gyroid\n"), ErrorCode::kSettingInvalid, 2,
              "gyroid");
  check_error(toml_error("base = 'bedslinger-250'\n[print]\nfill_pattern = 3\n"),
              ErrorCode::kSettingInvalid, 3, "a name in quotes");
  CHECK(toml("base = 'bedslinger-250'\n[print]\nfill_pattern = 'line'\n").print.fill_pattern ==
        InfillPattern::kLine);
}

TEST_CASE("a percentage of the first layer's speed is kept as a share of every speed") {
  const Profile share = ini(kDensity + "first_layer_speed = 40%\nperimeter_speed = 50");
  CHECK(share.print.first_layer_speed_share == 0.4);
  CHECK(share.print.first_layer_speed_mm_per_s == 20);  // 40 % of 50
  const Profile plain = ini(kDensity + "first_layer_speed = 25\nfirst_layer_speed_over_raft = 70%");
  CHECK(plain.print.first_layer_speed_share == 0);
  CHECK(plain.print.first_layer_speed_mm_per_s == 25);
  CHECK(plain.print.first_layer_speed_over_raft_share == 0.7);
  const std::string base = "base = 'bedslinger-250'\n[print]\n";
  CHECK(toml(base + "first_layer_speed_mm_per_s = '50%'").print.first_layer_speed_share == 0.5);
  CHECK(toml(base + "first_layer_speed_share = 0.6").print.first_layer_speed_share == 0.6);
  CHECK(built_in("", {"first_layer_speed=50%", "first_layer_speed=30"})
            .print.first_layer_speed_share == 0);
  const Profile detour = ini(kDensity + "avoid_crossing_perimeters_max_detour = 150%");
  CHECK(detour.print.avoid_crossing_perimeters_max_detour_mm == 0);
  CHECK(detour.print.avoid_crossing_perimeters_max_detour_share == 1.5);
}

TEST_CASE("infill overlap and anchors are percentages of spacings") {
  // Measured in PrusaSlicer's G-code for these widths, layers of 0.2 mm and an overlap of 100 %:
  // infill begins 0.857 mm (Arachne) or 0.657 mm (classic) further out than without; alone, the
  // external perimeter gives 0.557 and 0.507 mm. Spacing = width - 0.2 (1 - pi/4).
  const std::string text = kDensity +
                           "layer_height = 0.2\nnozzle_diameter = 0.5\n"
                           "perimeter_extrusion_width = 0.9\n"
                           "external_perimeter_extrusion_width = 0.6\n"
                           "solid_infill_extrusion_width = 0.5\ninfill_extrusion_width = 0.7\n"
                           "infill_overlap = 100%\ninfill_anchor = 200%\ninfill_anchor_max = 3\n";
  const auto overlap = [&](const std::string& more) {
    return ini(text + more).print.infill_overlap_mm;
  };
  const auto about = [](double expected) { return doctest::Approx(expected).epsilon(0.001); };
  CHECK(overlap("perimeters = 2\nperimeter_generator = arachne") == about(0.857));
  CHECK(overlap("perimeters = 1\nperimeter_generator = arachne") == about(0.557));
  CHECK(overlap("perimeters = 2\nperimeter_generator = classic") == about(0.657));
  CHECK(overlap("perimeters = 1\nperimeter_generator = classic") == about(0.507));
  CHECK(ini(text).print.infill_anchor_mm == about(1.314));  // 2 x 0.657
  CHECK(ini(text).print.infill_anchor_max_mm == 3);
}

TEST_CASE("a setting that needs another one counts as off without it") {
  const std::string text = "base = 'bedslinger-250'\n";
  CHECK(toml(text + "[material]\ncooling = false").material.min_layer_time_s == 0);
  CHECK(toml(text + "[material]\ncooling = true").material.min_layer_time_s == 12);
  CHECK_FALSE(toml(text + "[print]\nsupport = true\nsupport_auto = false").print.support);
  CHECK(toml(text + "[print]\nbrim_width_mm = 3").print.brim_width_mm == 3);
  CHECK(toml(text + "[print]\nbrim_width_mm = 3\nbrim_type = 'no_brim'").print.brim_width_mm == 0);
  CHECK(toml(text + "[print]\ngap_fill_enabled = false").print.gap_fill_speed_mm_per_s == 0);
}

TEST_CASE("what a TOML file leaves out is listed, and what its place takes is as the table says") {
  const Profile profile = built_in("");
  for (std::size_t i = 0; i < settings().size(); ++i) {
    const Setting& setting = settings()[i];
    const bool left_out = profile.values[i].origin == "default";
    INFO(setting.key);
    CHECK(contains(profile.defaulted, setting.key) == left_out);
    if (left_out) CHECK(setting.otherwise.has_value());
  }
  CHECK(profile.machine.gcode_flavor == GcodeFlavor::kMarlin2);
  CHECK(profile.machine.max_acceleration_travel_mm_per_s2 ==
        profile.machine.max_acceleration_extruding_mm_per_s2);
  CHECK(profile.machine.start_gcode.empty());
  CHECK(profile.machine.max_layer_height_mm == doctest::Approx(0.3));  // 0.75 x 0.4
  CHECK(profile.print.min_bead_width_mm == doctest::Approx(0.34));     // 85 % of 0.4
  CHECK_FALSE(contains(built_in("", {"thin_walls=false"}).defaulted, "print.thin_walls"));
}

TEST_CASE("templates keep their lines, are echoed on one line and change the hash") {
  const Profile profile = ini(kDensity +
                              "start_gcode = G28\\nG1 X5 ; \\\"go\\\" \\\\ \nend_gcode =\n"
                              "start_filament_gcode = \"M900 K0\\n; \\\"x\\\"\";\"M900 K1\"\n"
                              "end_filament_gcode = bare;second\n");
  CHECK(profile.machine.start_gcode == "G28\nG1 X5 ; \"go\" \\");
  CHECK(profile.machine.end_gcode.empty());
  CHECK(profile.material.start_filament_gcode == "M900 K0\n; \"x\"");
  CHECK(profile.material.end_filament_gcode == "bare");
  CHECK(value_of(profile, "machine.start_gcode").value == "G28\\nG1 X5 ; \\\"go\\\" \\\\");
  CHECK_FALSE(contains(profile.defaulted, "end_gcode"));
  CHECK(contains(ini(kDensity).defaulted, "end_gcode"));

  const Profile toml_profile =
      toml("base = 'bedslinger-250'\n[machine]\nstart_gcode = \"\"\"G28\nG1 Z5\"\"\"\n");
  CHECK(toml_profile.machine.start_gcode == "G28\nG1 Z5");
  CHECK(built_in("", {"start_gcode=G28\\nG1 Z5"}).machine.start_gcode == "G28\nG1 Z5");
  CHECK(built_in("", {"start_gcode=G28\\nG1 Z5"}).hash == toml_profile.hash);
  CHECK(built_in("", {"start_gcode=G28"}).hash != toml_profile.hash);
}

TEST_CASE("values that templates mention and that are no settings come along") {
  const std::string text = kDensity +
                           "temperature = 210,200\nbed_temperature = 60\nprinter_notes = A\\nB\n"
                           "first_layer_temperature = 215\nlayer_height = 0.2\nend_gcode =\n";
  const Profile profile =
      ini(text +
          "start_gcode = {if printer_notes=~/.*A.*/}M109 S[first_layer_temperature]{endif}\\n;"
          "{layer_height}\nend_filament_gcode = \"M104 S{temperature[0]}\"\n");
  REQUIRE(profile.placeholders.size() == 3);
  CHECK(profile.placeholders[0].key == "first_layer_temperature");
  CHECK(profile.placeholders[0].value == "215");
  CHECK(profile.placeholders[1].key == "printer_notes");
  CHECK(profile.placeholders[1].value == "A\\nB");
  CHECK(profile.placeholders[2].value == "210,200");

  const std::string hot = text + "start_gcode = M104 S[temperature]\n";
  std::string hotter = hot;
  hotter.replace(hotter.find("210"), 3, "250");
  CHECK(ini(hot).hash != ini(hotter).hash);
  CHECK(ini(text).hash ==
        ini(kDensity + "layer_height = 0.2\nend_gcode =").hash);  // no template mentions them
}

TEST_CASE("what a filament says about retraction replaces what the machine says, unless nil") {
  const std::string machine =
      kDensity +
      "retract_length = 1\nretract_speed = 30\nderetract_speed = 20\nretract_lift = 0.1\n"
      "retract_before_travel = 3\nwipe = 0\nretract_before_wipe = 10%\nretract_layer_change = 0\n"
      "retract_restart_extra = 0\nretract_lift_above = 1\nretract_lift_below = 99\n";
  const Profile own = ini(
      machine +
      "filament_retract_length = 2\nfilament_retract_speed = 31\nfilament_deretract_speed = 21\n"
      "filament_retract_lift = 0.2\nfilament_retract_before_travel = 4\nfilament_wipe = 1\n"
      "filament_retract_before_wipe = 70%\nfilament_retract_layer_change = 1\n"
      "filament_retract_restart_extra = 0.5\nfilament_retract_lift_above = 2\n"
      "filament_retract_lift_below = 88\n");
  CHECK(own.machine.retract_length_mm == 2);
  CHECK(own.machine.retract_speed_mm_per_s == 31);
  CHECK(own.machine.deretract_speed_mm_per_s == 21);
  CHECK(own.machine.retract_lift_mm == 0.2);
  CHECK(own.machine.retract_before_travel_mm == 4);
  CHECK(own.machine.wipe);
  CHECK(own.machine.retract_before_wipe == 0.7);
  CHECK(own.machine.retract_layer_change);
  CHECK(own.machine.retract_restart_extra_mm == 0.5);
  CHECK(own.machine.retract_lift_above_mm == 2);
  CHECK(own.machine.retract_lift_below_mm == 88);
  const Profile nil = ini(machine +
                          "filament_wipe = nil\nfilament_retract_before_wipe = nil\n"
                          "filament_retract_lift_above = nil,nil\n");
  CHECK(nil.hash == ini(machine).hash);
}

TEST_CASE("percentages of PrusaSlicer may lack their sign, and short keys set two settings") {
  CHECK(ini(kDensity + "retract_before_wipe = 70").machine.retract_before_wipe == 0.7);
  CHECK(ini(kDensity + "raft_first_layer_density = 80").print.raft_first_layer_density == 0.8);
  CHECK(ini(kDensity + "ironing_flowrate = 1").print.ironing_flowrate == 0.01);
  const Profile shells = ini(kDensity + "solid_layers = 7\nsolid_min_thickness = 0.9\n");
  CHECK(shells.print.top_solid_layers == 7);
  CHECK(shells.print.bottom_solid_layers == 7);
  CHECK(shells.print.top_solid_min_thickness_mm == 0.9);
  CHECK(shells.print.bottom_solid_min_thickness_mm == 0.9);
  CHECK_FALSE(contains(shells.defaulted, "top_solid_layers"));
}

TEST_CASE("another material brings its own templates and cooling") {
  const std::string text =
      kDensity + "filament_type = X\ncooling = 0\nstart_filament_gcode = \"M1\"";
  CHECK_FALSE(ini(text).material.cooling);
  const Profile profile = ini(text, {}, "petg");
  CHECK(profile.material.cooling);
  CHECK(profile.material.start_filament_gcode.empty());
  CHECK(contains(profile.defaulted, "cooling"));
}
