#include "output.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>

#include "costengine/report/printable.hpp"

namespace costengine::cli {
namespace {

[[noreturn]] void fail(int error) {
  switch (error) {
    case EPIPE:
      throw OutputError("standard output was closed by its reader; the output is cut");
    case EBADF:
      throw OutputError("standard output is closed; there is nowhere to print to");
    default:
      throw OutputError("cannot write to standard output: " + std::string(std::strerror(error)));
  }
}

}  // namespace

int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

void prepare_streams() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) != -1) continue;
    // Opened the wrong way round: whoever uses the closed stream gets EBADF, as before. The lowest
    // free descriptor is the one that is missing.
    const int mode = descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY;
    if (::open("/dev/null", mode) != descriptor) std::abort();
  }
}

void print(std::string_view text) {
  if (const int error = write_all(STDOUT_FILENO, text)) fail(error);
}

void write_file(const std::string& path, std::string_view text) {
  constexpr mode_t kAllMayReadAndWrite = 0666;  // less the caller's umask
  const int file =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kAllMayReadAndWrite);
  int error = file < 0 ? errno : write_all(file, text);
  if (file >= 0) {
    if (error != 0) (void)!::ftruncate(file, 0);
    if (::close(file) != 0 && errno != EINTR && error == 0) error = errno;
  }
  if (error != 0) throw OutputError("cannot write to " + path + ": " + std::strerror(error));
}

void finish_output() {
  if (::close(STDOUT_FILENO) != 0 && errno != EINTR) fail(errno);
}

void complain(std::string_view message) {
  // Nobody is left to tell if this fails.
  (void)write_all(STDERR_FILENO, "costengine: " + printable(message) + "\n");
}

bool output_is_terminal() {
  return ::isatty(STDOUT_FILENO) == 1;
}

bool output_takes_colour() {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  const bool unwanted = no_colour != nullptr && *no_colour != '\0';
  const bool dumb = terminal == nullptr || std::strcmp(terminal, "dumb") == 0;
  return output_is_terminal() && !unwanted && !dumb;
}

bool errors_go_to_terminal() {
  return ::isatty(STDERR_FILENO) == 1;
}

}  // namespace costengine::cli
