/// How a benchmark is registered, named and counted.
#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>

#include "choice.hpp"
#include "stages.hpp"

namespace bench {

/// One file each; called in this order by main.
void register_limits(const Choice& choice);
void register_load(const Choice& choice);
void register_mesh(const Choice& choice);
void register_plan(const Choice& choice);
void register_price(const Choice& choice);
void register_whole(const Choice& choice);

/// "slice/facets:100000/layers:200/threads:1", without what is 0.
inline std::string name_of(const std::string& stage, ModelKey key, std::uint64_t threads) {
  std::string name = stage;
  if (key.facets > 0) name += "/facets:" + std::to_string(key.facets);
  if (key.layers > 0) name += "/layers:" + std::to_string(key.layers);
  return threads > 0 ? name + "/threads:" + std::to_string(threads) : name;
}

/// Registers `body(state)`; times are of the whole process, all threads.
template <class Body>
void add(const std::string& name, Body body) {
  benchmark::RegisterBenchmark(name.c_str(), body)
      ->MeasureProcessCPUTime()
      ->UseRealTime()
      ->Unit(benchmark::kMillisecond);
}

/// The models of which layers are counted have this many facets.
inline constexpr std::uint64_t kFacetsOfLayered = 100'000;

/// Calls visit(key, threads) for every size that is chosen.
template <class Visit>
void for_each_facets(const Choice& choice, Visit&& visit) {
  for (const std::uint64_t facets : choice.facets) {
    for (const std::uint64_t threads : choice.threads) visit(ModelKey{facets, 0}, threads);
  }
}
template <class Visit>
void for_each_layers(const Choice& choice, Visit&& visit) {
  for (const std::uint64_t layers : choice.layers) {
    for (const std::uint64_t threads : choice.threads) {
      visit(ModelKey{kFacetsOfLayered, layers}, threads);
    }
  }
}

inline costengine::ContextOptions on_threads(std::uint64_t threads) {
  costengine::ContextOptions options;
  options.threads = static_cast<unsigned>(threads);
  return options;
}

/// Counters that Google Benchmark divides by the time.
inline void count(benchmark::State& state, const char* what, std::uint64_t of_one_iteration) {
  state.counters[what] = benchmark::Counter(static_cast<double>(of_one_iteration),
                                            benchmark::Counter::kIsIterationInvariantRate);
}

}  // namespace bench
