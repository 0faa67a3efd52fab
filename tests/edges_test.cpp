#include "costengine/detail/mesh/edges.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <vector>

#include "costengine/detail/mesh/clean.hpp"
#include "costengine/detail/mesh/shells.hpp"
#include "costengine/mesh/columns.hpp"
#include "support/pipeline.hpp"
#include "support/shapes.hpp"

using namespace costengine;
using namespace costengine::detail;

namespace {

using Edge = std::pair<std::uint32_t, std::uint32_t>;

/// The sides on every edge, by a map.
std::map<Edge, std::vector<Side>> edges_of(const Mesh& mesh) {
  std::map<Edge, std::vector<Side>> edges;
  for (Side s = 0; s < 3 * mesh.facets.size(); ++s) {
    const std::uint32_t from = side_from(mesh, s), to = side_to(mesh, s);
    if (from != to) edges[std::minmax(from, to)].push_back(s);
  }
  return edges;
}

/// Whether some facets have the same three corners.
bool has_doubles(const Mesh& mesh) {
  std::set<Facet> seen;
  for (Facet f : mesh.facets) {
    std::sort(f.begin(), f.end());
    if (!seen.insert(f).second) return true;
  }
  return false;
}

/// A table is what the map says, for any number of threads.
void check_table(const Mesh& mesh) {
  const std::map<Edge, std::vector<Side>> edges = edges_of(mesh);
  const bool collapsed = std::any_of(mesh.facets.begin(), mesh.facets.end(), is_collapsed);
  std::vector<Side> partners(3 * mesh.facets.size(), kNoSide);
  std::vector<std::vector<Side>> odd;
  std::uint64_t disagreeing = 0;
  for (const auto& [edge, sides] : edges) {
    const bool two = sides.size() == 2;
    if (two) partners[sides[0]] = sides[1], partners[sides[1]] = sides[0];
    const bool opposed = two && side_direction(mesh, sides[0]) != side_direction(mesh, sides[1]);
    disagreeing += two && !opposed;
    if (!opposed) odd.push_back(sides);
  }
  for (const unsigned threads : {1U, 2U}) {
    Context ctx(pipeline::threads(threads));
    const EdgeTable table(mesh, ctx, Stage::kInspect);
    CHECK(std::equal(partners.begin(), partners.end(), table.partners().begin(),
                     table.partners().end()));
    CHECK(table.disagreeing() == disagreeing);
    if (!collapsed) CHECK(table.has_doubles() == has_doubles(mesh));
    std::vector<std::vector<Side>> found;
    table.for_each_odd(
        [&](std::span<const Side> sides) { found.emplace_back(sides.begin(), sides.end()); });
    CHECK(found == odd);
  }
}

/// The same surface with its vertices numbered by chance.
Mesh renumbered(const Mesh& mesh, unsigned seed) {
  std::vector<std::uint32_t> number(mesh.vertices.size());
  std::iota(number.begin(), number.end(), 0U);
  std::shuffle(number.begin(), number.end(), std::mt19937(seed));
  Mesh result = mesh;
  for (std::size_t v = 0; v < number.size(); ++v) result.vertices[number[v]] = mesh.vertices[v];
  for (Facet& f : result.facets)
    for (std::uint32_t& corner : f) corner = number[corner];
  return result;
}

template <std::size_t kCount>
bool sorts_zeros_and_ones() {
  for (unsigned bits = 0; bits < 1U << kCount; ++bits) {
    std::array<std::uint64_t, kCount> numbers;
    for (std::size_t i = 0; i < kCount; ++i) numbers[i] = bits >> i & 1;
    sort_network(numbers);
    if (!std::is_sorted(numbers.begin(), numbers.end())) return false;
  }
  return true;
}

/// The patch of every facet by a flood over neighbours.
std::vector<std::uint32_t> patches_of(const Mesh& mesh) {
  std::vector<std::vector<std::uint32_t>> neighbours(mesh.facets.size());
  for (const auto& [edge, sides] : edges_of(mesh)) {
    if (sides.size() != 2) continue;
    neighbours[sides[0] / 3].push_back(sides[1] / 3);
    neighbours[sides[1] / 3].push_back(sides[0] / 3);
  }
  std::vector<std::uint32_t> patch(mesh.facets.size(), ~0U), open;
  std::uint32_t patches = 0;
  for (std::uint32_t seed = 0; seed < patch.size(); ++seed) {
    if (patch[seed] != ~0U) continue;
    patch[seed] = patches;
    open.assign(1, seed);
    while (!open.empty()) {
      const std::uint32_t f = open.back();
      open.pop_back();
      for (const std::uint32_t g : neighbours[f]) {
        if (patch[g] == ~0U) patch[g] = patches, open.push_back(g);
      }
    }
    ++patches;
  }
  return patch;
}

void check_patches(const Mesh& mesh) {
  const std::vector<std::uint32_t> expected = patches_of(mesh);
  const std::uint32_t count = 1 + *std::max_element(expected.begin(), expected.end());
  for (const unsigned threads : {1U, 2U}) {
    Context ctx(pipeline::threads(threads));
    const EdgeTable table(mesh, ctx, Stage::kInspect);
    const Shells shells = PatchNumbers(mesh.facets.size(), table.partners(), ctx).number();
    CHECK(shells.count == count);
    CHECK(std::equal(expected.begin(), expected.end(), shells.of_facet.begin(),
                     shells.of_facet.end()));
  }
}

Mesh many_tori(std::uint32_t m, std::uint32_t n) {
  Mesh mesh;
  for (int i = 0; i < 7; ++i) {
    mesh =
        shapes::joined(mesh, shapes::translated(shapes::torus(10, 3, m, n).mesh, {30.0 * i, 0, 0}));
  }
  return mesh;
}

}  // namespace

