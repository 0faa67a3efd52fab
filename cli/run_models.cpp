#include "run_models.hpp"

#include <unistd.h>

#include <cstdlib>
#include <new>
#include <optional>

#include "costengine/report/csv.hpp"
#include "costengine/report/json.hpp"
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

void show_failure(const std::string& path, const Error& error, Form form) {
  if (form == Form::kJson) {
    print(error_json(path, error) + "\n");
    return;
  }
  if (form == Form::kCsv) print(error_csv(path, error));
  complain_of(path, error.message + place(error));
}

Result<Estimate> estimate_file(const std::string& path, const EstimateOptions& options,
                               const Profile& profile, const PriceSheet& prices, Context& ctx) {
  COSTENGINE_TRY(const auto source, path == "-" ? read_descriptor(STDIN_FILENO, ctx.limits())
                                                : open_file(path, ctx.limits()));
  return estimate(*source, profile, prices, options, ctx);
}

/// A model too large for this machine's memory must not take the other files with it.
Result<Estimate> estimate_within_memory(const std::string& path, const EstimateOptions& options,
                                        const Profile& profile, const PriceSheet& prices,
                                        Context& ctx) {
  try {
    return estimate_file(path, options, profile, prices, ctx);
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::kOutOfMemory,
                 Stage::kLoad,
                 "not enough memory for this model; simplify it or use a larger machine",
                 {},
                 {}};
  }
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

}  // namespace

ExitCode run_models(const ModelOptions& models, const EstimateOptions& options,
                    const Profile& profile, const PriceSheet& prices, const Show& show) {
  const Result<Isa> isa = isa_from_environment();
  if (!isa.ok()) return fail_before_models(isa.error(), models.form);

  EstimateOptions with_reading = options;
  with_reading.load.unit_mm = models.unit_mm;
  if (std::string helper = default_import_helper(); !helper.empty()) {
    with_reading.load.importer = make_process_importer(std::move(helper));
  }

  if (models.form == Form::kCsv) print(csv_header());
  const bool show_progress = errors_go_to_terminal();
  ExitCode worst = ExitCode::kPriced;
  for (const std::string& path : models.files) {
    with_reading.load.hint = format_from_name(path);
    std::optional<ProgressBar> bar;
    ContextOptions context;
    context.threads = models.threads;
    context.isa = isa.value();
    if (show_progress) {
      bar.emplace(path);
      context.progress = [&bar](double fraction, Stage stage) { bar->show(fraction, stage); };
    }
    Context ctx(std::move(context));
    const Result<Estimate> result =
        estimate_within_memory(path, with_reading, profile, prices, ctx);
    bar.reset();
    if (!result.ok()) {
      show_failure(path, result.error(), models.form);
      worst = worse(worst, exit_code_of(result.error()));
      continue;
    }
    const bool first = &path == &models.files.front();
    if (models.form == Form::kScreen && !first) print("\n");
    const Estimate& estimate = result.value();
    print(show(path, estimate));
    if (estimate.unpriced && models.form != Form::kJson) {
      complain_of(path, "not priced: " + estimate.unpriced->message);
    }
    worst = worse(worst, exit_code_of(estimate, models.strict));
  }
  return worst;
}

ExitCode fail_before_models(const Error& error, Form form) {
  if (form == Form::kJson) print(error_json(std::nullopt, error) + "\n");
  complain(error.message + place(error));
  const ExitCode code = exit_code_of(error);
  return code == ExitCode::kFailed ? code : ExitCode::kUsage;
}

}  // namespace costengine::cli
