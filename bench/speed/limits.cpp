#include "limits.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

namespace bench {
namespace {

/// Where results go, so that no compiler leaves the work out.
std::atomic<std::uint64_t> sink;

void mix(std::uint64_t steps) {
  std::uint64_t x = steps | 1;
  for (std::uint64_t i = 0; i < steps; ++i) {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
  }
  sink.fetch_xor(x, std::memory_order_relaxed);
}

}  // namespace

std::uint64_t read_into_fresh_memory(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat about {};
  if (file < 0 || fstat(file, &about) != 0) throw std::runtime_error(path + " cannot be opened");
  const auto size = static_cast<std::size_t>(about.st_size);
  // malloc() may hand out what another run has touched; the system never does.
  void* const memory =
      mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::runtime_error(path + " is too large for the memory");
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = read(file, static_cast<char*>(memory) + done, size - done);
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  munmap(memory, size);
  close(file);
  if (done != size) throw std::runtime_error(path + " cannot be read");
  return size;
}

void compute(unsigned threads) {
  constexpr std::uint64_t kSteps = 60'000'000;
  std::vector<std::thread> others;
  for (unsigned i = 1; i < threads; ++i) others.emplace_back(mix, kSteps / threads);
  mix(kSteps / threads);
  for (std::thread& other : others) other.join();
}

}  // namespace bench
