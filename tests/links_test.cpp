#include "costengine/detail/process/links.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>
#include <vector>

#include "support/outlines.hpp"

using namespace costengine;
using detail::PathPiece;
using detail::PathStore;
using detail::PatternPieces;

namespace {

constexpr double kPixel_mm = 0.25;

BitGrid grid() {
  BitGrid result;
  result.pixel_mm = kPixel_mm;
  result.rows = 150, result.words = 4;
  return result;
}

BitMask mask_of(const std::vector<shapes::Outline>& boxes) {
  BitMask mask(grid());
  for (int y = 0; y < grid().rows; ++y) {
    for (int x = 0; x < grid().columns(); ++x) {
      const Point2 p{(x + 0.5) * kPixel_mm, (y + 0.5) * kPixel_mm};
      for (const shapes::Outline& box : boxes) {
        if (p.x > box[0].x && p.x < box[2].x && p.y > box[0].y && p.y < box[2].y) {
          mask.row(y)[1 + x / 64] |= BitWord{1} << (x % 64);
        }
      }
    }
  }
  return mask;
}

/// Lines along x, one for each run of the mask in every `step`-th row of pixels; they end half a
/// pixel within the region, so every end has coordinates of its own.
PatternPieces lines(const BitMask& mask, int step) {
  PatternPieces pattern;
  for (int y = step / 2; y < mask.rows(); y += step) {
    for_each_run(mask, y, [&](int begin, int end) {
      pattern.store.begin_piece(detail::Role::kSparseInfill);
      pattern.store.add({(begin + 0.5) * kPixel_mm, (y + 0.5) * kPixel_mm});
      pattern.store.add({(end - 0.5) * kPixel_mm, (y + 0.5) * kPixel_mm});
      pattern.ends.push_back({begin, y});
      pattern.ends.push_back({end - 1, y});
    });
  }
  return pattern;
}

PathStore linked(const PatternPieces& pattern, const BitMask& region, double longest_mm,
                 double anchor_mm = 0) {
  detail::LinkScratch scratch;
  PathStore result;
  detail::PieceLinker(pattern, region, grid(), 0.4, longest_mm, anchor_mm, scratch)
      .append_to(result);
  return result;
}

/// A chain taken apart again: the pieces in it, and the ways between them.
struct Chain {
  std::vector<std::size_t> pieces;
  std::vector<double> ways_mm;
};

std::vector<Chain> chains(const PathStore& result, const PatternPieces& pattern) {
  std::vector<Chain> found;
  for (const PathPiece& path : result.pieces) {
    Chain chain;
    double way = 0;
    for (std::size_t i = path.begin; i + 1 < path.end;) {
      const Point2 a = result.points[i], b = result.points[i + 1];
      std::size_t match = pattern.store.pieces.size();
      for (std::size_t p = 0; p < pattern.store.pieces.size(); ++p) {
        const Point2 c = pattern.store.points[2 * p], d = pattern.store.points[2 * p + 1];
        if ((a == c && b == d) || (a == d && b == c)) match = p;
      }
      if (match < pattern.store.pieces.size()) {
        if (!chain.pieces.empty()) chain.ways_mm.push_back(way);
        chain.pieces.push_back(match);
        way = 0;
      } else {
        way += length(b - a);
      }
      ++i;
    }
    found.push_back(chain);
  }
  return found;
}

/// Every piece is in one chain, once; chains are open; no way is longer than the reach.
void check_chains(const std::vector<Chain>& found, const PatternPieces& pattern,
                  double longest_mm) {
  std::multiset<std::size_t> used;
  for (const Chain& chain : found) {
    CHECK_FALSE(chain.pieces.empty());
    CHECK(chain.ways_mm.size() + 1 == chain.pieces.size());
    used.insert(chain.pieces.begin(), chain.pieces.end());
    // Lines end half a pixel within the boundary, and its corners are cut.
    for (const double way : chain.ways_mm) CHECK(way <= longest_mm + 4 * kPixel_mm);
  }
  CHECK(used.size() == pattern.store.pieces.size());
  CHECK(std::set<std::size_t>(used.begin(), used.end()).size() == used.size());
}

const BitMask& box() {
  static const BitMask mask = mask_of({shapes::rectangle(2, 2, 24, 30)});
  return mask;
}

}  // namespace

TEST_CASE("lines of a box become one chain as soon as the reach spans their distance") {
  const int step = 8;  // 2 mm
  const PatternPieces pattern = lines(box(), step);
  const std::size_t count = pattern.store.pieces.size();
  REQUIRE(count == 15);
  for (const double reach : {0.0, 1.0, 1.9}) {
    CAPTURE(reach);
    const std::vector<Chain> found = chains(linked(pattern, box(), reach), pattern);
    CHECK(found.size() == count);
    check_chains(found, pattern, reach);
  }
  for (const double reach : {2.1, 3.0, 1000.0}) {
    CAPTURE(reach);
    const std::vector<Chain> found = chains(linked(pattern, box(), reach), pattern);
    REQUIRE(found.size() == 1);
    check_chains(found, pattern, reach);
    for (const double way : found[0].ways_mm) CHECK(way == doctest::Approx(2).epsilon(0.25));
    for (std::size_t i = 1; i < count; ++i) {  // from neighbour to neighbour
      const auto a = found[0].pieces[i - 1], b = found[0].pieces[i];
      CHECK((a > b ? a - b : b - a) == 1);
    }
  }
}

