// Where a wall runs: along which parts of the outlines, and how those follow each other.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "costengine/slice/contours.hpp"
#include "costengine/slice/offset.hpp"

namespace costengine::detail {

/// What a part of an edge carries of a wall.
enum class Has : char { kNothing, kPair, kMiddle };

/// A part of an edge of the contours, in millimetres from where it begins.
struct WallPart {
  EdgeSpan span;
  Has has = Has::kNothing;

  [[nodiscard]] double length_mm() const { return span.to_mm - span.from_mm; }
};

/// Parts that follow each other and carry the same: [begin, end) of the parts of a loop, around it.
struct WallRun {
  std::size_t loop = 0, begin = 0, count = 0;
  Has has = Has::kNothing;
  double length_mm = 0;
  bool closed = false;  ///< it is the whole loop
  Point2 ends[2];       ///< where it begins and where it ends
};

/// Splits the outlines of a layer into runs, and links the ends of runs that meet: where an outline
/// is too near to another for a pair of beads, the wall goes on along the other one.
class WallRuns {
 public:
  static constexpr std::size_t kNone = ~std::size_t{0};

  struct Rules {
    double short_mm = 0;  ///< shorter gaps do not interrupt a wall, and it is at least half as long
    double reach_mm = 0;  ///< ends no farther apart meet
    double pair_mm = 0;   ///< depth of the pairs' spans
    double alone_mm = 0;  ///< depth of a middle bead
  };

  /// `may_be_alone(along)`: whether a middle bead would follow an edge that runs that way.
  /// `middles` are where there is room for one. `pairs` are where there may be a pair, `sure` where
  /// there is; what is linked is a pair if it is so for half of its length.
  template <class MayBeAlone>
  void find(const Contours& contours, const std::vector<Point2>& normals, const EdgeSpans& pairs,
            const EdgeSpans& sure, const EdgeSpans& middles, const Rules& rules,
            MayBeAlone&& may_be_alone) {
    split(contours, normals, pairs, middles, rules, may_be_alone);
    if (sure.whole) return;
    const std::vector<char> doubtful = doubtful_runs(sure);
    if (std::find(doubtful.begin(), doubtful.end(), 1) == doubtful.end()) return;
    EdgeSpans left{false, {}};
    for (std::size_t r = 0; r < runs_.size(); ++r) {
      if (runs_[r].has != Has::kPair || doubtful[r]) continue;
      for (std::size_t k = 0; k < runs_[r].count; ++k) left.spans.push_back(part(runs_[r], k).span);
    }
    std::sort(left.spans.begin(), left.spans.end(), [](const EdgeSpan& a, const EdgeSpan& b) {
      return a.edge != b.edge ? a.edge < b.edge : a.from_mm < b.from_mm;
    });
    split(contours, normals, left, middles, rules, may_be_alone);
  }

  [[nodiscard]] const std::vector<WallRun>& runs() const { return runs_; }
  /// The end that an end meets; kNone if it meets none. Run `r` has the ends 2r and 2r + 1.
  [[nodiscard]] std::size_t partner(std::size_t end) const { return partner_[end]; }
  [[nodiscard]] const WallPart& part(const WallRun& run, std::size_t k) const {
    const std::size_t first = first_part_[run.loop], n = first_part_[run.loop + 1] - first;
    return parts_[first + (run.begin - first + k) % n];
  }

 private:
  template <class MayBeAlone>
  void split(const Contours& contours, const std::vector<Point2>& normals, const EdgeSpans& pairs,
             const EdgeSpans& middles, const Rules& rules, MayBeAlone&& may_be_alone) {
    parts_.clear();
    first_part_.assign(1, 0);
    runs_.clear();
    std::size_t pair = 0, middle = 0;
    for (std::size_t l = 0; l < contours.loops(); ++l) {
      for (std::uint32_t i = contours.first[l]; i < contours.first[l + 1]; ++i) {
        const std::uint32_t next = i + 1 < contours.first[l + 1] ? i + 1 : contours.first[l];
        const Point2 along = contours.points[next] - contours.points[i];
        add_edge(i, length(along), pairs, pair, middles, middle, may_be_alone(along));
      }
      first_part_.push_back(parts_.size());
    }
    for (std::size_t l = 0; l < contours.loops(); ++l) {
      find_runs(contours, normals, rules, l);
    }
    partner_.assign(2 * runs_.size(), kNone);
    link(rules.reach_mm);
    close_gaps(rules.short_mm);
    for (std::size_t r = 0; r < runs_.size(); ++r) {
      WallRun& run = runs_[r];
      if (!run.closed && partner_[2 * r] == kNone && partner_[2 * r + 1] == kNone &&
          run.length_mm < rules.short_mm / 2) {
        run.has = Has::kNothing;
      }
    }
  }

