/* Prices a box of 20 x 20 x 10 mm and prints volume, time and price: all that a program in C needs
 * of costengine. */
#include <costengine/costengine.h>
#include <stdio.h>

static const char kBox[] =
    "v 0 0 0\nv 20 0 0\nv 20 20 0\nv 0 20 0\nv 0 0 10\nv 20 0 10\nv 20 20 10\nv 0 20 10\n"
    "f 4 3 2 1\nf 5 6 7 8\nf 1 2 6 5\nf 2 3 7 6\nf 3 4 8 7\nf 4 1 5 8\n";

int main(void) {
  costengine_context* context = NULL;
  costengine_profile* profile = NULL;
  costengine_prices* prices = NULL;
  costengine_result* result = NULL;
  costengine_request request;
  costengine_summary summary;

  COSTENGINE_INIT(request);
  COSTENGINE_INIT(summary);
  if (costengine_context_create(NULL, &context) || costengine_prices_load("example", &prices) ||
      costengine_profile_load(NULL, NULL, NULL, 0, &profile)) {
    return 1;
  }
  request.profile = profile;
  request.prices = prices;
  request.data = kBox;
  request.data_size = sizeof kBox - 1;
  if (costengine_estimate(context, &request, &result) ||
      costengine_result_summary(result, &summary)) {
    fprintf(stderr, "%s\n", costengine_last_error_message());
    return 1;
  }
  printf("%.17g mm3 %.17g s %d.%02d %s\n", summary.volume_mm3.value, summary.time_s.value,
         (int)(summary.total / 100), (int)(summary.total % 100), summary.currency);
  costengine_result_release(result);
  costengine_prices_release(prices);
  costengine_profile_release(profile);
  costengine_context_release(context);
  return 0;
}
