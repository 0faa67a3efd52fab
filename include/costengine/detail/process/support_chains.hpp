// Runs of parallel lines joined into paths, as supports are drawn.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "costengine/detail/process/layer_path.hpp"
#include "costengine/detail/slice/row_runs.hpp"
#include "costengine/slice/support.hpp"

namespace costengine::detail {

struct SupportScratch {
  struct End {
    Run run;
    bool at_right;
    std::size_t chain;
    bool taken;
  };
  SupportRegions regions;
  BitMask mask, spare, turned, turned_off, turned_spare, sheathed, blocked;
  RowRuns cut_one;
  std::vector<std::vector<Run>> rows, joined;
  RunScratch runs;
  std::vector<End> before, now;
  std::vector<std::vector<Point2>> chains;
  Contours outline, columns;
};

/// The run of row k that continues `run` of a neighbouring row; null if there is none.
inline const Run* next_run(const std::vector<Run>& row, const Run& run) {
  const Run* best = nullptr;
  double most = 0;
  for (const Run& r : row) {
    const double overlap = std::min(r.second, run.second) - std::max(r.first, run.first);
    if (overlap > most) most = overlap, best = &r;
  }
  return best;
}

/// Joins every `step`-th row into chains: neighbours at their ends, along the rows in between,
/// every other one reversed. With rows in between, the ends of a chain go round what the region has
/// beyond its last line, unless they are left free.
inline void add_chains(const LineFamily& family, int first_row, int step, Role role,
                       double longest_link, SupportScratch& s, PathStore& store,
                       bool free_ends = false) {
  std::size_t used = 0;
  s.before.clear();
  const auto y_of = [&](int k) { return family.start_mm + k * family.pitch_mm; };
  const auto point = [&](double x, double y) { return family.turn_back({x, y}); };
  const auto rows = [&](int k) -> const std::vector<Run>& {
    return s.rows[static_cast<std::size_t>(k)];
  };
  // From the end of a line around the region beyond it, upwards or downwards, to its other end.
  // Where the region ends with the line, or goes on to another line, the slicer often leads the
  // end along the boundary towards a neighbour: this far on average.
  const double way_mm = 0.23 * step * family.pitch_mm;
  std::vector<Point2> back;
  const auto go_round = [&](const Run& run, int k, int direction, bool at_right,
                            std::vector<Point2>& chain) {
    back.clear();
    Run at = run;
    const std::size_t before = chain.size();
    for (int j = k + direction; j >= 0 && j < family.lines; j += direction) {
      const Run* next = next_run(rows(j), at);
      if (next == nullptr) break;
      at = *next;
      if (j == k + direction * step) {  // there is another line
        chain.resize(before);
        back.clear();
        break;
      }
      chain.push_back(point(at_right ? at.second : at.first, y_of(j)));
      back.push_back(point(at_right ? at.first : at.second, y_of(j)));
    }
    chain.insert(chain.end(), back.rbegin(), back.rend());
    if (chain.size() == before) {
      chain.push_back(point(at_right ? run.second : run.first, y_of(k) - direction * way_mm));
    }
  };
  for (int k = first_row; k < family.lines; k += step) {
    s.now.clear();
    for (const Run& run : rows(k)) {
      if (run.second - run.first < 0.01) continue;
      SupportScratch::End next{run, true, 0, false};
      SupportScratch::End* from = nullptr;
      for (SupportScratch::End& e : s.before) {
        if (e.taken) continue;
        const double link =
            e.at_right ? std::fabs(e.run.second - run.second) : std::fabs(e.run.first - run.first);
        if (link > longest_link) continue;
        const Run* at = &e.run;
        for (int j = k - step + 1; j < k && at != nullptr; ++j) at = next_run(rows(j), *at);
        if (at == nullptr || at->second < run.first || at->first > run.second) continue;
        from = &e;
        break;
      }
      if (from != nullptr) {
        from->taken = true;
        next.chain = from->chain;
        next.at_right = !from->at_right;
        const Run* at = &from->run;
        for (int j = k - step + 1; j < k; ++j) {
          at = next_run(rows(j), *at);
          s.chains[next.chain].push_back(point(from->at_right ? at->second : at->first, y_of(j)));
        }
      } else {
        if (used == s.chains.size()) s.chains.emplace_back();
        s.chains[used].clear();
        next.chain = used++;
        if (step > 1 && !free_ends) {
          go_round(run, k, -1, false, s.chains[next.chain]);
          std::reverse(s.chains[next.chain].begin(), s.chains[next.chain].end());
        }
      }
      std::vector<Point2>& chain = s.chains[next.chain];
      chain.push_back(point(next.at_right ? run.first : run.second, y_of(k)));
      chain.push_back(point(next.at_right ? run.second : run.first, y_of(k)));
      s.now.push_back(next);
    }
    for (const SupportScratch::End& e : s.before) {
      if (e.taken || step == 1 || free_ends) continue;
      go_round(e.run, k - step, 1, e.at_right, s.chains[e.chain]);
    }
    std::swap(s.before, s.now);
    if (k + step >= family.lines && step > 1 && !free_ends) {
      for (const SupportScratch::End& e : s.before) {
        go_round(e.run, k, 1, e.at_right, s.chains[e.chain]);
      }
    }
  }
  for (std::size_t c = 0; c < used; ++c) {
    store.begin_piece(role);
    for (const Point2 p : s.chains[c]) store.add(p);
    store.end_piece();
  }
}

}  // namespace costengine::detail
