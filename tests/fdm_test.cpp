#include "costengine/process/fdm.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "costengine/profile/load.hpp"
#include "support/pipeline.hpp"
#include "support/profiles.hpp"
#include "support/shapes.hpp"

using namespace costengine;
using namespace costengine::pipeline;

namespace {

const double kHeight_mm = 0.2, kWidth_mm = 0.45;
/// A bead is a rectangle with round ends: beads that touch lie this far apart.
const double kSpacing_mm = kWidth_mm - kHeight_mm * (1 - shapes::kPi / 4);

/// Beads of 0.45 x 0.2 mm in all roles and layers, and no skirt.
Profile plain_profile() {
  Profile profile = load_profile({}).value();
  PrintSettings& print = profile.print;
  print.layer_height_mm = print.first_layer_height_mm = kHeight_mm;
  print.first_layer_width_mm = 0;
  for (double* width :
       {&print.perimeter_width_mm, &print.external_perimeter_width_mm, &print.infill_width_mm,
        &print.solid_infill_width_mm, &print.top_infill_width_mm}) {
    *width = kWidth_mm;
  }
  print.perimeters = 2;
  print.top_solid_min_thickness_mm = print.bottom_solid_min_thickness_mm = 0;
  print.infill_overlap_mm = 0.1;
  print.skirts = 0;
  print.fill_pattern = InfillPattern::kGrid;
  return profile;
}

/// Two walls and nothing within them.
Profile walls_only() {
  Profile profile = plain_profile();
  profile.print.top_solid_layers = profile.print.bottom_solid_layers = 0;
  profile.print.fill_density = 0;
  return profile;
}

Production planned(const Mesh& mesh, const Profile& profile, unsigned thread_count = 1) {
  const Inspection inspection = inspected(mesh);
  Context ctx(threads(thread_count));
  const Layers layers = slice(inspection, profile, ctx).value();
  Result<Production> result = plan_fdm(layers, measured(inspection), profile, ctx);
  if (!result.ok()) FAIL(result.error().to_string());
  return std::move(result).value();
}

FeatureUse feature(const Production& p, const std::string& role) {
  for (const FeatureUse& f : p.features)
    if (f.role == role) return f;
  return {};
}

double section_mm2(const Profile& profile) {
  const double d = profile.material.filament_diameter_mm;
  return shapes::kPi / 4 * d * d;
}

double volume_mm3(const Production& p, const std::string& role, const Profile& profile) {
  return feature(p, role).filament_mm * section_mm2(profile);
}

bool near(double value, double expected, double relative) {
  CAPTURE(value);
  CAPTURE(expected);
  return std::abs(value - expected) <= relative * std::abs(expected);
}

/// Of a wall of a box of a x b whose centre lies `depth` within.
double wall_mm(double a, double b, double depth) {
  return 2 * (a + b) - 8 * depth;
}

}  // namespace

TEST_CASE("the walls of a box are as long as the box is round, and have the volume of their ring") {
  const Profile profile = walls_only();
  const Production p = planned(shapes::box(20, 30, 10).mesh, profile);
  const double outer = wall_mm(20, 30, kWidth_mm / 2);
  const double inner = wall_mm(20, 30, kWidth_mm / 2 + kSpacing_mm);
  CHECK(p.layers == 50);
  CHECK(near(feature(p, "external perimeter").length_mm, 50 * outer, 1e-6));
  CHECK(near(feature(p, "perimeter").length_mm, 50 * inner, 1e-6));
  CHECK(feature(p, "external perimeter").paths == 50);
  CHECK(feature(p, "perimeter").paths == 50);
  // Each bead covers its length times its spacing. Corners are counted twice, or not at all.
  const double bead = kSpacing_mm * kHeight_mm;
  CHECK(near(volume_mm3(p, "external perimeter", profile), 50 * outer * bead, 0.005));
  CHECK(near(volume_mm3(p, "perimeter", profile), 50 * inner * bead, 0.005));
  CHECK(near(p.model.volume_mm3, 50 * (outer + inner) * bead, 0.005));
  CHECK(feature(p, "sparse infill").length_mm == 0);
  CHECK(feature(p, "solid infill").length_mm == 0);
}

