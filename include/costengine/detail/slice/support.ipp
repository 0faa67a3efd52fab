#pragma once

#include <algorithm>
#include <cmath>
#include <utility>

#include "costengine/base/run_blocks.hpp"
#include "costengine/base/trig.hpp"
#include "costengine/detail/slice/support_overhangs.hpp"
#include "costengine/detail/slice/support_schedule.hpp"
#include "costengine/slice/support.hpp"

namespace costengine {
namespace detail {

inline double layer_top(const Layer& layer) {
  return layer.z_mm + layer.height_mm / 2;
}

/// Pixels of whole fractions of a cell, and cells that start at the origin of the axes.
inline void set_support_grid(const Layers& layers, const PrintSettings& print, Supports& result) {
  Point2 low{1e300, 1e300}, high{-1e300, -1e300};
  for (const Contours& c : layers.contours.contours) {
    for (const Point2 p : c.points) {
      const Point2 q{dot(p, result.x_axis), cross(result.x_axis, p)};
      low = {std::min(low.x, q.x), std::min(low.y, q.y)};
      high = {std::max(high.x, q.x), std::max(high.y, q.y)};
    }
  }
  if (!(low.x <= high.x)) low = high = {0, 0};
  const double spacing = support_line_spacing(print);
  const double cell = print.support_spacing_mm + spacing;
  const double first_layer_reach = print.raft_first_layer_expansion_mm + 2;
  const double raft_reach = print.raft_layers > 0 ? print.raft_expansion_mm + cell : 0;
  const double margin_mm = std::max(6.0, raft_reach + first_layer_reach);
  const std::size_t count = layers.layers.size();
  const std::size_t most_words = 2'000'000 / (3 * count + 1) + 64;  // 16 MB
  int side = std::clamp(static_cast<int>(cell / (spacing + 1e-4)), 1, kMostOversampling);
  BitGrid& grid = result.grid;
  double first_x = 0, first_y = 0;
  for (;; --side) {
    first_x = std::floor((low.x - margin_mm) / cell);
    first_y = std::floor((low.y - margin_mm) / cell);
    grid.pixel_mm = cell / side;
    const double columns = (std::ceil((high.x + margin_mm) / cell) - first_x) * side;
    const double rows = (std::ceil((high.y + margin_mm) / cell) - first_y) * side;
    grid.words = static_cast<int>(std::ceil(columns / 64)) + 2;
    grid.rows = static_cast<int>(rows);
    if (side == 1 || grid.size() <= most_words) break;
  }
  grid.left_mm = first_x * cell;
  grid.bottom_mm = first_y * cell;
  result.oversampling = side;
}

/// The first layer and some more around it, in whole cells.
inline void find_raft_contact(const Layers& layers, const PrintSettings& print, Supports& result) {
  const BitGrid& grid = result.grid;
  const Contours& first = layers.contours.contours[layers.contours.of_layer[0]];
  const double half = grid.pixel_mm / 2, per_mm = 1 / grid.pixel_mm;
  RowRuns runs;
  RunScratch scratch;
  BitMask& region = result.raft_contact;
  if (print.support_style != SupportStyle::kGrid) {
    scan_section(first, print.raft_expansion_mm, grid, result.x_axis, region, runs, scratch);
    return;
  }
  region = BitMask(grid);
  const LineFamily rows{result.x_axis, false, grid.bottom_mm + half, grid.pixel_mm, grid.rows};
  scan_runs(first, print.raft_expansion_mm, 0, rows, runs, scratch);
  for (int y = 0; y < grid.rows; ++y) {
    for (const Run& run : runs.row(y)) {
      mark_run(region, y, run.first - grid.left_mm, run.second - grid.left_mm, per_mm);
    }
  }
  const LineFamily columns{result.x_axis, true, grid.left_mm + half, grid.pixel_mm, grid.columns()};
  scan_runs(first, print.raft_expansion_mm, 0, columns, runs, scratch);
  for (int x = 0; x < grid.columns(); ++x) {
    for (const Run& run : runs.row(x)) {
      mark_column_run(region, x, run.first - grid.bottom_mm, run.second - grid.bottom_mm, per_mm);
    }
  }
  fill_cells(region, BitMask(grid), result.oversampling);
}

/// From the top downwards: the regions of contacts become columns that grow within their cells and
/// stop where they meet the part.
class ColumnBuilder {
 public:
  ColumnBuilder(const Layers& layers, const Profile& profile, const std::vector<BitMask>& sections,
                Supports& result)
      : layers_(layers),
        print_(profile.print),
        least_mm_(profile.machine.min_layer_height_mm),
        bottom_height_mm_(print_.thick_bridges
                              ? print_.bridge_flow_ratio * profile.machine.nozzle_diameter_mm
                              : print_.layer_height_mm),
        sections_(sections),
        result_(result),
        spare_(result.grid),
        finder_(result.grid, result.x_axis) {}

