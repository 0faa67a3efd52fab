// From an inspected mesh to what the machine does, and the motion planner alone.
#include "costengine/motion/planner.hpp"
#include "costengine/process/fdm.hpp"
#include "register.hpp"

namespace bench {
namespace {

void slice_solid(benchmark::State& state, ModelKey key, std::uint64_t threads) {
  const Stages& stages = stages_of(key);
  costengine::Context ctx(on_threads(threads));
  for ([[maybe_unused]] const auto once : state) {
    benchmark::DoNotOptimize(costengine::slice(stages.inspection, stages.view, ctx).value());
  }
  count(state, "facets", stages.loaded.facets_read);
  count(state, "layers", stages.layers.layers.size());
}

void plan_layers(benchmark::State& state, ModelKey key, std::uint64_t threads) {
  const Stages& stages = stages_of(key);
  costengine::Context ctx(on_threads(threads));
  for ([[maybe_unused]] const auto once : state) {
    benchmark::DoNotOptimize(
        costengine::plan_fdm(stages.layers, stages.measurements, stages.view, ctx).value());
  }
  count(state, "layers", stages.layers.layers.size());
}

/// A zigzag of short moves, as curves have them.
void plan_moves(benchmark::State& state) {
  constexpr std::uint64_t kMoves = 100'000;
  const costengine::Profile profile = profile_of({});
  costengine::MotionPlanner planner(costengine::motion_limits(profile.machine));
  for ([[maybe_unused]] const auto once : state) {
    for (std::uint64_t i = 0; i < kMoves; ++i) {
      const double side = i % 2 == 0 ? 0.1 : -0.1;
      planner.add({.x_mm = 0.4, .y_mm = side, .e_mm = 0.015, .speed_mm_per_s = 45});
    }
    planner.stop();
    benchmark::DoNotOptimize(planner.seconds(0));
  }
  count(state, "moves", kMoves);
}

}  // namespace

void register_plan(const Choice& choice) {
  const auto add_slice = [](ModelKey key, std::uint64_t threads) {
    add(name_of("slice", key, threads),
        [=](benchmark::State& state) { slice_solid(state, key, threads); });
  };
  const auto add_plan = [](ModelKey key, std::uint64_t threads) {
    add(name_of("plan", key, threads),
        [=](benchmark::State& state) { plan_layers(state, key, threads); });
  };
  for_each_facets(choice, add_slice);
  for_each_layers(choice, add_slice);
  for_each_facets(choice, add_plan);
  for_each_layers(choice, add_plan);
  add("motion", plan_moves);
}

}  // namespace bench
