/* Prices a model through the C API.
 *
 *   price [--json] MODEL [SHEET.toml]
 *
 *   cc price.c $(pkg-config --cflags --libs costengine) -o price
 *
 * Ends with 0, or with 2 and a line on standard error where there is no price.
 */
#include <costengine/costengine.h>
#include <stdio.h>

/* "24.72" for 2472 with two digits. */
static void print_money(int64_t minor, int digits, const char* currency) {
  int64_t unit = 1;
  int d;
  for (d = 0; d < digits; ++d) unit *= 10;
  printf("%s%lld", minor < 0 ? "-" : "", (long long)(minor < 0 ? -(minor / unit) : minor / unit));
  if (digits > 0) {
    printf(".%0*lld", digits, (long long)(minor < 0 ? -(minor % unit) : minor % unit));
  }
  printf(" %s", currency);
}

static int print_fields(const costengine_result* result) {
  static const char* const kVerdicts[] = {"trusted", "estimated", "refused"};
  costengine_summary summary;
  size_t i;

  COSTENGINE_INIT(summary);
  if (costengine_result_summary(result, &summary) != COSTENGINE_OK) return 2;
  printf("verdict   %s\n", kVerdicts[summary.verdict]);
  printf("volume    %.1f mm3\n", summary.volume_mm3.value);
  for (i = 0; i < costengine_result_finding_count(result); ++i) {
    costengine_finding finding;
    COSTENGINE_INIT(finding);
    costengine_result_finding(result, i, &finding);
    printf("finding   %s: %s\n", finding.name, finding.message);
  }
  if (summary.has & COSTENGINE_HAS_PRODUCTION) {
    printf("time      %.0f s, %.0f to %.0f s\n", summary.time_s.value, summary.time_s.low,
           summary.time_s.high);
  }
  if (!(summary.has & COSTENGINE_HAS_QUOTE)) {
    fprintf(stderr, "no price: %s\n",
            summary.unpriced_message ? summary.unpriced_message : "the model was refused");
    return 2;
  }
  for (i = 0; i < costengine_result_line_count(result); ++i) {
    costengine_line line;
    COSTENGINE_INIT(line);
    costengine_result_line(result, i, &line);
    printf("%-20s", line.kind);
    print_money(line.amount, summary.minor_digits, summary.currency);
    printf("  %s\n", line.why);
  }
  printf("%-20s", "total");
  print_money(summary.total, summary.minor_digits, summary.currency);
  printf("\n");
  return 0;
}

int main(int argc, char** argv) {
  const int json = argc > 1 && strcmp(argv[1], "--json") == 0;
  const char* const model = argc > 1 + json ? argv[1 + json] : NULL;
  const char* const sheet = argc > 2 + json ? argv[2 + json] : "example";
  costengine_context* context = NULL;
  costengine_profile* profile = NULL;
  costengine_prices* prices = NULL;
  costengine_result* result = NULL;
  int code = 2;

  if (model == NULL) {
    fprintf(stderr, "usage: price [--json] MODEL [SHEET.toml]\n");
    return 3;
  }
  if (costengine_context_create(NULL, &context) == COSTENGINE_OK &&
      costengine_profile_load(NULL, NULL, NULL, 0, &profile) == COSTENGINE_OK &&
      costengine_prices_load(sheet, &prices) == COSTENGINE_OK) {
    costengine_request request;
    COSTENGINE_INIT(request);
    request.profile = profile;
    request.prices = prices;
    request.path = model;
    costengine_estimate(context, &request, &result);
  }
  if (result == NULL) {
    costengine_error error;
    COSTENGINE_INIT(error);
    costengine_last_error(&error);
    if (json) puts(costengine_last_error_json());
    fprintf(stderr, "%s: %s\n", costengine_status_name(error.status), error.message);
  } else if (json) {
    puts(costengine_result_json(result, NULL));
    code = 0;
  } else {
    code = print_fields(result);
  }
  costengine_result_release(result);
  costengine_prices_release(prices);
  costengine_profile_release(profile);
  costengine_context_release(context);
  return code;
}
