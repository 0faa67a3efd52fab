// PrusaSlicer configurations as profiles.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
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

TEST_CASE("an .ini is imported with lists, quotes, percentages and helpers") {
  const Profile profile = ini(read_text(kTests / "data" / "profiles" / "full.ini"));
  CHECK(profile.machine.name == "TESTBED");
  CHECK(profile.machine.build_x_mm == 120);  // 110 - -10
  CHECK(profile.machine.build_y_mm == 90);   // 95 - 5
  CHECK(profile.machine.build_z_mm == 140);
  CHECK(profile.machine.max_acceleration_x_mm_per_s2 == 1100);  // the first of two
  CHECK(profile.machine.max_acceleration_y_mm_per_s2 == 9000);  // PrusaSlicer's default
  CHECK(profile.machine.max_feedrate_x_mm_per_s == 210);
  CHECK(profile.machine.max_jerk_x_mm_per_s == 6.5);
  CHECK(profile.machine.retract_length_mm == 3.5);  // the filament's
  CHECK(profile.machine.retract_lift_mm == 0.15);   // nil: the machine's
  CHECK(profile.machine.retract_speed_mm_per_s == 42);
  CHECK(profile.machine.deretract_speed_mm_per_s == 21);
  CHECK(profile.machine.power_w == 120);
  CHECK(profile.material.name == "PCTG");
  CHECK(profile.material.filament_diameter_mm == 2.85);
  CHECK(profile.material.density_g_per_cm3 == 1.31);
  CHECK(profile.material.extrusion_multiplier == 0.97);
  CHECK(profile.machine.build_min_x_mm == -10);
  CHECK(profile.machine.build_min_y_mm == 5);
  CHECK(profile.machine.retract_before_wipe == 0.7);
  CHECK(profile.machine.start_gcode == "G28 ; home\nG1 Z5");
  CHECK(profile.machine.end_gcode ==
        "M104 S0 ; turn off temperature\nG28 X0  ; home X axis\nM84     ; disable motors\n");
  CHECK(profile.machine.before_layer_gcode.empty());
  CHECK(profile.print.fill_pattern == InfillPattern::kGyroid);
  CHECK(profile.print.support_style == SupportStyle::kSnug);
  CHECK(profile.material.max_volumetric_speed_mm3_per_s == 9);
  CHECK(profile.print.max_volumetric_speed_mm3_per_s == 7.5);
  CHECK(profile.material.min_layer_time_s == 11);
  CHECK(profile.print.external_perimeter_width_mm == 0.52);
  CHECK(profile.print.perimeter_width_mm == 0.55);  // 0: extrusion_width
  CHECK(profile.print.infill_width_mm == 0.55);     // 0: extrusion_width
  CHECK(profile.print.support_width_mm == 0.55);    // missing: 0: extrusion_width
  CHECK(profile.print.first_layer_width_mm == doctest::Approx(0.45));  // 150 % of 0.3
  CHECK(profile.print.external_perimeter_speed_mm_per_s == 42);        // 70 % of 60
  CHECK(profile.print.solid_infill_speed_mm_per_s == 50);              // 50 % of 100
  CHECK(profile.print.top_solid_infill_speed_mm_per_s == 20);          // 40 % of 50
  CHECK(profile.print.support_interface_speed_mm_per_s == 40);         // 80 % of 50
  CHECK(profile.print.support_xy_spacing_mm == 0.26);                  // 50 % of 0.52
  CHECK(profile.print.fill_density == 0.35);
  CHECK(profile.print.support);
  CHECK(profile.print.skirts == 1);

  CHECK(value_of(profile, "print.perimeters").origin == "test.ini");
  CHECK(value_of(profile, "print.skirts").origin == "default");
  CHECK(contains(profile.defaulted, "skirts"));
  CHECK(contains(profile.defaulted, "machine.power_w"));
  CHECK(contains(profile.defaulted, "machine_max_acceleration_y"));
  CHECK_FALSE(contains(profile.defaulted, "perimeters"));
  CHECK_FALSE(contains(profile.defaulted, "bed_shape"));
  CHECK(profile.unknown == std::vector<std::string>{"shiny_new_key"});
}

