#pragma once

#include <algorithm>
#include <cmath>

#include "costengine/detail/slice/row_scanner.hpp"
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

/// Whether an offset that rounds corners rounds this one: it points into the region, and not just
/// a little. `cosine` is that of the turn.
constexpr bool is_rounded(double cosine, double turn) {
  return turn < 0 && cosine < 0.3;
}

/// `in` and `out` are the normals of the arriving and the leaving edge.
inline Corner offset_corner(Point2 corner, Point2 in, Point2 out, double distance, bool round) {
  const double cosine = dot(in, out), turn = cross(in, out) * distance;
  if (round && is_rounded(cosine, turn)) {
    return {corner + in * distance, corner + out * distance, false};
  }
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

/// The ways from the end of each moved edge to the start of the next: straight, or through the
/// corner.
inline void find_joins(const Contours& contours, const std::vector<Point2>& normals,
                       double distance_mm, ScanScratch& s) {
  s.joins.clear();
  for (std::size_t l = 0; l < contours.loops(); ++l) {
    const std::uint32_t begin = contours.first[l], end = contours.first[l + 1];
    for (std::uint32_t i = begin; i < end; ++i) {
      const std::uint32_t next = i + 1 < end ? i + 1 : begin;
      const Point2 a = s.edges.end[i], b = s.edges.start[next], corner = contours.points[next];
      if (a == b) continue;
      s.joins.push_back(a);
      const double turn = cross(normals[i], normals[next]) * distance_mm;
      const double cosine = dot(normals[i], normals[next]);
      if (turn > 0) {
        s.joins.insert(s.joins.end(), 2, corner);
      } else if (s.edges.round && is_rounded(cosine, turn)) {
        const Point2 middle = normals[i] + normals[next];
        const double size = length(middle);
        if (size > 0.1) s.joins.insert(s.joins.end(), 2, corner + middle * (distance_mm / size));
      }
      s.joins.push_back(b);
    }
  }
}

/// Scans the moved edges of `s`, joins included; calls boundary(edge, row) for each row in which an
/// edge bounds the region. Returns the area in these rows.
template <class Rows, class Boundary>
double scan_edges(RowScanner<Rows>& scanner, BitMask* mask, ScanScratch& s, Boundary&& boundary) {
  const auto n = static_cast<std::uint32_t>(s.edges.start.size());
  for (std::uint32_t i = 0; i < n; ++i) scanner.announce(s.edges.start[i], s.edges.end[i]);
  for (std::size_t j = 0; j < s.joins.size(); j += 2) {
    scanner.announce(s.joins[j], s.joins[j + 1]);
  }
  scanner.finish_count();
  for (std::uint32_t i = 0; i < n; ++i) scanner.add(s.edges.start[i], s.edges.end[i], i);
  for (std::size_t j = 0; j < s.joins.size(); j += 2) {
    scanner.add(s.joins[j], s.joins[j + 1], n);
  }
  return scanner.walk(mask, boundary);
}

/// The shares of edges from the rows that they cross and those in which they bound the region. An
/// edge that was turned round bounds nothing and says nothing about its neighbourhood.
inline void find_shares(const Contours& contours, ScanScratch& s, EdgeShares& shares) {
  const std::size_t n = contours.points.size();
  s.crossed.resize(n);
  shares.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    const auto [begin, end] = s.ranges[i];
    s.crossed[i] = s.reversed[i] ? 0 : static_cast<std::uint32_t>(end - begin);
    shares[i] = s.crossed[i] == 0
                    ? 0.0F
                    : static_cast<float>(s.bounding[i]) / static_cast<float>(s.crossed[i]);
  }
  fill_unknown(contours, s, shares);
}

