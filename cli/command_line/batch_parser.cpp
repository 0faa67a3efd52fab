/// The command line of costengine batch.

#include <utility>

#include "batch/batch_cache.hpp"
#include "cache/cache_option.hpp"
#include "command_parser.hpp"
#include "observe/observe_group.hpp"

namespace costengine::cli {
namespace {

constexpr std::string_view kBatchFooter =
    "An INPUT is a model, a folder, a quoted pattern, @LIST (a file with one path a\n"
    "line), or - (such a list on standard input).\n"
    "FILE appears when all is done; FILE.journal keeps what is done until then.\n\n"
    "Examples:\n"
    "  costengine batch orders/ --output night.jsonl\n"
    "  costengine batch orders/ --output night.jsonl --resume\n"
    "  costengine batch 'orders/*.stl' @more.txt --output offer.csv --prices shop.toml\n"
    "  find . -name '*.3mf' -print0 | costengine batch - --output found.jsonl\n";

constexpr std::uint64_t kMaxJobs = 1024;
constexpr std::uint64_t kMaxTimeLimitS = 86'400;
constexpr std::uint64_t kMinMemoryLimitMb = 128, kMaxMemoryLimitMb = 1'000'000;

bool ends_like_csv(const std::string& path) {
  return path.ends_with(".csv") || path.ends_with(".CSV");
}

class BatchParser final : public CommandParser {
 public:
  void add_to(CLI::App& app) override {
    app_ = app.add_subcommand("batch", "Price many models into one file");
    app_->add_option("INPUT", command_.models.files, "Models, folders, patterns, @LIST, -")
        ->option_text("...");
    add_value(app_, "--output", command_.output, "FILE", "Where the rows go");
    add_value(app_, "--jobs", jobs_, "N", "Files at once; default: one a core");
    app_->add_flag("--resume", command_.resume, "Go on where an ended batch was");
    add_cache_options(app_, cache_);
    app_->get_option("--cache")->description("Where answers are kept; default: the user's own");
    app_->add_flag("--no-isolate", no_isolate_, "Work without processes: faster, less safe");
    add_value(app_, "--order", order_, "input|finished", "Of the rows; default input");
    add_value(app_, "--time-limit", time_limit_, "S", "Most seconds for a file; default 600");
    add_value(app_, "--memory-limit", memory_limit_, "MB", "Most memory for a file; default 4096");
    add_value(app_, "--unit", words_.unit, "mm|cm|m|in", "Unit of the files' numbers; default mm");
    add_value(app_, "--profile", command_.models.profile, "P",
              "Machine, machine/quality, .toml or .ini file");
    add_profile_options(app_, command_.material, command_.overrides);
    add_value(app_, "--prices", command_.prices, "SHEET.toml",
              "Price sheet; default: example rates");
    add_value(app_, "--quantity", quantity_, "N", "Equal parts of each to price; default 1");
    app_->add_flag("--json", words_.json, "JSON objects; default unless FILE ends in .csv");
    app_->add_flag("--csv", words_.csv, "A header and one row per model");
    app_->add_flag("--force", command_.force, "Price a refused model too, as a guess");
    observe_.add_to(app_);
    app_->footer(std::string(kAboutUnits) + "\n" + std::string(kBatchFooter));
  }

  Command finish() override {
    if (command_.models.files.empty()) {
      throw UsageError("name at least one INPUT; see 'costengine batch --help'");
    }
    if (command_.output.empty()) throw UsageError("batch needs --output FILE");
    if (command_.output == "-") throw UsageError("--output takes the name of a file, not '-'");
    cli::finish(command_.models, words_);
    command_.models.observe = observe_.finish();
    command_.models.cache = cli::finish(cache_);
    if (cache_.path.empty()) command_.models.cache.path = users_cache_path();
    check_overrides(command_.overrides);
    if (command_.models.form == Form::kScreen) {
      command_.models.form = ends_like_csv(command_.output) ? Form::kCsv : Form::kJson;
    }
    if (order_ != "input" && order_ != "finished") {
      throw UsageError("--order takes input or finished, not '" + order_ + "'");
    }
    command_.isolate = !no_isolate_;
    command_.as_finished = order_ == "finished";
    if (!quantity_.empty()) {
      command_.quantity = whole_number("--quantity", quantity_, kMaxQuantity);
    }
    if (!jobs_.empty()) {
      command_.jobs = static_cast<unsigned>(whole_number("--jobs", jobs_, kMaxJobs));
    }
    if (!time_limit_.empty()) {
      command_.time_limit_s = whole_number("--time-limit", time_limit_, kMaxTimeLimitS);
    }
    if (!memory_limit_.empty()) {
      command_.memory_limit_mb = whole_number("--memory-limit", memory_limit_, kMaxMemoryLimitMb);
      if (command_.memory_limit_mb < kMinMemoryLimitMb) {
        throw UsageError("--memory-limit takes " + std::to_string(kMinMemoryLimitMb) +
                         " (MB) or more, not '" + memory_limit_ + "'");
      }
    }
    return std::move(command_);
  }

 private:
  BatchCommand command_;
  ModelWords words_;
  ObserveGroup observe_;
  CacheWords cache_;
  bool no_isolate_ = false;
  std::string order_ = "input", quantity_, jobs_, time_limit_, memory_limit_;
};

}  // namespace

std::unique_ptr<CommandParser> make_batch_parser() {
  return std::make_unique<BatchParser>();
}

}  // namespace costengine::cli
