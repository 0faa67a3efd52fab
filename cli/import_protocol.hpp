/// What costengine-import writes to its standard output, read by import_process.cpp.
///
/// AnswerHeader, then either `message_bytes` of text (status != 0) or `vertices` triples of double
/// (millimetres) and `facets` triples of uint32, then AnswerEnd, then end of file. Numbers are in
/// the machine's own byte order: both sides run on the same machine. The checksum and the end mark
/// come last, so that an answer cut anywhere cannot be taken for a mesh.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace costengine::import_protocol {

constexpr std::array<char, 8> kMagic = {'C', 'E', 'i', 'm', 'p', 'o', 'r', 't'};
constexpr std::array<char, 8> kEndMark = {'C', 'E', 'c', 'l', 'o', 's', 'e', 'd'};
constexpr std::uint32_t kVersion = 1;
constexpr std::uint64_t kMaxMessageBytes = 4096;
constexpr std::uint32_t kStatusMesh = 0;  ///< any other status is an ErrorCode

struct AnswerHeader {
  std::array<char, 8> magic = kMagic;
  std::uint32_t version = kVersion;
  std::uint32_t status = kStatusMesh;
  std::uint64_t vertices = 0;  ///< at most 3 per facet
  std::uint64_t facets = 0;
  std::uint64_t dropped = 0;        ///< points, lines and polygons without three corners
  std::uint64_t message_bytes = 0;  ///< at most kMaxMessageBytes; 0 with a mesh
};
static_assert(sizeof(AnswerHeader) == 48);

struct AnswerEnd {
  std::uint64_t checksum = 0;  ///< of every byte between header and end
  std::array<char, 8> mark = kEndMark;
};
static_assert(sizeof(AnswerEnd) == 16);

/// FNV-1a over 32-bit words (a tail is padded with zeros). It guards against accidents, not against
/// a helper that lies: whoever reads the answer must check every index and coordinate.
class Checksum {
 public:
  /// Every call but the last must pass a multiple of 4 bytes.
  void add(std::span<const std::byte> bytes) {
    for (std::size_t i = 0; i < bytes.size(); i += 4) {
      std::uint32_t word = 0;
      std::memcpy(&word, bytes.data() + i, std::min<std::size_t>(4, bytes.size() - i));
      state_ = (state_ ^ word) * 0x100000001b3U;
    }
  }
  [[nodiscard]] std::uint64_t value() const { return state_; }

 private:
  std::uint64_t state_ = 0xcbf29ce484222325U;
};

}  // namespace costengine::import_protocol
