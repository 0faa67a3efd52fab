/// SqliteCache: the cache in one SQLite file, shared by any number of threads and processes.
///
/// Every entry has a checksum over its tier, key, time and value: what is damaged is not found. A
/// file whose structure is damaged is emptied and used again. What cannot be written (a read-only
/// file or folder, a full disk, another process that writes for too long) is not stored. A file
/// that is no cache is never changed.
///
/// Nothing waits for the disk: after a power failure the latest entries, or all, may be lost.
/// Beside the file stand FILE-wal and FILE-shm while it is in use.
///
/// Compiled library only: costengine::header_only has no SQLite. Do not carry a SqliteCache across
/// fork().
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "costengine/base/error.hpp"
#include "costengine/run/cache.hpp"

namespace costengine {

struct CacheOptions {
  /// Most that the file takes; when it is reached, a tenth of it is freed, what was not used for
  /// longest first. That an entry was used is noted at most once an hour.
  std::uint64_t max_bytes = std::uint64_t{256} << 20;
  std::uint64_t max_age_s = 0;  ///< older entries are not found; 0: no bound
  unsigned max_wait_ms = 2000;  ///< for another process that writes
  bool examine = false;         ///< neither make a file that is missing nor mend a damaged one
};

struct CacheStats {
  struct Tier {
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0;  ///< of their values
  };
  std::array<Tier, 3> tiers{};  ///< in the order of CacheTier
  std::uint64_t file_bytes = 0;
  std::optional<std::uint64_t> oldest_s, newest_s;  ///< ages of entries; empty without entries
};

struct CacheCheck {
  std::uint64_t entries = 0;
  std::uint64_t damaged = 0;     ///< entries whose checksum is wrong
  bool structure_sound = false;  ///< of the file around the entries
  [[nodiscard]] bool sound() const { return structure_sound && damaged == 0; }
};

class SqliteCache final : public Cache {
 public:
  ~SqliteCache() override;
  SqliteCache(const SqliteCache&) = delete;
  SqliteCache& operator=(const SqliteCache&) = delete;

  [[nodiscard]] std::optional<CacheEntry> find(CacheTier tier, std::string_view key) override;
  bool store(CacheTier tier, std::string_view key, std::string_view value) override;
  /// In one transaction: all or none.
  bool store_all(std::span<const CacheWrite> writes) override;

  // Errors of these: kReadFailed with what SQLite says.

  [[nodiscard]] Result<CacheStats> stats();
  /// Reads every entry.
  [[nodiscard]] Result<CacheCheck> verify();
  /// Removes entries that are damaged, that are older than CacheOptions::max_age_s, and, what was
  /// not used for longest first, those beyond CacheOptions::max_bytes; makes the file smaller.
  /// Answers with how many were removed.
  Result<std::uint64_t> prune();

 private:
  class Impl;
  explicit SqliteCache(std::unique_ptr<Impl> impl);
  friend Result<std::unique_ptr<SqliteCache>> open_cache(const std::string& path,
                                                         const CacheOptions& options);
  std::unique_ptr<Impl> impl_;
};

/// Opens a cache, or makes one where there is no file or an empty one. A file that may be read but
/// not written answers and stores nothing.
/// Errors, all of which leave the file as it is: kFileNotFound (no such folder, no permission; with
/// CacheOptions::examine no such file), kNotRegularFile, kInvalidArgument (not a cache, or one of
/// another version), kReadFailed (cannot be made or read). Whoever only wants answers goes on
/// without a cache.
Result<std::unique_ptr<SqliteCache>> open_cache(const std::string& path,
                                                const CacheOptions& options = {});

/// Removes all entries, also of a damaged cache or one of another version. Others may go on using
/// it. Errors: as open_cache() with CacheOptions::examine.
Status clear_cache(const std::string& path);

}  // namespace costengine
