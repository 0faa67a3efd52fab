// What columns say about layers: how much lies within the shells, and where supports stand.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "costengine/base/trig.hpp"
#include "costengine/mesh/columns.hpp"
#include "costengine/slice/layers.hpp"

namespace costengine::detail {

/// Adds `area` to all layers whose plane lies in [low, high), by differences at both ends.
class LayerSums {
 public:
  LayerSums(const std::vector<Layer>& layers, double bed_z)
      : layers_(layers), bed_z_(bed_z), difference_(layers.size() + 1, 0.0) {}
  void add(double low_z, double high_z, double area) {
    const std::size_t begin = index(low_z), end = index(high_z);
    if (begin >= end) return;
    difference_[begin] += area;
    difference_[end] -= area;
  }
  [[nodiscard]] std::vector<double> totals() const {
    std::vector<double> sums(layers_.size());
    double running = 0;
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] = running += difference_[i];
    return sums;
  }

 private:
  [[nodiscard]] std::size_t index(double z) const {
    const auto at = std::lower_bound(layers_.begin(), layers_.end(), z - bed_z_,
                                     [](const Layer& l, double height) { return l.z_mm < height; });
    return static_cast<std::size_t>(at - layers_.begin());
  }
  const std::vector<Layer>& layers_;
  double bed_z_;
  std::vector<double> difference_;
};

/// Whether a downward facet is so flat that it needs support. The automatic threshold (0) takes
/// the angle at which a layer overhangs the one below by half a bead.
class OverhangRule {
 public:
  explicit OverhangRule(const PrintSettings& print) : supports_(print.support) {
    if (print.support_threshold_deg > 0) {
      const double cosine = cosine_deg(std::min(90.0, print.support_threshold_deg + 1));
      least_cosine_squared_ = cosine * cosine;
    } else {
      const double reach = 0.5 * print.external_perimeter_width_mm, rise = print.layer_height_mm;
      least_cosine_squared_ = reach * reach / (reach * reach + rise * rise);
    }
  }
  [[nodiscard]] bool needs_support(const Mesh& mesh, const Facet& f) const {
    if (!supports_) return false;
    const Vec3& a = mesh.vertices[f[0]];
    const Vec3 n = cross(mesh.vertices[f[1]] - a, mesh.vertices[f[2]] - a);
    return n.z < 0 && n.z * n.z > least_cosine_squared_ * dot(n, n);
  }

 private:
  bool supports_;
  double least_cosine_squared_ = 0;
};

/// Thickness of a shell of `count` layers that is at least `least_mm`; 0 where there is none.
inline double shell_thickness(int count, double least_mm, double layer_height_mm) {
  if (count <= 0) return 0;
  return std::max(count * layer_height_mm, std::ceil(least_mm / layer_height_mm) * layer_height_mm);
}

/// Fills solid_share, support_mm2 and support_interface_mm2 of the layers.
inline void add_column_shares(const Inspection& inspection, const Box3& box,
                              const PrintSettings& print, std::vector<Layer>& layers) {
  const Mesh& solid = inspection.solid;
  const double top = shell_thickness(print.top_solid_layers, print.top_solid_min_thickness_mm,
                                     print.layer_height_mm);
  const double bottom = shell_thickness(print.bottom_solid_layers,
                                        print.bottom_solid_min_thickness_mm, print.layer_height_mm);
  const double gap = print.support_contact_distance_mm;
  const double interface_mm = print.support_interface_layers * print.layer_height_mm;
  const OverhangRule overhang(print);
  const double cell = inspection.columns.area_each_mm2;

  LayerSums inside(layers, box.min.z), solid_part(layers, box.min.z);
  LayerSums support(layers, box.min.z), support_interface(layers, box.min.z);
  for (std::size_t column = 0; column < inspection.columns.columns.size(); ++column) {
    int winding = 0;
    double entered = 0, left = box.min.z;
    bool on_model = false;
    for (const ColumnCrossing& hit : inspection.crossings.of(column)) {
      const int before = winding;
      winding += hit.enters;
      if (before <= 0 && winding > 0) {
        entered = hit.z;
        const double height = hit.z - left - gap - (on_model ? gap : 0);
        const bool wanted = overhang.needs_support(solid, solid.facets[hit.facet]) &&
                            !(on_model && print.support_buildplate_only);
        if (wanted && height > print.first_layer_height_mm) {
          const double roof = hit.z - gap, foot = left + (on_model ? gap : 0);
          support.add(foot, roof, cell);
          support_interface.add(std::max(foot, roof - interface_mm), roof, cell);
        }
      } else if (before > 0 && winding <= 0) {
        left = hit.z;
        on_model = true;
        inside.add(entered, hit.z, cell);
        solid_part.add(entered, std::min(entered + bottom, hit.z), cell);
        solid_part.add(std::max(hit.z - top, std::min(entered + bottom, hit.z)), hit.z, cell);
      }
    }
  }
  const std::vector<double> total = inside.totals(), within_shell = solid_part.totals();
  const std::vector<double> supported = support.totals(), roofs = support_interface.totals();
  for (std::size_t i = 0; i < layers.size(); ++i) {
    // A layer that no column meets is too small to have an inside: all of it is shell.
    layers[i].solid_share =
        total[i] > 0.5 * cell ? std::clamp(within_shell[i] / total[i], 0.0, 1.0) : 1.0;
    layers[i].support_mm2 = std::max(0.0, supported[i]);
    layers[i].support_interface_mm2 = std::clamp(roofs[i], 0.0, layers[i].support_mm2);
  }
}

}  // namespace costengine::detail
