#include "cache/cache_option.hpp"

#include "command_line/command_parser.hpp"

namespace costengine::cli {
namespace {

constexpr std::uint64_t kMostMib = 1'000'000, kMostDays = 100'000;

}  // namespace

void add_cache_options(CLI::App* app, CacheWords& words) {
  add_value(app, "--cache", words.path, "PATH|off",
            "Keep and use answers in this file; default off");
  add_value(app, "--cache-mib", words.mib, "N", "Most that the cache takes; default 256");
  add_value(app, "--cache-days", words.days, "N", "Use no older answers; default: any age");
}

CacheChoice finish(const CacheWords& words) {
  CacheChoice choice;
  choice.options = cache_bounds("--cache-mib", words.mib, "--cache-days", words.days);
  if (words.path != "off") choice.path = words.path;
  return choice;
}

CacheOptions cache_bounds(const std::string& mib_option, const std::string& mib,
                          const std::string& days_option, const std::string& days) {
  CacheOptions options;
  if (!mib.empty()) options.max_bytes = whole_number(mib_option, mib, kMostMib) << 20;
  if (!days.empty()) options.max_age_s = whole_number(days_option, days, kMostDays) * 86400;
  return options;
}

}  // namespace costengine::cli
