// What of a layer's overhangs is bridged and needs no support.
#pragma once

#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "costengine/slice/bits.hpp"

namespace costengine::detail {

/// Finds the parts of a layer that its infill bridges. Each connected part of the bottom surface,
/// grown into what rests on the layer below, is bridged in the one of eight directions in which
/// most of it has a hold at both ends; what lies near its other ends stays to be supported.
class BridgeFinder {
 public:
  explicit BridgeFinder(const BitGrid& grid)
      : grid_(grid), grown_(grid), seen_(grid), ends_(grid), spare_(grid) {}

  /// `fill`: the layer without its walls; `below`: the layer below. `result` gets what is bridged.
  void find(const BitMask& fill, const BitMask& below, BitMask& result) {
    result.clear();
    grown_ = fill;
    subtract(grown_, below);
    if (!any(grown_)) return;
    bottom_ = grown_;
    dilate(grown_, kHold_mm / grid_.pixel_mm, spare_);
    intersect(grown_, fill);
    held_ = below;
    dilate(held_, 1, spare_);
    seen_.clear();
    for (int y = 0; y < grown_.rows(); ++y) {
      for_each_run(grown_, y, [&](int begin, int end) {
        for (int x = begin; x < end; ++x) {
          if (!seen_.at(x, y)) bridge(x, y, result);
        }
      });
    }
  }

 private:
  static constexpr double kHold_mm = 3;      ///< a bridge reaches so far into what holds it
  static constexpr double kUnheld_mm = 1.5;  ///< about its other ends this is supported
  static constexpr std::array<std::pair<int, int>, 8> kDirections = {
      {{1, 0}, {0, 1}, {1, 1}, {1, -1}, {2, 1}, {1, 2}, {2, -1}, {1, -2}}};

  static void set(BitMask& mask, int x, int y) {
    mask.row(y)[1 + x / 64] |= BitWord{1} << (x % 64);
  }

  /// Collects the part of grown_ about a pixel in pixels_.
  void flood(int x0, int y0) {
    pixels_.assign(1, {x0, y0});
    set(seen_, x0, y0);
    for (std::size_t k = 0; k < pixels_.size(); ++k) {
      const auto [x, y] = pixels_[k];
      for (const auto& [dx, dy] : {std::pair{1, 0}, {-1, 0}, {0, 1}, {0, -1}}) {
        if (!grown_.at(x + dx, y + dy) || seen_.at(x + dx, y + dy)) continue;
        set(seen_, x + dx, y + dy);
        pixels_.emplace_back(x + dx, y + dy);
      }
    }
  }

  void bridge(int x0, int y0, BitMask& result) {
    flood(x0, y0);
    std::size_t most = 0;
    std::pair<int, int> best{0, 0};
    for (const auto& direction : kDirections) {
      std::size_t held = 0;
      for_each_line(direction, [&](int, int, int, int, std::size_t length, bool both, bool spans) {
        if (both && spans) held += length;
      });
      if (held > most) most = held, best = direction;
    }
    if (most == 0) return;
    ends_.clear();
    bool unheld = false;
    for_each_line(best, [&](int ax, int ay, int bx, int by, std::size_t, bool, bool) {
      for (const auto& [x, y] : {std::pair{ax, ay}, {bx, by}}) {
        if (!held_.at(x, y)) set(ends_, x, y), unheld = true;
      }
    });
    if (unheld) dilate(ends_, kUnheld_mm / grid_.pixel_mm, spare_);
    for (const auto& [x, y] : pixels_) {
      if (!ends_.at(x, y)) set(result, x, y);
    }
  }

  /// Calls visit(first x, y, last x, y, length, whether both rest on the layer below, whether the
  /// bottom lies between) for each line of pixels_ in a direction.
  template <class Visit>
  void for_each_line(std::pair<int, int> d, Visit&& visit) const {
    for (const auto& [x0, y0] : pixels_) {
      if (grown_.at(x0 - d.first, y0 - d.second)) continue;
      int x = x0, y = y0;
      std::size_t length = 1;
      bool spans = bottom_.at(x, y);
      while (grown_.at(x + d.first, y + d.second)) {
        x += d.first;
        y += d.second;
        ++length;
        spans = spans || bottom_.at(x, y);
      }
      visit(x0, y0, x, y, length, held_.at(x0, y0) && held_.at(x, y), spans);
    }
  }

  const BitGrid& grid_;
  BitMask grown_, bottom_, held_, seen_, ends_, spare_;
  std::vector<std::pair<int, int>> pixels_;
};

}  // namespace costengine::detail