TEST_CASE("infill begins where a bead of full width fits between the walls, which fill less") {
  // Bars for two walls on either side and part of a bead between them.
  Profile profile = plain_profile();
  for (const double beads : {0.3, 0.9, 1.7, 2.2}) {
    CAPTURE(beads);
    const double walls = kWidth_mm + 3 * kSpacing_mm;  // from flank to flank
    const Production p = planned(shapes::box(40, walls + beads * kSpacing_mm, 4).mesh, profile);
    const bool filled = feature(p, "solid infill").length_mm > 0;
    CHECK(filled == (beads > 1));
  }
}

TEST_CASE("the extrusion multiplier and the filament's section make filament of volume") {
  Profile profile = walls_only();
  const Mesh mesh = shapes::box(20, 20, 4).mesh;
  const Production plain = planned(mesh, profile);
  profile.material.extrusion_multiplier = 1.1;
  CHECK(near(planned(mesh, profile).filament_mm.value, 1.1 * plain.filament_mm.value, 1e-9));
  profile.material.extrusion_multiplier = 1;
  profile.material.filament_diameter_mm = 3.5;  // four times the section
  CHECK(near(planned(mesh, profile).filament_mm.value, plain.filament_mm.value / 4, 1e-9));
}

TEST_CASE("a hole has walls of its own") {
  const Production p = planned(shapes::box_with_bore(30, 20, 10, 8).mesh, walls_only());
  // Walls of a hole lie outside it and cut its corners: they keep their distance.
  const double cut = kWidth_mm / 2 * std::sqrt(2.0);
  const double outer = wall_mm(30, 20, kWidth_mm / 2) + wall_mm(8, 8, 0) + 4 * cut;
  CHECK(near(feature(p, "external perimeter").length_mm, 50 * outer, 1e-6));
  CHECK(feature(p, "external perimeter").paths == 100);
}

TEST_CASE("a thin plate is as many beads as fit into it, and they fill it") {
  // Rounded flanks: a layer h high holds h (1 - pi/4) less than its thickness; a single bead is
  // as much wider.
  const double flanks = kHeight_mm * (1 - shapes::kPi / 4);
  struct Plate {
    double thickness;
    int outer, inner;  // beads side by side
  };
  for (const auto& [thickness, outer, inner] :
       {Plate{0.40, 1, 0}, Plate{0.50, 1, 0}, Plate{0.60, 1, 0}, Plate{0.85, 2, 0},
        Plate{0.95, 2, 0}, Plate{1.25, 2, 1}, Plate{1.70, 2, 2}}) {
    CAPTURE(thickness);
    const Profile profile = walls_only();
    const Production p = planned(shapes::box(60, thickness, 10).mesh, profile);
    CAPTURE(feature(p, "external perimeter").length_mm);
    CHECK(near(feature(p, "external perimeter").length_mm, 50 * 60.0 * outer, 0.03));
    if (inner > 0) CHECK(near(feature(p, "perimeter").length_mm, 50 * 60.0 * inner, 0.04));
    if (inner == 0) CHECK(feature(p, "perimeter").length_mm == 0);
    CHECK(near(p.model.volume_mm3, 60 * 10 * (thickness - (outer > 1 ? flanks : 0)), 0.04));
  }
}

TEST_CASE("no pin takes more than it holds, however thin") {
  Profile profile = plain_profile();
  profile.print.fill_density = 1;
  for (const double size : {0.4, 0.5, 0.6, 0.8, 1.0, 1.3, 1.5, 1.7, 2.0, 2.5, 4.0}) {
    const double r = size / 2;
    for (const shapes::Solid& pin :
         {shapes::box(size, size, 4), shapes::revolved({{0, 0}, {r, 0}, {r, 4}, {0, 4}}, 24)}) {
      CAPTURE(size);
      CAPTURE(pin.name);
      const double share = planned(pin.mesh, profile).model.volume_mm3 / pin.volume_mm3;
      CAPTURE(share);
      CHECK(share < 1.15);
      // A bead cannot follow the corners of what is hardly wider than it.
      if (size >= 1) CHECK(share > 0.6);
    }
  }
}

