/// Macros: the template language of PrusaSlicer's start, end and layer-change G-code.
///
///     G1 Z{z_offset + min(max_layer_z + 2, max_print_height)} F600
///     {if filament_type[0] == "PLA"}M104 S[first_layer_temperature]{else}...{endif}
///
/// Known are [name], [name_2], [name[index]] and {expression}; {if}, {elsif}, {else}, {endif}; in
/// expressions numbers, "strings", true, false, names, vectors by index, + - * / %, == != <> < <= >
/// >=, and &&, or ||, not !, =~ and !~ with /pattern/, c ? a : b, min, max, int, round, digits,
/// zdigits. Two integers divide to an integer, + joins strings, an index beyond the end means the
/// first value, numbers print with six significant digits, a pattern must match the whole string.
///
/// This is the language of version 2.5, less strict: comparisons may stand anywhere, a vector
/// without an index means its first value, numbers other than 0 are true.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "costengine/base/config.hpp"
#include "costengine/base/error.hpp"

namespace costengine {

using MacroValue = std::variant<bool, std::int64_t, double, std::string>;

/// What a template may name; a scalar is a vector of one.
using MacroVariables = std::map<std::string, std::vector<MacroValue>, std::less<>>;

/// The values of a setting as an .ini writes it: "215,210" are two integers, "15%" is 15.0,
/// "\"PLA\";\"PETG\"" are two strings. Never empty.
std::vector<MacroValue> macro_values(std::string_view ini_text);

struct MacroText {
  std::string text;
  /// Names that have no value, each once. They print as nothing; what is computed from them has no
  /// value either, and as a condition that counts as false. Names in branches not taken are not
  /// looked at.
  std::vector<std::string> unknown;
};

/// The text that a template stands for.
/// Errors, with Stage::kPlan and the line of the template: kSyntax where the language is broken or
/// the engine does not know it; kSettingInvalid for arithmetic without a result, or on strings;
/// kLimitBytes where the text would exceed 4 MiB.
/// Cost: microseconds. Threads: any number of calls at once.
Result<MacroText> expand_macro(std::string_view macro, const MacroVariables& variables);

}  // namespace costengine

#ifdef COSTENGINE_HEADER_ONLY
#include "costengine/detail/motion/macro.ipp"
#endif
