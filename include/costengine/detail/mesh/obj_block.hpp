// One block of an OBJ file, parsed without knowing what stands before it.
#pragma once

#include <charconv>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "costengine/detail/mesh/text_blocks.hpp"
#include "costengine/mesh/mesh.hpp"

namespace costengine::detail {

/// What stands before a block.
struct ObjCounts {
  std::uint64_t vertices = 0, textures = 0, normals = 0, facets = 0, lines = 0;

  ObjCounts& operator+=(const ObjCounts& more) {
    vertices += more.vertices;
    textures += more.textures;
    normals += more.normals;
    facets += more.facets;
    lines += more.lines;
    return *this;
  }
};

struct ObjTally {
  std::uint64_t ignored = 0, freeform = 0, weighted = 0, bad_attributes = 0, short_faces = 0;

  ObjTally& operator+=(const ObjTally& more) {
    ignored += more.ignored;
    freeform += more.freeform;
    weighted += more.weighted;
    bad_attributes += more.bad_attributes;
    short_faces += more.short_faces;
    return *this;
  }
};

struct ObjPolygonTally {
  std::uint64_t concave = 0, nonplanar = 0, crossing = 0;

  ObjPolygonTally& operator+=(const ObjPolygonTally& more) {
    concave += more.concave;
    nonplanar += more.nonplanar;
    crossing += more.crossing;
    return *this;
  }
};

/// A face with more than three corners: `facet` is the first of corners - 2 in its block.
struct ObjPolygon {
  std::uint32_t facet = 0, corner = 0, corners = 0;
};

/// What a block holds. Corners are vertex indices from 0, of `relative` blocks from the first
/// vertex of the block (modulo 2^32).
struct ObjBlock {
  ObjCounts own;
  ObjTally tally;
  std::vector<Vec3> vertices;
  std::vector<Facet> facets;
  std::vector<ObjPolygon> polygons;
  std::vector<std::uint32_t> polygon_corners;
  bool relative = false;
  bool mixed = false;  ///< relative and not: must be parsed again, knowing what stands before
  std::uint32_t highest = 0;       ///< vertex index that a face names by its number
  std::uint64_t highest_line = 0;  ///< in the block; 0 if no face does
  /// So much must stand before, or what was taken for granted here is wrong.
  std::int64_t least_vertices = 0, least_textures = 0, least_normals = 0;

  void clear() {
    own = {};
    tally = {};
    vertices.clear();
    facets.clear();
    polygons.clear();
    polygon_corners.clear();
    relative = mixed = false;
    highest = 0;
    highest_line = 0;
    least_vertices = least_textures = least_normals = 0;
  }
};

/// Parses blocks. Without `before` it takes for granted that faces name what exists; an error then
/// says only that the block must be parsed again, knowing what stands before it.
class ObjBlockParser {
 public:
  ObjBlockParser(const ByteSource& source, const Limits& limits)
      : limits_(limits), lines_(source, limits.max_line_bytes) {}

  Status parse(std::uint64_t begin, std::uint64_t end, const ObjCounts* before) {
    before_ = before;
    block_.clear();
    has_absolute_ = has_relative_ = false;
    COSTENGINE_CHECK(lines_.load(begin, end));
    while (lines_.more()) {
      if (quick_vertex() || quick_face()) continue;
      COSTENGINE_TRY(const std::string_view line, lines_.next());
      COSTENGINE_CHECK(statement(line));
    }
    block_.own.vertices = block_.vertices.size();
    block_.own.facets = block_.facets.size();
    block_.own.lines = lines_.lines();
    block_.relative = has_relative_ && before_ == nullptr;
    block_.mixed = block_.relative && has_absolute_;
    return Ok{};
  }

  [[nodiscard]] ObjBlock& block() { return block_; }

 private:
  /// "v x y z" as most files have it.
  bool quick_vertex() {
    const char* at = lines_.here();
    if (at[0] != 'v' || at[1] != ' ') return false;
    ++at;
    Vec3 p;
    for (double* coordinate : {&p.x, &p.y, &p.z}) {
      if (*at != ' ') return false;
      skip_spaces(at);
      if (!quick_number(at, *coordinate)) return false;
    }
    if (!quick_line_end(at)) return false;
    lines_.took_line(at);
    block_.vertices.push_back(p);
    return true;
  }