TEST_CASE(
    "a box printed solid has its volume, less the rounded flank of its outline, and the overlap") {
  Profile profile = plain_profile();
  profile.print.fill_density = 1;
  const Production p = planned(shapes::box(20, 20, 10).mesh, profile);
  const double flank = 80 * kHeight_mm * (1 - shapes::kPi / 4) / 2;
  // The infill overlaps the walls by 0.1 mm.
  const double side = 20 - 2 * ((kWidth_mm - kSpacing_mm) / 2 + 2 * kSpacing_mm - 0.1);
  const double overlap = 4 * side * 0.1;
  CHECK(near(p.model.volume_mm3, (400 - flank + overlap) * 10, 0.006));
  CHECK(feature(p, "bridge").length_mm == 0);
}

TEST_CASE("solid layers run along and across in turn, and travels stay within the part") {
  Profile profile = plain_profile();
  profile.print.bottom_solid_layers = 100;
  profile.print.fill_angle_deg = 0;
  profile.material.cooling = false;
  for (const bool turned : {false, true}) {
    CAPTURE(turned);
    const Production p = planned(shapes::box(turned ? 10 : 60, turned ? 60 : 10, 4).mesh, profile);
    // 60 lines of 10 mm take longer than 10 of 60 mm: the nozzle turns more often.
    for (std::size_t i = 2; i + 4 < p.layer_table.size(); ++i) {
      const double time = p.layer_table[i].time_s;
      CHECK(p.layer_table[i + 2].time_s == doctest::Approx(time).epsilon(0.02));
      CHECK(std::abs(p.layer_table[i + 1].time_s - time) > 0.1 * time);
    }
    // Two walls and the infill: three ways, none longer than the part.
    CHECK(feature(p, "travel").length_mm < 20 * 3 * 61);
  }
}

TEST_CASE("over air the first layer of an overhang is a bridge") {
  // A mushroom: a stem of 5 mm, then a cap of 15 mm; walls take 0.73 mm of its fill region.
  const Mesh mesh = shapes::revolved({{0, 0}, {5, 0}, {5, 4}, {15, 4}, {15, 8}, {0, 8}}, 96).mesh;
  Profile profile = plain_profile();
  profile.print.thick_bridges = false;
  profile.print.top_solid_layers = 100;
  const Production p = planned(mesh, profile);
  const double fill = 15 - ((kWidth_mm - kSpacing_mm) / 2 + 2 * kSpacing_mm - 0.1);
  // The surface reaches 3 mm into what lies on the stem.
  const double area = shapes::kPi * (fill * fill - 2 * 2);
  CHECK(near(volume_mm3(p, "bridge", profile), area * kHeight_mm, 0.04));
}

TEST_CASE("top and bottom layers are solid, the first over sparse infill a bridge") {
  Profile profile = plain_profile();
  profile.print.top_solid_layers = 4;
  profile.print.bottom_solid_layers = 3;
  profile.print.fill_density = 0.15;
  profile.print.thick_bridges = false;
  const Production p = planned(shapes::box(20, 20, 10).mesh, profile);
  const double side = 20 - 2 * ((kWidth_mm - kSpacing_mm) / 2 + 2 * kSpacing_mm - 0.1);
  const double layer = side * side * kHeight_mm;
  CHECK(near(volume_mm3(p, "top solid infill", profile), layer, 0.03));
  CHECK(near(volume_mm3(p, "bridge", profile), layer, 0.03));
  CHECK(near(volume_mm3(p, "solid infill", profile), 5 * layer, 0.03));
}

