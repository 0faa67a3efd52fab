// Does the size make sense: units, build volume, thickness, distance from the origin.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <vector>

#include "costengine/base/vec.hpp"
#include "costengine/mesh/finding.hpp"
#include "costengine/profile/profile.hpp"

namespace costengine::detail {

/// Three significant digits, for sentences; whole numbers from 1000 on.
inline std::string short_number(double value) {
  std::array<char, 64> text{};
  const bool whole = std::abs(value) >= 999.5 && std::abs(value) < 1e15;
  const auto [end, error] =
      std::to_chars(text.data(), text.data() + text.size(), value,
                    whole ? std::chars_format::fixed : std::chars_format::general, whole ? 0 : 3);
  return error == std::errc() ? std::string(text.data(), end) : "?";
}

inline std::string size_text(Vec3 size, double scale = 1) {
  return short_number(size.x * scale) + " x " + short_number(size.y * scale) + " x " +
         short_number(size.z * scale) + " mm";
}

/// A part whose longest side is under ten beads cannot be meant in millimetres, or is too small for
/// the estimate to be worth its usual interval. Which other unit would be plausible: inches from
/// 0.1 up, metres below.
inline void judge_units(Vec3 size, double bead_width_mm, std::vector<Finding>& findings) {
  const double longest = std::max({size.x, size.y, size.z});
  if (longest < 0.01) {
    findings.push_back({FindingCode::kUnitsMetre,
                        Severity::kError,
                        1,
                        "the longest side is " + short_number(longest) +
                            " mm: nothing can be printed at that size",
                        {},
                        "refused; give the unit of the file (--unit m, in or cm)"});
  } else if (longest < 0.1) {
    findings.push_back({FindingCode::kUnitsMetre,
                        Severity::kWarning,
                        1,
                        "the part measures " + size_text(size) + "; in metres it would be " +
                            size_text(size, 1000),
                        {},
                        "read as millimetres; give --unit m if metres were meant"});
  } else if (longest < 10 * bead_width_mm) {
    findings.push_back({FindingCode::kUnitsInch,
                        Severity::kWarning,
                        1,
                        "the part measures " + size_text(size) + "; in inches it would be " +
                            size_text(size, 25.4),
                        {},
                        "read as millimetres; give --unit in if inches were meant"});
  }
}

/// No filament printer on the market is larger; beyond it the numbers themselves are in doubt.
inline constexpr double kLargestBuild_mm = 1005;

inline void judge_fit(Vec3 size, const Machine& machine, std::vector<Finding>& findings) {
  const auto fits = [](std::array<double, 3> part, std::array<double, 3> build) {
    return part[0] <= build[0] && part[1] <= build[1] && part[2] <= build[2];
  };
  const double wide = std::max(size.x, size.y), narrow = std::min(size.x, size.y);
  const double bed_wide = std::max(machine.build_x_mm, machine.build_y_mm);
  const double bed_narrow = std::min(machine.build_x_mm, machine.build_y_mm);
  if (fits({wide, narrow, size.z}, {bed_wide, bed_narrow, machine.build_z_mm})) return;

  std::array<double, 3> part = {size.x, size.y, size.z};
  std::array<double, 3> build = {machine.build_x_mm, machine.build_y_mm, machine.build_z_mm};
  std::sort(part.begin(), part.end());
  std::sort(build.begin(), build.end());
  const bool turned = fits(part, build);
  const bool absurd = part[2] > kLargestBuild_mm;
  findings.push_back(
      {FindingCode::kBuildVolume,
       absurd ? Severity::kWarning : Severity::kNote,
       1,
       "the part (" + size_text(size) + ") does not fit the build volume (" +
           size_text({machine.build_x_mm, machine.build_y_mm, machine.build_z_mm}) + ")",
       {},
       turned ? "quoted as it stands; lying on another side it would fit"
              : "quoted as it stands; choose a larger machine, split it or check the unit"});
}

/// A sheet thinner than half a bead is worth a note; a needle, thin both ways, would not be
/// printed.
inline void judge_thickness(Vec3 size, double bead_width_mm, std::vector<Finding>& findings) {
  std::array<double, 3> sides = {size.x, size.y, size.z};
  std::sort(sides.begin(), sides.end());
  const double least = bead_width_mm / 2;
  if (sides[0] >= least) return;
  const bool needle = sides[1] < least;
  findings.push_back(
      {FindingCode::kThin,
       needle ? Severity::kWarning : Severity::kNote,
       1,
       "the part is only " + short_number(sides[needle ? 1 : 0]) + " mm thick, under half a bead",
       {},
       "a printer leaves out what is thinner than a bead"});
}

/// Single precision, in which STL stores coordinates, has steps of 2^-23 of the coordinate.
inline void judge_precision(const Box3& box, std::vector<Finding>& findings) {
  const double farthest = std::max({std::abs(box.min.x), std::abs(box.min.y), std::abs(box.min.z),
                                    std::abs(box.max.x), std::abs(box.max.y), std::abs(box.max.z)});
  const Vec3 size = box.size();
  const double longest = std::max({size.x, size.y, size.z});
  const double step = farthest / 8'388'608.0;
  if (longest <= 0 || step < 1e-5 * longest) return;
  findings.push_back({FindingCode::kPrecision,
                      step > 1e-3 * longest ? Severity::kWarning : Severity::kNote,
                      1,
                      "the part lies " + short_number(farthest / 1000) +
                          " m from the origin, where single precision steps by " +
                          short_number(step) + " mm",
                      {},
                      "measured as stored; move the part to the origin before exporting"});
}

}  // namespace costengine::detail
