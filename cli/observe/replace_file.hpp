/// Files that appear whole or not at all.
#pragma once

#include <string>
#include <string_view>

namespace costengine::cli {

/// Makes or replaces the file `path` with all of `text`: it is written under another name in the
/// same folder and renamed, so that a reader sees the old file or the new one. Throws OutputError;
/// the old file is then as it was.
void replace_file(const std::string& path, std::string_view text);

}  // namespace costengine::cli
