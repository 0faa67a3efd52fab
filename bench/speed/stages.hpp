/// The models as files, and as every stage hands them to the next.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "costengine/estimate.hpp"
#include "costengine/mesh/inspect.hpp"
#include "costengine/slice/layers.hpp"

namespace bench {

/// How a model is asked for. Without layers the figurine stands 54 mm high, in layers of 0.2 mm.
/// With, it is stretched to have that many of 0.1 mm each, whose outlines are the same for any
/// number.
struct ModelKey {
  std::uint64_t facets = 0, layers = 0;
  friend auto operator<=>(const ModelKey&, const ModelKey&) = default;
};

/// A file with the model, written when it is first asked for and removed when the program ends.
/// `ending` is ".stl", "-ascii.stl" or ".obj".
const std::string& file_of(ModelKey key, const std::string& ending);

/// What each stage answers for a model, calculated when it is first asked for and then kept.
struct Stages {
  costengine::Profile profile, view;  ///< `view`: as the stages before the price see it
  costengine::LoadedMesh loaded;
  costengine::Inspection inspection;
  costengine::Measurements measurements;
  costengine::Layers layers;
  costengine::Production production;
  costengine::Estimate estimate;
};
const Stages& stages_of(ModelKey key);

/// The profile that a model is printed with.
costengine::Profile profile_of(ModelKey key);

}  // namespace bench
