// 3MF Core Specification 1.3 and Production Extension 1.1: model parts, objects, components, build.
//
// Not through Assimp: its 5.2.5 ignores the unit, drops parts that the production extension keeps
// in other files of the package, and reads past the end of a transform that is too short.
#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "model.hpp"
#include "numbers.hpp"
#include "package_parts.hpp"
#include "xml_events.hpp"

namespace costengine::import {
namespace {

/// An object or one use of it, by the model part it stands in and its number there.
struct ObjectId {
  std::string part;
  std::uint32_t id = 0;
  friend auto operator<=>(const ObjectId&, const ObjectId&) = default;
};

struct Use {
  ObjectId object;
  Placement placement;
};

struct Object {
  Mesh mesh;
  std::vector<Use> components;
};

double unit_in_mm(std::optional<std::string_view> unit) {
  static const std::map<std::string_view, double> kUnits = {{"micron", 0.001},  {"millimeter", 1},
                                                            {"centimeter", 10}, {"inch", 25.4},
                                                            {"foot", 304.8},    {"meter", 1000}};
  const auto found = kUnits.find(unit.value_or("millimeter"));
  if (found == kUnits.end()) {
    refuse("the 3MF model has an unknown unit '" + std::string(unit->substr(0, 40)) + "'");
  }
  return found->second;
}

/// Twelve numbers: three rows of the linear part as 3MF writes them (points are rows), then the
/// translation.
Placement to_placement(std::optional<std::string_view> text) {
  Placement placement;
  if (!text) return placement;
  std::string_view rest = *text;
  for (int row = 0; row < 4; ++row) {
    for (auto& target : placement.m) {
      rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
      const std::size_t end = std::min(rest.find_first_of(" \t\r\n"), rest.size());
      target[row] = to_number(rest.substr(0, end), "a number of a transform");
      rest.remove_prefix(end);
    }
  }
  if (rest.find_first_not_of(" \t\r\n") != std::string_view::npos) {
    refuse("a transform has more than twelve numbers", ErrorCode::kNumber);
  }
  return placement;
}

std::string part_name(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  return std::string(path);
}

/// The package's main model: named by the root relationships.
std::string main_part(const PackageParts& package) {
  constexpr std::string_view kRelationships = "_rels/.rels";
  constexpr std::string_view kModelType =
      "http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel";
  std::optional<std::string> name;
  const auto start = [&](const XmlElement& element) {
    if (!name && local_name(element.name()) == "Relationship" &&
        element.attribute("Type") == kModelType) {
      name = part_name(element.attribute("Target").value_or(""));
    }
  };
  read_xml(package.read(kRelationships), {start, {}});
  if (!name) refuse("the 3MF package names no model: export it again");
  return *name;
}

/// All model parts that the build reaches.
class Package {
 public:
  explicit Package(std::string_view bytes) : archive_(bytes), main_(main_part(archive_)) {}

  Model read() {
    read_part(main_, /*is_main=*/true);
    if (build_.empty()) refuse("the 3MF model builds nothing", ErrorCode::kNoFaces);
    Model model;
    for (const Use& item : build_) place(item, scale_of(unit_mm_), 0, model);
    return model;
  }

 private:
  static Placement scale_of(double factor) {
    Placement scale;
    for (int axis = 0; axis < 3; ++axis) scale.m[axis][axis] = factor;
    return scale;
  }

  void place(const Use& use, const Placement& parent, int depth, Model& model) {
    constexpr int kMaxDepth = 32;
    if (depth > kMaxDepth) refuse("the objects of the 3MF model contain each other without end");
    // Instances of instances grow exponentially; empty ones would do so without any facet.
    constexpr std::uint64_t kMaxPlaced = 1'000'000;
    if (++placed_ > kMaxPlaced) refuse("the 3MF model places more than a million parts");
    if (!parts_.contains(use.object.part)) read_part(use.object.part, /*is_main=*/false);
    const auto found = objects_.find(use.object);
    if (found == objects_.end()) {
      refuse("the 3MF model uses object " + std::to_string(use.object.id) +
             ", which it does not contain: export it again");
    }
    const Placement placement = parent.after(use.placement);
    append(model, found->second.mesh, placement);
    for (const Use& component : found->second.components) {
      place(component, placement, depth + 1, model);
    }
  }

