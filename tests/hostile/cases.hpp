/// Files as strangers send them, built in code: each with the outcome it must have.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace costengine::hostile {

struct Case {
  std::string name;
  std::string bytes;
  /// "trusted", "estimated", "refused" or "error", then the code that must be among the findings or
  /// be the error's; none where any will do.
  std::string outcome;
  std::string code;
  /// The true volume in mm3, where the outcome has one: a trusted model gives it to 1e-9, an
  /// estimated one holds it in its interval.
  std::optional<double> volume_mm3{};
};

std::vector<Case> binary_stl_cases();
std::vector<Case> ascii_stl_cases();
std::vector<Case> obj_cases();
std::vector<Case> geometry_cases();
std::vector<Case> other_cases();  ///< no model at all, or made to take long

}  // namespace costengine::hostile
