# What to build, and how the compiler is called.

option(COSTENGINE_BUILD_CLI "the costengine executable" ${PROJECT_IS_TOP_LEVEL})
option(COSTENGINE_BUILD_C "libcostengine.so, the C API" ${PROJECT_IS_TOP_LEVEL})
option(COSTENGINE_BUILD_IMPORT "the import helper for 3MF, PLY, OFF, AMF and glTF (needs Assimp, Expat and libzip)"
       ${PROJECT_IS_TOP_LEVEL})
option(COSTENGINE_BUILD_SAMPLES "the sample generator and its models" ${PROJECT_IS_TOP_LEVEL})
option(COSTENGINE_BUILD_TESTS "the tests" ${PROJECT_IS_TOP_LEVEL})
option(COSTENGINE_BUILD_BENCH "the benchmarks of speed (needs Google Benchmark)" OFF)
option(COSTENGINE_INSTALL "install and export rules" ${PROJECT_IS_TOP_LEVEL})
option(COSTENGINE_WERROR "treat warnings as errors" OFF)
option(COSTENGINE_STD_THREADS "std::thread instead of TBB, for the thread sanitizer" OFF)
set(COSTENGINE_SANITIZE "" CACHE STRING "value of -fsanitize=, e.g. address,undefined")

if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")

# Warnings for our own code only: linked privately, never exported.
add_library(costengine_warnings INTERFACE)
target_compile_options(costengine_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow $<$<BOOL:${COSTENGINE_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # g++ 12 sees overlapping copies in std::string's operator+ (GCC bug 105651).
  target_compile_options(costengine_warnings INTERFACE -Wno-restrict)
endif()

if(COSTENGINE_SANITIZE)
  add_compile_options(-fsanitize=${COSTENGINE_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
  add_link_options(-fsanitize=${COSTENGINE_SANITIZE})
endif()
