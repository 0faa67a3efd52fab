#pragma once

#include <algorithm>
#include <cmath>
#include <utility>

#include "costengine/base/run_blocks.hpp"
#include "costengine/base/scratch_pool.hpp"
#include "costengine/detail/mesh/edges.hpp"
#include "costengine/detail/slice/crossings.hpp"
#include "costengine/mesh/footprint.hpp"
#include "costengine/slice/contours.hpp"

namespace costengine {
namespace detail {

/// For each side of a facet the side of the neighbour that runs the other way, or kNoSide.
inline RawVector<Side> twin_sides(const Mesh& mesh, Context& ctx) {
  Pulse pulse(ctx, Stage::kSlice);
  EdgeTable edges(mesh, ctx, Stage::kSlice);
  RawVector<Side> twins = edges.take_partners();
  edges.for_each_odd([&](std::span<const Side> sides) {
    for (const Side s : sides) twins[s] = kNoSide;
    // Of more than two sides, each takes the first free one that runs against it: the k-th of one
    // direction the k-th of the other.
    std::size_t next[2] = {0, 0};  // among all sides, the first of each direction not looked at
    for (;;) {
      for (const int direction : {0, 1}) {
        std::size_t& at = next[direction];
        while (at < sides.size() && (side_direction(mesh, sides[at]) > 0) != (direction == 1)) {
          pulse.beat();
          ++at;
        }
      }
      if (next[0] == sides.size() || next[1] == sides.size()) return;
      const Side a = sides[next[0]++], b = sides[next[1]++];
      twins[a] = b;
      twins[b] = a;
    }
  });
  return twins;
}

/// Squared distances of points from a segment, times its squared length: without a division.
class SegmentDistance {
 public:
  SegmentDistance(Point2 a, Point2 b) : a_(a), b_(b), ab_(b - a), whole_(dot(ab_, ab_)) {}

  /// What a squared distance is, times the squared length; of a segment without one, itself.
  [[nodiscard]] double scaled(double distance_squared) const {
    return whole_ > 0 ? distance_squared * whole_ : distance_squared;
  }
  [[nodiscard]] double to(Point2 p) const {
    const Point2 ap = p - a_;
    const double along = dot(ap, ab_);
    if (along <= 0 || whole_ <= 0) return scaled(dot(ap, ap));
    if (along >= whole_) return scaled(dot(p - b_, p - b_));
    const double c = cross(ab_, ap);
    return c * c;
  }

 private:
  Point2 a_, b_, ab_;
  double whole_;
};

/// Of points that are equally far but for rounding, the first one counts.
inline constexpr double kClearly = 1 + 1e-9;

/// Douglas and Peucker on points [begin, end], both kept; marks what stays.
inline void mark_kept(std::span<const Point2> points, std::size_t begin, std::size_t end,
                      double tolerance_squared, std::vector<char>& kept,
                      std::vector<std::pair<std::size_t, std::size_t>>& stack) {
  stack.assign(1, {begin, end});
  while (!stack.empty()) {
    const auto [a, b] = stack.back();
    stack.pop_back();
    const SegmentDistance distance(points[a], points[b < points.size() ? b : 0]);
    double farthest = distance.scaled(tolerance_squared);
    std::size_t at = a;
    for (std::size_t i = a + 1; i < b; ++i) {
      const double d = distance.to(points[i]);
      if (d > farthest * kClearly) farthest = d, at = i;
    }
    if (at == a) continue;
    kept[at] = 1;
    stack.push_back({a, at});
    stack.push_back({at, b});
  }
}

/// Of loops with more points than this, pieces of so many are simplified on their own.
inline constexpr std::size_t kLongLoop = 16384, kLoopPiece = 2048;

/// Whether m lies on the way from a to b, but for rounding.
inline bool on_the_way(Point2 a, Point2 m, Point2 b) {
  constexpr double kRounding_mm = 1e-9;
  const Point2 ab = b - a, am = m - a;
  const double along = dot(am, ab), whole = dot(ab, ab), c = cross(ab, am);
  return along >= 0 && along <= whole && c * c <= kRounding_mm * kRounding_mm * whole;
}

/// A loop without the points on straight lines between their neighbours: a flat wall has one
/// wherever the plane crosses an edge within it.
inline void straighten(std::span<const Point2> loop, std::vector<Point2>& result) {
  result.clear();
  for (const Point2 p : loop) {
    const std::size_t n = result.size();
    if (n >= 2 && on_the_way(result[n - 2], result[n - 1], p)) {
      result[n - 1] = p;
    } else {
      result.push_back(p);
    }
  }
  while (result.size() > 3 && on_the_way(result.end()[-2], result.back(), result.front())) {
    result.pop_back();
  }
  if (result.size() > 3 && on_the_way(result.back(), result[0], result[1])) {
    result.erase(result.begin());
  }
}

/// Room for one thread that follows contours.
struct ContourScratch {
  std::vector<std::uint32_t> visited;  ///< per facet: the last layer that passed it, plus one
  std::vector<std::vector<Point2>> open;
};

/// Makes loops of open contours, as the slicer does: from the longest on, each goes on with what
/// begins nearest to its end, at most 2 mm from there, until its own beginning is nearer, or not
/// nearer but within three tenths of its length. At first all run forwards; what is left may be
/// turned round, and what is left then is no outline of anything.
/// Cost: O(n log n), where few ends lie within 2 mm of each other.
class OpenContours {
 public:
  explicit OpenContours(std::vector<std::vector<Point2>>& open) : open_(open) {}

