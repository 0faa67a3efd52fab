#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "costengine/base/run_blocks.hpp"
#include "costengine/base/scratch_pool.hpp"
#include "costengine/detail/process/alike.hpp"
#include "costengine/detail/process/plate_layer.hpp"
#include "costengine/detail/process/plate_totals.hpp"
#include "costengine/detail/slice/plain_shells.hpp"
#include "costengine/process/fdm.hpp"
#include "costengine/process/plate.hpp"

namespace costengine {
namespace detail {

/// A pixel, as a share of the distance of solid infill lines. The shells' openings and growths are
/// about one and two pixels, so they round alike for any nozzle.
inline constexpr double kPixelShare = 0.6;

/// The grid of all masks: fine, unless the model has so many outlines that they would fill memory,
/// or so many layers if there are masks for each.
inline BitGrid layer_grid(const ContourStack& stack, double spacing_mm, bool for_each_layer,
                          Isa isa) {
  Point2 low{1e300, 1e300}, high{-1e300, -1e300};
  for (const Contours& c : stack.contours) {
    for (const Point2 p : c.points) {
      low = {std::min(low.x, p.x), std::min(low.y, p.y)};
      high = {std::max(high.x, p.x), std::max(high.y, p.y)};
    }
  }
  if (!(low.x <= high.x)) low = high = {0, 0};
  const std::size_t masks = for_each_layer ? stack.of_layer.size() : stack.contours.size();
  constexpr std::size_t kMaskWords = 3'000'000;  // 24 MB for two masks a layer
  constexpr double kMargin_mm = 2;
  BitGrid grid = make_grid(low.x, low.y, high.x, high.y, kMargin_mm, kPixelShare * spacing_mm,
                           std::min<std::size_t>(8000, kMaskWords / (2 * masks + 1)) + 64);
  grid.isa = isa;
  return grid;
}

/// Room for one thread's outlines.
struct OutlineScratch {
  explicit OutlineScratch(const BitGrid& grid) : inner(grid), spare(grid) {}
  ScanScratch scan;
  BitMask inner, spare;
  WallSpans spans;
  WallRuns runs;
  GapWidths widths;
};

inline void work_outline(const Contours& contours, const WallDepths& depths, const BitGrid& grid,
                         OutlineScratch& s, OutlineWork& work) {
  BitMask& inner = s.inner;
  ScanScratch& scratch = s.scan;
  Walls& walls = work.walls;
  scratch.edges.round = !depths.classic;  // beads of variable width keep their distance
  edge_normals(contours, walls.normals);
  walls.section_mm2 =
      scan_offset(contours, walls.normals, depths.shrink_mm, grid, &work.section, nullptr, scratch);
  // The fill region, without what is too thin to be filled: that is left to the walls.
  const double fill_mm2 =
      scan_offset(contours, walls.normals, depths.fill_mm, grid, &work.fill, nullptr, scratch);
  EdgeShares& deeper = scratch.shares;
  const double core_mm2 =
      scan_offset(contours, walls.normals, depths.fill_mm + depths.fill_opening_mm, grid, &inner,
                  &deeper, scratch);
  walls.settled.clear();
  // In classic mode gaps are looked for deeper still.
  const bool gaps = depths.looked_for() > depths.count;
  if (gaps || !all_hold(deeper)) {
    scratch.settled.assign(contours.points.size(), 0);
    if (!gaps) settle(deeper, scratch);
    walls.settled = scratch.settled;
  }
  if (gaps) {
    const int gap = depths.count;
    find_spans(contours, walls, depths, gap, grid, scratch, s.spans);
    s.runs.find(contours, walls.normals, s.spans.pairs.back(), s.spans.sure.back(),
                s.spans.middles.back(), depths.run_rules(gap), [](Point2) { return true; });
    s.widths.find(contours, s.runs);
    for (BitMask* mask : {&inner, &work.fill}) {
      clear_gaps(contours, walls.normals, s.runs, depths.fill_edge_mm - depths.step_mm / 2,
                 depths.pair_depth_mm(gap), grid, s.widths, *mask);
    }
  }
  const auto before = static_cast<double>(count(work.fill));
  dilate(inner, depths.fill_opening_mm / grid.pixel_mm + 1, s.spare);
  intersect(work.fill, inner);
  work.fill_pixels = count(work.fill);
  const auto after = static_cast<double>(work.fill_pixels);
  const double opened_mm2 = before > 0 ? fill_mm2 * after / before : 0;
  const double edge_mm = std::max(0.0, opened_mm2 - core_mm2) / depths.fill_opening_mm;
  walls.ring_mm2 =
      walls.section_mm2 - opened_mm2 + edge_mm * (depths.fill_edge_mm - depths.fill_mm);
  // The rounded flank of the external bead reaches beyond its spacing.
  double outline_mm = 0;
  for (std::size_t l = 0; l < contours.loops(); ++l) outline_mm += perimeter(contours.loop(l));
  walls.ring_mm2 -= outline_mm * depths.flank_mm;
}

inline ShellRules shell_rules(const PrintSettings& print, const Beads& beads, double pixel_mm) {
  const auto layers = [&](int count, double thickness_mm) {
    if (count <= 0) return 0;
    return std::max(count,
                    static_cast<int>(std::ceil(thickness_mm / print.layer_height_mm - 1e-9)));
  };
  const Bead& solid = beads[index(Role::kSolidInfill)];
  ShellRules rules;
  rules.top_layers = layers(print.top_solid_layers, print.top_solid_min_thickness_mm);
  rules.bottom_layers = layers(print.bottom_solid_layers, print.bottom_solid_min_thickness_mm);
  rules.growth = 3.0 / pixel_mm;
  rules.shell_growth = 1.05 * solid.spacing_mm / pixel_mm;
  rules.opening = 0.5 * 1.05 * solid.spacing_mm / pixel_mm;
  rules.opening_growth = 0.8 * 1.05 * solid.spacing_mm / pixel_mm;
  rules.bridge_opening = 3 * solid.width_mm / pixel_mm;
  rules.sparse = print.fill_density < 1;
  rules.vertical = print.ensure_vertical_shell_thickness;
  if (print.fill_density > 0) {
    rules.small_pixels = print.solid_infill_below_area_mm2 / (pixel_mm * pixel_mm);
    rules.solid_every = rules.sparse ? print.solid_infill_every_layers : 0;
  } else {
    rules.growth = 1.5 / pixel_mm;  // voids hold no anchors
    rules.hollow_opening = beads[index(Role::kExternalPerimeter)].width_mm / pixel_mm;
  }
  return rules;
}

/// Layers that a thread plans in one go.
inline constexpr std::size_t kLayerBlock = 16;

/// What the layers of a model share: outlines with their walls, surfaces, supports.
class PartPlan {
 public:
  PartPlan(const Layers& layers, const Profile& profile, Isa isa)
      : layers_(layers),
        stack_(layers.contours),
        profile_(profile),
        usual_(make_beads(profile, profile.print.layer_height_mm, false)),
        grid_(layer_grid(stack_, usual_[index(Role::kSolidInfill)].spacing_mm,
                         needs_layers_above(profile), isa)),
        turned_(transposed(grid_)),
        rules_(shell_rules(profile.print, usual_, grid_.pixel_mm)) {
    // An internal bridge needs gaps below it as deep as its thread is thick.
    const double thread_mm =
        profile.print.thick_bridges ? usual_[index(Role::kBridgeInfill)].width_mm : 0;
    bridge_layers_ = static_cast<std::size_t>(
        std::max(1.0, std::floor(thread_mm / profile.print.layer_height_mm + 1e-6)));
  }
  PartPlan(const PartPlan&) = delete;
  PartPlan& operator=(const PartPlan&) = delete;

