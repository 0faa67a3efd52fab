#include "journal.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <optional>
#include <vector>

#include "command_line/command_line.hpp"
#include "fingerprint.hpp"
#include "frame.hpp"
#include "output.hpp"

namespace costengine::cli {
namespace {

constexpr std::string_view kMagic = "costengine batch journal 1\n";

/// Fewer bytes than asked for only at the end of the file. Negative: errno says why.
ssize_t read_at(int file, char* out, std::size_t bytes, std::uint64_t offset) {
  std::size_t done = 0;
  while (done < bytes) {
    const ssize_t got = ::pread(file, out + done, bytes - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return got;
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return static_cast<ssize_t>(done);
}

struct Record {
  FileState state;
  Row row;
};

std::string encode(const FileState& state, const Row& row) {
  WireWriter out;
  out.number(state.bytes);
  out.number(std::bit_cast<std::uint64_t>(state.changed_ns));
  put(out, row);
  return std::move(out).take();
}

std::optional<Record> decode_record(std::string_view bytes) {
  WireReader in(bytes);
  Record record;
  record.state.bytes = in.number();
  record.state.changed_ns = std::bit_cast<std::int64_t>(in.number());
  record.row = take_row(in);
  if (!in.at_end()) return {};
  return record;
}

}  // namespace

Journal::Journal(const std::string& path, const std::string& fingerprint, bool resume,
                 const Finished& finished)
    : path_(path) {
  constexpr mode_t kAllMayReadAndWrite = 0666;  // less the caller's umask
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
                 kAllMayReadAndWrite);
  if (file_ < 0) fail(errno);
  try {
    lock(resume);
    read(fingerprint, finished);
  } catch (...) {
    ::close(file_);
    throw;
  }
}

Journal::~Journal() {
  if (file_ >= 0) ::close(file_);
}

void Journal::fail(int error) const {
  throw OutputError("cannot write to " + path_ + ": " + std::strerror(error));
}

void Journal::lock(bool resume) {
  struct stat info {};
  if (::fstat(file_, &info) != 0) fail(errno);
  if (!S_ISREG(info.st_mode)) throw UsageError(path_ + " is in the way; move it elsewhere");
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  if (::fcntl(file_, F_SETLK, &whole) != 0 && (errno == EAGAIN || errno == EACCES)) {
    throw UsageError("another batch is writing to this output: it holds " + path_);
  }
  if (info.st_size > 0 && !resume) {
    throw UsageError(path_ +
                     " is there from a batch that was not finished: go on with --resume, or "
                     "remove it to begin again");
  }
}

void Journal::read(const std::string& fingerprint, const Finished& finished) {
  std::string magic(kMagic.size(), '\0');
  const ssize_t got = read_at(file_, magic.data(), magic.size(), 0);
  if (got < 0) fail(errno);
  magic.resize(static_cast<std::size_t>(got));
  if (!kMagic.starts_with(magic)) {
    throw UsageError(path_ + " is not the journal of a batch; move it elsewhere");
  }
  FrameReader frames;
  bool begun = false;
  end_ = kMagic.size();
  std::vector<char> chunk(std::size_t{1} << 20);
  for (std::uint64_t at = end_; !frames.broken();) {
    const ssize_t bytes = read_at(file_, chunk.data(), chunk.size(), at);
    if (bytes < 0) fail(errno);
    if (bytes == 0) break;
    at += static_cast<std::uint64_t>(bytes);
    frames.add({chunk.data(), static_cast<std::size_t>(bytes)});
    while (const auto frame = frames.next()) {
      const Place place{end_, kMagic.size() + frames.offset() - end_};
      if (!begun) {
        if (const std::string names = differences(*frame, fingerprint); !names.empty()) {
          throw UsageError(path_ + " is of a batch with another " + names +
                           ": use the same again, or remove it to begin again");
        }
        begun = true;
      } else {
        const auto record = decode_record(*frame);
        if (!record) break;
        finished(record->state, record->row.summary, place);
      }
      end_ = place.offset + place.bytes;
    }
  }
  if (begun) {
    if (::ftruncate(file_, static_cast<off_t>(end_)) != 0) fail(errno);
    return;
  }
  end_ = 0;
  if (::ftruncate(file_, 0) != 0) fail(errno);
  append_frame(std::string(kMagic) + framed(fingerprint));
}

Journal::Place Journal::append(const FileState& state, const Row& row) {
  const std::string frame = framed(encode(state, row));
  const Place place{end_, frame.size()};
  append_frame(frame);
  return place;
}

void Journal::append_frame(const std::string& frame) {
  for (std::size_t done = 0; done < frame.size();) {
    const ssize_t written =
        ::pwrite(file_, frame.data() + done, frame.size() - done, static_cast<off_t>(end_ + done));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const int error = errno;
      (void)!::ftruncate(file_, static_cast<off_t>(end_));
      fail(error);
    }
    done += static_cast<std::size_t>(written);
  }
  end_ += frame.size();
  flushed_ = false;
}

std::string Journal::row_text(Place place) const {
  std::string frame(static_cast<std::size_t>(place.bytes), '\0');
  const ssize_t got = read_at(file_, frame.data(), frame.size(), place.offset);
  FrameReader frames;
  if (got == static_cast<ssize_t>(frame.size())) frames.add(frame);
  const auto payload = frames.next();
  auto record = payload ? decode_record(*payload) : std::nullopt;
  if (!record) throw OutputError(path_ + " was changed by somebody else, or cannot be read back");
  return std::move(record->row.text);
}

void Journal::flush_if_due() {
  const auto now = std::chrono::steady_clock::now();
  if (flushed_ || now - last_flush_ < std::chrono::seconds(1)) return;
  if (::fdatasync(file_) != 0) fail(errno);
  flushed_ = true;
  last_flush_ = std::chrono::steady_clock::now();
}

void Journal::remove() {
  (void)::unlink(path_.c_str());
}

}  // namespace costengine::cli
