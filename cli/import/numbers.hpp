/// Words of a text format as numbers: the whole word, or a refusal. A missing number is never zero.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace costengine::import {

/// `text` without the white space around it. `what` names it in the refusal (kNumber; kNonfinite
/// for NaN and infinity).
double to_number(std::optional<std::string_view> text, std::string_view what);
std::uint32_t to_index(std::optional<std::string_view> text, std::string_view what);

/// For values that no result depends on: NaN and infinity are numbers too.
void check_number(std::string_view text, std::string_view what);

}  // namespace costengine::import
