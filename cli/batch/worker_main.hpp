/// The life of a worker process.
#pragma once

#include <sys/types.h>

#include "work.hpp"

namespace costengine::cli {

/// Does the tasks that come over `socket` until it is closed, in a process just forked by `parent`;
/// then ends the process. Keeps no other descriptor of the parent but standard error.
[[noreturn]] void worker_main(int socket, pid_t parent, const Job& job) noexcept;

}  // namespace costengine::cli
