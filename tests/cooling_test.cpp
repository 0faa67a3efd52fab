#include "costengine/detail/process/cooling.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

using namespace costengine;
using detail::Role;
using detail::slow_down;

namespace {

Material material(double least_layer_s, double least_speed = 10) {
  Material result{};
  result.cooling = true;
  result.min_layer_time_s = least_layer_s;
  result.min_print_speed_mm_per_s = least_speed;
  return result;
}

Move line(double length_mm, double speed, Role role = Role::kSolidInfill) {
  return {.x_mm = length_mm * 0.6,
          .y_mm = length_mm * -0.8,
          .e_mm = length_mm * 0.03,
          .speed_mm_per_s = speed,
          .tag = static_cast<std::uint32_t>(role)};
}

/// Length over speed, as cooling reckons; all moves here lie in the plane or move filament alone.
double nominal_s(const std::vector<Move>& moves) {
  double sum = 0;
  for (const Move& m : moves) {
    const double length = std::sqrt(m.x_mm * m.x_mm + m.y_mm * m.y_mm);
    sum += (length > 0 ? length : std::abs(m.e_mm)) / m.speed_mm_per_s;
  }
  return sum;
}

std::vector<double> speeds(const std::vector<Move>& moves) {
  std::vector<double> result;
  for (const Move& m : moves) result.push_back(m.speed_mm_per_s);
  return result;
}

std::vector<Move> two_speeds() {  // 10 s each
  return {line(1000, 100), line(500, 50)};
}

}  // namespace

TEST_CASE("a layer that takes long enough keeps its speeds") {
  for (const double least : {0.0, 5.0, 19.99}) {
    std::vector<Move> moves = two_speeds();
    slow_down(moves, material(least), false);
    CHECK(speeds(moves) == std::vector<double>{100, 50});
  }
}

TEST_CASE("nothing slows down without cooling") {
  Material uncooled = material(1000);
  uncooled.cooling = false;
  std::vector<Move> moves = two_speeds();
  slow_down(moves, uncooled, false);
  CHECK(speeds(moves) == std::vector<double>{100, 50});
}

TEST_CASE("a quick layer takes the least layer time") {
  for (const double least : {20.5, 25.0, 30.0, 40.0, 100.0, 149.0}) {
    CAPTURE(least);
    std::vector<Move> moves = two_speeds();
    slow_down(moves, material(least), false);
    CHECK(nominal_s(moves) == doctest::Approx(least).epsilon(1e-9));
  }
}

TEST_CASE("no line is slowed down below the least print speed") {
  for (const double least : {151.0, 1000.0, 1e9}) {
    std::vector<Move> moves = two_speeds();
    slow_down(moves, material(least), false);
    CHECK(speeds(moves) == std::vector<double>{10, 10});
  }
}

TEST_CASE("lines slower than the least print speed stay as they are") {
  std::vector<Move> moves = {line(1000, 100), line(50, 5)};  // 10 s each
  slow_down(moves, material(30, 10), false);
  CHECK(moves[0].speed_mm_per_s == doctest::Approx(50));  // 1000 mm in 20 s
  CHECK(moves[1].speed_mm_per_s == 5);
  slow_down(moves, material(1e6, 10), false);
  CHECK(moves[0].speed_mm_per_s == 10);
  CHECK(moves[1].speed_mm_per_s == 5);
}

TEST_CASE("bridges and what does not print keep their speed and count") {
  for (const Role role : {Role::kBridgeInfill, Role::kOverhangPerimeter, Role::kTravel}) {
    std::vector<Move> moves = {line(1000, 100), line(300, 30, role)};  // 10 s each
    slow_down(moves, material(60), false);
    CHECK(moves[1].speed_mm_per_s == 30);
    CHECK(moves[0].speed_mm_per_s == doctest::Approx(20));  // 1000 mm in 50 s
  }
  std::vector<Move> moves = {
      line(1000, 100),
      {.e_mm = -40, .speed_mm_per_s = 40, .tag = static_cast<std::uint32_t>(Role::kRetract)}};
  slow_down(moves, material(51), false);
  CHECK(moves[1].speed_mm_per_s == 40);
  CHECK(moves[0].speed_mm_per_s == doctest::Approx(20));
}

