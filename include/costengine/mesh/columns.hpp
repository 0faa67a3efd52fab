/// Columns: vertical lines through a mesh and where they cross it.
///
/// What inspection uses to find overlaps and the nesting of shells.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "costengine/base/context.hpp"
#include "costengine/mesh/mesh.hpp"

namespace costengine {

/// A vertical line.
struct Column {
  double x = 0, y = 0;  ///< mm
};

struct ColumnCrossing {
  double z = 0;  ///< mm
  std::uint32_t facet = 0;
  std::int32_t enters = 0;  ///< +1: going up, the line enters the solid here; -1: it leaves
};

/// The crossings of column i are crossings[first[i]] ... crossings[first[i + 1] - 1], upwards.
struct ColumnCrossings {
  std::vector<std::size_t> first;
  std::vector<ColumnCrossing> crossings;

  [[nodiscard]] std::span<const ColumnCrossing> of(std::size_t column) const {
    return std::span(crossings).subspan(first[column], first[column + 1] - first[column]);
  }
};

/// Columns spread evenly over a box; each stands for the same area.
struct ColumnSample {
  std::vector<Column> columns;
  double area_each_mm2 = 0;
};

/// About `wanted` columns over the mesh, fewer if the facets are so large that testing them would
/// take more than some 50 million steps or give more than 4 million crossings. An empty or flat box
/// gives no columns.
///
/// The columns are a golden-ratio lattice: no two share an x or a y, so a thin wall along an axis
/// is met as often as its area says, which a square grid gets wrong by a whole row at a time.
ColumnSample spread_columns(const Mesh& mesh, std::size_t wanted);

/// Crosses every facet with every column.
///
/// Closed surfaces are crossed consistently: on each column, entries and exits cancel exactly, also
/// where it runs through an edge or a vertex, because whether an edge passes left or right of the
/// column is decided once for the edge and not for each of its facets.
/// Cost: O(facets + tests + crossings log crossings). Threads: blocks of facets in parallel; same
/// bits for any number of them. Errors: kCancelled, kLimitTime.
Result<ColumnCrossings> cross_columns(const Mesh& mesh, std::span<const Column> columns,
                                      Context& ctx);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/mesh/columns.ipp"
#endif
