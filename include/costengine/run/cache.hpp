/// Cache: what was calculated before. The interface, and the store in one SQLite file.
///
/// Three tiers, because prices change more often than models: what a model takes to produce, what
/// that costs, and which answer to an order was the last. run/calculate.hpp reads and fills them;
/// run/keys.hpp says what their keys are made of.
///
/// Whatever is in doubt (a damaged store, another version's, a full disk, no permission) is a miss
/// or a value not stored, never a wrong answer and never a failed calculation.
///
/// Threads: all functions may be called from any number of threads at once. Processes: any number
/// may share a store.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "costengine/base/error.hpp"

namespace costengine {

enum class CacheTier : std::uint8_t {
  kProduction,  ///< everything up to the Production, by content and settings
  kQuote,       ///< the Quote, by production key, price sheet and order
  kLast,        ///< the last answer to an order whatever the settings, by content and order
};

struct CacheEntry {
  std::string value;
  std::uint64_t age_s = 0;  ///< since it was stored
};

struct CacheWrite {
  CacheTier tier{};
  std::string_view key, value;
};

class Cache {
 public:
  virtual ~Cache() = default;

  /// What was last stored under the key; nothing if there is none, it is too old, or anything about
  /// it is in doubt. Does not throw.
  [[nodiscard]] virtual std::optional<CacheEntry> find(CacheTier tier, std::string_view key) = 0;

  /// Replaces what is under the key. True: any process that opens the store now finds it (until it
  /// is evicted). False: nothing was stored. Does not throw.
  virtual bool store(CacheTier tier, std::string_view key, std::string_view value) = 0;

  /// The same for several, where that is cheaper together. True: all are stored.
  virtual bool store_all(std::span<const CacheWrite> writes) {
    bool all = true;
    for (const CacheWrite& write : writes) all = store(write.tier, write.key, write.value) && all;
    return all;
  }
};

}  // namespace costengine
