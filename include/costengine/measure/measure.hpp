/// measure: volume, area, centroid, box, hull, overhangs of an inspected model.
#pragma once

#include <cstddef>
#include <optional>

#include "costengine/base/byte_source.hpp"
#include "costengine/base/context.hpp"
#include "costengine/measure/measurements.hpp"
#include "costengine/mesh/inspect.hpp"
#include "costengine/mesh/mesh.hpp"

namespace costengine {

/// What facets [begin, end) of a mesh enclose and cover.
struct MassProperties {
  double volume_mm3 = 0;  ///< signed; of the whole closed surface, meaningless for a part of one
  double area_mm2 = 0;    ///< facets without an area add 0
  Vec3 centroid_mm;       ///< of the enclosed solid; the box centre where the volume is 0
  Box3 box_mm;            ///< of the facets that have an area
};

/// Volume, area, centroid and box by signed tetrahedra about the box centre.
///
/// Accuracy: relative error of volume and area below 1e-12 for compact closed meshes, wherever they
/// lie. Determinism: the same bits for every number of threads and instruction set (eight lanes,
/// blocks of 8,192 facets combined in order by a compensated sum).
/// Cost: O(F), 18 KB a thread. Errors: kCancelled, kLimitTime.
/// Based on: Cha Zhang, Tsuhan Chen. Efficient feature extraction for 2D/3D objects in mesh
/// representation. ICIP 2001. Changed: reference point, summation.
Result<MassProperties> mass_properties(const Mesh& mesh, std::size_t begin, std::size_t end,
                                       Context& ctx);

/// The same of a binary STL as it stands in the file, without welding or keeping it: blocks go from
/// the source straight into the sums. One unit of the file is a millimetre.
///
/// Of a clean closed surface volume, area and centroid are those of load() and measure(), to 1e-12
/// relative, and the box is the same; of any other, inspect() would repair first. The reference
/// point is the first corner. Findings of the reader are not made.
/// Errors: those of read_stl_binary(), kRange. Cost: O(F), some 250 KB a thread. Determinism: as
/// above, with blocks of 4,096 facets.
Result<MassProperties> mass_properties_of_stl(const ByteSource& source, Context& ctx);

/// Volume of the convex hull of all vertices that a facet uses, by Qhull (C. B. Barber, D. P.
/// Dobkin, H. Huhdanpaa. The Quickhull algorithm for convex hulls. ACM TOMS 22, 1996). Empty for
/// points in one plane. Cost: O(V log V). One call at a time works on its own state; thread-safe.
std::optional<double> hull_volume(const Mesh& mesh);

/// All measurements of the solid. `want_hull`: the hull costs more than all the rest.
/// Errors: kCancelled, kLimitTime. Threads: uses ctx.threads().
Result<Measurements> measure(const Inspection& inspection, bool want_hull, Context& ctx);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/measure/hull.ipp"
#include "costengine/detail/measure/measure.ipp"
#include "costengine/detail/measure/stl_mass.ipp"
#endif
