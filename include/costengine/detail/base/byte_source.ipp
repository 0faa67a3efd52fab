#pragma once

#include <fcntl.h>
#include <nettle/sha2.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "costengine/base/byte_source.hpp"

namespace costengine {
namespace detail {

inline Error load_error(ErrorCode code, std::string message) {
  return Error{code, Stage::kLoad, std::move(message), {}, {}};
}

inline Error too_large(std::uint64_t limit) {
  return load_error(ErrorCode::kLimitBytes, "the input is larger than the limit of " +
                                                std::to_string(limit) +
                                                " bytes; raise the limit "
                                                "or simplify the model");
}

class FileSource final : public ByteSource {
 public:
  /// `info`: of the descriptor, as it was opened.
  FileSource(int descriptor, const struct stat& info) : descriptor_(descriptor), opened_(info) {
    struct timespec now {};
    ::clock_gettime(CLOCK_REALTIME, &now);
    settled_ = info.st_mtim.tv_sec + kSettled_s < now.tv_sec;
  }
  ~FileSource() override { ::close(descriptor_); }
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  [[nodiscard]] std::uint64_t size() const noexcept override {
    return static_cast<std::uint64_t>(opened_.st_size);
  }
  [[nodiscard]] Status read_at(std::uint64_t offset, std::span<std::byte> out) const override {
    while (!out.empty()) {
      const ssize_t got = ::pread(descriptor_, out.data(), out.size(), static_cast<off_t>(offset));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) {
        Error error = load_error(ErrorCode::kReadFailed,
                                 got == 0 ? std::string("the file became shorter while it was read")
                                          : "reading failed: " + std::string(std::strerror(errno)));
        error.byte = offset;
        return error;
      }
      offset += static_cast<std::uint64_t>(got);
      out = out.subspan(static_cast<std::size_t>(got));
    }
    return Ok{};
  }
  [[nodiscard]] bool may_have_changed() const noexcept override {
    struct stat now {};
    if (!settled_ || ::fstat(descriptor_, &now) != 0) return true;
    const auto same = [](const struct timespec& a, const struct timespec& b) {
      return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
    };
    return now.st_size != opened_.st_size || !same(now.st_mtim, opened_.st_mtim) ||
           !same(now.st_ctim, opened_.st_ctim);
  }

 private:
  static constexpr time_t kSettled_s = 2;  ///< the coarsest step of a file system's times

  int descriptor_;
  struct stat opened_;
  bool settled_;
};

class MemoryView final : public ByteSource {
 public:
  explicit MemoryView(std::span<const std::byte> bytes) : bytes_(bytes) {}
  [[nodiscard]] std::uint64_t size() const noexcept override { return bytes_.size(); }
  [[nodiscard]] Status read_at(std::uint64_t offset, std::span<std::byte> out) const override {
    if (offset > bytes_.size() || out.size() > bytes_.size() - offset) {
      return load_error(ErrorCode::kReadFailed, "read past the end of the bytes in memory");
    }
    if (!out.empty()) std::memcpy(out.data(), bytes_.data() + offset, out.size());
    return Ok{};
  }
  [[nodiscard]] bool may_have_changed() const noexcept override { return false; }

 private:
  std::span<const std::byte> bytes_;
};

class OwnedBytes final : public ByteSource {
 public:
  explicit OwnedBytes(std::vector<std::byte> bytes) : bytes_(std::move(bytes)), view_(bytes_) {}
  [[nodiscard]] std::uint64_t size() const noexcept override { return view_.size(); }
  [[nodiscard]] Status read_at(std::uint64_t offset, std::span<std::byte> out) const override {
    return view_.read_at(offset, out);
  }
  [[nodiscard]] bool may_have_changed() const noexcept override { return false; }

 private:
  std::vector<std::byte> bytes_;
  MemoryView view_;
};

class Sha256 {
 public:
  Sha256() { sha256_init(&state_); }
  void add(const void* data, std::size_t size) {
    sha256_update(&state_, size, static_cast<const std::uint8_t*>(data));
  }
  std::string hex() {
    std::array<std::uint8_t, SHA256_DIGEST_SIZE> digest{};
    sha256_digest(&state_, digest.size(), digest.data());
    std::string text;
    for (const std::uint8_t byte : digest) {
      text += "0123456789abcdef"[byte >> 4];
      text += "0123456789abcdef"[byte & 15];
    }
    return text;
  }

 private:
  sha256_ctx state_{};
};

}  // namespace detail

COSTENGINE_INLINE Result<std::unique_ptr<ByteSource>> open_file(const std::string& path,
                                                                const Limits& limits) {
  // O_NONBLOCK: opening a named pipe must not wait for a writer before fstat can refuse it.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (descriptor < 0) {
    return detail::load_error(ErrorCode::kFileNotFound,
                              "cannot open the file: " + std::string(std::strerror(errno)));
  }
  struct stat info {};
  if (::fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode)) {
    ::close(descriptor);
    return detail::load_error(ErrorCode::kNotRegularFile,
                              S_ISDIR(info.st_mode)
                                  ? "this is a directory; name the model files in it"
                                  : "not a regular file; pipe its bytes to standard input ('-')");
  }
  const auto size = static_cast<std::uint64_t>(info.st_size);
  auto source = std::make_unique<detail::FileSource>(descriptor, info);
  if (size > limits.max_input_bytes) return detail::too_large(limits.max_input_bytes);
  return std::unique_ptr<ByteSource>(std::move(source));
}

COSTENGINE_INLINE Result<std::unique_ptr<ByteSource>> read_descriptor(int descriptor,
                                                                      const Limits& limits) {
  std::vector<std::byte> bytes;
  std::size_t filled = 0;
  while (true) {
    if (filled == bytes.size()) bytes.resize(std::max<std::size_t>(1 << 16, bytes.size() * 2));
    const ssize_t got = ::read(descriptor, bytes.data() + filled, bytes.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return detail::load_error(ErrorCode::kReadFailed,
                                "reading failed: " + std::string(std::strerror(errno)));
    }
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
    if (filled > limits.max_input_bytes) return detail::too_large(limits.max_input_bytes);
  }
  bytes.resize(filled);
  return std::unique_ptr<ByteSource>(std::make_unique<detail::OwnedBytes>(std::move(bytes)));
}

COSTENGINE_INLINE std::unique_ptr<ByteSource> view_memory(std::span<const std::byte> bytes) {
  return std::make_unique<detail::MemoryView>(bytes);
}

COSTENGINE_INLINE Result<std::string> sha256_hex(const ByteSource& source, Context& ctx) {
  constexpr std::uint64_t kChunk = 1 << 18;
  std::vector<std::byte> chunk(static_cast<std::size_t>(std::min(kChunk, source.size())));
  detail::Sha256 hash;
  for (std::uint64_t offset = 0; offset < source.size(); offset += kChunk) {
    COSTENGINE_CHECK(ctx.check(Stage::kLoad));
    const std::span<std::byte> part =
        std::span(chunk).first(static_cast<std::size_t>(std::min(kChunk, source.size() - offset)));
    COSTENGINE_CHECK(source.read_at(offset, part));
    hash.add(part.data(), part.size());
  }
  return hash.hex();
}

COSTENGINE_INLINE std::string sha256_hex(std::string_view text) {
  detail::Sha256 hash;
  hash.add(text.data(), text.size());
  return hash.hex();
}

}  // namespace costengine
