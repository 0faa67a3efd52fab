// One layer of a plate: the parts on it one after another, then the seconds that all moves take.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "costengine/detail/process/fdm_layer.hpp"
#include "costengine/detail/process/layer_commands.hpp"

namespace costengine::detail {

/// What one role takes in one layer or in all.
struct RoleUse {
  double length_mm = 0, filament_mm = 0, time_s = 0;
  std::uint64_t paths = 0;

  RoleUse& operator+=(const RoleUse& other) {
    length_mm += other.length_mm;
    filament_mm += other.filament_mm;
    time_s += other.time_s;
    paths += other.paths;
    return *this;
  }
};
using RoleUses = std::array<RoleUse, kRoles>;

/// How many there are to own what a plate takes: its models, then what serves all of them (the
/// skirt). A plate of one model has only that.
constexpr std::size_t owners_of(std::size_t models) {
  return models > 1 ? models + 1 : 1;
}

/// What a layer takes, by owner.
struct LayerResult {
  std::vector<RoleUses> uses;
  std::vector<WallLengths> walls;  ///< by model, of one copy
};

/// One copy of a model on a plate.
struct PlateSlot {
  std::size_t model = 0;
  Point2 at;  ///< its origin, in the axes of the layers
};

/// A model with what its layers share, as the plate's planner sees it.
struct PlateModel {
  const Layers* layers = nullptr;
  const LayerPlanner* planner = nullptr;
  const LayerMasks* masks = nullptr;
  const BitGrid* grid = nullptr;
  const std::vector<OutlineWork>* works = nullptr;
  const OutlineWork* first_work = nullptr;

  [[nodiscard]] bool reaches(std::size_t i) const { return i < layers->layers.size(); }
  [[nodiscard]] const OutlineWork& work(std::size_t i) const {
    return i == 0 ? *first_work : (*works)[layers->contours.of_layer[i]];
  }
  [[nodiscard]] const Contours& contours(std::size_t i) const {
    return layers->contours.contours[layers->contours.of_layer[i]];
  }
};

/// Room for one thread's layers of a plate.
struct PlateScratch {
  PlateScratch(const MotionLimits& limits, std::size_t count)
      : planner(limits, static_cast<std::uint32_t>(kRoles * owners_of(count))), models(count) {}
  MotionPlanner planner;
  std::vector<Move> moves;
  std::size_t cooled = 0;  ///< moves that have been slowed down already
  /// Whose moves they are, up to `end`; with the pieces and restarts so far.
  struct Owner {
    std::size_t model, end;
    std::array<std::uint64_t, kRoles> paths;
    double restarts_mm;
  };
  std::vector<Owner> owners;
  std::vector<std::unique_ptr<LayerScratch>> models;  ///< of those that reach these layers
  /// Where the layer below has left the nozzle; null: nobody knows.
  const PlateSlot* left_in = nullptr;
  Point2 left_at;
};

class PlatePlanner {
 public:
  /// Slots in the order of printing. `skirt`: whether there is one, around all.
  PlatePlanner(const Profile& profile, std::span<const PlateModel> models,
               std::vector<PlateSlot> slots, bool skirt)
      : profile_(profile), models_(models), slots_(std::move(slots)), skirt_(skirt) {
    for (const PlateSlot& slot : slots_) {
      skirt_layers_ = std::max(skirt_layers_, models_[slot.model].planner->skirt_layers());
    }
    const std::vector<Point2>& alone = models_[slots_[0].model].planner->skirt_hull();
    if (slots_.size() == 1) {
      skirt_hull_ = alone;
      return;
    }
    std::vector<Point2> points;
    for (const PlateSlot& slot : slots_) {
      for (const Point2 p : models_[slot.model].planner->skirt_hull()) {
        points.push_back(p + (slot.at - slots_[0].at));
      }
    }
    skirt_hull_ = convex_hull(std::move(points));
  }

