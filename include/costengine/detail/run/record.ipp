#pragma once

#include <algorithm>
#include <cstdint>

#include "costengine/detail/base/pack.hpp"
#include "costengine/run/record.hpp"

namespace costengine {
namespace detail {

// The members of an answer, for Packer and Unpacker. Each is named by a structured binding, so that
// a member that is added to a struct must be dealt with here.

void pack_members(auto& archive, Vec3& value) {
  auto& [x, y, z] = value;
  archive(x, y, z);
}
void pack_members(auto& archive, Box3& value) {
  auto& [min, max] = value;
  archive(min, max);
}
void pack_members(auto& archive, Interval& value) {
  auto& [middle, low, high] = value;
  archive(middle, low, high);
}
void pack_members(auto& archive, Money& value) {
  auto& [minor] = value;
  archive(minor);
  archive.check(minor <= kMaxMinor && minor >= -kMaxMinor);
}
void pack_members(auto& archive, Finding& value) {
  auto& [code, severity, count, message, first_facet, effect] = value;
  archive(code, severity, count, message, first_facet, effect);
  archive.check(severity >= Severity::kNote && severity <= Severity::kError);
}
void pack_members(auto& archive, Measurements& value) {
  auto& [volume_mm3, volume_method, area_mm2, centroid_mm, box_mm, hull_volume_mm3, shells,
         overhang_area_mm2] = value;
  archive(volume_mm3, volume_method, area_mm2, centroid_mm, box_mm, hull_volume_mm3, shells,
          overhang_area_mm2);
}
void pack_members(auto& archive, MaterialUse& value) {
  auto& [filament_mm, volume_mm3, mass_g] = value;
  archive(filament_mm, volume_mm3, mass_g);
}
void pack_members(auto& archive, FeatureUse& value) {
  auto& [role, length_mm, filament_mm, time_s, paths] = value;
  archive(role, length_mm, filament_mm, time_s, paths);
}
void pack_members(auto& archive, Production& value) {
  auto& [process, method, layers, time_s, filament_mm, model, support, features, layer_table,
         confidence] = value;
  (void)layer_table;  // as large as all the rest of a thousand answers
  archive(process, method, layers, time_s, filament_mm, model, support, features, confidence);
}
void pack_members(auto& archive, Estimate& value) {
  auto& [format, bytes, hash, facets, vertices, verdict, findings, measurements, production, quote,
         unpriced, plate, forced, times, cache, request_id] = value;
  (void)hash, (void)quote, (void)unpriced, (void)plate, (void)times, (void)cache, (void)request_id;
  archive(format, bytes, facets, vertices, verdict, findings, measurements, production, forced);
  archive.check(format >= MeshFormat::kStlBinary && format <= MeshFormat::kGlb &&
                verdict >= Verdict::kTrusted && verdict <= Verdict::kRefused);
}
void pack_members(auto& archive, CostLine& value) {
  auto& [kind, quantity, unit, rate, amount, low, high, why] = value;
  archive(kind, quantity, unit, rate, amount, low, high, why);
}
void pack_members(auto& archive, Quote& value) {
  auto& [currency, minor_digits, quantity, lines, unit_price, total, low, high, prices_name,
         prices_source, prices_hash] = value;
  archive(currency, minor_digits, quantity, lines, unit_price, total, low, high, prices_name,
          prices_source, prices_hash);
  archive.check(minor_digits >= 0 && minor_digits <= 4);
}
void pack_members(auto& archive, LastAnswer& value) {
  auto& [production_key, quote_key] = value;
  archive(production_key, quote_key);
}

// Raise the number of a kind of record with every change of what is in it.
inline constexpr std::string_view kProductionRecord = "costengine production record 1";
inline constexpr std::string_view kQuoteRecord = "costengine quote record 1";
inline constexpr std::string_view kLastRecord = "costengine last record 1";

template <class Value>
std::string record_of(std::string_view kind, const Value& value) {
  Packer pack;
  pack(kind, value);
  return std::move(pack).take();
}

template <class Value>
std::optional<Value> value_of(std::string_view kind, std::string_view bytes) {
  Unpacker unpack(bytes);
  std::string found;
  std::optional<Value> value(std::in_place);
  unpack(found);
  unpack.check(found == kind);
  unpack(*value);
  if (!unpack.complete()) value.reset();
  return value;
}

}  // namespace detail

COSTENGINE_INLINE std::string production_record(const Estimate& estimate) {
  return detail::record_of(detail::kProductionRecord, estimate);
}
COSTENGINE_INLINE std::optional<Estimate> read_production_record(std::string_view bytes) {
  return detail::value_of<Estimate>(detail::kProductionRecord, bytes);
}

COSTENGINE_INLINE std::string quote_record(const Quote& quote) {
  return detail::record_of(detail::kQuoteRecord, quote);
}
COSTENGINE_INLINE std::optional<Quote> read_quote_record(std::string_view bytes) {
  return detail::value_of<Quote>(detail::kQuoteRecord, bytes);
}

COSTENGINE_INLINE std::string last_record(const LastAnswer& last) {
  return detail::record_of(detail::kLastRecord, last);
}
COSTENGINE_INLINE std::optional<LastAnswer> read_last_record(std::string_view bytes) {
  return detail::value_of<LastAnswer>(detail::kLastRecord, bytes);
}

}  // namespace costengine
