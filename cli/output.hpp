/// Standard output and standard error, with every write checked.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace costengine::cli {

/// What was printed did not arrive. what() is one line for a person.
class OutputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Takes the place of standard streams that the caller closed, so that no file opened later becomes
/// one of them, and makes a closed pipe or a file at its largest size an error of write() instead of a signal.
/// Call it first.
void prepare_streams();

/// Writes all of `text`; 0, or errno.
int write_all(int descriptor, std::string_view text);

/// Writes all of `text` to standard output, unbuffered. Throws OutputError.
void print(std::string_view text);

/// Makes or replaces the file `path` with all of `text`, or throws OutputError; a regular file is
/// then left empty, not cut.
void write_file(const std::string& path, std::string_view text);

/// Closes standard output: a disk that fills up late is noticed here. Throws OutputError.
void finish_output();

/// "costengine: MESSAGE" as one line on standard error; what could steer a terminal is escaped.
void complain(std::string_view message);

bool output_is_terminal();
/// A terminal that shows ANSI colours, and no wish to go without (NO_COLOR).
bool output_takes_colour();
bool errors_go_to_terminal();

}  // namespace costengine::cli
