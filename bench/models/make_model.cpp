// costengine-bench-model: writes models to measure speed on. Prints the number of facets.
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>

#include "bench_models.hpp"
#include "costengine/mesh/load.hpp"

namespace {

costengine::Mesh subdivided(const std::string& path, int times) {
  costengine::Context ctx;
  auto source = costengine::open_file(path, ctx.limits());
  if (!source.ok()) throw std::runtime_error(path + ": " + source.error().message);
  auto loaded = costengine::load(*source.value(), {}, ctx);
  if (!loaded.ok()) throw std::runtime_error(path + ": " + loaded.error().message);
  costengine::Mesh mesh = std::move(loaded).value().mesh;
  for (int i = 0; i < times; ++i) bench::subdivide(mesh);
  return mesh;
}

}  // namespace

int main(int argc, char** argv) try {
  const std::string_view command = argc > 1 ? argv[1] : "";
  costengine::Mesh mesh;
  if (command == "figurine" && argc == 4) {
    mesh = bench::figurine(std::stoull(argv[2]));
  } else if (command == "subdivide" && argc == 5) {
    mesh = subdivided(argv[2], std::stoi(argv[3]));
  } else {
    std::fputs(
        "usage: costengine-bench-model figurine FACETS OUT\n"
        "       costengine-bench-model subdivide MODEL TIMES OUT\n"
        "  OUT ends in .stl, -ascii.stl or .obj\n",
        stderr);
    return 3;
  }
  bench::write(mesh, argv[argc - 1]);
  std::printf("%zu\n", mesh.facets.size());
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "costengine-bench-model: %s\n", error.what());
  return 4;
}