  Status prepare(Context& ctx) {
    COSTENGINE_CHECK(ctx.check_memory(Stage::kPlan, footprint_bytes(ctx.threads())));
    COSTENGINE_CHECK(work_outlines(ctx));
    COSTENGINE_CHECK(mark_surfaces(ctx));
    COSTENGINE_TRY(supports_, find_supports(layers_, profile_, ctx));
    planner_.emplace(profile_, layers_, grid_, supports_);
    if (needs_layers_above(profile_)) COSTENGINE_CHECK(find_sparse_regions(ctx));
    return Ok{};
  }

  [[nodiscard]] std::size_t count() const { return layers_.layers.size(); }
  [[nodiscard]] PlateModel view() const {
    return {&layers_, &*planner_, &masks_, &grid_, &works_, &first_work_};
  }
  [[nodiscard]] std::unique_ptr<LayerScratch> make_scratch() const {
    return std::make_unique<LayerScratch>(grid_, turned_, bridge_layers_);
  }

  // In a long stack of layers that are all alike, each repeats the one 64 below: an even number, as
  // lines change their direction, and longer than the patterns that change with height.
  static constexpr std::size_t kRepeat = 64;
  [[nodiscard]] bool repeated(std::size_t i) const {
    return supports_.tops.empty() && sparse_.empty() && i > kRepeat && same_shells(i) &&
           same_shells(i - kRepeat) && stack_.of_layer[i - kRepeat] == stack_.of_layer[i];
  }

