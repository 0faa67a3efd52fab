#include "batch.hpp"

#include <algorithm>
#include <numeric>
#include <thread>
#include <unordered_map>
#include <utility>

#include "batch_bar.hpp"
#include "costengine/report/csv.hpp"
#include "fingerprint.hpp"
#include "output_file.hpp"

namespace costengine::cli {

Batch::Batch(const BatchCommand& command, const Job& job, std::string output,
             std::vector<Input> inputs, Observer& observer)
    : command_(command),
      job_(job),
      observer_(observer),
      output_(std::move(output)),
      inputs_(std::move(inputs)),
      places_(inputs_.size()),
      done_(inputs_.size()),
      totals_(job.options.quantity) {
  std::unordered_map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < inputs_.size(); ++i) index[inputs_[i].path] = i;
  std::unordered_map<std::size_t, RunSummary> summaries;
  journal_.emplace(output_ + ".journal", job_fingerprint(job), command.resume,
                   [&](const FileState& state, const RunSummary& summary, Journal::Place place) {
                     const auto found = index.find(summary.input);
                     if (found == index.end()) return;
                     const std::size_t input = found->second;
                     done_[input] = state == inputs_[input].state;
                     places_[input] = place;
                     summaries[input] = summary;
                   });
  for (const auto& [input, summary] : summaries) {
    if (done_[input]) totals_.add(summary);
  }
  resumed_ = static_cast<std::size_t>(std::count(done_.begin(), done_.end(), true));
  done_count_ = resumed_;
}

std::optional<int> Batch::run() {
  if (calculate() && write_output()) return {};
  return signals_.taken();
}

/// False: a signal came.
bool Batch::calculate() {
  if (done_count_ == inputs_.size()) return !signals_.taken();
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  const unsigned wanted = command_.jobs > 0 ? command_.jobs : cores;
  const auto size =
      static_cast<unsigned>(std::min<std::size_t>(wanted, inputs_.size() - done_count_));
  const auto make_crew = command_.isolate ? make_process_crew : make_thread_crew;
  const std::unique_ptr<Crew> crew = make_crew(job_, size);
  Schedule schedule(inputs_, done_, command_.models.observe.request.id);
  BatchBar bar(inputs_.size(), done_count_);
  while (!signals_.taken()) {
    while (crew->has_room()) {
      std::optional<Task> task = schedule.next();
      if (!task) break;
      crew->give(std::move(*task));
    }
    if (!crew->busy()) break;
    constexpr int kBarMs = 200;
    const std::vector<Message> messages = crew->wait(signals_.descriptor(), kBarMs);
    if (signals_.taken()) break;  // what failed now may have failed for that
    for (const Message& message : messages) {
      const auto input = static_cast<std::size_t>(message.input);
      if (message.kind == Message::Kind::kHash) {
        schedule.hashed(input, message.text);
      } else {
        schedule.finished(input);
        finished(input, message.row);
      }
    }
    journal_->flush_if_due();
    bar.show(done_count_);
  }
  repeated_ = schedule.repeated();
  observer_.set_queue(inputs_.size() - done_count_, 0);  // as the metrics show it: at the end
  return !signals_.taken();
}

/// Here every row passes, once, in the order in which they are finished.
void Batch::finished(std::size_t input, const Row& row) {
  places_[input] = journal_->append(inputs_[input].state, row);
  done_[input] = true;
  ++done_count_;
  totals_.add(row.summary);
  observer_.finished(row.summary);
}

/// False: a signal came.
bool Batch::write_output() {
  std::vector<std::size_t> order(inputs_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (command_.as_finished) {
    std::sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
      return places_[a].offset < places_[b].offset;
    });
  }
  OutputFile file(output_);
  if (job_.csv) file.write(csv_header());
  for (const std::size_t input : order) {
    if (signals_.taken()) return false;
    file.write(journal_->row_text(places_[input]));
  }
  file.put_in_place();
  journal_->remove();
  return true;
}

}  // namespace costengine::cli
