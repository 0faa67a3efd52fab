/// CSV: one row per model, or one per layer of a model, for a spreadsheet.
///
/// RFC 4180: comma, CRLF, quotes doubled; UTF-8, with U+FFFD for bytes of a path that are not. A
/// text that a spreadsheet would run as a formula (it begins with = + - @, a tab or a line break)
/// is preceded by an apostrophe. Money is a decimal in the currency of its row; what is not known
/// is an empty cell. Columns may be added at the end, none is renamed or moved.
#pragma once

#include <string>
#include <string_view>

#include "costengine/base/error.hpp"
#include "costengine/estimate.hpp"
#include "costengine/profile/profile.hpp"

namespace costengine {

/// The names of the columns.
std::string csv_header();

/// A model on shared plates has the plates of its order in "plates", and how many of it alone one
/// takes in "plate_capacity"; time and material are the share of one part.
/// A model that cannot be priced has the code of Estimate::unpriced in the column "unpriced" and
/// what to add in "message". "request_id", "cache" (the outcome) and the wall time of each stage
/// are the last columns; a stage that did not run has an empty cell.
std::string estimate_csv(std::string_view path, const Estimate& estimate, const Profile& profile);

/// A row with the path, the error's code and message, and what is known of the request and the time
/// it took; its other cells are empty.
std::string error_csv(std::string_view path, const Error& error, std::string_view request_id = {},
                      const RunTrail* trail = nullptr);

/// The layers of a production, with a header: layer (from 1), z_mm, height_mm, area_mm2,
/// perimeter_mm, time_s, and the filament of each feature that takes any
/// ("sparse_infill_filament_mm"). What no layer owns, such as start and end, is in no row.
/// Precondition: every layer has a filament_mm for each feature.
std::string layer_table_csv(const Production& production);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/report/csv.ipp"
#endif
