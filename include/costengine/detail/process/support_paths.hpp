// The lines of supports: sparse ones along the sides of the grid's cells, interfaces across them,
// and a dense foot on the bed.
#pragma once

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "costengine/detail/process/beads.hpp"
#include "costengine/detail/process/support_chains.hpp"
#include "costengine/detail/slice/bit_contours.hpp"
#include "costengine/detail/slice/support_cells.hpp"

namespace costengine::detail {

class SupportPaths {
 public:
  SupportPaths(const Supports& supports, const Layers& layers, const Profile& profile)
      : supports_(supports),
        layers_(layers),
        print_(profile.print),
        cell_mm_(supports.grid.pixel_mm * supports.oversampling),
        turned_(transposed(supports.grid)),
        half_line_mm_((cell_mm_ - print_.support_spacing_mm) / 2) {}

  /// Levels [first, second) are printed after layer `layer - 1` and not above `layer`.
  [[nodiscard]] std::pair<std::size_t, std::size_t> levels_of(std::size_t layer) const {
    const double high = top_of(layer) + 1e-4, low = layer > 0 ? top_of(layer - 1) + 1e-4 : -1;
    const auto at = [&](double z) {
      const auto found = std::partition_point(supports_.levels.begin(), supports_.levels.end(),
                                              [&](const SupportLevel& l) { return l.top_mm <= z; });
      return static_cast<std::size_t>(found - supports_.levels.begin());
    };
    const bool last = layer + 1 == layers_.layers.size();
    return {at(low), last ? supports_.levels.size() : at(high)};
  }
  [[nodiscard]] const SupportLevel& level(std::size_t index) const {
    return supports_.levels[index];
  }

  /// Appends the paths of a level.
  void add(std::size_t index, const Beads& beads, SupportScratch& s, PathStore& store) const {
    const SupportLevel& level = supports_.levels[index];
    support_regions(supports_, layers_, print_, index, s.regions, s.mask);
    const double bottom_gap = print_.support_bottom_contact_distance_mm > 0
                                  ? print_.support_bottom_contact_distance_mm
                                  : print_.support_contact_distance_mm;
    if (any(s.regions.base)) {
      if (level.bottom_mm < 1e-4) {
        add_foot(beads[index_of(Role::kSupport)], s, store);
      } else {
        const auto near = near_layers(level, bottom_gap, print_.support_contact_distance_mm);
        add_columns(s.regions.base, &s.regions.interface, near, Role::kSupport, s, store);
      }
    }
    const auto beside = near_layers(level, bottom_gap, print_.support_contact_distance_mm);
    if (any(s.regions.interface)) add_interface(s.regions.interface, beside, s, store);
    if (any(s.regions.bottom_interface)) {
      if (print_.support_bottom_interface_layers == 0) {
        add_columns(s.regions.bottom_interface, nullptr, beside, Role::kSupportInterface, s, store);
      } else {
        add_interface(s.regions.bottom_interface, beside, s, store);
      }
    }
  }

 private:
  using LayerRange = std::pair<std::size_t, std::size_t>;

  static constexpr std::size_t index_of(Role role) { return static_cast<std::size_t>(role); }
  [[nodiscard]] double top_of(std::size_t i) const {
    return layers_.layers[i].z_mm + layers_.layers[i].height_mm / 2;
  }

  /// The layers of the part that a level must keep clear of.
  [[nodiscard]] LayerRange near_layers(const SupportLevel& level, double below_mm,
                                       double above_mm) const {
    const double low = level.bottom_mm - below_mm + 1e-4, high = level.top_mm + above_mm - 1e-4;
    const auto& all = layers_.layers;
    const auto begin = std::partition_point(
        all.begin(), all.end(), [&](const Layer& l) { return l.z_mm + l.height_mm / 2 < low; });
    const auto end = std::partition_point(
        begin, all.end(), [&](const Layer& l) { return l.z_mm - l.height_mm / 2 <= high; });
    return {static_cast<std::size_t>(begin - all.begin()),
            static_cast<std::size_t>(end - all.begin())};
  }

  /// Takes from s.rows what lies within `distance_mm` of the layers.
  void cut(const LineFamily& family, LayerRange near, double distance_mm, SupportScratch& s) const {
    for (std::size_t i = near.first; i < near.second; ++i) {
      const std::uint32_t outline = layers_.contours.of_layer[i];
      if (i > near.first && outline == layers_.contours.of_layer[i - 1]) continue;
      scan_runs(layers_.contours.contours[outline], distance_mm, 0, family, s.cut_one, s.runs);
      std::vector<Run> rest;
      for (int y = 0; y < family.lines; ++y) {
        std::vector<Run>& row = s.rows[static_cast<std::size_t>(y)];
        if (row.empty() || s.cut_one.row(y).empty()) continue;
        rest.clear();
        for (const Run& run : row) {
          without(run, s.cut_one.row(y), [&](double a, double b) { rest.emplace_back(a, b); });
        }
        row.swap(rest);
      }
    }
  }

