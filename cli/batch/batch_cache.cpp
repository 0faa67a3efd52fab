#include "batch_cache.hpp"

#include <cstdlib>

namespace costengine::cli {

std::string batch_cache_path(const std::string& option) {
  if (option == "off") return {};
  if (!option.empty()) return option;
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && cache[0] == '/') {
    return std::string(cache) + "/costengine/cache.sqlite3";
  }
  const char* home = std::getenv("HOME");
  if (home == nullptr || home[0] != '/') return {};
  return std::string(home) + "/.cache/costengine/cache.sqlite3";
}

std::shared_ptr<Cache> open_batch_cache(const std::string& path) {
  (void)path;
  return nullptr;
}

}  // namespace costengine::cli
