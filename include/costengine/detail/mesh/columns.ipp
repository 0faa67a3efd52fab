#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "costengine/base/run_blocks.hpp"
#include "costengine/mesh/columns.hpp"

namespace costengine {
namespace detail {

/// Columns sorted into square bins, so that a facet meets only those under it.
class ColumnBins {
 public:
  explicit ColumnBins(std::span<const Column> columns) {
    for (const Column& c : columns) {
      min_x_ = std::min(min_x_, c.x);
      min_y_ = std::min(min_y_, c.y);
      max_x_ = std::max(max_x_, c.x);
      max_y_ = std::max(max_y_, c.y);
    }
    const double width = max_x_ - min_x_, depth = max_y_ - min_y_;
    const auto count = static_cast<double>(columns.size());
    bin_ = std::max({std::sqrt(width * depth / count), width / count, depth / count, 1e-300});
    per_mm_ = 1 / bin_;
    nx_ = index(width) + 1;
    ny_ = index(depth) + 1;
    first_.assign(nx_ * ny_ + 1, 0);
    for (const Column& c : columns) ++first_[bin_of(c) + 1];
    for (std::size_t b = 1; b < first_.size(); ++b) first_[b] += first_[b - 1];
    members_.resize(columns.size());
    std::vector<std::uint32_t> next(first_.begin(), first_.end() - 1);
    for (std::uint32_t i = 0; i < columns.size(); ++i) {
      members_[next[bin_of(columns[i])]++] = {columns[i], i};
    }
  }

  /// Calls visit(column, its index) for the columns in the box of a triangle, borders included; of
  /// a large one, row by row of the bins, only as far as it reaches in x within the row.
  template <class Visit>
  void for_each_over(const Vec3& a, const Vec3& b, const Vec3& c, Visit&& visit) const {
    const double y0 = std::min({a.y, b.y, c.y}), y1 = std::max({a.y, b.y, c.y});
    if (y1 < min_y_ || y0 > max_y_) return;
    const double x0 = std::min({a.x, b.x, c.x}), x1 = std::max({a.x, b.x, c.x});
    if (x1 < min_x_ || x0 > max_x_) return;
    const std::size_t j0 = index(y0 - min_y_), j1 = std::min(index(y1 - min_y_), ny_ - 1);
    const bool small = j1 - j0 < 2 || x1 - x0 < 2 * bin_;
    const double margin = kMargin * bin_;
    for (std::size_t j = j0; j <= j1; ++j) {
      Reach reach{x0, x1};
      if (!small) reach = reach_in_row(j, a, b, c);
      if (reach.high < min_x_ || reach.low > max_x_) continue;
      const std::size_t i0 = j * nx_ + index(reach.low - min_x_);
      const std::size_t i1 = j * nx_ + std::min(index(reach.high - min_x_), nx_ - 1);
      const std::uint32_t begin = first_[i0], end = first_[i1 + 1];
      for (const auto& [at, column] : std::span(members_).subspan(begin, end - begin)) {
        const bool beside = (at.x < x0 - margin) | (at.x > x1 + margin);
        if (!(beside | (at.y < y0) | (at.y > y1))) visit(at, column);
      }
    }
  }

 private:
  /// Of a bin: so much further a triangle reaches, lest rounding make it reach less.
  static constexpr double kMargin = 1e-3;

  struct Member {
    Column at;
    std::uint32_t column;
  };
  struct Reach {
    double low = 1e300, high = -1e300;
  };

  [[nodiscard]] std::size_t index(double distance) const {
    const double bins = distance * per_mm_;
    return static_cast<std::size_t>(static_cast<int>(std::clamp(bins, 0.0, 1e6)));
  }
  [[nodiscard]] std::size_t bin_of(const Column& c) const {
    return std::min(index(c.y - min_y_), ny_ - 1) * nx_ + std::min(index(c.x - min_x_), nx_ - 1);
  }

