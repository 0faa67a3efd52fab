#include "costengine/detail/process/walls.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "costengine/detail/process/order.hpp"
#include "costengine/detail/slice/region_parts.hpp"
#include "costengine/profile/load.hpp"
#include "support/outlines.hpp"

using namespace costengine;
using namespace costengine::shapes;
using detail::OffsetPath;
using detail::PathPiece;
using detail::PathStore;
using detail::Role;

namespace {

/// An outline whose edges have been moved inwards, closed; empty if nothing is left.
Outline moved(const Outline& outline, double depth_mm, bool backwards = false) {
  OffsetPath path;
  const std::size_t n = outline.size();
  for (std::size_t k = 0; k < n; ++k) {
    const std::size_t i = backwards ? n - 1 - k : k;
    const Point2 a = outline[i], b = outline[(i + 1) % n], d = b - a;
    const Point2 normal = Point2{-d.y, d.x} * (1 / length(d));
    path.add(backwards ? b : a, backwards ? a : b, normal, depth_mm);
  }
  Outline points;
  if (path.join(true)) path.for_each_point([&](Point2 p) { points.push_back(p); });
  return points;
}
double loop_length(const Outline& outline, double depth_mm, bool backwards = false) {
  return perimeter(moved(outline, depth_mm, backwards));
}

/// Beads of 0.45 x 0.2 mm, side by side 0.407 mm apart, that one wall is made of.
Profile one_wall(PerimeterGenerator generator) {
  Profile profile = load_profile({}).value();
  PrintSettings& print = profile.print;
  print.layer_height_mm = print.first_layer_height_mm = 0.2;
  print.perimeter_width_mm = print.external_perimeter_width_mm = 0.45;
  print.perimeters = 1;
  print.elefant_foot_compensation_mm = print.xy_size_compensation_mm = 0;
  print.perimeter_generator = generator;
  return profile;
}

/// The walls of a layer that is not the first.
PathStore walls_of(const Contours& contours, const Profile& profile) {
  const detail::Beads beads = detail::make_beads(profile, profile.print.layer_height_mm, false);
  const detail::WallDepths depths(profile.print, beads, false);
  const BitGrid grid = grid_of(16, 0.05);
  detail::Walls walls;
  edge_normals(contours, walls.normals);
  walls.settled.assign(contours.points.size(), 0);
  walls.section_mm2 = walls.ring_mm2 = area_of(contours);
  detail::WallScratch scratch;
  PathStore store;
  find_spans(contours, walls, depths, 0, grid, scratch.scan, scratch.spans);
  detail::WallPaths(contours, walls, scratch.spans, depths, scratch, store).add(beads);
  return store;
}

/// The moves of a layer that has only these walls.
std::vector<Move> printed(const PathStore& walls, const Contours& contours,
                          const Profile& profile) {
  detail::Islands islands;
  islands.find(contours);
  const detail::Beads beads = detail::make_beads(profile, 0.2, false);
  std::vector<Move> moves;
  detail::LayerWriter writer(profile, beads, LayerAxes{}, moves);
  detail::OrderScratch scratch;
  detail::print_in_order(walls, walls.pieces.size(), islands, contours, false, writer, scratch);
  return moves;
}

/// The roles of what is printed, in its order, each once where it repeats.
std::vector<Role> roles_of(const std::vector<Move>& moves) {
  std::vector<Role> roles;
  for (const Move& m : moves) {
    const auto role = static_cast<Role>(m.tag);
    if (m.e_mm <= 0 || role == Role::kRetract) continue;
    if (roles.empty() || roles.back() != role) roles.push_back(role);
  }
  return roles;
}

std::vector<PathPiece> external(const PathStore& store) {
  std::vector<PathPiece> found;
  for (const PathPiece& p : store.pieces) {
    if (p.role == Role::kExternalPerimeter) found.push_back(p);
  }
  return found;
}

double length_of(const PathStore& store, const PathPiece& piece) {
  const std::span<const Point2> points =
      std::span(store.points).subspan(piece.begin, piece.end - piece.begin);
  const double round = perimeter(points);
  return piece.loop ? round : round - length(points.back() - points.front());
}

Outline circle(double x, double y, double radius, int corners) {
  Outline outline = regular_polygon(radius, corners);
  for (Point2& p : outline) p = {p.x + x, p.y + y};
  return outline;
}

}  // namespace

