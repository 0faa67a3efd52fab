/// Rows of bits: a region of a layer as pixels, one bit each, and what can be done with regions.
///
/// A row is a run of 64-bit words with an empty word on each side, so that passes over it are flat
/// loops without branches, and are compiled for each instruction set. All regions of a model share
/// one grid.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "costengine/base/config.hpp"
#include "costengine/base/isa.hpp"

namespace costengine {

using BitWord = std::uint64_t;

/// Where the pixels lie: pixel (column, row) has its centre at
/// (left + (column + 1/2) * pixel, bottom + (row + 1/2) * pixel), in millimetres.
struct BitGrid {
  double left_mm = 0, bottom_mm = 0, pixel_mm = 1;
  int rows = 0;
  int words = 0;         ///< a row, the two empty ones included
  Isa isa = Isa::kBest;  ///< what passes over its masks are run with; same bits with any

  [[nodiscard]] int columns() const { return (words - 2) * 64; }
  [[nodiscard]] std::size_t size() const {
    return static_cast<std::size_t>(rows) * static_cast<std::size_t>(words);
  }
};

/// A grid over the box with a margin on each side. The pixel is `pixel_mm`, or larger if a mask
/// would have more than `most_words` words.
BitGrid make_grid(double left_mm, double bottom_mm, double right_mm, double top_mm,
                  double margin_mm, double pixel_mm, std::size_t most_words);

/// A region. Every function below takes regions of one grid.
class BitMask {
 public:
  BitMask() = default;
  explicit BitMask(const BitGrid& grid)
      : rows_(grid.rows), words_(grid.words), isa_(grid.isa), bits_(grid.size(), 0) {}

  [[nodiscard]] int rows() const { return rows_; }
  [[nodiscard]] int words() const { return words_; }
  [[nodiscard]] Isa isa() const { return isa_; }
  [[nodiscard]] bool allocated() const { return !bits_.empty(); }
  [[nodiscard]] BitWord* row(int y) { return bits_.data() + offset(y); }
  [[nodiscard]] const BitWord* row(int y) const { return bits_.data() + offset(y); }
  [[nodiscard]] std::vector<BitWord>& bits() { return bits_; }
  [[nodiscard]] const std::vector<BitWord>& bits() const { return bits_; }
  [[nodiscard]] bool at(int x, int y) const {
    const auto column = static_cast<unsigned>(x), line = static_cast<unsigned>(y);
    if (line >= static_cast<unsigned>(rows_) || column / 64 + 2 >= static_cast<unsigned>(words_)) {
      return false;
    }
    return (row(y)[1 + column / 64] >> (column % 64)) & 1;
  }
  void clear() { std::fill(bits_.begin(), bits_.end(), BitWord{0}); }

 private:
  [[nodiscard]] std::size_t offset(int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(words_);
  }
  int rows_ = 0, words_ = 0;
  Isa isa_ = Isa::kBest;
  std::vector<BitWord> bits_;
};

/// a &= b, a &= ~b, a |= b. Cost: a word operation each 64 pixels.
void intersect(BitMask& a, const BitMask& b);
void subtract(BitMask& a, const BitMask& b);
void unite(BitMask& a, const BitMask& b);

/// result = a & ~b; whether any pixel is left. `result` has the memory of a mask of the grid.
bool difference(const BitMask& a, const BitMask& b, BitMask& result);

/// result = what of `a` is in all of `others` (at least one); whether any pixel is left.
bool common(const BitMask& a, std::span<const BitMask* const> others, BitMask& result);

/// result = what of `a` is not in all of `covers` (at least one); whether any pixel is left.
bool uncovered(const BitMask& a, std::span<const BitMask* const> covers, BitMask& result);

/// Number of pixels.
std::uint64_t count(const BitMask& a);
bool any(const BitMask& a);

/// Whether all pixels of `inner` are in `outer`.
bool contains(const BitMask& outer, const BitMask& inner);

/// Grows a region by a disc of `radius` pixels (0.5 and up; below, nothing happens), or shrinks it.
/// Large radii are octagons. Cost: a few passes per pixel of radius.
void dilate(BitMask& a, double radius, BitMask& scratch);
void erode(BitMask& a, double radius, BitMask& scratch);

/// Grows a region by a square of `reach` pixels to each side: its corners stay square.
void dilate_square(BitMask& a, int reach, BitMask& scratch);

/// Erosion and dilation: removes what is thinner than twice the radius.
void open(BitMask& a, double radius, BitMask& scratch);

/// Rows become columns. `result` belongs to the grid of transposed().
BitGrid transposed(const BitGrid& grid);
void transpose(const BitMask& a, BitMask& result);

/// Calls visit(first, end) for each run of set pixels of a row, from left to right.
template <class Visit>
void for_each_run(const BitMask& a, int y, Visit&& visit) {
  const BitWord* row = a.row(y);
  int begin = -1;
  BitWord before = 0;  // the bit left of the word, in the lowest place
  for (int w = 1; w < a.words(); ++w) {
    const BitWord word = row[w];
    BitWord edges = word ^ ((word << 1) | before);
    before = word >> 63;
    while (edges != 0) {
      const int x = (w - 1) * 64 + __builtin_ctzll(edges);
      edges &= edges - 1;
      if (begin < 0) {
        begin = x;
      } else {
        visit(begin, x);
        begin = -1;
      }
    }
  }
}

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/slice/bits.ipp"
#endif
