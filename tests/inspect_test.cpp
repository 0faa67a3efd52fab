#include "costengine/mesh/inspect.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "costengine/detail/mesh/cap.hpp"
#include "support/pipeline.hpp"
#include "support/shapes.hpp"

using namespace costengine;
using namespace costengine::pipeline;

namespace {

bool near(double value, double expected, double relative) {
  return std::abs(value - expected) <= relative * std::abs(expected);
}

std::string names_of(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& f : findings) {
    text +=
        std::string(finding_code_name(f.code)) + ":" + std::string(severity_name(f.severity)) + " ";
  }
  return text;
}

/// The findings of a mesh are exactly these, and the verdict follows from them.
Inspection check_findings(const Mesh& mesh, const std::string& expected) {
  Inspection inspection = inspected(mesh);
  CHECK(names_of(inspection.findings) == expected);
  CHECK(inspection.verdict == verdict_of(inspection.findings));
  for (const Finding& f : inspection.findings) {
    CHECK_FALSE(f.message.empty());
    CHECK_FALSE(f.effect.empty());
    CHECK(f.count > 0);
  }
  return inspection;
}

std::uint64_t count_of(const Inspection& inspection, FindingCode code) {
  const Finding* found = finding(inspection.findings, code);
  return found == nullptr ? 0 : found->count;
}

void check_volume(const Inspection& inspection, double expected, double relative) {
  CHECK(near(measured(inspection).volume_mm3.value, expected, relative));
}

Interval volume_of(const Inspection& inspection) {
  return measured(inspection).volume_mm3;
}

/// Every side of a facet has a partner that runs the other way.
bool is_closed(const Mesh& mesh) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, int> net;
  for (const Facet& f : mesh.facets) {
    for (std::size_t k = 0; k < 3; ++k) {
      const std::uint32_t a = f[k], b = f[(k + 1) % 3];
      net[std::minmax(a, b)] += a < b ? 1 : -1;
    }
  }
  return std::all_of(net.begin(), net.end(), [](const auto& edge) { return edge.second == 0; });
}

/// A box whose facets have corners of their own, each moved by up to `by` in a fixed pattern.
Mesh cracked_box(double side, double by) {
  const Mesh box = shapes::box(side, side, side).mesh;
  Mesh mesh;
  std::uint32_t next = 0;
  for (const Facet& f : box.facets) {
    for (const std::uint32_t v : f) {
      const auto shift = [&](unsigned k) {
        return by * (static_cast<double>((next * 7 + k * 5) % 11) / 10 - 0.5);
      };
      mesh.vertices.push_back(box.vertices[v] + Vec3{shift(0), shift(1), shift(2)});
      ++next;
    }
    mesh.facets.push_back({next - 3, next - 2, next - 1});
  }
  return mesh;
}

Mesh without_facets(Mesh mesh, std::size_t first, std::size_t count) {
  const auto begin = mesh.facets.begin() + static_cast<std::ptrdiff_t>(first);
  mesh.facets.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
  return mesh;
}

}  // namespace

TEST_CASE("closed solids are trusted without a finding, wherever they stand and however turned") {
  for (const shapes::Solid& solid : shapes::closed_solids()) {
    CAPTURE(solid.name);
    // The tetrahedron of 5 mm is just above ten beads.
    for (const Mesh& mesh :
         {solid.mesh, shapes::rotated(solid.mesh), shapes::shuffled(solid.mesh, 3),
          shapes::subdivided(solid.mesh), shapes::corners_rotated(solid.mesh),
          shapes::translated(solid.mesh, {-31, 17, 5})}) {
      const Inspection inspection = check_findings(mesh, "");
      CHECK(inspection.verdict == Verdict::kTrusted);
      CHECK(inspection.shells == 1);
      CHECK(inspection.surface_facets == inspection.solid.facets.size());
      CHECK(inspection.volume.method == "signed");
      check_volume(inspection, solid.volume_mm3, 1e-12);
    }
  }
}

TEST_CASE("the verdict is refused for an error, else estimated for a warning, else trusted") {
  const auto of = [](std::vector<Severity> severities) {
    std::vector<Finding> findings;
    for (const Severity s : severities)
      findings.push_back({FindingCode::kShells, s, 1, "", {}, ""});
    return verdict_of(findings);
  };
  CHECK(of({}) == Verdict::kTrusted);
  CHECK(of({Severity::kNote, Severity::kNote}) == Verdict::kTrusted);
  CHECK(of({Severity::kNote, Severity::kWarning, Severity::kNote}) == Verdict::kEstimated);
  CHECK(of({Severity::kError, Severity::kWarning}) == Verdict::kRefused);
  CHECK(of({Severity::kWarning, Severity::kError}) == Verdict::kRefused);
}