TEST_CASE("sparse infill has the density that was asked for, and what joins its lines") {
  Profile profile = plain_profile();
  profile.print.top_solid_layers = profile.print.bottom_solid_layers = 0;
  const Mesh mesh = shapes::box(60, 60, 4).mesh;
  const double side = 60 - 2 * ((kWidth_mm - kSpacing_mm) / 2 + 2 * kSpacing_mm - 0.1);
  for (const double density : {0.1, 0.2, 0.4}) {
    CAPTURE(density);
    profile.print.fill_density = density;
    // Unjoined, each line ends half a spacing within the region: sides at 45 degrees cost more.
    profile.print.infill_anchor_max_mm = profile.print.infill_anchor_mm = 0;
    const double lines = volume_mm3(planned(mesh, profile), "sparse infill", profile);
    CHECK(lines < density * side * side * 4);
    CHECK(lines > 0.96 * density * side * side * 4);
    // Joined, at most one side in two of the region is added, and two anchors of 50 mm.
    profile.print.infill_anchor_max_mm = profile.print.infill_anchor_mm = 50;
    const double joined = volume_mm3(planned(mesh, profile), "sparse infill", profile);
    CHECK(joined > lines);
    CHECK(joined < lines + (4 * side / 2 + 100) * kSpacing_mm * 4);
  }
}

TEST_CASE("a skirt surrounds the first layer") {
  Profile profile = plain_profile();
  profile.print.skirts = 2;
  profile.print.skirt_distance_mm = 5;
  profile.print.skirt_height_layers = 1;
  profile.print.min_skirt_length_mm = 0;
  const Production p = planned(shapes::box(20, 20, 4).mesh, profile);
  // Square rings whose corners are quarter circles of two chords.
  double expected = 0;
  for (const int loop : {1, 2}) {
    expected += 80 + 16 * (5 + loop * kSpacing_mm) * std::sin(shapes::kPi / 8);
  }
  CHECK(near(feature(p, "skirt and brim").length_mm, expected, 1e-6));
  CHECK(feature(p, "skirt and brim").paths == 2);
  CHECK(near(volume_mm3(p, "skirt and brim", profile), expected * kSpacing_mm * kHeight_mm, 1e-6));
}

TEST_CASE("a quick layer takes the least layer time, a slow one its own") {
  Profile profile = walls_only();
  const Mesh mesh = shapes::box(20, 20, 10).mesh;
  profile.material.cooling = false;
  const double uncooled = planned(mesh, profile).time_s.value;
  profile.material.cooling = true;
  profile.material.min_print_speed_mm_per_s = 1;
  for (const double least : {10.0, 20.0, 40.0}) {
    CAPTURE(least);
    profile.material.min_layer_time_s = least;
    const double cooled = planned(mesh, profile).time_s.value;
    // The slicer reckons without accelerations; they come on top.
    CHECK(cooled > 50 * least);
    CHECK(cooled < 50 * (least + 1));
  }
  profile.material.min_layer_time_s = 1;
  CHECK(planned(mesh, profile).time_s.value == uncooled);
}

