#pragma once

#include <algorithm>
#include <cmath>
#include <utility>

#include "costengine/base/run_blocks.hpp"
#include "costengine/base/trig.hpp"
#include "costengine/detail/slice/crossings.hpp"
#include "costengine/slice/layers.hpp"
#include "costengine/slice/raft.hpp"

namespace costengine {
namespace detail {

struct PlanePoint {
  double x, y;
};

/// Where an edge crosses the plane; from the lower end to the higher, so that both facets of the
/// edge find the same point.
inline PlanePoint cross_edge(const Vec3& p, const Vec3& q, double z) {
  const Vec3& low = p.z < z ? p : q;
  const Vec3& high = p.z < z ? q : p;
  const double t = (z - low.z) / (high.z - low.z);
  return {low.x + (high.x - low.x) * t, low.y + (high.y - low.y) * t};
}

/// The segment in which a facet crosses the plane, with the solid on its left.
inline std::pair<PlanePoint, PlanePoint> cross_facet(const Vec3& a, const Vec3& b, const Vec3& c,
                                                     double z) {
  const bool a_low = a.z < z, b_low = b.z < z, c_low = c.z < z;
  // The corner that is alone on its side; the segment joins its two edges.
  const Vec3 *alone = &a, *next = &b, *last = &c;
  bool alone_low = a_low;
  if (a_low == b_low) {
    alone = &c, next = &a, last = &b;
    alone_low = c_low;
  } else if (a_low == c_low) {
    alone = &b, next = &c, last = &a;
    alone_low = b_low;
  }
  const PlanePoint to_next = cross_edge(*alone, *next, z), to_last = cross_edge(*alone, *last, z);
  return alone_low ? std::pair(to_last, to_next) : std::pair(to_next, to_last);
}

}  // namespace detail

COSTENGINE_INLINE Result<std::vector<double>> layer_planes(double height_mm,
                                                           const PrintSettings& print,
                                                           const Limits& limits) {
  const double step = print.layer_height_mm;
  const double first = print.raft_layers > 0 ? step : print.first_layer_height_mm;
  const double count = std::max(1.0, std::ceil((height_mm - first) / step + 0.5));
  if (!(count <= static_cast<double>(limits.max_layers))) {
    return Error{ErrorCode::kLimitLayers,
                 Stage::kSlice,
                 "the part would take more than " + std::to_string(limits.max_layers) +
                     " layers; check its unit and the layer height",
                 {},
                 {}};
  }
  std::vector<double> planes(static_cast<std::size_t>(count));
  planes[0] = first / 2;
  for (std::size_t i = 1; i < planes.size(); ++i) {
    planes[i] = first + (static_cast<double>(i) - 0.5) * step;
  }
  return planes;
}

COSTENGINE_INLINE Result<std::vector<Layer>> slice_areas(const Mesh& mesh, double bed_z_mm,
                                                         const std::vector<double>& planes_mm,
                                                         Context& ctx) {
  std::vector<double> planes = planes_mm;
  for (double& z : planes) z += bed_z_mm;
  Box3 box;
  for (const Vec3& p : mesh.vertices) box.extend(p);
  const Vec3 origin = box.center();
  const auto measure_layer = [&](const detail::LayerFacets& sorted, std::size_t i) {
    double area2 = 0, perimeter = 0;
    for (std::size_t k = sorted.first[i - sorted.begin]; k < sorted.first[i - sorted.begin + 1];
         ++k) {
      const Facet& f = mesh.facets[sorted.facets[k]];
      const auto [p, q] = detail::cross_facet(mesh.vertices[f[0]], mesh.vertices[f[1]],
                                              mesh.vertices[f[2]], planes[i]);
      area2 += (p.x - origin.x) * (q.y - origin.y) - (q.x - origin.x) * (p.y - origin.y);
      const double dx = q.x - p.x, dy = q.y - p.y;
      perimeter += std::sqrt(dx * dx + dy * dy);
    }
    Layer layer;
    layer.z_mm = planes_mm[i];
    layer.area_mm2 = area2 / 2;
    layer.perimeter_mm = perimeter;
    return layer;
  };

  COSTENGINE_TRY(const detail::CrossingTable crossings,
                 detail::CrossingTable::make(mesh, planes, ctx));
  std::vector<Layer> layers(planes.size());
  for (std::size_t begin = 0; begin < planes.size();) {
    const std::size_t end = crossings.window_end(begin);
    COSTENGINE_TRY(const detail::LayerFacets sorted, crossings.sort(begin, end));
    constexpr std::size_t kBlock = 16;
    COSTENGINE_CHECK(
        run_blocks(ctx, Stage::kSlice, block_count(end - begin, kBlock), [&](std::size_t block) {
          const std::size_t stop = std::min(end, begin + (block + 1) * kBlock);
          for (std::size_t i = begin + block * kBlock; i < stop; ++i) {
            layers[i] = measure_layer(sorted, i);
          }
        }));
    begin = end;
  }
  return layers;
}

COSTENGINE_INLINE Result<Layers> slice(const Inspection& inspection, const Profile& profile,
                                       Context& ctx) {
  const PrintSettings& print = profile.print;
  const Raft raft = find_raft(print, profile.machine);
  const Mesh& solid = inspection.solid;
  Box3 box;
  for (const Facet& f : solid.facets)
    for (const std::uint32_t v : f) box.extend(solid.vertices[v]);
  COSTENGINE_TRY(std::vector<double> planes, layer_planes(box.size().z, print, ctx.limits()));
  Layers result;
  result.top_mm = raft.model_bottom_mm + box.size().z;
  result.axes.origin = {box.center().x, box.center().y};
  result.axes.x_axis = {cosine_deg(print.fill_angle_deg), cosine_deg(print.fill_angle_deg - 90)};
  result.layers.resize(planes.size());
  for (std::size_t i = 0; i < planes.size(); ++i) {
    result.layers[i].z_mm = raft.model_bottom_mm + planes[i];
    const bool on_bed = i == 0 && raft.layers() == 0;
    result.layers[i].height_mm = on_bed ? print.first_layer_height_mm : print.layer_height_mm;
    planes[i] += box.min.z;
  }
  const auto cut = [&](std::size_t facets) {
    return slice_contours(solid, planes, result.axes, contour_detail(print), ctx, facets,
                          inspection.twins);
  };
  // What closes a surface is a guess that the slicer does not make.
  COSTENGINE_TRY(result.contours, cut(inspection.surface_facets));
  const std::vector<Contours>& found = result.contours.contours;
  if (inspection.surface_facets < solid.facets.size() &&
      std::all_of(found.begin(), found.end(), [](const Contours& c) { return c.loops() == 0; })) {
    COSTENGINE_TRY(result.contours, cut(solid.facets.size()));
  }
  for (std::size_t i = 0; i < planes.size(); ++i) {
    Layer& layer = result.layers[i];
    if (i > 0 && result.contours.of_layer[i] == result.contours.of_layer[i - 1]) {
      layer.area_mm2 = result.layers[i - 1].area_mm2;
      layer.perimeter_mm = result.layers[i - 1].perimeter_mm;
      continue;
    }
    const Contours& contours = result.contours.contours[result.contours.of_layer[i]];
    double area = 0;
    for (std::size_t l = 0; l < contours.loops(); ++l) {
      area += signed_area(contours.loop(l));
      layer.perimeter_mm += perimeter(contours.loop(l));
    }
    layer.area_mm2 = std::max(0.0, area) * inspection.volume.value;
  }
  return result;
}

}  // namespace costengine
