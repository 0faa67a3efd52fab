/// What every reader of the helper makes: triangles in millimetres, or a refusal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "costengine/base/error.hpp"
#include "costengine/mesh/mesh.hpp"

namespace costengine::import {

/// Thrown by the readers, caught once in main(). The message says what to do.
struct Refusal {
  ErrorCode code;
  std::string message;
};

[[noreturn]] inline void refuse(std::string message, ErrorCode code = ErrorCode::kImportFailed) {
  throw Refusal{code, std::move(message)};
}

struct Model {
  Mesh mesh;                  ///< millimetres; vertices may repeat, none is unused
  std::uint64_t dropped = 0;  ///< points, lines and polygons without three corners
};

/// Points p become (p . row + shift) per axis: the placement of a part, without its perspective.
struct Placement {
  double m[3][4] = {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}};

  [[nodiscard]] Vec3 operator()(Vec3 p) const {
    return {m[0][0] * p.x + m[0][1] * p.y + m[0][2] * p.z + m[0][3],
            m[1][0] * p.x + m[1][1] * p.y + m[1][2] * p.z + m[1][3],
            m[2][0] * p.x + m[2][1] * p.y + m[2][2] * p.z + m[2][3]};
  }
  /// The placement that applies `inner` first.
  [[nodiscard]] Placement after(const Placement& inner) const {
    Placement product;
    for (int row = 0; row < 3; ++row) {
      for (int column = 0; column < 4; ++column) {
        double sum = column == 3 ? m[row][3] : 0;
        for (int k = 0; k < 3; ++k) sum += m[row][k] * inner.m[k][column];
        product.m[row][column] = sum;
      }
    }
    return product;
  }
  /// A mirroring placement turns facets inside out, so their corners must be swapped.
  [[nodiscard]] bool mirrors() const {
    const Vec3 x{m[0][0], m[1][0], m[2][0]};
    const Vec3 y{m[0][1], m[1][1], m[2][1]};
    const Vec3 z{m[0][2], m[1][2], m[2][2]};
    return dot(cross(x, y), z) < 0;
  }
};

/// Adds a placed copy of `part` to `model`. Indices are checked (kIndex) and vertices that no facet
/// uses are left out. Refuses more than `kMaxFacets` in total: instances multiply.
void append(Model& model, const Mesh& part, const Placement& placement);
constexpr std::uint64_t kMaxFacets = 100'000'000;

/// PLY, OFF, glTF and GLB, through Assimp. `format` is the name that mesh_format_name() gives.
Model read_with_assimp(std::string_view bytes, const std::string& format);

/// 3MF: unit, objects, components, build items and model parts in other parts of the package.
Model read_3mf(std::string_view bytes);

/// AMF: unit, objects and constellations without rotation.
Model read_amf(std::string_view bytes);

}  // namespace costengine::import
