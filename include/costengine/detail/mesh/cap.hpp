// Closing an open surface, and how far the ways of closing it disagree.
#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <unordered_map>
#include <vector>

#include "costengine/base/trig.hpp"
#include "costengine/detail/mesh/shells.hpp"
#include "costengine/mesh/columns.hpp"

namespace costengine::detail {

/// Sides that lack a partner, as (from, to) of the facet that is there.
using Boundary = std::vector<std::array<std::uint32_t, 2>>;

struct OpenBoundary {
  Boundary sides;
  std::vector<std::uint32_t> shell;  ///< of each side
};

inline OpenBoundary open_boundary(const Mesh& mesh, const EdgeTable& edges, const Shells& shells) {
  OpenBoundary open;
  edges.for_each_odd([&](std::span<const Side> sides) {
    int net = 0;
    for (const Side s : sides) net += side_direction(mesh, s);
    for (const Side s : sides) {
      if (net == 0) break;
      const int direction = side_direction(mesh, s);
      if ((direction > 0) != (net > 0)) continue;
      open.sides.push_back({side_from(mesh, s), side_to(mesh, s)});
      open.shell.push_back(shells.of_facet[s / 3]);
      net -= direction;
    }
  });
  return open;
}

/// Appends caps: every connected piece of the boundary is closed by triangles to its own centroid.
/// The boundary of a surface leaves each vertex as often as it reaches it, so the result is closed
/// whatever the boundary looks like.
inline void append_caps(Mesh& mesh, const OpenBoundary& open, Shells& shells) {
  if (open.sides.empty()) return;
  UnionFind pieces(mesh.vertices.size());
  for (const auto& [from, to] : open.sides) pieces.join(from, to);
  struct Sum {
    Vec3 total;
    double count = 0;
    std::uint32_t apex = 0;
  };
  std::unordered_map<std::uint32_t, Sum> sums;
  for (const auto& [from, to] : open.sides) {
    Sum& sum = sums[pieces.find(from)];
    sum.total = sum.total + mesh.vertices[from];
    sum.count += 1;
  }
  for (std::size_t i = 0; i < open.sides.size(); ++i) {
    const auto [from, to] = open.sides[i];
    Sum& sum = sums[pieces.find(from)];
    if (sum.apex == 0) {
      sum.apex = static_cast<std::uint32_t>(mesh.vertices.size());
      mesh.vertices.push_back(sum.total * (1 / sum.count));
    }
    mesh.facets.push_back({to, from, sum.apex});
    shells.of_facet.push_back(open.shell[i]);
  }
}

/// Twice the area of the caps whose boundary is not flat: for a hole in a plane the flat cap is the
/// only natural one, for others it is a guess. The caps of one piece share their last corner.
inline double guessed_cap_area2(const Mesh& mesh, std::size_t surface_facets) {
  struct Piece {
    Vec3 area_vector;
    double area = 0;
  };
  std::map<std::uint32_t, Piece> pieces;
  for (std::size_t i = surface_facets; i < mesh.facets.size(); ++i) {
    const auto& [a, b, apex] = mesh.facets[i];
    const Vec3 n =
        cross(mesh.vertices[b] - mesh.vertices[a], mesh.vertices[apex] - mesh.vertices[a]);
    Piece& piece = pieces[apex];
    piece.area_vector = piece.area_vector + n;
    piece.area += length(n);
  }
  double guessed = 0;
  for (const auto& [apex, piece] : pieces) {
    if (length(piece.area_vector) < 0.99 * piece.area) guessed += piece.area;
  }
  return guessed;
}

/// Solid angle of a triangle seen from p, divided by 4 pi.
/// Based on: A. Van Oosterom, J. Strackee. The solid angle of a plane triangle. IEEE Transactions
/// on Biomedical Engineering 30, 1983.
inline double winding_share(const Mesh& mesh, const Facet& f, Vec3 p) {
  const Vec3 a = mesh.vertices[f[0]] - p, b = mesh.vertices[f[1]] - p, c = mesh.vertices[f[2]] - p;
  const double la = length(a), lb = length(b), lc = length(c);
  const double above = dot(a, cross(b, c));
  const double below = la * lb * lc + dot(a, b) * lc + dot(b, c) * la + dot(c, a) * lb;
  return arc_tangent2(above, below) / (2 * kPi);
}

/// The caps of one piece of the boundary, seen from afar: a surface around their common corner.
struct CapPiece {
  Vec3 apex;
  double radius = 0, area = 0;
};

inline std::vector<CapPiece> cap_pieces(const Mesh& mesh, std::span<const Facet> caps) {
  std::map<std::uint32_t, CapPiece> pieces;
  for (const Facet& f : caps) {
    CapPiece& piece = pieces[f[2]];
    piece.apex = mesh.vertices[f[2]];
    for (const std::uint32_t v : f) {
      piece.radius = std::max(piece.radius, length(mesh.vertices[v] - piece.apex));
    }
    piece.area += facet_area2(mesh, f) / 2;
  }
  std::vector<CapPiece> result;
  for (const auto& [apex, piece] : pieces) result.push_back(piece);
  return result;
}

/// Whether the caps may fill half of what is seen from p. An area is seen at no larger an angle
/// than that over its squared distance.
inline bool may_fill_half(const std::vector<CapPiece>& pieces, Vec3 p) {
  double angle = 0;
  for (const CapPiece& piece : pieces) {
    const double distance = length(piece.apex - p) - piece.radius;
    if (distance <= 0) return true;
    angle += piece.area / (distance * distance);
  }
  return angle > 0.99 * (2 * kPi);
}

/// The volume in which the winding number of the open surface is over one half, as a share of the
/// volume in which the capped surface winds. The winding number of the open surface is that of the
/// capped one (an integer, from column crossings) less the caps' own share.
/// Based on: A. Jacobson, L. Kavan, O. Sorkine-Hornung. Robust inside-outside segmentation using
/// generalized winding numbers. SIGGRAPH 2013. Changed: only the caps need solid angles, and these
/// only where the caps are near enough to matter.
inline Result<double> half_winding_ratio(const Mesh& capped, std::size_t surface_facets,
                                         Context& ctx) {
  const std::span<const Facet> caps = std::span(capped.facets).subspan(surface_facets);
  constexpr std::size_t kMostAngles = 4'000'000;
  const std::size_t points = std::clamp<std::size_t>(kMostAngles / (caps.size() + 1), 256, 4096);
  std::size_t steps = 4;
  while ((steps + 1) * (steps + 1) * (steps + 1) <= points) ++steps;

  const ColumnSample sample = spread_columns(capped, steps * steps);
  COSTENGINE_TRY(const ColumnCrossings crossings, cross_columns(capped, sample.columns, ctx));
  Box3 box;
  for (const Facet& f : capped.facets)
    for (const std::uint32_t v : f) box.extend(capped.vertices[v]);
  const std::vector<CapPiece> pieces = cap_pieces(capped, caps);
  std::uint64_t inside_capped = 0, inside_half = 0;
  for (std::size_t column = 0; column < sample.columns.size(); ++column) {
    COSTENGINE_CHECK(ctx.check(Stage::kInspect));
    for (std::size_t k = 0; k < steps; ++k) {
      const double z =
          box.min.z + box.size().z * ((static_cast<double>(k) + 0.5) / static_cast<double>(steps));
      int whole = 0;
      for (const ColumnCrossing& crossing : crossings.of(column)) {
        if (crossing.z < z) whole += crossing.enters;
      }
      double winding = whole;
      const Vec3 p{sample.columns[column].x, sample.columns[column].y, z};
      if (may_fill_half(pieces, p)) {
        for (const Facet& cap : caps) winding -= winding_share(capped, cap, p);
      }
      inside_capped += whole > 0;
      inside_half += winding > 0.5;
    }
  }
  if (inside_capped == 0) return inside_half == 0 ? 1.0 : 2.0;
  return static_cast<double>(inside_half) / static_cast<double>(inside_capped);
}

}  // namespace costengine::detail
