#include "observe/observe_group.hpp"

#include <array>
#include <utility>

#include "command_line/command_parser.hpp"

namespace costengine::cli {
namespace {

RequestId request_from(const std::string& id, const std::string& traceparent) {
  if (!id.empty() && !traceparent.empty()) {
    throw UsageError("--request-id and --traceparent exclude each other");
  }
  if (id.empty() && traceparent.empty()) return {};
  Result<RequestId> request = id.empty() ? parse_traceparent(traceparent) : parse_request_id(id);
  if (!request.ok()) {
    throw UsageError((id.empty() ? "--traceparent: " : "--request-id: ") + request.error().message);
  }
  return std::move(request).value();
}

LogFormat format_named(const std::string& name) {
  if (name.empty() || name == "text") return LogFormat::kText;
  if (name == "json") return LogFormat::kJson;
  throw UsageError("--log-format takes text or json, not '" + name + "'");
}

LogLevel level_named(const std::string& name) {
  if (name.empty()) return LogLevel::kInfo;
  constexpr std::array kLevels = {LogLevel::kError, LogLevel::kWarn, LogLevel::kInfo,
                                  LogLevel::kDebug};
  for (const LogLevel level : kLevels) {
    if (name == log_level_name(level)) return level;
  }
  throw UsageError("--log-level takes error, warn, info or debug, not '" + name + "'");
}

void check_is_file(const char* option, const std::string& path) {
  if (path == "-") throw UsageError(std::string(option) + " takes the name of a file, not '-'");
}

}  // namespace

void ObserveGroup::add_to(CLI::App* app) {
  add_value(app, "--request-id", request_id_, "ID", "Name of the request, echoed in all output");
  add_value(app, "--traceparent", traceparent_, "TP", "The same from a W3C trace context");
  add_value(app, "--log", log_, "FILE|-", "Append a log to a file; - is standard error");
  add_value(app, "--log-format", log_format_, "text|json", "Default text");
  add_value(app, "--log-level", log_level_, "LEVEL", "error, warn, info or debug; default info");
  add_value(app, "--metrics", metrics_, "FILE.prom", "Write metrics of this run for Prometheus");
  add_value(app, "--trace", trace_, "FILE.json", "Write a trace for a browser to open");
}

ObserveOptions ObserveGroup::finish() const {
  if (log_.empty() && !(log_format_.empty() && log_level_.empty())) {
    throw UsageError("--log-format and --log-level go with --log");
  }
  check_is_file("--metrics", metrics_);
  check_is_file("--trace", trace_);
  if (!metrics_.empty() && metrics_ == trace_) {
    throw UsageError("--metrics and --trace name the same file");
  }
  if (!log_.empty() && (log_ == metrics_ || log_ == trace_)) {
    throw UsageError("--log and another option name the same file");
  }
  return {request_from(request_id_, traceparent_),
          log_,
          metrics_,
          trace_,
          format_named(log_format_),
          level_named(log_level_)};
}

}  // namespace costengine::cli
