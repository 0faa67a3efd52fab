/* The part of the tests that is C. */
#include <costengine/costengine.h>

int64_t total_from_c(const void* data, uint64_t size);

/* What a model costs, in minor units; -1 where there is no price. */
int64_t total_from_c(const void* data, uint64_t size) {
  costengine_context_options options;
  costengine_context* context = NULL;
  costengine_profile* profile = NULL;
  costengine_prices* prices = NULL;
  costengine_result* result = NULL;
  costengine_request request;
  costengine_summary summary;

  COSTENGINE_INIT(options);
  options.threads = 1;
  COSTENGINE_INIT(summary);
  COSTENGINE_INIT(request);
  if (costengine_context_create(&options, &context) == COSTENGINE_OK &&
      costengine_profile_load(NULL, NULL, NULL, 0, &profile) == COSTENGINE_OK &&
      costengine_prices_load("example", &prices) == COSTENGINE_OK) {
    request.profile = profile;
    request.prices = prices;
    request.data = data;
    request.data_size = size;
    if (costengine_estimate(context, &request, &result) == COSTENGINE_OK) {
      costengine_result_summary(result, &summary);
    }
  }
  costengine_result_release(result);
  costengine_prices_release(prices);
  costengine_profile_release(profile);
  costengine_context_release(context);
  return summary.has & COSTENGINE_HAS_QUOTE ? summary.total : -1;
}
