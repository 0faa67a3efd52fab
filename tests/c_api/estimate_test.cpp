#include <doctest/doctest.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>

#include "handles.hpp"

using namespace costengine_test;

extern "C" std::int64_t total_from_c(const void* data, std::uint64_t size);

namespace {

std::int32_t read_model(std::uint64_t offset, void* out, std::uint64_t size, void* payload) {
  std::memcpy(out, static_cast<const model*>(payload)->bytes + offset, size);
  return 0;
}

std::int32_t cancel_at_once(double /*fraction*/, const char* /*stage*/, void* payload) {
  ++*static_cast<int*>(payload);
  return 1;
}

}  // namespace

TEST_CASE("C and C++ get the same price") {
  const Shop shop;
  const ResultHandle result = shop.estimate(shop.request());
  const costengine_summary summary = summary_of(result);
  REQUIRE((summary.has & COSTENGINE_HAS_QUOTE) != 0);
  CHECK(summary.total > 0);
  CHECK(total_from_c(model_of(kBox).bytes, model_of(kBox).size) == summary.total);
  CHECK(total_from_c(model_of(kCut).bytes, model_of(kCut).size) == -1);
}

TEST_CASE("the numbers of a box are those of its edges") {
  const Shop shop;
  const ResultHandle result = shop.estimate(shop.request());
  const costengine_summary summary = summary_of(result);
  CHECK(summary.verdict == COSTENGINE_TRUSTED);
  CHECK(summary.volume_mm3.value == doctest::Approx(10 * 8 * 2));
  CHECK(summary.area_mm2 == doctest::Approx(2 * (10 * 8 + 10 * 2 + 8 * 2)));
  CHECK(summary.box_max_mm[0] - summary.box_min_mm[0] == doctest::Approx(10));
  CHECK(summary.box_max_mm[2] == doctest::Approx(2));
  CHECK(summary.facets == 12);
  CHECK(summary.vertices == 8);
  CHECK(summary.shells == 1);
  CHECK(summary.bytes == 84 + 12 * 50);
  CHECK(std::isnan(summary.hull_volume_mm3));
  CHECK(summary.layers == 10);
  CHECK(summary.time_s.low <= summary.time_s.value);
  CHECK(summary.time_s.value <= summary.time_s.high);
  CHECK(summary.filament_mm.value == doctest::Approx(summary.model.filament_mm));
  CHECK(std::string(summary.format) == "stl-binary");
  CHECK(std::string(summary.content_hash).substr(0, 7) == "sha256:");
  CHECK(summary.request_id == nullptr);
  CHECK(summary.cache == COSTENGINE_CACHE_OFF);
}

TEST_CASE("the lines of a quote sum to its total, features to the time") {
  const Shop shop;
  costengine_request request = shop.request(kOverhang);
  request.quantity = 7;
  const ResultHandle result = shop.estimate(request);
  const costengine_summary summary = summary_of(result);
  CHECK(summary.quantity == 7);
  REQUIRE(costengine_result_line_count(result.get()) > 5);
  std::int64_t total = 0, low = 0, high = 0;
  for (std::size_t l = 0; l < costengine_result_line_count(result.get()); ++l) {
    costengine_line line;
    COSTENGINE_INIT(line);
    REQUIRE(costengine_result_line(result.get(), l, &line) == COSTENGINE_OK);
    CHECK(std::strlen(line.kind) > 0);
    CHECK(std::strlen(line.why) > 0);
    total += line.amount;
    low += line.low;
    high += line.high;
  }
  CHECK(total == summary.total);
  CHECK(low == summary.total_low);
  CHECK(high == summary.total_high);
  double time_s = 0;
  for (std::size_t f = 0; f < costengine_result_feature_count(result.get()); ++f) {
    costengine_feature feature;
    COSTENGINE_INIT(feature);
    REQUIRE(costengine_result_feature(result.get(), f, &feature) == COSTENGINE_OK);
    time_s += feature.time_s;
  }
  CHECK(time_s == doctest::Approx(summary.time_s.value));
}

TEST_CASE("what is not wanted is not there") {
  const Shop shop;
  costengine_request request = shop.request();
  request.wanted = COSTENGINE_WANT_MEASURE;
  const costengine_summary measured = summary_of(shop.estimate(request));
  CHECK(measured.has == 0);
  CHECK(measured.content_hash == nullptr);
  CHECK(std::isnan(measured.time_s.value));
  CHECK(measured.total == 0);
  CHECK(measured.volume_mm3.value == doctest::Approx(160));

  request.wanted = COSTENGINE_WANT_PRODUCTION | COSTENGINE_WANT_HULL;
  const costengine_summary planned = summary_of(shop.estimate(request));
  CHECK(planned.has == COSTENGINE_HAS_PRODUCTION);
  CHECK(planned.hull_volume_mm3 == doctest::Approx(160));
  CHECK(planned.unpriced == COSTENGINE_OK);
}

