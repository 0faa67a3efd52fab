// Where the seconds and the millimetres of a slicer's G-code go: by layer and by feature.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "costengine/motion/planner.hpp"
#include "gcode/slicer_file.hpp"

namespace gcode {

/// Of one feature on one layer.
struct FeatureTotals {
  double seconds = 0, xy_mm = 0, filament_mm = 0;
  std::size_t moves = 0;
  std::size_t paths = 0;  // runs of extruding moves, or of travel or wipe moves
};

/// Rows are the parts of the file before, between and after the layer changes; features are the
/// slicer's ;TYPE:, and "travel", "retract" (extruder alone, z alone) and "wipe". Moves of custom
/// G-code are all "Custom".
class LayerTable {
 public:
  struct Row {
    std::string z, height;
    std::vector<FeatureTotals> features;  // by number
    std::size_t retractions = 0;
  };

  LayerTable() { rows_.emplace_back(); }

  /// A comment that says what comes next.
  void read_comment(std::string_view line) {
    const auto value = [&](std::string_view key) { return line.substr(key.size()); };
    if (line.starts_with(";TYPE:")) {
      custom_ = line == ";TYPE:Custom";
      (custom_ ? custom_type_ : type_) = feature(value(";TYPE:"));
    }
    if (line == ";LAYER_CHANGE") {
      rows_.emplace_back();
      custom_ = false;
      last_ = kNone;
    }
    if (line.starts_with(";Z:")) rows_.back().z = value(";Z:");
    if (line.starts_with(";HEIGHT:") && rows_.back().height.empty()) {
      rows_.back().height = value(";HEIGHT:");
    }
    if (line.starts_with(";WIPE_START")) wiping_ = true;
    if (line.starts_with(";WIPE_END")) wiping_ = false;
  }

  /// Counts a move; the answer is its tag.
  std::uint32_t add(const costengine::Move& move) {
    const double xy = std::sqrt(move.x_mm * move.x_mm + move.y_mm * move.y_mm);
    const std::uint32_t kind = custom_                    ? custom_type_
                               : xy == 0                  ? kRetract
                               : wiping_ || move.e_mm < 0 ? kWipe
                               : move.e_mm > 0            ? type_
                                                          : kTravel;
    Row& row = rows_.back();
    if (row.features.size() < names_.size()) row.features.resize(names_.size());
    FeatureTotals& totals = row.features[kind];
    totals.xy_mm += xy;
    totals.filament_mm += move.e_mm;
    ++totals.moves;
    if (kind != last_) ++totals.paths;
    last_ = kind;
    // A retraction may be split around a wipe: it counts when it begins.
    if (move.e_mm < 0 && retracted_mm_ < 1e-9) ++row.retractions;
    retracted_mm_ = std::fmax(0, retracted_mm_ - move.e_mm);
    tags_.push_back({static_cast<std::uint32_t>(rows_.size() - 1), kind});
    return static_cast<std::uint32_t>(tags_.size() - 1);
  }

  /// The seconds of a tag.
  void spend(std::uint32_t tag, double seconds) {
    rows_[tags_[tag].row].features[tags_[tag].feature].seconds += seconds;
  }

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }

 private:
  static constexpr std::uint32_t kTravel = 0, kRetract = 1, kWipe = 2, kNone = 0xFFFFFFFF;
  struct Tag {
    std::uint32_t row, feature;
  };

  std::uint32_t feature(std::string_view name) {
    for (std::uint32_t i = 0; i < names_.size(); ++i) {
      if (names_[i] == name) return i;
    }
    names_.emplace_back(name);
    return static_cast<std::uint32_t>(names_.size() - 1);
  }

  std::vector<std::string> names_ = {"travel", "retract", "wipe"};
  std::vector<Row> rows_;
  std::vector<Tag> tags_;
  std::uint32_t type_ = kTravel, custom_type_ = kTravel, last_ = kNone;
  bool custom_ = false, wiping_ = false;
  double retracted_mm_ = 0;
};

}  // namespace gcode
