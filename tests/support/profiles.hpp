// Loading profiles in tests, and looking at what comes out.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "costengine/profile/load.hpp"

namespace costengine::test {

inline const std::filesystem::path kTests =
    std::filesystem::path(__FILE__).parent_path().parent_path();

inline std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file.good());
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The loaded profile; fails the test with the error's words if there is none.
inline Profile loaded(Result<Profile> result) {
  if (!result.ok()) FAIL(result.error().to_string());
  return std::move(result).value();
}

inline Profile ini(const std::string& text, std::vector<std::string> overrides = {},
                   const std::string& material = "") {
  return loaded(parse_ini_profile(text, {"test.ini", material, std::move(overrides)}));
}
inline Profile toml(const std::string& text, std::vector<std::string> overrides = {},
                    const std::string& material = "") {
  return loaded(parse_toml_profile(text, {"test.toml", material, std::move(overrides)}));
}
inline Profile built_in(const std::string& name, std::vector<std::string> overrides = {},
                        const std::string& material = "") {
  return loaded(load_profile({name, material, std::move(overrides)}));
}

inline Error error_of(const Result<Profile>& result) {
  if (result.ok()) FAIL("a profile came out where an error was due");
  return result.error();
}
inline Error ini_error(const std::string& text, std::vector<std::string> overrides = {}) {
  return error_of(parse_ini_profile(text, {"test.ini", "", std::move(overrides)}));
}
inline Error toml_error(const std::string& text) {
  return error_of(parse_toml_profile(text, {"test.toml", "", {}}));
}
inline Error set_error(const std::string& assignment) {
  return error_of(load_profile({"", "", {assignment}}));
}

inline void check_error(const Error& error, ErrorCode code, std::optional<std::uint64_t> line,
                        const std::string& words) {
  INFO(error.to_string());
  CHECK(error.code == code);
  CHECK(error.stage == Stage::kProfile);
  CHECK(error.line == line);
  CHECK(error.message.find(words) != std::string::npos);
}

inline const SettingValue& value_of(const Profile& profile, std::string_view key) {
  const auto found = std::find_if(profile.values.begin(), profile.values.end(),
                                  [&](const SettingValue& value) { return value.key == key; });
  REQUIRE(found != profile.values.end());
  return *found;
}

inline bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace costengine::test
