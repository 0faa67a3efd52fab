#pragma once

#include <charconv>
#include <cstring>
#include <utility>

#include "costengine/detail/mesh/polygon.hpp"
#include "costengine/detail/mesh/text_lines.hpp"
#include "costengine/mesh/footprint.hpp"
#include "costengine/mesh/read_obj.hpp"
#include "costengine/mesh/weld.hpp"

namespace costengine {
namespace detail {

class ObjReader {
 public:
  ObjReader(const ByteSource& source, Context& ctx)
      : lines_(source, TextLines::Continuation::kBackslash, ctx), ctx_(ctx) {}

  Result<LoadedMesh> read() {
    while (true) {
      COSTENGINE_TRY(const std::optional<std::string_view> line, lines_.next());
      if (!line) break;
      COSTENGINE_CHECK(statement(*line));
    }
    if (highest_ >= vertices_.size() && highest_line_ != 0) return bad_index(highest_line_);
    if (mesh_.facets.empty()) {
      return Error{ErrorCode::kNoFaces,
                   Stage::kLoad,
                   freeform_ != 0
                       ? "the OBJ has free-form surfaces but no polygons; export it as a mesh"
                       : "the OBJ holds no face; export the model again",
                   {},
                   lines_.number()};
    }
    LoadedMesh loaded;
    loaded.format = MeshFormat::kObj;
    loaded.facets_read = mesh_.facets.size();
    mesh_.vertices = std::move(vertices_);
    weld(mesh_);
    loaded.mesh = std::move(mesh_);
    loaded.findings = findings();
    return loaded;
  }

 private:
  Status statement(std::string_view rest) {
    if (std::memchr(rest.data(), 0, rest.size()) != nullptr) {
      return Error{ErrorCode::kSyntax,
                   Stage::kLoad,
                   "the text has a zero byte; the file is damaged, upload it again",
                   {},
                   lines_.number()};
    }
    const std::string_view word = take_word(rest);
    if (word.empty() || word.front() == '#') return Ok{};
    if (word == "v") return vertex(rest);
    if (word == "f") return face(rest);
    if (word == "vt") {
      ++textures_;
    } else if (word == "vn") {
      ++normals_;
    } else if (is_freeform(word)) {
      ++freeform_;
    } else if (!is_decoration(word)) {
      ++ignored_;
    }
    return Ok{};
  }

  static bool is_decoration(std::string_view word) {
    for (const std::string_view known : {"g", "o", "s", "usemtl", "mtllib", "mg", "usemap",
                                         "maplib", "bevel", "c_interp", "d_interp", "lod"}) {
      if (word == known) return true;
    }
    return false;
  }

  static bool is_freeform(std::string_view word) {
    return word == "surf" || word == "curv" || word == "curv2";
  }

  /// x y z, or x y z w, or x y z and a colour.
  Status vertex(std::string_view rest) {
    Vec3 p;
    for (double* coordinate : {&p.x, &p.y, &p.z}) {
      const std::string_view word = take_word(rest);
      const NumberFault fault = parse_number(word, *coordinate);
      if (fault != NumberFault::kNone) return number_error(fault, word, lines_.number());
    }
    const std::string_view fourth = take_word(rest);
    if (!fourth.empty() && take_word(rest).empty()) {
      double weight = 1;
      const NumberFault fault = parse_number(fourth, weight);
      if (fault != NumberFault::kNone) return number_error(fault, fourth, lines_.number());
      if (weight != 1) ++weighted_;
    }
    vertices_.push_back(p);
    return Ok{};
  }

  Status face(std::string_view rest) {
    corners_.clear();
    for (std::string_view word = take_word(rest); !word.empty(); word = take_word(rest)) {
      if (word.front() == '#') break;
      COSTENGINE_TRY(const std::uint32_t index, corner(word));
      corners_.push_back(index);
    }
    if (corners_.size() < 3) {
      ++short_faces_;
      return Ok{};
    }
    return triangulate();
  }

  /// "7", "7/1", "7//2", "7/1/2", "-1": the vertex index, from 0. Texture and normal indices are
  /// only looked at.
  Result<std::uint32_t> corner(std::string_view word) {
    const std::size_t slash = word.find('/');
    COSTENGINE_TRY(const std::int64_t number, index_number(word.substr(0, slash)));
    if (slash != std::string_view::npos) {
      std::string_view tail = word.substr(slash + 1);
      const std::size_t second = tail.find('/');
      COSTENGINE_CHECK(attribute_index(tail.substr(0, second), textures_));
      if (second != std::string_view::npos) {
        COSTENGINE_CHECK(attribute_index(tail.substr(second + 1), normals_));
      }
    }
    const auto known = static_cast<std::int64_t>(vertices_.size());
    const std::int64_t index = number < 0 ? known + number : number - 1;
    if (number == 0 || index < 0 || index >= std::int64_t{UINT32_MAX}) {
      return bad_index(lines_.number());
    }
    // A vertex may follow its face; whether it does shows at the end of the file.
    const auto found = static_cast<std::uint32_t>(index);
    if (found >= highest_) {
      highest_ = found;
      highest_line_ = lines_.number();
    }
    return found;
  }

