#include "cache/cache_choice.hpp"

#include <utility>

#include "output.hpp"

namespace costengine::cli {

std::unique_ptr<Cache> open_chosen(const CacheChoice& choice) {
  if (choice.path.empty()) return nullptr;
  auto opened = open_cache(choice.path, choice.options);
  if (opened.ok()) return std::move(opened).value();
  complain(opened.error().message + "; going on without a cache");
  return nullptr;
}

}  // namespace costengine::cli