TEST_CASE("a bed is round where its shape leaves out the corners") {
  std::string circle = "bed_shape = ";
  for (int k = 0; k < 72; ++k) {
    const double angle = k * 3.14159265358979 / 36;
    circle += (k > 0 ? "," : "") + std::to_string(90 * std::cos(angle)) + "x" +
              std::to_string(90 * std::sin(angle));
  }
  const Machine delta = ini(circle + "\n").machine;
  CHECK(delta.build_round);
  CHECK(delta.build_x_mm == doctest::Approx(180));
  CHECK_FALSE(ini("bed_shape = 0x0,250x0,250x210,0x210\n").machine.build_round);
  CHECK_FALSE(ini("bed_shape = 0x210,250x210,250x0,0x0\n").machine.build_round);  // clockwise
  CHECK_FALSE(ini("perimeters = 2\n").machine.build_round);
}

TEST_CASE("the room between parts of a plate is read") {
  const Profile profile =
      ini("complete_objects = 1\nextruder_clearance_radius = 45\nextruder_clearance_height = 34\n");
  CHECK(profile.print.complete_objects);
  CHECK(profile.machine.extruder_clearance_radius_mm == 45);
  CHECK(profile.machine.extruder_clearance_height_mm == 34);
  CHECK_FALSE(contains(profile.ignored, "complete_objects"));
}

TEST_CASE("line ends, a byte order mark and the last line make no difference") {
  const std::string text = "filament_density = 1.24\nperimeters = 4\n";
  const std::string hash = ini(text).hash;
  CHECK(ini("filament_density=1.24\r\nperimeters=4\r\n").hash == hash);
  CHECK(ini("\xEF\xBB\xBF" + text).hash == hash);
  CHECK(ini("filament_density = 1.24\n\n# note\n; note\n  perimeters  =  4").hash == hash);
}

TEST_CASE("an .ini takes PrusaSlicer's defaults and lists them") {
  const Profile profile = ini("filament_density = 1.24\n");
  CHECK(profile.print.layer_height_mm == 0.3);
  CHECK(profile.print.first_layer_height_mm == 0.35);
  CHECK(profile.print.first_layer_width_mm == 0.7);              // 200 % of 0.35
  CHECK(profile.print.perimeter_width_mm == 0.45);               // 1.125 x 0.4
  CHECK(profile.print.external_perimeter_speed_mm_per_s == 30);  // 50 % of 60
  CHECK(profile.print.support_xy_spacing_mm == 0.225);           // 50 % of 0.45
  CHECK(profile.print.fill_density == 0.2);
  CHECK(profile.material.name == "PLA");
  for (const Setting& setting : settings()) {
    const std::string key(setting.ini_key.empty() ? setting.key : setting.ini_key);
    if (key == "filament_density" || key == "printer_model" || key == "print_settings_id") continue;
    if (!setting.ini_default) continue;  // a share
    INFO(key);
    CHECK(contains(profile.defaulted, key));
  }
  CHECK_FALSE(contains(ini("filament_density = 1", {"power_w=80"}).defaulted, "machine.power_w"));
}

TEST_CASE("a density that an .ini lacks or says to be 0 is unknown: 0, and listed") {
  for (const std::string text : {"perimeters = 3\n", "perimeters = 3\nfilament_density = 0\n",
                                 "filament_density =\n", "filament_density = 0,1.2\n"}) {
    CAPTURE(text);
    const Profile unknown = ini(text);
    CHECK(unknown.material.density_g_per_cm3 == 0);
    CHECK(std::count(unknown.defaulted.begin(), unknown.defaulted.end(), "filament_density") == 1);
    CHECK(value_of(unknown, "material.density_g_per_cm3").origin == "default");
    const Profile given = ini(text, {"density_g_per_cm3=1.2"});
    CHECK(given.material.density_g_per_cm3 == 1.2);
    CHECK_FALSE(contains(given.defaulted, "filament_density"));
    const Profile petg = ini(text, {}, "petg");
    CHECK(petg.material.density_g_per_cm3 == 1.27);
    CHECK_FALSE(contains(petg.defaulted, "filament_density"));
  }
}