  /// "f 1 2 3" or "f 1/1/1 2/2/2 3/3/3" as most files have it.
  bool quick_face() {
    const char* at = lines_.here();
    if (at[0] != 'f' || at[1] != ' ') return false;
    ++at;
    Facet facet;
    std::int64_t texture = 0, normal = 0;
    for (std::uint32_t& corner : facet) {
      if (*at != ' ') return false;
      skip_spaces(at);
      if (!quick_index(at, corner)) return false;
      if (*at == '/') {
        std::uint32_t index = 0;
        ++at;
        if (*at != '/') {
          if (!quick_index(at, index)) return false;
          texture = std::max(texture, std::int64_t{index});
        }
        if (*at == '/') {
          ++at;
          if (!quick_index(at, index)) return false;
          normal = std::max(normal, std::int64_t{index});
        }
      }
      corner -= 1;
    }
    if (!quick_line_end(at)) return false;
    if (before_ != nullptr) return false;  // the exact reader counts attributes one by one
    lines_.took_line(at);
    if (texture != 0) need(block_.least_textures, texture - known(block_.own.textures));
    if (normal != 0) need(block_.least_normals, normal - known(block_.own.normals));
    has_absolute_ = true;
    const std::uint32_t highest = std::max({facet[0], facet[1], facet[2]});
    if (highest >= block_.highest) {
      block_.highest = highest;
      block_.highest_line = lines_.number();
    }
    block_.facets.push_back(facet);
    return true;
  }

  static std::int64_t known(std::uint64_t count) { return static_cast<std::int64_t>(count); }
  static void need(std::int64_t& least, std::int64_t count) { least = std::max(least, count); }

  /// Number of the line taken last: in the file if that is known.
  [[nodiscard]] std::uint64_t line() const {
    return lines_.number() + (before_ != nullptr ? before_->lines : 0);
  }

  Status statement(std::string_view rest) {
    if (std::memchr(rest.data(), 0, rest.size()) != nullptr) {
      return Error{ErrorCode::kSyntax,
                   Stage::kLoad,
                   "the text has a zero byte; the file is damaged, upload it again",
                   {},
                   line()};
    }
    const std::string_view word = take_word(rest);
    if (word.empty() || word.front() == '#') return Ok{};
    if (word == "v") return vertex(rest);
    if (word == "f") return face(rest);
    if (word == "vt") {
      ++block_.own.textures;
    } else if (word == "vn") {
      ++block_.own.normals;
    } else if (is_freeform(word)) {
      ++block_.tally.freeform;
    } else if (!is_decoration(word)) {
      ++block_.tally.ignored;
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
      if (fault != NumberFault::kNone) return number_error(fault, word, line());
    }
    const std::string_view fourth = take_word(rest);
    if (!fourth.empty() && take_word(rest).empty()) {
      double weight = 1;
      const NumberFault fault = parse_number(fourth, weight);
      if (fault != NumberFault::kNone) return number_error(fault, fourth, line());
      if (weight != 1) ++block_.tally.weighted;
    }
    block_.vertices.push_back(p);
    return Ok{};
  }

  Status face(std::string_view rest) {
    corners_.clear();
    std::int64_t least = 0;  // vertices before the block, for all corners to exist by now
    for (std::string_view word = take_word(rest); !word.empty(); word = take_word(rest)) {
      if (word.front() == '#') break;
      COSTENGINE_TRY(const std::uint32_t index, corner(word, least));
      corners_.push_back(index);
    }
    if (corners_.size() < 3) {
      ++block_.tally.short_faces;
      return Ok{};
    }
    return keep_face(least);
  }

