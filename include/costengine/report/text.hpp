/// Text: one screen of 80 columns for a person.
///
/// No line takes more than 80 columns, whatever the names and messages are made of; names and
/// messages are shown by printable(). Every line ends with a newline.
#pragma once

#include <string>
#include <string_view>

#include "costengine/estimate.hpp"
#include "costengine/profile/profile.hpp"

namespace costengine {

struct TextOptions {
  bool colour = false;  ///< ANSI colours; for a terminal only
};

/// The part, its verdict and what was found in plain words, the plates it shares, time, material
/// and support, time and filament by feature, the cost lines, the price with its range (or why
/// there is none), where the settings and rates come from, and how long the answer took.
std::string estimate_text(std::string_view path, const Estimate& estimate, const Profile& profile,
                          const TextOptions& options = {});

/// The part, its verdict and everything that was found and measured; nothing about machines or
/// money.
std::string inspect_text(std::string_view path, const Estimate& estimate,
                         const TextOptions& options = {});

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/report/text.ipp"
#endif
