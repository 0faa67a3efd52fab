#include "costengine/mesh/read_obj.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <string>
#include <vector>

#include "support/pipeline.hpp"
#include "support/shapes.hpp"

using namespace costengine;
using namespace costengine::pipeline;

namespace {

const std::string kVertices =
    "v 0 0 0\nv 20 0 0\nv 20 20 0\nv 0 20 0\nv 0 0 20\nv 20 0 20\nv 20 20 20\nv 0 20 20\n";
const std::string kQuads = "f 1 4 3 2\nf 5 6 7 8\nf 1 2 6 5\nf 3 4 8 7\nf 1 5 8 4\nf 2 3 7 6\n";
const std::string kBox = kVertices + kQuads;

std::string replaced_all(std::string text, std::string_view from, std::string_view to) {
  bool found = false;
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
    found = true;
  }
  if (!found) FAIL("the text to replace is not there");
  return text;
}

/// The first read of the second block fails; later ones do not.
class FailsOnce final : public ByteSource {
 public:
  explicit FailsOnce(const std::string& text) : memory_(view_memory(bytes_of(text))) {}
  [[nodiscard]] std::uint64_t size() const noexcept override { return memory_->size(); }
  [[nodiscard]] Status read_at(std::uint64_t offset, std::span<std::byte> out) const override {
    if (offset > 200'000 && !failed_.exchange(true)) {
      return Error{ErrorCode::kReadFailed, Stage::kLoad, "the disk is tired", offset, {}};
    }
    return memory_->read_at(offset, out);
  }

 private:
  std::unique_ptr<ByteSource> memory_;
  mutable std::atomic<bool> failed_{false};
};

LoadedMesh check_box(const std::string& text) {
  LoadedMesh mesh = loaded(text);
  CHECK(mesh.format == MeshFormat::kObj);
  CHECK(mesh.mesh.facets.size() == 12);
  CHECK(mesh.mesh.vertices.size() == 8);
  CHECK(mass_of(mesh.mesh).volume_mm3 == doctest::Approx(8000).epsilon(1e-12));
  CHECK(mass_of(mesh.mesh).area_mm2 == doctest::Approx(2400).epsilon(1e-12));
  return mesh;
}

void check_clean_box(const std::string& text) {
  CHECK(check_box(text).findings.empty());
}

/// A box as above with `line` put before its faces, line 9 of the file.
std::string with_line(const std::string& line) {
  return kVertices + line + "\n" + kQuads;
}