TEST_CASE("a layer of nothing that slows down is left alone") {
  std::vector<Move> moves = {line(10, 30, Role::kBridgeInfill)};
  slow_down(moves, material(100), false);
  CHECK(moves[0].speed_mm_per_s == 30);
  moves.clear();
  slow_down(moves, material(100), false);
  CHECK(moves.empty());
}

TEST_CASE("any layer is slowed down to its time, none is sped up, lengths stay") {
  std::mt19937_64 random(7);
  const auto uniform = [&](double low, double high) {
    return low + (high - low) * (static_cast<double>(random() >> 11) * 0x1p-53);
  };
  for (int layer = 0; layer < 200; ++layer) {
    std::vector<Move> moves;
    const int lines = 1 + static_cast<int>(random() % 40);
    for (int i = 0; i < lines; ++i) {
      const auto role = static_cast<Role>(random() % static_cast<unsigned>(Role::kRetract));
      moves.push_back(line(uniform(0.1, 80), uniform(15, 200), role));
    }
    const std::vector<Move> before = moves;
    const double least = nominal_s(before) * uniform(0.5, 2.5);
    slow_down(moves, material(least, 10), false);
    double slowest_possible = 0;
    for (std::size_t i = 0; i < moves.size(); ++i) {
      CHECK(moves[i].x_mm == before[i].x_mm);
      CHECK(moves[i].e_mm == before[i].e_mm);
      CHECK(moves[i].speed_mm_per_s <= before[i].speed_mm_per_s);
      if (moves[i].speed_mm_per_s < before[i].speed_mm_per_s) {
        CHECK(moves[i].speed_mm_per_s >= 10);
        CHECK(detail::slows_down(moves[i].tag));
      }
      const double length = std::hypot(before[i].x_mm, before[i].y_mm);
      slowest_possible +=
          length / (detail::slows_down(before[i].tag) ? 10 : before[i].speed_mm_per_s);
    }
    const double expected = std::max(nominal_s(before), std::min(least, slowest_possible));
    CHECK(nominal_s(moves) == doctest::Approx(expected).epsilon(1e-9));
  }
}

TEST_CASE("two speeds: the faster lines slow down first, to a common speed") {
  std::vector<Move> moves = two_speeds();
  slow_down(moves, material(25), false);
  CHECK(moves[0].speed_mm_per_s == doctest::Approx(1000 / 15.0));  // what the slower 10 s leave
  CHECK(moves[1].speed_mm_per_s == 50);
  moves = two_speeds();
  slow_down(moves, material(40), false);
  CHECK(moves[0].speed_mm_per_s == doctest::Approx(1500 / 40.0));
  CHECK(moves[1].speed_mm_per_s == doctest::Approx(1500 / 40.0));
}

TEST_CASE("with relative filament the push after a retraction counts as part of the path") {
  const auto filament = [](double e_mm) {
    return Move{
        .e_mm = e_mm, .speed_mm_per_s = 50, .tag = static_cast<std::uint32_t>(Role::kRetract)};
  };
  const auto printed = [&] {
    std::vector<Move> moves = {filament(-5), filament(5), line(600, 100), line(400, 100)};
    for (Move& m : moves) {
      if (m.tag != static_cast<std::uint32_t>(Role::kRetract)) m.e_mm = 1;
    }
    return moves;
  };
  std::vector<Move> moves = printed();  // filament alone: 0.2 s
  slow_down(moves, material(30.2), false);
  CHECK(moves.back().speed_mm_per_s == doctest::Approx(1000 / 30.0));
  moves = printed();
  slow_down(moves, material(30.2), true);  // 5 mm more, once
  CHECK(moves.back().speed_mm_per_s == doctest::Approx(1005 / 30.0));
  // Before a wipe at 100 mm/s the 3 mm drawn back take 0.03 s more, and the wipe itself 0.1 s.
  moves = {line(1000, 100), filament(-3), line(10, 100, Role::kRetract)};
  moves[2].e_mm = -1;
  slow_down(moves, material(20.19), true);
  CHECK(moves[0].speed_mm_per_s == doctest::Approx(1000 / 20.0));
}