TEST_CASE("facets without an area are a note and change nothing") {
  Mesh mesh = shapes::box(20, 20, 20).mesh;
  mesh.facets.push_back({0, 0, 1});
  mesh.facets.push_back({3, 3, 3});
  const Inspection inspection = check_findings(mesh, "degenerate:note ");
  CHECK(count_of(inspection, FindingCode::kDegenerate) == 2);
  CHECK(finding(inspection.findings, FindingCode::kDegenerate)->first_facet == 12);
  check_volume(inspection, 8000, 1e-12);
}

TEST_CASE("a flat facet of three corners keeps the surface closed") {
  // One side of the lid has a corner in the middle that only a flat facet knows.
  Mesh mesh = shapes::box(20, 20, 20).mesh;
  const std::size_t lid = 2;
  const Facet f = mesh.facets[lid];
  mesh.vertices.push_back((mesh.vertices[f[0]] + mesh.vertices[f[1]]) * 0.5);
  mesh.facets[lid] = {f[0], 8, f[2]};
  mesh.facets.push_back({8, f[1], f[2]});
  mesh.facets.push_back({f[0], f[1], 8});
  const Inspection inspection = check_findings(mesh, "degenerate:note ");
  CHECK(inspection.surface_facets == inspection.solid.facets.size());
  check_volume(inspection, 8000, 1e-12);
}

TEST_CASE("a chain of flat facets that hangs on to an edge is dropped") {
  Mesh mesh = shapes::box(20, 20, 20).mesh;  // vertices 0 and 1 are the ends of an edge
  mesh.vertices.insert(mesh.vertices.end(), {{10, 0, 0}, {5, 0, 0}});
  mesh.facets.push_back({0, 1, 8});
  mesh.facets.push_back({0, 8, 9});
  const Inspection inspection = check_findings(mesh, "degenerate:note ");
  CHECK(inspection.solid.facets.size() == 12);
  check_volume(inspection, 8000, 1e-12);
}

TEST_CASE("repeated facets are a warning and count once") {
  const Inspection twice =
      check_findings(shapes::doubled(shapes::box(20, 20, 20).mesh), "duplicate:warning ");
  CHECK(count_of(twice, FindingCode::kDuplicate) == 12);
  check_volume(twice, 8000, 1e-12);
  Mesh one = shapes::box(20, 20, 20).mesh;
  one.facets.push_back({one.facets[5][1], one.facets[5][2], one.facets[5][0]});
  CHECK(count_of(check_findings(one, "duplicate:warning "), FindingCode::kDuplicate) == 1);
}

TEST_CASE("a wall of facets back to back inside a part is a note and drops out") {
  const Mesh right = shapes::box(20, 20, 20).mesh;
  const Mesh both = shapes::joined(right, shapes::mirrored(right));  // the wall is cut alike
  const Inspection inspection = inspected(both);
  CHECK(has(inspection.findings, FindingCode::kDuplicate, Severity::kNote));
  CHECK(inspection.verdict == Verdict::kTrusted);
  check_volume(inspection, 16000, 1e-12);
}

TEST_CASE("a surface and its own reverse enclose nothing and are refused") {
  const Mesh box = shapes::box(20, 20, 20).mesh;
  const Inspection inspection = inspected(shapes::joined(box, shapes::flipped(box)));
  CHECK(inspection.verdict == Verdict::kRefused);
  CHECK(has(inspection.findings, FindingCode::kNotSolid, Severity::kError));
}

TEST_CASE("edges open by less than a millionth of the size are welded: a note") {
  const Inspection inspection = check_findings(cracked_box(20, 1e-6), "welded:note ");
  CHECK(inspection.verdict == Verdict::kTrusted);
  CHECK(inspection.solid.facets.size() == 12);
  CHECK(is_closed(inspection.solid));
  check_volume(inspection, 8000, 1e-6);
}

