#pragma once

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "costengine/base/run_blocks.hpp"
#include "costengine/base/scratch_pool.hpp"
#include "costengine/detail/process/custom_commands.hpp"
#include "costengine/detail/process/doubt.hpp"
#include "costengine/detail/process/fdm_layer.hpp"
#include "costengine/detail/slice/plain_shells.hpp"
#include "costengine/process/fdm.hpp"

namespace costengine {
namespace detail {

inline MaterialUse material_use(double filament_mm, const Material& material) {
  const double fed_mm3 = filament_mm * filament_section_mm2(material);
  MaterialUse use{filament_mm, fed_mm3, {}};
  if (material.density_g_per_cm3 > 0) use.mass_g = fed_mm3 / 1000 * material.density_g_per_cm3;
  return use;
}

/// A pixel, as a share of the distance of solid infill lines. The shells' openings and growths are
/// about one and two pixels, so they round alike for any nozzle.
inline constexpr double kPixelShare = 0.6;

/// The grid of all masks: fine, unless the model has so many layers that they would fill memory.
inline BitGrid layer_grid(const ContourStack& stack, double spacing_mm) {
  Point2 low{1e300, 1e300}, high{-1e300, -1e300};
  for (const Contours& c : stack.contours) {
    for (const Point2 p : c.points) {
      low = {std::min(low.x, p.x), std::min(low.y, p.y)};
      high = {std::max(high.x, p.x), std::max(high.y, p.y)};
    }
  }
  if (!(low.x <= high.x)) low = high = {0, 0};
  constexpr std::size_t kMaskWords = 3'000'000;  // 24 MB for two masks a layer
  constexpr double kMargin_mm = 2;
  return make_grid(low.x, low.y, high.x, high.y, kMargin_mm, kPixelShare * spacing_mm,
                   std::min<std::size_t>(8000, kMaskWords / (2 * stack.contours.size() + 1)) + 64);
}

/// Room for one thread's outlines.
struct OutlineScratch {
  explicit OutlineScratch(const BitGrid& grid) : inner(grid), spare(grid) {}
  ScanScratch scan;
  BitMask inner, spare;
};

inline void work_outline(const Contours& contours, const WallDepths& depths, const BitGrid& grid,
                         OutlineScratch& s, OutlineWork& work) {
  BitMask& inner = s.inner;
  ScanScratch& scratch = s.scan;
  work.section = BitMask(grid);
  work.fill = BitMask(grid);
  Walls& walls = work.walls;
  edge_normals(contours, walls.normals);
  walls.section_mm2 =
      scan_offset(contours, walls.normals, depths.shrink_mm, grid, &work.section, nullptr, scratch);
  walls.pairs.resize(static_cast<std::size_t>(depths.looked_for()));
  walls.middles.resize(walls.pairs.size());
  // The fill region, without what is too thin to be filled: that is left to the walls.
  const double fill_mm2 =
      scan_offset(contours, walls.normals, depths.fill_mm, grid, &work.fill, nullptr, scratch);
  EdgeShares deeper;
  const double core_mm2 =
      scan_offset(contours, walls.normals, depths.fill_mm + depths.fill_opening_mm, grid, &inner,
                  &deeper, scratch);
  // What bounds a region deep inside bounds the shallower ones as well: most edges need no more.
  const auto all_hold = [](const EdgeShares& shares) {
    return std::all_of(shares.begin(), shares.end(),
                       [](float share) { return share > kSettledShare; });
  };
  scratch.settled.assign(contours.points.size(), 0);
  settle(deeper, scratch);
  bool hold = all_hold(deeper);
  for (int wall = depths.looked_for() - 1; wall >= 0; --wall) {
    const auto w = static_cast<std::size_t>(wall);
    if (hold) continue;
    EdgeShares shares;
    scan_unsettled(contours, walls.normals, depths.pair_depth_mm(wall), grid, shares,
                   walls.pairs[w], scratch);
    settle(shares, scratch);
    hold = wall < depths.count && all_hold(shares);
    if (hold) walls.pairs[w] = {};
    if (hold || wall == 0) continue;
    scan_unsettled(contours, walls.normals, depths.middle_depth_mm(wall), grid, shares,
                   walls.middles[w], scratch);
    settle(shares, scratch);
  }
  const auto before = static_cast<double>(count(work.fill));
  dilate(inner, depths.fill_opening_mm / grid.pixel_mm + 1, s.spare);
  intersect(work.fill, inner);
  const auto after = static_cast<double>(count(work.fill));
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

/// Whether a role becomes a feature of the production.
inline bool is_feature(const RoleUse& total) {
  return total.time_s > 0;
}

inline std::vector<LayerUse> layer_table(const Layers& layers,
                                         const std::vector<LayerResult>& results,
                                         const RoleUses& total) {
  std::vector<LayerUse> table(results.size());
  for (std::size_t i = 0; i < table.size(); ++i) {
    const Layer& layer = layers.layers[i];
    LayerUse& use = table[i];
    use = {layer.z_mm, layer.height_mm, layer.area_mm2, layer.perimeter_mm, 0, {}};
    for (std::size_t r = 0; r < total.size(); ++r) {
      use.time_s += results[i].roles[r].time_s;
      if (is_feature(total[r])) use.filament_mm.push_back(results[i].roles[r].filament_mm);
    }
  }
  return table;
}

}  // namespace detail

COSTENGINE_INLINE Result<Production> plan_fdm(const Layers& layers,
                                              const Measurements& measurements,
                                              const Profile& profile, Context& ctx) {
  using detail::Role;
  COSTENGINE_CHECK(ctx.check(Stage::kPlan));
  const PrintSettings& print = profile.print;
  const ContourStack& stack = layers.contours;
  const detail::Beads usual = detail::make_beads(profile, print.layer_height_mm, false);
  const BitGrid grid = detail::layer_grid(stack, usual[index(Role::kSolidInfill)].spacing_mm);
  const BitGrid turned = transposed(grid);
  const detail::Beads first = detail::make_beads(profile, print.first_layer_height_mm, true);
  const MotionLimits limits = motion_limits(profile.machine);

  // Outlines: masks and walls. The first layer has walls of its own width.
  std::vector<detail::OutlineWork> works(stack.contours.size());
  detail::OutlineWork first_work;
  ScratchPool<detail::OutlineScratch> outline_scratch;
  constexpr std::size_t kBlock = 12;
  COSTENGINE_CHECK(
      run_blocks(ctx, Stage::kPlan, block_count(works.size(), kBlock), [&](std::size_t block) {
        const auto scratch = outline_scratch.take([&] { return detail::OutlineScratch(grid); });
        const detail::WallDepths depths(print, usual, false);
        if (block == 0) {
          detail::work_outline(stack.contours[stack.of_layer[0]],
                               detail::WallDepths(print, first, true), grid, *scratch, first_work);
        }
        for (std::size_t i = block * kBlock; i < std::min(works.size(), (block + 1) * kBlock);
             ++i) {
          detail::work_outline(stack.contours[i], depths, grid, *scratch, works[i]);
        }
      }));

  const std::size_t count = layers.layers.size();
  LayerMasks masks;
  masks.sections.resize(count);
  masks.fills.resize(count);
  masks.surfaces.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    const detail::OutlineWork& work = i == 0 ? first_work : works[stack.of_layer[i]];
    masks.sections[i] = &work.section;
    masks.fills[i] = &work.fill;
  }
  const ShellRules rules = detail::shell_rules(print, usual, grid.pixel_mm);
  ScratchPool<ShellScratch> shell_scratch;
  COSTENGINE_CHECK(
      run_blocks(ctx, Stage::kPlan, block_count(count, kBlock), [&](std::size_t block) {
        const auto scratch = shell_scratch.take([&] {
          return ShellScratch{BitMask(grid), BitMask(grid)};
        });
        for (std::size_t i = block * kBlock; i < std::min(count, (block + 1) * kBlock); ++i) {
          // Between two layers of its own outline a layer has no surfaces.
          if (i > 1 && i + 1 < count && stack.of_layer[i - 1] == stack.of_layer[i + 1]) continue;
          find_surfaces(*masks.fills[i], i > 0 ? masks.sections[i - 1] : nullptr,
                        i + 1 < count ? masks.sections[i + 1] : nullptr, rules, masks.surfaces[i],
                        *scratch);
        }
      }));

