#include "costengine/mesh/weld.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace costengine;

TEST_CASE("welding numbers positions in the order of their first use") {
  VertexWelder welder(0);
  CHECK(welder.index_of({1, 2, 3}) == 0);
  CHECK(welder.index_of({0.0, 1, 0}) == 1);
  CHECK(welder.index_of({-0.0, 1, -0.0}) == 1);
  CHECK(welder.index_of({1, 2, std::nextafter(3.0, 4.0)}) == 2);
  for (int i = 0; i < 100'000; ++i) (void)welder.index_of({static_cast<double>(i), 0.5, 0});
  CHECK(welder.index_of({1, 2, 3}) == 0);
  CHECK(welder.index_of({77, 0.5, 0}) == 3 + 77);
  CHECK(welder.vertices().size() == 100'003);
}

TEST_CASE("welding a mesh joins equal positions and drops unused ones") {
  Mesh mesh{{{9, 9, 9}, {0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {-0.0, 0, 0}, {1, 0, 0}, {0, 0, 1}},
            {{1, 2, 3}, {5, 4, 6}}};
  weld(mesh);
  CHECK(mesh.vertices.size() == 4);
  CHECK(mesh.facets == std::vector<Facet>{{0, 1, 2}, {1, 0, 3}});
  Mesh empty;
  weld(empty);
  CHECK(empty.vertices.empty());
}

TEST_CASE("welding within a tolerance joins chains of near vertices, candidates only") {
  // A chain of five positions 0.9 apart, and one that is too far.
  Mesh mesh;
  for (const double x : {0.0, 0.9, 1.8, 2.7, 3.6, 5.0}) mesh.vertices.push_back({x, 0, 0});
  mesh.facets = {{0, 1, 2}, {3, 4, 5}};
  const std::vector<bool> all(6, true), none(6, false),
      but_one = {true, true, false, true, true, true};
  CHECK(weld_within(mesh, all, 1).facets == std::vector<Facet>{{0, 0, 0}, {0, 0, 5}});
  CHECK(weld_within(mesh, all, 0.5).facets == mesh.facets);
  CHECK(weld_within(mesh, all, 0).facets == mesh.facets);
  CHECK(weld_within(mesh, none, 1).facets == mesh.facets);
  CHECK(weld_within(mesh, but_one, 1).facets == std::vector<Facet>{{0, 0, 2}, {3, 3, 5}});
}

TEST_CASE("welding a crowd of vertices takes no longer than welding as many apart") {
  Mesh mesh;
  for (std::uint32_t i = 0; i < 90'000; ++i) {
    mesh.vertices.push_back({1e-6 * (i % 300), 1e-6 * (i / 300), 0});
  }
  mesh.vertices.push_back({1e8, 1e8, 1e8});
  mesh.facets = {{0, 45'000, 89'999}, {0, 1, 90'000}};
  const Mesh welded = weld_within(mesh, std::vector<bool>(mesh.vertices.size(), true), 1);
  CHECK(welded.facets == std::vector<Facet>{{0, 0, 0}, {0, 0, 90'000}});
}
