// Runs of a region along parallel lines, exact in the direction of the lines.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "costengine/detail/base/sort_few.hpp"
#include "costengine/slice/contours.hpp"

namespace costengine::detail {

/// For each line the intervals that lie within a region, from left to right.
struct RowRuns {
  std::vector<std::pair<double, double>> runs;
  std::vector<std::uint32_t> first;  ///< line y has runs [first[y], first[y + 1])

  [[nodiscard]] std::span<const std::pair<double, double>> row(int y) const {
    const auto i = static_cast<std::size_t>(y);
    return std::span(runs).subspan(first[i], first[i + 1] - first[i]);
  }
};

/// Parallel lines: line k has y = start + k * pitch.
struct LineFamily {
  Point2 x_axis;         ///< of the lines, in the axes of the contours
  bool swapped = false;  ///< x and y change places: the lines run along the y axis
  double start_mm = 0, pitch_mm = 1;
  int lines = 0;

  [[nodiscard]] Point2 turn(Point2 p) const {
    const Point2 q{dot(p, x_axis), cross(x_axis, p)};
    return swapped ? Point2{q.y, q.x} : q;
  }
  [[nodiscard]] Point2 turn_back(Point2 p) const {
    if (swapped) p = {p.y, p.x};
    return {p.x * x_axis.x - p.y * x_axis.y, p.x * x_axis.y + p.y * x_axis.x};
  }
};

struct RunScratch {
  struct Crossing {
    double x;
    int direction;
  };
  std::vector<Point2> turned;                // pairs
  std::vector<std::pair<int, int>> crossed;  // lines, by each pair
  std::vector<Crossing> crossings;
  std::vector<std::uint32_t> first;
};

/// The runs of a region moved outwards by a distance of 0 or more, corners cut off square: where
/// the winding number is positive. `opened_mm`: as if first moved inwards and back by this, which
/// cuts corners further.
inline void scan_runs(const Contours& contours, double outwards_mm, double opened_mm,
                      const LineFamily& family, RowRuns& result, RunScratch& s) {
  s.turned.clear();
  const auto add = [&](Point2 a, Point2 b) {
    s.turned.push_back(family.turn(a));
    s.turned.push_back(family.turn(b));
  };
  for (std::size_t l = 0; l < contours.loops(); ++l) {
    const std::span<const Point2> loop = contours.loop(l);
    const std::size_t n = loop.size();
    const auto direction = [&](std::size_t i) {
      const Point2 d = loop[i + 1 < n ? i + 1 : 0] - loop[i];
      const double whole = length(d);
      return whole > 0 ? d * (1 / whole) : Point2{0, 0};
    };
    Point2 here = direction(0);
    for (std::size_t i = 0; i < n; ++i) {
      const Point2 a = loop[i], b = loop[i + 1 < n ? i + 1 : 0];
      if (!(outwards_mm > 0)) {
        add(a, b);
        continue;
      }
      const Point2 next = direction(i + 1 < n ? i + 1 : 0);
      const Point2 out{here.y * outwards_mm, -here.x * outwards_mm};
      const Point2 next_out{next.y * outwards_mm, -next.x * outwards_mm};
      const double sine = cross(here, next), cosine = dot(here, next);
      add(a + out, b + out);
      if (sine < 0) {  // the moved edges overlap
        add(b + out, b);
        add(b, b + next_out);
      } else if (sine > 0 || cosine < 0) {  // a gap: cut off square
        const double cos_half = std::sqrt(std::max(0.0, (1 + cosine) / 2));
        const double sin_half = std::sqrt(std::max(1e-12, (1 - cosine) / 2));
        const double off = outwards_mm + opened_mm - opened_mm / std::max(cos_half, 0.2);
        const double reach = (off - outwards_mm * cos_half) / sin_half;
        const Point2 p = b + out + here * reach, q = b + next_out - next * reach;
        add(b + out, p);
        add(p, q);
        add(q, b + next_out);
      }
      here = next;
    }
  }
  const double per_mm = 1 / family.pitch_mm;
  const auto first_from = [&](double y_mm) {  // the first line from there on
    const double v =
        std::clamp((y_mm - family.start_mm) * per_mm, 0.0, static_cast<double>(family.lines));
    const int down = static_cast<int>(v);
    return down + (v > down);
  };
  // How many more cross a line than the one before; then, where its crossings begin.
  s.first.assign(static_cast<std::size_t>(family.lines) + 3, 0);
  s.crossed.clear();
  for (std::size_t k = 0; k < s.turned.size(); k += 2) {
    const int from = first_from(s.turned[k].y), to = first_from(s.turned[k + 1].y);
    const auto [begin, end] = std::minmax(from, to);
    s.crossed.emplace_back(begin, end);
    ++s.first[static_cast<std::size_t>(begin) + 2];
    --s.first[static_cast<std::size_t>(end) + 2];
  }
  std::uint32_t crossing = 0, all = 0;
  for (std::size_t y = 0; y < static_cast<std::size_t>(family.lines); ++y) {
    crossing += s.first[y + 2];
    s.first[y + 2] = all += crossing;
  }
  s.crossings.resize(all);
  for (std::size_t k = 0; k < s.turned.size(); k += 2) {
    const auto [begin, end] = s.crossed[k / 2];
    if (begin == end) continue;
    const Point2 a = s.turned[k], b = s.turned[k + 1];
    const double slope = (b.x - a.x) / (b.y - a.y);
    const int direction = (a.y > b.y) != family.swapped ? 1 : -1;
    for (int y = begin; y < end; ++y) {
      const double x = a.x + (family.start_mm + y * family.pitch_mm - a.y) * slope;
      s.crossings[s.first[static_cast<std::size_t>(y) + 1]++] = {x, direction};
    }
  }
  result.runs.clear();
  result.first.assign(1, 0);
  for (std::size_t y = 0; y < static_cast<std::size_t>(family.lines); ++y) {
    RunScratch::Crossing* const begin = s.crossings.data() + s.first[y];
    RunScratch::Crossing* const end = s.crossings.data() + s.first[y + 1];
    sort_few(begin, end, [](const RunScratch::Crossing& a, const RunScratch::Crossing& b) {
      return a.x != b.x ? a.x < b.x : a.direction > b.direction;
    });
    int winding = 0;
    double entered = 0;
    for (const RunScratch::Crossing* c = begin; c != end; ++c) {
      const int before = winding;
      winding += c->direction;
      if (before <= 0 && winding > 0) {
        entered = c->x;
      } else if (before > 0 && winding <= 0 && c->x > entered) {
        result.runs.emplace_back(entered, c->x);
      }
    }
    result.first.push_back(static_cast<std::uint32_t>(result.runs.size()));
  }
}

using Run = std::pair<double, double>;

/// Calls visit(x0, x1) for what remains of [x0, x1) without the runs `cut`.
template <class Visit>
void without(Run run, std::span<const Run> cut, Visit&& visit) {
  for (const Run& c : cut) {
    if (c.second <= run.first) continue;
    if (c.first >= run.second) break;
    if (c.first > run.first) visit(run.first, c.first);
    run.first = c.second;
    if (run.first >= run.second) return;
  }
  visit(run.first, run.second);
}

}  // namespace costengine::detail
