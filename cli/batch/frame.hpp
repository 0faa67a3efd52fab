/// Frames: pieces of a stream that are known to be whole. A pipe to a worker and the journal are
/// made of them; a frame that was cut or changed anywhere is noticed by its length and checksum.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace costengine::cli {

constexpr std::size_t kFrameHeaderBytes = 16;
constexpr std::uint32_t kMaxFrameBytes = std::uint32_t{1} << 28;

/// `payload` as a frame. Precondition: payload.size() <= kMaxFrameBytes.
std::string framed(std::string_view payload);

/// Takes a stream in pieces of any size and gives back the frames in it.
class FrameReader {
 public:
  void add(std::string_view bytes);

  /// The payload of the next frame, once all of it is there.
  std::optional<std::string> next();

  /// The stream is no frame where one should begin: nothing more will come.
  [[nodiscard]] bool broken() const { return broken_; }
  /// Bytes that belong to no whole frame yet.
  [[nodiscard]] std::size_t left_over() const { return bytes_.size() - taken_; }
  /// Bytes of the stream before the first frame that next() has not given.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }

 private:
  std::string bytes_;
  std::size_t taken_ = 0;
  std::uint64_t offset_ = 0;
  bool broken_ = false;
};

}  // namespace costengine::cli
