// Reading UTF-8 one character at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace costengine::detail {

struct Utf8Char {
  char32_t code = 0;
  std::size_t bytes = 1;
  bool valid = false;  ///< false: the one byte at the front begins no well-formed sequence
};

/// The first character of a text that is not empty. Over-long forms, surrogates and codes above
/// U+10FFFF are not valid.
inline Utf8Char front_char(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {};
  char32_t code = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {};
    code = (code << 6) | (byte(i) & 0x3FU);
  }
  const bool over_long = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (over_long || surrogate || code > 0x10FFFF) return {};
  return {code, length, true};
}

/// `text` with every byte that is not UTF-8 replaced by U+FFFD.
inline std::string valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Utf8Char c = front_char(text);
    out += c.valid ? text.substr(0, c.bytes) : std::string_view("\xEF\xBF\xBD");
    text.remove_prefix(c.bytes);
  }
  return out;
}

}  // namespace costengine::detail
