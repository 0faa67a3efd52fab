// Reading a costengine_request: nothing of it is believed before it is checked.

#include "request.hpp"

#include <cmath>
#include <utility>

#include "costengine/run/request_id.hpp"
#include "sources.hpp"
#include "structs.hpp"

namespace costengine::c_api {
namespace {

constexpr std::uint32_t kAllWanted = COSTENGINE_WANT_MEASURE | COSTENGINE_WANT_PRODUCTION |
                                     COSTENGINE_WANT_QUOTE | COSTENGINE_WANT_HASH |
                                     COSTENGINE_WANT_HULL | COSTENGINE_WANT_LAYERS;
constexpr std::uint32_t kUsuallyWanted = COSTENGINE_WANT_MEASURE | COSTENGINE_WANT_PRODUCTION |
                                         COSTENGINE_WANT_QUOTE | COSTENGINE_WANT_HASH;
constexpr std::uint32_t kAllFlags = COSTENGINE_FORCE | COSTENGINE_STALE_WHILE_RECOMPUTE;
constexpr std::uint64_t kMaxQuantity = 1'000'000'000;
constexpr double kMaxUnitMm = 1e6;

const char* or_empty(const char* text) {
  return text == nullptr ? "" : text;
}

std::string name_of(const costengine_request& request) {
  if (request.name != nullptr) return request.name;
  return request.path != nullptr ? request.path : "-";
}

Result<JobPriority> priority_of(std::int32_t priority) {
  switch (priority) {
    case COSTENGINE_BATCH:
      return JobPriority::kBatch;
    case COSTENGINE_NORMAL:
      return JobPriority::kNormal;
    case COSTENGINE_INTERACTIVE:
      return JobPriority::kInteractive;
    default:
      return invalid("priority is none of COSTENGINE_BATCH, _NORMAL and _INTERACTIVE");
  }
}

/// What leads from the caller's order to its calculation; empty if nobody said.
Result<std::string> request_id_of(const costengine_request& request) {
  if (request.request_id == nullptr && request.traceparent == nullptr) return std::string();
  if (request.request_id != nullptr && request.traceparent != nullptr) {
    return invalid("name one of request_id and traceparent");
  }
  COSTENGINE_TRY(RequestId id, request.request_id != nullptr
                                   ? parse_request_id(request.request_id)
                                   : parse_traceparent(request.traceparent));
  return std::move(id.id);
}

Limits limits_of(const costengine_request& request, Limits limits) {
  if (request.max_input_bytes != 0) limits.max_input_bytes = request.max_input_bytes;
  if (request.max_facets != 0) limits.max_facets = request.max_facets;
  if (request.max_layers != 0) limits.max_layers = request.max_layers;
  if (request.max_memory_bytes != 0) limits.max_memory_bytes = request.max_memory_bytes;
  if (request.max_time_ms != 0) limits.max_time_ms = request.max_time_ms;
  return limits;
}

Result<EstimateOptions> options_of(const costengine_request& request) {
  if ((request.wanted & ~kAllWanted) != 0) return invalid("wanted has a bit that is unknown");
  if ((request.flags & ~kAllFlags) != 0) return invalid("flags has a bit that is unknown");
  if (request.quantity > kMaxQuantity) return invalid("quantity is more than 1000000000");
  const double unit_mm = request.unit_mm == 0 ? 1 : request.unit_mm;
  if (!(unit_mm > 0 && unit_mm <= kMaxUnitMm)) {
    return invalid("unit_mm must be above 0 and at most 1000000");
  }
  const std::uint32_t wanted = request.wanted == 0 ? kUsuallyWanted : request.wanted;
  EstimateOptions options;
  options.load.unit_mm = unit_mm;
  options.quote = (wanted & COSTENGINE_WANT_QUOTE) != 0;
  options.production =
      options.quote || (wanted & (COSTENGINE_WANT_PRODUCTION | COSTENGINE_WANT_LAYERS)) != 0;
  options.hull = (wanted & COSTENGINE_WANT_HULL) != 0;
  options.hash = (wanted & COSTENGINE_WANT_HASH) != 0;
  options.force = (request.flags & COSTENGINE_FORCE) != 0;
  options.quantity = request.quantity == 0 ? 1 : request.quantity;
  return options;
}

Status check_size(std::uint64_t size, const Limits& limits) {
  if (size <= limits.max_input_bytes) return Ok{};
  return Error{ErrorCode::kLimitBytes,
               Stage::kLoad,
               "the model is larger than the limit of " + std::to_string(limits.max_input_bytes) +
                   " bytes; raise the limit or simplify the model",
               {},
               {}};
}

/// The model, where it is not a file.
Result<std::shared_ptr<CallerSource>> source_of(const costengine_request& request,
                                                const Limits& limits, bool keeps_bytes) {
  const int ways = (request.path != nullptr ? 1 : 0) + (request.data != nullptr ? 1 : 0) +
                   (request.read_at != nullptr ? 1 : 0);
  if (ways > 1) return invalid("the model is given twice: name one of path, data and read_at");
  if (request.path != nullptr && *request.path == '\0') return invalid("path is empty");
  if (ways == 0 && *or_empty(request.content_hash) == '\0') {
    return invalid("there is no model: name one of path, data, read_at and content_hash");
  }
  std::shared_ptr<CallerSource> source;
  const bool copies = keeps_bytes && request.closed == nullptr;
  if (request.data != nullptr) {
    COSTENGINE_CHECK(check_size(request.data_size, limits));
    if (request.data_size > static_cast<std::uint64_t>(PTRDIFF_MAX)) {
      return invalid("data_size is larger than any memory");
    }
    source = std::make_shared<MemorySource>(request.data,
                                            static_cast<std::size_t>(request.data_size), copies);
  } else if (request.read_at != nullptr) {
    COSTENGINE_CHECK(check_size(request.data_size, limits));
    source = std::make_shared<CallbackSource>(request.read_at, request.data_size, request.payload);
  }
  return source;
}

}  // namespace

Subject subject_of(const costengine_request* given) {
  const auto request = read_struct(given, "request");
  if (!request.ok()) return {};
  const costengine_request& known = request.value();
  auto id = request_id_of(known);
  return {true, name_of(known), id.ok() ? std::move(id).value() : std::string(), {}};
}

Result<Order> read_request(const costengine_context& context, const costengine_request* given,
                           bool keeps_bytes) {
  COSTENGINE_TRY(const costengine_request request, read_struct(given, "request"));
  COSTENGINE_CHECK(check(request.profile, "profile"));
  COSTENGINE_CHECK(check(request.prices, "prices"));
  Order order;
  JobRequest& job = order.job;
  COSTENGINE_TRY(job.options, options_of(request));
  COSTENGINE_TRY(job.priority, priority_of(request.priority));
  job.limits = limits_of(request, context.limits);
  COSTENGINE_TRY(order.caller_source, source_of(request, job.limits, keeps_bytes));
  job.source = order.caller_source;
  job.input = name_of(request);
  job.path = or_empty(request.path);
  job.content_hash = or_empty(request.content_hash);
  COSTENGINE_TRY(job.request_id, request_id_of(request));
  job.profile = request.profile->profile;
  job.prices = request.prices->prices;
  job.options.load.hint = format_from_name(request.path != nullptr ? job.path : job.input);
  job.stale_while_recompute = (request.flags & COSTENGINE_STALE_WHILE_RECOMPUTE) != 0;
  order.view = {job.profile,
                {true, job.input, job.request_id, {}},
                !job.options.production,
                (request.wanted & COSTENGINE_WANT_LAYERS) != 0};
  order.closed = request.closed;
  order.payload = request.payload;
  order.progress = request.progress;
  order.progress_payload = request.progress_payload;
  return order;
}

}  // namespace costengine::c_api