TEST_CASE("layers are there where they are wanted") {
  const Shop shop;
  costengine_request request = shop.request();
  CHECK(costengine_result_layer_count(shop.estimate(request).get()) == 0);
  request.wanted = COSTENGINE_WANT_LAYERS;
  const ResultHandle result = shop.estimate(request);
  REQUIRE(costengine_result_layer_count(result.get()) == 10);
  double volume_mm3 = 0;
  for (std::size_t k = 0; k < 10; ++k) {
    costengine_layer layer;
    COSTENGINE_INIT(layer);
    REQUIRE(costengine_result_layer(result.get(), k, &layer) == COSTENGINE_OK);
    volume_mm3 += layer.area_mm2 * layer.height_mm;
  }
  CHECK(volume_mm3 == doctest::Approx(160));
}

TEST_CASE("path, memory and callback give the same answer") {
  const Shop shop;
  costengine_request request = shop.request(kOverhang);
  request.name = "part";
  request.request_id = "order-17";
  const ResultHandle from_memory = shop.estimate(request);
  CHECK(std::string(summary_of(from_memory).request_id) == "order-17");

  const std::string path = "c_api_model.stl";
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(model_of(kOverhang).bytes),
             static_cast<std::streamsize>(model_of(kOverhang).size));
  request.data = nullptr;
  request.data_size = 0;
  request.path = path.c_str();
  CHECK(comparable_json(shop.estimate(request)) == comparable_json(from_memory));
  std::remove(path.c_str());

  request.path = nullptr;
  request.read_at = read_model;
  request.data_size = model_of(kOverhang).size;
  model bytes = model_of(kOverhang);
  request.payload = &bytes;
  CHECK(comparable_json(shop.estimate(request)) == comparable_json(from_memory));
  CHECK(comparable_json(from_memory).find(R"("path":"part")") != std::string::npos);
}

TEST_CASE("findings say what is wrong, and force prices all the same") {
  const Shop shop;
  const ResultHandle open = shop.estimate(shop.request(kOpenBox));
  CHECK(summary_of(open).verdict == COSTENGINE_ESTIMATED);
  costengine_finding finding;
  COSTENGINE_INIT(finding);
  std::size_t at = 0;
  while (costengine_result_finding(open.get(), at, &finding) == COSTENGINE_OK &&
         std::string(finding.name) != "open") {
    ++at;
  }
  REQUIRE(at < costengine_result_finding_count(open.get()));
  CHECK(finding.code == 203);
  CHECK(finding.severity == COSTENGINE_WARNING);
  CHECK(finding.count == 4);  // the four edges of the lid that is missing

  costengine_request request = shop.request(kSheets);
  const costengine_summary refused = summary_of(shop.estimate(request));
  CHECK(refused.verdict == COSTENGINE_REFUSED);
  CHECK(refused.has == 0);
  request.flags = COSTENGINE_FORCE;
  const costengine_summary forced = summary_of(shop.estimate(request));
  CHECK(forced.verdict == COSTENGINE_REFUSED);
  CHECK((forced.has & COSTENGINE_HAS_FORCED) != 0);
  CHECK((forced.has & COSTENGINE_HAS_QUOTE) != 0);
}

TEST_CASE("a sheet without a rate leaves the production and says what to add") {
  Shop shop;
  const std::string sheet =
      "name = \"shop\"\ncurrency = \"JPY\"\n[material.WOOD]\nper_kg = 20\n"
      "[machine.default]\nper_h = 2\n[energy]\nper_kwh = 0.3\n";
  costengine_prices* prices = nullptr;
  REQUIRE(costengine_prices_parse(sheet.data(), sheet.size(), "mine", &prices) == COSTENGINE_OK);
  shop.prices.reset(prices);
  CHECK(std::string(costengine_prices_name(prices)) == "shop");
  CHECK(std::strlen(costengine_prices_hash(prices)) == 64);
  const costengine_summary summary = summary_of(shop.estimate(shop.request()));
  CHECK(summary.has == COSTENGINE_HAS_PRODUCTION);
  CHECK(summary.unpriced == COSTENGINE_PRICES_MISSING);
}

