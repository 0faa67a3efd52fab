#include "batch_bar.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "output.hpp"
#include "signals.hpp"

namespace costengine::cli {
namespace {

using Clock = std::chrono::steady_clock;

void write_to_terminal(const std::string& text) {
  (void)!::write(STDERR_FILENO, text.data(), text.size());
}

std::string duration(double seconds) {
  const auto s = static_cast<unsigned long long>(std::ceil(std::min(seconds, 1e9)));
  if (s < 120) return std::to_string(s) + " s";
  if (s < 7200) return std::to_string(s / 60) + " min";
  return std::to_string(s / 3600) + " h " + std::to_string(s % 3600 / 60) + " min";
}

}  // namespace

std::string batch_progress(std::size_t files, std::size_t before, std::size_t done,
                           double seconds) {
  constexpr std::size_t kCells = 25;
  const double part = files == 0 ? 1 : static_cast<double>(done) / static_cast<double>(files);
  const auto full = std::min(kCells, static_cast<std::size_t>(part * kCells));
  std::string line = "[";
  line.append(full, '#').append(kCells - full, '.');
  line += "] " + std::to_string(done) + " of " + std::to_string(files) + ", " +
          std::to_string(static_cast<int>(part * 100)) + " %";
  if (done > before && seconds > 0) {
    const double rate = static_cast<double>(done - before) / seconds;
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), rate < 10 ? ", %.2g files/s, " : ", %.0f files/s, ",
                  rate);
    line += text.data() + duration(static_cast<double>(files - done) / rate) + " left";
  }
  return line;
}

BatchBar::BatchBar(std::size_t files, std::size_t done)
    : files_(files),
      before_(done),
      terminal_(errors_go_to_terminal()),
      start_(Clock::now()),
      last_(start_ + std::chrono::milliseconds(900)) {}

BatchBar::~BatchBar() {
  if (!shown_) return;
  write_to_terminal("\r\x1b[K");
  set_bar_shown(false);
}

void BatchBar::show(std::size_t done) {
  const auto now = Clock::now();
  if (!terminal_ || now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  shown_ = true;
  set_bar_shown(true);
  const double seconds = std::chrono::duration<double>(now - start_).count();
  write_to_terminal("\r\x1b[K" + batch_progress(files_, before_, done, seconds));
}

}  // namespace costengine::cli
