/// Offsets by scan conversion: the region that remains when every outline moves inwards.
///
/// Each edge of the contours moves along its normal; corners are joined by mitres. The raw polygons
/// cross themselves where the part is too thin. What the slicers' polygon clipping would leave is
/// the set of points with winding number > 0, and that needs no clipping: sort the crossings of
/// each row of pixels and add up their directions.
#pragma once

#include <cstdint>
#include <vector>

#include "costengine/slice/bits.hpp"
#include "costengine/slice/contours.hpp"

namespace costengine {

/// Contours moved inwards by a distance (outwards if negative). Edge i runs from start[i] to
/// end[i]; edges are those of the contours, in their order. An edge that the offset turns round
/// (short ones in convex corners) has ends in reverse order.
struct OffsetEdges {
  std::vector<Point2> start, end;
};

/// `normals` holds the unit normal to the left of every edge, as edge_normals() gives it.
/// Cost: O(points).
void edge_normals(const Contours& contours, std::vector<Point2>& normals);
void offset_edges(const Contours& contours, const std::vector<Point2>& normals, double distance_mm,
                  OffsetEdges& result);

/// Which part of each moved edge bounds the region that remains: 0 to 1.
using EdgeShares = std::vector<float>;

/// Room for one thread's scan conversions.
struct ScanScratch {
  OffsetEdges edges;
  std::vector<char> reversed;  ///< edges that the offset has turned round
  std::vector<Point2> joins;   ///< pairs
  std::vector<std::uint32_t> row_first;
  std::vector<std::uint64_t> crossings;
  std::vector<std::uint32_t> crossed, bounding;  ///< rows, per edge
};

/// Sets the pixels of the offset region in `mask` (emptied first; may be null) and returns its
/// area. `shares`, if not null, gets a value per edge: the part of its rows in which it bounds the
/// region; edges that cross no row take their neighbours' value.
/// Without a mask every other row is enough.
/// Cost: O(crossings of rows). Precision: x exact to 1/256 pixel, y by rows.
double scan_offset(const Contours& contours, const std::vector<Point2>& normals, double distance_mm,
                   const BitGrid& grid, BitMask* mask, EdgeShares* shares, ScanScratch& scratch);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/slice/offset.ipp"
#endif
