# Finds what the library is built on and names the Debian package of what is missing.

macro(costengine_find name package)
  find_package(${name} ${ARGN} QUIET)
  if(NOT ${name}_FOUND)
    message(FATAL_ERROR "${name} was not found. On Debian: apt-get install ${package}")
  endif()
endmacro()

function(costengine_require target package)
  if(NOT TARGET costengine::${target})
    message(FATAL_ERROR "${target} was not found. On Debian: apt-get install ${package}")
  endif()
endfunction()

# A project that adds this one as a folder links these too.
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)
costengine_find(TBB libtbb-dev)
costengine_find(Qhull libqhull-dev)
costengine_find(nlohmann_json nlohmann-json3-dev)
unset(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL)

include(CostengineLibraries)
costengine_require(fast_float libfast-float-dev)
costengine_require(nettle nettle-dev)
costengine_require(sqlite libsqlite3-dev)
costengine_require(tomlplusplus libtomlplusplus-dev)
