/// Readers as plain as can be: one thread, the whole file in memory, a map for the vertices. What
/// the library's readers must give, to the bit.
#pragma once

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "costengine/base/context.hpp"
#include "costengine/detail/mesh/polygon.hpp"
#include "costengine/mesh/load.hpp"

namespace costengine::plain {

struct Outcome {
  std::optional<ErrorCode> error;
  std::optional<std::uint64_t> byte, line;  ///< of the error
  Mesh mesh;
  std::vector<std::pair<FindingCode, std::uint64_t>> findings;  ///< code and count
};

inline Outcome failed(ErrorCode code, std::optional<std::uint64_t> byte,
                      std::optional<std::uint64_t> line) {
  Outcome outcome;
  outcome.error = code;
  outcome.byte = byte;
  outcome.line = line;
  return outcome;
}

/// Gives each position its number, by first appearance.
class Vertices {
 public:
  explicit Vertices(Mesh& mesh) : mesh_(mesh) {}
  std::uint32_t number(Vec3 p) {
    // A map compares by value: -0 is 0.
    const auto next = static_cast<std::uint32_t>(known_.size());
    const auto [at, fresh] = known_.try_emplace({p.x, p.y, p.z}, next);
    if (fresh) mesh_.vertices.push_back({p.x + 0.0, p.y + 0.0, p.z + 0.0});
    return at->second;
  }

 private:
  Mesh& mesh_;
  std::map<std::array<double, 3>, std::uint32_t> known_;
};

inline bool good_normal(Vec3 n, Vec3 a, Vec3 b, Vec3 c) {
  if (!(dot(n, n) > 0.9 && dot(n, n) < 1.1)) return false;
  const Vec3 own = cross(b - a, c - a);
  const double reach = std::max(dot(b - a, b - a), dot(c - a, c - a));
  if (dot(own, own) < 1e-8 * reach * reach) return true;
  const double along = dot(own, n);
  return along > 0 && along * along > 0.81 * dot(n, n) * dot(own, own);
}

inline Outcome read_stl_binary(std::string_view bytes, const Limits& limits) {
  if (bytes.size() < 84) return failed(ErrorCode::kTruncated, bytes.size(), {});
  std::uint32_t promised = 0;
  std::memcpy(&promised, bytes.data() + 80, 4);
  std::uint64_t count = promised;
  const std::uint64_t payload = bytes.size() - 84;
  Outcome outcome;
  if (promised == 0 && payload != 0 && payload % 50 == 0) {
    count = payload / 50;
    outcome.findings.emplace_back(FindingCode::kStlCount, count);
  } else if (payload < 50 * count) {
    return failed(ErrorCode::kTruncated, bytes.size(), {});
  } else if (payload > 50 * count && count != 0) {
    outcome.findings.emplace_back(FindingCode::kTrailing, payload - 50 * count);
  }
  if (count == 0) return failed(ErrorCode::kNoFaces, 80, {});
  if (count > limits.max_facets) return failed(ErrorCode::kLimitFacets, 80, {});
  Vertices vertices(outcome.mesh);
  std::uint64_t bad_normals = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    float number[12];
    std::memcpy(number, bytes.data() + 84 + 50 * i, sizeof number);
    Vec3 p[4];
    for (int k = 0; k < 4; ++k) p[k] = {number[3 * k], number[3 * k + 1], number[3 * k + 2]};
    for (int k = 3; k < 12; ++k) {
      if (!std::isfinite(number[k])) return failed(ErrorCode::kNonfinite, 84 + 50 * i, {});
    }
    if (!good_normal(p[0], p[1], p[2], p[3])) ++bad_normals;
    const std::uint32_t a = vertices.number(p[1]), b = vertices.number(p[2]),
                        c = vertices.number(p[3]);
    outcome.mesh.facets.push_back({a, b, c});
  }
  if (bad_normals != 0) outcome.findings.emplace_back(FindingCode::kNormals, bad_normals);
  return outcome;
}