TEST_CASE("cracks up to a ten-thousandth of the size are closed with a warning") {
  const Inspection inspection = check_findings(cracked_box(20, 1e-3), "open:warning ");
  CHECK(inspection.verdict == Verdict::kEstimated);
  const Interval volume = volume_of(inspection);
  CHECK(volume.low < 8000);
  CHECK(volume.high > 8000);
  CHECK(near(volume.value, 8000, 1e-3));
}

TEST_CASE("an open box is capped and its interval holds the volume of the closed one") {
  const shapes::Solid open = shapes::open_box(20, 20, 20);
  const Inspection inspection = inspected(open.mesh);
  CHECK(has(inspection.findings, FindingCode::kOpen, Severity::kWarning));
  CHECK(count_of(inspection, FindingCode::kOpen) == 4);
  CHECK(inspection.verdict == Verdict::kEstimated);
  CHECK(inspection.volume.method == "capped");
  CHECK(inspection.surface_facets == 10);
  CHECK(is_closed(inspection.solid));
  const Interval volume = volume_of(inspection);
  CHECK(volume.value == doctest::Approx(8000).epsilon(1e-12));
  CHECK(volume.low < volume.high);
  CHECK(volume.low <= 8000 * (1 + 1e-12));
  CHECK(volume.high >= 8000 * (1 - 1e-12));
  CHECK(near(measured(inspection).area_mm2, 2000, 1e-12));  // caps are no surface
}

TEST_CASE("whatever flat hole is cut, the interval holds the true volume") {
  for (const shapes::Solid& solid : shapes::closed_solids()) {
    for (const bool far : {false, true}) {
      for (std::size_t f = 0; f < solid.mesh.facets.size();
           f += 1 + solid.mesh.facets.size() / 12) {
        CAPTURE(solid.name);
        CAPTURE(far);
        CAPTURE(f);
        const Mesh whole =
            far ? shapes::translated(shapes::rotated(solid.mesh), {1000, -700, 300}) : solid.mesh;
        const Inspection inspection = inspected(without_facets(whole, f, 1));
        CHECK(finding(inspection.findings, FindingCode::kOpen) != nullptr);
        CHECK(inspection.verdict != Verdict::kTrusted);
        const Interval volume = volume_of(inspection);
        CHECK(volume.low <= solid.volume_mm3 * (1 + 1e-9));
        CHECK(volume.high >= solid.volume_mm3 * (1 - 1e-9));
        CHECK(volume.low <= volume.value);
        CHECK(volume.value <= volume.high);
      }
    }
  }
}

TEST_CASE("caps whose angles are not asked for never fill half of what is seen") {
  // Two caps, one a tent over a ring, one flat and slanted.
  Mesh mesh;
  mesh.vertices = {{0, 0, 3}, {20, 4, 1}};
  constexpr std::uint32_t kCorners = 12;
  for (std::uint32_t k = 0; k < 2 * kCorners; ++k) {
    const double angle = 2 * kPi * (k % kCorners) / kCorners;
    const double x = std::cos(angle), y = std::sin(angle);
    const Vec3 tent{5 * x, 5 * y, 0}, slanted{20 + 2 * x, 4 + 2 * y, 1 + x};
    mesh.vertices.push_back(k < kCorners ? tent : slanted);
  }
  for (std::uint32_t k = 0; k < 2 * kCorners; ++k) {
    const std::uint32_t ring = k / kCorners, first = 2 + ring * kCorners;
    mesh.facets.push_back({first + k % kCorners, first + (k + 1) % kCorners, ring});
  }
  const std::vector<detail::CapPiece> pieces = detail::cap_pieces(mesh, mesh.facets);
  REQUIRE(pieces.size() == 2);
  int asked = 0, points = 0;
  for (double x = -8; x < 26; x += 1.7) {
    for (double y = -8; y < 10; y += 1.3) {
      for (double z = -6; z < 8; z += 0.9) {
        double winding = 0;
        for (const Facet& f : mesh.facets) winding += detail::winding_share(mesh, f, {x, y, z});
        const bool may = detail::may_fill_half(pieces, {x, y, z});
        if (!may) CHECK(std::abs(winding) < 0.5);
        asked += may;
        ++points;
      }
    }
  }
  CHECK(asked > 0);
  CHECK(asked < points / 2);
}

