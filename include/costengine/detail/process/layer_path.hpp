// The way of the nozzle through one layer: pieces of path, the order they are printed in, and the
// travels and retractions between them.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "costengine/base/trig.hpp"
#include "costengine/detail/process/beads.hpp"
#include "costengine/detail/process/seam.hpp"
#include "costengine/motion/planner.hpp"
#include "costengine/slice/bits.hpp"
#include "costengine/slice/contours.hpp"

namespace costengine::detail {

/// A connected piece of path of one role: points [begin, end) of its store. A loop ends where it
/// began.
struct PathPiece {
  Role role = Role::kSolidInfill;
  std::size_t begin = 0, end = 0;
  bool loop = false;
  double flow = 1;            ///< factor on the bead's flow
  double speed = 0;           ///< instead of the bead's; 0: the bead's
  std::uint32_t island = 0;   ///< which part of the layer it belongs to
  std::uint32_t group = 0;    ///< of infill: pieces of a group are printed before the next one
  std::uint32_t outline = 0;  ///< of a wall: the contour it follows ...
  int wall = -1;              ///< ... and its number, from outside; -1: not a wall
  bool alone = false;         ///< an inner wall without a partner, in the middle
};

/// Pieces of path that share one array of points.
struct PathStore {
  std::vector<Point2> points;
  std::vector<PathPiece> pieces;

  void clear() {
    points.clear();
    pieces.clear();
  }
  void begin_piece(Role role) {
    pieces.push_back({role, points.size(), points.size(), false, 1, 0});
  }
  void add(Point2 p) {
    Point2& at = points.emplace_back();
    at.x = p.x, at.y = p.y;  // one by one: a copy of both would wait for them to reach memory
    pieces.back().end = points.size();
  }
  /// Drops the last piece if it is no path.
  void end_piece() {
    if (pieces.back().end - pieces.back().begin < 2) {
      points.resize(pieces.back().begin);
      pieces.pop_back();
    }
  }
};

/// What was printed of one part in one layer: moves that another copy of it can have, too.
struct PrintedPart {
  std::size_t begin = 0, end = 0, last_begin = 0;  ///< moves; the last piece begins there
  Point2 start, finish;
  std::array<std::uint64_t, kRoles> paths{};
  double restarts_mm = 0;
  bool loop_ended = false;  ///< the last piece is a loop ...
  Point2 stepped;           ///< ... and the nozzle has stepped so far from its end, on the bed
};

/// Turns pieces of path into moves, with travels in between as the slicer makes them.
class LayerWriter {
 public:
  LayerWriter(const Profile& profile, const Beads& beads, const LayerAxes& axes,
              std::vector<Move>& moves)
      : machine_(profile.machine),
        print_(profile.print),
        beads_(beads),
        axes_(axes),
        moves_(moves) {
    const double wipe_speed = 0.8 * print_.travel_speed_mm_per_s;
    const double wiped = machine_.retract_length_mm * (1 - machine_.retract_before_wipe);
    wipe_mm_ = machine_.wipe && machine_.retract_speed_mm_per_s > 0
                   ? wiped / machine_.retract_speed_mm_per_s * wipe_speed
                   : 0;
  }

