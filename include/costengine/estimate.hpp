/// estimate: from bytes to a price, the whole library as one sentence:
///
///   load a file, inspect the mesh, measure it, slice it into layers, plan what the machine does,
///   price it.
///
/// Each stage is a function of its own (mesh/load.hpp, mesh/inspect.hpp, measure/measure.hpp,
/// slice/layers.hpp, process/fdm.hpp, price/price.hpp) and may be used without the others. For
/// parts that share a plate there are estimate_plate(), process/arrange.hpp and process/plate.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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

struct RunTrail;

/// What the caller wants; what is not wanted is not computed.
struct EstimateOptions {
  LoadOptions load{};
  bool production = true;      ///< slice and plan; false ends after measuring
  bool quote = true;           ///< price; needs production
  bool hull = false;           ///< convex hull volume (costs more than the rest of measuring)
  bool hash = false;           ///< SHA-256 of the input
  bool force = false;          ///< plan and price a refused model too
  std::uint64_t quantity = 1;  ///< equal parts, printed one after another; at least 1
  /// Filled in when the calculation ends, also with an error; null: not wanted. It must live as
  /// long. estimate_plate() leaves none.
  RunTrail* trail = nullptr;
};

/// The stages that are timed, in their order.
inline constexpr std::array kTimedStages = {Stage::kLoad,  Stage::kInspect, Stage::kMeasure,
                                            Stage::kSlice, Stage::kPlan,    Stage::kPrice};

/// Wall time of each stage; 0 for a stage that did not run.
struct StageTimes {
  double load_ms = 0, inspect_ms = 0, measure_ms = 0, slice_ms = 0, plan_ms = 0, price_ms = 0;
  double total_ms = 0;

  /// When the calculation began, and each of kTimedStages first did: milliseconds of the steady
  /// clock, which on Linux all processes of a machine share. 0 for what did not run.
  double began_ms = 0;
  std::array<double, kTimedStages.size()> stage_began_ms{};

  /// The wall time of one of kTimedStages.
  [[nodiscard]] double of(Stage stage) const noexcept;
};

/// Plates of an order that are alike.
struct PlateRun {
  std::uint64_t plates = 1;
  std::uint64_t parts = 0;          ///< on each of them
  std::uint64_t of_this_model = 0;  ///< among those
  std::uint64_t layers = 0;
  Interval time_s, filament_mm;  ///< of one plate
};

/// The plates that a model shares with its copies or with others.
struct PlateUse {
  std::uint64_t quantity = 1;  ///< copies of this model
  std::uint64_t capacity =
      0;                     ///< how many of this part alone one plate takes; at most kMostOnPlate
  std::uint64_t plates = 0;  ///< of the whole order
  double share = 0;          ///< of them, in plates: this model's part of their time
  std::vector<PlateRun> runs;  ///< those with this model on them, in the order of printing
};

/// Where an answer came from.
enum class CacheOutcome : std::uint8_t {
  kOff,         ///< calculated; there was no cache to ask
  kMiss,        ///< calculated; the cache did not have it
  kProduction,  ///< priced anew, the rest from the cache
  kQuote,       ///< all from the cache
  kStale,       ///< all from the cache, for settings or prices that have changed since
};

/// "off", "miss", "production", "quote", "stale". Never empty.
std::string_view cache_outcome_name(CacheOutcome outcome) noexcept;

struct CacheUse {
  CacheOutcome outcome = CacheOutcome::kOff;
  std::optional<std::uint64_t> age_s;  ///< of the answer, where it is from the cache
};

/// What is known of a calculation whether it ends with an answer or an error.
struct RunTrail {
  StageTimes times;
  CacheUse cache;
  std::uint64_t bytes = 0, facets = 0;  ///< 0 where it ended before they were known
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
  /// For estimate_plate(): then production is the share of one part, the mean over all plates.
  std::optional<PlateUse> plate;
  bool forced = false;  ///< production and quote exist only because of EstimateOptions::force
  StageTimes times;
  CacheUse cache;          ///< calculate() and jobs fill it
  std::string request_id;  ///< of the caller; empty without
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

/// A model of an order that is printed on shared plates.
struct PlateOrder {
  const ByteSource* source = nullptr;
  LoadOptions load{};
  std::uint64_t quantity = 1;  ///< copies; at least 1
};

/// The same for several copies, several models or both, on as few plates as fill_plates() needs.
/// EstimateOptions::load and ::quantity do not count.
///
/// One answer for each model, in order: what a part takes on its share of the plates' time and
/// material (process/plate.hpp has the rule), and a quote for its copies; setup_plate is charged by
/// the model's share of the plates, what the price sheet has per model or per order once for each
/// model. One part alone on its plate has the answer of estimate().
///
/// Errors, model by model: as estimate(); kDoesNotFit where a part does not fit an empty plate, or
/// plan_plate() refuses. If one model has no production, be it an error or a refusal, the others
/// have the error kPlateIncomplete.
std::vector<Result<Estimate>> estimate_plate(std::span<const PlateOrder> orders,
                                             const Profile& profile, const PriceSheet& prices,
                                             const EstimateOptions& options, Context& ctx);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/estimate/plate.ipp"
#endif