  /// `regions[k]` belongs to result.tops[k].
  void build(const std::vector<BitMask>& regions) {
    const std::vector<std::uint32_t>& of = layers_.contours.of_layer;
    const bool grid = print_.support_style == SupportStyle::kGrid;
    BitMask columns(result_.grid), touching(result_.grid);
    result_.area_of_layer.assign(layers_.layers.size(), Supports::kNoArea);
    std::size_t next = result_.tops.size();
    bool some = false;
    for (std::size_t i = layers_.layers.size() - 1; i-- > 0;) {
      bool changed = of[i] != of[i + 1], joined = false;
      const double z = layer_top(layers_.layers[i]);
      for (; next > 0 && result_.tops[next - 1].top_mm > z - kSameHeight_mm; --next) {
        if (!regions[next - 1].allocated()) continue;
        unite(columns, regions[next - 1]);
        changed = some = joined = true;
      }
      if (!some) continue;
      if (joined && !grid) {
        const double radius = print_.support_closing_radius_mm / result_.grid.pixel_mm;
        dilate(columns, radius, spare_);
        erode(columns, radius, spare_);
      }
      if (changed) {
        const BitMask& section = sections_[of[i]];
        if (!print_.support_buildplate_only) find_bottom(i, columns, section, touching);
        subtract(columns, section);
        if (grid) fill_cells(columns, section, result_.oversampling);
        some = any(columns);
      }
      if (!some) continue;
      if (changed || result_.areas.empty()) result_.areas.push_back(columns);
      result_.area_of_layer[i] = static_cast<std::uint32_t>(result_.areas.size() - 1);
    }
    std::reverse(result_.bottoms.begin(), result_.bottoms.end());
  }

 private:
  /// Columns that end on the part stand on a layer of their own.
  void find_bottom(std::size_t i, const BitMask& columns, const BitMask& section,
                   BitMask& touching) {
    touching = columns;
    intersect(touching, section);
    if (!any(touching)) return;
    // Steep sides are no ground to stand on; and where they leave no room for a line beside the
    // part, the contact orders the heights of layers alone.
    const double least = 0.2 * print_.external_perimeter_width_mm;
    const double room = std::max(least, support_line_spacing(print_) +
                                            print_.support_xy_spacing_mm - print_.support_width_mm);
    const ContourStack& stack = layers_.contours;
    const auto stands = [&](double reach) {
      finder_.find(stack.contours[stack.of_layer[i]], stack.contours[stack.of_layer[i + 1]], reach,
                   0, 0, 0, 0, ground_);
      if (!ground_.region.allocated()) return false;
      dilate(ground_.region, std::max(1.0, reach / result_.grid.pixel_mm), spare_);
      intersect(ground_.region, touching);
      return any(ground_.region);
    };
    if (!stands(least)) return;
    const bool printed = stands(room);
    const double gap = print_.support_bottom_contact_distance_mm > 0
                           ? print_.support_bottom_contact_distance_mm
                           : print_.support_contact_distance_mm;
    SupportContact bottom;
    bottom.layer = i;
    bottom.bottom_mm = layer_top(layers_.layers[i]) + gap;
    bottom.top_mm = bottom.bottom_mm + bottom_height_mm_;
    // It joins a top contact that lies close.
    for (const SupportContact& t : result_.tops) {
      if (std::fabs(t.top_mm - bottom.top_mm) < least_mm_) {
        bottom.top_mm = t.top_mm;
        break;
      }
    }
    if (printed) {
      touching = ground_.region;
      dilate(touching, std::max(0.5, print_.support_width_mm / result_.grid.pixel_mm), spare_);
      bottom.dense = touching;
    }
    result_.bottoms.push_back(std::move(bottom));
  }

