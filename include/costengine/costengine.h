/* costengine: what it costs to make a 3D model. The C API (C99), the only stable binary interface.
 *
 *   costengine_context* context = NULL;   costengine_profile* profile = NULL;
 *   costengine_prices* prices = NULL;     costengine_result* result = NULL;
 *   costengine_context_create(NULL, &context);
 *   costengine_profile_load("bedslinger-250/standard", "PLA", NULL, 0, &profile);
 *   costengine_prices_load("shop.toml", &prices);
 *
 *   costengine_request request;
 *   COSTENGINE_INIT(request);
 *   request.profile = profile;  request.prices = prices;  request.path = "bracket.stl";
 *   if (costengine_estimate(context, &request, &result) == COSTENGINE_OK)
 *     puts(costengine_result_json(result, NULL));
 *   else
 *     puts(costengine_last_error_message());
 *
 * docs/c-api.md is the guide; samples/c/price.c is a complete program.
 *
 * Status     Functions that can fail return an int32_t: 0, or a positive number of the enumeration
 *            below. They then say more in costengine_last_error(). An out parameter for a handle
 *            is set to NULL on failure, other out parameters are left alone.
 * Ownership  What a function puts into `costengine_... ** out` is yours; the ..._release() of its
 *            type takes it back and accepts NULL. A context must outlive its calls and jobs, and
 *            nothing else depends on anything: a profile may be released while jobs use it, a
 *            result outlives its context. What you pass in is copied or read before the call
 *            returns; for a job's data and callbacks see costengine_request.
 * Strings    `const char*` that you get belongs to the handle it came from and lives as long. Text
 *            is UTF-8 and ends with a zero byte; the name of a file may be any bytes.
 * Structs    Begin with struct_size, which COSTENGINE_INIT() sets; every other member of zero is
 *            its default. A caller that was compiled with an older header passes a smaller struct:
 *            members it does not know have their defaults, or are not written. One that was
 *            compiled with a newer header may pass a larger one, where what this library does not
 *            know is zero; anything else is COSTENGINE_INVALID_ARGUMENT. Sizes are multiples of 8
 *            bytes, from 8 to 4096.
 * Units      Millimetres, seconds, grams; money in minor units of its currency (cents). A 90 %
 *            interval is low to high. What is not known is NaN, NULL or a missing COSTENGINE_HAS_*
 *            bit, never 0.
 * Threads    Every function may be called from any thread at any time, and a handle be used by
 *            many threads at once, but for the ..._release() of it: that must be the last call.
 * Safety     No C++ exception leaves the library, nothing is printed, and nothing that a model
 *            names is opened. A handle of the wrong type, an unknown enumerator or flag and a NULL
 *            where one is not allowed are COSTENGINE_INVALID_ARGUMENT. After fork() a child must
 *            not use the library.
 */
#ifndef COSTENGINE_COSTENGINE_H
#define COSTENGINE_COSTENGINE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The version of this header, as costengine/base/config.hpp has it. */
#define COSTENGINE_VERSION_MAJOR 0
#define COSTENGINE_VERSION_MINOR 1
#define COSTENGINE_VERSION_PATCH 0
#define COSTENGINE_VERSION "0.1.0"

/* What the number in libcostengine.so.1 stands for: it changes when a program must be compiled
 * anew. */
#define COSTENGINE_ABI_VERSION 1

#if defined(__GNUC__)
#define COSTENGINE_API __attribute__((visibility("default")))
#else
#define COSTENGINE_API
#endif

/* Makes a struct of this header ready to be filled in or passed as out parameter. */
#define COSTENGINE_INIT(object)                      \
  do {                                               \
    memset(&(object), 0, sizeof(object));            \
    (object).struct_size = (uint32_t)sizeof(object); \
  } while (0)

