// The import helper and the side that runs it. COSTENGINE_IMPORT_HELPER is the built helper.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <initializer_list>
#include <string>
#include <thread>

#include "../cli/import_process.hpp"
#include "costengine/mesh/load.hpp"

using namespace costengine;

namespace {

// A box of 10 x 20 x 30 from (1, 2, 3): volume 6000, in whatever unit the file means.
constexpr double kVertices[8][3] = {{1, 2, 3},  {11, 2, 3},  {11, 22, 3},  {1, 22, 3},
                                    {1, 2, 33}, {11, 2, 33}, {11, 22, 33}, {1, 22, 33}};
constexpr int kQuads[6][4] = {{0, 3, 2, 1}, {4, 5, 6, 7}, {0, 1, 5, 4},
                              {1, 2, 6, 5}, {2, 3, 7, 6}, {3, 0, 4, 7}};

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}

template <class Row>
std::string row_text(const Row& row) {
  std::string text;
  for (const auto value : row) text += (text.empty() ? "" : " ") + number(double(value));
  return text + "\n";
}

std::string quads_as_text() {
  std::string text;
  for (const auto& quad : kQuads) text += "4 " + row_text(quad);
  return text;
}

std::string vertices_as_text() {
  std::string text;
  for (const auto& vertex : kVertices) text += row_text(vertex);
  return text;
}

std::string ply_box() {
  return "ply\nformat ascii 1.0\nelement vertex 8\nproperty float x\nproperty float y\n"
         "property float z\nelement face 6\nproperty list uchar int vertex_indices\nend_header\n" +
         vertices_as_text() + quads_as_text();
}

std::string off_box() {
  return "OFF\n8 6 0\n" + vertices_as_text() + quads_as_text();
}

/// Triangle {a, b, c} as XML attributes or AMF elements.
template <class Write>
std::string triangles(Write&& write) {
  std::string text;
  for (const auto& q : kQuads) text += write(q[0], q[1], q[2]) + write(q[0], q[2], q[3]);
  return text;
}

std::string amf_object(const std::string& id) {
  std::string text = "<object id=\"" + id + "\"><mesh><vertices>";
  for (const auto& v : kVertices) {
    text += "<vertex><coordinates><x>" + number(v[0]) + "</x><y>" + number(v[1]) + "</y><z>" +
            number(v[2]) + "</z></coordinates></vertex>";
  }
  text += "</vertices><volume>";
  text += triangles([](int a, int b, int c) {
    return "<triangle><v1>" + std::to_string(a) + "</v1><v2>" + std::to_string(b) + "</v2><v3>" +
           std::to_string(c) + "</v3></triangle>";
  });
  return text + "</volume></mesh></object>";
}

std::string amf(const std::string& unit, const std::string& body) {
  return "<?xml version=\"1.0\"?>\n<amf" + (unit.empty() ? "" : " unit=\"" + unit + "\"") + ">" +
         body + "</amf>";
}

std::string box_mesh_3mf() {
  std::string text = "<mesh><vertices>";
  for (const auto& v : kVertices) {
    text += "<vertex x=\"" + number(v[0]) + "\" y=\"" + number(v[1]) + "\" z=\"" + number(v[2]) +
            "\"/>";
  }
  text += "</vertices><triangles>";
  text += triangles([](int a, int b, int c) {
    return "<triangle v1=\"" + std::to_string(a) + "\" v2=\"" + std::to_string(b) + "\" v3=\"" +
           std::to_string(c) + "\"/>";
  });
  return text + "</triangles></mesh>";
}

std::string object_3mf(int id) {
  return "<object id=\"" + std::to_string(id) + "\" type=\"model\">" + box_mesh_3mf() + "</object>";
}

std::string model_3mf(const std::string& root_attributes, const std::string& resources,
                      const std::string& build) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<model " + root_attributes +
         " xmlns=\"http://schemas.microsoft.com/3dmanufacturing/core/2015/02\""
         " xmlns:p=\"http://schemas.microsoft.com/3dmanufacturing/production/2015/06\">"
         "<resources>" +
         resources + "</resources><build>" + build + "</build></model>";
}

