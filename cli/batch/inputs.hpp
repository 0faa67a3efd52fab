/// The files that a batch works on.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace costengine::cli {

/// What tells a file from what it was before: 0 and 0 for one that cannot be looked at.
struct FileState {
  std::uint64_t bytes = 0;
  std::int64_t changed_ns = 0;  ///< time of its last change, which nobody can set (st_ctim)

  bool operator==(const FileState&) const = default;
};

FileState file_state(const std::string& path);

/// The paths that `words` of the command line name, each once, in the order in which they are named
/// first. A word is
///   a file, or what is not there: itself, so that its absence is a row of the output;
///   a folder: all files in it and in folders below, sorted, whose name ends like a model's and
///     begins with no dot; links to folders are not followed, and a folder that cannot be read is a
///     path of its own, so that it becomes a row;
///   a pattern with * ? or [ that is no file's name: what glob(7) finds, sorted;
///   @FILE, or - for standard input: the files and folders listed there, see listed_paths().
/// Throws UsageError: a list that cannot be read; a word, or all of them, without a file.
std::vector<std::string> expand_inputs(const std::vector<std::string>& words);

/// The paths in a list: one a line, or, if there is a NUL in it, one between NULs (as of
/// find -print0). Lines may end with CR LF; empty ones do not count.
std::vector<std::string> listed_paths(std::string_view text);

}  // namespace costengine::cli
