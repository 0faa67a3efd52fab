#include "import_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "import_protocol.hpp"

namespace costengine::cli {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kPollMs = 50;
constexpr std::size_t kChunkBytes = std::size_t{1} << 20;

Error failed(std::string message) {
  return {ErrorCode::kImportFailed, Stage::kLoad, std::move(message), {}, {}};
}

Error system_failed(const char* what) {
  return failed(std::string("cannot run the import helper: ") + what + ": " + std::strerror(errno));
}

/// A descriptor that closes itself.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd() { reset(); }
  void reset() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool ok() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// Moves a descriptor above the three standard ones: a host that closed its own would otherwise
/// get them here, and connecting the child would overwrite one with another.
Fd above_standard(Fd fd) {
  if (!fd.ok() || fd.get() > STDERR_FILENO) return fd;
  return Fd(::fcntl(fd.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
}

/// The input as an anonymous file in memory: the helper can read it at leisure, so nobody waits
/// for anybody, and it has no name that could be opened.
Result<Fd> copy_to_memory_file(const ByteSource& source, Context& ctx) {
  Fd file = above_standard(Fd(::memfd_create("costengine-import", MFD_CLOEXEC)));
  if (!file.ok()) return system_failed("memfd_create");
  std::vector<std::byte> chunk(std::min<std::uint64_t>(source.size(), kChunkBytes));
  for (std::uint64_t offset = 0; offset < source.size();) {
    COSTENGINE_CHECK(ctx.check(Stage::kLoad));
    const auto bytes = std::min<std::uint64_t>(chunk.size(), source.size() - offset);
    COSTENGINE_CHECK(source.read_at(offset, std::span(chunk).first(bytes)));
    for (std::size_t done = 0; done < bytes;) {
      const ssize_t n = ::write(file.get(), chunk.data() + done, bytes - done);
      if (n < 0 && errno != EINTR) return system_failed("copying the file to memory");
      if (n > 0) done += static_cast<std::size_t>(n);
    }
    offset += bytes;
  }
  if (::lseek(file.get(), 0, SEEK_SET) != 0) return system_failed("lseek");
  return file;
}

/// A started helper: killed and reaped when it goes out of scope.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (reaped_) return;
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }

  /// True once the helper has ended.
  bool poll_ended() {
    if (reaped_) return true;
    const pid_t got = ::waitpid(pid_, &status_, WNOHANG);
    // A host that ignores SIGCHLD has its children reaped by the system: the status is lost and
    // only the answer can tell.
    if (got == pid_ || (got < 0 && errno == ECHILD)) reaped_ = true;
    return reaped_;
  }

  /// What its end says if it was not a success.
  [[nodiscard]] std::optional<Error> failure() const {
    if (WIFSIGNALED(status_)) {
      const int signal = WTERMSIG(status_);
      if (signal == SIGXCPU || signal == SIGKILL) {
        return failed(
            "the import helper used up its processor time or memory and was stopped; "
            "convert the model to STL or OBJ");
      }
      return failed("the import helper crashed on this file (signal " + std::to_string(signal) +
                    "); it is damaged or meets a defect of the reader: export it again or "
                    "convert it to STL or OBJ");
    }
    if (WEXITSTATUS(status_) != 0) {
      return failed("the import helper ended with status " + std::to_string(WEXITSTATUS(status_)) +
                    " and no answer; check that it is the costengine-import of this version");
    }
    return std::nullopt;
  }

 private:
  pid_t pid_;
  int status_ = 0;
  bool reaped_ = false;
};

struct Started {
  pid_t pid;
  Fd answer;
};

Error not_installed(const std::string& helper, MeshFormat format) {
  const std::string where = helper.empty() ? "" : " (looked for " + helper + ")";
  return {ErrorCode::kUnsupportedFormat,
          Stage::kLoad,
          std::string(mesh_format_name(format)) +
              " files need the import helper costengine-import, which is not installed" + where +
              ": build with COSTENGINE_BUILD_IMPORT=ON or convert the model to STL or OBJ",
          {},
          {}};
}

Result<Started> start(const std::string& helper, MeshFormat format, const Fd& input) {
  if (helper.empty()) return not_installed(helper, format);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_failed("pipe");
  Fd read_end = above_standard(Fd(ends[0]));
  const Fd write_end = above_standard(Fd(ends[1]));
  if (!read_end.ok() || !write_end.ok()) return system_failed("dup");
  if (::fcntl(read_end.get(), F_SETFL, O_NONBLOCK) != 0) return system_failed("fcntl");
  // Fewer turns between the two processes; where it is refused the default size serves too.
  ::fcntl(read_end.get(), F_SETPIPE_SZ, static_cast<int>(kChunkBytes));

  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  if (::posix_spawn_file_actions_init(&files) != 0) return system_failed("posix_spawn");
  if (::posix_spawnattr_init(&attributes) != 0) {
    ::posix_spawn_file_actions_destroy(&files);
    return system_failed("posix_spawn");
  }
  sigset_t none;
  sigset_t all;
  ::sigemptyset(&none);
  ::sigfillset(&all);
  int error = 0;
  const auto step = [&error](int result) {
    if (error == 0) error = result;
  };
  step(::posix_spawn_file_actions_adddup2(&files, input.get(), STDIN_FILENO));
  step(::posix_spawn_file_actions_adddup2(&files, write_end.get(), STDOUT_FILENO));
  step(::posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0));
  step(::posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1));
  step(::posix_spawnattr_setsigmask(&attributes, &none));
  step(::posix_spawnattr_setsigdefault(&attributes, &all));
  step(::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));

  std::string program = helper;
  std::string format_name(mesh_format_name(format));
  char* arguments[] = {program.data(), format_name.data(), nullptr};
  char* environment[] = {nullptr};
  pid_t pid = -1;
  if (error == 0) {
    error = ::posix_spawn(&pid, helper.c_str(), &files, &attributes, arguments, environment);
  }
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&files);
  if (error == ENOENT || error == EACCES || error == ENOTDIR) return not_installed(helper, format);
  if (error != 0) {
    errno = error;
    return system_failed(helper.c_str());
  }
  return Started{pid, std::move(read_end)};
}

