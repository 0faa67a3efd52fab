#include <assimp/BaseImporter.h>
#include <assimp/importerdesc.h>
#include <assimp/postprocess.h>
#include <assimp/scene.h>

#include <algorithm>
#include <assimp/DefaultLogger.hpp>
#include <assimp/IOStream.hpp>
#include <assimp/IOSystem.hpp>
#include <assimp/Importer.hpp>
#include <cstring>
#include <nlohmann/json.hpp>

#include "check_body.hpp"
#include "model.hpp"

namespace costengine::import {
namespace {

/// A view of the input; it cannot be written.
class InputStream : public Assimp::IOStream {
 public:
  explicit InputStream(std::string_view bytes) : bytes_(bytes) {}

  std::size_t Read(void* out, std::size_t item_bytes, std::size_t items) override {
    if (item_bytes == 0) return 0;
    const std::size_t whole = std::min(items, (bytes_.size() - position_) / item_bytes);
    std::memcpy(out, bytes_.data() + position_, whole * item_bytes);
    position_ += whole * item_bytes;
    return whole;
  }
  std::size_t Write(const void*, std::size_t, std::size_t) override { return 0; }
  aiReturn Seek(std::size_t offset, aiOrigin origin) override {
    const std::size_t base = origin == aiOrigin_SET   ? 0
                             : origin == aiOrigin_CUR ? position_
                                                      : bytes_.size();
    if (base + offset > bytes_.size() || base + offset < base) return aiReturn_FAILURE;
    position_ = base + offset;
    return aiReturn_SUCCESS;
  }
  std::size_t Tell() const override { return position_; }
  std::size_t FileSize() const override { return bytes_.size(); }
  void Flush() override {}

 private:
  std::string_view bytes_;
  std::size_t position_ = 0;
};

/// A world with one file in it. Any other name does not exist; the first one asked for is kept,
/// since a model that needs it cannot be read.
class OnlyTheInput : public Assimp::IOSystem {
 public:
  OnlyTheInput(std::string name, std::string_view bytes) : name_(std::move(name)), bytes_(bytes) {}

  bool Exists(const char* name) const override { return name == name_; }
  char getOsSeparator() const override { return '/'; }
  Assimp::IOStream* Open(const char* name, const char*) override {
    if (name == name_) return new InputStream(bytes_);
    if (refused.empty()) refused = name;
    return nullptr;
  }
  void Close(Assimp::IOStream* stream) override { delete stream; }

  std::string refused;

 private:
  std::string name_;
  std::string_view bytes_;
};

/// Assimp logs an error and goes on where a reader has clamped an index or dropped a face. Such a
/// mesh is not the one in the file.
class FirstError : public Assimp::LogStream {
 public:
  explicit FirstError(std::string& message) : message_(message) {}
  void write(const char* message) override {
    if (!message_.empty()) return;
    message_ = message;  // "Error, T0: what\n"
    const std::size_t end_of_prefix = message_.find(": ");
    if (end_of_prefix != std::string::npos) message_.erase(0, end_of_prefix + 2);
    while (message_.ends_with('\n')) message_.pop_back();
  }