  /// Runs of pairs that are hardly anywhere sure, with all that they are linked to.
  [[nodiscard]] std::vector<char> doubtful_runs(const EdgeSpans& sure) const {
    std::vector<char> doubtful(runs_.size(), 0), seen(runs_.size(), 0);
    std::vector<std::size_t> chain;
    for (std::size_t r = 0; r < runs_.size(); ++r) {
      if (runs_[r].has != Has::kPair || seen[r]) continue;
      chain.assign(1, r);
      seen[r] = 1;
      double sure_mm = 0, all_mm = 0;
      for (std::size_t k = 0; k < chain.size(); ++k) {
        sure_mm += overlap_mm(runs_[chain[k]], sure);
        all_mm += runs_[chain[k]].length_mm;
        for (const std::size_t end : {2 * chain[k], 2 * chain[k] + 1}) {
          if (partner_[end] == kNone || seen[partner_[end] / 2]) continue;
          seen[partner_[end] / 2] = 1;
          chain.push_back(partner_[end] / 2);
        }
      }
      if (sure_mm >= all_mm / 2) continue;
      for (const std::size_t k : chain) doubtful[k] = 1;
    }
    return doubtful;
  }
  [[nodiscard]] double overlap_mm(const WallRun& run, const EdgeSpans& spans) const {
    double sum = 0;
    for (std::size_t k = 0; k < run.count; ++k) {
      const EdgeSpan& own = part(run, k).span;
      auto s = std::lower_bound(
          spans.spans.begin(), spans.spans.end(), own.edge,
          [](const EdgeSpan& span, std::uint32_t edge) { return span.edge < edge; });
      for (; s != spans.spans.end() && s->edge == own.edge; ++s) {
        sum += std::max(0.0, std::min(own.to_mm, s->to_mm) - std::max(own.from_mm, s->from_mm));
      }
    }
    return sum;
  }

  void add_edge(std::uint32_t i, double whole_mm, const EdgeSpans& pairs, std::size_t& pair,
                const EdgeSpans& middles, std::size_t& middle, bool may_be_alone) {
    if (pairs.whole) {
      EdgeSpan span;
      span.edge = i;
      span.to_mm = whole_mm;
      parts_.push_back({span, Has::kPair});
      return;
    }
    const std::size_t first_middle = middle;
    while (middle < middles.spans.size() && middles.spans[middle].edge == i) ++middle;
    const auto has_middle = [&](double from_mm, double to_mm) {
      if (!may_be_alone) return false;
      if (middles.whole) return true;
      double room_mm = 0;
      for (std::size_t m = first_middle; m < middle; ++m) {
        room_mm += std::max(0.0, std::min(to_mm, middles.spans[m].to_mm) -
                                     std::max(from_mm, middles.spans[m].from_mm));
      }
      return room_mm >= 0.5 * (to_mm - from_mm);
    };
    EdgeSpan gap;
    gap.edge = i;
    const auto add_gap = [&](double to_mm) {
      gap.to_mm = to_mm;
      if (to_mm > gap.from_mm) {
        parts_.push_back({gap, has_middle(gap.from_mm, to_mm) ? Has::kMiddle : Has::kNothing});
      }
    };
    for (; pair < pairs.spans.size() && pairs.spans[pair].edge == i; ++pair) {
      const EdgeSpan& span = pairs.spans[pair];
      if (!(whole_mm > 0)) continue;
      add_gap(span.from_mm);
      parts_.push_back({span, Has::kPair});
      gap.from_mm = span.to_mm;
    }
    add_gap(whole_mm);
  }

  void find_runs(const Contours& contours, const std::vector<Point2>& normals, const Rules& rules,
                 std::size_t l) {
    const std::size_t first = first_part_[l], n = first_part_[l + 1] - first;
    if (n == 0) return;
    std::size_t start = n;
    for (std::size_t k = 0; k < n && start == n; ++k) {
      if (parts_[first + k].has != parts_[first + (k + n - 1) % n].has) start = k;
    }
    if (start == n) {
      WallRun all{l, first, n, parts_[first].has, 0, true, {}};
      for (std::size_t k = 0; k < n; ++k) all.length_mm += parts_[first + k].length_mm();
      runs_.push_back(all);
      return;
    }
    const auto next_point = [&](std::uint32_t edge) {
      return contours.points[edge + 1 < contours.first[l + 1] ? edge + 1 : contours.first[l]];
    };
    for (std::size_t k = 0; k < n;) {
      const WallPart& begin = parts_[first + (start + k) % n];
      const EdgeSpan& head = begin.span;
      WallRun run{l, first + (start + k) % n, 0, begin.has, 0, false, {}};
      for (; k < n && parts_[first + (start + k) % n].has == begin.has; ++k) {
        ++run.count;
        run.length_mm += parts_[first + (start + k) % n].length_mm();
      }
      const EdgeSpan& tail = parts_[first + (start + k + n - 1) % n].span;
      const double depth_mm = run.has == Has::kPair ? rules.pair_mm : rules.alone_mm;
      const auto at = [&](const EdgeSpan& span, double along_mm) {
        const Point2 a = contours.points[span.edge], d = next_point(span.edge) - a;
        return a + d * (along_mm / length(d)) + normals[span.edge] * depth_mm;
      };
      run.ends[0] = at(head, head.from_mm);
      run.ends[1] = at(tail, tail.to_mm);
      runs_.push_back(run);
    }
  }

