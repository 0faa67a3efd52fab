/// Surfaces as files.
#pragma once

#include <string>

#include "surface.hpp"

namespace samples {

/// Little endian, zero attribute, normals by the right-hand rule.
std::string to_stl_binary(const Surface& surface, const std::string& name);
/// Coordinates in full: read as double or as float they are those of the binary file.
std::string to_stl_ascii(const Surface& surface, const std::string& name);
/// Likewise; indices count from 1.
std::string to_obj(const Surface& surface, const std::string& name);

}  // namespace samples
