// AMF, ISO/ASTM 52915: objects, volumes, constellations without rotation. Curved triangles are read
// as flat ones.
//
// Not through Assimp: its 5.2.5 ignores the unit, takes a rotation for a translation, loses objects
// that share an id, and needs time quadratic in the vertices.
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <span>

#include "model.hpp"
#include "numbers.hpp"
#include "xml_events.hpp"

namespace costengine::import {
namespace {

struct Instance {
  std::string object;
  Placement placement;
};

/// An object has a mesh, a constellation has instances.
struct Thing {
  Mesh mesh;
  std::vector<Instance> instances;
};

double unit_in_mm(std::optional<std::string_view> unit) {
  static const std::map<std::string_view, double> kUnits = {{"micron", 0.001},  {"millimeter", 1},
                                                            {"millimeters", 1}, {"inch", 25.4},
                                                            {"feet", 304.8},    {"meter", 1000}};
  const auto found = kUnits.find(unit.value_or("millimeter"));
  if (found == kUnits.end()) {
    refuse("the AMF file has an unknown unit '" + std::string(unit->substr(0, 40)) + "'");
  }
  return found->second;
}

class Document {
 public:
  Model read(std::string_view bytes) {
    read_xml(bytes, {[this](const XmlElement& element) { start_element(element); },
                     [this](const XmlElement& element, std::string_view text) {
                       end_element(element, text);
                     }});
    Placement scale;
    for (int axis = 0; axis < 3; ++axis) scale.m[axis][axis] = unit_mm_;
    Model model;
    // "Only the top level objects and constellations are available for printing": what a
    // constellation uses is not printed a second time.
    for (const std::string& id : order_) {
      if (!used_.contains(id)) place(id, scale, 0, model);
    }
    return model;
  }

 private:
  static constexpr std::string_view kCoordinates[] = {"amf",      "object", "mesh",
                                                      "vertices", "vertex", "coordinates"};
  static constexpr std::string_view kTriangle[] = {"amf", "object", "mesh", "volume", "triangle"};
  static constexpr std::string_view kInstance[] = {"amf", "constellation", "instance"};
  static constexpr std::string_view kMesh[] = {"amf", "object", "mesh"};
  static constexpr std::string_view kObject[] = {"amf", "object"};
  static constexpr std::string_view kConstellation[] = {"amf", "constellation"};
  using Path = std::span<const std::string_view>;

  static bool is(const XmlElement& element, Path path) {
    const auto& open = element.open();
    return std::equal(path.begin(), path.end(), open.begin(), open.end());
  }
  /// True if the element stands directly inside `path`.
  static bool is_in(const XmlElement& element, Path path) {
    const auto& open = element.open();
    return std::equal(path.begin(), path.end(), open.begin(), open.end() - 1);
  }

  void start_element(const XmlElement& element) {
    const std::string_view name = element.name();
    if (element.open().size() == 1) {
      if (name != "amf") refuse("the file is XML but not AMF");
      unit_mm_ = unit_in_mm(element.attribute("unit"));
    } else if (is(element, kObject) || is(element, kConstellation)) {
      const std::string id(element.attribute("id").value_or(""));
      if (!things_.try_emplace(id).second) {
        refuse("two objects of the AMF file have the same id: export it again");
      }
      order_.push_back(id);
    } else if (is(element, kCoordinates) || is(element, kTriangle)) {
      for (auto& value : values_) value.reset();
    } else if (is(element, kInstance)) {
      const std::string id(element.attribute("objectid").value_or(""));
      used_.insert(id);
      current().instances.push_back({id, {}});
    } else if (is(element, kMesh) && !current().mesh.vertices.empty()) {
      refuse("an object of the AMF file has two meshes: export it again");
    }
  }

  void end_element(const XmlElement& element, std::string_view text) {
    const std::string_view name = element.name();
    if (is_in(element, kCoordinates)) {
      if (name == "x" || name == "y" || name == "z") values_[name[0] - 'x'] = text;
    } else if (is_in(element, kTriangle)) {
      if (name == "v1" || name == "v2" || name == "v3") values_[name[1] - '1'] = text;
    } else if (is_in(element, kInstance)) {
      read_shift(std::string(name), text);
    } else if (is(element, kCoordinates)) {
      current().mesh.vertices.push_back({to_number(values_[0], "x of a vertex"),
                                         to_number(values_[1], "y of a vertex"),
                                         to_number(values_[2], "z of a vertex")});
    } else if (is(element, kTriangle)) {
      current().mesh.facets.push_back({to_index(values_[0], "v1 of a triangle"),
                                       to_index(values_[1], "v2 of a triangle"),
                                       to_index(values_[2], "v3 of a triangle")});
    }
  }

  Thing& current() { return things_.at(order_.back()); }

  /// One child of an instance.
  void read_shift(const std::string& name, std::string_view text) {
    if (name == "deltax" || name == "deltay" || name == "deltaz") {
      current().instances.back().placement.m[name[5] - 'x'][3] = to_number(text, name);
      return;
    }
    // Slicers write rotations and scales even where they change nothing.
    const bool scale = name.starts_with("scale");
    const bool rotation = name == "rx" || name == "ry" || name == "rz";
    if ((scale || rotation || name.starts_with("mirror")) &&
        to_number(text, name) != (scale ? 1 : 0)) {
      refuse("the AMF file turns, mirrors or scales a part (" + name +
             "), which is not supported: export it as 3MF or STL");
    }
  }

  void place(const std::string& id, const Placement& parent, int depth, Model& model) {
    constexpr int kMaxDepth = 32;
    constexpr std::uint64_t kMaxPlaced = 1'000'000;
    if (depth > kMaxDepth) refuse("the constellations of the AMF file contain each other");
    if (++placed_ > kMaxPlaced) refuse("the AMF file places more than a million parts");
    const auto found = things_.find(id);
    if (found == things_.end()) {
      refuse("the AMF file places object '" + id.substr(0, 40) + "', which it does not contain");
    }
    append(model, found->second.mesh, parent);
    for (const Instance& instance : found->second.instances) {
      place(instance.object, parent.after(instance.placement), depth + 1, model);
    }
  }

  double unit_mm_ = 1;
  std::map<std::string, Thing> things_;
  std::vector<std::string> order_;  ///< ids as they come
  std::set<std::string> used_;      ///< ids that an instance names
  /// Texts of the coordinates (x, y, z) or the triangle (v1, v2, v3) that is being read.
  std::optional<std::string> values_[3];
  std::uint64_t placed_ = 0;
};

}  // namespace

Model read_amf(std::string_view bytes) {
  if (bytes.starts_with("PK")) {
    refuse("the AMF file is packed as a ZIP archive: unpack it, or export it as 3MF or STL");
  }
  return Document().read(bytes);
}

}  // namespace costengine::import