TEST_CASE("a hole with over a thousand edges is closed too") {
  const shapes::Solid tube = shapes::revolved({{0, 0}, {20, 0}, {20, 10}, {0, 10}}, 3000);
  Mesh open = tube.mesh;  // the lid is the fan at the upper pole
  std::erase_if(open.facets, [&](const Facet& f) {
    return std::all_of(f.begin(), f.end(),
                       [&](std::uint32_t v) { return open.vertices[v].z == 10; });
  });
  REQUIRE(open.facets.size() == tube.mesh.facets.size() - 3000);
  const Inspection inspection = inspected(open);
  CHECK(has(inspection.findings, FindingCode::kOpen, Severity::kWarning));
  check_volume(inspection, tube.volume_mm3, 1e-9);
}

TEST_CASE("a surface that is mostly missing is refused") {
  const Mesh box = shapes::box(20, 20, 20).mesh;
  for (const std::size_t first : {0U, 2U, 4U, 6U}) {
    for (const std::size_t count : {6U, 8U, 10U}) {
      if (first + count > box.facets.size()) continue;
      const Inspection inspection = inspected(without_facets(box, first, count));
      CHECK(inspection.verdict == Verdict::kRefused);
      CHECK(has(inspection.findings, FindingCode::kOpen, Severity::kError));
    }
  }
  const Inspection sheet = inspected(shapes::flat_sheet(20, 20).mesh);
  CHECK(sheet.verdict == Verdict::kRefused);
  CHECK(has(sheet.findings, FindingCode::kOpen, Severity::kError));
  const Inspection triangle = inspected(Mesh{{{0, 0, 0}, {20, 0, 0}, {0, 20, 5}}, {{0, 1, 2}}});
  CHECK(triangle.verdict == Verdict::kRefused);
}

TEST_CASE("solids that touch along an edge are a note and two shells") {
  const Inspection inspection =
      check_findings(shapes::boxes_sharing_an_edge().mesh, "nonmanifold:note shells:note ");
  CHECK(inspection.shells == 2);
  check_volume(inspection, 2000, 1e-12);
}

TEST_CASE("solids that touch at one corner are two shells") {
  const Mesh box = shapes::box(10, 10, 10).mesh;
  const Inspection inspection =
      check_findings(shapes::joined(box, shapes::translated(box, {10, 10, 10})), "shells:note ");
  check_volume(inspection, 2000, 1e-12);
}

TEST_CASE("a surface with one side is refused") {
  const Inspection inspection = inspected(shapes::moebius_strip(24).mesh);
  CHECK(inspection.verdict == Verdict::kRefused);
  CHECK(has(inspection.findings, FindingCode::kNonorientable, Severity::kError));
}

TEST_CASE("facets turned against their neighbours are turned back with a warning") {
  for (const std::size_t turned : {std::size_t{1}, std::size_t{2}, std::size_t{6}}) {
    Mesh mesh = shapes::box(20, 20, 20).mesh;
    for (std::size_t f = 0; f < turned; ++f) std::swap(mesh.facets[f][1], mesh.facets[f][2]);
    const Inspection inspection = inspected(mesh);
    CHECK(has(inspection.findings, FindingCode::kWinding, Severity::kWarning));
    CHECK(count_of(inspection, FindingCode::kWinding) == turned);
    CHECK(is_closed(inspection.solid));
    check_volume(inspection, 8000, 1e-12);
  }
}

TEST_CASE("an inside-out solid is turned with a warning") {
  for (const shapes::Solid& solid : shapes::closed_solids()) {
    CAPTURE(solid.name);
    const Inspection inspection =
        check_findings(shapes::flipped(shapes::rotated(solid.mesh)), "inverted:warning ");
    check_volume(inspection, solid.volume_mm3, 1e-12);
    const Inspection mirrored =
        check_findings(shapes::mirrored_inside_out(solid.mesh), "inverted:warning ");
    check_volume(mirrored, solid.volume_mm3, 1e-12);
  }
}

TEST_CASE("separate shells are a note and all count") {
  const Inspection inspection = check_findings(shapes::two_boxes().mesh, "shells:note ");
  CHECK(count_of(inspection, FindingCode::kShells) == 2);
  CHECK(inspection.shells == 2);
  check_volume(inspection, 2000, 1e-12);
}

TEST_CASE("a cavity is a note and is not counted as material") {
  const Inspection inspection =
      check_findings(shapes::box_with_cavity().mesh, "shells:note cavity:note ");
  check_volume(inspection, 7000, 1e-12);
}

