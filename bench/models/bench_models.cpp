#include "bench_models.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "../../samples/models.hpp"

namespace bench {
namespace {

using costengine::Facet;
using costengine::Mesh;
using costengine::Vec3;

/// Facets of the figurine with cells of 1 mm.
constexpr double kFacetsOfUnitCells = 50000;
constexpr std::uint64_t kMostUndivided = 2'000'000;

Mesh to_mesh(const samples::Surface& surface) {
  Mesh mesh;
  for (std::uint32_t i = 0; i < surface.points.size(); ++i) {
    const samples::Point p = surface.at(i);
    mesh.vertices.push_back({p.x, p.y, p.z});
  }
  mesh.facets = surface.facets;
  return mesh;
}

/// Rounded to float, so that a written model has the same points.
double middle(double a, double b) {
  return static_cast<double>(static_cast<float>((a + b) / 2));
}

}  // namespace

Mesh figurine(std::uint64_t facets) {
  int times = 0;
  for (; facets > kMostUndivided; facets /= 4) ++times;
  Mesh mesh =
      to_mesh(samples::figurine(__builtin_sqrt(kFacetsOfUnitCells / static_cast<double>(facets))));
  for (; times > 0; --times) subdivide(mesh);
  return mesh;
}

void subdivide(Mesh& mesh) {
  std::unordered_map<std::uint64_t, std::uint32_t> middles;
  middles.reserve(mesh.facets.size() * 3 / 2);
  const auto between = [&](std::uint32_t a, std::uint32_t b) {
    const std::uint64_t key = std::uint64_t{std::min(a, b)} << 32 | std::max(a, b);
    const auto [at, is_new] =
        middles.try_emplace(key, static_cast<std::uint32_t>(mesh.vertices.size()));
    if (is_new) {
      const Vec3 p = mesh.vertices[a], q = mesh.vertices[b];
      mesh.vertices.push_back({middle(p.x, q.x), middle(p.y, q.y), middle(p.z, q.z)});
    }
    return at->second;
  };
  std::vector<Facet> out;
  out.reserve(mesh.facets.size() * 4);
  for (const auto [a, b, c] : mesh.facets) {
    const std::uint32_t ab = between(a, b), bc = between(b, c), ca = between(c, a);
    out.insert(out.end(), {{a, ab, ca}, {ab, b, bc}, {ca, bc, c}, {ab, bc, ca}});
  }
  mesh.facets = std::move(out);
}

void stretch(Mesh& mesh, double height_mm) {
  const auto by_z = [](const Vec3& a, const Vec3& b) { return a.z < b.z; };
  const auto [low, high] = std::minmax_element(mesh.vertices.begin(), mesh.vertices.end(), by_z);
  const double bottom = low->z, factor = height_mm / (high->z - bottom);
  for (Vec3& vertex : mesh.vertices) vertex.z = (vertex.z - bottom) * factor;
}

}  // namespace bench
