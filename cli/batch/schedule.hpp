/// Which task is next. Files with the same content are one task: those of equal length are hashed
/// first, all others cannot be the same.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "inputs.hpp"
#include "work.hpp"

namespace costengine::cli {

struct Input {
  std::string path;
  FileState state;
};

class Schedule {
 public:
  /// Of `inputs` those that are not `done`; all for one request. Keeps a reference to `inputs`.
  Schedule(const std::vector<Input>& inputs, const std::vector<bool>& done, std::string request_id);

  /// The next task, if one can be given now.
  std::optional<Task> next();

  /// The answer to a task of Task::Kind::kHash; empty if there is none.
  void hashed(std::size_t input, const std::string& hash);
  /// An input has its row, or has failed while it was hashed.
  void finished(std::size_t input);

  /// How many files were found to be the same as another.
  [[nodiscard]] std::size_t repeated() const { return repeated_; }

 private:
  struct Group {
    std::size_t unknown = 0;  ///< hashes that are still to come
    std::map<std::string, std::vector<std::size_t>> same;
  };
  [[nodiscard]] TaskFile file(std::size_t input) const;
  void close(Group& group);

  const std::vector<Input>& inputs_;
  std::string request_id_;
  std::deque<std::size_t> to_hash_;
  std::deque<Task> to_estimate_;
  std::deque<Group> groups_;
  std::map<std::size_t, Group*> group_of_;  ///< inputs without a hash yet
  std::size_t repeated_ = 0;
};

}  // namespace costengine::cli