TEST_CASE("in any region no end is used twice and no ring arises") {
  std::mt19937_64 random(5);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (int run = 0; run < 12; ++run) {
    std::vector<shapes::Outline> boxes;
    for (int i = 0; i < 9; ++i) {
      boxes.push_back(shapes::rectangle(1 + below(20), 1 + below(24), 2 + below(9), 2 + below(9)));
    }
    const BitMask region = mask_of(boxes);
    for (const int step : {2, 5, 11}) {
      const PatternPieces pattern = lines(region, step);
      for (const double reach : {0.6, 2.0, 5.0, 20.0}) {
        CAPTURE(run);
        CAPTURE(step);
        CAPTURE(reach);
        check_chains(chains(linked(pattern, region, reach), pattern), pattern, reach);
      }
    }
  }
}

TEST_CASE("a longer reach never leaves more chains") {
  const BitMask region = mask_of({shapes::rectangle(2, 2, 10, 30), shapes::rectangle(16, 2, 3, 8),
                                  shapes::rectangle(16, 16, 10, 12)});
  const PatternPieces pattern = lines(region, 6);
  std::size_t last = pattern.store.pieces.size() + 1;
  for (const double reach : {0.5, 1.6, 3.0, 10.0, 1000.0}) {
    CAPTURE(reach);
    const std::size_t count = linked(pattern, region, reach).pieces.size();
    CHECK(count <= last);
    last = count;
  }
  CHECK(last >= 3);  // one for each part at least
}

TEST_CASE("pieces of separate parts are not joined, however near") {
  // Two boxes a millimetre apart.
  const BitMask region =
      mask_of({shapes::rectangle(2, 2, 10, 20), shapes::rectangle(13, 2, 10, 20)});
  const PatternPieces pattern = lines(region, 8);
  const std::vector<Chain> found = chains(linked(pattern, region, 50), pattern);
  CHECK(found.size() >= 2);
  CHECK(found.size() < pattern.store.pieces.size() / 2);
  for (const Chain& chain : found) {
    const bool left = pattern.store.points[2 * chain.pieces[0]].x < 12.5;
    for (const std::size_t p : chain.pieces) {
      CHECK((pattern.store.points[2 * p].x < 12.5) == left);
    }
  }
}

TEST_CASE("lines on both sides of a hole go round it and not through") {
  BitMask region = mask_of({shapes::rectangle(2, 2, 24, 30)});
  const BitMask hole = mask_of({shapes::rectangle(8, 10, 12, 14)});
  subtract(region, hole);
  const PatternPieces pattern = lines(region, 8);
  const PathStore result = linked(pattern, region, 3);
  check_chains(chains(result, pattern), pattern, 3);
  for (const PathPiece& path : result.pieces) {
    for (std::size_t i = path.begin + 1; i < path.end; ++i) {
      const Point2 middle = (result.points[i] + result.points[i - 1]) * 0.5;
      const bool inside = middle.x > 8.5 && middle.x < 19.5 && middle.y > 10.5 && middle.y < 23.5;
      CHECK_FALSE(inside);
    }
  }
}

TEST_CASE("two halves of a line are joined below a hole or above it, where the way is short") {
  BitMask region = mask_of({shapes::rectangle(2, 2, 24, 30)});
  subtract(region, mask_of({shapes::rectangle(10, 8, 6, 20)}));
  for (const int row : {38, 106}) {  // 1.5 mm from the lower end of the hole, and from the upper
    CAPTURE(row);
    const PatternPieces all = lines(region, 2 * row);
    PatternPieces pattern;
    for (std::size_t p = 0; p < 2; ++p) {
      pattern.store.begin_piece(detail::Role::kSparseInfill);
      pattern.store.add(all.store.points[2 * p]);
      pattern.store.add(all.store.points[2 * p + 1]);
    }
    pattern.ends.assign(all.ends.begin(), all.ends.begin() + 4);
    CHECK(linked(pattern, region, 7).pieces.size() == 2);
    const PathStore result = linked(pattern, region, 12);
    REQUIRE(result.pieces.size() == 1);
    CHECK(chains(result, pattern)[0].ways_mm[0] == doctest::Approx(6 + 2 * 1.5).epsilon(0.12));
  }
}

TEST_CASE("ends left over get an anchor") {
  const PatternPieces pattern = lines(box(), 8);
  const double anchor = 0.7;
  const PathStore result = linked(pattern, box(), 0.5, anchor);
  REQUIRE(result.pieces.size() == pattern.store.pieces.size());
  for (std::size_t p = 0; p < result.pieces.size(); ++p) {
    const PathPiece& path = result.pieces[p];
    REQUIRE(path.end - path.begin >= 4);
    CHECK(path.role == detail::Role::kSparseInfill);
    // A way along the boundary, half a spacing within: as long as pixels can tell.
    const Point2 *first = &result.points[path.begin], *last = &result.points[path.end - 1];
    for (const Point2 d : {first[1] - first[0], last[0] - last[-1]}) {
      CHECK(length(d) > anchor - 1.5 * kPixel_mm);
      CHECK(length(d) < anchor + 1.5 * kPixel_mm);
    }
  }
  // Of a single chain only its two ends are left over.
  const PathStore chain = linked(pattern, box(), 3, anchor);
  REQUIRE(chain.pieces.size() == 1);
  const Chain taken_apart = chains(chain, pattern)[0];
  CHECK(taken_apart.pieces.size() == pattern.store.pieces.size());
  CHECK(length(chain.points[1] - chain.points[0]) > anchor - 1.5 * kPixel_mm);
}

TEST_CASE("a single piece stays as it is, and none gives none") {
  PatternPieces pattern = lines(box(), 200);
  REQUIRE(pattern.store.pieces.size() == 1);
  CHECK(linked(pattern, box(), 1000).points == pattern.store.points);
  pattern.clear();
  CHECK(linked(pattern, box(), 1000).pieces.empty());
}
