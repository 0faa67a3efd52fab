/// The run of a batch: from its files to its output.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "batch_command.hpp"
#include "crew.hpp"
#include "journal.hpp"
#include "schedule.hpp"
#include "signal_watch.hpp"
#include "totals.hpp"

namespace costengine::cli {

class Batch {
 public:
  /// Opens the journal and takes from it what is finished. Throws UsageError and OutputError.
  Batch(const BatchCommand& command, const Job& job, std::string output, std::vector<Input> inputs,
        Observer& observer);

  /// Calculates what is not finished, and puts the output in place. Throws OutputError; what is
  /// finished is then in the journal. The number of the signal that ended it early, if one did.
  std::optional<int> run();

  [[nodiscard]] const Totals& totals() const { return totals_; }
  [[nodiscard]] std::size_t files() const { return inputs_.size(); }
  [[nodiscard]] std::size_t resumed() const { return resumed_; }    ///< finished by an earlier run
  [[nodiscard]] std::size_t repeated() const { return repeated_; }  ///< same content as another

 private:
  bool calculate();
  bool write_output();
  void finished(std::size_t input, const Row& row);

  const BatchCommand& command_;
  const Job& job_;
  Observer& observer_;
  std::string output_;
  std::vector<Input> inputs_;
  std::vector<Journal::Place> places_;  ///< of the rows of inputs that are done
  std::vector<bool> done_;
  std::size_t done_count_ = 0, resumed_ = 0, repeated_ = 0;
  Totals totals_;
  std::optional<Journal> journal_;
  SignalWatch signals_;
};

}  // namespace costengine::cli
