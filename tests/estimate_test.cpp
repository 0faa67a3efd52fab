#include "costengine/estimate.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <memory>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "costengine/profile/load.hpp"
#include "support/pipeline.hpp"
#include "support/shapes.hpp"

using namespace costengine;
using namespace costengine::pipeline;

namespace {

using Bytes = std::vector<std::byte>;

const Profile& default_profile() {
  static const Profile profile = load_profile({}).value();
  return profile;
}

Result<Estimate> estimated(const Bytes& file, const EstimateOptions& options, Context& ctx) {
  return estimate(*view_memory(file), default_profile(), example_price_sheet(), options, ctx);
}

Estimate estimated(const Bytes& file, const EstimateOptions& options = {}) {
  Context ctx(threads(2));
  Result<Estimate> result = estimated(file, options, ctx);
  if (!result.ok()) FAIL(result.error().to_string());
  return std::move(result).value();
}

Bytes box_file(double side = 20) {
  return shapes::to_stl_binary(shapes::box(side, side, side).mesh);
}

/// Bytes in memory; the reader finds its context cancelled by another thread at the third read.
class CancellingSource final : public ByteSource {
 public:
  CancellingSource(const Bytes& bytes, Context& ctx) : inner_(view_memory(bytes)), ctx_(ctx) {}
  [[nodiscard]] std::uint64_t size() const noexcept override { return inner_->size(); }
  [[nodiscard]] Status read_at(std::uint64_t offset, std::span<std::byte> out) const override {
    if (++reads_ == 3) std::thread([this] { ctx_.cancel(); }).join();
    return inner_->read_at(offset, out);
  }
  [[nodiscard]] int reads() const { return reads_; }

 private:
  std::unique_ptr<ByteSource> inner_;
  Context& ctx_;
  mutable std::atomic<int> reads_{0};
};

bool all_finite(const Production& p) {
  bool finite = true;
  for (const double x :
       {p.time_s.value, p.time_s.low, p.time_s.high, p.filament_mm.value, p.filament_mm.low,
        p.filament_mm.high, p.model.mass_g.value(), p.support.mass_g.value()}) {
    finite = finite && std::isfinite(x);
  }
  return finite;
}

}  // namespace

TEST_CASE("a box is loaded, measured, planned and priced") {
  const Estimate e = estimated(box_file());
  CHECK(e.format == MeshFormat::kStlBinary);
  CHECK(e.bytes == 84 + 12 * 50);
  CHECK(e.facets == 12);
  CHECK(e.vertices == 8);
  CHECK(e.verdict == Verdict::kTrusted);
  CHECK(e.findings.empty());
  CHECK(e.measurements.volume_mm3.value == doctest::Approx(8000).epsilon(1e-12));
  CHECK_FALSE(e.forced);
  CHECK_FALSE(e.unpriced.has_value());
  CHECK(e.hash.empty());
  REQUIRE(e.production.has_value());
  REQUIRE(e.quote.has_value());

  const Production& p = *e.production;
  CHECK(p.process == "fdm");
  CHECK(p.method == "paths");
  CHECK(p.layers > 20 / 0.4);
  CHECK(all_finite(p));
  for (const Interval& interval : {p.time_s, p.filament_mm}) {
    CHECK(interval.low > 0);
    CHECK(interval.low <= interval.value);
    CHECK(interval.value <= interval.high);
  }
  double time = 0, filament = 0;
  for (const FeatureUse& f : p.features) {
    CHECK(f.time_s >= 0);
    CHECK(f.filament_mm >= 0);
    time += f.time_s;
    filament += f.filament_mm;
  }
  CHECK(time == doctest::Approx(p.time_s.value).epsilon(1e-9));
  CHECK(filament == doctest::Approx(p.filament_mm.value).epsilon(1e-9));
  CHECK(p.model.filament_mm + p.support.filament_mm ==
        doctest::Approx(p.filament_mm.value).epsilon(1e-9));
  CHECK(p.support.mass_g == 0);
  // Filament is a cylinder; a box is never heavier than solid, plus what the skirt may take.
  const Material& material = default_profile().material;
  const double section =
      shapes::kPi * material.filament_diameter_mm * material.filament_diameter_mm / 4;
  CHECK(p.model.volume_mm3 == doctest::Approx(p.model.filament_mm * section).epsilon(1e-9));
  CHECK(p.model.mass_g.value() ==
        doctest::Approx(p.model.volume_mm3 * material.density_g_per_cm3 / 1000).epsilon(1e-9));
  CHECK(p.model.volume_mm3 < 8000 * 1.1);
  CHECK(p.model.volume_mm3 > 8000 * 0.1);

  const Quote& q = *e.quote;
  Money sum{};
  for (const CostLine& line : q.lines) sum = sum + line.amount;
  CHECK(sum == q.total);
  CHECK(q.low <= q.total);
  CHECK(q.total <= q.high);
}

