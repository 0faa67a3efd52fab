/// The commands, one source file each, and what the command line may ask of them.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "batch/batch_command.hpp"
#include "costengine/run/sqlite_cache.hpp"
#include "run_models.hpp"

namespace costengine::cli {

struct EstimateCommand {
  ModelOptions models;
  std::string material;
  std::string prices;  ///< path of a price sheet; empty: the example
  std::string layers;  ///< path of the layer table to write; empty: none
  std::uint64_t quantity = 1;
  bool plate = false;                  ///< all on shared plates
  std::vector<std::string> overrides;  ///< "key=value"
  bool force = false;
};

struct InspectCommand {
  ModelOptions models;
};

struct ListProfilesCommand {};

struct ShowProfileCommand {
  std::string name;
  std::string material;
  std::vector<std::string> overrides;
};

struct CacheCommand {
  enum class Action { kStats, kVerify, kPrune, kClear };
  Action action = Action::kStats;
  std::string path;
  CacheOptions options{};  ///< bounds for kPrune
  bool json = false;

  [[nodiscard]] Form form() const { return json ? Form::kJson : Form::kScreen; }
};

/// --help or --version.
struct PrintCommand {
  std::string text;
};

using Command = std::variant<PrintCommand, EstimateCommand, InspectCommand, BatchCommand,
                             ListProfilesCommand, ShowProfileCommand, CacheCommand>;

ExitCode run(const PrintCommand& command);
ExitCode run(const EstimateCommand& command);
ExitCode run(const InspectCommand& command);
ExitCode run(const ListProfilesCommand& command);
ExitCode run(const ShowProfileCommand& command);
ExitCode run(const CacheCommand& command);

}  // namespace costengine::cli
