/// Random sequences of calls from many threads: sense, nonsense and
/// cancellation at random moments.
///
///   stress SEQUENCES [THREADS] [SEED]
///
/// A sequence is one to twelve calls. Whatever happens must be a documented
/// status; what is worse the sanitizers tell. Meshes have at most 500 facets.

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "handles.hpp"

namespace {

using namespace costengine_test;

std::atomic<std::uint64_t> calls{0}, wrong{0}, answers{0}, cancelled{0};

/// A struct as a newer caller passes it.
template <class T>
struct Longer {
  T known;
  std::array<std::uint64_t, 6> more;
};

class Player {
 public:
  Player(const Shop& shop, std::uint64_t seed) : shop_(shop), random_(seed) {}

  void play() {
    for (auto left = below(12) + 1; left > 0; --left) call();
    if (below(4) == 0) release_all();
  }

  void release_all() {
    for (const std::uint64_t job : jobs_) {
      check(costengine_job_release(context(), job));
    }
    jobs_.clear();
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  [[nodiscard]] costengine_context* context() const { return shop_.context.get(); }

  std::int32_t check(std::int32_t status) {
    ++calls;
    if (std::strcmp(costengine_status_name(status), "unknown") == 0 ||
        status == COSTENGINE_INTERNAL) {
      ++wrong;
      std::fprintf(stderr, "status %d: %s\n", status, costengine_last_error_message());
    }
    if (status == COSTENGINE_CANCELLED) ++cancelled;
    if (status != COSTENGINE_OK && costengine_last_error_message()[0] == '\0') ++wrong;
    return status;
  }

  /// A request that is mostly right; what is wrong with it is random.
  costengine_request request() {
    costengine_request request = shop_.request(static_cast<int>(below(kModels)));
    if (!one_in(8)) request.wanted = COSTENGINE_WANT_MEASURE;  // quick: more sequences in less time
    if (one_in(10)) request.wanted = static_cast<std::uint32_t>(below(64));
    if (one_in(3)) request.quantity = below(2000);
    if (one_in(4)) request.flags = static_cast<std::uint32_t>(below(4));
    if (one_in(4)) request.priority = static_cast<std::int32_t>(below(3)) - 1;
    if (one_in(4)) request.request_id = "order 17";
    if (one_in(4)) request.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    if (one_in(8)) request.name = "\xff\n\"";
    if (one_in(8)) request.max_time_ms = 1 + below(3);
    if (one_in(8)) request.max_facets = 1 + below(100);
    if (one_in(8)) request.unit_mm = 25.4;
    if (one_in(6)) read_by_callback(request);
    if (one_in(6)) {
      request.progress = [](double, const char*, void* payload) {
        return static_cast<std::int32_t>(reinterpret_cast<std::uintptr_t>(payload) & 1);
      };
      request.progress_payload = reinterpret_cast<void*>(below(2));
    }
    if (one_in(10)) spoil(request);
    return request;
  }

  void read_by_callback(costengine_request& request) {
    request.payload = const_cast<void*>(request.data);  // of static lifetime
    request.data = nullptr;
    request.read_at = [](std::uint64_t offset, void* out, std::uint64_t size, void* payload) {
      if (payload == nullptr) return std::int32_t{1};  // a struct_size that ends before it
      std::memcpy(out, static_cast<const unsigned char*>(payload) + offset, size);
      return std::int32_t{0};
    };
    if (one_in(5)) {
      request.read_at = [](std::uint64_t, void*, std::uint64_t, void*) { return std::int32_t{1}; };
    }
  }

  void spoil(costengine_request& request) {
    switch (below(10)) {
      case 0:
        request.struct_size = static_cast<std::uint32_t>(below(sizeof request + 1));
        break;
      case 1:
        request.wanted = static_cast<std::uint32_t>(random_());
        break;
      case 2:
        request.flags = static_cast<std::uint32_t>(random_());
        break;
      case 3:
        request.priority = static_cast<std::int32_t>(random_());
        break;
      case 4:
        request.profile =
            one_in(2) ? nullptr : reinterpret_cast<const costengine_profile*>(shop_.prices.get());
        break;
      case 5:
        request.prices = nullptr;
        break;
      case 6:
        request.path = one_in(2) ? "/" : "no such file";
        break;
      case 7:
        request.data = nullptr;
        request.content_hash = one_in(2) ? "sha256:" : nullptr;
        break;
      case 8:
        request.data_size = below(request.data_size + 1);
        break;
      default:
        request.quantity = random_();
        break;
    }
  }

  void call() {
    switch (below(14)) {
      case 0:
      case 1:
      case 2:
        return estimate();
      case 3:
      case 4:
      case 5:
        return start();
      case 6:
        return poll();
      case 7:
      case 8:
        return take_result();
      case 9:
        check(costengine_job_cancel(context(), any_job()));
        return;
      case 10:
        return release_one();
      case 11:
        if (one_in(4)) check(costengine_context_cancel(context()));
        return;
      case 12:
        return other_context();
      default:
        return load();
    }
  }

  void estimate() {
    Longer<costengine_request> longer{request(), {}};
    const costengine_request& wish = longer.known;
    if (one_in(20)) {
      longer.known.struct_size = sizeof longer;
      longer.more.front() = below(2);
    }
    costengine_result* result = nullptr;
    const bool no_request = one_in(50), no_out = one_in(50);
    check(costengine_estimate(one_in(50) ? nullptr : context(), no_request ? nullptr : &wish,
                              no_out ? nullptr : &result));
    look_at(ResultHandle(result));
  }

  void start() {
    const costengine_request wish = request();
    std::uint64_t job = 0;
    if (check(costengine_job_start(context(), &wish, &job)) == COSTENGINE_OK) jobs_.push_back(job);
  }

  std::uint64_t any_job() {
    if (jobs_.empty() || one_in(20)) return below(1'000'000) + 1'000'000;
    return jobs_[static_cast<std::size_t>(below(jobs_.size()))];
  }

  void poll() {
    costengine_job_status status;
    COSTENGINE_INIT(status);
    if (one_in(10)) status.struct_size = static_cast<std::uint32_t>(below(20));
    check(costengine_job_poll(context(), any_job(), one_in(20) ? nullptr : &status));
    std::uint64_t queued = 0;
    check(costengine_job_counts(context(), &queued, nullptr));
  }

  void take_result() {
    const std::uint64_t job = any_job();
    check(costengine_job_wait(context(), job, below(20), nullptr));
    costengine_result* result = nullptr;
    check(costengine_job_result(context(), job, &result));
    look_at(ResultHandle(result));
  }

  void release_one() {
    if (jobs_.empty()) return;
    const std::size_t at = static_cast<std::size_t>(below(jobs_.size()));
    check(costengine_job_release(context(), jobs_[at]));
    jobs_.erase(jobs_.begin() + static_cast<std::ptrdiff_t>(at));
  }

  /// Every accessor, beyond the end too.
  void look_at(const ResultHandle& result) {
    if (!result) return;
    ++answers;
    costengine_summary summary;
    COSTENGINE_INIT(summary);
    if (one_in(10)) summary.struct_size = static_cast<std::uint32_t>(below(sizeof summary + 1));
    check(costengine_result_summary(result.get(), &summary));
    for (std::size_t l = 0; l <= costengine_result_line_count(result.get()); ++l) {
      costengine_line line;
      COSTENGINE_INIT(line);
      check(costengine_result_line(result.get(), l, &line));
    }
    for (std::size_t f = 0; f <= costengine_result_finding_count(result.get()); ++f) {
      costengine_finding finding;
      COSTENGINE_INIT(finding);
      check(costengine_result_finding(result.get(), f, &finding));
    }
    costengine_layer layer;
    COSTENGINE_INIT(layer);
    check(costengine_result_layer(result.get(), static_cast<std::size_t>(below(20)), &layer));
    costengine_feature feature;
    COSTENGINE_INIT(feature);
    check(costengine_result_feature(result.get(), static_cast<std::size_t>(random_()), &feature));
    if (one_in(4) && costengine_result_json(result.get(), nullptr) == nullptr) ++wrong;
  }

  /// A context of random options that lives as long as a job in it runs, or not
  /// even that.
  void other_context() {
    Longer<costengine_context_options> longer{};
    costengine_context_options& options = longer.known;
    COSTENGINE_INIT(options);
    options.threads = static_cast<std::uint32_t>(below(5));
    options.workers = static_cast<std::uint32_t>(1 + below(2));
    options.max_queued = below(3);
    if (one_in(10)) {
      options.struct_size = static_cast<std::uint32_t>(below(sizeof longer + 1));
      longer.more.back() = below(2);
    }
    if (one_in(10)) options.max_coordinate_mm = -1;
    costengine_context* other = nullptr;
    if (check(costengine_context_create(&options, &other)) != COSTENGINE_OK) return;
    const costengine_request wish = request();
    std::uint64_t job = 0;
    check(costengine_job_start(other, &wish, &job));
    char* metrics = nullptr;
    check(costengine_context_metrics(other, &metrics));
    costengine_string_release(metrics);
    costengine_context_release(other);
  }

  void load() {
    static const std::array<const char*, 6> kNames = {nullptr, "",       "example",
                                                      "petg",  "nobody", "/dev/null"};
    const auto name = [this] { return kNames[static_cast<std::size_t>(below(kNames.size()))]; };
    const std::array<const char*, 2> settings = {"layer_height=0.3", "no=such"};
    costengine_profile* profile = nullptr;
    check(costengine_profile_load(name(), name(), settings.data(), below(3), &profile));
    costengine_profile_release(profile);
    static const std::string kText = "name = \"\xc3\xa4\"\n[material";
    check(costengine_profile_parse(static_cast<std::int32_t>(below(4)), kText.data(),
                                   below(kText.size()), name(), nullptr, nullptr, 0, &profile));
    costengine_profile_release(profile);
    costengine_prices* prices = nullptr;
    check(costengine_prices_load(name(), &prices));
    costengine_prices_release(prices);
    check(costengine_prices_parse(kText.data(), below(kText.size()), name(), &prices));
    costengine_prices_release(prices);
  }

  const Shop& shop_;
  std::mt19937_64 random_;
  std::vector<std::uint64_t> jobs_;
};

}  // namespace

int main(int argc, char** argv) {
  const auto number = [&](int at, std::uint64_t otherwise) {
    return argc > at ? std::strtoull(argv[at], nullptr, 10) : otherwise;
  };
  const std::uint64_t sequences = number(1, 1000), threads = number(2, 8), seed = number(3, 1);
  costengine_context_options options;
  COSTENGINE_INIT(options);
  options.threads = 2;
  options.workers = 3;
  options.threads_per_job = 2;
  options.max_queued = 20;
  std::uint64_t logged = 0;
  options.log = [](const char*, std::size_t length, void* payload) {
    *static_cast<std::uint64_t*>(payload) += length;  // never called twice at once
  };
  options.log_payload = &logged;
  {
    Shop shop(&options);
    const char* const few_layers = "layer_height=0.3";
    costengine_profile* profile = nullptr;
    costengine_profile_load(nullptr, nullptr, &few_layers, 1, &profile);
    shop.profile.reset(profile);
    std::atomic<std::uint64_t> next{0};
    std::vector<std::thread> players;
    for (std::uint64_t t = 0; t < threads; ++t) {
      players.emplace_back([&, t] {
        Player player(shop, seed * 1000 + t);
        while (next++ < sequences) player.play();
        player.release_all();
      });
    }
    for (std::thread& player : players) player.join();
  }
  std::printf("%llu sequences, %llu calls, %llu answers, %llu cancelled, %llu wrong\n",
              static_cast<unsigned long long>(sequences),
              static_cast<unsigned long long>(calls.load()),
              static_cast<unsigned long long>(answers.load()),
              static_cast<unsigned long long>(cancelled.load()),
              static_cast<unsigned long long>(wrong.load()));
  return wrong != 0;
}
