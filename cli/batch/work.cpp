#include "work.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <initializer_list>
#include <new>
#include <utility>

#include "costengine/report/csv.hpp"
#include "costengine/report/json.hpp"
#include "costengine/run/calculate.hpp"
#include "file_hook.hpp"

namespace costengine::cli {
namespace {

using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

ContextOptions context_options(const Job& job) {
  ContextOptions options;
  options.threads = 1;  // the files are what is done at the same time
  options.isa = job.isa;
  options.limits.max_time_ms = job.time_limit_s * 1000;
  options.limits.max_memory_bytes = job.memory_limit_mb << 20;
  return options;
}

/// A context that somebody may cancel while it lives.
class WatchedContext {
 public:
  WatchedContext(const Job& job, const Worker& worker)
      : context_(context_options(job)), worker_(worker) {
    if (worker_.running) worker_.running(&context_);
  }
  ~WatchedContext() {
    if (worker_.running) worker_.running(nullptr);
  }
  WatchedContext(const WatchedContext&) = delete;
  WatchedContext& operator=(const WatchedContext&) = delete;

  Context& get() { return context_; }

 private:
  Context context_;
  const Worker& worker_;
};

Result<std::string> content_hash(const std::string& path, Context& ctx) {
  COSTENGINE_TRY(const auto source, open_file(path, ctx.limits()));
  COSTENGINE_TRY(std::string hash, sha256_hex(*source, ctx));
  return "sha256:" + hash;
}

Result<Estimate> estimate_file(const TaskFile& file, const std::string& hash, const Job& job,
                               Cache* cache, RunTrail& trail, Context& ctx) {
  COSTENGINE_TRY(const auto source, open_file(file.path, ctx.limits()));
  Request request;
  request.source = source.get();
  request.content_hash = hash;
  request.profile = &job.profile;
  request.prices = &job.prices;
  request.options = job.options;
  request.options.load.hint = format_from_name(file.path);
  request.options.trail = &trail;
  request.request_id = file.request_id;
  return calculate(request, cache, ctx);
}

Error too_little_memory(const Job& job, const Worker& worker) {
  if (!worker.limited) {
    return {ErrorCode::kOutOfMemory,
            Stage::kLoad,
            "not enough memory for this model; simplify it, or lower --jobs",
            {},
            {}};
  }
  return {ErrorCode::kLimitMemory,
          Stage::kLoad,
          "needs more than the " + std::to_string(job.memory_limit_mb) +
              " MB that a file may take: simplify it, or raise --memory-limit",
          {},
          {}};
}

/// What f() gives. Its exceptions become errors: where all files share a process, one must not cost
/// the others.
template <class T, class F>
Result<T> without_exceptions(const Job& job, const Worker& worker, F f) {
  try {
    Result<T> result = f();
    if (!result.ok() && result.error().code == ErrorCode::kOutOfMemory) {
      return too_little_memory(job, worker);
    }
    return result;
  } catch (const std::bad_alloc&) {
    return too_little_memory(job, worker);
  } catch (const std::exception& error) {
    return Error{ErrorCode::kInternal, Stage::kLoad, error.what(), {}, {}};
  }
}

Row row_of(const Job& job, const TaskFile& file, const Result<Estimate>& result,
           const RunTrail& trail) {
  if (!result.ok()) return failed_row(job, file, result.error(), trail);
  Row row;
  row.summary = summarize(file.path, result.value());
  row.text = job.csv ? estimate_csv(file.path, result.value(), job.profile)
                     : estimate_json(file.path, result.value(), job.profile) + "\n";
  return row;
}

/// The answer for the next file of the same content: nothing was calculated for it.
Result<Estimate> same_for_next(Result<Estimate> result, const TaskFile& file) {
  if (!result.ok()) return result;
  Estimate estimate = std::move(result).value();
  estimate.times = {};
  estimate.request_id = file.request_id;
  return estimate;
}

bool say_hash(const Task& task, const Job& job, const Worker& worker) {
  const TaskFile& file = task.files.front();
  WatchedContext ctx(job, worker);
  const auto hash = without_exceptions<std::string>(
      job, worker, [&] { return content_hash(file.path, ctx.get()); });
  worker.say({Message::Kind::kHash, file.input, hash.ok() ? hash.value() : "", {}});
  return true;
}

/// `hash`: of the content, or empty where it is not known.
Result<Estimate> answer(const TaskFile& file, const std::string& hash, const Job& job,
                        const Worker& worker, RunTrail& trail) {
  WatchedContext ctx(job, worker);
  before_file(file.path);
  return without_exceptions<Estimate>(
      job, worker, [&] { return estimate_file(file, hash, job, worker.cache, trail, ctx.get()); });
}

bool failed_with(const Result<Estimate>& result, std::initializer_list<ErrorCode> codes) {
  return !result.ok() && std::find(codes.begin(), codes.end(), result.error().code) != codes.end();
}

/// False: short of memory that earlier files may have taken.
bool say_rows(const Task& task, const Job& job, const Worker& worker) {
  for (auto file = task.files.begin(); file != task.files.end();) {
    RunTrail trail;
    const auto start = Clock::now();
    Result<Estimate> result = answer(*file, task.content_hash, job, worker, trail);
    // Files may have gone or changed since they were hashed; the others are still what they were.
    const bool changed = failed_with(result, {ErrorCode::kContentDiffers});
    if (changed) result = answer(*file, {}, job, worker, trail);
    const bool alone =
        changed || failed_with(result, {ErrorCode::kFileNotFound, ErrorCode::kNotRegularFile,
                                        ErrorCode::kReadFailed});
    const bool may_be_others = worker.limited && !worker.fresh;
    if (may_be_others && failed_with(result, {ErrorCode::kLimitMemory})) return false;
    trail.times.total_ms = ms_since(start);
    worker.say({Message::Kind::kRow, file->input, {}, row_of(job, *file, result, trail)});
    trail.times = {};
    for (++file; file != task.files.end() && !alone; ++file) {
      result = same_for_next(std::move(result), *file);
      worker.say({Message::Kind::kRow, file->input, {}, row_of(job, *file, result, trail)});
    }
  }
  return true;
}

}  // namespace

std::string encode(const Task& task) {
  WireWriter out;
  out.number(static_cast<std::uint64_t>(task.kind));
  out.text(task.content_hash);
  out.number(task.files.size());
  for (const TaskFile& file : task.files) {
    out.number(file.input);
    out.text(file.path);
    out.text(file.request_id);
  }
  return std::move(out).take();
}

std::optional<Task> decode_task(std::string_view bytes) {
  WireReader in(bytes);
  Task task;
  task.kind = in.member<Task::Kind>(2);
  task.content_hash = in.text();
  for (std::uint64_t left = in.number(); left > 0 && in.ok(); --left) {
    TaskFile file;
    file.input = in.number();
    file.path = in.text();
    file.request_id = in.text();
    task.files.push_back(std::move(file));
  }
  if (!in.at_end() || task.files.empty()) return {};
  return task;
}

std::string encode(const Message& message) {
  WireWriter out;
  out.number(static_cast<std::uint64_t>(message.kind));
  out.number(message.input);
  out.text(message.text);
  if (message.kind == Message::Kind::kRow) put(out, message.row);
  return std::move(out).take();
}

std::optional<Message> decode_message(std::string_view bytes) {
  WireReader in(bytes);
  Message message;
  message.kind = in.member<Message::Kind>(4);
  message.input = in.number();
  message.text = in.text();
  if (message.kind == Message::Kind::kRow) message.row = take_row(in);
  if (!in.at_end()) return {};
  return message;
}

void do_task(const Task& task, const Job& job, const Worker& worker) {
  const bool done =
      task.kind == Task::Kind::kHash ? say_hash(task, job, worker) : say_rows(task, job, worker);
  worker.say({done ? Message::Kind::kDone : Message::Kind::kAgain, 0, {}, {}});
}

Row failed_row(const Job& job, const TaskFile& file, const Error& error, const RunTrail& trail) {
  Row row;
  row.summary = summarize(file.path, file.request_id, error, trail);
  row.text = job.csv ? error_csv(file.path, error, file.request_id, &trail)
                     : error_json(file.path, error, file.request_id, &trail) + "\n";
  return row;
}

}  // namespace costengine::cli
