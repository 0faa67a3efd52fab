// Overhangs: what of a layer lies too far out over the one below.
#pragma once

#include <array>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "costengine/base/trig.hpp"
#include "costengine/detail/slice/support_bridges.hpp"
#include "costengine/detail/slice/support_cells.hpp"
#include "costengine/slice/support.hpp"

namespace costengine::detail {

/// The overhangs of one layer as pixels that they touch.
struct Overhang {
  BitMask region;      ///< without memory: none
  BitMask dense;       ///< of it what lies so far out that it needs an interface
  bool spans = false;  ///< some of it lies so far out that it is printed as a bridge
};

/// The pixels whose centres lie in the runs, which are those of the grid's rows.
inline void mark_section(const RowRuns& runs, const BitGrid& grid, BitMask& result) {
  result = BitMask(grid);
  const double per_mm = 1 / grid.pixel_mm;
  for (int y = 0; y < grid.rows; ++y) {
    for (const Run& run : runs.row(y)) {
      const double x0 = (run.first - grid.left_mm) * per_mm;
      const double x1 = (run.second - grid.left_mm) * per_mm;
      mark_run(result, y, std::floor(x0 + 0.5), std::floor(x1 + 0.5), 1);
    }
  }
}

/// The lines through the centres of a grid's rows.
inline LineFamily rows_of(const BitGrid& grid, Point2 x_axis) {
  return {x_axis, false, grid.bottom_mm + grid.pixel_mm / 2, grid.pixel_mm, grid.rows};
}

/// The section, moved outwards, by the centres of pixels.
inline void scan_section(const Contours& contours, double outwards_mm, const BitGrid& grid,
                         Point2 x_axis, BitMask& result, RowRuns& runs, RunScratch& scratch) {
  scan_runs(contours, outwards_mm, 0, rows_of(grid, x_axis), runs, scratch);
  mark_section(runs, grid, result);
}

/// Finds overhangs along the rows and the columns of a grid, so that none is too thin to be seen.
class OverhangFinder {
 public:
  /// `snug`: overhangs are their own area, back to the layer below, not all pixels that they touch.
  OverhangFinder(const BitGrid& grid, Point2 x_axis, bool snug = false) : grid_(grid), snug_(snug) {
    families_[0] = rows_of(grid, x_axis);
    families_[1] = {x_axis, true, grid.left_mm + grid.pixel_mm / 2, grid.pixel_mm, grid.columns()};
  }

  /// The pixels whose centres lie in a layer.
  void mark_section_of(const Contours& layer, BitMask& result) {
    scan(layer, here_);
    mark_section(here_.runs[0], grid_, result);
  }

