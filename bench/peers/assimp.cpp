// costengine-peer-assimp FILE: Assimp's reader, and identical vertices joined. Prints the number of
// facets.
#include <assimp/postprocess.h>
#include <assimp/scene.h>

#include <assimp/Importer.hpp>
#include <cstdio>

int main(int argc, char** argv) {
  if (argc != 2) return 3;
  Assimp::Importer importer;
  const aiScene* scene = importer.ReadFile(argv[1], aiProcess_JoinIdenticalVertices);
  if (scene == nullptr) {
    std::fprintf(stderr, "costengine-peer-assimp: %s\n", importer.GetErrorString());
    return 4;
  }
  unsigned long facets = 0;
  for (unsigned i = 0; i < scene->mNumMeshes; ++i) facets += scene->mMeshes[i]->mNumFaces;
  std::printf("%lu\n", facets);
  return 0;
}
