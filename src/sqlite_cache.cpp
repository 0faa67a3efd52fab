// The cache in one SQLite file.

#include "costengine/run/sqlite_cache.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <mutex>
#include <utility>
#include <vector>

#include "sqlite_file.hpp"

namespace costengine {
namespace detail {
namespace {

constexpr std::uint64_t kUseNoted_s = 3600;  ///< how often it is noted that an entry is in use
constexpr int kEvictedAtOnce = 32;           ///< entries; others may write in between

std::int64_t now_s() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::uint64_t age_of(std::int64_t stored_s) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, now_s() - stored_s));
}

/// The connection that finds. It cannot write, so that a run that only finds costs least.
struct Reader {
  std::mutex mutex;
  Database database;
  Statement find;
};

/// The connection that stores; made when it is first needed.
struct Writer {
  std::mutex mutex;
  Database database;
  Statement begin, commit, rollback, put, note_use, pages, free_pages, evict;
  bool open = false;
};

}  // namespace
}  // namespace detail

class SqliteCache::Impl {
 public:
  Impl(std::string path, const CacheOptions& options) : path_(std::move(path)), options_(options) {}

  /// An SQLite code; SQLITE_OK if entries can be found.
  int open() {
    read_only_ = false;
    int code = detail::connect(reader_.database, path_, SQLITE_OPEN_READONLY, options_.max_wait_ms);
    if (code == SQLITE_OK) code = prepare_reader();
    if (code == SQLITE_OK || detail::means_damage(code)) return code;
    // The folder may not be written to, not even for the files beside.
    read_only_ = true;
    code = detail::connect_immutable(reader_.database, path_);
    return code == SQLITE_OK ? prepare_reader() : code;
  }

  std::optional<CacheEntry> find(CacheTier tier, std::string_view key) {
    CacheEntry entry;
    std::int64_t used_s = 0;
    const int code = look_up(tier, key, entry, used_s);
    if (detail::means_damage(code)) mend();
    if (code != SQLITE_ROW) return std::nullopt;
    if (options_.max_age_s > 0 && entry.age_s > options_.max_age_s) return std::nullopt;
    if (detail::age_of(used_s) >= detail::kUseNoted_s) note_use(tier, key);
    return entry;
  }

  bool store(std::span<const CacheWrite> writes) {
    for (const CacheWrite& write : writes) {
      if (read_only_ || write.value.size() > options_.max_bytes / 4) return false;
    }
    int code = put(writes);
    if (detail::means_damage(code)) {
      mend();
      code = put(writes);
    }
    return code == SQLITE_OK;
  }

  Result<CacheStats> stats() {
    const std::scoped_lock lock(reader_.mutex);
    detail::Statement all(reader_.database.handle(),
                          "SELECT tier, count(*), sum(length(value)), min(stored), max(stored) "
                          "FROM entries GROUP BY tier");
    CacheStats stats;
    int code = all.step();
    for (; code == SQLITE_ROW; code = all.step()) {
      const std::int64_t tier = all.number(0);
      if (tier < 0 || tier >= static_cast<std::int64_t>(stats.tiers.size())) continue;
      stats.tiers[static_cast<std::size_t>(tier)] = {static_cast<std::uint64_t>(all.number(1)),
                                                     static_cast<std::uint64_t>(all.number(2))};
      const std::uint64_t oldest = detail::age_of(all.number(3));
      const std::uint64_t newest = detail::age_of(all.number(4));
      stats.oldest_s = std::max(stats.oldest_s.value_or(0), oldest);
      stats.newest_s = std::min(stats.newest_s.value_or(newest), newest);
    }
    if (code != SQLITE_DONE) return detail::sqlite_error(path_, reader_.database);
    stats.file_bytes = detail::file_bytes(path_) + detail::file_bytes(path_ + "-wal");
    return stats;
  }

  Result<CacheCheck> verify() {
    const std::scoped_lock lock(reader_.mutex);
    CacheCheck check;
    check.structure_sound = detail::is_sound(reader_.database);
    const int code = each_entry(reader_.database, [&check](std::int64_t, bool whole, std::int64_t) {
      ++check.entries;
      check.damaged += whole ? 0 : 1;
    });
    if (code != SQLITE_DONE) {
      if (!detail::means_damage(code)) return detail::sqlite_error(path_, reader_.database);
      check.structure_sound = false;
    }
    return check;
  }

  Result<std::uint64_t> prune() {
    const std::scoped_lock lock(writer_.mutex);
    if (open_writer() != SQLITE_OK) return detail::sqlite_error(path_, writer_.database);
    detail::Database& database = writer_.database;
    std::vector<std::int64_t> bad;
    int code = each_entry(database, [&](std::int64_t id, bool whole, std::int64_t stored_s) {
      const bool old = options_.max_age_s > 0 && detail::age_of(stored_s) > options_.max_age_s;
      if (!whole || old) bad.push_back(id);
    });
    std::uint64_t removed = 0;
    if (code == SQLITE_DONE) {
      detail::Statement remove(database.handle(), "DELETE FROM entries WHERE id = ?1");
      for (const std::int64_t id : bad) {
        code = remove.bind(1, id).step();
        remove.reset();
        if (code != SQLITE_DONE) break;
        removed += static_cast<std::uint64_t>(sqlite3_changes(database.handle()));
      }
    }
    if (code == SQLITE_DONE && used_bytes() > options_.max_bytes) code = evict(1.0, removed);
    if (code == SQLITE_DONE) code = database.run("PRAGMA incremental_vacuum");
    if (code == SQLITE_OK) code = database.run("PRAGMA wal_checkpoint(TRUNCATE)");
    if (code != SQLITE_OK) return detail::sqlite_error(path_, database);
    return removed;
  }

