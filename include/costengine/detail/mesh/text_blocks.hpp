// The lines of a piece of a text file, so that pieces can be parsed on several threads.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "costengine/base/byte_source.hpp"
#include "costengine/detail/mesh/text_lines.hpp"

namespace costengine::detail {

/// Bytes of a text file that one block covers.
inline constexpr std::uint64_t kTextBlock = 1 << 18;

/// The lines that begin in [begin, end) of the file, each whole, wherever it ends; the first four
/// bytes must be in one block. A line whose
/// last character is a backslash goes on in the next one; what continues a line is not one itself.
class TextBlock {
 public:
  TextBlock(const ByteSource& source, std::uint64_t max_line_bytes)
      : source_(&source), max_line_bytes_(max_line_bytes) {}

  /// Errors: kReadFailed.
  Status load(std::uint64_t begin, std::uint64_t end) {
    constexpr std::uint64_t kBefore = 3;  // backslash, CR and LF of the line before
    offset_ = begin - std::min(begin, kBefore);
    loaded_ = 0;
    line_ = 1;
    lines_in_last_ = 0;
    COSTENGINE_CHECK(read_to(end + 256));
    stop_ = static_cast<std::size_t>(std::min(end, source_->size()) - offset_);
    at_ = static_cast<std::size_t>(begin - offset_);
    if (begin == 0) {
      if (loaded_ >= 3 && std::memcmp(text(), "\xEF\xBB\xBF", 3) == 0) at_ = 3;
      return Ok{};
    }
    const bool line_begins =
        text()[at_ - 1] == '\n' || (text()[at_ - 1] == '\r' && *here() != '\n');
    if (!line_begins) at_ = behind_line_end(at_);
    while (at_ < stop_ && continues(at_)) at_ = behind_line_end(at_);
    return Ok{};
  }

  /// Whether another line begins in the block.
  [[nodiscard]] bool more() const { return at_ < stop_; }

  /// What comes next, for a parser that knows what it wants. A zero byte ends what is loaded,
  /// and eight more are readable.
  [[nodiscard]] const char* here() const { return text() + at_; }
  /// The parser took a whole line, with its end, up to `next`.
  void took_line(const char* next) {
    line_ += lines_in_last_;
    lines_in_last_ = 1;
    at_ = static_cast<std::size_t>(next - text());
  }

  /// The next line without its end, valid until the following call. Precondition: more().
  Result<std::string_view> next() {
    line_ += lines_in_last_;
    lines_in_last_ = 1;
    COSTENGINE_TRY(const std::string_view first, physical());
    if (!first.ends_with('\\')) return first;
    joined_.assign(first);
    while (joined_.ends_with('\\')) {
      joined_.back() = ' ';
      if (at_ == loaded_) {
        COSTENGINE_CHECK(read_to(offset_ + loaded_ + 4096));
        if (at_ == loaded_) break;
      }
      COSTENGINE_TRY(const std::string_view more, physical());
      ++lines_in_last_;
      joined_ += more;
      if (joined_.size() > max_line_bytes_) return too_long();
    }
    return std::string_view(joined_);
  }

  /// Number of the line that was taken last, 1 for the first of the block.
  [[nodiscard]] std::uint64_t number() const { return line_; }
  /// How many lines were taken, with those that continue another.
  [[nodiscard]] std::uint64_t lines() const { return line_ - 1 + lines_in_last_; }

 private:
  [[nodiscard]] const char* text() const { return buffer_.data(); }

  /// Loads the file up to `end`, or to its own end.
  Status read_to(std::uint64_t end) {
    const auto wanted = static_cast<std::size_t>(std::min(end, source_->size()) - offset_);
    if (buffer_.size() < wanted + kPadding) {
      buffer_.resize(std::max(wanted + kPadding, buffer_.size() * 2));
    }
    if (wanted > loaded_) {
      COSTENGINE_CHECK(source_->read_at(
          offset_ + loaded_,
          std::as_writable_bytes(std::span(buffer_)).subspan(loaded_, wanted - loaded_)));
      loaded_ = wanted;
    }
    buffer_[loaded_] = '\0';
    return Ok{};
  }

  [[nodiscard]] bool all_read() const { return offset_ + loaded_ == source_->size(); }

  /// Where the first LF or CR from `from` on stands, or the end of what is loaded.
  [[nodiscard]] std::size_t line_end(std::size_t from) const {
    while (from < loaded_ && buffer_[from] != '\n' && buffer_[from] != '\r') ++from;
    return from;
  }

  [[nodiscard]] std::size_t behind_line_end(std::size_t from) const {
    const std::size_t end = line_end(from);
    const bool crlf = end + 1 < loaded_ && buffer_[end] == '\r' && buffer_[end + 1] == '\n';
    return std::min(end + (crlf ? 2 : 1), loaded_);
  }

  /// Whether the line before `at` ends with a backslash.
  [[nodiscard]] bool continues(std::size_t at) const {
    std::size_t end = at - 1;
    if (buffer_[end] == '\n' && end > 0 && buffer_[end - 1] == '\r') --end;
    return end > 0 && buffer_[end - 1] == '\\';
  }

