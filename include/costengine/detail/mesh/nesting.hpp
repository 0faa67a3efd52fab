// Which shells lie in which, and what that says about the way they face.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "costengine/detail/mesh/shells.hpp"
#include "costengine/detail/mesh/survey.hpp"
#include "costengine/mesh/columns.hpp"

namespace costengine::detail {

struct NestingCounts {
  std::uint64_t inverted = 0;   ///< shells that were turned as a whole
  std::uint64_t cavities = 0;   ///< shells that face inwards inside another
  std::uint64_t swallowed = 0;  ///< shells that face outwards inside another
  bool undecided = false;       ///< too many shells above each other to tell which lies in which
};

/// About how many pairs of a facet and a column above or below its box there are: from a histogram
/// of the columns over the mesh's box.
inline double column_tests(const Mesh& mesh, std::span<const Column> columns) {
  constexpr std::size_t kSide = 64;
  Box3 box;
  for (const Column& c : columns) box.extend(Vec3{c.x, c.y, 0});
  const auto cell = [](double d, double size) {
    const double at = size > 0 ? d / size * static_cast<double>(kSide) : 0;
    return static_cast<std::size_t>(std::clamp(at, 0.0, static_cast<double>(kSide - 1)));
  };
  const auto x_cell = [&](double x) { return cell(x - box.min.x, box.size().x); };
  const auto y_cell = [&](double y) { return cell(y - box.min.y, box.size().y); };
  std::array<std::array<double, kSide + 1>, kSide + 1> before{};  // columns in cells below (i, j)
  for (const Column& c : columns) before[x_cell(c.x) + 1][y_cell(c.y) + 1] += 1;
  for (std::size_t i = 1; i <= kSide; ++i)
    for (std::size_t j = 1; j <= kSide; ++j)
      before[i][j] += before[i - 1][j] + before[i][j - 1] - before[i - 1][j - 1];
  double tests = 0;
  for (const Facet& f : mesh.facets) {
    const Vec3 &a = mesh.vertices[f[0]], &b = mesh.vertices[f[1]], &c = mesh.vertices[f[2]];
    const std::size_t i0 = x_cell(std::min({a.x, b.x, c.x})),
                      i1 = x_cell(std::max({a.x, b.x, c.x})),
                      j0 = y_cell(std::min({a.y, b.y, c.y})),
                      j1 = y_cell(std::max({a.y, b.y, c.y}));
    tests += before[i1 + 1][j1 + 1] - before[i0][j1 + 1] - before[i1 + 1][j0] + before[i0][j0];
  }
  return tests;
}

/// For each shell, the shells that contain it: a majority of sample points on it lie inside them.
/// Of many shells fewer points are taken; where even those cost too much, the answer is empty.
inline Result<std::vector<std::vector<std::uint32_t>>> containers(const Mesh& mesh,
                                                                  const Shells& shells,
                                                                  Context& ctx) {
  const std::size_t samples = shells.count <= 1000 ? 7 : shells.count <= 10'000 ? 3 : 1;
  std::vector<std::size_t> sizes(shells.count, 0), met_so_far(shells.count, 0);
  for (std::size_t f = 0; f < mesh.facets.size(); ++f) ++sizes[shells.of_facet[f]];
  std::vector<Column> columns(shells.count * samples);
  std::vector<double> heights(shells.count * samples);
  std::vector<std::size_t> taken(shells.count, 0);
  for (std::size_t f = 0; f < mesh.facets.size(); ++f) {
    const std::uint32_t shell = shells.of_facet[f];
    const std::size_t at = met_so_far[shell]++;
    for (; taken[shell] < samples && taken[shell] * sizes[shell] / samples == at; ++taken[shell]) {
      const Facet& facet = mesh.facets[f];
      // Off the middle, so that sample columns of neighbouring facets do not coincide.
      const Vec3 p = mesh.vertices[facet[0]] * 0.31 + mesh.vertices[facet[1]] * 0.36 +
                     mesh.vertices[facet[2]] * 0.33;
      columns[shell * samples + taken[shell]] = {p.x, p.y};
      heights[shell * samples + taken[shell]] = p.z;
    }
  }
  constexpr double kMostTests = 1e7;
  if (column_tests(mesh, columns) > kMostTests) return std::vector<std::vector<std::uint32_t>>();

  std::vector<std::vector<std::uint32_t>> inside_of(shells.count);
  std::vector<int> winding(shells.count, 0), votes(shells.count, 0);
  std::vector<std::uint32_t> met, voted;     // the shells whose entries are in use
  const std::size_t batch = 1024 / samples;  // shells at a time: bounds the memory of the crossings
  for (std::size_t begin = 0; begin < shells.count; begin += batch) {
    const std::size_t end = std::min<std::size_t>(begin + batch, shells.count);
    COSTENGINE_TRY(
        const ColumnCrossings crossings,
        cross_columns(mesh, std::span(columns).subspan(begin * samples, (end - begin) * samples),
                      ctx));
    for (std::size_t shell = begin; shell < end; ++shell) {
      for (std::size_t k = shell * samples; k < (shell + 1) * samples; ++k) {
        for (const ColumnCrossing& crossing : crossings.of(k - begin * samples)) {
          const std::uint32_t other = shells.of_facet[crossing.facet];
          if (other == shell || crossing.z >= heights[k]) continue;
          winding[other] += crossing.enters;
          met.push_back(other);
        }
        for (const std::uint32_t other : met) {
          if (winding[other] == 0) continue;
          winding[other] = 0;
          if (votes[other]++ == 0) voted.push_back(other);
        }
        met.clear();
      }
      for (const std::uint32_t other : voted) {
        if (votes[other] * 2 > static_cast<int>(samples)) inside_of[shell].push_back(other);
        votes[other] = 0;
      }
      voted.clear();
    }
  }
  return inside_of;
}

/// Turns the shells that face the wrong way. A shell outside all others faces outwards; one that
/// faces inwards inside a solid is a cavity; what lies in a shell that had to be turned is turned
/// with it. Precondition: the mesh is closed.
/// `known`: a survey of the mesh as it is, if there is one.
inline Result<NestingCounts> face_outwards(Mesh& mesh, const Shells& shells, const Survey* known,
                                           Context& ctx) {
  std::vector<double> volume6(shells.count, 0), area2(shells.count, 0);
  if (known != nullptr && shells.count == 1) {
    volume6[0] = known->volume6;
    area2[0] = known->area2;
  } else {
    Pulse pulse(ctx, Stage::kInspect);
    Box3 box;
    for (const Vec3& p : mesh.vertices) box.extend(p);
    for (std::size_t f = 0; f < mesh.facets.size(); ++f) {
      pulse.beat();
      volume6[shells.of_facet[f]] += facet_volume6(mesh, mesh.facets[f], box.center());
      area2[shells.of_facet[f]] += facet_area2(mesh, mesh.facets[f]);
    }
  }
  // A flat shell (a lone patch under its cap) has no side: its sign would be rounding.
  const auto faces_inwards = [&](std::uint32_t shell) {
    const double v = volume6[shell], a = area2[shell];
    return v < 0 && v * v > 1e-12 * a * a * a;
  };
  std::vector<std::vector<std::uint32_t>> inside_of(shells.count);
  if (shells.count > 1) {
    COSTENGINE_TRY(inside_of, containers(mesh, shells, ctx));
  }
  NestingCounts counts;
  if (inside_of.empty()) {
    counts.undecided = true;
    return counts;
  }
  std::vector<std::uint32_t> order(shells.count);
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return inside_of[a].size() < inside_of[b].size();
  });

  std::vector<bool> turned(shells.count, false), outward(shells.count, true);
  for (const std::uint32_t shell : order) {
    int around = 0;  // winding number of the other shells here
    bool with_container = false;
    for (const std::uint32_t other : inside_of[shell]) {
      around += outward[other] ? 1 : -1;
      if (inside_of[other].empty()) with_container = turned[other];
    }
    turned[shell] = with_container;
    outward[shell] = faces_inwards(shell) == with_container;
    if (!outward[shell] && around <= 0) {
      turned[shell] = !turned[shell];
      outward[shell] = true;
    }
    if (turned[shell]) ++counts.inverted;
    if (around > 0) ++(outward[shell] ? counts.swallowed : counts.cavities);
  }
  for (std::size_t f = 0; f < mesh.facets.size() && counts.inverted != 0; ++f) {
    if (turned[shells.of_facet[f]]) turn(mesh.facets[f]);
  }
  return counts;
}

}  // namespace costengine::detail
