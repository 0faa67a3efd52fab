// The heights of a support's layers: contacts lie where the part wants them, and between them as
// few layers as the nozzle allows, of equal height.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "costengine/slice/support.hpp"

namespace costengine::detail {

struct ScheduleRules {
  double first_mm = 0;               ///< height of the first layer; on a raft, where columns begin
  double least_mm = 0, most_mm = 0;  ///< of a layer
  bool on_raft = false;              ///< there is no first layer
};

inline constexpr double kSameHeight_mm = 1e-4;

inline void sort_by_height(std::vector<SupportLevel>& levels) {
  std::stable_sort(levels.begin(), levels.end(), [](const SupportLevel& a, const SupportLevel& b) {
    return a.top_mm < b.top_mm;
  });
}

/// Sets the bottoms of top contacts (where they equal the top: still to be decided) and returns the
/// layers of the columns. Both lists of contacts are sorted by height.
inline std::vector<SupportLevel> schedule(std::vector<SupportContact>& tops,
                                          const std::vector<SupportContact>& bottoms,
                                          const ScheduleRules& rules) {
  struct Extreme {
    double z;  // of a top contact its bottom, of a bottom contact its top
    SupportContact* top;
  };
  std::vector<Extreme> extremes;
  for (SupportContact& t : tops) extremes.push_back({t.bottom_mm, &t});
  for (const SupportContact& b : bottoms) {
    bool known = false;
    for (const Extreme& e : extremes) {
      known = known || (e.top == nullptr && std::fabs(e.z - b.top_mm) < kSameHeight_mm);
    }
    if (!known) extremes.push_back({b.top_mm, nullptr});
  }
  std::stable_sort(extremes.begin(), extremes.end(),
                   [](const Extreme& a, const Extreme& b) { return a.z < b.z; });
  std::vector<SupportLevel> levels;
  const auto add = [&](double bottom, double top) {
    levels.push_back({bottom, top, true, RaftPart::kNone});
  };
  if (!rules.on_raft && !extremes.empty() && extremes.back().z > rules.first_mm + kSameHeight_mm) {
    add(0, rules.first_mm);
  }
  const Extreme* before = nullptr;
  for (Extreme& next : extremes) {
    const Extreme* last = before;
    before = &next;
    if (next.z < rules.first_mm + kSameHeight_mm) continue;
    double from = last == nullptr ? 0 : last->z;
    const bool on_top =
        last != nullptr && last->top != nullptr && last->z > rules.first_mm - kSameHeight_mm;
    if (from < rules.first_mm) from = rules.first_mm;
    double distance = next.z - from;
    if (distance < kSameHeight_mm) continue;
    const auto steps_for = [&](double d) {
      return std::max(0, static_cast<int>(std::ceil(d / rules.most_mm - 1e-6)));
    };
    int steps = steps_for(distance);
    double step = distance / std::max(1, steps);
    if (on_top && last->top->top_mm + rules.least_mm > from + step) {
      add(from, last->top->top_mm);
      from = last->top->top_mm;
      distance = next.z - from;
      steps = distance < kSameHeight_mm ? 0 : steps_for(distance);
      if (steps == 0) {
        if (next.top != nullptr) next.top->bottom_mm = next.z = last->z;
        continue;
      }
      step = distance / steps;
    }
    if (next.top != nullptr) {
      next.z = next.top->bottom_mm = next.top->top_mm - step;
      --steps;
    }
    for (int i = 0; i < steps; ++i) {
      add(from + i * step, i + 1 == steps ? next.z : from + (i + 1) * step);
    }
  }
  // The last contact has its own layer; it is known by its height alone.
  const auto level_at = [&](double bottom, double top) {
    for (const SupportLevel& l : levels) {
      if (std::fabs(l.top_mm - top) < kSameHeight_mm) return;
    }
    levels.push_back({bottom, top, false, RaftPart::kNone});
  };
  for (const SupportContact& t : tops) {
    if (t.dense.allocated()) level_at(t.bottom_mm, t.top_mm);
  }
  for (const SupportContact& b : bottoms) {
    if (b.dense.allocated()) level_at(b.bottom_mm, b.top_mm);
  }
  sort_by_height(levels);
  return levels;
}

/// Adds the layers of a raft. Its contact layer may have the height of one of the columns'.
inline void add_raft_levels(const Raft& raft, double first_mm, std::vector<SupportLevel>& levels) {
  double top = 0;
  for (int i = 0; i < raft.layers(); ++i) {
    const double bottom = top;
    top += i == 0 ? first_mm : raft.layer_mm;
    const bool contact = i + 1 == raft.layers();
    const RaftPart part = contact                ? RaftPart::kContact
                          : i == 0               ? RaftPart::kFirst
                          : i < raft.base_layers ? RaftPart::kBase
                                                 : RaftPart::kInterface;
    const auto same = std::find_if(levels.begin(), levels.end(), [&](const SupportLevel& l) {
      return std::fabs(l.top_mm - top) < kSameHeight_mm;
    });
    if (same != levels.end()) {
      same->raft = part;
    } else {
      levels.push_back({bottom, top, false, part});
    }
  }
  sort_by_height(levels);
}

}  // namespace costengine::detail
