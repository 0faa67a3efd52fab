#include "batch_command.hpp"

#include <filesystem>
#include <utility>

#include "batch.hpp"
#include "batch_cache.hpp"
#include "command_line/command_line.hpp"
#include "costengine/price/price_sheet.hpp"
#include "costengine/profile/load.hpp"
#include "import_process.hpp"
#include "inputs.hpp"
#include "output.hpp"
#include "output_file.hpp"

namespace costengine::cli {
namespace {

Job make_job(const BatchCommand& command, Profile profile, PriceSheet prices, Isa isa) {
  Job job;
  job.profile = std::move(profile);
  job.prices = std::move(prices);
  job.isa = isa;
  job.csv = command.models.form == Form::kCsv;
  job.options.quantity = command.quantity;
  job.options.force = command.force;
  job.options.hash = !job.csv;
  job.options.load.unit_mm = command.models.unit_mm;
  if (std::string helper = default_import_helper(); !helper.empty()) {
    job.options.load.importer = make_process_importer(std::move(helper));
  }
  job.time_limit_s = command.time_limit_s;
  job.memory_limit_mb = command.memory_limit_mb;
  job.cache = command.models.cache;
  // Whether it can be used is found out once, here; workers open it for themselves.
  if (open_chosen(job.cache) == nullptr) job.cache.path.clear();
  return job;
}

/// A slip of the pen must not replace what the batch reads.
void check_spared(const std::string& output, const std::string& file) {
  std::error_code none;  // what does not exist cannot be replaced
  if (std::filesystem::equivalent(output, file, none)) {
    throw UsageError("--output would replace " + file);
  }
}

/// What the batch reads besides models.
std::vector<std::string> other_files(const BatchCommand& command) {
  std::vector<std::string> files = {command.models.profile, command.prices,
                                    command.models.cache.path};
  for (const std::string& word : command.models.files) {
    if (word.starts_with('@')) files.push_back(word.substr(1));
  }
  return files;
}

std::vector<Input> find_inputs(const BatchCommand& command, const std::string& output) {
  std::vector<Input> inputs;
  for (std::string& path : expand_inputs(command.models.files)) {
    const FileState state = file_state(path);
    inputs.push_back({std::move(path), state});
  }
  std::error_code none;
  if (!std::filesystem::exists(output, none)) return inputs;
  for (const Input& input : inputs) check_spared(output, input.path);
  for (const std::string& file : other_files(command)) check_spared(output, file);
  return inputs;
}

/// A log, metrics or a trace must not replace what the batch reads, nor its output.
std::vector<std::string> spared_files(const BatchCommand& command, const std::string& output,
                                      const std::vector<Input>& inputs) {
  const ObserveOptions& observe = command.models.observe;
  const auto whole = [](const std::string& file) {
    std::error_code none;
    return std::filesystem::weakly_canonical(std::filesystem::absolute(file, none), none);
  };
  for (const std::string& file : {observe.log, observe.metrics, observe.trace}) {
    if (!file.empty() && whole(file) == whole(output)) {
      throw UsageError(file + " is also the --output: name another file");
    }
  }
  std::vector<std::string> files = other_files(command);
  for (const Input& input : inputs) files.push_back(input.path);
  return files;
}

std::string how_to_go_on(const Batch& batch) {
  return std::to_string(batch.totals().files()) + " of " + std::to_string(batch.files()) +
         " files are done; go on with the same command and --resume";
}

std::string summary_text(const Batch& batch, const std::string& output) {
  std::string text = batch.totals().text();
  if (batch.repeated() > 0) {
    text += std::to_string(batch.repeated()) + " with the content of another file\n";
  }
  if (batch.resumed() > 0) {
    text += std::to_string(batch.resumed()) + " taken over from the run before\n";
  }
  return text + "written to " + output + "\n";
}

ExitCode run(const BatchCommand& command, const Job& job, const std::string& output,
             std::vector<Input> inputs, Observer& observer) {
  Batch batch(command, job, output, std::move(inputs), observer);
  std::optional<int> signal;
  try {
    signal = batch.run();
  } catch (const OutputError& error) {
    throw OutputError(error.what() + std::string("; ") + how_to_go_on(batch));
  }
  if (signal) {
    const bool interrupted = *signal == SIGINT;
    complain((interrupted ? "interrupted: " : "terminated: ") + how_to_go_on(batch));
    return static_cast<ExitCode>(interrupted ? kInterrupted : kTerminated);
  }
  print(summary_text(batch, output));
  return batch.totals().all_priced() ? ExitCode::kPriced : ExitCode::kRefused;
}

}  // namespace

ExitCode run(const BatchCommand& command) {
  const std::string output = output_path(command.output);
  std::vector<Input> inputs = find_inputs(command, output);
  Observer observer(command.models.observe, "batch", spared_files(command, output, inputs));
  auto profile = load_profile({command.models.profile, command.material, command.overrides});
  if (!profile.ok()) return fail_before_models(profile.error(), Form::kScreen, &observer);
  auto prices = command.prices.empty() ? Result<PriceSheet>(example_price_sheet())
                                       : load_price_sheet(command.prices);
  if (!prices.ok()) return fail_before_models(prices.error(), Form::kScreen, &observer);
  const Result<Isa> isa = isa_from_environment();
  if (!isa.ok()) return fail_before_models(isa.error(), Form::kScreen, &observer);
  const Job job =
      make_job(command, std::move(profile).value(), std::move(prices).value(), isa.value());
  const ExitCode code = run(command, job, output, std::move(inputs), observer);
  observer.close();
  return code;
}

}  // namespace costengine::cli
