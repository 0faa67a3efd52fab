/// Findings: what is peculiar about a mesh, as data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "costengine/base/config.hpp"

namespace costengine {

/// A note never moves the verdict; one warning makes it `estimated`, one error `refused`.
enum class Severity { kNote, kWarning, kError };

enum class Verdict { kTrusted, kEstimated, kRefused };

/// Stable; the name is finding_code_name(). docs/findings.md says for each code what it means, its
/// severity, and what it does to the numbers.
enum class FindingCode : std::int32_t {
  // from the readers
  kNormals = 100,      ///< stored normals that contradict the facets; they are not used
  kTrailing = 101,     ///< bytes behind the last facet
  kStlCount = 102,     ///< the header's facet count contradicts the file size
  kNoEndsolid = 103,   ///< ASCII STL without its last line
  kIgnored = 104,      ///< statements that carry no facets
  kUnsupported = 105,  ///< free-form geometry that is not evaluated: material is missing
  kObjWeight = 106,    ///< vertices with a weight other than 1
  kObjTexture = 107,   ///< texture or normal indices out of range; they are not used
  kPolygon = 108,      ///< a polygon that crosses itself
  kConcave = 109,      ///< concave polygons, triangulated by ears
  kNonplanar = 110,    ///< polygons whose corners are not in one plane
  // from inspection
  kDegenerate = 200,     ///< facets without an area, faces with fewer than three corners
  kDuplicate = 201,      ///< facets that stand twice
  kWelded = 202,         ///< closed by joining vertices within a tolerance
  kOpen = 203,           ///< edges with a facet on one side only
  kNonmanifold = 204,    ///< edges with more than two facets
  kNonorientable = 205,  ///< a surface with one side (Moebius)
  kWinding = 206,        ///< facets turned against their neighbours
  kInverted = 207,       ///< whole shells turned inside out
  kShells = 208,         ///< more than one shell
  kCavity = 209,         ///< closed hollows inside
  kOverlap = 210,        ///< shells or walls that run through each other
  kNotSolid = 211,       ///< encloses no volume
  kPrecision = 212,      ///< so far from the origin that the file's digits limit the result
  kUnitsInch = 213,      ///< plausible only if the numbers are inches
  kUnitsMetre = 214,     ///< plausible only if the numbers are metres
  kBuildVolume = 215,    ///< does not fit the machine
  kThin = 216,           ///< thinner than the machine can lay down
};

struct Finding {
  FindingCode code;
  Severity severity;
  std::uint64_t count = 0;                   ///< how many of them
  std::string message;                       ///< what was found, one sentence for a person
  std::optional<std::uint64_t> first_facet;  ///< index in the file, where one can be named
  std::string effect;                        ///< what was done about it and what it does to numbers
};

/// "open", "units_inch", ... Never empty.
std::string_view finding_code_name(FindingCode code) noexcept;
std::string_view severity_name(Severity severity) noexcept;  ///< "note", "warning", "error"
std::string_view verdict_name(Verdict verdict) noexcept;     ///< "trusted", "estimated", "refused"

/// The rule: refused if any finding is an error, else estimated if any is a warning, else trusted.
Verdict verdict_of(const std::vector<Finding>& findings) noexcept;

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/mesh/finding.ipp"
#endif