 private:
  std::string& message_;
};

/// Leaves the one reader of `format`: no other can be reached, whatever the bytes look like.
void keep_only(Assimp::Importer& importer, const std::string& format) {
  for (std::size_t i = importer.GetImporterCount(); i-- > 0;) {
    Assimp::BaseImporter* reader = importer.GetImporter(i);
    const aiImporterDesc* about = importer.GetImporterInfo(i);
    const bool reads_it =
        importer.GetImporterIndex(format.c_str()) != std::size_t(-1) &&
        (std::string(" ") + about->mFileExtensions + " ").find(" " + format + " ") !=
            std::string::npos;
    const bool is_gltf1 = std::strncmp(about->mName, "glTF Importer", 13) == 0;
    if (reads_it && !is_gltf1) continue;
    importer.UnregisterLoader(reader);
    delete reader;
  }
  if (importer.GetImporterCount() != 1) {
    refuse("the installed Assimp has no reader for " + format +
           ": convert the model to STL or OBJ");
  }
}

/// That Assimp read as many vertices and faces as the body holds.
void check_counts(const BodyCounts& counts, const aiScene& scene) {
  BodyCounts read;
  for (unsigned i = 0; i < scene.mNumMeshes; ++i) {
    read.vertices += scene.mMeshes[i]->mNumVertices;
    read.faces += scene.mMeshes[i]->mNumFaces;
  }
  if (read.vertices != counts.vertices || read.faces != counts.faces) {
    refuse("Assimp read " + std::to_string(read.faces) + " of " + std::to_string(counts.faces) +
           " faces: convert the model to STL or OBJ");
  }
}

/// The JSON of a glTF file, or of the first chunk of a GLB file.
std::string_view gltf_json(std::string_view bytes, bool binary) {
  if (!binary) return bytes;
  constexpr std::size_t kHeaderBytes = 20;
  std::uint32_t length = 0;
  if (bytes.size() >= kHeaderBytes) std::memcpy(&length, bytes.data() + 12, 4);
  if (bytes.size() < kHeaderBytes || length > bytes.size() - kHeaderBytes) {
    refuse("the file ends before its first chunk does", ErrorCode::kTruncated);
  }
  return bytes.substr(kHeaderBytes, length);
}

/// Refuses what Assimp would open or silently leave out: buffers in other files, and extensions
/// that change the geometry (compression, quantisation, instancing).
void check_gltf(std::string_view json_text) {
  using Json = nlohmann::json;
  if (json_text.starts_with("\xEF\xBB\xBF")) json_text.remove_prefix(3);
  const Json root = Json::parse(json_text, nullptr, /*allow_exceptions=*/false);
  if (!root.is_object()) refuse("the file is not valid JSON, or its JSON is not a glTF object");
  if (const auto buffers = root.find("buffers"); buffers != root.end() && buffers->is_array()) {
    for (const Json& buffer : *buffers) {
      const auto uri = buffer.is_object() ? buffer.find("uri") : buffer.end();
      if (!buffer.is_object() || uri == buffer.end() || !uri->is_string()) continue;
      const auto& text = uri->get_ref<const std::string&>();
      if (!text.starts_with("data:")) {
        refuse("the model keeps its geometry in another file (" + text.substr(0, 200) +
               "), and other files are never opened: export it as one .glb file");
      }
    }
  }
  for (const char* list : {"extensionsRequired", "extensionsUsed"}) {
    const auto names = root.find(list);
    if (names == root.end() || !names->is_array()) continue;
    for (const Json& name : *names) {
      const std::string text = name.is_string() ? name.get<std::string>() : std::string();
      const bool appearance = text.starts_with("KHR_materials_") ||
                              text.starts_with("KHR_texture_") || text.starts_with("KHR_lights_");
      const bool required = std::strcmp(list, "extensionsRequired") == 0;
      if ((required && !appearance) || text == "EXT_mesh_gpu_instancing") {
        refuse("the model uses the glTF extension " + text.substr(0, 100) +
               ", which is not supported: export it without");
      }
    }
  }
}

Placement placement_of(const aiMatrix4x4& a) {
  return {{{a.a1, a.a2, a.a3, a.a4}, {a.b1, a.b2, a.b3, a.b4}, {a.c1, a.c2, a.c3, a.c4}}};
}

/// Post-processing trusts the indices; the readers do not check them all.
void check_indices(const aiScene& scene) {
  for (unsigned m = 0; m < scene.mNumMeshes; ++m) {
    const aiMesh& mesh = *scene.mMeshes[m];
    for (unsigned f = 0; f < mesh.mNumFaces; ++f) {
      const aiFace& face = mesh.mFaces[f];
      for (unsigned i = 0; i < face.mNumIndices; ++i) {
        if (face.mIndices[i] < mesh.mNumVertices) continue;
        refuse("face " + std::to_string(f) + " refers to vertex " +
                   std::to_string(face.mIndices[i]) + " of " + std::to_string(mesh.mNumVertices),
               ErrorCode::kIndex);
      }
    }
  }
}

void collect(const aiScene& scene, const aiNode& node, const Placement& parent, int depth,
             Model& model) {
  constexpr int kMaxDepth = 256;
  if (depth > kMaxDepth) refuse("the model's nodes are nested too deeply");
  const Placement placement = parent.after(placement_of(node.mTransformation));
  for (unsigned m = 0; m < node.mNumMeshes; ++m) {
    const aiMesh& source = *scene.mMeshes[node.mMeshes[m]];
    Mesh part;
    for (unsigned v = 0; v < source.mNumVertices; ++v) {
      const aiVector3D& p = source.mVertices[v];
      part.vertices.push_back({p.x, p.y, p.z});
    }
    for (unsigned f = 0; f < source.mNumFaces; ++f) {
      const aiFace& face = source.mFaces[f];
      if (face.mNumIndices == 3) {
        part.facets.push_back({face.mIndices[0], face.mIndices[1], face.mIndices[2]});
      } else {
        ++model.dropped;
      }
    }
    append(model, part, placement);
  }
  for (unsigned c = 0; c < node.mNumChildren; ++c) {
    collect(scene, *node.mChildren[c], placement, depth + 1, model);
  }
}

}  // namespace

Model read_with_assimp(std::string_view bytes, const std::string& format) {
  const bool gltf = format == "gltf" || format == "glb";
  if (!gltf && format != "ply" && format != "off") refuse("unknown format '" + format + "'");
  if (gltf) check_gltf(gltf_json(bytes, format == "glb"));
  BodyCounts counts;
  if (format == "ply") counts = check_ply(bytes);
  if (format == "off") counts = check_off(bytes);

  std::string first_error;
  Assimp::DefaultLogger::create("", Assimp::Logger::NORMAL, 0);
  Assimp::DefaultLogger::get()->attachStream(new FirstError(first_error), Assimp::Logger::Err);

  Assimp::Importer importer;
  const std::string name = "model." + format;
  auto* files = new OnlyTheInput(name, bytes);  // the importer owns it
  importer.SetIOHandler(files);
  keep_only(importer, format);
  const auto check = [&](const aiScene* scene) -> const aiScene& {
    if (!files->refused.empty()) {
      refuse("the model refers to another file (" + files->refused.substr(0, 200) +
             "), and other files are never opened: export it as one file");
    }
    if (scene == nullptr || scene->mRootNode == nullptr || !first_error.empty()) {
      std::string why = importer.GetErrorString();
      if (why.empty()) why = first_error;
      refuse("the " + format + " file cannot be read (" + why + "): export it again, or as STL");
    }
    return *scene;
  };
  const aiScene& raw = check(importer.ReadFile(name, 0));
  if (!gltf) check_counts(counts, raw);
  check_indices(raw);
  const aiScene& scene = check(importer.ApplyPostProcessing(aiProcess_Triangulate));

  Placement unit;
  if (gltf) {  // glTF lengths are metres; its y axis is kept
    for (int axis = 0; axis < 3; ++axis) unit.m[axis][axis] = 1000;
  }
  Model model;
  collect(scene, *scene.mRootNode, unit, 0, model);
  return model;
}

}  // namespace costengine::import
