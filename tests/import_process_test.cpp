// The side that runs the import helper: what it does when the helper misbehaves.
#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <string>
#include <thread>

#include "support/import_models.hpp"

using namespace costengine;
using namespace costengine::test;

TEST_SUITE("import") {
  TEST_CASE("a helper that is not there says how to get one") {
    Context ctx;
    for (const char* helper : {"", "/nonexistent/costengine-import", "/etc/passwd"}) {
      CAPTURE(helper);
      const auto result = import_with(helper, ply_box(), MeshFormat::kPly, ctx);
      check_refused(result, ErrorCode::kUnsupportedFormat, "COSTENGINE_BUILD_IMPORT");
    }
  }

  TEST_CASE("a helper that crashes, fails, or talks nonsense is an error and never a mesh") {
    Context ctx;
    const auto run = [&ctx](const std::string& helper) {
      return import_with(helper, ply_box(), MeshFormat::kPly, ctx);
    };
    check_refused(run("/bin/false"), ErrorCode::kImportFailed, "status 1");
    check_refused(run("/bin/true"), ErrorCode::kImportFailed, "middle of its answer");
    check_refused(run(Script("exec cat").path()), ErrorCode::kImportFailed, "not understood");
    check_refused(run(Script("kill -SEGV $$").path()), ErrorCode::kImportFailed, "signal 11");
    check_refused(run(Script("kill -ABRT $$").path()), ErrorCode::kImportFailed, "signal 6");
    check_refused(run(Script("exec yes").path()), ErrorCode::kImportFailed, "not understood");
    const std::string helper = COSTENGINE_IMPORT_HELPER;
    check_refused(run(Script(helper + " ply; echo more").path()), ErrorCode::kImportFailed,
                  "not understood");
    check_refused(run(Script(helper + " ply | head -c 200").path()), ErrorCode::kImportFailed,
                  "middle of its answer");
    check_refused(run(Script(helper + " ply | tr '\\100' '\\101'").path()),
                  ErrorCode::kImportFailed, "not understood");
    check_refused(run(Script(helper + " ply; kill -SEGV $$").path()), ErrorCode::kImportFailed,
                  "signal 11");
  }

  /// A complete answer with a true checksum, as a script that prints it.
  std::string print_answer(std::initializer_list<double> coordinates,
                           std::initializer_list<std::uint32_t> indices, std::uint64_t facets) {
    std::string body;
    for (const double value : coordinates) {
      std::uint64_t word = 0;
      std::memcpy(&word, &value, 8);
      body += little_endian(word, 8);
    }
    for (const std::uint32_t index : indices) body += little_endian(index, 4);
    std::uint64_t checksum = 0xcbf29ce484222325U;  // FNV-1a over 32-bit words
    for (std::size_t i = 0; i < body.size(); i += 4) {
      std::uint32_t word = 0;
      std::memcpy(&word, body.data() + i, 4);
      checksum = (checksum ^ word) * 0x100000001b3U;
    }
    const std::string answer = "CEimport" + little_endian(1, 4) + little_endian(0, 4) +
                               little_endian(coordinates.size() / 3, 8) + little_endian(facets, 8) +
                               little_endian(0, 16) + body + little_endian(checksum, 8) +
                               "CEclosed";
    std::string script = "printf '";
    for (const char c : answer) {
      char octal[8];
      std::snprintf(octal, sizeof octal, "\\%03o", unsigned(static_cast<unsigned char>(c)));
      script += octal;
    }
    return script + "'";
  }

  TEST_CASE("a well-formed answer is still not trusted") {
    Context ctx;
    const auto run = [&ctx](const std::string& script) {
      return import_with(Script(script).path(), "", MeshFormat::kPly, ctx);
    };
    CHECK(run(print_answer({0, 0, 0, 1, 0, 0, 0, 1, 0}, {0, 1, 2}, 1)).ok());
    check_refused(run(print_answer({0, 0, 0, 1, 0, 0, 0, 1, 0}, {0, 1, 3}, 1)), ErrorCode::kIndex,
                  "vertex 3");
    check_refused(run(print_answer({0, 0, 0, 1, 0, 0, 0, 1, HUGE_VAL}, {0, 1, 2}, 1)),
                  ErrorCode::kNonfinite, "vertex 2");
    check_refused(run(print_answer({}, {}, 0)), ErrorCode::kNoFaces, "no facets");
    check_refused(run(print_answer({}, {}, std::uint64_t{1} << 60)), ErrorCode::kLimitFacets,
                  "facets");
    check_refused(run(print_answer({}, {}, 90'000'000)), ErrorCode::kImportFailed, "middle");
  }

  TEST_CASE("the facet limit of the context holds") {
    ContextOptions options;
    options.limits.max_facets = 11;
    Context ctx(options);
    check_refused(import_with(COSTENGINE_IMPORT_HELPER, ply_box(), MeshFormat::kPly, ctx),
                  ErrorCode::kLimitFacets, "12 facets");
  }

  TEST_CASE("a helper that hangs is stopped by the clock, by the context, and by cancellation") {
    const Script sleeper("exec sleep 1000");
    const Script mute("exec 1>&-; exec sleep 1000");  // closes its answer and goes on
    for (const std::string& helper : {sleeper.path(), mute.path()}) {
      CAPTURE(helper);
      Context ctx;
      const auto start = std::chrono::steady_clock::now();
      const auto result = import_with(helper, "x", MeshFormat::kPly, ctx, {.max_wall_ms = 200});
      CHECK_FALSE(result.ok());
      CHECK(result.error().code == ErrorCode::kImportFailed);
      CHECK(seconds_since(start) < 5);
    }
    ContextOptions limited;
    limited.limits.max_time_ms = 200;
    Context short_lived(limited);
    check_refused(import_with(sleeper.path(), "x", MeshFormat::kPly, short_lived),
                  ErrorCode::kLimitTime, "200 ms");

    Context ctx;
    std::chrono::steady_clock::time_point cancelled_at;
    std::thread other([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      cancelled_at = std::chrono::steady_clock::now();
      ctx.cancel();
    });
    const auto result = import_with(sleeper.path(), "x", MeshFormat::kPly, ctx);
    const auto end = std::chrono::steady_clock::now();
    other.join();
    check_refused(result, ErrorCode::kCancelled, "");
    CHECK(std::chrono::duration<double>(end - cancelled_at).count() < 1);
  }

  TEST_CASE("the helper sees no environment and no other open file") {
    Context ctx;
    const int leak = ::dup(STDERR_FILENO);  // not close-on-exec
    const Script spy("test -z \"$HOME\" && test ! -e /proc/self/fd/" + std::to_string(leak) +
                     " && exit 7\nexit 8");
    check_refused(import_with(spy.path(), "x", MeshFormat::kPly, ctx), ErrorCode::kImportFailed,
                  "status 7");
    ::close(leak);
  }

}  // TEST_SUITE