  /// Layers below the block that begins here whose shells must be found as well.
  [[nodiscard]] std::size_t warm_up(std::size_t begin) const {
    return begin - std::min(begin, bridge_layers_);
  }
  /// The shells of layer `i`; `s` has those of the layer below, unless this is the first.
  void find_layer(std::size_t i, bool first, LayerScratch& s) const {
    if (first || !same_shells(i)) {
      find_shells(i, masks_, rules_, s.shells, s.shell_scratch);
      s.same_shells = 0;
      return;
    }
    if (any(s.shells.internal_bridge)) unite(s.shells.solid, s.shells.internal_bridge);
    ++s.same_shells;
  }
  /// Before layer `i` is planned.
  void find_bridges(std::size_t i, LayerScratch& s) const {
    if (i > 0 && rules_.sparse && any(s.shells.solid)) {
      s.sparse_below.clear();
      for (std::size_t k = 1; k <= std::min(i, bridge_layers_); ++k) {
        s.sparse_below.push_back(&s.sparse_layers[(i - k) % bridge_layers_]);
      }
      find_internal_bridges(s.sparse_below, rules_, s.shells, s.shell_scratch);
    }
    fill_whole_layer(i, rules_, s.shells);
    s.sparse = sparse_.empty() ? nullptr : &sparse_[i];
  }
  /// What can be told of layer `i` from its shells.
  [[nodiscard]] LayerSigns signs(std::size_t i, LayerScratch& s) const {
    const SurfaceMasks& surfaces = masks_.surfaces[i];
    const std::size_t contour = stack_.of_layer[i];
    const OutlineWork& work = works_[contour];
    LayerSigns signs;
    signs.reached = true;
    signs.plain = i > planner_->skirt_layers() && !planner_->is_vase(i) && sparse_.empty() &&
                  planner_->add_support_volumes(i, s, signs.columns_mm3, signs.interface_mm3);
    signs.loops = stack_.contours[contour].loops();
    if (!signs.plain) return signs;
    signs.section_mm2 = work.walls.section_mm2;
    signs.outline_mm = layers_.layers[i].perimeter_mm;
    signs.height_mm = layers_.layers[i].height_mm;
    const auto pixels = [](const BitMask& mask) {
      return mask.allocated() ? costengine::count(mask) : 0;
    };
    signs.bottom = pixels(surfaces.bottom);
    signs.top = pixels(surfaces.top);
    signs.bridge = pixels(s.shells.internal_bridge);
    signs.solid = pixels(s.shells.solid);
    const std::uint64_t shells = signs.bottom + signs.top + signs.bridge + signs.solid;
    signs.sparse = work.fill_pixels - std::min(work.fill_pixels, shells);
    return signs;
  }
  /// After layer `i`: what the layers above need of it.
  void keep_sparse(std::size_t i, LayerScratch& s) const {
    if (s.same_shells >= bridge_layers_) return;  // it is there already
    BitMask& kept = s.sparse_layers[i % bridge_layers_];
    if (same_shells(i + 1)) {
      kept = s.shells.sparse;
    } else {
      std::swap(kept, s.shells.sparse);
    }
  }

