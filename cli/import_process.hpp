/// The side of the command line that runs costengine-import: formats which the library does not
/// read itself are parsed in another process, so that a crash there is an error here.
#pragma once

#include <cstdint>
#include <string>

#include "costengine/mesh/load.hpp"

namespace costengine::cli {

struct ImportProcessOptions {
  /// Wall clock for one file; the helper also limits its own processor time to 30 s.
  std::uint64_t max_wall_ms = 60'000;
};

/// An importer for LoadOptions::importer that starts `helper_path` once per file. The helper gets
/// the bytes on its standard input and never a name, an empty environment and no other open file.
///
/// Errors: kUnsupportedFormat (the helper is not there), kImportFailed (it crashed, ran too long,
/// refused the file, or answered nonsense), kNoFaces, kIndex, kNonfinite, kLimitFacets,
/// kReadFailed, kCancelled, kLimitTime. Cancellation is seen within 50 ms.
/// The answer is checked as untrusted: sizes before memory, then every index and coordinate.
/// Cost: about 10 ms to start the helper, and one copy of the file in memory.
/// Threads: may be called from several threads at once; each call runs its own helper.
Importer make_process_importer(std::string helper_path, ImportProcessOptions options = {});

/// Where costengine-import belongs: beside the running executable, else in
/// ../libexec/costengine/ from there. Never searched in $PATH. Empty if it is in neither place.
std::string default_import_helper();

}  // namespace costengine::cli
