#include "costengine/detail/process/alike.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace costengine;
using detail::index;
using detail::LayerResult;
using detail::LayerSigns;
using detail::Role;
using detail::RoleUses;
using detail::StandIns;

namespace {

LayerSigns usual() {
  LayerSigns signs;
  signs.reached = signs.plain = true;
  signs.loops = 2;
  signs.section_mm2 = 400, signs.outline_mm = 80, signs.height_mm = 0.2;
  signs.solid = 500, signs.sparse = 5000;
  return signs;
}

LayerResult taking(double seconds) {
  LayerResult result;
  result.uses.assign(1, RoleUses{});
  result.walls.resize(1);
  for (const Role role : {Role::kExternalPerimeter, Role::kTravel}) {
    result.uses[0][index(role)].time_s = seconds;
  }
  result.uses[0][index(Role::kTravel)].paths = 10;
  return result;
}

double seconds(const LayerResult& layer, Role role) {
  return layer.uses[0][index(role)].time_s;
}

/// Four layers, of which the middle two are left out, with the outermost taking so many seconds.
std::vector<LayerResult> filled(StandIns& stand_ins, double first_s, double last_s) {
  stand_ins.plan(0);
  stand_ins.leave_out(1);
  stand_ins.leave_out(2);
  stand_ins.plan(3);
  std::vector<LayerResult> results(4);
  results[0] = taking(first_s);
  results[3] = taking(last_s);
  stand_ins.fill(results);
  return results;
}

}  // namespace

TEST_CASE("layers are alike if all that shows of them is") {
  const LayerSigns a = usual();
  CHECK(alike(a, a));
  LayerSigns b = a;
  b.section_mm2 = 404, b.outline_mm = 81, b.solid = 540, b.sparse = 5100;
  CHECK(alike(a, b));
  const auto differs = [&](auto&& change) {
    LayerSigns c = a;
    change(c);
    return !alike(a, c) && !alike(c, a);
  };
  CHECK(differs([](LayerSigns& c) { c.plain = false; }));
  CHECK(differs([](LayerSigns& c) { c.loops = 3; }));
  LayerSigns empty, supported;  // a layer without outlines may still carry supports
  empty.reached = supported.reached = empty.plain = true;
  CHECK_FALSE(alike(empty, supported));
  CHECK(differs([](LayerSigns& c) { c.section_mm2 = 440; }));
  CHECK(differs([](LayerSigns& c) { c.outline_mm = 90; }));
  CHECK(differs([](LayerSigns& c) { c.height_mm = 0.3; }));
  CHECK(differs([](LayerSigns& c) { c.top = 1; }));
  CHECK(differs([](LayerSigns& c) { c.bridge = 1; }));
  CHECK(differs([](LayerSigns& c) { c.solid = 800; }));
  CHECK(differs([](LayerSigns& c) { c.sparse = 6500; }));
}

TEST_CASE("what was left out takes what every other layer does, grown as its outline is") {
  StandIns stand_ins(1, 4);
  for (std::size_t i = 0; i < 4; ++i) {
    stand_ins.signs(0, i) = usual();
    stand_ins.signs(0, i).outline_mm = 80 + 0.4 * static_cast<double>(i);
  }
  const std::vector<LayerResult> results = filled(stand_ins, 8.0, 9.5);
  // Travels do not grow.
  CHECK(seconds(results[1], Role::kTravel) == 9.5);
  CHECK(seconds(results[2], Role::kTravel) == 8.0);
  CHECK(results[1].uses[0][index(Role::kTravel)].paths == 10);
  CHECK(seconds(results[1], Role::kExternalPerimeter) == doctest::Approx(9.5 / 81.2 * 80.4));
  CHECK(seconds(results[2], Role::kExternalPerimeter) == doctest::Approx(8.0 / 80 * 80.8));
}

TEST_CASE("a layer that only the one below is like takes what that one does") {
  StandIns stand_ins(1, 4);
  for (std::size_t i = 0; i < 4; ++i) stand_ins.signs(0, i) = usual();
  stand_ins.signs(0, 3).top = 300;
  const std::vector<LayerResult> results = filled(stand_ins, 8, 20);
  CHECK(seconds(results[1], Role::kTravel) == doctest::Approx(8));
}

TEST_CASE("a model that ends does not make the layers of another unlike") {
  StandIns stand_ins(2, 2);
  stand_ins.signs(0, 0) = stand_ins.signs(0, 1) = usual();
  CHECK(stand_ins.all_alike(0, 1));
  stand_ins.signs(1, 0) = usual();
  CHECK_FALSE(stand_ins.all_alike(0, 1));
}
