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
#include "costengine/detail/slice/support_overhangs.hpp"

namespace costengine::detail {

class SupportPaths {
 public:
  SupportPaths(const Supports& supports, const Layers& layers, const Profile& profile)
      : supports_(supports),
        layers_(layers),
        print_(profile.print),
        cell_mm_(supports.grid.pixel_mm * supports.oversampling),
        turned_(transposed(supports.grid)),
        half_line_mm_((cell_mm_ - print_.support_spacing_mm) / 2),
        snug_mm_(print_.support_style == SupportStyle::kSnug ? half_line_mm_ : 0),
        nozzle_mm_(profile.machine.nozzle_diameter_mm) {}

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

  /// Adds the volumes of a level's columns and of its interfaces.
  void add_volumes(std::size_t index, SupportScratch& s, double& columns_mm3,
                   double& interface_mm3) const {
    const SupportLevel& level = supports_.levels[index];
    support_regions(supports_, layers_, print_, index, s.regions, s.mask);
    const double pixel_mm = supports_.grid.pixel_mm;
    const double pixel_mm3 = pixel_mm * pixel_mm * (level.top_mm - level.bottom_mm);
    const auto volume = [&](const BitMask& mask) {
      return pixel_mm3 * static_cast<double>(count(mask));
    };
    columns_mm3 += volume(s.regions.base);
    interface_mm3 += volume(s.regions.interface) + volume(s.regions.bottom_interface);
  }

  /// Appends the paths of a level.
  void add(std::size_t index, const Beads& beads, SupportScratch& s, PathStore& store) const {
    const SupportLevel& level = supports_.levels[index];
    support_regions(supports_, layers_, print_, index, s.regions, s.mask);
    const bool across =
        print_.support_pattern == SupportPattern::kRectilinearGrid && index % 2 == 1;
    const double bottom_gap = print_.support_bottom_contact_distance_mm > 0
                                  ? print_.support_bottom_contact_distance_mm
                                  : print_.support_contact_distance_mm;
    if (level.raft != RaftPart::kNone && level.raft != RaftPart::kContact) {
      add_below_contact(level, beads, s, store);
      return;
    }
    if (any(s.regions.base)) {
      if (level.bottom_mm < 1e-4) {
        add_foot(beads[index_of(Role::kSupport)], s, store);
      } else {
        const auto near = near_layers(level, bottom_gap, print_.support_contact_distance_mm);
        add_columns(s.regions.base, &s.regions.interface, near, Role::kSupport, across, s, store);
      }
    }
    const auto beside = near_layers(level, bottom_gap, print_.support_contact_distance_mm);
    if (level.raft == RaftPart::kContact) add_raft_interface(0, s, store);
    if (any(s.regions.interface)) add_interface(s.regions.interface, beside, s, store);
    if (any(s.regions.bottom_interface)) {
      // Only what the part has beside the contact is in its way, not what it stands on.
      const LayerRange above = near_layers({s.regions.bottom_mm + bottom_gap, level.top_mm},
                                           bottom_gap, print_.support_contact_distance_mm);
      const std::size_t before = store.pieces.size();
      if (print_.support_bottom_interface_layers == 0) {
        add_columns(s.regions.bottom_interface, nullptr, above, Role::kSupportInterface, false, s,
                    store);
      } else {
        add_interface(s.regions.bottom_interface, above, s, store);
      }
      if (s.regions.bottom_contact && print_.thick_bridges) {
        const double thread_mm = print_.bridge_flow_ratio * nozzle_mm_;
        const double thread_mm2 = kPi / 4 * thread_mm * thread_mm;
        const double flow = thread_mm2 / beads[index_of(Role::kSupportInterface)].section_mm2;
        for (std::size_t p = before; p < store.pieces.size(); ++p) store.pieces[p].flow = flow;
      }
    }
  }

