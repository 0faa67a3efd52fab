// One layer of a part: its regions become paths, the paths moves.
#pragma once

#include <array>
#include <cmath>
#include <vector>

#include "costengine/detail/process/brim.hpp"
#include "costengine/detail/process/coarse_cells.hpp"
#include "costengine/detail/process/cooling.hpp"
#include "costengine/detail/process/fuzzy_skin.hpp"
#include "costengine/detail/process/gyroid_lines.hpp"
#include "costengine/detail/process/infill.hpp"
#include "costengine/detail/process/links.hpp"
#include "costengine/detail/process/order.hpp"
#include "costengine/detail/process/patterns.hpp"
#include "costengine/detail/process/skirt.hpp"
#include "costengine/detail/process/sparse_regions.hpp"
#include "costengine/detail/process/support_paths.hpp"
#include "costengine/detail/process/walls.hpp"
#include "costengine/slice/layers.hpp"
#include "costengine/slice/shells.hpp"

namespace costengine::detail {

/// Masks and walls of one outline; shared by the layers that have it.
struct OutlineWork {
  BitMask section, fill;
  std::uint64_t fill_pixels = 0;
  Walls walls;
};

/// Length of external walls, and of it of those without a partner.
struct WallLengths {
  double external_mm = 0, alone_mm = 0;
};

/// Room for one thread's layers of a part.
struct LayerScratch {
  /// `bridge_layers`: how many layers down an internal bridge needs gaps.
  LayerScratch(const BitGrid& grid, const BitGrid& turned, std::size_t bridge_layers)
      : turned_mask(turned), sparse_layers(bridge_layers, BitMask(grid)) {
    for (BitMask* m : {&shells.internal_bridge, &shells.solid, &shells.sparse, &covered,
                       &shell_scratch.a, &shell_scratch.b}) {
      *m = BitMask(grid);
    }
  }
  ShellMasks shells;
  ShellScratch shell_scratch;
  BitMask covered, turned_mask;
  BitMask hidden;  ///< neither seen from above nor from below
  LineScratch lines;
  LinkScratch links;
  SupportScratch support;
  WallScratch walls;
  PathStore paths;
  PatternPieces waves;
  CoarseCells cells;
  std::vector<BitMask> sparse_layers;  ///< of the layers below, by their number
  std::vector<const BitMask*> sparse_below;
  std::size_t same_shells = 0;  ///< how many layers in a row have had the shells of the one below
  Islands islands;
  OrderScratch order;
  std::uint32_t groups = 0;               ///< of infill, so far
  const SparseRegions* sparse = nullptr;  ///< what is printed instead of `shells.sparse`
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
        first_beads_(make_beads(profile, profile.print.first_layer_height_mm, true)) {
    const PrintSettings& print = profile.print;
    raft_layers_ = static_cast<std::size_t>(supports.raft.layers());
    skirt_layers_ = print.draft_shield == DraftShield::kDisabled
                        ? static_cast<std::size_t>(std::max(0, print.skirt_height_layers))
                        : raft_layers_ + layers.layers.size();
    std::vector<Point2> points;
    double skirt_top_mm = 0;
    for (std::size_t i = 0; i < std::min(layers.layers.size(), skirt_layers_); ++i) {
      const Contours& c = layers.contours.contours[layers.contours.of_layer[i]];
      points.insert(points.end(), c.points.begin(), c.points.end());
      skirt_top_mm = layers.layers[i].z_mm + layers.layers[i].height_mm / 2;
    }
    SupportScratch scratch;
    PathStore store;
    for (std::size_t k = 0; print.skirts > 0 && k < supports.levels.size(); ++k) {
      const SupportLevel& level = supports.levels[k];
      if (level.top_mm > skirt_top_mm + 1e-4) break;
      const double height_mm = level.top_mm - level.bottom_mm;
      supports_.add(k, make_beads(profile, height_mm, level.bottom_mm < 1e-4), scratch, store);
    }
    points.insert(points.end(), store.points.begin(), store.points.end());
    skirt_hull_ = convex_hull(std::move(points));
  }

