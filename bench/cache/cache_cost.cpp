// costengine-cache-cost CACHE FILE...: what an answer from a cache costs in a program, for the
// files together. Prints one JSON object; docs in bench/README.md. CACHE is made, and must not be
// there.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "costengine/profile/load.hpp"
#include "costengine/run/calculate.hpp"
#include "costengine/run/sqlite_cache.hpp"

namespace {

using namespace costengine;

struct Model {
  std::string path, hash;
  double calculated_ms = 0, hit_ms = 0, priced_ms = 0, read_ms = 0, file_hit_ms = 0;
};

double milliseconds(const auto& act) {
  const auto start = std::chrono::steady_clock::now();
  act();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

double median_of(int runs, const auto& act) {
  std::vector<double> times;
  for (int i = 0; i < runs; ++i) times.push_back(milliseconds([&] { act(i); }));
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

class Measuring {
 public:
  explicit Measuring(Cache& cache) : cache_(cache) {}

  /// False if the file has no price: there is nothing to compare.
  bool measure(Model& model) {
    Context ctx;
    {
      const auto source = open_file(model.path, {}).value();
      const auto estimated = calculate(request(source.get(), {}), nullptr, ctx);
      if (!estimated.ok() || !estimated.value().quote) return false;
      model.hash = "sha256:" + sha256_hex(*source, ctx).value();
      model.calculated_ms = median_of(
          3, [&](int) { (void)calculate(request(source.get(), {}), nullptr, ctx).value(); });
      (void)calculate(request(source.get(), model.hash), &cache_, ctx).value();
    }
    model.hit_ms = median_of(51, [&](int) {
      expect(calculate(request(nullptr, model.hash), &cache_, ctx), CacheOutcome::kQuote);
    });
    model.priced_ms = median_of(21, [&](int run) {
      prices_.energy_per_kwh = Decimal::rounded(0.4 + 0.001 * run, 3).value();
      expect(calculate(request(nullptr, model.hash), &cache_, ctx), CacheOutcome::kProduction);
    });
    prices_ = example_price_sheet();
    model.read_ms = median_of(11, [&](int) {
      const auto source = open_file(model.path, {}).value();
      (void)sha256_hex(*source, ctx).value();
    });
    model.file_hit_ms = median_of(11, [&](int) {
      const auto source = open_file(model.path, {}).value();
      expect(calculate(request(source.get(), {}), &cache_, ctx), CacheOutcome::kQuote);
    });
    return true;
  }

 private:
  Request request(const ByteSource* source, std::string hash) const {
    return {source, std::move(hash), &profile_, &prices_, {}, {}};
  }
  static void expect(const Result<Estimate>& answer, CacheOutcome outcome) {
    if (answer.value().cache.outcome != outcome) throw std::runtime_error("not from the cache");
  }

  Cache& cache_;
  Profile profile_ = load_profile({}).value();
  PriceSheet prices_ = example_price_sheet();
};

double share_of(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

std::string spread(const char* name, const std::vector<double>& values) {
  char text[160];
  std::snprintf(text, sizeof text, "\"%s\":{\"least\":%.4g,\"median\":%.4g,\"most\":%.4g}", name,
                share_of(values, 0), share_of(values, 0.5), share_of(values, 1));
  return text;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 3) {
    std::fprintf(stderr, "costengine-cache-cost CACHE FILE...\n");
    return 3;
  }
  const auto cache = open_cache(argv[1]).value();
  if (cache->stats().value().tiers[0].entries > 0) throw std::runtime_error("CACHE is not empty");
  Measuring measuring(*cache);
  std::vector<double> hits, priced, files;
  double calculated_ms = 0, priced_ms = 0, read_ms = 0, file_ms = 0;
  for (int i = 2; i < argc; ++i) {
    Model model{argv[i], {}};
    if (!measuring.measure(model)) continue;
    hits.push_back(model.hit_ms);
    priced.push_back(model.calculated_ms / model.priced_ms);
    files.push_back(model.file_hit_ms / model.read_ms);
    calculated_ms += model.calculated_ms;
    priced_ms += model.priced_ms;
    read_ms += model.read_ms;
    file_ms += model.file_hit_ms;
  }
  if (hits.empty()) throw std::runtime_error("no file has a price");
  std::printf(
      "{\"models\":%zu,%s,%s,%s,\"calculated_ms\":%.4g,\"priced_anew_ms\":%.4g,"
      "\"read_and_hashed_ms\":%.4g,\"file_hit_ms\":%.4g}\n",
      hits.size(), spread("hit_ms", hits).c_str(),
      spread("calculated_by_priced_anew", priced).c_str(),
      spread("file_hit_by_read_and_hashed", files).c_str(), calculated_ms, priced_ms, read_ms,
      file_ms);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "costengine-cache-cost: %s\n", error.what());
  return 4;
}
