/// What a worker does: one task after another, each a file or several with the same content.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cache/cache_choice.hpp"
#include "costengine/base/context.hpp"
#include "costengine/estimate.hpp"
#include "costengine/price/price_sheet.hpp"
#include "costengine/profile/profile.hpp"
#include "costengine/run/cache.hpp"
#include "row.hpp"

namespace costengine::cli {

/// What is the same for all files of a batch.
struct Job {
  Profile profile;
  PriceSheet prices;
  EstimateOptions options;
  Isa isa = Isa::kBest;
  bool csv = false;
  std::uint64_t time_limit_s = 0;
  std::uint64_t memory_limit_mb = 0;
  CacheChoice cache;
};

struct TaskFile {
  std::uint64_t input = 0;  ///< its number in the batch
  std::string path;
  std::string request_id;
};

struct Task {
  enum class Kind : std::uint8_t {
    kHash,      ///< only tell the content's hash
    kEstimate,  ///< calculate the first file that can be read, and give the others its answer
  };
  Kind kind = Kind::kEstimate;
  std::vector<TaskFile> files;  ///< at least one; exactly one to hash
  std::string content_hash;     ///< if it is known
};

struct Message {
  enum class Kind : std::uint8_t {
    kHash,   ///< text is "sha256:..." of the input, or empty where it cannot be read
    kRow,    ///< an input is finished
    kDone,   ///< the task is over
    kAgain,  ///< out of memory that earlier files may have taken: try in a new process
  };
  Kind kind = Kind::kDone;
  std::uint64_t input = 0;
  std::string text;
  Row row;
};

std::string encode(const Task& task);
std::optional<Task> decode_task(std::string_view bytes);
std::string encode(const Message& message);
std::optional<Message> decode_message(std::string_view bytes);

/// Who does tasks.
struct Worker {
  bool limited = true;     ///< this process may take no more than the job's memory limit
  bool fresh = true;       ///< and has done no task before
  Cache* cache = nullptr;  ///< may be null
  std::function<void(Message)> say;
  /// Told of the context of the calculation that begins, and of nullptr when it has ended.
  std::function<void(Context*)> running;
};

/// Does `task`, and says all there is to know, kDone or kAgain last. After kAgain nothing more
/// should be asked of this process.
void do_task(const Task& task, const Job& job, const Worker& worker);

/// The row of a file that has an error and no answer.
Row failed_row(const Job& job, const TaskFile& file, const Error& error, const RunTrail& trail);

}  // namespace costengine::cli
