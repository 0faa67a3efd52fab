/// The command line of costengine cache.

#include <array>
#include <utility>

#include "cache/cache_option.hpp"
#include "command_parser.hpp"

namespace costengine::cli {
namespace {

using Action = CacheCommand::Action;

constexpr std::string_view kCacheFooter =
    "Examples:\n"
    "  costengine cache stats quotes.db\n"
    "  costengine cache prune quotes.db --days 30\n\n"
    "A file that is no cache is never changed.\n";

constexpr std::array<std::pair<const char*, const char*>, 4> kActions = {
    {{"stats", "What a cache holds"},
     {"verify", "Read all of it; ends with 2 if something is damaged"},
     {"prune", "Remove what is damaged, too old or too much"},
     {"clear", "Remove everything"}}};

class CacheParser final : public CommandParser {
 public:
  void add_to(CLI::App& app) override {
    app_ = app.add_subcommand("cache", "Look after caches of answers");
    app_->require_subcommand(0, 1);
    app_->footer(std::string(kCacheFooter));
    for (std::size_t i = 0; i < kActions.size(); ++i) {
      CLI::App* action = app_->add_subcommand(kActions[i].first, kActions[i].second);
      actions_[i] = action;
      add_value(action, "PATH", command_.path, "", "The cache")->required()->type_name("");
      if (static_cast<Action>(i) == Action::kPrune) {
        add_value(action, "--mib", mib_, "N", "Leave at most so much; default 256");
        add_value(action, "--days", days_, "N", "Remove older answers; default: none");
      }
      action->add_flag("--json", command_.json, "One JSON object");
    }
  }

  Command finish() override {
    for (std::size_t i = 0; i < kActions.size(); ++i) {
      if (!*actions_[i]) continue;
      command_.action = static_cast<Action>(i);
      command_.options = cache_bounds("--mib", mib_, "--days", days_);
      return std::move(command_);
    }
    throw UsageError(
        "cache takes stats, verify, prune or clear and a PATH; see 'costengine cache --help'");
  }

 private:
  CacheCommand command_;
  std::array<CLI::App*, kActions.size()> actions_{};
  std::string mib_, days_;
};

}  // namespace

std::unique_ptr<CommandParser> make_cache_parser() {
  return std::make_unique<CacheParser>();
}

}  // namespace costengine::cli