TEST_CASE("more material costs more: a larger part, and a denser infill") {
  double last_time = 0, last_mass = 0;
  for (const double side : {10.0, 20.0, 40.0}) {
    const Estimate e = estimated(box_file(side));
    CHECK(e.production->time_s.value > last_time);
    CHECK(e.production->model.mass_g > last_mass);
    last_time = e.production->time_s.value;
    last_mass = e.production->model.mass_g.value();
  }
  double last = 0;
  for (const std::string density : {"0.1", "0.5", "1"}) {
    ProfileRequest request;
    request.overrides = {"fill_density=" + density};
    const Profile profile = load_profile(request).value();
    Context ctx(threads(1));
    const Bytes file = box_file(30);
    const Estimate e =
        estimate(*view_memory(file), profile, example_price_sheet(), {}, ctx).value();
    CHECK(e.production->model.mass_g > last);
    last = e.production->model.mass_g.value();
  }
}

TEST_CASE("the table of layers has the layers of the model and sums to the production") {
  // A box of 20 x 20 mm: every layer has an area of 400 mm2 and an outline of 80 mm.
  const Production p = *estimated(box_file()).production;
  const PrintSettings& print = default_profile().print;
  REQUIRE(p.layer_table.size() == p.layers);
  std::vector<double> filament(p.features.size());
  double time_s = 0, height_mm = 0;
  for (const LayerUse& layer : p.layer_table) {
    REQUIRE(layer.filament_mm.size() == p.features.size());
    CHECK(layer.area_mm2 == doctest::Approx(400).epsilon(1e-9));
    CHECK(layer.perimeter_mm == doctest::Approx(80).epsilon(1e-9));
    CHECK(layer.z_mm == doctest::Approx(height_mm + layer.height_mm / 2).epsilon(1e-9));
    CHECK(layer.time_s > 0);
    height_mm += layer.height_mm;
    time_s += layer.time_s;
    for (std::size_t f = 0; f < filament.size(); ++f) filament[f] += layer.filament_mm[f];
  }
  CHECK(p.layer_table[0].height_mm == print.first_layer_height_mm);
  CHECK(p.layer_table[1].height_mm == doctest::Approx(print.layer_height_mm).epsilon(1e-9));
  for (std::size_t f = 0; f < filament.size(); ++f) {
    CAPTURE(p.features[f].role);
    CHECK(filament[f] == doctest::Approx(p.features[f].filament_mm).epsilon(1e-9));
    if (p.features[f].role == "start and end") time_s += p.features[f].time_s;
  }
  CHECK(time_s == doctest::Approx(p.time_s.value).epsilon(1e-9));
}

TEST_CASE("a model without a rate keeps its production and says why there is no quote") {
  PriceSheet prices = example_price_sheet();
  const Estimate priced = estimated(box_file());
  prices.materials.clear();
  const Bytes file = box_file();
  Context ctx(threads(1));
  const Estimate e = estimate(*view_memory(file), default_profile(), prices, {}, ctx).value();
  CHECK_FALSE(e.quote.has_value());
  REQUIRE(e.unpriced.has_value());
  CHECK(e.unpriced->code == ErrorCode::kPricesMissing);
  CHECK(e.unpriced->stage == Stage::kPrice);
  CHECK(e.unpriced->message.find("material.PLA.per_kg") != std::string::npos);
  CHECK(e.verdict == Verdict::kTrusted);
  REQUIRE(e.production.has_value());
  CHECK(e.production->time_s.value == priced.production->time_s.value);
  CHECK(e.production->filament_mm.value == priced.production->filament_mm.value);
}

TEST_CASE("a sheet that cannot be used at all leaves a model without a price, not without a time") {
  PriceSheet prices = example_price_sheet();
  prices.energy_per_kwh = Decimal{-1, 0};
  const Bytes file = box_file();
  Context ctx(threads(1));
  const Estimate e = estimate(*view_memory(file), default_profile(), prices, {}, ctx).value();
  CHECK(e.production.has_value());
  CHECK(e.unpriced.value().code == ErrorCode::kPricesInvalid);
  // What puts the call itself in doubt stays an error.
  EstimateOptions options;
  options.quantity = 2'000'000'000;
  CHECK(estimated(file, options, ctx).error().code == ErrorCode::kInvalidArgument);
}

