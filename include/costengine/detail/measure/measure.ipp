#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "costengine/base/run_blocks.hpp"
#include "costengine/base/trig.hpp"
#include "costengine/detail/measure/mass_kernel.hpp"
#include "costengine/measure/measure.hpp"

namespace costengine {
namespace detail {

inline constexpr std::size_t kMassBlock = 8192;

/// A. Neumaier. Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen. ZAMM 54,
/// 1974.
class CompensatedSum {
 public:
  void add(double x) {
    const double t = sum_ + x;
    lost_ += std::abs(sum_) >= std::abs(x) ? (sum_ - t) + x : (x - t) + sum_;
    sum_ = t;
  }
  [[nodiscard]] double value() const { return sum_ + lost_; }

 private:
  double sum_ = 0, lost_ = 0;
};

inline double sum_lanes(const double (&lanes)[kLanes]) {
  return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) +
         ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
}

/// Volume, area and centroid from the sums of all blocks, in their order.
inline void add_up(const std::vector<MassLanes>& lanes, Vec3 origin, MassProperties& mass) {
  CompensatedSum volume6, area2, x, y, z;
  for (const MassLanes& block : lanes) {
    volume6.add(sum_lanes(block.volume6));
    area2.add(sum_lanes(block.area2));
    x.add(sum_lanes(block.moment_x));
    y.add(sum_lanes(block.moment_y));
    z.add(sum_lanes(block.moment_z));
  }
  mass.volume_mm3 = volume6.value() / 6;
  mass.area_mm2 = area2.value() / 2;
  mass.centroid_mm = origin;
  if (volume6.value() != 0) {
    mass.centroid_mm = origin + Vec3{x.value(), y.value(), z.value()} * (0.25 / volume6.value());
  }
}

inline Result<Box3> box_of_facets_with_area(const Mesh& mesh, std::size_t begin, std::size_t end,
                                            Context& ctx) {
  std::vector<Box3> boxes(block_count(end - begin, kMassBlock));
  COSTENGINE_CHECK(run_blocks(ctx, Stage::kMeasure, boxes.size(), [&](std::size_t block) {
    Box3 box;
    const std::size_t stop = std::min(end, begin + (block + 1) * kMassBlock);
    for (std::size_t f = begin + block * kMassBlock; f < stop; ++f) {
      const Vec3 &a = mesh.vertices[mesh.facets[f][0]], &b = mesh.vertices[mesh.facets[f][1]],
                 &c = mesh.vertices[mesh.facets[f][2]];
      const Vec3 n = cross(b - a, c - a);
      if ((n.x == 0) & (n.y == 0) & (n.z == 0)) continue;
      box.extend(a);
      box.extend(b);
      box.extend(c);
    }
    boxes[block] = box;
  }));
  Box3 whole;
  for (const Box3& box : boxes) {
    if (!box.empty()) whole.extend(box);
  }
  return whole;
}

inline MassKernel kernel_of([[maybe_unused]] const Context& ctx) {
#ifdef COSTENGINE_HEADER_ONLY
  return [](const TriangleBlock& triangles, MassLanes& sum) { mass_body(triangles, sum); };
#else
  return mass_kernel(ctx.isa());
#endif
}

inline void gather(const Mesh& mesh, std::size_t begin, std::size_t end, Vec3 origin,
                   TriangleBlock& block) {
  block = TriangleBlock{};
  for (std::size_t f = begin; f < end; ++f) {
    const std::size_t k = f - begin;
    const Vec3 a = mesh.vertices[mesh.facets[f][0]] - origin,
               b = mesh.vertices[mesh.facets[f][1]] - origin,
               c = mesh.vertices[mesh.facets[f][2]] - origin;
    block.ax[k] = a.x, block.ay[k] = a.y, block.az[k] = a.z;
    block.bx[k] = b.x, block.by[k] = b.y, block.bz[k] = b.z;
    block.cx[k] = c.x, block.cy[k] = c.y, block.cz[k] = c.z;
  }
}

/// Downward facing area by steepness; what lies on the bed is left out.
inline Status measure_overhangs(const Mesh& mesh, std::size_t facets, double bed_z_mm,
                                Measurements& measurements, Context& ctx) {
  std::array<double, 9> least_cosine{};  // of the angle to the horizontal, for entry k
  for (std::size_t k = 0; k < 9; ++k)
    least_cosine[k] = cosine_deg(10.0 * static_cast<double>(k + 1));
  constexpr double kOnBed_mm = 1e-3;
  std::vector<std::array<double, 9>> areas(block_count(facets, kMassBlock));
  COSTENGINE_CHECK(run_blocks(ctx, Stage::kMeasure, areas.size(), [&](std::size_t block) {
    std::array<double, 9> area{};
    const std::size_t end = std::min(facets, (block + 1) * kMassBlock);
    for (std::size_t f = block * kMassBlock; f < end; ++f) {
      const Vec3 &a = mesh.vertices[mesh.facets[f][0]], &b = mesh.vertices[mesh.facets[f][1]],
                 &c = mesh.vertices[mesh.facets[f][2]];
      const Vec3 n = cross(b - a, c - a);
      if (n.z >= 0) continue;
      if (std::max({a.z, b.z, c.z}) <= bed_z_mm + kOnBed_mm) continue;
      const double size = length(n);
      std::size_t k = 0;
      while (k < 8 && -n.z <= least_cosine[k] * size) ++k;
      area[k] += size / 2;
    }
    areas[block] = area;
  }));
  for (const std::array<double, 9>& area : areas) {
    for (std::size_t k = 0; k < area.size(); ++k) measurements.overhang_area_mm2[k] += area[k];
  }
  return Ok{};
}

}  // namespace detail

