/// Patterns of macros: does a regular expression match a whole string?
///
/// The pattern becomes a graph of states; all states that a text can be in are followed at once, so
/// that no pattern takes longer than its length times that of the text.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "costengine/base/config.hpp"

namespace costengine::detail {

/// Knows . [] [^] () (?:) | * + ? {m,n} ^ $ \d \w \s \D \W \S and escaped signs; a dot is any
/// character, line ends too. No back references, no look-ahead.
class Pattern {
 public:
  /// Nothing where the pattern is broken, not known or too large.
  static std::optional<Pattern> parse(std::string_view text) {
    Pattern pattern;
    pattern.rest_ = text;
    const std::optional<Part> whole = pattern.alternatives(0);
    if (!whole || !pattern.rest_.empty() || pattern.states_.size() > kMostStates) {
      return std::nullopt;
    }
    pattern.start_ = whole->start;
    pattern.patch(*whole, pattern.add({State::kAccept}));
    return pattern;
  }

  [[nodiscard]] bool matches(std::string_view text) const {
    std::vector<std::uint32_t> now, next;
    std::vector<std::size_t> seen(states_.size(), kNever);
    follow(start_, 0, text.size(), now, seen);
    for (std::size_t i = 0; i < text.size(); ++i) {
      next.clear();
      for (const std::uint32_t at : now) {
        const State& state = states_[at];
        if (state.kind == State::kSet && sets_[state.set][static_cast<unsigned char>(text[i])]) {
          follow(state.next, i + 1, text.size(), next, seen);
        }
      }
      now.swap(next);
      if (now.empty()) return false;
    }
    for (const std::uint32_t at : now) {
      if (states_[at].kind == State::kAccept) return true;
    }
    return false;
  }

 private:
  using Set = std::bitset<256>;
  static constexpr std::size_t kMostStates = 4000;
  static constexpr std::size_t kNever = static_cast<std::size_t>(-1);
  static constexpr int kMostDepth = 50;
  static constexpr std::uint32_t kOpen = 0xFFFFFFFF;

  struct State {
    enum Kind : std::uint8_t { kSet, kSplit, kBegin, kEnd, kAccept } kind;
    std::uint32_t next = kOpen, other = kOpen;
    std::uint32_t set = 0;
  };
  /// States with one way in; every way out that is still open is listed.
  struct Part {
    std::uint32_t start;
    std::vector<std::uint32_t> next_open, other_open;
  };

  std::uint32_t add(State state) {
    states_.push_back(state);
    return static_cast<std::uint32_t>(states_.size() - 1);
  }
  void patch(const Part& part, std::uint32_t to) {
    for (const std::uint32_t at : part.next_open) states_[at].next = to;
    for (const std::uint32_t at : part.other_open) states_[at].other = to;
  }

