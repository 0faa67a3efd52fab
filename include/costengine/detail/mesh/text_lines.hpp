// Lines and words of a text file, read in chunks: the file is never held whole.
#pragma once

#include <fast_float/fast_float.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "costengine/base/byte_source.hpp"

namespace costengine::detail {

inline bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\v' || c == '\f';
}

/// Takes the next blank-separated word off the front of `rest`; empty when there is none.
inline std::string_view take_word(std::string_view& rest) {
  std::size_t begin = 0;
  while (begin < rest.size() && is_blank(rest[begin])) ++begin;
  std::size_t end = begin;
  while (end < rest.size() && !is_blank(rest[end])) ++end;
  const std::string_view word = rest.substr(begin, end - begin);
  rest.remove_prefix(end);
  return word;
}

inline bool equal_ignoring_case(std::string_view word, std::string_view lower) {
  if (word.size() != lower.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const char c = word[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != lower[i]) return false;
  }
  return true;
}

/// A word for an error message: printable, and not longer than a person wants to read.
inline std::string quoted(std::string_view word) {
  std::string text = "'";
  for (const char c : word.substr(0, 40)) text += c >= ' ' && c <= '~' ? c : '?';
  return text + (word.size() > 40 ? "...'" : "'");
}

enum class NumberFault { kNone, kNotANumber, kNonfinite };

/// The whole word as a double. A leading plus is taken; an underflow is 0 or the nearest denormal.
inline NumberFault parse_number(std::string_view word, double& value) {
  if (!word.empty() && word.front() == '+') {
    word.remove_prefix(1);
    if (!word.empty() && word.front() == '-') return NumberFault::kNotANumber;
  }
  if (word.empty() || word.front() == '+') return NumberFault::kNotANumber;
  const auto [end, error] = fast_float::from_chars(word.data(), word.data() + word.size(), value);
  if (end != word.data() + word.size()) return NumberFault::kNotANumber;
  if (error == std::errc::invalid_argument) return NumberFault::kNotANumber;
  return std::isfinite(value) ? NumberFault::kNone : NumberFault::kNonfinite;
}

inline Error number_error(NumberFault fault, std::string_view word, std::uint64_t line) {
  Error error{ErrorCode::kNumber, Stage::kLoad, {}, {}, line};
  if (fault == NumberFault::kNonfinite) {
    error.code = ErrorCode::kNonfinite;
    error.message = "the coordinate " + quoted(word) + " is not finite; repair the export";
  } else if (word.empty()) {
    error.message = "a number is missing; repair the export";
  } else if (word.find(',') != std::string_view::npos) {
    error.message = quoted(word) + " is not a number: it has a comma; export with decimal points";
  } else {
    error.message = quoted(word) + " is not a number; repair the export";
  }
  return error;
}

inline Error line_too_long(std::uint64_t limit, std::uint64_t line) {
  return Error{
      ErrorCode::kLimitLine,
      Stage::kLoad,
      "a line is longer than the limit of " + std::to_string(limit) + " bytes; re-export the file",
      {},
      line};
}

/// Hands out one line after the other, without its line end (LF, CRLF or CR).
class TextLines {
 public:
  TextLines(const ByteSource& source, Context& ctx) : source_(source), ctx_(ctx) {}

  /// The next line, valid until the following call; no value at the end of the file.
  Result<std::optional<std::string_view>> next() {
    line_ += lines_in_last_;
    COSTENGINE_TRY(const std::optional<std::string_view> line, physical());
    lines_in_last_ = line ? 1 : 0;
    return line;
  }

  /// 1-based number of the line that next() gave last.
  [[nodiscard]] std::uint64_t number() const { return line_; }

 private:
  Result<std::optional<std::string_view>> physical() {
    std::size_t searched = begin_;
    while (true) {
      const bool all_read = offset_ == source_.size();
      const std::size_t stop = line_end(searched);
      // A carriage return at the end of the buffer may be the first half of a CRLF.
      const bool whole = stop + 1 < end_ || (stop < end_ && buffer_[stop] == '\n');
      if (whole || all_read) {
        if (begin_ == end_) return std::optional<std::string_view>();
        const std::string_view line(buffer_.data() + begin_, stop - begin_);
        const bool crlf = stop + 1 < end_ && buffer_[stop] == '\r' && buffer_[stop + 1] == '\n';
        begin_ = std::min(stop + (crlf ? 2 : 1), end_);
        return std::optional<std::string_view>(line);
      }
      searched = stop - begin_;
      COSTENGINE_CHECK(refill());
    }
  }

  /// Where the first LF or CR in the buffer from `from` on stands, or end_. The place of the next
  /// LF is kept: in a file of CRs alone every line would search the whole buffer for it.
  std::size_t line_end(std::size_t from) {
    if (next_feed_ < from) next_feed_ = find('\n', from, end_);
    return find('\r', from, next_feed_);
  }

  [[nodiscard]] std::size_t find(char c, std::size_t from, std::size_t until) const {
    const void* found = std::memchr(buffer_.data() + from, c, until - from);
    if (found == nullptr) return until;
    return static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data());
  }

  /// Keeps the unread rest at the front and reads on behind it.
  Status refill() {
    COSTENGINE_CHECK(ctx_.check(Stage::kLoad));
    constexpr std::size_t kChunk = 1 << 20;
    const std::size_t rest = end_ - begin_;
    if (rest > ctx_.limits().max_line_bytes) return too_long();
    if (rest != 0) std::memmove(buffer_.data(), buffer_.data() + begin_, rest);
    if (buffer_.size() < rest + kChunk) buffer_.resize(std::max(rest * 2, rest + kChunk));
    begin_ = 0;
    const std::uint64_t wanted =
        std::min<std::uint64_t>(buffer_.size() - rest, source_.size() - offset_);
    const auto out =
        std::as_writable_bytes(std::span(buffer_)).subspan(rest, static_cast<std::size_t>(wanted));
    COSTENGINE_CHECK(source_.read_at(offset_, out));
    end_ = rest + out.size();
    next_feed_ = find('\n', rest, end_);  // none stands before
    const bool first = offset_ == 0;
    offset_ += wanted;
    if (first && end_ >= 3 && std::memcmp(buffer_.data(), "\xEF\xBB\xBF", 3) == 0) begin_ = 3;
    ctx_.report(Stage::kLoad, static_cast<double>(offset_) / static_cast<double>(source_.size()));
    return Ok{};
  }

  [[nodiscard]] Error too_long() const {
    return line_too_long(ctx_.limits().max_line_bytes, line_);
  }

  const ByteSource& source_;
  Context& ctx_;
  std::vector<char> buffer_ = std::vector<char>(1);  // never empty: memchr wants a pointer
  std::size_t begin_ = 0, end_ = 0;
  std::size_t next_feed_ = 0;  ///< the first LF from some place before it on; end_ if there is none
  std::uint64_t offset_ = 0;
  std::uint64_t line_ = 1;
  std::uint64_t lines_in_last_ = 0;
};

}  // namespace costengine::detail
