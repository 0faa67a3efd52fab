#pragma once

#include <algorithm>
#include <vector>

#include "costengine/detail/slice/plain_shells.hpp"
#include "costengine/slice/shells.hpp"

namespace costengine {
namespace detail {

/// Copies a region that has pixels; leaves `result` without memory otherwise.
inline void keep_if_any(const BitMask& region, BitMask& result) {
  if (any(region)) {
    result = region;
  } else {
    result = BitMask();
  }
}

/// What a layer fills but the layers above and below it do not all cover, and what their surfaces
/// need for shells, into `result.solid`; whether there is any. What every layer of the window
/// covers is inside.
inline bool find_vertical_shells(std::size_t layer, const LayerMasks& masks,
                                 const ShellRules& rules, ShellMasks& result,
                                 ShellScratch& scratch) {
  const BitMask& fill = *masks.fills[layer];
  const std::size_t layers = masks.fills.size();
  std::vector<const BitMask*>& covers = scratch.covers;
  covers.clear();
  bool open = false;  // the window reaches beyond the part
  BitMask& near_surface = result.internal_bridge;
  bool near_any = false;
  const auto window = [&](bool up, int count) {
    for (std::size_t k = 1; k <= static_cast<std::size_t>(std::max(0, count)); ++k) {
      if (up ? layer + k >= layers : k > layer) {
        open = true;
        return;
      }
      const std::size_t other = up ? layer + k : layer - k;
      const bool last = k == static_cast<std::size_t>(count);
      const BitMask* cover = last ? masks.sections[other] : masks.fills[other];
      if (cover != &fill && (covers.empty() || covers.back() != cover)) covers.push_back(cover);
      const SurfaceMasks& surfaces = masks.surfaces[other];
      const BitMask& surface = up ? surfaces.top : surfaces.bottom;
      if (last || !surface.allocated()) continue;
      if (near_any) {
        unite(near_surface, surface);
      } else {
        near_surface = surface;
      }
      near_any = true;
    }
  };
  window(true, rules.top_layers);
  window(false, rules.bottom_layers);
  bool found = false;
  if (open) {
    result.solid = fill;
    found = any(fill);
  } else if (covers.empty()) {
    result.solid.clear();
  } else {
    found = uncovered(fill, covers, result.solid);
  }
  if (near_any) {
    dilate(near_surface, rules.shell_growth, scratch.a);
    unite(result.solid, near_surface);
    intersect(result.solid, fill);
    found = any(result.solid);
  }
  return found;
}

}  // namespace detail

COSTENGINE_INLINE void find_surfaces(const BitMask& fill, const BitMask* below,
                                     const BitMask* above, const ShellRules& rules,
                                     SurfaceMasks& result, ShellScratch& scratch) {
  BitMask& region = scratch.b;
  const auto grown = [&](const BitMask* neighbour) {
    if (neighbour == nullptr) {
      region = fill;
      return true;
    }
    if (!difference(fill, *neighbour, region)) return false;
    dilate(region, rules.growth, scratch.a);
    intersect(region, fill);
    return true;
  };
  result = {};
  if (rules.bottom_layers > 0 && grown(below)) detail::keep_if_any(region, result.bottom);
  if (rules.top_layers > 0 && grown(above)) {
    if (result.bottom.allocated()) subtract(region, result.bottom);
    detail::keep_if_any(region, result.top);
  }
}

COSTENGINE_INLINE void find_shells(std::size_t layer, const LayerMasks& masks,
                                   const ShellRules& rules, ShellMasks& result,
                                   ShellScratch& scratch) {
  const BitMask& fill = *masks.fills[layer];
  const SurfaceMasks& own = masks.surfaces[layer];
  const auto without_surfaces = [&](BitMask& region) {
    if (own.top.allocated()) subtract(region, own.top);
    if (own.bottom.allocated()) subtract(region, own.bottom);
  };
  if (rules.vertical) {
    if (detail::find_vertical_shells(layer, masks, rules, result, scratch)) {
      without_surfaces(result.solid);
      erode(result.solid, rules.opening, scratch.a);
      dilate(result.solid, rules.opening_growth, scratch.a);
      intersect(result.solid, fill);
      without_surfaces(result.solid);
    }
  } else {
    detail::find_plain_shells(layer, masks, rules, result, scratch);
  }
  difference(fill, result.solid, result.sparse);
  without_surfaces(result.sparse);
  result.internal_bridge.clear();
  detail::fill_small_regions(layer, masks, rules, result, scratch);
}

COSTENGINE_INLINE void find_internal_bridges(std::span<const BitMask* const> sparse_below,
                                             const ShellRules& rules, ShellMasks& masks,
                                             ShellScratch& scratch) {
  if (!common(masks.solid, sparse_below, masks.internal_bridge)) return;
  open(masks.internal_bridge, rules.bridge_opening, scratch.a);
  intersect(masks.internal_bridge, masks.solid);
  subtract(masks.solid, masks.internal_bridge);
}

}  // namespace costengine