  void start_at(Point2 p) { at_ = p; }
  /// The nozzle neither lifts nor draws back between layers.
  void rise_steadily() { spiral_ = true; }
  /// The cross-section: with `only_retract_when_crossing_perimeters`, travels within it do not
  /// retract.
  /// They do not cross the `outline`, either.
  void stay_within(const BitMask& section, const BitGrid& grid, const Contours* outline = nullptr) {
    section_ = &section;
    grid_ = &grid;
    outline_ = outline;
  }
  /// Goes on in the coordinates of another part, whose origin lies `shift` from that of the last.
  void enter_part(Point2 shift) {
    at_ = at_ - shift;
    covered_ = nullptr;
  }
  /// From here to end_part() a part is printed.
  void begin_part() {
    part_ = {};
    part_begun_ = false;
  }
  /// What was printed since begin_part(), without the way there. Nothing: begin is end.
  [[nodiscard]] PrintedPart end_part() const {
    PrintedPart part = part_;
    if (!part_begun_) return part;
    part.end = moves_.size();
    part.last_begin = last_begin_;
    part.finish = at_;
    part.loop_ended = loop_ended_;
    part.stepped = stepped_;
    part.restarts_mm = restarts_mm_ - part.restarts_mm;
    for (std::size_t r = 0; r < kRoles; ++r) part.paths[r] = paths_[r] - part.paths[r];
    return part;
  }
  /// Prints a copy of a part, in its own coordinates.
  void print_copy(const PrintedPart& part) {
    if (part.begin == part.end) return;
    travel_to(part.start);
    const std::size_t begin = moves_.size();
    moves_.resize(begin + part.end - part.begin);
    std::copy_n(moves_.begin() + static_cast<std::ptrdiff_t>(part.begin), part.end - part.begin,
                moves_.begin() + static_cast<std::ptrdiff_t>(begin));
    last_begin_ = part.last_begin + begin - part.begin;
    at_ = part.finish;
    loop_ended_ = part.loop_ended;
    stepped_ = part.stepped;
    restarts_mm_ += part.restarts_mm;
    for (std::size_t r = 0; r < kRoles; ++r) paths_[r] += part.paths[r];
  }
  /// Walls outside this region hang over: they are printed as bridges.
  void overhang_beyond(const BitMask& covered) { covered_ = &covered; }
  [[nodiscard]] Point2 at() const { return at_; }
  [[nodiscard]] SeamPosition seam_position() const { return print_.seam_position; }
  [[nodiscard]] const LayerAxes& axes() const { return axes_; }
  /// Pieces of path by role; of travels and retractions, how many.
  [[nodiscard]] const std::array<std::uint64_t, kRoles>& paths() const { return paths_; }

  /// Filament that restarts give beyond what retractions took.
  [[nodiscard]] double restarts_mm() const { return restarts_mm_; }

  /// The nozzle comes from the layer below: drawn back and lifted, if layers end so.
  void begin_layer(double top_mm, double height_mm, bool first) {
    const bool high_enough = top_mm >= machine_.retract_lift_above_mm;
    const bool low_enough =
        machine_.retract_lift_below_mm <= 0 || top_mm <= machine_.retract_lift_below_mm;
    lift_mm_ = high_enough && low_enough ? machine_.retract_lift_mm : 0;
    if (spiral_) return;  // it comes along the spiral
    retracted_ = machine_.retract_layer_change && !first;
    lifted_ = retracted_ && lift_mm_ > 0;
    if (lifted_) {
      down_mm_ = lift_mm_ - height_mm;
    } else {
      z_move(height_mm);
    }
  }

  void end_layer() {
    if (machine_.retract_layer_change) retract();
  }

  /// A move of the profile's own commands, in the axes of the mesh; filament does not count. The
  /// next travel comes from where it ends, though it is as long as ever when it comes to drawing
  /// back.
  void command(Move move) {
    const Bead& travel = beads_[index(Role::kTravel)];
    if (!(move.acceleration_mm_per_s2 > 0)) {
      move.acceleration_mm_per_s2 = travel.acceleration_mm_per_s2;
    }
    move.tag = tag(move.e_mm != 0 ? Role::kRetract : Role::kTravel);
    moves_.push_back(move);
    astray_ = astray_ + axes_.direction_from_mesh({move.x_mm, move.y_mm});
  }
  /// Where commands have left the nozzle, from where the slicer supposes it to be.
  [[nodiscard]] Point2 astray() const { return astray_; }

