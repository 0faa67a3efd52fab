#include "row.hpp"

#include <bit>

namespace costengine::cli {
namespace {

constexpr std::uint64_t kOutcomes = static_cast<std::uint64_t>(Outcome::kFailed) + 1;
constexpr std::uint64_t kCacheOutcomes = static_cast<std::uint64_t>(CacheOutcome::kStale) + 1;
constexpr std::uint64_t kStages = static_cast<std::uint64_t>(Stage::kReport) + 1;

void put(WireWriter& out, const Error& error) {
  out.number(static_cast<std::uint64_t>(error.code));
  out.number(static_cast<std::uint64_t>(error.stage));
  out.text(error.message);
  out.maybe(error.byte);
  out.maybe(error.line);
}

Error take_error(WireReader& in) {
  Error error;
  error.code = static_cast<ErrorCode>(in.number());
  error.stage = in.member<Stage>(kStages);
  error.message = in.text();
  error.byte = in.maybe();
  error.line = in.maybe();
  return error;
}

/// The times, in the order in which they are written.
template <class Times, class F>
void each_time(Times& t, F f) {
  for (auto* ms : {&t.load_ms, &t.inspect_ms, &t.measure_ms, &t.slice_ms, &t.plan_ms, &t.price_ms,
                   &t.total_ms, &t.began_ms}) {
    f(*ms);
  }
  for (auto& ms : t.stage_began_ms) f(ms);
}

}  // namespace

void put(WireWriter& out, const Row& row) {
  const RunSummary& s = row.summary;
  out.text(row.text);
  out.text(s.request_id);
  out.text(s.parent_span);
  out.text(s.input);
  out.number(static_cast<std::uint64_t>(s.outcome));
  out.number(s.error ? 1 : 0);
  if (s.error) put(out, *s.error);
  out.number(static_cast<std::uint64_t>(s.cache));
  each_time(s.times, [&out](double ms) { out.real(ms); });
  out.number(s.bytes);
  out.number(s.facets);
  out.maybe(s.print_time_s ? std::optional(std::bit_cast<std::uint64_t>(*s.print_time_s))
                           : std::nullopt);
  out.maybe(s.total_minor ? std::optional(std::bit_cast<std::uint64_t>(*s.total_minor))
                          : std::nullopt);
  out.text(s.currency);
  out.number(static_cast<std::uint64_t>(s.minor_digits));
}

Row take_row(WireReader& in) {
  Row row;
  RunSummary& s = row.summary;
  row.text = in.text();
  s.request_id = in.text();
  s.parent_span = in.text();
  s.input = in.text();
  s.outcome = in.member<Outcome>(kOutcomes);
  if (in.number() != 0) s.error = take_error(in);
  s.cache = in.member<CacheOutcome>(kCacheOutcomes);
  each_time(s.times, [&in](double& ms) { ms = in.real(); });
  s.bytes = in.number();
  s.facets = in.number();
  if (const auto bits = in.maybe()) s.print_time_s = std::bit_cast<double>(*bits);
  if (const auto bits = in.maybe()) s.total_minor = std::bit_cast<std::int64_t>(*bits);
  s.currency = in.text();
  s.minor_digits = static_cast<int>(in.member<std::uint64_t>(5));
  return row;
}

}  // namespace costengine::cli
