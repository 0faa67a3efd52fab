#pragma once

#include <algorithm>
#include <cstring>

#include "costengine/motion/planner.hpp"

namespace costengine {

namespace detail {

/// Stands for "no limit" where a comparison or a product needs a number.
inline constexpr double kNoLimit = 1e30;

inline double limit_or_none(double limit) {
  return limit > 0 ? limit : kNoLimit;
}

}  // namespace detail

COSTENGINE_INLINE MotionPlanner::MotionPlanner(const MotionLimits& limits, std::uint32_t tags)
    : buffer_(kColumns * kStride), tags_(kBatch), seconds_(std::max<std::uint32_t>(tags, 1)) {
  set_limits(limits);
}

COSTENGINE_INLINE void MotionPlanner::set_limits(const MotionLimits& limits) {
  using detail::limit_or_none;
  prepare();
  limits_ = limits;
  for (std::size_t axis = 0; axis < kAxes; ++axis) {
    limits_.max_feedrate_mm_per_s[axis] = limit_or_none(limits.max_feedrate_mm_per_s[axis]);
    limits_.max_acceleration_mm_per_s2[axis] =
        limit_or_none(limits.max_acceleration_mm_per_s2[axis]);
  }
  const auto set = [](Acceleration& acceleration, double limit, double otherwise) {
    acceleration = {.most = limit_or_none(limit), .unset = limit > 0 ? limit : otherwise};
  };
  set(extruding_, limits.max_extruding_acceleration_mm_per_s2, 1500);
  set(retracting_, limits.max_retracting_acceleration_mm_per_s2, 1500);
  set(travel_, limits.max_travel_acceleration_mm_per_s2, 1250);
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
    double* numbers = column(static_cast<Column>(c));
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
  double* __restrict x = column(kX);
  double* __restrict y = column(kY);
  double* __restrict z = column(kZ);
  double* __restrict e = column(kE);
  double* __restrict speed = column(kSpeed);
  double* __restrict acceleration = column(kAcceleration);
  double* __restrict length = column(kLength);
  double* __restrict cruise = column(kCruise);
  double* __restrict safe = column(kSafe);
  const MotionLimits l = limits_;
  const Acceleration extruding = extruding_, retracting = retracting_, travel = travel_;
  std::array<double, kAxes> inverse_feedrate;
  for (std::size_t axis = 0; axis < kAxes; ++axis) {
    inverse_feedrate[axis] = 1 / l.max_feedrate_mm_per_s[axis];
  }
  for (std::size_t i = first; i < last; ++i) {
    const double square = x[i] * x[i] + y[i] * y[i] + z[i] * z[i];
    const double root = __builtin_sqrt(square);
    const double along = square > 0 ? root : __builtin_fabs(e[i]);
    const double inverse = 1 / along;
    const double moving = e[i] != 0 ? extruding.most : travel.most;
    const double moving_unset = e[i] != 0 ? extruding.unset : travel.unset;
    const double most = square > 0 ? moving : retracting.most;
    const double unset = square > 0 ? moving_unset : retracting.unset;
    const double capped = acceleration[i] < most ? acceleration[i] : most;
    double a = acceleration[i] > 0 ? capped : unset;
    const double least = e[i] == 0 ? l.min_travel_rate_mm_per_s : l.min_extruding_rate_mm_per_s;
    const double wanted = speed[i] > least ? speed[i] : least;
    x[i] *= inverse;
    y[i] *= inverse;
    z[i] *= inverse;
    e[i] *= inverse;
    const double part = __builtin_fabs(e[i]);
    e[i] *= l.flow;
    const double u[kAxes] = {__builtin_fabs(x[i]), __builtin_fabs(y[i]), __builtin_fabs(z[i]),
                             __builtin_fabs(e[i])};
    double slowest = 0;  // seconds per mm that the slowest axis needs
    for (std::size_t axis = 0; axis < kAxes; ++axis) {
      const double needs = u[axis] * inverse_feedrate[axis];
      slowest = slowest > needs ? slowest : needs;
      // As the slicer: the axis's limit becomes that of the move, however little the axis moves.
      const double axis_most = l.max_acceleration_mm_per_s2[axis];
      const double share = axis < 3 ? u[axis] : part;
      a = a * share > axis_most ? axis_most : a;
    }
    const double v = wanted * slowest > 1 ? 1 / slowest : wanted;
    double s = v;
    for (std::size_t axis = 0; axis < kAxes; ++axis) {
      const double jerk = l.max_jerk_mm_per_s[axis];
      const double lower = s < jerk ? s : jerk;
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
  const double* __restrict x = column(kX);
  const double* __restrict y = column(kY);
  const double* __restrict z = column(kZ);
  const double* __restrict e = column(kE);
  const double* __restrict speed = column(kSpeed);
  const double* __restrict cruise = column(kCruise);
  const double* __restrict safe = column(kSafe);
  double* __restrict junction2 = column(kJunction2);
  if (first == 0) {
    junction2[0] = safe[0] * safe[0];
    first = 1;
  }
  std::array<double, kAxes> inverse_jerk;
  for (std::size_t axis = 0; axis < kAxes; ++axis) {
    const double jerk = limits_.max_jerk_mm_per_s[axis];
    inverse_jerk[axis] = jerk > 0 ? 1 / jerk : detail::kNoLimit;
  }
  for (std::size_t i = first; i < last; ++i) {
    // As the slicer: a faster move before is scaled down to this one, from the speed that was
    // wanted of it; a faster move after is not scaled.
    const double before = speed[i - 1];
    const double v = cruise[i];
    const double scale = before > v ? v / before : 1;
    const double slower = before > v ? v : before;
    const double v_out = cruise[i - 1] * scale;
    const double out[kAxes] = {v_out * x[i - 1], v_out * y[i - 1], v_out * z[i - 1],
                               v_out * e[i - 1]};
    const double in[kAxes] = {v * x[i], v * y[i], v * z[i], v * e[i]};
    double worst = 0;  // change of an axis over its jerk
    for (std::size_t axis = 0; axis < kAxes; ++axis) {
      const double a = __builtin_fabs(out[axis]);
      const double b = __builtin_fabs(in[axis]);
      const double larger = a > b ? a : b;
      const double difference = __builtin_fabs(out[axis] - in[axis]);
      const double jump = (out[axis] * in[axis] > 0 ? difference : larger) * inverse_jerk[axis];
      worst = worst > jump ? worst : jump;
    }
    const double turn = worst > 1 ? slower / worst : slower;
    const double lower = safe[i - 1] < safe[i] ? safe[i - 1] : safe[i];
    const double junction = lower > 0.99 * turn ? safe[i] : turn;
    junction2[i] = junction * junction;
  }
}

/// The squares of the entry speeds, and of the speed after the last move.
COSTENGINE_INLINE void MotionPlanner::find_entries() {
  const double* __restrict length = column(kLength);
  const double* __restrict acceleration = column(kAcceleration);
  const double* __restrict safe = column(kSafe);
  const double* __restrict junction2 = column(kJunction2);
  double* __restrict entry2 = column(kEntry2);
  double next2 = safe[count_ - 1] * safe[count_ - 1];
  entry2[count_] = next2;
  for (std::size_t i = count_; i-- > 0;) {
    const double gain2 = 2 * acceleration[i] * length[i];
    const bool brakes = junction2[i] <= safe[i] * safe[i] + gain2;  // into rest, even
    const double reach2 = next2 + gain2;
    const double limited = junction2[i] < reach2 ? junction2[i] : reach2;
    next2 = entry2[i] = brakes ? junction2[i] : limited;
  }
}

/// Adds up the seconds of the first `last` moves.
COSTENGINE_INLINE void MotionPlanner::spend(std::size_t last) {
  const double* __restrict length = column(kLength);
  const double* __restrict acceleration = column(kAcceleration);
  const double* __restrict cruise = column(kCruise);
  const double* __restrict entry2 = column(kEntry2);
  double* __restrict seconds = column(kSeconds);
  for (std::size_t i = 0; i < last; ++i) {
    const double a = acceleration[i];
    const double v2 = cruise[i] * cruise[i];
    const double in2 = entry2[i];
    const double out2 = entry2[i + 1] < v2 ? entry2[i + 1] : v2;
    const double gain2 = 2 * a * length[i];
    const double meet2 = 0.5 * (gain2 + in2 + out2);  // where speeding up meets braking
    const double least2 = meet2 > in2 ? meet2 : in2;
    const double most2 = least2 < in2 + gain2 ? least2 : in2 + gain2;
    const double top2 = v2 < meet2 ? v2 : most2;
    const double left2 = 2 * top2 - in2 - gain2;  // after braking over what is left of the move
    const double short2 = left2 > 0 ? left2 : 0;
    const double end2 = v2 < meet2 ? out2 : short2;
    const double inverse = 1 / a;
    const double top = __builtin_sqrt(top2);
    const double ramps = 2 * top - __builtin_sqrt(in2) - __builtin_sqrt(end2);
    const double cruise_mm = v2 < meet2 ? (meet2 - v2) * inverse : 0;
    seconds[i] = ramps * inverse + cruise_mm / top;
  }
  for (std::size_t i = 0; i < last; ++i) seconds_[tags_[i]] += seconds[i];
}

}  // namespace costengine
