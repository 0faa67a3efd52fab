#include "costengine/slice/offset.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "support/outlines.hpp"

using namespace costengine;
using namespace costengine::shapes;

namespace {

constexpr double kPixel_mm = 0.0625;  // sizes in eighths are exact, by every other row, too
const BitGrid kGrid = grid_of(16, kPixel_mm);

double scanned(const Contours& contours, double distance_mm, const BitGrid& grid = kGrid,
               BitMask* mask = nullptr, EdgeShares* shares = nullptr) {
  ScanScratch scratch;
  std::vector<Point2> normals;
  edge_normals(contours, normals);
  return scan_offset(contours, normals, distance_mm, grid, mask, shares, scratch);
}

/// How much of each edge bounds the region; tells edges apart that run along rows, too.
EdgeShares shares_of(const Contours& contours, double distance_mm) {
  EdgeShares shares;
  scanned(contours, distance_mm, kGrid, nullptr, &shares);
  return shares;
}

double square(double side) {
  return side > 0 ? side * side : 0;
}

}  // namespace

TEST_CASE("a square stays a square, inwards and outwards") {
  const Contours contours = contours_of({rectangle(-5, -5, 10, 10)});
  for (const double d : {0.0, 0.125, 0.5, 2.0, 4.0, 4.875, -0.25, -3.0}) {
    CAPTURE(d);
    CHECK(scanned(contours, d) == doctest::Approx(square(10 - 2 * d)).epsilon(1e-12));
  }
}

TEST_CASE("nothing remains of a convex outline beyond its middle") {
  for (const double d : {5.0, 5.5, 7.0, 9.875, 12.0}) {
    CAPTURE(d);
    CHECK(scanned(contours_of({rectangle(-5, -5, 10, 10)}), d) == 0);
    CHECK(scanned(contours_of({rectangle(-7, -5, 14, 10)}), d) == 0);
    CHECK(scanned(contours_of({regular_polygon(5, 24)}), d) == 0);
    CHECK(scanned(contours_of({{{0, 0}, {10, 0}, {5, 8}}}), d) == 0);
  }
}

TEST_CASE("the sides of a regular polygon move to the centre") {
  const int corners = 60;
  const Contours contours = contours_of({regular_polygon(10, corners)});
  const double apothem = 10 * std::cos(shapes::kPi / corners);
  const BitGrid fine = grid_of(16, 1.0 / 64);
  for (const double d : {0.0, 0.3, 1.7, 5.0, 9.0, -0.4, -4.0}) {
    CAPTURE(d);
    CHECK(scanned(contours, d, fine) ==
          doctest::Approx(polygon_area(apothem - d, corners)).epsilon(1e-3));
  }
}

TEST_CASE("an L keeps its corners, the hollow one, too") {
  const Contours contours =
      contours_of({{{-10, -10}, {10, -10}, {10, 0}, {0, 0}, {0, 10}, {-10, 10}}});
  // A square of 20 less one of 10 whose corner moves as the others do.
  for (const double d : {0.0, 0.5, 1.25, 4.0, 4.875, -1.0, -4.5}) {
    CAPTURE(d);
    CHECK(scanned(contours, d) == doctest::Approx(square(20 - 2 * d) - 100).epsilon(1e-12));
  }
  for (const double d : {5.0, 6.0, 8.0}) CHECK(scanned(contours, d) == 0);
}

TEST_CASE("a ring shrinks from both sides") {
  const Contours ring = square_ring(20, 10);
  for (const double d : {0.0, 0.25, 1.0, 2.375, 2.5, 3.0, 4.0, -1.0, -4.0}) {
    CAPTURE(d);
    const double expected = d < 2.5 ? square(20 - 2 * d) - square(10 + 2 * d) : 0;
    CHECK(scanned(ring, d) == doctest::Approx(expected).epsilon(1e-12));
  }
}

TEST_CASE("a part without thickness left disappears while a thick one beside it stays") {
  // A block of 8 x 8 with a fin of 1 x 6.
  const Contours contours =
      contours_of({{{-8, -4}, {0, -4}, {0, -0.5}, {6, -0.5}, {6, 0.5}, {0, 0.5}, {0, 4}, {-8, 4}}});
  CHECK(scanned(contours, 0) == doctest::Approx(64 + 6).epsilon(1e-12));
  CHECK(scanned(contours, 0.25) == doctest::Approx(7.5 * 7.5 + 6 * 0.5).epsilon(1e-12));
  CHECK(scanned(contours, 1) == doctest::Approx(36).epsilon(1e-12));
}