TEST_CASE("networks sort all zeros and ones, and so everything") {
  CHECK(sorts_zeros_and_ones<2>());
  CHECK(sorts_zeros_and_ones<4>());
  CHECK(sorts_zeros_and_ones<6>());
  CHECK(sorts_zeros_and_ones<8>());
}

TEST_CASE("sides are paired as by a map, in soups of few vertices") {
  std::mt19937 random(5);
  for (int round = 0; round < 400; ++round) {
    const bool collapsed_too = round % 2 == 1;
    const auto vertices = static_cast<std::uint32_t>(4 + random() % 12);
    Mesh mesh;
    mesh.vertices.resize(vertices);
    for (std::uint32_t f = 0; f < 2 + random() % 30; ++f) {
      mesh.facets.push_back({static_cast<std::uint32_t>(random() % vertices),
                             static_cast<std::uint32_t>(random() % vertices),
                             static_cast<std::uint32_t>(random() % vertices)});
      if (!collapsed_too && is_collapsed(mesh.facets.back())) mesh.facets.pop_back();
    }
    check_table(mesh);
  }
}

TEST_CASE("sides are paired as by a map, whatever the order of facets and vertices") {
  const Mesh torus = shapes::torus(20, 6, 300, 90).mesh;  // 54,000 facets: several blocks
  check_table(torus);
  check_table(shapes::shuffled(torus, 7));
  Mesh odd = renumbered(shapes::shuffled(torus, 8), 9);
  for (std::size_t f = 100; f < odd.facets.size(); f += 5'000) {
    odd.facets.push_back(odd.facets[f]);                    // a double
    std::swap(odd.facets[f + 1][0], odd.facets[f + 1][1]);  // turned
    odd.facets[f + 2][1] = odd.facets[f + 2][0];            // collapsed
  }
  check_table(odd);
}

TEST_CASE("two facets back to back are doubles, alone and at the side of others") {
  Mesh mesh = shapes::box(10, 10, 10).mesh;
  check_table(mesh);
  const auto v = static_cast<std::uint32_t>(mesh.vertices.size());
  mesh.vertices.insert(mesh.vertices.end(), {{20, 0, 0}, {30, 0, 0}, {20, 10, 0}});
  mesh.facets.push_back({v, v + 1, v + 2});
  mesh.facets.push_back({v + 2, v + 1, v});
  check_table(mesh);
  CHECK(has_doubles(mesh));
}

