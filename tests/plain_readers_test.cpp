// The readers that work in blocks on many threads give what plain ones give, to the bit.
#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "hostile/bytes.hpp"
#include "hostile/cases.hpp"
#include "support/same_reading.hpp"
#include "support/shapes.hpp"

using namespace costengine;

namespace {

std::vector<shapes::Solid> solids() {
  return {shapes::box(20, 20, 20),         shapes::tetrahedron(30, 40, 50),
          shapes::box_with_cavity(),       shapes::overlapping_boxes(),
          shapes::open_box(20, 20, 20),    shapes::torus(20, 5, 48, 24),
          shapes::boxes_sharing_an_edge(), shapes::moebius_strip(9)};
}

Limits small_lines() {
  Limits limits;
  limits.max_line_bytes = 8U << 20U;
  return limits;
}

/// Facets in no order, so that every block meets vertices of all others, and corners that repeat.
Mesh shuffled(Mesh mesh) {
  std::mt19937 random(7);
  for (std::size_t i = mesh.facets.size(); i > 1; --i) {
    std::swap(mesh.facets[i - 1], mesh.facets[random() % i]);
  }
  return mesh;
}

}  // namespace

TEST_CASE("binary STL: the reader in blocks is the plain one") {
  for (const shapes::Solid& solid : solids()) {
    CHECK(plain::difference_of_stl(hostile::stl(solid.mesh), {}) == "");
    CHECK(plain::difference_of_stl(hostile::stl(shuffled(solid.mesh)), {}) == "");
  }
  const std::string large = hostile::stl(shuffled(shapes::sphere(20, 128).mesh));
  CHECK(plain::difference_of_stl(large, {}) == "");
  Limits few;
  few.max_facets = 32'767;
  CHECK(plain::difference_of_stl(large, few) == "");
}

TEST_CASE("hostile binary STL: the reader in blocks is the plain one") {
  for (const hostile::Case& file : hostile::binary_stl_cases()) {
    CAPTURE(file.name);
    CHECK(plain::difference_of_stl(file.bytes, small_lines()) == "");
  }
}

TEST_CASE("of several facets that are not finite the first is named, whatever the block") {
  std::string file = hostile::stl(shapes::sphere(20, 32).mesh);
  for (const std::size_t facet : {900U, 411U, 410U}) {
    const std::uint32_t infinite = 0x7f800000U;
    std::memcpy(file.data() + 84 + 50 * facet + 20, &infinite, 4);
    CHECK(plain::difference_of_stl(file, {}) == "");
  }
}

TEST_CASE("ASCII STL: usual files are read in blocks, as by the reader of the whole grammar") {
  bool left = false;
  const auto same = [&](const std::string& text) {
    const std::string found = plain::difference_of_stl_text(text, {}, left);
    return left ? found + "left to the grammar" : found;
  };
  std::string all;
  for (const shapes::Solid& solid : solids()) {
    const std::string text = shapes::to_stl_ascii(solid.mesh);
    CHECK(same(text) == "");
    CHECK(same(shapes::to_stl_ascii(shuffled(solid.mesh))) == "");
    all += text + "\n \t\n";
  }
  CHECK(same(all) == "");
  CHECK(same("\xEF\xBB\xBF" + all) == "");
  CHECK(same(shapes::to_stl_ascii(shuffled(shapes::sphere(20, 64).mesh))) == "");
  const std::string box = shapes::to_stl_ascii(shapes::box(20, 20, 20).mesh);
  const auto changed = [&](std::string_view from, std::string_view to) {
    std::string text = box;
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
      text.replace(at, from.size(), to);
    }
    CHECK(text != box);
    return text;
  };
  CHECK(same(changed("\n", "\r\n")) == "");
  CHECK(same(changed("vertex", "\t\tVERTEX ")) == "");
  CHECK(same(changed("endsolid", "solid")) == "");  // an open solid at the end
  CHECK(same(changed("facet normal 0 ", "facet normal nan ")) == "");
  CHECK(same(changed("facet normal 0 ", "facet normal 5e-1 ")) == "");
  CHECK(same(changed("vertex 0 ", "vertex -0.0 ")) == "");
  CHECK(same(changed("vertex 0 ", "vertex +1e-30 ")) == "");
  CHECK(same(changed("vertex 20 ", "vertex 20.000000000000000000000001 ")) == "");
  CHECK(same(changed("solid ", "solid Surface interFACE ")) == "");
  CHECK(same(box.substr(0, box.rfind('\n'))) == "");
  CHECK(same(box.substr(0, box.rfind("endsolid"))) == "");
  CHECK(same(box.substr(box.find("facet"))) == "");
}

