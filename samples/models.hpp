/// The shapes. Millimetres, welded, on the bed (z >= 0) and standing as they would be printed.
#pragma once

#include "surface.hpp"

namespace samples {

/// A shelf bracket: profile of 5 mm walls, two round screw holes, one slot, an overhanging shelf.
Surface bracket();
/// Its volume from the outlines: profile area times width less hole areas times wall.
double bracket_volume();

/// An upright box of nx * ny * nz cells, two triangles a cell side.
Surface box(Point low, Point high, std::array<int, 3> cells);
/// 40 x 30 x 20 mm with walls of 2 mm around a closed cavity of 36 x 26 x 16 mm.
Surface hollow_box();

/// A vase of 0.8 mm walls whose ten waves twist upwards; no lid, so one shell and no cavity.
Surface vase();

/// A hexagon bolt standing on its head: 12 mm thread, pitch 2 mm, right-handed, 12 turns.
Surface bolt();

/// A finger ring of 17.2 mm with a six-prong setting for a stone of 5 mm; cells of `step` mm.
Surface ring(double step);

/// A sitting bear, 54 mm high, of blended spheres and limbs; cells of `step` mm.
Surface figurine(double step);

}  // namespace samples
