/// Log: one line an event, as text for a person or JSON for a program.
///
///   2026-03-01T07:05:09.120Z info  finished input=bracket.stl outcome=trusted total_ms=23.1 ...
///   {"time":"2026-03-01T07:05:09.120Z","level":"info","event":"finished","input":"bracket.stl",...}
///
/// Whatever a name is made of, an event stays one line: in text, control characters, invisible and
/// bidirectional marks and bytes that are not UTF-8 are shown as escapes (report/printable.hpp);
/// JSON is ASCII, with \u escapes for the rest and U+FFFD for bytes that are not UTF-8.
/// docs/observability.md lists the events and their fields.
///
/// The library writes nothing itself: every line goes to a function of the caller.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "costengine/run/run_summary.hpp"

namespace costengine {

enum class LogLevel : std::uint8_t {
  kError,  ///< the engine or its surroundings are at fault: somebody should look
  kWarn,   ///< a model without a price
  kInfo,   ///< one event a calculation
  kDebug,  ///< what was asked for
};

/// "error", "warn", "info", "debug". Never empty.
std::string_view log_level_name(LogLevel level) noexcept;

enum class LogFormat : std::uint8_t { kText, kJson };

struct LogField {
  std::string_view name;  ///< a lower-case word; not escaped
  std::variant<std::string_view, double, std::int64_t, std::uint64_t, bool> value;
};

/// One event as a line, with its end. `time` is shown in UTC, to the millisecond.
std::string log_line(LogFormat format, std::chrono::system_clock::time_point time, LogLevel level,
                     std::string_view event, std::span<const LogField> fields);

/// How much a calculation's end matters: kError for internal errors, lack of memory and workers
/// that died, kWarn for other failures, refusals and what cannot be priced, else kInfo.
LogLevel log_level_of(const RunSummary& summary) noexcept;

/// Takes one line, with its end. Never called twice at once; must not throw nor call the Log.
using LogSink = std::function<void(std::string_view line)>;

/// Threads: both functions may be called from any number of threads at once.
class Log {
 public:
  /// Events less important than `most` are left out, at the cost of a comparison.
  Log(LogFormat format, LogLevel most, LogSink sink)
      : format_(format), most_(most), sink_(std::move(sink)) {}

  void event(LogLevel level, std::string_view name, std::span<const LogField> fields);

  /// The event "finished". `queued_ms`: how long the calculation waited for its turn.
  void finished(const RunSummary& summary, std::optional<double> queued_ms = {});

 private:
  LogFormat format_;
  LogLevel most_;
  LogSink sink_;
  std::mutex mutex_;
};

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/run/log.ipp"
#endif
