/// Models in the caller's memory or behind a callback.
#pragma once

#include <cstring>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "request.hpp"

namespace costengine::c_api {

/// Tells the caller, once, that the library needs the payload no more.
class Closing final {
 public:
  Closing() = default;
  ~Closing() {
    if (closed_ == nullptr) return;
    try {
      closed_(payload_);
    } catch (...) {  // breaks its contract; there is nobody left to tell
    }
  }
  Closing(const Closing&) = delete;
  Closing& operator=(const Closing&) = delete;

  void set(costengine_closed_fn closed, void* payload) {
    closed_ = closed;
    payload_ = payload;
  }

 private:
  costengine_closed_fn closed_ = nullptr;
  void* payload_ = nullptr;
};

class MemorySource final : public CallerSource {
 public:
  /// `copy`: the caller's bytes do not stay.
  MemorySource(const void* data, std::size_t size, bool copy) {
    const auto* const bytes = static_cast<const std::byte*>(data);
    if (copy) copied_.assign(bytes, bytes + size);
    bytes_ = copy ? std::span<const std::byte>(copied_) : std::span(bytes, size);
  }

  [[nodiscard]] std::uint64_t size() const noexcept override { return bytes_.size(); }
  [[nodiscard]] Status read_at(std::uint64_t offset, std::span<std::byte> out) const override {
    return view_memory(bytes_)->read_at(offset, out);
  }
  void call_when_closed(costengine_closed_fn closed, void* payload) override {
    closing_.set(closed, payload);
  }

 private:
  std::vector<std::byte> copied_;
  std::span<const std::byte> bytes_;
  Closing closing_;
};

class CallbackSource final : public CallerSource {
 public:
  CallbackSource(costengine_read_at_fn function, std::uint64_t size, void* payload)
      : read_at_(function), size_(size), payload_(payload) {}

  [[nodiscard]] std::uint64_t size() const noexcept override { return size_; }
  [[nodiscard]] Status read_at(std::uint64_t offset, std::span<std::byte> out) const override {
    if (out.empty()) return Ok{};
    if (call(offset, out)) return Ok{};
    return Error{ErrorCode::kReadFailed,
                 Stage::kLoad,
                 "the caller's read_at could not read these bytes",
                 offset,
                 {}};
  }
  void call_when_closed(costengine_closed_fn closed, void* payload) override {
    closing_.set(closed, payload);
  }

 private:
  [[nodiscard]] bool call(std::uint64_t offset, std::span<std::byte> out) const {
    const std::lock_guard lock(mutex_);
    try {
      return read_at_(offset, out.data(), out.size(), payload_) == 0;
    } catch (...) {
      return false;
    }
  }

  costengine_read_at_fn read_at_;
  std::uint64_t size_;
  void* payload_;
  mutable std::mutex mutex_;  ///< blocks of a file are read in parallel; callers need not know
  Closing closing_;
};

}  // namespace costengine::c_api
