#include "costengine/slice/bits.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

using namespace costengine;

namespace {

BitGrid grid_of(int columns, int rows) {
  BitGrid grid;
  grid.rows = rows;
  grid.words = (columns + 63) / 64 + 2;
  return grid;
}

void set(BitMask& mask, int x, int y) {
  mask.row(y)[1 + x / 64] |= BitWord{1} << (x % 64);
}

/// One pixel at a time, the slow way.
class Pixels {
 public:
  Pixels(int columns, int rows) : columns_(columns), rows_(rows) {
    bits_.resize(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows));
  }
  explicit Pixels(const BitMask& mask) : Pixels((mask.words() - 2) * 64, mask.rows()) {
    for (int y = 0; y < rows_; ++y)
      for (int x = 0; x < columns_; ++x) (*this)(x, y) = mask.at(x, y);
  }
  char& operator()(int x, int y) {
    return bits_[static_cast<std::size_t>(y) * static_cast<std::size_t>(columns_) +
                 static_cast<std::size_t>(x)];
  }
  bool contains(int x, int y) const { return x >= 0 && x < columns_ && y >= 0 && y < rows_; }
  bool at(int x, int y) const { return contains(x, y) && const_cast<Pixels&>(*this)(x, y) != 0; }
  int columns() const { return columns_; }
  int rows() const { return rows_; }
  friend bool operator==(const Pixels&, const Pixels&) = default;

 private:
  int columns_, rows_;
  std::vector<char> bits_;
};

BitMask random_mask(const BitGrid& grid, double share, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  BitMask mask(grid);
  for (int y = 0; y < grid.rows; ++y)
    for (int x = 0; x < grid.columns(); ++x)
      if (static_cast<double>(random() >> 11) * 0x1p-53 < share) set(mask, x, y);
  return mask;
}

/// Boxes here and there, some of them over the edge of the grid.
BitMask random_boxes(const BitGrid& grid, int boxes, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  BitMask mask(grid);
  for (int i = 0; i < boxes; ++i) {
    const int left = below(grid.columns()), bottom = below(grid.rows);
    const int right = std::min(grid.columns(), left + 1 + below(25));
    const int top = std::min(grid.rows, bottom + 1 + below(25));
    for (int y = bottom; y < top; ++y)
      for (int x = left; x < right; ++x) set(mask, x, y);
  }
  return mask;
}

std::vector<BitMask> some_masks(const BitGrid& grid) {
  return {random_mask(grid, 0.003, 1), random_mask(grid, 0.5, 2), random_mask(grid, 0.99, 3),
          random_boxes(grid, 12, 4),   random_boxes(grid, 40, 5), BitMask(grid)};
}

/// The words around each row, which passes over whole masks rely on.
bool margins_are_empty(const BitMask& mask) {
  for (int y = 0; y < mask.rows(); ++y)
    if (mask.row(y)[0] != 0 || mask.row(y)[mask.words() - 1] != 0) return false;
  return true;
}

const BitGrid kGrid = grid_of(128, 45);
const std::vector<double> kRadii = {0.5, 1, 1.5, 2, 2.7, 3.3, 4, 6, 9.5};

/// What a single pixel grows to: the pixels around it, as offsets.
std::vector<std::pair<int, int>> grown_pixel(double radius) {
  const BitGrid grid = grid_of(256, 201);
  BitMask pixel(grid), scratch(grid);
  set(pixel, 127, 100);
  dilate(pixel, radius, scratch);
  std::vector<std::pair<int, int>> offsets;
  for (int y = 0; y < grid.rows; ++y)
    for (int x = 0; x < grid.columns(); ++x)
      if (pixel.at(x, y)) offsets.emplace_back(x - 127, y - 100);
  return offsets;
}

}  // namespace

