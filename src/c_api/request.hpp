/// From costengine_request to what the library works with.
#pragma once

#include <memory>

#include "handles.hpp"

namespace costengine::c_api {

/// A model that the caller's memory or callback holds.
class CallerSource : public ByteSource {
 public:
  /// From now on `closed` is called when the source goes.
  virtual void call_when_closed(costengine_closed_fn closed, void* payload) = 0;
};

struct Order {
  JobRequest job;
  ResultView view;
  std::shared_ptr<CallerSource> caller_source;  ///< also job.source, where there is one
  costengine_closed_fn closed = nullptr;
  void* payload = nullptr;
  costengine_progress_fn progress = nullptr;
  void* progress_payload = nullptr;
};

/// Checks the request and copies what it refers to, but for the bytes of the model: those only
/// where `keeps_bytes` is set and no closed() says how long they stay.
/// Errors: kInvalidArgument; kLimitBytes for bytes that are to be copied.
Result<Order> read_request(const costengine_context& context, const costengine_request* given,
                           bool keeps_bytes);

/// Who an error is about, as far as a request that may be wrong in all else can say it.
Subject subject_of(const costengine_request* given);

}  // namespace costengine::c_api
