# Installs the library and what makes it findable: find_package(costengine) and pkg-config. The
# executables install themselves (cli/). Nothing installed holds a path: the prefix may be moved.

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/costengine")

install(DIRECTORY include/costengine DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(TARGETS costengine_cxx costengine_header_only EXPORT costengineTargets
        ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
        INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT costengineTargets NAMESPACE costengine:: DESTINATION "${package_dir}")
if(COSTENGINE_BUILD_C)
  install(TARGETS costengine_c EXPORT costengineCTargets
          LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
          INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
  install(EXPORT costengineCTargets NAMESPACE costengine:: DESTINATION "${package_dir}")
endif()

configure_package_config_file(cmake/costengineConfig.cmake.in costengineConfig.cmake
                              INSTALL_DESTINATION "${package_dir}")
# Before 1.0 a new minor version may change the interface.
write_basic_package_version_file(costengineConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/costengineConfig.cmake"
              "${CMAKE_CURRENT_BINARY_DIR}/costengineConfigVersion.cmake"
              cmake/CostengineLibraries.cmake
        DESTINATION "${package_dir}")

cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_INCLUDEDIR
           BASE_DIRECTORY "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" OUTPUT_VARIABLE pc_include_dir)
set(pc_names costengine-cxx)
if(COSTENGINE_BUILD_C)
  list(APPEND pc_names costengine)
endif()
foreach(name IN LISTS pc_names)
  configure_file(cmake/${name}.pc.in ${name}.pc @ONLY)
  install(FILES "${CMAKE_CURRENT_BINARY_DIR}/${name}.pc"
          DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endforeach()

install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(DIRECTORY docs/ DESTINATION "${CMAKE_INSTALL_DOCDIR}" FILES_MATCHING PATTERN "*.md")
