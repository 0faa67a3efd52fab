/// Shells: which part of each layer is printed solid, and as what.
#pragma once

#include <vector>

#include "costengine/base/context.hpp"
#include "costengine/slice/bits.hpp"

namespace costengine {

/// Sizes in pixels of the grid.
struct ShellRules {
  int top_layers = 0;         ///< solid layers below a top surface, itself included; 0: none
  int bottom_layers = 0;      ///< above a bottom surface
  double growth = 0;          ///< of top and bottom surfaces into the infill around them
  double shell_growth = 0;    ///< of surfaces when they become the shells of other layers
  double opening = 0;         ///< radius: what is thinner than twice this is not printed solid
  double opening_growth = 0;  ///< radius by which the rest grows again
  double bridge_opening = 0;  ///< radius: an internal bridge must be wider than twice this
  bool vertical = true;       ///< also solid behind sloping walls
  double hollow_opening = 0;  ///< no infill: radius of the thinnest shell that is kept; 0: infill
  double small_pixels = 0;    ///< sparse parts up to this area become solid
  int solid_every = 0;        ///< every so many layers all is solid, over gaps; 0: never
  bool sparse = true;         ///< infill leaves gaps, so solid layers above it are bridges
};

/// What is seen of a layer's fill region from below and from above, grown into the infill around
/// it; disjoint. A mask without memory is empty.
struct SurfaceMasks {
  BitMask bottom, top;
};

/// The infill regions of a layer besides its surfaces; disjoint.
struct ShellMasks {
  BitMask internal_bridge;  ///< solid over sparse infill
  BitMask solid;            ///< all other solid infill
  BitMask sparse;
};

struct ShellScratch {
  BitMask a, b;
  std::vector<const BitMask*> covers{};
};

/// The surfaces of a layer: where its fill region lies over, or under, what is outside the section
/// of the neighbour. `below` and `above` are null for the first and the last layer; over the bed
/// lies a bottom. Cost: two passes over a mask, more where there are surfaces.
void find_surfaces(const BitMask& fill, const BitMask* below, const BitMask* above,
                   const ShellRules& rules, SurfaceMasks& result, ShellScratch& scratch);

/// All layers of a model, as find_shells() reads them.
struct LayerMasks {
  std::vector<const BitMask*> sections;  ///< the cross-sections
  std::vector<const BitMask*> fills;     ///< the regions within the perimeters
  std::vector<SurfaceMasks> surfaces;
};

/// The shells of a layer: near the surfaces of other layers, or not covered by all of them. Without
/// internal bridges, which need the sparse region of the layer below.
/// Cost: a pass for each layer within the shells.
void find_shells(std::size_t layer, const LayerMasks& masks, const ShellRules& rules,
                 ShellMasks& result, ShellScratch& scratch);

/// Moves from `masks.solid` to `masks.internal_bridge` what lies over the sparse infill of all the
/// layers `sparse_below`, at least one: as many as a thread of the bridge is thick.
void find_internal_bridges(std::span<const BitMask* const> sparse_below, const ShellRules& rules,
                           ShellMasks& masks, ShellScratch& scratch);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/slice/shells.ipp"
#endif