  /// From where to where in x a triangle lies within a row of bins.
  [[nodiscard]] Reach reach_in_row(std::size_t row, const Vec3& a, const Vec3& b,
                                   const Vec3& c) const {
    const double margin = kMargin * bin_;
    const double y0 = min_y_ + static_cast<double>(row) * bin_ - margin;
    const double y1 = y0 + bin_ + 2 * margin;
    Reach reach;
    const auto take = [&](double x) {
      reach.low = std::min(reach.low, x);
      reach.high = std::max(reach.high, x);
    };
    const auto side = [&](const Vec3& p, const Vec3& q) {
      const Vec3 &low = p.y < q.y ? p : q, &high = p.y < q.y ? q : p;
      if (high.y < y0 || low.y > y1) return;
      const double slope = high.y > low.y ? (high.x - low.x) / (high.y - low.y) : 0;
      take(low.y < y0 ? low.x + (y0 - low.y) * slope : low.x);
      take(high.y > y1 ? low.x + (y1 - low.y) * slope : high.x);
    };
    side(a, b);
    side(b, c);
    side(c, a);
    return {reach.low - margin, reach.high + margin};
  }

  double min_x_ = 1e300, min_y_ = 1e300, max_x_ = -1e300, max_y_ = -1e300;
  double bin_ = 1, per_mm_ = 1;
  std::size_t nx_ = 1, ny_ = 1;
  std::vector<std::uint32_t> first_;
  std::vector<Member> members_;
};

/// A side of a facet as columns see it. Both facets of an edge compute the same numbers, whatever
/// its direction.
struct PassingSide {
  double low_x, low_y, high_y, dx, dy;
  int upwards;  ///< +1, or -1 if the side runs downwards in y

  PassingSide(const Vec3& from, const Vec3& to) {
    const bool rises = from.y < to.y;
    const Vec3 &low = rises ? from : to, &high = rises ? to : from;
    low_x = low.x, low_y = low.y, high_y = high.y;
    dx = high.x - low.x, dy = high.y - low.y;
    upwards = rises ? 1 : -1;
  }

  /// +1 if it runs upwards past the right of the column, -1 if downwards, 0 if it misses.
  [[nodiscard]] int passes_right(const Column& c) const {
    const bool beside = (low_y <= c.y) & (c.y < high_y);
    const bool right = dx * (c.y - low_y) - dy * (c.x - low_x) > 0;
    return static_cast<int>(beside & right) * upwards;
  }
};

struct PassingSides {
  PassingSide ab, bc, ca;

