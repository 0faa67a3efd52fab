#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "costengine/base/byte_source.hpp"
#include "costengine/base/context.hpp"
#include "costengine/base/error.hpp"
#include "costengine/base/isa.hpp"
#include "costengine/base/run_blocks.hpp"
#include "costengine/base/scratch_pool.hpp"
#include "costengine/base/trig.hpp"
#include "costengine/detail/base/pulse.hpp"
#include "support/pipeline.hpp"

using namespace costengine;
using pipeline::threads;

namespace {

/// A directory that lives as long as the test.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string pattern = "/tmp/costengine-test-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) FAIL("no scratch folder");
    path_ = pattern;
  }
  ~ScratchFolder() {
    for (const std::string& file : files_) ::unlink(file.c_str());
    ::rmdir(path_.c_str());
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  std::string file(const std::string& name, const std::string& text) {
    std::ofstream(add(name)) << text;
    return files_.back();
  }
  std::string pipe(const std::string& name) {
    if (::mkfifo(add(name).c_str(), 0600) != 0) FAIL("no pipe");
    return files_.back();
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string add(const std::string& name) {
    files_.push_back(path_ + "/" + name);
    return files_.back();
  }
  std::string path_;
  std::vector<std::string> files_;
};

std::string text_of(const ByteSource& source) {
  std::string text(static_cast<std::size_t>(source.size()), '\0');
  const Status read = source.read_at(0, std::as_writable_bytes(std::span(text)));
  if (!read.ok()) FAIL(read.error().to_string());
  return text;
}

Error sample_error() {
  return {ErrorCode::kTruncated, Stage::kLoad, "it stops", 12, {}};
}

Result<int> half(int n) {
  if (n % 2 != 0) return Error{ErrorCode::kInvalidArgument, Stage::kOptions, "odd", {}, {}};
  return n / 2;
}

Result<int> quarter(int n) {
  COSTENGINE_TRY(const int first, half(n));
  COSTENGINE_TRY(const int second, half(first));
  return second;
}

Status is_even(int n) {
  COSTENGINE_CHECK(half(n));
  return Ok{};
}

ContextOptions with_time_limit(std::uint64_t ms) {
  ContextOptions options = threads(2);
  options.limits.max_time_ms = ms;
  return options;
}

}  // namespace

TEST_CASE("a result is a value or an error, and the macros pass errors on") {
  CHECK(quarter(12).value() == 3);
  REQUIRE_FALSE(quarter(6).ok());
  CHECK(quarter(6).error().message == "odd");
  CHECK(is_even(4).ok());
  CHECK_FALSE(static_cast<bool>(is_even(5)));
}

TEST_CASE("asking a failed result for its value throws with the error's text") {
  const Result<int> result = sample_error();
  CHECK_THROWS_AS((void)result.value(), BadResultAccess);
  CHECK_THROWS_WITH((void)result.value(), sample_error().to_string().c_str());
}

TEST_CASE("an error as text names stage, code, message and place") {
  CHECK(sample_error().to_string() == "load: truncated: it stops (byte 12)");
  Error error = sample_error();
  error.byte.reset();
  error.line = 7;
  CHECK(error.to_string() == "load: truncated: it stops (line 7)");
  error.line.reset();
  CHECK(error.to_string() == "load: truncated: it stops");
}

TEST_CASE("every error code and stage has a name of its own") {
  constexpr std::array kCodes = {
      ErrorCode::kInvalidArgument, ErrorCode::kFileNotFound,    ErrorCode::kNotRegularFile,
      ErrorCode::kReadFailed,      ErrorCode::kLimitBytes,      ErrorCode::kLimitFacets,
      ErrorCode::kLimitLine,       ErrorCode::kLimitLayers,     ErrorCode::kLimitTime,
      ErrorCode::kEmpty,           ErrorCode::kFormat,          ErrorCode::kUnsupportedFormat,
      ErrorCode::kTruncated,       ErrorCode::kSyntax,          ErrorCode::kNumber,
      ErrorCode::kNonfinite,       ErrorCode::kRange,           ErrorCode::kIndex,
      ErrorCode::kNoFaces,         ErrorCode::kImportFailed,    ErrorCode::kProfileInvalid,
      ErrorCode::kProfileUnknown,  ErrorCode::kSettingUnknown,  ErrorCode::kSettingInvalid,
      ErrorCode::kSettingMissing,  ErrorCode::kPricesInvalid,   ErrorCode::kPricesMissing,
      ErrorCode::kDoesNotFit,      ErrorCode::kPlateIncomplete, ErrorCode::kCancelled,
      ErrorCode::kOutOfMemory,     ErrorCode::kInternal};
  std::set<std::string> names;
  for (const ErrorCode code : kCodes) names.emplace(error_code_name(code));
  CHECK(names.size() == kCodes.size());
  CHECK(names.count("") == 0);
  CHECK(error_code_name(ErrorCode::kTruncated) == "truncated");
  std::set<std::string> stages;
  for (int i = 0; i <= static_cast<int>(Stage::kReport); ++i) {
    stages.emplace(stage_name(static_cast<Stage>(i)));
  }
  CHECK(stages.size() == 10);
  CHECK_FALSE(error_code_name(static_cast<ErrorCode>(12345)).empty());
}

