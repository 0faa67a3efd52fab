/// costengine profiles: the catalogue, and every setting of one profile.

#include "commands.hpp"
#include "costengine/profile/load.hpp"
#include "costengine/report/profile_text.hpp"
#include "output.hpp"

namespace costengine::cli {

ExitCode run(const ListProfilesCommand&) {
  print(profile_list_text(list_profiles(), {output_takes_colour()}));
  return ExitCode::kPriced;
}

ExitCode run(const ShowProfileCommand& command) {
  const Result<Profile> profile = load_profile({command.name, command.material, command.overrides});
  if (!profile.ok()) return fail_before_models(profile.error(), Form::kScreen);
  print(profile_text(profile.value(), {output_takes_colour()}));
  return ExitCode::kPriced;
}

ExitCode run(const PrintCommand& command) {
  print(command.text);
  return ExitCode::kPriced;
}

}  // namespace costengine::cli
