#include "stages.hpp"

#include <stdlib.h>

#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>
#include <utility>

#include "bench_models.hpp"
#include "costengine/measure/measure.hpp"
#include "costengine/process/fdm.hpp"
#include "costengine/profile/load.hpp"
#include "costengine/profile/production_view.hpp"

namespace bench {
namespace {

using namespace costengine;

constexpr double kLayerMm = 0.1;

/// A folder of our own, gone when the program ends.
class Folder {
 public:
  Folder() {
    path_ = std::filesystem::temp_directory_path() / "costengine-bench-XXXXXX";
    if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error(path_ + " cannot be made");
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// The last one is kept: files of several formats are asked for one after another.
const Mesh& mesh_of(ModelKey key) {
  static ModelKey last;
  static Mesh mesh;
  if (key != last) {
    mesh = figurine(key.facets);
    if (key.layers > 0) stretch(mesh, kLayerMm * static_cast<double>(key.layers));
    last = key;
  }
  return mesh;
}

}  // namespace

const std::string& file_of(ModelKey key, const std::string& ending) {
  static const Folder folder;
  static std::map<std::pair<ModelKey, std::string>, std::string> files;
  std::string& path = files[{key, ending}];
  if (path.empty()) {
    path = folder.path() + "/" + std::to_string(key.facets) + "-" + std::to_string(key.layers) +
           ending;
    write(mesh_of(key), path);
  }
  return path;
}

Profile profile_of(ModelKey key) {
  ProfileRequest request;
  if (key.layers > 0) {
    request.overrides = {"layer_height=0.1", "first_layer_height=0.1"};
  }
  return load_profile(request).value();
}

const Stages& stages_of(ModelKey key) {
  static std::map<ModelKey, std::unique_ptr<const Stages>> kept;
  std::unique_ptr<const Stages>& at = kept[key];
  if (at == nullptr) {
    auto made = std::make_unique<Stages>();
    Stages& s = *made;
    Context ctx;
    const auto source = open_file(file_of(key, ".stl"), ctx.limits()).value();
    s.profile = profile_of(key);
    s.view = production_view(s.profile, Placement::kAlone);
    s.loaded = load(*source, {}, ctx).value();
    s.inspection = inspect(s.loaded, s.view.machine, s.view.print.perimeter_width_mm, ctx).value();
    s.measurements = measure(s.inspection, false, ctx).value();
    s.layers = slice(s.inspection, s.view, ctx).value();
    s.production = plan_fdm(s.layers, s.measurements, s.view, ctx).value();
    s.estimate = estimate(*source, s.profile, example_price_sheet(), {}, ctx).value();
    at = std::move(made);
  }
  return *at;
}

}  // namespace bench