TEST_CASE("a cube of 20 mm takes the time and filament that one reckons by hand") {
  // The default profile: 100 layers, 2 walls, 4 + 5 solid layers, 15 % infill, one loop of skirt.
  const Profile profile = load_profile({}).value();
  const PrintSettings& print = profile.print;
  REQUIRE(print.perimeters == 2);
  REQUIRE(print.bottom_solid_layers + print.top_solid_layers == 9);
  const Production p = planned(shapes::box(20, 20, 20).mesh, profile);
  REQUIRE(p.layers == 100);

  const double bead = kSpacing_mm * kHeight_mm;
  const double outer = wall_mm(20, 20, kWidth_mm / 2);                // 78.2 mm
  const double inner = wall_mm(20, 20, kWidth_mm / 2 + kSpacing_mm);  // 74.9 mm
  const double side =
      20 - 2 * ((kWidth_mm - kSpacing_mm) / 2 + 2 * kSpacing_mm - print.infill_overlap_mm);
  const double fill = side * side;  // 343 mm2
  CHECK(near(volume_mm3(p, "external perimeter", profile), 100 * outer * bead, 0.01));
  CHECK(near(volume_mm3(p, "perimeter", profile), 100 * inner * bead, 0.01));
  CHECK(near(volume_mm3(p, "solid infill", profile), 7 * fill * kHeight_mm, 0.02));
  CHECK(near(volume_mm3(p, "top solid infill", profile), fill * kHeight_mm, 0.02));
  // A thick bridge is made of threads of the nozzle's bore, 0.05 mm apart.
  CHECK(near(volume_mm3(p, "bridge", profile), fill * shapes::kPi / 4 * 0.16 / 0.45, 0.03));
  // The lines of the infill and, along half of the region's sides, what joins them.
  const double sparse = fill * 0.15 / kSpacing_mm + 4 * side / 2;
  CHECK(near(feature(p, "sparse infill").length_mm, 91 * sparse, 0.2));

  // 91 layers are slowed down to 12 s. Solid ones take their length over their speed, and at each
  // of some 26 / 0.407 lines the nozzle stops from 76.5 mm/s and starts again: v / a, less jerk.
  const double walls = outer / 30 + inner / 50, turns = 26 / kSpacing_mm;
  const double solid = walls + fill / kSpacing_mm / 76.5 + turns * 0.09;
  const double bridge = walls + fill / 0.45 / 28 + turns * 0.03;
  const double top = walls + fill / (0.4 - 0.2 * (1 - shapes::kPi / 4)) / 42.1 + turns * 0.05;
  const double first =
      (outer + inner + fill / kSpacing_mm + feature(p, "skirt and brim").length_mm) / 22 +
      turns * 0.03;
  const double expected = 91 * 12.9 + 6 * solid + bridge + top + first;
  CHECK(near(p.time_s.value - feature(p, "start and end").time_s, expected, 0.03));
}

TEST_CASE("a cube of 20 mm takes what PrusaSlicer says of it") {
  // PrusaSlicer 2.5.0: prusa-slicer --load tests/data/profiles/plain-04.ini --export-gcode, lengths
  // and filament summed by ;TYPE:.
  const Profile profile = test::loaded(parse_ini_profile(
      test::read_text(test::kTests / "data/profiles/plain-04.ini"), {"plain-04.ini", "", {}}));
  const Production p = planned(shapes::box(20, 20, 20).mesh, profile);
  CHECK(near(p.time_s.value, 26 * 60 + 35, 0.04));
  CHECK(near(p.filament_mm.value, 1353.93, 0.01));
  struct Reference {
    const char* role;
    double length_mm, filament_mm, tolerance;
  };
  for (const Reference& slicer :
       {Reference{"skirt and brim", 217.3, 8.64, 0.01},
        Reference{"perimeter", 7491.2, 260.17, 0.005},
        Reference{"external perimeter", 7816.8, 258.61, 0.005},
        Reference{"solid infill", 5699.2, 204.58, 0.02},
        Reference{"sparse infill", 15954.1, 553.3, 0.02}, Reference{"bridge", 759.5, 40.07, 0.02},
        Reference{"top solid infill", 904.1, 28.56, 0.02}}) {
    CAPTURE(slicer.role);
    CHECK(near(feature(p, slicer.role).length_mm, slicer.length_mm, slicer.tolerance));
    CHECK(near(feature(p, slicer.role).filament_mm, slicer.filament_mm, slicer.tolerance));
  }
}