std::string little_endian(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i, value >>= 8) text += static_cast<char>(value & 0xFF);
  return text;
}

std::uint32_t crc32(const std::string& bytes) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xEDB88320U : 0U);
  }
  return ~crc;
}

struct ZipEntry {
  std::string name;
  std::string bytes;
};

/// A ZIP archive; `deflate` packs each entry as one stored deflate block, else it is plain.
std::string zip(std::initializer_list<ZipEntry> entries, bool deflate = false) {
  std::string archive;
  std::string directory;
  for (const ZipEntry& entry : entries) {
    std::string packed = entry.bytes;
    if (deflate) {
      REQUIRE(packed.size() < 65536);
      packed = "\x01" + little_endian(packed.size(), 2) + little_endian(~packed.size(), 2) + packed;
    }
    const std::string common =
        little_endian(20, 2) + little_endian(0, 2) + little_endian(deflate ? 8 : 0, 2) +
        little_endian(0, 4) + little_endian(crc32(entry.bytes), 4) +
        little_endian(packed.size(), 4) + little_endian(entry.bytes.size(), 4) +
        little_endian(entry.name.size(), 2) + little_endian(0, 2);
    directory += little_endian(0x02014b50, 4) + little_endian(20, 2) + common +
                 little_endian(0, 10) + little_endian(archive.size(), 4) + entry.name;
    archive += little_endian(0x04034b50, 4) + common + entry.name + packed;
  }
  return archive + directory + little_endian(0x06054b50, 4) + little_endian(0, 4) +
         little_endian(entries.size(), 2) + little_endian(entries.size(), 2) +
         little_endian(directory.size(), 4) + little_endian(archive.size(), 4) +
         little_endian(0, 2);
}

const ZipEntry kRelationships = {
    "_rels/.rels",
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    "<Relationship Target=\"/3D/3dmodel.model\" Id=\"rel0\" "
    "Type=\"http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel\"/></Relationships>"};

std::string package_3mf(const std::string& model, bool deflate = false) {
  return zip({kRelationships, {"3D/3dmodel.model", model}}, deflate);
}

std::string base64(const std::string& bytes) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t word = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      word = word << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      text += i + k > bytes.size() ? '=' : kDigits[word >> (18 - 6 * k) & 63];
    }
  }
  return text;
}

/// 96 bytes of float positions, then 36 indices of 16 bits.
std::string gltf_buffer() {
  std::string bytes;
  for (const auto& vertex : kVertices) {
    for (const double value : vertex) {
      const auto single = static_cast<float>(value);
      std::uint32_t word = 0;
      std::memcpy(&word, &single, 4);
      bytes += little_endian(word, 4);
    }
  }
  return bytes + triangles([](int a, int b, int c) {
           return little_endian(std::uint64_t(a), 2) + little_endian(std::uint64_t(b), 2) +
                  little_endian(std::uint64_t(c), 2);
         });
}

/// `buffer` is the JSON of the buffer apart from its length, `node` that of the node's placement.
std::string gltf_json(const std::string& buffer, const std::string& node = "",
                      const std::string& root = "") {
  return "{\"asset\":{\"version\":\"2.0\"}," + root +
         "\"scene\":0,\"scenes\":[{\"nodes\":[0]}],\"nodes\":[{" + node +
         "\"mesh\":0}],\"meshes\":[{\"primitives\":[{\"attributes\":{\"POSITION\":0},"
         "\"indices\":1}]}],\"accessors\":[{\"bufferView\":0,\"componentType\":5126,\"count\":8,"
         "\"type\":\"VEC3\",\"min\":[1,2,3],\"max\":[11,22,33]},{\"bufferView\":1,"
         "\"componentType\":5123,\"count\":36,\"type\":\"SCALAR\"}],\"bufferViews\":[{\"buffer\":0,"
         "\"byteLength\":96},{\"buffer\":0,\"byteOffset\":96,\"byteLength\":72}],"
         "\"buffers\":[{" +
         buffer + "\"byteLength\":168}]}";
}

