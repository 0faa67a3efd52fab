#pragma once

#include <utility>

#include "costengine/run/calculate.hpp"

namespace costengine {

COSTENGINE_INLINE Result<Estimate> calculate(const Request& request, Cache* cache, Context& ctx) {
  if (request.source == nullptr || request.profile == nullptr || request.prices == nullptr) {
    return Error{ErrorCode::kInvalidArgument,
                 Stage::kOptions,
                 "a request needs a model, a profile and a price sheet",
                 {},
                 {}};
  }
  (void)cache;
  auto result = estimate(*request.source, *request.profile, *request.prices, request.options, ctx);
  if (!result.ok()) return result;
  Estimate estimate = std::move(result).value();
  estimate.request_id = request.request_id;
  return estimate;
}

}  // namespace costengine
