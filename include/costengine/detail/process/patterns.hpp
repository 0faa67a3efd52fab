// Sparse infill: the lines of every pattern, clipped to a region.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

#include "costengine/detail/process/coarse_cells.hpp"
#include "costengine/detail/process/links.hpp"
#include "costengine/profile/choices.hpp"
#include "costengine/slice/bits.hpp"

namespace costengine::detail {

/// Shortens the last piece at both ends; drops it if nothing is left.
inline void trim_piece(PatternPieces& pattern, double inset_mm) {
  PathStore& store = pattern.store;
  PathPiece& piece = store.pieces.back();
  const auto cut = [&](auto at) {  // at(i): the i-th point from an end
    double left = inset_mm;
    while (piece.end - piece.begin >= 2) {
      const double l = length(at(1) - at(0));
      if (l > left) {
        at(0) = at(0) + (at(1) - at(0)) * (left / l);
        return true;
      }
      left -= l;
      at.drop();
    }
    return false;
  };
  struct Tail {
    PathStore& store;
    PathPiece& piece;
    Point2& operator()(std::size_t i) { return store.points[piece.end - 1 - i]; }
    void drop() {
      store.points.pop_back();
      --piece.end;
    }
  };
  struct Head {
    PathStore& store;
    PathPiece& piece;
    Point2& operator()(std::size_t i) { return store.points[piece.begin + i]; }
    void drop() { ++piece.begin; }
  };
  const auto too_short = [&] {
    double sum = 0;
    for (std::size_t i = piece.begin; i + 1 < piece.end; ++i) {
      sum += length(store.points[i + 1] - store.points[i]);
    }
    return sum < 1.6 * inset_mm;  // four fifths of a line's spacing
  };
  if (!cut(Tail{store, piece}) || !cut(Head{store, piece}) || too_short()) {
    store.pieces.pop_back();
    pattern.ends.resize(pattern.ends.size() - 2);
  }
}

/// Cuts lines to a region and keeps what lies inside as pieces of a pattern.
class PatternClipper {
 public:
  PatternClipper(const BitMask& mask, const BitGrid& grid, CoarseCells& cells, double inset_mm,
                 PatternPieces& result)
      : mask_(mask), grid_(grid), cells_(cells), inset_mm_(inset_mm), result_(result) {
    cells.find(mask, grid);
  }
  [[nodiscard]] bool empty() const { return cells_.empty(); }
  [[nodiscard]] std::array<Point2, 4> corners() const { return cells_.corners(); }

  /// Begins a line; the one before it ends.
  void begin(Point2 at) {
    finish();
    at_ = at;
    inside_ = inside(at);
    if (inside_) open(at);
  }

  /// The line goes on straight to `to`.
  void add(Point2 to) {
    const Point2 from = at_;
    const double step_mm = 0.8 * grid_.pixel_mm;
    const int steps = 1 + static_cast<int>(length(to - from) / step_mm);
    for (int k = 1; k <= steps; ++k) {
      const Point2 p = from + (to - from) * (static_cast<double>(k) / steps);
      // Far off the region a coarse step is enough.
      if (!inside_ && k + kStride < steps && !cells_.any_within(p, kStride * step_mm)) {
        k += kStride - 1;
        at_ = from + (to - from) * (static_cast<double>(k) / steps);
        continue;
      }
      const bool in = inside(p);
      if (in != inside_) {
        const Point2 edge = in ? boundary(p, at_) : boundary(at_, p);
        if (in) {
          open(edge);
        } else {
          close(edge);
        }
        inside_ = in;
      }
      at_ = p;
    }
    if (inside_) result_.store.add(to);
    at_ = to;
  }

  void finish() {
    if (inside_) close(at_);
    inside_ = false;
  }

 private:
  static constexpr int kStride = 32;

