// A wall at its distance from the outline: the outline's edges moved inwards and joined anew.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "costengine/slice/contours.hpp"

namespace costengine::detail {

/// Edges of an outline moved along their normals, in a row. Where the way turns inwards, short
/// edges have no room left: they go, and their neighbours meet instead. Cost: O(edges) for each
/// generation of edges that goes.
class OffsetPath {
 public:
  void clear() { lines_.clear(); }

  /// The edge from `a` to `b`, `depth_mm` inwards; `normal` is its unit normal to the inside. The
  /// inside may lie on either side, for edges that are followed backwards.
  void add(Point2 a, Point2 b, Point2 normal, double depth_mm) {
    const Point2 d = b - a, shift = normal * depth_mm;
    const double l = length(d);
    if (!(l > 0)) return;
    const double to_left_mm = cross(d, normal) < 0 ? -depth_mm : depth_mm;
    lines_.push_back({a + shift, b + shift, d * (1 / l), to_left_mm, false});
  }
  /// The last edge ends where it is cut, wherever the next one begins.
  void cut() {
    if (!lines_.empty()) lines_.back().cut = true;
  }

  /// Joins the edges, the last to the first too if they are a `loop`. False if nothing is left.
  bool join(bool loop) {
    loop_ = loop;
    for (int round = 0;; ++round) {
      if (lines_.size() < (loop ? 3U : 1U)) return false;
      find_ends();
      if (round == kRounds || !drop_turned()) return true;
    }
  }

  template <class Visit>
  void for_each_point(Visit&& visit) const {
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      visit(ends_[i].from);
      const bool last = i + 1 == lines_.size();
      const Point2 next = ends_[last ? 0 : i + 1].from;
      if ((last && !loop_) || !(next == ends_[i].to)) visit(ends_[i].to);
    }
  }

 private:
  static constexpr int kRounds = 12;
  static constexpr double kRounded_mm = 0.025;
  struct Line {
    Point2 from, to;  ///< before it is joined
    Point2 along;
    double depth_mm;  ///< to the left
    bool cut;
  };
  struct Ends {
    Point2 from, to;
  };

  void find_ends() {
    const std::size_t n = lines_.size();
    ends_.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t next = i + 1 < n ? i + 1 : 0;
      if (next == 0 && !loop_) break;
      meet(lines_[i], lines_[next], ends_[i].to, ends_[next].from);
    }
    if (!loop_) {
      ends_.front().from = lines_.front().from;
      ends_.back().to = lines_.back().to;
    }
  }

  /// Where `a` ends and `b` begins: at one point, or at the ends of a bevel.
  static void meet(const Line& a, const Line& b, Point2& end, Point2& begin) {
    if (a.cut) {
      end = a.to;
      begin = b.from;
      return;
    }
    const double turn = cross(a.along, b.along);
    if (std::fabs(turn) < 0.02) {
      end = begin = (a.to + b.from) * 0.5;
      if (dot(a.along, b.along) < 0) end = a.to, begin = b.from;
      return;
    }
    const Point2 meeting = a.from + a.along * (cross(b.from - a.from, b.along) / turn);
    // Round a corner that points into the part, a bead keeps its distance instead of going out to
    // the mitre, unless that is hardly farther.
    const double beyond_mm = a.depth_mm * (1 - dot(a.along, b.along));
    if (turn * a.depth_mm < 0 && beyond_mm > kRounded_mm) {
      end = a.to;
      begin = b.from;
      return;
    }
    end = begin = meeting;
  }

  /// Drops edges that run backwards, of neighbours one at a time. Returns whether any did.
  bool drop_turned() {
    std::size_t kept = 0;
    bool dropped_before = false, any = false;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const bool turned = dot(ends_[i].to - ends_[i].from, lines_[i].along) < 0;
      if (turned && !dropped_before) {
        dropped_before = any = true;
        if (lines_[i].cut && kept > 0) lines_[kept - 1].cut = true;
        continue;
      }
      dropped_before = false;
      lines_[kept++] = lines_[i];
    }
    lines_.resize(kept);
    return any;
  }

  bool loop_ = false;
  std::vector<Line> lines_;
  std::vector<Ends> ends_;
};

}  // namespace costengine::detail
