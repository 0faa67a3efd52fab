#include "costengine/detail/process/gyroid.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace costengine;
using detail::gyroid_waves;
using detail::GyroidWaves;

namespace {

constexpr double kSpacing_mm = 0.407, kDensity = 0.15;
constexpr double kUnit_mm = kSpacing_mm / (2.44 * kDensity);

/// The gyroid's function at a point of a wave; 0 on the surface.
double gyroid(const GyroidWaves& waves, Point2 p, double z_mm) {
  const double along = p.x / kUnit_mm, across = p.y / kUnit_mm, z = z_mm / kUnit_mm;
  const double x = waves.along_y ? across : along, y = waves.along_y ? along : across;
  return std::sin(y) * std::cos(x) + std::sin(x) * std::cos(z) + std::sin(z) * std::cos(y);
}

double length_of(const std::vector<Point2>& wave) {
  double sum = 0;
  for (std::size_t i = 1; i < wave.size(); ++i) sum += length(wave[i] - wave[i - 1]);
  return sum;
}

std::vector<double> some_heights() {
  std::vector<double> heights;
  for (int k = 0; k < 61; ++k) heights.push_back(0.2 + 0.173 * k);
  return heights;
}

}  // namespace

TEST_CASE("every point of a wave lies on the gyroid") {
  for (const double z : some_heights()) {
    CAPTURE(z);
    const GyroidWaves waves = gyroid_waves(z, kSpacing_mm, kDensity);
    for (const std::vector<Point2>& wave : waves.waves) {
      REQUIRE(wave.size() >= 5);
      for (const Point2 p : wave) CHECK(std::abs(gyroid(waves, p, z)) < 1e-7);
    }
  }
}

TEST_CASE("a wave covers one period, ends where the next one begins and never jumps") {
  for (const double z : some_heights()) {
    CAPTURE(z);
    const GyroidWaves waves = gyroid_waves(z, kSpacing_mm, kDensity);
    CHECK(waves.period_mm == doctest::Approx(2 * kPi * kUnit_mm));
    for (const std::vector<Point2>& wave : waves.waves) {
      CHECK(wave.front().x == 0);
      CHECK(wave.back().x == doctest::Approx(waves.period_mm));
      CHECK(wave.back().y == doctest::Approx(wave.front().y));
      for (std::size_t i = 1; i < wave.size(); ++i) {
        CHECK(wave[i].x > wave[i - 1].x);
        CHECK(std::abs(wave[i].y - wave[i - 1].y) < waves.period_mm / 4);
      }
    }
  }
}

TEST_CASE("two waves lie in a period, apart from each other") {
  for (const double z : some_heights()) {
    CAPTURE(z);
    const GyroidWaves waves = gyroid_waves(z, kSpacing_mm, kDensity);
    const auto mean = [](const std::vector<Point2>& wave) {
      double area = 0;
      for (std::size_t i = 1; i < wave.size(); ++i) {
        area += (wave[i].x - wave[i - 1].x) * (wave[i].y + wave[i - 1].y) / 2;
      }
      return area / wave.back().x;
    };
    // The surface has a half turn about an axis between them: they lie half a period apart.
    const double apart = std::abs(mean(waves.waves[1]) - mean(waves.waves[0])) / waves.period_mm;
    CHECK(std::abs(apart - std::round(apart)) == doctest::Approx(0.5).epsilon(0.06));
  }
}

TEST_CASE("waves run along x where |sin z| > |cos z|, else along y") {
  for (const double z : some_heights()) {
    CAPTURE(z);
    CHECK(gyroid_waves(z, kSpacing_mm, kDensity).along_y ==
          (std::abs(std::sin(z / kUnit_mm)) <= std::abs(std::cos(z / kUnit_mm))));
  }
}

TEST_CASE("waves are as long as the surface of the gyroid has it") {
  // A gyroid of period a has 3.0915 / a of surface in a volume; a plane that cuts it at random
  // meets pi/4 of that as length of lines in an area.
  double mean = 0;
  const int heights = 200;
  for (int k = 0; k < heights; ++k) {
    const double z = 2 * kPi * kUnit_mm * (k + 0.5) / heights;
    const GyroidWaves waves = gyroid_waves(z, kSpacing_mm, kDensity);
    const double lines = length_of(waves.waves[0]) + length_of(waves.waves[1]);
    mean += lines / waves.period_mm / heights;
  }
  CHECK(mean == doctest::Approx(kPi / 4 * 3.0915).epsilon(0.02));
}

TEST_CASE("segments stay near the curve") {
  for (const double density : {0.05, 0.15, 0.4, 1.0}) {
    CAPTURE(density);
    const double unit = kSpacing_mm / (2.44 * density);
    for (const double z : some_heights()) {
      const GyroidWaves waves = gyroid_waves(z, kSpacing_mm, density);
      for (const std::vector<Point2>& wave : waves.waves) {
        CHECK(wave.size() < 100);
        for (std::size_t i = 1; i < wave.size(); ++i) {
          // The middle of a segment is off the surface by its distance times the slope of the
          // function there, which is at least 1 and at most 2 (per unit of length).
          const Point2 middle = (wave[i] + wave[i - 1]) * (0.5 / unit);
          const double x = waves.along_y ? middle.y : middle.x;
          const double y = waves.along_y ? middle.x : middle.y, at = z / unit;
          const double off =
              std::sin(y) * std::cos(x) + std::sin(x) * std::cos(at) + std::sin(at) * std::cos(y);
          CHECK(std::abs(off) * unit < 0.2);
        }
      }
    }
  }
}
