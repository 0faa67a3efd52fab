/// The motion planner: how long a machine takes for a sequence of straight moves.
///
/// It plans as the firmware of common printers does (Marlin's classic jerk), and answers what
/// PrusaSlicer 2.5 estimates for the same moves:
///  1. A move accelerates at a constant rate, cruises, and brakes. Its speed is lowered until no
///     axis exceeds its feedrate limit, its acceleration until no axis exceeds its own.
///  2. From rest, and into rest, a move starts and ends at its safe speed: the speed at which no
///     axis changes by more than its jerk.
///  3. Between two moves the machine does not stop: the junction speed is the highest at which no
///     axis changes by more than its jerk.
///  4. A reverse pass lowers junction speeds to what can still be braked down to the later ones.
///     There is no pass forward: a move that cannot reach its end speed is followed by one that
///     has it all the same. The slicer's estimate has this gap; on curves of short moves it is
///     worth up to half a percent of the time.
///  5. The look-ahead is that of the slicer, too: a batch of 257 moves is planned as if the machine
///     rested after it, and the last 64 of it again with the next batch.
///
///     MotionPlanner planner(motion_limits(profile.machine), 2);
///     planner.add({.x_mm = 20, .e_mm = 0.7, .speed_mm_per_s = 45, .tag = 0});
///     planner.add({.y_mm = 30, .speed_mm_per_s = 180, .tag = 1});
///     planner.stop();
///     planner.seconds(1);  // of the travel
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "costengine/base/config.hpp"
#include "costengine/motion/limits.hpp"

namespace costengine {

/// A straight move: the displacement of the axes, and how fast they were told to do it.
struct Move {
  double x_mm = 0, y_mm = 0, z_mm = 0;
  double e_mm = 0;                    ///< filament; negative while retracting
  double speed_mm_per_s = 0;          ///< along x, y and z, or of the filament; above 0
  double acceleration_mm_per_s2 = 0;  ///< as set by M204; 0: the limit of this kind of move
  std::uint32_t tag = 0;              ///< whose seconds these are; below the planner's tags
};

/// Plans moves and adds up their seconds by tag. One thread at a time; copies are independent.
///
/// Which acceleration limit holds: of the extruder alone the retracting one; with filament, be it
/// pushed or drawn back (a wipe), the extruding one; without it that of travels.
///
/// Cost: 20 ns a move as the library is compiled, three times that at -O2; no allocation after the
/// constructor.
class MotionPlanner {
 public:
  /// `tags` is at least 1.
  explicit MotionPlanner(const MotionLimits& limits, std::uint32_t tags = 1);

  /// Appends a move; one that moves nothing is left out.
  void add(const Move& move) {
    if (move.x_mm == 0 && move.y_mm == 0 && move.z_mm == 0 && move.e_mm == 0) return;
    const auto number = [](double value) { return static_cast<Number>(value); };
    Number* at = buffer_.data() + count_;
    at[kX * kStride] = number(move.x_mm);
    at[kY * kStride] = number(move.y_mm);
    at[kZ * kStride] = number(move.z_mm);
    at[kE * kStride] = number(move.e_mm);
    at[kSpeed * kStride] = number(move.speed_mm_per_s);
    at[kAcceleration * kStride] = number(move.acceleration_mm_per_s2);
    tags_[count_] = move.tag;
    if (++count_ == kBatch) plan();
  }

  /// The machine comes to rest: what follows starts anew. Seconds are complete only after it.
  void stop();

  [[nodiscard]] double seconds(std::uint32_t tag) const { return seconds_[tag]; }
  /// By tag. Stays valid, and changes with stop() and add().
  [[nodiscard]] std::span<const double> seconds() const { return seconds_; }

  /// Other limits for the moves that follow, without a stop.
  void set_limits(const MotionLimits& limits);

  /// Forgets moves and seconds, keeps the limits.
  void clear();

 private:
  /// Single precision, as the slicer's own: twice as many numbers in a register. A move's seconds
  /// are good to a millionth; sums are double.
  using Number = float;

  /// Columns of the buffer. The first six hold a move as it was added; prepare() turns them into a
  /// unit vector, the speed wanted and the acceleration.
  enum Column : std::size_t {
    kX,
    kY,
    kZ,
    kE,
    kSpeed,
    kAcceleration,
    kLength,
    kCruise,
    kSafe,
    kJunction2,
    kEntry2,
    kSeconds,
    kColumns
  };
  static constexpr std::size_t kBatch = 257;   ///< moves that are planned together
  static constexpr std::size_t kOpen = 64;     ///< of them planned again with the next batch
  static constexpr std::size_t kStride = 272;  ///< room for kBatch and an end, in whole lines

  Number* column(Column c) { return buffer_.data() + c * kStride; }
  void plan();
  void prepare();
  void prepare_each(std::size_t first, std::size_t last);
  void join_each(std::size_t first, std::size_t last);
  void find_entries();
  void spend(std::size_t last);

  /// Of one kind of move: the limit, and what holds where no command set one.
  struct Acceleration {
    Number most, unset;
  };
  /// The limits as the planner computes with them.
  struct Rules {
    std::array<Number, kAxes> inverse_feedrate, acceleration, jerk, inverse_jerk;
    Acceleration extruding, retracting, travel;
    Number min_extruding_rate, min_travel_rate, flow;
  };

  Rules rules_{};
  std::vector<Number> buffer_;
  std::vector<std::uint32_t> tags_;
  std::vector<double> seconds_;
  std::size_t count_ = 0;     ///< moves in the buffer
  std::size_t prepared_ = 0;  ///< of them with speeds
};

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/motion/planner.ipp"
#endif