TEST_CASE("a square loop at a depth is a smaller square, whichever way it is followed") {
  for (const bool backwards : {false, true}) {
    CAPTURE(backwards);
    CHECK(loop_length(rectangle(0, 0, 10, 10), 0.5, backwards) == doctest::Approx(36));
    CHECK(loop_length(rectangle(0, 0, 10, 4), 1.5, backwards) == doctest::Approx(2 * (7 + 1)));
    CHECK(loop_length(rectangle(0, 0, 10, 10), 6, backwards) == 0);  // all edges have turned
  }
}

TEST_CASE("a corner that points into the part is cut off, not mitred") {
  // A hole of 10 x 10 mm, the part around it: its corners become bevels of sqrt(2) depths.
  const Outline hole = reversed(rectangle(0, 0, 10, 10));
  CHECK(loop_length(hole, 0.5) == doctest::Approx(4 * (10 + 0.5 * std::sqrt(2.0))));
}

TEST_CASE("short edges in a corner vanish, and their neighbours meet") {
  // A square with corners cut off by 0.1 mm: they last as long as the depth allows.
  const Outline cut = {{0.1, 0},  {9.9, 0},  {10, 0.1}, {10, 9.9},
                       {9.9, 10}, {0.1, 10}, {0, 9.9},  {0, 0.1}};
  const double tangent = std::sqrt(2.0) - 1;  // of half the angle of a corner
  const double left = 4 * (9.8 - 2 * 0.1 * tangent) + 4 * (0.1 * std::sqrt(2.0) - 0.2 * tangent);
  CHECK(loop_length(cut, 0.1) == doctest::Approx(left));
  CHECK(loop_length(cut, 0.5) == doctest::Approx(36));
}

TEST_CASE("edges that vanish one after another leave the whole loop") {
  // A parallelogram. Two corners are rows of edges that turn by 4 degrees each; each is just so
  // long that it goes once all shorter ones have gone.
  const double depth = 1, step = 4 * shapes::kPi / 180, corner = 11 * step, side = 30;
  Outline outline = {{0, 0}};
  const auto forward = [&](double angle, double way) {
    const Point2 at = outline.back();
    outline.push_back({at.x + way * std::cos(angle), at.y + way * std::sin(angle)});
  };
  for (const double turned : {0.0, shapes::kPi}) {
    forward(turned, side);
    double away = 0;  // how far the way has come from the side
    for (int k = 1; k <= 10; ++k) {
      const double room = depth * (std::tan((k - 0.5) * step / 2) + std::tan(step / 2));
      forward(turned + k * step,
              room - away / std::sin(k * step));  // from the side on it is `room`
      away = room * std::sin(k * step);
    }
    forward(turned + corner, side);
  }
  outline.pop_back();  // the first point again
  // Without those edges the sides go on until they meet, `along` and `up` farther.
  const Point2 way = outline[11] - outline[1];
  const double up = way.y / std::sin(corner), along = way.x - up * std::cos(corner);
  const double less = depth * (std::tan(corner / 2) + 1 / std::tan(corner / 2));
  const double expected = 2 * (side + along + side + up) - 4 * less;
  CHECK(loop_length(outline, depth) == doctest::Approx(expected).epsilon(0.002));
  CHECK(moved(outline, depth).size() < 8);  // of 24 edges the sides, and hardly more
}

TEST_CASE("a wall ends where it is cut, even if its last edge vanishes") {
  // The last edge turns by 60 degrees and has no room; the next wall begins at (30, 5).
  OffsetPath path;
  const Point2 turned{std::cos(shapes::kPi / 3), std::sin(shapes::kPi / 3)};
  path.add({0, 0}, {10, 0}, {0, 1}, 0.5);
  path.add({10, 0}, Point2{10, 0} + turned * 0.1, {-turned.y, turned.x}, 0.5);
  path.cut();
  path.add({30, 5}, {30, 15}, {-1, 0}, 0.5);
  REQUIRE(path.join(false));
  std::vector<Point2> points;
  path.for_each_point([&](Point2 p) { points.push_back(p); });
  REQUIRE(points.size() == 4);
  CHECK(points[0] == Point2{0, 0.5});
  CHECK(points[1] == Point2{10, 0.5});
  CHECK(points[2] == Point2{29.5, 5});
  CHECK(points[3] == Point2{29.5, 15});
}

