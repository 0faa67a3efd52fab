#include "command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

namespace costengine::cli {
namespace {

constexpr std::uint64_t kMaxQuantity = 1'000'000'000;
constexpr std::uint64_t kMaxThreads = 1024;

constexpr std::string_view kAboutUnits =
    "STL and OBJ do not say which unit they are in; millimetres are assumed.\n";

constexpr std::string_view kMainFooter =
    "Examples:\n"
    "  costengine estimate bracket.stl\n"
    "  costengine estimate *.stl --quantity 10 --prices shop.toml --csv > offer.csv\n"
    "  costengine inspect bracket.stl\n"
    "  costengine profiles list\n\n"
    "Exit codes: 0 priced; 1 estimated only, with --strict; 2 a model was refused,\n"
    "cannot be read or not be priced; 3 wrong use; 4 the program failed. 'man\n"
    "costengine' says more.\n";

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

constexpr std::string_view kInspectFooter =
    "Examples:\n"
    "  costengine inspect bracket.stl\n"
    "  costengine inspect *.stl --json\n";

constexpr std::string_view kProfilesFooter =
    "Examples:\n"
    "  costengine profiles list\n"
    "  costengine profiles show printer.ini\n";

/// What CLI11 parses before it is checked and turned into a Command.
struct Words {
  std::string unit = "mm", threads, quantity;
  bool json = false, csv = false;
};

std::uint64_t whole_number(std::string_view option, const std::string& text, std::uint64_t most) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (parsed.ec != std::errc{} || parsed.ptr != end || number < 1 || number > most) {
    throw UsageError(std::string(option) + " takes a whole number from 1 to " +
                     std::to_string(most) + ", not '" + text + "'");
  }
  return number;
}

double unit_in_mm(const std::string& unit) {
  constexpr std::array<std::pair<std::string_view, double>, 4> kUnits = {
      {{"mm", 1}, {"cm", 10}, {"m", 1000}, {"in", 25.4}}};
  const auto* const found = std::find_if(kUnits.begin(), kUnits.end(),
                                         [&unit](const auto& u) { return u.first == unit; });
  if (found == kUnits.end()) throw UsageError("--unit takes mm, cm, m or in, not '" + unit + "'");
  return found->second;
}

void check_files(const std::vector<std::string>& files) {
  if (std::count(files.begin(), files.end(), "-") > 1) {
    throw UsageError("standard input ('-') can be read only once");
  }
  if (std::count(files.begin(), files.end(), "") > 0) throw UsageError("a file name is empty");
}

void finish(ModelOptions& models, const Words& words) {
  check_files(models.files);
  models.unit_mm = unit_in_mm(words.unit);
  if (!words.threads.empty()) {
    models.threads = static_cast<unsigned>(whole_number("--threads", words.threads, kMaxThreads));
  }
  if (words.json && words.csv) throw UsageError("--json and --csv exclude each other");
  if (words.json) models.form = Form::kJson;
  if (words.csv) models.form = Form::kCsv;
}

void check_layers(const EstimateCommand& estimate) {
  if (estimate.layers.empty()) return;
  if (estimate.plate) throw UsageError("--layers shows a part printed alone; leave out --plate");
  if (estimate.layers == "-") throw UsageError("--layers takes the name of a file, not '-'");
  if (estimate.models.files.size() > 1) {
    throw UsageError("--layers takes one model, not " +
                     std::to_string(estimate.models.files.size()));
  }
}

void check_overrides(const std::vector<std::string>& overrides) {
  for (const std::string& text : overrides) {
    if (const auto at = text.find('='); at == 0 || at == std::string::npos) {
      throw UsageError("--set takes KEY=VALUE, not '" + text + "'");
    }
  }
}

/// An option with a value. An empty one is wrong use: it comes from a script's unset variable.
CLI::Option* add_value(CLI::App* app, const std::string& name, std::string& value,
                       const std::string& hint, const std::string& description) {
  return app->add_option(name, value, description)
      ->option_text(hint)
      ->check([](const std::string& text) { return text.empty() ? "needs a value" : ""; });
}

void add_reading_options(CLI::App* app, ModelOptions& models, Words& words) {
  app->add_option("FILE", models.files, "Models: STL, OBJ, 3MF, PLY, ...; - is standard input")
      ->required()
      ->option_text("...");
  add_value(app, "--unit", words.unit, "mm|cm|m|in", "Unit of the file's numbers; default mm");
  add_value(app, "--threads", words.threads, "N", "Most threads to use; default: all cores");
}

void add_profile_options(CLI::App* app, std::string& material,
                         std::vector<std::string>& overrides) {
  add_value(app, "--material", material, "M", "Material, see 'costengine profiles list'");
  app->add_option("--set", overrides, "Change one setting; may be repeated")
      ->option_text("KEY=VALUE")
      ->allow_extra_args(false);
}

/// "costengine profiles show": the command that `app` was called with.
std::string command_words(const CLI::App& app) {
  std::string words = app.get_name();
  for (const auto* sub : app.get_subcommands()) words += " " + command_words(*sub);
  return words;
}

/// CLI11's messages in our words, as one line that ends with where to look.
std::string one_line(const CLI::ParseError& error, const CLI::App& app) {
  const std::string message = error.what();
  const std::string option = message.substr(0, message.find(':'));
  std::string text = message.substr(0, message.find('\n'));
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    text = message.starts_with("FILE") ? "name at least one model file" : "name a profile";
  } else if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    if (message.find("flag override") != std::string::npos) {
      return "--" + message.substr(0, message.find(' ')) + " takes no value";
    }
    const bool twice = message.find("At Most") != std::string::npos;
    text = option + (twice ? " is given more than once" : " needs a value");
  } else if (const auto at = message.find("not expected: "); at != std::string::npos) {
    text = "unknown here: " + message.substr(message.find(": ", at) + 2);
  }
  return text + "; see '" + command_words(app) + " --help'";
}

