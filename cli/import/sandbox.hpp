/// The helper's own limits: what the parsers may cost and what they may ask of the system.
#pragma once

#include <cstdint>

namespace costengine::import {

/// Call once the input is in memory and before it is looked at. From here on:
/// - memory is 2 GiB + 20 x the input, processor time 30 s, no core dump;
/// - no file grows, no descriptor can be added;
/// - every system call but those that a computation needs fails with EPERM: no open, no connect,
///   no fork, no exec.
/// Refuses (see Refusal) if the system cannot do that: hostile bytes are not parsed without it.
void enter_sandbox(std::uint64_t input_bytes);

}  // namespace costengine::import
