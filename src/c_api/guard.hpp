/// The border: nothing but a status leaves the C API, and what went wrong is kept for the thread
/// that called.
#pragma once

#include <cstdint>
#include <exception>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "costengine/base/error.hpp"
#include "costengine/costengine.h"
#include "costengine/estimate.hpp"

namespace costengine::c_api {

/// What an error is about, for costengine_last_error_json().
struct Subject {
  bool has_input = false;
  std::string input;  ///< the model as the caller named it
  std::string request_id;
  std::optional<RunTrail> trail;  ///< of a calculation that ended with the error
};

/// Keeps the error for the calling thread; its status. Does not throw: without memory for the text
/// the status alone is kept.
std::int32_t fail(Error error, Subject subject = {}) noexcept;
/// The same without a word of memory to spend.
std::int32_t fail_out_of_memory() noexcept;

inline Error invalid(std::string message) {
  return Error{ErrorCode::kInvalidArgument, Stage::kOptions, std::move(message), {}, {}};
}

/// Whatever is being thrown, as an error. To be called in a catch clause; may throw bad_alloc.
inline Error error_of_exception() {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::kOutOfMemory,
                 Stage::kLoad,
                 "not enough memory for this model; simplify it or use a larger machine",
                 {},
                 {}};
  } catch (const std::exception& failure) {
    return Error{ErrorCode::kInternal,
                 Stage::kOptions,
                 std::string("a defect of costengine: ") + failure.what(),
                 {},
                 {}};
  } catch (...) {
    return Error{
        ErrorCode::kInternal, Stage::kOptions, "a defect of costengine: an exception", {}, {}};
  }
}

/// Runs the body of a function of the C API, which answers with a Status and says as soon as it
/// knows what it is about.
template <class Body>
std::int32_t guard_about(Body&& body) noexcept {
  Subject subject;
  try {
    Status status = body(subject);
    return status.ok() ? COSTENGINE_OK : fail(std::move(status).error(), std::move(subject));
  } catch (...) {
    try {
      return fail(error_of_exception(), std::move(subject));
    } catch (...) {
      return fail_out_of_memory();
    }
  }
}

/// The same for a function that is about no model.
template <class Body>
std::int32_t guard(Body&& body) noexcept {
  return guard_about([&](Subject&) -> Status { return body(); });
}

}  // namespace costengine::c_api