  /// The hull of what has a skirt, in the coordinates of the first slot.
  void set_skirt_hull(std::vector<Point2> hull) { skirt_hull_ = std::move(hull); }
  [[nodiscard]] const std::vector<Point2>& skirt_hull() const { return skirt_hull_; }
  /// Null: the profile's layer-change commands move nothing.
  void set_commands(const LayerCommands* commands) { commands_ = commands; }
  /// Whether equal layers take the same.
  [[nodiscard]] bool repeats() const { return commands_ == nullptr || !commands_->vary(); }
  /// How many layers of the parts, from the first, are printed with a skirt or over a raft that has
  /// one.
  [[nodiscard]] std::size_t skirt_layers() const {
    const std::size_t raft_layers = models_[slots_[0].model].planner->raft_layers();
    return skirt_layers_ > raft_layers ? skirt_layers_ - raft_layers
                                       : std::min<std::size_t>(1, skirt_layers_);
  }

  /// Plans layer `i` from the shells in `s`. Precondition: a slot's model reaches it.
  void plan(std::size_t i, PlateScratch& s, LayerResult& result) const {
    Run run{i, s, {}, {}, std::nullopt, 0};
    for (const PlateSlot& slot : slots_) {
      if (models_[slot.model].reaches(i)) run.slots.push_back(&slot);
    }
    const PlateModel& first = models_[run.slots.front()->model];
    const Layer& layer = first.layers->layers[i];
    const double top_mm = layer.z_mm + layer.height_mm / 2;
    const bool over_raft = i == 0 && first.planner->raft_layers() > 0;
    Beads own = make_beads(profile_, layer.height_mm, i == 0 && !over_raft);
    if (over_raft) set_over_raft(profile_, own);
    Beads beads = own;
    s.moves.clear();
    s.cooled = 0;
    s.owners.clear();
    LayerWriter writer(profile_, beads, first.layers->axes, s.moves);
    // The nozzle comes from the layer below, which ended with the last part.
    const Contours& last = models_[run.slots.back()->model].contours(i);
    Point2 start;
    if (!last.points.empty()) start = (last.points[0] + last.points[1]) * 0.5;
    run.at = run.slots.back();
    if (s.left_in == run.at) start = s.left_at;
    writer.start_at(start);
    if (first.planner->is_vase(i)) writer.rise_steadily();
    if (i > 0) {
      const Layer& below = first.layers->layers[i - 1];
      run.z_mm = below.z_mm + below.height_mm / 2;
    }
    std::vector<std::size_t> levels(models_.size());  // the next one of each model
    for (std::size_t m = 0; m < models_.size(); ++m) {
      if (models_[m].reaches(i)) levels[m] = models_[m].planner->levels_of(i).first;
    }
    while (print_levels_below(top_mm, levels, beads, writer, run)) {
    }
    print_with_layer(top_mm, levels, own, beads, writer, run, result);
    if (!first.planner->is_vase(i)) writer.end_layer();
    own_moves(run.at->model, writer, s);
    if (s.left_in == nullptr && i > 0) {
      // Then it was left where this layer leaves it, about.
      come_from(first.layers->axes.direction_to_mesh(start - writer.at()), s.moves);
    }
    s.left_in = run.at;
    s.left_at = writer.at();
    finish(s, result);
  }

 private:
  static constexpr double kSameHeight_mm = 1e-4;

  /// The state of a layer that is being printed.
  struct Run {
    std::size_t i;
    PlateScratch& s;
    std::vector<const PlateSlot*> slots;              ///< of the parts that reach the layer
    std::vector<std::optional<PrintedPart>> printed;  ///< by model
    std::optional<double> risen_mm;
    double z_mm;
    const PlateSlot* at = nullptr;
  };

  /// Moves the beginning of the first travel.
  static void come_from(Point2 by, std::vector<Move>& moves) {
    for (Move& m : moves) {
      if (m.tag != index(Role::kTravel)) continue;
      m.x_mm += by.x;
      m.y_mm += by.y;
      return;
    }
  }

  /// Moves since the last call are those of `model`.
  static void own_moves(std::size_t model, const LayerWriter& writer, PlateScratch& s) {
    s.owners.push_back({model, s.moves.size(), writer.paths(), writer.restarts_mm()});
  }