  void join(Contours& contours) {
    join(contours, false);
    std::erase_if(open_, [](const std::vector<Point2>& line) { return line.empty(); });
    if (!open_.empty()) join(contours, true);
  }

 private:
  static constexpr double kWidestGap_mm = 2;
  struct End {
    Point2 at;
    std::size_t line;
    bool is_end;
  };

  void join(Contours& contours, bool turning) {
    std::vector<double> lengths;
    std::vector<std::size_t> order;
    ends_.clear();
    for (std::size_t k = 0; k < open_.size(); ++k) {
      ends_.push_back({open_[k].front(), k, false});
      if (turning) ends_.push_back({open_[k].back(), k, true});
      lengths.push_back(length_of(open_[k]));
      order.push_back(k);
    }
    std::sort(ends_.begin(), ends_.end(), [](const End& a, const End& b) {
      if (a.at.x != b.at.x) return a.at.x < b.at.x;
      return a.line != b.line ? a.line < b.line : a.is_end < b.is_end;
    });
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return lengths[a] > lengths[b]; });
    used_.assign(open_.size(), 0);
    for (const std::size_t k : order) {
      if (used_[k]) continue;
      used_[k] = 1;
      std::vector<Point2>& line = open_[k];
      for (;;) {
        const Point2 back = line.front() - line.back();
        const double own = length(back);
        double nearest = kWidestGap_mm;
        const End* next = find_next(line.back(), nearest);
        bool closed = own < kWidestGap_mm;
        if (closed && next != nullptr && own >= nearest) closed = own < 0.3 * length_of(line);
        if (closed) {
          add_loop(line, contours);
          break;
        }
        if (next == nullptr) break;
        std::vector<Point2>& rest = open_[next->line];
        if (next->is_end) std::reverse(rest.begin(), rest.end());
        used_[next->line] = 1;
        line.insert(line.end(), rest.begin(), rest.end());
        rest.clear();
      }
    }
  }

  /// The nearest end of a line that is not in use, nearer than `distance`.
  const End* find_next(Point2 from, double& distance) const {
    const End* best = nullptr;
    const auto first = std::partition_point(
        ends_.begin(), ends_.end(), [&](const End& e) { return e.at.x < from.x - kWidestGap_mm; });
    for (auto e = first; e != ends_.end() && e->at.x <= from.x + kWidestGap_mm; ++e) {
      if (used_[e->line]) continue;
      const double d = length(e->at - from);
      if (d < distance) distance = d, best = &*e;
    }
    return best;
  }
  static double length_of(const std::vector<Point2>& line) {
    double sum = 0;
    for (std::size_t i = 1; i < line.size(); ++i) sum += length(line[i] - line[i - 1]);
    return sum;
  }
  static void add_loop(std::vector<Point2>& line, Contours& contours) {
    if (line.size() >= 3) {
      contours.points.insert(contours.points.end(), line.begin(), line.end());
      contours.first.push_back(static_cast<std::uint32_t>(contours.points.size()));
    }
    line.clear();
  }

