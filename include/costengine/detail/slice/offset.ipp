#pragma once

#include <algorithm>
#include <cmath>

#include "costengine/slice/offset.hpp"

namespace costengine {
namespace detail {

/// The unit normal to the left of an edge; zero for an edge without length.
inline Point2 left_normal(Point2 a, Point2 b) {
  const Point2 d = b - a;
  const double l = length(d);
  return l > 0 ? Point2{-d.y / l, d.x / l} : Point2{0, 0};
}

/// What an offset makes of a corner: one point, or a way between the ends of its two edges.
struct Corner {
  Point2 in_end;     ///< end of the edge that arrives
  Point2 out_start;  ///< start of the edge that leaves
  bool by_vertex;    ///< the way between them leads through the corner itself
};

/// `in` and `out` are the normals of the arriving and the leaving edge.
inline Corner offset_corner(Point2 corner, Point2 in, Point2 out, double distance) {
  const double cosine = dot(in, out), turn = cross(in, out) * distance;
  const double kSharp = 0.5;  // 1 + cosine: a mitre of twice the distance
  if (1 + cosine > kSharp) {
    const Point2 tip = corner + (in + out) * (distance / (1 + cosine));
    return {tip, tip, false};
  }
  if (turn > 0) return {corner + in * distance, corner + out * distance, true};  // they overlap
  // A gap, closed by a square end: both edges run on as far as the distance from the corner.
  const double reach = std::fabs(distance) * 0.7;
  const Point2 along_in{in.y, -in.x}, along_out{out.y, -out.x};
  return {corner + in * distance + along_in * reach, corner + out * distance - along_out * reach,
          false};
}

inline constexpr double kSubpixels = 256;

/// Collects the crossings of rows, sorts them within each row, and walks them.
class RowScanner {
 public:
  /// Every `stride`-th row of the grid.
  RowScanner(const BitGrid& grid, int stride, ScanScratch& scratch)
      : grid_(grid), s_(scratch), rows_((grid.rows + stride - 1) / stride) {
    s_.row_first.assign(static_cast<std::size_t>(rows_) + 2, 0);
    to_pixel_ = 1 / grid.pixel_mm;
    row_mm_ = stride * grid.pixel_mm;
    to_row_ = 1 / row_mm_;
  }

  /// Rows whose centre lies in [low, high) of the edge.
  [[nodiscard]] std::pair<int, int> rows(Point2 a, Point2 b) const {
    const double p = (a.y - grid_.bottom_mm) * to_row_ - 0.5;
    const double q = (b.y - grid_.bottom_mm) * to_row_ - 0.5;
    const int from = row_above(p), to = row_above(q);
    return from < to ? std::pair(from, to) : std::pair(to, from);
  }
  void count(Point2 a, Point2 b) {
    const auto [begin, end] = rows(a, b);
    for (int y = begin; y < end; ++y) ++s_.row_first[static_cast<std::size_t>(y) + 2];
  }
  void finish_count() {
    for (std::size_t y = 2; y < s_.row_first.size(); ++y) s_.row_first[y] += s_.row_first[y - 1];
    s_.crossings.resize(s_.row_first.back());
  }
  void add(Point2 a, Point2 b, std::uint32_t edge) {
    const auto [begin, end] = rows(a, b);
    if (begin == end) return;
    const double slope = (b.x - a.x) / (b.y - a.y);
    const double step = slope * row_mm_ * to_pixel_ * kSubpixels;
    const double first_y = grid_.bottom_mm + (begin + 0.5) * row_mm_;
    const double x0 = (a.x + (first_y - a.y) * slope - grid_.left_mm) * to_pixel_ * kSubpixels;
    const double limit = grid_.columns() * kSubpixels;
    const std::uint64_t tail = (std::uint64_t{edge} << 1) | (a.y > b.y);  // solid on the left
    for (int y = begin; y < end; ++y) {
      const double x = std::clamp(x0 + step * (y - begin), 0.0, limit);
      s_.crossings[s_.row_first[static_cast<std::size_t>(y) + 1]++] =
          (static_cast<std::uint64_t>(static_cast<std::int64_t>(x + 0.5)) << 32) | tail;
    }
  }

