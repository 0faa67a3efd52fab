#include "sqlite_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "costengine/base/byte_source.hpp"
#include "costengine/detail/base/pack.hpp"

namespace costengine::detail {
namespace {

/// In the file's header: that it is ours, and which version of the table it has.
constexpr std::int64_t kApplication = 0x63657163;  // "ceqc"
constexpr std::int64_t kVersion = 1;

constexpr const char* kMakeTable =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE IF NOT EXISTS entries (id INTEGER PRIMARY KEY, tier INTEGER NOT NULL,"
    " key TEXT NOT NULL, value BLOB NOT NULL, stored INTEGER NOT NULL, used INTEGER NOT NULL,"
    " sum TEXT NOT NULL, UNIQUE (tier, key));"
    "CREATE INDEX IF NOT EXISTS entries_by_use ON entries (used);"
    "PRAGMA application_id = 0x63657163;"
    "PRAGMA user_version = 1;"
    "COMMIT";

Error cache_error(ErrorCode code, const std::string& path, const std::string& what) {
  return Error{code, Stage::kOptions, "cache " + path + ": " + what, {}, {}};
}

int make_in(const std::string& path, int flags, unsigned wait_ms) {
  Database database;
  int code = database.open(path, SQLITE_OPEN_READWRITE | flags);
  if (code != SQLITE_OK) return code;
  sqlite3_busy_timeout(database.handle(), static_cast<int>(wait_ms));
  for (const char* sql : {"PRAGMA synchronous = OFF", "PRAGMA auto_vacuum = INCREMENTAL",
                          kMakeTable, "PRAGMA journal_mode = WAL"}) {
    code = database.run(sql);
    if (code != SQLITE_OK) return code;
  }
  return SQLITE_OK;
}

/// Makes a cache beside and gives it its name when it is whole, so that nobody meets half of one.
Status make_file(const std::string& path, unsigned wait_ms) {
  static std::atomic<unsigned> counter{0};
  const std::string fresh =
      path + ".new-" + std::to_string(::getpid()) + "-" + std::to_string(counter.fetch_add(1));
  const int code = make_in(fresh, SQLITE_OPEN_CREATE, wait_ms);
  int why = 0;
  if (code == SQLITE_OK && ::link(fresh.c_str(), path.c_str()) != 0 && errno != EEXIST) {
    why = errno;  // a file system without hard links
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) {
      why = ::rename(fresh.c_str(), path.c_str()) == 0 ? 0 : errno;
    }
  }
  ::unlink(fresh.c_str());
  if (code != SQLITE_OK) {
    struct stat info {};
    const std::string folder = path.substr(0, path.rfind('/') + 1);
    const bool no_folder = ::stat(folder.empty() ? "." : folder.c_str(), &info) != 0;
    return cache_error(no_folder ? ErrorCode::kFileNotFound : ErrorCode::kReadFailed, path,
                       no_folder ? "there is no such folder"
                                 : std::string("cannot be made: ") + sqlite3_errstr(code));
  }
  if (why != 0) {
    return cache_error(ErrorCode::kReadFailed, path,
                       std::string("cannot be made: ") + std::strerror(why));
  }
  return Ok{};
}

}  // namespace

Status check_ours(const std::string& path, bool any_version, unsigned wait_ms, Database& database) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    return cache_error(ErrorCode::kFileNotFound, path, std::strerror(errno));
  }
  if (!S_ISREG(info.st_mode)) {
    return cache_error(ErrorCode::kNotRegularFile, path, "is not a file; name one");
  }
  // Through SQLite, not by reading the header: closing a descriptor of a file drops the locks that
  // the process has on it.
  constexpr const char* kAsk = "PRAGMA application_id";
  int code = database.open(path, SQLITE_OPEN_READONLY);
  if (code == SQLITE_OK) sqlite3_busy_timeout(database.handle(), static_cast<int>(wait_ms));
  if (code == SQLITE_OK) code = database.run(kAsk);
  if (code != SQLITE_OK && (code & 255) != SQLITE_NOTADB) {
    code = connect_immutable(database, path);
    if (code == SQLITE_OK) code = database.run(kAsk);
  }
  if ((code & 255) == SQLITE_NOTADB ||
      (code == SQLITE_OK && database.number(kAsk, 0) != kApplication)) {
    return cache_error(ErrorCode::kInvalidArgument, path,
                       "is not a cache, and was left as it is; name another file");
  }
  if (code != SQLITE_OK) return sqlite_error(path, code);
  if (!any_version && database.number("PRAGMA user_version", 0) != kVersion) {
    return cache_error(ErrorCode::kInvalidArgument, path,
                       "is of another version of costengine; clear it or name another file");
  }
  return Ok{};
}

