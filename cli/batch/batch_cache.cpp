#include "batch_cache.hpp"

#include <cstdlib>
#include <filesystem>
#include <utility>

namespace costengine::cli {

std::string users_cache_path() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  std::string folder;
  if (cache != nullptr && cache[0] == '/') {
    folder = cache;
  } else if (home != nullptr && home[0] == '/') {
    folder = std::string(home) + "/.cache";
  } else {
    return {};
  }
  folder += "/costengine";
  std::error_code error;  // if there is no folder, opening the cache says so
  std::filesystem::create_directories(folder, error);
  return folder + "/cache.sqlite3";
}

std::unique_ptr<Cache> open_batch_cache(const CacheChoice& choice) {
  if (choice.path.empty()) return nullptr;
  auto opened = open_cache(choice.path, choice.options);
  if (!opened.ok()) return nullptr;
  return std::move(opened).value();
}

}  // namespace costengine::cli
