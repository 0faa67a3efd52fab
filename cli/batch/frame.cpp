#include "frame.hpp"

#include <cstring>
#include <span>

#include "import_protocol.hpp"

namespace costengine::cli {
namespace {

struct Header {
  std::uint32_t magic = 0x62656331;
  std::uint32_t bytes = 0;
  std::uint64_t checksum = 0;
};
static_assert(sizeof(Header) == kFrameHeaderBytes);

Header header_of(std::string_view payload) {
  import_protocol::Checksum checksum;
  checksum.add(std::as_bytes(std::span(payload)));
  Header header;
  header.bytes = static_cast<std::uint32_t>(payload.size());
  header.checksum = checksum.value();
  return header;
}

}  // namespace

std::string framed(std::string_view payload) {
  const Header header = header_of(payload);
  std::string frame(sizeof header, '\0');
  std::memcpy(frame.data(), &header, sizeof header);
  frame += payload;
  return frame;
}

void FrameReader::add(std::string_view bytes) {
  if (taken_ > 0) bytes_.erase(0, taken_);
  taken_ = 0;
  bytes_ += bytes;
}

std::optional<std::string> FrameReader::next() {
  if (broken_ || left_over() < sizeof(Header)) return {};
  Header header;
  std::memcpy(&header, bytes_.data() + taken_, sizeof header);
  if (header.magic != Header{}.magic || header.bytes > kMaxFrameBytes) {
    broken_ = true;
    return {};
  }
  if (left_over() - sizeof header < header.bytes) return {};
  std::string payload = bytes_.substr(taken_ + sizeof header, header.bytes);
  if (header_of(payload).checksum != header.checksum) {
    broken_ = true;
    return {};
  }
  taken_ += sizeof header + header.bytes;
  offset_ += sizeof header + header.bytes;
  return payload;
}

}  // namespace costengine::cli
