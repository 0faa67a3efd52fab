/// Offsets by scan conversion: the region that remains when every outline moves inwards.
///
/// Each edge of the contours moves along its normal; corners are joined by mitres. The raw polygons
/// cross themselves where the part is too thin. What the slicers' polygon clipping would leave is
/// the set of points with winding number > 0, and that needs no clipping: sort the crossings of
/// each row of pixels and add up their directions.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "costengine/slice/bits.hpp"
#include "costengine/slice/contours.hpp"

namespace costengine {

/// Contours moved inwards by a distance (outwards if negative). Edge i runs from start[i] to
/// end[i]; edges are those of the contours, in their order. An edge that the offset turns round
/// (short ones in convex corners) has ends in reverse order.
struct OffsetEdges {
  bool round = false;  ///< corners that point into the region are rounded, not mitred
  std::vector<Point2> start, end;
};

/// `normals` holds the unit normal to the left of every edge, as edge_normals() gives it.
/// Cost: O(points).
void edge_normals(const Contours& contours, std::vector<Point2>& normals);
void offset_edges(const Contours& contours, const std::vector<Point2>& normals, double distance_mm,
                  OffsetEdges& result);

/// Which part of each moved edge bounds the region that remains: 0 to 1.
using EdgeShares = std::vector<float>;

/// A part of an edge of the contours: from and to these millimetres from where it begins. Where it
/// is cut, the offset edge crosses another one; that may be before the edge begins or beyond its
/// end, if the offset has made it longer.
struct EdgeSpan {
  std::uint32_t edge = 0;
  bool cut_from = false, cut_to = false;
  double from_mm = 0, to_mm = 0;
};

/// The parts of edges along which they bound the region that remains, in the order of the edges.
struct EdgeSpans {
  bool whole = true;  ///< all edges do, along all of their length: none are listed
  std::vector<EdgeSpan> spans;
};

/// Room for one thread's scan conversions.
struct ScanScratch {
  OffsetEdges edges;
  std::vector<char> reversed;  ///< edges that the offset has turned round
  std::vector<Point2> joins;   ///< pairs
  std::vector<std::uint32_t> row_first;
  std::vector<std::uint64_t> crossings;
  std::vector<std::pair<int, int>> ranges;       ///< of rows, per edge, then per join
  std::vector<std::uint32_t> crossed, bounding;  ///< rows, per edge
  struct RowRun {
    std::uint32_t edge;
    int first, last;
  };
  std::vector<RowRun> runs;  ///< of rows in which an edge bounds the region
  std::vector<int> run_first, run_last;
  std::vector<char> settled;   ///< edges that scan_unsettled() takes for granted
  std::vector<int> following;  ///< per row, the next one that it looks at
  EdgeShares shares;           ///< room for a caller's
};

/// Sets the pixels of the offset region in `mask` (emptied or allocated first; may be null) and
/// returns its area. `shares`, if not null, gets a value per edge: the part of its rows in which it
/// bounds the region; edges that cross no row take their neighbours' value. Without a mask every
/// other row is enough. Cost: O(crossings of rows). Precision: x exact to 1/256 pixel, y by rows.
double scan_offset(const Contours& contours, const std::vector<Point2>& normals, double distance_mm,
                   const BitGrid& grid, BitMask* mask, EdgeShares* shares, ScanScratch& scratch);

/// An edge with a larger share bounds the region along all of its length.
inline constexpr float kSettledShare = 0.95F;

/// Marks in `scratch.settled`, which the caller has given a value per edge, the edges that bound
/// the region just scanned: a shallower one they bound as well.
void settle(const EdgeShares& shares, ScanScratch& scratch);

/// The parts of edges that bound an offset region, from every other row, and their shares as
/// scan_offset() finds them. Settled edges count as a whole, and rows that only they cross are left
/// out. Edges that cross no row, and those that the offset has turned round, do as their neighbours
/// do next to them.
/// Cost: O(edges + crossings of the rows that other edges cross).
void scan_unsettled(const Contours& contours, const std::vector<Point2>& normals,
                    double distance_mm, const BitGrid& grid, EdgeShares& shares, EdgeSpans& spans,
                    ScanScratch& scratch);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/slice/offset.ipp"
#endif
