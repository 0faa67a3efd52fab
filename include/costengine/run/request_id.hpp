/// RequestId: what leads from an order in the caller's system to its calculation.
///
/// Either a name of the caller's own, or the `traceparent` of a W3C trace context
/// (https://www.w3.org/TR/trace-context/), of which the trace id identifies the request. It comes
/// back in Estimate::request_id, in JSON and CSV, and in every log line and trace of the
/// calculation.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "costengine/base/error.hpp"

namespace costengine {

inline constexpr std::size_t kMaxRequestIdBytes = 128;

struct RequestId {
  std::string id;           ///< as the caller gave it, or the trace id: 32 hex digits
  std::string parent_span;  ///< of a traceparent: the caller's span, 16 hex digits; else empty
};

/// An id of 1 to kMaxRequestIdBytes printable ASCII characters (blanks are, line breaks are not).
/// Errors: kInvalidArgument.
Result<RequestId> parse_request_id(std::string_view text);

/// "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01": version, trace id, parent id and
/// flags, in lower-case hex digits, neither id all zeros. Of a version above 00 that begins like
/// this, what follows behind a further dash is ignored, as the recommendation demands; ff is no
/// version. The flags are the caller's business: whether it samples changes nothing here.
/// Errors: kInvalidArgument.
Result<RequestId> parse_traceparent(std::string_view text);

/// Either, for those who have one field for both: what is a valid traceparent is one, anything else
/// an id. Errors: as parse_request_id().
Result<RequestId> parse_request(std::string_view text);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/run/request_id.ipp"
#endif
