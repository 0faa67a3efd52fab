/// Numbers and texts as bytes, for what parent and workers tell each other and for the journal. In
/// the machine's own byte order: neither leaves the machine.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace costengine::cli {

class WireWriter {
 public:
  void number(std::uint64_t value) { put(&value, sizeof value); }
  void real(double value) { put(&value, sizeof value); }
  void text(std::string_view value) {
    number(value.size());
    put(value.data(), value.size());
  }
  void maybe(const std::optional<std::uint64_t>& value) {
    number(value.has_value() ? 1 : 0);
    if (value) number(*value);
  }
  [[nodiscard]] std::string take() && { return std::move(bytes_); }

 private:
  void put(const void* data, std::size_t size) {
    bytes_.append(static_cast<const char*>(data), size);
  }
  std::string bytes_;
};

/// Reads what a WireWriter wrote. Past the end, or at a length that does not fit, everything is 0
/// or empty and ok() is false.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t number() { return plain<std::uint64_t>(); }
  double real() { return plain<double>(); }
  std::string text() {
    const std::uint64_t size = number();
    if (size > rest_.size()) return fail(), std::string();
    std::string value(rest_.substr(0, static_cast<std::size_t>(size)));
    rest_.remove_prefix(static_cast<std::size_t>(size));
    return value;
  }
  std::optional<std::uint64_t> maybe() {
    if (number() == 0) return {};
    return number();
  }
  /// One of the first `count` members of an enum.
  template <class Enum>
  Enum member(std::uint64_t count) {
    const std::uint64_t value = number();
    if (value >= count) fail();
    return static_cast<Enum>(value < count ? value : 0);
  }

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return ok_ && rest_.empty(); }

 private:
  template <class T>
  T plain() {
    T value{};
    if (rest_.size() < sizeof value) return fail(), value;
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_.remove_prefix(sizeof value);
    return value;
  }
  void fail() {
    ok_ = false;
    rest_ = {};
  }
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace costengine::cli
