/// costengine estimate: what models cost.

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

}  // namespace

ExitCode run(const EstimateCommand& command) {
  const Form form = command.models.form;
  const Result<Profile> profile =
      load_profile({command.models.profile, command.material, command.overrides});
  if (!profile.ok()) return fail_before_models(profile.error(), form);
  const Result<PriceSheet> prices =
      command.prices.empty() ? example_price_sheet() : load_price_sheet(command.prices);
  if (!prices.ok()) return fail_before_models(prices.error(), form);

  EstimateOptions options;
  options.quantity = command.quantity;
  options.force = command.force;
  options.hash = options.hull = form == Form::kJson;
  return run_models(command.models, options, profile.value(), prices.value(),
                    show_in(form, profile.value()));
}

}  // namespace costengine::cli
