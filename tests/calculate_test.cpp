#include "costengine/run/calculate.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "costengine/report/json.hpp"
#include "costengine/run/keys.hpp"
#include "costengine/run/record.hpp"
#include "support/map_cache.hpp"
#include "support/profiles.hpp"

using namespace costengine;
using test::MapCache;

namespace {

const std::filesystem::path kModels = test::kTests.parent_path() / "samples/models";

struct Order {
  std::string bytes;
  std::unique_ptr<ByteSource> source;
  Profile profile;
  PriceSheet prices = example_price_sheet();
  Request request;

  explicit Order(const std::string& name, const std::vector<std::string>& overrides = {})
      : bytes(test::read_text(kModels / name)),
        source(view_memory(std::as_bytes(std::span(bytes)))),
        profile(test::built_in("", overrides)) {
    request = {source.get(), {}, &profile, &prices, {}, {}};
  }
  Order(const Order&) = delete;

  [[nodiscard]] std::string hash() const { return "sha256:" + sha256_hex(std::string_view(bytes)); }
  Result<Estimate> ask(Cache* cache) const {
    Context ctx({.threads = 1});
    return calculate(request, cache, ctx);
  }
  Estimate answer(Cache* cache) const {
    Result<Estimate> result = ask(cache);
    if (!result.ok()) FAIL(result.error().to_string());
    return std::move(result).value();
  }
  ErrorCode error(Cache* cache) const {
    const Result<Estimate> result = ask(cache);
    REQUIRE(!result.ok());
    return result.error().code;
  }
  [[nodiscard]] std::string json(const Estimate& estimate) const {
    auto object = nlohmann::ordered_json::parse(estimate_json("x", estimate, profile));
    object.erase("cache");
    object.erase("timing_ms");
    return object.dump();
  }
};

PriceSheet other_prices() {
  PriceSheet prices = example_price_sheet();
  prices.energy_per_kwh = Decimal::parse("0.99").value();
  return prices;
}

/// Writes a file whose times say that it was finished long ago, unless it is `fresh`.
std::string write_model(const std::string& bytes, const char* name, bool fresh) {
  const auto path = std::filesystem::temp_directory_path() / name;
  std::ofstream(path, std::ios::binary) << bytes;
  if (!fresh) {
    std::filesystem::last_write_time(
        path, std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
  }
  return path;
}

/// A file that becomes another while it is calculated: reads past `after` bytes see `then`.
class ChangingSource final : public ByteSource {
 public:
  ChangingSource(std::string now, std::string then)
      : now_(std::move(now)), then_(std::move(then)) {}
  [[nodiscard]] std::uint64_t size() const noexcept override { return now_.size(); }
  [[nodiscard]] Status read_at(std::uint64_t offset, std::span<std::byte> out) const override {
    const std::string& bytes = reads_++ == 0 ? now_ : then_;
    std::memcpy(out.data(), bytes.data() + offset, out.size());
    return Ok{};
  }

 private:
  std::string now_, then_;
  mutable int reads_ = 0;
};

}  // namespace

TEST_CASE("an answer from the cache is the calculated one, byte for byte") {
  for (const char* model : {"bracket.stl", "bracket.obj", "figurine-2k.stl", "broken-open.stl",
                            "broken-overlap.stl", "bracket-inch.stl"}) {
    CAPTURE(model);
    Order order(model);
    order.request.options.hash = true;
    order.request.options.hull = true;
    order.request.request_id = "order 7";
    MapCache cache;
    const Estimate calculated = order.answer(&cache);
    CHECK(calculated.cache.outcome == CacheOutcome::kMiss);
    CHECK(!calculated.cache.age_s);
    cache.age_s = 12;
    const Estimate found = order.answer(&cache);
    CHECK(found.cache.outcome == CacheOutcome::kQuote);
    CHECK(found.cache.age_s == 12);
    CHECK(order.json(found) == order.json(calculated));
    CHECK(production_record(found) == production_record(calculated));
    CHECK(found.hash == order.hash());
    CHECK(found.request_id == "order 7");
    CHECK(order.json(order.answer(nullptr)) == order.json(calculated));
    for (const double ms : {found.times.inspect_ms, found.times.measure_ms, found.times.slice_ms,
                            found.times.plan_ms, found.times.price_ms}) {
      CHECK(ms == 0);
    }
    CHECK(found.times.load_ms > 0);
  }
}

TEST_CASE("new prices are applied to what the cache has of the production") {
  Order order("bracket.stl");
  MapCache cache;
  order.answer(&cache);
  order.prices = other_prices();
  const Estimate priced = order.answer(&cache);
  CHECK(priced.cache.outcome == CacheOutcome::kProduction);
  CHECK(priced.times.plan_ms == 0);
  CHECK(priced.times.price_ms > 0);
  CHECK(order.json(priced) == order.json(order.answer(nullptr)));
  CHECK(order.answer(&cache).cache.outcome == CacheOutcome::kQuote);
  CHECK(cache.count(CacheTier::kProduction) == 1);
  CHECK(cache.count(CacheTier::kQuote) == 2);
  CHECK(cache.count(CacheTier::kLast) == 1);
}

TEST_CASE("what price reads changes the quote's key, and only that") {
  Order order("bracket.stl");
  const std::string hash = order.hash();
  const EstimateOptions options;
  const std::string production = production_key(hash, order.profile, options);
  const std::string quote = quote_key(production, order.profile, order.prices, options);
  for (const char* change : {"machine.power_w=777", "machine.name=other", "material.name=other"}) {
    CAPTURE(change);
    const Profile changed = test::built_in("", {change});
    CHECK(production_key(hash, changed, options) == production);
    CHECK(quote_key(production, changed, order.prices, options) != quote);
  }
  EstimateOptions ten;
  ten.quantity = 10;
  CHECK(production_key(hash, order.profile, ten) == production);
  CHECK(quote_key(production, order.profile, order.prices, ten) != quote);
  CHECK(quote_key(production, order.profile, other_prices(), options) != quote);
  PriceSheet by_hand = order.prices;  // its hash is still the old one
  by_hand.tax_percent = Decimal::parse("1").value();
  CHECK(quote_key(production, order.profile, by_hand, options) != quote);
}

TEST_CASE("every wish that changes the answer up to the production is in its key") {
  const Profile profile = test::built_in("");
  const std::string hash = "sha256:" + std::string(64, 'a');
  std::vector<EstimateOptions> all(5);
  all[1].production = false;
  all[2].hull = true;
  all[3].force = true;
  all[4].load.unit_mm = 25.4;
  std::vector<std::string> keys = {production_key("sha256:" + std::string(64, 'b'), profile, {})};
  for (const EstimateOptions& options : all) {
    keys.push_back(production_key(hash, profile, options));
  }
  std::sort(keys.begin(), keys.end());
  CHECK(std::unique(keys.begin(), keys.end()) == keys.end());
}

TEST_CASE("with the content's hash the model itself is not needed, once it is known") {
  Order order("bracket.stl");
  MapCache cache;
  Order known("bracket.stl");
  known.request.content_hash = known.hash();
  known.request.source = nullptr;
  CHECK(known.error(&cache) == ErrorCode::kNotCached);
  CHECK(known.error(nullptr) == ErrorCode::kNotCached);
  const Estimate calculated = order.answer(&cache);
  CHECK(known.json(known.answer(&cache)) == order.json(calculated));
  known.request.content_hash.clear();
  CHECK(known.error(&cache) == ErrorCode::kInvalidArgument);
}

TEST_CASE("a hash that is not the content's is found out where the content is read") {
  Order order("bracket.stl");
  MapCache cache;
  order.request.content_hash = "sha256:" + std::string(64, '1');
  CHECK(order.error(&cache) == ErrorCode::kContentDiffers);
  CHECK(order.error(nullptr) == ErrorCode::kContentDiffers);
  CHECK(cache.entries.empty());
  for (const std::string& bad :
       {std::string("sha256:12"), std::string(71, 'a'), "sha256:" + std::string(64, 'A')}) {
    order.request.content_hash = bad;
    CHECK(order.error(&cache) == ErrorCode::kContentDiffers);
  }
}

TEST_CASE("errors, and answers without a price, are not stored as answers") {
  Order order("bracket.stl");
  MapCache cache;
  order.prices.materials.clear();
  CHECK(order.answer(&cache).unpriced);
  CHECK(cache.count(CacheTier::kQuote) == 0);
  CHECK(cache.count(CacheTier::kLast) == 0);
  const Estimate again = order.answer(&cache);
  CHECK(again.unpriced);
  CHECK(again.cache.outcome == CacheOutcome::kProduction);
  order.request.options.quantity = 0;
  CHECK(order.error(&cache) == ErrorCode::kInvalidArgument);
  Order broken("bracket.stl");
  broken.bytes.resize(5000);
  broken.source = view_memory(std::as_bytes(std::span(broken.bytes)));
  broken.request.source = broken.source.get();
  MapCache empty;
  CHECK(broken.error(&empty) == ErrorCode::kTruncated);
  CHECK(empty.entries.empty());
}

TEST_CASE("the last answer to an order is found whatever the settings, and marked stale") {
  Order order("bracket.stl");
  MapCache cache;
  order.request.content_hash = order.hash();
  CHECK(!last_answer(order.request, cache));
  const Estimate first = order.answer(&cache);
  cache.age_s = 99;
  const auto same = last_answer(order.request, cache);
  REQUIRE(same);
  CHECK(same->cache.outcome == CacheOutcome::kQuote);

  Order other("bracket.stl", {"fill_density=80%"});
  other.request.content_hash = other.hash();
  const auto stale = last_answer(other.request, cache);
  REQUIRE(stale);
  CHECK(stale->cache.outcome == CacheOutcome::kStale);
  CHECK(stale->cache.age_s == 99);
  CHECK(stale->production->time_s.value == first.production->time_s.value);
  CHECK(stale->quote->total == first.quote->total);
  CHECK(estimate_json("a", *stale, other.profile).find("\"hash\":null") != std::string::npos);
  order.prices = other_prices();
  CHECK(last_answer(order.request, cache)->cache.outcome == CacheOutcome::kStale);
  const PriceSheet usual = order.prices;
  order.prices.name = "another customer's";
  CHECK(!last_answer(order.request, cache));
  order.prices = usual;
  order.prices.currency = "USD";
  CHECK(!last_answer(order.request, cache));
  order.prices = usual;
  Order dearer("bracket.stl");
  dearer.request.content_hash = dearer.hash();
  CHECK(last_answer(dearer.request, cache));
  dearer.profile.material.name = "PEEK";
  CHECK(!last_answer(dearer.request, cache));
  other.request.options.quantity = 2;
  CHECK(!last_answer(other.request, cache));
  order.request.content_hash.clear();
  CHECK(!last_answer(order.request, cache));
}

TEST_CASE("requests have the same key where they have the same answer") {
  Order order("bracket.stl"), other("bracket.stl", {"fill_density=80%"});
  CHECK(request_key(order.request).empty());
  order.request.content_hash = other.request.content_hash = order.hash();
  const std::string key = request_key(order.request);
  CHECK(key.size() == 64);
  order.request.request_id = "another";
  order.request.source = nullptr;
  CHECK(request_key(order.request) == key);
  CHECK(request_key(other.request) != key);
  order.request.options.quantity = 3;
  CHECK(request_key(order.request) != key);
}

TEST_CASE("whatever a cache gives back that is no record is a miss") {
  Order order("bracket.stl");
  MapCache cache;
  const std::string expected = order.json(order.answer(&cache));
  const auto good = cache.entries;
  std::uint64_t seed = 1;
  const auto random = [&seed](std::size_t below) {
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::size_t>(seed >> 33) % below;
  };
  for (int round = 0; round < 60; ++round) {
    cache.entries = good;
    for (auto& [key, value] : cache.entries) {
      const std::size_t kind = random(4);
      if (kind == 0) value.resize(random(value.size()));
      if (kind == 1) value.append(random(9) + 1, '\0');
      if (kind == 2) value = good.begin()->second + value;
      if (kind == 3) value = std::string(random(400), static_cast<char>(random(256)));
    }
    CHECK(order.json(order.answer(&cache)) == expected);
  }
}

TEST_CASE("a record cut anywhere is no value") {
  Order order("broken-overlap.stl");
  const Estimate estimate = order.answer(nullptr);
  const std::string production = production_record(estimate);
  const std::string quote = quote_record(*estimate.quote);
  REQUIRE(read_production_record(production));
  CHECK(quote_record(*read_quote_record(quote)) == quote);
  for (std::size_t size = 0; size < production.size(); ++size) {
    CHECK(!read_production_record(std::string_view(production).substr(0, size)));
  }
  for (std::size_t size = 0; size < quote.size(); ++size) {
    CHECK(!read_quote_record(std::string_view(quote).substr(0, size)));
  }
  CHECK(!read_quote_record(production));
  CHECK(!read_last_record(quote));
}

TEST_CASE("a file written a moment ago is hashed again before its answer is stored") {
  Order order("bracket.stl");
  for (const bool fresh : {true, false}) {
    const std::string path = write_model(order.bytes, "costengine-calculate-test.stl", fresh);
    const auto source = open_file(path, {}).value();
    CHECK(source->may_have_changed() == fresh);
    order.request.source = source.get();
    MapCache cache;
    order.answer(&cache);
    CHECK(cache.count(CacheTier::kProduction) == 1);
    if (!fresh) std::ofstream(path, std::ios::app) << 'x';
    CHECK(source->may_have_changed());
    std::remove(path.c_str());
  }
}

TEST_CASE("bytes that change while they are read are an error, and nothing is stored") {
  Order order("bracket.stl"), other("bracket-inch.stl");
  const ChangingSource source(order.bytes, other.bytes);
  order.request.source = &source;
  MapCache cache;
  CHECK(order.error(&cache) == ErrorCode::kReadFailed);
  CHECK(cache.entries.empty());
}

TEST_CASE("an answer that only a file's name made possible is not stored") {
  Order order("bracket.obj");
  order.bytes.insert(0, "unheard-of statement\n");
  order.source = view_memory(std::as_bytes(std::span(order.bytes)));
  order.request.source = order.source.get();
  MapCache cache;
  CHECK(order.error(&cache) == ErrorCode::kFormat);
  order.request.options.load.hint = MeshFormat::kObj;
  const Result<Estimate> named = order.ask(&cache);
  CHECK(cache.entries.empty());
  INFO((named.ok() ? "read" : named.error().to_string()));
  order.request.options.load.hint = {};
  CHECK(order.error(&cache) == ErrorCode::kFormat);
}
