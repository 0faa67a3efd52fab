/// A cache in memory, for tests.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "costengine/run/cache.hpp"

namespace costengine::test {

class MapCache final : public Cache {
 public:
  std::optional<CacheEntry> find(CacheTier tier, std::string_view key) override {
    const auto found = entries.find({tier, std::string(key)});
    if (found == entries.end()) return std::nullopt;
    return CacheEntry{found->second, age_s};
  }
  bool store(CacheTier tier, std::string_view key, std::string_view value) override {
    entries[{tier, std::string(key)}] = value;
    return true;
  }
  [[nodiscard]] std::size_t count(CacheTier tier) const {
    std::size_t count = 0;
    for (const auto& entry : entries) count += entry.first.first == tier ? 1 : 0;
    return count;
  }

  std::map<std::pair<CacheTier, std::string>, std::string> entries;
  std::uint64_t age_s = 0;
};

}  // namespace costengine::test
