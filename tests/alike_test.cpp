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
  signs.columns_mm3 = 6, signs.interface_mm3 = 3;
  return signs;
}

LayerResult taking(double seconds) {
  LayerResult result;
  result.uses.assign(1, RoleUses{});
  result.walls.resize(1);
  for (const Role role :
       {Role::kExternalPerimeter, Role::kSparseInfill, Role::kSupport, Role::kTravel}) {
    result.uses[0][index(role)].time_s = seconds;
  }
  result.uses[0][index(Role::kTravel)].paths = 10;
  return result;
}

double seconds(const LayerResult& layer, Role role) {
  return layer.uses[0][index(role)].time_s;
}

}  // namespace

TEST_CASE("layers are alike if all that shows of them is") {
  const LayerSigns a = usual();
  CHECK(alike(a, a));
  LayerSigns b = a;
  b.loops = 4, b.section_mm2 = 520, b.outline_mm = 105, b.top = 100, b.solid = 1100, b.sparse = 12000;
  b.columns_mm3 = 8.5, b.interface_mm3 = 3.9;
  CHECK(alike(a, b));
  CHECK(alike(b, a));
  const auto differs = [&](auto&& change) {
    LayerSigns c = a;
    change(c);
    return !alike(a, c) && !alike(c, a);
  };
  CHECK(differs([](LayerSigns& c) { c.plain = false; }));
  CHECK(differs([](LayerSigns& c) { c.loops = 5; }));
  LayerSigns empty, supported;  // a layer without outlines may still carry supports
  empty.reached = supported.reached = empty.plain = true;
  CHECK_FALSE(alike(empty, supported));
  CHECK(differs([](LayerSigns& c) { c.section_mm2 = 540; }));
  CHECK(differs([](LayerSigns& c) { c.outline_mm = 108; }));
  CHECK(differs([](LayerSigns& c) { c.height_mm = 0.3; }));
  CHECK(differs([](LayerSigns& c) { c.top = 400; }));
  CHECK(differs([](LayerSigns& c) { c.bottom = 400; }));
  CHECK(differs([](LayerSigns& c) { c.bridge = 400; }));
  CHECK(differs([](LayerSigns& c) { c.solid = 1600; }));
  CHECK(differs([](LayerSigns& c) { c.sparse = 14000; }));
  CHECK(differs([](LayerSigns& c) { c.columns_mm3 = 17; }));
  CHECK(differs([](LayerSigns& c) { c.interface_mm3 = 1; }));
}

TEST_CASE("a layer is left out if a planned one near by is like it and the last is not too far") {
  StandIns stand_ins(1, 32);
  for (std::size_t i = 0; i < 32; ++i) stand_ins.signs(0, i) = usual();
  const auto planned = [&](std::size_t begin) {
    std::vector<std::size_t> layers;
    for (std::size_t i = begin; i < begin + 16; ++i) {
      if (stand_ins.may_leave_out(i, begin)) {
        stand_ins.leave_out(i);
      } else {
        stand_ins.plan(i);
        layers.push_back(i);
      }
    }
    return layers;
  };
  // The first of a block stands for none; four between two.
  CHECK(planned(0) == std::vector<std::size_t>{0, 1, 6, 11});
  // Supports in every other layer: two kinds of layers, each for itself.
  for (std::size_t i = 16; i < 32; i += 2) stand_ins.signs(0, i).columns_mm3 = 30;
  CHECK(planned(16) == std::vector<std::size_t>{16, 17, 18, 23, 28});
}

TEST_CASE("what was left out lies between the planned layers around it with lines like its own") {
  StandIns stand_ins(1, 8);
  for (std::size_t i = 0; i < 8; ++i) {
    LayerSigns& signs = stand_ins.signs(0, i) = usual();
    signs.outline_mm = 80 + 0.4 * static_cast<double>(i);
    signs.sparse = 5000 + 100 * i;
    signs.columns_mm3 = 10 + 0.1 * static_cast<double>(i);
  }
  for (const std::size_t i : {0, 1, 4, 7}) stand_ins.plan(i);
  for (const std::size_t i : {2, 3, 5, 6}) stand_ins.leave_out(i);
  std::vector<LayerResult> results(8);
  results[0] = taking(8), results[1] = taking(7), results[4] = taking(12), results[7] = taking(19);
  stand_ins.fill(results);
  // Even layers lie between 0 and 4, odd ones between 1 and 7. Travels do not grow.
  CHECK(seconds(results[2], Role::kTravel) == doctest::Approx(10));
  CHECK(seconds(results[3], Role::kTravel) == doctest::Approx(11));
  CHECK(seconds(results[5], Role::kTravel) == doctest::Approx(15));
  CHECK(results[5].uses[0][index(Role::kTravel)].paths == 10);
  const auto between = [](double at_1, double at_7) { return at_1 + (at_7 - at_1) * 2 / 3; };
  CHECK(seconds(results[5], Role::kExternalPerimeter) ==
        doctest::Approx(between(7 / 80.4 * 82, 19 / 82.8 * 82)));
  CHECK(seconds(results[5], Role::kSparseInfill) ==
        doctest::Approx(between(7 / 5100.0 * 5500, 19 / 5700.0 * 5500)));
  CHECK(seconds(results[5], Role::kSupport) ==
        doctest::Approx(between(7 / 10.1 * 10.5, 19 / 10.7 * 10.5)));
  // Above layer 4 no planned one has lines as layer 6 has.
  CHECK(seconds(results[6], Role::kTravel) == 12);
}

TEST_CASE("a layer that only one of other lines is like takes what that one does") {
  StandIns stand_ins(1, 4);
  for (std::size_t i = 0; i < 4; ++i) stand_ins.signs(0, i) = usual();
  stand_ins.signs(0, 0).top = 5000;
  stand_ins.plan(0), stand_ins.plan(1), stand_ins.leave_out(2), stand_ins.leave_out(3);
  std::vector<LayerResult> results(4);
  results[0] = taking(20), results[1] = taking(8);
  stand_ins.fill(results);
  CHECK(seconds(results[2], Role::kTravel) == 8);
  CHECK(seconds(results[3], Role::kTravel) == 8);
}

TEST_CASE("a model that ends does not make the layers of another unlike") {
  StandIns stand_ins(2, 2);
  stand_ins.signs(0, 0) = stand_ins.signs(0, 1) = usual();
  CHECK(stand_ins.all_alike(0, 1));
  stand_ins.signs(1, 0) = usual();
  CHECK_FALSE(stand_ins.all_alike(0, 1));
}
