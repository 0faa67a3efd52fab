/// The journal of a batch: every row, as soon as it is finished. A batch that is killed goes on
/// from it, and the output file is made from it, so that rows need not be kept in memory.
///
/// A file of frames (frame.hpp): the fingerprint of the job, then records, each a file's state and
/// its row. What was written is there however the process ends; once a second it is also flushed to
/// the disk. A record that was cut is recognised and dropped with all that follows it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "inputs.hpp"
#include "row.hpp"

namespace costengine::cli {

class Journal {
 public:
  struct Place {
    std::uint64_t offset = 0, bytes = 0;  ///< of a record's frame
  };
  using Finished = std::function<void(const FileState&, const RunSummary&, Place)>;

  /// Opens the journal for a job, makes it if there is none, and keeps others from using it. With
  /// `resume`, tells `finished` of each record, in order: of several of a path the last counts.
  /// Throws UsageError: a journal is there and resume is false; it belongs to another job; another
  /// batch is using it; it is something else. Throws OutputError: it cannot be written.
  Journal(const std::string& path, const std::string& fingerprint, bool resume,
          const Finished& finished);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// Throws OutputError; the record is then not in the journal.
  Place append(const FileState& state, const Row& row);

  /// The text of a row. Throws OutputError if it is no longer there.
  [[nodiscard]] std::string row_text(Place place) const;

  /// Call it now and then.
  void flush_if_due();

  void remove();  ///< the batch is complete

 private:
  void lock(bool resume);
  void read(const std::string& fingerprint, const Finished& finished);
  void append_frame(const std::string& frame);
  [[noreturn]] void fail(int error) const;

  std::string path_;
  int file_ = -1;
  std::uint64_t end_ = 0;  ///< of what is known to be whole
  bool flushed_ = true;
  std::chrono::steady_clock::time_point last_flush_{};
};

}  // namespace costengine::cli
