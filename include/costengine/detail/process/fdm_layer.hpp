// One layer of a filament print: its regions become paths, the paths moves, the moves seconds.
#pragma once

#include <array>
#include <cmath>
#include <vector>

#include "costengine/detail/process/coarse_cells.hpp"
#include "costengine/detail/process/cooling.hpp"
#include "costengine/detail/process/gyroid.hpp"
#include "costengine/detail/process/infill.hpp"
#include "costengine/detail/process/links.hpp"
#include "costengine/detail/process/order.hpp"
#include "costengine/detail/process/skirt.hpp"
#include "costengine/detail/process/support_paths.hpp"
#include "costengine/detail/process/walls.hpp"
#include "costengine/slice/layers.hpp"
#include "costengine/slice/shells.hpp"

namespace costengine::detail {

/// What one role takes in one layer or in all.
struct RoleUse {
  double length_mm = 0, filament_mm = 0, time_s = 0;
  std::uint64_t paths = 0;
};
using RoleUses = std::array<RoleUse, kRoles>;

struct LayerResult {
  RoleUses roles{};
  double external_mm = 0, alone_mm = 0;  ///< length of external walls; of it without a partner
};

/// Masks and walls of one outline; shared by the layers that have it.
struct OutlineWork {
  BitMask section, fill;
  Walls walls;
};

/// Room for one thread's layers.
struct LayerScratch {
  explicit LayerScratch(const BitGrid& grid, const BitGrid& turned, const MotionLimits& limits)
      : planner(limits, kRoles), turned_mask(turned) {
    for (BitMask* m : {&shells.internal_bridge, &shells.solid, &shells.sparse, &sparse_below,
                       &shell_scratch.a, &shell_scratch.b}) {
      *m = BitMask(grid);
    }
  }
  MotionPlanner planner;
  ShellMasks shells;
  ShellScratch shell_scratch;
  BitMask sparse_below, turned_mask;
  LineScratch lines;
  LinkScratch links;
  SupportScratch support;
  OffsetEdges edges;
  PathStore paths;
  PatternPieces waves;
  CoarseCells cells;
  std::vector<Move> moves;
  Islands islands;
  OrderScratch order;
};

class LayerPlanner {
 public:
  LayerPlanner(const Profile& profile, const Layers& layers, const BitGrid& grid,
               const Supports& supports)
      : supports_(supports, layers, profile),
        profile_(profile),
        layers_(layers),
        grid_(grid),
        turned_(transposed(grid)),
        first_beads_(make_beads(profile, layers.layers[0].height_mm, true)) {
    const PrintSettings& print = profile.print;
    skirt_layers_ = print.draft_shield == DraftShield::kDisabled
                        ? print.skirt_height_layers
                        : static_cast<int>(layers.layers.size());
    std::vector<Point2> points;
    for (std::size_t i = 0; i < layers.layers.size() && static_cast<int>(i) < skirt_layers_; ++i) {
      const Contours& c = layers.contours.contours[layers.contours.of_layer[i]];
      points.insert(points.end(), c.points.begin(), c.points.end());
    }
    skirt_hull_ = convex_hull(std::move(points));
  }

