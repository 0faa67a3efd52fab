// Links: the pieces of a sparse pattern joined along the boundary, as far as an anchor may reach.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "costengine/detail/process/layer_path.hpp"
#include "costengine/slice/bits.hpp"

namespace costengine::detail {

/// Whether the middle of the way from a to b lies within the region.
inline bool way_inside(const BitMask& mask, const BitGrid& grid, Point2 a, Point2 b) {
  int inside = 0;
  for (int k = 1; k <= 3; ++k) {
    const Point2 p = a + (b - a) * (k / 4.0);
    inside += mask.at(static_cast<int>((p.x - grid.left_mm) / grid.pixel_mm),
                      static_cast<int>((p.y - grid.bottom_mm) / grid.pixel_mm));
  }
  return inside >= 2;
}

struct LinkScratch {
  struct Candidate {
    double distance;
    std::uint32_t a, b;
  };
  std::vector<Candidate> candidates;
  std::vector<std::uint32_t> by_x, partner, group;
};

/// Joins the ends of open pieces, nearest first, none twice and no ring, and appends the chains to
/// `result`. Ends that find no partner get an anchor of `anchor_mm` along the boundary.
/// Cost: O(ends log ends + pairs within reach).
inline void link_pieces(const PathStore& pieces, double longest_mm, double anchor_mm,
                        const BitMask& section, const BitGrid& grid, LinkScratch& s,
                        PathStore& result) {
  constexpr std::uint32_t kNone = ~std::uint32_t{0};
  constexpr std::size_t kNeighbours = 2;
  const auto ends = static_cast<std::uint32_t>(2 * pieces.pieces.size());
  const auto point = [&](std::uint32_t e) {
    const PathPiece& p = pieces.pieces[e / 2];
    return pieces.points[e % 2 ? p.end - 1 : p.begin];
  };
  s.by_x.resize(ends);
  for (std::uint32_t e = 0; e < ends; ++e) s.by_x[e] = e;
  std::sort(s.by_x.begin(), s.by_x.end(), [&](std::uint32_t a, std::uint32_t b) {
    const Point2 p = point(a), q = point(b);
    return p.x != q.x ? p.x < q.x : p.y != q.y ? p.y < q.y : a < b;
  });
  // Along the boundary an end has two neighbours: the nearest ends stand for them.
  s.candidates.clear();
  for (std::uint32_t i = 0; i < ends; ++i) {
    const Point2 p = point(s.by_x[i]);
    std::array<LinkScratch::Candidate, kNeighbours> nearest;
    nearest.fill({longest_mm, kNone, kNone});
    const auto consider = [&](std::uint32_t j) {
      const double dx = std::fabs(point(s.by_x[j]).x - p.x);
      if (dx > nearest.back().distance) return false;
      if (s.by_x[i] / 2 == s.by_x[j] / 2) return true;
      LinkScratch::Candidate c{length(point(s.by_x[j]) - p), s.by_x[i], s.by_x[j]};
      for (LinkScratch::Candidate& n : nearest) {
        if (c.distance < n.distance) std::swap(c, n);
      }
      return true;
    };
    for (std::uint32_t j = i + 1; j < ends && consider(j); ++j) {
    }
    for (std::uint32_t j = i; j-- > 0 && consider(j);) {
    }
    for (const LinkScratch::Candidate& c : nearest) {
      if (c.a != kNone) s.candidates.push_back(c);
    }
  }
  std::sort(s.candidates.begin(), s.candidates.end(),
            [](const LinkScratch::Candidate& a, const LinkScratch::Candidate& b) {
              return a.distance != b.distance ? a.distance < b.distance
                     : a.a != b.a             ? a.a < b.a
                                              : a.b < b.b;
            });
  s.partner.assign(ends, kNone);
  s.group.resize(pieces.pieces.size());
  for (std::uint32_t i = 0; i < s.group.size(); ++i) s.group[i] = i;
  const auto root = [&](std::uint32_t i) {
    while (s.group[i] != i) i = s.group[i] = s.group[s.group[i]];
    return i;
  };
  for (const LinkScratch::Candidate& c : s.candidates) {
    if (s.partner[c.a] != kNone || s.partner[c.b] != kNone) continue;
    const std::uint32_t ra = root(c.a / 2), rb = root(c.b / 2);
    if (ra == rb || !way_inside(section, grid, point(c.a), point(c.b))) continue;
    s.partner[c.a] = c.b;
    s.partner[c.b] = c.a;
    s.group[std::max(ra, rb)] = std::min(ra, rb);
  }
  const auto hook = [&](std::uint32_t e) {
    if (!(anchor_mm > 0)) return;
    const PathPiece& p = pieces.pieces[e / 2];
    const Point2 at = point(e);
    const Point2 before = pieces.points[e % 2 ? p.end - 2 : p.begin + 1];
    const Point2 d = at - before;
    const double l = length(d);
    if (l > 0) result.add(at + Point2{-d.y, d.x} * (anchor_mm / l));
  };
  for (std::uint32_t e = 0; e < ends; ++e) {  // from every free end, once
    if (s.partner[e] != kNone) continue;
    std::uint32_t entry = e;
    const PathPiece& head = pieces.pieces[e / 2];
    result.begin_piece(head.role);
    hook(e);
    for (;;) {
      const PathPiece& p = pieces.pieces[entry / 2];
      for (std::size_t k = 0; k < p.end - p.begin; ++k) {
        result.add(pieces.points[entry % 2 ? p.end - 1 - k : p.begin + k]);
      }
      const std::uint32_t exit = entry ^ 1U;
      if (s.partner[exit] == kNone) {
        hook(exit);
        if (exit > e) s.partner[exit] = exit;  // the chain is done from this side too
        break;
      }
      entry = s.partner[exit];
    }
    result.end_piece();
  }
}

}  // namespace costengine::detail
