#include "costengine/run/sqlite_cache.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "support/cache_files.hpp"

using namespace costengine;
using namespace costengine::test;

namespace {

constexpr auto kTier = CacheTier::kQuote;

std::string value_for(const std::string& key) {
  std::string value;
  while (value.size() < 1500) value += key + ";";
  return value;
}

std::optional<std::string> found(Cache& cache, const std::string& key) {
  auto entry = cache.find(kTier, key);
  if (!entry) return std::nullopt;
  return std::move(entry->value);
}

/// Runs `child` in a process of its own; its exit status, or -1 for a signal.
template <class Child>
int status_of(const Child& child) {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(child());
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("what is stored is found by whoever opens the cache, under its tier and key") {
  const Folder folder;
  const std::string path = folder.file("a.db");
  const auto cache = opened(path);
  const std::string binary("\0\xff;'\n", 5);
  CHECK(cache->store(kTier, "k", binary));
  CHECK(cache->store(CacheTier::kLast, "k", "other"));
  CHECK(cache->store(kTier, "k", binary + binary));
  const auto again = opened(path);
  CHECK(found(*again, "k") == binary + binary);
  CHECK(again->find(CacheTier::kLast, "k")->value == "other");
  CHECK(again->find(CacheTier::kLast, "k")->age_s <= 2);
  CHECK(!again->find(CacheTier::kProduction, "k"));
  CHECK(!found(*again, "K"));
  CHECK(again->store(kTier, "empty", ""));
  CHECK(found(*cache, "empty") == "");
  const CacheStats stats = again->stats().value();
  CHECK(stats.tiers[1].entries == 2);
  CHECK(stats.tiers[1].bytes == 10);
  CHECK(stats.tiers[2].entries == 1);
  CHECK(again->verify().value().entries == 3);
  CHECK(again->verify().value().sound());
  CHECK(clear_cache(path).ok());
  CHECK(!found(*cache, "k"));
  CHECK(cache->store(kTier, "k", "new"));
  CHECK(found(*again, "k") == "new");
}

TEST_CASE("many threads share one cache") {
  const Folder folder;
  const auto cache = opened(folder.file("a.db"));
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 100; ++i) {
        const std::string key = std::to_string((t + i) % 50);
        if (!cache->store(kTier, key, value_for(key))) ++wrong;
        if (found(*cache, key) != value_for(key)) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
}

TEST_CASE("eight processes share one cache: every store that reported success is readable") {
  const char* seconds = std::getenv("COSTENGINE_CACHE_SECONDS");
  const auto length = std::chrono::seconds(seconds == nullptr ? 2 : std::atoi(seconds));
  constexpr int kProcesses = 8;
  const Folder folder;
  const std::string path = folder.file("a.db");
  const auto key_of = [](int process, int i) {
    return std::to_string(process) + "-" + std::to_string(i);
  };
  CacheOptions options;
  options.max_bytes = std::uint64_t{4} << 30;  // none is to be evicted
  std::vector<pid_t> pids;
  std::vector<int> pipes;
  for (int p = 0; p < kProcesses; ++p) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t pid = ::fork();
    if (pid == 0) {
      int counts[2] = {0, 0};  // stored, failures
      const auto end = std::chrono::steady_clock::now() + length;
      auto cache = open_cache(path, options);
      if (!cache.ok()) ::_exit(1);
      while (std::chrono::steady_clock::now() < end) {
        const std::string key = key_of(p, counts[0]);
        if (!cache.value()->store(kTier, key, value_for(key))) ++counts[1];
        if (found(*cache.value(), key) != value_for(key)) ++counts[1];
        ++counts[0];
        const std::string other = key_of((p + 1) % kProcesses, counts[0] / 2);
        const auto value = found(*cache.value(), other);
        if (value && *value != value_for(other)) ++counts[1];
      }
      (void)!::write(ends[1], counts, sizeof counts);
      ::_exit(0);
    }
    ::close(ends[1]);
    pids.push_back(pid);
    pipes.push_back(ends[0]);
  }
  int stored = 0, failures = 0, missing = 0;
  std::vector<int> counts_of;
  for (int p = 0; p < kProcesses; ++p) {
    const auto at = static_cast<std::size_t>(p);
    int status = 1, counts[2] = {0, 1};
    CHECK(::read(pipes[at], counts, sizeof counts) == sizeof counts);
    ::waitpid(pids[at], &status, 0);
    CHECK(status == 0);
    ::close(pipes[at]);
    stored += counts[0];
    failures += counts[1];
    counts_of.push_back(counts[0]);
  }
  const auto cache = opened(path, options);
  for (int p = 0; p < kProcesses; ++p) {
    for (int i = 0; i < counts_of[static_cast<std::size_t>(p)]; ++i) {
      if (found(*cache, key_of(p, i)) != value_for(key_of(p, i))) ++missing;
    }
  }
  CHECK(failures == 0);
  CHECK(missing == 0);
  CHECK(cache->verify().value().sound());
  MESSAGE(stored << " stores by " << kProcesses << " processes in " << length.count() << " s");
}

TEST_CASE("the file stays within its size, and what was used last is kept") {
  const Folder folder;
  const std::string path = folder.file("a.db");
  CacheOptions options;
  options.max_bytes = 1 << 20;
  const auto cache = opened(path, options);
  const std::string value(3000, 'v');
  CHECK(cache->store(kTier, "old but used", value));
  for (int i = 0; i < 100; ++i) cache->store(kTier, "old " + std::to_string(i), value);
  run_sql(path, "UPDATE entries SET used = used - 7200");
  CHECK(found(*cache, "old but used"));
  for (int i = 0; i < 200; ++i) CHECK(cache->store(kTier, "new " + std::to_string(i), value));
  CHECK(found(*cache, "new 0"));
  CHECK(found(*cache, "new 199"));
  CHECK(found(*cache, "old but used"));
  CHECK(!found(*cache, "old 0"));
  CHECK(std::filesystem::file_size(path) <= (1 << 20) + 65536);
  CHECK(!cache->store(kTier, "too large", std::string(300000, 'v')));

  options.max_bytes = 200000;
  const auto smaller = opened(path, options);
  CHECK(smaller->prune().value() > 100);
  CHECK(std::filesystem::file_size(path) <= 200000);
  CHECK(smaller->verify().value().sound());
}

TEST_CASE("what is too old is not found, and pruned") {
  const Folder folder;
  const std::string path = folder.file("a.db");
  CacheOptions options;
  options.max_age_s = 1;
  const auto cache = opened(path, options);
  CHECK(cache->store(kTier, "k", "v"));
  CHECK(found(*cache, "k"));
  std::this_thread::sleep_for(std::chrono::milliseconds(2200));
  CHECK(!found(*cache, "k"));
  CHECK(found(*opened(path), "k"));
  CHECK(cache->prune().value() == 1);
  CHECK(!found(*opened(path), "k"));
}

TEST_CASE("a file that is no cache is left as it is") {
  const Folder folder;
  const std::string text = folder.file("model.stl"), database = folder.file("other.db");
  write_bytes(text, "solid precious\nendsolid\n");
  run_sql(database, "CREATE TABLE precious (x)");
  for (const std::string& path : {text, database}) {
    const std::string before = read_bytes(path);
    CHECK(open_cache(path).error().code == ErrorCode::kInvalidArgument);
    CHECK(clear_cache(path).error().code == ErrorCode::kInvalidArgument);
    CHECK(read_bytes(path) == before);
  }
  CHECK(open_cache(folder.file("")).error().code == ErrorCode::kNotRegularFile);
  CHECK(open_cache(folder.file("none/a.db")).error().code == ErrorCode::kFileNotFound);
  CHECK(open_cache("").error().code == ErrorCode::kFileNotFound);
  CacheOptions examine;
  examine.examine = true;
  CHECK(open_cache(folder.file("none.db"), examine).error().code == ErrorCode::kFileNotFound);
  CHECK(!std::filesystem::exists(folder.file("none.db")));
  write_bytes(folder.file("empty"), "");
  CHECK(opened(folder.file("empty"))->store(kTier, "k", "v"));
}

TEST_CASE("a cache of another version is not used until it is cleared") {
  const Folder folder;
  const std::string path = folder.file("a.db");
  opened(path)->store(kTier, "k", "v");
  run_sql(path, "PRAGMA user_version = 99");
  CHECK(open_cache(path).error().code == ErrorCode::kInvalidArgument);
  CHECK(clear_cache(path).ok());
  CHECK(!found(*opened(path), "k"));
}

TEST_CASE("where nothing can be written, entries are found and not stored") {
  const Folder folder;
  const std::string path = folder.file("a.db");
  opened(path)->store(kTier, "k", "v");
  std::filesystem::permissions(path, std::filesystem::perms(0444));
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0555));
  const int status = status_of([&] {
    if (::geteuid() == 0 && ::setuid(65534) != 0) return 9;  // root may write everywhere
    auto cache = open_cache(path);
    if (!cache.ok()) return 1;
    if (found(*cache.value(), "k") != "v") return 2;
    if (cache.value()->store(kTier, "k2", "v")) return 3;
    if (found(*cache.value(), "k2")) return 4;
    return open_cache(folder.file("b.db")).ok() ? 5 : 0;
  });
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  CHECK(status == 0);
}

TEST_CASE("on a full disk entries are found and not stored, and later stored again") {
  const Folder folder;
  const std::string path = folder.file("a.db");
  opened(path)->store(kTier, "k", "v");
  const int status = status_of([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    auto cache = open_cache(path);
    if (!cache.ok()) return 1;
    const rlimit most = {100'000, 1'000'000'000};
    if (::setrlimit(RLIMIT_FSIZE, &most) != 0) return 9;
    int stored = 0;
    for (int i = 0; i < 200; ++i) {
      const std::string key = std::to_string(i);
      if (cache.value()->store(kTier, key, value_for(key))) {
        ++stored;
        if (found(*cache.value(), key) != value_for(key)) return 2;
      }
    }
    if (stored == 200 || found(*cache.value(), "k") != "v") return 3;
    const rlimit none = {1'000'000'000, 1'000'000'000};
    if (::setrlimit(RLIMIT_FSIZE, &none) != 0) return 9;
    return cache.value()->store(kTier, "again", "v") ? 0 : 4;
  });
  CHECK(status == 0);
  CHECK(found(*opened(path), "again") == "v");
  CHECK(opened(path)->verify().value().sound());
}
