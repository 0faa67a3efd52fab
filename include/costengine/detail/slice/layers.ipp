#pragma once

#include <algorithm>
#include <cmath>
#include <utility>

#include "costengine/base/run_blocks.hpp"
#include "costengine/detail/slice/column_layers.hpp"
#include "costengine/slice/layers.hpp"

namespace costengine {
namespace detail {

/// The planes [begin, end) that a facet crosses: lowest < plane <= highest.
inline std::pair<std::size_t, std::size_t> crossed_planes(const Mesh& mesh, const Facet& f,
                                                          const std::vector<double>& planes) {
  const double z0 = mesh.vertices[f[0]].z, z1 = mesh.vertices[f[1]].z, z2 = mesh.vertices[f[2]].z;
  const auto begin = std::upper_bound(planes.begin(), planes.end(), std::min({z0, z1, z2}));
  const auto end = std::upper_bound(begin, planes.end(), std::max({z0, z1, z2}));
  return {static_cast<std::size_t>(begin - planes.begin()),
          static_cast<std::size_t>(end - planes.begin())};
}

/// For each plane in a window of planes, the facets that cross it, in the order of the facets.
struct LayerFacets {
  std::size_t begin = 0, end = 0;  ///< the window
  std::vector<std::size_t> first;  ///< of plane begin + i
  std::vector<std::uint32_t> facets;
};

/// A counting sort. `crossings` holds the number of facets that cross each plane.
inline LayerFacets sort_by_layer(const Mesh& mesh, const std::vector<double>& planes,
                                 const std::vector<std::uint32_t>& crossings, std::size_t begin,
                                 std::size_t end) {
  LayerFacets sorted{begin, end, std::vector<std::size_t>(end - begin + 1, 0), {}};
  for (std::size_t i = begin; i < end; ++i) {
    sorted.first[i - begin + 1] = sorted.first[i - begin] + crossings[i];
  }
  sorted.facets.resize(sorted.first.back());
  std::vector<std::size_t> next(sorted.first.begin(), sorted.first.end() - 1);
  for (std::uint32_t f = 0; f < mesh.facets.size(); ++f) {
    const auto [low, high] = crossed_planes(mesh, mesh.facets[f], planes);
    for (std::size_t i = std::max(low, begin); i < std::min(high, end); ++i) {
      sorted.facets[next[i - begin]++] = f;
    }
  }
  return sorted;
}

/// How many facets cross each plane.
inline std::vector<std::uint32_t> count_crossings(const Mesh& mesh,
                                                  const std::vector<double>& planes) {
  std::vector<std::uint32_t> begins(planes.size() + 1, 0), ends(planes.size() + 1, 0);
  for (const Facet& f : mesh.facets) {
    const auto [low, high] = crossed_planes(mesh, f, planes);
    ++begins[low];
    ++ends[high];
  }
  std::vector<std::uint32_t> counts(planes.size());
  std::uint32_t open = 0;
  for (std::size_t i = 0; i < planes.size(); ++i) counts[i] = open += begins[i] - ends[i];
  return counts;
}

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
  const double first = print.first_layer_height_mm, step = print.layer_height_mm;
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

  // As many planes at a time as keep the sorted facets within 64 MB.
  constexpr std::size_t kMostCrossings = 16'000'000;
  const std::vector<std::uint32_t> crossings = detail::count_crossings(mesh, planes);
  std::vector<Layer> layers(planes.size());
  for (std::size_t begin = 0; begin < planes.size();) {
    std::size_t end = begin, total = 0;
    while (end < planes.size() && (end == begin || total + crossings[end] <= kMostCrossings)) {
      total += crossings[end++];
    }
    const detail::LayerFacets sorted = detail::sort_by_layer(mesh, planes, crossings, begin, end);
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

COSTENGINE_INLINE Result<Layers> slice(const Inspection& inspection, const PrintSettings& print,
                                       Context& ctx) {
  const Mesh& solid = inspection.solid;
  Box3 box;
  for (const Facet& f : solid.facets)
    for (const std::uint32_t v : f) box.extend(solid.vertices[v]);
  COSTENGINE_TRY(const std::vector<double> planes, layer_planes(box.size().z, print, ctx.limits()));
  Layers result;
  COSTENGINE_TRY(result.layers, slice_areas(solid, box.min.z, planes, ctx));
  for (std::size_t i = 0; i < result.layers.size(); ++i) {
    Layer& layer = result.layers[i];
    layer.height_mm = i == 0 ? print.first_layer_height_mm : print.layer_height_mm;
    layer.area_mm2 = std::max(0.0, layer.area_mm2) * inspection.volume.value;
  }
  detail::add_column_shares(inspection, box, print, result.layers);
  return result;
}

}  // namespace costengine