  std::vector<std::vector<Point2>>& open_;
  std::vector<End> ends_;
  std::vector<char> used_;
};

/// Follows the facets that a plane crosses, from neighbour to neighbour.
class ContourFollower {
 public:
  /// `facets`: how many, from the first on, are followed; the others are no one's twins.
  ContourFollower(const Mesh& mesh, std::span<const Side> twins, const LayerAxes& axes,
                  std::size_t facets)
      : mesh_(mesh), twins_(twins), axes_(axes), facets_(facets) {}

  [[nodiscard]] Contours follow(std::span<const std::uint32_t> facets, double z,
                                std::uint32_t stamp, ContourScratch& scratch) const {
    Contours contours;
    scratch.open.clear();
    for (const std::uint32_t start : facets) {
      if (scratch.visited[start] == stamp || start >= facets_) continue;
      std::uint32_t facet = start;
      bool open = false;
      while (scratch.visited[facet] != stamp) {
        scratch.visited[facet] = stamp;
        const Side exit = exit_side(facet, z);
        contours.points.push_back(crossing(exit, z));
        const Side entry = twins_[exit];
        if (entry == kNoSide) {
          prepend(start, z, stamp, scratch, contours);
          open = true;
          break;
        }
        facet = entry / 3;
      }
      if (open) {
        const auto begin =
            contours.points.begin() + static_cast<std::ptrdiff_t>(contours.first.back());
        scratch.open.emplace_back(begin, contours.points.end());
        contours.points.erase(begin, contours.points.end());
        continue;
      }
      if (contours.points.size() - contours.first.back() < 3) {
        contours.points.resize(contours.first.back());
      } else {
        contours.first.push_back(static_cast<std::uint32_t>(contours.points.size()));
      }
    }
    if (!scratch.open.empty()) OpenContours(scratch.open).join(contours);
    return contours;
  }

 private:
  /// The way to the facet that an open contour was found at, from its other end.
  void prepend(std::uint32_t facet, double z, std::uint32_t stamp, ContourScratch& scratch,
               Contours& contours) const {
    std::vector<Point2> before;
    for (;;) {
      const Side entry = entry_side(facet, z);
      before.push_back(crossing_down(entry, z));
      if (twins_[entry] == kNoSide) break;
      facet = twins_[entry] / 3;
      if (scratch.visited[facet] == stamp) break;
      scratch.visited[facet] = stamp;
    }
    contours.points.insert(contours.points.begin() + contours.first.back(), before.rbegin(),
                           before.rend());
  }
  /// The side that runs from above the plane to below it.
  [[nodiscard]] Side entry_side(std::uint32_t facet, double z) const {
    const Facet& f = mesh_.facets[facet];
    const bool low0 = mesh_.vertices[f[0]].z < z, low1 = mesh_.vertices[f[1]].z < z,
               low2 = mesh_.vertices[f[2]].z < z;
    const Side k = !low0 && low1 ? 0 : !low1 && low2 ? 1 : 2;
    return 3 * facet + k;
  }
  [[nodiscard]] Point2 crossing_down(Side side, double z) const {
    return cross_at(mesh_.vertices[side_to(mesh_, side)], mesh_.vertices[side_from(mesh_, side)],
                    z);
  }

  /// The side that runs from below the plane to above it: with the solid on the left, the way out.
  [[nodiscard]] Side exit_side(std::uint32_t facet, double z) const {
    const Facet& f = mesh_.facets[facet];
    const bool low0 = mesh_.vertices[f[0]].z < z, low1 = mesh_.vertices[f[1]].z < z,
               low2 = mesh_.vertices[f[2]].z < z;
    const Side k = low0 && !low1 ? 0 : low1 && !low2 ? 1 : 2;
    return 3 * facet + k;
  }
  [[nodiscard]] Point2 crossing(Side side, double z) const {
    return cross_at(mesh_.vertices[side_from(mesh_, side)], mesh_.vertices[side_to(mesh_, side)],
                    z);
  }
  [[nodiscard]] Point2 cross_at(const Vec3& low, const Vec3& high, double z) const {
    const double t = (z - low.z) / (high.z - low.z);
    return axes_.from_mesh(low.x + (high.x - low.x) * t, low.y + (high.y - low.y) * t);
  }