  const Layers& layers_;
  const PrintSettings& print_;
  double least_mm_, bottom_height_mm_;
  const std::vector<BitMask>& sections_;
  Supports& result_;
  BitMask spare_;
  OverhangFinder finder_;
  Overhang ground_;
};

}  // namespace detail

COSTENGINE_INLINE Result<Supports> find_supports(const Layers& layers, const Profile& profile,
                                                 Context& ctx) {
  const PrintSettings& print = profile.print;
  const std::vector<std::uint32_t>& of = layers.contours.of_layer;
  const std::size_t count = layers.layers.size();
  Supports result{};
  result.raft = find_raft(print, profile.machine);
  // The layers whose overhangs are looked for.
  const bool everywhere = print.support && print.support_auto;
  const auto enforced = static_cast<std::size_t>(std::max(0, print.support_enforce_layers));
  const std::size_t end = everywhere ? count : std::min(count, enforced);
  const bool wanted = end > 1;
  if (!wanted && result.raft.layers() == 0) return result;
  // From the axes of the mesh to those of the contours.
  const Point2 along{cosine_deg(print.support_angle_deg), cosine_deg(print.support_angle_deg - 90)};
  result.x_axis = {dot(along, layers.axes.x_axis), cross(layers.axes.x_axis, along)};
  result.grid.isa = ctx.isa();
  detail::set_support_grid(layers, print, result);
  if (result.raft.layers() > 0) detail::find_raft_contact(layers, print, result);
  if (!wanted) {
    detail::add_raft_levels(result.raft, print.first_layer_height_mm, result.levels);
    return result;
  }

  // Overhangs. Equal neighbours have none.
  std::vector<BitMask> sections(layers.contours.contours.size());
  std::vector<detail::Overhang> overhangs(count);
  const double walls_mm = print.perimeters > 0
                              ? print.external_perimeter_width_mm +
                                    (print.perimeters - 1) * 0.9 * print.perimeter_width_mm -
                                    print.infill_overlap_mm
                              : 0;
  const bool snug = print.support_style == SupportStyle::kSnug;
  constexpr std::size_t kBlock = 16;
  COSTENGINE_CHECK(
      run_blocks(ctx, Stage::kPlan, block_count(count, kBlock), [&](std::size_t block) {
        detail::OverhangFinder finder(result.grid, result.x_axis, snug);
        for (std::size_t i = block * kBlock; i < std::min(count, (block + 1) * kBlock); ++i) {
          if (i > 0 && of[i] == of[i - 1]) continue;
          const Contours& here = layers.contours.contours[of[i]];
          if (i > 0 && i < end) {
            finder.find(
                here, layers.contours.contours[of[i - 1]],
                i < enforced ? 0 : detail::overhang_reach(print, layers.layers[i - 1].height_mm),
                print.support_style == SupportStyle::kGrid && print.support_contact_distance_mm > 0
                    ? 0.6 * print.external_perimeter_width_mm
                    : 0,
                print.dont_support_bridges ? print.external_perimeter_width_mm : 0, walls_mm,
                0.5 * profile.machine.nozzle_diameter_mm, overhangs[i]);
          }
          finder.mark_section_of(here, sections[of[i]]);
        }
      }));
  if (print.support_buildplate_only) {
    for (std::size_t k = 1; k < sections.size(); ++k) unite(sections[k], sections[k - 1]);
  }

  // On a raft columns begin beside its contact layer.
  const bool on_raft = result.raft.base_layers > 0;
  const double first = on_raft ? result.raft.contact_bottom_mm : print.first_layer_height_mm;
  const double least = profile.machine.min_layer_height_mm;
  const double lowest = on_raft ? result.raft.contact_top_mm : first;  // of contacts
  const double thread_mm =
      print.thick_bridges && print.support_contact_distance_mm > 0
          ? std::sqrt(print.bridge_flow_ratio) * profile.machine.nozzle_diameter_mm
          : 0;
  result.thread_mm = thread_mm;
  result.spans.assign(count, false);
  std::vector<std::pair<SupportContact, BitMask>> contacts;
  BitMask spare(result.grid), covered;
  std::vector<BitMask> regions;
  for (std::size_t i = 1; i < count; ++i) {
    detail::Overhang& overhang = overhangs[i];
    if (!overhang.region.allocated()) continue;
    SupportContact top;
    top.layer = i;
    top.top_mm = detail::layer_top(layers.layers[i]) - layers.layers[i].height_mm -
                 print.support_contact_distance_mm;
    if (top.top_mm < lowest - detail::kSameHeight_mm) continue;
    top.bottom_mm = top.top_mm;
    if (!on_raft &&
        top.top_mm < first + std::max(least, 2 * detail::kSameHeight_mm) - detail::kSameHeight_mm) {
      top.top_mm = first;  // too low for a layer of its own
      top.bottom_mm = 0;
    }
    const BitMask& blocked = sections[of[i - 1]];
    for (BitMask* mask : {&overhang.region, &overhang.dense}) {
      if (!mask->allocated()) continue;
      if (print.support_buildplate_only) {
        // What is left along the edges of what is covered was only touched.
        const std::uint64_t before = costengine::count(*mask);
        subtract(*mask, blocked);
        if (2 * costengine::count(*mask) < before) {
          covered = blocked;
          dilate(covered, 1, spare);
          subtract(*mask, covered);
        }
      }
      if (print.support_style == SupportStyle::kGrid) {
        detail::fill_cells(*mask, blocked, result.oversampling);
      } else {
        const double radius = print.support_closing_radius_mm / result.grid.pixel_mm;
        dilate(*mask, radius, spare);
        erode(*mask, radius, spare);
      }
      if (!any(*mask)) *mask = BitMask();
    }
    if (!overhang.region.allocated()) continue;
    if (on_raft && top.top_mm < lowest + least - detail::kSameHeight_mm) {
      unite(result.raft_contact, overhang.region);
      continue;
    }
    top.dense = std::move(overhang.dense);
    if (thread_mm > 0 && overhang.spans) {
      // A thick thread hangs down below its layer: what carries it lies lower. Columns come from
      // the other contact.
      result.spans[i] = true;
      SupportContact lower = top;
      lower.top_mm =
          detail::layer_top(layers.layers[i]) - thread_mm - print.support_contact_distance_mm;
      const bool printable = lower.top_mm > lowest - detail::kSameHeight_mm;
      lower.bottom_mm = lower.top_mm;
      if (lower.top_mm < lowest + least) {
        lower.top_mm = lowest;
        lower.bottom_mm = 0;
      }
      if (printable && !(on_raft && lower.bottom_mm == 0) &&
          lower.top_mm < top.top_mm - detail::kSameHeight_mm) {
        contacts.push_back({std::move(lower), BitMask()});
      }
    }
    contacts.push_back({std::move(top), std::move(overhang.region)});
  }
  std::stable_sort(contacts.begin(), contacts.end(),
                   [](const auto& a, const auto& b) { return a.first.top_mm < b.first.top_mm; });
  // Contacts closer to each other than a layer can be thin become one.
  const auto join = [](BitMask& a, BitMask& b) {
    if (!a.allocated()) {
      a = std::move(b);
    } else if (b.allocated()) {
      unite(a, b);
    }
  };
  for (auto& [top, region] : contacts) {
    if (result.tops.empty() ||
        top.top_mm >= result.tops.back().top_mm + least - detail::kSameHeight_mm) {
      regions.push_back(std::move(region));
      result.tops.push_back(std::move(top));
      continue;
    }
    join(regions.back(), region);
    join(result.tops.back().dense, top.dense);
  }
  if (result.tops.empty()) {
    detail::add_raft_levels(result.raft, print.first_layer_height_mm, result.levels);
    return result;
  }
  detail::ColumnBuilder(layers, profile, sections, result).build(regions);
  const double most = profile.machine.max_layer_height_mm > 0
                          ? profile.machine.max_layer_height_mm
                          : 0.75 * profile.machine.nozzle_diameter_mm;
  result.levels = detail::schedule(result.tops, result.bottoms, {first, least, most, on_raft});
  detail::add_raft_levels(result.raft, print.first_layer_height_mm, result.levels);
  return result;
}

COSTENGINE_INLINE void support_regions(const Supports& supports, const Layers& layers,
                                       const PrintSettings& print, std::size_t index,
                                       SupportRegions& result, BitMask& scratch) {
  using detail::kSameHeight_mm;
  const SupportLevel& level = supports.levels[index];
  for (BitMask* m : {&result.base, &result.interface, &result.bottom_interface}) {
    if (m->allocated()) {
      m->clear();
    } else {
      *m = BitMask(supports.grid);
    }
  }
  const bool below_contact = level.raft != RaftPart::kNone && level.raft != RaftPart::kContact;
  if (level.base || below_contact) {
    std::size_t beside = layers.layers.size();
    for (std::size_t i = 0; i < layers.layers.size(); ++i) {
      if (detail::layer_top(layers.layers[i]) > level.top_mm + kSameHeight_mm) break;
      beside = i;
    }
    if (supports.raft.layers() > 0 && beside == layers.layers.size()) beside = 0;
    if (beside < supports.area_of_layer.size() &&
        supports.area_of_layer[beside] != Supports::kNoArea) {
      result.base = supports.areas[supports.area_of_layer[beside]];
    }
  }
  if (below_contact) return;
  // How far up a contact may lie to have its interface here: as many layers of columns as wanted,
  // the contact itself being the first.
  double reach = -1;
  if (print.support_interface_layers > 1) {
    std::size_t k = index;
    int left = print.support_interface_layers - 2;
    for (std::size_t j = index + 1; j < supports.levels.size() && left > 0; ++j) {
      if (supports.levels[j].base) k = j, --left;
    }
    reach = supports.levels[k].top_mm;
  }
  // Snug interfaces are narrow: they spread by a line where there is support.
  BitMask spare;
  double spread = 0;
  if (print.support_style == SupportStyle::kSnug) {
    spread = detail::support_line_spacing(print) / supports.grid.pixel_mm;
    spare = BitMask(supports.grid);
  }
  const bool as_base = print.support_interface_layers <= 0;
  for (const SupportContact& t : supports.tops) {
    if (!t.dense.allocated() || t.top_mm < level.top_mm - kSameHeight_mm) continue;
    const bool own = t.top_mm < level.top_mm + kSameHeight_mm;
    const bool inside = level.top_mm <= t.top_mm + kSameHeight_mm &&
                        level.bottom_mm >= t.bottom_mm - kSameHeight_mm;
    if (own) {
      unite(as_base ? result.base : result.interface, t.dense);
    } else if (inside) {
      subtract(result.base, t.dense);
    } else if (level.base && t.bottom_mm - kSameHeight_mm <= reach) {
      scratch = t.dense;
      if (spread > 0) dilate(scratch, spread, spare);
      intersect(scratch, result.base);
      unite(result.interface, scratch);
    }
  }
  // The same downwards: the contact and the layers of columns right above it.
  const int wanted = print.support_bottom_interface_layers < 0
                         ? print.support_interface_layers
                         : print.support_bottom_interface_layers;
  double low = 1e300;
  if (wanted > 1 && level.base) {
    std::size_t k = index;
    int left = wanted - 2;
    for (std::size_t j = index; j-- > 0 && left > 0;) {
      if (supports.levels[j].base) k = j, --left;
    }
    low = supports.levels[k].bottom_mm - kSameHeight_mm;
  }
  result.bottom_contact = false;
  result.bottom_mm = level.bottom_mm;
  for (const SupportContact& b : supports.bottoms) {
    if (!b.dense.allocated()) continue;
    if (std::fabs(b.top_mm - level.top_mm) < kSameHeight_mm) {
      unite(result.bottom_interface, b.dense);
      result.bottom_contact = true;
      result.bottom_mm = b.bottom_mm;
    } else if (b.top_mm >= low && b.top_mm < level.bottom_mm + kSameHeight_mm) {
      scratch = b.dense;
      intersect(scratch, result.base);
      unite(result.bottom_interface, scratch);
    }
  }
  if (supports.raft_contact.allocated() &&
      level.top_mm < supports.raft.contact_top_mm + kSameHeight_mm) {
    subtract(result.base, supports.raft_contact);
  }
  subtract(result.bottom_interface, result.interface);
  subtract(result.base, result.interface);
  subtract(result.base, result.bottom_interface);
}

}  // namespace costengine