TEST_CASE("a filament of unknown density has a length and a volume but no mass and no price") {
  const std::string ini = "layer_height = 0.2\nfirst_layer_height = 0.2\n";
  const Profile unknown = parse_ini_profile(ini, {"test.ini", "", {}}).value();
  const Profile known =
      parse_ini_profile(ini + "filament_density = 1.24\n", {"test.ini", "", {}}).value();
  const Bytes file = box_file();
  Context ctx(threads(1));
  const Estimate e = estimate(*view_memory(file), unknown, example_price_sheet(), {}, ctx).value();
  const Estimate other =
      estimate(*view_memory(file), known, example_price_sheet(), {}, ctx).value();
  const Production &p = e.production.value(), &q = other.production.value();
  CHECK_FALSE(p.model.mass_g.has_value());
  CHECK_FALSE(p.support.mass_g.has_value());
  CHECK(p.time_s.value == q.time_s.value);
  CHECK(p.model.filament_mm == q.model.filament_mm);
  CHECK(p.model.volume_mm3 == q.model.volume_mm3);
  CHECK(q.model.mass_g.value() == doctest::Approx(q.model.volume_mm3 * 1.24 / 1000).epsilon(1e-12));
  CHECK_FALSE(e.quote.has_value());
  CHECK(e.unpriced.value().message.find("filament_density is missing") != std::string::npos);
  CHECK(other.quote.has_value());
}

TEST_CASE("what is not asked for is not computed") {
  EstimateOptions options;
  options.quote = false;
  CHECK(estimated(box_file(), options).production.has_value());
  CHECK_FALSE(estimated(box_file(), options).quote.has_value());
  options.production = false;
  options.quote = true;
  const Estimate measured_only = estimated(box_file(), options);
  CHECK_FALSE(measured_only.production.has_value());
  CHECK_FALSE(measured_only.quote.has_value());
  CHECK(measured_only.times.slice_ms == 0);
  CHECK_FALSE(measured_only.measurements.hull_volume_mm3.has_value());
  options.hull = true;
  options.hash = true;
  const Estimate more = estimated(box_file(), options);
  CHECK(more.measurements.hull_volume_mm3.value() == doctest::Approx(8000).epsilon(1e-12));
  CHECK(more.hash.starts_with("sha256:"));
  CHECK(more.hash.size() == 7 + 64);
}

TEST_CASE("a refused model is measured but has neither production nor quote") {
  const Mesh box = shapes::box(20, 20, 20).mesh;
  Mesh open = box;
  open.facets.erase(open.facets.begin() + 4, open.facets.begin() + 10);
  const Bytes file = shapes::to_stl_binary(open);
  const Estimate refused = estimated(file);
  REQUIRE(refused.verdict == Verdict::kRefused);
  CHECK_FALSE(refused.production.has_value());
  CHECK_FALSE(refused.quote.has_value());
  CHECK_FALSE(refused.forced);
  CHECK(refused.facets == 6);

  EstimateOptions force;
  force.force = true;
  const Estimate forced = estimated(file, force);
  CHECK(forced.verdict == Verdict::kRefused);
  if (forced.measurements.volume_mm3.value > 0) {
    CHECK(forced.forced);
    REQUIRE(forced.production.has_value());
    REQUIRE(forced.quote.has_value());
    CHECK(all_finite(*forced.production));
  }
}

TEST_CASE("force changes nothing for a model that is not refused") {
  EstimateOptions force;
  force.force = true;
  CHECK_FALSE(estimated(box_file(), force).forced);
}

TEST_CASE("no force makes a price of nothing") {
  EstimateOptions force;
  force.force = true;
  for (const Mesh& mesh : {shapes::flat_sheet(20, 20).mesh, shapes::moebius_strip(24).mesh,
                           Mesh{{{0, 0, 0}, {1, 0, 0}, {2, 0, 0}}, {{0, 1, 2}}}}) {
    const Estimate e = estimated(shapes::to_stl_binary(mesh), force);
    CHECK(e.verdict == Verdict::kRefused);
    if (e.production) {
      CHECK(all_finite(*e.production));
      CHECK(e.measurements.volume_mm3.value > 0);
    } else {
      CHECK_FALSE(e.quote.has_value());
      CHECK_FALSE(e.forced);
    }
  }
}

