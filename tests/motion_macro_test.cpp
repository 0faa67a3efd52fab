#include "costengine/motion/macro.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "costengine/motion/custom_gcode.hpp"
#include "costengine/profile/load.hpp"

namespace costengine {
namespace {

MacroVariables some_variables() {
  return {{"layer_height", {0.2}},
          {"travel_speed", {180.0}},
          {"z_offset", {0.0}},
          {"max_print_height", {210.0}},
          {"first_layer_temperature", macro_values("215,210")},
          {"filament_type", macro_values("PLA;PETG")},
          {"initial_tool", {std::int64_t{1}}},
          {"complete_objects", {false}},
          {"fill_density", macro_values("15%")},
          {"notes", {std::string("one\nMODEL_X\ntwo")}}};
}

std::string expanded(std::string_view macro) {
  const auto result = expand_macro(macro, some_variables());
  if (!result.ok()) return "error: " + result.error().message;
  std::string text = result.value().text;
  for (const std::string& name : result.value().unknown) text += " ?" + name;
  return text;
}

TEST_CASE("expressions give what PrusaSlicer 2.5 writes for them") {
  // Each was put into the start G-code of a print of PrusaSlicer 2.5.0, and the line looked up.
  const std::pair<const char*, const char*> rows[] = {
      {"{1/3}", "0"},
      {"{1/3.0}", "0.333333"},
      {"{7/2} {-7/2} {7%3}", "3 -3 1"},
      {"{100000.5*2}", "200001"},
      {"{10000000.0}", "1e+07"},
      {"{1234567.891} {12345.6789}", "1.23457e+06 12345.7"},
      {"{0.1+0.2} {1e-7} {0.000012345}", "0.3 1e-07 1.2345e-05"},
      {"{2.0} {2.50} {.5} {5.} {1.5e2}", "2 2.5 0.5 5 150"},
      {"{\"a\"+\"b\"} {\"a\"+1} {\"a\"+1.5} {1+\"a\"}", "ab a1 a1.5 1a"},
      {"{min(1,2.5)} {max(1,2)} {min(layer_height, 0.1)+max(1,2)}", "1 2 2.1"},
      {"{int(2.7)} {int(-2.7)} {round(2.5)} {round(-2.5)} {round(2.4)}", "2 -2 3 -3 2"},
      {"{digits(3.14159, 5)}|{digits(3.14159, 8, 2)}|{digits(3, 5)}", "    3|    3.14|    3"},
      {"{zdigits(3.14159, 8, 2)} {zdigits(7, 3)}", "00003.14 007"},
      {"{(2+3)*4-1} {2+3*4} {-2+3} {+2} {2 - -3} { 2 + 3 }", "19 14 1 2 5 5"},
      {"{true} {!(1==2)} {complete_objects} [complete_objects]", "true true false 0"},
      {"{layer_height} [layer_height] {-layer_height}", "0.2 0.2 -0.2"},
      {"{travel_speed/7} {travel_speed*60}", "25.7143 10800"},
      {"{first_layer_temperature[0]} [first_layer_temperature]", "215 215"},
      {"{first_layer_temperature[5]} [first_layer_temperature_0]", "215 215"},
      {"{first_layer_temperature[0]+5} {first_layer_temperature[0]/2}", "220 107"},
      {"{fill_density}", "15"},
      {"{z_offset+min(0.2+1, max_print_height)}", "1.2"},
      {"{\"\" + ((filament_type[0]==\"FLEX\") ? 1 : ((filament_type[0]==\"PVA\") ? 2 : 0))}", "0"},
      {"a } brace, a ] bracket", "a } brace, a ] bracket"},
  };
  for (const auto& [macro, text] : rows) {
    CAPTURE(macro);
    CHECK(expanded(macro) == text);
  }
}

TEST_CASE("conditions choose as in PrusaSlicer 2.5") {
  const std::pair<const char*, const char*> rows[] = {
      {"{if 1==1}A{else}B{endif}", "A"},
      {"{if 1==2}A{elsif 2==2}C{else}B{endif}", "C"},
      {"{if 1==2}A{elsif 2==3}C{else}B{endif}", "B"},
      {"{if 1==2}A{endif}", ""},
      {"a {if 1==1} b {endif} c", "a  b  c"},
      {"{if not complete_objects}yes{else}no{endif}", "yes"},
      {"{if !complete_objects and layer_height<=0.2}yes{else}no{endif}", "yes"},
      {"{if layer_height==0.2 || false}yes{else}no{endif}", "yes"},
      {"{if layer_height==0.3 or 2>1 && 1>2}yes{else}no{endif}", "no"},
      {"{if \"abc\" =~ /b/}part{else}whole{endif}", "whole"},
      {"{if \"abc\" =~ /a.c/}yes{else}no{endif}", "yes"},
      {"{if \"abc\" !~ /a.c/}yes{else}no{endif}", "no"},
      {"{if \"ABC\" =~ /abc/}yes{else}no{endif}", "no"},
      {"{if notes=~/.*MODEL_X.*/}yes{else}no{endif}", "yes"},
      {"{if filament_type[0]==\"PLA\"}pla{elsif filament_type[0]==\"PETG\"}petg{endif}", "pla"},
      {"{if filament_type[initial_tool]==\"PETG\"}petg{endif}", "petg"},
      {"{if layer_height<0.5}{if layer_height<0.1}fine{else}mid{endif}{endif}", "mid"},
      {"{if layer_height>0.5}{if 1==1}a{else}b{endif}{else}c{endif}", "c"},
  };
  for (const auto& [macro, text] : rows) {
    CAPTURE(macro);
    CHECK(expanded(macro) == text);
  }
}

TEST_CASE("names in brackets take an index as a name or as a number at their end") {
  CHECK(expanded("[first_layer_temperature[initial_tool]]") == "210");
  CHECK(expanded("[first_layer_temperature_1]") == "210");
  CHECK(expanded("[first_layer_temperature_7]") == "215");
}

TEST_CASE("names without a value are listed once and print nothing") {
  CHECK(expanded("M104 S[foo] {foo + 1} {foo[0]*bar}") == "M104 S   ?foo ?bar");
  CHECK(expanded("{if foo}A{else}B{endif}") == "B ?foo");
  CHECK(expanded("{if foo =~ /x/ or 1==1}A{endif}") == "A ?foo");
  CHECK(expanded("{if foo and 1==2}A{else}B{endif}") == "B ?foo");
  CHECK(expanded("{foo ? 1 : 2}") == " ?foo");
  CHECK(expanded("{if 1==2}{foo}[bar]{if baz}{endif}{endif}") == "");
  CHECK(expanded("{1==1 ? 2 : foo}") == "2");
}

TEST_CASE("patterns match whole strings") {
  const auto matches = [](const char* text, const char* pattern) {
    MacroVariables variables = {{"text", {std::string(text)}}};
    const auto result = expand_macro("{text =~ /" + std::string(pattern) + "/}", variables);
    REQUIRE(result.ok());
    return result.value().text == "true";
  };
  CHECK(matches("abc", "abc"));
  CHECK_FALSE(matches("abcd", "abc"));
  CHECK_FALSE(matches("xabc", "abc"));
  CHECK(matches("", ""));
  CHECK(matches("", "a*"));
  CHECK_FALSE(matches("", "a+"));
  CHECK(matches("aaa", "a+"));
  CHECK(matches("ac", "ab?c"));
  CHECK(matches("foobaz", "foo(bar|baz)"));
  CHECK(matches("foobaz", "^foo(?:bar|baz)?$"));
  CHECK(matches("foo", "foo(bar|baz)?"));
  CHECK(matches("x", "x|"));
  CHECK(matches("", "x|"));
  CHECK(matches("ababab", "(ab){3}"));
  CHECK_FALSE(matches("ababab", "(ab){2}"));
  CHECK(matches("aaa", "a{2,}"));
  CHECK_FALSE(matches("a", "a{2,}"));
  CHECK(matches("aaaa", "a{2,4}"));
  CHECK_FALSE(matches("aaaaa", "a{2,4}"));
  CHECK(matches("", "a{0}"));
  CHECK(matches("b-7", "[a-c]-\\d"));
  CHECK(matches("]", "[]]"));
  CHECK(matches("x", "[^a-c]"));
  CHECK_FALSE(matches("b", "[^a-c]"));
  CHECK(matches("a_1 ", "\\w+\\s"));
  CHECK(matches("- ", "\\W\\s"));
  CHECK(matches("a.b", "a\\.b"));
  CHECK_FALSE(matches("axb", "a\\.b"));
  CHECK(matches("0.15mm QUALITY @MK3", ".*(DETAIL @MK3|QUALITY @MK3).*"));
  CHECK(matches("a\nb", "a.b"));
  CHECK(matches("aXXb", "a.*?b"));
  // One step a character and state, whatever the pattern.
  CHECK_FALSE(matches(std::string(3000, 'a').c_str(), "(a*)*(a|a)*b"));
}

TEST_CASE("what is broken or not known is an error with its line") {
  const char* const macros[] = {
      "{",
      "[",
      "[]",
      "[a b]",
      "{if}",
      "{if 1==1}",
      "{endif}",
      "{else}",
      "{elsif 1==1}",
      "{1 +}",
      "{(1}",
      "{\"a}",
      "{foo(1)}",
      "{min(1)}",
      "{max(1,2,3)}",
      "{random(1,2)}",
      "{2**3}",
      "{'a'}",
      "{1 2}",
      "{\"a\" =~ b}",
      "{\"a\" =~ /b}",
      "{\"a\" =~ /(/}",
      "{\"a\" =~ /[/}",
      "{\"a\" =~ /*/}",
      "{\"a\" =~ /(?=a)/}",
      "{\"a\" =~ /\\1/}",
      "{\"a\" =~ /a{9999}/}",
      "{\"a\" =~ /((a{99}){99}){99}/}",
      "{1e999}",
      "{first_layer_temperature[1}",
  };
  for (const char* macro : macros) {
    CAPTURE(macro);
    const auto result = expand_macro("G1\n" + std::string(macro), some_variables());
    REQUIRE_FALSE(result.ok());
    CHECK(result.error().code == ErrorCode::kSyntax);
    CHECK(result.error().stage == Stage::kPlan);
    CHECK(result.error().line == 2);
    CHECK_FALSE(result.error().message.empty());
  }
  for (const char* macro :
       {"{1/0}", "{1%0}", "{1.0/0}", "{9223372036854775807+1}", "{-9223372036854775807-2}",
        "{\"a\"*2}", "{-\"a\"}", "{if \"a\"}{endif}", "{min(\"a\",1)}", "{int(1e300)}",
        "{digits(1,1000)}", "{first_layer_temperature[\"a\"]}"}) {
    CAPTURE(macro);
    const auto result = expand_macro(macro, some_variables());
    REQUIRE_FALSE(result.ok());
    CHECK(result.error().code == ErrorCode::kSettingInvalid);
  }
}

TEST_CASE("depth and size are bounded") {
  const auto code = [](const std::string& macro, const MacroVariables& variables) {
    const auto result = expand_macro(macro, variables);
    return result.ok() ? ErrorCode{} : result.error().code;
  };
  CHECK(code("{" + std::string(100000, '(') + "1}", {}) == ErrorCode::kSyntax);
  CHECK(code("{" + std::string(100000, '-') + "1}", {}) == ErrorCode::kSyntax);
  std::string ifs;
  for (int i = 0; i < 1000; ++i) ifs += "{if 1==1}";
  CHECK(code(ifs, {}) == ErrorCode::kSyntax);
  const MacroVariables large = {{"a", {std::string(1 << 20, 'x')}}};
  CHECK(code("[a][a][a][a][a]", large) == ErrorCode::kLimitBytes);
  CHECK(code("{a =~ /x*/}", large) == ErrorCode::kLimitBytes);
  std::string doubled = "a";
  for (int i = 0; i < 10; ++i) doubled = "(" + doubled + "+" + doubled + ")";
  CHECK(code("{" + doubled + "}", large) == ErrorCode::kLimitBytes);
}

TEST_CASE("settings as an .ini writes them become typed values") {
  using Values = std::vector<MacroValue>;
  CHECK(macro_values("215,210") == Values{std::int64_t{215}, std::int64_t{210}});
  CHECK(macro_values("0.4") == Values{0.4});
  CHECK(macro_values("0.4,0.6") == Values{0.4, 0.6});
  CHECK(macro_values("15%") == Values{15.0});
  CHECK(macro_values("PLA;PETG") == Values{std::string("PLA"), std::string("PETG")});
  CHECK(macro_values("\"A;1\";\"B\\\"2\\n\"") == Values{std::string("A;1"), std::string("B\"2\n")});
  CHECK(macro_values("one, two") == Values{std::string("one, two")});
  CHECK(macro_values("first; second") == Values{std::string("first; second")});
  CHECK(macro_values("a;b\nc") == Values{std::string("a;b\nc")});
  CHECK(macro_values("") == Values{std::string()});
  CHECK(macro_values("\"\"") == Values{std::string()});
}

TEST_CASE("templates see settings, placeholders and the print") {
  ProfileRequest request;
  request.profile = "plate.ini";
  const auto profile = parse_ini_profile(
      "filament_density = 1.24\n"
      "bed_shape = -10x5,110x5,110x95,-10x95\n"
      "nozzle_diameter = 0.4\n"
      "first_layer_temperature = 210\n"
      "fill_density = 12%\n"
      "fill_pattern = gyroid\n"
      "travel_speed = 150\n"
      "max_print_height = 180\n"
      "start_gcode = M104 S[first_layer_temperature]\\nG1 Z{max_print_height/7} "
      "F{travel_speed*60}\n",
      request);
  REQUIRE_MESSAGE(profile.ok(), (profile.ok() ? "" : profile.error().to_string()));
  PrintFacts facts;
  facts.max_layer_z_mm = 12.4;
  facts.layers = 62;
  facts.first_layer_min_x_mm = 40;
  facts.first_layer_max_x_mm = 60;
  MacroVariables variables = macro_variables(profile.value(), facts);
  const auto text = [&](std::string_view macro) {
    const auto result = expand_macro(macro, variables);
    REQUIRE(result.ok());
    CHECK(result.value().unknown.empty());
    return result.value().text;
  };
  CHECK(text(profile.value().machine.start_gcode) == "M104 S210\nG1 Z25.7143 F9000");
  CHECK(text("{fill_density} [fill_pattern] {nozzle_diameter[0]}") == "12 gyroid 0.4");
  CHECK(text("{print_bed_min[0]} {print_bed_max[1]} {print_bed_size[0]}") == "-10 95 120");
  CHECK(text("{first_layer_print_size[0]} {total_layer_count}") == "20 62");
  CHECK(text("{layer_num} {layer_z} {max_layer_z}") == "61 12.4 12.4");
  set_layer(variables, 3, 0.8);
  CHECK(text("[layer_num] [layer_z]") == "3 0.8");
}

}  // namespace
}  // namespace costengine
