#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "costengine/report/csv.hpp"
#include "costengine/report/json.hpp"
#include "costengine/report/printable.hpp"
#include "costengine/report/profile_text.hpp"
#include "costengine/report/text.hpp"

using namespace costengine;
using Json = nlohmann::ordered_json;

namespace {

Profile some_profile() {
  Profile profile{};
  profile.name = "generic/0.20mm";
  profile.source = "built-in";
  profile.hash = "aa";
  profile.material.name = "PLA";
  profile.defaulted = {"skirts"};
  profile.unknown = {"colour"};
  profile.ignored = {"ironing"};
  profile.values = {{"print.layer_height_mm", "0.2", "mm", "catalogue"}};
  return profile;
}

CostLine line(std::string kind, std::int64_t amount, std::string why) {
  return {std::move(kind), 1.5, "h", "2.50", {amount}, {amount - 5}, {amount + 7}, std::move(why)};
}

Estimate some_estimate() {
  Estimate e;
  e.format = MeshFormat::kStlBinary;
  e.bytes = 684;
  e.hash = "sha256:00";
  e.facets = 1234;
  e.vertices = 8;
  e.findings = {{FindingCode::kOpen, Severity::kWarning, 4, "edges are open", 7, "capped"},
                {FindingCode::kNormals, Severity::kNote, 1, "1 normal contradicts.", {}, ""}};
  e.verdict = verdict_of(e.findings);
  e.measurements.volume_mm3 = {8000, 7900, 8100};
  e.measurements.volume_method = "capped";
  e.measurements.area_mm2 = 2400;
  e.measurements.box_mm = {{0, 0, 0}, {20, 20, 20}};
  e.measurements.hull_volume_mm3 = 8000;
  e.measurements.shells = 1;
  Production p;
  p.process = "fdm";
  p.method = "paths";
  p.layers = 100;
  p.time_s = {7230, 6000, 9000};
  p.filament_mm = {2500, 2400, 2600};
  p.model = {2000, 4810, 5.96};
  p.support = {500, 1202, 1.49};
  p.features = {{"perimeter", 1000, 1900, 5061, 12},   // 70 %
                {"sparse infill", 900, 600, 2097, 3},  // 29 %
                {"support interface", 1, 2, 3, 1},
                {"travel", 2000, 0, 60, 1234},
                {"retraction", 0, 0, 9, 1}};
  p.layer_table = {{0.1, 0.2, 400, 80, 100, {1000, 0.5, 0, 0, 0}},
                   {0.3, 0.2, 398.5, 79.75, 50.25, {900, 599.5, 2, 0, 0}}};
  p.confidence = {"tool paths are not known"};
  e.production = p;
  Quote q;
  q.currency = "EUR";
  q.quantity = 3;
  q.lines = {line("machine_time", 123456, "2.01 h at 614.20 EUR/h"), line("discount", -50, "5 %")};
  q.unit_price = {41135};
  q.total = {123406};
  q.low = {123396};
  q.high = {123420};
  q.prices_name = "example";
  q.prices_source = "built-in";
  q.prices_hash = "bb";
  e.quote = q;
  return e;
}

/// The same model with a hole too large: no production, no quote.
Estimate refused_estimate() {
  Estimate e = some_estimate();
  e.findings[0].severity = Severity::kError;
  e.verdict = verdict_of(e.findings);
  e.production.reset();
  e.quote.reset();
  return e;
}

/// The same model where the sheet lacks a rate.
Estimate unpriced_estimate(const std::string& message = "the sheet lacks material.PET.per_kg") {
  Estimate e = some_estimate();
  e.quote.reset();
  e.unpriced = Error{ErrorCode::kPricesMissing, Stage::kPrice, message, {}, {}};
  return e;
}

/// The same model of a filament whose density nobody knows.
Estimate weightless_estimate() {
  Estimate e = unpriced_estimate("filament_density is missing");
  e.production->model.mass_g.reset();
  e.production->support.mass_g.reset();
  return e;
}

std::vector<std::string> keys(const Json& object) {
  std::vector<std::string> names;
  for (const auto& item : object.items()) names.push_back(item.key());
  return names;
}

using Names = std::vector<std::string>;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

void check_fits_screen(const std::string& text) {
  REQUIRE(text.ends_with('\n'));
  for (const std::string& shown : lines_of(text)) {
    CAPTURE(shown);
    CHECK(display_columns(shown) <= 80);
    CHECK(printable(shown) == shown);
  }
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

const std::vector<std::string> kHostileNames = {
    "part.stl",
    "",
    std::string(5000, 'x') + ".stl",
    "\xE9\xBD\xBF\xE8\xBD\xAE" + std::string(300, 'a'),  // CJK, then long
    [] {
      std::string s;
      for (int i = 0; i < 99; ++i) s += "\u9F7F";
      return s + ".stl";
    }(),
    "a\nb\rc\td\x1b[31mred\x07.stl",
    "evil\u202Elts.exe",
    "\xff\xfe\xc0\xaf\xed\xa0\x80\xf8.stl",
    "=cmd|' /C calc'!A0",
    "\U0001F600\U0001F600 \u0301\u0302 \"quoted\", comma.stl",
};

}  // namespace

TEST_CASE("printable keeps ordinary text and escapes what steers or deceives") {
  CHECK(printable("bracket v2 (final).stl") == "bracket v2 (final).stl");
  CHECK(printable("z\u00E4hnrad \u9F7F\u8F2E.stl") == "z\u00E4hnrad \u9F7F\u8F2E.stl");
  CHECK(printable("a\nb\tc\rd") == "a\\nb\\tc\\rd");
  CHECK(printable(std::string_view("\x1b[2J\x7f\0x", 7)) == "\\x1b[2J\\x7f\\x00x");
  CHECK(printable("\u009B31m") == "\\x9b31m");
  CHECK(printable("a\u202Eb\u200Fc\uFEFFd\u2066e") == "a\\u202eb\\u200fc\\ufeffd\\u2066e");
  CHECK(printable("\U000E0041") == "\\U000e0041");
}

TEST_CASE("printable escapes every byte that is not UTF-8") {
  CHECK(printable("\xff") == "\\xff");
  CHECK(printable("\xc0\xaf") == "\\xc0\\xaf");                    // over-long slash
  CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");           // surrogate
  CHECK(printable("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");  // above U+10FFFF
  CHECK(printable("\xe2\x82") == "\\xe2\\x82");                    // cut
  CHECK(printable("\xe2\x82\xac") == "\u20AC");
}

TEST_CASE("display columns count wide characters twice and combining marks not at all") {
  CHECK(display_columns("abc") == 3);
  CHECK(display_columns("z\u00E4h") == 3);
  CHECK(display_columns("\u9F7F\u8F2E") == 4);
  CHECK(display_columns("\uD55C\uFF21\U0001F600") == 6);
  CHECK(display_columns("e\u0301") == 1);
}

TEST_CASE("shortened keeps both ends and never exceeds its columns") {
  CHECK(shortened("short.stl", 9) == "short.stl");
  CHECK(shortened("a-very-long-name.stl", 13) == "a-ver...e.stl");
  for (const std::string& name : kHostileNames) {
    for (std::size_t columns = 8; columns < 90; ++columns) {
      CAPTURE(name);
      CAPTURE(columns);
      CHECK(display_columns(shortened(name, columns)) <= columns);
    }
  }
}

TEST_CASE("wrapped breaks between words, and words only where they do not fit a line") {
  CHECK(wrapped("one two three", 8) == Names{"one two", "three"});
  CHECK(wrapped("abcdefghijk lm", 8) == Names{"abcdefgh", "ijk lm"});
  CHECK(wrapped("", 8) == Names{""});
  for (const std::string& name : kHostileNames) {
    CAPTURE(name);
    for (const std::string& part : wrapped("word " + name + " word", 20)) {
      CHECK(display_columns(part) <= 20);
    }
  }
}

TEST_CASE("the JSON of an estimate has the documented names in the documented order") {
  const Json json = Json::parse(estimate_json("dir/part.stl", some_estimate(), some_profile()));
  CHECK(keys(json) == Names{"schema", "engine", "input", "mesh", "measure", "profile", "production",
                            "prices", "quote", "cache", "timing_ms"});
  CHECK(json["schema"] == 1);
  CHECK(json["engine"]["version"] == COSTENGINE_VERSION);
  CHECK(keys(json["input"]) == Names{"path", "format", "bytes", "hash"});
  CHECK(json["input"]["path"] == "dir/part.stl");
  CHECK(keys(json["mesh"]) == Names{"facets", "vertices", "shells", "verdict", "findings"});
  CHECK(keys(json["mesh"]["findings"][0]) ==
        Names{"code", "severity", "count", "message", "first_facet", "effect"});
  CHECK(keys(json["mesh"]["findings"][1]) == Names{"code", "severity", "count", "message"});
  CHECK(keys(json["measure"]) == Names{"volume_mm3", "area_mm2", "box_mm", "hull_volume_mm3"});
  CHECK(keys(json["measure"]["volume_mm3"]) == Names{"value", "low", "high", "method"});
  CHECK(keys(json["measure"]["box_mm"]) == Names{"min", "max"});
  CHECK(keys(json["profile"]) ==
        Names{"name", "source", "hash", "defaulted", "unknown", "ignored"});
  CHECK(keys(json["production"]) == Names{"process", "method", "layers", "time_s", "model",
                                          "support", "filament_mm", "features", "confidence"});
  CHECK(keys(json["production"]["time_s"]) == Names{"value", "low", "high"});
  CHECK(keys(json["production"]["support"]) == Names{"filament_mm", "volume_mm3", "mass_g"});
  CHECK(keys(json["production"]["features"][0]) ==
        Names{"role", "length_mm", "filament_mm", "paths", "time_s"});
  CHECK(keys(json["prices"]) == Names{"name", "source", "hash"});
  CHECK(keys(json["quote"]) == Names{"currency", "minor_digits", "quantity", "lines", "unit_price",
                                     "total", "low", "high"});
  CHECK(keys(json["quote"]["lines"][0]) ==
        Names{"kind", "quantity", "unit", "rate", "amount", "low", "high", "why"});
  CHECK(keys(json["timing_ms"]) ==
        Names{"load", "inspect", "measure", "slice", "plan", "price", "total"});
}

TEST_CASE("amounts are integers in minor units and rates are decimal strings") {
  const Json quote = Json::parse(estimate_json("p", some_estimate(), some_profile()))["quote"];
  CHECK(quote["total"].is_number_integer());
  CHECK(quote["total"] == 123406);
  CHECK(quote["lines"][1]["amount"] == -50);
  CHECK(quote["lines"][0]["amount"].is_number_integer());
  CHECK(quote["lines"][0]["rate"] == "2.50");
}

TEST_CASE("a refused model has mesh and measure but neither production nor prices nor quote") {
  const Json json = Json::parse(estimate_json("p", refused_estimate(), some_profile()));
  CHECK(keys(json) ==
        Names{"schema", "engine", "input", "mesh", "measure", "profile", "cache", "timing_ms"});
  CHECK(json["mesh"]["verdict"] == "refused");
  Estimate forced = some_estimate();
  forced.forced = true;
  const Json guess = Json::parse(estimate_json("p", forced, some_profile()));
  CHECK(guess["forced"] == true);
  CHECK(guess.contains("quote"));
}

TEST_CASE("a model that cannot be priced has production, no quote, and the reason in its JSON") {
  const Json json = Json::parse(estimate_json("p", unpriced_estimate(), some_profile()));
  CHECK(keys(json) == Names{"schema", "engine", "input", "mesh", "measure", "profile", "production",
                            "quote", "unpriced", "cache", "timing_ms"});
  CHECK(json["quote"].is_null());
  CHECK(json["unpriced"] == Json{{"code", "prices_missing"},
                                 {"stage", "price"},
                                 {"message", "the sheet lacks material.PET.per_kg"}});
  CHECK(json["production"]["time_s"]["value"] == 7230);
}

TEST_CASE("every hash says that it is SHA-256") {
  const Json json = Json::parse(estimate_json("p", some_estimate(), some_profile()));
  CHECK(json["input"]["hash"] == "sha256:00");
  CHECK(json["profile"]["hash"] == "sha256:aa");
  CHECK(json["prices"]["hash"] == "sha256:bb");
}

TEST_CASE("what is not known is null, never 0") {
  Estimate e = some_estimate();
  e.hash.clear();
  e.measurements.hull_volume_mm3.reset();
  e.measurements.box_mm = {};
  const Json json = Json::parse(inspect_json("p", e));
  CHECK(json["input"]["hash"].is_null());
  CHECK(json["measure"]["hull_volume_mm3"].is_null());
  CHECK(json["measure"]["box_mm"].is_null());
  const Json weightless = Json::parse(estimate_json("p", weightless_estimate(), some_profile()));
  for (const char* const use : {"model", "support"}) {
    CHECK(weightless["production"][use]["mass_g"].is_null());
    CHECK(weightless["production"][use]["volume_mm3"].is_number());
  }
}

TEST_CASE("the JSON of an inspection has what is known up to measuring") {
  const Json json = Json::parse(inspect_json("p", some_estimate()));
  CHECK(keys(json) == Names{"schema", "engine", "input", "mesh", "measure", "cache", "timing_ms"});
}

TEST_CASE("the JSON of an error has a code, a stage, a message and a place, and nothing else") {
  Error error{ErrorCode::kTruncated, Stage::kLoad, "cut", 84, {}};
  Json json = Json::parse(error_json("part.stl", error));
  CHECK(keys(json) == Names{"schema", "input", "error"});
  CHECK(json["input"] == Json{{"path", "part.stl"}});
  CHECK(keys(json["error"]) == Names{"code", "stage", "message", "byte"});
  CHECK(json["error"]["code"] == "truncated");
  CHECK(json["error"]["byte"] == 84);
  error = {ErrorCode::kSyntax, Stage::kLoad, "bad", {}, 3};
  json = Json::parse(error_json(std::nullopt, error));
  CHECK(json["input"].is_null());
  CHECK(keys(json["error"]) == Names{"code", "stage", "message", "line"});
}

TEST_CASE("JSON is one valid line whatever a file is called") {
  for (const std::string& name : kHostileNames) {
    CAPTURE(name);
    Estimate e = some_estimate();
    e.findings[0].message = name;
    for (const std::string& text :
         {estimate_json(name, e, some_profile()), inspect_json(name, e),
          error_json(name, {ErrorCode::kFormat, Stage::kLoad, name, {}, {}})}) {
      CHECK(text.find('\n') == std::string::npos);
      CHECK(Json::accept(text));
    }
  }
  const Json json =
      Json::parse(inspect_json("a\xff"
                               "b",
                               some_estimate()));
  CHECK(json["input"]["path"] == "a\uFFFDb");
}

TEST_CASE("no line of a screen is wider than 80 columns or steers the terminal") {
  for (const std::string& name : kHostileNames) {
    CAPTURE(name);
    Estimate e = some_estimate();
    Profile profile = some_profile();
    profile.name = profile.source = profile.material.name = name;
    profile.values.push_back({name, name, name, name});
    profile.unknown = {name, name};
    e.findings[0].message = e.findings[1].effect = name;
    e.production->confidence = {name};
    e.quote->lines.push_back(line(name, 9'000'000'000'000'000, name));
    e.quote->currency = e.quote->prices_name = name;
    e.quote->total = e.quote->high = {9'000'000'000'000'000};
    check_fits_screen(estimate_text(name, e, profile));
    check_fits_screen(estimate_text(name, refused_estimate(), profile));
    check_fits_screen(estimate_text(name, unpriced_estimate(name), profile));
    e.production->features.push_back({name, 1, 2, 3, 4});
    e.production->features.push_back({name, 1, 0, 3, 4});
    check_fits_screen(estimate_text(name, e, profile));
    check_fits_screen(inspect_text(name, e));
    check_fits_screen(profile_text(profile));
    check_fits_screen(profile_list_text({{ProfileName::Kind::kMachine, name, name, true}}));
  }
}

TEST_CASE("no number is too large or too strange for the screen") {
  for (const double number : {0.0, 1e-300, 1e300, -1.0, std::numeric_limits<double>::infinity(),
                              std::numeric_limits<double>::quiet_NaN()}) {
    CAPTURE(number);
    Estimate e = some_estimate();
    e.measurements.volume_mm3 = {number, number, 2 * number};
    e.measurements.area_mm2 = number;
    e.measurements.box_mm = {{0, 0, 0}, {number, number, number}};
    e.measurements.overhang_area_mm2.fill(number);
    e.production->time_s = {number, 1, 2};
    e.production->model = {number, number, number};
    e.production->features = {{"perimeter", number, number, number, 1},
                              {"travel", number, -number, 2, ~std::uint64_t{0}}};
    check_fits_screen(estimate_text("part.stl", e, some_profile()));
    check_fits_screen(inspect_text("part.stl", e));
    CHECK(Json::accept(estimate_json("part.stl", e, some_profile())));
  }
}

TEST_CASE("the screen says what the part is, what was found, what it takes and what it costs") {
  const std::string text = estimate_text("dir/part.stl", some_estimate(), some_profile());
  for (const std::string_view part :
       {"dir/part.stl",
        "20.0 x 20.0 x 20.0 mm, 1,234 facets",
        "8.00 (7.90 to 8.10) cm3",
        "estimated: ",
        "Warning    Edges are open (4). Capped.",
        "Note       1 normal contradicts.",
        "2 h 01 min (1 h 40 min to 2 h 30 min) each, 100 layers",  // 7230 s, 6000 s, 9000 s
        "PLA 7.45 g, 2.50 m of filament",
        "1.49 g of this",
        "2.01 h at 614.20 EUR/h",
        "1,234.56",
        "-0.50",
        "3 parts, 411.35 each",
        "1,234.06",
        "1,233.96 to 1,234.20",
        "generic/0.20mm",
        "example rates",
        "--prices",
        "fdm, paths",
        "Tool paths are not known."}) {
    CAPTURE(part);
    CHECK(contains(text, part));
  }
}

TEST_CASE("the screen shows time, share and filament by feature, and counts the moves") {
  // 7230 s in all: 5061 s are 1:24:21 and 70 %, 2097 s are 0:34:57 and 29 %, 3 s are 0.04 %.
  const std::string text = estimate_text("part.stl", some_estimate(), some_profile());
  for (const std::string_view line :
       {"\n  By feature           h:mm:ss   %     m                       h:mm:ss   %     m\n",
        "\n  Perimeter            1:24:21  70  1.90  Travel               0:01:00   1\n",
        "\n  Sparse infill        0:34:57  29  0.60  Retraction           0:00:09  <1\n",
        "\n  Support interface    0:00:03  <1 <0.01\n",
        "\n  Moves      1,234 travels, 1 retraction\n"}) {
    CAPTURE(line);
    CHECK(contains(text, line));
  }
  Estimate bare = some_estimate();
  bare.production->features.clear();
  CHECK_FALSE(contains(estimate_text("part.stl", bare, some_profile()), "By feature"));
}

TEST_CASE("the screen of a model without a price has its time and what to add") {
  const std::string text = estimate_text("part.stl", unpriced_estimate(), some_profile());
  CHECK(contains(text, "\n  Not priced the sheet lacks material.PET.per_kg\n"));
  CHECK(contains(text, "2 h 01 min"));
  CHECK(contains(text, "PLA 7.45 g"));
  CHECK_FALSE(contains(text, "Price in"));
  CHECK_FALSE(contains(text, "--force"));
}

TEST_CASE("the screen calls an unknown mass unknown") {
  const std::string text = estimate_text("part.stl", weightless_estimate(), some_profile());
  CHECK(contains(text, "PLA, mass unknown, 2.50 m of filament"));
  CHECK(contains(text, "Support    0.500 m of this"));
  Estimate without = weightless_estimate();
  without.production->support = {};
  CHECK(contains(estimate_text("part.stl", without, some_profile()), "Support    none"));
}

TEST_CASE("the screen of an inspection sums overhangs into three bands") {
  Estimate e = some_estimate();
  e.measurements.overhang_area_mm2 = {120, 1, 2, 3, 4, 5, 6, 7, 8};
  CHECK(contains(inspect_text("part.stl", e),
                 "1.20 cm2 flatter than 10 degrees, 10.0 mm2 to 50, 26.0 mm2 to 90"));
}

TEST_CASE("a shop's own price sheet is named and not called an example") {
  Estimate e = some_estimate();
  e.quote->prices_name = "example";
  e.quote->prices_source = "shop.toml";
  const std::string text = estimate_text("part.stl", e, some_profile());
  CHECK(contains(text, "example (shop.toml)"));
  CHECK_FALSE(contains(text, "example rates"));
}

TEST_CASE("a refused model's screen has no price and says what to do") {
  const std::string text = estimate_text("part.stl", refused_estimate(), some_profile());
  CHECK(contains(text, "refused: "));
  CHECK(contains(text, "Error      Edges are open (4)."));
  CHECK(contains(text, "--force"));
  CHECK_FALSE(contains(text, "Price "));
  CHECK_FALSE(contains(text, "Time "));
}

TEST_CASE("colour is used only when asked for and changes no text") {
  const std::string plain = estimate_text("part.stl", some_estimate(), some_profile());
  std::string coloured = estimate_text("part.stl", some_estimate(), some_profile(), {true});
  CHECK_FALSE(contains(plain, "\x1b"));
  CHECK(contains(coloured, "\x1b["));
  for (std::size_t at; (at = coloured.find('\x1b')) != std::string::npos;) {
    coloured.erase(at, coloured.find('m', at) + 1 - at);
  }
  CHECK(coloured == plain);
}

TEST_CASE("CSV rows have as many cells as the header") {
  const auto cells = [](std::string_view row) {
    std::size_t count = 1;
    bool quoted = false;
    for (const char c : row) {
      if (c == '"') quoted = !quoted;
      if (c == ',' && !quoted) ++count;
    }
    CHECK_FALSE(quoted);
    return count;
  };
  const std::size_t columns = cells(csv_header());
  for (const std::string& name : kHostileNames) {
    CAPTURE(name);
    CHECK(cells(estimate_csv(name, some_estimate(), some_profile())) == columns);
    CHECK(cells(estimate_csv(name, refused_estimate(), some_profile())) == columns);
    CHECK(cells(estimate_csv(name, unpriced_estimate(name), some_profile())) == columns);
    CHECK(cells(error_csv(name, {ErrorCode::kFormat, Stage::kLoad, name, {}, {}})) == columns);
  }
  CHECK(csv_header().starts_with("file,verdict,"));
  CHECK(csv_header().ends_with("\r\n"));
}

TEST_CASE("CSV shows amounts as decimals and leaves unknown cells empty") {
  const std::string row = estimate_csv("part.stl", some_estimate(), some_profile());
  CHECK(contains(row, ",EUR,3,411.35,1234.06,1233.96,1234.20,"));
  CHECK(contains(estimate_csv("part.stl", refused_estimate(), some_profile()), ",,,,,,"));
}

TEST_CASE("the CSV row of a model without a price has its numbers and says what to add") {
  const std::string row = estimate_csv("part.stl", unpriced_estimate(), some_profile());
  CHECK(contains(row, ",100,7230,6000,9000,2500,5.96,1.49,,,,,,,,"));
  CHECK(
      row.ends_with(",generic/0.20mm,PLA,,prices_missing,,"
                    "the sheet lacks material.PET.per_kg,,,,off,,,,,,,0\r\n"));
  CHECK(contains(csv_header(), ",prices,unpriced,error,message,plates,plate_capacity,request_id"));
  const std::string weightless = estimate_csv("part.stl", weightless_estimate(), some_profile());
  CHECK(contains(weightless, ",100,7230,6000,9000,2500,,,,"));
}

TEST_CASE("the table of layers has a row for each and a column for each feature with filament") {
  const std::string table = layer_table_csv(*some_estimate().production);
  CHECK(table ==
        "layer,z_mm,height_mm,area_mm2,perimeter_mm,time_s,perimeter_filament_mm,"
        "sparse_infill_filament_mm,support_interface_filament_mm\r\n"
        "1,0.1,0.2,400,80,100,1000,0.5,0\r\n"
        "2,0.3,0.2,398.5,79.75,50.25,900,599.5,2\r\n");
  Production strange = *some_estimate().production;
  strange.features[0].role = "=a,\"b\"";
  CHECK(contains(layer_table_csv(strange), ",\"'=a,\"\"b\"\"_filament_mm\","));
}

TEST_CASE("no CSV cell becomes a spreadsheet formula") {
  const Error error{ErrorCode::kFormat, Stage::kLoad, "@SUM(1)", {}, {}};
  const auto first_cell = [&error](const std::string& name) {
    const std::string row = error_csv(name, error);
    return row.substr(0, row.find(",,"));
  };
  CHECK(first_cell("=1+1.stl") == "'=1+1.stl");
  CHECK(first_cell("+1.stl") == "'+1.stl");
  CHECK(first_cell("-1.stl") == "'-1.stl");
  CHECK(first_cell("@a.stl") == "'@a.stl");
  CHECK(first_cell("  =1.stl") == "'  =1.stl");
  CHECK(first_cell("\t=1.stl") == "\"'\t=1.stl\"");
  CHECK(first_cell("\r=1.stl") == "\"'\r=1.stl\"");
  CHECK(first_cell("\uFF1D1.stl") == "'\uFF1D1.stl");
  CHECK(first_cell("=\"a\",b") == "\"'=\"\"a\"\",b\"");
  CHECK(first_cell("a-b=c.stl") == "a-b=c.stl");
  CHECK(contains(error_csv("a", error), ",'@SUM(1),,,,,,,,,,,\r\n"));
}

TEST_CASE("the list of profiles marks the defaults") {
  const std::string text =
      profile_list_text({{ProfileName::Kind::kMachine, "i3", "250 x 210 x 210 mm", true},
                         {ProfileName::Kind::kMaterial, "PETG", "1.27 g/cm3", false}});
  CHECK(contains(text, "i3 * "));
  CHECK(contains(text, "Materials (--material)\n  PETG "));
}

namespace {

/// Twelve of the part on two full plates and half of a third, which it shares.
Estimate plated_estimate() {
  Estimate e = some_estimate();
  PlateUse use;
  use.quantity = 12;
  use.capacity = 5;
  use.plates = 3;
  use.share = 2.4;
  use.runs = {{2, 5, 5, 100, {36000, 35000, 37000}, {12500, 12400, 12600}},
              {1, 4, 2, 120, {30000, 29000, 31000}, {9000, 8900, 9100}}};
  e.plate = use;
  return e;
}

}  // namespace

TEST_CASE("the screen says how many plates of what an order needs") {
  const std::string text = estimate_text("part.stl", plated_estimate(), some_profile());
  check_fits_screen(text);
  std::string flat;
  for (const std::string& shown : lines_of(text)) {
    flat += shown.substr(std::min(shown.find_first_not_of(' '), shown.size())) + " ";
  }
  CHECK(contains(flat,
                 "12 parts on 3 plates: 2 of 5 in 10 h 00 min each, "
                 "1 of 4 (2 of this model) in 8 h 20 min"));
  CHECK(contains(flat, "one plate takes 5 of this part"));
}

TEST_CASE("JSON and CSV have the plates of an order") {
  const Json object = Json::parse(estimate_json("part.stl", plated_estimate(), some_profile()));
  const Json& plate = object.at("plate");
  CHECK(keys(plate) == Names{"quantity", "capacity", "plates", "share", "runs"});
  CHECK(plate["share"] == 2.4);
  CHECK(keys(plate["runs"][1]) ==
        Names{"plates", "parts", "of_this_model", "layers", "time_s", "filament_mm"});
  CHECK(plate["runs"][1]["time_s"]["high"] == 31000);
  CHECK_FALSE(
      Json::parse(estimate_json("part.stl", some_estimate(), some_profile())).contains("plate"));
  CHECK(estimate_csv("part.stl", plated_estimate(), some_profile()).ends_with(",,3,5,,off,,,,,,,0\r\n"));
}
