#include "costengine/slice/support.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>
#include <utility>
#include <vector>

#include "costengine/detail/process/support_paths.hpp"
#include "costengine/detail/slice/support_bridges.hpp"
#include "costengine/detail/slice/support_schedule.hpp"
#include "costengine/process/fdm.hpp"
#include "costengine/profile/load.hpp"
#include "costengine/slice/raft.hpp"
#include "support/outlines.hpp"
#include "support/pipeline.hpp"
#include "support/shapes.hpp"

using namespace costengine;
using namespace costengine::pipeline;

namespace {

const double kHeight_mm = 0.2, kWidth_mm = 0.45, kCell_mm = 3;
/// A bead is a rectangle with round ends: beads that touch lie this far apart.
const double kPitch_mm = kWidth_mm - kHeight_mm * (1 - shapes::kPi / 4);

/// Supports in cells of 3 mm, all layers 0.2 mm high, the gap to the part 0.2 mm upwards and 0.5 mm
/// sideways; support layers up to 0.25 mm.
Profile support_profile() {
  Profile profile = load_profile({}).value();
  profile.machine.nozzle_diameter_mm = 0.4;
  profile.machine.min_layer_height_mm = 0.07;
  profile.machine.max_layer_height_mm = 0.25;
  PrintSettings& print = profile.print;
  print.layer_height_mm = print.first_layer_height_mm = kHeight_mm;
  print.first_layer_width_mm = 0;
  print.support_width_mm = print.external_perimeter_width_mm = kWidth_mm;
  print.support = print.support_auto = true;
  print.support_buildplate_only = false;
  print.support_style = SupportStyle::kGrid;
  print.support_pattern = SupportPattern::kRectilinear;
  print.support_threshold_deg = 0;
  print.support_angle_deg = 0;
  print.support_spacing_mm = kCell_mm - kPitch_mm;
  print.support_with_sheath = false;
  print.support_interface_layers = 3;
  print.support_bottom_interface_layers = -1;
  print.support_interface_spacing_mm = 0;
  print.support_contact_distance_mm = 0.2;
  print.support_bottom_contact_distance_mm = 0;
  print.support_xy_spacing_mm = 0.5;
  print.thick_bridges = false;
  print.dont_support_bridges = false;
  print.raft_layers = 0;
  print.raft_contact_distance_mm = 0.1;
  print.raft_expansion_mm = 1.5;
  print.raft_first_layer_expansion_mm = 3;
  print.raft_first_layer_density = 0.9;
  print.fill_angle_deg = 0;
  print.skirts = 0;
  return profile;
}

Mesh boxes(std::initializer_list<std::pair<Vec3, Vec3>> corners) {
  Mesh mesh;
  for (const auto& [low, high] : corners) {
    const Vec3 size = high - low;
    const Mesh box = shapes::translated(shapes::box(size.x, size.y, size.z).mesh, low);
    mesh = mesh.facets.empty() ? box : shapes::joined(mesh, box);
  }
  return mesh;
}

/// A T: a stem 10 mm wide and high, arms 15 mm long and 3 mm thick to both sides, 23 mm deep.
Mesh tee() {
  return boxes({{{-5, 0, 0}, {5, 23, 11}}, {{-20, 0, 10}, {20, 23, 13}}});
}

struct Sliced {
  Profile profile;
  Layers layers;
  Supports supports;
};

Sliced sliced(const Mesh& mesh, const Profile& profile, unsigned thread_count = 1) {
  const Inspection inspection = inspected(mesh);
  Context ctx(threads(thread_count));
  Sliced result{profile, slice(inspection, profile, ctx).value(), {}};
  result.supports = find_supports(result.layers, profile, ctx).value();
  return result;
}

/// Millimetres of path along x and along y in a level, by role.
struct Lengths {
  double x[2] = {0, 0}, y[2] = {0, 0};  // support, interface
};
Lengths lengths(const Sliced& s, std::size_t level) {
  const detail::SupportPaths paths(s.supports, s.layers, s.profile);
  detail::SupportScratch scratch;
  detail::PathStore store;
  const SupportLevel& l = s.supports.levels[level];
  paths.add(level, detail::make_beads(s.profile, l.top_mm - l.bottom_mm, l.bottom_mm == 0), scratch,
            store);
  Lengths sum;
  for (const detail::PathPiece& piece : store.pieces) {
    const int role = piece.role == detail::Role::kSupportInterface ? 1 : 0;
    for (std::size_t i = piece.begin + 1; i < piece.end; ++i) {
      sum.x[role] += std::fabs(store.points[i].x - store.points[i - 1].x);
      sum.y[role] += std::fabs(store.points[i].y - store.points[i - 1].y);
    }
  }
  return sum;
}

double area_mm2(const BitMask& mask, const BitGrid& grid) {
  return static_cast<double>(count(mask)) * grid.pixel_mm * grid.pixel_mm;
}

/// Pixels of 0.5 mm whose centres lie in a rectangle.
BitMask filled(const BitGrid& grid, double x0, double y0, double x1, double y1) {
  BitMask mask(grid);
  for (int y = 0; y < grid.rows; ++y) {
    const double cy = grid.bottom_mm + (y + 0.5) * grid.pixel_mm;
    if (cy < y0 || cy > y1) continue;
    for (int x = 0; x < grid.columns(); ++x) {
      const double cx = grid.left_mm + (x + 0.5) * grid.pixel_mm;
      if (cx >= x0 && cx <= x1) mask.row(y)[1 + x / 64] |= BitWord{1} << (x % 64);
    }
  }
  return mask;
}

}  // namespace