  /// Empties the store if its structure is damaged, and connects anew.
  int mend() {
    if (options_.examine || read_only_ || mended_.fetch_add(1) >= kMostMends) return SQLITE_CORRUPT;
    const std::scoped_lock lock(reader_.mutex, writer_.mutex);
    detach_writer();
    detach_reader();
    if (const int code = detail::mend_file(path_, options_.max_wait_ms); code != SQLITE_OK) {
      return code;
    }
    return open();
  }

 private:
  /// Of one object: a disk that fails again and again is not worth the work.
  static constexpr int kMostMends = 4;

  int prepare_reader() {
    reader_.find = detail::Statement(reader_.database.handle(),
                                     "SELECT value, stored, used, sum FROM entries "
                                     "WHERE tier = ?1 AND key = ?2");
    return reader_.find.code();
  }

  void detach_reader() {
    reader_.find = {};
    reader_.database.close();
  }

  void detach_writer() {
    for (detail::Statement* statement :
         {&writer_.begin, &writer_.commit, &writer_.rollback, &writer_.put, &writer_.note_use,
          &writer_.pages, &writer_.free_pages, &writer_.evict}) {
      *statement = {};
    }
    writer_.database.close();
    writer_.open = false;
  }

  /// With the writer's mutex held.
  int open_writer() {
    if (writer_.open) return SQLITE_OK;
    detail::Database& database = writer_.database;
    const int code = detail::connect(database, path_, SQLITE_OPEN_READWRITE, options_.max_wait_ms);
    if (code != SQLITE_OK) return code;
    if (sqlite3_db_readonly(database.handle(), "main") == 1) return SQLITE_READONLY;
    const auto prepare = [&](detail::Statement& statement, const char* sql) {
      statement = detail::Statement(database.handle(), sql);
      return statement.code();
    };
    for (const auto& [statement, sql] :
         std::initializer_list<std::pair<detail::Statement*, const char*>>{
             {&writer_.begin, "BEGIN IMMEDIATE"},
             {&writer_.commit, "COMMIT"},
             {&writer_.rollback, "ROLLBACK"},
             {&writer_.put,
              "INSERT INTO entries (tier, key, value, stored, used, sum) "
              "VALUES (?1, ?2, ?3, ?4, ?4, ?5) ON CONFLICT (tier, key) DO UPDATE SET "
              "value = excluded.value, stored = excluded.stored, used = excluded.used, "
              "sum = excluded.sum"},
             {&writer_.note_use, "UPDATE entries SET used = ?3 WHERE tier = ?1 AND key = ?2"},
             {&writer_.pages, "PRAGMA page_count"},
             {&writer_.free_pages, "PRAGMA freelist_count"},
             {&writer_.evict,
              "DELETE FROM entries WHERE id IN (SELECT id FROM entries ORDER BY used LIMIT ?1)"}}) {
      if (const int failed = prepare(*statement, sql); failed != SQLITE_OK) {
        detach_writer();
        return failed;
      }
    }
    page_bytes_ = static_cast<std::uint64_t>(database.number("PRAGMA page_size", 4096));
    writer_.open = true;
    return SQLITE_OK;
  }

  int look_up(CacheTier tier, std::string_view key, CacheEntry& entry, std::int64_t& used_s) {
    const std::scoped_lock lock(reader_.mutex);
    detail::InUse find(reader_.find);
    find->bind(1, static_cast<int>(tier)).bind_text(2, key);
    const int code = find->step();
    if (code != SQLITE_ROW) return code;
    const std::string_view value = find->bytes(0);
    const std::int64_t stored_s = find->number(1);
    used_s = find->number(2);
    if (find->bytes(3) != detail::entry_sum(tier, key, stored_s, value)) return SQLITE_DONE;
    entry = {std::string(value), detail::age_of(stored_s)};
    return code;
  }

  /// Not worth waiting for.
  void note_use(CacheTier tier, std::string_view key) {
    const std::unique_lock lock(writer_.mutex, std::try_to_lock);
    if (read_only_ || !lock.owns_lock() || open_writer() != SQLITE_OK) return;
    sqlite3_busy_timeout(writer_.database.handle(), 0);
    {
      detail::InUse note(writer_.note_use);
      note->bind(1, static_cast<int>(tier)).bind_text(2, key).bind(3, detail::now_s()).step();
    }
    sqlite3_busy_timeout(writer_.database.handle(), static_cast<int>(options_.max_wait_ms));
  }

