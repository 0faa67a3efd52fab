/// What the rows of a batch depend on besides the files.
#pragma once

#include <string>
#include <string_view>

#include "work.hpp"

namespace costengine::cli {

/// One line, "NAME VALUE", for each thing on which the rows depend.
std::string job_fingerprint(const Job& job);

/// The names of the lines in which two fingerprints differ, "profile, prices"; empty if in none.
std::string differences(std::string_view a, std::string_view b);

}  // namespace costengine::cli