TEST_CASE("ASCII STL: what is not usual is left to the reader of the whole grammar") {
  const std::string box = shapes::to_stl_ascii(shapes::box(20, 20, 20).mesh);
  const auto left = [](const std::string& text, const Limits& limits = {}) {
    bool is_left = false;
    CHECK(plain::difference_of_stl_text(text, limits, is_left) == "");
    return is_left;
  };
  const auto once = [&](std::string_view from, std::string_view to) {
    std::string text = box;
    text.replace(text.rfind(from), from.size(), to);
    return text;
  };
  CHECK(left(once("endloop\n", "endloop ")));
  CHECK(left(once("endloop\n", "\nendloop\n")));
  CHECK(left(once("outer loop\n", "outer loop\r")));
  CHECK(left(once("vertex", "vertix")));
  CHECK(left(once("vertex", "vertex 1")));
  CHECK(left(once("vertex 0", "vertex inf")));
  CHECK(left(once("vertex 0", "vertex 0x1")));
  CHECK(left(once("normal", "normal 1")));
  CHECK(left(once("normal", "")));
  CHECK(left(once("endfacet\n", "endfacet\ntext\n")));
  CHECK(left(once("endsolid", "endsolid facet normal 1 0 0")));
  CHECK(left(once("endsolid", "endsolid a\rb")));
  const std::string zero(1, '\0');
  CHECK(left(once("endsolid", "endsolid" + zero)));
  CHECK(left(once("endsolid", "solid" + zero + "a\nendsolid")));
  CHECK(left(once("normal 0 0", "normal" + zero + " 0")));
  CHECK(left(once("endloop", "endloop" + zero)));
  CHECK(left(once("vertex", "vertex" + std::string(2000, ' '))));
  CHECK(left(box.substr(0, box.rfind("endloop"))));
  CHECK(left(box.substr(box.find("vertex"))));
  CHECK(left("solid only\nendsolid\n"));
  CHECK(left(""));
  Limits few, short_lines, small;
  few.max_facets = 11;
  short_lines.max_line_bytes = 1000;
  small.max_memory_bytes = 1'000'000;
  CHECK(left(box, few));
  CHECK(left(box, short_lines));
  CHECK(left(box, small));
}

TEST_CASE("hostile ASCII STL: what is read in blocks is what the reader of the grammar reads") {
  for (const hostile::Case& file : hostile::ascii_stl_cases()) {
    CAPTURE(file.name);
    bool left = false;
    CHECK(plain::difference_of_stl_text(file.bytes, small_lines(), left) == "");
  }
}

TEST_CASE("OBJ: the reader in blocks is the plain one") {
  for (const shapes::Solid& solid : solids()) {
    CHECK(plain::difference_of_obj(shapes::to_obj(solid.mesh), {}) == "");
    CHECK(plain::difference_of_obj(shapes::to_obj(shuffled(solid.mesh)), {}) == "");
  }
  const std::string large = shapes::to_obj(shuffled(shapes::sphere(20, 64).mesh));
  CHECK(plain::difference_of_obj(large, {}) == "");
  Limits few;
  few.max_facets = 8000;
  CHECK(plain::difference_of_obj(large, few) == "");
}