 private:
  /// Layers [first, second); from `thick` on only those with bridges, which hang down.
  struct LayerRange {
    std::size_t first, second, thick;
  };

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
    const auto thick = std::partition_point(end, all.end(), [&](const Layer& l) {
      return l.z_mm + l.height_mm / 2 - supports_.thread_mm <= high;
    });
    const auto at = [&](auto layer) { return static_cast<std::size_t>(layer - all.begin()); };
    return {at(begin), at(supports_.thread_mm > 0 ? thick : end), at(end)};
  }

  /// Takes from s.rows what lies within `distance_mm` of the layers.
  void cut(const LineFamily& family, LayerRange near, double distance_mm, SupportScratch& s) const {
    for (std::size_t i = near.first; i < near.second; ++i) {
      const std::uint32_t outline = layers_.contours.of_layer[i];
      if (i > near.first && outline == layers_.contours.of_layer[i - 1]) continue;
      if (i >= near.thick && !supports_.spans[i]) continue;
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

  /// Lines on the sides of the cells, along their rows or across. Between them the region is
  /// followed row by row of pixels, so that links and the ends of chains run along its boundary.
  void add_columns(const BitMask& along, const BitMask* keep_off, LayerRange near, Role role,
                   bool across, SupportScratch& s, PathStore& store) const {
    // Of what is modelled, a sheath with lines is nearest to honeycombs.
    const bool combs = print_.support_pattern == SupportPattern::kHoneycomb;
    if ((print_.support_with_sheath || combs) && role == Role::kSupport) {
      add_sheathed_columns(along, keep_off, near, across, s, store);
      return;
    }
    const BitGrid& grid = across ? turned_ : supports_.grid;
    if (across) turn(along, s.turned);
    const BitMask& region = across ? s.turned : along;
    BitMask& spare = across ? s.turned_spare : s.spare;
    const auto empty = [&](int y) {
      BitWord all = 0;
      for (int w = 1; w + 1 < grid.words; ++w) all |= region.row(y)[w];
      return all == 0;
    };
    int low = 0, high = grid.rows - 1;
    while (low <= high && empty(low)) ++low;
    while (high > low && empty(high)) --high;
    if (low > high) return;
    const LineFamily family{supports_.x_axis, across, grid.bottom_mm + low * grid.pixel_mm,
                            grid.pixel_mm, high + 2 - low};
    s.rows.resize(std::max(s.rows.size(), static_cast<std::size_t>(family.lines)));
    if (!spare.allocated()) spare = BitMask(grid);
    for (int k = 0; k < family.lines; ++k) {
      std::vector<Run>& row = s.rows[static_cast<std::size_t>(k)];
      row.clear();
      // A line on the border of two rows belongs to both.
      BitWord* both = spare.row(0);
      std::fill_n(both, grid.words, BitWord{0});
      for (const int y : {low + k - 1, low + k}) {
        if (y < low || y > high) continue;
        for (int w = 0; w < grid.words; ++w) both[w] |= region.row(y)[w];
      }
      for_each_run(spare, 0, [&](int begin, int end) {
        row.emplace_back(grid.left_mm + begin * grid.pixel_mm, grid.left_mm + end * grid.pixel_mm);
      });
    }
    spare.clear();
    shorten(family.lines, s);
    if (keep_off != nullptr && any(*keep_off)) {
      if (across) turn(*keep_off, s.turned_off);
      cut_interface(across ? s.turned_off : *keep_off, low, family.lines, grid, spare, s);
    }
    cut(family, near, print_.support_xy_spacing_mm + half_line_mm_, s);
    const int side = supports_.oversampling;
    add_chains(family, (side - low % side) % side, side, role, 1e9, s, store);
  }

  /// The same within a loop around each part of the region.
  void add_sheathed_columns(const BitMask& region, const BitMask* keep_off, LayerRange near,
                            bool across, SupportScratch& s, PathStore& store) const {
    const BitGrid& grid = supports_.grid;
    if (!s.spare.allocated()) s.spare = BitMask(grid);
    s.sheathed = region;
    if (keep_off != nullptr && any(*keep_off)) {
      s.blocked = *keep_off;
      dilate(s.blocked, 2 * half_line_mm_ / grid.pixel_mm, s.spare);
      subtract(s.sheathed, s.blocked);
    }
    for (std::size_t i = near.first; i < near.second; ++i) {
      const std::uint32_t outline = layers_.contours.of_layer[i];
      if (i > near.first && outline == layers_.contours.of_layer[i - 1]) continue;
      if (i >= near.thick && !supports_.spans[i]) continue;
      scan_section(layers_.contours.contours[outline], print_.support_xy_spacing_mm + half_line_mm_,
                   grid, supports_.x_axis, s.blocked, s.cut_one, s.runs);
      subtract(s.sheathed, s.blocked);
    }
    s.spare.clear();
    add_loops(s.sheathed, s, store, snug_mm_);
    const double inset = 1.8 * half_line_mm_ + snug_mm_;
    const BitGrid& lined = across ? turned_ : grid;
    if (across) turn(s.sheathed, s.turned);
    const BitMask& within = across ? s.turned : s.sheathed;
    BitMask& spare = across ? s.turned_spare : s.spare;
    if (!spare.allocated()) spare = BitMask(lined);
    const LineFamily family{supports_.x_axis, across, lined.bottom_mm, lined.pixel_mm,
                            lined.rows + 1};
    s.rows.resize(std::max(s.rows.size(), static_cast<std::size_t>(family.lines)));
    for (int y = 0; y < family.lines; ++y) {
      std::vector<Run>& row = s.rows[static_cast<std::size_t>(y)];
      row.clear();
      if (y == 0 || y == lined.rows) continue;
      BitWord* both = spare.row(0);
      for (int w = 0; w < lined.words; ++w) both[w] = within.row(y - 1)[w] & within.row(y)[w];
      for_each_run(spare, 0, [&](int begin, int end) {
        const double x0 = lined.left_mm + begin * lined.pixel_mm + inset;
        const double x1 = lined.left_mm + end * lined.pixel_mm - inset;
        if (x1 > x0) row.emplace_back(x0, x1);
      });
    }
    spare.clear();
    add_chains(family, 0, supports_.oversampling, Role::kSupport, 1e9, s, store, true);
  }

  void turn(const BitMask& region, BitMask& result) const {
    if (!result.allocated()) result = BitMask(turned_);
    transpose(region, result);
  }

  /// Snug regions are what is covered; lines end within them.
  void shorten(int lines, SupportScratch& s) const {
    if (snug_mm_ == 0) return;
    for (int k = 0; k < lines; ++k) {
      std::vector<Run>& row = s.rows[static_cast<std::size_t>(k)];
      for (Run& run : row) run.first += snug_mm_, run.second -= snug_mm_;
      std::erase_if(row, [](const Run& run) { return run.second <= run.first; });
    }
  }

  /// Lines end a line's width before an interface.
  void cut_interface(const BitMask& interface, int low, int lines, const BitGrid& grid,
                     BitMask& spare, SupportScratch& s) const {
    std::vector<Run> rest, off;
    for (int k = 0; k < lines; ++k) {
      std::vector<Run>& row = s.rows[static_cast<std::size_t>(k)];
      const int y = low + k;
      if (row.empty() || y >= grid.rows || y == 0) continue;
      BitWord* both = spare.row(0);
      for (int w = 0; w < grid.words; ++w) both[w] = interface.row(y)[w] & interface.row(y - 1)[w];
      off.clear();
      for_each_run(spare, 0, [&](int begin, int end) {
        off.emplace_back(grid.left_mm + begin * grid.pixel_mm - 2 * half_line_mm_,
                         grid.left_mm + end * grid.pixel_mm + 2 * half_line_mm_);
      });
      rest.clear();
      for (const Run& run : row) {
        without(run, off, [&](double a, double b) { rest.emplace_back(a, b); });
      }
      row.swap(rest);
    }
    spare.clear();
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
    turn(region, s.turned);
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
    shorten(lines, s);
    cut(family, near, distance, s);
    join_round_part(lines, s);
    add_chains(family, 0, 1, role, longest_link, s, store);
  }

  /// A region moved outwards. Its outline is in the axes of the grid.
  struct Grown {
    const Contours* outline;
    double outwards_mm;
  };

  /// Dense lines in what one or both of two regions cover.
  void add_dense(Grown a, Grown b, double pitch, Role role, SupportScratch& s,
                 PathStore& store) const {
    const double start = std::ceil(turned_.bottom_mm / pitch) * pitch;
    const int lines = static_cast<int>((turned_.rows * turned_.pixel_mm) / pitch) + 1;
    const LineFamily in_grid{{1, 0}, true, start, pitch, lines};
    s.rows.resize(std::max(s.rows.size(), static_cast<std::size_t>(lines)));
    scan_runs(*a.outline, a.outwards_mm, 0, in_grid, s.cut_one, s.runs);
    for (int k = 0; k < lines; ++k) {
      s.rows[static_cast<std::size_t>(k)].assign(s.cut_one.row(k).begin(), s.cut_one.row(k).end());
    }
    if (b.outline != nullptr) {
      scan_runs(*b.outline, b.outwards_mm, 0, in_grid, s.cut_one, s.runs);
      for (int k = 0; k < lines; ++k) {
        std::vector<Run>& row = s.rows[static_cast<std::size_t>(k)];
        row.insert(row.end(), s.cut_one.row(k).begin(), s.cut_one.row(k).end());
        std::sort(row.begin(), row.end());
        std::size_t kept = 0;
        for (const Run& run : row) {
          if (kept > 0 && run.first <= row[kept - 1].second) {
            row[kept - 1].second = std::max(row[kept - 1].second, run.second);
          } else {
            row[kept++] = run;
          }
        }
        row.resize(kept);
      }
    }
    const LineFamily family{supports_.x_axis, true, start, pitch, lines};
    if (role == Role::kSupportInterface) shorten(lines, s);
    add_chains(family, 0, 1, role, 3 * pitch, s, store);
  }

  /// A dense layer of the raft, so much wider than the contact layer.
  void add_raft_interface(double outwards_mm, SupportScratch& s, PathStore& store) const {
    if (print_.support_interface_layers <= 0) {
      add_columns(supports_.raft_contact, nullptr, {0, 0, 0}, Role::kSupport, false, s, store);
      return;
    }
    trace(supports_.raft_contact, supports_.grid, s.outline);
    const double pitch = print_.support_interface_spacing_mm + 2 * half_line_mm_;
    add_dense({&s.outline, outwards_mm}, {nullptr, 0}, pitch, Role::kSupportInterface, s, store);
  }

  /// The layers of a raft below its contact layer. s.regions.base: columns that stand on it.
  void add_below_contact(const SupportLevel& level, const Beads& beads, SupportScratch& s,
                         PathStore& store) const {
    const BitGrid& grid = supports_.grid;
    constexpr double kWider_mm = 0.5;  // than the contact layer
    if (!s.spare.allocated()) s.spare = BitMask(grid);
    if (level.raft == RaftPart::kFirst) {
      const Bead& bead = beads[index_of(Role::kSupport)];
      const double more = std::max(0.0, print_.raft_first_layer_expansion_mm - kWider_mm);
      const double half = bead.width_mm / 2;
      // The outline.
      s.mask = supports_.raft_contact;
      dilate(s.mask, kWider_mm / grid.pixel_mm, s.spare);
      unite(s.mask, s.regions.base);
      dilate(s.mask, (more + half_line_mm_ - snug_mm_ - half) / grid.pixel_mm, s.spare);
      s.spare.clear();
      add_loops(s.mask, s, store);
      // The lines.
      const double inset = half + bead.spacing_mm * 0.9;
      trace(supports_.raft_contact, grid, s.outline);
      trace(s.regions.base, grid, s.columns);
      const double pitch = bead.spacing_mm / std::clamp(print_.raft_first_layer_density, 0.05, 1.0);
      add_dense({&s.outline, kWider_mm + more + half_line_mm_ - snug_mm_ - inset},
                {&s.columns, more + half_line_mm_ - snug_mm_ - inset}, pitch, Role::kSupport, s,
                store);
      return;
    }
    s.mask = supports_.raft_contact;
    dilate(s.mask, kWider_mm / grid.pixel_mm, s.spare);
    s.spare.clear();
    if (level.raft == RaftPart::kBase) {
      unite(s.mask, s.regions.base);
      add_columns(s.mask, nullptr, {0, 0, 0}, Role::kSupport, false, s, store);
      return;
    }
    subtract(s.regions.base, s.mask);
    if (any(s.regions.base)) {
      add_columns(s.regions.base, nullptr, {0, 0, 0}, Role::kSupport, false, s, store);
    }
    add_raft_interface(kWider_mm, s, store);
  }

  /// The outline of a region moved inwards.
  void add_loops(const BitMask& region, SupportScratch& s, PathStore& store,
                 double inset_mm = 0) const {
    const BitGrid& grid = supports_.grid;
    trace(region, grid, s.outline);
    if (inset_mm > 0) shrink(s.outline, inset_mm);
    simplify(s.outline, 0.6 * grid.pixel_mm);
    for (std::size_t l = 0; l < s.outline.loops(); ++l) {
      store.begin_piece(Role::kSupport);
      for (const Point2 p : s.outline.loop(l)) store.add(from_grid(p));
      store.pieces.back().loop = true;
    }
  }

  /// Moves the sides of pixels inwards: every corner is square.
  static void shrink(Contours& outline, double inset_mm) {
    std::vector<Point2> moved;
    for (std::size_t l = 0; l < outline.loops(); ++l) {
      const std::span<const Point2> loop = outline.loop(l);
      const std::size_t n = loop.size();
      for (std::size_t i = 0; i < n; ++i) {
        const Point2 in = loop[i] - loop[(i + n - 1) % n], out = loop[(i + 1) % n] - loop[i];
        const auto inwards = [&](Point2 d) {
          return Point2{-d.y, d.x} * (inset_mm / std::max(length(d), 1e-12));
        };
        moved.push_back(loop[i] + inwards(in) + inwards(out));
      }
    }
    outline.points.swap(moved);
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
    const double grown = print_.raft_first_layer_expansion_mm + half_line_mm_ - snug_mm_;
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
      if (supports_.raft_contact.allocated()) unite(section, supports_.raft_contact);
      if (any(s.regions.interface)) {
        s.blocked = s.regions.interface;
        dilate(s.blocked, (half_line_mm_ + inset) / grid.pixel_mm, s.spare);
        unite(section, s.blocked);
      }
      result = s.regions.base;
      for (double left = (grown - inset) / grid.pixel_mm; left >= 0.5;) {
        const double step = std::min(left, 4.0);
        if (snug_mm_ > 0) {
          dilate(result, step, s.spare);
        } else {  // cells keep their corners
          dilate_square(result, static_cast<int>(step + 0.5), s.spare);
        }
        subtract(result, section);
        left -= step;
      }
      s.spare.clear();
    };
    if (!s.spare.allocated()) s.spare = BitMask(grid);
    grow(half, s.mask);
    add_loops(s.mask, s, store);
    const double density = std::clamp(print_.raft_first_layer_density, 0.05, 1.0);
    const double pitch = bead.spacing_mm / density;
    const double inset = half + bead.spacing_mm * 0.9;
    grow(inset, s.mask);
    add_across(s.mask, {0, 0, 0}, pitch, Role::kSupport, 0, 3 * pitch, s, store);
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
  double snug_mm_;  ///< regions reach so far beyond the lines; 0 for those in cells
  double nozzle_mm_;
};

}  // namespace costengine::detail