  /// Plans layer `i` from its shells; `work` is the outline's.
  void plan(std::size_t i, const OutlineWork& work, const Contours& contours,
            const SurfaceMasks& surfaces, LayerScratch& s, LayerResult& result) const {
    const bool first = i == 0;
    const Layer& layer = layers_.layers[i];
    Beads beads = make_beads(profile_, layer.height_mm, first);
    const WallDepths depths(profile_.print, beads, first);
    s.moves.clear();
    LayerWriter writer(profile_, beads, layers_.axes, s.moves);
    if (!contours.points.empty()) writer.start_at(contours.points.front());
    writer.stay_within(work.section, grid_);
    const double top_mm = layer.z_mm + layer.height_mm / 2;
    const double step_mm = top_mm - print_supports(i, beads, s, writer);
    if (step_mm > 0) writer.begin_layer(top_mm, step_mm, first);

    s.paths.clear();
    if (static_cast<int>(i) < skirt_layers_) {
      add_skirt(skirt_hull_, profile_.print, first_beads_[index(Role::kSkirt)], 0, s.paths);
      for (std::size_t p = 0; p < s.paths.pieces.size(); ++p) {
        writer.print(s.paths, s.paths.pieces[p], false, 0);
      }
      s.paths.clear();
    }
    WallPaths walls_of_layer(contours, work.walls, depths, s.edges, s.paths);
    walls_of_layer.add(beads);
    result.external_mm = walls_of_layer.external_mm();
    result.alone_mm = walls_of_layer.alone_mm();
    slow_small_loops(s.paths);
    s.islands.find(contours);
    for (PathPiece& wall : s.paths.pieces) wall.island = s.islands.of_loop(wall.outline);
    const std::size_t walls = s.paths.pieces.size();
    add_solid(surfaces.bottom, first ? Role::kSolidInfill : Role::kBridgeInfill, i, beads, s);
    add_solid(s.shells.internal_bridge, Role::kBridgeInfill, i, beads, s);
    add_solid(s.shells.solid, Role::kSolidInfill, i, beads, s);
    add_solid(surfaces.top, Role::kTopSolidInfill, i, beads, s);
    add_sparse(s.shells.sparse, i, beads, s);
    for (std::size_t p = walls; p < s.paths.pieces.size(); ++p) {
      PathPiece& piece = s.paths.pieces[p];
      piece.island = s.islands.at(s.paths.points[piece.begin], contours);
    }
    print_in_order(s.paths, walls, s.islands, contours, writer, s.order);

    writer.end_layer();
    slow_down(s.moves, profile_.material);
    s.planner.clear();
    for (const Move& m : s.moves) {
      RoleUse& use = result.roles[m.tag];
      use.length_mm += std::sqrt(m.x_mm * m.x_mm + m.y_mm * m.y_mm);
      if (m.e_mm > 0 && m.tag != static_cast<std::uint32_t>(Role::kRetract)) {
        use.filament_mm += m.e_mm;
      }
      s.planner.add(m);
    }
    s.planner.stop();
    for (std::size_t r = 0; r < kRoles; ++r) {
      result.roles[r].time_s += s.planner.seconds(static_cast<std::uint32_t>(r));
    }
    for (std::size_t r = 0; r < kRoles; ++r) result.roles[r].paths += writer.paths()[r];
  }

 private:
  /// Prints the levels of the support up to layer `i`. Those below it are layers of their own; what
  /// has the layer's own height is printed in it, ahead of the part. Returns the height that the
  /// nozzle is at.
  double print_supports(std::size_t i, Beads& beads, LayerScratch& s, LayerWriter& writer) const {
    const auto top = [&](std::size_t k) {
      return layers_.layers[k].z_mm + layers_.layers[k].height_mm / 2;
    };
    double at_mm = i > 0 ? top(i - 1) : 0;
    const auto [begin, end] = supports_.levels_of(i);
    if (begin == end) return at_mm;
    const Beads own = beads;
    for (std::size_t k = begin; k < end; ++k) {
      const SupportLevel& level = supports_.level(k);
      const bool on_bed = level.bottom_mm < 1e-4;
      s.paths.clear();
      beads = make_beads(profile_, level.top_mm - level.bottom_mm, on_bed);
      supports_.add(k, beads, s.support, s.paths);
      if (s.paths.pieces.empty()) continue;
      writer.begin_layer(level.top_mm, level.top_mm - at_mm, i == 0);
      at_mm = level.top_mm;
      s.order.left.resize(s.paths.pieces.size());
      for (std::size_t p = 0; p < s.order.left.size(); ++p) s.order.left[p] = p;
      print_nearest(s.paths, s.order.left, writer);
      if (at_mm < top(i) - 1e-4) writer.end_layer();
    }
    beads = own;
    return at_mm > top(i) - 1e-4 ? top(i) : at_mm;
  }

