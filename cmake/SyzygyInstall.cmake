# What `cmake --install` leaves: the programs, and the library as a package for find_package(syzygy).
#     bin/                   syzygy, syzygy-studio
#     lib/syzygy/            syzygy-torch.so, LibTorch for the programs (where it was built)
#     include/syzygy/        headers of core and physics, included as "core/..." and "physics/..."
#     lib/                   static libraries
#     lib/cmake/syzygy/      syzygy::core, syzygy::physics
# The components of an installation are `programs` and `library`.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS syzygy COMPONENT programs)
if(SYZYGY_STUDIO)
    install(TARGETS syzygy-studio COMPONENT programs)
endif()
if(SYZYGY_HAVE_TORCH)
    # Where physics/backend looks for it from bin/, whatever the distribution calls its folder of libraries.
    install(TARGETS syzygy-torch LIBRARY DESTINATION lib/syzygy COMPONENT programs)
endif()

set_target_properties(syzygy_core PROPERTIES EXPORT_NAME core)
set_target_properties(syzygy_physics PROPERTIES EXPORT_NAME physics)
set_target_properties(syzygy_arithmetic PROPERTIES EXPORT_NAME arithmetic)
install(TARGETS syzygy_core syzygy_physics syzygy_arithmetic EXPORT syzygyTargets COMPONENT library)
foreach(folder core physics)
    install(DIRECTORY ${PROJECT_SOURCE_DIR}/${folder} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/syzygy
            COMPONENT library FILES_MATCHING PATTERN "*.hpp" PATTERN "torch" EXCLUDE)
endforeach()

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/syzygy)
install(EXPORT syzygyTargets NAMESPACE syzygy:: DESTINATION ${package_folder} COMPONENT library)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/syzygyConfig.cmake.in
    ${PROJECT_BINARY_DIR}/syzygyConfig.cmake INSTALL_DESTINATION ${package_folder}
    NO_SET_AND_CHECK_MACRO)
# Before 1.0 a minor version may change the interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/syzygyConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/syzygyConfig.cmake ${PROJECT_BINARY_DIR}/syzygyConfigVersion.cmake
        DESTINATION ${package_folder} COMPONENT library)