/// Adds the edges of a loop of which the scan knows nothing, whole, where a neighbour bounds the
/// region next to them.
inline void add_unknown(const Contours& contours, std::uint32_t begin, std::uint32_t end,
                        std::size_t first_span, const ScanScratch& s, EdgeSpans& result) {
  const std::vector<EdgeSpan> known(result.spans.begin() + static_cast<std::ptrdiff_t>(first_span),
                                    result.spans.end());
  result.spans.resize(first_span);
  const auto whole = [&](std::uint32_t i) {
    EdgeSpan span;
    span.edge = i;
    span.to_mm = length(contours.points[i + 1 < end ? i + 1 : begin] - contours.points[i]);
    return span;
  };
  // Whether the known edge before or after `i` bounds the region where it is nearest.
  const std::uint32_t n = end - begin;
  const auto reaches = [&](std::uint32_t i) {
    for (std::uint32_t k = 1; k < n; ++k) {
      const std::uint32_t j = begin + (i - begin + n - k) % n;
      if (s.crossed[j] == 0) continue;
      const auto after = std::upper_bound(
          known.begin(), known.end(), j,
          [](std::uint32_t edge, const EdgeSpan& span) { return edge < span.edge; });
      if (after != known.begin() && (after - 1)->edge == j && !(after - 1)->cut_to) return true;
      break;
    }
    for (std::uint32_t k = 1; k < n; ++k) {
      const std::uint32_t j = begin + (i - begin + k) % n;
      if (s.crossed[j] == 0) continue;
      const auto at = std::lower_bound(
          known.begin(), known.end(), j,
          [](const EdgeSpan& span, std::uint32_t edge) { return span.edge < edge; });
      return at != known.end() && at->edge == j && !at->cut_from;
    }
    return false;
  };
  std::size_t k = 0;
  for (std::uint32_t i = begin; i < end; ++i) {
    if (s.crossed[i] == 0) {
      if (reaches(i)) {
        result.spans.push_back(whole(i));
      } else {
        result.whole = false;
      }
    }
    for (; k < known.size() && known[k].edge == i; ++k) result.spans.push_back(known[k]);
  }
}

/// Edges often run along the rows, and then a scan says nothing of them. Sheared by this much per
/// width hardly any do.
inline constexpr double kShear = 0.4;

/// Shears the moved edges and their joins; returns the grid that holds them.
inline BitGrid shear(const BitGrid& grid, ScanScratch& s) {
  for (std::vector<Point2>* points : {&s.edges.start, &s.edges.end, &s.joins}) {
    for (Point2& p : *points) p.y += kShear * (p.x - grid.left_mm);
  }
  BitGrid sheared = grid;
  sheared.rows += static_cast<int>(kShear * grid.columns()) + 1;
  return sheared;
}

/// The parts of edges that bound the region, from the rows in which they do.
inline void find_spans(const Contours& contours, const BitGrid& sheared, double row_mm,
                       ScanScratch& s, EdgeSpans& result) {
  result.spans.clear();
  std::sort(s.runs.begin(), s.runs.end(), [](const auto& a, const auto& b) {
    return a.edge != b.edge ? a.edge < b.edge : a.first < b.first;
  });
  result.whole = true;
  std::size_t run = 0;
  for (std::size_t l = 0; l < contours.loops(); ++l) {
    const std::uint32_t begin = contours.first[l], end = contours.first[l + 1];
    const std::size_t first_span = result.spans.size();
    bool unknown = false;
    for (std::uint32_t i = begin; i < end; ++i) {
      while (run < s.runs.size() && s.runs[run].edge < i) ++run;
      const std::uint32_t next = i + 1 < end ? i + 1 : begin;
      const Point2 edge = contours.points[next] - contours.points[i];
      EdgeSpan whole;
      whole.edge = i;
      whole.to_mm = length(edge);
      if (s.crossed[i] == 0) {
        unknown = true;
        continue;
      }
      if (s.settled[i] || s.bounding[i] == s.crossed[i]) {
        result.spans.push_back(whole);
        continue;
      }
      result.whole = false;
      const Point2 a = s.edges.start[i], b = s.edges.end[i];
      const bool up = b.y > a.y;
      const std::size_t first = result.spans.size();
      for (; run < s.runs.size() && s.runs[run].edge == i; ++run) {
        const auto cut = [&](int row, bool& is_cut, double& at_mm) {
          is_cut = true;
          Point2 at = a + (b - a) * ((sheared.bottom_mm + row * row_mm - a.y) / (b.y - a.y));
          at.y -= kShear * (at.x - sheared.left_mm);
          at_mm = dot(at - contours.points[i], edge) / whole.to_mm;
        };
        EdgeSpan span = whole;
        const int low = s.runs[run].first, high = s.runs[run].last + 1;
        if (low > s.ranges[i].first) {
          if (up)
            cut(low, span.cut_from, span.from_mm);
          else
            cut(low, span.cut_to, span.to_mm);
        }
        if (high < s.ranges[i].second) {
          if (up)
            cut(high, span.cut_to, span.to_mm);
          else
            cut(high, span.cut_from, span.from_mm);
        }
        if (span.to_mm > span.from_mm) result.spans.push_back(span);
      }
      if (!up)
        std::reverse(result.spans.begin() + static_cast<std::ptrdiff_t>(first), result.spans.end());
    }
    if (unknown) add_unknown(contours, begin, end, first_span, s, result);
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
      const detail::Corner corner = detail::offset_corner(contours.points[i], normals[before],
                                                          normals[i], distance_mm, result.round);
      result.end[before] = corner.in_end;
      result.start[i] = corner.out_start;
    }
  }
}

