#pragma once

#include "costengine/base/error.hpp"

namespace costengine {

COSTENGINE_INLINE std::string_view error_code_name(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return "invalid_argument";
    case ErrorCode::kFileNotFound:
      return "file_not_found";
    case ErrorCode::kNotRegularFile:
      return "not_regular_file";
    case ErrorCode::kReadFailed:
      return "read_failed";
    case ErrorCode::kLimitBytes:
      return "limit_bytes";
    case ErrorCode::kLimitFacets:
      return "limit_facets";
    case ErrorCode::kLimitLine:
      return "limit_line";
    case ErrorCode::kLimitLayers:
      return "limit_layers";
    case ErrorCode::kLimitTime:
      return "limit_time";
    case ErrorCode::kLimitMemory:
      return "limit_memory";
    case ErrorCode::kEmpty:
      return "empty";
    case ErrorCode::kFormat:
      return "format";
    case ErrorCode::kUnsupportedFormat:
      return "unsupported_format";
    case ErrorCode::kTruncated:
      return "truncated";
    case ErrorCode::kSyntax:
      return "syntax";
    case ErrorCode::kNumber:
      return "number";
    case ErrorCode::kNonfinite:
      return "nonfinite";
    case ErrorCode::kRange:
      return "range";
    case ErrorCode::kIndex:
      return "index";
    case ErrorCode::kNoFaces:
      return "no_faces";
    case ErrorCode::kImportFailed:
      return "import_failed";
    case ErrorCode::kContentDiffers:
      return "content_differs";
    case ErrorCode::kNotCached:
      return "not_cached";
    case ErrorCode::kProfileInvalid:
      return "profile_invalid";
    case ErrorCode::kProfileUnknown:
      return "profile_unknown";
    case ErrorCode::kSettingUnknown:
      return "setting_unknown";
    case ErrorCode::kSettingInvalid:
      return "setting_invalid";
    case ErrorCode::kSettingMissing:
      return "setting_missing";
    case ErrorCode::kPricesInvalid:
      return "prices_invalid";
    case ErrorCode::kPricesMissing:
      return "prices_missing";
    case ErrorCode::kDoesNotFit:
      return "does_not_fit";
    case ErrorCode::kPlateIncomplete:
      return "plate_incomplete";
    case ErrorCode::kCancelled:
      return "cancelled";
    case ErrorCode::kOutOfMemory:
      return "out_of_memory";
    case ErrorCode::kQueueFull:
      return "queue_full";
    case ErrorCode::kNoSuchJob:
      return "no_such_job";
    case ErrorCode::kNotFinished:
      return "not_finished";
    case ErrorCode::kWorkerFailed:
      return "worker_failed";
    case ErrorCode::kInternal:
      return "internal";
  }
  return "unknown";
}

COSTENGINE_INLINE std::string_view stage_name(Stage stage) noexcept {
  switch (stage) {
    case Stage::kOptions:
      return "options";
    case Stage::kProfile:
      return "profile";
    case Stage::kPrices:
      return "prices";
    case Stage::kLoad:
      return "load";
    case Stage::kInspect:
      return "inspect";
    case Stage::kMeasure:
      return "measure";
    case Stage::kSlice:
      return "slice";
    case Stage::kPlan:
      return "plan";
    case Stage::kPrice:
      return "price";
    case Stage::kReport:
      return "report";
  }
  return "unknown";
}

COSTENGINE_INLINE std::string Error::to_string() const {
  std::string text(stage_name(stage));
  text += ": ";
  text += error_code_name(code);
  text += ": ";
  text += message;
  if (byte) text += " (byte " + std::to_string(*byte) + ")";
  if (line) text += " (line " + std::to_string(*line) + ")";
  return text;
}

}  // namespace costengine