TEST_CASE("a thick part has a loop along each outline") {
  const PathStore store = walls_of(square_ring(20, 12), one_wall(PerimeterGenerator::kArachne));
  const std::vector<PathPiece> loops = external(store);
  REQUIRE(loops.size() == 2);
  // Half a bead within the outlines; around the hole the corners are cut off.
  CHECK(length_of(store, loops[0]) == doctest::Approx(4 * (20 - 0.45)));
  CHECK(length_of(store, loops[1]) == doctest::Approx(4 * (12 + 0.225 * std::sqrt(2.0))));
  for (const PathPiece& p : loops) CHECK(p.loop);
}

TEST_CASE("a ring too thin for two beads is one closed loop") {
  const int corners = 180;
  for (const double thickness : {0.3, 0.5}) {
    CAPTURE(thickness);
    const Contours ring = contours_of({regular_polygon(8 + thickness / 2, corners),
                                       reversed(regular_polygon(8 - thickness / 2, corners))});
    const PathStore store = walls_of(ring, one_wall(PerimeterGenerator::kArachne));
    const std::vector<PathPiece> loops = external(store);
    REQUIRE(loops.size() == 1);
    CHECK(loops[0].loop);
    // It follows the outer side for half of the way and the inner one for the other half.
    CHECK(length_of(store, loops[0]) == doctest::Approx(2 * shapes::kPi * 8).epsilon(0.02));
  }
}

TEST_CASE("as many beads lie side by side as the slicer lays in a wall so thick") {
  Profile profile = one_wall(PerimeterGenerator::kArachne);
  PrintSettings& print = profile.print;
  print.external_perimeter_width_mm = 0.44;
  print.perimeter_width_mm = 0.46;
  print.perimeters = 3;
  print.min_bead_width_mm = 0.34;
  // PrusaSlicer 2.5.0, square tubes of 30 mm in layers of 0.2 mm: the number changes in between.
  const struct {
    double thickness_mm;
    int beads;
  } walls[] = {{0.64, 1}, {0.67, 2}, {1.13, 2}, {1.16, 3}, {1.47, 3},
               {1.49, 4}, {1.96, 4}, {1.99, 5}, {2.30, 5}, {2.36, 6}};
  for (const auto& wall : walls) {
    CAPTURE(wall.thickness_mm);
    const double side = 12;
    const PathStore store = walls_of(square_ring(side, side - 2 * wall.thickness_mm), profile);
    double all_mm = 0;
    for (const PathPiece& piece : store.pieces) all_mm += length_of(store, piece);
    CHECK(all_mm / (4 * (side - wall.thickness_mm)) == doctest::Approx(wall.beads).epsilon(0.06));
  }
}

TEST_CASE("a middle bead follows every outline alike, the last edge of each included") {
  // Thin squares; each bead follows the lower and, of the hole, the upper side, and one of the two
  // others on either side. Where the first edge of the outline lies must not matter.
  const Outline outer = rectangle(-8, -8, 16, 16), hole = rectangle(-7.7, -7.7, 15.4, 15.4);
  for (std::size_t k = 0; k < 4; ++k) {
    CAPTURE(k);
    Outline a = outer, b = reversed(hole);
    std::rotate(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(k), a.end());
    std::rotate(b.begin(), b.begin() + static_cast<std::ptrdiff_t>(k), b.end());
    const PathStore store = walls_of(contours_of({a, b}), one_wall(PerimeterGenerator::kArachne));
    double sum = 0;
    for (const PathPiece& p : external(store)) sum += length_of(store, p);
    CHECK(sum == doctest::Approx(4 * 15.7).epsilon(0.03));
  }
}

