#include "costengine/mesh/weld.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <span>
#include <string>
#include <vector>

#include "costengine/base/byte_source.hpp"
#include "costengine/detail/base/secret_hash.hpp"
#include "costengine/mesh/read_stl.hpp"

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

namespace {

/// Finite positions, all different, with the same upper 8 and lower 32 bits of the hash that takes
/// the words of x and y, and of z, with these operations: xor-shift, multiplication, sum. It can be
/// run backwards by anyone, as any hash that is public.
std::string stl_of_colliding_positions(std::uint32_t facets) {
  constexpr std::uint64_t kFactor = 0x9e3779b97f4a7c15ULL;
  std::uint64_t inverse = kFactor;  // Newton: each step doubles the bits that are right
  for (int i = 0; i < 6; ++i) inverse *= 2 - kFactor * inverse;
  const auto unfold = [](std::uint64_t h) { return h ^ h >> 32; };
  const auto usual = [](std::uint64_t word) {
    const std::uint64_t exponent = word >> 23 & 0xff;
    return exponent > 100 && exponent < 140;
  };
  std::string text(84, 'x');
  const auto append = [&text](auto value) {
    const auto bytes = std::bit_cast<std::array<char, sizeof value>>(value);
    text.append(bytes.data(), bytes.size());
  };
  std::uint32_t corners = 0;
  for (std::uint64_t i = 0; corners < 3 * facets; ++i) {
    const std::uint64_t z = 0x40000000 + (i >> 24), middle = i & 0xffffff;
    const std::uint64_t xy = unfold(unfold(middle << 32) * inverse - z) * inverse;
    if (!usual(xy & 0xffffffff) || !usual(xy >> 32)) continue;
    if (corners % 3 == 0) text.append(12, '\0');
    append(xy);
    append(static_cast<std::uint32_t>(z));
    if (++corners % 3 == 0) text.append(2, '\0');
  }
  const auto count = std::bit_cast<std::array<char, 4>>(facets);
  std::copy(count.begin(), count.end(), text.begin() + 80);
  return text;
}

}  // namespace

TEST_CASE("positions that collide in a hash known to all are read as fast as others") {
  constexpr std::uint32_t kFacets = 40'000;
  const std::string colliding = stl_of_colliding_positions(kFacets);
  std::string others = colliding;  // as many, but on a line
  for (std::uint32_t i = 0; i < 3 * kFacets; ++i) {
    const std::array<float, 3> position{static_cast<float>(i), 1, 2};
    std::memcpy(others.data() + 84 + 50 * (i / 3) + 12 + 12 * (i % 3), position.data(), 12);
  }
  const auto cpu_of_reading = [](const std::string& text) {
    const auto source = view_memory(std::as_bytes(std::span(text)));
    Context ctx({.threads = 1});
    const std::clock_t begin = std::clock();
    const auto read = read_stl_binary(*source, ctx);
    REQUIRE(read.ok());
    CHECK(read.value().mesh.vertices.size() == 3 * kFacets);
    return static_cast<double>(std::clock() - begin);
  };
  // Nearly equal; some hundred times as much if they collide.
  CHECK(cpu_of_reading(colliding) < 20 * cpu_of_reading(others) + 0.05 * CLOCKS_PER_SEC);
}

TEST_CASE("what collides in a table depends on a secret that is drawn anew") {
  const detail::HashSecret one = detail::draw_hash_secret(), other = detail::draw_hash_secret();
  CHECK(one != other);
  CHECK(detail::hash_secret() == detail::hash_secret());
  for (const detail::HashSecret& secret : {one, other}) {
    for (const unsigned shift : {0U, 20U, 32U, 52U}) {  // neighbours, coarse and fine
      std::vector<int> slots(4096), parts(256);
      for (std::uint64_t i = 0; i < 4096; ++i) {
        const std::uint64_t h = detail::secret_hash(i << shift, i % 64, secret);
        ++slots[h & 4095];
        ++parts[h >> 56];
      }
      CHECK(*std::max_element(slots.begin(), slots.end()) < 64);
      CHECK(*std::max_element(parts.begin(), parts.end()) < 512);
    }
  }
}
