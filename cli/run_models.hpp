/// What estimate and inspect share: going through the files.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cache/cache_choice.hpp"
#include "costengine/estimate.hpp"
#include "exit_code.hpp"
#include "observe/observer.hpp"

namespace costengine::cli {

enum class Form { kScreen, kJson, kCsv };

/// The options that estimate and inspect have in common.
struct ModelOptions {
  std::vector<std::string> files;  ///< "-" is standard input
  std::string profile;             ///< empty: the catalogue's first
  double unit_mm = 1;
  unsigned threads = 0;  ///< 0: all cores
  Form form = Form::kScreen;
  bool strict = false;
  CacheChoice cache{};
  ObserveOptions observe{};
};

/// One result as text, ending with a line's end.
using Show = std::function<std::string(const std::string& path, const Estimate& estimate)>;

/// Calculates every file in order and prints each result as soon as it is there. A file that fails
/// says so in the chosen form and does not stop the others. Throws OutputError.
ExitCode run_models(const ModelOptions& models, const EstimateOptions& options,
                    const Profile& profile, const PriceSheet& prices, const Show& show,
                    Observer& observer);

/// The same for models that are printed together on as few plates as needed,
/// EstimateOptions::quantity of each. The cache is not used. Throws OutputError.
ExitCode run_plate(const ModelOptions& models, const EstimateOptions& options,
                   const Profile& profile, const PriceSheet& prices, const Show& show,
                   Observer& observer);

/// What COSTENGINE_ISA asks for.
Result<Isa> isa_from_environment();

/// Says why nothing can be calculated: a profile, a price sheet, the environment. Tells the
/// observer too, if there is one.
ExitCode fail_before_models(const Error& error, Form form, Observer* observer = nullptr);

}  // namespace costengine::cli