COSTENGINE_INLINE double scan_offset(const Contours& contours, const std::vector<Point2>& normals,
                                     double distance_mm, const BitGrid& grid, BitMask* mask,
                                     EdgeShares* shares, ScanScratch& scratch) {
  if (mask != nullptr) {
    if (mask->allocated()) {
      mask->clear();
    } else {
      *mask = BitMask(grid);
    }
  }
  offset_edges(contours, normals, distance_mm, scratch.edges);
  detail::unfold_reversed(contours, normals, distance_mm, scratch);
  detail::find_joins(contours, normals, distance_mm, scratch);
  detail::RowScanner scanner(grid, mask == nullptr ? 2 : 1, detail::AllRows{}, scratch);
  if (shares == nullptr) {
    return detail::scan_edges(scanner, mask, scratch, [](std::uint32_t, int) {});
  }
  scratch.bounding.assign(contours.points.size() + 1, 0);
  const double area = detail::scan_edges(
      scanner, mask, scratch, [&](std::uint32_t edge, int) { ++scratch.bounding[edge]; });
  detail::find_shares(contours, scratch, *shares);
  return area;
}

COSTENGINE_INLINE void settle(const EdgeShares& shares, ScanScratch& scratch) {
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (scratch.crossed[i] != 0 && shares[i] > kSettledShare) scratch.settled[i] = 1;
  }
}

COSTENGINE_INLINE void scan_unsettled(const Contours& contours, const std::vector<Point2>& normals,
                                      double distance_mm, const BitGrid& grid, EdgeShares& shares,
                                      EdgeSpans& spans, ScanScratch& scratch) {
  constexpr int kStride = 2;
  ScanScratch& s = scratch;
  offset_edges(contours, normals, distance_mm, s.edges);
  detail::unfold_reversed(contours, normals, distance_mm, s);
  detail::find_joins(contours, normals, distance_mm, s);
  const BitGrid sheared = detail::shear(grid, s);
  const int rows = detail::RowScanner<detail::AllRows>::scanned_rows(sheared, kStride);
  s.following.assign(static_cast<std::size_t>(rows) + 1, rows);
  detail::RowScanner scanner(sheared, kStride, detail::WantedRows{s.following}, s);
  for (std::size_t i = 0; i < s.settled.size(); ++i) {
    if (s.settled[i] || s.reversed[i]) continue;
    const auto [begin, end] = scanner.rows(s.edges.start[i], s.edges.end[i]);
    for (int y = begin; y < end; ++y) s.following[static_cast<std::size_t>(y)] = y;
  }
  for (std::size_t y = s.following.size() - 1; y-- > 0;) {
    if (s.following[y] == rows) s.following[y] = s.following[y + 1];
  }
  const std::size_t n = contours.points.size();
  s.bounding.assign(n + 1, 0);
  s.runs.clear();
  s.run_first.assign(n + 1, -1);
  s.run_last.assign(n + 1, -2);
  detail::scan_edges(scanner, nullptr, s, [&](std::uint32_t edge, int row) {
    ++s.bounding[edge];
    if (row != s.run_last[edge] + 1) {
      if (s.run_first[edge] >= 0) s.runs.push_back({edge, s.run_first[edge], s.run_last[edge]});
      s.run_first[edge] = row;
    }
    s.run_last[edge] = row;
  });
  for (std::uint32_t i = 0; i < n; ++i) {
    if (s.run_first[i] >= 0) s.runs.push_back({i, s.run_first[i], s.run_last[i]});
  }
  for (std::size_t i = 0; i < n; ++i) {  // as if each bounded all its rows: one
    if (!s.settled[i]) continue;
    s.reversed[i] = 0;
    s.ranges[i] = {0, 1};
    s.bounding[i] = 1;
  }
  detail::find_shares(contours, s, shares);
  detail::find_spans(contours, sheared, kStride * grid.pixel_mm, s, spans);
}

}  // namespace costengine
