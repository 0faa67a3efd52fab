#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "handles.hpp"

using namespace costengine_test;

namespace {

std::string metrics_of(const Shop& shop) {
  char* text = nullptr;
  costengine_context_metrics(shop.context.get(), &text);
  const std::string metrics = text == nullptr ? "" : text;
  costengine_string_release(text);
  return metrics;
}

/// The lines of `text` that begin with a word and end in a number other than 0.
int lines_with(const std::string& text, const std::string& begin) {
  int count = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    if (line.starts_with(begin) && !line.ends_with(" 0")) ++count;
    at = end + 1;
  }
  return count;
}

/// A cache that goes with the test.
struct CacheFile {
  std::string path = "c_api_test.cache";
  CacheFile() { remove(); }
  ~CacheFile() { remove(); }
  CacheFile(const CacheFile&) = delete;
  CacheFile& operator=(const CacheFile&) = delete;
  void remove() const {
    for (const char* const end : {"", "-wal", "-shm"}) std::filesystem::remove(path + end);
  }
};

}  // namespace

TEST_CASE("metrics count direct calls, jobs and failures") {
  const Shop shop;
  const std::string before = metrics_of(shop);
  CHECK(before.find("# TYPE") != std::string::npos);
  CHECK(lines_with(before, "costengine_runs_total") == 0);
  shop.estimate(shop.request());
  CHECK(shop.status_of(shop.request(kCut)) == COSTENGINE_TRUNCATED);
  CHECK(lines_with(metrics_of(shop), "costengine_runs_total") == 2);
}

TEST_CASE("the log has one line for every calculation, with its request id") {
  std::string log;
  costengine_context_options options;
  COSTENGINE_INIT(options);
  options.log = [](const char* line, std::size_t length, void* payload) {
    static_cast<std::string*>(payload)->append(line, length);
  };
  options.log_payload = &log;
  options.log_format = COSTENGINE_LOG_JSON;
  const Shop shop(&options);
  costengine_request request = shop.request();
  request.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const ResultHandle result = shop.estimate(request);
  CHECK(std::string(summary_of(result).request_id) == "4bf92f3577b34da6a3ce929d0e0e4736");
  CHECK(std::count(log.begin(), log.end(), '\n') == 1);
  CHECK(log.find("4bf92f3577b34da6a3ce929d0e0e4736") != std::string::npos);
  request.request_id = "order";
  CHECK(shop.status_of(request) == COSTENGINE_INVALID_ARGUMENT);
  request.traceparent = nullptr;
  request.request_id = "two\nlines";
  CHECK(shop.status_of(request) == COSTENGINE_INVALID_ARGUMENT);

  options.log_level = 2;
  CHECK(make_context(&options) == nullptr);
  options.log_level = COSTENGINE_LOG_ERROR;
  options.log_format = 2;
  CHECK(make_context(&options) == nullptr);
}

TEST_CASE("a cache answers what it knows, given only the hash") {
  const CacheFile file;
  costengine_context_options options;
  COSTENGINE_INIT(options);
  options.cache_path = file.path.c_str();
  const Shop shop(&options);
  costengine_request request = shop.request(kOverhang);
  const ResultHandle first = shop.estimate(request);
  CHECK(summary_of(first).cache == COSTENGINE_CACHE_MISS);
  const std::string hash = summary_of(first).content_hash;

  request.data = nullptr;
  request.data_size = 0;
  request.content_hash = hash.c_str();
  const ResultHandle known = shop.estimate(request);
  CHECK(summary_of(known).cache == COSTENGINE_CACHE_QUOTE);
  CHECK((summary_of(known).has & COSTENGINE_HAS_CACHE_AGE) != 0);
  CHECK(comparable_json(known) == comparable_json(first));
  request.unit_mm = 10;
  CHECK(shop.status_of(request) == COSTENGINE_NOT_CACHED);

  // An answer from the cache has no layers, so who wants them gets a calculation.
  request = shop.request(kOverhang);
  request.wanted = COSTENGINE_WANT_LAYERS;
  CHECK(costengine_result_layer_count(shop.estimate(request).get()) > 0);

  options.cache_path = "/no/such/folder/cache";
  CHECK(make_context(&options) == nullptr);
  costengine_error error;
  COSTENGINE_INIT(error);
  costengine_last_error(&error);
  CHECK(error.status == COSTENGINE_FILE_NOT_FOUND);
}
