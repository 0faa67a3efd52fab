#pragma once

#include <algorithm>
#include <cstring>

#include "costengine/motion/planner.hpp"

namespace costengine {

COSTENGINE_INLINE MotionPlanner::MotionPlanner(const MotionLimits& limits, std::uint32_t tags)
    : buffer_(kColumns * kStride), tags_(kBatch), seconds_(std::max<std::uint32_t>(tags, 1)) {
  set_limits(limits);
}

COSTENGINE_INLINE void MotionPlanner::set_limits(const MotionLimits& limits) {
  prepare();
  constexpr Number kNoLimit = 1e30F;
  for (std::size_t axis = 0; axis < kAxes; ++axis) {
    const double feedrate = limits.max_feedrate_mm_per_s[axis];
    const double acceleration = limits.max_acceleration_mm_per_s2[axis];
    const double jerk = limits.max_jerk_mm_per_s[axis];
    rules_.inverse_feedrate[axis] = feedrate > 0 ? static_cast<Number>(1 / feedrate) : 0;
    rules_.acceleration[axis] = acceleration > 0 ? static_cast<Number>(acceleration) : kNoLimit;
    rules_.jerk[axis] = jerk > 0 ? static_cast<Number>(jerk) : 0;
    rules_.inverse_jerk[axis] = jerk > 0 ? static_cast<Number>(1 / jerk) : kNoLimit;
  }
  const auto kind = [](double limit, Number otherwise) {
    const auto most = static_cast<Number>(limit);
    return limit > 0 ? Acceleration{most, most} : Acceleration{kNoLimit, otherwise};
  };
  rules_.extruding = kind(limits.max_extruding_acceleration_mm_per_s2, 1500);
  rules_.retracting = kind(limits.max_retracting_acceleration_mm_per_s2, 1500);
  rules_.travel = kind(limits.max_travel_acceleration_mm_per_s2, 1250);
  rules_.min_extruding_rate = static_cast<Number>(limits.min_extruding_rate_mm_per_s);
  rules_.min_travel_rate = static_cast<Number>(limits.min_travel_rate_mm_per_s);
  rules_.flow = static_cast<Number>(limits.flow);
}

COSTENGINE_INLINE void MotionPlanner::clear() {
  count_ = prepared_ = 0;
  std::fill(seconds_.begin(), seconds_.end(), 0.0);
}

COSTENGINE_INLINE void MotionPlanner::stop() {
  if (count_ == 0) return;
  prepare();
  find_entries();
  spend(count_);
  count_ = prepared_ = 0;
}

/// Plans a full batch, and keeps its open moves.
COSTENGINE_INLINE void MotionPlanner::plan() {
  prepare();
  find_entries();
  constexpr std::size_t kDone = kBatch - kOpen;
  spend(kDone);
  for (std::size_t c = 0; c < kEntry2; ++c) {
    Number* numbers = column(static_cast<Column>(c));
    std::memmove(numbers, numbers + kDone, kOpen * sizeof *numbers);
  }
  std::memmove(tags_.data(), tags_.data() + kDone, kOpen * sizeof tags_[0]);
  count_ = prepared_ = kOpen;
}

COSTENGINE_INLINE void MotionPlanner::prepare() {
  if (prepared_ == count_) return;
  prepare_each(prepared_, count_);
  join_each(prepared_, count_);
  prepared_ = count_;
}

/// Of each move alone: length, unit vector, speeds, acceleration.
COSTENGINE_INLINE void MotionPlanner::prepare_each(std::size_t first, std::size_t last) {
  Number* __restrict x = column(kX);
  Number* __restrict y = column(kY);
  Number* __restrict z = column(kZ);
  Number* __restrict e = column(kE);
  Number* __restrict speed = column(kSpeed);
  Number* __restrict acceleration = column(kAcceleration);
  Number* __restrict length = column(kLength);
  Number* __restrict cruise = column(kCruise);
  Number* __restrict safe = column(kSafe);
  const Rules rules = rules_;
  for (std::size_t i = first; i < last; ++i) {
    const Number square = x[i] * x[i] + y[i] * y[i] + z[i] * z[i];
    const Number root = __builtin_sqrtf(square);
    const Number along = square > 0 ? root : __builtin_fabsf(e[i]);
    const Number inverse = 1 / along;
    const Number moving = e[i] != 0 ? rules.extruding.most : rules.travel.most;
    const Number moving_unset = e[i] != 0 ? rules.extruding.unset : rules.travel.unset;
    const Number most = square > 0 ? moving : rules.retracting.most;
    const Number unset = square > 0 ? moving_unset : rules.retracting.unset;
    const Number capped = acceleration[i] < most ? acceleration[i] : most;
    Number a = acceleration[i] > 0 ? capped : unset;
    const Number least = e[i] == 0 ? rules.min_travel_rate : rules.min_extruding_rate;
    const Number wanted = speed[i] > least ? speed[i] : least;
    x[i] *= inverse;
    y[i] *= inverse;
    z[i] *= inverse;
    e[i] *= inverse;
    const Number part = __builtin_fabsf(e[i]);
    e[i] *= rules.flow;
    const Number u[kAxes] = {__builtin_fabsf(x[i]), __builtin_fabsf(y[i]), __builtin_fabsf(z[i]),
                             __builtin_fabsf(e[i])};
    Number slowest = 0;  // seconds per mm that the slowest axis needs
    for (std::size_t axis = 0; axis < kAxes; ++axis) {
      const Number needs = u[axis] * rules.inverse_feedrate[axis];
      slowest = slowest > needs ? slowest : needs;
      // As the slicer: the axis's limit becomes that of the move, however little the axis moves.
      const Number axis_most = rules.acceleration[axis];
      const Number share = axis < 3 ? u[axis] : part;
      a = a * share > axis_most ? axis_most : a;
    }
    const Number v = wanted * slowest > 1 ? 1 / slowest : wanted;
    Number s = v;
    for (std::size_t axis = 0; axis < kAxes; ++axis) {
      const Number jerk = rules.jerk[axis];
      const Number lower = s < jerk ? s : jerk;
      s = v * u[axis] > jerk ? lower : s;
    }
    length[i] = along;
    speed[i] = wanted;
    acceleration[i] = a;
    cruise[i] = v;
    safe[i] = s;
  }
}

/// The squares of the junction speeds at the start of each move.
COSTENGINE_INLINE void MotionPlanner::join_each(std::size_t first, std::size_t last) {
  const Number* __restrict x = column(kX);
  const Number* __restrict y = column(kY);
  const Number* __restrict z = column(kZ);
  const Number* __restrict e = column(kE);
  const Number* __restrict speed = column(kSpeed);
  const Number* __restrict cruise = column(kCruise);
  const Number* __restrict safe = column(kSafe);
  Number* __restrict junction2 = column(kJunction2);
  if (first == 0) {
    junction2[0] = safe[0] * safe[0];
    first = 1;
  }
  const Rules rules = rules_;
  for (std::size_t i = first; i < last; ++i) {
    // As the slicer: a faster move before is scaled down to this one, from the speed that was
    // wanted of it; a faster move after is not scaled.
    const Number before = speed[i - 1];
    const Number v = cruise[i];
    const Number scale = before > v ? v / before : 1;
    const Number slower = before > v ? v : before;
    const Number v_out = cruise[i - 1] * scale;
    const Number out[kAxes] = {v_out * x[i - 1], v_out * y[i - 1], v_out * z[i - 1],
                               v_out * e[i - 1]};
    const Number in[kAxes] = {v * x[i], v * y[i], v * z[i], v * e[i]};
    Number worst = 0;  // change of an axis over its jerk
    for (std::size_t axis = 0; axis < kAxes; ++axis) {
      const Number a = __builtin_fabsf(out[axis]);
      const Number b = __builtin_fabsf(in[axis]);
      const Number larger = a > b ? a : b;
      const Number difference = __builtin_fabsf(out[axis] - in[axis]);
      const Number jump =
          (out[axis] * in[axis] > 0 ? difference : larger) * rules.inverse_jerk[axis];
      worst = worst > jump ? worst : jump;
    }
    const Number turn = worst > 1 ? slower / worst : slower;
    const Number lower = safe[i - 1] < safe[i] ? safe[i - 1] : safe[i];
    const Number junction = lower > 0.99F * turn ? safe[i] : turn;
    junction2[i] = junction * junction;
  }
}

/// The squares of the entry speeds, and of the speed after the last move.
COSTENGINE_INLINE void MotionPlanner::find_entries() {
  const Number* __restrict length = column(kLength);
  const Number* __restrict acceleration = column(kAcceleration);
  const Number* __restrict safe = column(kSafe);
  const Number* __restrict junction2 = column(kJunction2);
  Number* __restrict entry2 = column(kEntry2);
  Number next2 = safe[count_ - 1] * safe[count_ - 1];
  entry2[count_] = next2;
  for (std::size_t i = count_; i-- > 0;) {
    const Number gain2 = 2 * acceleration[i] * length[i];
    const bool brakes = junction2[i] <= safe[i] * safe[i] + gain2;  // into rest, even
    const Number reach2 = next2 + gain2;
    const Number limited = junction2[i] < reach2 ? junction2[i] : reach2;
    next2 = entry2[i] = brakes ? junction2[i] : limited;
  }
}

/// Adds up the seconds of the first `last` moves.
COSTENGINE_INLINE void MotionPlanner::spend(std::size_t last) {
  const Number* __restrict length = column(kLength);
  const Number* __restrict acceleration = column(kAcceleration);
  const Number* __restrict cruise = column(kCruise);
  const Number* __restrict entry2 = column(kEntry2);
  Number* __restrict seconds = column(kSeconds);
  for (std::size_t i = 0; i < last; ++i) {
    const Number a = acceleration[i];
    const Number v2 = cruise[i] * cruise[i];
    const Number in2 = entry2[i];
    const Number out2 = entry2[i + 1] < v2 ? entry2[i + 1] : v2;
    const Number gain2 = 2 * a * length[i];
    const Number meet2 = 0.5F * (gain2 + in2 + out2);  // where speeding up meets braking
    const Number least2 = meet2 > in2 ? meet2 : in2;
    const Number most2 = least2 < in2 + gain2 ? least2 : in2 + gain2;
    const Number top2 = v2 < meet2 ? v2 : most2;
    const Number left2 = 2 * top2 - in2 - gain2;  // after braking over what is left of the move
    const Number short2 = left2 > 0 ? left2 : 0;
    const Number end2 = v2 < meet2 ? out2 : short2;
    const Number inverse = 1 / a;
    const Number top = __builtin_sqrtf(top2);
    const Number ramps = 2 * top - __builtin_sqrtf(in2) - __builtin_sqrtf(end2);
    const Number cruise_mm = v2 < meet2 ? (meet2 - v2) * inverse : 0;
    seconds[i] = ramps * inverse + cruise_mm / top;
  }
  for (std::size_t i = 0; i < last; ++i) seconds_[tags_[i]] += seconds[i];
}

}  // namespace costengine