TEST_CASE("only an .ini may leave the density unknown, and only by 0") {
  check_error(ini_error("filament_density = 0.01\n"), ErrorCode::kSettingInvalid, 1, "0.05 to 25");
  check_error(ini_error("filament_density = -1\n"), ErrorCode::kSettingInvalid, 1, "0.05 to 25");
  check_error(ini_error("perimeters = 3\n", {"density_g_per_cm3=0"}), ErrorCode::kSettingInvalid,
              {}, "0.05 to 25");
  check_error(set_error("density_g_per_cm3=0"), ErrorCode::kSettingInvalid, {}, "0.05 to 25");
  check_error(toml_error("base = 'bedslinger-250'\n[material]\ndensity_g_per_cm3 = 0\n"),
              ErrorCode::kSettingInvalid, 3, "0.05 to 25");
}

TEST_CASE("keys that act on others are honoured") {
  const std::string text = "filament_density = 1.24\n";
  CHECK(ini(text + "cooling = 0\nslowdown_below_layer_time = 9").material.min_layer_time_s == 0);
  CHECK(ini(text + "cooling = 1\nslowdown_below_layer_time = 9").material.min_layer_time_s == 9);
  CHECK(ini(text + "gap_fill_enabled = 0").print.gap_fill_speed_mm_per_s == 0);
  CHECK(ini(text + "gap_fill_enabled = 1").print.gap_fill_speed_mm_per_s == 20);
  CHECK_FALSE(ini(text + "support_material = 1\nsupport_material_auto = 0").print.support);
  CHECK(ini(text + "support_material = 1").print.support);
  CHECK(ini(text + "brim_width = 3").print.brim_width_mm == 3);
  CHECK(ini(text + "brim_width = 3\nbrim_type = no_brim").print.brim_width_mm == 0);
  CHECK(ini(text + "perimeter_speed = 0\nmax_print_speed = 90").print.perimeter_speed_mm_per_s ==
        90);
  CHECK(ini(text + "perimeter_speed = 0").print.perimeter_speed_mm_per_s == 80);
  CHECK(ini(text + "extrusion_width = 200%").print.perimeter_width_mm == 0.6);  // of 0.3
  CHECK(ini(text + "extrusion_width = 200%\nfirst_layer_extrusion_width = 0\n")
            .print.first_layer_width_mm == 0);  // each line's own
  CHECK(ini(text + "fill_density = 0.4").print.fill_density == 0.4);
  CHECK(ini(text + "first_layer_height = 50%").print.first_layer_height_mm == 0.15);
}

TEST_CASE("keys in use that are not modelled are listed, and those of unknown names") {
  const std::string text = "filament_density = 1.24\nextra_perimeters = 0\n";
  const auto ignored = [&](const std::string& more) { return ini(text + more).ignored; };
  const std::string row(
      std::find_if(settings().begin(), settings().end(), [](const Setting& setting) {
        return setting.modelling == Modelling::kIgnored && setting.neutral == "false" &&
               setting.only_with.empty() && setting.key != "print.extra_perimeters";
      })->ini_key);
  CHECK(ignored("notes = x\ntemperature = 210").empty());
  CHECK(ignored(row + " = 0").empty());
  CHECK(ignored(row + " = 1") == std::vector<std::string>{row});
  CHECK(ignored("post_process =\ncolorprint_heights = 0").empty());
  CHECK(ignored("post_process = /bin/true") == std::vector<std::string>{"post_process"});
  CHECK(ini(text + "notes = x\ntemperature = 210").unknown.empty());
  CHECK(ini(text + "shiny = 1").unknown == std::vector<std::string>{"shiny"});
  for (const Setting& setting : settings()) {
    if (setting.modelling == Modelling::kModelled || setting.ini_key.empty()) continue;
    const Profile plain = built_in("");
    INFO(setting.ini_key);
    CHECK_FALSE(contains(plain.ignored, setting.ini_key));
  }
}

