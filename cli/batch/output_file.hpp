/// A file that appears under its name complete or not at all.
#pragma once

#include <string>
#include <string_view>

namespace costengine::cli {

/// The file that `path` means: where it is a link, what it leads to. Throws UsageError if that is
/// something else than a regular file or nothing yet.
std::string output_path(const std::string& path);

/// Writes beside the file, into PATH.part, which takes the file's name in the end. All functions
/// throw OutputError.
class OutputFile {
 public:
  explicit OutputFile(std::string path);
  ~OutputFile();  ///< removes what was not put in place
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view text);
  void put_in_place();  ///< once it is on the disk

 private:
  void flush();
  [[noreturn]] void fail(int error) const;

  std::string path_, part_;
  int file_ = -1;
  std::string buffer_;
};

}  // namespace costengine::cli