/// What a word is worth as a number.
inline std::optional<ErrorCode> number_of(std::string word, double& value) {
  if (word.starts_with('+')) {
    word.erase(0, 1);
    if (word.starts_with('-') || word.starts_with('+')) return ErrorCode::kNumber;
  }
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error == std::errc::invalid_argument || end != word.data() + word.size()) {
    return ErrorCode::kNumber;
  }
  if (error == std::errc::result_out_of_range) value = std::strtod(word.c_str(), nullptr);
  if (!std::isfinite(value)) return ErrorCode::kNonfinite;
  return {};
}

struct Line {
  std::string text;
  std::uint64_t number;
};

/// LF, CRLF or CR end a line; a backslash at its end joins the next to it.
inline std::vector<Line> lines_of(std::string_view text, std::uint64_t& physical_lines) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::vector<Line> lines;
  bool join = false;
  physical_lines = 0;
  while (!text.empty()) {
    std::size_t end = 0;
    while (end < text.size() && text[end] != '\n' && text[end] != '\r') ++end;
    std::string line(text.substr(0, end));
    const bool crlf = text.substr(end).starts_with("\r\n");
    text.remove_prefix(std::min(end + (crlf ? 2 : 1), text.size()));
    ++physical_lines;
    const bool joined = join;
    join = line.ends_with('\\');
    if (join) line.back() = ' ';
    if (joined) {
      lines.back().text += line;
    } else {
      lines.push_back({line, physical_lines});
    }
  }
  return lines;
}

