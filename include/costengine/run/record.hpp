/// Records: answers as bytes and back, for the cache. Every number returns bit by bit.
///
/// Reading: bytes that are not exactly what this version writes are no value; nothing throws but
/// std::bad_alloc. Threads: pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "costengine/estimate.hpp"

namespace costengine {

/// An estimate up to its production. Left out: quote, unpriced, plate, Production::layer_table,
/// times, and what belongs to the request and not to the answer (hash, cache, request_id).
std::string production_record(const Estimate& estimate);
std::optional<Estimate> read_production_record(std::string_view bytes);

std::string quote_record(const Quote& quote);
std::optional<Quote> read_quote_record(std::string_view bytes);

/// Under which keys the last answer to an order is.
struct LastAnswer {
  std::string production_key;
  std::string quote_key;  ///< empty: the answer has no quote
};
std::string last_record(const LastAnswer& last);
std::optional<LastAnswer> read_last_record(std::string_view bytes);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/run/record.ipp"
#endif