  /// Prints a piece, from its other end if `reversed`; a loop begins at point `start`.
  void print(const PathStore& store, const PathPiece& piece, bool reversed, std::size_t start) {
    const Bead& bead = beads_[index(piece.role)];
    const std::size_t n = piece.end - piece.begin;
    const auto point = [&](std::size_t i) {
      if (piece.loop) {
        const std::size_t at = start + (reversed ? n - i : i);
        return store.points[piece.begin + (at < n ? at : at - n)];
      }
      return store.points[piece.begin + (reversed ? n - 1 - i : i)];
    };
    travel_to(point(0));
    if (!part_begun_) {
      part_begun_ = true;
      part_.begin = moves_.size();
      part_.start = at_;
      part_.paths = paths_;
      part_.restarts_mm = restarts_mm_;
    }
    ++paths_[index(piece.role)];
    const std::size_t last = piece.loop ? n + 1 : n;
    last_begin_ = moves_.size();
    stepped_ = {0, 0};
    loop_ended_ = piece.loop;
    double speed =
        piece.speed > 0 ? std::min(piece.speed, bead.speed_mm_per_s) : bead.speed_mm_per_s;
    const double flow_mm2 = bead.section_mm2 * piece.flow;
    if (bead.most_mm3_per_s > 0 && speed * flow_mm2 > bead.most_mm3_per_s) {
      speed = bead.most_mm3_per_s / flow_mm2;
    }
    if (covered_ != nullptr && piece.wall >= 0 && piece.role != Role::kGapFill) {
      for (std::size_t i = 1; i < last; ++i) {
        wall(point(i), bead, piece.flow, speed, piece.role);
      }
    } else {
      const double e_per_mm = bead.e_per_mm * piece.flow;
      Point2 at = at_;  // in a register: most moves of a layer are made here
      for (std::size_t i = 1; i < last; ++i) {
        const Point2 to = point(i), way = to - at, d = axes_.direction_to_mesh(way);
        add_move(d, e_per_mm * length(way), speed, bead.acceleration_mm_per_s2, piece.role);
        at = to;
      }
      at_ = at;
    }
    if (piece.loop && piece.role == Role::kExternalPerimeter && print_.perimeters > 1) {
      step_inwards(point(0), point(1), point(n - 1));
    }
  }

  void travel_to(Point2 to) {
    const double distance = length(to - at_);
    if (distance > 1e-4 || astray_ != Point2{}) {
      ++paths_[index(Role::kTravel)];
      if (distance > machine_.retract_before_travel_mm && !stays_inside(to)) retract();
      const Bead& travel = beads_[index(Role::kTravel)];
      at_ = at_ + std::exchange(astray_, {});
      move(to, 0, print_.travel_speed_mm_per_s, travel.acceleration_mm_per_s2, Role::kTravel);
    }
    unretract();
  }

  void retract() {
    if (retracted_) return;
    retracted_ = true;
    ++paths_[index(Role::kRetract)];
    const double length_mm = machine_.retract_length_mm;
    if (length_mm > 0 && !machine_.use_firmware_retraction) {
      const double before = length_mm * machine_.retract_before_wipe;
      const double during = wipe_mm_ > 0 ? 0.95 * (length_mm - before) : 0;
      if (before > 0) extruder(-before);
      if (during > 0) wipe(during);
      if (length_mm - before - during > 0) extruder(-(length_mm - before - during));
    }
    lift();
  }

  void unretract() {
    if (!retracted_) return;
    retracted_ = false;
    if (lifted_) z_move(-down_mm_);
    lifted_ = false;
    const double speed = machine_.deretract_speed_mm_per_s > 0 ? machine_.deretract_speed_mm_per_s
                                                               : machine_.retract_speed_mm_per_s;
    if (machine_.retract_length_mm > 0) restarts_mm_ += machine_.retract_restart_extra_mm;
    const double length_mm = machine_.retract_length_mm + machine_.retract_restart_extra_mm;
    if (length_mm > 0 && !machine_.use_firmware_retraction)
      moves_.push_back({.e_mm = length_mm,
                        .speed_mm_per_s = speed,
                        .acceleration_mm_per_s2 = 0,
                        .tag = tag(Role::kRetract)});
  }

 private:
  static constexpr std::uint32_t tag(Role role) { return static_cast<std::uint32_t>(role); }

