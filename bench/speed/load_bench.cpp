// Files to meshes, opening and reading included. Files were written just before: they are in the
// memory of the system.
#include "costengine/mesh/load.hpp"
#include "register.hpp"

namespace bench {
namespace {

/// The text of more facets is over a gigabyte.
constexpr std::uint64_t kMostFacetsOfText = 2'000'000;

void load_file(benchmark::State& state, ModelKey key, const std::string& ending,
               std::uint64_t threads) {
  const std::string& path = file_of(key, ending);
  costengine::Context ctx(on_threads(threads));
  std::uint64_t bytes = 0, facets = 0;
  for ([[maybe_unused]] const auto once : state) {
    const auto source = costengine::open_file(path, ctx.limits()).value();
    const auto loaded = costengine::load(*source, {}, ctx).value();
    bytes = source->size();
    facets = loaded.facets_read;
  }
  count(state, "bytes", bytes);
  count(state, "facets", facets);
}

}  // namespace

void register_load(const Choice& choice) {
  const auto add_all = [&](const std::string& stage, const std::string& ending,
                           std::uint64_t most_facets) {
    for_each_facets(choice, [&](ModelKey key, std::uint64_t threads) {
      if (key.facets > most_facets) return;
      add(name_of(stage, key, threads),
          [=](benchmark::State& state) { load_file(state, key, ending, threads); });
    });
  };
  add_all("load/stl-binary", ".stl", UINT64_MAX);
  add_all("load/stl-ascii", "-ascii.stl", kMostFacetsOfText);
  add_all("load/obj", ".obj", UINT64_MAX);
}

}  // namespace bench