TEST_CASE("a file is read at any offset") {
  ScratchFolder folder;
  const std::string path = folder.file("model", "0123456789");
  const auto source = open_file(path, Limits{}).value();
  CHECK(source->size() == 10);
  CHECK(text_of(*source) == "0123456789");
  std::array<std::byte, 3> part{};
  REQUIRE(source->read_at(4, part).ok());
  CHECK(part[0] == std::byte{'4'});
  CHECK(source->read_at(10, std::span<std::byte>()).ok());
}

TEST_CASE("what is no regular file is refused at once") {
  ScratchFolder folder;
  CHECK(open_file(folder.path() + "/none", Limits{}).error().code == ErrorCode::kFileNotFound);
  CHECK(open_file("", Limits{}).error().code == ErrorCode::kFileNotFound);
  CHECK(open_file(folder.path(), Limits{}).error().code == ErrorCode::kNotRegularFile);
  CHECK(open_file("/dev/zero", Limits{}).error().code == ErrorCode::kNotRegularFile);
  CHECK(open_file(folder.pipe("fifo"), Limits{}).error().code == ErrorCode::kNotRegularFile);
}

TEST_CASE("a file above the limit is refused before it is read") {
  ScratchFolder folder;
  const std::string path = folder.file("model", "0123456789");
  Limits limits;
  limits.max_input_bytes = 9;
  CHECK(open_file(path, limits).error().code == ErrorCode::kLimitBytes);
  limits.max_input_bytes = 10;
  CHECK(open_file(path, limits).ok());
}

TEST_CASE("a file that is cut while it is read is an error, not a crash") {
  ScratchFolder folder;
  const std::string path = folder.file("model", "0123456789");
  const auto source = open_file(path, Limits{}).value();
  REQUIRE(::truncate(path.c_str(), 4) == 0);
  std::array<std::byte, 10> all{};
  const Status read = source->read_at(0, all);
  REQUIRE_FALSE(read.ok());
  CHECK(read.error().code == ErrorCode::kReadFailed);
  CHECK(read.error().byte == 4);
}

TEST_CASE("a pipe is read to its end, up to the limit") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const std::string text(150'000, 'x');
  std::thread writer([&] {
    for (std::size_t at = 0; at < text.size();) {
      const ssize_t put = ::write(ends[1], text.data() + at, text.size() - at);
      if (put <= 0) break;
      at += static_cast<std::size_t>(put);
    }
    ::close(ends[1]);
  });
  const auto source = read_descriptor(ends[0], Limits{});
  writer.join();
  ::close(ends[0]);
  REQUIRE(source.ok());
  CHECK(text_of(*source.value()) == text);

  ScratchFolder folder;
  const int file = ::open(folder.file("model", "0123456789").c_str(), O_RDONLY);
  Limits limits;
  limits.max_input_bytes = 9;
  CHECK(read_descriptor(file, limits).error().code == ErrorCode::kLimitBytes);
  ::close(file);
  CHECK(read_descriptor(-1, Limits{}).error().code == ErrorCode::kReadFailed);
}

TEST_CASE("memory is never read past its end") {
  const auto source = view_memory(pipeline::bytes_of("0123"));
  std::array<std::byte, 2> two{};
  CHECK(source->read_at(2, two).ok());
  CHECK(source->read_at(3, two).error().code == ErrorCode::kReadFailed);
  CHECK(source->read_at(~std::uint64_t{0}, two).error().code == ErrorCode::kReadFailed);
  CHECK(view_memory({})->size() == 0);
}

