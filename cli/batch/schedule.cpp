#include "schedule.hpp"

#include <tuple>
#include <utility>

#include "costengine/mesh/load.hpp"

namespace costengine::cli {

Schedule::Schedule(const std::vector<Input>& inputs, const std::vector<bool>& done,
                   std::string request_id)
    : inputs_(inputs), request_id_(std::move(request_id)) {
  // The format that a name promises may decide how the content is read.
  using Kind = std::tuple<std::uint64_t, std::optional<MeshFormat>>;
  std::map<Kind, std::vector<std::size_t>> alike;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!done[i]) alike[{inputs[i].state.bytes, format_from_name(inputs[i].path)}].push_back(i);
  }
  std::vector<std::size_t> single;
  for (const auto& [kind, members] : alike) {
    if (members.size() == 1 || std::get<0>(kind) == 0) {
      single.insert(single.end(), members.begin(), members.end());
      continue;
    }
    groups_.push_back({members.size(), {}});
    for (const std::size_t input : members) group_of_[input] = &groups_.back();
  }
  std::sort(single.begin(), single.end());
  for (const std::size_t input : single) {
    to_estimate_.push_back({Task::Kind::kEstimate, {file(input)}, {}});
  }
  for (const auto& [input, group] : group_of_) to_hash_.push_back(input);
}

TaskFile Schedule::file(std::size_t input) const {
  return {input, inputs_[input].path, request_id_};
}

std::optional<Task> Schedule::next() {
  if (!to_hash_.empty()) {
    const std::size_t input = to_hash_.front();
    to_hash_.pop_front();
    return Task{Task::Kind::kHash, {file(input)}, {}};
  }
  if (to_estimate_.empty()) return {};
  Task task = std::move(to_estimate_.front());
  to_estimate_.pop_front();
  return task;
}

void Schedule::hashed(std::size_t input, const std::string& hash) {
  const auto found = group_of_.find(input);
  if (found == group_of_.end()) return;
  Group& group = *found->second;
  group_of_.erase(found);
  if (hash.empty()) {
    to_estimate_.push_back({Task::Kind::kEstimate, {file(input)}, {}});  // it will say why
  } else {
    group.same[hash].push_back(input);
  }
  if (--group.unknown == 0) close(group);
}

void Schedule::finished(std::size_t input) {
  const auto found = group_of_.find(input);
  if (found == group_of_.end()) return;
  Group& group = *found->second;
  group_of_.erase(found);
  if (--group.unknown == 0) close(group);
}

void Schedule::close(Group& group) {
  for (auto& [hash, members] : group.same) {
    std::sort(members.begin(), members.end());
    Task task{Task::Kind::kEstimate, {}, hash};
    for (const std::size_t input : members) task.files.push_back(file(input));
    repeated_ += members.size() - 1;
    to_estimate_.push_back(std::move(task));
  }
  group.same.clear();
}

}  // namespace costengine::cli
