/// What is to be measured: the sizes and thread counts that the command line asks for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bench {

struct Choice {
  std::vector<std::uint64_t> facets = {1'000, 10'000, 100'000, 1'000'000, 6'400'000};
  std::vector<std::uint64_t> layers = {50, 200, 800, 2'000};
  std::vector<std::uint64_t> threads = {1, 2, 0};  ///< 0: all; a number that is there once counts
  bool is_short = false;
};

/// Takes our own options out of the words of the command line, and adds what --short means for
/// Google Benchmark. Throws std::invalid_argument for a list that is none.
Choice take_choice(std::vector<std::string>& words);

/// Printed below Google Benchmark's own help.
inline constexpr const char* kChoiceHelp =
    "          [--facets=1000,10000,100000,1000000,6400000]\n"
    "          [--layers=50,200,800,2000]\n"
    "          [--threads=1,2,0]  0: all cores\n"
    "          [--short]          what a comparison of revisions runs: 20,000 and 200,000 facets,\n"
    "                             200 layers, one thread, 0.05 s each\n";

}  // namespace bench