  [[nodiscard]] PatternPieces::Pixel pixel(Point2 p) const {
    return {static_cast<int>((p.x - grid_.left_mm) / grid_.pixel_mm),
            static_cast<int>((p.y - grid_.bottom_mm) / grid_.pixel_mm)};
  }
  [[nodiscard]] bool inside(Point2 p) const {
    if (p.x < grid_.left_mm || p.y < grid_.bottom_mm) return false;
    const PatternPieces::Pixel at = pixel(p);
    return mask_.at(at.x, at.y);
  }
  [[nodiscard]] Point2 boundary(Point2 in, Point2 out) const {
    for (int k = 0; k < 4; ++k) {
      const Point2 middle = (in + out) * 0.5;
      (inside(middle) ? in : out) = middle;
    }
    return in;
  }
  void open(Point2 p) {
    result_.store.begin_piece(Role::kSparseInfill);
    result_.store.add(p);
    result_.ends.push_back(pixel(p));
  }
  void close(Point2 p) {
    if (length(result_.store.points.back() - p) > 1e-9) result_.store.add(p);
    result_.ends.push_back(pixel(p));
    trim_piece(result_, inset_mm_);
  }

  const BitMask& mask_;
  const BitGrid& grid_;
  CoarseCells& cells_;
  double inset_mm_;
  PatternPieces& result_;
  Point2 at_;
  bool inside_ = false;
};

/// Straight lines along the unit vector `along`, `pitch_mm` apart; one of them at `offset_mm` from
/// the centre of the model.
inline void add_straight_lines(PatternClipper& clipper, Point2 along, double pitch_mm,
                               double offset_mm) {
  if (clipper.empty()) return;
  const Point2 across{-along.y, along.x};
  double low_u = 1e300, high_u = -1e300, low_v = 1e300, high_v = -1e300;
  for (const Point2 p : clipper.corners()) {
    low_u = std::min(low_u, dot(p, along)), high_u = std::max(high_u, dot(p, along));
    low_v = std::min(low_v, dot(p, across)), high_v = std::max(high_v, dot(p, across));
  }
  for (double n = std::ceil((low_v - offset_mm) / pitch_mm); n * pitch_mm + offset_mm < high_v;
       ++n) {
    const Point2 base = across * (n * pitch_mm + offset_mm);
    clipper.begin(base + along * low_u);
    clipper.add(base + along * high_u);
  }
  clipper.finish();
}

/// Two unit vectors at right angles to each other.
struct PatternAxes {
  Point2 along{1, 0}, across{0, 1};
};

/// Waves side by side: `wave` is one period along the first axis, `period_mm` long; its neighbours
/// across are `pitch_mm` apart, every other one mirrored if `mirrored`.
inline void add_wave_lines(PatternClipper& clipper, std::span<const Point2> wave, double period_mm,
                           double pitch_mm, bool mirrored, const PatternAxes& axes = {}) {
  if (clipper.empty()) return;
  double low_u = 1e300, high_u = -1e300, low_v = 1e300, high_v = -1e300;
  for (const Point2 p : clipper.corners()) {
    low_u = std::min(low_u, dot(p, axes.along)), high_u = std::max(high_u, dot(p, axes.along));
    low_v = std::min(low_v, dot(p, axes.across)), high_v = std::max(high_v, dot(p, axes.across));
  }
  const double first = std::floor(low_u / period_mm) * period_mm;
  const double last = std::ceil(high_v / pitch_mm) + 1;
  for (double n = std::floor(low_v / pitch_mm) - 1; n <= last; ++n) {
    const bool odd = std::floor(n / 2) * 2 != n;
    const double sign = mirrored && odd ? -1 : 1;
    const auto at = [&](double u, double v) {
      return axes.along * u + axes.across * (n * pitch_mm + sign * v);
    };
    clipper.begin(at(first + wave[0].x, wave[0].y));
    for (double x = first; x < high_u; x += period_mm) {
      for (const Point2 p : wave) clipper.add(at(x + p.x, p.y));
    }
  }
  clipper.finish();
}

/// Lines of a pattern at height `z_mm` in layer `layer`, by the pattern's own geometry in the axes
/// of the infill angle. `spacing_mm` is the beads'. What has no geometry of its own here has the
/// length of the pattern, and about its corners: spirals are lines, Hilbert's curve a battlement;
/// adaptive patterns are cubes a third further apart, lightning a grid of a quarter of the density.
inline void add_pattern(PatternClipper& clipper, InfillPattern pattern, double density,
                        double spacing_mm, double z_mm, std::size_t layer,
                        const PatternAxes& mesh = {}) {
  constexpr double kHalf = 0.5, kRoot3_4 = 0.86602540378443865, kRootHalf = 0.70710678118654752;
  constexpr Point2 kFamilies[] = {{1, 0}, {kHalf, kRoot3_4}, {-kHalf, kRoot3_4}};
  const double pitch = spacing_mm / density;
  const Point2 turned = layer % 2 == 1 ? Point2{0, 1} : Point2{1, 0};
  switch (pattern) {
    case InfillPattern::kAlignedRectilinear:
      return add_straight_lines(clipper, {1, 0}, pitch, 0);
    case InfillPattern::kTriangles:
      for (const Point2 along : kFamilies) add_straight_lines(clipper, along, 3 * pitch, 0);
      return;
    case InfillPattern::kStars:
      add_straight_lines(clipper, kFamilies[0], 3 * pitch, 0);
      add_straight_lines(clipper, kFamilies[1], 3 * pitch, 0);
      add_straight_lines(clipper, kFamilies[2], 3 * pitch, 1.5 * pitch);
      return;
    case InfillPattern::kCubic:
    case InfillPattern::kAdaptiveCubic:
    case InfillPattern::kSupportCubic: {
      const double wider = pattern == InfillPattern::kCubic ? 3 * pitch : 3 * 1.3 * pitch;
      const double shift = kRootHalf * z_mm;
      add_straight_lines(clipper, kFamilies[0], wider, shift);
      add_straight_lines(clipper, kFamilies[1], wider, -shift);
      add_straight_lines(clipper, kFamilies[2], wider, shift);
      return;
    }
    case InfillPattern::kHoneycomb: {
      // Zigzags side by side: each side of a hexagon along them is drawn twice, a bead apart.
      const double side = pitch / kRoot3_4, high = (pitch - spacing_mm) / 2;
      const double slope = side * high / pitch, flat = 1.5 * side - slope;
      const Point2 wave[] = {{0, high},
                             {slope, -high},
                             {slope + flat, -high},
                             {2 * slope + flat, high},
                             {3 * side, high}};
      return add_wave_lines(clipper, wave, 3 * side, pitch, true);
    }
    case InfillPattern::k3dHoneycomb: {
      // Truncated octahedra in section: steps at 45 degrees, whose height changes with z.
      const double turns = z_mm / (kRootHalf * pitch), turn = std::floor(turns);
      const double high = (turn / 2 == std::floor(turn / 2) ? -0.5 : 0.5) * pitch *
                          (0.5 - (turns - turn)),
                   half = std::fabs(high);
      const Point2 wave[] = {{half - pitch, -high},
                             {-half, -high},
                             {half, high},
                             {pitch - half, high},
                             {pitch + half, -high}};
      const bool turns_aside = layer % 2 == 1;
      return add_wave_lines(clipper, wave, 2 * pitch, pitch, true,
                            turns_aside ? PatternAxes{mesh.across, mesh.along} : mesh);
    }
    case InfillPattern::kHilbertCurve:
    case InfillPattern::kOctagramSpiral: {
      const Point2 wave[] = {
          {0, 0}, {pitch, 0}, {pitch, pitch}, {2 * pitch, pitch}, {2 * pitch, 0}};
      return add_wave_lines(clipper, wave, 2 * pitch, 2 * pitch, false);
    }
    case InfillPattern::kLightning:
      add_straight_lines(clipper, {1, 0}, 8 * pitch, 0);
      add_straight_lines(clipper, {0, 1}, 8 * pitch, 0);
      return;
    default:
      return add_straight_lines(clipper, turned, pitch, 0);
  }
}

/// Concentric infill: the region's own outlines, `pitch_mm` apart.
inline void add_concentric(const BitMask& mask, const BitGrid& grid, double pitch_mm,
                           double inset_mm, RegionBoundary& boundary, BitMask& region,
                           BitMask& spare, PathStore& store) {
  region = mask;
  double depth = inset_mm;
  for (int ring = 0; ring < 1000; ++ring) {
    erode(region, depth / grid.pixel_mm, spare);
    depth = pitch_mm;
    if (!any(region)) return;
    boundary.trace(region, grid);
    for (std::size_t l = 0; l < boundary.loops(); ++l) {
      const std::uint32_t first = boundary.first(l), steps = boundary.first(l + 1) - first;
      if (steps < 12) continue;
      store.begin_piece(Role::kSparseInfill);
      boundary.for_each_point(first, first + steps - 1, 0, [&](Point2 p) { store.add(p); });
      store.add(store.points[store.pieces.back().begin]);
      store.end_piece();
    }
  }
}

}  // namespace costengine::detail