TEST_CASE("a production has the same bits for every number of threads") {
  Profile profile = load_profile({}).value();
  for (const InfillPattern pattern : {InfillPattern::kGyroid, InfillPattern::kGrid}) {
    profile.print.fill_pattern = pattern;
    const Mesh mesh = shapes::torus(15, 6, 48, 24).mesh;
    const Production expected = planned(mesh, profile, 1);
    for (const unsigned count : {2U, 3U, 8U}) {
      const Production other = planned(mesh, profile, count);
      CHECK(other.time_s.value == expected.time_s.value);
      CHECK(other.time_s.low == expected.time_s.low);
      CHECK(other.filament_mm.value == expected.filament_mm.value);
      CHECK(other.filament_mm.high == expected.filament_mm.high);
      CHECK(other.confidence == expected.confidence);
      REQUIRE(other.features.size() == expected.features.size());
      for (std::size_t f = 0; f < expected.features.size(); ++f) {
        CHECK(other.features[f].role == expected.features[f].role);
        CHECK(other.features[f].length_mm == expected.features[f].length_mm);
        CHECK(other.features[f].filament_mm == expected.features[f].filament_mm);
        CHECK(other.features[f].time_s == expected.features[f].time_s);
        CHECK(other.features[f].paths == expected.features[f].paths);
      }
      REQUIRE(other.layer_table.size() == expected.layer_table.size());
      for (std::size_t i = 0; i < expected.layer_table.size(); ++i) {
        CHECK(other.layer_table[i].time_s == expected.layer_table[i].time_s);
        CHECK(other.layer_table[i].filament_mm == expected.layer_table[i].filament_mm);
      }
    }
  }
}

TEST_CASE("planning stops when cancelled") {
  const Profile profile = plain_profile();
  const Inspection inspection = inspected(shapes::box(20, 20, 4).mesh);
  Context slicing(threads(1)), ctx(threads(1));
  const Layers layers = slice(inspection, profile, slicing).value();
  ctx.cancel();
  const auto result = plan_fdm(layers, measured(inspection), profile, ctx);
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().code == ErrorCode::kCancelled);
  CHECK(result.error().stage == Stage::kPlan);
}

TEST_CASE("infill of two layers is printed as one, higher line") {
  Profile profile = plain_profile();
  profile.machine.nozzle_diameter_mm = 0.4;
  const Mesh mesh = shapes::box(40, 40, 8.2).mesh;  // 41 layers: the first one alone, then 20 pairs
  profile.print.top_solid_layers = profile.print.bottom_solid_layers = 0;
  const FeatureUse single = feature(planned(mesh, profile), "sparse infill");
  profile.print.infill_every_layers = 2;
  const FeatureUse pairs = feature(planned(mesh, profile), "sparse infill");
  CHECK(near(pairs.length_mm, single.length_mm * 21 / 41, 0.001));
  const double higher = 2 * (kWidth_mm - 2 * kHeight_mm * (1 - shapes::kPi / 4)) / kSpacing_mm;
  CHECK(near(pairs.filament_mm, single.filament_mm * (1 + 20 * higher) / 41, 0.001));
  // Three layers would be higher than the nozzle is wide.
  profile.print.infill_every_layers = 3;
  CHECK(near(feature(planned(mesh, profile), "sparse infill").length_mm, pairs.length_mm, 0.001));
}

TEST_CASE("infill only where it is needed lies below ceilings and overhanging walls") {
  Profile profile = plain_profile();
  const auto sparse_mm = [&](const Mesh& mesh, bool where_needed) {
    profile.print.infill_only_where_needed = where_needed;
    return feature(planned(mesh, profile), "sparse infill").length_mm;
  };
  const Mesh drum = shapes::revolved({{0, 0}, {20, 0}, {20, 8}, {0, 8}}, 96).mesh;
  CHECK(near(sparse_mm(drum, true), sparse_mm(drum, false), 0.001));  // below the top of all of it
  profile.print.top_solid_layers = 0;
  const double layers = 40 - profile.print.bottom_solid_layers;
  CHECK(near(sparse_mm(drum, true), sparse_mm(drum, false) / layers, 0.05));  // the last layer's
  // The walls of a narrower drum upon it are held up, but not what they surround.
  const Mesh step =
      shapes::revolved({{0, 0}, {20, 0}, {20, 8}, {10, 8}, {10, 16}, {0, 16}}, 96).mesh;
  const double held = sparse_mm(step, true) / sparse_mm(step, false);
  CHECK(held > 0.02);
  CHECK(held < 0.15);
}