/// Reads the answer, never longer than the deadline and never past a cancellation.
class AnswerReader {
 public:
  AnswerReader(const Fd& answer, const ImportProcessOptions& options, Context& ctx)
      : fd_(answer.get()),
        ctx_(ctx),
        max_wall_ms_(options.max_wall_ms),
        deadline_(Clock::now() + std::chrono::milliseconds(options.max_wall_ms)) {}

  /// kCancelled, kLimitTime or kImportFailed if the helper may not go on.
  [[nodiscard]] Status check() const {
    COSTENGINE_CHECK(ctx_.check(Stage::kLoad));
    if (Clock::now() > deadline_) {
      return failed("the import helper took longer than " + std::to_string(max_wall_ms_) +
                    " ms and was stopped; convert the model to STL or OBJ");
    }
    return Ok{};
  }

  [[nodiscard]] bool ended() const { return ended_; }  ///< the helper has closed its side

  /// Fills `out`, or fewer bytes where the answer ends.
  Result<std::size_t> read(std::span<std::byte> out) {
    std::size_t done = 0;
    while (done < out.size()) {
      COSTENGINE_CHECK(check());
      const ssize_t n = ::read(fd_, out.data() + done, out.size() - done);
      if (n > 0) {
        done += static_cast<std::size_t>(n);
      } else if (n == 0) {
        ended_ = true;
        return done;
      } else if (errno == EAGAIN) {
        pollfd waiting{fd_, POLLIN, 0};
        ::poll(&waiting, 1, kPollMs);
      } else if (errno != EINTR) {
        return system_failed("reading its answer");
      }
    }
    return done;
  }

  /// Fills `out`; an answer that ends before is kImportFailed.
  Status read_all(std::span<std::byte> out) {
    COSTENGINE_TRY(const std::size_t done, read(out));
    if (done < out.size()) return failed("the import helper stopped in the middle of its answer");
    return Ok{};
  }

