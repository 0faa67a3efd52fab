#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "costengine/detail/base/clock.hpp"
#include "costengine/detail/base/pack.hpp"
#include "costengine/detail/estimate/finish.hpp"
#include "costengine/detail/mesh/sniff.hpp"
#include "costengine/run/calculate.hpp"
#include "costengine/run/keys.hpp"
#include "costengine/run/record.hpp"

namespace costengine {
namespace detail {

/// What is found and stored for one request whose content's hash is known.
class CachedAnswer {
 public:
  CachedAnswer(const Request& request, std::string_view content_hash, Cache& cache)
      : request_(request),
        cache_(cache),
        production_key_(production_key(content_hash, *request.profile, request.options)),
        last_key_(last_key(content_hash, *request.profile, *request.prices, request.options)) {
    if (request.options.quote) {
      quote_key_ = quote_key(production_key_, *request.profile, *request.prices, request.options);
    }
  }

  /// The answer as far as the cache has it, priced if it has only the production.
  std::optional<Result<Estimate>> find() {
    const std::optional<CacheEntry> entry = cache_.find(CacheTier::kProduction, production_key_);
    if (!entry) return std::nullopt;
    std::optional<Estimate> found = read_production_record(entry->value);
    if (!found) return std::nullopt;
    Estimate& estimate = *found;
    estimate.cache = {CacheOutcome::kQuote, entry->age_s};
    if (!request_.options.quote || !estimate.production) return std::move(*found);
    if (auto quote = find_quote(quote_key_)) {
      estimate.quote = std::move(quote->first);
      estimate.cache.age_s = quote->second;
      return std::move(*found);
    }
    estimate.cache.outcome = CacheOutcome::kProduction;
    Production production = std::move(*estimate.production);
    Status priced =
        finish_estimate(std::move(production), request_.options.quantity, 0, *request_.profile,
                        *request_.prices, request_.options, estimate);
    if (!priced.ok()) return std::move(priced).error();
    store_quote(estimate);
    return std::move(*found);
  }

  void store(const Estimate& estimate) {
    const std::string production = production_record(estimate);
    store_quote(estimate, CacheWrite{CacheTier::kProduction, production_key_, production});
  }

  std::optional<Estimate> find_last() {
    const auto entry = cache_.find(CacheTier::kLast, last_key_);
    if (!entry) return std::nullopt;
    const std::optional<LastAnswer> last = read_last_record(entry->value);
    if (!last) return std::nullopt;
    const auto production = cache_.find(CacheTier::kProduction, last->production_key);
    if (!production) return std::nullopt;
    std::optional<Estimate> found = read_production_record(production->value);
    if (!found) return std::nullopt;
    const bool same = last->production_key == production_key_ &&
                      (last->quote_key.empty() || last->quote_key == quote_key_);
    found->cache = {same ? CacheOutcome::kQuote : CacheOutcome::kStale, production->age_s};
    if (last->quote_key.empty()) return found;
    auto quote = find_quote(last->quote_key);
    if (!quote) return std::nullopt;
    found->quote = std::move(quote->first);
    found->cache.age_s = quote->second;
    return found;
  }

 private:
  std::optional<std::pair<Quote, std::uint64_t>> find_quote(std::string_view key) {
    const auto entry = cache_.find(CacheTier::kQuote, key);
    if (!entry) return std::nullopt;
    std::optional<Quote> quote = read_quote_record(entry->value);
    if (!quote) return std::nullopt;
    return std::pair{std::move(*quote), entry->age_s};
  }

  /// The quote if there is one, and that this was the last answer; not that a price is missing.
  /// `production` too, if it is new.
  void store_quote(const Estimate& estimate, std::optional<CacheWrite> production = {}) {
    std::vector<CacheWrite> writes;
    if (production) writes.push_back(*production);
    std::string quote, last;
    if (!estimate.unpriced) {
      if (estimate.quote) {
        quote = quote_record(*estimate.quote);
        writes.push_back({CacheTier::kQuote, quote_key_, quote});
      }
      last = last_record({production_key_, estimate.quote ? quote_key_ : std::string()});
      writes.push_back({CacheTier::kLast, last_key_, last});
    }
    cache_.store_all(writes);
  }

