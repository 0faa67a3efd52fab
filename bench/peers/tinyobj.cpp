// costengine-peer-tinyobj FILE: tinyobjloader's reader. Prints the number of facets.
#include <tiny_obj_loader.h>

#include <cstdio>

int main(int argc, char** argv) {
  if (argc != 2) return 3;
  tinyobj::ObjReader reader;
  if (!reader.ParseFromFile(argv[1])) {
    std::fprintf(stderr, "costengine-peer-tinyobj: %s\n", reader.Error().c_str());
    return 4;
  }
  std::size_t facets = 0;
  for (const auto& shape : reader.GetShapes()) facets += shape.mesh.num_face_vertices.size();
  std::printf("%zu\n", facets);
  return 0;
}
