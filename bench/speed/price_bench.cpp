// From what the machine does to an answer on paper: the same work for every model.
#include "costengine/price/price.hpp"
#include "costengine/report/json.hpp"
#include "register.hpp"

namespace bench {
namespace {

constexpr ModelKey kModel{10'000, 0};

void price_production(benchmark::State& state) {
  const Stages& stages = stages_of(kModel);
  const costengine::PricingInputs inputs{stages.profile.material.name, stages.profile.machine.name,
                                         stages.profile.machine.power_w, 1, 0};
  for ([[maybe_unused]] const auto once : state) {
    benchmark::DoNotOptimize(costengine::price(stages.production, stages.measurements, inputs,
                                               costengine::example_price_sheet())
                                 .value());
  }
}

void write_json(benchmark::State& state) {
  const Stages& stages = stages_of(kModel);
  std::uint64_t bytes = 0;
  for ([[maybe_unused]] const auto once : state) {
    const std::string text =
        costengine::estimate_json("model.stl", stages.estimate, stages.profile);
    bytes = text.size();
  }
  count(state, "bytes", bytes);
}

void read_profile(benchmark::State& state) {
  for ([[maybe_unused]] const auto once : state) benchmark::DoNotOptimize(profile_of({}));
}

}  // namespace

void register_price(const Choice&) {
  add("profile", read_profile);
  add("price", price_production);
  add("report/json", write_json);
}

}  // namespace bench
