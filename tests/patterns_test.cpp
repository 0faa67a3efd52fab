#include "costengine/detail/process/patterns.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "costengine/detail/slice/region_parts.hpp"

using namespace costengine;
using namespace costengine::detail;

namespace {

/// A square of 40 mm about the centre, pixels of 0.25 mm.
constexpr double kSide_mm = 40;

BitGrid square_grid() {
  return make_grid(-kSide_mm / 2, -kSide_mm / 2, kSide_mm / 2, kSide_mm / 2, 2, 0.25, 1U << 20);
}

/// Sets the pixels whose centres lie within the box.
void fill(BitMask& mask, const BitGrid& grid, Point2 low, Point2 high) {
  for (int y = 0; y < grid.rows; ++y) {
    for (int x = 0; x < grid.columns(); ++x) {
      const Point2 p{grid.left_mm + (x + 0.5) * grid.pixel_mm,
                     grid.bottom_mm + (y + 0.5) * grid.pixel_mm};
      if (p.x > low.x && p.x < high.x && p.y > low.y && p.y < high.y) {
        mask.row(y)[1 + x / 64] |= BitWord{1} << (x % 64);
      }
    }
  }
}

double pattern_length(InfillPattern pattern, double density, std::size_t layer) {
  const BitGrid grid = square_grid();
  BitMask mask(grid);
  fill(mask, grid, {-kSide_mm / 2, -kSide_mm / 2}, {kSide_mm / 2, kSide_mm / 2});
  CoarseCells cells;
  PatternPieces pieces;
  PatternClipper clipper(mask, grid, cells, 0, pieces);
  add_pattern(clipper, pattern, density, 0.4, 3.1, layer);
  CHECK(pieces.ends.size() == 2 * pieces.store.pieces.size());
  double sum = 0;
  for (const PathPiece& piece : pieces.store.pieces) {
    for (std::size_t i = piece.begin; i + 1 < piece.end; ++i) {
      sum += length(pieces.store.points[i + 1] - pieces.store.points[i]);
    }
  }
  return sum;
}

}  // namespace

TEST_CASE("Lines of a pattern are as long as its density asks for") {
  // Length per area is density over spacing, whatever the number of families.
  const double expected = kSide_mm * kSide_mm * 0.2 / 0.4;
  for (const InfillPattern pattern :
       {InfillPattern::kRectilinear, InfillPattern::kTriangles, InfillPattern::kStars,
        InfillPattern::kCubic, InfillPattern::kHilbertCurve}) {
    CAPTURE(static_cast<int>(pattern));
    for (const std::size_t layer : {std::size_t{0}, std::size_t{1}}) {
      CHECK(pattern_length(pattern, 0.2, layer) == doctest::Approx(expected).epsilon(0.06));
    }
  }
}

TEST_CASE("A honeycomb's zigzags share sides, a bead apart") {
  // Neighbours are 2 mm apart at a density of 0.2. Sides across the way reach over 2 - 0.4 mm at 60
  // degrees to it; three sides of hexagons make a period.
  const double across = (2 - 0.4) / std::sqrt(0.75), period = 3 * 2 / std::sqrt(0.75);
  const double expected = kSide_mm * kSide_mm / 2 * (period + across) / period;
  CHECK(pattern_length(InfillPattern::kHoneycomb, 0.2, 0) ==
        doctest::Approx(expected).epsilon(0.03));
}

TEST_CASE("A 3D honeycomb has steps at 45 degrees that depend on the height alone") {
  // At z = 3.1 mm, of layers of octahedra 2 / sqrt(2) mm high, steps have 0.616 mm to each side.
  const double turns = 3.1 * std::sqrt(2) / 2, step = 2 * std::abs(turns - std::floor(turns) - 0.5);
  const double expected = kSide_mm * kSide_mm / 2 * (2 - step + std::sqrt(2) * step) / 2;
  for (const std::size_t layer : {std::size_t{0}, std::size_t{1}}) {
    CHECK(pattern_length(InfillPattern::k3dHoneycomb, 0.2, layer) ==
          doctest::Approx(expected).epsilon(0.03));
  }
}

TEST_CASE("Only the parts of a region up to an area are kept") {
  const BitGrid grid = square_grid();
  BitMask region(grid), small(grid);
  fill(region, grid, {-20, -20}, {0, 20});  // 800 mm^2
  fill(region, grid, {2, 2}, {10, 10});     // 64 mm^2
  fill(region, grid, {12, -20}, {18, 20});  // 240 mm^2
  fill(small, grid, {2, 2}, {10, 10});
  const double pixels_per_mm2 = 1 / (grid.pixel_mm * grid.pixel_mm);
  BitMask kept = region;
  keep_small_parts(kept, 100 * pixels_per_mm2);
  CHECK(kept.bits() == small.bits());
  keep_small_parts(region, 1000 * pixels_per_mm2);
  CHECK(count(region) > 3 * count(small));
}

TEST_CASE("Parts that meet only further up are one") {
  const BitGrid grid = square_grid();
  BitMask region(grid);
  fill(region, grid, {-10, -10}, {-8, 10});  // a U of 2 * 40 + 32 mm^2, upside down
  fill(region, grid, {8, -10}, {10, 10});
  fill(region, grid, {-8, 8}, {8, 10});
  keep_small_parts(region, 100 / (grid.pixel_mm * grid.pixel_mm));
  CHECK_FALSE(any(region));
}