  void slow_small_loops(PathStore& store) const {
    constexpr double kSmallLoop_mm = 2 * kPi * 6.5;
    for (PathPiece& piece : store.pieces) {
      if (!piece.loop) continue;
      const std::span<const Point2> loop =
          std::span(store.points).subspan(piece.begin, piece.end - piece.begin);
      if (perimeter(loop) <= kSmallLoop_mm) {
        piece.speed = profile_.print.small_perimeter_speed_mm_per_s;
      }
    }
  }

  void add_solid(const BitMask& mask, Role role, std::size_t layer, const Beads& beads,
                 LayerScratch& s) const {
    if (!mask.allocated() || !any(mask)) return;
    const Bead& bead = beads[index(role)];
    const bool swapped = layer % 2 == 1;
    const LineRules rules{role, bead.spacing_mm, 0.5, 0.5 * bead.spacing_mm, 10.0, 0.05};
    if (swapped) transpose(mask, s.turned_mask);
    add_lines(swapped ? s.turned_mask : mask, swapped ? turned_ : grid_, swapped, rules, s.lines,
              s.paths);
  }

  void add_sparse(const BitMask& mask, std::size_t layer, const Beads& beads,
                  LayerScratch& s) const {
    const PrintSettings& print = profile_.print;
    if (!(print.fill_density > 0) || !any(mask)) return;
    const Bead& bead = beads[index(Role::kSparseInfill)];
    s.waves.clear();
    if (print.fill_pattern == InfillPattern::kGyroid) {
      const Layer& at = layers_.layers[layer];
      const GyroidWaves waves =
          gyroid_waves(at.z_mm + at.height_mm / 2, bead.spacing_mm, print.fill_density);
      add_waves(waves, mask, 0.5 * bead.spacing_mm, s);
    } else {
      // Two families of lines.
      const LineRules rules{Role::kSparseInfill,
                            2 * bead.spacing_mm / print.fill_density,
                            0.5,
                            0.5 * bead.spacing_mm,
                            -1,
                            0.2};
      add_pattern_lines(mask, grid_, false, rules, s.waves);
      transpose(mask, s.turned_mask);
      add_pattern_lines(s.turned_mask, turned_, true, rules, s.waves);
    }
    PieceLinker(s.waves, mask, grid_, print.infill_anchor_max_mm, print.infill_anchor_mm, s.links)
        .append_to(s.paths);
  }

