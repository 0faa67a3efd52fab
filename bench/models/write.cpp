#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <string>

#include "bench_models.hpp"

namespace bench {
namespace {

using costengine::Facet;
using costengine::Mesh;
using costengine::Vec3;

using Triple = std::array<float, 3>;

Triple rounded(const Vec3& v) {
  return {static_cast<float>(v.x), static_cast<float>(v.y), static_cast<float>(v.z)};
}

Triple normal(const Mesh& mesh, const Facet& f) {
  const Vec3 a = mesh.vertices[f[0]], b = mesh.vertices[f[1]], c = mesh.vertices[f[2]];
  const Vec3 u{b.x - a.x, b.y - a.y, b.z - a.z}, v{c.x - a.x, c.y - a.y, c.z - a.z};
  const Vec3 n{u.y * v.z - u.z * v.y, u.z * v.x - u.x * v.z, u.x * v.y - u.y * v.x};
  const double size = __builtin_sqrt(n.x * n.x + n.y * n.y + n.z * n.z);
  return size > 0 ? rounded({n.x / size, n.y / size, n.z / size}) : Triple{0, 0, 0};
}

void append(std::string& out, const Triple& values) {
  for (const float value : values) {
    std::array<char, 32> digits{};
    out.push_back(' ');
    out.append(digits.data(),
               std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
  }
}

/// A file that is written in large pieces.
class Writer {
 public:
  explicit Writer(const std::string& path) : path_(path), file_(path, std::ios::binary) {}
  std::string& text() {
    if (text_.size() > std::size_t{1} << 20) flush();
    return text_;
  }
  void close() {
    flush();
    file_.close();
    if (!file_) throw std::runtime_error(path_ + " cannot be written");
  }

 private:
  void flush() {
    file_.write(text_.data(), static_cast<std::streamsize>(text_.size()));
    text_.clear();
  }
  std::string path_, text_;
  std::ofstream file_;
};

/// The machine's byte order, which is the file's on every machine that this is run on.
void write_stl(const Mesh& mesh, Writer& out) {
  const auto count = static_cast<std::uint32_t>(mesh.facets.size());
  std::string head = "costengine benchmark";
  head.resize(84, ' ');
  std::memcpy(head.data() + 80, &count, sizeof count);
  out.text() += head;
  for (const Facet& f : mesh.facets) {
    const std::array<Triple, 4> parts = {normal(mesh, f), rounded(mesh.vertices[f[0]]),
                                         rounded(mesh.vertices[f[1]]),
                                         rounded(mesh.vertices[f[2]])};
    std::array<char, 50> record{};
    std::memcpy(record.data(), parts.data(), sizeof parts);
    out.text().append(record.data(), record.size());
  }
}

void write_stl_ascii(const Mesh& mesh, Writer& out) {
  out.text() += "solid benchmark\n";
  for (const Facet& f : mesh.facets) {
    std::string& text = out.text();
    text += "facet normal";
    append(text, normal(mesh, f));
    text += "\n outer loop\n";
    for (const std::uint32_t i : f) {
      text += "  vertex";
      append(text, rounded(mesh.vertices[i]));
      text += '\n';
    }
    text += " endloop\nendfacet\n";
  }
  out.text() += "endsolid benchmark\n";
}

void write_obj(const Mesh& mesh, Writer& out) {
  for (const Vec3& vertex : mesh.vertices) {
    std::string& text = out.text();
    text += 'v';
    append(text, rounded(vertex));
    text += '\n';
  }
  for (const Facet& f : mesh.facets) {
    std::string& text = out.text();
    text += 'f';
    for (const std::uint32_t i : f) text += ' ' + std::to_string(i + 1);
    text += '\n';
  }
}

}  // namespace

void write(const Mesh& mesh, const std::string& path) {
  Writer out(path);
  if (path.ends_with(".obj")) {
    write_obj(mesh, out);
  } else if (path.ends_with("-ascii.stl")) {
    write_stl_ascii(mesh, out);
  } else {
    write_stl(mesh, out);
  }
  out.close();
}

}  // namespace bench