TEST_CASE("errors have their number, place and JSON") {
  const Shop shop;
  costengine_request request = shop.request(kCut);
  request.request_id = "order-18";
  request.name = "part";
  CHECK(shop.status_of(request) == COSTENGINE_TRUNCATED);
  costengine_error error;
  COSTENGINE_INIT(error);
  REQUIRE(costengine_last_error(&error) == COSTENGINE_OK);
  CHECK(error.status == COSTENGINE_TRUNCATED);
  CHECK(std::string(error.stage) == "load");
  CHECK(error.byte != COSTENGINE_NONE);
  CHECK(error.line == COSTENGINE_NONE);
  CHECK(std::string(error.message) == costengine_last_error_message());
  const std::string json = costengine_last_error_json();
  CHECK(json.find(R"({"schema":1,"request_id":"order-18","input":{"path":"part"},"error":)") == 0);
  CHECK(json.find(R"("code":"truncated","stage":"load")") != std::string::npos);
}

TEST_CASE("limits of the context hold, and a request may set its own") {
  costengine_context_options options;
  COSTENGINE_INIT(options);
  options.max_facets = 100;
  options.max_layers = 5;
  const Shop shop(&options);
  CHECK(shop.status_of(shop.request(kOverhang)) == COSTENGINE_LIMIT_FACETS);
  costengine_request request = shop.request();
  CHECK(shop.status_of(request) == COSTENGINE_LIMIT_LAYERS);
  request.max_layers = 1000;
  CHECK(shop.status_of(request) == COSTENGINE_OK);
  request.max_input_bytes = 100;
  CHECK(shop.status_of(request) == COSTENGINE_LIMIT_BYTES);
}

TEST_CASE("the largest limits are none") {
  const Shop shop;
  costengine_request request = shop.request();
  request.max_input_bytes = request.max_facets = request.max_layers = UINT64_MAX;
  request.max_memory_bytes = UINT64_MAX;
  for (const std::uint64_t ms : {UINT64_MAX, UINT64_MAX / 2, UINT64_MAX / 1000}) {
    request.max_time_ms = ms;
    CHECK(shop.status_of(request) == COSTENGINE_OK);
  }
}

TEST_CASE("the format that a path promises counts, whatever the model is called") {
  const Shop shop;
  const std::string path = "hint-of-the-path.obj";
  std::ofstream(path) << "what is this\nv 0 0 0\n";
  costengine_request request = shop.request();
  request.data = nullptr;
  request.data_size = 0;
  request.path = path.c_str();
  const std::int32_t status = shop.status_of(request);
  CHECK(status != COSTENGINE_FORMAT);
  request.name = "order 7";
  CHECK(shop.status_of(request) == status);
  std::remove(path.c_str());
}

TEST_CASE("progress can cancel, a failing or throwing callback is an error") {
  const Shop shop;
  costengine_request request = shop.request(kOverhang);
  // Reading takes longer than the 50 ms that lie between two reports.
  model bytes = model_of(kOverhang);
  request.data = nullptr;
  request.payload = &bytes;
  request.read_at = [](std::uint64_t offset, void* out, std::uint64_t size, void* payload) {
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    return read_model(offset, out, size, payload);
  };
  int reports = 0;
  request.progress = cancel_at_once;
  request.progress_payload = &reports;
  CHECK(shop.status_of(request) == COSTENGINE_CANCELLED);
  CHECK(reports == 1);
  request.progress = [](double, const char*, void*) -> std::int32_t {
    throw std::runtime_error("breaks the contract");
  };
  CHECK(shop.status_of(request) == COSTENGINE_CANCELLED);

  request.progress = nullptr;
  request.read_at = [](std::uint64_t, void*, std::uint64_t, void*) -> std::int32_t { return 5; };
  CHECK(shop.status_of(request) == COSTENGINE_READ_FAILED);
  request.read_at = [](std::uint64_t, void*, std::uint64_t, void*) -> std::int32_t {
    throw std::runtime_error("breaks the contract");
  };
  CHECK(shop.status_of(request) == COSTENGINE_READ_FAILED);
}

TEST_CASE("a result outlives everything it was made with") {
  ResultHandle result;
  {
    const Shop shop;
    result = shop.estimate(shop.request());
  }
  std::size_t length = 0;
  const char* const json = costengine_result_json(result.get(), &length);
  REQUIRE(json != nullptr);
  CHECK(std::strlen(json) == length);
  CHECK(json == costengine_result_json(result.get(), nullptr));
}