  // Where all layers that matter are alike, so are the shells of the layer below.
  const auto same_shells = [&](std::size_t i) {
    const auto below = static_cast<std::size_t>(std::max(0, rules.bottom_layers)) + 1;
    const auto above = static_cast<std::size_t>(std::max(0, rules.top_layers));
    return rules.solid_every == 0 && i > below + 1 && i + above < count &&
           stack.of_layer[i - below - 1] == stack.of_layer[i + above];
  };
  COSTENGINE_TRY(const Supports supports, find_supports(layers, profile, ctx));
  // In a long stack of layers that are all alike, each repeats the one 64 below: an even number, as
  // lines change their direction, and longer than the patterns that change with height.
  constexpr std::size_t kRepeat = 64;
  const auto repeated = [&](std::size_t i) {
    return supports.levels.empty() && i > kRepeat && same_shells(i) && same_shells(i - kRepeat) &&
           stack.of_layer[i - kRepeat] == stack.of_layer[i];
  };
  const detail::LayerPlanner planner(profile, layers, grid, supports);
  // An internal bridge needs gaps below it as deep as its thread is thick.
  const double thread_mm = print.thick_bridges ? usual[index(Role::kBridgeInfill)].width_mm : 0;
  const auto bridge_layers =
      static_cast<std::size_t>(std::max(1.0, std::floor(thread_mm / print.layer_height_mm + 1e-6)));
  std::vector<detail::LayerResult> results(count);
  ScratchPool<detail::LayerScratch> layer_scratch;
  COSTENGINE_CHECK(
      run_blocks(ctx, Stage::kPlan, block_count(count, kBlock), [&](std::size_t block) {
        const std::size_t begin = block * kBlock, end = std::min(count, begin + kBlock);
        std::size_t alike = begin;
        while (alike < end && repeated(alike)) ++alike;
        if (alike == end) return;
        const auto scratch = layer_scratch.take(
            [&] { return detail::LayerScratch(grid, turned, limits, bridge_layers); });
        detail::LayerScratch& s = *scratch;
        const std::size_t from = begin - std::min(begin, bridge_layers);
        for (std::size_t i = from; i < end; ++i) {
          if (i == from || !same_shells(i)) {
            find_shells(i, masks, rules, s.shells, s.shell_scratch);
          } else if (any(s.shells.internal_bridge)) {
            unite(s.shells.solid, s.shells.internal_bridge);
          }
          if (i >= begin && !repeated(i)) {
            if (i > 0 && rules.sparse && any(s.shells.solid)) {
              s.sparse_below = s.sparse_layers[(i - 1) % bridge_layers];
              for (std::size_t k = 2; k <= std::min(i, bridge_layers); ++k) {
                intersect(s.sparse_below, s.sparse_layers[(i - k) % bridge_layers]);
              }
              find_internal_bridges(s.sparse_below, rules, s.shells, s.shell_scratch);
            }
            detail::fill_whole_layer(i, rules, s.shells);
            const std::size_t outline = stack.of_layer[i];
            planner.plan(i, i == 0 ? first_work : works[outline], stack.contours[outline], masks, s,
                         results[i]);
          }
          s.sparse_layers[i % bridge_layers] = s.shells.sparse;
        }
      }));