TEST_CASE("a grid covers its box and margin with pixels as fine as memory allows") {
  const BitGrid fine = make_grid(-3, 5, 17, 11, 2, 0.1, 100'000);
  CHECK(fine.pixel_mm == 0.1);
  CHECK(fine.left_mm == -5);
  CHECK(fine.bottom_mm == 3);
  CHECK(fine.left_mm + fine.columns() * fine.pixel_mm >= 19 - 1e-9);
  CHECK(fine.bottom_mm + fine.rows * fine.pixel_mm >= 13 - 1e-9);
  CHECK(fine.words == 4 + 2);  // 240 columns
  const BitGrid coarse = make_grid(-3, 5, 17, 11, 2, 0.1, 200);
  CHECK(coarse.size() <= 200);
  CHECK(coarse.pixel_mm > 0.1);
  CHECK(coarse.left_mm + coarse.columns() * coarse.pixel_mm >= 19 - 1e-9);
  CHECK(coarse.bottom_mm + coarse.rows * coarse.pixel_mm >= 13 - 1e-9);
}

TEST_CASE("a pixel outside the grid is not set") {
  BitMask mask = random_mask(kGrid, 1, 0);
  CHECK(mask.at(0, 0));
  CHECK(mask.at(127, 44));
  for (const auto& [x, y] : {std::pair(-1, 3), {128, 3}, {3, -1}, {3, 45}}) {
    CHECK_FALSE(mask.at(x, y));
  }
}

TEST_CASE("counts and set operations agree with one pixel at a time") {
  const std::vector<BitMask> masks = some_masks(kGrid);
  for (std::size_t i = 0; i < masks.size(); ++i) {
    for (std::size_t j = 0; j < masks.size(); ++j) {
      CAPTURE(i);
      CAPTURE(j);
      const Pixels a(masks[i]), b(masks[j]);
      BitMask both = masks[i], less = masks[i], either = masks[i];
      intersect(both, masks[j]);
      subtract(less, masks[j]);
      unite(either, masks[j]);
      std::uint64_t set_pixels = 0;
      bool right = true;
      for (int y = 0; y < a.rows(); ++y) {
        for (int x = 0; x < a.columns(); ++x) {
          right &= both.at(x, y) == (a.at(x, y) && b.at(x, y));
          right &= less.at(x, y) == (a.at(x, y) && !b.at(x, y));
          right &= either.at(x, y) == (a.at(x, y) || b.at(x, y));
          set_pixels += a.at(x, y);
        }
      }
      CHECK(right);
      CHECK(count(masks[i]) == set_pixels);
      CHECK(any(masks[i]) == (set_pixels > 0));
    }
  }
}

TEST_CASE("what is left of a region in one pass is what single steps leave") {
  const std::vector<BitMask> masks = some_masks(kGrid);
  for (const BitMask& a : masks) {
    for (const BitMask& b : masks) {
      BitMask expected = a, result = masks[1];  // whatever it held
      subtract(expected, b);
      CHECK(difference(a, b, result) == any(expected));
      CHECK(result.bits() == expected.bits());
      CHECK(::costengine::contains(b, a) == !any(expected));
      const BitMask* covers[] = {&b, &masks[2], &masks[4]};
      for (const std::size_t n : {1U, 2U, 3U}) {
        BitMask covered = b;
        for (std::size_t k = 1; k < n; ++k) intersect(covered, *covers[k]);
        expected = a;
        subtract(expected, covered);
        CHECK(uncovered(a, std::span(covers, n), result) == any(expected));
        CHECK(result.bits() == expected.bits());
        expected = a;
        intersect(expected, covered);
        CHECK(common(a, std::span(covers, n), result) == any(expected));
        CHECK(result.bits() == expected.bits());
      }
    }
  }
}

TEST_CASE("runs are those of one pixel at a time") {
  std::vector<BitMask> masks = some_masks(kGrid);
  BitMask edges(kGrid);
  for (const int x : {0, 62, 63, 64, 65, 127}) set(edges, x, 7);
  for (int x = 0; x < 128; ++x) set(edges, x, 8);
  for (int x = 64; x < 128; ++x) set(edges, x, 9);
  masks.push_back(edges);
  for (const BitMask& mask : masks) {
    for (int y = 0; y < mask.rows(); ++y) {
      std::vector<std::pair<int, int>> expected, found;
      for (int x = 0; x < 128; ++x) {
        if (!mask.at(x, y)) continue;
        if (!mask.at(x - 1, y)) expected.emplace_back(x, x);
        expected.back().second = x + 1;
      }
      for_each_run(mask, y, [&](int first, int end) { found.emplace_back(first, end); });
      CAPTURE(y);
      CHECK(found == expected);
    }
  }
}

TEST_CASE("a pixel grows to a disc: to the rounded radius along the axes, about round between") {
  for (const double radius : {0.5, 1.0, 1.49, 1.5, 2.7, 4.0, 5.0, 9.5, 20.0, 33.3, 60.0, 90.0}) {
    CAPTURE(radius);
    const std::vector<std::pair<int, int>> disc = grown_pixel(radius);
    const auto has = [&](int x, int y) {
      return std::find(disc.begin(), disc.end(), std::pair(x, y)) != disc.end();
    };
    const int reach = static_cast<int>(radius + 0.5);
    int on_axes = 0, beyond = 0, unlike = 0;
    for (const auto& [x, y] : disc) {
      on_axes += (x == 0) + (y == 0);
      beyond += std::hypot(x, y) > 1.09 * (radius + 0.5);  // an octagon's corners: 1 / cos 22.5
      unlike += !has(-x, y) || !has(y, x);
    }
    CHECK(on_axes == 2 * (2 * reach + 1));
    CHECK(has(reach, 0));
    CHECK(beyond == 0);
    CHECK(unlike == 0);
    // Everything within the radius, less the pixel by which corners are rounded.
    const auto inner = static_cast<int>(radius);
    int within = 0, covered = 0;
    for (int y = -inner; y <= inner; ++y) {
      for (int x = -inner; x <= inner; ++x) within += std::hypot(x, y) <= radius - 1;
    }
    for (const auto& [x, y] : disc) covered += std::hypot(x, y) <= radius - 1;
    CHECK(covered == within);
  }
}

TEST_CASE("a region grows as its pixels do, across words and not across the ends of rows") {
  for (const double radius : kRadii) {
    CAPTURE(radius);
    const std::vector<std::pair<int, int>> disc = grown_pixel(radius);
    for (const BitMask& mask : some_masks(kGrid)) {
      const Pixels before(mask);
      Pixels expected(before.columns(), before.rows());
      for (int y = 0; y < before.rows(); ++y) {
        for (int x = 0; x < before.columns(); ++x) {
          if (!before.at(x, y)) continue;
          for (const auto& [dx, dy] : disc) {
            if (expected.contains(x + dx, y + dy)) expected(x + dx, y + dy) = 1;
          }
        }
      }
      BitMask grown = mask, scratch = random_mask(kGrid, 0.5, 7);
      dilate(grown, radius, scratch);
      CHECK(margins_are_empty(grown));
      CHECK(Pixels(grown) == expected);
    }
  }
}

TEST_CASE("a region shrinks as the gaps in it grow") {
  for (const double radius : kRadii) {
    CAPTURE(radius);
    const std::vector<std::pair<int, int>> disc = grown_pixel(radius);
    const int margin = static_cast<int>(radius + 0.5);
    for (const BitMask& mask : some_masks(kGrid)) {
      const Pixels before(mask);
      BitMask shrunk = mask, scratch = random_mask(kGrid, 0.5, 8);
      erode(shrunk, radius, scratch);
      CHECK(margins_are_empty(shrunk));
      bool right = true;
      for (int y = margin; y < before.rows() - margin; ++y) {
        for (int x = margin; x < before.columns() - margin; ++x) {
          const bool stays = std::all_of(disc.begin(), disc.end(), [&](const auto& d) {
            return before.at(x + d.first, y + d.second);
          });
          right &= shrunk.at(x, y) == stays;
        }
      }
      CHECK(right);
    }
  }
}

TEST_CASE("a radius below half a pixel changes nothing") {
  BitMask mask = random_boxes(kGrid, 12, 6), scratch(kGrid);
  const std::vector<BitWord> before = mask.bits();
  dilate(mask, 0.49, scratch);
  CHECK(mask.bits() == before);
  erode(mask, 0.49, scratch);
  CHECK(mask.bits() == before);
}

TEST_CASE("opening removes bars thinner than the diameter and leaves wider ones") {
  BitMask bars(kGrid), scratch(kGrid);
  for (int y = 5; y < 40; ++y) {
    for (int x = 10; x < 14; ++x) set(bars, x, y);   // 4 wide
    for (int x = 60; x < 68; ++x) set(bars, x, y);   // 8 wide, across a word
    for (int x = 90; x < 102; ++x) set(bars, x, y);  // 12 wide
  }
  for (const double radius : {1.0, 3.0, 5.0, 7.0}) {
    CAPTURE(radius);
    BitMask opened = bars;
    open(opened, radius, scratch);
    CHECK(opened.at(12, 22) == (2 * radius < 4));
    CHECK(opened.at(64, 22) == (2 * radius < 8));
    CHECK(opened.at(96, 22) == (2 * radius < 12));
    CHECK_FALSE(opened.at(80, 22));
  }
}

TEST_CASE("opening adds nothing, and nothing more the second time") {
  for (const BitMask& mask : some_masks(kGrid)) {
    for (const double radius : {1.0, 2.0, 3.3, 4.0}) {
      CAPTURE(radius);
      BitMask once = mask, scratch(kGrid);
      open(once, radius, scratch);
      BitMask added = once;
      subtract(added, mask);
      CHECK_FALSE(any(added));
      BitMask twice = once;
      open(twice, radius, scratch);
      CHECK(twice.bits() == once.bits());
    }
  }
}

TEST_CASE("rows become columns and the other way round") {
  for (const BitGrid& grid : {kGrid, grid_of(64, 64), grid_of(192, 7), grid_of(64, 129)}) {
    BitGrid placed = grid;
    placed.left_mm = -4, placed.bottom_mm = 9, placed.pixel_mm = 0.25;
    const BitGrid turned = transposed(placed);
    CHECK(turned.left_mm == 9);
    CHECK(turned.bottom_mm == -4);
    CHECK(turned.pixel_mm == 0.25);
    for (const BitMask& mask : some_masks(grid)) {
      BitMask result = random_mask(turned, 0.5, 9), back(transposed(turned));
      transpose(mask, result);
      transpose(result, back);
      CHECK(count(result) == count(mask));
      bool right = true;
      for (int y = 0; y < mask.rows(); ++y) {
        for (int x = 0; x < (mask.words() - 2) * 64; ++x) {
          right &= result.at(y, x) == mask.at(x, y) && back.at(x, y) == mask.at(x, y);
        }
      }
      CHECK(right);
      CHECK(margins_are_empty(result));
    }
  }
}

TEST_CASE("every instruction set gives the same bits") {
  BitGrid grid = grid_of(700, 61);  // 13 words a row: no pass ends on a whole vector
  std::vector<std::vector<BitWord>> first;
  for (const Isa isa : available_isas()) {
    CAPTURE(isa_name(isa));
    grid.isa = isa;
    std::vector<std::vector<BitWord>> results;
    const auto keep = [&](const BitMask& mask) { results.push_back(mask.bits()); };
    BitMask scratch(grid), result(grid);
    const std::vector<BitMask> masks = some_masks(grid);
    for (const BitMask& a : masks) {
      CHECK(a.isa() == isa);
      for (const BitMask& b : masks) {
        for (void (*pass)(BitMask&, const BitMask&) : {intersect, subtract, unite}) {
          BitMask changed = a;
          pass(changed, b);
          keep(changed);
        }
        const BitMask* const covers[] = {&b, &masks[1], &masks[2]};
        const bool left = difference(a, b, result), more = contains(b, a);
        keep(result);
        const bool found = uncovered(a, covers, result);
        keep(result);
        const bool shared = common(a, covers, result);
        keep(result);
        results.push_back({BitWord{left}, BitWord{more}, BitWord{found}, BitWord{shared}});
      }
      results.push_back({count(a), BitWord{any(a)}});
      for (const double radius : kRadii) {
        for (void (*pass)(BitMask&, double, BitMask&) : {dilate, erode}) {
          BitMask changed = a;
          pass(changed, radius, scratch);
          keep(changed);
        }
      }
    }
    if (first.empty()) first = results;
    CHECK(results == first);
  }
}