  /// `reach_mm`: how far the layer may lie out over the one below; `dense_mm`: how far without a
  /// dense interface. With `anchor_mm` above 0, what lies between two parts of the layer that rest
  /// on the one below, each at least so long, is a bridge and no overhang; and so is what infill
  /// bridges within walls of `walls_mm`. Bridges lie out farther than `span_mm`.
  void find(const Contours& layer, const Contours& below, double reach_mm, double dense_mm,
            double anchor_mm, double walls_mm, double span_mm, Overhang& result) {
    result = {};
    bridged_ = {};
    if (here_.of == &below) std::swap(here_, below_);
    scan(below, below_);
    scan(layer, here_);
    find_corners(layer);
    if (all_within(below, reach_mm)) return;
    for (const bool swapped : {false, true}) {
      const LineFamily& lines = families_[swapped ? 1 : 0];
      const RowRuns& here = here_.runs[swapped ? 1 : 0];
      const RowRuns& under_all = below_.runs[swapped ? 1 : 0];
      scan_runs(below, reach_mm, 0, lines, reached_, scratch_);
      if (!swapped && !snug_) mark_corners(lines, result.region);
      bool scanned = false;
      const auto scan_dense = [&] {
        if (!scanned && dense_mm > reach_mm) {
          scan_runs(below, dense_mm, dense_mm * kOpened, lines, sparse_, scratch_);
        }
        scanned = true;
      };
      for (int y = 0; y < lines.lines; ++y) {
        for (const Run& run : here.row(y)) {
          without(run, reached_.row(y), [&](double x0, double x1) {
            if (x1 - x0 < kLeast_mm) return;
            const double from = x0;
            if (anchor_mm > 0 && x0 - run.first > anchor_mm && run.second - x1 > anchor_mm) {
              mark(bridged_, swapped, y, x0, x1);
            }
            scan_dense();
            if (snug_) {
              x0 = run.first, x1 = run.second;
              for (const Run& under : under_all.row(y)) {
                if (under.second <= from) x0 = std::max(x0, under.second);
                if (under.first >= from) {
                  x1 = std::min(x1, under.first);
                  break;
                }
              }
            }
            mark(result.region, swapped, y, x0, x1);
            if (!(dense_mm > reach_mm)) {
              mark(result.dense, swapped, y, x0, x1);
              return;
            }
            without({x0, x1}, sparse_.row(y), [&](double d0, double d1) {
              if (d1 - d0 >= kLeast_mm) mark(result.dense, swapped, y, d0, d1);
            });
          });
        }
      }
      if (!swapped && !snug_ && result.region.allocated() && dense_mm > reach_mm) {
        scan_dense();
        mark_corners(lines, result.dense);
      }
    }
    if (!result.region.allocated()) return;
    scan_runs(below, span_mm, 0, families_[1], reached_, scratch_);
    for (int y = 0; y < families_[1].lines; ++y) {
      for (const Run& run : here_.runs[1].row(y)) {
        without(run, reached_.row(y),
                [&](double x0, double x1) { result.spans = result.spans || x1 - x0 >= kLeast_mm; });
      }
    }
    if (anchor_mm > 0) remove_bridges(walls_mm, result);
  }

 private:
  /// The runs of a layer's rows and columns.
  struct Scanned {
    const Contours* of = nullptr;
    std::array<RowRuns, 2> runs;
  };
  void scan(const Contours& layer, Scanned& result) {
    if (result.of == &layer) return;
    result.of = &layer;
    for (std::size_t k = 0; k < 2; ++k) {
      scan_runs(layer, 0, 0, families_[k], result.runs[k], scratch_);
    }
  }

  /// Whether it is plain to see that nothing lies out over the layer below by more than `reach_mm`:
  /// no run does along its line, and all corners are near one below.
  [[nodiscard]] bool all_within(const Contours& below, double reach_mm) const {
    for (std::size_t k = 0; k < 2; ++k) {
      for (int y = 0; y < families_[k].lines; ++y) {
        const std::span<const Run> under = below_.runs[k].row(y);
        std::size_t u = 0;
        for (const Run& run : here_.runs[k].row(y)) {
          while (u < under.size() && under[u].second + reach_mm < run.second) ++u;
          if (u == under.size() || under[u].first - reach_mm > run.first) return false;
        }
      }
    }
    // Corners follow each other as the points below them do.
    const std::size_t n = below.points.size();
    std::size_t at = 0;
    for (const Point2 corner : corners_) {
      std::size_t looked_at = 0;
      for (; looked_at < n; ++looked_at, at = at + 1 < n ? at + 1 : 0) {
        const Point2 d = below.points[at] - corner;
        if (dot(d, d) <= reach_mm * reach_mm) break;
      }
      if (looked_at == n) return false;
    }
    return true;
  }

  void remove_bridges(double walls_mm, Overhang& result) {
    if (!bridges_) bridges_.emplace(grid_);
    mark_section(here_.runs[0], grid_, section_);
    mark_section(below_.runs[0], grid_, section_below_);
    if (!spare_.allocated()) spare_ = filled_ = BitMask(grid_);
    const double walls = walls_mm / grid_.pixel_mm;
    erode(section_, walls, spare_);
    bridges_->find(section_, section_below_, filled_);
    if (!any(filled_)) return;
    // Walls along a bridge are bridges, too.
    if (bridged_.allocated()) {
      section_ = filled_;
      dilate(section_, walls + 1.5, spare_);
      intersect(bridged_, section_);
      unite(filled_, bridged_);
    }
    for (BitMask* mask : {&result.region, &result.dense}) {
      if (!mask->allocated()) continue;
      subtract(*mask, filled_);
      if (!any(*mask)) *mask = {};
    }
  }

