/// estimate: from bytes to a price, the whole library as one sentence:
///
///   load a file, inspect the mesh, measure it, slice it into layers, plan what the machine does,
///   price it.
///
/// Each stage is a function of its own (mesh/load.hpp, mesh/inspect.hpp, measure/measure.hpp,
/// slice/layers.hpp, process/fdm.hpp, price/price.hpp) and may be used without the others.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "costengine/base/byte_source.hpp"
#include "costengine/base/context.hpp"
#include "costengine/base/error.hpp"
#include "costengine/measure/measurements.hpp"
#include "costengine/mesh/finding.hpp"
#include "costengine/mesh/load.hpp"
#include "costengine/price/price_sheet.hpp"
#include "costengine/price/quote.hpp"
#include "costengine/process/production.hpp"
#include "costengine/profile/profile.hpp"

namespace costengine {

/// What the caller wants; what is not wanted is not computed.
struct EstimateOptions {
  LoadOptions load{};
  bool production = true;      ///< slice and plan; false ends after measuring
  bool quote = true;           ///< price; needs production
  bool hull = false;           ///< convex hull volume (costs more than the rest of measuring)
  bool hash = false;           ///< SHA-256 of the input
  bool force = false;          ///< plan and price a refused model too
  std::uint64_t quantity = 1;  ///< equal parts, printed one after another; at least 1
};

/// Wall time of each stage; 0 for a stage that did not run.
struct StageTimes {
  double load_ms = 0, inspect_ms = 0, measure_ms = 0, slice_ms = 0, plan_ms = 0, price_ms = 0;
  double total_ms = 0;
};

struct Estimate {
  MeshFormat format{};
  std::uint64_t bytes = 0;
  std::string hash;  ///< "sha256:..." where asked for

  std::uint64_t facets = 0;    ///< as read
  std::uint64_t vertices = 0;  ///< distinct positions
  Verdict verdict = Verdict::kRefused;
  std::vector<Finding> findings;
  Measurements measurements;

  std::optional<Production> production;  ///< empty when refused (without force) or not asked for
  std::optional<Quote> quote;
  /// Why there is production but no quote: the price sheet lacks a rate, or the profile what a rate
  /// is charged by. The message says what to add.
  std::optional<Error> unpriced;
  bool forced = false;  ///< production and quote exist only because of EstimateOptions::force
  StageTimes times;
};

/// Reads, inspects, measures, plans and prices one model.
///
/// Not an error: a broken mesh, and a production that cannot be priced. The Estimate then has
/// findings, and a refused one no production; one without a price says why in `unpriced`, with the
/// code kPricesMissing, kPricesInvalid or kSettingMissing of price().
/// Errors: those of load() and of the stages' limits (kLimitLayers), kCancelled, kLimitTime,
/// kInvalidArgument (quantity 0 or above 1e9, an amount beyond 9e15 minor units).
/// Threads: any number of calls at once, each with a context of its own.
Result<Estimate> estimate(const ByteSource& source, const Profile& profile,
                          const PriceSheet& prices, const EstimateOptions& options, Context& ctx);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/estimate.ipp"
#endif
