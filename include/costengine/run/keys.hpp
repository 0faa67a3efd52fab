/// Keys of the cache: what an answer depends on, as 64 hexadecimal digits.
///
/// Production  the engine and its kAnswerRevision, the content, the unit, which outputs are wanted,
///             and production_view() of the profile: exactly what the stages are handed.
/// Quote       the production's key, every member of the price sheet, and the PricingInputs
///             (material, machine, power, quantity).
/// Last        the content, the unit, the outputs, the quantity, and the names of material, machine
///             and price sheet, and the currency, whatever else is in profile and prices.
///
/// No key depends on a limit, on threads or the instruction set (they change no answer), on the
/// file's name or on LoadOptions::importer. The name may decide how bytes that fit no format are
/// read; such an answer is not stored.
/// Cost: some hundredths of a millisecond. Threads: pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "costengine/estimate.hpp"
#include "costengine/price/price_sheet.hpp"
#include "costengine/profile/profile.hpp"

namespace costengine {

/// Goes up with every change of the engine that changes a number, a finding or a text of an answer
/// between two versions of the library. tests/answer_revision_test.cpp notices.
inline constexpr std::uint64_t kAnswerRevision = 3;

/// Whether `text` is "sha256:" and 64 lower-case hexadecimal digits.
bool is_content_hash(std::string_view text) noexcept;

/// Precondition of these: is_content_hash(content_hash).
std::string production_key(std::string_view content_hash, const Profile& profile,
                           const EstimateOptions& options);
std::string last_key(std::string_view content_hash, const Profile& profile,
                     const PriceSheet& prices, const EstimateOptions& options);

std::string quote_key(std::string_view production_key, const Profile& profile,
                      const PriceSheet& prices, const EstimateOptions& options);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/run/keys.ipp"
#endif