std::string gltf_embedded(const std::string& node = "", const std::string& root = "") {
  return gltf_json(
      "\"uri\":\"data:application/octet-stream;base64," + base64(gltf_buffer()) + "\",", node,
      root);
}

std::string glb_box() {
  std::string json = gltf_json("");
  json.resize((json.size() + 3) / 4 * 4, ' ');
  const std::string binary = gltf_buffer();
  return "glTF" + little_endian(2, 4) + little_endian(28 + json.size() + binary.size(), 4) +
         little_endian(json.size(), 4) + "JSON" + json + little_endian(binary.size(), 4) +
         std::string("BIN\0", 4) + binary;
}

Result<LoadedMesh> import_with(const std::string& helper, const std::string& bytes,
                               MeshFormat format, Context& ctx,
                               cli::ImportProcessOptions options = {}) {
  const auto source = view_memory(std::as_bytes(std::span(bytes)));
  return cli::make_process_importer(helper, options)(*source, format, ctx);
}

Result<LoadedMesh> import(const std::string& bytes, MeshFormat format) {
  Context ctx;
  return import_with(COSTENGINE_IMPORT_HELPER, bytes, format, ctx);
}

/// Divergence theorem: a sixth of the sum of the facets' spans with the origin.
double signed_volume(const Mesh& mesh) {
  double six_fold = 0;
  for (const Facet& f : mesh.facets) {
    six_fold += dot(mesh.vertices[f[0]], cross(mesh.vertices[f[1]], mesh.vertices[f[2]]));
  }
  return six_fold / 6;
}

Box3 box_of(const Mesh& mesh) {
  Box3 box;
  for (const Vec3& v : mesh.vertices) box.extend(v);
  return box;
}

/// Twelve facets that enclose the box above, scaled: nothing lost, nothing turned.
void check_box(const Result<LoadedMesh>& result, double scale) {
  REQUIRE_MESSAGE(result.ok(), result.error().to_string());
  const Mesh& mesh = result.value().mesh;
  CHECK(mesh.facets.size() == 12);
  CHECK(result.value().facets_read == 12);
  CHECK(result.value().findings.empty());
  CHECK(signed_volume(mesh) == doctest::Approx(6000 * scale * scale * scale).epsilon(1e-12));
  CHECK(box_of(mesh).min.z == doctest::Approx(3 * scale).epsilon(1e-12));
  CHECK(box_of(mesh).max.y == doctest::Approx(22 * scale).epsilon(1e-12));
}

/// That it is refused with this code, and that the message contains `words`.
void check_refused(const Result<LoadedMesh>& result, ErrorCode code, const std::string& words) {
  REQUIRE_FALSE(result.ok());
  CHECK(error_code_name(result.error().code) == error_code_name(code));
  CHECK(result.error().stage == Stage::kLoad);
  CHECK_MESSAGE(result.error().message.find(words) != std::string::npos, result.error().message);
}

