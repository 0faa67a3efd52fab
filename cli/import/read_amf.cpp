// AMF, ISO/ASTM 52915: objects, volumes, constellations without rotation. Curved triangles are read
// as flat ones.
//
// Not through Assimp: its 5.2.5 ignores the unit, takes a rotation for a translation, loses objects
// that share an id, and needs time quadratic in the vertices.
#include <map>
#include <set>

#include "model.hpp"
#include "numbers.hpp"
#include "xml.hpp"

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
  explicit Document(std::string_view bytes) : xml_(bytes) {}

  Model read() {
    for (auto event = xml_.next(); event != XmlReader::Event::kDone; event = xml_.next()) {
      if (event == XmlReader::Event::kStart) start_element();
    }
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
  /// The text of the element that has just begun; reads up to its end.
  std::string text_of_element() {
    const std::size_t depth = xml_.open().size();
    std::string text;
    for (;;) {
      const auto event = xml_.next();
      if (event == XmlReader::Event::kText && xml_.open().size() == depth) text += xml_.text();
      if (event == XmlReader::Event::kEnd && xml_.open().size() < depth) return text;
    }
  }

  bool is(std::initializer_list<std::string_view> path) const {
    return std::equal(path.begin(), path.end(), xml_.open().begin(), xml_.open().end());
  }

  void start_element() {
    const std::string_view name = xml_.name();
    if (xml_.open().size() == 1) {
      if (name != "amf") refuse("the file is XML but not AMF");
      unit_mm_ = unit_in_mm(xml_.attribute("unit"));
    } else if (is({"amf", "object"}) || is({"amf", "constellation"})) {
      const std::string id(xml_.attribute("id").value_or(""));
      if (!things_.try_emplace(id).second) {
        refuse("two objects of the AMF file have the same id: export it again");
      }
      order_.push_back(id);
    } else if (is({"amf", "object", "mesh", "vertices", "vertex", "coordinates"})) {
      read_coordinates();
    } else if (is({"amf", "object", "mesh", "volume", "triangle"})) {
      read_triangle();
    } else if (is({"amf", "constellation", "instance"})) {
      read_instance();
    } else if (is({"amf", "object", "mesh"}) && !current().mesh.vertices.empty()) {
      refuse("an object of the AMF file has two meshes: export it again");
    }
  }

  Thing& current() { return things_.at(order_.back()); }

  /// Calls `take(name)` at each child of the element that has just begun, and returns at its end.
  template <class Take>
  void for_each_child(Take&& take) {
    const std::size_t depth = xml_.open().size();
    for (auto event = xml_.next();; event = xml_.next()) {
      if (event == XmlReader::Event::kEnd && xml_.open().size() < depth) return;
      if (event == XmlReader::Event::kStart && xml_.open().size() == depth + 1) take(xml_.name());
    }
  }

  void read_coordinates() {
    std::optional<std::string> axis[3];
    for_each_child([&](std::string_view name) {
      if (name == "x" || name == "y" || name == "z") axis[name[0] - 'x'] = text_of_element();
    });
    current().mesh.vertices.push_back({to_number(axis[0], "x of a vertex"),
                                       to_number(axis[1], "y of a vertex"),
                                       to_number(axis[2], "z of a vertex")});
  }

  void read_triangle() {
    std::optional<std::string> corner[3];
    for_each_child([&](std::string_view name) {
      if (name == "v1" || name == "v2" || name == "v3") corner[name[1] - '1'] = text_of_element();
    });
    current().mesh.facets.push_back({to_index(corner[0], "v1 of a triangle"),
                                     to_index(corner[1], "v2 of a triangle"),
                                     to_index(corner[2], "v3 of a triangle")});
  }

  void read_instance() {
    Instance instance{std::string(xml_.attribute("objectid").value_or("")), {}};
    for_each_child([&](std::string_view child) {
      const std::string name(child);
      const std::string text = text_of_element();
      if (name == "deltax" || name == "deltay" || name == "deltaz") {
        instance.placement.m[name[5] - 'x'][3] = to_number(text, name);
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
    });
    used_.insert(instance.object);
    current().instances.push_back(std::move(instance));
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

  XmlReader xml_;
  double unit_mm_ = 1;
  std::map<std::string, Thing> things_;
  std::vector<std::string> order_;  ///< ids as they come
  std::set<std::string> used_;      ///< ids that an instance names
  std::uint64_t placed_ = 0;
};

}  // namespace

Model read_amf(std::string_view bytes) {
  if (bytes.starts_with("PK")) {
    refuse("the AMF file is packed as a ZIP archive: unpack it, or export it as 3MF or STL");
  }
  return Document(bytes).read();
}

}  // namespace costengine::import
