// From a loaded mesh to measurements.
#include "costengine/measure/measure.hpp"
#include "register.hpp"

namespace bench {
namespace {

void inspect_mesh(benchmark::State& state, ModelKey key, std::uint64_t threads) {
  const Stages& stages = stages_of(key);
  costengine::Context ctx(on_threads(threads));
  for ([[maybe_unused]] const auto once : state) {
    state.PauseTiming();  // inspect() keeps what it is given
    costengine::LoadedMesh loaded = stages.loaded;
    state.ResumeTiming();
    auto inspection = costengine::inspect(std::move(loaded), stages.view.machine,
                                          stages.view.print.perimeter_width_mm, ctx);
    benchmark::DoNotOptimize(inspection.value());
  }
  count(state, "facets", stages.loaded.facets_read);
}

void measure_solid(benchmark::State& state, ModelKey key, std::uint64_t threads) {
  const Stages& stages = stages_of(key);
  costengine::Context ctx(on_threads(threads));
  for ([[maybe_unused]] const auto once : state) {
    benchmark::DoNotOptimize(costengine::measure(stages.inspection, false, ctx).value());
  }
  count(state, "facets", stages.loaded.facets_read);
}

}  // namespace

void register_mesh(const Choice& choice) {
  for_each_facets(choice, [](ModelKey key, std::uint64_t threads) {
    add(name_of("inspect", key, threads),
        [=](benchmark::State& state) { inspect_mesh(state, key, threads); });
  });
  for_each_facets(choice, [](ModelKey key, std::uint64_t threads) {
    add(name_of("measure", key, threads),
        [=](benchmark::State& state) { measure_solid(state, key, threads); });
  });
}

}  // namespace bench
