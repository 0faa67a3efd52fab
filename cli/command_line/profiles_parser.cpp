/// The command line of costengine profiles.

#include <utility>

#include "command_parser.hpp"

namespace costengine::cli {
namespace {

constexpr std::string_view kProfilesFooter =
    "Examples:\n"
    "  costengine profiles list\n"
    "  costengine profiles show printer.ini\n";

class ProfilesParser final : public CommandParser {
 public:
  void add_to(CLI::App& app) override {
    app_ = app.add_subcommand("profiles", "List and show print profiles");
    app_->require_subcommand(0, 1);
    app_->footer(std::string(kProfilesFooter));
    list_app_ = app_->add_subcommand("list", "Machines, qualities, materials");
    show_app_ = app_->add_subcommand("show", "Every setting of a profile");
    add_value(show_app_, "NAME", show_.name, "", "Machine, machine/quality, .toml or .ini file")
        ->required()
        ->type_name("");
    add_profile_options(show_app_, show_.material, show_.overrides);
  }

  Command finish() override {
    if (*list_app_) return ListProfilesCommand{};
    if (!*show_app_) {
      throw UsageError("profiles takes list or show NAME; see 'costengine profiles --help'");
    }
    check_overrides(show_.overrides);
    return std::move(show_);
  }

 private:
  CLI::App* list_app_ = nullptr;
  CLI::App* show_app_ = nullptr;
  ShowProfileCommand show_;
};

}  // namespace

std::unique_ptr<CommandParser> make_profiles_parser() {
  return std::make_unique<ProfilesParser>();
}

}  // namespace costengine::cli
