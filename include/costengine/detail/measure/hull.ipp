#pragma once

#include <libqhull_r/qhull_ra.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "costengine/measure/measure.hpp"

namespace costengine {
namespace detail {

/// The vertices that facets use, relative to `origin`, as Qhull wants them.
inline std::vector<double> hull_points(const Mesh& mesh, Vec3 origin) {
  std::vector<bool> used(mesh.vertices.size(), false);
  for (const Facet& f : mesh.facets)
    for (const std::uint32_t v : f) used[v] = true;
  std::vector<double> points;
  for (std::size_t v = 0; v < mesh.vertices.size(); ++v) {
    if (!used[v]) continue;
    const Vec3 p = mesh.vertices[v] - origin;
    points.insert(points.end(), {p.x, p.y, p.z});
  }
  return points;
}

/// Qhull writes to a FILE when it fails; the library prints nothing, so it gets memory.
class SilentFile {
 public:
  SilentFile() : file_(open_memstream(&text_, &size_)) {}
  ~SilentFile() {
    if (file_ != nullptr) std::fclose(file_);
    std::free(text_);
  }
  SilentFile(const SilentFile&) = delete;
  SilentFile& operator=(const SilentFile&) = delete;
  [[nodiscard]] FILE* get() const { return file_; }

 private:
  char* text_ = nullptr;
  std::size_t size_ = 0;
  FILE* file_;
};

/// One run of Qhull; empty where it fails: a flat model, or rounding that the options do not allow.
inline std::optional<double> qhull_volume(std::vector<double> points, std::string options) {
  const SilentFile silence;
  if (silence.get() == nullptr) return {};
  qhT state;
  qh_zero(&state, silence.get());
  const int failed = qh_new_qhull(&state, 3, static_cast<int>(points.size() / 3), points.data(), 0U,
                                  options.data(), nullptr, silence.get());
  std::optional<double> volume;
  if (failed == 0) {
    qh_getarea(&state, state.facet_list);
    volume = state.totvol;
  }
  qh_freeqhull(&state, !qh_ALL);
  int blocks = 0, bytes = 0;
  qh_memfreeshort(&state, &blocks, &bytes);
  return volume;
}

}  // namespace detail

COSTENGINE_INLINE std::optional<double> hull_volume(const Mesh& mesh) {
  Box3 box;
  for (const Facet& f : mesh.facets)
    for (const std::uint32_t v : f) box.extend(mesh.vertices[v]);
  std::vector<double> points = detail::hull_points(mesh, box.center());
  if (points.size() < 12 || points.size() / 3 > 0x7fffffff) return {};
  // Merging of nearly coplanar facets is quadratic in the corners of a flat side, so first without
  // it (Q0); Qhull checks the result and fails where rounding spoilt it. Pp: no advice.
  std::optional<double> volume = detail::qhull_volume(points, "qhull Pp Q0");
  if (!volume) volume = detail::qhull_volume(std::move(points), "qhull Pp");
  return volume;
}

}  // namespace costengine