Status prepare_file(const std::string& path, bool examine, unsigned wait_ms, Database& database) {
  struct stat info {};
  const bool missing = ::stat(path.c_str(), &info) != 0;
  if (path.empty()) return cache_error(ErrorCode::kFileNotFound, path, "needs a name");
  if (missing && errno != ENOENT) {
    return cache_error(ErrorCode::kFileNotFound, path, std::strerror(errno));
  }
  if (!examine && missing) {
    COSTENGINE_CHECK(make_file(path, wait_ms));
  } else if (!examine && S_ISREG(info.st_mode) && info.st_size == 0) {
    if (const int code = make_in(path, 0, wait_ms); code != SQLITE_OK) {
      return sqlite_error(path, code);
    }
  }
  return check_ours(path, false, wait_ms, database);
}

int connect(Database& database, const std::string& path, int flags, unsigned wait_ms) {
  int code = database.open(path, flags);
  if (code != SQLITE_OK) return code;
  sqlite3_busy_timeout(database.handle(), static_cast<int>(wait_ms));
  sqlite3_db_config(database.handle(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  // Nothing in the file is trusted, and a lost entry is worth less than the wait for a disk.
  return database.run(
      "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA synchronous = OFF;"
      "PRAGMA journal_size_limit = 4194304");
}

int connect_immutable(Database& database, const std::string& path) {
  std::string uri = "file:";
  for (const char c : path) {
    char escaped[4] = {c, 0, 0, 0};
    if (std::strchr("%?#", c) != nullptr) {
      std::snprintf(escaped, sizeof escaped, "%%%02X", static_cast<unsigned>(c) & 255U);
    }
    uri += escaped;
  }
  const int code = database.open(uri + "?immutable=1", SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
  if (code != SQLITE_OK) return code;
  return database.run("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON");
}

bool is_sound(Database& database) {
  Statement check(database.handle(), "PRAGMA quick_check(1)");
  return check.step() == SQLITE_ROW && check.bytes(0) == "ok" && check.step() == SQLITE_DONE;
}

int mend_file(const std::string& path, unsigned wait_ms) {
  {
    Database database;
    const int code = connect(database, path, SQLITE_OPEN_READWRITE, wait_ms);
    if (code == SQLITE_OK && is_sound(database) &&
        database.number("SELECT count(*) FROM sqlite_master", 0) >= 2) {
      return SQLITE_OK;
    }
  }
  return empty_file(path, wait_ms);
}

int empty_file(const std::string& path, unsigned wait_ms) {
  Database database;
  int code = database.open(path, SQLITE_OPEN_READWRITE);
  if (code != SQLITE_OK) return code;
  sqlite3_busy_timeout(database.handle(), static_cast<int>(wait_ms));
  // SQLite's way of making a database empty whatever is in it; other processes may have it open.
  sqlite3_db_config(database.handle(), SQLITE_DBCONFIG_RESET_DATABASE, 1, nullptr);
  code = database.run("VACUUM");
  sqlite3_db_config(database.handle(), SQLITE_DBCONFIG_RESET_DATABASE, 0, nullptr);
  if (code != SQLITE_OK) return code;
  for (const char* sql : {"PRAGMA synchronous = OFF", "PRAGMA auto_vacuum = INCREMENTAL", "VACUUM",
                          kMakeTable, "PRAGMA journal_mode = WAL"}) {
    code = database.run(sql);
    if (code != SQLITE_OK) return code;
  }
  return SQLITE_OK;
}

std::uint64_t file_bytes(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

std::string entry_sum(CacheTier tier, std::string_view key, std::int64_t stored_s,
                      std::string_view value) {
  Packer pack;
  pack(tier, key, stored_s, value);
  return sha256_hex(std::string_view(std::move(pack).take()));
}

Error sqlite_error(const std::string& path, const Database& database) {
  return cache_error(ErrorCode::kReadFailed, path, database.message());
}

Error sqlite_error(const std::string& path, int code) {
  return cache_error(ErrorCode::kReadFailed, path, sqlite3_errstr(code));
}

}  // namespace costengine::detail