 private:
  /// A bound: masks of the outlines, surfaces and supports, the walls, and each thread's scratch.
  [[nodiscard]] std::uint64_t footprint_bytes(unsigned threads) const {
    std::uint64_t points = 0;
    for (const Contours& contours : stack_.contours) points += contours.points.size();
    const std::uint64_t mask = 8 * grid_.size(), layers = count();
    const std::uint64_t supports =
        profile_.print.support ? std::min<std::uint64_t>(16'000'000, 6 * mask * layers) : 0;
    return mask * (2 * stack_.contours.size() + 2 * layers) + 150 * points + 2'000 * layers +
           supports + threads * (60 * mask + 3'000'000);
  }

  Status work_outlines(Context& ctx) {
    const PrintSettings& print = profile_.print;
    const bool on_bed = print.raft_layers <= 0;
    const Beads first = make_beads(profile_, layers_.layers[0].height_mm, on_bed);
    // Outlines: masks and walls. The first layer has walls of its own width.
    works_.resize(stack_.contours.size());
    ScratchPool<OutlineScratch> pool;
    COSTENGINE_CHECK(run_blocks(
        ctx, Stage::kPlan, block_count(works_.size(), kLayerBlock), [&](std::size_t block) {
          const auto scratch = pool.take([&] { return OutlineScratch(grid_); });
          const WallDepths depths(print, usual_, false);
          if (block == 0) {
            work_outline(stack_.contours[stack_.of_layer[0]], WallDepths(print, first, on_bed),
                         grid_, *scratch, first_work_);
          }
          for (std::size_t i = block * kLayerBlock;
               i < std::min(works_.size(), (block + 1) * kLayerBlock); ++i) {
            work_outline(stack_.contours[i], depths, grid_, *scratch, works_[i]);
          }
        }));
    return Ok{};
  }

  Status mark_surfaces(Context& ctx) {
    const std::size_t count = this->count();
    masks_.sections.resize(count);
    masks_.fills.resize(count);
    masks_.surfaces.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
      const OutlineWork& work = i == 0 ? first_work_ : works_[stack_.of_layer[i]];
      masks_.sections[i] = &work.section;
      masks_.fills[i] = &work.fill;
    }
    ScratchPool<ShellScratch> pool;
    COSTENGINE_CHECK(
        run_blocks(ctx, Stage::kPlan, block_count(count, kLayerBlock), [&](std::size_t block) {
          const auto scratch = pool.take([&] {
            return ShellScratch{BitMask(grid_), BitMask(grid_)};
          });
          for (std::size_t i = block * kLayerBlock; i < std::min(count, (block + 1) * kLayerBlock);
               ++i) {
            // Between two layers of its own outline a layer has no surfaces.
            if (i > 1 && i + 1 < count && stack_.of_layer[i - 1] == stack_.of_layer[i + 1])
              continue;
            find_surfaces(*masks_.fills[i], i > 0 ? masks_.sections[i - 1] : nullptr,
                          i + 1 < count ? masks_.sections[i + 1] : nullptr, rules_,
                          masks_.surfaces[i], *scratch);
          }
        }));
    return Ok{};
  }

  /// The sparse regions of all layers, where those of a layer depend on the layers above it.
  Status find_sparse_regions(Context& ctx) {
    std::vector<SparseRegions> regions(count());
    ScratchPool<LayerScratch> pool;
    COSTENGINE_CHECK(
        run_blocks(ctx, Stage::kPlan, block_count(count(), kLayerBlock), [&](std::size_t block) {
          const auto scratch =
              pool.take([&] { return LayerScratch(grid_, turned_, bridge_layers_); });
          for (std::size_t i = block * kLayerBlock;
               i < std::min(count(), (block + 1) * kLayerBlock); ++i) {
            find_layer(i, i == block * kLayerBlock, *scratch);
            fill_whole_layer(i, rules_, scratch->shells);
            regions[i].single = scratch->shells.sparse;
          }
        }));
    if (profile_.print.infill_only_where_needed) {
      const double bead_mm = usual_[index(Role::kPerimeter)].width_mm;
      keep_below_ceilings(masks_, bead_mm / 2 / grid_.pixel_mm, grid_, regions);
    }
    if (combined_layers(profile_) > 1) combine_layers(combined_layers(profile_), grid_, regions);
    sparse_ = std::move(regions);
    return Ok{};
  }

