/// The bar on standard error while work lasts.
#pragma once

#include <chrono>
#include <string>

#include "costengine/base/context.hpp"

namespace costengine::cli {

/// Shows nothing before a second has passed; removes itself when it ends. Make one per model, and
/// only if standard error is a terminal.
class ProgressBar {
 public:
  explicit ProgressBar(std::string_view model);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void show(double fraction, Stage stage);

 private:
  std::string model_;
  std::chrono::steady_clock::time_point start_;
  bool shown_ = false;
};

}  // namespace costengine::cli