  /// Lines on the sides of the cells. Between them the region is followed row by row of pixels, so
  /// that links and the ends of chains run along its boundary.
  void add_columns(const BitMask& region, const BitMask* keep_off, LayerRange near, Role role,
                   SupportScratch& s, PathStore& store) const {
    const BitGrid& grid = supports_.grid;
    const auto empty = [&](int y) {
      BitWord all = 0;
      for (int w = 1; w + 1 < grid.words; ++w) all |= region.row(y)[w];
      return all == 0;
    };
    int low = 0, high = grid.rows - 1;
    while (low <= high && empty(low)) ++low;
    while (high > low && empty(high)) --high;
    if (low > high) return;
    const LineFamily family{supports_.x_axis, false, grid.bottom_mm + low * grid.pixel_mm,
                            grid.pixel_mm, high + 2 - low};
    s.rows.resize(std::max(s.rows.size(), static_cast<std::size_t>(family.lines)));
    if (!s.spare.allocated()) s.spare = BitMask(grid);
    for (int k = 0; k < family.lines; ++k) {
      std::vector<Run>& row = s.rows[static_cast<std::size_t>(k)];
      row.clear();
      // A line on the border of two rows belongs to both.
      BitWord* both = s.spare.row(0);
      std::fill_n(both, grid.words, BitWord{0});
      for (const int y : {low + k - 1, low + k}) {
        if (y < low || y > high) continue;
        for (int w = 0; w < grid.words; ++w) both[w] |= region.row(y)[w];
      }
      for_each_run(s.spare, 0, [&](int begin, int end) {
        row.emplace_back(grid.left_mm + begin * grid.pixel_mm, grid.left_mm + end * grid.pixel_mm);
      });
    }
    s.spare.clear();
    if (keep_off != nullptr && any(*keep_off)) cut_interface(*keep_off, low, family.lines, s);
    cut(family, near, print_.support_xy_spacing_mm + half_line_mm_, s);
    const int side = supports_.oversampling;
    add_chains(family, (side - low % side) % side, side, role, 1e9, s, store);
  }

  /// Lines end a line's width before an interface.
  void cut_interface(const BitMask& interface, int low, int lines, SupportScratch& s) const {
    const BitGrid& grid = supports_.grid;
    std::vector<Run> rest, off;
    for (int k = 0; k < lines; ++k) {
      std::vector<Run>& row = s.rows[static_cast<std::size_t>(k)];
      const int y = low + k;
      if (row.empty() || y >= grid.rows || y == 0) continue;
      BitWord* both = s.spare.row(0);
      for (int w = 0; w < grid.words; ++w) both[w] = interface.row(y)[w] & interface.row(y - 1)[w];
      off.clear();
      for_each_run(s.spare, 0, [&](int begin, int end) {
        off.emplace_back(grid.left_mm + begin * grid.pixel_mm - 2 * half_line_mm_,
                         grid.left_mm + end * grid.pixel_mm + 2 * half_line_mm_);
      });
      rest.clear();
      for (const Run& run : row) {
        without(run, off, [&](double a, double b) { rest.emplace_back(a, b); });
      }
      row.swap(rest);
    }
    s.spare.clear();
  }

  /// Lines across, on multiples of their distance.
  void add_interface(const BitMask& region, LayerRange near, SupportScratch& s,
                     PathStore& store) const {
    const double pitch = print_.support_interface_spacing_mm + 2 * half_line_mm_;
    add_across(region, near, pitch, Role::kSupportInterface,
               print_.support_xy_spacing_mm + half_line_mm_, 3 * pitch, s, store);
  }

