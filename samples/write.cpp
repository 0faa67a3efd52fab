#include "write.hpp"

#include <bit>
#include <charconv>
#include <cmath>

namespace samples {
namespace {

void append_little_endian(std::string& out, std::uint32_t bits) {
  for (unsigned shift = 0; shift < 32; shift += 8) {
    out.push_back(static_cast<char>(bits >> shift & 0xffU));
  }
}

void append_binary(std::string& out, Point p) {
  for (const double c : {p.x, p.y, p.z}) {
    append_little_endian(out, std::bit_cast<std::uint32_t>(static_cast<float>(c)));
  }
}

/// The shortest decimal that reads back as the same double.
void append_text(std::string& out, Point p) {
  for (const double c : {p.x, p.y, p.z}) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), c).ptr;
    out.push_back(' ');
    out.append(digits.data(), end);
  }
}

/// Rounded to 2^-20, which float32 holds; +0 for zero, never -0. (A cast to float and back would
/// do, but g++ 12 at -O2 loses such a pair of casts when it vectorises two of them.)
Point normal(const Surface& s, const Facet& f) {
  const Point u = s.at(f[1]) - s.at(f[0]), v = s.at(f[2]) - s.at(f[0]);
  const Point n{u.y * v.z - u.z * v.y, u.z * v.x - u.x * v.z, u.x * v.y - u.y * v.x};
  const double size = length(n);
  const auto component = [&](double c) {
    return std::floor(c / size * 1048576 + 0.5) / 1048576 + 0.0;
  };
  return {component(n.x), component(n.y), component(n.z)};
}

}  // namespace

std::string to_stl_binary(const Surface& surface, const std::string& name) {
  std::string out = "costengine sample: " + name;
  out.resize(80, ' ');
  out.reserve(84 + 50 * surface.facets.size());
  append_little_endian(out, static_cast<std::uint32_t>(surface.facets.size()));
  for (const Facet& f : surface.facets) {
    append_binary(out, normal(surface, f));
    for (const std::uint32_t i : f) append_binary(out, surface.at(i));
    out.append(2, '\0');
  }
  return out;
}

std::string to_stl_ascii(const Surface& surface, const std::string& name) {
  std::string out = "solid " + name + "\n";
  for (const Facet& f : surface.facets) {
    out += "facet normal";
    append_text(out, normal(surface, f));
    out += "\n outer loop\n";
    for (const std::uint32_t i : f) {
      out += "  vertex";
      append_text(out, surface.at(i));
      out += "\n";
    }
    out += " endloop\nendfacet\n";
  }
  return out + "endsolid " + name + "\n";
}

std::string to_obj(const Surface& surface, const std::string& name) {
  std::string out = "# costengine sample, millimetres\no " + name + "\n";
  for (std::uint32_t i = 0; i < surface.points.size(); ++i) {
    out += "v";
    append_text(out, surface.at(i));
    out += "\n";
  }
  for (const Facet& f : surface.facets) {
    out += "f " + std::to_string(f[0] + 1) + " " + std::to_string(f[1] + 1) + " " +
           std::to_string(f[2] + 1) + "\n";
  }
  return out;
}

}  // namespace samples
