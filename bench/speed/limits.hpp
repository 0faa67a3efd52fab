/// What the machine can do at best: what everything else is compared with.
#pragma once

#include <cstdint>
#include <string>

namespace bench {

/// read()s all of a file into memory fresh from the system; answers its size.
std::uint64_t read_into_fresh_memory(const std::string& path);

/// Work that touches no memory, split evenly over `threads` threads: about 0.1 s on one.
void compute(unsigned threads);

}  // namespace bench
