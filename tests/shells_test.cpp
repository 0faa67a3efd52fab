#include "costengine/slice/shells.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <random>
#include <vector>

#include "costengine/slice/bits.hpp"

using namespace costengine;

namespace {

constexpr int kColumns = 128, kRows = 80;

BitGrid grid() {
  BitGrid result;
  result.rows = kRows;
  result.words = kColumns / 64 + 2;
  return result;
}

struct Rectangle {
  int left, bottom, right, top;

  [[nodiscard]] Rectangle grown(int by) const {
    return {left - by, bottom - by, right + by, top + by};
  }
  [[nodiscard]] std::uint64_t pixels() const {
    return static_cast<std::uint64_t>((right - left) * (top - bottom));
  }
  [[nodiscard]] bool has(int x, int y) const {
    return x >= left && x < right && y >= bottom && y < top;
  }
};

BitMask mask_of(const std::vector<Rectangle>& parts) {
  BitMask mask(grid());
  for (const Rectangle& part : parts) {
    for (int y = part.bottom; y < part.top; ++y)
      for (int x = part.left; x < part.right; ++x)
        mask.row(y)[1 + x / 64] |= BitWord{1} << (x % 64);
  }
  return mask;
}

BitMask empty() {
  return BitMask(grid());
}

/// The regions of one layer.
struct Regions {
  BitMask bottom = empty(), top = empty(), bridge = empty(), solid = empty(), sparse = empty();
};

/// A model as its layers' sections and fill regions, and all that is found in it.
class Model {
 public:
  void add(BitMask section, BitMask fill) {
    sections_.push_back(std::move(section));
    fills_.push_back(std::move(fill));
  }
  /// Walls take a ring of `wall` pixels of each part.
  void add(const std::vector<Rectangle>& parts, int wall, int layers = 1) {
    std::vector<Rectangle> inner;
    for (const Rectangle& part : parts) inner.push_back(part.grown(-wall));
    for (int i = 0; i < layers; ++i) add(mask_of(parts), mask_of(inner));
  }
  [[nodiscard]] std::size_t layers() const { return fills_.size(); }
  [[nodiscard]] const BitMask& fill(std::size_t i) const { return fills_[i]; }

  [[nodiscard]] std::vector<Regions> find(const ShellRules& rules) const {
    LayerMasks masks;
    for (std::size_t i = 0; i < layers(); ++i) {
      masks.sections.push_back(&sections_[i]);
      masks.fills.push_back(&fills_[i]);
    }
    masks.surfaces.resize(layers());
    ShellScratch scratch{empty(), empty()};
    for (std::size_t i = 0; i < layers(); ++i) {
      find_surfaces(fills_[i], i > 0 ? &sections_[i - 1] : nullptr,
                    i + 1 < layers() ? &sections_[i + 1] : nullptr, rules, masks.surfaces[i],
                    scratch);
    }
    std::vector<Regions> result(layers());
    for (std::size_t i = 0; i < layers(); ++i) {
      ShellMasks shells{empty(), empty(), empty()};
      find_shells(i, masks, rules, shells, scratch);
      if (i > 0) {
        const BitMask* const below[] = {&result[i - 1].sparse};
        find_internal_bridges(below, rules, shells, scratch);
      }
      if (masks.surfaces[i].bottom.allocated()) result[i].bottom = masks.surfaces[i].bottom;
      if (masks.surfaces[i].top.allocated()) result[i].top = masks.surfaces[i].top;
      result[i].bridge = shells.internal_bridge;
      result[i].solid = shells.solid;
      result[i].sparse = shells.sparse;
    }
    return result;
  }

 private:
  std::vector<BitMask> sections_, fills_;
};

ShellRules rules_of(int top_layers, int bottom_layers) {
  ShellRules rules;
  rules.top_layers = top_layers;
  rules.bottom_layers = bottom_layers;
  return rules;
}

/// The sizes that a slicer uses, in pixels of 0.15 mm: all of them grow or open something.
ShellRules usual_rules() {
  ShellRules rules = rules_of(4, 3);
  rules.growth = 20;
  rules.shell_growth = 2.9;
  rules.opening = 1.4;
  rules.opening_growth = 2.2;
  rules.bridge_opening = 9;
  return rules;
}

std::uint64_t sum_of(const Regions& r) {
  return count(r.bottom) + count(r.top) + count(r.bridge) + count(r.solid) + count(r.sparse);
}

BitMask union_of(const Regions& r) {
  BitMask all = r.bottom;
  for (const BitMask* part : {&r.top, &r.bridge, &r.solid, &r.sparse}) unite(all, *part);
  return all;
}

const Rectangle kBlock{10, 10, 110, 70};

}  // namespace

