# Imported targets for the libraries whose own CMake packages do not fit: nettle has none, and of
# toml++ and fast_float only the headers are used (toml++'s shared library would be loaded by every
# run, also by one that reads no TOML file). The build uses this file, and installed beside it
# costengineConfig.cmake does.

# costengine_library(<name> <header> [<library>]) makes costengine::<name>, or nothing if a part of
# it is not found.
function(costengine_library name header)
  if(TARGET costengine::${name})
    return()
  endif()
  find_path(COSTENGINE_${name}_INCLUDE_DIR ${header})
  mark_as_advanced(COSTENGINE_${name}_INCLUDE_DIR)
  if(NOT COSTENGINE_${name}_INCLUDE_DIR)
    return()
  endif()
  if(ARGC GREATER 2)
    find_library(COSTENGINE_${name}_LIBRARY ${ARGV2})
    mark_as_advanced(COSTENGINE_${name}_LIBRARY)
    if(NOT COSTENGINE_${name}_LIBRARY)
      return()
    endif()
  endif()
  add_library(costengine::${name} INTERFACE IMPORTED GLOBAL)
  target_include_directories(costengine::${name} INTERFACE "${COSTENGINE_${name}_INCLUDE_DIR}")
  if(ARGC GREATER 2)
    target_link_libraries(costengine::${name} INTERFACE "${COSTENGINE_${name}_LIBRARY}")
  endif()
endfunction()

costengine_library(fast_float fast_float/fast_float.h)
costengine_library(nettle nettle/sha2.h nettle)
costengine_library(sqlite sqlite3.h sqlite3)
costengine_library(tomlplusplus toml++/toml.h)
