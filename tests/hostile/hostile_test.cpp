// Runs every file of cases.hpp through the whole library: the right outcome, no silent wrong
// number, and never long.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <map>
#include <string>

#include "costengine/estimate.hpp"
#include "costengine/profile/load.hpp"
#include "hostile/bytes.hpp"
#include "hostile/cases.hpp"
#include "support/pipeline.hpp"

using namespace costengine;
using hostile::Case;

namespace {

/// No file may cost more than this many estimates of an ordinary part in the same build on the same
/// machine: 37 are measured for the dearest (50 towers of nine metres), and what is quadratic in
/// whatever such a file has many of costs thousands.
constexpr double kMostOrdinaryParts = 300;

/// The built-in profile with coarse layers: tall parts are part of the point.
const Profile& profile() {
  static const Profile loaded = load_profile({}).value();
  return loaded;
}

Result<Estimate> run(const Case& file, unsigned threads, bool force) {
  ContextOptions context = pipeline::threads(threads);
  context.limits.max_line_bytes = 8U << 20U;
  Context ctx(context);
  EstimateOptions options;
  options.force = force;
  return estimate(*view_memory(pipeline::bytes_of(file.bytes)), profile(), example_price_sheet(),
                  options, ctx);
}

double cpu_s_since(std::clock_t start) {
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

/// The CPU time of an estimate of a sphere of 40 mm with 8192 facets, best of three.
double ordinary_part_cpu_s() {
  static const double least = [] {
    const Case sphere{"sphere", hostile::stl(shapes::sphere(20, 64).mesh), "", "", {}};
    double best = 1e9;
    for (int k = 0; k < 3; ++k) {
      const std::clock_t start = std::clock();
      const bool ok = run(sphere, 1, false).ok();
      REQUIRE(ok);
      best = std::min(best, cpu_s_since(start));
    }
    return best;
  }();
  return least;
}

bool holds(const Interval& i, double value) {
  return i.low <= value * (1 + 1e-9) && i.high >= value * (1 - 1e-9);
}

bool is_sound(const Interval& i) {
  return std::isfinite(i.low) && std::isfinite(i.high) && i.low <= i.value && i.value <= i.high;
}

void check_numbers(const Estimate& e) {
  CHECK(is_sound(e.measurements.volume_mm3));
  CHECK(std::isfinite(e.measurements.area_mm2));
  if (!e.production) return;
  CHECK(is_sound(e.production->time_s));
  CHECK(is_sound(e.production->filament_mm));
  CHECK(e.production->time_s.value > 0);
  if (e.quote) CHECK(e.quote->low <= e.quote->high);
}

/// Prefers what the case asks for, so that a failure names what came instead.
void check_code(const Case& file, const Estimate& e) {
  std::string codes;
  for (const Finding& f : e.findings) codes += std::string(finding_code_name(f.code)) + " ";
  CAPTURE(codes);
  const bool found =
      file.code.empty() || (" " + codes).find(" " + file.code + " ") != std::string::npos;
  CHECK(found);
  if (e.verdict != Verdict::kTrusted) CHECK_FALSE(e.findings.empty());
}

void check_outcome(const Case& file, const Result<Estimate>& result) {
  if (!result.ok()) {
    const Error& error = result.error();
    CAPTURE(error.to_string());
    CHECK(file.outcome == "error");
    if (!file.code.empty()) CHECK(error_code_name(error.code) == file.code);
    CHECK_FALSE(error.message.empty());
    return;
  }
  const Estimate& e = result.value();
  if (!file.outcome.empty()) CHECK(verdict_name(e.verdict) == file.outcome);
  check_code(file, e);
  check_numbers(e);
  CHECK(e.production.has_value() == (e.verdict != Verdict::kRefused));
  if (!file.volume_mm3) return;
  CHECK(holds(e.measurements.volume_mm3, *file.volume_mm3));
  if (e.verdict != Verdict::kTrusted) return;
  CHECK(std::abs(e.measurements.volume_mm3.value - *file.volume_mm3) <= 1e-9 * *file.volume_mm3);
}

void check_all(const std::vector<Case>& cases) {
  for (const Case& file : cases) {
    CAPTURE(file.name);
    const std::clock_t start = std::clock();
    const Result<Estimate> result = run(file, 1, false);
    const double cpu_s = cpu_s_since(start);
    CAPTURE(ordinary_part_cpu_s());
    CHECK(cpu_s < kMostOrdinaryParts * ordinary_part_cpu_s());
    check_outcome(file, result);
    if (!result.ok() || cpu_s > 0.2) continue;
    // Three threads and force must not change what is measured, nor crash.
    const Result<Estimate> again = run(file, 3, true);
    REQUIRE(again.ok());
    CHECK(again.value().verdict == result.value().verdict);
    CHECK(again.value().measurements.volume_mm3.value ==
          result.value().measurements.volume_mm3.value);
    check_numbers(again.value());
  }
}

}  // namespace

TEST_CASE("hostile binary STL") {
  check_all(hostile::binary_stl_cases());
}
TEST_CASE("hostile ASCII STL") {
  check_all(hostile::ascii_stl_cases());
}
TEST_CASE("hostile OBJ") {
  check_all(hostile::obj_cases());
}
TEST_CASE("hostile geometry") {
  check_all(hostile::geometry_cases());
}
TEST_CASE("files that are no models or made to take long") {
  check_all(hostile::other_cases());
}

TEST_CASE("every case has a name of its own within its family") {
  for (const auto& cases :
       {hostile::binary_stl_cases(), hostile::ascii_stl_cases(), hostile::obj_cases(),
        hostile::geometry_cases(), hostile::other_cases()}) {
    std::map<std::string, int> names;
    for (const Case& file : cases) ++names[file.name];
    CHECK(names.size() == cases.size());
  }
}
