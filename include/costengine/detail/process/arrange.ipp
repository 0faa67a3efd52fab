#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>

#include "costengine/process/arrange.hpp"

namespace costengine {
namespace detail {

/// Sizes are equal up to what single precision of a file's coordinates makes of them.
inline constexpr double kFitTolerance_mm = 1e-3;

/// The skyline of what stands on the plate, seen from the back: packs rectangles into a strip.
class Skyline {
 public:
  explicit Skyline(double width_mm) : width_mm_(width_mm), steps_{{0, 0}} {}

  /// The front left corner of the lowest place for a rectangle; it is taken. Nothing if it is wider
  /// than the strip.
  std::optional<Point2> place(double x_mm, double y_mm) {
    std::optional<std::size_t> best;
    double lowest = 0;
    for (std::size_t k = 0; k < steps_.size(); ++k) {
      const double right = steps_[k].left + x_mm;
      if (right > width_mm_ + kFitTolerance_mm) break;
      double y = 0;
      for (std::size_t j = k; j < steps_.size() && steps_[j].left < right - kFitTolerance_mm; ++j) {
        y = std::max(y, steps_[j].y);
      }
      if (!best || y < lowest - kFitTolerance_mm) best = k, lowest = y;
    }
    if (!best) return std::nullopt;
    const Point2 corner{steps_[*best].left, lowest};
    raise(*best, corner.x + x_mm, lowest + y_mm);
    return corner;
  }

 private:
  struct Step {
    double left, y;  ///< as far as the next step
  };
  void raise(std::size_t k, double right, double y) {
    double behind = 0;  // height where the rectangle ends
    std::size_t last = k;
    while (last < steps_.size() && steps_[last].left < right - kFitTolerance_mm) {
      behind = steps_[last++].y;
    }
    const bool open = last == steps_.size() ? right < width_mm_ - kFitTolerance_mm
                                            : steps_[last].left > right + kFitTolerance_mm;
    steps_[k].y = y;
    steps_.erase(steps_.begin() + static_cast<std::ptrdiff_t>(k + 1),
                 steps_.begin() + static_cast<std::ptrdiff_t>(last));
    if (open) {
      steps_.insert(steps_.begin() + static_cast<std::ptrdiff_t>(k + 1), Step{right, behind});
    }
  }

  double width_mm_;
  std::vector<Step> steps_;
};

/// The pile in a strip of this width, its corner at (0, 0), in `corners`; its size. Nothing if a
/// part is wider. `order`: the parts, the deepest first.
inline std::optional<Point2> pile(std::span<const Footprint> parts,
                                  const std::vector<std::size_t>& order, double gap_mm,
                                  double width_mm, std::vector<Point2>& corners) {
  Skyline skyline(width_mm + gap_mm);
  Point2 size;
  for (const std::size_t p : order) {
    const std::optional<Point2> corner =
        skyline.place(parts[p].x_mm + gap_mm, parts[p].y_mm + gap_mm);
    if (!corner) return std::nullopt;
    corners[p] = *corner;
    size.x = std::max(size.x, corner->x + parts[p].x_mm);
    size.y = std::max(size.y, corner->y + parts[p].y_mm);
  }
  return size;
}

/// Whether a part lies on a round bed, its middle `at` from that of the bed.
inline bool on_round_bed(Point2 at, const Footprint& part, const Machine& machine) {
  const double x = (std::fabs(at.x) + part.x_mm / 2) / (machine.build_x_mm / 2);
  const double y = (std::fabs(at.y) + part.y_mm / 2) / (machine.build_y_mm / 2);
  return x * x + y * y <= 1 + kFitTolerance_mm;
}

/// Whether the settings let these parts be printed on one plate, whatever the room.
inline bool may_share_plate(std::span<const Footprint> parts, const Profile& profile) {
  const double top_mm = profile.machine.build_z_mm + kFitTolerance_mm;
  for (std::size_t p = 0; p < parts.size(); ++p) {
    if (parts[p].z_mm > top_mm) return false;
    const bool last = p + 1 == parts.size();
    if (profile.print.complete_objects && !last &&
        parts[p].z_mm > profile.machine.extruder_clearance_height_mm) {
      return false;
    }
  }
  return parts.size() == 1 || !profile.print.spiral_vase || profile.print.complete_objects;
}

}  // namespace detail

COSTENGINE_INLINE Footprint footprint(const Measurements& measurements) {
  if (measurements.box_mm.empty()) return {};
  const Vec3 size = measurements.box_mm.size();
  return {size.x, size.y, size.z};
}

COSTENGINE_INLINE double plate_gap_mm(const Profile& profile) {
  constexpr double kGap_mm = 6;
  if (!profile.print.complete_objects) return kGap_mm;
  return std::max(kGap_mm, profile.machine.extruder_clearance_radius_mm);
}

COSTENGINE_INLINE std::optional<Arrangement> arrange(std::span<const Footprint> parts,
                                                     const Profile& profile) {
  if (parts.empty() || parts.size() > kMostOnPlate || !detail::may_share_plate(parts, profile)) {
    return std::nullopt;
  }
  const double gap_mm = plate_gap_mm(profile);
  const Point2 bed{profile.machine.build_x_mm, profile.machine.build_y_mm};
  std::vector<std::size_t> order(parts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return parts[a].y_mm > parts[b].y_mm; });
  double widest_mm = 0, area_mm2 = 0;
  for (const Footprint& part : parts) {
    widest_mm = std::max(widest_mm, part.x_mm);
    area_mm2 += (part.x_mm + gap_mm) * (part.y_mm + gap_mm);
  }
  // Strips of several widths; the pile that is shortest around wins, the narrower of equal ones.
  constexpr int kWidths = 24;
  std::vector<Point2> corners(parts.size());
  Arrangement best, centred(parts.size());
  double shortest_mm = 0;
  const double narrowest_mm = std::max(widest_mm, std::min(bed.x, 0.7 * std::sqrt(area_mm2)));
  for (int k = 0; k <= kWidths; ++k) {
    const double width_mm = narrowest_mm + (bed.x - narrowest_mm) * k / kWidths;
    const std::optional<Point2> size = detail::pile(parts, order, gap_mm, width_mm, corners);
    if (!size || size->x > bed.x + detail::kFitTolerance_mm ||
        size->y > bed.y + detail::kFitTolerance_mm) {
      continue;
    }
    const double around_mm = size->x + size->y;
    if (!best.empty() && around_mm >= shortest_mm - detail::kFitTolerance_mm) continue;
    bool on_bed = true;
    for (std::size_t p = 0; p < parts.size(); ++p) {
      centred[p] = corners[p] + Point2{parts[p].x_mm, parts[p].y_mm} * 0.5 - *size * 0.5;
      on_bed = on_bed && (!profile.machine.build_round ||
                          detail::on_round_bed(centred[p], parts[p], profile.machine));
    }
    if (!on_bed) continue;
    shortest_mm = around_mm;
    best = centred;
  }
  if (best.empty()) return std::nullopt;
  return best;
}

