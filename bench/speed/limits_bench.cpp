// The limits, in the same run as what is held against them.
#include "limits.hpp"

#include <cstring>
#include <vector>

#include "register.hpp"

namespace bench {
namespace {

void read_file(benchmark::State& state, ModelKey key) {
  const std::string& path = file_of(key, ".stl");
  std::uint64_t bytes = 0;
  for ([[maybe_unused]] const auto once : state) bytes = read_into_fresh_memory(path);
  count(state, "bytes", bytes);
  count(state, "facets", key.facets);
}

/// As many bytes as the file of the model has, from memory to memory.
void copy_bytes(benchmark::State& state, ModelKey key) {
  const std::size_t size = 84 + 50 * key.facets;
  const std::vector<char> from(size, 'x');
  std::vector<char> to(size, 'y');
  for ([[maybe_unused]] const auto once : state) {
    std::memcpy(to.data(), from.data(), size);
    benchmark::ClobberMemory();
  }
  count(state, "bytes", size);
}

}  // namespace

void register_limits(const Choice& choice) {
  for (const std::uint64_t facets : choice.facets) {
    const ModelKey key{facets, 0};
    add(name_of("limit/read", key, 0), [=](benchmark::State& state) { read_file(state, key); });
    add(name_of("limit/memcpy", key, 0), [=](benchmark::State& state) { copy_bytes(state, key); });
  }
  for (const std::uint64_t threads : choice.threads) {
    add(name_of("limit/compute", {}, threads), [=](benchmark::State& state) {
      for ([[maybe_unused]] const auto once : state) compute(static_cast<unsigned>(threads));
    });
  }
}

}  // namespace bench
