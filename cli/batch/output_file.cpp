#include "output_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include "command_line/command_line.hpp"
#include "output.hpp"

namespace costengine::cli {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 20;

/// So that the new name is on the disk too; a folder that cannot be flushed is none of our errors.
void flush_folder_of(const std::string& path) {
  std::string folder = std::filesystem::path(path).parent_path().string();
  if (folder.empty()) folder = ".";
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  (void)::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

std::string output_path(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    if (std::filesystem::is_symlink(path, error)) {
      throw UsageError("--output " + path + " is a link that leads nowhere");
    }
    return path;
  }
  if (status.type() != std::filesystem::file_type::regular) {
    throw UsageError("--output takes a regular file, which " + path + " is not");
  }
  if (!std::filesystem::is_symlink(path, error)) return path;
  return std::filesystem::canonical(path, error).string();
}

OutputFile::OutputFile(std::string path) : path_(std::move(path)), part_(path_ + ".part") {
  constexpr mode_t kAllMayReadAndWrite = 0666;  // less the caller's umask
  (void)::unlink(part_.c_str());                // of a batch that was killed
  file_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kAllMayReadAndWrite);
  if (file_ < 0) fail(errno);
}

OutputFile::~OutputFile() {
  if (file_ < 0) return;
  ::close(file_);
  (void)::unlink(part_.c_str());
}

void OutputFile::fail(int error) const {
  throw OutputError("cannot write to " + part_ + ": " + std::strerror(error));
}

void OutputFile::write(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= kBufferBytes) flush();
}

void OutputFile::flush() {
  if (const int error = write_all(file_, buffer_)) fail(error);
  buffer_.clear();
}

void OutputFile::put_in_place() {
  flush();
  if (::fsync(file_) != 0) fail(errno);
  if (std::rename(part_.c_str(), path_.c_str()) != 0) fail(errno);
  ::close(std::exchange(file_, -1));
  flush_folder_of(path_);
}

}  // namespace costengine::cli