COSTENGINE_INLINE Result<MassProperties> mass_properties(const Mesh& mesh, std::size_t begin,
                                                         std::size_t end, Context& ctx) {
  using namespace detail;
  MassProperties mass;
  COSTENGINE_TRY(mass.box_mm, box_of_facets_with_area(mesh, begin, end, ctx));
  const Vec3 origin = mass.box_mm.center();
  const MassKernel kernel = kernel_of(ctx);
  std::vector<MassLanes> lanes(block_count(end - begin, kMassBlock));
  COSTENGINE_CHECK(run_blocks(ctx, Stage::kMeasure, lanes.size(), [&](std::size_t block) {
    TriangleBlock triangles;
    const std::size_t stop = std::min(end, begin + (block + 1) * kMassBlock);
    for (std::size_t f = begin + block * kMassBlock; f < stop; f += TriangleBlock::kCapacity) {
      gather(mesh, f, std::min(stop, f + TriangleBlock::kCapacity), origin, triangles);
      kernel(triangles, lanes[block]);
    }
  }));
  add_up(lanes, origin, mass);
  return mass;
}

COSTENGINE_INLINE Result<Measurements> measure(const Inspection& inspection, bool want_hull,
                                               Context& ctx) {
  const Mesh& solid = inspection.solid;
  const std::size_t all = solid.facets.size(), surface = inspection.surface_facets;
  COSTENGINE_TRY(const MassProperties mass, mass_properties(solid, 0, all, ctx));
  MassProperties skin = mass;
  if (surface != all) {
    COSTENGINE_TRY(skin, mass_properties(solid, 0, surface, ctx));
  }
  Measurements measurements;
  const VolumeFactor& factor = inspection.volume;
  // A refused model may have a negative volume: the ends of its interval change places.
  const auto [low, high] =
      std::minmax({mass.volume_mm3 * factor.low, mass.volume_mm3 * factor.high});
  measurements.volume_mm3 = {mass.volume_mm3 * factor.value, low, high};
  measurements.volume_method = factor.method;
  measurements.area_mm2 = skin.area_mm2;
  measurements.centroid_mm = mass.centroid_mm;
  measurements.box_mm = skin.box_mm;
  measurements.shells = inspection.shells;
  COSTENGINE_CHECK(detail::measure_overhangs(solid, surface, skin.box_mm.min.z, measurements, ctx));
  if (want_hull) measurements.hull_volume_mm3 = hull_volume(solid);
  return measurements;
}

}  // namespace costengine
