#include "command_line.hpp"

#include <array>
#include <string_view>

#include "command_parser.hpp"

namespace costengine::cli {
namespace {

constexpr std::string_view kMainFooter =
    "Examples:\n"
    "  costengine estimate bracket.stl\n"
    "  costengine estimate *.stl --quantity 10 --prices shop.toml --csv > offer.csv\n"
    "  costengine inspect bracket.stl\n"
    "  costengine batch orders/ --output night.jsonl\n"
    "  costengine profiles list\n\n"
    "Exit codes: 0 priced; 1 estimated only, with --strict; 2 a model was refused,\n"
    "cannot be read or not be priced; 3 wrong use; 4 the program failed. 'man\n"
    "costengine' says more.\n";

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
    text = message.starts_with("FILE")   ? "name at least one model file"
           : message.starts_with("PATH") ? "name a cache"
                                         : "name a profile";
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

/// "estimate, inspect, profiles or cache"
std::string command_names(const CLI::App& app) {
  const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
  std::string names;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    if (i > 0) names += i + 1 == commands.size() ? " or " : ", ";
    names += commands[i]->get_name();
  }
  return names;
}

bool is_command(const CLI::App& app, std::string_view word) {
  return !app.get_subcommands([word](const CLI::App* sub) { return sub->get_name() == word; })
              .empty();
}

}  // namespace

Command parse_command_line(int argc, char** argv) {
  CLI::App app("What it costs to make a 3D model.", "costengine");
  app.get_formatter()->column_width(26);
  app.get_formatter()->label("REQUIRED", "");
  app.set_help_flag("-h,--help", "Show this help");
  app.set_version_flag("--version", "costengine " COSTENGINE_VERSION, "Show the version");
  app.footer(std::string(kMainFooter));
  app.require_subcommand(0, 1);  // a model may be called "inspect"
  app.option_defaults()->disable_flag_override();

  const std::array parsers = {make_estimate_parser(), make_inspect_parser(), make_batch_parser(),
                              make_profiles_parser(), make_cache_parser()};
  for (const auto& parser : parsers) parser->add_to(app);

  if (argc < 2) throw UsageError("name a command: " + command_names(app) + "; see --help");
  if (argv[1][0] != '-' && !is_command(app, argv[1])) {
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
  for (const auto& parser : parsers) {
    if (parser->app().parsed()) return parser->finish();
  }
  throw UsageError("name a command: " + command_names(app) + "; see --help");
}

}  // namespace costengine::cli