  bool take(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::optional<Part> alternatives(int depth) {
    if (depth > kMostDepth) return std::nullopt;
    std::optional<Part> result = sequence(depth);
    while (result && take('|')) {
      std::optional<Part> more = sequence(depth);
      if (!more) return std::nullopt;
      result->start = add({State::kSplit, result->start, more->start});
      append(result->next_open, more->next_open);
      append(result->other_open, more->other_open);
    }
    return result;
  }

  std::optional<Part> sequence(int depth) {
    // Begins with a state that does nothing: an empty alternative is a part like any other.
    const std::uint32_t nothing = add({State::kSplit});
    states_[nothing].other = nothing;
    Part result{nothing, {nothing}, {}};
    while (!rest_.empty() && rest_[0] != '|' && rest_[0] != ')') {
      const std::string_view before = rest_;
      std::optional<Part> part = single(depth);
      if (!part || states_.size() > kMostStates) return std::nullopt;
      const std::string_view text = before.substr(0, before.size() - rest_.size());
      part = repeated(*part, text, depth);
      if (!part) return std::nullopt;
      patch(result, part->start);
      result.next_open = part->next_open;
      result.other_open = part->other_open;
    }
    return result;
  }

  /// A part as often as the sign behind it says; `text` is what it was read from.
  std::optional<Part> repeated(Part part, std::string_view text, int depth) {
    unsigned least = 1, most = 1;
    constexpr unsigned kAny = 1000;
    if (take('*')) {
      least = 0, most = kAny;
    } else if (take('+')) {
      most = kAny;
    } else if (take('?')) {
      least = 0;
    } else if (take('{')) {
      const auto first = number();
      if (!first) return std::nullopt;
      least = most = *first;
      if (take(',')) {
        most = kAny;
        if (!rest_.empty() && rest_[0] != '}') {
          const auto last = number();
          if (!last || *last < least) return std::nullopt;
          most = *last;
        }
      }
      if (!take('}')) return std::nullopt;
    } else {
      return part;
    }
    take('?');  // greedy or not: whether the whole text matches is the same
    return counted(part, text, depth, least, most, kAny);
  }

  std::optional<Part> counted(Part part, std::string_view text, int depth, unsigned least,
                              unsigned most, unsigned any) {
    if (most == 1 && least == 0) return optional(part);
    if (most == any && least <= 1) return looped(part, least);
    // The rest by writing it out: x{2,4} is x x x? x?
    const std::string_view after = rest_;
    const std::uint32_t nothing = add({State::kSplit});
    states_[nothing].other = nothing;
    Part result{nothing, {nothing}, {}};
    const unsigned copies = most == any ? least : most;
    for (unsigned i = 0; i < copies; ++i) {
      if (states_.size() > kMostStates) return std::nullopt;
      rest_ = text;
      std::optional<Part> copy = single(depth);
      if (!copy) return std::nullopt;
      if (most == any && i + 1 == copies) *copy = looped(*copy, 1);
      if (i >= least) *copy = optional(*copy);
      patch(result, copy->start);
      result.next_open = copy->next_open;
      result.other_open = copy->other_open;
    }
    rest_ = after;
    return result;
  }

  Part optional(Part part) {
    const std::uint32_t split = add({State::kSplit, part.start});
    part.start = split;
    part.other_open.push_back(split);
    return part;
  }

  Part looped(Part part, unsigned least) {
    const std::uint32_t split = add({State::kSplit, part.start});
    patch(part, split);
    return {least == 0 ? split : part.start, {}, {split}};
  }

  std::optional<unsigned> number() {
    unsigned value = 0;
    std::size_t digits = 0;
    while (!rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9' && ++digits < 4) {
      value = value * 10 + static_cast<unsigned>(rest_[0] - '0');
      rest_.remove_prefix(1);
    }
    if (digits == 0 || digits > 3) return std::nullopt;
    return value;
  }

  std::optional<Part> single(int depth) {
    const char c = rest_[0];
    rest_.remove_prefix(1);
    Set set;
    switch (c) {
      case '(': {
        if (take('?') && !take(':')) return std::nullopt;
        std::optional<Part> inner = alternatives(depth + 1);
        if (!inner || !take(')')) return std::nullopt;
        return inner;
      }
      case '*':
      case '+':
      case '?':
      case '{':
        return std::nullopt;
      case '^':
      case '$': {
        const std::uint32_t at = add({c == '^' ? State::kBegin : State::kEnd});
        return Part{at, {at}, {}};
      }
      case '.':
        set.set();
        break;
      case '[':
        if (!bracket(set)) return std::nullopt;
        break;
      case '\\':
        if (!escaped(set)) return std::nullopt;
        break;
      default:
        set.set(static_cast<unsigned char>(c));
    }
    sets_.push_back(set);
    State state{State::kSet};
    state.set = static_cast<std::uint32_t>(sets_.size() - 1);
    const std::uint32_t at = add(state);
    return Part{at, {at}, {}};
  }

  /// After a backslash.
  bool escaped(Set& set) {
    if (rest_.empty()) return false;
    const char c = rest_[0];
    rest_.remove_prefix(1);
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const char kind = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    Set named;
    if (kind == 'd' || kind == 'w') range(named, '0', '9');
    if (kind == 'w') {
      range(named, 'a', 'z');
      range(named, 'A', 'Z');
      named.set('_');
    }
    if (kind == 's') {
      for (const char space : {' ', '\t', '\n', '\v', '\f', '\r'}) {
        named.set(static_cast<unsigned char>(space));
      }
    }
    if (c == 'n') named.set('\n');
    if (c == 't') named.set('\t');
    if (c == 'r') named.set('\r');
    if (!letter && !(c >= '0' && c <= '9')) named.set(static_cast<unsigned char>(c));
    if (named.none()) return false;
    set |= letter && kind != c ? ~named : named;
    return true;
  }

  /// After '['.
  bool bracket(Set& set) {
    const bool inverted = take('^');
    bool first = true;
    while (!rest_.empty() && (first || rest_[0] != ']')) {
      first = false;
      const char c = rest_[0];
      rest_.remove_prefix(1);
      if (c == '[') return false;  // a class by name
      if (c == '\\') {
        if (!escaped(set)) return false;
      } else if (rest_.size() > 1 && rest_[0] == '-' && rest_[1] != ']') {
        const char last = rest_[1];
        rest_.remove_prefix(2);
        if (last < c || last == '\\') return false;
        range(set, c, last);
      } else {
        set.set(static_cast<unsigned char>(c));
      }
    }
    if (inverted) set.flip();
    return take(']');
  }

  static void range(Set& set, char first, char last) {
    const auto end = static_cast<unsigned char>(last);
    for (unsigned c = static_cast<unsigned char>(first); c <= end; ++c) set.set(c);
  }
  static void append(std::vector<std::uint32_t>& to, const std::vector<std::uint32_t>& from) {
    to.insert(to.end(), from.begin(), from.end());
  }

  /// Adds the states that read a character, or accept, and that `start` leads to.
  void follow(std::uint32_t start, std::size_t position, std::size_t size,
              std::vector<std::uint32_t>& list, std::vector<std::size_t>& seen) const {
    std::vector<std::uint32_t> open = {start};
    while (!open.empty()) {
      const std::uint32_t at = open.back();
      open.pop_back();
      if (at == kOpen || seen[at] == position) continue;
      seen[at] = position;
      const State& state = states_[at];
      if (state.kind == State::kSplit) {
        open.push_back(state.other);
        open.push_back(state.next);
      } else if (state.kind == State::kBegin || state.kind == State::kEnd) {
        if (position == (state.kind == State::kBegin ? 0 : size)) open.push_back(state.next);
      } else {
        list.push_back(at);
      }
    }
  }

  std::string_view rest_;
  std::vector<State> states_;
  std::vector<Set> sets_;
  std::uint32_t start_ = 0;
};

}  // namespace costengine::detail
