#include "run_models.hpp"

#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "costengine/report/csv.hpp"
#include "costengine/report/json.hpp"
#include "costengine/run/calculate.hpp"
#include "import_process.hpp"
#include "output.hpp"
#include "progress_bar.hpp"

namespace costengine::cli {
namespace {

ExitCode exit_code_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::kInternal:
    case ErrorCode::kOutOfMemory:
      return ExitCode::kFailed;
    default:
      return error.stage == Stage::kOptions ? ExitCode::kUsage : ExitCode::kRefused;
  }
}

ExitCode exit_code_of(const Estimate& estimate, bool strict) {
  if (estimate.unpriced) return ExitCode::kRefused;
  switch (estimate.verdict) {
    case Verdict::kTrusted:
      return ExitCode::kPriced;
    case Verdict::kEstimated:
      return strict ? ExitCode::kEstimated : ExitCode::kPriced;
    case Verdict::kRefused:
      return ExitCode::kRefused;
  }
  return ExitCode::kFailed;
}

std::string place(const Error& error) {
  if (error.byte) return " (byte " + std::to_string(*error.byte) + ")";
  if (error.line) return " (line " + std::to_string(*error.line) + ")";
  return {};
}

void complain_of(const std::string& path, const std::string& why) {
  complain((path == "-" ? "standard input" : path) + ": " + why);
}

void show_failure(const std::string& path, const Error& error, Form form,
                  std::string_view request_id, const RunTrail* trail) {
  if (form == Form::kJson) {
    print(error_json(path, error, request_id, trail) + "\n");
    return;
  }
  if (form == Form::kCsv) print(error_csv(path, error, request_id, trail));
  complain_of(path, error.message + place(error));
}

Result<std::unique_ptr<ByteSource>> open_model(const std::string& path, Context& ctx) {
  return path == "-" ? read_descriptor(STDIN_FILENO, ctx.limits()) : open_file(path, ctx.limits());
}

/// `request`: all but the model.
Result<Estimate> estimate_file(const std::string& path, Request request, Cache* cache,
                               Context& ctx) {
  COSTENGINE_TRY(const auto source, open_model(path, ctx));
  request.source = source.get();
  request.options.load.hint = format_from_name(path);
  return calculate(request, cache, ctx);
}

Error plate_incomplete() {
  return Error{ErrorCode::kPlateIncomplete,
               Stage::kLoad,
               "not planned, for another file of the same plate cannot be read",
               {},
               {}};
}

Error out_of_memory(const char* what) {
  return Error{
      ErrorCode::kOutOfMemory,
      Stage::kLoad,
      std::string("not enough memory for this ") + what + "; simplify it or use a larger machine",
      {},
      {}};
}

/// A model too large for this machine's memory must not take the other files with it.
Result<Estimate> estimate_within_memory(const std::string& path, const Request& request,
                                        Cache* cache, Context& ctx) {
  try {
    return estimate_file(path, request, cache, ctx);
  } catch (const std::bad_alloc&) {
    return out_of_memory("model");
  }
}

/// `options` with what the command line and the program's surroundings say about reading.
EstimateOptions with_reading(const EstimateOptions& options, const ModelOptions& models) {
  EstimateOptions result = options;
  result.load.unit_mm = models.unit_mm;
  if (std::string helper = default_import_helper(); !helper.empty()) {
    result.load.importer = make_process_importer(std::move(helper));
  }
  return result;
}

ContextOptions context_options(const ModelOptions& models, Isa isa, std::optional<ProgressBar>& bar,
                               const std::string& name) {
  ContextOptions context;
  context.threads = models.threads;
  context.isa = isa;
  if (errors_go_to_terminal()) {
    bar.emplace(name);
    context.progress = [&bar](double fraction, Stage stage) { bar->show(fraction, stage); };
  }
  return context;
}

/// estimate_plate() knows of no requests.
Result<Estimate> with_request_id(Result<Estimate> result, const std::string& request_id) {
  if (!result.ok()) return result;
  Estimate estimate = std::move(result).value();
  estimate.request_id = request_id;
  return estimate;
}

