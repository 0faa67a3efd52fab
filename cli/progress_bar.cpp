#include "progress_bar.hpp"

#include <unistd.h>

#include <algorithm>

#include "costengine/report/printable.hpp"
#include "signals.hpp"

namespace costengine::cli {
namespace {

std::string_view stage_words(Stage stage) {
  switch (stage) {
    case Stage::kLoad:
      return "reading";
    case Stage::kInspect:
      return "checking";
    case Stage::kMeasure:
      return "measuring";
    case Stage::kSlice:
      return "slicing";
    default:
      return "planning";
  }
}

void write_to_terminal(const std::string& text) {
  (void)!::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

ProgressBar::ProgressBar(std::string_view model)
    : model_(shortened(model, 30)), start_(std::chrono::steady_clock::now()) {}

ProgressBar::~ProgressBar() {
  if (!shown_) return;
  write_to_terminal("\r\x1b[K");
  set_bar_shown(false);
}

void ProgressBar::show(double fraction, Stage stage) {
  if (std::chrono::steady_clock::now() - start_ < std::chrono::seconds(1)) return;
  constexpr std::size_t kCells = 25;
  const double part = std::clamp(fraction, 0.0, 1.0);
  const auto full = static_cast<std::size_t>(part * kCells);
  const auto percent = std::to_string(static_cast<int>(part * 100));
  std::string line = "\r\x1b[K" + model_ + " [";
  line.append(full, '#').append(kCells - full, '.');
  line += "] " + percent + " % ";
  line += stage_words(stage);
  set_bar_shown(true);
  shown_ = true;
  write_to_terminal(line);
}

}  // namespace costengine::cli