  void add_move(Point2 d, double e_mm, double speed, double acceleration, Role role) {
    Move& move = moves_.emplace_back();  // member by member, as PathStore::add()
    move.x_mm = d.x, move.y_mm = d.y, move.e_mm = e_mm;
    move.speed_mm_per_s = speed, move.acceleration_mm_per_s2 = acceleration;
    move.tag = tag(role);
  }
  void move(Point2 to, double e_per_mm, double speed, double acceleration, Role role) {
    const Point2 d = axes_.direction_to_mesh(to - at_);
    add_move(d, e_per_mm * length(to - at_), speed, acceleration, role);
    at_ = to;
  }
  /// A straight part of a wall, in pieces that lie over the layer below or hang.
  void wall(Point2 to, const Bead& bead, double flow, double speed, Role role) {
    const Bead& bridge = beads_[index(Role::kOverhangPerimeter)];
    const auto hangs = [&](Point2 p) {
      return !covered_->at(static_cast<int>((p.x - grid_->left_mm) / grid_->pixel_mm),
                           static_cast<int>((p.y - grid_->bottom_mm) / grid_->pixel_mm));
    };
    const auto part = [&](Point2 end, bool hanging) {
      if (hanging) {
        move(end, bridge.e_per_mm, bridge.speed_mm_per_s, bridge.acceleration_mm_per_s2,
             Role::kOverhangPerimeter);
      } else {
        move(end, bead.e_per_mm * flow, speed, bead.acceleration_mm_per_s2, role);
      }
    };
    const Point2 from = at_;
    const int steps = 1 + static_cast<int>(length(to - from) / grid_->pixel_mm);
    bool hanging = hangs(from + (to - from) * (0.5 / steps));
    for (int k = 1; k < steps; ++k) {
      const bool next = hangs(from + (to - from) * ((k + 0.5) / steps));
      if (next == hanging) continue;
      part(from + (to - from) * (static_cast<double>(k) / steps), hanging);
      hanging = next;
    }
    part(to, hanging);
  }
  void extruder(double e_mm) {
    moves_.push_back({.e_mm = e_mm,
                      .speed_mm_per_s = machine_.retract_speed_mm_per_s,
                      .acceleration_mm_per_s2 = 0,
                      .tag = tag(Role::kRetract)});
  }
  void z_move(double z_mm) {
    if (z_mm == 0) return;
    const double speed = print_.travel_speed_z_mm_per_s > 0 ? print_.travel_speed_z_mm_per_s
                                                            : print_.travel_speed_mm_per_s;
    moves_.push_back({.z_mm = z_mm,
                      .speed_mm_per_s = speed,
                      .acceleration_mm_per_s2 = beads_[index(Role::kTravel)].acceleration_mm_per_s2,
                      .tag = tag(Role::kRetract)});
  }
  void lift() {
    lifted_ = lift_mm_ > 0;
    down_mm_ = lift_mm_;
    if (lifted_) z_move(lift_mm_);
  }

  [[nodiscard]] bool stays_inside(Point2 to) const {
    if (section_ == nullptr || !print_.only_retract_when_crossing_perimeters ||
        !(print_.fill_density > 0)) {
      return false;
    }
    const double distance = length(to - at_);
    const int steps = 1 + static_cast<int>(distance / grid_->pixel_mm);
    for (int k = 0; k <= steps; ++k) {
      const Point2 p = at_ + (to - at_) * (static_cast<double>(k) / steps);
      if (!section_->at(static_cast<int>((p.x - grid_->left_mm) / grid_->pixel_mm),
                        static_cast<int>((p.y - grid_->bottom_mm) / grid_->pixel_mm))) {
        return false;
      }
    }
    return outline_ == nullptr || !crosses(*outline_, at_, to);
  }
  static bool crosses(const Contours& contours, Point2 a, Point2 b) {
    const Point2 way = b - a;
    const auto beside = [&](Point2 p) { return cross(way, p - a) > 0; };
    for (std::size_t l = 0; l < contours.loops(); ++l) {
      const std::span<const Point2> loop = contours.loop(l);
      Point2 from = loop.back();
      bool left = beside(from);
      for (const Point2 p : loop) {
        const bool now = beside(p);
        if (now != left) {
          const Point2 d = p - from;
          if ((cross(d, a - from) > 0) != (cross(d, b - from) > 0)) return true;
        }
        from = p, left = now;
      }
    }
    return false;
  }

