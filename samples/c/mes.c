/* What an MES does with an order for a print: a quick quote that is accepted, or a person who
 * looks.
 *
 *   mes SHEET.toml|example CACHE|off MODEL...
 *
 *   cc -std=c99 mes.c $(pkg-config --cflags --libs costengine) -o mes
 *
 * Every model is an order of its own. They are started together, as orders come in, and answered in
 * their order; one line each says what the MES would do:
 *
 *   order-1  bracket.stl  accept  24.72 EUR, ready in 1.2 h
 *   order-2  sheet.stl    person  refused: The surface is not closed ...
 *
 * Ends with 0 if every order was decided, with 3 for wrong use, and with 4 if the engine cannot be
 * set up.
 */
#include <costengine/costengine.h>
#include <stdio.h>
#include <stdlib.h>

enum { kPatienceMs = 10000 }; /* longer than that no customer waits for a quick quote */

/* What stays for as long as the MES runs. */
typedef struct engine {
  costengine_context* context;
  costengine_profile* profile;
  costengine_prices* prices;
} engine;

typedef struct order {
  char id[32];
  const char* model;
  uint64_t job;
} order;

static int engine_start(engine* e, const char* sheet, const char* cache) {
  costengine_context_options options;
  COSTENGINE_INIT(options);
  options.max_input_bytes = 200u << 20; /* what the shop's portal takes */
  options.max_facets = 5000000;
  options.max_memory_bytes = (uint64_t)1 << 30;
  options.max_time_ms = kPatienceMs;
  options.max_queued = 200; /* more wait in the MES, where they survive a restart */
  options.cache_path = strcmp(cache, "off") == 0 ? NULL : cache;
  return costengine_context_create(&options, &e->context) == COSTENGINE_OK &&
         costengine_profile_load("bedslinger-250/standard", "PLA", NULL, 0, &e->profile) ==
             COSTENGINE_OK &&
         costengine_prices_load(sheet, &e->prices) == COSTENGINE_OK;
}

static void engine_stop(engine* e) {
  costengine_context_release(e->context); /* first: it ends the jobs */
  costengine_prices_release(e->prices);
  costengine_profile_release(e->profile);
}

static void decide(const order* o, const char* what, const char* why) {
  printf("%s  %s  %s  %s\n", o->id, o->model, what, why);
}

static int32_t start_job(const engine* e, order* o) {
  costengine_request request;
  COSTENGINE_INIT(request);
  request.profile = e->profile;
  request.prices = e->prices;
  request.path = o->model;
  request.request_id = o->id; /* leads from the order to logs and results */
  request.priority = COSTENGINE_INTERACTIVE;
  request.flags = COSTENGINE_STALE_WHILE_RECOMPUTE;
  return costengine_job_start(e->context, &request, &o->job);
}

/* Why a model is refused: the first finding that is an error. */
static void decide_refusal(const order* o, const costengine_result* result) {
  costengine_finding finding;
  size_t i;
  for (i = 0; i < costengine_result_finding_count(result); ++i) {
    COSTENGINE_INIT(finding);
    if (costengine_result_finding(result, i, &finding) == COSTENGINE_OK &&
        finding.severity == COSTENGINE_ERROR) {
      printf("%s  %s  person  refused: %s\n", o->id, o->model, finding.message);
      return;
    }
  }
  decide(o, "person", "refused");
}

static void decide_quote(const order* o, const costengine_result* result) {
  costengine_summary s;
  char text[160];
  double total;
  int d;

  COSTENGINE_INIT(s);
  if (costengine_result_summary(result, &s) != COSTENGINE_OK) {
    decide(o, "person", costengine_last_error_message());
    return;
  }
  if (s.verdict == COSTENGINE_REFUSED) {
    decide_refusal(o, result);
    return;
  }
  if (!(s.has & COSTENGINE_HAS_QUOTE)) {
    decide(o, "person", s.unpriced_message ? s.unpriced_message : "no price");
    return;
  }
  total = (double)s.total; /* for display; the MES keeps s.total and s.currency */
  for (d = 0; d < s.minor_digits; ++d) total /= 10;
  if (s.cache == COSTENGINE_CACHE_STALE) {
    /* Of older prices or settings: show it, but do not confirm it. The new one is under way. */
    snprintf(text, sizeof text, "about %.*f %s, is being renewed", s.minor_digits, total,
             s.currency);
    decide(o, "preliminary", text);
    return;
  }
  snprintf(text, sizeof text, "%.*f %s, ready in %.1f h%s", s.minor_digits, total, s.currency,
           s.time_s.high / 3600,
           s.verdict == COSTENGINE_ESTIMATED ? ", with the warnings of the result" : "");
  decide(o, "accept", text);
}

static void finish(const engine* e, const order* o) {
  costengine_result* result = NULL;
  if (costengine_job_wait(e->context, o->job, kPatienceMs, NULL) == COSTENGINE_NOT_FINISHED) {
    costengine_job_cancel(e->context, o->job);
    decide(o, "person", "the quick quote took too long");
  } else if (costengine_job_result(e->context, o->job, &result) == COSTENGINE_OK) {
    decide_quote(o, result);
  } else {
    decide(o, "person", costengine_last_error_message());
  }
  costengine_result_release(result);
  costengine_job_release(e->context, o->job);
}

int main(int argc, char** argv) {
  engine e = {NULL, NULL, NULL};
  const int count = argc - 3;
  order* orders = NULL;
  int code = 4, next = 0, i;

  if (count < 1) {
    fprintf(stderr, "usage: mes SHEET.toml|example CACHE|off MODEL...\n");
    return 3;
  }
  orders = calloc((size_t)count, sizeof *orders);
  if (orders != NULL && engine_start(&e, argv[1], argv[2])) {
    for (i = 0; i < count; ++i) {
      order* const o = &orders[i];
      int32_t status;
      snprintf(o->id, sizeof o->id, "order-%d", i + 1);
      o->model = argv[3 + i];
      while ((status = start_job(&e, o)) == COSTENGINE_QUEUE_FULL && next < i) {
        finish(&e, &orders[next++]); /* make room; a server would answer "try again" instead */
      }
      if (status != COSTENGINE_OK) {
        char why[256];
        snprintf(why, sizeof why, "%s", costengine_last_error_message());
        while (next < i) finish(&e, &orders[next++]);
        decide(&orders[next++], "person", why);
      }
    }
    while (next < count) finish(&e, &orders[next++]);
    code = 0;
  } else {
    fprintf(stderr, "mes: %s\n", costengine_last_error_message());
  }
  engine_stop(&e);
  free(orders);
  return code;
}