  /// SQLITE_OK, or an error and nothing is stored.
  int put(std::span<const CacheWrite> writes) {
    const std::scoped_lock lock(writer_.mutex);
    if (const int code = open_writer(); code != SQLITE_OK) return code;
    detail::Transaction transaction(writer_.begin, writer_.commit, writer_.rollback);
    for (const CacheWrite& write : writes) {
      if (transaction.failed()) break;
      if (const int code = put(write); code != SQLITE_DONE) transaction.fail(code);
    }
    const int code = transaction.end();
    if (code != SQLITE_OK || used_bytes() <= options_.max_bytes) return code;
    std::uint64_t removed = 0;
    evict(0.9, removed);
    return SQLITE_OK;
  }

  int put(const CacheWrite& write) {
    const std::int64_t stored_s = detail::now_s();
    const std::string sum = detail::entry_sum(write.tier, write.key, stored_s, write.value);
    detail::InUse put(writer_.put);
    put->bind(1, static_cast<int>(write.tier)).bind_text(2, write.key).bind_bytes(3, write.value);
    return put->bind(4, stored_s).bind_text(5, sum).step();
  }

  /// With the writer's mutex held.
  std::uint64_t used_bytes() {
    const auto number = [](detail::Statement& statement) {
      detail::InUse in_use(statement);
      return in_use->step() == SQLITE_ROW ? static_cast<std::uint64_t>(in_use->number(0)) : 0;
    };
    const std::uint64_t pages = number(writer_.pages), unused = number(writer_.free_pages);
    return (pages - std::min(pages, unused)) * page_bytes_;
  }

  /// Until no more than `share` of the allowed bytes is used. SQLITE_DONE, or an error.
  int evict(double share, std::uint64_t& removed) {
    const auto most = static_cast<std::uint64_t>(share * static_cast<double>(options_.max_bytes));
    while (used_bytes() > most) {
      detail::InUse evict(writer_.evict);
      if (const int code = evict->bind(1, detail::kEvictedAtOnce).step(); code != SQLITE_DONE) {
        return code;
      }
      const int gone = sqlite3_changes(writer_.database.handle());
      if (gone == 0) break;
      removed += static_cast<std::uint64_t>(gone);
    }
    return SQLITE_DONE;
  }

  /// Calls visit(id, whether its checksum is right, when it was stored) for all. SQLITE_DONE, or an
  /// error.
  template <class Visit>
  static int each_entry(detail::Database& database, const Visit& visit) {
    detail::Statement all(database.handle(),
                          "SELECT id, tier, key, value, stored, sum FROM entries");
    int code = all.step();
    for (; code == SQLITE_ROW; code = all.step()) {
      const auto tier = static_cast<CacheTier>(all.number(1));
      const std::string sum = detail::entry_sum(tier, all.bytes(2), all.number(4), all.bytes(3));
      visit(all.number(0), sum == all.bytes(5), all.number(4));
    }
    return code;
  }

  std::string path_;
  CacheOptions options_;
  std::atomic<bool> read_only_{false};
  std::atomic<int> mended_{0};
  std::uint64_t page_bytes_ = 4096;
  detail::Writer writer_;  // closed last: it takes over what stands in FILE-wal
  detail::Reader reader_;
};

SqliteCache::SqliteCache(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SqliteCache::~SqliteCache() = default;

std::optional<CacheEntry> SqliteCache::find(CacheTier tier, std::string_view key) try {
  return impl_->find(tier, key);
} catch (const std::bad_alloc&) {
  return std::nullopt;
}

bool SqliteCache::store(CacheTier tier, std::string_view key, std::string_view value) {
  const CacheWrite write{tier, key, value};
  return store_all({&write, 1});
}

bool SqliteCache::store_all(std::span<const CacheWrite> writes) try {
  return impl_->store(writes);
} catch (const std::bad_alloc&) {
  return false;
}

Result<CacheStats> SqliteCache::stats() {
  return impl_->stats();
}
Result<CacheCheck> SqliteCache::verify() {
  return impl_->verify();
}
Result<std::uint64_t> SqliteCache::prune() {
  return impl_->prune();
}

Result<std::unique_ptr<SqliteCache>> open_cache(const std::string& path,
                                                const CacheOptions& options) {
  detail::Database recognised;
  COSTENGINE_CHECK(detail::prepare_file(path, options.examine, options.max_wait_ms, recognised));
  auto impl = std::make_unique<SqliteCache::Impl>(path, options);
  int code = impl->open();
  recognised.close();
  if (detail::means_damage(code)) code = impl->mend();
  if (code != SQLITE_OK) return detail::sqlite_error(path, code);
  return std::unique_ptr<SqliteCache>(new SqliteCache(std::move(impl)));
}

Status clear_cache(const std::string& path) {
  constexpr unsigned kWait_ms = 5000;
  {
    detail::Database recognised;
    COSTENGINE_CHECK(detail::check_ours(path, true, kWait_ms, recognised));
  }
  const int code = detail::empty_file(path, kWait_ms);
  if (code != SQLITE_OK) return detail::sqlite_error(path, code);
  return Ok{};
}

}  // namespace costengine
