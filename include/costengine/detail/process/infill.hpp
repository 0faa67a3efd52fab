// Infill: the lines of a region as pieces of path.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "costengine/detail/process/layer_path.hpp"
#include "costengine/detail/process/links.hpp"
#include "costengine/slice/bits.hpp"

namespace costengine::detail {

/// Where lines run.
struct LineRules {
  Role role = Role::kSolidInfill;
  double spacing_mm = 0;
  double phase = 0.5;          ///< of the first line, in spacings
  double inset_mm = 0;         ///< lines end this far within the region
  double longest_link_mm = 0;  ///< between neighbouring lines
  double shortest_mm = 0;      ///< lines below are left out
};

struct LineScratch {
  struct End {
    double x0, x1;  ///< the run
    bool at_right;  ///< where the chain ends
    std::size_t chain;
    bool taken;
  };
  std::vector<End> before, now;
  std::vector<std::vector<Point2>> chains;
  std::size_t used = 0;
};

/// The 16 pixels of row y around x, as a number; nothing outside the mask.
inline unsigned window16(const BitMask& mask, int x, int y) {
  if (y < 0 || y >= mask.rows()) return 0;
  const int begin = x - 8 + 64;  // the empty word on the left
  if (begin < 0 || begin / 64 + 1 >= mask.words()) return 0;
  const BitWord* row = mask.row(y);
  const int shift = begin % 64;
  BitWord bits = row[begin / 64] >> shift;
  if (shift > 0) bits |= row[begin / 64 + 1] << (64 - shift);
  return static_cast<unsigned>(bits & 0xFFFF);
}

/// How many pixels further the region reaches per row, at the end of a run at pixel x of row y.
inline double slope_at(const BitMask& mask, int x, int y) {
  const int above = std::popcount(window16(mask, x, y + 2));
  const int below = std::popcount(window16(mask, x, y - 2));
  return std::clamp((above - below) / 4.0, -3.0, 3.0);
}

/// By how much a line must end before the boundary at pixel x of row y to keep `distance` from it:
/// the more, the flatter the line meets the boundary.
inline double inset_at(const BitMask& mask, int x, int y, double distance) {
  const double slope = slope_at(mask, x, y);
  return distance * std::sqrt(1 + slope * slope);
}

/// Calls line(row, y_mm) for every line, and run(begin, end, x0, x1) for each of its runs: its
/// pixels, and the millimetres that are left of it within the region.
template <class Line, class Run>
void for_each_line(const BitMask& mask, const BitGrid& grid, const LineRules& rules, Line&& line,
                   Run&& run) {
  const double top = grid.rows * grid.pixel_mm;
  for (double y = rules.phase * rules.spacing_mm; y < top; y += rules.spacing_mm) {
    const int row = std::min(grid.rows - 1, static_cast<int>(y / grid.pixel_mm));
    const double y_mm = grid.bottom_mm + y;
    line(row, y_mm);
    const double off_mm = y - (row + 0.5) * grid.pixel_mm;  // the line, from the middle of its row
    const auto inset = [&](int x) {
      const double slope = slope_at(mask, x, row);
      return rules.inset_mm * std::sqrt(1 + slope * slope) - slope * off_mm;
    };
    for_each_run(mask, row, [&](int begin, int end) {
      const double x0 = grid.left_mm + begin * grid.pixel_mm + inset(begin);
      const double x1 = grid.left_mm + end * grid.pixel_mm - inset(end);
      if (!(x1 - x0 < rules.shortest_mm)) run(begin, end, x0, x1);
    });
  }
}

/// Parallel lines along the rows of `mask`, each a piece of its own.
inline void add_pattern_lines(const BitMask& mask, const BitGrid& grid, bool swapped,
                              const LineRules& rules, PatternPieces& pattern) {
  int row = 0;
  double y_mm = 0;
  for_each_line(
      mask, grid, rules, [&](int r, double y) { row = r, y_mm = y; },
      [&](int begin, int end, double x0, double x1) {
        pattern.store.begin_piece(rules.role);
        pattern.store.add(swapped ? Point2{y_mm, x0} : Point2{x0, y_mm});
        pattern.store.add(swapped ? Point2{y_mm, x1} : Point2{x1, y_mm});
        if (swapped) {
          pattern.ends.insert(pattern.ends.end(), {{row, begin}, {row, end - 1}});
        } else {
          pattern.ends.insert(pattern.ends.end(), {{begin, row}, {end - 1, row}});
        }
      });
}

/// Straight lines along the rows of `mask`, every other one reversed, neighbours linked into chains
/// wherever their ends are near. `swapped`: the mask is transposed, so x and y change places.
inline void add_lines(const BitMask& mask, const BitGrid& grid, bool swapped,
                      const LineRules& rules, LineScratch& s, PathStore& store) {
  s.used = 0;
  s.now.clear();
  double y_mm = 0;
  const auto next_line = [&](int, double y) {
    std::swap(s.before, s.now);
    s.now.clear();
    y_mm = y;
  };
  for_each_line(mask, grid, rules, next_line, [&](int, int, double x0, double x1) {
    LineScratch::End run{x0, x1, true, 0, false};
    LineScratch::End* from = nullptr;
    for (LineScratch::End& e : s.before) {
      if (e.taken || e.x1 + rules.spacing_mm < x0 || e.x0 > x1 + rules.spacing_mm) continue;
      const double link = e.at_right ? std::fabs(e.x1 - x1) : std::fabs(e.x0 - x0);
      if (link > rules.longest_link_mm) continue;
      from = &e;
      break;
    }
    if (from != nullptr) {
      from->taken = true;
      run.chain = from->chain;
      run.at_right = !from->at_right;
    } else {
      if (s.used == s.chains.size()) s.chains.emplace_back();
      s.chains[s.used].clear();
      run.chain = s.used++;
      run.at_right = true;
    }
    std::vector<Point2>& chain = s.chains[run.chain];
    chain.push_back({run.at_right ? x0 : x1, y_mm});
    chain.push_back({run.at_right ? x1 : x0, y_mm});
    s.now.push_back(run);
  });
  for (std::size_t c = 0; c < s.used; ++c) {
    store.begin_piece(rules.role);
    for (const Point2 p : s.chains[c]) store.add(swapped ? Point2{p.y, p.x} : p);
    store.end_piece();
  }
}

}  // namespace costengine::detail