/// A prism of one outline: floor and lid are single polygons, walls quadrilaterals.
std::string prism_obj(const std::vector<std::array<double, 2>>& outline, double height) {
  std::string text;
  const std::size_t n = outline.size();
  for (const double z : {0.0, height}) {
    for (const auto& [x, y] : outline) {
      text += "v " + std::to_string(x) + " " + std::to_string(y) + " " + std::to_string(z) + "\n";
    }
  }
  std::string floor = "f", lid = "f";
  for (std::size_t i = 0; i < n; ++i) {
    floor += " " + std::to_string(n - i);
    lid += " " + std::to_string(n + 1 + i);
  }
  text += floor + "\n" + lid + "\n";
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t next = (i + 1) % n;
    text += "f " + std::to_string(i + 1) + " " + std::to_string(next + 1) + " " +
            std::to_string(n + next + 1) + " " + std::to_string(n + i + 1) + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("a plain OBJ is read without findings") {
  check_clean_box(kBox);
}

TEST_CASE("lines may end in LF, CRLF or CR, and the last one in nothing") {
  check_clean_box(replaced_all(kBox, "\n", "\r\n"));
  check_clean_box(replaced_all(kBox, "\n", "\r"));
  check_clean_box(replaced_all(kBox, " ", "\t \t"));
  check_clean_box(replaced_all(kBox, "\n", " \n\n"));
  check_clean_box(kBox.substr(0, kBox.size() - 1));
  check_clean_box("\xEF\xBB\xBF" + kBox);
  check_clean_box("# made by \xE9\xE8\xFF\n\n" + kBox);
}

TEST_CASE("a backslash continues a line, also before CRLF and at the end of the file") {
  check_clean_box(replaced_all(kBox, "f 1 4 3 2", "f 1 4 \\\n 3 \\\n2"));
  check_clean_box(replaced_all(kBox, "f 1 4 3 2", "f 1 4 \\\r\n 3 2"));
  check_clean_box(replaced_all(kBox, "v 20 0 0", "v 20 \\\n0 0"));
  check_clean_box(kBox + "\\");
  check_clean_box(kBox.substr(0, kBox.size() - 1) + "\\");
}

TEST_CASE("all forms of indices are read") {
  const std::string extra = "vt 0 0\nvn 0 0 1\n";
  for (const std::string_view form : {"1/1/1", "1//1", "1/1", "1/", "1//", "1/1/", "+1", "001"}) {
    CAPTURE(std::string(form));
    check_clean_box(kVertices + extra +
                    replaced_all(kQuads, "f 1 4", "f " + std::string(form) + " 4"));
  }
}

TEST_CASE("negative indices count back from where they stand") {
  check_clean_box(kVertices + replaced_all(kQuads, "f 5 6 7 8", "f -4 -3 -2 -1"));
  // Two boxes, each described by its own last eight vertices.
  std::string both;
  for (const std::string x : {"0", "50"}) {
    for (const std::string_view corner :
         {"0 0 0", "1 0 0", "1 1 0", "0 1 0", "0 0 1", "1 0 1", "1 1 1", "0 1 1"}) {
      const double cx = std::stod(x) + (corner[0] == '1' ? 20 : 0);
      both += "v " + std::to_string(cx) + (corner[2] == '1' ? " 20" : " 0") +
              (corner[4] == '1' ? " 20" : " 0") + "\n";
    }
    both +=
        "f -8 -5 -6 -7\nf -4 -3 -2 -1\nf -8 -7 -3 -4\nf -6 -5 -1 -2\nf -8 -4 -1 -5\nf -7 -6 -2 "
        "-3\n";
  }
  const LoadedMesh mesh = loaded(both);
  CHECK(mesh.mesh.facets.size() == 24);
  CHECK(mass_of(mesh.mesh).volume_mm3 == doctest::Approx(16000).epsilon(1e-12));
}

TEST_CASE("indices that point nowhere are an error with the line of the face") {
  for (const std::string_view bad :
       {"9", "0", "-9", "2147483648", "-2147483649", "4294967297", "99999999999999999999",
        "-99999999999999999999", "9223372036854775807", "-9223372036854775808"}) {
    CAPTURE(std::string(bad));
    const Error triangle = load_error(with_line("f 1 2 " + std::string(bad)));
    CHECK(triangle.code == ErrorCode::kIndex);
    CHECK(triangle.line == 9);
    const Error quad = load_error(with_line("f 1 2 3 " + std::string(bad)));
    CHECK(quad.code == ErrorCode::kIndex);
    CHECK(quad.line == 9);
  }
  CHECK(load_error("f 1 2 3\n").code == ErrorCode::kIndex);
}

TEST_CASE("a vertex may follow the triangle that uses it") {
  const LoadedMesh mesh = loaded("f 1 2 3\nv 0 0 0\nv 1 0 0\nv 0 1 0\n");
  CHECK(mesh.mesh.facets.size() == 1);
}

TEST_CASE("indices that are no numbers are an error with their line") {
  for (const std::string_view bad :
       {"x", "1.5", "1e3", "", "1x", "/1", "--1", "+-1", "1/x", "1//x", "1/1/1/1"}) {
    if (bad.empty()) continue;
    CAPTURE(std::string(bad));
    const Error error = load_error(with_line("f 1 2 " + std::string(bad)));
    CHECK(error.code == ErrorCode::kNumber);
    CHECK(error.line == 9);
  }
}

TEST_CASE("texture and normal indices that point nowhere are a note") {
  const LoadedMesh mesh =
      check_box(kVertices + replaced_all(kQuads, "f 1 4 3 2", "f 1/7/9 4 3/-3 2//5"));
  REQUIRE(has(mesh.findings, FindingCode::kObjTexture, Severity::kNote));
  CHECK(finding(mesh.findings, FindingCode::kObjTexture)->count == 4);
}

TEST_CASE("coordinates that are no numbers or not finite end the parse at their line") {
  struct Case {
    std::string line;
    ErrorCode code;
  };
  const std::vector<Case> cases = {
      {"v 1 2", ErrorCode::kNumber},          {"v", ErrorCode::kNumber},
      {"v 1 2O 3", ErrorCode::kNumber},       {"v 1,5 2 3", ErrorCode::kNumber},
      {"v 1 2 3x", ErrorCode::kNumber},       {"v 0x10 2 3", ErrorCode::kNumber},
      {"v nan 2 3", ErrorCode::kNonfinite},   {"v 1 -inf 3", ErrorCode::kNonfinite},
      {"v 1 2 1e999", ErrorCode::kNonfinite}, {"v 1 2 3 w", ErrorCode::kNumber}};
  for (const Case& c : cases) {
    CAPTURE(c.line);
    const Error error = load_error(with_line(c.line));
    CHECK(error.code == c.code);
    CHECK(error.line == 9);
  }
}

TEST_CASE("the line of an error counts every line of the file, continued ones too") {
  const Error error = load_error("# one\n\nv 1 \\\n2 \\\n3\nv x 0 0\n");
  CHECK(error.code == ErrorCode::kNumber);
  CHECK(error.line == 6);
}

TEST_CASE("a zero byte in the text is an error with its line") {
  std::string text = with_line("f 1 2 3");
  text[text.find("f 1 2 3") + 3] = '\0';
  const Error error = load_error(text);
  CHECK(error.code == ErrorCode::kSyntax);
  CHECK(error.line == 9);
}

TEST_CASE("vertex colours are not weights") {
  check_clean_box(replaced_all(kBox, "v 20 0 0", "v 20 0 0 0.5 0.1 nan"));
  check_clean_box(replaced_all(kBox, "v 20 0 0", "v 20 0 0 1"));
}

TEST_CASE("weights other than 1 are a warning and not applied") {
  for (const std::string_view weight : {"2", "0", "-1", "0.999"}) {
    const LoadedMesh mesh =
        check_box(replaced_all(kBox, "v 20 0 0", "v 20 0 0 " + std::string(weight)));
    REQUIRE(has(mesh.findings, FindingCode::kObjWeight, Severity::kWarning));
    CHECK(finding(mesh.findings, FindingCode::kObjWeight)->count == 1);
  }
}

TEST_CASE("names, materials and every path are left alone") {
  for (const std::string_view line :
       {"mtllib ../../../../etc/passwd", "mtllib /dev/zero", "usemtl a b c", "o \xFF\"\x1b[31m",
        "g f 1 2 3", "s off", "usemap /dev/stdin", "# v 9 9", "g", "o"}) {
    CAPTURE(std::string(line));
    check_clean_box(with_line(std::string(line)));
  }
  check_clean_box(with_line("mtllib " + std::string(5000, 'A')));
}

TEST_CASE("points, lines, calls and unknown words are a note") {
  for (const std::string_view line : {"p 1", "l 1 2", "call x.obj 1", "csh -rm /", "vx 1 2 3",
                                      "fo 1 2 3", "foo", "vp 0.5", "F 1 2 3", "V 1 2 3"}) {
    CAPTURE(std::string(line));
    const LoadedMesh mesh = check_box(with_line(std::string(line)));
    CHECK(has(mesh.findings, FindingCode::kIgnored, Severity::kNote));
  }
}

TEST_CASE("free-form surfaces beside polygons are a warning; alone they are an error") {
  const LoadedMesh mesh = check_box(with_line("cstype bezier\ndeg 1 1\nsurf 0 1 0 1 1 2 3 4\nend"));
  CHECK(has(mesh.findings, FindingCode::kUnsupported, Severity::kWarning));
  const Error error = load_error(kVertices + "surf 0 1 0 1 1 2 3 4\n");
  CHECK(error.code == ErrorCode::kNoFaces);
  CHECK(error.message.find("free-form") != std::string::npos);
}

TEST_CASE("files without a face are an error") {
  CHECK(load_error("# nothing\n# here\n").code == ErrorCode::kNoFaces);
  CHECK(load_error(kVertices).code == ErrorCode::kNoFaces);
  CHECK(load_error("v 1 2 3\np 1\n").code == ErrorCode::kNoFaces);
  CHECK(load_error("o thing\n").code == ErrorCode::kNoFaces);
}

TEST_CASE("faces with fewer than three corners are dropped with a warning") {
  for (const std::string_view face : {"f 1 2", "f 1", "f", "f # 1 2 3"}) {
    CAPTURE(std::string(face));
    const LoadedMesh mesh = check_box(with_line(std::string(face)));
    REQUIRE(has(mesh.findings, FindingCode::kDegenerate, Severity::kWarning));
    CHECK(finding(mesh.findings, FindingCode::kDegenerate)->count == 1);
  }
  CHECK(load_error(kVertices + "f 1 2\nf 1\nf\n").code == ErrorCode::kNoFaces);
}

TEST_CASE("faces with a repeated corner change nothing") {
  const LoadedMesh mesh = loaded(with_line("f 1 2 2"));
  CHECK(mass_of(mesh.mesh).volume_mm3 == doctest::Approx(8000).epsilon(1e-12));
  const LoadedMesh quad = loaded(kVertices + replaced_all(kQuads, "f 1 4 3 2", "f 1 1 4 3 2 2"));
  CHECK(mass_of(quad.mesh).volume_mm3 == doctest::Approx(8000).epsilon(1e-12));
  CHECK(mass_of(quad.mesh).area_mm2 == doctest::Approx(2400).epsilon(1e-12));
}

TEST_CASE("equal positions under different indices are joined") {
  const std::string unwelded = shapes::to_obj(loaded(kBox).mesh);
  std::string text;
  const Mesh mesh = loaded(kBox).mesh;
  std::size_t next = 1;
  for (const Facet& f : mesh.facets) {
    for (const std::uint32_t v : f) text += "v" + shapes::text_of(mesh.vertices[v]) + "\n";
    text += "f " + std::to_string(next) + " " + std::to_string(next + 1) + " " +
            std::to_string(next + 2) + "\n";
    next += 3;
  }
  check_clean_box(text);
  check_clean_box(unwelded);
}

TEST_CASE("vertices that no face uses are dropped, however far they lie") {
  check_clean_box(with_line("v 1e30 1e30 1e30"));
  CHECK(load_error(with_line("v 1e30 0 0\nf 1 2 9")).code == ErrorCode::kRange);
}

TEST_CASE("polygons of a thousand corners are cut exactly") {
  std::vector<std::array<double, 2>> outline;
  double doubled = 0;
  for (int k = 0; k < 1000; ++k) {
    // to_string() rounds to 1e-6; the expected area is that of the rounded corners.
    const double angle = 2 * shapes::kPi * k / 1000;
    outline.push_back({std::stod(std::to_string(100 * std::cos(angle))),
                       std::stod(std::to_string(100 * std::sin(angle)))});
  }
  for (std::size_t k = 0; k < outline.size(); ++k) {
    const auto &p = outline[k], &q = outline[(k + 1) % outline.size()];
    doubled += p[0] * q[1] - p[1] * q[0];
  }
  const LoadedMesh mesh = loaded(prism_obj(outline, 10));
  CHECK(mesh.mesh.facets.size() == 2 * 998 + 2 * 1000);
  CHECK(mass_of(mesh.mesh).volume_mm3 == doctest::Approx(doubled * 5).epsilon(1e-12));
}

TEST_CASE("concave polygons are cut by ears, from whichever corner they start") {
  std::vector<std::array<double, 2>> star;
  for (int k = 0; k < 10; ++k) {
    const double r = k % 2 == 0 ? 4 : 16, angle = shapes::kPi * k / 5;
    star.push_back({r * std::cos(angle), r * std::sin(angle)});
  }
  // Ten triangles from the centre: half of 4 * 16 * sin(36 degrees) each.
  const double volume = 10 * 0.5 * 4 * 16 * std::sin(shapes::kPi / 5) * 10;
  for (int start = 0; start < 10; ++start) {
    CAPTURE(start);
    const LoadedMesh mesh = loaded(prism_obj(star, 10));
    CHECK(mass_of(mesh.mesh).volume_mm3 == doctest::Approx(volume).epsilon(1e-6));
    const double caps = 2 * volume / 10;
    const double side = std::sqrt(16 + 256 - 2 * 64 * std::cos(shapes::kPi / 5));
    CHECK(mass_of(mesh.mesh).area_mm2 == doctest::Approx(caps + 10 * side * 10).epsilon(1e-6));
    REQUIRE(has(mesh.findings, FindingCode::kConcave, Severity::kNote));
    CHECK(finding(mesh.findings, FindingCode::kConcave)->count == 2);
    CHECK(finding(mesh.findings, FindingCode::kPolygon) == nullptr);
    std::rotate(star.begin(), star.begin() + 1, star.end());
  }
}

TEST_CASE("corners in line with their neighbours are kept, so that neighbours fit") {
  // An L with a corner in the middle of every side.
  const std::vector<std::array<double, 2>> corners = {{0, 0},   {20, 0},  {20, 10},
                                                      {10, 10}, {10, 20}, {0, 20}};
  std::vector<std::array<double, 2>> outline;
  for (std::size_t i = 0; i < corners.size(); ++i) {
    const auto &p = corners[i], &q = corners[(i + 1) % corners.size()];
    outline.push_back(p);
    outline.push_back({(p[0] + q[0]) / 2, (p[1] + q[1]) / 2});
  }
  const LoadedMesh mesh = loaded(prism_obj(outline, 10));
  CHECK(mass_of(mesh.mesh).volume_mm3 == doctest::Approx(3000).epsilon(1e-12));
  CHECK(mass_of(mesh.mesh).area_mm2 == doctest::Approx(2 * 300 + 80 * 10).epsilon(1e-12));
  CHECK(inspected(mesh).verdict == Verdict::kTrusted);
}

TEST_CASE("polygons that are not flat are a note") {
  const LoadedMesh mesh = loaded(replaced_all(kBox, "v 20 20 20", "v 20 20 25"));
  REQUIRE(has(mesh.findings, FindingCode::kNonplanar, Severity::kNote));
  CHECK(finding(mesh.findings, FindingCode::kNonplanar)->count >= 1);
  CHECK(mesh.mesh.facets.size() == 12);
}

TEST_CASE("polygons that cross themselves are a warning") {
  const LoadedMesh mesh = loaded(kVertices + replaced_all(kQuads, "f 1 4 3 2", "f 1 3 4 2"));
  CHECK(has(mesh.findings, FindingCode::kPolygon, Severity::kWarning));
}

TEST_CASE("more facets than the limit are an error with the line") {
  Limits limits;
  limits.max_facets = 11;
  const Error error = load_error(kBox, limits);
  CHECK(error.code == ErrorCode::kLimitFacets);
  CHECK(error.line == 14);
  limits.max_facets = 12;
  CHECK(try_load(kBox, limits).ok());
}

TEST_CASE("a line beyond the limit is an error, also one that is continued for ever") {
  Limits limits;
  limits.max_line_bytes = 100'000;
  std::string face = "f";
  for (int i = 0; i < 400'000; ++i) face += " 1 2 3";
  CHECK(load_error(kVertices + face + "\n", limits).code == ErrorCode::kLimitLine);
  std::string continued = "f";
  for (int i = 0; i < 100'000; ++i) continued += " 1 \\\n";
  CHECK(load_error(kVertices + continued + "2 3\n", limits).code == ErrorCode::kLimitLine);
}

TEST_CASE("many groups and long comments are read quickly") {
  std::string text = kVertices;
  for (int i = 0; i < 50'000; ++i) text += "g group" + std::to_string(i) + "\n";
  check_clean_box(text + kQuads);
}

TEST_CASE("reading an OBJ stops when cancelled") {
  Context ctx(threads(1));
  ctx.cancel();
  const auto source = view_memory(bytes_of(kBox));
  CHECK(read_obj(*source, ctx).error().code == ErrorCode::kCancelled);
}

TEST_CASE("an OBJ of which a read failed is not read short, even if it could be read again") {
  std::string text = kBox;
  while (text.size() < 1'000'000) text += kQuads;
  const FailsOnce source(text);
  Context ctx(threads(1));
  const Result<LoadedMesh> read = read_obj(source, ctx);
  REQUIRE(!read.ok());
  CHECK(read.error().code == ErrorCode::kReadFailed);
}