  Status attribute_index(std::string_view word, std::uint64_t known) {
    if (word.empty()) return Ok{};
    COSTENGINE_TRY(const std::int64_t number, index_number(word));
    const std::int64_t index = number < 0 ? static_cast<std::int64_t>(known) + number : number - 1;
    if (number == 0 || index < 0 || index >= static_cast<std::int64_t>(known)) ++bad_attributes_;
    return Ok{};
  }

  Result<std::int64_t> index_number(std::string_view word) {
    const std::string_view whole = word;
    if (word.starts_with('+') && !word.starts_with("+-")) word.remove_prefix(1);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error == std::errc::result_out_of_range) return bad_index(lines_.number());
    if (error != std::errc() || end != word.data() + word.size()) {
      return Error{ErrorCode::kNumber,
                   Stage::kLoad,
                   quoted(whole) + " is not a vertex index; repair the export",
                   {},
                   lines_.number()};
    }
    return number;
  }

  [[nodiscard]] static Error bad_index(std::uint64_t line) {
    return Error{ErrorCode::kIndex,
                 Stage::kLoad,
                 "a face refers to a vertex that does not exist; repair the export",
                 {},
                 line};
  }

  Status triangulate() {
    const std::size_t n = corners_.size();
    const std::size_t facets = mesh_.facets.size() + n - 2;
    if (facets / 16'384 != mesh_.facets.size() / 16'384) {
      COSTENGINE_CHECK(ctx_.check_memory(Stage::kLoad, reading_bytes(facets, vertices_.size())));
    }
    if (mesh_.facets.size() + n - 2 > ctx_.limits().max_facets) {
      return Error{ErrorCode::kLimitFacets,
                   Stage::kLoad,
                   "more facets than the limit of " + std::to_string(ctx_.limits().max_facets) +
                       "; simplify the model",
                   {},
                   lines_.number()};
    }
    if (n == 3) {
      mesh_.facets.push_back({corners_[0], corners_[1], corners_[2]});
      return Ok{};
    }
    points_.clear();
    for (const std::uint32_t index : corners_) {
      if (index >= vertices_.size()) return bad_index(lines_.number());  // its plane is needed now
      points_.push_back(vertices_[index]);
    }
    PolygonTraits traits;
    for (const PolygonCutter::Triangle& t : cutter_.cut(points_, traits)) {
      mesh_.facets.push_back({corners_[t[0]], corners_[t[1]], corners_[t[2]]});
    }
    concave_ += traits.concave;
    nonplanar_ += traits.nonplanar;
    crossing_ += traits.crossing;
    return Ok{};
  }

  std::vector<Finding> findings() const {
    std::vector<Finding> found;
    const auto add = [&](FindingCode code, Severity severity, std::uint64_t count,
                         const char* message, const char* effect) {
      if (count != 0) found.push_back({code, severity, count, message, {}, effect});
    };
    add(FindingCode::kIgnored, Severity::kNote, ignored_,
        "statements that carry no facets (points, lines, calls or unknown words)", "ignored");
    add(FindingCode::kUnsupported, Severity::kWarning, freeform_,
        "free-form curves or surfaces stand beside the polygons",
        "they are not evaluated: material may be missing; export the model as a mesh");
    add(FindingCode::kObjWeight, Severity::kWarning, weighted_,
        "vertices carry a weight other than 1",
        "weights are not applied, as the format says for polygons; other programs may divide by "
        "them");
    add(FindingCode::kObjTexture, Severity::kNote, bad_attributes_,
        "texture or normal indices point nowhere", "none: they are not used");
    add(FindingCode::kPolygon, Severity::kWarning, crossing_, "polygons cross themselves",
        "they are cut into triangles that may overlap");
    add(FindingCode::kConcave, Severity::kNote, concave_, "concave polygons", "cut by ears");
    add(FindingCode::kNonplanar, Severity::kNote, nonplanar_,
        "polygons whose corners are not in one plane",
        "the triangles chosen may differ from other programs'");
    add(FindingCode::kDegenerate, Severity::kWarning, short_faces_,
        "faces with fewer than three corners", "they are dropped");
    return found;
  }

  TextLines lines_;
  Context& ctx_;
  std::vector<Vec3> vertices_;
  Mesh mesh_;
  PolygonCutter cutter_;
  std::vector<std::uint32_t> corners_;
  std::vector<Vec3> points_;
  std::uint32_t highest_ = 0;
  std::uint64_t highest_line_ = 0;
  std::uint64_t textures_ = 0, normals_ = 0;
  std::uint64_t ignored_ = 0, freeform_ = 0, weighted_ = 0, bad_attributes_ = 0, concave_ = 0,
                nonplanar_ = 0, crossing_ = 0, short_faces_ = 0;
};

}  // namespace detail

COSTENGINE_INLINE Result<LoadedMesh> read_obj(const ByteSource& source, Context& ctx) {
  return detail::ObjReader(source, ctx).read();
}

}  // namespace costengine
