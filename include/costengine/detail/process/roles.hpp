// What the moves of a filament printer are for.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace costengine::detail {

enum class Role : std::uint32_t {
  kSkirt,
  kExternalPerimeter,
  kPerimeter,
  kOverhangPerimeter,
  kSolidInfill,
  kTopSolidInfill,
  kBridgeInfill,
  kSparseInfill,
  kGapFill,
  kIroning,
  kSupport,
  kSupportInterface,
  kTravel,
  kRetract,
  kStartEnd,
  kCount,
};

inline constexpr std::size_t kRoles = static_cast<std::size_t>(Role::kCount);

inline constexpr std::array<const char*, kRoles> kRoleNames = {
    "skirt and brim", "external perimeter",
    "perimeter",      "overhang perimeter",
    "solid infill",   "top solid infill",
    "bridge",         "sparse infill",
    "gap fill",       "ironing",
    "support",        "support interface",
    "travel",         "retraction",
    "start and end"};

constexpr std::size_t index(Role role) {
  return static_cast<std::size_t>(role);
}

}  // namespace costengine::detail
