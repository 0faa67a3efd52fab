/// The command line's words about a cache.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "cache/cache_choice.hpp"

namespace costengine::cli {

/// What CLI11 parses of a CacheChoice before it is checked.
struct CacheWords {
  std::string path, mib, days;
};

/// --cache, --cache-mib and --cache-days.
void add_cache_options(CLI::App* app, CacheWords& words);

/// What `words` choose. Throws UsageError.
CacheChoice finish(const CacheWords& words);

/// The bounds of a cache: MiB and days, each empty or a whole number. Throws UsageError naming the
/// option.
CacheOptions cache_bounds(const std::string& mib_option, const std::string& mib,
                          const std::string& days_option, const std::string& days);

}  // namespace costengine::cli