  PassingSides(const Vec3& a, const Vec3& b, const Vec3& c) : ab(a, b), bc(b, c), ca(c, a) {}
  /// How often the facet's outline turns around the column: 0 if it is not over the facet.
  [[nodiscard]] int turns(const Column& at) const {
    return ab.passes_right(at) + bc.passes_right(at) + ca.passes_right(at);
  }
};

/// Height of the facet's plane over the column, kept within the facet.
inline double height_at(const Vec3& a, const Vec3& b, const Vec3& c, const Column& at) {
  const Vec3 n = cross(b - a, c - a);
  const double low = std::min({a.z, b.z, c.z}), high = std::max({a.z, b.z, c.z});
  if (n.z == 0) return low + (high - low) * 0.5;
  const double z = a.z - (n.x * (at.x - a.x) + n.y * (at.y - a.y)) / n.z;
  return std::clamp(z, low, high);
}

}  // namespace detail

COSTENGINE_INLINE ColumnSample spread_columns(const Mesh& mesh, std::size_t wanted) {
  Box3 box;
  for (const Facet& f : mesh.facets)
    for (const std::uint32_t v : f) box.extend(mesh.vertices[v]);
  const Vec3 size = box.size();
  ColumnSample sample;
  if (!(size.x > 0) || !(size.y > 0)) return sample;

  double covered = 0;     // how many facets an average column has to be tested against
  double projected2 = 0;  // and how many it crosses, times twice the area of the box
  for (const Facet& f : mesh.facets) {
    const Vec3 &a = mesh.vertices[f[0]], &b = mesh.vertices[f[1]], &c = mesh.vertices[f[2]];
    const double w = std::max({a.x, b.x, c.x}) - std::min({a.x, b.x, c.x});
    const double d = std::max({a.y, b.y, c.y}) - std::min({a.y, b.y, c.y});
    covered += (w / size.x) * (d / size.y);
    projected2 += std::abs(cross(b - a, c - a).z);
  }
  constexpr double kMostTests = 5e7, kMostCrossings = 4e6;
  const double crossed = projected2 / (2 * size.x * size.y);
  const double affordable =
      std::min(kMostTests / std::max(covered, 1.0), kMostCrossings / std::max(crossed, 1.0));
  const double count = std::min(std::max(affordable, 256.0), static_cast<double>(wanted));
  const auto n = static_cast<std::size_t>(count);
  sample.area_each_mm2 = size.x * size.y / static_cast<double>(n);
  sample.columns.reserve(n);
  constexpr double kGolden = 0.61803398874989485;  // 1 / golden ratio
  for (std::size_t i = 0; i < n; ++i) {
    const double step = (static_cast<double>(i) + 0.5) * kGolden;
    const double x = step - std::floor(step);
    const double y = (static_cast<double>(i) + 0.5) / static_cast<double>(n);
    sample.columns.push_back({box.min.x + x * size.x, box.min.y + y * size.y});
  }
  return sample;
}

COSTENGINE_INLINE Result<ColumnCrossings> cross_columns(const Mesh& mesh,
                                                        std::span<const Column> columns,
                                                        Context& ctx) {
  ColumnCrossings result;
  result.first.assign(columns.size() + 1, 0);
  if (columns.empty()) return result;
  struct Hit {
    std::uint32_t column;
    ColumnCrossing crossing;
  };
  constexpr std::size_t kBlock = 32'768;
  const detail::ColumnBins bins(columns);
  std::vector<std::vector<Hit>> hits(block_count(mesh.facets.size(), kBlock));
  COSTENGINE_CHECK(run_blocks(ctx, Stage::kInspect, hits.size(), [&](std::size_t block) {
    const std::size_t end = std::min((block + 1) * kBlock, mesh.facets.size());
    for (std::size_t f = block * kBlock; f < end; ++f) {
      const Vec3& a = mesh.vertices[mesh.facets[f][0]];
      const Vec3& b = mesh.vertices[mesh.facets[f][1]];
      const Vec3& c = mesh.vertices[mesh.facets[f][2]];
      std::optional<detail::PassingSides> sides;  // most small facets meet no column
      bins.for_each_over(a, b, c, [&](const Column& at, std::uint32_t column) {
        if (!sides) sides.emplace(a, b, c);
        const int turns = sides->turns(at);
        if (turns == 0) return;
        hits[block].push_back({column, ColumnCrossing{detail::height_at(a, b, c, at),
                                                      static_cast<std::uint32_t>(f), -turns}});
      });
    }
  }));

  for (const auto& block : hits)
    for (const Hit& hit : block) ++result.first[hit.column + 1];
  for (std::size_t i = 1; i < result.first.size(); ++i) result.first[i] += result.first[i - 1];
  result.crossings.resize(result.first.back());
  std::vector<std::size_t> next(result.first.begin(), result.first.end() - 1);
  for (const auto& block : hits)
    for (const Hit& hit : block) result.crossings[next[hit.column]++] = hit.crossing;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    std::sort(result.crossings.begin() + static_cast<std::ptrdiff_t>(result.first[i]),
              result.crossings.begin() + static_cast<std::ptrdiff_t>(result.first[i + 1]),
              [](const ColumnCrossing& p, const ColumnCrossing& q) {
                return p.z != q.z ? p.z < q.z : p.facet < q.facet;
              });
  }
  return result;
}

}  // namespace costengine
