/// The command line of costengine inspect.

#include <utility>

#include "cache/cache_option.hpp"
#include "command_parser.hpp"
#include "observe/observe_group.hpp"

namespace costengine::cli {
namespace {

constexpr std::string_view kInspectFooter =
    "Examples:\n"
    "  costengine inspect bracket.stl\n"
    "  costengine inspect *.stl --json\n";

class InspectParser final : public CommandParser {
 public:
  void add_to(CLI::App& app) override {
    app_ = app.add_subcommand("inspect", "Check and measure models");
    add_reading_options(app_, command_.models, words_);
    add_value(app_, "--profile", command_.models.profile, "P", "Machine whose build volume counts");
    app_->add_flag("--json", words_.json, "One JSON object per model and line");
    app_->add_flag("--strict", command_.models.strict, "End with 1 if a model is only estimated");
    observe_.add_to(app_);
    add_cache_options(app_, cache_);
    app_->footer(std::string(kAboutUnits) + "\n" + std::string(kInspectFooter));
  }

  Command finish() override {
    cli::finish(command_.models, words_);
    command_.models.observe = observe_.finish();
    command_.models.cache = cli::finish(cache_);
    return std::move(command_);
  }

 private:
  InspectCommand command_;
  ModelWords words_;
  ObserveGroup observe_;
  CacheWords cache_;
};

}  // namespace

std::unique_ptr<CommandParser> make_inspect_parser() {
  return std::make_unique<InspectParser>();
}

}  // namespace costengine::cli
