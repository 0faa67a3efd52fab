/// What the stages really hold, counted by the allocator, against the bounds they promise. A
/// program of its own, for it replaces operator new.

#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>
#include <random>

#include "costengine/estimate.hpp"
#include "costengine/measure/measure.hpp"
#include "costengine/mesh/footprint.hpp"
#include "costengine/mesh/inspect.hpp"
#include "costengine/process/fdm.hpp"
#include "costengine/slice/layers.hpp"
#include "support/profiles.hpp"
#include "support/shapes.hpp"

namespace {

std::atomic<std::int64_t> held{0}, most{0};

void* count(void* memory) {
  if (memory == nullptr) throw std::bad_alloc();
  const auto bytes = static_cast<std::int64_t>(malloc_usable_size(memory));
  const std::int64_t now = held.fetch_add(bytes) + bytes;
  std::int64_t before = most.load();
  while (now > before && !most.compare_exchange_weak(before, now)) {
  }
  return memory;
}

void give_back(void* memory) noexcept {
  if (memory != nullptr) held -= static_cast<std::int64_t>(malloc_usable_size(memory));
  std::free(memory);
}

}  // namespace

void* operator new(std::size_t bytes) {
  return count(std::malloc(bytes));
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  const auto unit = static_cast<std::size_t>(alignment);
  return count(std::aligned_alloc(unit, (bytes + unit - 1) / unit * unit));
}
void operator delete(void* memory) noexcept {
  give_back(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  give_back(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  give_back(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  give_back(memory);
}

using namespace costengine;

namespace {

/// The most that work() held, with what `kept` bytes it began with.
template <class Work>
auto peak_of(std::int64_t& peak, Work&& work) {
  most = held.load();
  const std::int64_t before = held;
  auto result = work();
  peak = most - before;
  REQUIRE(result.ok());
  return std::move(result).value();
}

Mesh soup(std::size_t facets) {
  std::mt19937 random(1);
  const auto number = [&random](double size) {
    return static_cast<double>(random() % 100'000) * size / 100'000;
  };
  Mesh mesh;
  for (std::uint32_t f = 0; f < facets; ++f) {
    const Vec3 p{number(60), number(60), number(60)};
    mesh.vertices.insert(
        mesh.vertices.end(),
        {p, {p.x + number(1), p.y + number(1), p.z}, {p.x, p.y + number(1), p.z + number(1)}});
    mesh.facets.push_back({3 * f, 3 * f + 1, 3 * f + 2});
  }
  return mesh;
}

std::string as_text(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

struct Peaks {
  std::int64_t load = 0, inspect = 0, slice = 0, mesh = 0;
  std::uint64_t facets = 0, vertices = 0, crossings = 0;
};

/// Runs the stages on a file and checks each against its bound.
Peaks check_stages(const std::string& file, double most_excess) {
  const Profile profile = test::built_in("", {});
  Context ctx({.threads = 1});
  const auto source = view_memory(std::as_bytes(std::span(file)));
  Peaks peaks;
  LoadedMesh loaded = peak_of(peaks.load, [&] { return load(*source, LoadOptions{}, ctx); });
  peaks.facets = loaded.mesh.facets.size();
  peaks.vertices = loaded.mesh.vertices.size();
  peaks.mesh = static_cast<std::int64_t>(12 * peaks.facets + 24 * peaks.vertices);
  Inspection inspection = peak_of(peaks.inspect, [&] {
    return inspect(std::move(loaded), profile.machine, profile.print.perimeter_width_mm, ctx);
  });
  const Layers layers = peak_of(peaks.slice, [&] { return slice(inspection, profile, ctx); });
  for (const Facet& f : inspection.solid.facets) {  // a second count: each plane, facet by facet
    const auto [low, high] =
        std::minmax({inspection.solid.vertices[f[0]].z, inspection.solid.vertices[f[1]].z,
                     inspection.solid.vertices[f[2]].z});
    peaks.crossings += static_cast<std::uint64_t>((high - low) / profile.print.layer_height_mm) + 1;
  }
  const auto within = [&](std::int64_t peak, std::uint64_t bound, double excess) {
    const auto limit = static_cast<std::int64_t>(bound);
    CAPTURE(peak);
    CAPTURE(limit);
    CHECK(peak <= limit);
    CHECK(static_cast<double>(limit) <= excess * static_cast<double>(peak) + 2e6);
  };
  within(peaks.load, reading_bytes(peaks.facets, peaks.vertices), most_excess);
  within(peaks.inspect + peaks.mesh, inspection_bytes(peaks.facets, peaks.vertices), most_excess);
  // Of a closed model, inspection hands on the neighbours that slicing would have to find.
  const auto twins = static_cast<std::int64_t>(4 * inspection.twins.size());
  within(peaks.slice + peaks.mesh + twins,
         slicing_bytes(peaks.facets, peaks.vertices, peaks.crossings), most_excess + 1);
  return peaks;
}

}  // namespace

TEST_CASE("the bounds hold for a sound model, and are not far off") {
  const Mesh torus = shapes::torus(30, 10, 400, 200).mesh;
  SUBCASE("binary STL") {
    check_stages(as_text(shapes::to_stl_binary(torus)), 1.9);
  }
  SUBCASE("binary STL, facets in no order") {  // no block shares a vertex with itself
    Mesh mixed = torus;
    std::shuffle(mixed.facets.begin(), mixed.facets.end(), std::mt19937(5));
    check_stages(as_text(shapes::to_stl_binary(mixed)), 1.6);
  }
  SUBCASE("ASCII STL") {
    check_stages(shapes::to_stl_ascii(torus), 1.6);
  }
  SUBCASE("OBJ") {
    check_stages(shapes::to_obj(torus), 1.9);
  }
}

TEST_CASE("the bounds hold for a tall model of few facets") {
  check_stages(as_text(shapes::to_stl_binary(shapes::box(20, 20, 150).mesh)), 3);
}

TEST_CASE("the bounds hold for a soup of loose triangles") {
  const Mesh loose = soup(60'000);
  SUBCASE("binary STL") {
    check_stages(as_text(shapes::to_stl_binary(loose)), 2.4);
  }
  SUBCASE("OBJ") {
    check_stages(shapes::to_obj(loose), 2.6);
  }
}

TEST_CASE("a whole estimate stays within the memory it was allowed") {
  const std::string file = as_text(shapes::to_stl_binary(shapes::torus(20, 8, 200, 100).mesh));
  const auto source = view_memory(std::as_bytes(std::span(file)));
  const Profile profile = test::built_in("", {});
  const PriceSheet& prices = example_price_sheet();
  int answered = 0, refused = 0;
  for (std::uint64_t megabytes = 1; megabytes <= 40; ++megabytes) {
    ContextOptions options;
    options.threads = 1;
    options.limits.max_memory_bytes = megabytes * 1'000'000;
    Context ctx(options);
    most = held.load();
    const std::int64_t before = held;
    const auto result = estimate(*source, profile, prices, EstimateOptions{}, ctx);
    if (!result.ok()) {
      CHECK(result.error().code == ErrorCode::kLimitMemory);
      ++refused;
      continue;
    }
    ++answered;
    CHECK(most - before <= static_cast<std::int64_t>(options.limits.max_memory_bytes));
  }
  CHECK(answered > 0);
  CHECK(refused > 0);
}
