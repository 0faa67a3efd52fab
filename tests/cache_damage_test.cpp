// Random damage to the file of a cache: no wrong answer, no failed calculation.

#include <doctest/doctest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "costengine/report/json.hpp"
#include "costengine/run/calculate.hpp"
#include "support/cache_files.hpp"
#include "support/profiles.hpp"
#include "support/shapes.hpp"

using namespace costengine;
using namespace costengine::test;
using shapes::box;
using shapes::to_stl_binary;

namespace {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::size_t below(std::size_t bound) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::size_t>(state_ >> 33) % bound;
  }

 private:
  std::uint64_t state_;
};

/// Orders that differ in quantity and model, and their answers.
struct Orders {
  Profile profile = built_in("");
  PriceSheet prices = example_price_sheet();
  std::vector<std::vector<std::byte>> models;
  std::vector<std::string> answers;
  static constexpr std::size_t kModels = 6, kQuantities = 4;

  Orders() {
    for (std::size_t m = 0; m < kModels; ++m) {
      const double side = 2 + static_cast<double>(m) / 4;
      models.push_back(to_stl_binary(box(side, side, 1).mesh));
    }
    for (std::size_t i = 0; i < size(); ++i) answers.push_back(answer(i, nullptr));
  }
  [[nodiscard]] std::size_t size() const { return kModels * kQuantities; }

  /// The answer as JSON, apart from times and the cache's part; or what went wrong.
  std::string answer(std::size_t i, Cache* cache) {
    const auto source = view_memory(models[i % kModels]);
    EstimateOptions options;
    options.quantity = 1 + i / kModels;
    Context ctx({.threads = 1});
    const auto result = calculate({source.get(), {}, &profile, &prices, options, {}}, cache, ctx);
    if (!result.ok()) return result.error().to_string();
    auto object = nlohmann::json::parse(estimate_json("x", result.value(), profile));
    hits += result.value().cache.outcome == CacheOutcome::kQuote ? 1 : 0;
    object.erase("cache");
    object.erase("timing_ms");
    return object.dump();
  }
  int hits = 0;
};

void damage(std::string& bytes, Random& random) {
  if (bytes.empty()) return;
  const auto garble = [&](std::size_t from, std::size_t count) {
    for (std::size_t i = from; i < std::min(bytes.size(), from + count); ++i) {
      bytes[i] = static_cast<char>(random.below(256));
    }
  };
  constexpr std::size_t kPage = 4096;
  const std::size_t pages = std::max<std::size_t>(1, bytes.size() / kPage);
  switch (random.below(7)) {
    case 0:
      bytes[random.below(bytes.size())] ^= static_cast<char>(1 << random.below(8));
      break;
    case 1:
      for (int i = 0; i < 30; ++i) garble(random.below(bytes.size()), 1);
      break;
    case 2:
      bytes.resize(random.below(bytes.size()));
      break;
    case 3:
      garble(kPage * random.below(pages), kPage);
      break;
    case 4:
      for (std::size_t i = 0, a = random.below(pages), b = random.below(pages); i < kPage; ++i) {
        std::swap(bytes[a * kPage + i], bytes[b * kPage + i]);
      }
      break;
    case 5:  // the head of a page, where its cells are listed
      garble(kPage * random.below(pages), 1 + random.below(24));
      break;
    default:
      bytes.append(1 + random.below(9000), static_cast<char>(random.below(256)));
  }
}

}  // namespace

TEST_CASE("after any damage to the file of a cache, answers are right") {
  const char* wanted = std::getenv("COSTENGINE_CACHE_DAMAGES");
  const int rounds = wanted == nullptr ? 300 : std::atoi(wanted);
  Orders orders;
  const Folder folder;
  const std::string path = folder.file("a.db"), log = path + "-wal";
  std::string whole, whole_log;
  {
    const auto cache = opened(path);
    for (std::size_t i = 0; i < orders.size(); ++i) orders.answer(i, cache.get());
    whole_log = read_bytes(log);
    write_bytes(folder.file("b.db"), read_bytes(path));
  }
  whole = read_bytes(path);
  const std::string before_log = read_bytes(folder.file("b.db"));
  REQUIRE(whole.size() > 40000);
  REQUIRE(whole_log.size() > 40000);

  Random random(20);
  int wrong = 0, unusable = 0, unhealed = 0;
  for (int round = 0; round < rounds; ++round) {
    std::string bytes = whole, log_bytes;
    if (random.below(3) == 0) {  // the same entries, still in the log
      bytes = before_log;
      log_bytes = whole_log;
      damage(random.below(2) == 0 ? bytes : log_bytes, random);
    } else {
      damage(bytes, random);
    }
    std::filesystem::remove(path + "-shm");
    std::filesystem::remove(log);
    write_bytes(path, bytes);
    if (!log_bytes.empty()) write_bytes(log, log_bytes);
    auto cache = open_cache(path);
    unusable += cache.ok() ? 0 : 1;
    Cache* use = cache.ok() ? cache.value().get() : nullptr;
    for (int i = 0; i < 3; ++i) {
      const std::size_t order = random.below(orders.size());
      wrong += orders.answer(order, use) == orders.answers[order] ? 0 : 1;
    }
    if (use == nullptr) continue;
    const std::size_t order = random.below(orders.size());
    orders.answer(order, use);
    const int hits = orders.hits;
    orders.answer(order, use);
    unhealed += orders.hits > hits ? 0 : 1;
  }
  CHECK(wrong == 0);
  CHECK(orders.hits > rounds);
  MESSAGE(rounds << " damages: " << wrong << " wrong answers, " << unusable << " files not used, "
                 << unhealed << " not in use again at once");
}

TEST_CASE("entries that stand under each other's keys are not found") {
  Orders orders;
  const Folder folder;
  const std::string path = folder.file("a.db");
  const auto cache = opened(path);
  for (std::size_t i = 0; i < orders.size(); ++i) orders.answer(i, cache.get());
  run_sql(path,
          "CREATE TABLE shifted AS SELECT id, value FROM entries;"
          "UPDATE entries SET value = (SELECT value FROM shifted WHERE shifted.id = "
          "1 + (entries.id + 2) % (SELECT count(*) FROM entries))");
  CHECK(cache->verify().value().damaged == cache->verify().value().entries);
  for (std::size_t i = 0; i < orders.size(); ++i) {
    CHECK(orders.answer(i, cache.get()) == orders.answers[i]);
  }
  run_sql(path, "UPDATE entries SET stored = stored - 100");
  for (std::size_t i = 0; i < orders.size(); ++i) {
    CHECK(orders.answer(i, cache.get()) == orders.answers[i]);
  }
  run_sql(path, "DROP INDEX entries_by_use; DROP TABLE entries");
  for (std::size_t i = 0; i < orders.size(); ++i) {
    CHECK(orders.answer(i, cache.get()) == orders.answers[i]);
  }
  const int hits = orders.hits;
  orders.answer(0, cache.get());
  CHECK(orders.hits == hits + 1);
}
