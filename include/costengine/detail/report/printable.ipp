#pragma once

#include <algorithm>
#include <array>
#include <span>

#include "costengine/detail/report/utf8.hpp"
#include "costengine/report/printable.hpp"

namespace costengine {
namespace detail {

struct CodeRange {
  char32_t first, last;
};

// Steering, invisible or bidirectional.
inline constexpr std::array<CodeRange, 15> kEscaped = {{{0x00, 0x1F},
                                                        {0x7F, 0x9F},
                                                        {0xAD, 0xAD},
                                                        {0x61C, 0x61C},
                                                        {0x115F, 0x1160},
                                                        {0x180E, 0x180E},
                                                        {0x200B, 0x200B},
                                                        {0x200E, 0x200F},
                                                        {0x2028, 0x202E},
                                                        {0x2060, 0x206F},
                                                        {0x3164, 0x3164},
                                                        {0xFEFF, 0xFEFF},
                                                        {0xFFF9, 0xFFFB},
                                                        {0xFFFE, 0xFFFF},
                                                        {0xE0000, 0xE007F}}};

inline constexpr std::array<CodeRange, 6> kCombining = {{{0x300, 0x36F},
                                                         {0x1AB0, 0x1AFF},
                                                         {0x1DC0, 0x1DFF},
                                                         {0x20D0, 0x20FF},
                                                         {0xFE00, 0xFE0F},
                                                         {0xFE20, 0xFE2F}}};

// East Asian Width W and F of Unicode 15, joined across unassigned codes.
inline constexpr std::array<CodeRange, 22> kWide = {
    {{0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},   {0x23E9, 0x23F3},
     {0x25FD, 0x25FE},   {0x2600, 0x27BF},   {0x2B1B, 0x2B55},   {0x2E80, 0x303E},
     {0x3041, 0x4DBF},   {0x4E00, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},
     {0xF900, 0xFAFF},   {0xFE10, 0xFE1F},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},
     {0xFFE0, 0xFFE6},   {0x16FE0, 0x18DFF}, {0x1AFF0, 0x1B2FF}, {0x1F000, 0x1FAFF},
     {0x20000, 0x2FFFD}, {0x30000, 0x3FFFD}}};

inline bool in_ranges(char32_t code, std::span<const CodeRange> ranges) {
  const auto range = std::lower_bound(ranges.begin(), ranges.end(), code,
                                      [](const CodeRange& r, char32_t c) { return r.last < c; });
  return range != ranges.end() && range->first <= code;
}

inline std::size_t char_columns(const Utf8Char& c) {
  if (!c.valid) return 1;
  if (in_ranges(c.code, kCombining)) return 0;
  return in_ranges(c.code, kWide) ? 2 : 1;
}

inline std::string escaped_code(char32_t code) {
  const auto hex = [code](char letter, int digits) {
    std::string text{'\\', letter};
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
      text += "0123456789abcdef"[(code >> shift) & 15U];
    }
    return text;
  };
  switch (code) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      return code < 0x100 ? hex('x', 2) : code < 0x10000 ? hex('u', 4) : hex('U', 8);
  }
}

/// Bytes at the front of a printable text that take at most `columns`.
inline std::size_t prefix_within(std::string_view text, std::size_t columns) {
  std::size_t bytes = 0;
  while (bytes < text.size()) {
    const Utf8Char c = front_char(text.substr(bytes));
    const std::size_t width = char_columns(c);
    if (width > columns) break;
    columns -= width;
    bytes += c.bytes;
  }
  return bytes;
}

}  // namespace detail

COSTENGINE_INLINE std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const detail::Utf8Char c = detail::front_char(text);
    if (!c.valid) {
      out += detail::escaped_code(static_cast<unsigned char>(text[0]));
    } else if (detail::in_ranges(c.code, detail::kEscaped)) {
      out += detail::escaped_code(c.code);
    } else {
      out += text.substr(0, c.bytes);
    }
    text.remove_prefix(c.bytes);
  }
  return out;
}

COSTENGINE_INLINE std::size_t display_columns(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const detail::Utf8Char c = detail::front_char(text);
    columns += detail::char_columns(c);
    text.remove_prefix(c.bytes);
  }
  return columns;
}

COSTENGINE_INLINE std::string shortened(std::string_view text, std::size_t columns) {
  std::string whole = printable(text);
  const std::size_t width = display_columns(whole);
  if (width <= columns) return whole;
  constexpr std::string_view kGap = "...";
  const std::size_t tail_columns = (columns - kGap.size()) / 2;
  const std::size_t head_columns = columns - kGap.size() - tail_columns;
  const std::string_view head =
      std::string_view(whole).substr(0, detail::prefix_within(whole, head_columns));
  // One column more may be cut off: a wide character does not end on every column.
  std::string_view tail = whole;
  while (display_columns(tail) > tail_columns) {
    tail.remove_prefix(detail::prefix_within(tail, display_columns(tail) - tail_columns));
    if (display_columns(tail) > tail_columns) tail.remove_prefix(detail::front_char(tail).bytes);
  }
  std::string out(head);
  out += kGap;
  out += tail;
  return out;
}

COSTENGINE_INLINE std::vector<std::string> wrapped(std::string_view text, std::size_t columns) {
  const std::string whole = printable(text);
  std::string_view rest = whole;
  std::vector<std::string> lines(1);
  std::size_t used = 0;
  while (!rest.empty()) {
    const std::size_t space = std::min(rest.find(' '), rest.size());
    std::string_view word = rest.substr(0, space);
    rest.remove_prefix(std::min(space + 1, rest.size()));
    if (word.empty()) continue;
    std::size_t width = display_columns(word);
    if (used != 0 && used + 1 + width > columns) {
      lines.emplace_back();
      used = 0;
    }
    if (used != 0) {
      lines.back() += ' ';
      ++used;
    }
    while (width > columns) {
      const std::size_t bytes = detail::prefix_within(word, columns);
      lines.back() = word.substr(0, bytes);
      lines.emplace_back();
      word.remove_prefix(bytes);
      width = display_columns(word);
    }
    lines.back() += word;
    used += width;
  }
  return lines;
}

}  // namespace costengine