  /// Reads `count` items, taking memory only for what has arrived: a header may lie.
  template <class Item>
  Status read_items(std::uint64_t count, std::vector<Item>& items,
                    import_protocol::Checksum& checksum) {
    constexpr std::uint64_t kStep = kChunkBytes / sizeof(Item);
    while (items.size() < count) {
      const std::size_t old = items.size();
      items.resize(old + static_cast<std::size_t>(std::min(kStep, count - old)));
      const auto fresh = std::as_writable_bytes(std::span(items).subspan(old));
      COSTENGINE_CHECK(read_all(fresh));
      checksum.add(fresh);
    }
    return Ok{};
  }

 private:
  int fd_;
  Context& ctx_;
  std::uint64_t max_wall_ms_;
  Clock::time_point deadline_;
  bool ended_ = false;
};

/// The helper's words may quote the file: one line of printable ASCII remains.
std::string printable(std::string text) {
  for (char& c : text) {
    if (c < ' ' || c > '~') c = c == '\n' || c == '\t' ? ' ' : '?';
  }
  constexpr std::size_t kMaxShown = 400;
  if (text.size() > kMaxShown) text = text.substr(0, kMaxShown) + "...";
  return text;
}

/// The code of a refusal: the few that the helper may give, kImportFailed for anything else.
ErrorCode refusal_code(std::uint32_t status) {
  for (const ErrorCode code : {ErrorCode::kNoFaces, ErrorCode::kIndex, ErrorCode::kNonfinite,
                               ErrorCode::kNumber, ErrorCode::kTruncated}) {
    if (status == static_cast<std::uint32_t>(code)) return code;
  }
  return ErrorCode::kImportFailed;
}

Status check_mesh(const Mesh& mesh, Context& ctx) {
  constexpr std::size_t kBlock = std::size_t{1} << 18;
  for (std::size_t i = 0; i < mesh.vertices.size(); ++i) {
    if (i % kBlock == 0) COSTENGINE_CHECK(ctx.check(Stage::kLoad));
    const Vec3& v = mesh.vertices[i];
    if (!std::isfinite(v.x) || !std::isfinite(v.y) || !std::isfinite(v.z)) {
      return Error{ErrorCode::kNonfinite,
                   Stage::kLoad,
                   "vertex " + std::to_string(i) + " has a coordinate that is not a finite number",
                   {},
                   {}};
    }
  }
  for (std::size_t i = 0; i < mesh.facets.size(); ++i) {
    if (i % kBlock == 0) COSTENGINE_CHECK(ctx.check(Stage::kLoad));
    for (const std::uint32_t index : mesh.facets[i]) {
      if (index < mesh.vertices.size()) continue;
      return Error{ErrorCode::kIndex,
                   Stage::kLoad,
                   "facet " + std::to_string(i) + " refers to vertex " + std::to_string(index) +
                       ", but there are only " + std::to_string(mesh.vertices.size()),
                   {},
                   {}};
    }
  }
  return Ok{};
}

struct Answer {
  std::optional<Error> refusal;
  LoadedMesh loaded;
};

