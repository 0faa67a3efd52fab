/// The bar on standard error while a batch lasts.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace costengine::cli {

/// Shows nothing before a second has passed, and nothing at all unless standard error is a
/// terminal; removes itself when it ends.
class BatchBar {
 public:
  /// `files` of them `done` before.
  BatchBar(std::size_t files, std::size_t done);
  ~BatchBar();
  BatchBar(const BatchBar&) = delete;
  BatchBar& operator=(const BatchBar&) = delete;

  void show(std::size_t done);

 private:
  std::size_t files_, before_;
  bool terminal_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point start_, last_;
};

/// "[#####....] 120 of 500, 24 %, 35.2 files/s, 11 s left". `seconds` is what `done` - `before` of
/// them took.
std::string batch_progress(std::size_t files, std::size_t before, std::size_t done, double seconds);

}  // namespace costengine::cli