  void add_across(const BitMask& region, LayerRange near, double pitch, Role role, double distance,
                  double longest_link, SupportScratch& s, PathStore& store) const {
    if (!s.turned.allocated()) s.turned = BitMask(turned_);
    transpose(region, s.turned);
    const double start = std::ceil(turned_.bottom_mm / pitch) * pitch;
    const int lines = static_cast<int>((turned_.rows * turned_.pixel_mm) / pitch) + 1;
    const LineFamily family{supports_.x_axis, true, start, pitch, lines};
    s.rows.resize(std::max(s.rows.size(), static_cast<std::size_t>(lines)));
    for (int k = 0; k < lines; ++k) {
      std::vector<Run>& row = s.rows[static_cast<std::size_t>(k)];
      row.clear();
      const int y = static_cast<int>((start + k * pitch - turned_.bottom_mm) / turned_.pixel_mm);
      if (y >= turned_.rows) continue;
      for_each_run(s.turned, y, [&](int begin, int end) {
        row.emplace_back(turned_.left_mm + begin * turned_.pixel_mm,
                         turned_.left_mm + end * turned_.pixel_mm);
      });
    }
    cut(family, near, distance, s);
    join_round_part(lines, s);
    add_chains(family, 0, 1, role, longest_link, s, store);
  }

  /// Where the part juts into a line but not into its neighbour, the slicer leads the line around:
  /// two runs become one.
  static void join_round_part(int lines, SupportScratch& s) {
    const auto covers = [&](int k, double x0, double x1) {
      if (k < 0 || k >= lines) return false;
      for (const Run& r : s.rows[static_cast<std::size_t>(k)]) {
        if (r.first <= x0 && r.second >= x1) return true;
      }
      return false;
    };
    s.joined.resize(std::max(s.joined.size(), static_cast<std::size_t>(lines)));
    for (int k = 0; k < lines; ++k) {
      std::vector<Run>& joined = s.joined[static_cast<std::size_t>(k)];
      joined.clear();
      for (const Run& run : s.rows[static_cast<std::size_t>(k)]) {
        if (!joined.empty() && (covers(k - 1, joined.back().second, run.first) ||
                                covers(k + 1, joined.back().second, run.first))) {
          joined.back().second = run.second;
        } else {
          joined.push_back(run);
        }
      }
    }
    std::swap(s.rows, s.joined);
  }

  /// The first layer of the columns: wider, dense and with an outline.
  void add_foot(const Bead& bead, SupportScratch& s, PathStore& store) const {
    const BitGrid& grid = supports_.grid;
    const Contours& part = layers_.contours.contours[layers_.contours.of_layer[0]];
    const double grown = print_.raft_first_layer_expansion_mm + half_line_mm_;
    const double gap = print_.support_xy_spacing_mm;
    const double half = bead.width_mm / 2;
    BitMask section;
    const auto grow = [&](double inset, BitMask& result) {
      // The part with its gap is in the way; no step reaches across a wall.
      section = BitMask(grid);
      const LineFamily lines{supports_.x_axis, false, grid.bottom_mm + grid.pixel_mm / 2,
                             grid.pixel_mm, grid.rows};
      scan_runs(part, gap + inset, 0, lines, s.cut_one, s.runs);
      for (int y = 0; y < grid.rows; ++y) {
        for (const Run& run : s.cut_one.row(y)) {
          mark_run(section, y, std::floor((run.first - grid.left_mm) / grid.pixel_mm + 0.5),
                   std::floor((run.second - grid.left_mm) / grid.pixel_mm + 0.5), 1);
        }
      }
      result = s.regions.base;
      for (double left = (grown - inset) / grid.pixel_mm; left >= 0.5;) {
        const double step = std::min(left, 4.0);
        dilate(result, step, s.spare);
        subtract(result, section);
        left -= step;
      }
      s.spare.clear();
    };
    if (!s.spare.allocated()) s.spare = BitMask(grid);
    grow(half, s.mask);
    trace(s.mask, grid, s.outline);
    simplify(s.outline, 0.6 * grid.pixel_mm);
    for (std::size_t l = 0; l < s.outline.loops(); ++l) {
      store.begin_piece(Role::kSupport);
      for (const Point2 p : s.outline.loop(l)) store.add(from_grid(p));
      store.pieces.back().loop = true;
    }
    const double density = std::clamp(print_.raft_first_layer_density, 0.05, 1.0);
    const double pitch = bead.spacing_mm / density;
    const double inset = half + bead.spacing_mm * 0.9;
    grow(inset, s.mask);
    add_across(s.mask, {0, 0}, pitch, Role::kSupport, 0, 3 * pitch, s, store);
  }

  [[nodiscard]] Point2 from_grid(Point2 p) const {
    const Point2 x = supports_.x_axis;
    return {p.x * x.x - p.y * x.y, p.x * x.y + p.y * x.x};
  }

  const Supports& supports_;
  const Layers& layers_;
  const PrintSettings& print_;
  double cell_mm_;
  BitGrid turned_;
  double half_line_mm_;
};

}  // namespace costengine::detail