TEST_CASE("overlapping outlines count once, and a hole within both stays solid") {
  const Contours two = contours_of({rectangle(-10, -10, 10, 10), rectangle(-4, -6, 10, 10)});
  for (const double d : {0.0, 0.5, 1.0}) {
    CAPTURE(d);
    const double shared = (4 - 2 * d) * (6 - 2 * d);
    CHECK(scanned(two, d) == doctest::Approx(2 * square(10 - 2 * d) - shared).epsilon(1e-12));
  }
  // Winding number 2 - 1 in the hole: inside.
  const Contours filled = contours_of(
      {rectangle(-10, -10, 20, 20), rectangle(-5, -5, 10, 10), reversed(rectangle(-2, -2, 4, 4))});
  CHECK(scanned(filled, 0) == doctest::Approx(400).epsilon(1e-12));
  CHECK(scanned(contours_of({reversed(rectangle(-5, -5, 10, 10))}), 0) == 0);
}

TEST_CASE("what happens beside a sharp corner leaves the rest of its rows alone") {
  const BitGrid fine = grid_of(16, 1.0 / 64);
  for (const double mirror : {1.0, -1.0}) {
    const Outline box = rectangle(-15, -10, 5, 20), other = rectangle(10, -10, 5, 20);
    Outline wedge = {{-1 * mirror, -5}, {1 * mirror, -5}, {3 * mirror, 5}};
    if (mirror < 0) wedge = reversed(wedge);
    for (const double d : {0.25, 0.5, 0.75}) {
      CAPTURE(d);
      const double alone = scanned(contours_of({wedge}), d, fine);
      CHECK(scanned(contours_of({wedge, box, other}), d, fine) ==
            doctest::Approx(alone + 2 * (5 - 2 * d) * (20 - 2 * d)).epsilon(1e-9));
    }
  }
}

TEST_CASE("a row may cross many outlines, in any order") {
  Contours teeth;
  double expected = 0;
  for (int i = 0; i < 40; ++i) {
    const int place = i * 17 % 40;
    const Outline tooth = rectangle(-15 + 0.75 * place, -4, 0.5, 8);
    teeth.points.insert(teeth.points.end(), tooth.begin(), tooth.end());
    teeth.first.push_back(static_cast<std::uint32_t>(teeth.points.size()));
    expected += 0.25 * 7.75;
  }
  CHECK(scanned(teeth, 0.125) == doctest::Approx(expected).epsilon(1e-12));
}

TEST_CASE("a sharp corner grows by more than a round one and less than its mitre") {
  const Outline needle = {{-5, -5}, {-3, -5}, {4, 7}};
  const BitGrid fine = grid_of(16, 1.0 / 64);
  double round = 0, mitre = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const Point2 a = needle[(i + 2) % 3] - needle[i], b = needle[(i + 1) % 3] - needle[i];
    const double angle = std::acos(dot(a, b) / (length(a) * length(b)));
    round += (shapes::kPi - angle) / 2;
    mitre += 1 / std::tan(angle / 2);
  }
  for (const double d : {0.25, 1.0, 2.0}) {
    CAPTURE(d);
    const double sides = 12 + perimeter(needle) * d;
    const double area = scanned(contours_of({needle}), -d, fine);
    CHECK(area > sides + round * d * d);
    CHECK(area < sides + mitre * d * d);
  }
}

TEST_CASE("the mask holds the pixels whose centres are inside, and was emptied first") {
  BitMask mask(kGrid);
  for (const double d : {0.0, 0.05, 0.07, 0.5, 1.0, 1.03, 6.0}) {  // centres lie at 1/32 + k/16
    CAPTURE(d);
    const Contours ring = square_ring(20, 10);
    const double area = scanned(ring, d, kGrid, &mask);
    CHECK(static_cast<double>(count(mask)) * square(kPixel_mm) ==
          doctest::Approx(area).epsilon(0.05));
    bool right = true;
    for (int y = 0; y < kGrid.rows; ++y) {
      for (int x = 0; x < kGrid.columns(); ++x) {
        const double from_x = std::abs(kGrid.left_mm + (x + 0.5) * kPixel_mm);
        const double from_y = std::abs(kGrid.bottom_mm + (y + 0.5) * kPixel_mm);
        const double far = std::max(from_x, from_y);
        right &= mask.at(x, y) == (far < 10 - d && far > 5 + d);
      }
    }
    CHECK(right);
  }
}

