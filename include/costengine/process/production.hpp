/// Production: what a machine does to make one model: time, material and support, by feature and by
/// layer. Every process answers with this struct, so price and reports never ask which one it was.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "costengine/measure/measurements.hpp"

namespace costengine {

/// Material of one use. Filament processes fill all three; others leave filament_mm 0.
struct MaterialUse {
  double filament_mm = 0;
  double volume_mm3 = 0;
  std::optional<double> mass_g;  ///< empty where the density is unknown
};

/// One role of the extruded path ("external perimeter", "sparse infill", "support", ...).
struct FeatureUse {
  std::string role;
  double length_mm = 0;     ///< path length of the nozzle
  double filament_mm = 0;   ///< filament drawn in
  double time_s = 0;        ///< share of the print time
  std::uint64_t paths = 0;  ///< connected pieces; of travels and retractions, their number
};

/// One layer, from the bed upwards. Of layers that are alike, time and filament may be those of
/// one near by (docs/fdm-model.md).
struct LayerUse {
  double z_mm = 0;                  ///< height of the slicing plane above the bed
  double height_mm = 0;             ///< thickness
  double area_mm2 = 0;              ///< of the cross-section
  double perimeter_mm = 0;          ///< length of its outline, holes included
  double time_s = 0;                ///< travel included; what no layer owns (start, end) is in none
  std::vector<double> filament_mm;  ///< by feature, in the order of Production::features
};

struct Production {
  std::string process;  ///< "fdm"
  std::string method;   ///< "paths": how the numbers were found
  std::uint64_t layers = 0;
  Interval time_s;       ///< from the first start command to the end; heating excluded
  Interval filament_mm;  ///< model and support together
  MaterialUse model;     ///< skirt included
  MaterialUse support;
  std::vector<FeatureUse> features;     ///< in the order of printing; their times sum to time_s
  std::vector<LayerUse> layer_table;    ///< one for each layer; empty if the process has none
  std::vector<std::string> confidence;  ///< why the interval is as wide as it is, plain sentences
};

}  // namespace costengine