TEST_CASE("an estimated model is priced with a wider interval than a trusted one") {
  const Estimate sound = estimated(box_file());
  const Estimate open = estimated(shapes::to_stl_binary(shapes::open_box(20, 20, 20).mesh));
  REQUIRE(open.verdict == Verdict::kEstimated);
  REQUIRE(open.quote.has_value());
  const auto width = [](const Interval& i) { return (i.high - i.low) / i.value; };
  CHECK(width(open.production->filament_mm) > width(sound.production->filament_mm));
}

TEST_CASE("a quantity of 0 is an error of the options") {
  EstimateOptions options;
  options.quantity = 0;
  Context ctx(threads(1));
  const Bytes file = box_file();
  const auto result = estimated(file, options, ctx);
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().code == ErrorCode::kInvalidArgument);
  CHECK(result.error().stage == Stage::kOptions);
  options.quantity = 3;
  CHECK(estimated(file, options).quote->quantity == 3);
}

TEST_CASE("errors of reading come out with their code") {
  Context ctx(threads(1));
  CHECK(estimated({}, {}, ctx).error().code == ErrorCode::kEmpty);
  Bytes cut = box_file();
  cut.pop_back();
  CHECK(estimated(cut, {}, ctx).error().code == ErrorCode::kTruncated);
}

TEST_CASE("too many layers are an error") {
  ContextOptions options = threads(1);
  options.limits.max_layers = 10;
  Context ctx(options);
  CHECK(estimated(box_file(), {}, ctx).error().code == ErrorCode::kLimitLayers);
}

TEST_CASE("estimates have the same numbers for every number of threads and instruction set") {
  const Bytes file = shapes::to_stl_binary(shapes::torus(30, 10, 120, 90).mesh);
  std::vector<double> expected;
  for (const Isa isa : available_isas()) {
    for (const unsigned count : {1U, 2U, 3U, 8U}) {
      Context ctx(threads(count, isa));
      const Estimate e = estimated(file, {}, ctx).value();
      const std::vector<double> numbers = {
          e.measurements.volume_mm3.value,     e.measurements.area_mm2,
          e.measurements.centroid_mm.z,        e.production->time_s.value,
          e.production->time_s.high,           e.production->filament_mm.value,
          e.production->support.mass_g.value()};
      if (expected.empty()) expected = numbers;
      CHECK(numbers == expected);
    }
  }
}

TEST_CASE("a context cancelled before gives no estimate") {
  Context ctx(threads(2));
  ctx.cancel();
  CHECK(estimated(box_file(), {}, ctx).error().code == ErrorCode::kCancelled);
}

TEST_CASE("another thread may cancel while a model is read") {
  const Bytes file = shapes::to_stl_binary(shapes::torus(60, 20, 400, 150).mesh);  // 8 blocks
  for (const unsigned count : {1U, 3U}) {
    Context ctx(threads(count));
    const CancellingSource source(file, ctx);
    const auto result = estimate(source, default_profile(), example_price_sheet(), {}, ctx);
    REQUIRE_FALSE(result.ok());
    CHECK(result.error().code == ErrorCode::kCancelled);
    CHECK(result.error().stage == Stage::kLoad);
    if (count == 1) CHECK(source.reads() == 3);
  }
}

TEST_CASE("a model may be cancelled at any moment and never gives half an answer") {
  const Bytes file = shapes::to_stl_binary(shapes::torus(60, 20, 200, 100).mesh);
  for (int delay_ms = 0; delay_ms < 40; delay_ms += 4) {
    Context ctx(threads(2));
    std::thread canceller([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(delay_ms));
      ctx.cancel();
    });
    const auto result = estimated(file, {}, ctx);
    canceller.join();
    if (result.ok()) {
      CHECK(result.value().quote.has_value());
    } else {
      CHECK(result.error().code == ErrorCode::kCancelled);
    }
  }
}

TEST_CASE("the time limit ends an estimate") {
  ContextOptions options = threads(2);
  options.limits.max_time_ms = 1;
  Context ctx(options);
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  CHECK(estimated(box_file(), {}, ctx).error().code == ErrorCode::kLimitTime);
}

TEST_CASE("stages report the time they took, and the sum is not above the total") {
  const StageTimes t = estimated(shapes::to_stl_binary(shapes::torus(60, 20, 100, 50).mesh)).times;
  const double sum = t.load_ms + t.inspect_ms + t.measure_ms + t.slice_ms + t.plan_ms + t.price_ms;
  CHECK(sum > 0);
  CHECK(sum <= t.total_ms);
}

