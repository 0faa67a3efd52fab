/// A place for tests to make a worker misbehave.
#pragma once

#include <string>

namespace costengine::cli {

/// Called by whoever calculates a file, just before. Does nothing; a program made for tests has
/// another one (tests/cli/misbehaving.cpp), for this one is a weak symbol.
void before_file(const std::string& path);

}  // namespace costengine::cli