TEST_CASE("slanted edges part the pixels by their centres") {
  const int corners = 7;
  const Contours contours = contours_of({regular_polygon(12, corners)});
  BitMask mask(kGrid);
  for (const double d : {0.0, 0.3, 2.0}) {
    CAPTURE(d);
    scanned(contours, d, kGrid, &mask);
    const double apothem = 12 * std::cos(shapes::kPi / corners) - d;
    int wrong = 0;
    for (int y = 0; y < kGrid.rows; ++y) {
      for (int x = 0; x < kGrid.columns(); ++x) {
        const Point2 p{kGrid.left_mm + (x + 0.5) * kPixel_mm,
                       kGrid.bottom_mm + (y + 0.5) * kPixel_mm};
        double beyond = -1e9;  // the farthest outside of any side
        for (int k = 0; k < corners; ++k) {
          const double angle = 2 * shapes::kPi * (k + 0.5) / corners;
          beyond = std::max(beyond, dot(p, {std::cos(angle), std::sin(angle)}) - apothem);
        }
        if (std::abs(beyond) > kPixel_mm / 64) wrong += mask.at(x, y) != (beyond < 0);
      }
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("what lies beyond the grid is cut off") {
  const Contours contours = contours_of({rectangle(-40, -40, 80, 80)});
  BitMask mask(kGrid);
  const double area = scanned(contours, 0, kGrid, &mask);
  CHECK(count(mask) ==
        static_cast<std::uint64_t>(kGrid.rows) * static_cast<std::uint64_t>(kGrid.columns()));
  CHECK(area == doctest::Approx(kGrid.rows * kGrid.columns() * square(kPixel_mm)));
  CHECK(scanned(contours_of({rectangle(100, 100, 5, 5)}), 0) == 0);
}

TEST_CASE("every edge of a part bounds it until the part is gone") {
  for (const bool turned : {false, true}) {
    const Contours plate = contours_of({turned ? rectangle(-10, -0.5, 20, 1)  // along the rows
                                               : rectangle(-0.5, -10, 1, 20)});
    CAPTURE(turned);
    for (const double d : {0.0, 0.25, 0.375}) {
      for (const float share : shares_of(plate, d)) CHECK(share == 1.0F);
    }
    for (const double d : {0.625, 2.0}) {
      for (const float share : shares_of(plate, d)) CHECK(share == 0.0F);
    }
  }
}

TEST_CASE("only the edges of the thick part bound what remains of a block with a fin") {
  // 8 x 8 with a fin of 1 x 6 on top.
  const Contours contours =
      contours_of({{{-4, -8}, {4, -8}, {4, 0}, {0.5, 0}, {0.5, 6}, {-0.5, 6}, {-0.5, 0}, {-4, 0}}});
  for (const float share : shares_of(contours, 0.25)) CHECK(share == 1.0F);
  const EdgeShares shares = shares_of(contours, 1);
  REQUIRE(shares.size() == 8);
  for (const std::size_t side : {1U, 7U}) CHECK(shares[side] == 1.0F);
  for (const std::size_t fin : {3U, 4U, 5U}) CHECK(shares[fin] == 0.0F);
}

TEST_CASE("settled edges count as whole, the others as if nothing were settled") {
  EdgeSpans spans;
  // A block with a fin, and a leaning wedge beside it in the same rows.
  const Contours contours =
      contours_of({{{-6, -7}, {1, -7}, {1, 0}, {-2, 0}, {-2.5, 6}, {-3.5, 6}, {-3, 0}, {-6, 0}},
                   {{3, -5}, {5, -5}, {7, 5}}});
  std::vector<Point2> normals;
  edge_normals(contours, normals);
  for (const double d : {0.125, 0.25, 0.5, 0.625, 1.0}) {
    CAPTURE(d);
    ScanScratch scratch;
    EdgeShares deep, shares;
    scan_offset(contours, normals, d + 0.25, kGrid, nullptr, &deep, scratch);
    scratch.settled.assign(contours.points.size(), 0);
    settle(deep, scratch);
    const std::vector<char> settled = scratch.settled;
    CHECK(std::count(settled.begin(), settled.end(), 1) > 0);
    scan_unsettled(contours, normals, d, kGrid, shares, spans, scratch);
    // Rows are sheared there, so edges are cut at other places of their length.
    const EdgeShares plain = shares_of(contours, d);
    for (std::size_t i = 0; i < plain.size(); ++i) {
      CAPTURE(i);
      if (settled[i]) CHECK(shares[i] == 1.0F);
      const std::size_t next = i == 7 ? 0 : i == 10 ? 8 : i + 1;
      if (length(contours.points[next] - contours.points[i]) < 4) continue;  // crosses few rows
      CHECK(std::abs(shares[i] - plain[i]) < 0.15F);
    }
  }
}

TEST_CASE("with all edges settled no row is scanned") {
  EdgeSpans spans;
  const Contours contours = contours_of({rectangle(-5, -5, 10, 10)});
  std::vector<Point2> normals;
  edge_normals(contours, normals);
  ScanScratch scratch;
  scratch.settled.assign(4, 1);
  EdgeShares shares;
  scan_unsettled(contours, normals, 7, kGrid, shares, spans, scratch);  // nothing would remain
  CHECK(shares == EdgeShares(4, 1.0F));
  CHECK(scratch.crossings.empty());
}

TEST_CASE("an edge bounds the region as far as the part is thick enough") {
  // A leaning wedge, 2 mm wide at its base and 10 mm high: what remains is similar to it.
  const Outline outline = {{-1, 0}, {1, 0}, {3, 10}};
  const Contours wedge = contours_of({outline});
  const double inradius = 2 * 10 / perimeter(outline);
  for (const double d : {0.25, 0.5, 0.75}) {
    CAPTURE(d);
    const double scale = (inradius - d) / inradius;
    const double area = 10 * square(scale);
    CHECK(scanned(wedge, d, grid_of(12, 1.0 / 64)) == doctest::Approx(area).epsilon(0.01));
    // The moved edges begin on the base line of the remainder and end beside the tip.
    const EdgeShares shares = shares_of(wedge, d);
    for (const std::size_t side : {1U, 2U}) {
      const Point2 along = outline[(side + 1) % 3] - outline[side];
      const double moved = 10 - d + std::abs(along.x) / length(along) * d * (side == 1 ? 1 : -1);
      CHECK(shares[side] == doctest::Approx(10 * scale / moved).epsilon(0.04));
    }
  }
}

TEST_CASE("an edge that the offset turns round has its neighbours' share") {
  // A square of 10 without the tips of two corners.
  const Contours contours =
      contours_of({{{-5, -5}, {4.5, -5}, {5, -4.5}, {5, 5}, {-4.5, 5}, {-5, 4.5}}});
  for (const float share : shares_of(contours, 2)) CHECK(share == doctest::Approx(1).epsilon(0.1));
  CHECK(scanned(contours, 2) == doctest::Approx(36).epsilon(1e-12));
}

TEST_CASE("moved edges lie at the distance, parallel to their own, in the order of the contours") {
  const Contours contours = contours_of({regular_polygon(8, 7), reversed(regular_polygon(3, 5))});
  for (const double d : {0.5, -0.5, 1.5}) {
    CAPTURE(d);
    OffsetEdges edges;
    std::vector<Point2> normals;
    edge_normals(contours, normals);
    offset_edges(contours, normals, d, edges);
    REQUIRE(edges.start.size() == contours.points.size());
    REQUIRE(edges.end.size() == contours.points.size());
    for (std::size_t l = 0; l < contours.loops(); ++l) {
      for (std::size_t i = contours.first[l]; i < contours.first[l + 1]; ++i) {
        const std::size_t next = i + 1 < contours.first[l + 1] ? i + 1 : contours.first[l];
        const Point2 from = contours.points[i], to = contours.points[next];
        const Point2 along = (to - from) * (1 / length(to - from));
        CHECK(cross(along, edges.start[i] - from) == doctest::Approx(d));
        CHECK(cross(along, edges.end[i] - from) == doctest::Approx(d));
      }
    }
  }
}
