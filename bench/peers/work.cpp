// costengine-bench-work FILE THREADS RUNS WORK...: parts of the work on a file, on one thread and
// on THREADS, in turn and RUNS times. Prints the least times, as
// {"WORK":{"1":{"wall_s":0.1,"cpu_s":0.1},"2":{...}},...}.
//
//   read      read() of the file into fresh memory; one thread
//   memcpy    as many bytes from memory to memory; one thread
//   compute   a loop that touches no memory
//   load      the file to a mesh
//   mass      that, and its volume, area and centroid
//   inspect   that and inspection: from the file to measurements
//   estimate  from the file to a price
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>
#include <functional>
#include <limits>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "costengine/costengine.hpp"
#include "limits.hpp"

namespace {

using namespace costengine;

struct Cost {
  double wall_s = std::numeric_limits<double>::infinity(), cpu_s = wall_s;
};

double seconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

class Work {
 public:
  explicit Work(std::string path) : path_(std::move(path)) {}

  /// Throws std::invalid_argument for a name that is none.
  [[nodiscard]] Cost run(std::string_view name, unsigned threads) {
    if (name == "memcpy" && from_.empty()) {
      const auto size = static_cast<std::size_t>(bench::read_into_fresh_memory(path_));
      from_.assign(size, 'x');
      to_.assign(size, 'y');
    }
    const double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    act(name, threads);
    return {seconds(CLOCK_MONOTONIC) - wall, seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu};
  }

 private:
  void act(std::string_view name, unsigned threads) {
    if (name == "read") {
      bench::read_into_fresh_memory(path_);
    } else if (name == "memcpy") {
      std::memcpy(to_.data(), from_.data(), from_.size());
      __asm__ volatile("" : : "r"(to_.data()) : "memory");  // somebody may look at it
    } else if (name == "compute") {
      bench::compute(threads);
    } else {
      ContextOptions options;
      options.threads = threads;
      Context ctx(options);
      calculate(name, *open_file(path_, ctx.limits()).value(), ctx);
    }
  }

  void calculate(std::string_view name, const ByteSource& source, Context& ctx) {
    if (name == "load" || name == "mass") {
      const LoadedMesh loaded = load(source, {}, ctx).value();
      if (name == "load") return;
      (void)mass_properties(loaded.mesh, 0, loaded.mesh.facets.size(), ctx).value();
    } else if (name == "inspect" || name == "estimate") {
      EstimateOptions options;
      options.production = name == "estimate";
      (void)estimate(source, profile_, example_price_sheet(), options, ctx).value();
    } else {
      throw std::invalid_argument("there is no work called " + std::string(name));
    }
  }

  std::string path_;
  std::vector<char> from_, to_;
  Profile profile_ = load_profile({}).value();
};

bool is_parallel(std::string_view name) {
  return name != "read" && name != "memcpy";
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 5) {
    std::fputs("usage: costengine-bench-work FILE THREADS RUNS WORK...\n", stderr);
    return 3;
  }
  const auto threads = static_cast<unsigned>(std::stoul(argv[2]));
  const int runs = std::stoi(argv[3]);
  Work work(argv[1]);
  std::map<std::string, std::map<unsigned, Cost>> least;
  const std::set<unsigned> counts = {1, threads};
  for (int run = 0; run < runs; ++run) {
    for (int i = 4; i < argc; ++i) {
      for (const unsigned n : counts) {
        if (n > 1 && !is_parallel(argv[i])) continue;
        const Cost cost = work.run(argv[i], n);
        Cost& best = least[argv[i]][n];
        best = {std::min(best.wall_s, cost.wall_s), std::min(best.cpu_s, cost.cpu_s)};
      }
    }
  }
  const char* comma = "{";
  for (const auto& [name, by_threads] : least) {
    std::printf("%s\"%s\":", comma, name.c_str());
    const char* inner = "{";
    for (const auto& [n, cost] : by_threads) {
      std::printf("%s\"%u\":{\"wall_s\":%.9g,\"cpu_s\":%.9g}", inner, n, cost.wall_s, cost.cpu_s);
      inner = ",";
    }
    std::printf("}");
    comma = ",\n ";
  }
  std::puts("}");
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "costengine-bench-work: %s\n", error.what());
  return 4;
}