/// An executable shell script, removed at the end.
class Script {
 public:
  explicit Script(const std::string& body) {
    int fd = ::mkstemp(path_.data());
    REQUIRE(fd >= 0);
    ::close(fd);
    std::ofstream(path_) << "#!/bin/sh\n" << body << "\n";
    REQUIRE(::chmod(path_.c_str(), 0700) == 0);
  }
  ~Script() { ::unlink(path_.c_str()); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_ = "/tmp/costengine-import-test-XXXXXX";
};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

TEST_SUITE("import") {
  TEST_CASE("every format gives the same box") {
    check_box(import(ply_box(), MeshFormat::kPly), 1);
    check_box(import(off_box(), MeshFormat::kOff), 1);
    check_box(import(amf("", amf_object("1")), MeshFormat::kAmf), 1);
    const std::string model = model_3mf("", object_3mf(1), "<item objectid=\"1\"/>");
    check_box(import(package_3mf(model), MeshFormat::k3mf), 1);
    check_box(import(package_3mf(model, /*deflate=*/true), MeshFormat::k3mf), 1);
  }

  TEST_CASE("the unit that a format defines is applied") {
    check_box(import(gltf_embedded(), MeshFormat::kGltf), 1000);
    check_box(import(glb_box(), MeshFormat::kGlb), 1000);
    check_box(import(amf("inch", amf_object("1")), MeshFormat::kAmf), 25.4);
    check_box(import(amf("feet", amf_object("1")), MeshFormat::kAmf), 304.8);
    check_refused(import(amf("parsec", amf_object("1")), MeshFormat::kAmf),
                  ErrorCode::kImportFailed, "unknown unit 'parsec'");
    const std::string item = "<item objectid=\"1\"/>";
    check_box(
        import(package_3mf(model_3mf("unit=\"inch\"", object_3mf(1), item)), MeshFormat::k3mf),
        25.4);
    check_box(
        import(package_3mf(model_3mf("unit='micron'", object_3mf(1), item)), MeshFormat::k3mf),
        0.001);
    check_refused(
        import(package_3mf(model_3mf("unit=\"mile\"", object_3mf(1), item)), MeshFormat::k3mf),
        ErrorCode::kImportFailed, "unknown unit 'mile'");
  }

  TEST_CASE("glTF nodes are placed, and a mirrored one is not turned inside out") {
    const auto moved = import(gltf_embedded("\"translation\":[5,0,0],"), MeshFormat::kGltf);
    REQUIRE_MESSAGE(moved.ok(), moved.error().to_string());
    CHECK(box_of(moved.value().mesh).min.x == 6000);
    const auto mirrored = import(gltf_embedded("\"scale\":[-1,1,2],"), MeshFormat::kGltf);
    REQUIRE_MESSAGE(mirrored.ok(), mirrored.error().to_string());
    CHECK(box_of(mirrored.value().mesh).min.x == -11000);
    CHECK(signed_volume(mirrored.value().mesh) == doctest::Approx(12000e9).epsilon(1e-12));
  }

  TEST_CASE("3MF items and components are placed, in other parts of the package too") {
    // Twice the box, once turned by 90 degrees about z and moved by 100 in x, once inside a
    // component moved by 1000 in z; points are rows, so the rotation's first row is the image of x.
    const std::string resources =
        object_3mf(1) +
        "<object id=\"2\"><components><component objectid=\"1\" "
        "transform=\"1 0 0 0 1 0 0 0 1 0 0 1000\"/></components></object>";
    const auto placed = import(
        package_3mf(model_3mf("", resources,
                              "<item objectid=\"1\" transform=\"0 1 0 -1 0 0 0 0 1 100 0 0\"/>"
                              "<item objectid=\"2\"/>")),
        MeshFormat::k3mf);
    REQUIRE_MESSAGE(placed.ok(), placed.error().to_string());
    CHECK(placed.value().mesh.facets.size() == 24);
    CHECK(signed_volume(placed.value().mesh) == doctest::Approx(12000).epsilon(1e-12));
    CHECK(box_of(placed.value().mesh).max.x == 98);  // x = 100 - y
    CHECK(box_of(placed.value().mesh).max.z == 1033);

    const std::string component =
        "<object id=\"2\"><components><component objectid=\"1\" p:path=\"/3D/Objects/a.model\"/>"
        "</components></object>";
    check_box(import(zip({kRelationships,
                          {"3D/3dmodel.model", model_3mf("requiredextensions=\"p\"", component,
                                                         "<item objectid=\"2\"/>")},
                          {"3D/Objects/a.model", model_3mf("", object_3mf(1), "")}}),
                     MeshFormat::k3mf),
              1);
  }

  TEST_CASE("AMF constellations are placed, and their objects are not printed again") {
    const auto instance = [](const std::string& body) {
      return amf("", amf_object("7") + "<constellation id=\"c\"><instance objectid=\"7\">" + body +
                         "</instance></constellation>");
    };
    const auto placed =
        import(instance("<deltax>100</deltax><rx>0</rx><scalex>1</scalex>"), MeshFormat::kAmf);
    REQUIRE_MESSAGE(placed.ok(), placed.error().to_string());
    CHECK(placed.value().mesh.facets.size() == 12);
    CHECK(box_of(placed.value().mesh).min.x == 101);
    check_refused(import(instance("<rz>45</rz>"), MeshFormat::kAmf), ErrorCode::kImportFailed,
                  "turns, mirrors or scales");
    check_refused(import(amf("", amf_object("") + amf_object("")), MeshFormat::kAmf),
                  ErrorCode::kImportFailed, "same id");
  }

  TEST_CASE("geometry in another file is refused, though the file exists") {
    const Script other("exit 0");
    check_refused(import(gltf_json("\"uri\":\"" + other.path() + "\","), MeshFormat::kGltf),
                  ErrorCode::kImportFailed, "other files are never opened");
    const std::string outside =
        "<object id=\"2\"><components><component objectid=\"1\" "
        "p:path=\"/../../etc/passwd\"/></components></object>";
    check_refused(
        import(package_3mf(model_3mf("", outside, "<item objectid=\"2\"/>")), MeshFormat::k3mf),
        ErrorCode::kTruncated, "is missing");
  }

  TEST_CASE("what would be left out silently is refused") {
    check_refused(import(gltf_embedded("", "\"extensionsRequired\":[\"KHR_mesh_quantization\"],"),
                         MeshFormat::kGltf),
                  ErrorCode::kImportFailed, "KHR_mesh_quantization");
    const auto with = [](const std::string& attributes, const std::string& item) {
      return import(package_3mf(model_3mf(attributes, object_3mf(1), item)), MeshFormat::k3mf);
    };
    check_refused(
        with("xmlns:b=\"http://schemas.microsoft.com/3dmanufacturing/beamlattice/2017/02\" "
             "requiredextensions=\"p b\"",
             "<item objectid=\"1\"/>"),
        ErrorCode::kImportFailed, "beamlattice");
    check_refused(with("", "<item objectid=\"9\"/>"), ErrorCode::kImportFailed, "uses object 9");
    check_refused(with("", "<item objectid=\"1\" transform=\"1 0 0 0 1 0\"/>"), ErrorCode::kNumber,
                  "a number of a transform");
    check_refused(with("", ""), ErrorCode::kNoFaces, "builds nothing");
    const std::string endless =
        "<object id=\"1\"><components><component objectid=\"1\"/>"
        "</components></object>";
    check_refused(
        import(package_3mf(model_3mf("", endless, "<item objectid=\"1\"/>")), MeshFormat::k3mf),
        ErrorCode::kImportFailed, "without end");
  }

  TEST_CASE("damaged files are refused with a code") {
    std::string off = off_box();
    off.replace(off.rfind("3 0 4 7"), 7, "3 0 4 9");
    check_refused(import(off, MeshFormat::kOff), ErrorCode::kIndex, "refers to vertex 9");
    std::string ply = ply_box();
    ply.replace(ply.rfind("3 0 4 7"), 7, "3 0 4 8");
    check_refused(import(ply, MeshFormat::kPly), ErrorCode::kIndex, "refers to vertex 8");
    ply = ply_box();
    ply.resize(ply.rfind("4 3 0 4 7"));
    check_refused(import(ply, MeshFormat::kPly), ErrorCode::kTruncated, "");
    check_refused(import("ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\n"
                         "property float y\nproperty float z\nend_header\n1 2 3\n",
                         MeshFormat::kPly),
                  ErrorCode::kNoFaces, "no faces");
    std::string word = amf("", amf_object("1"));
    word.replace(word.find("<x>11</x>"), 9, "<x>1l</x>");
    check_refused(import(word, MeshFormat::kAmf), ErrorCode::kNumber, "not a number: '1l'");
    std::string missing = amf("", amf_object("1"));
    missing.replace(missing.find("<x>11</x>"), 9, "");
    check_refused(import(missing, MeshFormat::kAmf), ErrorCode::kNumber,
                  "x of a vertex is missing");
    std::string nan = amf("", amf_object("1"));
    nan.replace(nan.find("<x>11</x>"), 9, "<x>nan</x>");
    check_refused(import(nan, MeshFormat::kAmf), ErrorCode::kNonfinite, "finite");
    check_refused(import(amf("", ""), MeshFormat::kAmf), ErrorCode::kNoFaces, "no facets");
    std::string package = package_3mf(model_3mf("", object_3mf(1), "<item objectid=\"1\"/>"));
    package[package.find("x=\"11\"") + 3] = '2';
    check_refused(import(package, MeshFormat::k3mf), ErrorCode::kTruncated, "checksum");
  }

  TEST_CASE("XML that declares entities, or is not well formed, is refused") {
    std::string laughs = "<!DOCTYPE amf [<!ENTITY l0 \"11\">";
    for (int i = 1; i < 20; ++i) {
      const std::string before = "&l" + std::to_string(i - 1) + ";";
      laughs += "<!ENTITY l" + std::to_string(i) + " \"";
      for (int k = 0; k < 10; ++k) laughs += before;
      laughs += "\">";
    }
    std::string bomb = amf("", amf_object("1"));
    bomb.insert(bomb.find("<amf"), laughs + "]>");
    bomb.replace(bomb.find("<x>11</x>"), 9, "<x>&l19;</x>");
    check_refused(import(bomb, MeshFormat::kAmf), ErrorCode::kImportFailed, "document type");
    std::string outside = amf("", amf_object("1"));
    outside.insert(outside.find("<amf"), "<!DOCTYPE amf SYSTEM \"/etc/passwd\">");
    check_refused(import(outside, MeshFormat::kAmf), ErrorCode::kImportFailed, "document type");

    std::string open = amf("", amf_object("1"));
    open.replace(open.find("</mesh>"), 7, "");
    check_refused(import(open, MeshFormat::kAmf), ErrorCode::kImportFailed,
                  "mismatched tag in line 2");
    std::string deep;
    for (int i = 0; i < 100; ++i) deep += "<metadata>";
    check_refused(import(amf("", deep), MeshFormat::kAmf), ErrorCode::kImportFailed,
                  "nested too deeply");
    std::string mixed = amf("", amf_object("1"));
    mixed.replace(mixed.find("<x>11</x>"), 9, "<x>1<!-- no --><b/>1</x>");
    check_refused(import(mixed, MeshFormat::kAmf), ErrorCode::kNumber, "x of a vertex");
    std::string commented = amf("", amf_object("1"));
    commented.replace(commented.find("<x>11</x>"), 9, "<x>&#49;<!-- no --><![CDATA[1]]></x>");
    check_box(import(commented, MeshFormat::kAmf), 1);
  }

  TEST_CASE("a 3MF part that is too large, encrypted or not as its directory says is refused") {
    // Offsets in the last directory entry, the model's: flags 8, method 10, size 24.
    const auto with = [](std::size_t offset, const std::string& value) {
      std::string package =
          package_3mf(model_3mf("", object_3mf(1), "<item objectid=\"1\"/>"), /*deflate=*/true);
      return import(package.replace(package.rfind("PK\1\2") + offset, value.size(), value),
                    MeshFormat::k3mf);
    };
    check_box(with(10, little_endian(8, 2)), 1);
    check_refused(with(24, little_endian(0xC0000000, 4)), ErrorCode::kImportFailed, "2 GiB");
    check_refused(with(24, little_endian(100, 4)), ErrorCode::kTruncated, "size");
    check_refused(with(24, little_endian(100'000, 4)), ErrorCode::kTruncated, "");
    check_refused(with(8, little_endian(1, 2)), ErrorCode::kImportFailed, "encrypted");
    check_refused(with(10, little_endian(12, 2)), ErrorCode::kImportFailed, "deflate");
    const ZipEntry twice = {"_RELS/.rels", kRelationships.bytes};
    check_refused(import(zip({kRelationships, twice}), MeshFormat::k3mf), ErrorCode::kTruncated,
                  "twice");
  }

  TEST_CASE("every format survives being cut and garbled") {
    const std::pair<MeshFormat, std::string> files[] = {
        {MeshFormat::kPly, ply_box()},
        {MeshFormat::kOff, off_box()},
        {MeshFormat::kAmf, amf("", amf_object("1"))},
        {MeshFormat::k3mf, package_3mf(model_3mf("", object_3mf(1), "<item objectid=\"1\"/>"))},
        {MeshFormat::kGltf, gltf_embedded()},
        {MeshFormat::kGlb, glb_box()}};
    for (const auto& [format, bytes] : files) {
      CAPTURE(mesh_format_name(format));
      for (std::size_t length = bytes.size() - 4; length > 4; length = length * 9 / 10) {
        CAPTURE(length);
        const auto start = std::chrono::steady_clock::now();
        CHECK_FALSE(import(bytes.substr(0, length), format).ok());
        CHECK(seconds_since(start) < 5);
      }
      CHECK_FALSE(import(std::string(3000, '\xA7'), format).ok());
    }
  }

  TEST_CASE("a helper that is not there says how to get one") {
    Context ctx;
    for (const char* helper : {"", "/nonexistent/costengine-import", "/etc/passwd"}) {
      CAPTURE(helper);
      const auto result = import_with(helper, ply_box(), MeshFormat::kPly, ctx);
      check_refused(result, ErrorCode::kUnsupportedFormat, "COSTENGINE_BUILD_IMPORT");
    }
  }

  TEST_CASE("a helper that crashes, fails, or talks nonsense is an error and never a mesh") {
    Context ctx;
    const auto run = [&ctx](const std::string& helper) {
      return import_with(helper, ply_box(), MeshFormat::kPly, ctx);
    };
    check_refused(run("/bin/false"), ErrorCode::kImportFailed, "status 1");
    check_refused(run("/bin/true"), ErrorCode::kImportFailed, "middle of its answer");
    check_refused(run(Script("exec cat").path()), ErrorCode::kImportFailed, "not understood");
    check_refused(run(Script("kill -SEGV $$").path()), ErrorCode::kImportFailed, "signal 11");
    check_refused(run(Script("kill -ABRT $$").path()), ErrorCode::kImportFailed, "signal 6");
    check_refused(run(Script("exec yes").path()), ErrorCode::kImportFailed, "not understood");
    const std::string helper = COSTENGINE_IMPORT_HELPER;
    check_refused(run(Script(helper + " ply; echo more").path()), ErrorCode::kImportFailed,
                  "not understood");
    check_refused(run(Script(helper + " ply | head -c 200").path()), ErrorCode::kImportFailed,
                  "middle of its answer");
    check_refused(run(Script(helper + " ply | tr '\\100' '\\101'").path()),
                  ErrorCode::kImportFailed, "not understood");
    check_refused(run(Script(helper + " ply; kill -SEGV $$").path()), ErrorCode::kImportFailed,
                  "signal 11");
  }

  /// A complete answer with a true checksum, as a script that prints it.
  std::string print_answer(std::initializer_list<double> coordinates,
                           std::initializer_list<std::uint32_t> indices, std::uint64_t facets) {
    std::string body;
    for (const double value : coordinates) {
      std::uint64_t word = 0;
      std::memcpy(&word, &value, 8);
      body += little_endian(word, 8);
    }
    for (const std::uint32_t index : indices) body += little_endian(index, 4);
    std::uint64_t checksum = 0xcbf29ce484222325U;  // FNV-1a over 32-bit words
    for (std::size_t i = 0; i < body.size(); i += 4) {
      std::uint32_t word = 0;
      std::memcpy(&word, body.data() + i, 4);
      checksum = (checksum ^ word) * 0x100000001b3U;
    }
    const std::string answer = "CEimport" + little_endian(1, 4) + little_endian(0, 4) +
                               little_endian(coordinates.size() / 3, 8) + little_endian(facets, 8) +
                               little_endian(0, 16) + body + little_endian(checksum, 8) +
                               "CEclosed";
    std::string script = "printf '";
    for (const char c : answer) {
      char octal[8];
      std::snprintf(octal, sizeof octal, "\\%03o", unsigned(static_cast<unsigned char>(c)));
      script += octal;
    }
    return script + "'";
  }

  TEST_CASE("a well-formed answer is still not trusted") {
    Context ctx;
    const auto run = [&ctx](const std::string& script) {
      return import_with(Script(script).path(), "", MeshFormat::kPly, ctx);
    };
    CHECK(run(print_answer({0, 0, 0, 1, 0, 0, 0, 1, 0}, {0, 1, 2}, 1)).ok());
    check_refused(run(print_answer({0, 0, 0, 1, 0, 0, 0, 1, 0}, {0, 1, 3}, 1)), ErrorCode::kIndex,
                  "vertex 3");
    check_refused(run(print_answer({0, 0, 0, 1, 0, 0, 0, 1, HUGE_VAL}, {0, 1, 2}, 1)),
                  ErrorCode::kNonfinite, "vertex 2");
    check_refused(run(print_answer({}, {}, 0)), ErrorCode::kNoFaces, "no facets");
    check_refused(run(print_answer({}, {}, std::uint64_t{1} << 60)), ErrorCode::kLimitFacets,
                  "facets");
    check_refused(run(print_answer({}, {}, 90'000'000)), ErrorCode::kImportFailed, "middle");
  }

  TEST_CASE("the facet limit of the context holds") {
    ContextOptions options;
    options.limits.max_facets = 11;
    Context ctx(options);
    check_refused(import_with(COSTENGINE_IMPORT_HELPER, ply_box(), MeshFormat::kPly, ctx),
                  ErrorCode::kLimitFacets, "12 facets");
  }

  TEST_CASE("a helper that hangs is stopped by the clock, by the context, and by cancellation") {
    const Script sleeper("exec sleep 1000");
    const Script mute("exec 1>&-; exec sleep 1000");  // closes its answer and goes on
    for (const std::string& helper : {sleeper.path(), mute.path()}) {
      CAPTURE(helper);
      Context ctx;
      const auto start = std::chrono::steady_clock::now();
      const auto result = import_with(helper, "x", MeshFormat::kPly, ctx, {.max_wall_ms = 200});
      CHECK_FALSE(result.ok());
      CHECK(result.error().code == ErrorCode::kImportFailed);
      CHECK(seconds_since(start) < 5);
    }
    ContextOptions limited;
    limited.limits.max_time_ms = 200;
    Context short_lived(limited);
    check_refused(import_with(sleeper.path(), "x", MeshFormat::kPly, short_lived),
                  ErrorCode::kLimitTime, "200 ms");

    Context ctx;
    std::chrono::steady_clock::time_point cancelled_at;
    std::thread other([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      cancelled_at = std::chrono::steady_clock::now();
      ctx.cancel();
    });
    const auto result = import_with(sleeper.path(), "x", MeshFormat::kPly, ctx);
    const auto end = std::chrono::steady_clock::now();
    other.join();
    check_refused(result, ErrorCode::kCancelled, "");
    CHECK(std::chrono::duration<double>(end - cancelled_at).count() < 1);
  }

  TEST_CASE("the helper sees no environment and no other open file") {
    Context ctx;
    const int leak = ::dup(STDERR_FILENO);  // not close-on-exec
    const Script spy("test -z \"$HOME\" && test ! -e /proc/self/fd/" + std::to_string(leak) +
                     " && exit 7\nexit 8");
    check_refused(import_with(spy.path(), "x", MeshFormat::kPly, ctx), ErrorCode::kImportFailed,
                  "status 7");
    ::close(leak);
  }

}  // TEST_SUITE