  /// The levels of the support that are printed below layer `i` or with it.
  [[nodiscard]] std::pair<std::size_t, std::size_t> levels_of(std::size_t i) const {
    return supports_.levels_of(i);
  }
  [[nodiscard]] const SupportLevel& level(std::size_t k) const { return supports_.level(k); }
  /// The layers of the raft are the lowest levels of the support.
  [[nodiscard]] std::size_t raft_layers() const { return raft_layers_; }
  /// How many layers from the bed, those of the raft included, have a skirt, and the hull that it
  /// keeps off.
  [[nodiscard]] std::size_t skirt_layers() const { return skirt_layers_; }
  [[nodiscard]] const std::vector<Point2>& skirt_hull() const { return skirt_hull_; }

  void print_skirt(const std::vector<Point2>& hull, LayerScratch& s, LayerWriter& writer) const {
    s.paths.clear();
    const double brim_mm = raft_layers_ > 0 ? 0 : profile_.print.brim_width_mm;
    add_skirt(hull, profile_.print, first_beads_[index(Role::kSkirt)], brim_mm, s.paths);
    print_all(s, writer);
  }

  /// The brim, in the first layer.
  void print_brim(const Contours& contours, const Beads& beads, LayerScratch& s,
                  LayerWriter& writer) const {
    s.paths.clear();
    add_brim(contours, profile_.print, first_beads_[index(Role::kSkirt)],
             WallDepths(profile_.print, beads, true).shrink_mm, s.paths);
    print_all(s, writer);
  }

  /// Adds the volumes of the supports that are printed with layer `i`; false: a raft is.
  bool add_support_volumes(std::size_t i, LayerScratch& s, double& columns_mm3,
                           double& interface_mm3) const {
    const auto [first, last] = supports_.levels_of(i);
    for (std::size_t k = first; k < last; ++k) {
      if (supports_.level(k).raft != RaftPart::kNone) return false;
      supports_.add_volumes(k, s.support, columns_mm3, interface_mm3);
    }
    return true;
  }

  /// Lays the lines of level `k` of the support; false if it has none. `beads` become its own.
  bool lay_level(std::size_t k, Beads& beads, LayerScratch& s) const {
    const SupportLevel& level = supports_.level(k);
    s.paths.clear();
    beads = make_beads(profile_, level.top_mm - level.bottom_mm, level.bottom_mm < 1e-4);
    supports_.add(k, beads, s.support, s.paths);
    if (level.bottom_mm < 1e-4) {  // interfaces have their own width there, too
      set_width(profile_, profile_.print.support_width_mm, level.top_mm,
                beads[index(Role::kSupportInterface)]);
    }
    return !s.paths.pieces.empty();
  }
  void print_level(LayerScratch& s, LayerWriter& writer) const {
    s.order.left.resize(s.paths.pieces.size());
    for (std::size_t p = 0; p < s.order.left.size(); ++p) s.order.left[p] = p;
    print_nearest(s.paths, s.order.left, writer);
  }