/* NOLINTBEGIN(readability-identifier-naming): names as C has them. */
#ifdef __cplusplus
extern "C" {
#endif

/* ---------------------------------------------------------------------------------------------
 * Status, errors, version
 */

/* docs/errors.md says more of each. Numbers never change; a newer library may return new ones. */
enum {
  COSTENGINE_OK = 0,
  COSTENGINE_INVALID_ARGUMENT = 10,
  COSTENGINE_FILE_NOT_FOUND = 20,
  COSTENGINE_NOT_REGULAR_FILE = 21,
  COSTENGINE_READ_FAILED = 22,
  COSTENGINE_LIMIT_BYTES = 23,
  COSTENGINE_LIMIT_FACETS = 24,
  COSTENGINE_LIMIT_LINE = 25,
  COSTENGINE_LIMIT_LAYERS = 26,
  COSTENGINE_LIMIT_TIME = 27,
  COSTENGINE_LIMIT_MEMORY = 28,
  COSTENGINE_EMPTY = 30,
  COSTENGINE_FORMAT = 31,
  COSTENGINE_UNSUPPORTED_FORMAT = 32,
  COSTENGINE_TRUNCATED = 33,
  COSTENGINE_SYNTAX = 34,
  COSTENGINE_NUMBER = 35,
  COSTENGINE_NONFINITE = 36,
  COSTENGINE_RANGE = 37,
  COSTENGINE_INDEX = 38,
  COSTENGINE_NO_FACES = 39,
  COSTENGINE_IMPORT_FAILED = 40,
  COSTENGINE_CONTENT_DIFFERS = 41,
  COSTENGINE_NOT_CACHED = 42,
  COSTENGINE_PROFILE_INVALID = 50,
  COSTENGINE_PROFILE_UNKNOWN = 51,
  COSTENGINE_SETTING_UNKNOWN = 52,
  COSTENGINE_SETTING_INVALID = 53,
  COSTENGINE_SETTING_MISSING = 54,
  COSTENGINE_PRICES_INVALID = 60,
  COSTENGINE_PRICES_MISSING = 61,
  COSTENGINE_DOES_NOT_FIT = 70,
  COSTENGINE_PLATE_INCOMPLETE = 71,
  COSTENGINE_CANCELLED = 80,
  COSTENGINE_OUT_OF_MEMORY = 81,
  COSTENGINE_QUEUE_FULL = 82,
  COSTENGINE_NO_SUCH_JOB = 83,
  COSTENGINE_NOT_FINISHED = 84,
  COSTENGINE_WORKER_FAILED = 85,
  COSTENGINE_INTERNAL = 90
};

/* "ok", "invalid_argument", ...; "unknown" for a number that is no status. Static, never NULL. */
COSTENGINE_API const char* costengine_status_name(int32_t status);

/* What went wrong in a call. */
typedef struct costengine_error {
  uint32_t struct_size;
  int32_t status;      /* COSTENGINE_OK: no call of this thread has failed yet */
  uint64_t byte;       /* offset in a binary model, or COSTENGINE_NONE */
  uint64_t line;       /* 1-based line of a model, profile or price sheet, or COSTENGINE_NONE */
  const char* stage;   /* "options", "profile", "prices", "load", "inspect", ... */
  const char* message; /* one English sentence or two: what, and what to do */
} costengine_error;

/* "There is none", where a number cannot say it otherwise. */
#define COSTENGINE_NONE UINT64_MAX

/* The last failure of a function that the calling thread called: errors of different threads never
 * mix. Successful calls leave it as it is, so ask after a status other than 0. The strings live
 * until the thread's next call that fails. */
COSTENGINE_API int32_t costengine_last_error(costengine_error* out);

/* costengine_error::message of the same; "" without one. Never NULL. */
COSTENGINE_API const char* costengine_last_error_message(void);

/* The same as one JSON object on one line, as `costengine estimate --json` prints it: schema,
 * request_id, input, error, and, of a calculation, cache and timing_ms. NULL without an error, or
 * without the memory to make it. */
COSTENGINE_API const char* costengine_last_error_json(void);

/* The library's version: "0.1.0"; 10000 x major + 100 x minor + patch; COSTENGINE_ABI_VERSION. */
COSTENGINE_API const char* costengine_version(void);
COSTENGINE_API uint32_t costengine_version_number(void);
COSTENGINE_API uint32_t costengine_abi_version(void);

/* ---------------------------------------------------------------------------------------------
 * Context: what calculations share: limits, threads, cache, job queue, metrics
 */

typedef struct costengine_context costengine_context;

/* costengine_context_options::log_level and log_format. */
enum {
  COSTENGINE_LOG_ERROR = -2, /* the engine or its surroundings are at fault */
  COSTENGINE_LOG_WARN = -1,  /* and every model without a price */
  COSTENGINE_LOG_INFO = 0,   /* and one line for every calculation */
  COSTENGINE_LOG_DEBUG = 1
};
enum { COSTENGINE_LOG_TEXT = 0, COSTENGINE_LOG_JSON = 1 };

/* One line of the log, with its end; no zero byte behind it. Never called twice at once for one
 * context, on any thread. Must not throw and must not call the library with the same context. */
typedef void (*costengine_log_fn)(const char* line, size_t length, void* payload);

typedef struct costengine_context_options {
  uint32_t struct_size;
  uint32_t threads;         /* of one costengine_estimate(); 0: all cores; at most 1024 */
  uint32_t workers;         /* jobs that run at once; 0: one for each core; at most 1024 */
  uint32_t threads_per_job; /* 0: one; at most 1024 */
  uint64_t max_queued;      /* jobs that may wait; 0: 1000 */

  /* Limits of every calculation; a request may set its own. 0: the default. */
  uint64_t max_input_bytes;  /* 4 GiB */
  uint64_t max_facets;       /* 100 million */
  uint64_t max_line_bytes;   /* of a text format; 16 MiB */
  uint64_t max_layers;       /* 1 million */
  uint64_t max_memory_bytes; /* what a stage may need, estimated before it starts; none */
  uint64_t max_time_ms;      /* none */
  double max_coordinate_mm;  /* 1e8 */

  /* A file that keeps what was calculated, made if it is not there; many processes may share it.
   * NULL: no cache. One that cannot be opened is an error of costengine_context_create(); what goes
   * wrong later costs only the time to calculate anew. */
  const char* cache_path;
  uint64_t cache_max_bytes; /* of the file; 0: 256 MiB */
  uint64_t cache_max_age_s; /* older answers are not used; 0: however old */

  costengine_log_fn log; /* takes the log; NULL: none */
  void* log_payload;
  int32_t log_level;  /* COSTENGINE_LOG_* */
  int32_t log_format; /* COSTENGINE_LOG_TEXT or _JSON */
} costengine_context_options;

/* options: NULL for all defaults. Makes no threads; the first job does.
 * Errors: COSTENGINE_INVALID_ARGUMENT, COSTENGINE_OUT_OF_MEMORY; of the cache:
 * COSTENGINE_FILE_NOT_FOUND, _NOT_REGULAR_FILE, _READ_FAILED, and _INVALID_ARGUMENT for a file that
 * is no cache. */
COSTENGINE_API int32_t costengine_context_create(const costengine_context_options* options,
                                                 costengine_context** out);

/* Cancels the jobs, waits for them (100 ms at most) and frees all. No other call may be under way
 * in the context. */
COSTENGINE_API void costengine_context_release(costengine_context* context);

/* Ends every costengine_estimate() that is under way in the context within 100 ms, with
 * COSTENGINE_CANCELLED. Calls that begin later are not touched; jobs are cancelled one by one. */
COSTENGINE_API int32_t costengine_context_cancel(costengine_context* context);

/* What the context has done so far, in the text format of Prometheus. *out is yours:
 * costengine_string_release(). */
COSTENGINE_API int32_t costengine_context_metrics(costengine_context* context, char** out);

/* Takes back what costengine_context_metrics() gave; accepts NULL. */
COSTENGINE_API void costengine_string_release(char* string);

/* ---------------------------------------------------------------------------------------------
 * Profiles and price sheets: what is printed with, and what it costs. Immutable once made: make
 * each once and use it for all requests.
 */

typedef struct costengine_profile costengine_profile;
typedef struct costengine_prices costengine_prices;

enum { COSTENGINE_PROFILE_TOML = 1, COSTENGINE_PROFILE_INI = 2 };

/* profile        "machine", "machine/quality", or the path of a file that ends in .toml or .ini
 *                (of PrusaSlicer); NULL or "": the catalogue's default
 * material       a material of the catalogue; NULL or "": as the file says, or the machine's
 * settings       setting_count strings "key=value", applied last; NULL with a count of 0
 * Errors: those of docs/errors.md from 50 to 54, and of files. Cost: below a millisecond. */
COSTENGINE_API int32_t costengine_profile_load(const char* profile, const char* material,
                                               const char* const* settings, size_t setting_count,
                                               costengine_profile** out);

/* The same from text in memory. format: COSTENGINE_PROFILE_TOML or _INI. name: what messages and
 * results call the profile; not NULL. */
COSTENGINE_API int32_t costengine_profile_parse(int32_t format, const char* text, size_t text_size,
                                                const char* name, const char* material,
                                                const char* const* settings, size_t setting_count,
                                                costengine_profile** out);
COSTENGINE_API void costengine_profile_release(costengine_profile* profile);

/* Name, and SHA-256 over all values (64 digits): equal hashes mean equal productions. NULL for what
 * is no profile. */
COSTENGINE_API const char* costengine_profile_name(const costengine_profile* profile);
COSTENGINE_API const char* costengine_profile_hash(const costengine_profile* profile);

/* prices: the path of a price sheet (docs/prices.md), or "example", the invented sheet that is
 * built in. Errors: 60, 61 and those of files. */
COSTENGINE_API int32_t costengine_prices_load(const char* prices, costengine_prices** out);

/* The same from TOML text in memory. name: what results call its source; not NULL. */
COSTENGINE_API int32_t costengine_prices_parse(const char* text, size_t text_size, const char* name,
                                               costengine_prices** out);
COSTENGINE_API void costengine_prices_release(costengine_prices* prices);
COSTENGINE_API const char* costengine_prices_name(const costengine_prices* prices);
COSTENGINE_API const char* costengine_prices_hash(const costengine_prices* prices);

/* ---------------------------------------------------------------------------------------------
 * Requests and estimates
 */

/* Called with a fraction of the work (0 to 1, never falling) at most every 50 ms, never twice at
 * once for one request, on any thread. stage is static. Return 0 to go on, anything else to cancel.
 * Must not throw and must not call the library with the same context. */
typedef int32_t (*costengine_progress_fn)(double fraction, const char* stage, void* payload);

/* Fills `size` bytes of `out` from `offset` on; offset + size never exceeds data_size. Returns 0,
 * or anything else for a failure: COSTENGINE_READ_FAILED. Called on any thread, never twice at once
 * for one request. Must not throw and must not call the library with the same context. */
typedef int32_t (*costengine_read_at_fn)(uint64_t offset, void* out, uint64_t size, void* payload);

/* The library needs the payload no more. Must not throw and must not call the library. */
typedef void (*costengine_closed_fn)(void* payload);

/* costengine_request::wanted. More is computed only where a bit below needs it. */
enum {
  COSTENGINE_WANT_MEASURE = 1,    /* findings, verdict, volume, area, box: always there */
  COSTENGINE_WANT_PRODUCTION = 2, /* time and material */
  COSTENGINE_WANT_QUOTE = 4,      /* price; with it comes production */
  COSTENGINE_WANT_HASH = 8,       /* SHA-256 of the model */
  COSTENGINE_WANT_HULL = 16,      /* volume of the convex hull */
  COSTENGINE_WANT_LAYERS = 32     /* costengine_result_layer(); with it comes production */
};

/* costengine_request::flags */
enum {
  COSTENGINE_FORCE = 1, /* plan and price a refused model too */
  /* Jobs with a cache: if it has an answer for this model and order, but for other settings or
   * prices, that one is the result at once, marked COSTENGINE_CACHE_STALE, and the new one is
   * calculated in the background, once however many ask. */
  COSTENGINE_STALE_WHILE_RECOMPUTE = 2
};

/* costengine_request::priority. Jobs of a higher one start first, equal ones in their order. */
enum { COSTENGINE_BATCH = -1, COSTENGINE_NORMAL = 0, COSTENGINE_INTERACTIVE = 1 };

/* One model to price. The model is one of: path; data and data_size; read_at and data_size; or none
 * of them where content_hash is given and only the cache is to answer. Formats: STL and OBJ;
 * others are COSTENGINE_UNSUPPORTED_FORMAT (the command line reads them in a process of its own).
 */
typedef struct costengine_request {
  uint32_t struct_size;
  uint32_t wanted; /* COSTENGINE_WANT_*; 0: measure, production, quote and hash */
  const costengine_profile* profile;
  const costengine_prices* prices;

  const char* path; /* a regular file */
  /* The bytes of a model; not NULL, even where data_size is 0. costengine_job_start() copies them
   * unless `closed` is given: then they must stay until that is called. */
  const void* data;
  uint64_t data_size;
  costengine_read_at_fn read_at; /* of a model of data_size bytes */
  void* payload;                 /* for read_at and closed */
  /* For jobs: called once for every started job, when the job needs data, read_at and payload no
   * more: once it has ended, which may be before costengine_job_start() returns, or after the new
   * answer to a stale one; and soon after costengine_job_release(). Not called if the start fails.
   */
  costengine_closed_fn closed;

  const char* content_hash; /* "sha256:" and 64 hex digits, where the caller knows it already */
  const char* name;         /* what results call the model; NULL: the path, or "-" */
  /* What leads from your order to this calculation, echoed in results, errors and logs: 1 to 128
   * printable ASCII characters, or the traceparent of a W3C trace context, whose trace id counts.
   */
  const char* request_id;
  const char* traceparent;
  uint64_t quantity; /* equal parts; 0: 1; at most 1e9 */
  double unit_mm;    /* length of the model's unit: 1, 10, 25.4, 1000; 0: 1 */
  uint32_t flags;    /* COSTENGINE_FORCE, ... */
  int32_t priority;  /* of a job */

  /* Limits of this calculation. 0: the context's. */
  uint64_t max_input_bytes;
  uint64_t max_facets;
  uint64_t max_layers;
  uint64_t max_memory_bytes;
  uint64_t max_time_ms; /* from when the calculation begins */

  costengine_progress_fn progress; /* of costengine_estimate(); jobs are polled. May be NULL */
  void* progress_payload;
} costengine_request;

typedef struct costengine_result costengine_result;

/* Reads, inspects, measures, plans and prices one model on the calling thread and up to
 * costengine_context_options::threads - 1 more. A refused model and one that cannot be priced are
 * results, not errors.
 * Errors: those of docs/errors.md from 10 to 42, COSTENGINE_CANCELLED, _OUT_OF_MEMORY, _INTERNAL.
 * Cost: milliseconds for thousands of facets, 1 s for a million; with a cache and content_hash a
 * known model costs a look-up. */
COSTENGINE_API int32_t costengine_estimate(costengine_context* context,
                                           const costengine_request* request,
                                           costengine_result** out);

/* ---------------------------------------------------------------------------------------------
 * Results
 */

enum { COSTENGINE_TRUSTED = 0, COSTENGINE_ESTIMATED = 1, COSTENGINE_REFUSED = 2 }; /* verdict */
enum { COSTENGINE_NOTE = 0, COSTENGINE_WARNING = 1, COSTENGINE_ERROR = 2 };        /* severity */

/* costengine_summary::cache: where the answer came from. */
enum {
  COSTENGINE_CACHE_OFF = 0,
  COSTENGINE_CACHE_MISS = 1,       /* calculated; the cache did not have it */
  COSTENGINE_CACHE_PRODUCTION = 2, /* priced anew, the rest from the cache */
  COSTENGINE_CACHE_QUOTE = 3,      /* all from the cache */
  COSTENGINE_CACHE_STALE = 4       /* all from the cache, for settings or prices that changed */
};

/* costengine_summary::has: which groups of members have values. */
enum {
  COSTENGINE_HAS_PRODUCTION = 1, /* time_s, layers, filament, model, support */
  COSTENGINE_HAS_QUOTE = 2,      /* currency, minor_digits, quantity, unit_price, total, ... */
  COSTENGINE_HAS_FORCED = 4,     /* both only because of COSTENGINE_FORCE */
  COSTENGINE_HAS_CACHE_AGE = 8   /* cache_age_s */
};

typedef struct costengine_interval {
  double value, low, high;
} costengine_interval;

typedef struct costengine_material {
  double filament_mm, volume_mm3;
  double mass_g; /* NaN where the density is not known */
} costengine_material;

/* Everything that is one number. Members whose COSTENGINE_HAS_* bit is not set are 0, NaN or NULL.
 */
typedef struct costengine_summary {
  uint32_t struct_size;
  int32_t verdict; /* COSTENGINE_TRUSTED, ... */
  uint32_t has;    /* COSTENGINE_HAS_* */
  /* Why there is a production but no quote, though it was wanted: COSTENGINE_PRICES_MISSING and the
   * like; COSTENGINE_OK otherwise. */
  int32_t unpriced;

  const char* currency; /* ISO 4217: "EUR" */
  int32_t minor_digits; /* behind the point: 2 for EUR, 0 for JPY */
  int32_t cache;        /* COSTENGINE_CACHE_* */
  uint64_t quantity;
  int64_t unit_price; /* total / quantity, rounded: for display */
  int64_t total, total_low, total_high;

  costengine_interval time_s;      /* of one part, as are the following */
  costengine_interval filament_mm; /* model and support together */
  costengine_material model, support;
  uint64_t layers;

  costengine_interval volume_mm3;
  double area_mm2;
  double box_min_mm[3], box_max_mm[3]; /* NaN where the model has no facet with an area */
  double hull_volume_mm3;              /* NaN where it was not wanted, or for a flat model */
  uint64_t bytes, facets, vertices, shells;

  uint64_t cache_age_s;
  double load_ms, inspect_ms, measure_ms, slice_ms, plan_ms, price_ms, total_ms;
  const char* format;           /* "stl-binary", "stl-ascii", "obj" */
  const char* content_hash;     /* "sha256:..."; NULL where it was not wanted */
  const char* request_id;       /* NULL where none was given */
  const char* unpriced_message; /* NULL, or what to add to be able to price */
} costengine_summary;

/* What a machine does with one use of its path. */
typedef struct costengine_feature {
  uint32_t struct_size;
  uint32_t reserved;
  const char* role; /* "external perimeter", "sparse infill", "support", "travel", ... */
  double length_mm, filament_mm, time_s;
  uint64_t paths;
} costengine_feature;

typedef struct costengine_layer {
  uint32_t struct_size;
  uint32_t reserved;
  double z_mm, height_mm, area_mm2, perimeter_mm, time_s, filament_mm;
} costengine_layer;

/* What is peculiar about the mesh: docs/findings.md. */
typedef struct costengine_finding {
  uint32_t struct_size;
  int32_t code;     /* 203 */
  int32_t severity; /* COSTENGINE_NOTE, ... */
  uint32_t reserved;
  uint64_t count;       /* how many of them */
  uint64_t first_facet; /* index in the file, or COSTENGINE_NONE */
  const char* name;     /* "open" */
  const char* message;
  const char* effect; /* what was done about it; "" for nothing */
} costengine_finding;

/* One line of the quote. The amounts sum exactly to the total. */
typedef struct costengine_line {
  uint32_t struct_size;
  uint32_t reserved;
  const char* kind; /* "material", "machine_time", ...: docs/prices.md */
  double quantity;
  const char* unit;          /* "kg", "h", "%", ... */
  const char* rate;          /* decimal, in major units of the currency: "24.90" */
  int64_t amount, low, high; /* minor units */
  const char* why;           /* "42.1 g PLA at 24.90 EUR/kg" */
} costengine_line;

/* Fills *out, whose struct_size must be set (COSTENGINE_INIT). A larger struct than this library
 * knows is filled up with zeros. */
COSTENGINE_API int32_t costengine_result_summary(const costengine_result* result,
                                                 costengine_summary* out);

/* How many there are; 0 for what is no result. Layers only where COSTENGINE_WANT_LAYERS asked for
 * them; an answer that a job found in the cache has none. */
COSTENGINE_API size_t costengine_result_finding_count(const costengine_result* result);
COSTENGINE_API size_t costengine_result_line_count(const costengine_result* result);
COSTENGINE_API size_t costengine_result_feature_count(const costengine_result* result);
COSTENGINE_API size_t costengine_result_layer_count(const costengine_result* result);

/* The one at `index`, from 0. COSTENGINE_INVALID_ARGUMENT beyond the last. */
COSTENGINE_API int32_t costengine_result_finding(const costengine_result* result, size_t index,
                                                 costengine_finding* out);
COSTENGINE_API int32_t costengine_result_line(const costengine_result* result, size_t index,
                                              costengine_line* out);
COSTENGINE_API int32_t costengine_result_feature(const costengine_result* result, size_t index,
                                                 costengine_feature* out);
COSTENGINE_API int32_t costengine_result_layer(const costengine_result* result, size_t index,
                                               costengine_layer* out);

/* All of it as one JSON object on one line, without the line's end: what `costengine estimate
 * --json` prints for the same input (costengine/report/json.hpp lists the fields), or, where
 * neither production nor quote was wanted, `costengine inspect --json`. Made at the first call.
 * length: may be NULL. NULL for what is no result and without the memory to make it. */
COSTENGINE_API const char* costengine_result_json(const costengine_result* result, size_t* length);

/* The strings that came from the result go with it. Accepts NULL. */
COSTENGINE_API void costengine_result_release(costengine_result* result);

/* ---------------------------------------------------------------------------------------------
 * Jobs: calculations in the background
 */

enum {
  COSTENGINE_JOB_QUEUED = 0,
  COSTENGINE_JOB_RUNNING = 1,
  COSTENGINE_JOB_DONE = 2,     /* costengine_job_result() has a result */
  COSTENGINE_JOB_FAILED = 3,   /* ... has the error */
  COSTENGINE_JOB_CANCELLED = 4 /* ... is COSTENGINE_CANCELLED */
};

typedef struct costengine_job_status {
  uint32_t struct_size;
  int32_t state;     /* COSTENGINE_JOB_* */
  double fraction;   /* of the work, 0 to 1; falls only where a job has to begin anew */
  const char* stage; /* "load", "slice", ...; static */
} costengine_job_status;

/* Queues a request and returns at once. *job is never 0 and no other job of the context has it.
 * Equal requests that are under way together are calculated once.
 * Errors: COSTENGINE_QUEUE_FULL: wait, then try again; COSTENGINE_INVALID_ARGUMENT;
 * COSTENGINE_LIMIT_BYTES for data. */
COSTENGINE_API int32_t costengine_job_start(costengine_context* context,
                                            const costengine_request* request, uint64_t* job);

/* How far a job is. Errors of this and the following: COSTENGINE_NO_SUCH_JOB. */
COSTENGINE_API int32_t costengine_job_poll(costengine_context* context, uint64_t job,
                                           costengine_job_status* out);

/* Returns when the job has ended, or after timeout_ms with COSTENGINE_NOT_FINISHED. Fills *out in
 * both cases; it may be NULL. */
COSTENGINE_API int32_t costengine_job_wait(costengine_context* context, uint64_t job,
                                           uint64_t timeout_ms, costengine_job_status* out);

/* The result of a job that is done, or the error of one that is not: the job's own,
 * COSTENGINE_NOT_FINISHED, COSTENGINE_CANCELLED. May be asked for several times; each result is a
 * handle of its own that outlives the job. */
COSTENGINE_API int32_t costengine_job_result(costengine_context* context, uint64_t job,
                                             costengine_result** out);

/* Ends the job within 100 ms. No error for one that has ended already. */
COSTENGINE_API int32_t costengine_job_cancel(costengine_context* context, uint64_t job);

/* Forgets the job and its result; one that has not ended is cancelled. */
COSTENGINE_API int32_t costengine_job_release(costengine_context* context, uint64_t job);

/* How many jobs wait, and how many run. Either may be NULL. */
COSTENGINE_API int32_t costengine_job_counts(costengine_context* context, uint64_t* queued,
                                             uint64_t* running);

#ifdef __cplusplus
}
#endif
/* NOLINTEND(readability-identifier-naming) */

#endif