TEST_CASE("a box has as many solid layers below its top and above its bottom as asked for") {
  for (const auto& [top, bottom] : {std::pair(4, 3), {1, 1}, {6, 2}, {0, 3}, {4, 0}, {0, 0}}) {
    for (ShellRules rules : {rules_of(0, 0), usual_rules()}) {
      rules.top_layers = top, rules.bottom_layers = bottom;
      CAPTURE(top);
      CAPTURE(bottom);
      Model box;
      box.add({kBlock}, 6, 20);
      const std::vector<Regions> found = box.find(rules);
      for (std::size_t i = 0; i < 20; ++i) {
        CAPTURE(i);
        const std::uint64_t all = count(box.fill(i)), none = 0;
        const int layer = static_cast<int>(i);
        const bool is_bottom = bottom > 0 && layer == 0, is_top = top > 0 && layer == 19;
        const bool solid = !is_bottom && !is_top && (layer < bottom || layer >= 20 - top);
        const bool bridge = solid && layer == 20 - top && layer > bottom;
        CHECK(count(found[i].bottom) == (is_bottom ? all : none));
        CHECK(count(found[i].top) == (is_top ? all : none));
        CHECK(count(found[i].solid) + count(found[i].bridge) == (solid ? all : none));
        CHECK((bridge ? count(found[i].bridge) > all * 49 / 50  // its corners are rounded
                      : count(found[i].bridge) == 0));
        CHECK(count(found[i].sparse) == (is_bottom || is_top || solid ? none : all));
      }
    }
  }
}

TEST_CASE("a step has a top surface where nothing lies above, and shells below it") {
  // 12 layers of 100 x 60, then 12 of its left half; walls of 6 pixels.
  const Rectangle half{10, 10, 60, 70};
  Model step;
  step.add({kBlock}, 6, 12);
  step.add({half}, 6, 12);
  const std::vector<Regions> found = step.find(rules_of(4, 3));
  const Rectangle open{60, 16, 104, 64};   // of the fill region, not below the upper half
  const Rectangle shell{54, 16, 104, 64};  // below the walls of the upper half, too
  const Rectangle fill = kBlock.grown(-6), upper = half.grown(-6);
  CHECK(count(found[11].top) == open.pixels());
  for (const std::size_t i : {9U, 10U}) {
    CAPTURE(i);
    CHECK(count(found[i].solid) + count(found[i].bridge) == shell.pixels());
    CHECK(count(found[i].sparse) == fill.pixels() - shell.pixels());
  }
  // The last of the four is bounded by the section above, walls and all.
  CHECK(count(found[8].solid) + count(found[8].bridge) == open.pixels());
  CHECK(count(found[7].sparse) == fill.pixels());
  // The upper half stands on the lower: no bottom, no shell, but its own top.
  for (std::size_t i = 12; i < 20; ++i) {
    CAPTURE(i);
    CHECK(count(found[i].sparse) == upper.pixels());
  }
  CHECK(count(found[23].top) == upper.pixels());
}

TEST_CASE("an overhang has a bottom surface that stays off what is below, and shells above it") {
  const Rectangle half{10, 10, 60, 70};
  Model overhang;
  overhang.add({half}, 6, 12);
  overhang.add({kBlock}, 6, 12);
  const std::vector<Regions> found = overhang.find(rules_of(4, 3));
  const Rectangle open{60, 16, 104, 64}, shell{54, 16, 104, 64};
  CHECK(count(found[12].bottom) == open.pixels());
  CHECK(count(found[13].solid) == shell.pixels());
  CHECK(count(found[14].solid) == open.pixels());
  CHECK(count(found[15].sparse) == kBlock.grown(-6).pixels());
  for (std::size_t i = 12; i < 24; ++i) {
    if (i != 12) CHECK(count(found[i].bottom) == 0);
  }
}