  /// The waves of a gyroid, clipped to the region. They run along the bed's axes (with the usual
  /// fill angle of 45 degrees; the pattern is turned by -45).
  void add_waves(const GyroidWaves& waves, const BitMask& mask, double inset_mm,
                 LayerScratch& s) const {
    constexpr double kHalf = 0.70710678118654752;
    const Point2 axis_x{kHalf, -kHalf}, axis_y{kHalf, kHalf};  // of the pattern, in the grid's axes
    const Point2 along = waves.along_y ? axis_y : axis_x, across = waves.along_y ? axis_x : axis_y;
    const double left = grid_.left_mm, bottom = grid_.bottom_mm;
    const double to_pixel = 1 / grid_.pixel_mm;
    const auto inside = [&](Point2 p) {
      return mask.at(static_cast<int>((p.x - left) * to_pixel),
                     static_cast<int>((p.y - bottom) * to_pixel));
    };
    const auto pixel = [&](Point2 p) {
      return PatternPieces::Pixel{static_cast<int>((p.x - left) * to_pixel),
                                  static_cast<int>((p.y - bottom) * to_pixel)};
    };
    const auto boundary = [&](Point2 in, Point2 out) {
      for (int k = 0; k < 4; ++k) {
        const Point2 middle = (in + out) * 0.5;
        (inside(middle) ? in : out) = middle;
      }
      return in;
    };
    const CoarseCells& cells = s.cells;
    s.cells.find(mask, grid_);
    if (cells.empty()) return;
    double low_u = 1e300, high_u = -1e300, low_v = 1e300, high_v = -1e300;
    for (const Point2 p : cells.corners()) {
      low_u = std::min(low_u, dot(p, along)), high_u = std::max(high_u, dot(p, along));
      low_v = std::min(low_v, dot(p, across)), high_v = std::max(high_v, dot(p, across));
    }
    const double first_u = std::floor(low_u / waves.period_mm) * waves.period_mm;
    const auto first_wave = 2 * static_cast<long>(std::floor(low_v / waves.period_mm) - 1);
    const auto last_wave = 2 * static_cast<long>(std::ceil(high_v / waves.period_mm) + 1);
    for (long w = first_wave; w <= last_wave; ++w) {
      const std::vector<Point2>& wave = waves.waves[w % 2 != 0 ? 1 : 0];
      const Point2 base = across * (std::floor(static_cast<double>(w) / 2) * waves.period_mm);
      bool open = false;
      Point2 before = base + along * first_u + across * wave.front().y;
      bool before_inside = inside(before);
      for (double u = first_u; u < high_u; u += waves.period_mm) {
        const Point2 middle = base + along * (u + waves.period_mm / 2) + across * wave.front().y;
        if (!before_inside && !cells.any_within(middle, waves.period_mm)) {
          before = base + along * (u + waves.period_mm) + across * wave.back().y;
          continue;
        }
        for (std::size_t k = 1; k < wave.size(); ++k) {
          const Point2 p = base + along * (u + wave[k].x) + across * wave[k].y;
          const bool in = inside(p);
          if (in != before_inside) {
            const Point2 edge = in ? boundary(p, before) : boundary(before, p);
            if (in) {
              s.waves.store.begin_piece(Role::kSparseInfill);
              s.waves.store.add(edge);
              s.waves.ends.push_back(pixel(edge));
              open = true;
            } else if (open) {
              s.waves.store.add(edge);
              s.waves.ends.push_back(pixel(edge));
              trim(s.waves, inset_mm);
              open = false;
            }
          }
          if (in && open) s.waves.store.add(p);
          before = p;
          before_inside = in;
        }
      }
      if (open) {
        s.waves.ends.push_back(pixel(before));
        trim(s.waves, inset_mm);
      }
    }
  }

  /// Shortens the last piece at both ends; drops it if nothing is left.
  static void trim(PatternPieces& pattern, double inset_mm) {
    PathStore& store = pattern.store;
    PathPiece& piece = store.pieces.back();
    const auto cut = [&](auto at) {  // at(i): the i-th point from an end
      double left = inset_mm;
      while (piece.end - piece.begin >= 2) {
        const double l = length(at(1) - at(0));
        if (l > left) {
          at(0) = at(0) + (at(1) - at(0)) * (left / l);
          return true;
        }
        left -= l;
        at.drop();
      }
      return false;
    };
    struct Tail {
      PathStore& store;
      PathPiece& piece;
      Point2& operator()(std::size_t i) { return store.points[piece.end - 1 - i]; }
      void drop() {
        store.points.pop_back();
        --piece.end;
      }
    };
    struct Head {
      PathStore& store;
      PathPiece& piece;
      Point2& operator()(std::size_t i) { return store.points[piece.begin + i]; }
      void drop() { ++piece.begin; }
    };
    const auto too_short = [&] {
      double sum = 0;
      for (std::size_t i = piece.begin; i + 1 < piece.end; ++i) {
        sum += length(store.points[i + 1] - store.points[i]);
      }
      return sum < 1.6 * inset_mm;  // four fifths of a line's spacing
    };
    if (!cut(Tail{store, piece}) || !cut(Head{store, piece}) || too_short()) {
      store.pieces.pop_back();
      pattern.ends.resize(pattern.ends.size() - 2);
    }
  }

  SupportPaths supports_;
  const Profile& profile_;
  const Layers& layers_;
  const BitGrid& grid_;
  BitGrid turned_;
  Beads first_beads_;
  int skirt_layers_ = 0;
  std::vector<Point2> skirt_hull_;
};

}  // namespace costengine::detail
