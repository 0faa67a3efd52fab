// Recognises a format by its first bytes and its size.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "costengine/detail/mesh/text_lines.hpp"
#include "costengine/mesh/loaded_mesh.hpp"

namespace costengine::detail {

inline Error unknown_format(const std::string& what) {
  return Error{ErrorCode::kFormat, Stage::kLoad, what, 0, {}};
}

/// The size that a binary STL header promises, in 64 bit; 0 where there is no whole header.
inline std::uint64_t promised_stl_size(std::string_view head) {
  if (head.size() < 84) return 0;
  std::uint32_t facets = 0;
  std::memcpy(&facets, head.data() + 80, sizeof facets);
  return 84 + std::uint64_t{50} * facets;
}

/// The first word of a text file in which blank lines and comments are skipped.
inline std::string_view first_word(std::string_view text) {
  while (!text.empty()) {
    const std::size_t stop = std::min(text.find_first_of("\r\n"), text.size());
    std::string_view line = text.substr(0, stop);
    text.remove_prefix(std::min(stop + 1, text.size()));
    const std::string_view word = take_word(line);
    if (!word.empty() && word.front() != '#') return word;
  }
  return {};
}

inline bool is_obj_keyword(std::string_view word) {
  constexpr std::array<std::string_view, 38> kKeywords = {
      "v",    "vt",     "vn",     "vp",  "f",     "fo",     "g",        "o",       "s",    "l",
      "p",    "mtllib", "usemtl", "mg",  "deg",   "cstype", "bmat",     "step",    "surf", "curv",
      "parm", "trim",   "hole",   "end", "con",   "curv2",  "scrv",     "sp",      "call", "csh",
      "lod",  "bevel",  "usemap", "res", "ctech", "stech",  "c_interp", "d_interp"};
  return std::find(kKeywords.begin(), kKeywords.end(), word) != kKeywords.end();
}

inline Result<MeshFormat> sniff_archive(std::string_view head) {
  // The first entries of a 3MF package are its content types, relations or 3D folder.
  for (const std::string_view entry : {"[Content_Types].xml", "_rels/", "3D/", "Metadata/"}) {
    if (head.find(entry) != std::string_view::npos) return MeshFormat::k3mf;
  }
  return unknown_format("this is a zip archive; unpack it and send the model itself");
}

/// Precondition: head holds the first bytes of the file, at least 84 if it is that long.
inline Result<MeshFormat> sniff(std::string_view head, std::uint64_t size,
                                std::optional<MeshFormat> hint) {
  const auto starts = [&](std::string_view magic) { return head.starts_with(magic); };
  const auto holds = [&](std::string_view text) {
    return head.find(text) != std::string_view::npos;
  };
  if (promised_stl_size(head) == size) return MeshFormat::kStlBinary;
  if (starts("PK\x03\x04")) return sniff_archive(head);
  if (starts("glTF")) return MeshFormat::kGlb;
  if (starts("\x89PNG") || starts("\xFF\xD8\xFF") || starts("GIF8")) {
    return unknown_format("this is a picture, not a 3D model");
  }
  if (starts("\x1F\x8B") || starts("7z\xBC\xAF") || starts("Rar!")) {
    return unknown_format("this is a compressed file; unpack it and send the model itself");
  }
  if (starts("%PDF")) return unknown_format("this is a PDF, not a 3D model");
  if (starts("\xFE\xFF") || starts("\xFF\xFE")) {
    return unknown_format("this is UTF-16 text; save the model as plain text (UTF-8)");
  }
  if (starts("\xEF\xBB\xBF")) head.remove_prefix(3);

  const std::string_view word = first_word(head);
  const bool has_zero_bytes = head.find('\0') != std::string_view::npos;
  if (!has_zero_bytes) {
    if (equal_ignoring_case(word, "solid") || equal_ignoring_case(word, "facet")) {
      return MeshFormat::kStlAscii;
    }
    if (word == "ply") return MeshFormat::kPly;
    if (word.ends_with("OFF") && word.size() <= 6) return MeshFormat::kOff;
    if (word.starts_with("<") && holds("<amf")) return MeshFormat::kAmf;
    if (word.starts_with("{") && holds("\"asset\"")) return MeshFormat::kGltf;
  }
  if (starts("ply\n") || starts("ply\r")) return MeshFormat::kPly;
  if (hint == MeshFormat::kObj && head.substr(0, 64).find('\0') != std::string_view::npos) {
    return Error{ErrorCode::kNoFaces,
                 Stage::kLoad,
                 "the file is not text, so no OBJ face can be read from it; upload it again",
                 {},
                 1};
  }
  if (is_obj_keyword(word)) return MeshFormat::kObj;
  const std::size_t text = head.find_first_not_of(" \t\r\n");
  if (!has_zero_bytes && text != std::string_view::npos && head[text] == '#') {
    return MeshFormat::kObj;  // comments only, so far
  }
  if (hint == MeshFormat::kObj || hint == MeshFormat::kOff) return *hint;
  // What is left with zero bytes is most likely a damaged binary STL; its reader says how.
  if (has_zero_bytes || starts("solid")) return MeshFormat::kStlBinary;
  return unknown_format("the bytes are no STL, OBJ, 3MF, PLY, OFF, AMF or glTF model");
}

}  // namespace costengine::detail