TEST_CASE("where a bore comes close to a side their two loops become one") {
  const double radius = 4;
  const auto loops_at = [&](double wall_mm) {
    const double y = -10 + wall_mm + radius;
    const PathStore store =
        walls_of(contours_of({rectangle(-10, -10, 20, 20), reversed(circle(0, y, radius, 120))}),
                 one_wall(PerimeterGenerator::kArachne));
    return std::pair(store, external(store));
  };
  const auto [apart, two] = loops_at(3);
  REQUIRE(two.size() == 2);
  const double whole = length_of(apart, two[0]) + length_of(apart, two[1]);
  const auto [near, pieces] = loops_at(0.4);
  std::vector<PathPiece> closed, open;
  for (const PathPiece& p : pieces) (p.loop ? closed : open).push_back(p);
  REQUIRE(closed.size() == 1);
  CHECK(open.size() <= 1);
  // Along the bottleneck, as long as the chord where the part is too thin for two, one bead takes
  // the place of two.
  double sum = length_of(near, closed[0]);
  for (const PathPiece& p : open) sum += length_of(near, p);
  CHECK(sum < whole - 1);
  CHECK(sum > whole - 6);
}

TEST_CASE("classic walls leave out what is thinner than a bead, unless thin walls are wanted") {
  Profile profile = one_wall(PerimeterGenerator::kClassic);
  const Contours bar = contours_of({rectangle(-8, -0.2, 16, 0.4)});
  for (const bool thin : {false, true}) {
    CAPTURE(thin);
    profile.print.thin_walls = thin;
    const PathStore store = walls_of(bar, profile);
    const std::vector<PathPiece> found = external(store);
    REQUIRE(found.size() == (thin ? 1 : 0));
    if (thin) CHECK(length_of(store, found[0]) == doctest::Approx(16).epsilon(0.03));
  }
}

TEST_CASE("classic walls leave gaps to lines of their width") {
  // Between the inner edges of one wall's beads a bar of 1.1 mm leaves 1.1 - 2 * 0.4286 = 0.243 mm:
  // half a bead, 0.225 mm, and half its spacing, 0.2036 mm, on each side.
  Profile profile = one_wall(PerimeterGenerator::kClassic);
  profile.print.gap_fill_enabled = true;
  profile.print.gap_fill_speed_mm_per_s = 20;
  profile.print.thin_walls = false;
  const double spacing_mm = 0.45 - 0.2 * (1 - 3.14159265358979 / 4);
  const auto gaps_of = [&](double thickness_mm) {
    const PathStore store =
        walls_of(contours_of({rectangle(-7, -thickness_mm / 2, 14, thickness_mm)}), profile);
    std::vector<double> flows;
    for (const PathPiece& p : store.pieces) {
      if (p.role != Role::kGapFill) continue;
      flows.push_back(p.flow);
      CHECK(length_of(store, p) == doctest::Approx(14).epsilon(0.1));
    }
    return flows;
  };
  for (const double gap_mm : {0.1, 0.243, 0.38}) {
    CAPTURE(gap_mm);
    const std::vector<double> flows = gaps_of(gap_mm + 0.45 + spacing_mm);
    REQUIRE(flows.size() == 1);
    CHECK(flows[0] == doctest::Approx(gap_mm / spacing_mm).epsilon(0.01));
  }
  CHECK(gaps_of(0.03 + 0.45 + spacing_mm).empty());  // less than 0.12 of a bead
  CHECK(gaps_of(0.45 + 0.45 + spacing_mm).empty());  // more than a spacing: infill
}

TEST_CASE("a rounded corner is no gap") {
  Profile profile = one_wall(PerimeterGenerator::kClassic);
  profile.print.gap_fill_enabled = true;
  profile.print.gap_fill_speed_mm_per_s = 20;
  profile.print.perimeters = 3;
  for (const double radius : {0.5, 0.8, 1.1}) {
    CAPTURE(radius);
    Outline rounded;
    const Outline arc = regular_polygon(radius, 48);
    for (int side = 0; side < 4; ++side) {
      const double x = side == 0 || side == 3 ? 6 - radius : radius - 6;
      const double y = side < 2 ? 6 - radius : radius - 6;
      for (int k = 0; k <= 12; ++k) {
        const Point2 p = arc[static_cast<std::size_t>((12 * side + k) % 48)];
        rounded.push_back({p.x + x, p.y + y});
      }
    }
    for (const PathPiece& p : walls_of(contours_of({rounded}), profile).pieces) {
      CHECK(p.role != Role::kGapFill);
    }
  }
}

