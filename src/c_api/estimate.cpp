// costengine_estimate(): one calculation on the calling thread.

#include "costengine/run/calculate.hpp"
#include "request.hpp"

namespace costengine::c_api {
namespace {

/// A calculation that costengine_context_cancel() knows of.
class Running final {
 public:
  Running(costengine_context& context, Context& calculation)
      : context_(context), calculation_(calculation) {
    const std::lock_guard lock(context_.running_mutex);
    context_.running.insert(&calculation_);
  }
  ~Running() {
    const std::lock_guard lock(context_.running_mutex);
    context_.running.erase(&calculation_);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  costengine_context& context_;
  Context& calculation_;
};

/// `calculation` is where the function's wish to end goes; it is set once there is one.
ProgressFunction progress_of(const Order& order, Context* const& calculation) {
  if (order.progress == nullptr) return {};
  return [&order, &calculation](double fraction, Stage stage) {
    bool go_on = false;
    try {
      go_on = order.progress(fraction, stage_name(stage).data(), order.progress_payload) == 0;
    } catch (...) {  // breaks its contract: it cancels
    }
    if (!go_on) calculation->cancel();
  };
}

Result<Estimate> answer(const Order& order, Cache* cache, Context& ctx) {
  const JobRequest& job = order.job;
  std::shared_ptr<const ByteSource> source = job.source;
  if (!job.path.empty()) {
    COSTENGINE_TRY(source, open_file(job.path, job.limits));
  }
  Request request;
  request.source = source.get();
  request.content_hash = job.content_hash;
  request.profile = job.profile.get();
  request.prices = job.prices.get();
  request.options = job.options;
  request.request_id = job.request_id;
  return calculate(request, cache, ctx);
}

/// Tells metrics and log.
void tell(const costengine_context& context, const Order& order, const Result<Estimate>& result,
          const RunTrail& trail) {
  const JobRequest& job = order.job;
  context.observer->finished(result.ok()
                                 ? summarize(job.input, result.value())
                                 : summarize(job.input, job.request_id, result.error(), trail),
                             std::nullopt);
}

Result<Estimate> run(costengine_context& context, const Order& order) {
  Context* calculation = nullptr;
  ContextOptions options;
  options.threads = context.threads;
  options.limits = order.job.limits;
  options.progress = progress_of(order, calculation);
  Context ctx(std::move(options));
  calculation = &ctx;
  const Running running(context, ctx);
  try {
    // An answer from the cache has no layers.
    return answer(order, order.view.layers ? nullptr : context.cache.get(), ctx);
  } catch (...) {
    return error_of_exception();
  }
}

}  // namespace
}  // namespace costengine::c_api

namespace c_api = costengine::c_api;

int32_t costengine_estimate(costengine_context* context, const costengine_request* request,
                            costengine_result** out) {
  if (out != nullptr) *out = nullptr;
  return c_api::guard_about([&](c_api::Subject& subject) -> costengine::Status {
    if (out == nullptr) return c_api::invalid("the out parameter is NULL");
    COSTENGINE_CHECK(c_api::check(context, "context"));
    subject = c_api::subject_of(request);
    COSTENGINE_TRY(c_api::Order order, c_api::read_request(*context, request, false));
    costengine::RunTrail& trail = subject.trail.emplace();
    order.job.options.trail = &trail;
    auto result = c_api::run(*context, order);
    c_api::tell(*context, order, result, trail);
    COSTENGINE_TRY(costengine::Estimate estimate, std::move(result));
    *out = c_api::make_result(std::move(estimate), std::move(order.view));
    return costengine::Ok{};
  });
}

int32_t costengine_context_cancel(costengine_context* context) {
  return c_api::guard([&]() -> costengine::Status {
    COSTENGINE_CHECK(c_api::check(context, "context"));
    const std::lock_guard lock(context->running_mutex);
    for (costengine::Context* calculation : context->running) calculation->cancel();
    return costengine::Ok{};
  });
}
