// costengine-gcode-time [--layers] FILE...: runs a slicer's G-code (plain or gzip) through the
// motion planner, and compares with the time that the slicer wrote into the file. Prints one JSON
// object a file, on one line.
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "costengine/motion/gcode.hpp"
#include "costengine/motion/planner.hpp"
#include "gcode/layer_table.hpp"
#include "gcode/slicer_file.hpp"

namespace {

using gcode::FeatureTotals;
using gcode::LayerTable;

/// A slicer's feature names and file paths need no more than this.
std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

void print_features(const LayerTable& table, const std::vector<FeatureTotals>& features) {
  const char* comma = "";
  std::printf("{");
  for (std::size_t i = 0; i < features.size(); ++i) {
    const FeatureTotals& f = features[i];
    if (f.moves == 0) continue;
    std::printf(
        "%s%s:{\"seconds\":%.4f,\"xy_mm\":%.3f,\"filament_mm\":%.4f,\"moves\":%zu,"
        "\"paths\":%zu}",
        comma, quoted(table.names()[i]).c_str(), f.seconds, f.xy_mm, f.filament_mm, f.moves,
        f.paths);
    comma = ",";
  }
  std::printf("}");
}

void print_layers(const LayerTable& table) {
  std::vector<FeatureTotals> sums(table.names().size());
  std::size_t retractions = 0;
  for (const LayerTable::Row& row : table.rows()) {
    for (std::size_t i = 0; i < row.features.size(); ++i) {
      const FeatureTotals& f = row.features[i];
      sums[i].seconds += f.seconds;
      sums[i].xy_mm += f.xy_mm;
      sums[i].filament_mm += f.filament_mm;
      sums[i].moves += f.moves;
      sums[i].paths += f.paths;
    }
    retractions += row.retractions;
  }
  std::printf(",\"retractions\":%zu,\"features\":", retractions);
  print_features(table, sums);
  std::printf(",\"layers\":[");
  const char* comma = "";
  for (const LayerTable::Row& row : table.rows()) {
    double seconds = 0;
    for (const FeatureTotals& f : row.features) seconds += f.seconds;
    std::printf("%s{\"z\":%s,\"height\":%s,\"seconds\":%.4f,\"retractions\":%zu,\"features\":",
                comma, row.z.empty() ? "0" : row.z.c_str(),
                row.height.empty() ? "0" : row.height.c_str(), seconds, row.retractions);
    print_features(table, row.features);
    std::printf("}");
    comma = ",";
  }
  std::printf("]");
}

bool print_file(const char* path, bool layers) {
  const auto text = gcode::read_file(path);
  if (!text) {
    std::fprintf(stderr, "costengine-gcode-time: %s: cannot be read\n", path);
    return false;
  }
  const gcode::Config config = gcode::read_config(*text);
  const costengine::Machine machine = gcode::machine_of(config);
  const costengine::MotionLimits limits = costengine::motion_limits(machine);
  costengine::GcodeReader reader(limits, machine.gcode_flavor);
  LayerTable table;
  // One tag a move: the table knows what each is.
  std::size_t lines = 0;
  gcode::for_lines(*text, [&](std::string_view) { ++lines; });
  costengine::MotionPlanner planner(limits, static_cast<std::uint32_t>(lines));
  std::uint32_t moves = 0;
  gcode::for_lines(*text, [&](std::string_view line) {
    if (line.starts_with(';')) return table.read_comment(line);
    if (auto move = reader.read(line)) {
      move->tag = moves++;
      table.add(*move);
      planner.add(*move);
    }
    if (reader.limits_changed()) planner.set_limits(reader.limits());
  });
  planner.stop();
  double seconds = 0;
  for (std::uint32_t tag = 0; tag < moves; ++tag) {
    table.spend(tag, planner.seconds(tag));
    seconds += planner.seconds(tag);
  }
  std::printf("{\"file\":%s,\"moves\":%u,\"seconds\":%.3f", quoted(path).c_str(), moves, seconds);
  if (const auto slicer = gcode::slicer_seconds(config)) {
    std::printf(",\"slicer_seconds\":%.0f,\"ratio\":%.5f", *slicer, seconds / *slicer);
  }
  if (layers) print_layers(table);
  std::printf("}\n");
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  bool layers = false, good = true;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--layers") == 0) {
      layers = true;
    } else {
      good = print_file(argv[i], layers) && good;
    }
  }
  return good ? 0 : 2;
}
