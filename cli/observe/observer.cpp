#include "observe/observer.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "command_line/command_line.hpp"
#include "observe/replace_file.hpp"
#include "output.hpp"

namespace costengine::cli {
namespace {

/// A slip of the pen must not replace what the program is about to read.
void check_spares(const char* option, const std::string& output,
                  const std::vector<std::string>& inputs) {
  std::error_code none;  // what does not exist cannot be replaced
  if (output.empty() || !std::filesystem::exists(output, none)) return;
  for (const std::string& input : inputs) {
    if (std::filesystem::equivalent(input, output, none)) {
      throw UsageError(std::string(option) + " would replace " + input);
    }
  }
}

int open_log(const std::string& path) {
  if (path == "-") return STDERR_FILENO;
  constexpr mode_t kAllMayReadAndWrite = 0666;  // less the caller's umask
  const int file =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kAllMayReadAndWrite);
  if (file < 0) throw OutputError("cannot write to " + path + ": " + std::strerror(errno));
  return file;
}

}  // namespace

Observer::Observer(const ObserveOptions& options, std::string_view command,
                   const std::vector<std::string>& inputs)
    : options_(options) {
  if (options.log != "-") check_spares("--log", options.log, inputs);
  check_spares("--metrics", options.metrics, inputs);
  check_spares("--trace", options.trace, inputs);
  if (!options.metrics.empty()) metrics_ = std::make_unique<Metrics>();
  if (!options.trace.empty()) trace_ = std::make_unique<Trace>();
  if (options.log.empty()) return;
  log_descriptor_ = open_log(options.log);
  log_ = std::make_unique<Log>(options.log_format, options.log_level,
                               [this](std::string_view line) { append_to_log(line); });
  std::vector<LogField> fields = {{"command", command}, {"version", COSTENGINE_VERSION}};
  if (!options.request.id.empty()) fields.push_back({"request_id", options.request.id});
  log_->event(LogLevel::kDebug, "started", fields);
}

Observer::~Observer() {
  try {
    close();
  } catch (const std::exception& error) {
    complain(error.what());
  }
}

void Observer::finished(RunSummary summary, std::optional<double> queued_ms) {
  if (summary.request_id.empty()) summary.request_id = options_.request.id;
  if (summary.request_id == options_.request.id) summary.parent_span = options_.request.parent_span;
  if (log_) log_->finished(summary, queued_ms);
  if (metrics_) metrics_->record(summary, queued_ms);
  if (trace_) trace_->add(std::move(summary), queued_ms);
}

void Observer::stopped(const Error& error) {
  if (!log_) return;
  std::vector<LogField> fields;
  if (!options_.request.id.empty()) fields.push_back({"request_id", options_.request.id});
  fields.push_back({"error", error_code_name(error.code)});
  fields.push_back({"stage", stage_name(error.stage)});
  fields.push_back({"message", error.message});
  log_->event(LogLevel::kError, "stopped", fields);
}

void Observer::set_queue(std::size_t queued, std::size_t running) {
  if (metrics_) metrics_->set_queue(queued, running);
}

void Observer::close() {
  if (closed_) return;
  closed_ = true;
  if (log_) {
    log_.reset();
    const bool late = log_descriptor_ != STDERR_FILENO && ::close(log_descriptor_) != 0;
    if (late && errno != EINTR && log_is_whole_) {
      complain(options_.log + ": the log is not whole: " + std::strerror(errno));
    }
  }
  std::exception_ptr first;
  const auto write = [&](const std::string& path, const auto& text) {
    try {
      replace_file(path, text());
    } catch (const OutputError&) {
      if (first == nullptr) first = std::current_exception();
    }
  };
  if (metrics_) write(options_.metrics, [this] { return metrics_->text(); });
  if (trace_) write(options_.trace, [this] { return trace_->json(); });
  if (first != nullptr) std::rethrow_exception(first);
}

void Observer::append_to_log(std::string_view line) {
  // One call of write() a line: other processes may append to the same file.
  const int error = write_all(log_descriptor_, line);
  if (error == 0 || !log_is_whole_) return;
  log_is_whole_ = false;  // a calculation does not fail for want of a log
  complain(options_.log + ": the log is not whole: " + std::strerror(error));
}

}  // namespace costengine::cli