  /// After add() of everything: row y's crossings are [row_first[y], row_first[y + 1]).
  template <class Boundary>
  double walk(BitMask* mask, Boundary&& boundary) {
    double subpixels = 0;
    for (int y = 0; y < rows_; ++y) {
      std::uint64_t* begin = s_.crossings.data() + s_.row_first[static_cast<std::size_t>(y)];
      std::uint64_t* end = s_.crossings.data() + s_.row_first[static_cast<std::size_t>(y) + 1];
      if (begin == end) continue;
      sort_few(begin, end);
      int winding = 0;
      std::uint64_t entered = 0;
      for (const std::uint64_t* c = begin; c != end; ++c) {
        const int before = winding;
        winding += (*c & 1) ? 1 : -1;
        if (before <= 0 && winding > 0) {
          entered = *c;
        } else if (before > 0 && winding <= 0) {
          const auto from = static_cast<std::uint32_t>(entered >> 32);
          const auto to = static_cast<std::uint32_t>(*c >> 32);
          if (to <= from) continue;
          subpixels += to - from;
          boundary(static_cast<std::uint32_t>(entered) >> 1);
          boundary(static_cast<std::uint32_t>(*c) >> 1);
          if (mask != nullptr) fill(mask->row(y), from, to);
        }
      }
    }
    return subpixels / kSubpixels * grid_.pixel_mm * row_mm_;
  }

 private:
  /// The smallest integer that is not below y, within the grid.
  [[nodiscard]] int row_above(double y) const {
    const double inside = std::min(std::max(y, 0.0), static_cast<double>(rows_));
    const int down = static_cast<int>(inside);
    return down + (inside > down);
  }
  static void sort_few(std::uint64_t* begin, std::uint64_t* end) {
    if (end - begin > 48) {
      std::sort(begin, end);
      return;
    }
    for (std::uint64_t* i = begin + 1; i < end; ++i) {
      const std::uint64_t value = *i;
      std::uint64_t* j = i;
      for (; j != begin && j[-1] > value; --j) *j = j[-1];
      *j = value;
    }
  }
  /// Sets the pixels whose centres lie in [from, to).
  static void fill(BitWord* row, std::uint32_t from, std::uint32_t to) {
    const std::uint32_t begin = (from + 127) / 256, end = (to + 127) / 256;
    if (begin >= end) return;
    const std::uint32_t first = begin / 64, last = (end - 1) / 64;
    const BitWord head = ~BitWord{0} << (begin % 64), tail = ~BitWord{0} >> (63 - (end - 1) % 64);
    row += 1;
    if (first == last) {
      row[first] |= head & tail;
      return;
    }
    row[first] |= head;
    for (std::uint32_t w = first + 1; w < last; ++w) row[w] = ~BitWord{0};
    row[last] |= tail;
  }