  /// Prints the part in layer `i`, from its shells; `work` is the outline's.
  WallLengths print_part(std::size_t i, const OutlineWork& work, const Contours& contours,
                         const LayerMasks& masks, const Beads& beads, LayerScratch& s,
                         LayerWriter& writer) const {
    const SurfaceMasks& surfaces = masks.surfaces[i];
    const bool first = i == 0 && raft_layers_ == 0;  // on the bed
    const std::size_t number = i + raft_layers_;
    const WallDepths depths(profile_.print, beads, first);
    s.paths.clear();
    if (s.walls.spans_of != &work.walls) {
      find_spans(contours, work.walls, depths, 0, grid_, s.walls.scan, s.walls.spans);
      s.walls.spans_of = &work.walls;
    }
    WallPaths walls_of_layer(contours, work.walls, s.walls.spans, depths, s.walls, s.paths);
    walls_of_layer.add(beads);
    const WallLengths lengths{walls_of_layer.external_mm(), walls_of_layer.alone_mm()};
    if (i > 0) fuzz(contours, profile_.print, i, s.paths);
    slow_small_loops(s.paths);
    s.islands.find(contours);
    for (PathPiece& wall : s.paths.pieces) {
      wall.island = s.islands.of_loop(wall.outline);
      if (wall.role == Role::kGapFill) wall.group = s.groups++;
    }
    const std::size_t walls = s.paths.pieces.size();
    if (is_vase(i)) {
      print_spiral(s.paths, writer);
      return lengths;
    }
    add_solid(surfaces.bottom, i == 0 ? Role::kSolidInfill : Role::kBridgeInfill, number, beads, s);
    add_solid(s.shells.internal_bridge, Role::kBridgeInfill, number, beads, s);
    add_solid(s.shells.solid, Role::kSolidInfill, number, beads, s);
    add_solid(surfaces.top, Role::kTopSolidInfill, number, beads, s);
    if (s.sparse == nullptr) {
      add_sparse(s.shells.sparse, i, beads, s);
    } else {
      add_sparse(s.sparse->single, i, beads, s);
      if (s.sparse->layers > 1) add_combined(*s.sparse, i, beads, s);
    }
    for (std::size_t p = walls; p < s.paths.pieces.size(); ++p) {
      PathPiece& piece = s.paths.pieces[p];
      piece.island = s.islands.at(s.paths.points[piece.begin], contours);
    }
    s.order.outer_first = profile_.print.external_perimeters_first;
    s.order.fuzzy = profile_.print.fuzzy_skin != FuzzySkin::kNone;
    s.order.holes_first = depths.classic;
    if (profile_.print.only_retract_when_crossing_perimeters) {
      // What is seen from above or below does not hide what oozes.
      s.hidden = i > 0 && i + 1 < masks.sections.size() ? work.section : BitMask(grid_);
      if (any(s.hidden)) {
        intersect(s.hidden, *masks.sections[i - 1]);
        intersect(s.hidden, *masks.sections[i + 1]);
      }
      writer.stay_within(s.hidden, grid_, &contours);
    }
    if (i > 0) find_overhangs(*masks.sections[i - 1], work.section, s, writer);
    print_in_order(s.paths, walls, s.islands, contours, profile_.print.infill_first, writer,
                   s.order);
    iron(i, masks, writer, s);
    return lengths;
  }

  [[nodiscard]] bool is_vase(std::size_t i) const {
    return profile_.print.spiral_vase && static_cast<int>(i) >= profile_.print.bottom_solid_layers;
  }

 private:
  static void print_all(LayerScratch& s, LayerWriter& writer) {
    for (const PathPiece& piece : s.paths.pieces) writer.print(s.paths, piece, false, 0);
  }

  /// One turn of a vase: the longest external perimeter.
  static void print_spiral(const PathStore& store, LayerWriter& writer) {
    const PathPiece* longest = nullptr;
    double most_mm = 0;
    for (const PathPiece& piece : store.pieces) {
      if (piece.role != Role::kExternalPerimeter || !piece.loop) continue;
      const double l = perimeter(
          std::span<const Point2>(store.points).subspan(piece.begin, piece.end - piece.begin));
      if (l > most_mm) most_mm = l, longest = &piece;
    }
    if (longest == nullptr) return;
    const std::size_t start = seam_of(std::span<const Point2>(store.points)
                                          .subspan(longest->begin, longest->end - longest->begin),
                                      writer.seam_position(), writer.at(), writer.axes());
    writer.start_at(store.points[longest->begin + start]);
    writer.print(store, *longest, false, start);
  }

