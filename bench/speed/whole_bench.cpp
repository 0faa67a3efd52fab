// The whole of what a user asks for: from a file to a price, or to a verdict.
#include "costengine/report/json.hpp"
#include "register.hpp"

namespace bench {
namespace {

void estimate_file(benchmark::State& state, ModelKey key, std::uint64_t threads, bool production) {
  const std::string& path = file_of(key, ".stl");
  const costengine::Profile profile = profile_of(key);
  costengine::EstimateOptions options;
  options.production = production;
  std::uint64_t bytes = 0, facets = 0, layers = 0;
  for ([[maybe_unused]] const auto once : state) {
    costengine::Context ctx(on_threads(threads));
    const auto source = costengine::open_file(path, ctx.limits()).value();
    const auto answer =
        costengine::estimate(*source, profile, costengine::example_price_sheet(), options, ctx)
            .value();
    benchmark::DoNotOptimize(costengine::estimate_json(path, answer, profile));
    bytes = answer.bytes;
    facets = answer.facets;
    layers = answer.production ? answer.production->layers : 0;
  }
  count(state, "bytes", bytes);
  count(state, "facets", facets);
  if (production) count(state, "layers", layers);
}

}  // namespace

void register_whole(const Choice& choice) {
  const auto add_estimate = [](ModelKey key, std::uint64_t threads) {
    add(name_of("whole/estimate", key, threads),
        [=](benchmark::State& state) { estimate_file(state, key, threads, true); });
  };
  for_each_facets(choice, [](ModelKey key, std::uint64_t threads) {
    add(name_of("whole/inspect", key, threads),
        [=](benchmark::State& state) { estimate_file(state, key, threads, false); });
  });
  for_each_facets(choice, add_estimate);
  for_each_layers(choice, add_estimate);
}

}  // namespace bench