TEST_CASE("SHA-256 gives the digests of FIPS 180-2") {
  // FIPS 180-2, appendix B: "abc", two blocks, a million times "a"; and the empty message.
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  const std::string million(1'000'000, 'a');
  Context ctx(threads(1));
  const auto source = view_memory(pipeline::bytes_of(million));
  CHECK(sha256_hex(*source, ctx).value() ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  ctx.cancel();
  CHECK(sha256_hex(*source, ctx).error().code == ErrorCode::kCancelled);
}

TEST_CASE("every block runs once, for any number of threads and blocks") {
  for (const unsigned count : {1U, 2U, 3U, 8U}) {
    Context ctx(threads(count));
    for (const std::size_t blocks :
         {std::size_t{0}, std::size_t{1}, std::size_t{7}, std::size_t{1000}}) {
      std::vector<int> runs(blocks, 0);
      CHECK(run_blocks(ctx, Stage::kMeasure, blocks, [&](std::size_t b) { ++runs[b]; }).ok());
      CHECK(std::count(runs.begin(), runs.end(), 1) == static_cast<std::ptrdiff_t>(blocks));
    }
  }
}

TEST_CASE("blocks may run blocks themselves") {
  Context ctx(threads(3));
  std::atomic<int> runs{0};
  const Status all = run_blocks(ctx, Stage::kMeasure, 8, [&](std::size_t) {
    const Status inner = run_blocks(ctx, Stage::kMeasure, 8, [&](std::size_t) { ++runs; });
    CHECK(inner.ok());
  });
  CHECK(all.ok());
  CHECK(runs == 64);
}

TEST_CASE("blocks pass scratch memory on, and never share it") {
  for (const unsigned count : {1U, 4U}) {
    CAPTURE(count);
    Context ctx(threads(count));
    ScratchPool<std::vector<std::size_t>> pool;
    std::atomic<unsigned> made{0};
    std::atomic<bool> alone{true};
    const Status all = run_blocks(ctx, Stage::kMeasure, 200, [&](std::size_t block) {
      const auto scratch = pool.take([&] {
        ++made;
        return std::vector<std::size_t>(1000);
      });
      std::fill(scratch->begin(), scratch->end(), block);
      if (std::count(scratch->begin(), scratch->end(), block) != 1000) alone = false;
    });
    CHECK(all.ok());
    CHECK(alone);
    CHECK(made >= 1);
    CHECK(made <= count);
  }
}

TEST_CASE("an exception of a block reaches the caller and the context stays usable") {
  for (const unsigned count : {1U, 4U}) {
    Context ctx(threads(count));
    CHECK_THROWS_AS((void)run_blocks(ctx, Stage::kMeasure, 100,
                                     [](std::size_t b) {
                                       if (b == 41) throw std::runtime_error("block");
                                     }),
                    std::runtime_error);
    CHECK(run_blocks(ctx, Stage::kMeasure, 10, [](std::size_t) {}).ok());
  }
}

TEST_CASE("a context cancelled before runs no block") {
  Context ctx(threads(2));
  ctx.cancel();
  std::atomic<int> runs{0};
  const Status status = run_blocks(ctx, Stage::kSlice, 100, [&](std::size_t) { ++runs; });
  REQUIRE_FALSE(status.ok());
  CHECK(status.error().code == ErrorCode::kCancelled);
  CHECK(status.error().stage == Stage::kSlice);
  CHECK(runs == 0);
}

TEST_CASE("another thread may cancel while blocks run") {
  for (const unsigned count : {1U, 4U}) {
    Context ctx(threads(count));
    std::atomic<int> runs{0};
    const Status status = run_blocks(ctx, Stage::kMeasure, 1'000'000, [&](std::size_t) {
      if (++runs == 4) std::thread([&] { ctx.cancel(); }).join();
      std::this_thread::sleep_for(std::chrono::microseconds(100));
    });
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().code == ErrorCode::kCancelled);
    CHECK(runs < 100'000);
  }
}

TEST_CASE("the time limit counts from the making of the context") {
  Context ctx(with_time_limit(1));
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const Status status = run_blocks(ctx, Stage::kLoad, 10, [](std::size_t) {});
  REQUIRE_FALSE(status.ok());
  CHECK(status.error().code == ErrorCode::kLimitTime);
  CHECK(Context(with_time_limit(60'000)).check(Stage::kLoad).ok());
  CHECK(Context(with_time_limit(0)).check(Stage::kLoad).ok());
}

TEST_CASE("progress never falls, stays between 0 and 1, and is never reported twice at once") {
  std::vector<double> seen;
  std::atomic<int> inside{0};
  ContextOptions options = threads(4);
  options.progress = [&](double fraction, Stage) {
    CHECK(++inside == 1);
    seen.push_back(fraction);
    --inside;
  };
  Context ctx(options);
  for (const Stage stage : {Stage::kLoad, Stage::kInspect, Stage::kMeasure, Stage::kSlice}) {
    CHECK(run_blocks(ctx, stage, 16, [](std::size_t) {
            std::this_thread::sleep_for(std::chrono::milliseconds(15));
          }).ok());
  }
  ctx.report(Stage::kLoad, -5);
  ctx.report(Stage::kLoad, 5);
  REQUIRE_FALSE(seen.empty());
  CHECK(std::is_sorted(seen.begin(), seen.end()));
  CHECK(seen.front() >= 0);
  CHECK(seen.back() <= 1);
}

TEST_CASE("block_count covers the elements exactly") {
  CHECK(block_count(0, 10) == 0);
  CHECK(block_count(1, 10) == 1);
  CHECK(block_count(10, 10) == 1);
  CHECK(block_count(11, 10) == 2);
}

TEST_CASE("an instruction set that is unknown or missing is an error") {
  CHECK(parse_isa("best").value() == Isa::kBest);
  CHECK(parse_isa("baseline").value() == Isa::kBaseline);
  for (const std::string_view name : {"", "avx1024", "AVX2", "baseline "}) {
    CHECK(parse_isa(name).error().code == ErrorCode::kInvalidArgument);
  }
  const std::vector<Isa> isas = available_isas();
  REQUIRE_FALSE(isas.empty());
  CHECK(isas.back() == Isa::kBaseline);
  for (const Isa isa : isas) CHECK(parse_isa(isa_name(isa)).value() == isa);
}

TEST_CASE("the arc tangent differs from the C library's by under 1e-15") {
  for (const double x : {0.0, 1e-300, 1e-9, 0.1, 0.124999, 0.125, 0.125001, 0.5, 1.0, 1.0000001,
                         3.0, 1e9, 1e300, std::numeric_limits<double>::infinity()}) {
    CAPTURE(x);
    CHECK(std::abs(arc_tangent(x) - std::atan(x)) < 1e-15);
    CHECK(arc_tangent(-x) == -arc_tangent(x));
  }
  for (int i = 0; i < 20'000; ++i) {
    const double x = i * 0.001;
    if (std::abs(arc_tangent(x) - std::atan(x)) >= 1e-15) FAIL_CHECK("arc tangent of " << x);
  }
}

TEST_CASE("the angle of a point is right in every quadrant and on the axes") {
  for (const double y : {-2.0, -1.0, -0.3, 0.0, 0.3, 1.0, 2.0}) {
    for (const double x : {-2.0, -1.0, -0.3, 0.0, 0.3, 1.0, 2.0}) {
      CAPTURE(x);
      CAPTURE(y);
      CHECK(std::abs(arc_tangent2(y, x) - std::atan2(y, x)) < 2e-15);
    }
  }
}

TEST_CASE("the cosine of degrees differs from the C library's by under 1e-15") {
  for (int tenth = -3600; tenth <= 3600; ++tenth) {
    const double degrees = tenth / 10.0;
    const auto expected = static_cast<double>(
        std::cos(static_cast<long double>(degrees) * 3.14159265358979323846264338L / 180));
    if (std::abs(cosine_deg(degrees) - expected) >= 1e-15) {
      FAIL_CHECK("cosine of " << degrees << " degrees: " << cosine_deg(degrees) - expected);
    }
  }
}

TEST_CASE("a long loop is ended by a cancellation within 65,536 turns, and by nothing else") {
  const auto turns = [](Context& ctx) {
    std::size_t done = 0;
    const auto result = detail::interruptible([&]() -> Status {
      detail::Pulse pulse(ctx, Stage::kSlice);
      for (; done < 200'000; ++done) pulse.beat();
      return Ok{};
    });
    if (!result.ok()) {
      CHECK(result.error().code == ErrorCode::kCancelled);
      CHECK(result.error().stage == Stage::kSlice);
    }
    CHECK(result.ok() == (done == 200'000));
    return done;
  };
  Context ctx({.threads = 1});
  CHECK(turns(ctx) == 200'000);
  ctx.cancel();
  CHECK(turns(ctx) < 65'536);
}
