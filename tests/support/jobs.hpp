/// Jobs for tests, whose models and caches wait until the test lets them go on.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "costengine/run/jobs.hpp"
#include "support/map_cache.hpp"
#include "support/profiles.hpp"
#include "support/shapes.hpp"

namespace costengine::test {
using namespace std::chrono_literals;

/// A model whose bytes come only once open() was called; counts how often it is read from the
/// beginning.
class Gate final : public ByteSource {
 public:
  explicit Gate(const Mesh& mesh, bool opened = false)
      : bytes_(shapes::to_stl_binary(mesh)), opened_(opened) {}

  [[nodiscard]] std::uint64_t size() const noexcept override { return bytes_.size(); }

  [[nodiscard]] Status read_at(std::uint64_t offset, std::span<std::byte> out) const override {
    std::unique_lock lock(mutex_);
    if (offset == 84) ++reads_;  // the facets: hashing asks for them with the header
    entered_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return opened_; });
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
    return Ok{};
  }

  void open() {
    const std::lock_guard lock(mutex_);
    opened_ = true;
    changed_.notify_all();
  }
  void wait_until_read() const {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return entered_; });
  }
  [[nodiscard]] int reads() const {
    const std::lock_guard lock(mutex_);
    return reads_;
  }
  [[nodiscard]] std::string hash() const {
    const char* const text = reinterpret_cast<const char*>(bytes_.data());
    return "sha256:" + sha256_hex(std::string_view(text, bytes_.size()));
  }

 private:
  std::vector<std::byte> bytes_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  mutable bool entered_ = false;
  mutable int reads_ = 0;
  bool opened_;
};

/// Takes long to look into one tier: until go_on() is called.
class SlowCache final : public Cache {
 public:
  explicit SlowCache(CacheTier slow) : slow_(slow) {}

  std::optional<CacheEntry> find(CacheTier tier, std::string_view key) override {
    std::unique_lock lock(mutex_);
    if (tier == slow_) {
      asked_ = true;
      changed_.notify_all();
      changed_.wait(lock, [this] { return goes_on_; });
    }
    return entries_.find(tier, key);
  }
  bool store(CacheTier tier, std::string_view key, std::string_view value) override {
    const std::lock_guard lock(mutex_);
    return entries_.store(tier, key, value);
  }
  void wait_until_asked() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return asked_; });
  }
  void go_on() {
    const std::lock_guard lock(mutex_);
    goes_on_ = true;
    changed_.notify_all();
  }

 private:
  CacheTier slow_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool asked_ = false, goes_on_ = false;
  MapCache entries_;
};

inline std::shared_ptr<const Profile> profile_with(const std::vector<std::string>& overrides = {}) {
  return std::make_shared<const Profile>(built_in("", overrides));
}

inline const std::shared_ptr<const Profile>& usual_profile() {
  static const auto profile = profile_with();
  return profile;
}

inline std::shared_ptr<const PriceSheet> usual_prices() {
  return std::make_shared<const PriceSheet>(example_price_sheet());
}

inline JobRequest job_for(std::shared_ptr<const ByteSource> source,
                          const std::string& name = "box") {
  JobRequest request;
  request.input = name;
  request.source = std::move(source);
  request.profile = usual_profile();
  request.prices = usual_prices();
  return request;
}

inline std::shared_ptr<Gate> gate(double side_mm, bool opened = false) {
  return std::make_shared<Gate>(shapes::box(side_mm, side_mm, 1).mesh, opened);
}

inline JobQueueOptions with_workers(unsigned workers) {
  JobQueueOptions options;
  options.workers = workers;
  return options;
}
inline JobQueueOptions one_worker() {
  return with_workers(1);
}

/// Until so many calculations wait or are under way, whoever waits for them.
inline void wait_until_left(const JobQueue& queue, std::size_t calculations) {
  for (int wait = 0; wait < 5000 && queue.queued() + queue.running() > calculations; ++wait) {
    std::this_thread::sleep_for(1ms);
  }
  REQUIRE(queue.queued() + queue.running() == calculations);
}

inline JobId started(JobQueue& queue, JobRequest request) {
  Result<JobId> id = queue.start(std::move(request));
  if (!id.ok()) FAIL(id.error().to_string());
  return id.value();
}

inline JobState end_of(const JobQueue& queue, JobId id) {
  const JobState state = queue.wait(id, 60s).value().state;
  REQUIRE(state != JobState::kQueued);
  REQUIRE(state != JobState::kRunning);
  return state;
}

inline Estimate answer_of(const JobQueue& queue, JobId id) {
  REQUIRE(end_of(queue, id) == JobState::kDone);
  return *queue.result(id).value();
}

}  // namespace costengine::test
