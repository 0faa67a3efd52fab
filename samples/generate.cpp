// Writes the sample models. They are the same bytes on every machine, and nothing of costengine
// takes part in them: volumes printed here are a second source for what the library measures.
#include <cmath>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "models.hpp"
#include "write.hpp"

namespace samples {
namespace {

enum class Size { kSmall, kBuilt, kLarge };  ///< committed; made by a build; on request
enum class Kind { kSolid, kOpen, kInverted, kDuplicated };

struct Sample {
  std::string file;
  Size size = Size::kBuilt;
  Surface (*make)() = nullptr;
  std::uint32_t shells = 1;
  Kind kind = Kind::kSolid;
  /// The signed volume by closed form, where there is one.
  std::optional<double> closed_form{};
};

Surface open_box() {
  Surface out = box({0, 0, 0}, {40, 30, 20}, {4, 3, 2});
  const std::int32_t top = static_cast<std::int32_t>(20 / kGrid);
  std::erase_if(out.facets, [&](const Facet& f) {
    return out.points[f[0]][2] == top && out.points[f[1]][2] == top && out.points[f[2]][2] == top;
  });
  return weld(out);
}

/// 20 mm cubes that share 12 x 14 x 10 mm.
Surface overlapping_boxes() {
  return joined(box({0, 0, 0}, {20, 20, 20}, {2, 2, 2}), box({8, 6, 10}, {28, 26, 30}, {2, 2, 2}));
}

Surface duplicated_bracket() {
  Surface out = bracket();
  const std::vector<Facet> once = out.facets;
  out.facets.insert(out.facets.end(), once.begin(), once.end());
  return out;
}

std::vector<Sample> all_samples() {
  const double bracket_mm3 = bracket_volume();
  const auto bracket_inch = [] { return weld(scaled(bracket(), 1 / 25.4, kFineGrid)); };
  return {
      {"bracket.stl", Size::kSmall, bracket, 1, Kind::kSolid, bracket_mm3},
      {"bracket-ascii.stl", Size::kSmall, bracket, 1, Kind::kSolid, bracket_mm3},
      {"bracket.obj", Size::kSmall, bracket, 1, Kind::kSolid, bracket_mm3},
      {"bracket-inch.stl", Size::kSmall, bracket_inch},
      {"hollow-box.stl", Size::kSmall, hollow_box, 2, Kind::kSolid, 24000 - 36 * 26 * 16},
      {"figurine-2k.stl", Size::kSmall, [] { return figurine(4.95); }},
      {"broken-open.stl", Size::kSmall, open_box, 1, Kind::kOpen},
      {"broken-inverted.stl", Size::kSmall, [] { return reversed(bracket()); }, 1, Kind::kInverted,
       -bracket_mm3},
      {"broken-overlap.stl", Size::kSmall, overlapping_boxes, 2, Kind::kSolid, 16000},
      {"broken-duplicated.stl", Size::kSmall, duplicated_bracket, 1, Kind::kDuplicated,
       2 * bracket_mm3},
      {"ring.stl", Size::kBuilt, [] { return ring(0.25); }},
      {"vase.stl", Size::kBuilt, vase},
      {"bolt.stl", Size::kBuilt, bolt},
      {"figurine-5k.stl", Size::kBuilt, [] { return figurine(3.1); }},
      {"figurine-200k.stl", Size::kBuilt, [] { return figurine(0.5); }},
      {"figurine-1600k.stl", Size::kLarge, [] { return figurine(0.1768); }},
  };
}

/// Throws unless the surface is what the table says.
void check(const Sample& sample, const Surface& surface) {
  const Topology t = topology(surface);
  const double v = volume(surface);
  const auto expect = [&](bool holds, const char* what) {
    if (!holds) throw std::runtime_error(sample.file + ": " + what);
  };
  expect(surface.points.size() == weld(surface).points.size(), "equal points");
  expect(t.shells == sample.shells, "wrong number of shells");
  expect(t.degenerate_facets == 0, "facets without an area");
  if (sample.kind == Kind::kSolid || sample.kind == Kind::kInverted) {
    expect(t.is_manifold(), "not a closed manifold");
  } else {
    expect(t.unmatched_edges > 0, "not broken");
  }
  expect((v < 0) == (sample.kind == Kind::kInverted), "wrong side out");
  if (sample.closed_form) {
    expect(std::fabs(v - *sample.closed_form) <= 1e-12 * std::fabs(v), "wrong volume");
  }
}

std::string bytes_of(const Sample& sample, const Surface& surface) {
  const std::string name = sample.file.substr(0, sample.file.find('.'));
  if (sample.file.ends_with(".obj")) return to_obj(surface, name);
  return name.ends_with("-ascii") ? to_stl_ascii(surface, name) : to_stl_binary(surface, name);
}

void write(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream out(path, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) throw std::runtime_error(path.string() + ": cannot write");
}

void generate(Size size, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  std::printf("%-22s %9s %9s %7s %16s\n", "file", "facets", "points", "shells", "signed volume");
  for (const Sample& sample : all_samples()) {
    const bool is_wanted =
        sample.size == size || (size == Size::kBuilt && sample.size == Size::kSmall);
    if (!is_wanted) continue;
    const Surface surface = sample.make();
    check(sample, surface);
    write(folder / sample.file, bytes_of(sample, surface));
    std::printf("%-22s %9zu %9zu %7u %16.7f\n", sample.file.c_str(), surface.facets.size(),
                surface.points.size(), sample.shells, volume(surface));
  }
}

}  // namespace
}  // namespace samples

int main(int argc, char** argv) {
  const std::string_view option = argc == 3 ? argv[1] : "";
  const bool is_right =
      argc == 3 ? option == "--small" || option == "--large" : argc == 2 && argv[1][0] != '-';
  if (!is_right) {
    std::fputs(
        "usage: costengine-samples [--small | --large] FOLDER\n"
        "  writes all samples, only the small ones, or only the largest\n",
        stderr);
    return 2;
  }
  try {
    using samples::Size;
    const Size size = option == "--small"   ? Size::kSmall
                      : option == "--large" ? Size::kLarge
                                            : Size::kBuilt;
    samples::generate(size, argv[argc - 1]);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "costengine-samples: %s\n", e.what());
    return 1;
  }
}
