/// The cache of a batch.
#pragma once

#include <memory>
#include <string>

#include "costengine/run/cache.hpp"

namespace costengine::cli {

/// The path of the store that --cache `option` means: "off" gives an empty one, an empty option the
/// user's own, $XDG_CACHE_HOME/costengine/cache.sqlite3 or ~/.cache/costengine/cache.sqlite3.
std::string batch_cache_path(const std::string& option);

/// Null for an empty path.
std::shared_ptr<Cache> open_batch_cache(const std::string& path);

}  // namespace costengine::cli
