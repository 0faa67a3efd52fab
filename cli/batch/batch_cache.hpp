/// The cache of a batch.
#pragma once

#include <memory>
#include <string>

#include "cache/cache_choice.hpp"

namespace costengine::cli {

/// The user's own store: $XDG_CACHE_HOME/costengine/cache.sqlite3, or below ~/.cache; empty if
/// neither is known. Makes its folder.
std::string users_cache_path();

/// The cache for a worker, which says nothing if there is none. Not for use across fork().
std::unique_ptr<Cache> open_batch_cache(const CacheChoice& choice);

}  // namespace costengine::cli
