/// costengine estimate: what models cost.

#include <filesystem>
#include <system_error>

#include "command_line/command_line.hpp"
#include "commands.hpp"
#include "costengine/price/price_sheet.hpp"
#include "costengine/profile/load.hpp"
#include "costengine/report/csv.hpp"
#include "costengine/report/json.hpp"
#include "costengine/report/text.hpp"
#include "output.hpp"

namespace costengine::cli {
namespace {

Show show_in(Form form, const Profile& profile) {
  switch (form) {
    case Form::kJson:
      return [&profile](const std::string& path, const Estimate& estimate) {
        return estimate_json(path, estimate, profile) + "\n";
      };
    case Form::kCsv:
      return [&profile](const std::string& path, const Estimate& estimate) {
        return estimate_csv(path, estimate, profile);
      };
    case Form::kScreen:
      break;
  }
  return [&profile, options = TextOptions{output_takes_colour()}](const std::string& path,
                                                                  const Estimate& estimate) {
    return estimate_text(path, estimate, profile, options);
  };
}

/// A slip of the pen must not replace what the program is about to read.
void check_layers_spare_inputs(const EstimateCommand& command) {
  if (command.layers.empty()) return;
  for (const std::string& input :
       {command.models.files.front(), command.models.profile, command.prices}) {
    std::error_code none;  // what does not exist cannot be replaced
    if (std::filesystem::equivalent(input, command.layers, none)) {
      throw UsageError("--layers would replace " + input);
    }
  }
}

/// `show`, after writing the layer table to `path`.
Show with_layers(Show show, const std::string& path) {
  return [show = std::move(show), &path](const std::string& model, const Estimate& estimate) {
    if (estimate.production) {
      write_file(path, layer_table_csv(*estimate.production));
    } else {
      complain(path + ": not written, for a refused model has no layers");
    }
    return show(model, estimate);
  };
}

}  // namespace

ExitCode run(const EstimateCommand& command) {
  check_layers_spare_inputs(command);
  std::vector<std::string> inputs = command.models.files;
  inputs.insert(inputs.end(), {command.models.profile, command.prices, command.models.cache.path});
  Observer observer(command.models.observe, "estimate", inputs);
  const Form form = command.models.form;
  const Result<Profile> profile =
      load_profile({command.models.profile, command.material, command.overrides});
  if (!profile.ok()) return fail_before_models(profile.error(), form, &observer);
  const Result<PriceSheet> prices =
      command.prices.empty() ? example_price_sheet() : load_price_sheet(command.prices);
  if (!prices.ok()) return fail_before_models(prices.error(), form, &observer);

  EstimateOptions options;
  options.quantity = command.quantity;
  options.force = command.force;
  options.hash = form == Form::kJson;
  Show show = show_in(form, profile.value());
  if (!command.layers.empty()) show = with_layers(std::move(show), command.layers);
  // A layer table is in no cache.
  ModelOptions models = command.models;
  if (!command.layers.empty()) models.cache = {};
  const auto run = command.plate ? run_plate : run_models;
  const ExitCode code = run(models, options, profile.value(), prices.value(), show, observer);
  observer.close();
  return code;
}

}  // namespace costengine::cli
