/// What the parsers of the commands share. Each command has a source file beside this one.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "command_line.hpp"

namespace costengine::cli {

/// One command of the program: says which options it has, and turns what was parsed into a Command.
class CommandParser {
 public:
  virtual ~CommandParser() = default;

  /// Adds a subcommand to `app`.
  virtual void add_to(CLI::App& app) = 0;

  /// What the arguments ask for, if this command was called. Throws UsageError.
  virtual Command finish() = 0;

  [[nodiscard]] const CLI::App& app() const { return *app_; }

 protected:
  CLI::App* app_ = nullptr;  ///< owned by the app it was added to
};

std::unique_ptr<CommandParser> make_estimate_parser();
std::unique_ptr<CommandParser> make_inspect_parser();
std::unique_ptr<CommandParser> make_batch_parser();
std::unique_ptr<CommandParser> make_profiles_parser();
std::unique_ptr<CommandParser> make_cache_parser();

inline constexpr std::uint64_t kMaxQuantity = 1'000'000'000;

inline constexpr std::string_view kAboutUnits =
    "STL and OBJ do not say which unit they are in; millimetres are assumed.\n";

/// What CLI11 parses of ModelOptions before it is checked.
struct ModelWords {
  std::string unit = "mm", threads;
  bool json = false, csv = false;
};

/// Throws UsageError unless `text` is a number from 1 to `most`.
std::uint64_t whole_number(std::string_view option, const std::string& text, std::uint64_t most);

/// An option with a value. An empty one is wrong use: it comes from a script's unset variable.
CLI::Option* add_value(CLI::App* app, const std::string& name, std::string& value,
                       const std::string& hint, const std::string& description);

/// FILE, --unit and --threads.
void add_reading_options(CLI::App* app, ModelOptions& models, ModelWords& words);

/// --material and --set.
void add_profile_options(CLI::App* app, std::string& material, std::vector<std::string>& overrides);

/// Checks `words` and the files, and fills in `models`. Throws UsageError.
void finish(ModelOptions& models, const ModelWords& words);

/// Throws UsageError unless each is KEY=VALUE.
void check_overrides(const std::vector<std::string>& overrides);

}  // namespace costengine::cli