  /// "7", "7/1", "7//2", "7/1/2", "-1": the vertex index, from 0. Texture and normal indices are
  /// only looked at.
  Result<std::uint32_t> corner(std::string_view word, std::int64_t& least) {
    const std::size_t slash = word.find('/');
    COSTENGINE_TRY(const std::int64_t number, index_number(word.substr(0, slash)));
    if (slash != std::string_view::npos) {
      std::string_view tail = word.substr(slash + 1);
      const std::size_t second = tail.find('/');
      COSTENGINE_CHECK(attribute_index(tail.substr(0, second), block_.own.textures,
                                       before_ != nullptr ? before_->textures : 0,
                                       block_.least_textures));
      if (second != std::string_view::npos) {
        COSTENGINE_CHECK(attribute_index(tail.substr(second + 1), block_.own.normals,
                                         before_ != nullptr ? before_->normals : 0,
                                         block_.least_normals));
      }
    }
    const std::int64_t here = known(block_.vertices.size());
    const std::int64_t start = before_ != nullptr ? known(before_->vertices) : 0;
    if (number == 0 || number > std::int64_t{UINT32_MAX}) return bad_index();
    if (number < 0) {
      if (number < -std::int64_t{UINT32_MAX}) return bad_index();
      has_relative_ = true;
      if (before_ == nullptr) {
        need(block_.least_vertices, -number - here);
      } else if (start + here + number < 0) {
        return bad_index();
      }
      return static_cast<std::uint32_t>(start + here + number);
    }
    // A vertex may follow its face; whether it does shows at the end of the file.
    has_absolute_ = true;
    const auto found = static_cast<std::uint32_t>(number - 1);
    if (found >= block_.highest) {
      block_.highest = found;
      block_.highest_line = lines_.number();
    }
    need(least, number - here);
    return found;
  }

  Status attribute_index(std::string_view word, std::uint64_t here, std::uint64_t before,
                         std::int64_t& least) {
    if (word.empty()) return Ok{};
    COSTENGINE_TRY(const std::int64_t number, index_number(word));
    constexpr std::int64_t kMost = std::int64_t{1} << 62;  // more than any file has
    if (number == 0 || number < -kMost || number > kMost) {
      ++block_.tally.bad_attributes;
      return Ok{};
    }
    const std::int64_t wanted = (number < 0 ? -number : number) - known(here);
    if (before_ == nullptr) {
      need(least, wanted);
    } else if (wanted > known(before)) {
      ++block_.tally.bad_attributes;
    }
    return Ok{};
  }

  Result<std::int64_t> index_number(std::string_view word) {
    const std::string_view whole = word;
    if (word.starts_with('+') && !word.starts_with("+-")) word.remove_prefix(1);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error == std::errc::result_out_of_range) return bad_index();
    if (error != std::errc() || end != word.data() + word.size()) {
      return Error{ErrorCode::kNumber,
                   Stage::kLoad,
                   quoted(whole) + " is not a vertex index; repair the export",
                   {},
                   line()};
    }
    return number;
  }

  [[nodiscard]] Error bad_index() const { return missing_vertex(line()); }

 public:
  [[nodiscard]] static Error missing_vertex(std::uint64_t line) {
    return Error{ErrorCode::kIndex,
                 Stage::kLoad,
                 "a face refers to a vertex that does not exist; repair the export",
                 {},
                 line};
  }

 private:
  Status keep_face(std::int64_t least) {
    const std::size_t n = corners_.size();
    if (before_ != nullptr && before_->facets + block_.facets.size() + n - 2 > limits_.max_facets) {
      return Error{ErrorCode::kLimitFacets,
                   Stage::kLoad,
                   "more facets than the limit of " + std::to_string(limits_.max_facets) +
                       "; simplify the model",
                   {},
                   line()};
    }
    if (n == 3) {
      block_.facets.push_back({corners_[0], corners_[1], corners_[2]});
      return Ok{};
    }
    // How it is cut depends on where its corners are: they must be known by now.
    if (before_ == nullptr) {
      need(block_.least_vertices, least);
    } else if (least > known(before_->vertices)) {
      return bad_index();
    }
    block_.polygons.push_back({static_cast<std::uint32_t>(block_.facets.size()),
                               static_cast<std::uint32_t>(block_.polygon_corners.size()),
                               static_cast<std::uint32_t>(n)});
    block_.polygon_corners.insert(block_.polygon_corners.end(), corners_.begin(), corners_.end());
    block_.facets.resize(block_.facets.size() + n - 2);
    return Ok{};
  }

  Limits limits_;
  TextBlock lines_;
  const ObjCounts* before_ = nullptr;
  ObjBlock block_;
  bool has_absolute_ = false, has_relative_ = false;
  std::vector<std::uint32_t> corners_;
};

}  // namespace costengine::detail
