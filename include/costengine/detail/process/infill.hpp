// Infill: the lines of a region as pieces of path.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>
#include <vector>

#include "costengine/detail/process/layer_path.hpp"
#include "costengine/detail/process/links.hpp"
#include "costengine/detail/slice/region_parts.hpp"
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

/// How much farther apart solid lines may lie than their spacing, to fill a part evenly.
inline constexpr double kWidestSpacing = 1.2;

struct LineScratch {
  RegionParts parts;
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

/// Where a line ends within a row's runs, so far from the boundary as it must be.
class LineEnds {
 public:
  /// `y_mm` is the line's height above the bottom of the grid.
  LineEnds(const BitMask& mask, const BitGrid& grid, int row, double y_mm, double inset_mm)
      : mask_(mask),
        grid_(grid),
        row_(row),
        off_mm_(y_mm - (row + 0.5) * grid.pixel_mm),
        inset_mm_(inset_mm) {}
  [[nodiscard]] double left_mm(int begin) const {
    return grid_.left_mm + begin * grid_.pixel_mm + inset(begin);
  }
  [[nodiscard]] double right_mm(int end) const {
    return grid_.left_mm + end * grid_.pixel_mm - inset(end);
  }

 private:
  [[nodiscard]] double inset(int x) const {
    const double slope = slope_at(mask_, x, row_);
    return inset_mm_ * std::sqrt(1 + slope * slope) - slope * off_mm_;
  }

  const BitMask& mask_;
  const BitGrid& grid_;
  int row_;
  double off_mm_;  ///< the line, from the middle of its row
  double inset_mm_;
};

/// Adds a line to the chain whose end is near, or begins one.
inline void add_to_chain(double x0, double x1, double y_mm, double spacing_mm,
                         const LineRules& rules, LineScratch& s) {
  LineScratch::End run{x0, x1, true, 0, false};
  LineScratch::End* from = nullptr;
  for (LineScratch::End& e : s.before) {
    if (e.taken || e.x1 + spacing_mm < x0 || e.x0 > x1 + spacing_mm) continue;
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
}

/// Parallel lines along the rows of `mask`, each a piece of its own.
inline void add_pattern_lines(const BitMask& mask, const BitGrid& grid, bool swapped,
                              const LineRules& rules, PatternPieces& pattern) {
  const double top = grid.rows * grid.pixel_mm;
  for (double y = rules.phase * rules.spacing_mm; y < top; y += rules.spacing_mm) {
    const int row = std::min(grid.rows - 1, static_cast<int>(y / grid.pixel_mm));
    const double y_mm = grid.bottom_mm + y;
    const LineEnds ends(mask, grid, row, y, rules.inset_mm);
    for_each_run(mask, row, [&](int begin, int end) {
      const double x0 = ends.left_mm(begin), x1 = ends.right_mm(end);
      if (x1 - x0 < rules.shortest_mm) return;
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
}

/// Numbers the pieces from `first_piece` on by the connected part of the region in which they
/// begin, from `first_group` on. Returns the next number.
inline std::uint32_t group_by_part(const BitMask& region, const BitGrid& grid,
                                   std::size_t first_piece, std::uint32_t first_group,
                                   RegionParts& parts, PathStore& store) {
  parts.find(region);
  for (std::size_t p = first_piece; p < store.pieces.size(); ++p) {
    const Point2 at = store.points[store.pieces[p].begin];
    store.pieces[p].group =
        first_group + parts.part_at(static_cast<int>((at.x - grid.left_mm) / grid.pixel_mm),
                                    static_cast<int>((at.y - grid.bottom_mm) / grid.pixel_mm));
  }
  return first_group + static_cast<std::uint32_t>(parts.parts().size());
}

/// All pieces from `first_piece` on, if the region has only one part.
inline std::uint32_t group_as_one(std::size_t first_piece, std::uint32_t group, PathStore& store) {
  for (std::size_t p = first_piece; p < store.pieces.size(); ++p) store.pieces[p].group = group;
  return group + 1;
}

/// Straight lines along the rows of `mask`, every other one reversed, neighbours linked into chains
/// wherever their ends are near. In each connected part the lines are spread evenly over its width,
/// if `spread`, with as much more flow. Pieces get the number of their part, from `first_group` on;
/// returns the next one. `swapped`: the mask is transposed, so x and y change places.
inline std::uint32_t add_lines(const BitMask& mask, const BitGrid& grid, bool swapped, bool spread,
                               const LineRules& rules, std::uint32_t first_group, LineScratch& s,
                               PathStore& store) {
  s.parts.find(mask);
  for (std::uint32_t p = 0; p < s.parts.parts().size(); ++p) {
    const RegionParts::Part& part = s.parts.parts()[p];
    double spacing_mm = rules.spacing_mm;
    double y = 0;  // above the grid's bottom
    if (spread) {
      const double width_mm = (part.end_row - part.first_row) * grid.pixel_mm;
      const double lines = std::floor(width_mm / rules.spacing_mm);
      if (lines > 0) spacing_mm = std::min(width_mm / lines, kWidestSpacing * rules.spacing_mm);
      y = part.first_row * grid.pixel_mm + rules.phase * spacing_mm;
    } else {
      const double first = part.first_row * grid.pixel_mm / spacing_mm - rules.phase;
      y = (std::max(0.0, std::ceil(first)) + rules.phase) * spacing_mm;
    }
    s.used = 0;
    s.now.clear();
    for (; y < part.end_row * grid.pixel_mm; y += spacing_mm) {
      std::swap(s.before, s.now);
      s.now.clear();
      const int row =
          std::clamp(static_cast<int>(y / grid.pixel_mm), part.first_row, part.end_row - 1);
      const double y_mm = grid.bottom_mm + y;
      const LineEnds ends(mask, grid, row, y, rules.inset_mm);
      for (const RegionParts::Run& run : std::as_const(s.parts).row(row)) {
        if (run.part != p) continue;
        const double x0 = ends.left_mm(run.begin), x1 = ends.right_mm(run.end);
        if (!(x1 - x0 < rules.shortest_mm)) add_to_chain(x0, x1, y_mm, spacing_mm, rules, s);
      }
    }
    for (std::size_t c = 0; c < s.used; ++c) {
      store.begin_piece(rules.role);
      store.pieces.back().flow = spacing_mm / rules.spacing_mm;
      store.pieces.back().group = first_group + p;
      for (const Point2 point : s.chains[c]) {
        store.add(swapped ? Point2{point.y, point.x} : point);
      }
      store.end_piece();
    }
  }
  return first_group + static_cast<std::uint32_t>(s.parts.parts().size());
}

}  // namespace costengine::detail
