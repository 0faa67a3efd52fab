/// From arguments to a Command.
#pragma once

#include <stdexcept>

#include "commands.hpp"

namespace costengine::cli {

/// what() is one line for a person.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Opens and reads nothing. Throws UsageError.
Command parse_command_line(int argc, char** argv);

}  // namespace costengine::cli
