/// calculate: estimate() for those who ask often: answers what is known from a cache, and gives
/// the request's id back with the answer.
#pragma once

#include <optional>
#include <string>

#include "costengine/base/byte_source.hpp"
#include "costengine/base/context.hpp"
#include "costengine/estimate.hpp"
#include "costengine/run/cache.hpp"

namespace costengine {

/// One model to price, or as much of that as EstimateOptions ask for.
struct Request {
  /// The model. May be absent where content_hash is given: then only a cache can answer.
  const ByteSource* source = nullptr;

  /// "sha256:" and 64 hex digits, if the caller knows it already; else empty, and it is computed
  /// where the cache or EstimateOptions::hash needs it. It is believed where the cache has an
  /// answer, and compared with the bytes where they are read.
  std::string content_hash;

  const Profile* profile = nullptr;
  const PriceSheet* prices = nullptr;
  EstimateOptions options{};
  std::string request_id;                ///< echoed in Estimate::request_id
  bool content_hash_is_checked = false;  ///< the caller computed it from these very bytes
};

/// The answer to a request, as estimate() gives it, from `cache` where that has it; `cache` may be
/// null. What was calculated is stored, errors are not, and neither is an answer without a price
/// (Estimate::unpriced) in place of a quote. Estimate::cache says which it was. A layer table
/// (Production::layer_table) is never stored: an answer from the cache has none.
///
/// Limits that would stop a calculation do not stop an answer from the cache.
///
/// Errors: as estimate(); kContentDiffers if content_hash is not the hash of the bytes, or is no
/// hash; kReadFailed if the bytes changed while they were read; kNotCached if there is no source
/// and no answer in the cache; kInvalidArgument without profile or prices.
/// Cost: a hit with content_hash given is a look-up, 0.5 ms at most; without, reading and hashing
/// the model comes on top.
/// Threads: any number of calls at once, each with a context of its own.
Result<Estimate> calculate(const Request& request, Cache* cache, Context& ctx);

/// The last answer that was calculated for this content, unit, quantity and kind of outputs, and
/// for a material, machine and price sheet of these names, whatever their figures were; nothing if
/// there is none or content_hash is not given. Its Estimate::cache is kStale with the answer's age;
/// or kQuote, if that answer is the one to this very request. Only looks into the cache, and stores
/// nothing.
std::optional<Estimate> last_answer(const Request& request, Cache& cache);

/// Equal for requests that have the same answer, and for no others; empty if it is not known, for
/// want of a content_hash, profile or prices. For whoever joins requests under way.
std::string request_key(const Request& request);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/run/calculate.ipp"
#endif
