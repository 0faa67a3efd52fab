// The file of a cache: made, recognised, emptied.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "costengine/base/error.hpp"
#include "costengine/run/cache.hpp"
#include "sqlite_database.hpp"

namespace costengine::detail {

/// Makes the cache if there is none at `path`, unless it is only to be examined; fails for
/// everything else that is not a cache of this version. `database` is then open on it: a second
/// connection is made faster beside a first.
Status prepare_file(const std::string& path, bool examine, unsigned wait_ms, Database& database);

/// Whether the file is a cache; of this version, or of any.
Status check_ours(const std::string& path, bool any_version, unsigned wait_ms, Database& database);

/// Opens a cache. The codes of these are SQLite's.
int connect(Database& database, const std::string& path, int flags, unsigned wait_ms);
/// The same for a file beside which nothing can be written.
int connect_immutable(Database& database, const std::string& path);

bool is_sound(Database& database);

/// Empties a cache whose structure is damaged; leaves a sound one.
int mend_file(const std::string& path, unsigned wait_ms);
int empty_file(const std::string& path, unsigned wait_ms);

/// 0 where there is no file.
std::uint64_t file_bytes(const std::string& path);

/// The checksum of an entry, as text.
std::string entry_sum(CacheTier tier, std::string_view key, std::int64_t stored_s,
                      std::string_view value);

Error sqlite_error(const std::string& path, const Database& database);
Error sqlite_error(const std::string& path, int code);

}  // namespace costengine::detail