  static constexpr double kLeast_mm = 1e-4;
  /// The layer below is opened by half a line ahead of moving it out by 0.6 of one.
  static constexpr double kOpened = 0.5 / 0.6;

  /// Points just within the sharp corners of a layer, where an overhang may be smaller than any
  /// distance of lines.
  void find_corners(const Contours& layer) {
    constexpr double kInset_mm = 0.002;
    constexpr std::size_t kMost = 256;
    corners_.clear();
    for (std::size_t l = 0; l < layer.loops(); ++l) {
      const std::span<const Point2> loop = layer.loop(l);
      const std::size_t n = loop.size();
      for (std::size_t i = 0; i < n && corners_.size() < kMost; ++i) {
        const Point2 in = loop[i] - loop[(i + n - 1) % n], out = loop[(i + 1) % n] - loop[i];
        const double size = length(in) * length(out);
        if (cross(in, out) < 0.5 * size) continue;  // less than 30 degrees
        const Point2 inwards = out * (1 / length(out)) - in * (1 / length(in));
        const double l2 = length(inwards);
        if (l2 > 0) corners_.push_back(loop[i] + inwards * (kInset_mm / l2));
      }
    }
  }
  /// Marks the corners that lie outside the region scanned last.
  void mark_corners(const LineFamily& lines, BitMask& mask) {
    for (const Point2 corner : corners_) {
      const Point2 p = lines.turn(corner);
      int winding = 0;
      for (std::size_t k = 0; k < scratch_.turned.size(); k += 2) {
        const Point2 a = scratch_.turned[k], b = scratch_.turned[k + 1];
        if ((a.y > p.y) == (b.y > p.y)) continue;
        const double x = a.x + (p.y - a.y) * (b.x - a.x) / (b.y - a.y);
        if (x < p.x) winding += a.y > b.y ? 1 : -1;
      }
      if (winding > 0) continue;
      const double per_mm = 1 / grid_.pixel_mm;
      const int y = static_cast<int>((p.y - grid_.bottom_mm) * per_mm);
      if (!mask.allocated()) mask = BitMask(grid_);
      if (y >= 0 && y < grid_.rows) {
        mark_run(mask, y, p.x - grid_.left_mm, p.x - grid_.left_mm + 1e-6, per_mm);
      }
    }
  }

  void mark(BitMask& mask, bool swapped, int line, double x0, double x1) const {
    if (!mask.allocated()) mask = BitMask(grid_);
    const double origin = swapped ? grid_.bottom_mm : grid_.left_mm, per_mm = 1 / grid_.pixel_mm;
    if (snug_) {
      x0 = std::floor((x0 - origin) * per_mm + 0.5);
      x1 = std::floor((x1 - origin) * per_mm + 0.5);
      if (swapped) {
        mark_column_run(mask, line, x0, x1, 1);
      } else {
        mark_run(mask, line, x0, x1, 1);
      }
      return;
    }
    if (swapped) {
      mark_column_run(mask, line, x0 - origin, x1 - origin, per_mm);
    } else {
      mark_run(mask, line, x0 - origin, x1 - origin, per_mm);
    }
  }

  const BitGrid& grid_;
  bool snug_;
  std::array<LineFamily, 2> families_;
  Scanned here_, below_;
  RowRuns reached_, sparse_;
  RunScratch scratch_;
  std::vector<Point2> corners_;
  BitMask bridged_, section_, section_below_, filled_, spare_;
  std::optional<BridgeFinder> bridges_;
};

/// Distance of support lines that touch each other, in a layer of the usual height.
inline double support_line_spacing(const PrintSettings& print) {
  return std::max(print.support_width_mm - print.layer_height_mm * (1 - kPi / 4),
                  0.05 * print.support_width_mm);
}

/// How far a layer may lie out over one of height `height_mm`.
inline double overhang_reach(const PrintSettings& print, double height_mm) {
  if (!(print.support_threshold_deg > 0)) return 0.5 * print.external_perimeter_width_mm;
  const double angle = std::min(print.support_threshold_deg + 1, 89.0);
  return height_mm * cosine_deg(angle) / cosine_deg(angle - 90);
}

}  // namespace costengine::detail
