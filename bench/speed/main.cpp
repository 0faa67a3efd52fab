// costengine-bench: what each stage and the whole cost, beside what the machine can do at best.
// Every cache is off. Google Benchmark's own options choose (--benchmark_filter=REGEX) and write
// (--benchmark_out=FILE, JSON).
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "register.hpp"

namespace {

void print_help() {
  benchmark::PrintDefaultHelp();
  std::fputs(bench::kChoiceHelp, stdout);
}

}  // namespace

int main(int argc, char** argv) try {
  std::vector<std::string> words(argv, argv + argc);
  const bench::Choice choice = bench::take_choice(words);
  std::vector<char*> left;
  for (std::string& word : words) left.push_back(word.data());
  int count = static_cast<int>(left.size());
  benchmark::Initialize(&count, left.data(), print_help);
  if (benchmark::ReportUnrecognizedArguments(count, left.data())) return 3;

  bench::register_limits(choice);
  bench::register_load(choice);
  bench::register_mesh(choice);
  bench::register_plan(choice);
  bench::register_price(choice);
  bench::register_whole(choice);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "costengine-bench: %s\n", error.what());
  return 4;
}