  // Where all layers that matter are alike, so are the shells of the layer below.
  [[nodiscard]] bool same_shells(std::size_t i) const {
    const auto below = static_cast<std::size_t>(std::max(0, rules_.bottom_layers)) + 1;
    const auto above = static_cast<std::size_t>(std::max(0, rules_.top_layers));
    return rules_.solid_every == 0 && i > below + 1 && i + above < count() &&
           stack_.of_layer[i - below - 1] == stack_.of_layer[i + above];
  }

  const Layers& layers_;
  const ContourStack& stack_;
  const Profile& profile_;
  Beads usual_;
  BitGrid grid_, turned_;
  ShellRules rules_;
  std::size_t bridge_layers_ = 1;
  std::vector<OutlineWork> works_;
  OutlineWork first_work_;
  LayerMasks masks_;
  Supports supports_;
  std::vector<SparseRegions> sparse_;  ///< by layer; empty: the shells' own
  std::optional<LayerPlanner> planner_;
};

/// Plans the layers of a plate, at most `most` from the bed.
inline Status plan_layers(const std::vector<std::unique_ptr<PartPlan>>& parts,
                          const PlatePlanner& planner, std::size_t most, const MotionLimits& limits,
                          std::vector<LayerResult>& results, Context& ctx) {
  std::size_t count = 0;
  for (const auto& part : parts) count = std::max(count, part->count());
  count = std::min(count, most);
  results.resize(count);
  const bool repeats = planner.repeats();
  const bool some_stand = repeats && count >= kFewLayers;
  const auto repeated = [&](std::size_t i) {
    return repeats && std::all_of(parts.begin(), parts.end(), [i](const auto& part) {
             return i < part->count()
                        ? part->repeated(i)
                        : i > PartPlan::kRepeat && i - PartPlan::kRepeat >= part->count();
           });
  };
  StandIns stand_ins(parts.size(), count);
  ScratchPool<PlateScratch> pool;
  COSTENGINE_CHECK(
      run_blocks(ctx, Stage::kPlan, block_count(count, kLayerBlock), [&](std::size_t block) {
        const std::size_t begin = block * kLayerBlock;
        const std::size_t end = std::min(count, begin + kLayerBlock);
        std::size_t alike = begin;
        while (alike < end && repeated(alike)) ++alike;
        if (alike == end) return;
        const auto scratch = pool.take([&] { return PlateScratch(limits, parts.size()); });
        PlateScratch& s = *scratch;
        s.left_in = nullptr;
        for (std::size_t m = 0; m < parts.size(); ++m) {
          if (begin >= parts[m]->count()) continue;
          if (!s.models[m]) s.models[m] = parts[m]->make_scratch();
          const std::size_t from = parts[m]->warm_up(begin);
          for (std::size_t i = from; i < begin; ++i) {
            parts[m]->find_layer(i, i == from, *s.models[m]);
            parts[m]->keep_sparse(i, *s.models[m]);
          }
        }
        for (std::size_t i = begin; i < end; ++i) {
          const bool planned = !repeated(i);
          for (std::size_t m = 0; m < parts.size(); ++m) {
            if (i >= parts[m]->count()) continue;
            parts[m]->find_layer(i, i == parts[m]->warm_up(begin), *s.models[m]);
            if (!planned) continue;
            parts[m]->find_bridges(i, *s.models[m]);
            if (some_stand) stand_ins.signs(m, i) = parts[m]->signs(i, *s.models[m]);
          }
          if (planned && some_stand && stand_ins.may_leave_out(i, begin)) {
            stand_ins.leave_out(i);
          } else if (planned) {
            stand_ins.plan(i);
            planner.plan(i, s, results[i]);
          }
          for (std::size_t m = 0; m < parts.size(); ++m) {
            if (i < parts[m]->count()) parts[m]->keep_sparse(i, *s.models[m]);
          }
        }
      }));
  stand_ins.fill(results);
  for (std::size_t i = PartPlan::kRepeat; i < count; ++i) {
    if (repeated(i)) results[i] = results[i - PartPlan::kRepeat];
  }
  return Ok{};
}

}  // namespace detail

