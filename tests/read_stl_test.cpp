#include "costengine/mesh/read_stl.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "support/pipeline.hpp"
#include "support/shapes.hpp"

using namespace costengine;
using namespace costengine::pipeline;

namespace {

using Bytes = std::vector<std::byte>;

const Mesh kBox = shapes::box(20, 20, 20).mesh;

void put_count(Bytes& file, std::uint32_t count) {
  std::memcpy(file.data() + 80, &count, 4);
}

/// Number k of facet i: 0 to 2 the normal, 3 to 11 the corners.
void put_number(Bytes& file, std::size_t facet, std::size_t k, float value) {
  std::memcpy(file.data() + 84 + 50 * facet + 4 * k, &value, 4);
}

void put_header(Bytes& file, std::string_view text) {
  std::memcpy(file.data(), text.data(), text.size());
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) FAIL("the text to replace is not there");
  return text.replace(at, from.size(), to);
}

std::string replaced_all(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

const std::string kAscii = shapes::to_stl_ascii(kBox);

/// Read as the box it is, whatever the file looks like.
void check_box(const LoadedMesh& mesh, MeshFormat format) {
  CHECK(mesh.format == format);
  CHECK(mesh.facets_read == 12);
  CHECK(mesh.mesh.facets.size() == 12);
  CHECK(mesh.mesh.vertices.size() == 8);
  CHECK(mass_of(mesh.mesh).volume_mm3 == doctest::Approx(8000).epsilon(1e-12));
}

void check_ascii_box(const std::string& text) {
  check_box(loaded(text), MeshFormat::kStlAscii);
  CHECK(loaded(text).findings.empty());
}

std::uint64_t line_of(std::string_view text, std::string_view word) {
  const std::size_t at = text.find(word);
  return 1 + static_cast<std::uint64_t>(
                 std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

}  // namespace

TEST_CASE("a plain binary STL is read without findings") {
  const LoadedMesh mesh = loaded(shapes::to_stl_binary(kBox));
  check_box(mesh, MeshFormat::kStlBinary);
  CHECK(mesh.findings.empty());
}

TEST_CASE("a binary STL is recognised by its size, whatever its header says") {
  for (const std::string_view header :
       {"solid named like ASCII", "solid\nfacet normal 0 0 1\n", "\xEF\xBB\xBF", "\xFF\xFE",
        "PK\x03\x04", "v 1 2 3\nf 1 2 3\n", "{\"asset\"", "COLOR=rgba", "\x89PNG"}) {
    CAPTURE(std::string(header));
    Bytes file = shapes::to_stl_binary(kBox);
    put_header(file, header);
    check_box(loaded(file), MeshFormat::kStlBinary);
  }
}

TEST_CASE("attribute bytes of a binary STL are not used") {
  Bytes file = shapes::to_stl_binary(kBox);
  for (std::size_t i = 0; i < 12; ++i) {
    file[84 + 50 * i + 48] = std::byte{0xff};
    file[84 + 50 * i + 49] = std::byte{0x7f};
  }
  check_box(loaded(file), MeshFormat::kStlBinary);
}

TEST_CASE("stored normals are not used; missing and contradicting ones are a note") {
  const float inf = std::numeric_limits<float>::infinity(),
              nan = std::numeric_limits<float>::quiet_NaN();
  for (const std::array<float, 3> normal : {std::array<float, 3>{0, 0, 0},
                                            {nan, nan, nan},
                                            {inf, 0, 0},
                                            {1e30F, 0, 0},
                                            {3e38F, 3e38F, 1}}) {
    Bytes file = shapes::to_stl_binary(kBox);
    for (std::size_t i = 0; i < 12; ++i)
      for (std::size_t k = 0; k < 3; ++k) put_number(file, i, k, normal[k]);
    const LoadedMesh mesh = loaded(file);
    check_box(mesh, MeshFormat::kStlBinary);
    REQUIRE(has(mesh.findings, FindingCode::kNormals, Severity::kNote));
    CHECK(finding(mesh.findings, FindingCode::kNormals)->count == 12);
  }
  Bytes one_turned = shapes::to_stl_binary(kBox);
  put_number(one_turned, 0, 2, 1);  // facet 0 is in the floor: its normal is (0, 0, -1)
  REQUIRE(has(loaded(one_turned).findings, FindingCode::kNormals, Severity::kNote));
  CHECK(finding(loaded(one_turned).findings, FindingCode::kNormals)->count == 1);
}

TEST_CASE("bytes behind the last facet are a warning with their number") {
  for (const std::size_t extra :
       {std::size_t{1}, std::size_t{49}, std::size_t{50}, std::size_t{1234}}) {
    Bytes file = shapes::to_stl_binary(kBox);
    file.resize(file.size() + extra);
    const LoadedMesh mesh = loaded(file);
    check_box(mesh, MeshFormat::kStlBinary);
    REQUIRE(has(mesh.findings, FindingCode::kTrailing, Severity::kWarning));
    CHECK(finding(mesh.findings, FindingCode::kTrailing)->count == extra);
  }
}

TEST_CASE("a count of 0 before facets is a warning and the facets are read") {
  Bytes file = shapes::to_stl_binary(kBox);
  put_count(file, 0);
  const LoadedMesh mesh = loaded(file);
  check_box(mesh, MeshFormat::kStlBinary);
  CHECK(has(mesh.findings, FindingCode::kStlCount, Severity::kWarning));
}

TEST_CASE("a binary STL that is cut says so at the byte where it ends") {
  const Bytes whole = shapes::to_stl_binary(kBox);
  for (const std::size_t size : {whole.size() - 1, whole.size() - 50, std::size_t{84 + 300},
                                 std::size_t{84}, std::size_t{83}, std::size_t{80}}) {
    CAPTURE(size);
    const Bytes file(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    const Error error = load_error(file);
    CHECK(error.code == ErrorCode::kTruncated);
    CHECK(error.stage == Stage::kLoad);
    REQUIRE(error.byte.has_value());
    CHECK(*error.byte == size);
    CHECK_FALSE(error.line.has_value());
  }
}

TEST_CASE("the size check of a binary STL is made in 64 bits") {
  Bytes file = shapes::to_stl_binary(kBox);
  // 50 * count wraps to 50 * 12 modulo 2^32.
  put_count(file, 12 + 0x80000000U);
  CHECK(load_error(file).code == ErrorCode::kTruncated);
  put_count(file, 0xffffffffU);
  CHECK(load_error(file).code == ErrorCode::kTruncated);
}

TEST_CASE("a coordinate of a binary STL that is not finite names the byte of its facet") {
  for (const float bad :
       {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
        std::numeric_limits<float>::quiet_NaN()}) {
    for (const std::size_t k : {std::size_t{3}, std::size_t{7}, std::size_t{11}}) {
      Bytes file = shapes::to_stl_binary(kBox);
      put_number(file, 7, k, bad);
      const Error error = load_error(file);
      CHECK(error.code == ErrorCode::kNonfinite);
      REQUIRE(error.byte.has_value());
      CHECK(*error.byte == 84 + 50 * 7);
    }
  }
}

TEST_CASE("a bad coordinate far into a large binary STL is found, and the first one is named") {
  Bytes file = shapes::to_stl_binary(shapes::torus(60, 20, 200, 100).mesh);  // 40,000 facets
  put_number(file, 39'999, 11, std::numeric_limits<float>::infinity());
  put_number(file, 20'000, 3, std::numeric_limits<float>::infinity());
  CHECK(load_error(file).byte == 84 + 50 * 20'000ULL);
}

TEST_CASE("a binary STL without facets is an error") {
  Bytes file(84);
  CHECK(load_error(file).code == ErrorCode::kNoFaces);
  file.resize(90);  // rubbish that is no facet
  CHECK(load_error(file).code == ErrorCode::kNoFaces);
}

TEST_CASE("more facets than the limit are an error, in either kind of STL") {
  Limits limits;
  limits.max_facets = 11;
  CHECK(load_error(shapes::to_stl_binary(kBox), limits).code == ErrorCode::kLimitFacets);
  const Error error = load_error(kAscii, limits);
  CHECK(error.code == ErrorCode::kLimitFacets);
  CHECK(error.line.has_value());
  limits.max_facets = 12;
  CHECK(try_load(shapes::to_stl_binary(kBox), limits).ok());
  CHECK(try_load(kAscii, limits).ok());
}

TEST_CASE("coordinates beyond the limit are an error") {
  CHECK(load_error(shapes::to_stl_binary(shapes::scaled(kBox, 1e7))).code == ErrorCode::kRange);
  CHECK(load_error(shapes::to_stl_ascii(shapes::scaled(kBox, 1e300))).code == ErrorCode::kRange);
  CHECK(try_load(shapes::to_stl_ascii(shapes::scaled(kBox, 4e6))).ok());
}

TEST_CASE("a unit that brings coordinates beyond the limit or to infinity is an error") {
  LoadOptions options;
  options.unit_mm = 1000;
  const std::string text = shapes::to_stl_ascii(shapes::scaled(kBox, 1e6));
  CHECK(try_load(bytes_of(text), {}, options).error().code == ErrorCode::kRange);
  options.unit_mm = 1e306;
  CHECK(try_load(bytes_of(text), {}, options).error().code == ErrorCode::kRange);
  for (const double unit : {0.0, -1.0, std::numeric_limits<double>::infinity(),
                            std::numeric_limits<double>::quiet_NaN()}) {
    options.unit_mm = unit;
    const auto result = try_load(bytes_of(text), {}, options);
    REQUIRE_FALSE(result.ok());
    CHECK(result.error().code == ErrorCode::kInvalidArgument);
    CHECK(result.error().stage == Stage::kOptions);
  }
}

TEST_CASE("inches become millimetres when asked for, and only then") {
  LoadOptions options;
  options.unit_mm = 25.4;
  const LoadedMesh mesh = try_load(bytes_of(kAscii), {}, options).value();
  CHECK(mass_of(mesh.mesh).volume_mm3 == doctest::Approx(8000 * 25.4 * 25.4 * 25.4).epsilon(1e-12));
}

TEST_CASE("a plain ASCII STL is read without findings") {
  check_ascii_box(kAscii);
}

TEST_CASE("ASCII STL may end its lines with CRLF or CR, or have one line only") {
  check_ascii_box(replaced_all(kAscii, "\n", "\r\n"));
  check_ascii_box(replaced_all(kAscii, "\n", "\r"));
  check_ascii_box(replaced_all(kAscii, "\n", " "));
  check_ascii_box(replaced_all(kAscii, "\n", "\n\n\t \n"));
  check_ascii_box(replaced_all(kAscii, "\n", "\r\r\n\n"));
}

TEST_CASE("ASCII STL may be written in capitals, behind blanks or a byte order mark") {
  std::string capitals = kAscii;
  for (char& c : capitals) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  check_ascii_box(capitals);
  check_ascii_box(" \t\r\n  " + kAscii);
  check_ascii_box("\xEF\xBB\xBF" + kAscii);
}

TEST_CASE("names of solids may hold anything") {
  for (const std::string_view name : {"facet", "vertex 1 2 3 endloop", "facet normal",
                                      "endsolid solid", "\xE9\xE8", "\"},{\x1b[31m", ""}) {
    CAPTURE(std::string(name));
    check_ascii_box(replaced_all(kAscii, "solid shape", "solid " + std::string(name)));
  }
}

TEST_CASE("several solids, empty ones and repeated tags are read as one model") {
  check_ascii_box("solid empty\nendsolid empty\n" + kAscii);
  check_ascii_box("solid shape\n" + kAscii + "endsolid shape\n");
  const std::string far = shapes::to_stl_ascii(shapes::translated(kBox, {50, 0, 0}));
  const LoadedMesh two = loaded(kAscii + far);
  CHECK(two.facets_read == 24);
  CHECK(mass_of(two.mesh).volume_mm3 == doctest::Approx(16000).epsilon(1e-12));
}

TEST_CASE("text behind end tags is ignored") {
  check_ascii_box(replaced(kAscii, "endloop\n", "endloop foo 1 2\n"));
  check_ascii_box(replaced(kAscii, "endfacet\n", "endfacet foo vertex\n"));
  check_ascii_box(kAscii + "\n\n");
}

TEST_CASE("an ASCII STL without endsolid is a warning") {
  const LoadedMesh mesh = loaded(replaced(kAscii, "endsolid shape\n", ""));
  check_box(mesh, MeshFormat::kStlAscii);
  CHECK(has(mesh.findings, FindingCode::kNoEndsolid, Severity::kWarning));
}

TEST_CASE("numbers may be written in every usual way") {
  check_ascii_box(replaced_all(kAscii, " 20", " +2.E1"));
  check_ascii_box(replaced_all(kAscii, " 20", " 20." + std::string(1200, '0')));
  check_ascii_box(replaced_all(kAscii, " 20", " 0.0002e+5"));
  check_ascii_box(replaced_all(kAscii, "vertex 0 ", "vertex 1e-400 "));
  check_ascii_box(replaced_all(kAscii, "vertex 0 ", "vertex -0.0 "));
  check_ascii_box(replaced_all(kAscii, " 20", " " + std::string(500, '0') + "20"));
}

TEST_CASE("words that are no numbers name their line") {
  for (const std::string_view bad : {"20,000000", "2.0D+01", "0x1.4p+4", "2O", "20mm", "-", "+",
                                     "++2", "+-2", "1e", "-1.#IND", "1.#INF", "--2", "."}) {
    CAPTURE(std::string(bad));
    const std::string text =
        replaced(kAscii, "vertex 20 20 0", "vertex 20 " + std::string(bad) + " 0");
    const Error error = load_error(text);
    CHECK(error.code == ErrorCode::kNumber);
    REQUIRE(error.line.has_value());
    CHECK(*error.line == line_of(text, "vertex 20 " + std::string(bad) + " 0"));
    CHECK_FALSE(error.byte.has_value());
  }
}

TEST_CASE("NaN, infinity and overflow name their line") {
  for (const std::string_view bad :
       {"nan", "NaN", "-nan", "inf", "-inf", "INFINITY", "1e400", "-1e999"}) {
    CAPTURE(std::string(bad));
    const std::string text =
        replaced(kAscii, "vertex 20 20 0", "vertex " + std::string(bad) + " 20 0");
    const Error error = load_error(text);
    CHECK(error.code == ErrorCode::kNonfinite);
    CHECK(error.line == line_of(text, "vertex " + std::string(bad)));
  }
}

TEST_CASE("normals in ASCII may be missing or no numbers at all: a note") {
  for (const std::string_view normal : {"facet", "facet normal", "facet normal nan nan nan",
                                        "facet normal 1.#IND 0 inf", "facet normal 1,0 0,0 0,0"}) {
    CAPTURE(std::string(normal));
    const LoadedMesh mesh = loaded(replaced(kAscii, "facet normal 0 0 -1", normal));
    check_box(mesh, MeshFormat::kStlAscii);
    CHECK(has(mesh.findings, FindingCode::kNormals, Severity::kNote));
  }
}

TEST_CASE("broken grammar names its line") {
  const std::array<std::array<std::string_view, 2>, 8> cases = {{
      {"  vertex 20 20 0\n", ""},                                    // two corners
      {"  vertex 20 20 0\n", "  vertex 20 20 0\n  vertex 1 1 1\n"},  // four corners
      {"vertex 20 20 0", "vertex 20 20 0 7"},                        // four numbers
      {" outer loop", " outer"},
      {" outer loop", " loop"},
      {" endloop\n", "\n"},
      {"vertex 20 20 0", "vertx 20 20 0"},
      {"facet normal 0 0 -1", "facett normal 0 0 -1"},
  }};
  for (const auto& [from, to] : cases) {
    CAPTURE(std::string(from));
    CAPTURE(std::string(to));
    const Error error = load_error(replaced(kAscii, from, to));
    CHECK(error.code == ErrorCode::kSyntax);
    REQUIRE(error.line.has_value());
    CHECK(*error.line >= 2);
    CHECK(*error.line <= 16);
  }
  const Error two_numbers = load_error(replaced(kAscii, "vertex 20 20 0", "vertex 20 20"));
  CHECK(two_numbers.code == ErrorCode::kNumber);
}

TEST_CASE("an ASCII STL that stops inside a facet is truncated, wherever it stops") {
  const std::size_t last_facet = kAscii.rfind("facet normal");
  for (const std::string_view stop : {"facet normal 0 0", " outer", "  vertex", " endloop"}) {
    std::size_t at = kAscii.find(stop, kAscii.rfind("endfacet\nfacet"));
    if (at == std::string::npos) at = last_facet;
    const Error error = load_error(kAscii.substr(0, at + stop.size()));
    CAPTURE(std::string(stop));
    const bool named = error.code == ErrorCode::kTruncated || error.code == ErrorCode::kNumber;
    CHECK(named);
    CHECK(error.line.has_value());
  }
  CHECK(load_error(kAscii.substr(0, kAscii.rfind("endfacet"))).code == ErrorCode::kTruncated);
}

TEST_CASE("every prefix of an ASCII STL is an error, or a warning, or misses only the last name") {
  for (std::size_t size = 1; size + 15 < kAscii.size(); size += 7) {
    const Result<LoadedMesh> result = try_load(kAscii.substr(0, size));
    if (!result.ok()) continue;
    CAPTURE(size);
    const bool honest = has(result.value().findings, FindingCode::kNoEndsolid, Severity::kWarning);
    CHECK(honest);
  }
}

TEST_CASE("solids without a facet are an error") {
  CHECK(load_error("solid a\nendsolid a\n").code == ErrorCode::kNoFaces);
  CHECK(load_error("solid").code == ErrorCode::kNoFaces);
  std::string many;
  for (int i = 0; i < 20'000; ++i) many += "solid x\nendsolid x\n";
  CHECK(load_error(many).code == ErrorCode::kNoFaces);
}

TEST_CASE("a line beyond the limit is an error with its line; long lines below it are read") {
  Limits limits;
  limits.max_line_bytes = 1 << 16;
  const std::string blanks(4 << 20, ' ');
  const Error error = load_error(replaced(kAscii, " outer loop", blanks + " outer loop"), limits);
  CHECK(error.code == ErrorCode::kLimitLine);
  CHECK(error.line.has_value());
  CHECK(try_load(replaced(kAscii, " outer loop", blanks + " outer loop")).ok());
}

TEST_CASE("a file of bare carriage returns is read line by line") {
  std::string text = shapes::to_stl_ascii(shapes::torus(60, 20, 120, 60).mesh);  // 14,400 facets
  text = replaced_all(text, "\n", "\r");
  REQUIRE(text.size() > (2U << 20U));
  Limits limits;
  limits.max_line_bytes = 1000;
  const Result<LoadedMesh> result = try_load(text, limits);
  REQUIRE(result.ok());
  CHECK(result.value().facets_read == 14'400);
}

TEST_CASE("lines are cut alike wherever the chunks of the reader end") {
  // CRLF pairs at every position around the border of the first megabyte.
  const std::string body = replaced_all(kAscii, "\n", "\r\n");
  for (std::size_t shift = 0; shift < 12; ++shift) {
    std::string text = "solid " + std::string((1U << 20U) - 300 - shift, 'x') + "\r\n";
    text += body.substr(body.find("facet"));
    CAPTURE(shift);
    check_ascii_box(text);
  }
}

TEST_CASE("reading stops when cancelled") {
  ContextOptions options = threads(2);
  Context ctx(options);
  ctx.cancel();
  const auto source = view_memory(bytes_of(kAscii));
  CHECK(load(*source, {}, ctx).error().code == ErrorCode::kCancelled);
  CHECK(read_stl_ascii(*source, ctx).error().code == ErrorCode::kCancelled);
  const Bytes binary = shapes::to_stl_binary(kBox);
  CHECK(read_stl_binary(*view_memory(binary), ctx).error().code == ErrorCode::kCancelled);
}

TEST_CASE("files that are no models say what they are") {
  CHECK(load_error("").code == ErrorCode::kEmpty);
  CHECK(load_error("hello").code == ErrorCode::kFormat);
  CHECK(load_error("   \n\t\n").code == ErrorCode::kFormat);
  CHECK(load_error("\x89PNG\r\n\x1a\n").code == ErrorCode::kFormat);
  CHECK(load_error("\xFF\xD8\xFF\xE0JFIF").code == ErrorCode::kFormat);
  CHECK(load_error("\x1F\x8B\x08 gzip").code == ErrorCode::kFormat);
  CHECK(load_error("%PDF-1.4").code == ErrorCode::kFormat);
  CHECK(load_error("PK\x03\x04 some zip").code == ErrorCode::kFormat);
  CHECK(load_error(std::string_view("\xFF\xFEs\0o\0l\0i\0d\0", 12)).code == ErrorCode::kFormat);
  CHECK(load_error(std::string_view("\0\0\0\0\0", 5)).code == ErrorCode::kTruncated);
}

TEST_CASE("formats that need the import helper say so without one") {
  for (const std::string_view text :
       {"PK\x03\x04......[Content_Types].xml", "ply\nformat ascii 1.0\n", "OFF\n8 6 12\n",
        "<?xml version=\"1.0\"?>\n<amf unit=\"inch\">", "{\"asset\":{\"version\":\"2.0\"}}",
        "glTF\x02"}) {
    CAPTURE(std::string(text));
    CHECK(load_error(text).code == ErrorCode::kUnsupportedFormat);
  }
}

TEST_CASE("an importer's mesh is welded and its errors are passed on") {
  LoadOptions options;
  options.importer = [](const ByteSource&, MeshFormat format, Context&) -> Result<LoadedMesh> {
    LoadedMesh unwelded;
    unwelded.format = format;
    for (const Facet& f : kBox.facets) {
      const auto next = static_cast<std::uint32_t>(unwelded.mesh.vertices.size());
      for (const std::uint32_t v : f) unwelded.mesh.vertices.push_back(kBox.vertices[v]);
      unwelded.mesh.facets.push_back({next, next + 1, next + 2});
    }
    unwelded.facets_read = 12;
    return unwelded;
  };
  const std::string ply = "ply\nformat ascii 1.0\n";
  check_box(try_load(bytes_of(ply), {}, options).value(), MeshFormat::kPly);
  options.importer = [](const ByteSource&, MeshFormat, Context&) -> Result<LoadedMesh> {
    return Error{ErrorCode::kImportFailed, Stage::kLoad, "no", {}, {}};
  };
  CHECK(try_load(bytes_of(ply), {}, options).error().code == ErrorCode::kImportFailed);
}