  const Mesh& mesh_;
  std::span<const Side> twins_;
  LayerAxes axes_;
  std::size_t facets_;
};

}  // namespace detail

COSTENGINE_INLINE double signed_area(std::span<const Point2> loop) {
  double twice = 0;
  for (std::size_t i = 1; i + 1 < loop.size(); ++i) {
    twice += cross(loop[i] - loop[0], loop[i + 1] - loop[0]);
  }
  return twice / 2;
}

COSTENGINE_INLINE double perimeter(std::span<const Point2> loop) {
  double sum = 0;
  for (std::size_t i = 0; i < loop.size(); ++i) {
    sum += length(loop[i + 1 < loop.size() ? i + 1 : 0] - loop[i]);
  }
  return sum;
}

COSTENGINE_INLINE void simplify(Contours& contours, double tolerance_mm) {
  const double tolerance_squared = tolerance_mm * tolerance_mm;
  Contours result;
  std::vector<char> kept;
  std::vector<Point2> loop, turned;
  std::vector<std::pair<std::size_t, std::size_t>> stack;
  for (std::size_t l = 0; l < contours.loops(); ++l) {
    detail::straighten(contours.loop(l), loop);
    // Two far points stay in any case: the lowest one and the one farthest from it.
    std::size_t a = 0, b = 0;
    for (std::size_t i = 1; i < loop.size(); ++i) {
      if (loop[i].y < loop[a].y || (loop[i].y == loop[a].y && loop[i].x < loop[a].x)) a = i;
    }
    double farthest = 0;
    for (std::size_t i = 0; i < loop.size(); ++i) {
      const double d = dot(loop[i] - loop[a], loop[i] - loop[a]);
      if (d > farthest * detail::kClearly) farthest = d, b = i;
    }
    if (farthest <= tolerance_squared) continue;
    turned.assign(loop.begin() + static_cast<std::ptrdiff_t>(a), loop.end());
    turned.insert(turned.end(), loop.begin(), loop.begin() + static_cast<std::ptrdiff_t>(a));
    b = (b + loop.size() - a) % loop.size();
    kept.assign(turned.size() + 1, 0);
    // The cost may be quadratic: a very long loop is cut into pieces of equal length first.
    const std::size_t n = turned.size(), most = n > detail::kLongLoop ? detail::kLoopPiece : n;
    for (std::size_t i = 0; i < n;) {
      const std::size_t end = std::min({i + most, i < b ? b : n, n});
      kept[i] = 1;
      detail::mark_kept(turned, i, end, tolerance_squared, kept, stack);
      i = end;
    }
    const std::size_t begin = result.points.size();
    for (std::size_t i = 0; i < turned.size(); ++i) {
      if (kept[i]) result.points.push_back(turned[i]);
    }
    if (result.points.size() - begin < 3) {
      result.points.resize(begin);
    } else {
      result.first.push_back(static_cast<std::uint32_t>(result.points.size()));
    }
  }
  contours = std::move(result);
}

COSTENGINE_INLINE void merge_short_edges(std::vector<Point2>& points, bool loop,
                                         const ContourDetail& detail) {
  const std::size_t n = points.size();
  if (n < 4 || !(detail.short_edge_mm > 0)) return;
  const double short_squared = detail.short_edge_mm * detail.short_edge_mm;
  const double tolerance_squared = detail.short_tolerance_mm * detail.short_tolerance_mm;
  const Point2 end = points.back();
  Point2 before = loop ? end : points[0];
  double cut_twice = 0;  // area between the points since `before` and the straight line
  Point2 last = before;
  std::size_t kept = loop ? 0 : 1;
  for (std::size_t i = kept; i < (loop ? n : n - 1); ++i) {
    const Point2 at = points[i];
    const Point2 next = i + 1 < n ? points[i + 1] : kept > 1 ? points[0] : points[i];
    cut_twice += cross(last - before, at - before);
    last = at;
    const double whole_twice = cut_twice + cross(at - before, next - before);
    const Point2 edge = at - before, shortcut = next - before, following = next - at;
    const double base = dot(shortcut, shortcut);
    const bool small = whole_twice * whole_twice <= tolerance_squared * base;
    if (small && dot(edge, edge) < short_squared &&
        dot(following, following) <= 4 * short_squared) {
      continue;
    }
    points[kept++] = at;
    before = last = at;
    cut_twice = 0;
  }
  if (!loop) points[kept++] = end;
  points.resize(loop && kept < 3 ? 0 : kept);
}

