#pragma once

#include <algorithm>

#include "costengine/mesh/finding.hpp"

namespace costengine {

COSTENGINE_INLINE std::string_view finding_code_name(FindingCode code) noexcept {
  switch (code) {
    case FindingCode::kNormals:
      return "normals";
    case FindingCode::kTrailing:
      return "trailing";
    case FindingCode::kStlCount:
      return "stl_count";
    case FindingCode::kNoEndsolid:
      return "no_endsolid";
    case FindingCode::kIgnored:
      return "ignored";
    case FindingCode::kUnsupported:
      return "unsupported";
    case FindingCode::kObjWeight:
      return "obj_w";
    case FindingCode::kObjTexture:
      return "obj_vt";
    case FindingCode::kPolygon:
      return "polygon";
    case FindingCode::kConcave:
      return "concave";
    case FindingCode::kNonplanar:
      return "nonplanar";
    case FindingCode::kDegenerate:
      return "degenerate";
    case FindingCode::kDuplicate:
      return "duplicate";
    case FindingCode::kWelded:
      return "welded";
    case FindingCode::kOpen:
      return "open";
    case FindingCode::kNonmanifold:
      return "nonmanifold";
    case FindingCode::kNonorientable:
      return "nonorientable";
    case FindingCode::kWinding:
      return "winding";
    case FindingCode::kInverted:
      return "inverted";
    case FindingCode::kShells:
      return "shells";
    case FindingCode::kCavity:
      return "cavity";
    case FindingCode::kOverlap:
      return "overlap";
    case FindingCode::kNotSolid:
      return "not_solid";
    case FindingCode::kPrecision:
      return "precision";
    case FindingCode::kUnitsInch:
      return "units_inch";
    case FindingCode::kUnitsMetre:
      return "units_metre";
    case FindingCode::kBuildVolume:
      return "build_volume";
    case FindingCode::kThin:
      return "thin";
  }
  return "unknown";
}

COSTENGINE_INLINE std::string_view severity_name(Severity severity) noexcept {
  switch (severity) {
    case Severity::kNote:
      return "note";
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      return "error";
  }
  return "unknown";
}

COSTENGINE_INLINE std::string_view verdict_name(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::kTrusted:
      return "trusted";
    case Verdict::kEstimated:
      return "estimated";
    case Verdict::kRefused:
      return "refused";
  }
  return "unknown";
}

COSTENGINE_INLINE Verdict verdict_of(const std::vector<Finding>& findings) noexcept {
  Severity worst = Severity::kNote;
  for (const Finding& finding : findings) worst = std::max(worst, finding.severity);
  switch (worst) {
    case Severity::kNote:
      return Verdict::kTrusted;
    case Severity::kWarning:
      return Verdict::kEstimated;
    case Severity::kError:
      return Verdict::kRefused;
  }
  return Verdict::kRefused;
}

}  // namespace costengine
