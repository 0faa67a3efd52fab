/// inspect: from what a file holds to the solid a machine would print, and what had to be assumed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "costengine/base/context.hpp"
#include "costengine/base/raw_vector.hpp"
#include "costengine/mesh/columns.hpp"
#include "costengine/mesh/finding.hpp"
#include "costengine/mesh/load.hpp"
#include "costengine/mesh/mesh.hpp"
#include "costengine/profile/profile.hpp"

namespace costengine {

/// By what the signed volume of `Inspection::solid` must be multiplied to give the printable
/// volume. Of a refused model, at least from half to double.
struct VolumeFactor {
  double value = 1, low = 1, high = 1;
  std::string method = "signed";  ///< "signed": closed, exact; "winding": overlaps counted once;
                                  ///< "capped": open edges closed by caps
};

struct Inspection {
  /// Closed (every side of a facet has its partner), shells facing outwards and cavities inwards,
  /// without duplicates. Caps that close an open surface are the facets from `surface_facets` on.
  Mesh solid;
  std::size_t surface_facets = 0;
  /// For side 3f + k of `solid`, from corner k of facet f to the next one, the side of the
  /// neighbour that runs against it. Empty unless every edge has exactly two sides; slice() then
  /// looks itself.
  RawVector<std::uint32_t> twins;
  std::uint64_t shells = 0;
  VolumeFactor volume;
  ColumnSample columns;           ///< columns spread over the solid ...
  ColumnCrossings crossings;      ///< ... and where they cross it: overlaps were measured on them
  std::vector<Finding> findings;  ///< the reader's, then inspection's, in the order of the codes
  Verdict verdict = Verdict::kRefused;
};

/// Repairs and judges a mesh.
///
///   drop facets without three corners, and duplicates;
///   weld: if edges stay open, within 1e-8, 1e-7 and 1e-6 of the diagonal, as far as that closes
///   the surface (a note), then 1e-5 and 1e-4 (cracks: a warning);
///   shells by manifold edges, turned to agree; nesting by columns, shells turned outwards;
///   overlap: what lies inside twice, measured on the same columns as the volume. Beyond 0.5 % it
///   is a warning, the volume is scaled, the interval widened;
///   open shells: capped; the interval spans the capped volume, the volume where the winding number
///   is over one half, and the volume about the centroid. Wider than +-15 %, or caps of holes that
///   are not flat over 30 % of the surface, is an error;
///   plausible unit and fit, for `machine`.
///
/// Not an error: any state of the mesh. Errors: kCancelled, kLimitTime, kOutOfMemory.
/// Cost: O(F) but for small sorts; a whole estimate of 1.6 M facets peaks at 106 MiB.
/// Threads: uses ctx.threads() for all passes over a sound mesh; same bits for any number.
Result<Inspection> inspect(LoadedMesh loaded, const Machine& machine, double bead_width_mm,
                           Context& ctx);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/mesh/inspect.ipp"
#endif
