/// The parts of a 3MF package: entries of a ZIP archive in memory, through libzip.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

struct zip;  // libzip's

namespace costengine::import {

class PackageParts {
 public:
  /// Reads the directory. `bytes` must outlive the object. Refuses what is no ZIP archive, is cut,
  /// is spread over several files, or has a part twice.
  explicit PackageParts(std::string_view bytes);

  /// The unpacked part, checked against size and CRC. Names are compared without regard to ASCII
  /// case. Refuses parts that are missing, encrypted, packed by another method than deflate, or
  /// above 2 GiB.
  [[nodiscard]] std::string read(std::string_view name) const;

 private:
  struct Close {
    void operator()(zip* archive) const;
  };
  std::unique_ptr<zip, Close> archive_;
  std::map<std::string, std::uint64_t> index_of_;
};

}  // namespace costengine::import