TEST_CASE("mistakes in an .ini are told with key and line") {
  const std::string text = "filament_density = 1.24\n";
  check_error(ini_error(text + "perimeters = abc\n"), ErrorCode::kSettingInvalid, 2,
              "test.ini: perimeters = abc is not a number");
  check_error(ini_error(text + "perimeters = 2.5\n"), ErrorCode::kSettingInvalid, 2, "whole");
  check_error(ini_error(text + "perimeters = nil\n"), ErrorCode::kSettingInvalid, 2, "nil");
  check_error(ini_error(text + "\nlayer_height = 50\n"), ErrorCode::kSettingInvalid, 3,
              "layer_height = 50 is outside 0.005 to 10 mm");
  check_error(ini_error(text + "fill_density = 30\n"), ErrorCode::kSettingInvalid, 2, "0 to 1");
  check_error(ini_error(text + "support_material = yes\n"), ErrorCode::kSettingInvalid, 2,
              "true nor false");
  check_error(ini_error(text + "cooling = on\n"), ErrorCode::kSettingInvalid, 2, "cooling");
  check_error(ini_error(text + "bed_shape = 0x0,10\n"), ErrorCode::kSettingInvalid, 2, "bed_shape");
  check_error(ini_error(text + "bed_shape = 0x0,0x100\n"), ErrorCode::kSettingInvalid, 2,
              "bed_shape");
  check_error(ini_error(text + "layer_height = 0.5\n"), ErrorCode::kSettingInvalid, 2, "nozzle");
  check_error(ini_error(text + "perimeters = 1\nperimeters = 2\n"), ErrorCode::kProfileInvalid, 3,
              "given twice, first in line 2");
  check_error(ini_error("[print]\nperimeters = 1\n"), ErrorCode::kProfileInvalid, 1, "bundle");
  check_error(ini_error(text + "what is this\n"), ErrorCode::kProfileInvalid, 2, "key = value");
  check_error(ini_error("\x89PNG\r\n\x1A\n"), ErrorCode::kProfileInvalid, 1, "key = value");
  check_error(ini_error(text + "printer_technology = SLA\n"), ErrorCode::kProfileInvalid, 2, "SLA");
  check_error(ini_error(""), ErrorCode::kProfileInvalid, {}, "no settings");
  check_error(ini_error(text, {"perimetres=3"}), ErrorCode::kSettingUnknown, {}, "perimeters?");
}

TEST_CASE("text that is not UTF-8 or too long for a message stays presentable") {
  CHECK(ini("filament_density = 1\nprinter_model = Dr\xFC"
            "cker")
            .machine.name == "Dr?cker");
  CHECK(ini("filament_density = 1\nprinter_model = Dr\xC3\xBC"
            "cker")
            .machine.name ==
        "Dr\xC3\xBC"
        "cker");
  const Error error = ini_error("perimeters = " + std::string(5000, 'x'));
  CHECK(error.message.size() < 200);
}

TEST_CASE("a material of the catalogue replaces the one of a file, but not its diameter") {
  const std::string text =
      "filament_type = NYLON\nfilament_density = 1.1\nfilament_diameter = 2.85\n";
  const Profile profile = ini(text, {}, "petg");
  CHECK(profile.material.name == "PETG");
  CHECK(profile.material.density_g_per_cm3 == 1.27);
  CHECK(profile.material.filament_diameter_mm == 2.85);
  CHECK(ini(text, {}, "nylon").hash == ini(text).hash);
  check_error(error_of(parse_ini_profile(text, {"test.ini", "wood", {}})),
              ErrorCode::kProfileUnknown, {}, "wood");
  // The file's own material is kept; the catalogue fills what it leaves out.
  const Profile own = ini("filament_type = PLA\nextrusion_multiplier = 0.9", {}, "pla");
  CHECK(own.material.extrusion_multiplier == 0.9);
  CHECK(own.material.density_g_per_cm3 == 1.24);
  CHECK(toml("base = 'bedslinger-250'", {}, "tpu").material.name == "TPU");
}

TEST_CASE("files are read by their ending, and their failures belong to the profile") {
  const std::string path = (kTests / "data" / "profiles" / "full.ini").string();
  const Profile profile = built_in(path);
  CHECK(profile.name == "full");
  CHECK(profile.source == path);
  CHECK(profile.hash == ini(read_text(path)).hash);

  const auto missing = error_of(load_profile({"/nonexistent/printer.toml", "", {}}));
  check_error(missing, ErrorCode::kFileNotFound, {}, "printer.toml");
  const auto folder = std::filesystem::temp_directory_path() / "costengine_profile_test.ini";
  std::filesystem::create_directory(folder);
  check_error(error_of(load_profile({folder.string(), "", {}})), ErrorCode::kNotRegularFile, {},
              "");
  std::filesystem::remove(folder);
}
