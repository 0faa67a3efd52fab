// Cooling: the speed limit of a layer that would be printed too quickly.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "costengine/detail/process/roles.hpp"
#include "costengine/motion/planner.hpp"
#include "costengine/profile/profile.hpp"

namespace costengine::detail {

/// Bridges keep their speed, and so does everything that does not print.
inline bool slows_down(std::uint32_t tag) {
  switch (static_cast<Role>(tag)) {
    case Role::kOverhangPerimeter:
    case Role::kBridgeInfill:
    case Role::kTravel:
    case Role::kRetract:
    case Role::kStartEnd:
      return false;
    default:
      return true;
  }
}

inline constexpr std::uint32_t kNoPath = ~std::uint32_t{0};

/// Caps the speeds of a layer's moves so that it takes the material's least layer time, as far as
/// its least print speed allows. Times here are nominal, length over speed, as the slicer's own
/// slowing down reckons; what acceleration adds comes on top.
///
/// Before each path, and before a wipe, there is a command that sets the speed and moves nothing.
/// With `relative_e` the slicer takes the filament of the last move for its length: that of the
/// push after a retraction, mostly, so that many retractions leave less to slow down.
inline void slow_down(std::span<Move> moves, const Material& material, bool relative_e) {
  if (!material.cooling || !(material.min_layer_time_s > 0)) return;
  double fixed_s = 0, adjustable_s = 0;
  struct Line {
    double speed, length;
  };
  std::vector<Line> lines;  // one for each speed
  std::size_t last = 0;     // the one before: moves of one speed follow each other
  const auto add_line = [&](double speed, double length) {
    if (last >= lines.size() || lines[last].speed != speed) {
      last = 0;
      while (last < lines.size() && lines[last].speed != speed) ++last;
      if (last == lines.size()) lines.push_back({speed, 0});
    }
    lines[last].length += length;
  };
  double last_e_mm = 0;
  std::uint32_t path = kNoPath;  // what the last move belongs to
  for (const Move& m : moves) {
    const bool goes = m.x_mm != 0 || m.y_mm != 0 || m.z_mm != 0;
    double length =
        goes ? std::sqrt(m.x_mm * m.x_mm + m.y_mm * m.y_mm + m.z_mm * m.z_mm) : std::fabs(m.e_mm);
    if (relative_e) {
      const std::uint32_t own = goes && m.e_mm != 0 ? m.tag : kNoPath;
      if (own != kNoPath && own != path) length += last_e_mm;
      path = own;
      if (m.e_mm != 0) last_e_mm = std::fabs(m.e_mm);
    }
    if (slows_down(m.tag) && m.speed_mm_per_s > material.min_print_speed_mm_per_s) {
      adjustable_s += length / m.speed_mm_per_s;
      add_line(m.speed_mm_per_s, length);
    } else {
      fixed_s += length / m.speed_mm_per_s;
    }
    if (adjustable_s + fixed_s >= material.min_layer_time_s) return;  // slow enough
  }
  const double wanted = material.min_layer_time_s - fixed_s;
  if (lines.empty()) return;
  // The cap c solves: sum of length / min(speed, c) = wanted. Fastest lines first.
  std::sort(lines.begin(), lines.end(),
            [](const Line& a, const Line& b) { return a.speed > b.speed; });
  double capped_mm = 0, rest_s = adjustable_s, cap = material.min_print_speed_mm_per_s;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    capped_mm += lines[i].length;
    rest_s -= lines[i].length / lines[i].speed;
    const double next = i + 1 < lines.size() ? lines[i + 1].speed : 0;
    const double c = wanted > rest_s ? capped_mm / (wanted - rest_s) : 0;
    if (c >= next) {
      cap = c;
      break;
    }
  }
  cap = std::max(cap, material.min_print_speed_mm_per_s);
  for (Move& m : moves) {
    if (slows_down(m.tag)) m.speed_mm_per_s = std::min(m.speed_mm_per_s, std::max(cap, 0.1));
  }
}

}  // namespace costengine::detail