TEST_CASE("a solid in the cavity of a solid counts again") {
  const Mesh nested = shapes::joined(shapes::box_with_cavity().mesh,
                                     shapes::translated(shapes::box(4, 4, 4).mesh, {8, 8, 8}));
  const Inspection inspection = check_findings(nested, "shells:note cavity:note ");
  CHECK(inspection.shells == 3);
  check_volume(inspection, 7064, 1e-12);
}

TEST_CASE("a solid with a cavity that is inside out as a whole is turned as a whole") {
  const Inspection inspection = inspected(shapes::flipped(shapes::box_with_cavity().mesh));
  CHECK(has(inspection.findings, FindingCode::kInverted, Severity::kWarning));
  CHECK(count_of(inspection, FindingCode::kInverted) == 2);
  check_volume(inspection, 7000, 1e-12);
}

TEST_CASE("one of two shells inside out is turned alone") {
  const Mesh box = shapes::box(10, 10, 10).mesh;
  const Inspection inspection =
      inspected(shapes::joined(box, shapes::translated(shapes::flipped(box), {15, 0, 0})));
  CHECK(count_of(inspection, FindingCode::kInverted) == 1);
  check_volume(inspection, 2000, 1e-12);
}

TEST_CASE("overlapping solids are a warning and their common part counts once") {
  for (const bool turned : {false, true}) {
    const shapes::Solid solid = shapes::overlapping_boxes();
    const Inspection inspection = check_findings(turned ? shapes::rotated(solid.mesh) : solid.mesh,
                                                 "shells:note overlap:warning ");
    CHECK(inspection.volume.method == "winding");
    const Interval volume = volume_of(inspection);
    CHECK(near(volume.value, 14320, 0.005));
    CHECK(volume.low <= 14320);
    CHECK(volume.high >= 14320);
  }
}

TEST_CASE("a shell swallowed by another is a warning however small it is") {
  const Inspection inspection =
      check_findings(shapes::box_in_box().mesh, "shells:note overlap:warning ");
  CHECK(near(volume_of(inspection).value, 8000, 0.005));
  const Mesh tiny = shapes::joined(shapes::box(20, 20, 20).mesh,
                                   shapes::translated(shapes::box(0.5, 0.5, 0.5).mesh, {9, 9, 9}));
  CHECK(has(inspected(tiny).findings, FindingCode::kOverlap, Severity::kWarning));
}

TEST_CASE("the same solid twice, a hair apart, counts once") {
  const Mesh box = shapes::box(20, 20, 20).mesh;
  const Inspection inspection =
      inspected(shapes::joined(box, shapes::translated(box, {0.001, 0.001, 0.001})));
  CHECK(finding(inspection.findings, FindingCode::kOverlap) != nullptr);
  const Interval volume = volume_of(inspection);
  CHECK(volume.low <= 8001.2);
  CHECK(volume.high >= 8001.2);
}

TEST_CASE("touching solids whose common wall is cut differently keep their volume") {
  const Mesh box = shapes::box(20, 20, 20).mesh;
  const Inspection inspection = inspected(shapes::joined(box, shapes::translated(box, {20, 0, 0})));
  CHECK(inspection.verdict == Verdict::kTrusted);
  check_volume(inspection, 16000, 1e-12);
}

TEST_CASE("thousands of shells within each other end quickly and are not trusted") {
  Mesh mesh;
  for (int i = 0; i < 3000; ++i) {
    const double side = 100 - 0.01 * i;
    const auto base = static_cast<std::uint32_t>(mesh.vertices.size());
    const Mesh box =
        shapes::translated(shapes::box(side, side, side).mesh, Vec3{1, 1, 1} * (0.005 * i));
    mesh.vertices.insert(mesh.vertices.end(), box.vertices.begin(), box.vertices.end());
    for (const auto& [a, b, c] : box.facets) mesh.facets.push_back({a + base, b + base, c + base});
  }
  CHECK(inspected(mesh).verdict == Verdict::kRefused);
}

TEST_CASE("a soup of triangles is refused and does not take the memory with it") {
  Mesh mesh;
  std::uint64_t seed = 1;
  const auto random = [&] {
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    return static_cast<double>(seed >> 40U) / 16'777'216.0 * 50;
  };
  for (std::uint32_t i = 0; i < 6000; ++i) {
    for (int k = 0; k < 3; ++k) {
      const double x = random(), y = random(), z = random();
      mesh.vertices.push_back({x, y, z});
    }
    mesh.facets.push_back({3 * i, 3 * i + 1, 3 * i + 2});
  }
  CHECK(inspected(mesh).verdict == Verdict::kRefused);
}