TEST_CASE("columns stand under the arms of a T, in whole cells up to the stem") {
  const Sliced s = sliced(tee(), support_profile());
  const Supports& supports = s.supports;
  REQUIRE(supports.tops.size() == 1);
  CHECK(supports.tops[0].top_mm == doctest::Approx(10 - 0.2));
  CHECK(supports.bottoms.empty());
  // The arms touch cells from 3 to 21 mm and from -12 to 12 mm; the stem ends at 5 mm.
  const double expected = 2 * (21 - 5) * 24;
  for (const std::size_t layer : {std::size_t{0}, std::size_t{20}, std::size_t{48}}) {
    REQUIRE(supports.area_of_layer[layer] != Supports::kNoArea);
    const BitMask& area = supports.areas[supports.area_of_layer[layer]];
    CHECK(area_mm2(area, supports.grid) == doctest::Approx(expected).epsilon(0.03));
  }
  CHECK(supports.area_of_layer.back() == Supports::kNoArea);
}

TEST_CASE("support layers are as few as the nozzle allows, and alike") {
  const Sliced s = sliced(tee(), support_profile());
  // From 0.2 to 9.8 mm in steps of at most 0.25: 39 of 0.2462 mm, and the first layer.
  const std::vector<SupportLevel>& levels = s.supports.levels;
  REQUIRE(levels.size() == 40);
  CHECK(levels[0].top_mm == doctest::Approx(0.2));
  for (std::size_t k = 1; k < levels.size(); ++k) {
    CHECK(levels[k].top_mm - levels[k].bottom_mm == doctest::Approx(9.6 / 39));
    CHECK(levels[k].bottom_mm == doctest::Approx(levels[k - 1].top_mm));
  }
}

TEST_CASE("columns are lines on the sides of cells, interfaces dense lines across") {
  const Sliced s = sliced(tee(), support_profile());
  // Lines keep 0.5 mm and half a line from the stem.
  const double width = 21 - 5 - 0.5 - kPitch_mm / 2;
  const Lengths column = lengths(s, 20);
  CHECK(column.x[0] == doctest::Approx(2 * 9 * width).epsilon(0.005));
  CHECK(column.x[1] == 0);
  for (const std::size_t level : {std::size_t{37}, std::size_t{38}, std::size_t{39}}) {
    const Lengths interface = lengths(s, level);
    CHECK(interface.x[0] == 0);
    CHECK(interface.y[1] == doctest::Approx(2 * width * 24 / kPitch_mm).epsilon(0.03));
  }
  CHECK(lengths(s, 36).y[1] == 0);  // three layers of interface are wanted
}

TEST_CASE("a sheath goes around columns and takes the place of the outermost lines") {
  Profile profile = support_profile();
  profile.print.support_with_sheath = true;
  const Sliced s = sliced(tee(), profile);
  const double width = 21 - 5 - 0.5 - kPitch_mm / 2;
  // Per arm: two sides of the loop, and 7 of the 9 lines, 0.9 of a line shorter at both ends.
  const double expected = 2 * (2 * width + 7 * (width - 2 * 0.9 * kPitch_mm));
  CHECK(lengths(s, 20).x[0] == doctest::Approx(expected).epsilon(0.03));
}

TEST_CASE("snug columns end with the overhang") {
  Profile profile = support_profile();
  profile.print.support_style = SupportStyle::kSnug;
  const Sliced s = sliced(tee(), profile);
  const BitMask& area = s.supports.areas[s.supports.area_of_layer[20]];
  CHECK(area_mm2(area, s.supports.grid) == doctest::Approx(2 * 15 * 23).epsilon(0.03));
}

