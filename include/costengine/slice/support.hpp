/// Supports: where a filament print needs columns below its overhangs, and the layers they are
/// printed in.
///
/// The regions are snapped to square cells, as wide as the distance of the support's lines: a cell
/// that an overhang touches is supported as far as the part leaves room in it. Regions are bits,
/// several to a cell; what the lines need exactly (the gap to the part) is cut from the contours
/// when they are laid. A raft is a support of the whole first layer.
#pragma once

#include <cstdint>
#include <vector>

#include "costengine/base/context.hpp"
#include "costengine/profile/profile.hpp"
#include "costengine/slice/bits.hpp"
#include "costengine/slice/layers.hpp"
#include "costengine/slice/raft.hpp"

namespace costengine {

/// A region that touches the part, with its range of heights over the bed.
struct SupportContact {
  double bottom_mm = 0, top_mm = 0;
  std::size_t layer = 0;  ///< the layer of the part that it carries, or stands on
  BitMask dense;          ///< of it the dense interface; without memory: none
};

enum class RaftPart { kNone, kFirst, kBase, kInterface, kContact };

/// One printed layer of the support.
struct SupportLevel {
  double bottom_mm = 0, top_mm = 0;
  bool base = false;  ///< columns are printed here, not only interfaces
  RaftPart raft = RaftPart::kNone;
};

/// All supports of a model. Masks belong to `grid`, whose rows run along the support's lines.
struct Supports {
  BitGrid grid;
  Point2 x_axis;               ///< direction of the rows, in the axes of the contours; same origin
  int oversampling;            ///< pixels to a side of a cell; lines lie on the sides
  std::vector<BitMask> areas;  ///< distinct regions of columns
  std::vector<std::uint32_t> area_of_layer;   ///< beside each layer of the part; kNoArea: none
  std::vector<SupportContact> tops, bottoms;  ///< by height
  std::vector<SupportLevel> levels;           ///< by height, those of the raft included
  double thread_mm = 0;                       ///< thickness of bridges; 0: as thick as their layers
  std::vector<bool> spans;                    ///< beside each layer of the part: it has bridges
  Raft raft;
  BitMask raft_contact;  ///< what of the contact layer is printed; without memory: no raft

  static constexpr std::uint32_t kNoArea = ~std::uint32_t{0};
};

/// The regions of one level, disjoint; not yet cut back from the part.
struct SupportRegions {
  BitMask base;
  BitMask interface;            ///< below overhangs
  BitMask bottom_interface;     ///< over the part
  bool bottom_contact = false;  ///< it begins in this level ...
  double bottom_mm = 0;         ///< ... or a level below, here
};

/// Finds the overhangs of all layers, the columns below them and the heights of their layers; and
/// the raft. Empty if the settings want neither or the model needs none.
///
/// Cost: per layer that differs from the one below, nine scan conversions at the width of a
/// support line; then a pass over bits for each layer. Memory: four to five masks a layer, the
/// pixel coarser where three would exceed 16 MB. Threads: overhangs in parallel, same bits for any
/// number. Errors: kCancelled, kLimitTime.
Result<Supports> find_supports(const Layers& layers, const Profile& profile, Context& ctx);

/// What of the columns and interfaces is printed in level `index`; below the contact layer of a
/// raft, the columns that stand on it. The raft itself is not in it.
void support_regions(const Supports& supports, const Layers& layers, const PrintSettings& print,
                     std::size_t index, SupportRegions& result, BitMask& scratch);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/slice/support.ipp"
#endif
