// How much of a solid lies inside more than once.
#pragma once

#include <cstdlib>

#include "costengine/mesh/columns.hpp"

namespace costengine::detail {

/// Lengths along columns, summed: the same columns for all three, so that their ratios do not
/// depend on how well the columns sample the shape.
struct ColumnLengths {
  double signed_mm = 0;   ///< winding number times length: what the signed volume counts
  double printed_mm = 0;  ///< length with a winding number above 0: what a slicer fills
  double excess_mm = 0;   ///< how far the two differ, without cancelling
};

inline ColumnLengths column_lengths(const ColumnCrossings& crossings) {
  ColumnLengths lengths;
  for (std::size_t column = 0; column + 1 < crossings.first.size(); ++column) {
    const auto hits = crossings.of(column);
    int winding = 0;
    for (std::size_t i = 0; i + 1 < hits.size(); ++i) {
      winding += hits[i].enters;
      const double length = hits[i + 1].z - hits[i].z;
      lengths.signed_mm += winding * length;
      if (winding > 0) lengths.printed_mm += length;
      lengths.excess_mm += std::abs(winding - (winding > 0 ? 1 : 0)) * length;
    }
  }
  return lengths;
}

}  // namespace costengine::detail
