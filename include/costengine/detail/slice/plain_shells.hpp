// Shells without "ensure vertical shell thickness", and sparse regions that become solid.
#pragma once

#include "costengine/detail/slice/region_parts.hpp"
#include "costengine/slice/shells.hpp"

namespace costengine::detail {

/// Solid infill of a layer as the projection of the surfaces near it: of what is seen of whole
/// cross-sections, perimeters included. Strips that are too narrow grow into the infill.
/// Without infill a shell ends where its projection does, and thin ones are left out.
/// `result.solid` is set; the other regions are scratch.
inline void find_plain_shells(std::size_t layer, const LayerMasks& masks, const ShellRules& rules,
                              ShellMasks& result, ShellScratch& scratch) {
  const BitMask& fill = *masks.fills[layer];
  const std::size_t layers = masks.fills.size();
  BitMask& solid = result.solid;
  BitMask& strip = scratch.b;
  BitMask& sum = result.internal_bridge;
  solid.clear();
  sum.clear();
  const auto project = [&](bool up, int count) {
    solid.clear();
    for (int k = count - 1; k >= 1; --k) {
      const auto distance = static_cast<std::size_t>(k);
      if (up ? layer + distance >= layers : distance > layer) continue;
      const std::size_t other = up ? layer + distance : layer - distance;
      strip = *masks.sections[other];
      if (up ? other + 1 < layers : other > 0) {
        subtract(strip, *masks.sections[up ? other + 1 : other - 1]);
      }
      const SurfaceMasks& surfaces = masks.surfaces[other];
      const BitMask& surface = up ? surfaces.top : surfaces.bottom;
      if (surface.allocated()) unite(strip, surface);
      unite(solid, strip);
      if (rules.hollow_opening > 0) {
        intersect(solid, *masks.fills[up ? other - 1 : other + 1]);
        open(solid, rules.hollow_opening, scratch.a);
      }
    }
    unite(sum, solid);
  };
  project(true, rules.top_layers);
  project(false, rules.bottom_layers);
  solid = sum;
  intersect(solid, fill);
  const SurfaceMasks& own = masks.surfaces[layer];
  const auto without_surfaces = [&](BitMask& region) {
    if (own.top.allocated()) subtract(region, own.top);
    if (own.bottom.allocated()) subtract(region, own.bottom);
  };
  without_surfaces(solid);
  if (rules.hollow_opening > 0 || !any(solid)) return;
  BitMask& wide = result.internal_bridge;
  wide = solid;
  open(wide, rules.bridge_opening, scratch.a);
  strip = solid;
  subtract(strip, wide);
  dilate(strip, rules.bridge_opening, scratch.a);
  intersect(strip, fill);
  without_surfaces(strip);
  unite(solid, strip);
}

/// Moves the small parts of what is neither top nor bottom from `result.sparse` to `result.solid`.
inline void fill_small_regions(std::size_t layer, const LayerMasks& masks, const ShellRules& rules,
                               ShellMasks& result, ShellScratch& scratch) {
  if (!(rules.small_pixels > 0) || !any(result.sparse)) return;
  BitMask& inner = scratch.b;
  inner = *masks.fills[layer];
  const bool first = layer == 0, last = layer + 1 == masks.fills.size();
  if (first && rules.bottom_layers > 0) return;
  if (last && rules.top_layers > 0) return;
  if (!first && rules.bottom_layers > 0) intersect(inner, *masks.sections[layer - 1]);
  if (!last && rules.top_layers > 0) intersect(inner, *masks.sections[layer + 1]);
  keep_small_parts(inner, rules.small_pixels);
  intersect(inner, result.sparse);
  unite(result.solid, inner);
  subtract(result.sparse, inner);
}

/// Every so many layers all that is sparse is printed over the gaps of the layer below.
inline void fill_whole_layer(std::size_t layer, const ShellRules& rules, ShellMasks& result) {
  if (rules.solid_every <= 0 || layer % static_cast<std::size_t>(rules.solid_every) != 0) return;
  unite(rules.solid_every == 1 ? result.solid : result.internal_bridge, result.sparse);
  result.sparse.clear();
}

}  // namespace costengine::detail
