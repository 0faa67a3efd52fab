/// Who works on a batch: processes, or threads of this one.
#pragma once

#include <memory>
#include <vector>

#include "work.hpp"

namespace costengine::cli {

/// A fixed number of workers. Used from one thread.
class Crew {
 public:
  virtual ~Crew() = default;  ///< stops whatever is still under way

  [[nodiscard]] virtual bool has_room() const = 0;  ///< a worker has nothing to do
  [[nodiscard]] virtual bool busy() const = 0;      ///< a worker has something to do

  /// Precondition: has_room().
  virtual void give(Task task) = 0;

  /// Waits until there is something to tell, `other_descriptor` can be read, or the time is over.
  /// Gives kHash and kRow; of every file of a task exactly one, whatever happens to its worker, but
  /// for a hash, which may be a failed row instead. Throws OutputError if there can be no workers.
  virtual std::vector<Message> wait(int other_descriptor, int timeout_ms) = 0;
};

/// Workers in `size` processes of their own: what a file does to its worker, by crash, by hanging
/// or by its hunger for memory, is the end of that process, an error in that file's row, and a new
/// process. A process does at most one file at a time, on one thread, with the job's limits:
///   time    a calculation gives up by itself (limit_time); what does not is killed a second later;
///   memory  what a process holds of its own (RLIMIT_DATA) beyond what it begins with. A file that
///           needs more in a process that is not new is tried again in a new one.
/// Precondition: this process has one thread, now and as long as the crew lives, for it is forked.
std::unique_ptr<Crew> make_process_crew(const Job& job, unsigned size);

/// Workers in `size` threads. Faster, and a crash ends everything. The memory limit is what stages
/// expect to need, not what they take.
std::unique_ptr<Crew> make_thread_crew(const Job& job, unsigned size);

}  // namespace costengine::cli
