/// JSON: one object on one line, without the line's end, for programs.
///
///   schema      1
///   engine      version
///   request_id  as the caller gave it, or the trace id of a traceparent; else absent
///   input       path, format, bytes, hash ("sha256:...")
///   mesh        facets, vertices, shells, verdict,
///               findings [code, severity, count, message, first_facet, effect]
///   measure     volume_mm3 {value, low, high, method}, area_mm2,
///               box_mm {min, max}, hull_volume_mm3 (null where it was not asked for)
///   profile     name, source, hash (null with a stale answer), defaulted [], unknown [],
///               ignored []
///   production  process, method, layers, time_s {value, low, high},
///               model, support: {filament_mm, volume_mm3, mass_g or null},
///               filament_mm {value, low, high},
///               features [role, length_mm, filament_mm, paths, time_s], confidence []
///   plate       for parts that share plates: quantity, capacity (of this part alone on one plate),
///               plates (of the order), share (of them), runs [plates, parts, of_this_model,
///               layers, time_s, filament_mm {value, low, high} of one plate]; else absent.
///               production is then the share of one part
///   prices      name, source, hash
///   quote       currency, minor_digits, quantity,
///               lines [kind, quantity, unit, rate, amount, low, high, why],
///               unit_price, total, low, high; null where production cannot be priced
///   unpriced    code, stage, message: why quote is null; else absent
///   forced      true, or absent
///   cache       outcome ("off", "miss", "production", "quote", "stale"), age_s (of an answer from
///               the cache)
///   timing_ms   load, inspect, measure, slice, plan, price, total
///
/// Names and order are stable within schema 1: fields may be added, none is renamed. low and high
/// bound a 90 % interval. Money is an integer in minor units of the currency, a rate a decimal
/// string. What is not known is null or absent, never 0. Text that is not UTF-8 (a path may be any
/// bytes) comes out as UTF-8 with U+FFFD in place of the bytes that are not.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "costengine/base/error.hpp"
#include "costengine/estimate.hpp"
#include "costengine/profile/profile.hpp"

namespace costengine {

/// All of the above; production, prices and quote where the estimate has them (a refused model has
/// none, an unpriced one no prices). `path` is shown as the caller named the input. Two
/// calculations of the same input differ in timing_ms and cache alone.
std::string estimate_json(std::string_view path, const Estimate& estimate, const Profile& profile);

/// The same up to and including measure, and cache and timing_ms.
std::string inspect_json(std::string_view path, const Estimate& estimate);

/// schema, request_id if there is one, input and error: code, stage, message, and byte or line where
/// known; with a trail cache and timing_ms too. `path` is empty (and input null) for what concerns
/// no single input, such as a profile that does not exist.
std::string error_json(std::optional<std::string_view> path, const Error& error,
                       std::string_view request_id = {}, const RunTrail* trail = nullptr);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/report/json.ipp"
#endif