namespace {

/// The answers for boxes of these sides, `quantity` of each, on shared plates.
std::vector<Result<Estimate>> plated(const std::vector<Bytes>& files, std::uint64_t quantity,
                                     const Profile& profile = default_profile(),
                                     const EstimateOptions& options = {}) {
  std::vector<std::unique_ptr<ByteSource>> sources;
  std::vector<PlateOrder> orders;
  for (const Bytes& file : files) {
    sources.push_back(view_memory(file));
    orders.push_back({sources.back().get(), {}, quantity});
  }
  Context ctx(threads(2));
  return estimate_plate(orders, profile, example_price_sheet(), options, ctx);
}

}  // namespace

TEST_CASE("one part on a plate has the answer of the part alone") {
  const Estimate alone = estimated(box_file());
  const auto answers = plated({box_file()}, 1);
  REQUIRE(answers.size() == 1);
  REQUIRE(answers[0].ok());
  const Estimate& e = answers[0].value();
  CHECK(e.production->time_s.value == alone.production->time_s.value);
  CHECK(e.production->filament_mm.high == alone.production->filament_mm.high);
  CHECK(e.production->layer_table.size() == alone.production->layer_table.size());
  CHECK(e.quote->total.minor == alone.quote->total.minor);
  REQUIRE(e.plate);
  CHECK(e.plate->plates == 1);
  CHECK(e.plate->share == 1);
}

TEST_CASE("an order over several plates is priced by the mean share of a part") {
  // 250 x 210 mm of bed, 6 mm between: (256 / 106) x (216 / 106) = 2 x 2 of 100 mm.
  const auto answers = plated({shapes::to_stl_binary(shapes::box(100, 100, 2).mesh)}, 9);
  REQUIRE(answers[0].ok());
  const Estimate& e = answers[0].value();
  REQUIRE(e.plate);
  CHECK(e.plate->capacity == 4);
  CHECK(e.plate->plates == 3);
  CHECK(e.plate->share == 3);
  REQUIRE(e.plate->runs.size() == 2);
  double time_s = 0, filament_mm = 0;
  for (const PlateRun& run : e.plate->runs) {
    time_s += static_cast<double>(run.plates) * run.time_s.value;
    filament_mm += static_cast<double>(run.plates) * run.filament_mm.value;
  }
  CHECK(9 * e.production->time_s.value == doctest::Approx(time_s));
  CHECK(9 * e.production->filament_mm.value == doctest::Approx(filament_mm));
  double features_s = 0;
  for (const FeatureUse& f : e.production->features) features_s += f.time_s;
  CHECK(features_s == doctest::Approx(e.production->time_s.value));
  CHECK(e.quote->quantity == 9);
  for (const CostLine& line : e.quote->lines) {
    if (line.kind == "setup_plate") CHECK(line.quantity == 3);
  }
}

TEST_CASE("different models on one plate have shares of it that make one") {
  const auto answers = plated({box_file(10), box_file(20)}, 2);
  REQUIRE(answers.size() == 2);
  double share = 0, time_s = 0;
  for (const Result<Estimate>& answer : answers) {
    REQUIRE(answer.ok());
    REQUIRE(answer.value().plate);
    share += answer.value().plate->share;
    time_s += 2 * answer.value().production->time_s.value;
    CHECK(answer.value().plate->runs.size() == 1);
    CHECK(answer.value().plate->runs[0].parts == 4);
  }
  CHECK(share == doctest::Approx(1));
  CHECK(time_s == doctest::Approx(answers[0].value().plate->runs[0].time_s.value));
  CHECK(answers[0].value().plate->share < answers[1].value().plate->share);
}

TEST_CASE("a plate without one of its models is no plate") {
  const Bytes broken(10);
  const auto unread = plated({box_file(10), broken}, 1);
  REQUIRE(unread.size() == 2);
  CHECK(unread[0].error().code == ErrorCode::kPlateIncomplete);
  CHECK_FALSE(unread[1].ok());
  CHECK(unread[1].error().code != ErrorCode::kPlateIncomplete);
  const auto large = plated({box_file(10), box_file(300)}, 1);
  CHECK(large[0].error().code == ErrorCode::kPlateIncomplete);
  CHECK(large[1].error().code == ErrorCode::kDoesNotFit);
  CHECK(large[1].error().message.find("300.0 x 300.0 x 300.0 mm") != std::string::npos);
  const auto sheet =
      plated({box_file(10), shapes::to_stl_binary(shapes::flat_sheet(10, 10).mesh)}, 1);
  CHECK_FALSE(sheet[0].ok());
  REQUIRE(sheet[1].ok());  // refused, and it says why
  CHECK(sheet[1].value().verdict == Verdict::kRefused);
  CHECK(plated({box_file(10)}, 0)[0].error().code == ErrorCode::kInvalidArgument);
}
