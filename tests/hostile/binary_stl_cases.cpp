#include <limits>

#include "hostile/bytes.hpp"
#include "hostile/cases.hpp"

namespace costengine::hostile {

std::vector<Case> binary_stl_cases() {
  const std::string good = stl(cube());
  const float nan = std::numeric_limits<float>::quiet_NaN(),
              inf = std::numeric_limits<float>::infinity();
  std::string coloured = good;
  for (std::size_t at = 84 + 48; at < coloured.size(); at += 50) coloured[at] = '\x7f';
  // 2, 32 and 0.5 as floats have no byte above 0x7f: nothing here looks binary.
  const std::string seven_bit = with_normals(stl(shapes::box(2, 32, 8).mesh), 0, 0, 0);
  return {
      {"plain binary cube", good, "trusted", "", 8000},
      {"header begins with solid", with_header(good, "solid cube"), "trusted", "", 8000},
      {"header is a whole ASCII facet",
       with_header(good, "solid\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\n"), "trusted", "",
       8000},
      {"only bytes below 0x80", seven_bit, "trusted", "normals", 2.0 * 32 * 8},
      {"UTF-8 mark in the header", with_header(good, "\xEF\xBB\xBF"), "trusted", "", 8000},
      {"UTF-16 mark in the header", with_header(good, "\xFF\xFE"), "trusted", "", 8000},
      {"zip magic in the header", with_header(good, "PK\x03\x04"), "trusted", "", 8000},
      {"PNG magic in the header", with_header(good, "\x89PNG\r\n"), "trusted", "", 8000},
      {"OBJ words in the header", with_header(good, "v 0 0 0\nf 1 1 1\n"), "trusted", "", 8000},
      {"colour in the header's last bytes", with_header(good, std::string(74, ' ') + "COLOR="),
       "trusted", "", 8000},
      {"colour in the attributes", coloured, "trusted", "", 8000},
      {"NaN normals", with_normals(good, nan, nan, nan), "trusted", "normals", 8000},
      {"infinite normals", with_normals(good, inf, -inf, 0), "trusted", "normals", 8000},
      {"no normals", with_normals(good, 0, 0, 0), "trusted", "normals", 8000},
      {"all normals up", with_normals(good, 0, 0, 1), "trusted", "normals", 8000},
      {"normals as long as the universe", with_normals(good, 3e38F, 3e38F, 3e38F), "trusted",
       "normals", 8000},
      {"one byte too many", good + "\n", "estimated", "trailing", 8000},
      {"one facet more than promised", good + std::string(50, '\0'), "estimated", "trailing", 8000},
      {"a second file behind the first", good + good, "estimated", "trailing", 8000},
      {"count of 0", with_count(good, 0), "estimated", "stl_count", 8000},
      {"count one too low", with_count(good, 11), "estimated", "open", 8000},
      {"count one too high", with_count(good, 13), "error", "truncated", {}},
      {"count that wraps in 32 bits", with_count(good, 12 + 0x80000000U), "error", "truncated", {}},
      {"count of 2^32 - 1", with_count(good, ~0U), "error", "truncated", {}},
      {"cut inside the last facet", good.substr(0, good.size() - 7), "error", "truncated", {}},
      {"cut between facets", good.substr(0, 84 + 50 * 6), "error", "truncated", {}},
      {"cut behind the count", good.substr(0, 84), "error", "truncated", {}},
      {"cut inside the count", good.substr(0, 82), "error", "truncated", {}},
      {"cut inside the header", good.substr(0, 40), "error", "", {}},
      {"84 zero bytes", std::string(84, '\0'), "error", "no_faces", {}},
      {"134 zero bytes", std::string(134, '\0'), "refused", "not_solid", {}},
      {"NaN coordinate", with_number(good, 5, 7, nan), "error", "nonfinite", {}},
      {"infinite coordinate", with_number(good, 11, 11, -inf), "error", "nonfinite", {}},
      {"coordinate of 3e38", with_number(good, 0, 3, 3e38F), "error", "range", {}},
      {"cube of 1e30 mm", stl(shapes::scaled(cube(), 1e29)), "error", "range", {}},
      {"denormal cube", stl(shapes::scaled(cube(), 1e-40)), "refused", "", {}},
  };
}

}  // namespace costengine::hostile
