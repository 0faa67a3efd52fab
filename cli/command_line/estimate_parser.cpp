/// The command line of costengine estimate.

#include <utility>

#include "cache/cache_option.hpp"
#include "command_parser.hpp"
#include "observe/observe_group.hpp"

namespace costengine::cli {
namespace {

constexpr std::string_view kEstimateFooter =
    "Examples:\n"
    "  costengine estimate bracket.stl\n"
    "  costengine estimate bracket.stl --material PETG --quantity 20\n"
    "  costengine estimate vase.obj --set layer_height=0.3 --prices shop.toml\n"
    "  costengine estimate ring.stl --unit in --profile printer.ini\n"
    "  costengine estimate *.stl --csv > offer.csv\n"
    "  costengine estimate bracket.stl --layers layers.csv\n"
    "  costengine estimate ring.stl --quantity 20 --plate\n"
    "  costengine estimate box.stl lid.stl --plate\n"
    "  unzip -p parts.zip part.stl | costengine estimate - --json\n";

void check_layers(const EstimateCommand& estimate) {
  if (estimate.layers.empty()) return;
  if (estimate.plate) throw UsageError("--layers shows a part printed alone; leave out --plate");
  if (estimate.layers == "-") throw UsageError("--layers takes the name of a file, not '-'");
  if (estimate.models.files.size() > 1) {
    throw UsageError("--layers takes one model, not " +
                     std::to_string(estimate.models.files.size()));
  }
}

class EstimateParser final : public CommandParser {
 public:
  void add_to(CLI::App& app) override {
    app_ = app.add_subcommand("estimate", "Price models");
    add_reading_options(app_, command_.models, words_);
    add_value(app_, "--profile", command_.models.profile, "P",
              "Machine, machine/quality, .toml or .ini file");
    add_profile_options(app_, command_.material, command_.overrides);
    add_value(app_, "--prices", command_.prices, "SHEET.toml",
              "Price sheet; default: example rates");
    add_value(app_, "--quantity", quantity_, "N", "Equal parts to price; default 1");
    add_value(app_, "--layers", command_.layers, "FILE.csv", "Write a table of the model's layers");
    app_->add_flag("--plate", command_.plate,
                   "Print all parts together, on as few plates as needed");
    app_->add_flag("--json", words_.json, "One JSON object per model and line");
    app_->add_flag("--csv", words_.csv, "A header and one row per model");
    app_->add_flag("--force", command_.force, "Price a refused model too, as a guess");
    app_->add_flag("--strict", command_.models.strict, "End with 1 if a model is only estimated");
    observe_.add_to(app_);
    add_cache_options(app_, cache_);
    app_->footer(std::string(kAboutUnits) + "\n" + std::string(kEstimateFooter));
  }

  Command finish() override {
    cli::finish(command_.models, words_);
    command_.models.observe = observe_.finish();
    command_.models.cache = cli::finish(cache_);
    check_overrides(command_.overrides);
    check_layers(command_);
    if (!quantity_.empty()) {
      command_.quantity = whole_number("--quantity", quantity_, kMaxQuantity);
    }
    return std::move(command_);
  }

 private:
  EstimateCommand command_;
  ModelWords words_;
  ObserveGroup observe_;
  CacheWords cache_;
  std::string quantity_;
};

}  // namespace

std::unique_ptr<CommandParser> make_estimate_parser() {
  return std::make_unique<EstimateParser>();
}

}  // namespace costengine::cli
