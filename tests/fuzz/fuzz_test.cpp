// Damaged models through load, inspect, measure and plan. As a test: thousands of mutations of
// small seeds, the same on every machine. With -fsanitize=fuzzer and -DCOSTENGINE_LIBFUZZER the
// same file is a libFuzzer target.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "costengine/estimate.hpp"
#include "costengine/profile/load.hpp"
#include "support/same_reading.hpp"
#include "support/shapes.hpp"

using namespace costengine;

namespace {

void fail(const char* why) {
  std::fprintf(stderr, "fuzz: %s\n", why);
  std::abort();
}

void require_sound(const Interval& interval, const char* why) {
  const bool sound = std::isfinite(interval.low) && std::isfinite(interval.high) &&
                     interval.low <= interval.value && interval.value <= interval.high;
  if (!sound) fail(why);
}

/// The readers that work in blocks must give what plain ones give, whatever the format really is.
void check_readers(std::span<const std::byte> bytes, const Limits& limits) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  bool left = false;
  for (const std::string& found : {plain::difference_of_stl(text, limits, {1, 3}),
                                   plain::difference_of_stl_text(text, limits, left, {1, 3}),
                                   plain::difference_of_obj(text, limits, {1, 3})}) {
    if (!found.empty()) fail(found.c_str());
  }
}

/// What must hold of any bytes at all; aborts where it does not.
void check_bytes(std::span<const std::byte> bytes) {
  static const Profile profile = load_profile({}).value();
  ContextOptions context;
  context.threads = 1;
  context.limits.max_facets = 100'000;
  context.limits.max_line_bytes = 1U << 20U;
  context.limits.max_layers = 20'000;
  context.limits.max_time_ms = 2000;
  EstimateOptions options;
  options.force = true;
  options.hull = true;
  check_readers(bytes, context.limits);
  Context ctx(context);
  const Result<Estimate> result =
      estimate(*view_memory(bytes), profile, example_price_sheet(), options, ctx);
  if (!result.ok()) {
    const Error& error = result.error();
    if (error.message.empty()) fail("an error without a message");
    if (error.code == ErrorCode::kInternal) fail("an internal error");
    if (error.code == ErrorCode::kLimitTime) fail("over two seconds");
    return;
  }
  const Estimate& e = result.value();
  if (e.verdict == Verdict::kRefused) {
    if (e.findings.empty()) fail("refused without a reason");
  } else {
    if (!(e.measurements.volume_mm3.value > 0)) fail("not refused, but without a volume");
    require_sound(e.measurements.volume_mm3, "a volume outside its interval");
    if (!std::isfinite(e.measurements.area_mm2)) fail("an area that is no number");
    if (!e.quote) fail("not refused, but without a price");
  }
  if (e.verdict == Verdict::kTrusted) {
    const Interval& v = e.measurements.volume_mm3;
    if (v.low != v.value || v.high != v.value) fail("trusted, but not exact");
    if (e.measurements.hull_volume_mm3.value_or(0) < v.value * (1 - 1e-6))
      fail("larger than its hull");
  }
  if (e.production) {
    require_sound(e.production->time_s, "a time outside its interval");
    require_sound(e.production->filament_mm, "filament outside its interval");
  }
}

}  // namespace

#ifdef COSTENGINE_LIBFUZZER

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check_bytes(std::as_bytes(std::span(data, size)));
  return 0;
}

#else

#include <doctest/doctest.h>

namespace {

using Bytes = std::vector<std::byte>;

Bytes bytes_of(const std::string& text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

/// Knuth's MMIX generator.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::size_t below(std::size_t bound) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::size_t>(state_ >> 33U) % bound;
  }

 private:
  std::uint64_t state_;
};

std::vector<Bytes> seeds() {
  std::vector<Bytes> all;
  for (const shapes::Solid& solid :
       {shapes::box(20, 20, 20), shapes::tetrahedron(30, 40, 50), shapes::box_with_cavity(),
        shapes::overlapping_boxes(), shapes::open_box(20, 20, 20), shapes::torus(20, 5, 8, 6)}) {
    all.push_back(shapes::to_stl_binary(solid.mesh));
    all.push_back(bytes_of(shapes::to_stl_ascii(solid.mesh)));
    all.push_back(bytes_of(shapes::to_obj(solid.mesh)));
  }
  all.push_back(bytes_of(
      "mtllib x\nv 0 0 0 1\nv 20 0 0\nv 20 20 0\nv 0 20 0\nv 10 10 20\nvt 0 0\nvn 0 0 1\n"
      "f 4/1 3/1 2/1 1/1\nf 1 2 -1\nf 2//1 3//1 \\\n5//1\nf 3 4 5\nf 4 1 5\nsurf 1 2\np 1\n"));
  return all;
}

