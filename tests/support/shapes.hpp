/// Shapes for tests: small meshes with their volume and area from a textbook, ways to change a mesh
/// that must not change (or must change exactly) what is measured, and writers.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "costengine/base/vec.hpp"
#include "costengine/mesh/mesh.hpp"

namespace costengine::shapes {

/// What a mesh stands for. Volume is that of the solid that is meant: a flipped or open one has the
/// volume of the sound one, overlapping ones that of their union. Area is that of all facets.
struct Solid {
  std::string name;
  Mesh mesh;
  double volume_mm3 = 0;
  double area_mm2 = 0;  ///< NaN where no closed form is known
};

inline constexpr double kPi = 3.14159265358979323846;

// --- building ----------------------------------------------------------------------------------

/// Both meshes in one, equal vertices joined.
inline Mesh joined(const Mesh& a, const Mesh& b) {
  Mesh out;
  std::map<std::array<double, 3>, std::uint32_t> known;
  for (const Mesh* part : {&a, &b}) {
    for (const Facet& f : part->facets) {
      Facet facet{};
      for (std::size_t k = 0; k < 3; ++k) {
        const Vec3 p = part->vertices[f[k]];
        const auto next = static_cast<std::uint32_t>(out.vertices.size());
        const auto [it, is_new] = known.try_emplace({p.x + 0.0, p.y + 0.0, p.z + 0.0}, next);
        if (is_new) out.vertices.push_back(p);
        facet[k] = it->second;
      }
      out.facets.push_back(facet);
    }
  }
  return out;
}

/// Splits the quadrilateral abcd along ac.
inline void add_quad(Mesh& mesh, std::uint32_t a, std::uint32_t b, std::uint32_t c,
                     std::uint32_t d) {
  mesh.facets.push_back({a, b, c});
  mesh.facets.push_back({a, c, d});
}

/// Turned inside out.
inline Mesh flipped(Mesh mesh) {
  for (Facet& f : mesh.facets) std::swap(f[1], f[2]);
  return mesh;
}

inline Mesh translated(Mesh mesh, Vec3 by) {
  for (Vec3& p : mesh.vertices) p = p + by;
  return mesh;
}

// --- solids ------------------------------------------------------------------------------------

/// A right prism over a convex polygon, counter-clockwise, given by its (x, y) corners; facets 0 to
/// n - 3 are the floor.
inline Solid prism(const std::vector<std::pair<double, double>>& polygon, double height) {
  Solid s{"prism", {}, 0, 0};
  const auto n = static_cast<std::uint32_t>(polygon.size());
  double doubled_area = 0, perimeter = 0;
  for (const double z : {0.0, height}) {
    for (const auto& [x, y] : polygon) s.mesh.vertices.push_back({x, y, z});
  }
  for (std::uint32_t i = 1; i + 1 < n; ++i) s.mesh.facets.push_back({0, i + 1, i});
  for (std::uint32_t i = 1; i + 1 < n; ++i) s.mesh.facets.push_back({n, n + i, n + i + 1});
  for (std::uint32_t i = 0; i < n; ++i) {
    const std::uint32_t next = (i + 1) % n;
    add_quad(s.mesh, i, next, n + next, n + i);
    const auto [x, y] = polygon[i];
    const auto [next_x, next_y] = polygon[next];
    doubled_area += x * next_y - y * next_x;
    perimeter += std::sqrt((next_x - x) * (next_x - x) + (next_y - y) * (next_y - y));
  }
  s.volume_mm3 = doubled_area / 2 * height;
  s.area_mm2 = doubled_area + perimeter * height;
  return s;
}

/// From the origin to (a, b, c); facets 0 and 1 are the floor, 2 and 3 the lid.
inline Solid box(double a, double b, double c) {
  Solid s = prism({{0, 0}, {a, 0}, {a, b}, {0, b}}, c);
  s.name = "box";
  return s;
}

/// The 3-4-5 triangle, 10 high: volume 60, area 132.
inline Solid triangular_prism() {
  Solid s = prism({{0, 0}, {4, 0}, {0, 3}}, 10);
  s.name = "triangular prism";
  return s;
}

/// The corner cut off a box: legs a, b, c along the axes.
inline Solid tetrahedron(double a, double b, double c) {
  return {
      "tetrahedron",
      {{{0, 0, 0}, {a, 0, 0}, {0, b, 0}, {0, 0, c}}, {{0, 2, 1}, {0, 1, 3}, {0, 3, 2}, {1, 2, 3}}},
      a * b * c / 6,
      (a * b + b * c + c * a + std::sqrt(a * a * b * b + b * b * c * c + c * c * a * a)) / 2};
}

/// A box with a square hole of side d through it, from bed to top, in the middle.
inline Solid box_with_bore(double a, double b, double c, double d) {
  Solid s{"box with a square bore",
          {},
          (a * b - d * d) * c,
          2 * (a * b - d * d) + 2 * (a + b) * c + 4 * d * c};
  const double x = (a - d) / 2, y = (b - d) / 2;
  for (const double z : {0.0, c}) {
    for (const Vec3 p : {Vec3{0, 0, z}, Vec3{a, 0, z}, Vec3{a, b, z}, Vec3{0, b, z}, Vec3{x, y, z},
                         Vec3{x + d, y, z}, Vec3{x + d, y + d, z}, Vec3{x, y + d, z}}) {
      s.mesh.vertices.push_back(p);
    }
  }
  for (std::uint32_t i = 0; i < 4; ++i) {
    const std::uint32_t next = (i + 1) % 4;
    add_quad(s.mesh, i, i + 4, next + 4, next);            // floor
    add_quad(s.mesh, i + 8, next + 8, next + 12, i + 12);  // top
    add_quad(s.mesh, i, next, next + 8, i + 8);            // outside
    add_quad(s.mesh, next + 4, i + 4, i + 12, next + 12);  // bore
  }
  return s;
}

/// A polyhedron of revolution with m sides about the z axis. The outline is a path of (radius, z)
/// with the solid on its left; closed, or from pole to pole (radius 0 at both ends). Quadrilaterals
/// are flat, so volume and area are exact for the polyhedron: a slice at z is a regular m-gon.
inline Solid revolved(const std::vector<std::pair<double, double>>& outline, std::uint32_t m) {
  Solid s{"solid of revolution", {}, 0, 0};
  std::vector<std::vector<std::uint32_t>> rings;
  for (const auto& [r, z] : outline) {
    rings.emplace_back(m, static_cast<std::uint32_t>(s.mesh.vertices.size()));
    for (std::uint32_t k = 0; k < (r == 0 ? 1 : m); ++k) {
      const double angle = 2 * kPi * k / m;
      rings.back()[k] = static_cast<std::uint32_t>(s.mesh.vertices.size());
      s.mesh.vertices.push_back({r * std::cos(angle), r * std::sin(angle), z});
    }
  }
  const bool has_poles = outline.front().first == 0;
  const double side = std::sin(kPi / m), apothem = std::cos(kPi / m);
  for (std::size_t i = 0; i + (has_poles ? 1 : 0) < outline.size(); ++i) {
    const std::size_t j = (i + 1) % outline.size();
    const auto [r, z] = outline[i];
    const auto [q, w] = outline[j];
    for (std::uint32_t k = 0; k < m; ++k) {
      const std::uint32_t next = (k + 1) % m;
      if (q != 0) s.mesh.facets.push_back({rings[i][k], rings[j][next], rings[j][k]});
      if (r != 0) s.mesh.facets.push_back({rings[i][k], rings[i][next], rings[j][next]});
    }
    s.volume_mm3 += m * side * apothem * (w - z) * (r * r + r * q + q * q) / 3;
    const double rise = w - z, run = (q - r) * apothem;
    s.area_mm2 += m * side * (r + q) * std::sqrt(rise * rise + run * run);
  }
  return s;
}

/// 2n meridians and n parallels between the poles; 4n(n - 1) facets. About the origin.
inline Solid sphere(double radius, std::uint32_t n) {
  std::vector<std::pair<double, double>> outline{{0, -radius}};
  for (std::uint32_t k = 1; k < n; ++k) {
    outline.emplace_back(radius * std::sin(kPi * k / n), -radius * std::cos(kPi * k / n));
  }
  outline.emplace_back(0, radius);
  Solid s = revolved(outline, 2 * n);
  s.name = "sphere";
  return s;
}

/// A tube of n corners bent around the z axis in m pieces; 2mn facets. About the origin.
inline Solid torus(double radius, double tube_radius, std::uint32_t m, std::uint32_t n) {
  std::vector<std::pair<double, double>> outline;
  for (std::uint32_t k = 0; k < n; ++k) {
    const double angle = 2 * kPi * k / n;
    outline.emplace_back(radius + tube_radius * std::cos(angle), tube_radius * std::sin(angle));
  }
  Solid s = revolved(outline, m);
  s.name = "torus";
  return s;
}

// --- several shells ----------------------------------------------------------------------------

/// Two boxes of 10 mm, 5 mm apart.
inline Solid two_boxes() {
  const Mesh one = box(10, 10, 10).mesh;
  return {"two boxes", joined(one, translated(one, {15, 0, 0})), 2000, 1200};
}

/// 20 mm with a closed cavity of 10 mm in the middle.
inline Solid box_with_cavity() {
  return {"box with a cavity",
          joined(box(20, 20, 20).mesh, translated(flipped(box(10, 10, 10).mesh), {5, 5, 5})), 7000,
          3000};
}

/// The same, but the inner box faces outwards: it is filled twice, and counts once.
inline Solid box_in_box() {
  return {"box in a box", joined(box(20, 20, 20).mesh, translated(box(10, 10, 10).mesh, {5, 5, 5})),
          8000, 3000};
}

/// Cubes of 20 mm that share 12 x 14 x 10 mm; the signed volume is 16000.
inline Solid overlapping_boxes() {
  const Mesh one = box(20, 20, 20).mesh;
  return {"overlapping boxes", joined(one, translated(one, {8, 6, 10})), 14320, 4800};
}

/// Cubes of 10 mm that touch in one edge, which thus has four facets.
inline Solid boxes_sharing_an_edge() {
  const Mesh one = box(10, 10, 10).mesh;
  return {"boxes sharing an edge", joined(one, translated(one, {10, 10, 0})), 2000, 1200};
}

// --- surfaces that are no solids ---------------------------------------------------------------

/// A box without its lid; the volume is that with the lid.
inline Solid open_box(double a, double b, double c) {
  Solid s = box(a, b, c);
  s.name = "open box";
  s.mesh.facets.erase(s.mesh.facets.begin() + 2, s.mesh.facets.begin() + 4);
  s.area_mm2 -= a * b;
  return s;
}

/// One rectangle in the xy plane: encloses nothing.
inline Solid flat_sheet(double a, double b) {
  return {"flat sheet",
          {{{0, 0, 0}, {a, 0, 0}, {a, b, 0}, {0, b, 0}}, {{0, 1, 2}, {0, 2, 3}}},
          0,
          a * b};
}

/// A band of n pieces with half a twist: it has one side only.
inline Solid moebius_strip(std::uint32_t n) {
  Solid s{"Moebius strip", {}, 0, std::numeric_limits<double>::quiet_NaN()};
  for (std::uint32_t k = 0; k < n; ++k) {
    const double angle = 2 * kPi * k / n;
    for (const double half_width : {-4.0, 4.0}) {
      const double r = 20 + half_width * std::cos(angle / 2);
      s.mesh.vertices.push_back(
          {r * std::cos(angle), r * std::sin(angle), half_width * std::sin(angle / 2)});
    }
  }
  for (std::uint32_t k = 0; k + 1 < n; ++k)
    add_quad(s.mesh, 2 * k, 2 * k + 2, 2 * k + 3, 2 * k + 1);
  add_quad(s.mesh, 2 * n - 2, 1, 0, 2 * n - 1);
  return s;
}

/// Every solid above that is closed and faces outwards, each one shell.
inline std::vector<Solid> closed_solids() {
  return {box(40, 30, 20), triangular_prism(),  tetrahedron(3, 4, 5), box_with_bore(30, 20, 10, 8),
          sphere(10, 12),  torus(20, 5, 32, 16)};
}

// --- changes that measures must follow ---------------------------------------------------------

/// A quarter turn about z: exact.
inline Mesh rotated_quarter(Mesh mesh) {
  for (Vec3& p : mesh.vertices) p = {-p.y, p.x, p.z};
  return mesh;
}

/// A rotation about no axis of the frame, in sevenths: 2^2 + 3^2 + 6^2 = 7^2.
inline Mesh rotated(Mesh mesh) {
  for (Vec3& p : mesh.vertices) {
    p = {(2 * p.x + 3 * p.y + 6 * p.z) / 7, (3 * p.x - 6 * p.y + 2 * p.z) / 7,
         (6 * p.x + 2 * p.y - 3 * p.z) / 7};
  }
  return mesh;
}

/// x to -x with the corners as they were, hence inside out.
inline Mesh mirrored_inside_out(Mesh mesh) {
  for (Vec3& p : mesh.vertices) p.x = 0.0 - p.x;
  return mesh;
}

/// x to -x, still facing outwards.
inline Mesh mirrored(Mesh mesh) {
  return flipped(mirrored_inside_out(std::move(mesh)));
}

/// Exact where the factor is a power of two.
inline Mesh scaled(Mesh mesh, double factor) {
  for (Vec3& p : mesh.vertices) p = p * factor;
  return mesh;
}

/// The facets in an order that depends on the seed alone.
inline Mesh shuffled(Mesh mesh, std::uint64_t seed) {
  for (std::size_t i = mesh.facets.size(); i > 1; --i) {
    seed = seed * 6364136223846793005U + 1442695040888963407U;  // Knuth's MMIX generator
    std::swap(mesh.facets[i - 1], mesh.facets[(seed >> 33U) % i]);
  }
  return mesh;
}

/// Facet i begins with its corner i mod 3.
inline Mesh corners_rotated(Mesh mesh) {
  for (std::size_t i = 0; i < mesh.facets.size(); ++i) {
    const Facet f = mesh.facets[i];
    mesh.facets[i] = {f[i % 3], f[(i + 1) % 3], f[(i + 2) % 3]};
  }
  return mesh;
}

/// Every facet cut into four at the middles of its edges.
inline Mesh subdivided(const Mesh& mesh) {
  Mesh out{mesh.vertices, {}};
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> middles;
  const auto middle = [&](std::uint32_t a, std::uint32_t b) {
    const auto next = static_cast<std::uint32_t>(out.vertices.size());
    const auto [it, is_new] = middles.try_emplace({std::min(a, b), std::max(a, b)}, next);
    if (is_new) out.vertices.push_back((mesh.vertices[a] + mesh.vertices[b]) * 0.5);
    return it->second;
  };
  for (const auto& [a, b, c] : mesh.facets) {
    const std::uint32_t ab = middle(a, b), bc = middle(b, c), ca = middle(c, a);
    for (const Facet f :
         {Facet{a, ab, ca}, Facet{ab, b, bc}, Facet{ca, bc, c}, Facet{ab, bc, ca}}) {
      out.facets.push_back(f);
    }
  }
  return out;
}

/// Every facet twice.
inline Mesh doubled(Mesh mesh) {
  const std::vector<Facet> once = mesh.facets;
  mesh.facets.insert(mesh.facets.end(), once.begin(), once.end());
  return mesh;
}

// --- files -------------------------------------------------------------------------------------

inline Vec3 unit_normal(const Mesh& mesh, const Facet& f) {
  const Vec3 a = mesh.vertices[f[0]];
  const Vec3 n = cross(mesh.vertices[f[1]] - a, mesh.vertices[f[2]] - a);
  const double size = length(n);
  return size > 0 ? n * (1 / size) : Vec3{};
}

inline std::string text_of(Vec3 p) {
  std::string out;
  for (const double c : {p.x, p.y, p.z}) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), c).ptr;
    out.append(" ").append(digits.data(), end);
  }
  return out;
}

