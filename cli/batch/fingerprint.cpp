#include "fingerprint.hpp"

#include <map>

#include "costengine/base/config.hpp"
#include "costengine/report/printable.hpp"
#include "costengine/run/keys.hpp"

namespace costengine::cli {
namespace {

std::map<std::string, std::string> lines_of(std::string_view fingerprint) {
  std::map<std::string, std::string> lines;
  while (!fingerprint.empty()) {
    const std::string_view line = fingerprint.substr(0, fingerprint.find('\n'));
    fingerprint.remove_prefix(std::min(line.size() + 1, fingerprint.size()));
    lines[std::string(line.substr(0, line.find(' ')))] = line;
  }
  return lines;
}

}  // namespace

std::string job_fingerprint(const Job& job) {
  std::string text;
  const auto add = [&text](std::string_view name, const std::string& value) {
    text += std::string(name) + ' ' + printable(value) + '\n';
  };
  add("engine", std::string(COSTENGINE_VERSION) + ' ' + std::to_string(kAnswerRevision));
  add("profile", job.profile.hash + ' ' + job.profile.name + ' ' + job.profile.source);
  add("material", job.profile.material.name);
  add("prices", job.prices.hash + ' ' + job.prices.name + ' ' + job.prices.source);
  add("--quantity", std::to_string(job.options.quantity));
  add("--unit", std::to_string(job.options.load.unit_mm));
  add("--force", job.options.force ? "yes" : "no");
  add("--time-limit", std::to_string(job.time_limit_s));
  add("--memory-limit", std::to_string(job.memory_limit_mb));
  add("format", job.csv ? "csv" : "json");
  return text;
}

std::string differences(std::string_view a, std::string_view b) {
  auto lines = lines_of(a);
  const auto others = lines_of(b);
  lines.insert(others.begin(), others.end());  // names that only b has
  const auto mine = lines_of(a);
  std::string names;
  for (const auto& [name, line] : lines) {
    const auto in_a = mine.find(name);
    const auto in_b = others.find(name);
    const bool same = in_a != mine.end() && in_b != others.end() && in_a->second == in_b->second;
    if (!same) names += (names.empty() ? "" : ", ") + name;
  }
  return names;
}

}  // namespace costengine::cli
