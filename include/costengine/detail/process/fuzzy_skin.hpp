// Fuzzy skin: external walls that jitter.
#pragma once

#include <algorithm>
#include <cstdint>

#include "costengine/detail/process/layer_path.hpp"

namespace costengine::detail {

/// Numbers from 0 to 1 that look like chance and are the same in every run.
class Jitter {
 public:
  explicit Jitter(std::uint64_t seed) : state_(seed) {}
  double next() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
  }

 private:
  std::uint64_t state_;
};

/// Gives the external loops of the walls in `store` other points: from 3/4 to 5/4 of the point
/// distance apart, each pushed across the loop by up to the thickness, to either side. As in the
/// slicer, the first point of a side lies as far behind its corner as the last one lay before it,
/// and after a side without a point before its corner: finely bent loops get more points. Holes are
/// fuzzy only with `FuzzySkin::kAll`.
inline void fuzz(const Contours& contours, const PrintSettings& print, std::size_t layer,
                 PathStore& store) {
  constexpr double kLeast_mm =
      0.01;  // finer points change nothing but the time that they take here
  const double distance_mm = std::max(kLeast_mm, print.fuzzy_skin_point_dist_mm);
  if (print.fuzzy_skin == FuzzySkin::kNone || !(print.fuzzy_skin_point_dist_mm > 0)) return;
  for (PathPiece& piece : store.pieces) {
    if (!piece.loop || piece.wall != 0) continue;
    if (print.fuzzy_skin != FuzzySkin::kAll && signed_area(contours.loop(piece.outline)) <= 0) {
      continue;
    }
    Jitter jitter((static_cast<std::uint64_t>(layer) << 32) + piece.outline);
    const std::size_t begin = store.points.size(), count = piece.end - piece.begin;
    double way_mm = 0.375 * distance_mm * jitter.next();  // from the corner to the first point
    for (std::size_t i = 0; i < count; ++i) {
      const Point2 from = store.points[piece.begin + i];
      const Point2 to = store.points[piece.begin + (i + 1 < count ? i + 1 : 0)];
      const double side_mm = length(to - from);
      if (!(side_mm > 0)) continue;
      const Point2 along = (to - from) * (1 / side_mm);
      double last_mm = way_mm + 2 * side_mm;
      for (; way_mm < side_mm; way_mm += distance_mm * (0.75 + jitter.next() / 2)) {
        const double push_mm = print.fuzzy_skin_thickness_mm * (2 * jitter.next() - 1);
        store.points.push_back(from + along * way_mm + Point2{-along.y, along.x} * push_mm);
        last_mm = way_mm;
      }
      way_mm = side_mm - last_mm;
    }
    if (store.points.size() < begin + 3) {
      store.points.resize(begin);
      continue;
    }
    piece.begin = begin;
    piece.end = store.points.size();
  }
}

}  // namespace costengine::detail