COSTENGINE_INLINE Result<PlateProduction> plan_plate(std::span<const PlatedModel> models,
                                                     const Profile& profile, Context& ctx) {
  COSTENGINE_CHECK(ctx.check(Stage::kPlan));
  COSTENGINE_CHECK(detail::check_plate(models, profile));
  std::vector<std::unique_ptr<detail::PartPlan>> parts;
  std::vector<detail::PlateModel> views;
  for (const PlatedModel& model : models) {
    parts.push_back(std::make_unique<detail::PartPlan>(*model.layers, profile, ctx.isa()));
    COSTENGINE_CHECK(parts.back()->prepare(ctx));
    views.push_back(parts.back()->view());
  }
  const std::vector<detail::PlateSlot> slots = detail::slots_of(models);
  const MotionLimits limits = motion_limits(profile.machine);
  detail::PlateTotals totals(models.size());
  const bool by_layer = !profile.print.complete_objects || slots.size() == 1;
  for (std::size_t m = 0; m < models.size(); ++m) {
    const std::size_t layers = parts[m]->count();
    totals.layer_changes = by_layer ? std::max(totals.layer_changes, layers)
                                    : totals.layer_changes + models[m].places_mm.size() * layers;
  }
  std::optional<detail::LayerCommands> commands;
  if (detail::may_move(profile.machine.before_layer_gcode) ||
      detail::may_move(profile.machine.layer_gcode)) {
    const PrintFacts facts =
        detail::print_facts(profile, detail::placed_layers(models), totals.layer_changes);
    commands.emplace(profile, macro_variables(profile, facts), limits);
  }
  const detail::LayerCommands* layer_commands = commands ? &*commands : nullptr;
  std::vector<detail::LayerResult> results;
  detail::PlatePlanner together(profile, views, detail::shortest_way(slots), true);
  together.set_commands(layer_commands);
  if (by_layer) {
    COSTENGINE_CHECK(detail::plan_layers(parts, together, ~std::size_t{0}, limits, results, ctx));
    for (const detail::LayerResult& layer : results) totals.add(layer);
    return detail::plate_production(models, profile, totals, results, limits);
  }
  // One after another: each as if alone, the skirt around all with the first.
  for (std::size_t m = 0; m < models.size(); ++m) {
    std::vector<std::unique_ptr<detail::PartPlan>> one;
    one.push_back(std::move(parts[m]));
    const std::span<const detail::PlateModel> view(&views[m], 1);
    std::size_t copies = models[m].places_mm.size();
    const detail::PlateSlot middle{0, slots[0].at};
    detail::PlatePlanner bare(profile, view, {middle}, false);
    bare.set_commands(layer_commands);
    COSTENGINE_CHECK(detail::plan_layers(one, bare, ~std::size_t{0}, limits, results, ctx));
    if (m == 0) {
      std::vector<detail::LayerResult> with_skirt;
      detail::PlatePlanner first(profile, view, {middle}, true);
      first.set_commands(layer_commands);
      first.set_skirt_hull(detail::PlatePlanner(profile, views, slots, true).skirt_hull());
      COSTENGINE_CHECK(
          detail::plan_layers(one, first, first.skirt_layers(), limits, with_skirt, ctx));
      for (const detail::LayerResult& layer : with_skirt) totals.add_first(layer);
      for (std::size_t i = with_skirt.size(); i < results.size(); ++i) {
        totals.add_of(0, results[i], 1);
      }
      --copies;
    }
    for (const detail::LayerResult& layer : results) totals.add_of(m, layer, copies);
    results.clear();
    parts[m] = std::move(one[0]);
  }
  for (std::size_t k = 1; k < slots.size(); ++k) {
    totals.add_way(slots[k - 1], slots[k], views, profile, limits);
  }
  return detail::plate_production(models, profile, totals, {}, limits);
}

COSTENGINE_INLINE Result<Production> plan_fdm(const Layers& layers,
                                              const Measurements& measurements,
                                              const Profile& profile, Context& ctx) {
  const PlatedModel model{&layers, &measurements, {{0, 0}}};
  COSTENGINE_TRY(PlateProduction plate, plan_plate({&model, 1}, profile, ctx));
  return std::move(plate.whole);
}

}  // namespace costengine