TEST_CASE("hostile OBJ: the reader in blocks is the plain one") {
  for (const hostile::Case& file : hostile::obj_cases()) {
    CAPTURE(file.name);
    CHECK(plain::difference_of_obj(file.bytes, small_lines()) == "");
  }
}

TEST_CASE("OBJ of any style: what a block cannot know alone is told from what stands before it") {
  const std::string corners = "v 0 0 0\nv 20 0 0\nv 20 20 0\nv 0 20 0\n";
  const std::vector<std::string> texts = {
      corners + "v 10 10 20\nf -5 -4 -1\nf -4 -3 -1\nv 1 2 3\nf -4 -3 -2\nf -5 -6 -2\n",
      corners + "v 10 10 20\nf 1 2 -1\nf 2 3 5\nf -3 4 5\nf 4 1 5\nf 4 3 2 1\n",
      corners + "vt 0 0\nvn 0 0 1\nf 1/1/1 2/2/1 3/1/2\nvt 1 1\nf 1/2 2/-1 4/-3\nf 1//1 3//7 4\n",
      "f 1 2 3\n" + corners + "f 1 3 4\n",
      "f 1 2 3 4\n" + corners + "f 1 3 4\n",
      corners + "f 1 2 3\nf 1 2 9\nf 1 9 3\n",
      corners + "f 1 2 3\nf -5 2 3\n",
      corners + "f 1 2 3 -5\n",
      corners + "f 1 2 3\nf 1 0 3\n",
      corners + "f 1 2 \\\n3\nf 1 \\\r\n 3 \\\r4\nv 1 \\\n2 \\\n3 # x\\\n\nf 1 2 5\n",
      corners + "f 1 2 3\n# a comment \\\nf 1 2 99\nf 1 3 4\\",
      corners + "f 1 2 3\\\n",
      "\xEF\xBB\xBF" + corners + "f 1 2 3\r\nf 1 3 4\rf 1 2 4\n\r",
      "v 1e0 -0 +3\r\nv -0.0 1.5E1 .5\nv 1. 2.e0 1e-320\nv 9007199254740993 0.1e-21 1e23\n"
      "v 123456789012345678901234567890 0.3 1e22\nv 0.000000000000000000000012345678901 1 2\n"
      "f 1 2 3\nf 4 5 6\nf 1 +5 6\n",
      "v 0 0 0\nv -0 0 -0\nv 1 0 0\nv 1 0 0\nv 0 1 0\nv 7 7 7\nf 2 4 5\nf 1 3 5\n",
      "v 0 0\n1 v\nf",
      corners + "v 1 2 x\nf 1 2 9\n",
      corners + "f 1 2 3 # 9 x\ng\xFF\nl 1 2\n",
      std::string("v 0 0 0\nv 1 0\0 0\n", 17),
      std::string("\n\n\r\r\n"),
      std::string(" ")};
  for (const std::string& text : texts) {
    CAPTURE(text);
    CHECK(plain::difference_of_obj(text, {}) == "");
  }
}

TEST_CASE("OBJ numbers of every length are read to the last bit") {
  std::mt19937_64 random(3);
  std::string text;
  for (int i = 0; i < 3000; ++i) {
    text += "v";
    for (int k = 0; k < 3; ++k) {
      std::string digits = std::to_string(random() >> (random() % 64));
      if (random() % 4 != 0)
        digits.insert(random() % digits.size() + (digits.size() > 1 ? 0 : 1), ".");
      if (digits[0] == '.' && random() % 2 == 0) digits.insert(0, "0");
      if (digits.back() == '.') digits += "5";
      if (random() % 3 == 0) digits += "e" + std::to_string(static_cast<int>(random() % 60) - 30);
      text += (random() % 2 == 0 ? " -" : " ") + digits;
    }
    text += "\n";
  }
  for (int i = 1; i + 2 <= 3000; ++i) {
    text +=
        "f " + std::to_string(i) + " " + std::to_string(i + 1) + " " + std::to_string(i + 2) + "\n";
  }
  CHECK(plain::difference_of_obj(text, {}) == "");
}
