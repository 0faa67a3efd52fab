/// costengine: what a 3D print costs, on the command line.

#include <malloc.h>

#include <exception>
#include <new>

#include "command_line/command_line.hpp"
#include "output.hpp"
#include "signals.hpp"

namespace cli = costengine::cli;

namespace {

/// Memory that was given back is kept for the next stage: asking the kernel for fresh pages takes
/// longer than most of what is done with them.
void keep_freed_memory() {
  constexpr int kLargest = 32 << 20;  // bytes: the most that glibc takes
  mallopt(M_MMAP_THRESHOLD, kLargest);
  mallopt(M_TRIM_THRESHOLD, kLargest);
  mallopt(M_TOP_PAD, 1 << 20);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    keep_freed_memory();
    cli::prepare_streams();
    cli::install_signal_handlers();
    const cli::Command command = cli::parse_command_line(argc, argv);
    const cli::ExitCode code = std::visit([](const auto& c) { return cli::run(c); }, command);
    cli::finish_output();
    return static_cast<int>(code);
  } catch (const cli::UsageError& error) {
    cli::complain(error.what());
    return static_cast<int>(cli::ExitCode::kUsage);
  } catch (const cli::OutputError& error) {
    cli::complain(error.what());
  } catch (const std::bad_alloc&) {
    cli::complain("out of memory");
  } catch (const std::exception& error) {
    cli::complain(std::string("internal error, please report it: ") + error.what());
  }
  return static_cast<int>(cli::ExitCode::kFailed);
}
