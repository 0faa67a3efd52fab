/// Entries of a ZIP archive in memory, as a 3MF package needs them: stored or deflated, ZIP64 too.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace costengine::import {

class ZipArchive {
 public:
  /// Reads the central directory. `bytes` must outlive the archive. Refuses what is not a ZIP
  /// archive, is cut, or is spread over several disks.
  explicit ZipArchive(std::string_view bytes);

  /// Names are compared without regard to ASCII case, as package part names are.
  [[nodiscard]] bool contains(std::string_view name) const;

  /// The unpacked bytes, checked against size and CRC. Refuses encrypted entries, other methods,
  /// entries that are missing and those above 2 GiB.
  [[nodiscard]] std::string read(std::string_view name) const;

 private:
  struct Entry {
    std::uint16_t flags = 0;
    std::uint16_t method = 0;
    std::uint32_t crc = 0;
    std::uint64_t packed_bytes = 0;
    std::uint64_t bytes = 0;
    std::uint64_t header_at = 0;
  };
  void read_directory(std::uint64_t at, std::uint64_t entries);

  std::string_view bytes_;
  std::map<std::string, Entry> entries_;
};

}  // namespace costengine::import