/// Coordinates are rounded to float32; the header does not begin with "solid".
inline std::vector<std::byte> to_stl_binary(const Mesh& mesh) {
  std::vector<std::byte> out(80);
  const auto append = [&](std::uint32_t bits) {
    for (unsigned shift = 0; shift < 32; shift += 8) {
      out.push_back(static_cast<std::byte>(bits >> shift & 0xffU));
    }
  };
  const auto append_point = [&](Vec3 p) {
    for (const double c : {p.x, p.y, p.z})
      append(std::bit_cast<std::uint32_t>(static_cast<float>(c)));
  };
  append(static_cast<std::uint32_t>(mesh.facets.size()));
  for (const Facet& f : mesh.facets) {
    append_point(unit_normal(mesh, f));
    for (const std::uint32_t i : f) append_point(mesh.vertices[i]);
    out.resize(out.size() + 2);
  }
  return out;
}

/// Shortest decimals that read back as the same doubles.
inline std::string to_stl_ascii(const Mesh& mesh) {
  std::string out = "solid shape\n";
  for (const Facet& f : mesh.facets) {
    out += "facet normal" + text_of(unit_normal(mesh, f)) + "\n outer loop\n";
    for (const std::uint32_t i : f) out += "  vertex" + text_of(mesh.vertices[i]) + "\n";
    out += " endloop\nendfacet\n";
  }
  return out + "endsolid shape\n";
}

/// Likewise; indices count from 1.
inline std::string to_obj(const Mesh& mesh) {
  std::string out;
  for (const Vec3 p : mesh.vertices) out += "v" + text_of(p) + "\n";
  for (const auto& [a, b, c] : mesh.facets) {
    out += "f " + std::to_string(a + 1) + " " + std::to_string(b + 1) + " " +
           std::to_string(c + 1) + "\n";
  }
  return out;
}

}  // namespace costengine::shapes
