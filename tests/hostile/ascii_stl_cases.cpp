#include "hostile/bytes.hpp"
#include "hostile/cases.hpp"

namespace costengine::hostile {

std::vector<Case> ascii_stl_cases() {
  const std::string good = shapes::to_stl_ascii(cube());
  std::string capitals = good;
  for (char& c : capitals) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  const std::string corner = "vertex 20 20 0";
  const auto with = [&](std::string_view number) {
    return swapped_once(good, corner, "vertex " + std::string(number) + " 20 0");
  };
  return {
      {"plain ASCII cube", good, "trusted", "", 8000},
      {"CRLF", swapped(good, "\n", "\r\n"), "trusted", "", 8000},
      {"CR alone", swapped(good, "\n", "\r"), "trusted", "", 8000},
      {"one line", swapped(good, "\n", " "), "trusted", "", 8000},
      {"tabs and blank lines", swapped(swapped(good, "\n", "\n\n"), " ", "\t\t"), "trusted", "",
       8000},
      {"capitals", capitals, "trusted", "", 8000},
      {"blanks before solid", "\r\n \t" + good, "trusted", "", 8000},
      {"byte order mark", "\xEF\xBB\xBF" + good, "trusted", "", 8000},
      {"name full of keywords", swapped(good, "shape", "vertex 1 2 3 facet normal endloop"),
       "trusted", "", 8000},
      {"name in Latin-1",
       swapped(good, "shape",
               "Pi\xE8"
               "ce \xFF"),
       "trusted", "", 8000},
      {"name that breaks out", swapped(good, "shape", "\"},\x1b[31m=cmd|' /C calc'!A0"), "trusted",
       "", 8000},
      {"empty solid first", "solid a\nendsolid a\n" + good, "trusted", "", 8000},
      {"solid line twice", "solid shape\n" + good + "endsolid shape\n", "trusted", "", 8000},
      {"text behind end tags",
       swapped(swapped(good, "endloop", "endloop foo"), "endfacet", "endfacet bar"), "trusted", "",
       8000},
      {"no endsolid", swapped_once(good, "endsolid shape\n", ""), "estimated", "no_endsolid", 8000},
      {"no solid line", swapped_once(good, "solid shape\n", ""), "trusted", "", 8000},
      {"exponents and plus signs", swapped(good, " 20", " +2.0E+01"), "trusted", "", 8000},
      {"a thousand digits", swapped(good, " 20", " 20." + std::string(1000, '0')), "trusted", "",
       8000},
      {"underflow", swapped(good, "vertex 0 ", "vertex 1e-999 "), "trusted", "", 8000},
      {"normals are words", swapped(good, "normal 0 0 -1", "normal up or down"), "trusted",
       "normals", 8000},
      {"normals are missing", swapped(good, "normal 0 0 -1", ""), "trusted", "normals", 8000},
      {"decimal commas", swapped(good, " 20", " 20,0"), "error", "number", {}},
      {"commas between", swapped(good, corner, "vertex 20, 20, 0"), "error", "number", {}},
      {"Fortran exponent", with("2.0D+01"), "error", "number", {}},
      {"hexadecimal", with("0x1.4p+4"), "error", "number", {}},
      {"unit behind the number", with("20mm"), "error", "number", {}},
      {"letter O", with("2O"), "error", "number", {}},
      {"nan", with("nan"), "error", "nonfinite", {}},
      {"overflow", with("1e999"), "error", "nonfinite", {}},
      {"MSVC's NaN", with("-1.#IND"), "error", "number", {}},
      {"two corners", swapped_once(good, "  " + corner + "\n", ""), "error", "syntax", {}},
      {"four corners",
       swapped_once(good, "  " + corner + "\n", "  " + corner + "\n  " + corner + "\n"),
       "error",
       "syntax",
       {}},
      {"two coordinates", swapped_once(good, corner, "vertex 20 20"), "error", "number", {}},
      {"four coordinates", swapped_once(good, corner, corner + " 5"), "error", "syntax", {}},
      {"cut inside a facet", good.substr(0, good.rfind("endloop")), "error", "truncated", {}},
      {"cut inside a number", good.substr(0, good.rfind("vertex") + 8), "error", "", {}},
      {"zero byte in the text",
       swapped_once(good, corner, std::string("vertex 2\0 20 0", 14)),
       "error",
       "",
       {}},
      {"solid only", "solid", "error", "no_faces", {}},
      {"empty solid", "solid a\nendsolid a\n", "error", "no_faces", {}},
      {"thousands of empty solids",
       repeated("solid x\nendsolid x\n", 20'000),
       "error",
       "no_faces",
       {}},
      {"a line of a million blanks",
       swapped_once(good, corner, std::string(1'000'000, ' ') + corner), "trusted", "", 8000},
      {"a word of twenty million letters",
       "solid " + std::string(20'000'000, 'x'),
       "error",
       "limit_line",
       {}},
  };
}

}  // namespace costengine::hostile
