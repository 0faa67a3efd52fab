#include <cmath>

#include "hostile/bytes.hpp"
#include "hostile/cases.hpp"

namespace costengine::hostile {
namespace {

const std::string kVertices =
    "v 0 0 0\nv 20 0 0\nv 20 20 0\nv 0 20 0\nv 0 0 20\nv 20 0 20\nv 20 20 20\nv 0 20 20\n";
const std::string kFaces = "f 1 4 3 2\nf 5 6 7 8\nf 1 2 6 5\nf 3 4 8 7\nf 1 5 8 4\nf 2 3 7 6\n";
const std::string kCube = kVertices + kFaces;

std::string cube_with(const std::string& line) {
  return kVertices + line + "\n" + kFaces;
}

/// Floor and lid are single polygons of 2n corners, alternately near and far: half of
/// near * far * sin(180 degrees / n) a triangle, 2n triangles, height 10.
std::string star(int n, double near, double far) {
  std::string text, floor = "f", lid = "f";
  const int corners = 2 * n;
  for (const int z : {0, 10}) {
    for (int k = 0; k < corners; ++k) {
      const double r = k % 2 == 0 ? near : far, angle = shapes::kPi * k / n;
      text += "v" +
              shapes::text_of({r * std::cos(angle), r * std::sin(angle), static_cast<double>(z)}) +
              "\n";
    }
  }
  for (int k = 0; k < corners; ++k) {
    floor += " " + std::to_string(corners - k);
    lid += " " + std::to_string(corners + 1 + k);
    const int next = (k + 1) % corners;
    text += "f " + std::to_string(k + 1) + " " + std::to_string(next + 1) + " " +
            std::to_string(corners + next + 1) + " " + std::to_string(corners + k + 1) + "\n";
  }
  return text + floor + "\n" + lid + "\n";
}

/// A band of four corners a turn, winding inwards: concave everywhere.
std::string spiral(int corners) {
  std::string text, face = "f";
  for (int side = 0; side < 2; ++side) {
    for (int k = 0; k < corners / 2; ++k) {
      const int i = side == 0 ? k : corners / 2 - 1 - k;
      const double angle = 0.05 * i, r = 5 + 0.05 * i - 1.5 * side;
      text += "v" + shapes::text_of({r * std::cos(angle), r * std::sin(angle), 0}) + "\n";
    }
  }
  for (int i = 1; i <= corners; ++i) face += " " + std::to_string(i);
  return text + face + "\n";
}

}  // namespace

std::vector<Case> obj_cases() {
  std::string zero_byte = kCube;
  zero_byte[zero_byte.find("f 1") + 3] = '\0';
  return {
      {"plain OBJ cube", kCube, "trusted", "", 8000},
      {"CRLF and tabs", swapped(swapped(kCube, "\n", "\r\n"), " ", "\t "), "trusted", "", 8000},
      {"OBJ with CR alone", swapped(kCube, "\n", "\r"), "trusted", "", 8000},
      {"OBJ with a byte order mark", "\xEF\xBB\xBF" + kCube, "trusted", "", 8000},
      {"no line end at the end", kCube.substr(0, kCube.size() - 1), "trusted", "", 8000},
      {"continued lines", swapped(kCube, "f 1 4 3 2", "f 1 \\\n4 \\\r\n3 2"), "trusted", "", 8000},
      {"backslash at the end", kCube + "\\", "trusted", "", 8000},
      {"negative indices", kVertices + swapped(kFaces, "f 5 6 7 8", "f -4 -3 -2 -1"), "trusted", "",
       8000},
      {"all index forms", "vt 0 0\nvn 0 0 1\n" + swapped(kCube, "f 1 4 3 2", "f 1/1/1 4//1 3/1 2/"),
       "trusted", "", 8000},
      {"plus before an index", swapped(kCube, "f 1 4", "f +1 4"), "trusted", "", 8000},
      {"colours", swapped(kCube, "v 20 0 0", "v 20 0 0 nan nan nan"), "trusted", "", 8000},
      {"mtllib of a system file", cube_with("mtllib ../../../../etc/passwd"), "trusted", "", 8000},
      {"mtllib of a device", cube_with("mtllib /dev/zero\nusemtl a"), "trusted", "", 8000},
      {"shell call", cube_with("csh -touch /tmp/pwned\ncall x.obj"), "trusted", "ignored", 8000},
      {"points and lines", cube_with("p 1 2 3\nl 1 2"), "trusted", "ignored", 8000},
      {"unknown words", cube_with("vx 1\nfo 1 2 3\nxyzzy"), "trusted", "ignored", 8000},
      {"name in bad UTF-8", cube_with("o \xFF\xFE\"\x1b[2J"), "trusted", "", 8000},
      {"vertices nobody uses", cube_with("v 1e30 1e30 -1e30"), "trusted", "", 8000},
      {"texture indices nowhere", kVertices + swapped(kFaces, "f 1 4 3 2", "f 1/9 4/-9 3/9/9 2"),
       "trusted", "obj_vt", 8000},
      {"repeated corner", kVertices + swapped(kFaces, "f 1 4 3 2", "f 1 1 4 3 2"), "trusted",
       "degenerate", 8000},
      {"weight of 2", swapped(kCube, "v 20 0 0", "v 20 0 0 2"), "estimated", "obj_w", 8000},
      {"weight of 0", swapped(kCube, "v 20 0 0", "v 20 0 0 0"), "estimated", "obj_w", 8000},
      {"faces of two corners", cube_with("f 1 2\nf 1\nf"), "estimated", "degenerate", 8000},
      {"a surface beside the faces", cube_with("deg 1 1\nsurf 0 1 0 1 1 2 3 4\nend"), "estimated",
       "unsupported", 8000},
      {"bow tie",
       kVertices + swapped(kFaces, "f 1 4 3 2", "f 1 3 4 2"),
       "estimated",
       "polygon",
       {}},
      {"star of ten corners", star(5, 4, 16), "trusted", "concave",
       10 * 0.5 * 64 * std::sin(shapes::kPi / 5) * 10},
      {"star of two thousand corners", star(1000, 90, 100), "trusted", "concave",
       2000 * 0.5 * 9000 * std::sin(shapes::kPi / 1000) * 10},
      {"inside out", swapped(swapped(kCube, "v 20", "v -20"), "\nv -20", "\nv -20"), "estimated",
       "inverted", 8000},
      {"two files in one", kCube + kCube, "estimated", "duplicate", 8000},
      {"spiral of four thousand corners", spiral(4000), "refused", "", {}},
      {"index behind the last", swapped(kCube, "f 1 4", "f 9 4"), "error", "index", {}},
      {"index 0", swapped(kCube, "f 1 4", "f 0 4"), "error", "index", {}},
      {"negative index before the first", swapped(kCube, "f 1 4", "f -9 4"), "error", "index", {}},
      {"index of 2^31", swapped(kCube, "f 1 4", "f 2147483648 4"), "error", "index", {}},
      {"index of 2^32 + 1", swapped(kCube, "f 1 4", "f 4294967297 4"), "error", "index", {}},
      {"index of 30 digits",
       swapped(kCube, "f 1 4", "f " + std::string(30, '9') + " 4"),
       "error",
       "index",
       {}},
      {"two coordinates only", swapped(kCube, "v 20 0 0", "v 20 0"), "error", "number", {}},
      {"bad number among good ones",
       swapped(kCube, "v 20 20 0", "v 2O 20 0") + "v 0 0 0\n",
       "error",
       "number",
       {}},
      {"decimal commas in OBJ", swapped(kCube, "20", "20,5"), "error", "number", {}},
      {"NaN in OBJ", swapped(kCube, "v 20 0 0", "v nan 0 0"), "error", "nonfinite", {}},
      {"cube of 2e30", swapped(kCube, "20", "2e30"), "error", "range", {}},
      {"zero byte in a face", zero_byte, "error", "syntax", {}},
      {"comments only", "# a\n# b\n", "error", "no_faces", {}},
      {"vertices only", kVertices, "error", "no_faces", {}},
      {"a surface alone", kVertices + "surf 0 1 0 1 1 2 3 4\n", "error", "no_faces", {}},
      {"faces of one corner only", kVertices + "f 1\nf 2\n", "error", "no_faces", {}},
  };
}

}  // namespace costengine::hostile
