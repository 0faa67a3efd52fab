/// costengine cache: what a cache holds, whether it is sound, and making it smaller.

#include <array>
#include <cstdint>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "commands.hpp"
#include "costengine/run/sqlite_cache.hpp"
#include "output.hpp"

namespace costengine::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kTierNames = {"production", "quote", "last"};
constexpr std::array kTierTitles = {"Productions", "Quotes", "Last answers"};

/// "3.2 MiB"
std::string size_text(std::uint64_t bytes) {
  constexpr std::array kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};
  auto size = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; size >= 1024 && unit + 1 < kUnits.size(); ++unit) size /= 1024;
  char text[48];
  std::snprintf(text, sizeof text, "%.*f %s", unit == 0 ? 0 : 1, size, kUnits[unit]);
  return text;
}

/// "3 d 4 h", "12 min"
std::string age_text(std::uint64_t seconds) {
  const std::uint64_t minutes = seconds / 60, hours = minutes / 60, days = hours / 24;
  if (days > 0) return std::to_string(days) + " d " + std::to_string(hours % 24) + " h";
  if (hours > 0) return std::to_string(hours) + " h " + std::to_string(minutes % 60) + " min";
  if (minutes > 0) return std::to_string(minutes) + " min";
  return std::to_string(seconds) + " s";
}

std::string row(const std::string& title, const std::string& text) {
  std::string line = title;
  line.resize(std::max<std::size_t>(16, title.size() + 2), ' ');
  return line + text + "\n";
}

void print_json(const std::string& path, const Json& what) {
  const Json object = {{"schema", 1}, {"path", path}, {"cache", what}};
  print(object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

void show(const CacheStats& stats, const CacheCommand& command) {
  if (command.json) {
    Json object;
    for (std::size_t i = 0; i < stats.tiers.size(); ++i) {
      object[kTierNames[i]] = {{"entries", stats.tiers[i].entries},
                               {"bytes", stats.tiers[i].bytes}};
    }
    object["file_bytes"] = stats.file_bytes;
    object["oldest_s"] = stats.oldest_s ? Json(*stats.oldest_s) : Json();
    object["newest_s"] = stats.newest_s ? Json(*stats.newest_s) : Json();
    return print_json(command.path, object);
  }
  std::string text;
  for (std::size_t i = 0; i < stats.tiers.size(); ++i) {
    text += row(kTierTitles[i], std::to_string(stats.tiers[i].entries) + " (" +
                                    size_text(stats.tiers[i].bytes) + ")");
  }
  text += row("File", size_text(stats.file_bytes));
  if (stats.oldest_s) text += row("Oldest", age_text(*stats.oldest_s));
  if (stats.newest_s) text += row("Newest", age_text(*stats.newest_s));
  print(text);
}

void show(const CacheCheck& check, const CacheCommand& command) {
  if (command.json) {
    return print_json(command.path, {{"entries", check.entries},
                                     {"damaged", check.damaged},
                                     {"structure_sound", check.structure_sound}});
  }
  print(row("Entries", std::to_string(check.entries)) +
        row("Damaged", std::to_string(check.damaged)) +
        row("Structure", check.structure_sound ? "sound" : "damaged: clear the cache"));
}

ExitCode clear(const CacheCommand& command) {
  const Status cleared = clear_cache(command.path);
  if (!cleared.ok()) return fail_before_models(cleared.error(), command.form());
  if (command.json) print_json(command.path, {{"cleared", true}});
  return ExitCode::kPriced;
}

/// Prints what `result` holds, or why there is nothing.
template <class Value>
ExitCode answer(const Result<Value>& result, const CacheCommand& command) {
  if (!result.ok()) return fail_before_models(result.error(), command.form());
  show(result.value(), command);
  return ExitCode::kPriced;
}

}  // namespace

ExitCode run(const CacheCommand& command) {
  if (command.action == CacheCommand::Action::kClear) return clear(command);
  CacheOptions options = command.options;
  options.examine = true;
  auto opened = open_cache(command.path, options);
  if (!opened.ok()) return fail_before_models(opened.error(), command.form());
  SqliteCache& cache = *opened.value();
  if (command.action == CacheCommand::Action::kStats) return answer(cache.stats(), command);
  if (command.action == CacheCommand::Action::kVerify) {
    const Result<CacheCheck> check = cache.verify();
    const ExitCode code = answer(check, command);
    return check.ok() && !check.value().sound() ? ExitCode::kRefused : code;
  }
  const Result<std::uint64_t> removed = cache.prune();
  if (!removed.ok()) return fail_before_models(removed.error(), command.form());
  if (command.json) {
    print_json(command.path, {{"removed", removed.value()}});
  } else {
    print(row("Removed", std::to_string(removed.value())));
  }
  return ExitCode::kPriced;
}

}  // namespace costengine::cli