TEST_CASE("flat and empty surfaces are no solid") {
  // Two sheets on each other, joined at the rim by nothing: facets cancel.
  const Mesh sheet = shapes::flat_sheet(20, 20).mesh;
  const Inspection closed = inspected(shapes::joined(sheet, shapes::flipped(sheet)));
  CHECK(has(closed.findings, FindingCode::kNotSolid, Severity::kError));
  const Inspection flat = inspected(Mesh{{{0, 0, 0}, {1, 0, 0}, {2, 0, 0}}, {{0, 1, 2}}});
  CHECK(flat.verdict == Verdict::kRefused);
  CHECK(has(flat.findings, FindingCode::kNotSolid, Severity::kError));
  const Inspection point = inspected(Mesh{{{1, 1, 1}}, {{0, 0, 0}}});
  CHECK(has(point.findings, FindingCode::kNotSolid, Severity::kError));
}

TEST_CASE("distance from the origin is a note, and a warning where digits run out") {
  const Mesh box = shapes::box(20, 20, 20).mesh;
  CHECK(finding(inspected(shapes::translated(box, {500, 0, 0})).findings,
                FindingCode::kPrecision) == nullptr);
  // A single-precision step at 10 m is 1.2e-3 mm: 6e-5 of 20 mm.
  CHECK(has(inspected(shapes::translated(box, {1e4, 0, 0})).findings, FindingCode::kPrecision,
            Severity::kNote));
  // At 1 km it is 0.12 mm: 6e-3 of 20 mm.
  CHECK(has(inspected(shapes::translated(box, {0, -1e6, 0})).findings, FindingCode::kPrecision,
            Severity::kWarning));
}

TEST_CASE("sizes that fit other units are told, and nothing is rescaled") {
  const Inspection inch = check_findings(shapes::box(2, 1.5, 0.75).mesh, "units_inch:warning ");
  check_volume(inch, 2.25, 1e-12);
  const Inspection metre = inspected(shapes::box(0.05, 0.04, 0.03).mesh);
  CHECK(has(metre.findings, FindingCode::kUnitsMetre, Severity::kWarning));
  check_volume(metre, 6e-5, 1e-12);
  const Inspection nothing = inspected(shapes::box(0.005, 0.004, 0.003).mesh);
  CHECK(has(nothing.findings, FindingCode::kUnitsMetre, Severity::kError));
  CHECK(nothing.verdict == Verdict::kRefused);
}

TEST_CASE("the limits of the units are where they are documented") {
  const auto unit_finding = [](double side) {
    const std::vector<Finding> findings = inspected(shapes::box(side, side, side).mesh).findings;
    if (has(findings, FindingCode::kUnitsMetre, Severity::kError)) return 3;
    if (has(findings, FindingCode::kUnitsMetre, Severity::kWarning)) return 2;
    return has(findings, FindingCode::kUnitsInch, Severity::kWarning) ? 1 : 0;
  };
  CHECK(unit_finding(4.51) == 0);  // ten beads of 0.45 mm
  CHECK(unit_finding(4.49) == 1);
  CHECK(unit_finding(0.101) == 1);
  CHECK(unit_finding(0.099) == 2);
  CHECK(unit_finding(0.0101) == 2);
  CHECK(unit_finding(0.0099) == 3);
}

TEST_CASE("what does not fit the machine is a note, what fits no machine a warning") {
  CHECK(inspected(shapes::box(249, 209, 209).mesh).findings.empty());
  CHECK(inspected(shapes::box(209, 249, 209).mesh).findings.empty());  // turned on the bed
  CHECK(names_of(inspected(shapes::box(300, 100, 100).mesh).findings) == "build_volume:note ");
  CHECK(names_of(inspected(shapes::box(100, 100, 230).mesh).findings) == "build_volume:note ");
  CHECK(names_of(inspected(shapes::box(2000, 2000, 2000).mesh).findings) ==
        "build_volume:warning ");
}

