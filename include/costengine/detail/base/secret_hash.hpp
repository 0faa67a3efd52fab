// Hashes for tables of what a file holds: whoever made the file must not know which keys collide,
// or a table takes quadratic time. So they differ from run to run; nothing that is told may depend
// on them.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <exception>
#include <random>

namespace costengine::detail {

using HashSecret = std::array<std::uint64_t, 2>;

inline HashSecret draw_hash_secret() noexcept {
  HashSecret secret = {0x9e3779b97f4a7c15ULL, 0xc2b2ae3d27d4eb4fULL};
  try {
    std::random_device device;
    for (std::uint64_t& word : secret) word = std::uint64_t{device()} << 32 | device();
  } catch (const std::exception&) {  // no such device: better than nothing
    const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
    secret[0] ^= static_cast<std::uint64_t>(now) * secret[1];
    secret[1] ^= static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(&secret));
  }
  return secret;
}

/// Drawn once in a process.
inline const HashSecret& hash_secret() noexcept {
  static const HashSecret kSecret = draw_hash_secret();
  return kSecret;
}

/// Of two words: the halves of the product of both, each with its secret.
inline std::uint64_t secret_hash(std::uint64_t a, std::uint64_t b,
                                 const HashSecret& secret) noexcept {
  __extension__ using Product = unsigned __int128;
  const Product product = Product{a ^ secret[0]} * (b ^ secret[1]);
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}
inline std::uint64_t secret_hash(std::uint64_t a, std::uint64_t b, std::uint64_t c,
                                 const HashSecret& secret) noexcept {
  return secret_hash(secret_hash(a, b, secret), c, secret);
}

}  // namespace costengine::detail