  /// Before it leaves an external perimeter, the nozzle steps off it: as far as its bore, but no
  /// farther than the first edge is long, and a third of the corner away from that edge.
  void step_inwards(Point2 at, Point2 next, Point2 before) {
    const Point2 forth = next - at, back = before - at;  // the solid lies between, on the left
    const double l = length(forth);
    if (!(l > 0)) return;
    double corner = arc_tangent2(cross(forth, back), dot(forth, back));
    if (corner < 0) corner += 2 * kPi;
    const double c = cosine(corner / 3), s = sine(corner / 3);
    const Point2 inwards{forth.x * c - forth.y * s, forth.x * s + forth.y * c};
    const Point2 step = inwards * std::min(1.0, machine_.nozzle_diameter_mm / l);
    ++paths_[index(Role::kTravel)];
    stepped_ = axes_.direction_to_mesh(step);
    move(at + step, 0, print_.travel_speed_mm_per_s,
         beads_[index(Role::kTravel)].acceleration_mm_per_s2, Role::kTravel);
  }

  /// Draws back while the nozzle goes on around the loop that it has just printed, or returns along
  /// an open path, with the acceleration that holds between two paths: supports have no other.
  void wipe(double e_mm) {
    const double speed = 0.8 * print_.travel_speed_mm_per_s;
    const std::size_t end = moves_.size();
    double left = wipe_mm_;
    const auto follow = [&](std::size_t i) {
      const Move along = moves_[i];
      const double length_mm = std::sqrt(along.x_mm * along.x_mm + along.y_mm * along.y_mm);
      if (along.tag == tag(Role::kTravel) || along.tag == tag(Role::kRetract)) return true;
      if (length_mm <= 0 || along.e_mm <= 0) return false;
      const double share = std::min(1.0, left / length_mm);
      left -= share * length_mm;
      Point2 d = Point2{along.x_mm, along.y_mm} * (loop_ended_ ? share : -share);
      if (loop_ended_ && moves_.size() == end) d = d - stepped_;
      moves_.push_back({d.x, d.y, 0, -e_mm * share * length_mm / wipe_mm_, speed,
                        beads_[index(Role::kSupport)].acceleration_mm_per_s2, tag(Role::kRetract)});
      at_ = at_ + axes_.direction_from_mesh(d);
      return left > 1e-6;
    };
    if (loop_ended_) {
      for (std::size_t i = last_begin_; i < end && follow(i); ++i) {
      }
    } else {
      for (std::size_t i = end; i > last_begin_ && follow(i - 1); --i) {
      }
    }
    if (left > 1e-6 && moves_.size() > end) {
      // The path was shorter than the wipe: the rest is drawn back at rest.
      extruder(-e_mm * left / wipe_mm_);
    } else if (moves_.size() == end) {
      extruder(-e_mm);
    }
  }

  const Machine& machine_;
  const PrintSettings& print_;
  const Beads& beads_;
  LayerAxes axes_;
  std::vector<Move>& moves_;
  Point2 at_, astray_;
  const BitMask* section_ = nullptr;
  const BitGrid* grid_ = nullptr;
  const Contours* outline_ = nullptr;
  const BitMask* covered_ = nullptr;
  std::size_t last_begin_ = 0;
  bool loop_ended_ = false;  ///< what was printed last is a loop ...
  Point2 stepped_;           ///< ... from whose end the nozzle has stepped so far, on the bed
  double restarts_mm_ = 0, wipe_mm_ = 0, lift_mm_ = 0, down_mm_ = 0;
  bool spiral_ = false, retracted_ = false, lifted_ = false;
  std::array<std::uint64_t, kRoles> paths_{};
  PrintedPart part_;  ///< as it was when its first piece was begun
  bool part_begun_ = true;
};

}  // namespace costengine::detail