namespace detail {

/// The largest n up to `most` for which `works(n)` holds, if it holds for all smaller ones.
template <class Works>
std::uint64_t most_that_works(std::uint64_t most, Works&& works) {
  std::uint64_t low = 0;  // works
  std::uint64_t step = 1;
  while (low < most && works(std::min(most, low + step))) {
    low = std::min(most, low + step);
    step *= 2;
  }
  if (low == most) return most;
  std::uint64_t high = std::min(most, low + step);  // does not work
  while (high - low > 1) {
    const std::uint64_t middle = low + (high - low) / 2;
    (works(middle) ? low : high) = middle;
  }
  return low;
}

}  // namespace detail

COSTENGINE_INLINE std::uint64_t plate_capacity(const Footprint& part, const Profile& profile) {
  return detail::most_that_works(kMostOnPlate, [&](std::uint64_t n) {
    return arrange(std::vector<Footprint>(n, part), profile).has_value();
  });
}

COSTENGINE_INLINE std::vector<PlateLoad> fill_plates(std::span<const Footprint> models,
                                                     std::span<const std::uint64_t> quantities,
                                                     const Profile& profile) {
  std::vector<PlateLoad> loads;
  PlateLoad open{1, std::vector<std::uint64_t>(models.size()), {}};
  std::vector<Footprint> on_plate;
  const auto close = [&] {
    if (on_plate.empty()) return;
    open.arrangement = *arrange(on_plate, profile);
    loads.push_back(open);
    open.parts.assign(models.size(), 0);
    on_plate.clear();
  };
  for (std::size_t m = 0; m < models.size(); ++m) {
    std::uint64_t left = quantities[m];
    while (left > 0) {
      const std::uint64_t more =
          detail::most_that_works(std::min(left, kMostOnPlate), [&](std::uint64_t n) {
            std::vector<Footprint> parts = on_plate;
            parts.insert(parts.end(), n, models[m]);
            return arrange(parts, profile).has_value();
          });
      if (more == 0 && on_plate.empty()) return {};
      const bool alone = on_plate.empty();
      on_plate.insert(on_plate.end(), more, models[m]);
      open.parts[m] = more;
      left -= more;
      if (left == 0) break;
      close();
      if (alone && left >= more) {  // as many more plates that are alike as there are parts for
        loads.back().plates += left / more;
        left %= more;
      }
    }
  }
  close();
  return loads;
}

}  // namespace costengine