TEST_CASE("fuzzy walls are longer by their jitter, holes only if all are fuzzy") {
  Profile profile = walls_only();
  const Mesh mesh = shapes::box_with_bore(40, 40, 9.4, 8).mesh;
  const auto external_mm = [&](FuzzySkin fuzzy) {
    profile.print.fuzzy_skin = fuzzy;
    return feature(planned(mesh, profile), "external perimeter").length_mm;
  };
  profile.print.fuzzy_skin_thickness_mm = 0.5;
  profile.print.fuzzy_skin_point_dist_mm = 1;
  const double plain = external_mm(FuzzySkin::kNone), outside = external_mm(FuzzySkin::kExternal);
  // Sides of about 1 mm; heights that differ by two numbers from -0.5 to 0.5: 2 * 0.5^2 / 3 in the
  // mean of squares. In all layers but the first of 47, too few to leave any out. Corners are cut.
  const double outline = 46 * 4 * (40 - kWidth_mm);
  CHECK(near(outside - plain, outline * (std::sqrt(1 + 2 * 0.25 / 3) - 1), 0.15));
  CHECK(external_mm(FuzzySkin::kAll) > outside + 1);
  CHECK(external_mm(FuzzySkin::kExternal) == outside);  // the same in every run
}

TEST_CASE("moves of layer-change commands are ways that the nozzle goes") {
  Profile profile = walls_only();
  const Mesh mesh = shapes::box(20, 20, 10).mesh;
  const double plain = feature(planned(mesh, profile), "travel").length_mm;
  // Out by 30 mm and back to where the layer begins, at 50 layers.
  profile.machine.layer_gcode = "G91\nG1 X-30 F3000\nG90";
  const Production moved = planned(mesh, profile);
  const double more = feature(moved, "travel").length_mm - plain;
  CHECK(more > 50 * 30);
  CHECK(more <= 50 * 60 + 1e-6);
  // To a place on the bed: the farther, the longer.
  profile.machine.layer_gcode = "G1 X0 Y0 F6000";
  const double corner = feature(planned(mesh, profile), "travel").length_mm - plain;
  const double way = std::hypot(profile.machine.build_x_mm, profile.machine.build_y_mm) / 2;
  CHECK(near(corner, 50 * 2 * way, 0.15));
  profile.machine.layer_gcode = "; G1 X0 Y0";
  CHECK(feature(planned(mesh, profile), "travel").length_mm == plain);
}

TEST_CASE("ironing of all that is solid takes walls along where no infill is sparse") {
  Profile profile = plain_profile();
  PrintSettings& print = profile.print;
  print.ironing = true;
  print.ironing_spacing_mm = 0.2;
  print.ironing_type = IroningType::kSolid;
  print.top_solid_layers = print.bottom_solid_layers = 2;
  const double side = 20 - profile.machine.nozzle_diameter_mm;
  const Production thin = planned(shapes::box(20, 20, 0.8).mesh, profile);
  CHECK(near(feature(thin, "ironing").length_mm, 4 * side * side / 0.2, 0.05));
  const Production open = planned(shapes::box(20, 20, 10).mesh, profile);
  // The first of the two layers below the top is a bridge over sparse infill.
  CHECK(near(feature(open, "ironing").length_mm, 3 * side * side / 0.2, 0.05));
}

TEST_CASE("settings with a great effect that are not modelled exactly widen the intervals by it") {
  Profile profile = plain_profile();
  const Mesh mesh = shapes::box(20, 20, 4).mesh;
  const auto width = [&](const std::vector<std::string>& overrides) {
    const Production p = planned(mesh, load_profile({"", "", overrides}).value());
    return (p.filament_mm.high - p.filament_mm.low) / p.filament_mm.value / 2;
  };
  const double plain = width({"fill_pattern=grid"});
  CHECK(width({"fill_pattern=3dhoneycomb"}) == doctest::Approx(plain));
  CHECK(width({"fill_pattern=supportcubic"}) == doctest::Approx(plain + 0.01));
  CHECK(width({"fill_pattern=lightning"}) == doctest::Approx(plain + 0.08));
}
