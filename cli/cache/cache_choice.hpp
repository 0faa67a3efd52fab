/// --cache: which cache a run uses.
#pragma once

#include <memory>
#include <string>

#include "costengine/run/sqlite_cache.hpp"

namespace costengine::cli {

struct CacheChoice {
  std::string path;  ///< empty: none
  CacheOptions options{};
};

/// The chosen cache, or nothing: none is wanted, or it cannot be used. Then it says why on standard
/// error, and the run goes on without.
std::unique_ptr<Cache> open_chosen(const CacheChoice& choice);

}  // namespace costengine::cli