/// Prints one result and tells the observer; its exit code. `trail`: of a failure, if there is one.
ExitCode show_result(const std::string& path, const Result<Estimate>& result, bool first,
                     const ModelOptions& models, const Show& show, const RunTrail* trail,
                     Observer& observer) {
  if (!result.ok()) {
    const std::string& request_id = models.observe.request.id;
    observer.finished(trail != nullptr ? summarize(path, request_id, result.error(), *trail)
                                       : summarize(path, request_id, result.error(), 0));
    show_failure(path, result.error(), models.form, request_id, trail);
    return exit_code_of(result.error());
  }
  observer.finished(summarize(path, result.value()));
  if (models.form == Form::kScreen && !first) print("\n");
  const Estimate& estimate = result.value();
  print(show(path, estimate));
  if (estimate.unpriced && models.form != Form::kJson) {
    complain_of(path, "not priced: " + estimate.unpriced->message);
  }
  return exit_code_of(estimate, models.strict);
}

}  // namespace

ExitCode run_models(const ModelOptions& models, const EstimateOptions& options,
                    const Profile& profile, const PriceSheet& prices, const Show& show,
                    Observer& observer) {
  const Result<Isa> isa = isa_from_environment();
  if (!isa.ok()) return fail_before_models(isa.error(), models.form, &observer);

  Request request;
  request.profile = &profile;
  request.prices = &prices;
  request.options = with_reading(options, models);
  request.request_id = models.observe.request.id;
  const std::unique_ptr<Cache> cache = open_chosen(models.cache);
  if (models.form == Form::kCsv) print(csv_header());
  ExitCode worst = ExitCode::kPriced;
  for (const std::string& path : models.files) {
    RunTrail trail;
    request.options.trail = &trail;
    std::optional<ProgressBar> bar;
    Context ctx(context_options(models, isa.value(), bar, path));
    const Result<Estimate> result = estimate_within_memory(path, request, cache.get(), ctx);
    bar.reset();
    const bool first = &path == &models.files.front();
    worst = worse(worst, show_result(path, result, first, models, show, &trail, observer));
  }
  return worst;
}

ExitCode run_plate(const ModelOptions& models, const EstimateOptions& options,
                   const Profile& profile, const PriceSheet& prices, const Show& show,
                   Observer& observer) {
  const Result<Isa> isa = isa_from_environment();
  if (!isa.ok()) return fail_before_models(isa.error(), models.form, &observer);

  const EstimateOptions reading = with_reading(options, models);
  if (models.form == Form::kCsv) print(csv_header());
  std::optional<ProgressBar> bar;
  Context ctx(context_options(models, isa.value(), bar, "plate"));
  std::vector<std::unique_ptr<ByteSource>> sources;
  std::vector<PlateOrder> orders;
  std::vector<Result<Estimate>> results;  // while not all files are read: why not
  bool readable = true;
  for (const std::string& path : models.files) {
    auto source = open_model(path, ctx);
    if (!source.ok()) {
      results.emplace_back(std::move(source).error());
      readable = false;
      continue;
    }
    results.emplace_back(plate_incomplete());
    sources.push_back(std::move(source).value());
    orders.push_back({sources.back().get(), reading.load, options.quantity});
    orders.back().load.hint = format_from_name(path);
  }
  try {
    if (readable) results = estimate_plate(orders, profile, prices, reading, ctx);
  } catch (const std::bad_alloc&) {
    results.clear();
    for (std::size_t m = 0; m < orders.size(); ++m) results.emplace_back(out_of_memory("plate"));
  }
  bar.reset();
  ExitCode worst = ExitCode::kPriced;
  for (std::size_t m = 0; m < results.size(); ++m) {
    const Result<Estimate> result =
        with_request_id(std::move(results[m]), models.observe.request.id);
    worst =
        worse(worst, show_result(models.files[m], result, m == 0, models, show, nullptr, observer));
  }
  return worst;
}

Result<Isa> isa_from_environment() {
  const char* name = std::getenv("COSTENGINE_ISA");
  if (name == nullptr) return Isa::kBest;
  Result<Isa> isa = parse_isa(name);
  if (isa.ok()) return isa;
  Error error = std::move(isa).error();
  error.message = "COSTENGINE_ISA: " + error.message;
  return error;
}

ExitCode fail_before_models(const Error& error, Form form, Observer* observer) {
  if (observer != nullptr) observer->stopped(error);
  if (form == Form::kJson) {
    const std::string request_id = observer != nullptr ? observer->request().id : std::string();
    print(error_json(std::nullopt, error, request_id) + "\n");
  }
  complain(error.message + place(error));
  const ExitCode code = exit_code_of(error);
  return code == ExitCode::kFailed ? code : ExitCode::kUsage;
}

}  // namespace costengine::cli
