// costengine-peer-read FILE: reads a file into fresh memory and forgets it.
#include <cstdio>
#include <exception>

#include "limits.hpp"

int main(int argc, char** argv) try {
  if (argc != 2) return 3;
  std::printf("%llu\n", static_cast<unsigned long long>(bench::read_into_fresh_memory(argv[1])));
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "costengine-peer-read: %s\n", error.what());
  return 4;
}