TEST_CASE("the strips beside a filled gap are cleared, nothing else") {
  const BitGrid grid = grid_of(16, 0.1);
  BitMask mask(grid);
  for (BitWord& word : mask.bits()) word = ~BitWord{0};
  const std::uint64_t all = count(mask);
  detail::clear_convex({{-2, -1}, {3, -1}, {3, 1}, {-2, 1}}, grid, mask);
  CHECK(all - count(mask) == 50 * 20);
  detail::clear_convex({{100, 100}, {101, 100}, {101, 101}}, grid, mask);
  CHECK(all - count(mask) == 50 * 20);
  // A triangle: half a square of 4 x 4 mm, pixels counted by their centres.
  detail::clear_convex({{-7, -7}, {-3, -7}, {-7, -3}}, grid, mask);
  CHECK(all - count(mask) == doctest::Approx(50 * 20 + 800).epsilon(0.02));
}

TEST_CASE("a sharp corner has no single bead, a thin wedge has one") {
  Profile profile = one_wall(PerimeterGenerator::kArachne);
  const auto singles = [&](double height_mm) {  // of a wedge, 12 mm long
    const PathStore store =
        walls_of(contours_of({{{-6, 0}, {6, -height_mm}, {6, height_mm}}}), profile);
    return std::count_if(store.pieces.begin(), store.pieces.end(), [](const PathPiece& p) {
      return !p.loop && p.role == Role::kExternalPerimeter;
    });
  };
  CHECK(singles(0.8) > 0);   // 7.6 degrees
  CHECK(singles(2.5) == 0);  // 24 degrees
}

TEST_CASE("parts of a mask are numbered as they appear and counted") {
  const std::vector<const char*> drawing = {
      "##....##",  // row 0
      "##....##",  //
      "..#.....",  // touches the first part at a corner
      "........",  //
      "#.#.#...",  // joined by the next row
      "#####..#",
  };
  BitMask mask(grid_of(4, 1));
  for (std::size_t y = 0; y < drawing.size(); ++y) {
    for (int x = 0; drawing[y][x] != 0; ++x) {
      if (drawing[y][x] == '#') mask.row(static_cast<int>(y))[1] |= BitWord{1} << x;
    }
  }
  detail::RegionParts parts;
  for (int again = 0; again < 2; ++again) {  // one object serves many masks
    parts.find(mask);
    REQUIRE(parts.parts().size() == 4);
    const std::vector<std::uint64_t> pixels = {5, 4, 8, 1};
    const std::vector<std::pair<int, int>> rows = {{0, 3}, {0, 2}, {4, 6}, {5, 6}};
    for (std::size_t p = 0; p < 4; ++p) {
      CAPTURE(p);
      CHECK(parts.parts()[p].pixels == pixels[p]);
      CHECK(std::pair(parts.parts()[p].first_row, parts.parts()[p].end_row) == rows[p]);
    }
    CHECK(parts.part_at(2, 4) == 2);
    CHECK(parts.part_at(6, 5) == 3);    // next to it
    CHECK(parts.part_at(-9, -9) == 0);  // off the mask: the nearest of the nearest row
  }
  detail::keep_small_parts(mask, 4);
  CHECK(count(mask) == 5);
  CHECK_FALSE(mask.at(0, 0));
  CHECK(mask.at(6, 0));
  CHECK(mask.at(7, 5));
}

