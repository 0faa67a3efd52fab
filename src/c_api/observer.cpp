// Metrics and the log of a context.

#include "observer.hpp"

#include <cstdlib>
#include <cstring>
#include <new>

#include "handles.hpp"

namespace costengine::c_api {
namespace {

Result<LogLevel> level_of(std::int32_t level) {
  switch (level) {
    case COSTENGINE_LOG_ERROR:
      return LogLevel::kError;
    case COSTENGINE_LOG_WARN:
      return LogLevel::kWarn;
    case COSTENGINE_LOG_INFO:
      return LogLevel::kInfo;
    case COSTENGINE_LOG_DEBUG:
      return LogLevel::kDebug;
    default:
      return invalid("log_level is none of COSTENGINE_LOG_ERROR, _WARN, _INFO and _DEBUG");
  }
}

Result<LogFormat> format_of(std::int32_t format) {
  switch (format) {
    case COSTENGINE_LOG_TEXT:
      return LogFormat::kText;
    case COSTENGINE_LOG_JSON:
      return LogFormat::kJson;
    default:
      return invalid("log_format is neither COSTENGINE_LOG_TEXT nor _JSON");
  }
}

/// For costengine_string_release().
char* copy_of(const std::string& text) {
  auto* const copy = static_cast<char*>(std::malloc(text.size() + 1));
  if (copy == nullptr) throw std::bad_alloc();
  std::memcpy(copy, text.c_str(), text.size() + 1);
  return copy;
}

}  // namespace

Result<std::shared_ptr<Observer>> make_observer(const costengine_context_options& options) {
  COSTENGINE_TRY(const LogLevel level, level_of(options.log_level));
  COSTENGINE_TRY(const LogFormat format, format_of(options.log_format));
  auto observer = std::make_shared<Observer>();
  if (options.log != nullptr) {
    const auto sink = [log = options.log, payload = options.log_payload](std::string_view line) {
      try {
        log(line.data(), line.size(), payload);
      } catch (...) {  // breaks its contract; there is nobody left to tell
      }
    };
    observer->log = std::make_unique<Log>(format, level, sink);
  }
  return observer;
}

}  // namespace costengine::c_api

namespace c_api = costengine::c_api;

int32_t costengine_context_metrics(costengine_context* context, char** out) {
  if (out != nullptr) *out = nullptr;
  return c_api::guard([&]() -> costengine::Status {
    if (out == nullptr) return c_api::invalid("the out parameter is NULL");
    COSTENGINE_CHECK(c_api::check(context, "context"));
    costengine::Metrics& metrics = context->observer->metrics;
    metrics.set_queue(context->jobs.queued(), context->jobs.running());
    *out = c_api::copy_of(metrics.text());
    return costengine::Ok{};
  });
}

void costengine_string_release(char* string) {
  std::free(string);
}
