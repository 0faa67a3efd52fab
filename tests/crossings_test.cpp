#include "costengine/detail/slice/crossings.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "support/pipeline.hpp"
#include "support/shapes.hpp"

using namespace costengine;

TEST_CASE("facets are sorted by the planes they cross, block by block") {
  const Mesh mesh = shapes::sphere(10, 200).mesh;  // more facets than a block holds
  REQUIRE(mesh.facets.size() > 65'536);
  std::vector<double> planes;
  for (double z = -10.5; z < 10.5; z += 0.37) planes.push_back(z);
  planes.push_back(mesh.vertices[mesh.facets[500][0]].z);  // through a vertex: it counts as above
  std::sort(planes.begin(), planes.end());
  for (const unsigned threads : {1U, 3U}) {
    CAPTURE(threads);
    Context ctx(pipeline::threads(threads));
    const auto table = detail::CrossingTable::make(mesh, planes, ctx);
    REQUIRE(table.ok());
    const std::size_t begin = 7, end = planes.size() - 5;
    const auto sorted = table.value().sort(begin, end);
    REQUIRE(sorted.ok());
    std::size_t all = 0;
    for (std::size_t i = 0; i < planes.size(); ++i) {
      std::vector<std::uint32_t> crossing;
      for (std::uint32_t f = 0; f < mesh.facets.size(); ++f) {
        int below = 0;
        for (const std::uint32_t v : mesh.facets[f]) below += mesh.vertices[v].z < planes[i];
        if (below == 1 || below == 2) crossing.push_back(f);
      }
      all += crossing.size();
      if (i < begin || i >= end) continue;
      const std::span<const std::uint32_t> found = sorted.value().of(i);
      CHECK(std::vector<std::uint32_t>(found.begin(), found.end()) == crossing);
    }
    CHECK(table.value().total() == all);
    CHECK(table.value().window_end(begin) == planes.size());
  }
}