TEST_CASE("a sheet thinner than half a bead is a note, a needle a warning") {
  CHECK(names_of(inspected(shapes::box(20, 20, 0.2).mesh).findings) == "thin:note ");
  CHECK(names_of(inspected(shapes::box(0.2, 20, 0.2).mesh).findings) == "thin:warning ");
  CHECK(inspected(shapes::box(20, 20, 0.3).mesh).findings.empty());
}

TEST_CASE("a flat facet far away neither sets the size nor the box") {
  Mesh mesh = shapes::box(20, 20, 20).mesh;
  mesh.vertices.insert(mesh.vertices.end(), {{1e6, 0, 0}, {1e6, 1, 0}, {1e6, 2, 0}});
  mesh.facets.push_back({8, 9, 10});
  const Inspection inspection = check_findings(mesh, "degenerate:note ");
  CHECK(near(volume_of(inspection).value, 8000, 1e-9));
  CHECK(measured(inspection).box_mm.max == Vec3{20, 20, 20});
}

TEST_CASE("an open model far smaller than its box ends quickly") {
  Mesh mesh;
  for (std::uint32_t i = 0; i < 30'000; ++i) {
    const double x = 0.01 * (i % 250), y = 0.01 * (i / 250);
    mesh.vertices.insert(mesh.vertices.end(),
                         {{x, y, 0}, {x + 0.009, y, 0}, {x, y + 0.009, 0.001 * (i % 5)}});
    mesh.facets.push_back({3 * i, 3 * i + 1, 3 * i + 2});
  }
  const auto n = static_cast<std::uint32_t>(mesh.vertices.size());
  mesh.vertices.insert(mesh.vertices.end(), {{9e7, 0, 0}, {9e7, 5, 0}, {9e7, 0, 5}});
  mesh.facets.push_back({n, n + 1, n + 2});
  CHECK(inspected(mesh).verdict == Verdict::kRefused);
}

TEST_CASE("denormal and huge coordinates neither crash nor are trusted") {
  for (const double side : {5e-324, 1e-310, 1e-200, 1e-30}) {
    CAPTURE(side);
    CHECK(inspected(shapes::box(side, side, side).mesh).verdict == Verdict::kRefused);
  }
  CHECK(inspected(shapes::box(9e7, 9e7, 9e7).mesh).verdict != Verdict::kTrusted);
  Mesh mixed = shapes::open_box(1e-38, 1e-38, 1e-38).mesh;
  mixed.vertices.insert(mixed.vertices.end(), {{9e7, 9e7, 9e7}, {8e7, 9e7, 9e7}, {7e7, 9e7, 9e7}});
  const auto n = static_cast<std::uint32_t>(mixed.vertices.size());
  mixed.facets.push_back({n - 3, n - 2, n - 1});
  CHECK(inspected(mixed).verdict == Verdict::kRefused);
}

TEST_CASE("findings come in the order of their codes and keep the reader's") {
  LoadedMesh mesh{shapes::flipped(shapes::two_boxes().mesh), MeshFormat::kStlBinary, 24, {}};
  mesh.findings.push_back(
      {FindingCode::kTrailing, Severity::kWarning, 3, "left over", {}, "ignored"});
  mesh.findings.push_back({FindingCode::kNormals, Severity::kNote, 1, "normals", {}, "none"});
  CHECK(names_of(inspected(std::move(mesh)).findings) ==
        "normals:note trailing:warning inverted:warning shells:note ");
}

TEST_CASE("every finding code has a name of its own") {
  std::map<std::string, int> names;
  for (const int first : {100, 200}) {
    for (int code = first; code <= (first == 100 ? 110 : 216); ++code) {
      ++names[std::string(finding_code_name(static_cast<FindingCode>(code)))];
    }
  }
  CHECK(names.size() == 11 + 17);
  CHECK(names.count("unknown") == 0);
  CHECK(finding_code_name(static_cast<FindingCode>(999)) == "unknown");
}

TEST_CASE("inspection stops when cancelled or out of time") {
  const Mesh box = shapes::box(20, 20, 20).mesh;
  const LoadedMesh mesh{box, MeshFormat::kObj, 12, {}};
  Context cancelled(threads(2));
  cancelled.cancel();
  CHECK(inspect(mesh, test_machine(), kBead_mm, cancelled).error().code == ErrorCode::kCancelled);
  ContextOptions options = threads(2);
  options.limits.max_time_ms = 1;
  Context late(options);
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  CHECK(inspect(mesh, test_machine(), kBead_mm, late).error().code == ErrorCode::kLimitTime);
}
