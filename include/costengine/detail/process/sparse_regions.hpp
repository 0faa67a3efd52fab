// Sparse infill that depends on the layers above: printed for several layers at once, or only below
// what it holds up.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "costengine/profile/profile.hpp"
#include "costengine/slice/bits.hpp"
#include "costengine/slice/shells.hpp"

namespace costengine::detail {

/// What a layer prints of sparse infill.
struct SparseRegions {
  BitMask single;    ///< for itself
  BitMask combined;  ///< for itself and the layers below that print none of it
  int layers = 1;    ///< how many `combined` is for
};

/// How many layers of infill are printed as one: as many as the profile wants, but no more than are
/// as high as the nozzle is wide.
inline int combined_layers(const Profile& profile) {
  const double most = profile.machine.nozzle_diameter_mm / profile.print.layer_height_mm + 1e-4;
  return std::clamp(profile.print.infill_every_layers, 1, std::max(1, static_cast<int>(most)));
}

/// Whether layers must know the sparse regions above them.
inline bool needs_layers_above(const Profile& profile) {
  return profile.print.fill_density > 0 &&
         (profile.print.infill_only_where_needed || combined_layers(profile) > 1);
}

/// Leaves sparse infill only below solid infill, and below walls that hang out over it by at least
/// a bead: all the way down. `half_bead` in pixels.
inline void keep_below_ceilings(const LayerMasks& masks, double half_bead, const BitGrid& grid,
                                std::vector<SparseRegions>& regions) {
  BitMask held(grid), ceiling(grid), walls(grid), spare(grid);
  const std::size_t layers = regions.size();
  if (layers > 0) difference(*masks.fills[layers - 1], regions[layers - 1].single, ceiling);
  for (std::size_t i = layers; i-- > 1;) {
    unite(held, ceiling);
    difference(*masks.sections[i], *masks.fills[i], walls);
    intersect(walls, *masks.fills[i - 1]);
    open(walls, half_bead, spare);
    unite(held, walls);
    BitMask& below = regions[i - 1].single;
    difference(*masks.fills[i - 1], below, ceiling);
    intersect(held, below);
    below = held;
  }
}

/// Prints what is sparse in `count` layers on end with the topmost of them. The first layer stays
/// alone.
inline void combine_layers(int count, const BitGrid& grid, std::vector<SparseRegions>& regions) {
  const auto n = static_cast<std::size_t>(count);
  BitMask common(grid);
  for (std::size_t top = n; top < regions.size(); top += n) {
    common = regions[top].single;
    for (std::size_t k = 1; k < n; ++k) intersect(common, regions[top - k].single);
    if (!any(common)) continue;
    regions[top].combined = common;
    regions[top].layers = count;
    for (std::size_t k = 0; k < n; ++k) subtract(regions[top - k].single, common);
  }
}

}  // namespace costengine::detail