  void enter(const PlateSlot& slot, LayerWriter& writer, Run& run) const {
    if (models_.size() > 1) own_moves(run.at->model, writer, run.s);
    const PlateModel& model = models_[slot.model];
    writer.enter_part(slot.at - run.at->at);
    writer.stay_within(model.work(run.i).section, *model.grid);
    run.at = &slot;
  }

  /// Goes to all parts and prints what `print` prints of each; only the first copy of a model is
  /// really laid.
  template <class Print>
  void print_each(LayerWriter& writer, Run& run, Print&& print) const {
    run.printed.assign(models_.size(), std::nullopt);
    for (const PlateSlot* slot : run.slots) {
      std::optional<PrintedPart>& printed = run.printed[slot->model];
      if (printed && printed->begin == printed->end) continue;
      enter(*slot, writer, run);
      if (printed) {
        writer.print_copy(*printed);
        continue;
      }
      writer.begin_part();
      print(slot->model, *run.s.models[slot->model]);
      printed = writer.end_part();
    }
  }

  void rise_to(double z_mm, LayerWriter& writer, Run& run) const {
    if (run.risen_mm) return;
    if (commands_ != nullptr && commands_->before()) command(false, z_mm, writer, run);
    writer.begin_layer(z_mm, z_mm - run.z_mm, run.i == 0 && run.z_mm == 0);
    run.risen_mm = run.z_mm = z_mm;
    if (commands_ != nullptr && commands_->after()) command(true, z_mm, writer, run);
  }
  void command(bool after, double layer_z_mm, LayerWriter& writer, const Run& run) const {
    const Machine& machine = profile_.machine;
    const Point2 at = writer.axes().direction_to_mesh(run.at->at + writer.at() + writer.astray());
    for (const Move& move : commands_->moves(
             after, run.i, layer_z_mm, machine.build_min_x_mm + machine.build_x_mm / 2 + at.x,
             machine.build_min_y_mm + machine.build_y_mm / 2 + at.y, run.z_mm)) {
      writer.command(move);
    }
  }

  /// Prints the lowest levels of support that are left below the layer's top; false if none are.
  bool print_levels_below(double top_mm, std::vector<std::size_t>& levels, Beads& beads,
                          LayerWriter& writer, Run& run) const {
    double z_mm = top_mm - kSameHeight_mm;
    const auto next = [&](std::size_t m) -> const SupportLevel* {
      if (!models_[m].reaches(run.i)) return nullptr;
      const LayerPlanner& planner = *models_[m].planner;
      return levels[m] < planner.levels_of(run.i).second ? &planner.level(levels[m]) : nullptr;
    };
    const SupportLevel* lowest = nullptr;
    std::size_t number = 0;
    for (std::size_t m = 0; m < models_.size(); ++m) {
      const SupportLevel* level = next(m);
      if (level != nullptr && level->top_mm < z_mm) {
        lowest = level, z_mm = level->top_mm, number = levels[m];
      }
    }
    if (lowest == nullptr) return false;
    run.risen_mm.reset();
    const bool raft = lowest->raft != RaftPart::kNone;
    if (raft && number < skirt_layers_) {
      beads = make_beads(profile_, lowest->top_mm - lowest->bottom_mm, number == 0);
      print_skirt(z_mm, writer, run);
    }
    const auto is_here = [&](const SupportLevel* level) {
      return level != nullptr && level->top_mm < z_mm + kSameHeight_mm;
    };
    print_each(writer, run, [&](std::size_t m, LayerScratch& s) {
      const SupportLevel* level = next(m);
      if (!is_here(level) || !models_[m].planner->lay_level(levels[m], beads, s)) return;
      rise_to(level->top_mm, writer, run);
      models_[m].planner->print_level(s, writer);
    });
    for (std::size_t m = 0; m < models_.size(); ++m) {
      if (is_here(next(m))) ++levels[m];
    }
    if (!run.risen_mm) return true;
    writer.end_layer();
    if (raft) {  // other levels are cooled together with the part's layer
      slow_down(std::span(run.s.moves).subspan(run.s.cooled), profile_.material,
                profile_.machine.use_relative_e_distances);
      run.s.cooled = run.s.moves.size();
    }
    return true;
  }