namespace detail {

/// Whether a hole is thinner, on average over its diameter.
inline bool is_slit(std::span<const Point2> loop, double thinnest_mm) {
  const double area = signed_area(loop);
  if (area >= 0) return false;
  Point2 low = loop[0], high = loop[0];
  for (const Point2 p : loop) {
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
  }
  return -area < thinnest_mm * length(high - low);
}

/// Leaves out slits, and points at the end of short edges.
inline void thin_out(Contours& contours, const ContourDetail& detail) {
  Contours result;
  std::vector<Point2> points;
  for (std::size_t l = 0; l < contours.loops(); ++l) {
    const std::span<const Point2> loop = contours.loop(l);
    if (is_slit(loop, detail.thinnest_mm)) continue;
    points.assign(loop.begin(), loop.end());
    merge_short_edges(points, true, detail);
    if (points.empty()) continue;
    result.points.insert(result.points.end(), points.begin(), points.end());
    result.first.push_back(static_cast<std::uint32_t>(result.points.size()));
  }
  contours = std::move(result);
}

}  // namespace detail

COSTENGINE_INLINE Result<ContourStack> slice_contours(const Mesh& mesh,
                                                      const std::vector<double>& planes_mm,
                                                      const LayerAxes& axes,
                                                      const ContourDetail& wanted, Context& ctx,
                                                      std::size_t facets,
                                                      std::span<const std::uint32_t> known_twins) {
  return detail::interruptible([&]() -> Result<ContourStack> {
    COSTENGINE_TRY(const detail::CrossingTable crossings,
                   detail::CrossingTable::make(mesh, planes_mm, ctx));
    COSTENGINE_CHECK(ctx.check_memory(
        Stage::kSlice, slicing_bytes(mesh.facets.size(), mesh.vertices.size(), crossings.total())));
    const bool known = facets >= mesh.facets.size() && known_twins.size() == 3 * mesh.facets.size();
    RawVector<detail::Side> twins;
    if (!known) twins = detail::twin_sides(mesh, ctx);
    for (std::size_t side = 3 * std::min(facets, mesh.facets.size()); side < twins.size(); ++side) {
      if (twins[side] != detail::kNoSide) twins[twins[side]] = detail::kNoSide;
    }
    const detail::ContourFollower follower(mesh, known ? known_twins : twins, axes, facets);
    std::vector<Contours> all(planes_mm.size());
    ScratchPool<detail::ContourScratch> scratches;
    for (std::size_t begin = 0; begin < planes_mm.size();) {
      const std::size_t end = crossings.window_end(begin);
      COSTENGINE_TRY(const detail::LayerFacets sorted, crossings.sort(begin, end));
      const std::size_t block_size = std::max<std::size_t>(1, (end - begin + 15) / 16);
      COSTENGINE_CHECK(run_blocks(
          ctx, Stage::kSlice, block_count(end - begin, block_size), [&](std::size_t block) {
            const auto scratch = scratches.take([&] {
              return detail::ContourScratch{std::vector<std::uint32_t>(mesh.facets.size(), 0), {}};
            });
            const std::size_t first = begin + block * block_size;
            for (std::size_t i = first; i < std::min(end, first + block_size); ++i) {
              all[i] = follower.follow(sorted.of(i), planes_mm[i],
                                       static_cast<std::uint32_t>(i + 1), *scratch);
              simplify(all[i], wanted.tolerance_mm);
              detail::thin_out(all[i], wanted);
            }
          }));
      begin = end;
    }
    ContourStack stack;
    stack.of_layer.reserve(all.size());
    for (Contours& c : all) {
      if (stack.contours.empty() || !(stack.contours.back() == c)) {
        stack.contours.push_back(std::move(c));
      }
      stack.of_layer.push_back(static_cast<std::uint32_t>(stack.contours.size() - 1));
    }
    return stack;
  });
}

}  // namespace costengine