Result<Answer> read_answer(AnswerReader& reader, MeshFormat format, Context& ctx) {
  import_protocol::AnswerHeader header;
  COSTENGINE_CHECK(reader.read_all(std::as_writable_bytes(std::span(&header, 1))));
  const Error nonsense = failed(
      "the import helper's answer is not understood; check that it is the "
      "costengine-import of this version");
  if (header.magic != import_protocol::kMagic || header.version != import_protocol::kVersion ||
      header.message_bytes > import_protocol::kMaxMessageBytes) {
    return nonsense;
  }
  Answer answer;
  import_protocol::Checksum checksum;
  if (header.status != import_protocol::kStatusMesh) {
    std::string message(header.message_bytes, '\0');
    const auto bytes = std::as_writable_bytes(std::span(message));
    COSTENGINE_CHECK(reader.read_all(bytes));
    checksum.add(bytes);
    answer.refusal =
        Error{refusal_code(header.status), Stage::kLoad, printable(std::move(message)), {}, {}};
  } else {
    if (header.facets > ctx.limits().max_facets) {
      return Error{ErrorCode::kLimitFacets,
                   Stage::kLoad,
                   "the model has " + std::to_string(header.facets) + " facets, more than the " +
                       std::to_string(ctx.limits().max_facets) +
                       " allowed: simplify it or raise the limit",
                   {},
                   {}};
    }
    if (header.facets == 0) {
      return Error{ErrorCode::kNoFaces,
                   Stage::kLoad,
                   "the file contains no facets: export a mesh, not points or lines",
                   {},
                   {}};
    }
    if (header.vertices > 3 * header.facets || header.message_bytes != 0) return nonsense;
    Mesh& mesh = answer.loaded.mesh;
    COSTENGINE_CHECK(reader.read_items(header.vertices, mesh.vertices, checksum));
    COSTENGINE_CHECK(reader.read_items(header.facets, mesh.facets, checksum));
  }
  import_protocol::AnswerEnd end;
  COSTENGINE_CHECK(reader.read_all(std::as_writable_bytes(std::span(&end, 1))));
  std::byte more;
  COSTENGINE_TRY(const std::size_t extra, reader.read(std::span(&more, 1)));
  if (end.mark != import_protocol::kEndMark || end.checksum != checksum.value() || extra != 0) {
    return nonsense;
  }
  if (answer.refusal) return answer;
  COSTENGINE_CHECK(check_mesh(answer.loaded.mesh, ctx));
  answer.loaded.format = format;
  answer.loaded.facets_read = header.facets;
  if (header.dropped != 0) {
    answer.loaded.findings.push_back({FindingCode::kIgnored,
                                      Severity::kNote,
                                      header.dropped,
                                      "points, lines or faces without three corners",
                                      {},
                                      "they enclose nothing and were left out"});
  }
  return answer;
}

Result<LoadedMesh> import(const std::string& helper, const ImportProcessOptions& options,
                          const ByteSource& source, MeshFormat format, Context& ctx) {
  COSTENGINE_TRY(Fd input, copy_to_memory_file(source, ctx));
  COSTENGINE_TRY(Started started, start(helper, format, input));
  input.reset();
  Child child(started.pid);
  AnswerReader reader(started.answer, options, ctx);
  auto answer = read_answer(reader, format, ctx);
  const bool answered = answer.ok();
  if (!answered && !reader.ended()) return std::move(answer).error();
  // How it ended explains a missing answer, and a mesh counts only from a helper that ended well.
  for (int wait_ms = 1; !child.poll_ended(); wait_ms = std::min(2 * wait_ms, kPollMs)) {
    if (Status status = reader.check(); !status.ok()) {
      return answered ? std::move(status).error() : std::move(answer).error();
    }
    ::poll(nullptr, 0, wait_ms);
  }
  if (answered && answer.value().refusal) return *answer.value().refusal;
  if (auto failure = child.failure()) return *std::move(failure);
  if (!answered) return std::move(answer).error();
  return std::move(answer).value().loaded;
}

}  // namespace

Importer make_process_importer(std::string helper_path, ImportProcessOptions options) {
  return [helper = std::move(helper_path), options](const ByteSource& source, MeshFormat format,
                                                    Context& ctx) -> Result<LoadedMesh> {
    try {
      return import(helper, options, source, format, ctx);
    } catch (const std::bad_alloc&) {
      return Error{
          ErrorCode::kOutOfMemory, Stage::kLoad, "not enough memory for the imported mesh", {}, {}};
    }
  };
}

std::string default_import_helper() {
  std::string executable(4096, '\0');
  const ssize_t length = ::readlink("/proc/self/exe", executable.data(), executable.size());
  if (length <= 0 || static_cast<std::size_t>(length) == executable.size()) return {};
  executable.resize(static_cast<std::size_t>(length));
  const std::string directory = executable.substr(0, executable.rfind('/'));
  for (const char* place : {"/costengine-import", "/../libexec/costengine/costengine-import"}) {
    std::string candidate = directory + place;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

}  // namespace costengine::cli
