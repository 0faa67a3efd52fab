// Structs as bytes and back, exactly: numbers as their bits, texts and lists with their length.
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace costengine::detail {

/// Calls pack_members(archive, struct) for structs. That function names the members once, for both
/// directions, by a structured binding: a struct that gets a new member does not compile before it
/// is handled there.
class Packer {
 public:
  template <class... Values>
  void operator()(const Values&... values) {
    (put(values), ...);
  }
  void check(bool) {}
  std::string take() && { return std::move(bytes_); }

 private:
  void put_word(std::uint64_t word) {
    std::array<char, 8> text{};
    for (char& c : text) {
      c = static_cast<char>(word & 255);
      word >>= 8;
    }
    bytes_.append(text.data(), text.size());
  }
  template <class Value>
  void put(const Value& value) {
    if constexpr (std::is_enum_v<Value>) {
      put_word(static_cast<std::uint64_t>(value));
    } else if constexpr (std::integral<Value>) {
      put_word(static_cast<std::uint64_t>(value));
    } else if constexpr (std::same_as<Value, double>) {
      put_word(std::bit_cast<std::uint64_t>(value));
    } else if constexpr (std::convertible_to<Value, std::string_view>) {
      const std::string_view text = value;
      put_word(text.size());
      bytes_ += text;
    } else {
      pack_members(*this, const_cast<Value&>(value));  // the same function as for reading
    }
  }
  template <class Value>
  void put(const std::optional<Value>& value) {
    put_word(value.has_value() ? 1 : 0);
    if (value) put(*value);
  }
  template <class Value>
  void put(const std::vector<Value>& values) {
    put_word(values.size());
    for (const Value& value : values) put(value);
  }
  template <class Value, std::size_t kSize>
  void put(const std::array<Value, kSize>& values) {
    for (const Value& value : values) put(value);
  }

  std::string bytes_;
};

/// Reads what Packer wrote. Anything else makes ok() false and leaves values that mean nothing;
/// never more is allocated than the bytes could hold.
class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : rest_(bytes) {}

  template <class... Values>
  void operator()(Values&... values) {
    (get(values), ...);
  }
  /// Whether all was as expected, to the last byte.
  [[nodiscard]] bool complete() const { return ok_ && rest_.empty(); }
  /// For what a value may not be although its type allows it.
  void check(bool as_expected) { ok_ = ok_ && as_expected; }

 private:
  std::uint64_t word() {
    if (rest_.size() < 8) ok_ = false;
    if (!ok_) return 0;
    std::uint64_t value = 0;
    for (int i = 7; i >= 0; --i) {
      value = value << 8 | static_cast<unsigned char>(rest_[static_cast<std::size_t>(i)]);
    }
    rest_.remove_prefix(8);
    return value;
  }
  /// A number of things of which each takes at least one byte.
  std::size_t count() {
    const std::uint64_t value = word();
    if (value > rest_.size()) ok_ = false;
    return ok_ ? static_cast<std::size_t>(value) : 0;
  }
  template <class Value>
  void get(Value& value) {
    if constexpr (std::same_as<Value, bool>) {
      const std::uint64_t read = word();
      if (read > 1) ok_ = false;
      value = read == 1;
    } else if constexpr (std::integral<Value> || std::is_enum_v<Value>) {
      const std::uint64_t read = word();
      value = static_cast<Value>(read);
      if (static_cast<std::uint64_t>(value) != read) ok_ = false;
    } else if constexpr (std::same_as<Value, double>) {
      value = std::bit_cast<double>(word());
    } else if constexpr (std::same_as<Value, std::string>) {
      const std::size_t size = count();
      value = rest_.substr(0, size);
      rest_.remove_prefix(size);
    } else {
      pack_members(*this, value);
    }
  }
  template <class Value>
  void get(std::optional<Value>& value) {
    bool present = false;
    get(present);
    value.reset();
    if (present && ok_) get(value.emplace());
  }
  template <class Value>
  void get(std::vector<Value>& values) {
    const std::size_t size = count();
    values.clear();
    for (std::size_t i = 0; i < size && ok_; ++i) get(values.emplace_back());
  }
  template <class Value, std::size_t kSize>
  void get(std::array<Value, kSize>& values) {
    for (Value& value : values) get(value);
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace costengine::detail