  /// Links ends that are near, the nearest first: of pairs ends to beginnings, of middle beads any,
  /// since each follows one side or the other.
  void link(double reach_mm) {
    ends_.clear();
    links_.clear();
    for (std::size_t r = 0; r < runs_.size(); ++r) {
      if (runs_[r].has == Has::kNothing || runs_[r].closed) continue;
      ends_.push_back(2 * r);
      ends_.push_back(2 * r + 1);
    }
    const auto point = [&](std::size_t end) { return runs_[end / 2].ends[end % 2]; };
    std::sort(ends_.begin(), ends_.end(), [&](std::size_t a, std::size_t b) {
      return point(a).x != point(b).x ? point(a).x < point(b).x : a < b;
    });
    for (std::size_t i = 0; i < ends_.size(); ++i) {
      const std::size_t a = ends_[i];
      for (std::size_t j = i + 1; j < ends_.size(); ++j) {
        const std::size_t b = ends_[j];
        const Point2 d = point(b) - point(a);
        if (d.x > reach_mm) break;
        const WallRun &run_a = runs_[a / 2], &run_b = runs_[b / 2];
        if (run_a.has != run_b.has || dot(d, d) > reach_mm * reach_mm) continue;
        if (run_a.has == Has::kPair && a % 2 == b % 2) continue;
        // A short run does not bite its own tail.
        if (a / 2 == b / 2 && run_a.length_mm < 4 * reach_mm) continue;
        links_.push_back({dot(d, d), std::min(a, b), std::max(a, b)});
      }
    }
    std::sort(links_.begin(), links_.end(), [](const Link& a, const Link& b) {
      if (a.distance != b.distance) return a.distance < b.distance;
      return a.one != b.one ? a.one < b.one : a.other < b.other;
    });
    for (const Link& l : links_) {
      if (partner_[l.one] != kNone || partner_[l.other] != kNone) continue;
      partner_[l.one] = l.other;
      partner_[l.other] = l.one;
    }
  }

  /// Where a pair stops for a moment it goes on.
  void close_gaps(double short_mm) {
    for (std::size_t r = 0; r < runs_.size(); ++r) {
      if (runs_[r].has == Has::kPair || runs_[r].closed || runs_[r].length_mm >= short_mm) continue;
      const std::size_t before = neighbour(r, false), after = neighbour(r, true);
      if (runs_[before].has != Has::kPair || runs_[after].has != Has::kPair) continue;
      if (partner_[2 * before + 1] != kNone || partner_[2 * after] != kNone) continue;
      partner_[2 * before + 1] = 2 * after;
      partner_[2 * after] = 2 * before + 1;
      runs_[r].has = Has::kNothing;
      for (const std::size_t end : {2 * r, 2 * r + 1}) {  // others that went on along it end
        if (partner_[end] != kNone) partner_[partner_[end]] = kNone;
        partner_[end] = kNone;
      }
    }
  }
  /// The run of the same loop after or before run `r`.
  [[nodiscard]] std::size_t neighbour(std::size_t r, bool after) const {
    const std::size_t loop = runs_[r].loop;
    if (after) {
      if (r + 1 < runs_.size() && runs_[r + 1].loop == loop) return r + 1;
      while (r > 0 && runs_[r - 1].loop == loop) --r;
      return r;
    }
    if (r > 0 && runs_[r - 1].loop == loop) return r - 1;
    while (r + 1 < runs_.size() && runs_[r + 1].loop == loop) ++r;
    return r;
  }

  struct Link {
    double distance;  ///< squared
    std::size_t one, other;
  };
  std::vector<WallPart> parts_;
  std::vector<std::size_t> first_part_;
  std::vector<WallRun> runs_;
  std::vector<std::size_t> partner_, ends_;
  std::vector<Link> links_;
};

}  // namespace costengine::detail