/// Words and numbers that readers trip over.
const std::vector<Bytes>& tokens() {
  static const std::vector<Bytes> list = [] {
    std::vector<Bytes> all;
    for (const char* text :
         {"nan",         "inf",      "-1e999",     "1e-400",   "0",         "-0",
          "+",           "-",        ".",          "e",        ",",         "/",
          "//",          "\\\n",     "\r",         "\n",       "#",         "\xEF\xBB\xBF",
          "facet",       "endfacet", "solid",      "endsolid", "vertex",    "outer loop",
          "endloop",     "v",        "f",          "vt",       "f 1 2 3\n", "v 1 2 3\n",
          "99999999999", "-1",       "4294967297", "1e30",     "1e8",       "99999999.9",
          "surf 1\n"}) {
      all.push_back(bytes_of(text));
    }
    for (const std::uint32_t bits :
         {0U, 1U, 0x80000000U, 0x7f800000U, 0xff800000U, 0x7fc00000U, 0x7f7fffffU, 0x00800000U,
          0x3f800000U, 0x4cbebc20U, 0xffffffffU, 12U, 13U}) {
      Bytes raw;
      for (unsigned shift = 0; shift < 32; shift += 8)
        raw.push_back(static_cast<std::byte>(bits >> shift & 0xffU));
      all.push_back(raw);
    }
    return all;
  }();
  return list;
}

void insert(Bytes& file, std::size_t at, std::span<const std::byte> what) {
  file.insert(file.begin() + static_cast<std::ptrdiff_t>(at), what.begin(), what.end());
}

void mutate(Bytes& file, Random& random) {
  const auto place = [&] { return random.below(file.size() + 1); };
  if (file.empty()) file.push_back(std::byte{'v'});
  switch (random.below(8)) {
    case 0:  // one bit
      file[random.below(file.size())] ^= static_cast<std::byte>(1U << random.below(8));
      break;
    case 1:  // one byte
      file[random.below(file.size())] = static_cast<std::byte>(random.below(256));
      break;
    case 2: {  // a token over what is there
      const Bytes& token = tokens()[random.below(tokens().size())];
      const std::size_t at = place();
      for (std::size_t i = 0; i < token.size() && at + i < file.size(); ++i)
        file[at + i] = token[i];
      break;
    }
    case 3:  // a token between
      insert(file, place(), tokens()[random.below(tokens().size())]);
      break;
    case 4:  // cut
      file.resize(place());
      break;
    case 5: {  // a part taken out
      const std::size_t at = random.below(file.size()),
                        n = std::min(file.size() - at, 1 + random.below(120));
      file.erase(file.begin() + static_cast<std::ptrdiff_t>(at),
                 file.begin() + static_cast<std::ptrdiff_t>(at + n));
      break;
    }
    case 6: {  // a part twice
      const std::size_t at = random.below(file.size()),
                        n = std::min(file.size() - at, 1 + random.below(400));
      const Bytes part(file.begin() + static_cast<std::ptrdiff_t>(at),
                       file.begin() + static_cast<std::ptrdiff_t>(at + n));
      insert(file, place(), part);
      break;
    }
    default: {  // a number of a binary STL, or four bytes of anything
      if (file.size() < 134) break;
      const std::size_t facets = (file.size() - 84) / 50;
      const std::size_t at = 84 + 50 * random.below(facets) + 4 * random.below(12);
      const Bytes& token = tokens()[tokens().size() - 1 - random.below(13)];
      std::copy(token.begin(), token.end(), file.begin() + static_cast<std::ptrdiff_t>(at));
      break;
    }
  }
}

/// Mutations of every seed; the aborts of check_bytes() are what fails.
void fuzz(std::uint64_t seed, int rounds) {
  const std::vector<Bytes> originals = seeds();
  Random random(seed);
  double longest_s = 0;
  for (int round = 0; round < rounds; ++round) {
    Bytes file = originals[random.below(originals.size())];
    for (std::size_t n = 1 + random.below(4); n > 0; --n) mutate(file, random);
    CAPTURE(round);
    const auto start = std::chrono::steady_clock::now();
    check_bytes(file);
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    longest_s = std::max(longest_s, spent.count());
  }
  CAPTURE(longest_s);
  CHECK(longest_s < 10);
}

}  // namespace

TEST_CASE("seeds of the fuzzer pass unchanged") {
  for (const Bytes& seed : seeds()) check_bytes(seed);
}

TEST_CASE("damaged models never crash, hang or give numbers that are none") {
  fuzz(1, 2000);
  fuzz(20260, 2000);
}

#endif
