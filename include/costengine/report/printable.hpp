/// Text of unknown origin, made safe and measurable for a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "costengine/base/config.hpp"

namespace costengine {

/// `text` on one line and without anything that could steer a terminal or deceive its reader:
/// control characters, invisible and bidirectional marks and bytes that are not UTF-8 are shown as
/// escapes ("\n", "\x1b", "\u202e"). Everything else is kept, so most names come back unchanged.
std::string printable(std::string_view text);

/// Columns of a terminal that `text` takes: 2 for East Asian wide characters and emoji, 0 for
/// combining marks, else 1. Scripts whose marks are not in the table are counted too wide, never
/// too narrow.
std::size_t display_columns(std::string_view text);

/// printable(text), with its middle replaced by "..." if it takes more than `columns`; the ending
/// of a file name stays visible. Precondition: columns >= 8.
std::string shortened(std::string_view text, std::size_t columns);

/// printable(text), broken between words into lines of at most `columns`; longer words are cut.
/// At least one line. Precondition: columns >= 8.
std::vector<std::string> wrapped(std::string_view text, std::size_t columns);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/report/printable.ipp"
#endif
