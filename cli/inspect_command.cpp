/// costengine inspect: whether models are sound, and how large they are.

#include "commands.hpp"
#include "costengine/price/price_sheet.hpp"
#include "costengine/profile/load.hpp"
#include "costengine/report/json.hpp"
#include "costengine/report/text.hpp"
#include "output.hpp"

namespace costengine::cli {

ExitCode run(const InspectCommand& command) {
  const bool json = command.models.form == Form::kJson;
  std::vector<std::string> inputs = command.models.files;
  inputs.insert(inputs.end(), {command.models.profile, command.models.cache.path});
  Observer observer(command.models.observe, "inspect", inputs);
  const Result<Profile> profile = load_profile({command.models.profile, {}, {}});
  if (!profile.ok()) return fail_before_models(profile.error(), command.models.form, &observer);

  EstimateOptions options;
  options.production = options.quote = false;
  options.hash = options.hull = json;  // both take longer than the rest
  const TextOptions text{output_takes_colour()};
  const Show show = [json, text](const std::string& path, const Estimate& estimate) {
    return json ? inspect_json(path, estimate) + "\n" : inspect_text(path, estimate, text);
  };
  const ExitCode code =
      run_models(command.models, options, profile.value(), PriceSheet{}, show, observer);
  observer.close();
  return code;
}

}  // namespace costengine::cli
