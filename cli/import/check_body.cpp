#include "check_body.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "model.hpp"
#include "numbers.hpp"

namespace costengine::import {
namespace {

constexpr std::string_view kBlank = " \t\r\v\f";

[[noreturn]] void refuse_cut(std::string_view where) {
  refuse("the file ends inside " + std::string(where) + ": it was cut; export it again",
         ErrorCode::kTruncated);
}

/// Takes the next word off `line`; empty at its end.
std::string_view take_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(kBlank), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(kBlank));
  line.remove_prefix(word.size());
  return word;
}

/// Lines of a text, without those that are blank.
class Lines {
 public:
  explicit Lines(std::string_view text, char comment = '\0') : rest_(text), comment_(comment) {}

  std::optional<std::string_view> next() {
    while (!rest_.empty()) {
      const std::size_t end = std::min(rest_.find('\n'), rest_.size());
      std::string_view line = rest_.substr(0, end);
      rest_.remove_prefix(std::min(end + 1, rest_.size()));
      if (comment_ != '\0') line = line.substr(0, line.find(comment_));
      if (line.find_first_not_of(kBlank) != std::string_view::npos) return line;
    }
    return std::nullopt;
  }
  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  char comment_;
};

// ---- PLY ----

/// Bytes of a PLY type; 0 if there is no such type.
std::size_t bytes_of_type(std::string_view type) {
  if (type == "char" || type == "uchar" || type == "int8" || type == "uint8") return 1;
  if (type == "short" || type == "ushort" || type == "int16" || type == "uint16") return 2;
  if (type == "int" || type == "uint" || type == "float") return 4;
  if (type == "int32" || type == "uint32" || type == "float32") return 4;
  if (type == "double" || type == "float64") return 8;
  return 0;
}

struct PlyProperty {
  std::size_t count_bytes = 0;  ///< 0: a single number
  std::size_t item_bytes = 0;
};

struct PlyElement {
  std::string_view name;
  std::uint64_t records = 0;
  std::vector<PlyProperty> properties;
};

struct PlyHeader {
  std::string_view format;
  std::vector<PlyElement> elements;
  std::string_view body;
};

PlyHeader read_ply_header(std::string_view bytes) {
  PlyHeader header;
  Lines lines(bytes);
  lines.next();  // "ply"
  for (;;) {
    auto line = lines.next();
    if (!line) refuse_cut("its header");
    const std::string_view key = take_word(*line);
    if (key == "end_header") break;
    if (key == "format") header.format = take_word(*line);
    if (key == "element") {
      const std::string_view name = take_word(*line);
      header.elements.push_back({name, to_index(take_word(*line), "the count of an element"), {}});
    }
    if (key != "property") continue;
    std::string_view type = take_word(*line);
    PlyProperty property;
    if (type == "list") {
      property.count_bytes = bytes_of_type(take_word(*line));
      type = take_word(*line);
      if (property.count_bytes == 0) refuse("a list in the PLY header has an unknown type");
    }
    property.item_bytes = bytes_of_type(type);
    if (property.item_bytes == 0 || header.elements.empty()) {
      refuse("the PLY header has a property of unknown type '" + std::string(type.substr(0, 40)) +
             "'");
    }
    header.elements.back().properties.push_back(property);
  }
  header.body = lines.rest();
  return header;
}

void check_ply_text(const PlyHeader& header) {
  Lines lines(header.body);
  for (const PlyElement& element : header.elements) {
    const std::string what = "a value of element " + std::string(element.name);
    for (std::uint64_t i = 0; i < element.records && !element.properties.empty(); ++i) {
      auto line = lines.next();
      if (!line) refuse_cut("element " + std::string(element.name));
      for (const PlyProperty& property : element.properties) {
        std::uint64_t items = 1;
        if (property.count_bytes != 0) items = to_index(take_word(*line), "the length of a list");
        for (; items > 0; --items) {
          const std::string_view word = take_word(*line);
          if (word.empty()) refuse_cut("a line of element " + std::string(element.name));
          check_number(word, what);
        }
      }
      if (!take_word(*line).empty()) {
        refuse("a line of element " + std::string(element.name) +
               " has more values than the "
               "header describes: export it again");
      }
    }
  }
}