TEST_CASE("a support that stands on the part has interfaces at both ends") {
  // A shelf of 30 x 20 mm, 4 mm high, with a wall on it that carries a roof.
  const Mesh mesh =
      boxes({{{0, 0, 0}, {30, 20, 4}}, {{0, 0, 3}, {6, 20, 17}}, {{0, 0, 16}, {30, 20, 19}}});
  Profile profile = support_profile();
  const Sliced s = sliced(mesh, profile);
  REQUIRE(s.supports.bottoms.size() == 1);
  CHECK(s.supports.bottoms[0].bottom_mm == doctest::Approx(4 + 0.2));
  CHECK(s.supports.bottoms[0].top_mm == doctest::Approx(4 + 0.2 + kHeight_mm));
  std::size_t with_interface = 0;
  for (std::size_t k = 0; k < s.supports.levels.size(); ++k) {
    if (lengths(s, k).y[1] > 300) ++with_interface;
  }
  CHECK(with_interface == 6);

  profile.print.support_buildplate_only = true;
  CHECK(sliced(mesh, profile).supports.tops.empty());
}

TEST_CASE("thick bridges are carried by a contact that lies lower") {
  Profile profile = support_profile();
  profile.print.thick_bridges = true;
  profile.print.bridge_flow_ratio = 1;
  const Sliced s = sliced(tee(), profile);
  REQUIRE(s.supports.tops.size() == 2);
  // The layer above 10 mm has its top at 10.2 mm; its threads are 0.4 mm thick.
  CHECK(s.supports.tops[0].top_mm == doctest::Approx(10.2 - 0.4 - 0.2));
  CHECK(s.supports.tops[1].top_mm == doctest::Approx(10 - 0.2));
}

TEST_CASE("infill bridges what is held, but not within 1.5 mm of its free ends") {
  const BitGrid grid = shapes::grid_of(20, 0.5);
  detail::BridgeFinder finder(grid);
  BitMask bridged(grid);
  const auto at = [&](double x, double y) {
    return bridged.at(static_cast<int>((x - grid.left_mm) / 0.5),
                      static_cast<int>((y - grid.bottom_mm) / 0.5));
  };
  const BitMask fill = filled(grid, -15, -10, 15, 10);
  finder.find(fill, BitMask(grid), bridged);
  CHECK_FALSE(any(bridged));
  // Held on one side: the slicer bridges along the edge that holds, and its ends are free.
  BitMask below = filled(grid, -15, -10, -8, 10);
  finder.find(fill, below, bridged);
  CHECK(at(0, 0));
  CHECK_FALSE(at(0, 9.2));
  unite(below, filled(grid, 8, -10, 15, 10));
  finder.find(fill, below, bridged);
  BitMask gap = filled(grid, -8, -10, 8, 10);
  subtract(gap, bridged);
  CHECK_FALSE(any(gap));
  // Held by four legs: along x, but for 1.5 mm at the two ends between them.
  below = filled(grid, -15, -10, -8, -5);
  for (const auto& [x, y] : {std::pair{8.0, -10.0}, {-15.0, 5.0}, {8.0, 5.0}}) {
    unite(below, filled(grid, x, y, x + 7, y + 5));
  }
  finder.find(fill, below, bridged);
  CHECK(at(0, 0));
  CHECK(at(12, 0));
  CHECK_FALSE(at(14.2, 0));
}

TEST_CASE("a raft has its first layer, thick layers and a contact layer") {
  Profile profile = support_profile();
  PrintSettings& print = profile.print;
  print.raft_layers = 1;
  Raft raft = find_raft(print, profile.machine);
  CHECK(raft.layers() == 1);
  CHECK(raft.contact_top_mm == doctest::Approx(0.2));
  CHECK(raft.model_bottom_mm == doctest::Approx(0.3));
  print.raft_layers = 5;  // 0.2, then four of 0.75 * 0.4 mm; three of the five are dense
  raft = find_raft(print, profile.machine);
  CHECK(raft.base_layers == 2);
  CHECK(raft.interface_layers == 3);
  CHECK(raft.base_top_mm == doctest::Approx(0.5));
  CHECK(raft.contact_bottom_mm == doctest::Approx(1.1));
  CHECK(raft.contact_top_mm == doctest::Approx(1.4));
  CHECK(raft.model_bottom_mm == doctest::Approx(1.5));
  print.support_contact_distance_mm = 0;  // nor does the raft keep a gap
  CHECK(find_raft(print, profile.machine).model_bottom_mm == doctest::Approx(1.4));
  print.raft_layers = 0;
  CHECK(find_raft(print, profile.machine).model_bottom_mm == 0);
}