  const Request& request_;
  Cache& cache_;
  std::string production_key_, last_key_, quote_key_;
};

inline Result<std::string> content_hash_of(const ByteSource& source, Context& ctx) {
  COSTENGINE_TRY(std::string hash, sha256_hex(source, ctx));
  return hash.insert(0, "sha256:");
}

inline Error bad_request(ErrorCode code, std::string message) {
  return Error{code, Stage::kOptions, std::move(message), {}, {}};
}

/// Whether a file's name can decide how these bytes are read. No key has the name in it.
inline bool name_may_decide(const ByteSource& source) {
  std::string head(static_cast<std::size_t>(std::min<std::uint64_t>(4096, source.size())), '\0');
  if (!source.read_at(0, std::as_writable_bytes(std::span(head))).ok()) return true;
  const auto by_content = sniff(head, source.size(), std::nullopt);
  for (const MeshFormat hint : {MeshFormat::kObj, MeshFormat::kOff}) {
    const auto named = sniff(head, source.size(), hint);
    if (!named.ok() || !by_content.ok() || named.value() != by_content.value()) return true;
  }
  return false;
}

/// Fails if the bytes are no longer those of `hash`.
inline Status check_unchanged(const ByteSource& source, std::string_view hash, Context& ctx) {
  if (!source.may_have_changed()) return Ok{};
  COSTENGINE_TRY(const std::string now, content_hash_of(source, ctx));
  if (now == hash) return Ok{};
  return Error{ErrorCode::kReadFailed,
               Stage::kLoad,
               "the bytes changed while they were read; send the model again once it is complete",
               {},
               {}};
}

inline Status check_request(const Request& request) {
  if (request.profile == nullptr || request.prices == nullptr) {
    return bad_request(ErrorCode::kInvalidArgument, "a request needs a profile and a price sheet");
  }
  if (!request.content_hash.empty() && !is_content_hash(request.content_hash)) {
    return bad_request(ErrorCode::kContentDiffers,
                       "the content's hash is not of the form \"sha256:\" and 64 lower-case "
                       "hexadecimal digits");
  }
  if (request.source == nullptr && request.content_hash.empty()) {
    return bad_request(ErrorCode::kInvalidArgument, "a request needs a model or its hash");
  }
  return check_order(request.options.quantity);
}

inline Status check_hash(std::string_view given, std::string_view found) {
  if (given == found) return Ok{};
  return Error{ErrorCode::kContentDiffers,
               Stage::kLoad,
               "the model's hash is " + std::string(found) + ", not " + std::string(given) +
                   " as given; send the model that the hash belongs to, or no hash",
               {},
               {}};
}

/// Calculates what no cache has, and stores it.
inline Result<Estimate> calculate_anew(const Request& request, std::string_view hash,
                                       CachedAnswer* cached, StageTimes& hashing, Context& ctx) {
  const ByteSource& source = *request.source;
  if (!request.content_hash.empty() && !request.content_hash_is_checked) {
    COSTENGINE_TRY(const std::string found,
                   timed(hashing, Stage::kLoad, [&] { return content_hash_of(source, ctx); }));
    COSTENGINE_CHECK(check_hash(hash, found));
  }
  EstimateOptions options = request.options;
  options.hash = false;  // it is known where it is wanted
  COSTENGINE_TRY(Estimate answer,
                 estimate(source, *request.profile, *request.prices, options, ctx));
  if (cached == nullptr) return answer;
  COSTENGINE_CHECK(
      timed(hashing, Stage::kLoad, [&] { return check_unchanged(source, hash, ctx); }));
  if (!name_may_decide(source)) cached->store(answer);
  answer.cache.outcome = CacheOutcome::kMiss;
  return answer;
}

/// calculate() but for the times. `hashing` is told what goes into hashes.
inline Result<Estimate> find_or_calculate(const Request& request, Cache* cache, StageTimes& hashing,
                                          Context& ctx) {
  COSTENGINE_CHECK(check_request(request));
  COSTENGINE_CHECK(ctx.check(Stage::kLoad));
  std::string hash = request.content_hash;
  if (hash.empty() && (cache != nullptr || request.options.hash)) {
    COSTENGINE_TRY(
        hash, timed(hashing, Stage::kLoad, [&] { return content_hash_of(*request.source, ctx); }));
  }
  std::optional<CachedAnswer> cached;
  if (cache != nullptr) cached.emplace(request, hash, *cache);
  std::optional<Result<Estimate>> found = cached ? cached->find() : std::nullopt;
  if (!found && request.source == nullptr) {
    return Error{ErrorCode::kNotCached,
                 Stage::kLoad,
                 "the cache has no answer for this hash; send the model itself",
                 {},
                 {}};
  }
  COSTENGINE_TRY(Estimate answer,
                 found ? std::move(*found)
                       : calculate_anew(request, hash, cached ? &*cached : nullptr, hashing, ctx));
  if (request.options.hash) answer.hash = std::move(hash);
  answer.request_id = request.request_id;
  return answer;
}

/// Adds the time for hashes, and that of the whole.
inline void complete_times(const StageTimes& hashing, StageTimes& times) {
  times.began_ms = hashing.began_ms;
  times.total_ms = clock_ms() - hashing.began_ms;
  if (hashing.load_ms == 0) return;
  times.load_ms += hashing.load_ms;
  times.stage_began_ms[0] = hashing.stage_began_ms[0];
}

}  // namespace detail

COSTENGINE_INLINE Result<Estimate> calculate(const Request& request, Cache* cache, Context& ctx) {
  StageTimes hashing;
  hashing.began_ms = detail::clock_ms();
  auto result = detail::find_or_calculate(request, cache, hashing, ctx);
  RunTrail* const trail = request.options.trail;
  if (!result.ok()) {
    if (trail == nullptr) return result;
    detail::complete_times(hashing, trail->times);
    if (cache != nullptr) trail->cache.outcome = CacheOutcome::kMiss;
    return result;
  }
  Estimate answer = std::move(result).value();
  detail::complete_times(hashing, answer.times);
  if (trail != nullptr) *trail = {answer.times, answer.cache, answer.bytes, answer.facets};
  return answer;
}

COSTENGINE_INLINE std::optional<Estimate> last_answer(const Request& request, Cache& cache) {
  if (!detail::check_request(request).ok() || request.content_hash.empty()) return std::nullopt;
  const double began_ms = detail::clock_ms();
  std::optional<Estimate> answer =
      detail::CachedAnswer(request, request.content_hash, cache).find_last();
  if (!answer) return std::nullopt;
  if (request.options.hash) answer->hash = request.content_hash;
  answer->request_id = request.request_id;
  answer->times.began_ms = began_ms;
  answer->times.total_ms = detail::clock_ms() - began_ms;
  return answer;
}

COSTENGINE_INLINE std::string request_key(const Request& request) {
  if (!detail::check_request(request).ok() || request.content_hash.empty()) return {};
  const EstimateOptions& options = request.options;
  const std::string production =
      production_key(request.content_hash, *request.profile, request.options);
  detail::Packer pack;  // what the keys of the cache leave out may still change an error
  pack("request", options.quote, options.hash, options.load.hint,
       static_cast<bool>(options.load.importer),
       quote_key(production, *request.profile, *request.prices, options));
  return sha256_hex(std::string_view(std::move(pack).take()));
}

}  // namespace costengine
