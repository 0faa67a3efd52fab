#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "batch_cache.hpp"
#include "crew.hpp"
#include "output.hpp"

namespace costengine::cli {
namespace {

class ThreadCrew final : public Crew {
 public:
  ThreadCrew(const Job& job, unsigned size)
      : job_(job), cache_(open_batch_cache(job.cache)), contexts_(size) {
    if (wake_ < 0) throw OutputError("cannot start the workers: no descriptor is left");
    for (unsigned i = 0; i < size; ++i) threads_.emplace_back([this, i] { work(i); });
  }

  ~ThreadCrew() override {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
      tasks_.clear();
      for (Context* context : contexts_) {
        if (context != nullptr) context->cancel();
      }
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    ::close(wake_);
  }

  ThreadCrew(const ThreadCrew&) = delete;
  ThreadCrew& operator=(const ThreadCrew&) = delete;

  [[nodiscard]] bool has_room() const override { return under_way_ < threads_.size(); }
  [[nodiscard]] bool busy() const override { return under_way_ > 0; }

  void give(Task task) override {
    {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
    }
    ++under_way_;
    changed_.notify_one();
  }

  std::vector<Message> wait(int other_descriptor, int timeout_ms) override {
    std::array<pollfd, 2> waiting = {{{wake_, POLLIN, 0}, {other_descriptor, POLLIN, 0}}};
    ::poll(waiting.data(), waiting.size(), timeout_ms);
    std::uint64_t count = 0;
    if (waiting[0].revents != 0) (void)!::read(wake_, &count, sizeof count);
    std::vector<Message> messages;
    {
      const std::lock_guard lock(mutex_);
      messages.swap(said_);
    }
    under_way_ -= static_cast<std::size_t>(std::erase_if(
        messages, [](const Message& message) { return message.kind == Message::Kind::kDone; }));
    return messages;
  }

 private:
  void work(unsigned number) {
    Worker worker;
    worker.limited = false;
    worker.cache = cache_.get();
    worker.say = [this](Message message) {
      const std::lock_guard lock(mutex_);
      said_.push_back(std::move(message));
      const std::uint64_t one = 1;
      (void)!::write(wake_, &one, sizeof one);
    };
    worker.running = [this, number](Context* context) {
      const std::lock_guard lock(mutex_);
      contexts_[number] = context;
      if (context != nullptr && ending_) context->cancel();
    };
    while (true) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return ending_ || !tasks_.empty(); });
      if (ending_) return;
      const Task task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      do_task(task, job_, worker);
    }
  }

  const Job& job_;
  std::unique_ptr<Cache> cache_;
  int wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  std::size_t under_way_ = 0;  ///< of the owner's thread
  std::mutex mutex_;           ///< guards what follows
  std::condition_variable changed_;
  bool ending_ = false;
  std::deque<Task> tasks_;
  std::vector<Message> said_;
  std::vector<Context*> contexts_;  ///< of each thread, while it calculates
  std::vector<std::thread> threads_;
};

}  // namespace

std::unique_ptr<Crew> make_thread_crew(const Job& job, unsigned size) {
  return std::make_unique<ThreadCrew>(job, size);
}

}  // namespace costengine::cli