TEST_CASE("a model stands on its raft, and the raft takes whole cells around it") {
  Profile profile = support_profile();
  profile.print.support = false;
  profile.print.raft_layers = 3;
  profile.print.first_layer_height_mm = 0.25;
  const Sliced s = sliced(shapes::box(20, 14, 5).mesh, profile);
  // 0.25 + 2 * 0.3 + 0.1 mm; the model's own first layer is as high as the others.
  REQUIRE(s.layers.layers.size() == 25);
  CHECK(s.layers.layers[0].height_mm == kHeight_mm);
  CHECK(s.layers.layers[0].z_mm == doctest::Approx(0.95 + kHeight_mm / 2));
  // 20 + 2 * 1.5 mm touch 8 cells of 3 mm, 14 + 2 * 1.5 mm touch 6.
  CHECK(area_mm2(s.supports.raft_contact, s.supports.grid) == doctest::Approx(24 * 18));
  REQUIRE(s.supports.levels.size() == 3);
  CHECK(s.supports.levels[0].raft == RaftPart::kFirst);
  CHECK(s.supports.levels[1].raft == RaftPart::kInterface);
  CHECK(s.supports.levels[2].raft == RaftPart::kContact);
  CHECK(s.supports.levels[2].top_mm == doctest::Approx(0.85));
  // The layer below the contact layer is 0.5 mm wider, the first 3 mm, with a density of 90 %.
  CHECK(lengths(s, 2).y[1] == doctest::Approx(24 * 18 / kPitch_mm).epsilon(0.03));
  CHECK(lengths(s, 1).y[1] == doctest::Approx(25 * 19 / kPitch_mm).epsilon(0.03));
  const double spacing = kWidth_mm - 0.25 * (1 - shapes::kPi / 4);
  const double grown = 6 + kPitch_mm - kWidth_mm - 2 * 0.9 * spacing;  // within the outline
  const double lines = (24 + grown) * (18 + grown) / (spacing / 0.9);
  CHECK(lengths(s, 0).y[0] == doctest::Approx(lines + 2 * 24).epsilon(0.04));
}

TEST_CASE("columns stand on a raft, beside its contact layer") {
  Profile profile = support_profile();
  profile.print.raft_layers = 2;
  const Sliced s = sliced(tee(), profile);
  const std::vector<SupportLevel>& levels = s.supports.levels;
  REQUIRE(levels.size() > 3);
  CHECK(levels[0].raft == RaftPart::kFirst);
  CHECK_FALSE(levels[0].base);
  // The first columns begin at 0.2 mm as the contact layer does, which ends at 0.5 mm.
  CHECK(levels[1].base);
  CHECK(levels[1].bottom_mm == doctest::Approx(0.2));
  std::size_t contact = 0;
  while (levels[contact].raft != RaftPart::kContact) ++contact;
  CHECK(levels[contact].top_mm == doctest::Approx(0.5));
  // Columns up to 9.8 mm over the raft's 0.6 mm.
  CHECK(levels.back().top_mm == doctest::Approx(0.6 + 9.8));
  // They leave out the cells of the stem and its margin: -9 to 9 mm.
  CHECK(lengths(s, 1).x[0] == doctest::Approx(2 * 9 * (21 - 9)).epsilon(0.08));
}

TEST_CASE("a raft's layers are printed: material and time") {
  Profile profile = support_profile();
  profile.print.support = false;
  profile.print.raft_layers = 1;
  const Mesh box = shapes::box(20, 14, 5).mesh;
  const Inspection inspection = inspected(box);
  Context ctx(threads(1));
  const Layers layers = slice(inspection, profile, ctx).value();
  const Production p = plan_fdm(layers, measured(inspection), profile, ctx).value();
  REQUIRE(p.support.filament_mm > 0);
  const double d = profile.material.filament_diameter_mm;
  const double fed_mm3 = p.support.filament_mm * shapes::kPi / 4 * d * d;
  // One dense layer of 24 x 18 x 0.2 mm.
  CHECK(
      fed_mm3 ==
      doctest::Approx(24 * 18 * kHeight_mm * profile.material.extrusion_multiplier).epsilon(0.03));
}

TEST_CASE("supports are the same bits for any number of threads") {
  Profile profile = support_profile();
  profile.print.dont_support_bridges = true;
  profile.print.thick_bridges = true;
  const Sliced one = sliced(tee(), profile), eight = sliced(tee(), profile, 8);
  REQUIRE(one.supports.areas.size() == eight.supports.areas.size());
  for (std::size_t k = 0; k < one.supports.areas.size(); ++k) {
    CHECK(one.supports.areas[k].bits() == eight.supports.areas[k].bits());
  }
}
