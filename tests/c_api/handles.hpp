/// What the tests of the C API share: handles that release themselves, and small models.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "costengine/costengine.h"
#include "models.h"

namespace costengine_test {

template <class T, void (*kRelease)(T*)>
struct Release {
  void operator()(T* handle) const { kRelease(handle); }
};
template <class T, void (*kRelease)(T*)>
using Owned = std::unique_ptr<T, Release<T, kRelease>>;

using ContextHandle = Owned<costengine_context, costengine_context_release>;
using ProfileHandle = Owned<costengine_profile, costengine_profile_release>;
using PricesHandle = Owned<costengine_prices, costengine_prices_release>;
using ResultHandle = Owned<costengine_result, costengine_result_release>;

inline ContextHandle make_context(const costengine_context_options* options = nullptr) {
  costengine_context* context = nullptr;
  costengine_context_create(options, &context);
  return ContextHandle(context);
}

inline ProfileHandle make_profile() {
  costengine_profile* profile = nullptr;
  costengine_profile_load(nullptr, nullptr, nullptr, 0, &profile);
  return ProfileHandle(profile);
}

inline PricesHandle make_prices() {
  costengine_prices* prices = nullptr;
  costengine_prices_load("example", &prices);
  return PricesHandle(prices);
}

/// Numbers of models.h that have a name in tests.
constexpr int kBox = 0, kOverhang = 3, kOpenBox = 7, kSheets = 8, kCut = 9;

inline const model& model_of(int number) {
  static const std::vector<model> models = [] {
    std::vector<model> made(kModels);
    for (int m = 0; m < kModels; ++m) make_model(m, &made[static_cast<std::size_t>(m)]);
    return made;
  }();
  return models[static_cast<std::size_t>(number)];
}

/// A context, a profile and a price sheet, and requests for them.
struct Shop {
  explicit Shop(const costengine_context_options* options = nullptr)
      : context(make_context(options)) {}

  [[nodiscard]] costengine_request request(int number = kBox) const {
    costengine_request request;
    COSTENGINE_INIT(request);
    request.profile = profile.get();
    request.prices = prices.get();
    request.data = model_of(number).bytes;
    request.data_size = model_of(number).size;
    return request;
  }

  ResultHandle estimate(const costengine_request& request, std::int32_t* status = nullptr) const {
    costengine_result* result = nullptr;
    const std::int32_t got = costengine_estimate(context.get(), &request, &result);
    if (status != nullptr) *status = got;
    return ResultHandle(result);
  }

  /// The status of a request that gives no result.
  [[nodiscard]] std::int32_t status_of(const costengine_request& request) const {
    std::int32_t status = COSTENGINE_OK;
    const ResultHandle result = estimate(request, &status);
    return result ? COSTENGINE_OK : status;
  }

  ContextHandle context;
  ProfileHandle profile = make_profile();
  PricesHandle prices = make_prices();
};

inline costengine_summary summary_of(const ResultHandle& result) {
  costengine_summary summary;
  COSTENGINE_INIT(summary);
  if (costengine_result_summary(result.get(), &summary) != COSTENGINE_OK) summary.verdict = -1;
  return summary;
}

/// JSON up to what two calculations of the same differ in.
inline std::string comparable_json(const ResultHandle& result) {
  const char* const json = costengine_result_json(result.get(), nullptr);
  const std::string text = json == nullptr ? "" : json;
  return text.substr(0, text.find(",\"cache\":"));
}

}  // namespace costengine_test
