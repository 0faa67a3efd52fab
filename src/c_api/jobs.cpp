// Jobs: calculations in the background.

#include <chrono>

#include "request.hpp"
#include "structs.hpp"

namespace costengine::c_api {
namespace {

Status write_job_status(const JobStatus& status, costengine_job_status* out) {
  costengine_job_status job{};
  job.state = static_cast<std::int32_t>(status.state);
  job.fraction = status.fraction;
  job.stage = stage_name(status.stage).data();
  return write(job, out);
}

std::chrono::milliseconds timeout_of(std::uint64_t timeout_ms) {
  constexpr auto kLongest = std::chrono::hours(24 * 365);
  if (timeout_ms > static_cast<std::uint64_t>(std::chrono::milliseconds(kLongest).count())) {
    return kLongest;
  }
  return std::chrono::milliseconds(timeout_ms);
}

bool has_ended(JobState state) {
  return state != JobState::kQueued && state != JobState::kRunning;
}

/// How the job's result is to be shown; nothing for a job that was never started or is released.
ResultView view_of(costengine_context& context, JobId job) {
  const std::lock_guard lock(context.views_mutex);
  const auto at = context.views.find(job);
  return at == context.views.end() ? ResultView{} : at->second;
}

Result<JobId> start(costengine_context& context, Order order) {
  const std::shared_ptr<CallerSource> source = std::move(order.caller_source);
  // Held while the job may run already: whoever asks for its result waits for its view.
  const std::lock_guard lock(context.views_mutex);
  auto started = context.jobs.start(std::move(order.job));
  if (!started.ok() && started.error().code == ErrorCode::kQueueFull) {
    context.observer->metrics.count_rejected();
  }
  COSTENGINE_TRY(const JobId job, std::move(started));
  try {
    context.views.emplace(job, std::move(order.view));
  } catch (...) {
    (void)context.jobs.release(job);
    throw;
  }
  if (source) source->call_when_closed(order.closed, order.payload);
  return job;
}

}  // namespace
}  // namespace costengine::c_api

namespace c_api = costengine::c_api;

int32_t costengine_job_start(costengine_context* context, const costengine_request* request,
                             uint64_t* job) {
  return c_api::guard_about([&](c_api::Subject& subject) -> costengine::Status {
    if (job == nullptr) return c_api::invalid("the out parameter is NULL");
    COSTENGINE_CHECK(c_api::check(context, "context"));
    subject = c_api::subject_of(request);
    COSTENGINE_TRY(c_api::Order order, c_api::read_request(*context, request, true));
    COSTENGINE_TRY(*job, c_api::start(*context, std::move(order)));
    return costengine::Ok{};
  });
}

int32_t costengine_job_poll(costengine_context* context, uint64_t job, costengine_job_status* out) {
  return c_api::guard([&]() -> costengine::Status {
    COSTENGINE_CHECK(c_api::check(context, "context"));
    COSTENGINE_TRY(const auto status, context->jobs.poll(job));
    return c_api::write_job_status(status, out);
  });
}

int32_t costengine_job_wait(costengine_context* context, uint64_t job, uint64_t timeout_ms,
                            costengine_job_status* out) {
  return c_api::guard([&]() -> costengine::Status {
    COSTENGINE_CHECK(c_api::check(context, "context"));
    COSTENGINE_TRY(const auto status, context->jobs.wait(job, c_api::timeout_of(timeout_ms)));
    if (out != nullptr) COSTENGINE_CHECK(c_api::write_job_status(status, out));
    if (c_api::has_ended(status.state)) return costengine::Ok{};
    return costengine::Error{costengine::ErrorCode::kNotFinished,
                             status.stage,
                             "the job has not ended within the time to wait",
                             {},
                             {}};
  });
}

int32_t costengine_job_result(costengine_context* context, uint64_t job, costengine_result** out) {
  if (out != nullptr) *out = nullptr;
  return c_api::guard_about([&](c_api::Subject& subject) -> costengine::Status {
    if (out == nullptr) return c_api::invalid("the out parameter is NULL");
    COSTENGINE_CHECK(c_api::check(context, "context"));
    c_api::ResultView view = c_api::view_of(*context, job);
    subject = view.subject;
    auto result = context->jobs.result(job);
    if (!result.ok()) {
      const auto trail = context->jobs.trail(job);
      if (trail.ok()) subject.trail = trail.value();
      return std::move(result).error();
    }
    if (!view.profile) {  // released by another thread in between
      return costengine::Error{costengine::ErrorCode::kNoSuchJob,
                               costengine::Stage::kOptions,
                               "the job was released",
                               {},
                               {}};
    }
    *out = new costengine_result(std::move(result).value(), std::move(view));
    return costengine::Ok{};
  });
}

int32_t costengine_job_cancel(costengine_context* context, uint64_t job) {
  return c_api::guard([&]() -> costengine::Status {
    COSTENGINE_CHECK(c_api::check(context, "context"));
    return context->jobs.cancel(job);
  });
}

int32_t costengine_job_release(costengine_context* context, uint64_t job) {
  return c_api::guard([&]() -> costengine::Status {
    COSTENGINE_CHECK(c_api::check(context, "context"));
    c_api::ResultView view;  // goes when the lock is gone
    {
      const std::lock_guard lock(context->views_mutex);
      const auto at = context->views.find(job);
      if (at != context->views.end()) {
        view = std::move(at->second);
        context->views.erase(at);
      }
    }
    return context->jobs.release(job);
  });
}

int32_t costengine_job_counts(costengine_context* context, uint64_t* queued, uint64_t* running) {
  return c_api::guard([&]() -> costengine::Status {
    COSTENGINE_CHECK(c_api::check(context, "context"));
    if (queued != nullptr) *queued = context->jobs.queued();
    if (running != nullptr) *running = context->jobs.running();
    return costengine::Ok{};
  });
}