  const BitGrid& grid_;
  ScanScratch& s_;
  int rows_;
  double to_pixel_, row_mm_, to_row_;
};

/// Marks edges that the offset has turned round. Where two of them meet, their mitre would turn the
/// outline inside out twice, and what has vanished would come back: there they keep their own ends,
/// and the way between them leads through the corner.
inline void unfold_reversed(const Contours& contours, const std::vector<Point2>& normals,
                            double distance_mm, ScanScratch& s) {
  s.reversed.resize(contours.points.size());
  for (std::size_t l = 0; l < contours.loops(); ++l) {
    const std::size_t first = contours.first[l], end = contours.first[l + 1];
    for (std::size_t i = first; i < end; ++i) {
      const Point2 along = contours.points[i + 1 < end ? i + 1 : first] - contours.points[i];
      s.reversed[i] = !(dot(s.edges.end[i] - s.edges.start[i], along) > 0);
    }
    std::size_t before = end - 1;
    for (std::size_t i = first; i < end; before = i++) {
      if (!s.reversed[before] || !s.reversed[i]) continue;
      s.edges.end[before] = contours.points[i] + normals[before] * distance_mm;
      s.edges.start[i] = contours.points[i] + normals[i] * distance_mm;
    }
  }
}

/// Edges that cross no row take the mean of the next ones on both sides that do.
inline void fill_unknown(const Contours& contours, const ScanScratch& s, EdgeShares& shares) {
  for (std::size_t l = 0; l < contours.loops(); ++l) {
    const std::uint32_t begin = contours.first[l], end = contours.first[l + 1];
    const std::uint32_t n = end - begin;
    for (std::uint32_t i = begin; i < end; ++i) {
      if (s.crossed[i] != 0) continue;
      float sum = 0;
      int known = 0;
      for (const std::uint32_t direction : {std::uint32_t{1}, n - 1}) {
        for (std::uint32_t k = 1; k < std::min<std::uint32_t>(n, 64); ++k) {
          const std::uint32_t j =
              begin + static_cast<std::uint32_t>((i - begin + std::uint64_t{k} * direction) % n);
          if (s.crossed[j] == 0) continue;
          sum += shares[j];
          ++known;
          break;
        }
      }
      shares[i] = known > 0 ? sum / static_cast<float>(known) : 0;
    }
  }
}

}  // namespace detail

COSTENGINE_INLINE void edge_normals(const Contours& contours, std::vector<Point2>& normals) {
  normals.resize(contours.points.size());
  for (std::size_t l = 0; l < contours.loops(); ++l) {
    const std::span<const Point2> loop = contours.loop(l);
    for (std::size_t i = 0; i < loop.size(); ++i) {
      normals[contours.first[l] + i] =
          detail::left_normal(loop[i], loop[i + 1 < loop.size() ? i + 1 : 0]);
    }
  }
}

COSTENGINE_INLINE void offset_edges(const Contours& contours, const std::vector<Point2>& normals,
                                    double distance_mm, OffsetEdges& result) {
  result.start.resize(contours.points.size());
  result.end.resize(contours.points.size());
  for (std::size_t l = 0; l < contours.loops(); ++l) {
    const std::size_t first = contours.first[l], end = contours.first[l + 1];
    std::size_t before = end - 1;
    for (std::size_t i = first; i < end; before = i++) {
      const detail::Corner corner =
          detail::offset_corner(contours.points[i], normals[before], normals[i], distance_mm);
      result.end[before] = corner.in_end;
      result.start[i] = corner.out_start;
    }
  }
}

COSTENGINE_INLINE double scan_offset(const Contours& contours, const std::vector<Point2>& normals,
                                     double distance_mm, const BitGrid& grid, BitMask* mask,
                                     EdgeShares* shares, ScanScratch& scratch) {
  if (mask != nullptr) mask->clear();
  offset_edges(contours, normals, distance_mm, scratch.edges);
  const OffsetEdges& edges = scratch.edges;
  detail::unfold_reversed(contours, normals, distance_mm, scratch);
  const auto n = static_cast<std::uint32_t>(contours.points.size());
  // The ways from the end of an edge to the start of the next: straight, or through the corner.
  scratch.joins.clear();
  for (std::size_t l = 0; l < contours.loops(); ++l) {
    const std::uint32_t begin = contours.first[l], end = contours.first[l + 1];
    for (std::uint32_t i = begin; i < end; ++i) {
      const std::uint32_t next = i + 1 < end ? i + 1 : begin;
      const Point2 a = edges.end[i], b = edges.start[next], corner = contours.points[next];
      if (a == b) continue;
      const Point2 in = normals[i], out = normals[next];
      if (cross(in, out) * distance_mm > 0) {
        scratch.joins.insert(scratch.joins.end(), {a, corner, corner, b});
      } else {
        scratch.joins.insert(scratch.joins.end(), {a, b});
      }
    }
  }
  // Shares are counts of rows: half of the rows say enough.
  detail::RowScanner scanner(grid, mask == nullptr ? 2 : 1, scratch);
  for (std::uint32_t i = 0; i < n; ++i) scanner.count(edges.start[i], edges.end[i]);
  for (std::size_t j = 0; j < scratch.joins.size(); j += 2) {
    scanner.count(scratch.joins[j], scratch.joins[j + 1]);
  }
  scanner.finish_count();
  for (std::uint32_t i = 0; i < n; ++i) scanner.add(edges.start[i], edges.end[i], i);
  for (std::size_t j = 0; j < scratch.joins.size(); j += 2) {
    scanner.add(scratch.joins[j], scratch.joins[j + 1], n);
  }
  if (shares == nullptr) return scanner.walk(mask, [](std::uint32_t) {});

  scratch.bounding.assign(n + 1, 0);
  const double area = scanner.walk(mask, [&](std::uint32_t edge) { ++scratch.bounding[edge]; });
  scratch.crossed.assign(n + 1, 0);
  shares->resize(n);
  for (std::uint32_t i = 0; i < n; ++i) {
    const auto [begin, end] = scanner.rows(edges.start[i], edges.end[i]);
    // An edge that was turned round bounds nothing and says nothing about its neighbourhood.
    scratch.crossed[i] = scratch.reversed[i] ? 0 : static_cast<std::uint32_t>(end - begin);
    (*shares)[i] = scratch.crossed[i] == 0 ? 0.0F
                                           : static_cast<float>(scratch.bounding[i]) /
                                                 static_cast<float>(scratch.crossed[i]);
  }
  detail::fill_unknown(contours, scratch, *shares);
  return area;
}

}  // namespace costengine
