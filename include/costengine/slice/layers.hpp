/// slice: the solid as horizontal layers, with what the planner of a process needs of each.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "costengine/base/context.hpp"
#include "costengine/mesh/inspect.hpp"
#include "costengine/profile/profile.hpp"
#include "costengine/slice/contours.hpp"

namespace costengine {

/// One printed layer.
struct Layer {
  double z_mm = 0;          ///< height of the slicing plane above the bed
  double height_mm = 0;     ///< thickness of the layer
  double area_mm2 = 0;      ///< of the cross-section
  double perimeter_mm = 0;  ///< length of its outline, holes included
};

struct Layers {
  std::vector<Layer> layers;
  LayerAxes axes;         ///< of the contours
  ContourStack contours;  ///< the outline of each layer
  double top_mm = 0;      ///< of the solid, over the bed
};

/// Heights of the planes over the underside of the model: first_layer_height + (i - 1/2) *
/// layer_height, as many as lie below `height_mm`; at least one. On a raft the model's first layer
/// is as high as the others. Errors: kLimitLayers.
Result<std::vector<double>> layer_planes(double height_mm, const PrintSettings& print,
                                         const Limits& limits);

/// The detail of contours that a slicer keeps: its resolution, for walls of variable width no edges
/// under half a millimetre within 0.025 mm, and no slits that it closes.
inline ContourDetail contour_detail(const PrintSettings& print) {
  const double tolerance_mm = std::max(print.gcode_resolution_mm, print.resolution_mm);
  if (print.perimeter_generator == PerimeterGenerator::kClassic) {
    return {std::max(tolerance_mm, 1e-4), 0, 0, 2 * print.slice_closing_radius_mm};
  }
  return {std::max(tolerance_mm, 1e-4), 0.5, 0.025, 2 * print.slice_closing_radius_mm};
}

/// Area and perimeter of the mesh in each plane, exactly, from the segments in which its facets
/// cross it. Vertices on a plane count as above it, so a horizontal facet is never crossed and each
/// contour is closed. `bed_z_mm` is the height of the bed in the mesh's coordinates.
///
/// Where the mesh is closed, the areas are those of its contours with winding numbers: overlapping
/// parts count twice. Cost: O(facets + crossings); 4 bytes a vertex and at most 64 MB. Threads:
/// layers in parallel, same bits for any number. Errors: kCancelled, kLimitTime.
Result<std::vector<Layer>> slice_areas(const Mesh& mesh, double bed_z_mm,
                                       const std::vector<double>& planes_mm, Context& ctx);

/// The layers of an inspected model: their contours, in axes turned by the angle of the infill.
/// What closes an open surface is cut only if no layer has a contour without it.
/// Their heights include the raft, which has no layers here. Errors: kLimitLayers, kCancelled,
/// kLimitTime.
Result<Layers> slice(const Inspection& inspection, const Profile& profile, Context& ctx);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/slice/layers.ipp"
#endif
