#pragma once

#include <charconv>

#include "costengine/motion/gcode.hpp"

namespace costengine {

namespace detail {

/// Beyond this, a number in G-code is nonsense, and so is its line; below this, it is 0.
inline constexpr double kLargestNumber = 1e7;
inline constexpr double kSmallestNumber = 1e-7;

}  // namespace detail

COSTENGINE_INLINE std::optional<Move> GcodeReader::read(std::string_view line) {
  limits_changed_ = false;
  line = line.substr(0, line.find(';'));
  Words words;
  char command = 0;
  int code = -1;
  for (std::size_t at = 0; at < line.size();) {
    const char raw = line[at++];
    const char letter = raw >= 'a' && raw <= 'z' ? static_cast<char>(raw - 'a' + 'A') : raw;
    if (letter < 'A' || letter > 'Z') continue;
    const char* begin = line.data() + at;
    const char* end = line.data() + line.size();
    if (begin != end && *begin == '+') ++begin;
    double number = 0;
    const auto [stop, error] = std::from_chars(begin, end, number, std::chars_format::fixed);
    if (!(number >= -detail::kLargestNumber && number <= detail::kLargestNumber)) {
      return std::nullopt;
    }
    if (__builtin_fabs(number) < detail::kSmallestNumber) number = 0;
    if (error == std::errc()) at = static_cast<std::size_t>(stop - line.data());
    if (command != 0) {
      words.value[static_cast<std::size_t>(letter - 'A')] = number;
    } else {
      if (error != std::errc() || number < 0 || number > 9999) return std::nullopt;
      command = letter;
      code = static_cast<int>(number);
      if (code != number) return std::nullopt;  // M862.3 and the like
    }
  }
  if (command == 'G') return general(code, words);
  if (command == 'M') set(code, words);
  return std::nullopt;
}

COSTENGINE_INLINE std::optional<Move> GcodeReader::general(int code, const Words& words) {
  switch (code) {
    case 0:
    case 1:
      return move(words);
    case 20:
      unit_mm_ = 25.4;
      break;
    case 21:
      unit_mm_ = 1;
      break;
    case 28:
      return home(words);
    case 90:
      relative_ = false;
      break;
    case 91:
      relative_ = true;
      break;
    case 92:
      set_position(words);
      break;
    default:
      break;
  }
  return std::nullopt;
}

COSTENGINE_INLINE std::optional<Move> GcodeReader::move(const Words& words) {
  if (words['F']) speed_mm_per_s_ = *words['F'] / 60;
  std::array<double, kAxes> target_mm = position_mm_;
  for (std::size_t i = 0; i < kAxes; ++i) {
    const auto to = words[letters_[i]];
    if (!to) continue;
    const bool filament = i == 3;
    if (relative_ || (filament && relative_e_)) {
      target_mm[i] += *to * unit_mm_;
    } else {
      target_mm[i] = *to * unit_mm_;
    }
  }
  return move_to(target_mm);
}

COSTENGINE_INLINE std::optional<Move> GcodeReader::home(const Words& words) {
  const bool all = !words['X'] && !words['Y'] && !words['Z'];
  Words origin;
  for (const char axis : {'X', 'Y', 'Z'}) {
    if (all || words[axis]) origin.value[static_cast<std::size_t>(axis - 'A')] = 0;
  }
  return move(origin);
}

COSTENGINE_INLINE std::optional<Move> GcodeReader::move_to(
    const std::array<double, kAxes>& target_mm) {
  std::array<double, kAxes> delta;
  for (std::size_t i = 0; i < kAxes; ++i) delta[i] = target_mm[i] - position_mm_[i];
  position_mm_ = target_mm;
  const bool travels = delta[0] != 0 || delta[1] != 0 || delta[2] != 0;
  if ((!travels && delta[3] == 0) || speed_mm_per_s_ <= 0) return std::nullopt;
  const double moving = delta[3] != 0 ? extruding_acceleration_ : travel_acceleration_;
  return Move{.x_mm = delta[0],
              .y_mm = delta[1],
              .z_mm = delta[2],
              .e_mm = delta[3],
              .speed_mm_per_s = speed_mm_per_s_,
              .acceleration_mm_per_s2 = travels ? moving : retracting_acceleration_};
}

COSTENGINE_INLINE void GcodeReader::set_position(const Words& words) {
  bool any = words['E'].has_value();  // whatever the filament's letter
  for (std::size_t i = 0; i < kAxes; ++i) {
    if (const auto value = words[letters_[i]]) {
      position_mm_[i] = *value * unit_mm_;
      any = true;
    }
  }
  if (!any) position_mm_ = {};
}

COSTENGINE_INLINE void GcodeReader::set(int code, const Words& words) {
  switch (code) {
    case 82:
      relative_e_ = false;
      break;
    case 83:
      relative_e_ = true;
      break;
    case 201:
      set_axes(limits_.max_acceleration_mm_per_s2, words, 1);
      break;
    case 203: {
      const bool per_second = flavor_ == GcodeFlavor::kMarlin || flavor_ == GcodeFlavor::kMarlin2 ||
                              flavor_ == GcodeFlavor::kSmoothie;
      if (flavor_ == GcodeFlavor::kRepetier) break;
      set_axes(limits_.max_feedrate_mm_per_s, words, per_second ? 1 : 1.0 / 60);
      break;
    }
    case 204:
      if (words['S']) {
        extruding_acceleration_ = travel_acceleration_ = *words['S'];
        if (words['T']) retracting_acceleration_ = *words['T'];
      } else {
        if (words['P']) extruding_acceleration_ = *words['P'];
        if (words['R']) retracting_acceleration_ = *words['R'];
        if (words['T']) travel_acceleration_ = *words['T'];
      }
      break;
    case 205:
      set_axes(limits_.max_jerk_mm_per_s, words, 1);
      if (words['S']) limits_.min_extruding_rate_mm_per_s = *words['S'];
      if (words['T']) limits_.min_travel_rate_mm_per_s = *words['T'];
      break;
    case 221:
      if (words['S'] && *words['S'] > 0) {
        limits_.flow = *words['S'] / 100;
        limits_changed_ = true;
      }
      break;
    case 566:
      set_axes(limits_.max_jerk_mm_per_s, words, 1.0 / 60);
      break;
    default:
      break;
  }
}

COSTENGINE_INLINE void GcodeReader::set_axes(std::array<double, kAxes>& limit, const Words& words,
                                             double factor) {
  for (std::size_t i = 0; i < kAxes; ++i) {
    if (const auto value = words[letters_[i]]) limit[i] = *value * factor;
  }
  limits_changed_ = true;
}

}  // namespace costengine