bool is_command(std::string_view word) {
  return word == "estimate" || word == "inspect" || word == "profiles";
}

}  // namespace

Command parse_command_line(int argc, char** argv) {
  EstimateCommand estimate;
  InspectCommand inspect;
  ShowProfileCommand show_profile;
  Words words;

  CLI::App app("What it costs to make a 3D model.", "costengine");
  app.get_formatter()->column_width(26);
  app.get_formatter()->label("REQUIRED", "");
  app.set_help_flag("-h,--help", "Show this help");
  app.set_version_flag("--version", "costengine " COSTENGINE_VERSION, "Show the version");
  app.footer(std::string(kMainFooter));
  app.require_subcommand(0, 1);  // a model may be called "inspect"
  app.option_defaults()->disable_flag_override();

  auto* const estimate_app = app.add_subcommand("estimate", "Price models");
  add_reading_options(estimate_app, estimate.models, words);
  add_value(estimate_app, "--profile", estimate.models.profile, "P",
            "Machine, machine/quality, .toml or .ini file");
  add_profile_options(estimate_app, estimate.material, estimate.overrides);
  add_value(estimate_app, "--prices", estimate.prices, "SHEET.toml",
            "Price sheet; default: example rates");
  add_value(estimate_app, "--quantity", words.quantity, "N", "Equal parts to price; default 1");
  add_value(estimate_app, "--layers", estimate.layers, "FILE.csv",
            "Write a table of the model's layers");
  estimate_app->add_flag("--plate", estimate.plate,
                         "Print all parts together, on as few plates as needed");
  estimate_app->add_flag("--json", words.json, "One JSON object per model and line");
  estimate_app->add_flag("--csv", words.csv, "A header and one row per model");
  estimate_app->add_flag("--force", estimate.force, "Price a refused model too, as a guess");
  estimate_app->add_flag("--strict", estimate.models.strict,
                         "End with 1 if a model is only estimated");
  estimate_app->footer(std::string(kAboutUnits) + "\n" + std::string(kEstimateFooter));

  auto* const inspect_app = app.add_subcommand("inspect", "Check and measure models");
  add_reading_options(inspect_app, inspect.models, words);
  add_value(inspect_app, "--profile", inspect.models.profile, "P",
            "Machine whose build volume counts");
  inspect_app->add_flag("--json", words.json, "One JSON object per model and line");
  inspect_app->add_flag("--strict", inspect.models.strict,
                        "End with 1 if a model is only estimated");
  inspect_app->footer(std::string(kAboutUnits) + "\n" + std::string(kInspectFooter));

  auto* const profiles_app = app.add_subcommand("profiles", "List and show print profiles");
  profiles_app->require_subcommand(0, 1);
  profiles_app->footer(std::string(kProfilesFooter));
  auto* const list_app = profiles_app->add_subcommand("list", "Machines, qualities, materials");
  auto* const show_app = profiles_app->add_subcommand("show", "Every setting of a profile");
  add_value(show_app, "NAME", show_profile.name, "", "Machine, machine/quality, .toml or .ini file")
      ->required()
      ->type_name("");
  add_profile_options(show_app, show_profile.material, show_profile.overrides);

  if (argc < 2) throw UsageError("name a command: estimate, inspect or profiles; see --help");
  if (argv[1][0] != '-' && !is_command(argv[1])) {
    throw UsageError("'" + std::string(argv[1]) +
                     "' is not a command; to price a model: costengine estimate FILE");
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return PrintCommand{app.help()};
  } catch (const CLI::CallForVersion&) {
    return PrintCommand{app.version() + "\n"};
  } catch (const CLI::ParseError& error) {
    throw UsageError(one_line(error, app));
  }

  if (*estimate_app) {
    finish(estimate.models, words);
    check_overrides(estimate.overrides);
    check_layers(estimate);
    if (!words.quantity.empty()) {
      estimate.quantity = whole_number("--quantity", words.quantity, kMaxQuantity);
    }
    return estimate;
  }
  if (*inspect_app) {
    finish(inspect.models, words);
    return inspect;
  }
  if (*list_app) return ListProfilesCommand{};
  if (*show_app) {
    check_overrides(show_profile.overrides);
    return show_profile;
  }
  if (*profiles_app)
    throw UsageError("profiles takes list or show NAME; see 'costengine profiles --help'");
  throw UsageError("name a command: estimate, inspect or profiles; see --help");
}

}  // namespace costengine::cli
