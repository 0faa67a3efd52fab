// One box in every format that the import helper reads, and checks of what comes back.
#pragma once

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <initializer_list>
#include <span>
#include <string>

#include "costengine/mesh/load.hpp"
#include "import_process.hpp"

namespace costengine::test {

// A box of 10 x 20 x 30 from (1, 2, 3): volume 6000, in whatever unit the file means.
inline constexpr double kVertices[8][3] = {{1, 2, 3},  {11, 2, 3},  {11, 22, 3},  {1, 22, 3},
                                           {1, 2, 33}, {11, 2, 33}, {11, 22, 33}, {1, 22, 33}};
inline constexpr int kQuads[6][4] = {{0, 3, 2, 1}, {4, 5, 6, 7}, {0, 1, 5, 4},
                                     {1, 2, 6, 5}, {2, 3, 7, 6}, {3, 0, 4, 7}};

inline std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}

template <class Row>
inline std::string row_text(const Row& row) {
  std::string text;
  for (const auto value : row) text += (text.empty() ? "" : " ") + number(double(value));
  return text + "\n";
}

inline std::string quads_as_text() {
  std::string text;
  for (const auto& quad : kQuads) text += "4 " + row_text(quad);
  return text;
}

inline std::string vertices_as_text() {
  std::string text;
  for (const auto& vertex : kVertices) text += row_text(vertex);
  return text;
}

inline std::string ply_box() {
  return "ply\nformat ascii 1.0\nelement vertex 8\nproperty float x\nproperty float y\n"
         "property float z\nelement face 6\nproperty list uchar int vertex_indices\nend_header\n" +
         vertices_as_text() + quads_as_text();
}

inline std::string off_box() {
  return "OFF\n8 6 0\n" + vertices_as_text() + quads_as_text();
}

/// Triangle {a, b, c} as XML attributes or AMF elements.
template <class Write>
inline std::string triangles(Write&& write) {
  std::string text;
  for (const auto& q : kQuads) text += write(q[0], q[1], q[2]) + write(q[0], q[2], q[3]);
  return text;
}

inline std::string amf_object(const std::string& id) {
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

inline std::string amf(const std::string& unit, const std::string& body) {
  return "<?xml version=\"1.0\"?>\n<amf" + (unit.empty() ? "" : " unit=\"" + unit + "\"") + ">" +
         body + "</amf>";
}

inline std::string box_mesh_3mf() {
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

inline std::string object_3mf(int id) {
  return "<object id=\"" + std::to_string(id) + "\" type=\"model\">" + box_mesh_3mf() + "</object>";
}

inline std::string model_3mf(const std::string& root_attributes, const std::string& resources,
                             const std::string& build) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<model " + root_attributes +
         " xmlns=\"http://schemas.microsoft.com/3dmanufacturing/core/2015/02\""
         " xmlns:p=\"http://schemas.microsoft.com/3dmanufacturing/production/2015/06\">"
         "<resources>" +
         resources + "</resources><build>" + build + "</build></model>";
}

inline std::string little_endian(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i, value >>= 8) text += static_cast<char>(value & 0xFF);
  return text;
}

inline std::uint32_t crc32(const std::string& bytes) {
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
inline std::string zip(std::initializer_list<ZipEntry> entries, bool deflate = false) {
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

inline const ZipEntry kRelationships = {
    "_rels/.rels",
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    "<Relationship Target=\"/3D/3dmodel.model\" Id=\"rel0\" "
    "Type=\"http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel\"/></Relationships>"};

inline std::string package_3mf(const std::string& model, bool deflate = false) {
  return zip({kRelationships, {"3D/3dmodel.model", model}}, deflate);
}

inline std::string base64(const std::string& bytes) {
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
inline std::string gltf_buffer() {
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
inline std::string gltf_json(const std::string& buffer, const std::string& node = "",
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

inline std::string gltf_embedded(const std::string& node = "", const std::string& root = "") {
  return gltf_json(
      "\"uri\":\"data:application/octet-stream;base64," + base64(gltf_buffer()) + "\",", node,
      root);
}

inline std::string glb_box() {
  std::string json = gltf_json("");
  json.resize((json.size() + 3) / 4 * 4, ' ');
  const std::string binary = gltf_buffer();
  return "glTF" + little_endian(2, 4) + little_endian(28 + json.size() + binary.size(), 4) +
         little_endian(json.size(), 4) + "JSON" + json + little_endian(binary.size(), 4) +
         std::string("BIN\0", 4) + binary;
}

inline Result<LoadedMesh> import_with(const std::string& helper, const std::string& bytes,
                                      MeshFormat format, Context& ctx,
                                      cli::ImportProcessOptions options = {}) {
  const auto source = view_memory(std::as_bytes(std::span(bytes)));
  return cli::make_process_importer(helper, options)(*source, format, ctx);
}

inline Result<LoadedMesh> import(const std::string& bytes, MeshFormat format) {
  Context ctx;
  return import_with(COSTENGINE_IMPORT_HELPER, bytes, format, ctx);
}

/// Divergence theorem: a sixth of the sum of the facets' spans with the origin.
inline double signed_volume(const Mesh& mesh) {
  double six_fold = 0;
  for (const Facet& f : mesh.facets) {
    six_fold += dot(mesh.vertices[f[0]], cross(mesh.vertices[f[1]], mesh.vertices[f[2]]));
  }
  return six_fold / 6;
}

inline Box3 box_of(const Mesh& mesh) {
  Box3 box;
  for (const Vec3& v : mesh.vertices) box.extend(v);
  return box;
}

/// Twelve facets that enclose the box above, scaled: nothing lost, nothing turned.
inline void check_box(const Result<LoadedMesh>& result, double scale) {
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
inline void check_refused(const Result<LoadedMesh>& result, ErrorCode code,
                          const std::string& words) {
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

inline double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace costengine::test
