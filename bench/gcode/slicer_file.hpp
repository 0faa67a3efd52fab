// A slicer's G-code file: its text, and what the comments at its end say.
#pragma once

#include <zlib.h>

#include <array>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "costengine/motion/limits.hpp"

namespace gcode {

/// The whole file, unpacked if it is gzip; nothing if it cannot be read.
inline std::optional<std::string> read_file(const char* path) {
  gzFile file = gzopen(path, "rb");
  if (file == nullptr) return std::nullopt;
  std::string text;
  std::array<char, 1 << 16> block;
  int n = 0;
  while ((n = gzread(file, block.data(), block.size())) > 0) {
    text.append(block.data(), static_cast<std::size_t>(n));
  }
  gzclose(file);
  if (n < 0) return std::nullopt;
  return text;
}

/// Calls `line` with every line, without its end.
template <class F>
void for_lines(std::string_view text, F line) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string_view one = text.substr(0, end);
    if (!one.empty() && one.back() == '\r') one.remove_suffix(1);
    line(one);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

/// The lines "; key = value".
using Config = std::map<std::string, std::string, std::less<>>;

inline Config read_config(std::string_view text) {
  Config config;
  for_lines(text, [&](std::string_view line) {
    if (line.substr(0, 2) != "; ") return;
    const auto equals = line.find(" = ");
    if (equals != std::string_view::npos) {
      config[std::string(line.substr(2, equals - 2))] = line.substr(equals + 3);
    }
  });
  return config;
}

inline std::string_view text_of(const Config& config, std::string_view key) {
  const auto found = config.find(key);
  return found == config.end() ? std::string_view() : std::string_view(found->second);
}

/// The first of a key's values; 0 without one.
inline double number_of(const Config& config, std::string_view key) {
  return std::strtod(std::string(text_of(config, key)).c_str(), nullptr);
}

/// Seconds of "1d 2h 3m 4s".
inline double parse_duration(std::string_view text) {
  double seconds = 0, number = 0;
  for (const char c : text) {
    if (c >= '0' && c <= '9') number = number * 10 + (c - '0');
    const double unit = c == 'd' ? 86400 : c == 'h' ? 3600 : c == 'm' ? 60 : c == 's' ? 1 : 0;
    if (unit > 0) {
      seconds += number * unit;
      number = 0;
    }
  }
  return seconds;
}

/// The time that the slicer estimated, whole seconds; nothing if it wrote none.
inline std::optional<double> slicer_seconds(const Config& config) {
  const std::string_view text = text_of(config, "estimated printing time (normal mode)");
  if (text.empty()) return std::nullopt;
  return parse_duration(text);
}

/// The machine that the file was sliced for, as far as motion goes; every other member is 0.
inline costengine::Machine machine_of(const Config& config) {
  using costengine::GcodeFlavor;
  using costengine::LimitsUsage;
  costengine::Machine machine{};
  constexpr std::array<std::string_view, 12> flavors = {
      "reprap",  "reprapfirmware", "repetier", "teacup",     "makerware", "marlin",
      "marlin2", "sailfish",       "mach3",    "machinekit", "smoothie",  "no-extrusion"};
  for (std::size_t i = 0; i < flavors.size(); ++i) {
    if (text_of(config, "gcode_flavor") == flavors[i]) {
      machine.gcode_flavor = static_cast<GcodeFlavor>(i);
    }
  }
  machine.limits_usage = text_of(config, "machine_limits_usage") == "ignore"
                             ? LimitsUsage::kIgnore
                             : LimitsUsage::kTimeEstimateOnly;
  const auto number = [&](const char* key) { return number_of(config, key); };
  machine.max_feedrate_x_mm_per_s = number("machine_max_feedrate_x");
  machine.max_feedrate_y_mm_per_s = number("machine_max_feedrate_y");
  machine.max_feedrate_z_mm_per_s = number("machine_max_feedrate_z");
  machine.max_feedrate_e_mm_per_s = number("machine_max_feedrate_e");
  machine.max_acceleration_x_mm_per_s2 = number("machine_max_acceleration_x");
  machine.max_acceleration_y_mm_per_s2 = number("machine_max_acceleration_y");
  machine.max_acceleration_z_mm_per_s2 = number("machine_max_acceleration_z");
  machine.max_acceleration_e_mm_per_s2 = number("machine_max_acceleration_e");
  machine.max_jerk_x_mm_per_s = number("machine_max_jerk_x");
  machine.max_jerk_y_mm_per_s = number("machine_max_jerk_y");
  machine.max_jerk_z_mm_per_s = number("machine_max_jerk_z");
  machine.max_jerk_e_mm_per_s = number("machine_max_jerk_e");
  machine.max_acceleration_extruding_mm_per_s2 = number("machine_max_acceleration_extruding");
  machine.max_acceleration_retracting_mm_per_s2 = number("machine_max_acceleration_retracting");
  machine.max_acceleration_travel_mm_per_s2 = number("machine_max_acceleration_travel");
  machine.min_extruding_rate_mm_per_s = number("machine_min_extruding_rate");
  machine.min_travel_rate_mm_per_s = number("machine_min_travel_rate");
  return machine;
}

}  // namespace gcode
