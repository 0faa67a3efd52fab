#include "observe/replace_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "output.hpp"

namespace costengine::cli {
namespace {

[[noreturn]] void fail(const std::string& path, int error) {
  throw OutputError("cannot write to " + path + ": " + std::strerror(error));
}

}  // namespace

void replace_file(const std::string& path, std::string_view text) {
  constexpr mode_t kAllMayReadAndWrite = 0666;  // less the caller's umask
  std::error_code none;
  const auto old = std::filesystem::status(path, none);
  if (std::filesystem::exists(old) && !std::filesystem::is_regular_file(old)) {
    throw OutputError("cannot write to " + path + ": not a regular file");
  }
  // A link stays one.
  const std::filesystem::path real = std::filesystem::canonical(path, none);
  const std::string target = none ? path : real.string();
  // Not *.prom: a collector of such files must not see it.
  const std::string fresh = target + "." + std::to_string(::getpid()) + ".tmp";
  ::unlink(fresh.c_str());
  const int file =
      ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kAllMayReadAndWrite);
  if (file < 0) fail(path, errno);
  int error = write_all(file, text);
  if (::close(file) != 0 && errno != EINTR && error == 0) error = errno;
  if (error == 0 && std::rename(fresh.c_str(), target.c_str()) != 0) error = errno;
  if (error == 0) return;
  ::unlink(fresh.c_str());
  fail(path, error);
}

}  // namespace costengine::cli
