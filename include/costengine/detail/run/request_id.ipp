#pragma once

#include <algorithm>
#include <utility>

#include "costengine/run/request_id.hpp"

namespace costengine {
namespace detail {

inline Error bad_request_id(const char* message) {
  return Error{ErrorCode::kInvalidArgument, Stage::kOptions, message, {}, {}};
}

inline bool lower_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

inline bool all_zeros(std::string_view text) {
  return text.find_first_not_of('0') == std::string_view::npos;
}

}  // namespace detail

COSTENGINE_INLINE Result<RequestId> parse_request_id(std::string_view text) {
  const bool printable =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
  if (text.empty() || text.size() > kMaxRequestIdBytes || !printable) {
    return detail::bad_request_id("a request id is 1 to 128 printable ASCII characters");
  }
  return RequestId{std::string(text), {}};
}

COSTENGINE_INLINE Result<RequestId> parse_traceparent(std::string_view text) {
  constexpr std::size_t kVersion00Bytes = 55;
  const auto error = [] {
    return detail::bad_request_id(
        "a traceparent is 00-TRACE-PARENT-FLAGS with 32, 16 and 2 lower-case hex digits, neither "
        "TRACE nor PARENT all zeros");
  };
  if (text.size() < kVersion00Bytes || text[2] != '-' || text[35] != '-' || text[52] != '-') {
    return error();
  }
  const std::string_view version = text.substr(0, 2);
  const std::string_view trace = text.substr(3, 32);
  const std::string_view parent = text.substr(36, 16);
  const std::string_view flags = text.substr(53, 2);
  for (const std::string_view part : {version, trace, parent, flags}) {
    if (!detail::lower_hex(part)) return error();
  }
  if (version == "ff" || detail::all_zeros(trace) || detail::all_zeros(parent)) return error();
  const bool longer = text.size() > kVersion00Bytes;
  if (longer && (version == "00" || text[kVersion00Bytes] != '-')) return error();
  return RequestId{std::string(trace), std::string(parent)};
}

COSTENGINE_INLINE Result<RequestId> parse_request(std::string_view text) {
  Result<RequestId> request = parse_traceparent(text);
  return request.ok() ? std::move(request) : parse_request_id(text);
}

}  // namespace costengine
