#include "inputs.hpp"

#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <span>
#include <unordered_set>

#include "command_line/command_line.hpp"
#include "costengine/base/byte_source.hpp"
#include "costengine/mesh/load.hpp"

namespace costengine::cli {
namespace {

namespace fs = std::filesystem;

/// Appends the models in a folder, sorted.
void append_folder(const std::string& folder, std::vector<std::string>& paths) {
  const std::size_t first = paths.size();
  std::vector<std::string> folders = {folder};
  while (!folders.empty()) {
    const std::string here = std::move(folders.back());
    folders.pop_back();
    std::error_code error;
    fs::directory_iterator entries(here, error);
    for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
      const std::string name = entries->path().filename().string();
      if (name.starts_with('.')) continue;
      std::error_code unknown;
      if (entries->symlink_status(unknown).type() == fs::file_type::directory) {
        folders.push_back(entries->path().string());
      } else if (format_from_name(name) &&
                 entries->status(unknown).type() != fs::file_type::directory) {
        paths.push_back(entries->path().string());
      }
    }
    if (error) paths.push_back(here);
  }
  std::sort(paths.begin() + static_cast<std::ptrdiff_t>(first), paths.end());
}

void append_path(const std::string& path, std::vector<std::string>& paths) {
  std::error_code unknown;
  if (fs::is_directory(path, unknown)) {
    append_folder(path, paths);
  } else {
    paths.push_back(path);
  }
}

void append_matches(const std::string& pattern, std::vector<std::string>& paths) {
  glob_t found{};
  const int result = ::glob(pattern.c_str(), GLOB_MARK, nullptr, &found);
  const std::unique_ptr<glob_t, void (*)(glob_t*)> owner(&found, ::globfree);
  if (result == GLOB_NOMATCH) throw UsageError("no file matches " + pattern);
  if (result != 0) throw UsageError("cannot look for files that match " + pattern);
  for (const char* path : std::span(found.gl_pathv, found.gl_pathc)) append_path(path, paths);
}

std::string read_list(const std::string& path) {
  Limits limits;
  limits.max_input_bytes = std::uint64_t{1} << 30;
  const std::string name = path == "-" ? "standard input" : path;
  const int file = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) throw UsageError("cannot open the list " + name + ": " + std::strerror(errno));
  const auto source = read_descriptor(file, limits);
  if (file != STDIN_FILENO) ::close(file);
  if (!source.ok()) throw UsageError("the list " + name + ": " + source.error().message);
  std::string text(source.value()->size(), '\0');
  const Status status = source.value()->read_at(0, std::as_writable_bytes(std::span(text)));
  if (!status.ok()) throw UsageError("the list " + name + ": " + status.error().message);
  return text;
}

void append_word(const std::string& word, std::vector<std::string>& paths) {
  const bool list = word == "-" || word.starts_with('@');
  std::error_code unknown;
  if (list) {
    for (const std::string& path : listed_paths(read_list(word == "-" ? word : word.substr(1)))) {
      append_path(path, paths);
    }
  } else if (word.find_first_of("*?[") != std::string::npos && !fs::exists(word, unknown)) {
    append_matches(word, paths);
  } else {
    append_path(word, paths);
  }
}

}  // namespace

FileState file_state(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return {};
  constexpr std::int64_t kNsPerS = 1'000'000'000;
  return {static_cast<std::uint64_t>(info.st_size),
          info.st_ctim.tv_sec * kNsPerS + info.st_ctim.tv_nsec};
}

std::vector<std::string> listed_paths(std::string_view text) {
  const char end = text.find('\0') == std::string_view::npos ? '\n' : '\0';
  std::vector<std::string> paths;
  while (!text.empty()) {
    const std::size_t length = std::min(text.find(end), text.size());
    std::string_view path = text.substr(0, length);
    text.remove_prefix(std::min(length + 1, text.size()));
    if (end == '\n' && path.ends_with('\r')) path.remove_suffix(1);
    if (!path.empty()) paths.emplace_back(path);
  }
  return paths;
}

std::vector<std::string> expand_inputs(const std::vector<std::string>& words) {
  std::vector<std::string> paths;
  for (const std::string& word : words) {
    const std::size_t before = paths.size();
    append_word(word, paths);
    if (paths.size() == before) {
      throw UsageError(word == "-" ? "standard input lists no file"
                                   : "there is no model in " + word);
    }
  }
  std::unordered_set<std::string> seen;
  std::erase_if(paths, [&seen](const std::string& path) { return !seen.insert(path).second; });
  return paths;
}

}  // namespace costengine::cli
