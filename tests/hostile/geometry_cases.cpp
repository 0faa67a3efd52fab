#include "hostile/bytes.hpp"
#include "hostile/cases.hpp"

namespace costengine::hostile {
namespace {

Mesh without_facets(Mesh mesh, std::size_t first, std::size_t count) {
  const auto begin = mesh.facets.begin() + static_cast<std::ptrdiff_t>(first);
  mesh.facets.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
  return mesh;
}

Mesh with_turned_facets(Mesh mesh, std::size_t count) {
  for (std::size_t f = 0; f < count; ++f) std::swap(mesh.facets[f][1], mesh.facets[f][2]);
  return mesh;
}

/// The parts as they are, vertices and all.
Mesh together(const std::vector<Mesh>& parts) {
  Mesh all;
  for (const Mesh& part : parts) {
    const auto base = static_cast<std::uint32_t>(all.vertices.size());
    all.vertices.insert(all.vertices.end(), part.vertices.begin(), part.vertices.end());
    for (const auto& [a, b, c] : part.facets) all.facets.push_back({a + base, b + base, c + base});
  }
  return all;
}

/// Facets with corners of their own, each off by up to `by`.
Mesh torn(const Mesh& mesh, double by) {
  Random random(7);
  Mesh out;
  for (const Facet& f : mesh.facets) {
    const auto base = static_cast<std::uint32_t>(out.vertices.size());
    for (const std::uint32_t v : f) {
      const double x = random.next() - 0.5, y = random.next() - 0.5, z = random.next() - 0.5;
      out.vertices.push_back(mesh.vertices[v] + Vec3{x, y, z} * by);
    }
    out.facets.push_back({base, base + 1, base + 2});
  }
  return out;
}

}  // namespace

std::vector<Case> geometry_cases() {
  const Mesh& box = cube();
  Mesh slivers = together(
      {box, Mesh{{{0, 0, 0}, {5, 5, 5}, {10, 10, 10}}, {{0, 1, 2}, {0, 0, 1}, {2, 2, 2}}}});
  const Mesh far_sliver =
      together({box, Mesh{{{1e6, 0, 0}, {1e6, 1, 0}, {1e6, 2, 0}}, {{0, 1, 2}}}});
  const Mesh bottle = together(  // a Klein-like mess: one face turned and doubled
      {with_turned_facets(box, 2), without_facets(box, 2, 10)});
  return {
      {"inside out", stl(shapes::flipped(box)), "estimated", "inverted", 8000},
      {"half the facets turned", stl(with_turned_facets(box, 6)), "estimated", "winding", 8000},
      {"one face turned", stl(with_turned_facets(box, 2)), "estimated", "winding", 8000},
      {"facets without area", stl(slivers), "trusted", "degenerate", 8000},
      {"a flat facet a kilometre away", stl(far_sliver), "trusted", "degenerate", 8000},
      {"every facet twice", stl(shapes::doubled(box)), "estimated", "duplicate", 8000},
      {"every facet forth and back",
       stl(together({box, shapes::flipped(box)})),
       "refused",
       "not_solid",
       {}},
      {"a turned face doubled", stl(bottle), "estimated", "", 8000},
      {"two cubes", stl(shapes::two_boxes().mesh), "trusted", "shells", 2000},
      {"two cubes at an edge", stl(shapes::boxes_sharing_an_edge().mesh), "trusted", "nonmanifold",
       2000},
      {"two cubes at a corner", stl(shapes::joined(box, shapes::translated(box, {20, 20, 20}))),
       "trusted", "shells", 16000},
      {"two cubes with their wall", stl(shapes::joined(box, shapes::mirrored(box))), "trusted",
       "duplicate", 16000},
      {"two cubes with two walls", stl(together({box, shapes::translated(box, {20, 0, 0})})),
       "trusted", "", 16000},
      {"cavity", stl(shapes::box_with_cavity().mesh), "trusted", "cavity", 7000},
      {"cavity, inside out", stl(shapes::flipped(shapes::box_with_cavity().mesh)), "estimated",
       "inverted", 7000},
      {"cube in a cube", stl(shapes::box_in_box().mesh), "estimated", "overlap", 8000},
      {"overlapping cubes", stl(shapes::overlapping_boxes().mesh), "estimated", "overlap", 14320},
      {"overlapping cubes, turned", stl(shapes::rotated(shapes::overlapping_boxes().mesh)),
       "estimated", "overlap", 14320},
      {"the same cube twice, a hair apart",
       stl(together({box, shapes::translated(box, {0.01, 0.01, 0.01})})),
       "",
       "overlap",
       {}},
      {"one facet missing", stl(without_facets(box, 5, 1)), "estimated", "open", 8000},
      {"one face missing", stl(without_facets(box, 0, 2)), "estimated", "open", 8000},
      {"one face missing, a metre away",
       stl(without_facets(shapes::translated(box, {1000, 1000, 0}), 0, 2)), "estimated", "open",
       8000},
      {"three faces missing", stl(without_facets(box, 4, 6)), "refused", "open", {}},
      {"five faces missing", stl(without_facets(box, 2, 10)), "refused", "open", {}},
      {"one triangle",
       stl(Mesh{{{0, 0, 0}, {20, 0, 0}, {0, 20, 5}}, {{0, 1, 2}}}),
       "refused",
       "open",
       {}},
      {"flat sheet", stl(shapes::flat_sheet(20, 20).mesh), "refused", "", {}},
      {"flat sheet with two sides",
       stl(together(
           {shapes::flat_sheet(20, 20).mesh, shapes::flipped(shapes::flat_sheet(20, 20).mesh)})),
       "refused",
       "not_solid",
       {}},
      {"Moebius strip", stl(shapes::moebius_strip(24).mesh), "refused", "nonorientable", {}},
      {"torn by a nanometre", shapes::to_obj(torn(box, 1e-6)), "trusted", "welded", {}},
      {"torn by a micrometre", shapes::to_obj(torn(box, 1e-3)), "estimated", "open", 8000},
      {"torn by a tenth of a millimetre", shapes::to_obj(torn(box, 0.1)), "refused", "open", {}},
      {"ten metres away", stl(shapes::translated(box, {1e4, 1e4, 0})), "trusted", "precision",
       8000},
      {"ten kilometres away", stl(shapes::translated(box, {1e7, 0, 0})), "estimated", "precision",
       8000},
      {"thirty metres away, halves",
       stl(shapes::translated(shapes::box(20.5, 20.5, 20.5).mesh, {3e4, 0, 0})), "trusted",
       "precision", 8615.125},
      {"inches", shapes::to_obj(shapes::box(2, 1.5, 0.75).mesh), "estimated", "units_inch", 2.25},
      {"metres", shapes::to_obj(shapes::box(0.05, 0.04, 0.03).mesh), "estimated", "units_metre",
       6e-5},
      {"micrometres",
       shapes::to_obj(shapes::box(5e-3, 4e-3, 3e-3).mesh),
       "refused",
       "units_metre",
       {}},
      {"two metres", stl(shapes::scaled(box, 100)), "estimated", "build_volume", 8e9},
      {"too long for the bed", stl(shapes::box(400, 20, 20).mesh), "trusted", "build_volume",
       160'000},
      {"needle of ten metres", shapes::to_obj(shapes::box(1e-4, 1e-4, 1e4).mesh), "estimated",
       "thin", 1e-4},
      {"paper", stl(shapes::box(20, 20, 0.125).mesh), "trusted", "thin", 50},
  };
}

std::vector<Case> other_cases() {
  Random random(3);
  std::string noise;
  for (int i = 0; i < 684; ++i)
    noise += static_cast<char>(static_cast<unsigned char>(random.next() * 256));
  const auto point = [&] {
    const double x = random.next() * 50, y = random.next() * 50, z = random.next() * 50;
    return Vec3{x, y, z};
  };
  Mesh soup;
  for (std::uint32_t i = 0; i < 8000; ++i) {
    soup.vertices.insert(soup.vertices.end(), {point(), point(), point()});
    soup.facets.push_back({3 * i, 3 * i + 1, 3 * i + 2});
  }
  std::vector<Mesh> nested, crumbs;
  for (int i = 0; i < 2000; ++i) {
    const double side = 100 - 0.02 * i;
    nested.push_back(
        shapes::translated(shapes::box(side, side, side).mesh, Vec3{1, 1, 1} * (0.01 * i)));
  }
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    const double x = 0.01 * (i % 250), y = 0.01 * (i / 250);
    crumbs.push_back(Mesh{{{x, y, 0}, {x + 0.009, y, 0}, {x, y + 0.009, 0.01}}, {{0, 1, 2}}});
  }
  crumbs.push_back(Mesh{{{9e7, 0, 0}, {9e7, 5, 0}, {9e7, 0, 5}}, {{0, 1, 2}}});
  std::vector<Mesh> towers;
  for (int i = 0; i < 50; ++i) {
    towers.push_back(
        shapes::translated(shapes::box(1, 1, 9000).mesh, {3.0 * (i % 40), 3.0 * (i / 40), 0}));
  }
  return {
      {"nothing", "", "error", "empty", {}},
      {"one byte", "x", "error", "format", {}},
      {"blanks", "  \n\t\r\n", "error", "format", {}},
      {"five zero bytes", std::string(5, '\0'), "error", "truncated", {}},
      {"prose", "Dear printer, please print my cube.\n", "error", "format", {}},
      {"PNG", "\x89PNG\r\n\x1a\n" + std::string(500, 'x'), "error", "format", {}},
      {"JPEG", "\xFF\xD8\xFF\xE0" + std::string(500, '\0'), "error", "format", {}},
      {"gzip", "\x1F\x8B\x08" + std::string(500, '\0'), "error", "format", {}},
      {"zip", "PK\x03\x04" + std::string(500, 'x'), "error", "format", {}},
      {"PDF", "%PDF-1.7\n", "error", "format", {}},
      {"UTF-16 text", std::string("\xFF\xFEs\0o\0l\0i\0d\0", 12), "error", "format", {}},
      {"HTML", "<html><body>404</body></html>", "error", "format", {}},
      {"3MF without a helper",
       "PK\x03\x04----[Content_Types].xml",
       "error",
       "unsupported_format",
       {}},
      {"PLY without a helper", "ply\nformat ascii 1.0\n", "error", "unsupported_format", {}},
      {"noise", noise, "error", "", {}},
      {"soup of 8000 triangles", stl(soup), "refused", "", {}},
      {"2000 cubes in each other", stl(together(nested)), "refused", "overlap", {}},
      {"20,000 crumbs and one far triangle", stl(together(crumbs)), "refused", "", {}},
      {"50 towers of nine metres", stl(together(towers)), "estimated", "build_volume", {}},
      {"5 MB of carriage returns",
       "solid x\r" + std::string(5'000'000, '\r'),
       "error",
       "no_faces",
       {}},
      {"a face of a million corners",
       "v 0 0 0\nv 20 0 0\nv 0 20 0\nf" + repeated(" 1 2 3", 333'333) + "\n",
       "refused",
       "",
       {}},
      {"a face continued 100,000 times",
       "v 0 0 0\nv 20 0 0\nv 0 20 0\nf" + repeated(" 1 \\\n", 100'000) + "2 3\n",
       "refused",
       "",
       {}},
  };
}

}  // namespace costengine::hostile
