/// Where bytes come from: a file, memory, or a stream read to its end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "costengine/base/context.hpp"
#include "costengine/base/error.hpp"

namespace costengine {

/// Random access to a fixed number of bytes.
/// Threads: read_at() may be called from many threads at once.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  [[nodiscard]] virtual std::uint64_t size() const noexcept = 0;

  /// Fills all of `out` with the bytes from `offset` on.
  /// Errors: kReadFailed if the system fails or the bytes are no longer there (a file that was cut
  /// while it is read). Precondition: offset + out.size() <= size().
  [[nodiscard]] virtual Status read_at(std::uint64_t offset, std::span<std::byte> out) const = 0;

  /// False if the bytes are certainly those that were there when the source was made. A file may
  /// have changed if its times say so, or if it was written in the last two seconds before.
  [[nodiscard]] virtual bool may_have_changed() const noexcept { return true; }
};

/// Opens a regular file for reading. It is never mapped into memory (cutting a mapped file under
/// its reader kills the process) and held open until the source is destroyed.
/// Errors: kFileNotFound, kNotRegularFile, kLimitBytes.
Result<std::unique_ptr<ByteSource>> open_file(const std::string& path, const Limits& limits);

/// Reads a file descriptor to its end (standard input, a pipe). Errors: kReadFailed, kLimitBytes.
Result<std::unique_ptr<ByteSource>> read_descriptor(int descriptor, const Limits& limits);

/// Bytes the caller owns and keeps alive; nothing is copied.
std::unique_ptr<ByteSource> view_memory(std::span<const std::byte> bytes);

/// SHA-256 of all bytes as 64 lower-case hexadecimal digits. Cost: one pass over the bytes.
/// Errors: kReadFailed, kCancelled.
Result<std::string> sha256_hex(const ByteSource& source, Context& ctx);
std::string sha256_hex(std::string_view text);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/base/byte_source.ipp"
#endif
