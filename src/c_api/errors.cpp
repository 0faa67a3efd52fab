// Status names and the last error of each thread.

#include <optional>

#include "costengine/report/json.hpp"
#include "guard.hpp"
#include "structs.hpp"

namespace costengine::c_api {
namespace {

struct Failure {
  Error error;
  Subject subject;
  std::string json;  ///< made when asked for
};

thread_local std::int32_t last_status = COSTENGINE_OK;
/// Empty where last_status says all: no failure yet, or no memory for more.
thread_local std::optional<Failure> last_failure;

const char* last_message() {
  if (last_failure) return last_failure->error.message.c_str();
  return last_status == COSTENGINE_OK ? "" : "out of memory";
}

}  // namespace

std::int32_t fail(Error error, Subject subject) noexcept {
  last_status = static_cast<std::int32_t>(error.code);
  last_failure.emplace(Failure{std::move(error), std::move(subject), {}});
  return last_status;
}

std::int32_t fail_out_of_memory() noexcept {
  last_failure.reset();
  return last_status = COSTENGINE_OUT_OF_MEMORY;
}

}  // namespace costengine::c_api

namespace c_api = costengine::c_api;

const char* costengine_status_name(int32_t status) {
  if (status == COSTENGINE_OK) return "ok";
  return costengine::error_code_name(static_cast<costengine::ErrorCode>(status)).data();
}

int32_t costengine_last_error(costengine_error* out) {
  costengine_error error{};
  error.status = c_api::last_status;
  error.byte = error.line = COSTENGINE_NONE;
  error.stage = costengine::stage_name(costengine::Stage::kOptions).data();
  error.message = c_api::last_message();
  if (c_api::last_failure) {
    const costengine::Error& last = c_api::last_failure->error;
    error.byte = last.byte.value_or(COSTENGINE_NONE);
    error.line = last.line.value_or(COSTENGINE_NONE);
    error.stage = costengine::stage_name(last.stage).data();
  }
  // Not through guard(): asking for an error must not replace it.
  return c_api::write_struct(error, out) ? COSTENGINE_OK : COSTENGINE_INVALID_ARGUMENT;
}

const char* costengine_last_error_message(void) {
  return c_api::last_message();
}

const char* costengine_last_error_json(void) {
  if (!c_api::last_failure) return nullptr;
  c_api::Failure& last = *c_api::last_failure;
  try {
    if (last.json.empty()) {
      const c_api::Subject& about = last.subject;
      last.json = costengine::error_json(
          about.has_input ? std::optional<std::string_view>(about.input) : std::nullopt, last.error,
          about.request_id, about.trail ? &*about.trail : nullptr);
    }
    return last.json.c_str();
  } catch (...) {
    return nullptr;
  }
}