  void read_part(const std::string& name, bool is_main) {
    parts_.insert(name);
    Object* object = nullptr;
    const auto start = [&](const XmlElement& element) {
      if (element.open().size() == 1) {
        read_root(element, is_main);
      } else if (is(element, {"model", "resources", "object"})) {
        object = &add_object(name, element);
      } else if (is(element, {"model", "resources", "object", "mesh", "vertices", "vertex"})) {
        object->mesh.vertices.push_back({to_number(element.attribute("x"), "x of a vertex"),
                                         to_number(element.attribute("y"), "y of a vertex"),
                                         to_number(element.attribute("z"), "z of a vertex")});
      } else if (is(element, {"model", "resources", "object", "mesh", "triangles", "triangle"})) {
        object->mesh.facets.push_back({to_index(element.attribute("v1"), "v1 of a triangle"),
                                       to_index(element.attribute("v2"), "v2 of a triangle"),
                                       to_index(element.attribute("v3"), "v3 of a triangle")});
      } else if (is(element, {"model", "resources", "object", "components", "component"})) {
        object->components.push_back(use_of(name, element));
      } else if (is_main && is(element, {"model", "build", "item"})) {
        build_.push_back(use_of(name, element));
      }
    };
    read_xml(archive_.read(name), {start, {}});
  }

  /// True if the open elements are exactly these, all in the root's namespace: an extension's
  /// <s:vertex> is another thing.
  static bool is(const XmlElement& element, std::initializer_list<std::string_view> path) {
    const auto& open = element.open();
    if (open.size() != path.size()) return false;
    const std::string_view root = open.front();
    const std::string_view prefix = root.substr(0, root.size() - local_name(root).size());
    std::size_t i = 0;
    for (const std::string_view wanted : path) {
      const std::string_view name = open[i++];
      if (name.size() != prefix.size() + wanted.size() || !name.starts_with(prefix) ||
          !name.ends_with(wanted)) {
        return false;
      }
    }
    return true;
  }

  void read_root(const XmlElement& element, bool is_main) {
    if (local_name(element.name()) != "model")
      refuse("the model part of the 3MF package is no model");
    const double unit_mm = unit_in_mm(element.attribute("unit"));
    if (is_main) {
      unit_mm_ = unit_mm;
    } else if (unit_mm != unit_mm_) {
      refuse("the parts of the 3MF model use different units: export it again");
    }
    // Extensions that a reader must know are listed by prefix; only these two leave shapes alone
    // or are read here.
    std::string_view required = element.attribute("requiredextensions").value_or("");
    while (!required.empty()) {
      const std::size_t end = std::min(required.find_first_of(" \t\r\n"), required.size());
      const std::string prefix(required.substr(0, end));
      required.remove_prefix(std::min(end + 1, required.size()));
      if (prefix.empty()) continue;
      const std::string_view url = element.attribute("xmlns:" + prefix).value_or(prefix);
      if (!url.starts_with("http://schemas.microsoft.com/3dmanufacturing/material/") &&
          !url.starts_with("http://schemas.microsoft.com/3dmanufacturing/production/")) {
        refuse("the 3MF model requires the extension " + std::string(url.substr(0, 120)) +
               ", which is not supported: export it as a plain mesh");
      }
    }
  }

  Object& add_object(const std::string& part, const XmlElement& element) {
    const std::string_view type = element.attribute("type").value_or("model");
    if (type != "model" && type != "solidsupport" && type != "surface" && type != "other") {
      refuse("the 3MF model has an object of type '" + std::string(type.substr(0, 40)) +
             "': export it without supports");
    }
    const auto [place, fresh] =
        objects_.try_emplace({part, to_index(element.attribute("id"), "id of an object")});
    if (!fresh) refuse("two objects of the 3MF model have the same id: export it again");
    return place->second;
  }

  /// A component or an item: which object, from which part, and where.
  static Use use_of(const std::string& part, const XmlElement& element) {
    Use use{{part, to_index(element.attribute("objectid"), "objectid of a part")},
            to_placement(element.attribute("transform"))};
    for (const char* const* at = element.attributes(); *at != nullptr; at += 2) {
      if (local_name(at[0]) == "path") use.object.part = part_name(at[1]);
    }
    return use;
  }

  PackageParts archive_;
  std::string main_;
  double unit_mm_ = 1;
  std::map<ObjectId, Object> objects_;
  std::set<std::string> parts_;
  std::vector<Use> build_;
  std::uint64_t placed_ = 0;
};

}  // namespace

Model read_3mf(std::string_view bytes) {
  return Package(bytes).read();
}

}  // namespace costengine::import
