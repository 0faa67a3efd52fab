#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <optional>

#include "costengine/base/raw_vector.hpp"
#include "costengine/base/run_blocks.hpp"
#include "costengine/detail/mesh/survey.hpp"
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

  /// So much further than it is a triangle may reach in x.
  [[nodiscard]] double slack_mm() const { return kMargin * bin_; }

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

/// Tells of most facets of a fine mesh, with a few integers, that they are beside all columns: the
/// box of the columns is a square grid, with a bit for each cell that has one in it.
class ColumnCells {
 public:
  /// `slack_mm`: so near to the box of a facet in x, a column still counts as within. `facets`: how
  /// many will ask; finer cells tell more of them, but cost more to begin with.
  ColumnCells(std::span<const Column> columns, double slack_mm, std::size_t facets)
      : cells_(facets < 100'000 ? 256 : 1024), row_bytes_(cells_ / 8 + sizeof(std::uint64_t)) {
    bits_.assign(cells_ * row_bytes_, 0);
    Box3 box;
    for (const Column& c : columns) box.extend(Vec3{c.x, c.y, 0});
    low_ = box.min;
    const Vec3 size = box.size();
    if (size.x > 0) per_mm_x_ = static_cast<double>(cells_) / size.x;
    if (size.y > 0) per_mm_y_ = static_cast<double>(cells_) / size.y;
    const double last_cell = static_cast<double>(cells_ - 1);
    for (const Column& c : columns) {
      const std::size_t end = cell((c.x + slack_mm - low_.x) * per_mm_x_, last_cell);
      std::uint8_t* const row = &bits_[cell((c.y - low_.y) * per_mm_y_, last_cell) * row_bytes_];
      for (std::size_t i = cell((c.x - slack_mm - low_.x) * per_mm_x_, last_cell); i <= end; ++i) {
        row[i / 8] = static_cast<std::uint8_t>(row[i / 8] | 1U << i % 8);
      }
    }
  }

  /// The cell of a vertex: along y in the upper half.
  using Cell = std::uint32_t;

  void sort(const Mesh& mesh, std::size_t begin, std::size_t end, Cell* cells) const {
    const double x0 = low_.x, y0 = low_.y, per_x = per_mm_x_, per_y = per_mm_y_;
    const double last_cell = static_cast<double>(cells_ - 1);
    for (std::size_t v = begin; v < end; ++v) {
      const Vec3& p = mesh.vertices[v];
      cells[v] = cell((p.y - y0) * per_y, last_cell) << 16 | cell((p.x - x0) * per_x, last_cell);
    }
  }

  /// Whether no column is over a facet with corners in these cells. May say no where none is.
  [[nodiscard]] bool none_over(Cell a, Cell b, Cell c) const {
    constexpr Cell kX = 0xffff;
    const Cell i0 = std::min(std::min(a & kX, b & kX), c & kX);
    const Cell i1 = std::max(std::max(a & kX, b & kX), c & kX);
    const Cell j0 = std::min(std::min(a, b), c) >> 16, j1 = std::max(std::max(a, b), c) >> 16;
    if (i1 - i0 > kMostWide || j1 - j0 > kMostRows) return false;
    const std::uint64_t mask = ((std::uint64_t{2} << (i1 - i0)) - 1) << i0 % 8;
    const std::uint8_t* const at = bits_.data() + i0 / 8;
    std::uint64_t found =
        row(at, j0) | row(at, std::min(j0 + 1, j1)) | row(at, std::min(j0 + 2, j1)) | row(at, j1);
    for (Cell j = j0 + 3; j < j1; ++j) found |= row(at, j);
    return (found & mask) == 0;
  }

 private:
  static constexpr Cell kMostWide = 48, kMostRows = 16;  // of a word, and worth the time

  [[nodiscard]] std::uint64_t row(const std::uint8_t* at, Cell j) const {
    std::uint64_t word = 0;
    if constexpr (std::endian::native == std::endian::little) {
      std::memcpy(&word, at + j * row_bytes_, sizeof(word));
    } else {
      word = ~word;
    }
    return word;
  }

  /// Grows with the distance, rounded or not: what lies between two points lies between their
  /// cells. What is no number, of coordinates beyond all measure, is in the first.
  static Cell cell(double at, double last_cell) {
    return static_cast<Cell>(static_cast<std::int32_t>(std::min(std::max(0.0, at), last_cell)));
  }

  std::size_t cells_, row_bytes_;
  Vec3 low_;
  double per_mm_x_ = 0, per_mm_y_ = 0;
  std::vector<std::uint8_t> bits_;
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

/// spread_columns() over a mesh that was surveyed.
inline ColumnSample columns_over(const Survey& survey, std::size_t wanted) {
  const Box3& box = survey.box_of_all;
  const Vec3 size = box.size();
  ColumnSample sample;
  if (!(size.x > 0) || !(size.y > 0)) return sample;
  constexpr double kMostTests = 5e7, kMostCrossings = 4e6;
  const double covered = survey.covered / (size.x * size.y);  // facets to test a column against
  const double crossed = survey.projected2 / (2 * size.x * size.y);  // and that it crosses
  const double affordable =
      std::min(kMostTests / std::max(1.0, covered), kMostCrossings / std::max(1.0, crossed));
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

}  // namespace detail

COSTENGINE_INLINE ColumnSample spread_columns(const Mesh& mesh, std::size_t wanted) {
  if (mesh.facets.empty()) return {};
  return detail::columns_over(detail::survey_block(mesh, 0, mesh.facets.size()), wanted);
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
  const detail::ColumnCells grid(columns, 2 * bins.slack_mm(), mesh.facets.size());
  constexpr std::size_t kVertexBlock = 32'768;
  RawVector<detail::ColumnCells::Cell> cells(mesh.vertices.size());
  COSTENGINE_CHECK(run_blocks(
      ctx, Stage::kInspect, block_count(cells.size(), kVertexBlock), [&](std::size_t block) {
        const std::size_t begin = block * kVertexBlock;
        grid.sort(mesh, begin, std::min(begin + kVertexBlock, cells.size()), cells.data());
      }));
  std::vector<std::vector<Hit>> hits(block_count(mesh.facets.size(), kBlock));
  COSTENGINE_CHECK(run_blocks(ctx, Stage::kInspect, hits.size(), [&](std::size_t block) {
    const std::size_t end = std::min((block + 1) * kBlock, mesh.facets.size());
    for (std::size_t f = block * kBlock; f < end; ++f) {
      const auto [i, j, k] = mesh.facets[f];
      if (grid.none_over(cells[i], cells[j], cells[k])) continue;
      const Vec3 &a = mesh.vertices[i], &b = mesh.vertices[j], &c = mesh.vertices[k];
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