  /// Walls run as bridges where the layer below, grown by half the nozzle, does not reach.
  void find_overhangs(const BitMask& below, const BitMask& section, LayerScratch& s,
                      LayerWriter& writer) const {
    const PrintSettings& print = profile_.print;
    const bool supported = print.support && print.support_contact_distance_mm == 0;
    if (!print.overhangs || supported || &below == &section) return;
    if (contains(below, section)) return;
    s.covered = below;
    dilate(s.covered, 0.5 * profile_.machine.nozzle_diameter_mm / grid_.pixel_mm,
           s.shell_scratch.a);
    writer.overhang_beyond(s.covered);
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
    s.groups = add_lines(swapped ? s.turned_mask : mask, swapped ? turned_ : grid_, swapped,
                         role != Role::kBridgeInfill, rules, s.groups, s.lines, s.paths);
  }

  void add_sparse(const BitMask& mask, std::size_t layer, const Beads& beads,
                  LayerScratch& s) const {
    const PrintSettings& print = profile_.print;
    if (!(print.fill_density > 0) || !any(mask)) return;
    const Bead& bead = beads[index(Role::kSparseInfill)];
    s.waves.clear();
    const double inset_mm = 0.5 * bead.spacing_mm;
    const double pitch_mm = bead.spacing_mm / print.fill_density;
    const Layer& at = layers_.layers[layer];
    const std::size_t number = layer + raft_layers_;
    const double top_mm = at.z_mm + at.height_mm / 2;
    const bool open_ends = print.infill_anchor_max_mm < 0.05;
    const double longest_mm = print.infill_anchor_max_mm;
    switch (print.fill_pattern) {
      case InfillPattern::kGyroid:
        add_waves(gyroid_waves(top_mm, bead.spacing_mm, print.fill_density), mask, grid_, inset_mm,
                  s.cells, s.waves);
        break;
      case InfillPattern::kGrid: {
        // Two families of lines, which meet in the centre of the model.
        LineRules rules{Role::kSparseInfill, 2 * pitch_mm, 0.5, inset_mm, -1, 0.2};
        rules.phase = phase_of(-grid_.bottom_mm, rules.spacing_mm);
        add_pattern_lines(mask, grid_, false, rules, s.waves);
        rules.phase = phase_of(-grid_.left_mm, rules.spacing_mm);
        transpose(mask, s.turned_mask);
        add_pattern_lines(s.turned_mask, turned_, true, rules, s.waves);
        break;
      }
      case InfillPattern::kRectilinear:
      case InfillPattern::kAlignedRectilinear:
      case InfillPattern::kArchimedeanChords:
      case InfillPattern::kMonotonic:
      case InfillPattern::kLine: {
        const bool swapped =
            number % 2 == 1 && print.fill_pattern != InfillPattern::kAlignedRectilinear;
        LineRules rules{Role::kSparseInfill, pitch_mm, 0.5, inset_mm, 3 * pitch_mm, 0.2};
        if (print.fill_pattern == InfillPattern::kLine) rules.longest_link_mm = 2 * pitch_mm;
        if (open_ends) rules.longest_link_mm = -1;
        if (print.fill_density == 1) rules.longest_link_mm = 10;
        if (swapped) transpose(mask, s.turned_mask);
        s.groups = add_lines(swapped ? s.turned_mask : mask, swapped ? turned_ : grid_, swapped,
                             print.fill_density == 1, rules, s.groups, s.lines, s.paths);
        return;
      }
      case InfillPattern::kConcentric:
        add_concentric(mask, grid_, pitch_mm, inset_mm, s.links.boundary, s.shell_scratch.a,
                       s.shell_scratch.b, s.paths);
        return;
      default: {
        PatternClipper clipper(mask, grid_, s.cells, inset_mm, s.waves);
        const LayerAxes& axes = layers_.axes;
        add_pattern(clipper, print.fill_pattern, print.fill_density, bead.spacing_mm, top_mm,
                    number, {axes.direction_from_mesh({1, 0}), axes.direction_from_mesh({0, 1})});
      }
    }
    const double anchor_mm = open_ends ? 0 : std::min(print.infill_anchor_mm, longest_mm);
    const std::size_t before = s.paths.pieces.size();
    PieceLinker(s.waves, mask, grid_, 2 * inset_mm, open_ends ? -1 : longest_mm, anchor_mm, s.links)
        .append_to(s.paths);
    if (print.fill_pattern == InfillPattern::k3dHoneycomb) {
      // Round threads, as far from each other as those of bridges.
      const double thread_mm = bead.spacing_mm - 0.05;
      const double flow = kPi / 4 * thread_mm * thread_mm / bead.section_mm2;
      for (std::size_t p = before; p < s.paths.pieces.size(); ++p) s.paths.pieces[p].flow = flow;
    }
    s.groups = s.links.boundary.outer_loops() == 1
                   ? group_as_one(before, s.groups, s.paths)
                   : group_by_part(mask, grid_, before, s.groups, s.lines.parts, s.paths);
  }

