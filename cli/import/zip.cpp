// Layout: PKWARE APPNOTE.TXT 6.3, sections 4.3 (records), 4.4 (fields) and 4.5.3 (ZIP64).
#include "zip.hpp"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "model.hpp"

namespace costengine::import {
namespace {

constexpr std::uint32_t kLocalHeader = 0x04034b50;
constexpr std::uint32_t kDirectoryEntry = 0x02014b50;
constexpr std::uint32_t kEndOfDirectory = 0x06054b50;
constexpr std::uint32_t kEndOfDirectory64 = 0x06064b50;
constexpr std::uint32_t kLocator64 = 0x07064b50;
constexpr std::uint32_t kSee64 = 0xffffffff;
constexpr std::uint64_t kMaxEntryBytes = std::uint64_t{2} << 30;

[[noreturn]] void refuse_zip(const std::string& what) {
  refuse("the 3MF package is damaged: " + what + "; export it again", ErrorCode::kTruncated);
}

/// `length` bytes at `at`, or a refusal.
std::string_view slice(std::string_view bytes, std::uint64_t at, std::uint64_t length) {
  if (at > bytes.size() || length > bytes.size() - at) refuse_zip("it ends too early");
  return bytes.substr(at, length);
}

template <class Number>
Number little_endian(std::string_view bytes, std::uint64_t at) {
  const std::string_view raw = slice(bytes, at, sizeof(Number));
  std::uint64_t value = 0;
  for (std::size_t i = sizeof(Number); i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(raw[i]);
  }
  return static_cast<Number>(value);
}
constexpr auto u16 = little_endian<std::uint16_t>;
constexpr auto u32 = little_endian<std::uint32_t>;
constexpr auto u64 = little_endian<std::uint64_t>;

std::string lower(std::string_view name) {
  std::string result(name);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

}  // namespace

ZipArchive::ZipArchive(std::string_view bytes) : bytes_(bytes) {
  constexpr std::uint64_t kEndBytes = 22;
  constexpr std::uint64_t kLocatorBytes = 20;
  constexpr std::uint64_t kMaxComment = 65535;
  if (bytes.size() < kEndBytes) refuse_zip("it is too short for a ZIP archive");
  // The end record stands before a comment of unknown length: search backwards.
  std::uint64_t end = bytes.size() - kEndBytes;
  const std::uint64_t first = end > kMaxComment ? end - kMaxComment : 0;
  while (u32(bytes, end) != kEndOfDirectory) {
    if (end-- == first) refuse_zip("its directory is missing");
  }
  if (u16(bytes, end + 4) != 0) refuse_zip("it is spread over several files");
  std::uint64_t entries = u16(bytes, end + 10);
  std::uint64_t at = u32(bytes, end + 16);
  if (end >= kLocatorBytes && u32(bytes, end - kLocatorBytes) == kLocator64) {
    const std::uint64_t end64 = u64(bytes, end - kLocatorBytes + 8);
    if (u32(bytes, end64) != kEndOfDirectory64) refuse_zip("its directory is missing");
    entries = u64(bytes, end64 + 32);
    at = u64(bytes, end64 + 48);
  }
  read_directory(at, entries);
}

void ZipArchive::read_directory(std::uint64_t at, std::uint64_t entries) {
  constexpr std::uint64_t kEntryBytes = 46;
  for (std::uint64_t i = 0; i < entries; ++i) {
    if (u32(bytes_, at) != kDirectoryEntry) refuse_zip("its directory is cut");
    Entry entry{u16(bytes_, at + 8),  u16(bytes_, at + 10), u32(bytes_, at + 16),
                u32(bytes_, at + 20), u32(bytes_, at + 24), u32(bytes_, at + 42)};
    const std::uint64_t name_bytes = u16(bytes_, at + 28);
    const std::uint64_t extra_bytes = u16(bytes_, at + 30);
    const std::string_view name = slice(bytes_, at + kEntryBytes, name_bytes);
    const std::string_view extra = slice(bytes_, at + kEntryBytes + name_bytes, extra_bytes);
    for (std::uint64_t field = 0; field + 4 <= extra.size(); field += 4U + u16(extra, field + 2)) {
      if (u16(extra, field) != 1) continue;  // ZIP64: only the numbers that did not fit, in order
      std::uint64_t next = field + 4;
      for (std::uint64_t* number : {&entry.bytes, &entry.packed_bytes, &entry.header_at}) {
        if (*number != kSee64) continue;
        *number = u64(extra, next);
        next += 8;
      }
    }
    if (!entries_.emplace(lower(name), entry).second) refuse_zip("a part stands in it twice");
    at += kEntryBytes + name_bytes + extra_bytes + u16(bytes_, at + 32);
  }
}

bool ZipArchive::contains(std::string_view name) const {
  return entries_.contains(lower(name));
}

std::string ZipArchive::read(std::string_view name) const {
  const auto found = entries_.find(lower(name));
  if (found == entries_.end()) refuse_zip("the part " + std::string(name) + " is missing");
  const Entry& entry = found->second;
  constexpr std::uint64_t kLocalBytes = 30;
  constexpr std::uint16_t kEncrypted = 1;
  if (u32(bytes_, entry.header_at) != kLocalHeader) refuse_zip("a part is not where it should be");
  if ((entry.flags & kEncrypted) != 0) refuse("the 3MF package is encrypted");
  if (entry.bytes > kMaxEntryBytes) refuse("a part of the 3MF package unpacks to over 2 GiB");
  const std::uint64_t names =
      std::uint64_t{u16(bytes_, entry.header_at + 26)} + u16(bytes_, entry.header_at + 28);
  const std::string_view packed =
      slice(bytes_, entry.header_at + kLocalBytes + names, entry.packed_bytes);
  if (packed.size() > std::numeric_limits<uInt>::max()) refuse_zip("a part is too large");

  std::string unpacked;
  constexpr std::uint16_t kStored = 0;
  constexpr std::uint16_t kDeflated = 8;
  if (entry.method == kStored) {
    unpacked = packed;
  } else if (entry.method == kDeflated) {
    z_stream stream{};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) throw std::bad_alloc();
    // zlib's interface is not const; it does not write to its input.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    int status = Z_OK;
    // Grow with what arrives, not with what the directory claims.
    while (status == Z_OK && unpacked.size() <= entry.bytes) {
      constexpr std::size_t kStep = std::size_t{4} << 20;
      const std::size_t old = unpacked.size();
      unpacked.resize(old + kStep);
      stream.next_out = reinterpret_cast<Bytef*>(unpacked.data() + old);
      stream.avail_out = kStep;
      status = inflate(&stream, Z_NO_FLUSH);
      unpacked.resize(old + kStep - stream.avail_out);
    }
    inflateEnd(&stream);
    if (status != Z_STREAM_END) refuse_zip("a part cannot be unpacked");
  } else {
    refuse("the 3MF package is packed by a method other than deflate: export it again");
  }
  const auto crc = crc32_z(0, reinterpret_cast<const Bytef*>(unpacked.data()), unpacked.size());
  if (unpacked.size() != entry.bytes || crc != entry.crc) refuse_zip("a part fails its checksum");
  return unpacked;
}

}  // namespace costengine::import
