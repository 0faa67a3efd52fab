#pragma once

#include <algorithm>

#include "costengine/base/byte_source.hpp"
#include "costengine/base/config.hpp"
#include "costengine/detail/base/pack.hpp"
#include "costengine/profile/production_view.hpp"
#include "costengine/run/keys.hpp"

namespace costengine {
namespace detail {

// The members of a price sheet, for Packer.
inline void pack_members(Packer& archive, Decimal& value) {
  auto& [coefficient, scale] = value;
  archive(coefficient, scale);
}
inline void pack_members(Packer& archive, MaterialRate& value) {
  auto& [name, per_kg, support_per_kg] = value;
  archive(name, per_kg, support_per_kg);
}
inline void pack_members(Packer& archive, MachineRate& value) {
  auto& [name, per_h] = value;
  archive(name, per_h);
}
inline void pack_members(Packer& archive, QuantityBreak& value) {
  auto& [from, discount_percent] = value;
  archive(from, discount_percent);
}
inline void pack_members(Packer& archive, PriceSheet& value) {
  auto& [name, source, hash, currency, minor_digits, materials, machines, energy_per_kwh,
         setup_per_order, setup_per_model, setup_per_plate, labour_per_h, labour_minutes_per_part,
         labour_support_removal_minutes_per_cm3, post_processing_per_cm2, failure_percent,
         overhead_percent, margin_percent, markup_percent, quantity_breaks, minimum_per_part,
         minimum_per_order, rounding_increment, rounding_mode, tax_name, tax_percent] = value;
  archive(name, source, hash, currency, minor_digits, materials, machines, energy_per_kwh,
          setup_per_order, setup_per_model, setup_per_plate, labour_per_h, labour_minutes_per_part,
          labour_support_removal_minutes_per_cm3, post_processing_per_cm2, failure_percent,
          overhead_percent, margin_percent, markup_percent, quantity_breaks, minimum_per_part,
          minimum_per_order, rounding_increment, rounding_mode, tax_name, tax_percent);
}

/// Which library calculates: the inlined one takes its user's flags, and may differ in last bits.
#ifdef COSTENGINE_HEADER_ONLY
inline constexpr std::string_view kEngine = "costengine " COSTENGINE_VERSION " header-only";
#else
inline constexpr std::string_view kEngine = "costengine " COSTENGINE_VERSION;
#endif

inline std::string hash_of(Packer&& pack) {
  return sha256_hex(std::string_view(std::move(pack).take()));
}

/// What a caller wants to know of the content.
inline void pack_outputs(Packer& pack, const EstimateOptions& options) {
  pack(options.load.unit_mm, options.production, options.hull, options.production && options.force);
}

}  // namespace detail

COSTENGINE_INLINE bool is_content_hash(std::string_view text) noexcept {
  constexpr std::string_view kScheme = "sha256:";
  if (!text.starts_with(kScheme) || text.size() != kScheme.size() + 64) return false;
  text.remove_prefix(kScheme.size());
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

COSTENGINE_INLINE std::string production_key(std::string_view content_hash, const Profile& profile,
                                             const EstimateOptions& options) {
  detail::Packer pack;
  pack("production", detail::kEngine, kAnswerRevision, content_hash);
  detail::pack_outputs(pack, options);
  pack(view_bytes(production_view(profile, Placement::kAlone)));
  return detail::hash_of(std::move(pack));
}

COSTENGINE_INLINE std::string quote_key(std::string_view production_key, const Profile& profile,
                                        const PriceSheet& prices, const EstimateOptions& options) {
  detail::Packer pack;
  pack("quote", production_key, prices, profile.material.name, profile.machine.name,
       profile.machine.power_w, options.quantity);
  return detail::hash_of(std::move(pack));
}

COSTENGINE_INLINE std::string last_key(std::string_view content_hash, const Profile& profile,
                                       const PriceSheet& prices, const EstimateOptions& options) {
  detail::Packer pack;
  pack("last", content_hash, options.quote, options.quantity, profile.material.name,
       profile.machine.name, prices.name, prices.source, prices.currency);
  detail::pack_outputs(pack, options);
  return detail::hash_of(std::move(pack));
}

}  // namespace costengine