  /// The infill of several layers: lines as wide and as far apart as ever, but higher.
  void add_combined(const SparseRegions& regions, std::size_t layer, const Beads& beads,
                    LayerScratch& s) const {
    const Bead& bead = beads[index(Role::kSparseInfill)];
    const double height_mm = regions.layers * layers_.layers[layer].height_mm;
    const double flow = bead_spacing(bead.width_mm, height_mm) * height_mm / bead.section_mm2;
    const std::size_t before = s.paths.pieces.size();
    add_sparse(regions.combined, layer, beads, s);
    for (std::size_t p = before; p < s.paths.pieces.size(); ++p) s.paths.pieces[p].flow *= flow;
  }

  /// Share of a spacing, from the edge of the grid, for lines one of which is `at_mm` from it.
  static double phase_of(double at_mm, double spacing_mm) {
    const double lines = at_mm / spacing_mm;
    return lines - std::floor(lines);
  }

  /// Irons what is seen from above, after the layer: lines across those of the infill, with the
  /// flow of a thin film.
  void iron(std::size_t i, const LayerMasks& masks, LayerWriter& writer, LayerScratch& s) const {
    const PrintSettings& print = profile_.print;
    if (!print.ironing || !(print.ironing_spacing_mm > 0)) return;
    const std::size_t layers = masks.sections.size();
    const bool last = i + 1 == layers;
    if (print.ironing_type == IroningType::kTopmost && !last) return;
    BitMask& region = s.shell_scratch.b;
    region = *masks.sections[i];
    erode(region, 0.5 * profile_.machine.nozzle_diameter_mm / grid_.pixel_mm, s.shell_scratch.a);
    const bool all_solid = print.ironing_type == IroningType::kSolid;
    const bool open = any(s.shells.sparse) || any(s.shells.internal_bridge);
    if (all_solid && open) {  // then walls beside solid infill are left out
      s.shell_scratch.a = s.shells.solid;
      for (const BitMask* own : {&masks.surfaces[i].top, &masks.surfaces[i].bottom}) {
        if (own->allocated()) unite(s.shell_scratch.a, *own);
      }
      intersect(region, s.shell_scratch.a);
    } else if (!all_solid && !last) {
      subtract(region, *masks.sections[i + 1]);
    }
    if (!any(region)) return;
    const std::size_t before = s.paths.pieces.size();
    const LineRules rules{Role::kIroning, print.ironing_spacing_mm, 0.5, 0, 2, 0.1};
    transpose(region, s.turned_mask);
    s.groups = add_lines(s.turned_mask, turned_, true, false, rules, s.groups, s.lines, s.paths);
    s.order.left.clear();
    for (std::size_t p = before; p < s.paths.pieces.size(); ++p) s.order.left.push_back(p);
    print_nearest(s.paths, s.order.left, writer);
  }

  SupportPaths supports_;
  const Profile& profile_;
  const Layers& layers_;
  const BitGrid& grid_;
  BitGrid turned_;
  Beads first_beads_;
  std::size_t raft_layers_ = 0, skirt_layers_ = 0;
  std::vector<Point2> skirt_hull_;
};

}  // namespace costengine::detail