  Result<std::string_view> physical() {
    std::size_t end = line_end(at_);
    // A carriage return at the end of what is loaded may be the first half of a CRLF.
    while (end + 1 >= loaded_ && !all_read()) {
      if (end - at_ > max_line_bytes_) return too_long();
      COSTENGINE_CHECK(read_to(offset_ + loaded_ + std::max<std::size_t>(4096, loaded_)));
      end = line_end(end);
    }
    if (end - at_ > max_line_bytes_) return too_long();
    const std::string_view line(text() + at_, end - at_);
    at_ = behind_line_end(end);
    return line;
  }

  [[nodiscard]] Error too_long() const { return line_too_long(max_line_bytes_, line_); }

  static constexpr std::size_t kPadding = 16;  ///< for quick_digits()

  const ByteSource* source_;
  std::uint64_t max_line_bytes_;
  std::vector<char> buffer_;
  std::uint64_t offset_ = 0;                    ///< of the buffer in the file
  std::size_t at_ = 0, stop_ = 0, loaded_ = 0;  ///< in the buffer
  std::uint64_t line_ = 1, lines_in_last_ = 0;
  std::string joined_;
};

/// Up to eight digits at once; `at` is moved behind them. Eight bytes must be readable there.
/// D. Lemire, W. Mula, J. Keiser: the multiplications of "Number parsing at a gigabyte per second",
/// Software: Practice and Experience 51, 2021.
inline int quick_digits(const char*& at, std::uint64_t& value) {
  static_assert(std::endian::native == std::endian::little, "the first digit is the lowest byte");
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  word ^= 0x3030303030303030U;
  const std::uint64_t others = ((word + 0x7676767676767676U) | word) & 0x8080808080808080U;
  const int count = others == 0 ? 8 : std::countr_zero(others) / 8;
  if (count == 0) return 0;
  word <<= 64 - 8 * count;  // zeros in front
  word = word * 10 + (word >> 8);
  value = (((word & 0x000000FF000000FFU) * 0x000F424000000064U) +
           (((word >> 16) & 0x000000FF000000FFU) * 0x0000271000000001U)) >>
          32;
  at += count;
  return count;
}

/// A decimal number as most files have them, exactly as parse_number() reads it; `at` is moved
/// behind it. False where the general reader must look: nothing is moved then.
/// W. D. Clinger. How to read floating point numbers accurately. PLDI 1990: a product or quotient
/// of two numbers that doubles hold exactly is rounded only once.
inline bool quick_number(const char*& at, double& value) {
  static constexpr double kPowers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                       1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                       1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  static constexpr std::uint64_t kWhole[] = {1,      10,      100,      1000,     10000,
                                             100000, 1000000, 10000000, 100000000};
  const auto is_digit = [](char c) { return static_cast<unsigned>(c) - unsigned{'0'} < 10; };
  const char* p = at;
  const bool minus = *p == '-';
  if (minus) ++p;
  std::uint64_t digits = 0;
  int count = quick_digits(p, digits);
  if (count == 0 || is_digit(*p)) return false;
  int power = 0;
  if (*p == '.') {
    ++p;
    std::uint64_t part = 0;
    int more = quick_digits(p, part);
    if (more == 0) return false;
    digits = digits * kWhole[more] + part;
    power = -more;
    if (more == 8 && is_digit(*p)) {
      more = quick_digits(p, part);
      if (is_digit(*p)) return false;
      power -= more;
      count += more;
      digits = digits * kWhole[more] + part;
    }
    count += 8;
  }
  // Up to 19 digits cannot have overflowed.
  if (count > 19 || digits > std::uint64_t{1} << 53) return false;
  if (*p == 'e' || *p == 'E') {
    ++p;
    const bool down = *p == '-';
    if (down || *p == '+') ++p;
    std::uint64_t exponent = 0;
    if (quick_digits(p, exponent) == 0 || exponent > 40 || is_digit(*p)) return false;
    power += down ? -static_cast<int>(exponent) : static_cast<int>(exponent);
  }
  if (power < -22 || power > 22) return false;
  const auto whole = static_cast<double>(digits);
  const double size = power < 0 ? whole / kPowers[-power] : whole * kPowers[power];
  value = minus ? -size : size;
  at = p;
  return true;
}

/// Up to eight digits, not 0 alone; else as quick_number().
inline bool quick_index(const char*& at, std::uint32_t& value) {
  const char* p = at;
  std::uint64_t digits = 0;
  if (quick_digits(p, digits) == 0 || digits == 0) return false;
  if (static_cast<unsigned>(*p) - unsigned{'0'} < 10) return false;
  value = static_cast<std::uint32_t>(digits);
  at = p;
  return true;
}

inline void skip_spaces(const char*& at) {
  while (*at == ' ' || *at == '\t') ++at;
}

/// Takes a line end that is sure to be one: a LF, with or without a CR before it.
inline bool quick_line_end(const char*& at) {
  skip_spaces(at);
  if (*at == '\n') return ++at, true;
  if (at[0] == '\r' && at[1] == '\n') return at += 2, true;
  return false;
}

}  // namespace costengine::detail