void check_ply_binary(const PlyHeader& header, bool big_endian) {
  std::string_view rest = header.body;
  for (const PlyElement& element : header.elements) {
    for (std::uint64_t i = 0; i < element.records && !element.properties.empty(); ++i) {
      for (const PlyProperty& property : element.properties) {
        std::uint64_t items = 1;
        if (property.count_bytes != 0) {
          if (rest.size() < property.count_bytes)
            refuse_cut("element " + std::string(element.name));
          items = 0;
          for (std::size_t k = 0; k < property.count_bytes; ++k) {
            const std::size_t at = big_endian ? k : property.count_bytes - 1 - k;
            items = items << 8 | static_cast<unsigned char>(rest[at]);
          }
          rest.remove_prefix(property.count_bytes);
        }
        if (items > rest.size() / property.item_bytes) {
          refuse_cut("element " + std::string(element.name));
        }
        rest.remove_prefix(static_cast<std::size_t>(items) * property.item_bytes);
      }
    }
  }
}

}  // namespace

BodyCounts check_ply(std::string_view bytes) {
  const PlyHeader header = read_ply_header(bytes);
  BodyCounts counts;
  for (const PlyElement& element : header.elements) {
    if (element.name == "vertex") counts.vertices += element.records;
    if (element.name == "face") counts.faces += element.records;
    if (element.name == "tristrips") {
      refuse("the PLY file stores triangle strips, which are not supported: export plain faces");
    }
  }
  if (counts.faces == 0 || counts.vertices == 0) {
    refuse("the file has no faces: export a mesh, not points", ErrorCode::kNoFaces);
  }
  if (header.format == "ascii") {
    check_ply_text(header);
  } else if (header.format == "binary_little_endian" || header.format == "binary_big_endian") {
    check_ply_binary(header, header.format == "binary_big_endian");
  } else {
    refuse("the PLY header names no known format");
  }
  return counts;
}

BodyCounts check_off(std::string_view bytes) {
  Lines lines(bytes, '#');
  auto line = lines.next();
  if (!line) refuse_cut("its header");
  // "OFF", "COFF", "STCNOFF"; counts may follow on the same line, even without a blank.
  if (const std::size_t at = line->find("OFF"); at != std::string_view::npos) {
    if (line->substr(0, at).find_first_of("4n") != std::string_view::npos) {
      refuse("the OFF file has other than three dimensions: export it as plain OFF");
    }
    line->remove_prefix(at + 3);
    if (line->find_first_not_of(kBlank) == std::string_view::npos) line = lines.next();
    if (!line) refuse_cut("its header");
  }
  if (line->find("BINARY") != std::string_view::npos) {
    refuse("binary OFF is not supported: export it as text, or as STL");
  }
  BodyCounts counts;
  counts.vertices = to_index(take_word(*line), "the count of vertices");
  counts.faces = to_index(take_word(*line), "the count of faces");
  if (counts.faces == 0 || counts.vertices == 0) {
    refuse("the file has no faces: export a mesh, not points", ErrorCode::kNoFaces);
  }
  for (std::uint64_t i = 0; i < counts.vertices; ++i) {
    line = lines.next();
    if (!line) refuse_cut("its vertices");
    for (int axis = 0; axis < 3; ++axis) to_number(take_word(*line), "a coordinate");
  }
  for (std::uint64_t i = 0; i < counts.faces; ++i) {
    line = lines.next();
    if (!line) refuse_cut("its faces");
    const std::uint32_t corners = to_index(take_word(*line), "the count of corners of a face");
    for (std::uint32_t k = 0; k < corners; ++k) {
      const std::uint32_t index = to_index(take_word(*line), "a corner of a face");
      if (index >= counts.vertices) {
        refuse("face " + std::to_string(i) + " refers to vertex " + std::to_string(index) + " of " +
                   std::to_string(counts.vertices),
               ErrorCode::kIndex);
      }
    }
  }
  return counts;
}

}  // namespace costengine::import
