/// JSON: one object on one line, without the line's end, for programs.
///
/// The names and their order are stable within schema 1: fields may be added, none is renamed.
/// docs/json.md describes them. Money is an integer in minor units of the currency, a rate a
/// decimal string. What is not known is null or absent, never 0. Text that is not UTF-8 (a path may
/// be any bytes) comes out as UTF-8 with U+FFFD in place of the bytes that are not.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "costengine/base/error.hpp"
#include "costengine/estimate.hpp"
#include "costengine/profile/profile.hpp"

namespace costengine {

/// schema, engine, input, mesh, measure, profile, then production, prices and quote where the
/// estimate has them, `forced` where they exist only by force, and timing_ms. `path` is shown as
/// the caller named the input. Two calculations of the same input differ in timing_ms alone.
std::string estimate_json(std::string_view path, const Estimate& estimate, const Profile& profile);

/// The same up to and including measure.
std::string inspect_json(std::string_view path, const Estimate& estimate);

/// schema, input and error: code, stage, message, and byte or line where known. `path` is empty
/// (and input null) for what concerns no single input, such as a profile that does not exist.
std::string error_json(std::optional<std::string_view> path, const Error& error);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/report/json.ipp"
#endif
