/// Footprints: how much memory the stages up to slicing need, known before they start. The stages
/// compare them with Limits::max_memory_bytes.
///
/// Bounds, not measurements: of sound models (half as many vertices as facets) up to 2.2 times what
/// is used in the end, of soups of loose triangles up to 2.6 times (tests/footprint measures it).
/// What the program itself takes, some 15 MB, is not in them.
#pragma once

#include <cstdint>

namespace costengine {

/// The mesh and what reading it takes on top: bytes, welding, growing arrays.
[[nodiscard]] constexpr std::uint64_t reading_bytes(std::uint64_t facets, std::uint64_t vertices) {
  return 48 * facets + 90 * vertices + 1'300'000;
}

/// The mesh and inspect().
[[nodiscard]] constexpr std::uint64_t inspection_bytes(std::uint64_t facets,
                                                       std::uint64_t vertices) {
  const std::uint64_t closed = 80 * facets, loose = 190 * vertices;
  return (closed > loose ? closed : loose) + 1'500'000;
}

/// The mesh and slice(); `crossings`: how many facets all planes cross together.
[[nodiscard]] constexpr std::uint64_t slicing_bytes(std::uint64_t facets, std::uint64_t vertices,
                                                    std::uint64_t crossings) {
  const std::uint64_t closed = 80 * facets, loose = 120 * vertices;
  return (closed > loose ? closed : loose) + 24 * crossings + 500'000;
}

}  // namespace costengine