inline std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words(1);
  for (const char c : line) {
    const bool blank = c == ' ' || c == '\t' || c == '\v' || c == '\f';
    if (blank && !words.back().empty()) words.emplace_back();
    if (!blank) words.back() += c;
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

class Obj {
 public:
  explicit Obj(const Limits& limits) : limits_(limits) {}

  Outcome read(std::string_view text) {
    std::uint64_t physical_lines = 0;
    for (const Line& line : lines_of(text, physical_lines)) {
      line_ = line.number;
      if (line.text.size() > limits_.max_line_bytes) return fail(ErrorCode::kLimitLine);
      if (line.text.find('\0') != std::string::npos) return fail(ErrorCode::kSyntax);
      const std::vector<std::string> words = words_of(line.text);
      if (words.empty() || words[0][0] == '#') continue;
      if (const auto error = statement(words)) return fail(*error);
    }
    if (highest_line_ != 0 && highest_ >= points_.size()) {
      line_ = highest_line_;
      return fail(ErrorCode::kIndex);
    }
    line_ = physical_lines + 1;
    if (facets_.empty()) return fail(ErrorCode::kNoFaces);
    Outcome outcome;
    Vertices vertices(outcome.mesh);
    for (const auto& facet : facets_) {
      Facet numbers;
      for (std::size_t k = 0; k < 3; ++k) numbers[k] = vertices.number(points_[facet[k]]);
      outcome.mesh.facets.push_back(numbers);
    }
    for (const auto& [code, count] : counts_) {
      if (count != 0) outcome.findings.emplace_back(code, count);
    }
    return outcome;
  }

 private:
  [[nodiscard]] Outcome fail(ErrorCode code) const { return failed(code, {}, line_); }

  std::optional<ErrorCode> statement(const std::vector<std::string>& words) {
    const std::string& word = words[0];
    if (word == "v") return vertex(words);
    if (word == "f") return face(words);
    if (word == "vt") {
      ++textures_;
    } else if (word == "vn") {
      ++normals_;
    } else if (word == "surf" || word == "curv" || word == "curv2") {
      ++counts_[FindingCode::kUnsupported];
    } else {
      bool known = false;
      for (const char* harmless : {"g", "o", "s", "usemtl", "mtllib", "mg", "usemap", "maplib",
                                   "bevel", "c_interp", "d_interp", "lod"}) {
        known |= word == harmless;
      }
      if (!known) ++counts_[FindingCode::kIgnored];
    }
    return {};
  }

  std::optional<ErrorCode> vertex(const std::vector<std::string>& words) {
    double xyz[3];
    for (std::size_t k = 0; k < 3; ++k) {
      if (words.size() < k + 2) return ErrorCode::kNumber;
      if (const auto error = number_of(words[k + 1], xyz[k])) return error;
    }
    if (words.size() == 5) {
      double weight = 1;
      if (const auto error = number_of(words[4], weight)) return error;
      if (weight != 1) ++counts_[FindingCode::kObjWeight];
    }
    points_.push_back({xyz[0], xyz[1], xyz[2]});
    return {};
  }

  std::optional<ErrorCode> face(const std::vector<std::string>& words) {
    std::vector<std::uint64_t> corners;
    for (std::size_t w = 1; w < words.size() && words[w][0] != '#'; ++w) {
      std::vector<std::string> parts(1);
      for (const char c : words[w]) {
        if (c == '/' && parts.size() < 3) {
          parts.emplace_back();
        } else {
          parts.back() += c;
        }
      }
      std::int64_t number = 0, attribute = 0;
      if (const auto error = index_of(parts[0], number)) return error;
      for (std::size_t k = 1; k < parts.size(); ++k) {
        if (parts[k].empty()) continue;
        if (const auto error = index_of(parts[k], attribute)) return error;
        const auto known = static_cast<std::int64_t>(k == 1 ? textures_ : normals_);
        const std::int64_t index = attribute < 0 ? known + attribute : attribute - 1;
        if (attribute == 0 || index < 0 || index >= known) ++counts_[FindingCode::kObjTexture];
      }
      const auto known = static_cast<std::int64_t>(points_.size());
      const std::int64_t index = number < 0 ? known + number : number - 1;
      if (number == 0 || index < 0 || index >= std::int64_t{UINT32_MAX}) return ErrorCode::kIndex;
      corners.push_back(static_cast<std::uint64_t>(index));
      if (corners.back() >= highest_) {
        highest_ = corners.back();
        highest_line_ = line_;
      }
    }
    if (corners.size() < 3) {
      ++counts_[FindingCode::kDegenerate];
      return {};
    }
    if (facets_.size() + corners.size() - 2 > limits_.max_facets) return ErrorCode::kLimitFacets;
    if (corners.size() == 3) {
      facets_.push_back({corners[0], corners[1], corners[2]});
      return {};
    }
    std::vector<Vec3> outline;
    for (const std::uint64_t corner : corners) {
      if (corner >= points_.size()) return ErrorCode::kIndex;
      outline.push_back(points_[corner]);
    }
    detail::PolygonTraits traits;
    for (const auto& t : cutter_.cut(outline, traits)) {
      facets_.push_back({corners[t[0]], corners[t[1]], corners[t[2]]});
    }
    if (traits.crossing) ++counts_[FindingCode::kPolygon];
    if (traits.concave) ++counts_[FindingCode::kConcave];
    if (traits.nonplanar) ++counts_[FindingCode::kNonplanar];
    return {};
  }

  static std::optional<ErrorCode> index_of(std::string word, std::int64_t& number) {
    if (word.starts_with('+') && !word.starts_with("+-")) word.erase(0, 1);
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error == std::errc::result_out_of_range) return ErrorCode::kIndex;
    if (error != std::errc() || end != word.data() + word.size()) return ErrorCode::kNumber;
    return {};
  }

  Limits limits_;
  std::vector<Vec3> points_;
  std::vector<std::array<std::uint64_t, 3>> facets_;
  std::uint64_t textures_ = 0, normals_ = 0, highest_ = 0, highest_line_ = 0, line_ = 1;
  std::map<FindingCode, std::uint64_t> counts_;
  detail::PolygonCutter cutter_;
};

}  // namespace costengine::plain
