/// Structs whose size the caller states, so that they may grow: struct_size comes first.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>

#include "guard.hpp"

namespace costengine::c_api {

constexpr std::size_t kSmallestStruct = 8;
constexpr std::size_t kLargestStruct = 4096;

/// The size that the caller states; 0 if it cannot be one.
inline std::size_t stated_size(const void* object) {
  if (object == nullptr) return 0;
  std::uint32_t size = 0;
  std::memcpy(&size, object, sizeof size);
  return size >= kSmallestStruct && size <= kLargestStruct && size % 8 == 0 ? size : 0;
}

/// A copy of what the caller passed: members that an older caller does not know are zero.
/// Errors: kInvalidArgument: NULL, no size, or a newer caller asks for what is not known here.
template <class T>
Result<T> read_struct(const T* given, const char* name) {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) % 8 == 0);
  const std::size_t size = stated_size(given);
  if (size == 0) {
    return invalid(std::string(name) +
                   " is NULL or its struct_size is wrong; use COSTENGINE_INIT()");
  }
  T object{};
  std::memcpy(&object, given, std::min(size, sizeof(T)));
  const auto* const bytes = reinterpret_cast<const unsigned char*>(given);
  if (size > sizeof(T) &&
      std::any_of(bytes + sizeof(T), bytes + size, [](unsigned char byte) { return byte != 0; })) {
    return invalid(std::string(name) +
                   " sets a member that this version of the library does not know: update the "
                   "library, or leave the member 0");
  }
  return object;
}

/// Copies as much of `object` as the caller's struct has room for and zeros the rest of that.
/// False, and nothing written, if `out` is NULL or its struct_size is wrong.
template <class T>
bool write_struct(T object, T* out) {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) % 8 == 0);
  const std::size_t size = stated_size(out);
  if (size == 0) return false;
  object.struct_size = static_cast<std::uint32_t>(size);
  std::memcpy(out, &object, std::min(size, sizeof(T)));
  if (size > sizeof(T)) {
    std::memset(reinterpret_cast<unsigned char*>(out) + sizeof(T), 0, size - sizeof(T));
  }
  return true;
}

template <class T>
Status write(const T& object, T* out) {
  if (write_struct(object, out)) return Ok{};
  return invalid("the struct to fill is NULL or its struct_size is wrong; use COSTENGINE_INIT()");
}

}  // namespace costengine::c_api
