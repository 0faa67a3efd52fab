#include "choice.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <thread>

namespace bench {
namespace {

std::vector<std::uint64_t> numbers(const std::string& list) {
  std::vector<std::uint64_t> out;
  std::istringstream words(list);
  for (std::string word; std::getline(words, word, ',');) {
    std::size_t end = 0;
    out.push_back(std::stoull(word, &end));
    if (end != word.size()) throw std::invalid_argument(list + " is not a list of numbers");
  }
  return out;
}

bool take_list(const std::string& word, std::string_view name, std::vector<std::uint64_t>& list) {
  if (!word.starts_with(name)) return false;
  list = numbers(word.substr(name.size()));
  return true;
}

}  // namespace

Choice take_choice(std::vector<std::string>& words) {
  Choice choice;
  if (std::erase(words, "--short") > 0) {
    choice = {{20'000, 200'000}, {200}, {1}, true};
    words.insert(words.begin() + 1, "--benchmark_min_time=0.05");
  }
  std::erase_if(words, [&](const std::string& word) {
    return take_list(word, "--facets=", choice.facets) ||
           take_list(word, "--layers=", choice.layers) ||
           take_list(word, "--threads=", choice.threads);
  });
  const std::uint64_t all = std::max(1U, std::thread::hardware_concurrency());
  std::replace(choice.threads.begin(), choice.threads.end(), std::uint64_t{0}, all);
  std::erase_if(choice.threads, [&](std::uint64_t n) { return n > all; });
  std::sort(choice.threads.begin(), choice.threads.end());
  choice.threads.erase(std::unique(choice.threads.begin(), choice.threads.end()),
                       choice.threads.end());
  return choice;
}

}  // namespace bench
