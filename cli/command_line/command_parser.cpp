#include "command_parser.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace costengine::cli {
namespace {

constexpr std::uint64_t kMaxThreads = 1024;

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

}  // namespace

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

CLI::Option* add_value(CLI::App* app, const std::string& name, std::string& value,
                       const std::string& hint, const std::string& description) {
  return app->add_option(name, value, description)
      ->option_text(hint)
      ->check([](const std::string& text) { return text.empty() ? "needs a value" : ""; });
}

void add_reading_options(CLI::App* app, ModelOptions& models, ModelWords& words) {
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

void finish(ModelOptions& models, const ModelWords& words) {
  check_files(models.files);
  models.unit_mm = unit_in_mm(words.unit);
  if (!words.threads.empty()) {
    models.threads = static_cast<unsigned>(whole_number("--threads", words.threads, kMaxThreads));
  }
  if (words.json && words.csv) throw UsageError("--json and --csv exclude each other");
  if (words.json) models.form = Form::kJson;
  if (words.csv) models.form = Form::kCsv;
}

void check_overrides(const std::vector<std::string>& overrides) {
  for (const std::string& text : overrides) {
    if (const auto at = text.find('='); at == 0 || at == std::string::npos) {
      throw UsageError("--set takes KEY=VALUE, not '" + text + "'");
    }
  }
}

}  // namespace costengine::cli