TEST_CASE("a fan of very many facets around one edge is in order") {
  Mesh mesh;
  mesh.vertices.resize(2 + 20'000);
  for (std::uint32_t i = 0; i < 20'000; ++i) mesh.facets.push_back({0, 1, 2 + i});
  check_table(mesh);
}

TEST_CASE("patches are numbered by their first facets, as a flood finds them") {
  check_patches(shapes::torus(20, 6, 30, 10).mesh);
  check_patches(many_tori(60, 20));
  const Mesh large = many_tori(150, 40);  // 84,000 facets: several blocks
  check_patches(large);
  check_patches(shapes::shuffled(large, 3));
}

TEST_CASE("facets that were dropped leave the others their places in the file") {
  Mesh mesh;
  mesh.vertices.resize(10);
  for (std::uint32_t i = 0; i < 8; ++i) mesh.facets.push_back({i, i + 1, i + 2});
  FileIndex in_file;
  CHECK_FALSE(in_file.drop_if(mesh, [](std::size_t) { return false; }));
  CHECK(in_file.of(5) == 5);
  CHECK(in_file.drop_if(mesh, [](std::size_t i) { return i == 0 || i == 3; }));
  CHECK(in_file.drop_if(mesh, [](std::size_t i) { return i == 2; }));  // the fifth of the file
  REQUIRE(mesh.facets.size() == 5);
  const std::array<std::uint32_t, 5> expected = {1, 2, 5, 6, 7};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(in_file.of(i) == expected[i]);
    CHECK(mesh.facets[i][0] == expected[i]);
  }
}

TEST_CASE("facets without an area set no size, however many follow each other") {
  Mesh mesh = shapes::box(20, 20, 20).mesh;
  const auto v = static_cast<std::uint32_t>(mesh.vertices.size());
  constexpr std::uint32_t kFlat = 40'000;  // more than any block of a parallel pass has
  for (std::uint32_t i = 0; i <= kFlat + 1; ++i) {
    mesh.vertices.push_back({500.0 + i * 0.01, 500, 500});
  }
  std::vector<Facet> flat;
  for (std::uint32_t i = 0; i < kFlat; ++i) flat.push_back({v + i, v + i + 1, v + i + 2});
  mesh.facets.insert(mesh.facets.begin(), flat.begin(), flat.end());
  mesh.facets.insert(mesh.facets.end(), flat.begin(), flat.begin() + 1);
  const MassProperties mass = pipeline::mass_of(mesh, 2);
  CHECK(mass.box_mm.max.x == 20);
  CHECK(mass.box_mm.min.x == 0);
  const Inspection inspection = pipeline::inspected(mesh, 2);
  const Finding* degenerate = pipeline::finding(inspection.findings, FindingCode::kDegenerate);
  REQUIRE(degenerate != nullptr);
  CHECK(degenerate->count == kFlat + 1);
  CHECK(pipeline::finding(inspection.findings, FindingCode::kBuildVolume) == nullptr);
}

TEST_CASE("columns cross the facets they run through, of coarse and of fine meshes") {
  // By the definition: a column crosses a facet if it runs left of all its sides seen from above,
  // or right of all. Columns nearer to a side than rounding would blur do not count.
  const auto check = [](const Mesh& mesh) {
    const ColumnSample sample = spread_columns(mesh, 300);
    REQUIRE(sample.columns.size() == 300);
    Context ctx(pipeline::threads(2));
    const ColumnCrossings crossings = cross_columns(mesh, sample.columns, ctx).value();
    std::size_t met = 0;
    for (std::size_t i = 0; i < sample.columns.size(); ++i) {
      const Column& at = sample.columns[i];
      std::set<std::uint32_t> surely, maybe, found;
      for (std::uint32_t f = 0; f < mesh.facets.size(); ++f) {
        double least = 1e300, most = -1e300;
        for (std::size_t k = 0; k < 3; ++k) {
          const Vec3 &p = mesh.vertices[mesh.facets[f][k]],
                     &q = mesh.vertices[mesh.facets[f][(k + 1) % 3]];
          const double left = (q.x - p.x) * (at.y - p.y) - (q.y - p.y) * (at.x - p.x);
          least = std::min(least, left);
          most = std::max(most, left);
        }
        if (least > 1e-12 || most < -1e-12) surely.insert(f);
        if (least > -1e-12 || most < 1e-12) maybe.insert(f);
      }
      for (const ColumnCrossing& crossing : crossings.of(i)) found.insert(crossing.facet);
      CHECK(std::includes(found.begin(), found.end(), surely.begin(), surely.end()));
      CHECK(std::includes(maybe.begin(), maybe.end(), found.begin(), found.end()));
      met += surely.size();
    }
    CHECK(met > 0);
  };
  check(shapes::box(30, 20, 10).mesh);
  check(shapes::sphere(10, 40).mesh);
  check(shapes::rotated(shapes::torus(20, 6, 600, 90).mesh));  // 108,000 facets: finer cells
  check(shapes::scaled(shapes::rotated(shapes::box(400, 0.01, 3).mesh), 2));
}

TEST_CASE("a large vector of unset numbers keeps what is written into it") {
  RawVector<std::uint32_t> numbers(3'000'000);
  std::iota(numbers.begin(), numbers.end(), 7U);
  RawVector<std::uint32_t> copy = numbers;
  copy.push_back(1);
  CHECK(std::equal(numbers.begin(), numbers.end(), copy.begin()));
  RawVector<std::uint32_t> zeros;
  zeros.assign(2'000'000, 0);
  CHECK(std::count(zeros.begin(), zeros.end(), 0U) == 2'000'000);
}

TEST_CASE("the neighbours that inspection hands on are those that the map has") {
  const Inspection sound = pipeline::inspected(shapes::torus(20, 6, 300, 90).mesh, 2);
  REQUIRE(sound.twins.size() == 3 * sound.solid.facets.size());
  for (const auto& [edge, sides] : edges_of(sound.solid)) {
    REQUIRE(sides.size() == 2);
    CHECK((sound.twins[sides[0]] == sides[1] && sound.twins[sides[1]] == sides[0]));
  }
  // Turning a shell renumbers its sides, and caps are new facets: then there are none.
  CHECK(pipeline::inspected(shapes::flipped(shapes::box(10, 10, 10).mesh)).twins.empty());
  CHECK(pipeline::inspected(shapes::open_box(10, 10, 10).mesh).twins.empty());
}
