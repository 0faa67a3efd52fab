// The reader of ASCII STL of any style, one word after the other.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "costengine/detail/mesh/stl_text_blocks.hpp"
#include "costengine/detail/mesh/text_lines.hpp"
#include "costengine/mesh/footprint.hpp"
#include "costengine/mesh/weld.hpp"

namespace costengine::detail {

/// The grammar of ASCII STL over a stream of words: for files of any style, and for what is wrong
/// with a file.
class StlAsciiReader {
 public:
  StlAsciiReader(const ByteSource& source, Context& ctx)
      : lines_(source, ctx),
        ctx_(ctx),
        welder_(static_cast<std::size_t>(std::min<std::uint64_t>(source.size() / 400, 1 << 20))) {}

  Result<LoadedMesh> read() {
    bool solid_is_open = false;
    while (true) {
      COSTENGINE_TRY(const std::string_view tag, next_word());
      if (tag.empty()) break;
      if (equal_ignoring_case(tag, "facet")) {
        COSTENGINE_CHECK(read_facet());
      } else if (equal_ignoring_case(tag, "solid")) {
        skip_name();
        solid_is_open = true;
      } else if (equal_ignoring_case(tag, "endsolid")) {
        skip_name();
        solid_is_open = false;
      } else {
        COSTENGINE_CHECK(ignore_text_behind_end_tag(tag));
      }
    }
    if (mesh_.facets.empty()) {
      return Error{ErrorCode::kNoFaces,
                   Stage::kLoad,
                   "the STL holds no facet; export the model again",
                   {},
                   lines_.number()};
    }
    LoadedMesh loaded;
    loaded.format = MeshFormat::kStlAscii;
    loaded.facets_read = mesh_.facets.size();
    mesh_.vertices = welder_.take_vertices();
    loaded.mesh = std::move(mesh_);
    if (bad_normals_ != 0) loaded.findings.push_back(normals_finding(bad_normals_));
    if (solid_is_open) loaded.findings.push_back(no_endsolid_finding());
    return loaded;
  }

 private:
  /// The next word of the file; empty at its end.
  Result<std::string_view> next_word() {
    while (true) {
      const std::string_view word = take_word(rest_);
      if (!word.empty()) return word;
      COSTENGINE_TRY(const std::optional<std::string_view> line, lines_.next());
      if (!line) return std::string_view();
      rest_ = *line;
      behind_end_tag_ = false;
    }
  }

  Status expect(std::string_view tag) {
    COSTENGINE_TRY(const std::string_view word, next_word());
    if (equal_ignoring_case(word, tag)) return Ok{};
    return wrong_word(tag, word);
  }

  [[nodiscard]] Error wrong_word(std::string_view expected, std::string_view word) const {
    if (word.empty()) {
      return Error{ErrorCode::kTruncated,
                   Stage::kLoad,
                   "the file ends inside a facet; upload it again",
                   {},
                   lines_.number()};
    }
    return Error{ErrorCode::kSyntax,
                 Stage::kLoad,
                 "expected '" + std::string(expected) + "' but found " + quoted(word) +
                     "; repair the export",
                 {},
                 lines_.number()};
  }

  /// "facet" is taken. Normals may be missing or be no numbers at all: they are not used.
  Status read_facet() {
    COSTENGINE_TRY(std::string_view word, next_word());
    std::array<double, 3> normal{};
    bool normal_is_number = true;
    if (equal_ignoring_case(word, "normal")) {
      for (std::size_t k = 0; k <= normal.size(); ++k) {
        COSTENGINE_TRY(word, next_word());
        if (word.empty() || equal_ignoring_case(word, "outer")) break;
        normal_is_number &= k < 3 && parse_number(word, normal[k]) == NumberFault::kNone;
      }
    }
    if (!equal_ignoring_case(word, "outer")) return wrong_word("outer", word);
    COSTENGINE_CHECK(expect("loop"));
    std::array<Vec3, 3> corners;
    for (Vec3& corner : corners) {
      COSTENGINE_CHECK(expect("vertex"));
      COSTENGINE_CHECK(read_coordinate(corner.x));
      COSTENGINE_CHECK(read_coordinate(corner.y));
      COSTENGINE_CHECK(read_coordinate(corner.z));
    }
    COSTENGINE_CHECK(expect("endloop"));
    ignore_text_behind("endfacet");
    COSTENGINE_CHECK(expect("endfacet"));
    behind_end_tag_ = true;
    if (mesh_.facets.size() % 16'384 == 0) {
      COSTENGINE_CHECK(ctx_.check_memory(
          Stage::kLoad, reading_bytes(mesh_.facets.size(), welder_.vertices().size())));
    }
    if (mesh_.facets.size() == ctx_.limits().max_facets) {
      return Error{ErrorCode::kLimitFacets,
                   Stage::kLoad,
                   "more facets than the limit of " + std::to_string(ctx_.limits().max_facets) +
                       "; simplify the model",
                   {},
                   lines_.number()};
    }
    if (!normal_is_number || !normal_is_plausible({normal[0], normal[1], normal[2]}, corners[0],
                                                  corners[1], corners[2])) {
      ++bad_normals_;
    }
    mesh_.facets.push_back(
        {welder_.index_of(corners[0]), welder_.index_of(corners[1]), welder_.index_of(corners[2])});
    return Ok{};
  }

  Status read_coordinate(double& value) {
    COSTENGINE_TRY(const std::string_view word, next_word());
    const NumberFault fault = parse_number(word, value);
    if (fault != NumberFault::kNone) return number_error(fault, word, lines_.number());
    return Ok{};
  }

  /// Skips the name behind `solid` or `endsolid`: the rest of the line, unless the file has no line
  /// breaks and the first facet (`facet normal` and a number) or the next tag follows on it.
  void skip_name() {
    behind_end_tag_ = true;
    std::string_view ahead = rest_;
    while (true) {
      const std::string_view from = ahead;
      const std::string_view word = take_word(ahead);
      if (word.empty()) break;
      if (!equal_ignoring_case(word, "facet")) continue;
      std::string_view probe = ahead;
      double number = 0;
      if (equal_ignoring_case(take_word(probe), "normal") &&
          parse_number(take_word(probe), number) == NumberFault::kNone) {
        rest_ = from;
        return;
      }
    }
    rest_ = {};
  }

  /// Drops the rest of the line unless the next tag stands on it.
  void ignore_text_behind(std::string_view next_tag) {
    std::string_view probe = rest_;
    if (!equal_ignoring_case(take_word(probe), next_tag)) rest_ = {};
  }

  Status ignore_text_behind_end_tag(std::string_view word) {
    if (!behind_end_tag_) return wrong_word("facet", word);
    rest_ = {};
    return Ok{};
  }

  TextLines lines_;
  Context& ctx_;
  VertexWelder welder_;
  Mesh mesh_;
  std::string_view rest_;
  bool behind_end_tag_ = false;
  std::uint64_t bad_normals_ = 0;
};

}  // namespace costengine::detail
