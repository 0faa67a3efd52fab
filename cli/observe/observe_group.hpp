/// The options --request-id, --traceparent, --log, --log-format, --log-level, --metrics and --trace
/// of a command.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "observe/observe_options.hpp"

namespace costengine::cli {

class ObserveGroup {
 public:
  /// Adds the options to a command; call it once. The group must live until the arguments are
  /// parsed.
  void add_to(CLI::App* app);

  /// What was asked for. Throws UsageError.
  [[nodiscard]] ObserveOptions finish() const;

 private:
  std::string request_id_, traceparent_, log_, log_format_, log_level_, metrics_, trace_;
};

}  // namespace costengine::cli