  /// Supports as high as the layer, skirt, brims, and the parts.
  void print_with_layer(double top_mm, std::vector<std::size_t>& levels, const Beads& own,
                        Beads& beads, LayerWriter& writer, Run& run, LayerResult& result) const {
    run.risen_mm.reset();
    print_each(writer, run, [&](std::size_t m, LayerScratch& s) {
      const LayerPlanner& planner = *models_[m].planner;
      for (; levels[m] < planner.levels_of(run.i).second; ++levels[m]) {
        if (!planner.lay_level(levels[m], beads, s)) continue;
        rise_to(planner.level(levels[m]).top_mm, writer, run);
        planner.print_level(s, writer);
      }
    });
    beads = own;
    if (top_mm - run.z_mm > 0) rise_to(top_mm, writer, run);
    print_skirt_and_brims(own, writer, run);
    result.walls.resize(models_.size());
    print_each(writer, run, [&](std::size_t m, LayerScratch& s) {
      const PlateModel& model = models_[m];
      result.walls[m] = model.planner->print_part(run.i, model.work(run.i), model.contours(run.i),
                                                  *model.masks, own, s, writer);
    });
  }

  /// The skirt at this height, if there is one.
  void print_skirt(double z_mm, LayerWriter& writer, Run& run) const {
    if (!skirt_) return;
    const PlateSlot& first = *run.slots.front();
    enter(first, writer, run);
    rise_to(z_mm, writer, run);
    models_[first.model].planner->print_skirt(skirt_hull_, *run.s.models[first.model], writer);
    if (models_.size() > 1) own_moves(models_.size(), writer, run.s);
  }

  void print_skirt_and_brims(const Beads& beads, LayerWriter& writer, Run& run) const {
    const std::size_t raft_layers = models_[run.slots.front()->model].planner->raft_layers();
    if (run.i + raft_layers < skirt_layers_) print_skirt(run.z_mm, writer, run);
    if (run.i > 0 || raft_layers > 0) return;
    for (const PlateSlot* slot : run.slots) {
      enter(*slot, writer, run);
      models_[slot->model].planner->print_brim(models_[slot->model].contours(0), beads,
                                               *run.s.models[slot->model], writer);
    }
  }

  /// Slows the layer down, plans its moves and adds up what they take.
  void finish(PlateScratch& s, LayerResult& result) const {
    slow_down(std::span(s.moves).subspan(s.cooled), profile_.material,
              profile_.machine.use_relative_e_distances);
    s.planner.clear();
    result.uses.assign(owners_of(models_.size()), RoleUses{});
    std::size_t k = 0;
    std::array<std::uint64_t, kRoles> paths{};
    double restarts_mm = 0;
    for (const PlateScratch::Owner& owner : s.owners) {
      RoleUses& uses = result.uses[owner.model];
      for (; k < owner.end; ++k) {
        Move m = s.moves[k];
        RoleUse& use = uses[m.tag];
        use.length_mm += std::sqrt(m.x_mm * m.x_mm + m.y_mm * m.y_mm);
        if (m.e_mm > 0 && m.tag != static_cast<std::uint32_t>(Role::kRetract)) {
          use.filament_mm += m.e_mm;
        }
        m.tag += static_cast<std::uint32_t>(owner.model * kRoles);
        s.planner.add(m);
      }
      for (std::size_t r = 0; r < kRoles; ++r) uses[r].paths += owner.paths[r] - paths[r];
      uses[index(Role::kRetract)].filament_mm += owner.restarts_mm - restarts_mm;
      paths = owner.paths;
      restarts_mm = owner.restarts_mm;
    }
    s.planner.stop();
    for (std::size_t owner = 0; owner < result.uses.size(); ++owner) {
      for (std::size_t r = 0; r < kRoles; ++r) {
        result.uses[owner][r].time_s +=
            s.planner.seconds(static_cast<std::uint32_t>(owner * kRoles + r));
      }
    }
  }

  const Profile& profile_;
  std::span<const PlateModel> models_;
  std::vector<PlateSlot> slots_;
  bool skirt_;
  std::size_t skirt_layers_ = 0;
  std::vector<Point2> skirt_hull_;
  const LayerCommands* commands_ = nullptr;
};

}  // namespace costengine::detail