TEST_CASE("surfaces grow into the infill around them, not out of it") {
  const Rectangle half{10, 10, 60, 70};
  Model step;
  step.add({kBlock}, 6, 12);
  step.add({half}, 6, 12);
  ShellRules rules = rules_of(4, 3);
  for (const int growth : {1, 5, 20}) {
    CAPTURE(growth);
    rules.growth = growth;
    const Regions found = step.find(rules)[11];
    CHECK(count(found.top) == Rectangle{60 - growth, 16, 104, 64}.pixels());
    BitMask outside = found.top;
    subtract(outside, step.fill(11));
    CHECK_FALSE(any(outside));
  }
}

TEST_CASE("a layer is its surfaces, bridges, solid and sparse infill, each pixel once") {
  std::mt19937_64 random(20240501);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  Model model;
  for (int i = 0; i < 24; ++i) {
    std::vector<Rectangle> parts;
    for (int k = 0; k < 4; ++k) {
      const int left = 4 + below(60), bottom = 4 + below(35);
      parts.push_back({left, bottom, left + 16 + below(40), bottom + 16 + below(20)});
    }
    model.add(parts, 4, 1 + below(5));
  }
  for (const ShellRules& rules : {rules_of(4, 3), usual_rules()}) {
    const std::vector<Regions> found = model.find(rules);
    for (std::size_t i = 0; i < model.layers(); ++i) {
      CAPTURE(i);
      CHECK(sum_of(found[i]) == count(model.fill(i)));
      CHECK(union_of(found[i]).bits() == model.fill(i).bits());
    }
  }
}

TEST_CASE("what is thinner than the opening is not printed solid") {
  // The upper part leaves a strip of 3 pixels beside it open.
  Model ledge;
  ledge.add({kBlock}, 0, 12);
  ledge.add({{10, 10, 107, 70}}, 0, 12);
  ShellRules rules = rules_of(4, 3);
  CHECK(count(ledge.find(rules)[10].solid) == 3 * 60);
  rules.opening = 2;
  CHECK(count(ledge.find(rules)[10].solid) == 0);
  CHECK(count(ledge.find(rules)[10].sparse) == kBlock.pixels());
}

TEST_CASE("surfaces grow when they become the shells of other layers") {
  Model step;
  step.add({kBlock}, 0, 12);
  step.add({{10, 10, 60, 70}}, 0, 12);
  ShellRules rules = rules_of(4, 3);
  for (const int growth : {0, 1, 4}) {
    CAPTURE(growth);
    rules.shell_growth = growth;
    const std::vector<Regions> found = step.find(rules);
    CHECK(count(found[11].top) == Rectangle{60, 10, 110, 70}.pixels());
    CHECK(count(found[10].solid) == Rectangle{60 - growth, 10, 110, 70}.pixels());
  }
}

TEST_CASE("solid over sparse infill is a bridge where it is wide enough") {
  const Rectangle tower{20, 10, 40, 70};  // 20 wide beside an upper part
  Model model;
  model.add({tower}, 0, 20);
  ShellRules rules = rules_of(4, 3);
  for (const double opening : {0.0, 5.0, 9.0}) {
    CAPTURE(opening);
    rules.bridge_opening = opening;
    const std::vector<Regions> found = model.find(rules);
    CHECK(found[16].bridge.at(30, 40));
    CHECK(count(found[17].bridge) == 0);  // that one lies on solid infill
    CHECK(count(found[2].bridge) == 0);
  }
  rules.bridge_opening = 11;
  const std::vector<Regions> narrow = model.find(rules);
  CHECK(count(narrow[16].bridge) == 0);
  CHECK(count(narrow[16].solid) == tower.pixels());
}

TEST_CASE("a model thinner than its shells is solid") {
  for (const int layers : {1, 2, 5, 7}) {
    CAPTURE(layers);
    Model plate;
    plate.add({kBlock}, 6, layers);
    for (const Regions& found : plate.find(rules_of(4, 3))) {
      CHECK(count(found.sparse) == 0);
      CHECK(count(found.bridge) == 0);
    }
  }
}