  for (std::size_t i = kRepeat; i < count; ++i) {
    if (repeated(i)) results[i] = results[i - kRepeat];
  }

  detail::RoleUses total{};
  for (const detail::LayerResult& r : results) {
    for (std::size_t k = 0; k < total.size(); ++k) {
      total[k].length_mm += r.roles[k].length_mm;
      total[k].filament_mm += r.roles[k].filament_mm;
      total[k].time_s += r.roles[k].time_s;
      total[k].paths += r.roles[k].paths;
    }
  }
  const detail::CommandTimes commands = detail::time_commands(profile, layers, limits);
  total[index(Role::kStartEnd)].time_s = commands.start_end_s + commands.layer_change_s;
  Production production;
  production.process = "fdm";
  production.method = "paths";
  production.layers = count;
  production.layer_table = detail::layer_table(layers, results, total);
  double time_s = 0, model_mm = 0, support_mm = 0;
  for (std::size_t r = 0; r < total.size(); ++r) {
    const auto role = static_cast<Role>(r);
    if (!detail::is_feature(total[r])) continue;
    const bool support = role == Role::kSupport || role == Role::kSupportInterface;
    (support ? support_mm : model_mm) += total[r].filament_mm;
    time_s += total[r].time_s;
    production.features.push_back({detail::kRoleNames[r], total[r].length_mm, total[r].filament_mm,
                                   total[r].time_s, total[r].paths});
  }
  production.model = detail::material_use(model_mm, profile.material);
  production.support = detail::material_use(support_mm, profile.material);
  const double filament_mm = model_mm + support_mm;
  production.time_s.value = time_s;
  production.filament_mm.value = filament_mm;
  detail::Doubt doubt;
  double external_mm = 0, alone_mm = 0;
  for (const detail::LayerResult& r : results) {
    external_mm += r.external_mm;
    alone_mm += r.alone_mm;
  }
  doubt.alone_share = external_mm > 0 ? alone_mm / external_mm : 0;
  doubt.moving_share =
      time_s > 0
          ? (total[index(Role::kTravel)].time_s + total[index(Role::kRetract)].time_s) / time_s
          : 0;
  doubt.support_share = filament_mm > 0 ? support_mm / filament_mm : 0;
  doubt.print_s = time_s;
  doubt.unclear = commands.unclear;
  detail::add_doubt(doubt, measurements, profile, production);
  return production;
}

}  // namespace costengine
