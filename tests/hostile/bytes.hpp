/// Small tools for building files and damaging them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "support/shapes.hpp"

namespace costengine::hostile {

inline std::string text_of(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// A cube of 20 mm: 12 facets, 8000 mm3.
inline const Mesh& cube() {
  static const Mesh mesh = shapes::box(20, 20, 20).mesh;
  return mesh;
}

inline std::string stl(const Mesh& mesh) {
  return text_of(shapes::to_stl_binary(mesh));
}

inline std::string with_count(std::string file, std::uint32_t count) {
  std::memcpy(file.data() + 80, &count, sizeof count);
  return file;
}

inline std::string with_header(std::string file, std::string_view header) {
  std::memcpy(file.data(), header.data(), header.size());
  return file;
}

/// Number k of each facet of a binary STL set to a value: 0 to 2 the normal, 3 to 11 the corners.
inline std::string with_normals(std::string file, float x, float y, float z) {
  for (std::size_t at = 84; at + 50 <= file.size(); at += 50) {
    std::memcpy(file.data() + at, &x, 4);
    std::memcpy(file.data() + at + 4, &y, 4);
    std::memcpy(file.data() + at + 8, &z, 4);
  }
  return file;
}

inline std::string with_number(std::string file, std::size_t facet, std::size_t k, float value) {
  std::memcpy(file.data() + 84 + 50 * facet + 4 * k, &value, 4);
  return file;
}

/// Every `from` replaced by `to`.
inline std::string swapped(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

/// The first `from` replaced by `to`.
inline std::string swapped_once(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

inline std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

/// Numbers from 0 to 1, the same on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  double next() {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<double>(state_ >> 40U) / 16'777'216.0;
  }

 private:
  std::uint64_t state_;
};

}  // namespace costengine::hostile