TEST_CASE("the walls of an outline are printed from the inside out, or the other way round") {
  // Three walls around each of two squares.
  const Contours contours = contours_of({rectangle(-12, -4, 8, 8), rectangle(4, -4, 8, 8)});
  Profile profile = one_wall(PerimeterGenerator::kArachne);
  profile.print.perimeters = 3;
  PathStore store = walls_of(contours, profile);
  REQUIRE(store.pieces.size() == 6);
  detail::Islands islands;
  islands.find(contours);
  for (PathPiece& p : store.pieces) p.island = islands.of_loop(p.outline);
  const detail::Beads beads = detail::make_beads(profile, 0.2, false);
  for (const bool outer_first : {false, true}) {
    CAPTURE(outer_first);
    std::vector<Move> moves;
    detail::LayerWriter writer(profile, beads, LayerAxes{}, moves);
    writer.start_at({-20, -20});
    detail::OrderScratch scratch;
    scratch.outer_first = outer_first;
    detail::print_in_order(store, 6, islands, contours, false, writer, scratch);
    const Role in = Role::kPerimeter, out = Role::kExternalPerimeter;
    CHECK(roles_of(moves) == (outer_first ? std::vector<Role>{out, in, out, in}
                                          : std::vector<Role>{in, out, in, out}));
  }
}

TEST_CASE("islands keep their order wherever the nozzle is, from the one farthest back") {
  const Contours contours = contours_of({rectangle(0, -1, 2, 2), rectangle(9, -1, 2, 2.5),
                                         rectangle(-6, -1, 2, 2), rectangle(4, -1, 2, 2)});
  detail::Islands islands;
  islands.find(contours);
  std::vector<std::size_t> order;
  islands.order(contours, LayerAxes{}, order);
  // In a row from the one with the highest point to the other end.
  CHECK(order == std::vector<std::size_t>{1, 3, 0, 2});
  // Turned by half a turn the mesh's y points the other way: all lie equally far back, the first
  // of the two ends begins.
  islands.order(contours, LayerAxes{{-1, 0}, {}}, order);
  CHECK(order == std::vector<std::size_t>{1, 3, 0, 2});
}

TEST_CASE("what lies alone between two walls comes after them") {
  // A bar as thick as five beads, three walls wanted: two pairs and one in the middle.
  const Contours contours = contours_of({rectangle(-7, -1.06, 14, 2.12)});
  Profile profile = one_wall(PerimeterGenerator::kArachne);
  profile.print.perimeters = 3;
  const PathStore store = walls_of(contours, profile);
  REQUIRE(store.pieces.size() == 3);
  const auto alone = [](const PathPiece& p) { return p.alone; };
  REQUIRE(std::count_if(store.pieces.begin(), store.pieces.end(), alone) == 1);
  const std::vector<Move> moves = printed(store, contours, profile);
  // The middle bead is an open line of about 14 mm; the others go round.
  double run_mm = 0;
  std::vector<double> lengths;
  for (const Move& m : moves) {
    const bool prints = m.e_mm > 0 && static_cast<Role>(m.tag) != Role::kRetract;
    if (prints) run_mm += std::sqrt(m.x_mm * m.x_mm + m.y_mm * m.y_mm);
    if (!prints && run_mm > 0) lengths.push_back(run_mm), run_mm = 0;
  }
  if (run_mm > 0) lengths.push_back(run_mm);
  REQUIRE(lengths.size() == 3);
  CHECK(lengths[0] > 20);  // the inner pair
  CHECK(std::min(lengths[1], lengths[2]) < 15);
}

TEST_CASE("the walls around each other are printed one after another") {
  // A plate with nine holes, 3 mm apart, and three walls around each outline.
  Contours contours = contours_of({rectangle(-15, -15, 30, 30)});
  for (const double x : {-9.0, 0.0, 9.0}) {
    for (const double y : {-9.0, 0.0, 9.0}) {
      for (const Point2 p : reversed(circle(x, y, 3, 40))) contours.points.push_back(p);
      contours.first.push_back(static_cast<std::uint32_t>(contours.points.size()));
    }
  }
  Profile profile = one_wall(PerimeterGenerator::kArachne);
  profile.print.perimeters = 3;
  const PathStore store = walls_of(contours, profile);
  REQUIRE(store.pieces.size() == 30);
  const std::vector<Move> moves = printed(store, contours, profile);
  // Two inner walls and the external one, ten times.
  CHECK(roles_of(moves).size() == 20);
}
