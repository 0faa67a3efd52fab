/* Estimates over and over in one process: memory and open files must not grow.
 *
 *   soak COUNT
 *
 * Prices ten small models in turn, by one context, with a profile and a price sheet made anew every
 * now and then. Compares resident memory and open files at the end with those after the first
 * twentieth of the calls: bars are 2 MB and none. Prints both.
 */
#include <costengine/costengine.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "models.h"

enum { kCallsPerProfile = 1000 };
static const long kMostGrowthKib = 2000;

/* Resident memory in KiB, or -1. */
static long resident_kib(void) {
  char line[256];
  long kib = -1;
  FILE* const file = fopen("/proc/self/status", "r");
  if (file == NULL) return -1;
  while (fgets(line, sizeof line, file) != NULL) {
    if (strncmp(line, "VmRSS:", 6) == 0) kib = strtol(line + 6, NULL, 10);
  }
  fclose(file);
  return kib;
}

static int open_files(void) {
  int count = 0;
  DIR* const folder = opendir("/proc/self/fd");
  if (folder == NULL) return -1;
  while (readdir(folder) != NULL) ++count;
  closedir(folder);
  return count;
}

/* Whether the call did what it should: only the last model is an error. */
static int price(costengine_context* context, const costengine_profile* profile,
                 const costengine_prices* prices, const model* models, long call) {
  const int number = (int)(call % kModels);
  costengine_request request;
  costengine_result* result = NULL;
  int32_t status;
  COSTENGINE_INIT(request);
  request.profile = profile;
  request.prices = prices;
  request.data = models[number].bytes;
  request.data_size = models[number].size;
  status = costengine_estimate(context, &request, &result);
  if (status == COSTENGINE_OK && costengine_result_json(result, NULL) == NULL) return 0;
  costengine_result_release(result);
  return number == kModels - 1 ? status == COSTENGINE_TRUNCATED : status == COSTENGINE_OK;
}

int main(int argc, char** argv) {
  static const char* const kSettings[] = {"support_material=1"};
  static model models[kModels];
  const long count = argc > 1 ? strtol(argv[1], NULL, 10) : 2000;
  costengine_context* context = NULL;
  costengine_profile* profile = NULL;
  costengine_prices* prices = NULL;
  long before_kib = 0, after_kib, call;
  int before_files = 0, after_files;

  for (call = 0; call < kModels; ++call) make_model((int)call, &models[call]);
  if (costengine_context_create(NULL, &context) != COSTENGINE_OK) return 1;
  for (call = 0; call < count; ++call) {
    if (call % kCallsPerProfile == 0) {
      costengine_profile_release(profile);
      costengine_prices_release(prices);
      const size_t settings = (size_t)(call / kCallsPerProfile % 2);
      if (costengine_profile_load(NULL, NULL, kSettings, settings, &profile) != COSTENGINE_OK ||
          costengine_prices_load("example", &prices) != COSTENGINE_OK) {
        fprintf(stderr, "%s\n", costengine_last_error_message());
        return 1;
      }
    }
    if (!price(context, profile, prices, models, call)) {
      fprintf(stderr, "call %ld: %s\n", call, costengine_last_error_message());
      return 1;
    }
    if (call == count / 20) {
      before_kib = resident_kib();
      before_files = open_files();
    }
  }
  after_kib = resident_kib();
  after_files = open_files();
  costengine_prices_release(prices);
  costengine_profile_release(profile);
  costengine_context_release(context);
  printf(
      "%ld estimates: resident memory %ld KiB after %ld, %ld KiB at the end; open files %d, %d\n",
      count, before_kib, count / 20, after_kib, before_files, after_files);
  return before_kib < 0 || after_kib - before_kib >= kMostGrowthKib || before_files != after_files;
}
