# The target of a folder, its precompiled header, and the check of what it may include.

# syzygy_pch: what most sources read, parsed once for all of them. GCC takes a precompiled header
# only where the flags agree, so each user links syzygy_flags and what is linked here.
# (-DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON, as in the preset asan, finds forgotten includes.)
set(SYZYGY_PCH_HEADERS
    <Eigen/Core> <fmt/format.h> <nlohmann/json.hpp>
    <algorithm> <array> <atomic> <chrono> <cmath> <cstddef> <cstdint> <filesystem> <functional>
    <limits> <map> <memory> <mutex> <optional> <span> <stdexcept> <stop_token> <string> <string_view>
    <thread> <tuple> <type_traits> <utility> <variant> <vector>)
add_library(syzygy_pch OBJECT ${PROJECT_SOURCE_DIR}/cmake/pch.cpp)
target_link_libraries(syzygy_pch PRIVATE
    syzygy_flags Eigen3::Eigen fmt::fmt nlohmann_json::nlohmann_json Threads::Threads)
target_precompile_headers(syzygy_pch PRIVATE ${SYZYGY_PCH_HEADERS})

# check_layers: the build fails where a file includes what its folder must not know. Runs first,
# and only when a file that it reads has changed.
set(layer_files)
foreach(folder core physics ui app)
    foreach(extension hpp h cpp)
        list(APPEND layer_globs ${PROJECT_SOURCE_DIR}/${folder}/*.${extension})
    endforeach()
endforeach()
file(GLOB_RECURSE layer_files CONFIGURE_DEPENDS ${layer_globs})
add_custom_command(
    OUTPUT ${PROJECT_BINARY_DIR}/check_layers.stamp
    COMMAND ${CMAKE_COMMAND} -DROOT=${PROJECT_SOURCE_DIR} -P ${PROJECT_SOURCE_DIR}/cmake/check_layers.cmake
    COMMAND ${CMAKE_COMMAND} -E touch ${PROJECT_BINARY_DIR}/check_layers.stamp
    DEPENDS ${layer_files} ${PROJECT_SOURCE_DIR}/cmake/check_layers.cmake
    COMMENT "Checking which folder includes which"
    VERBATIM)
add_custom_target(check_layers ALL DEPENDS ${PROJECT_BINARY_DIR}/check_layers.stamp)

# Most of the time that a source takes is for what its headers instantiate, so the sources of a folder are compiled several together.
# Those that instantiate whole solvers stay alone. (-DSYZYGY_TOGETHER=1 compiles each on its own, as the preset asan does.)
set(SYZYGY_TOGETHER 8 CACHE STRING "How many sources of a folder are compiled together")
function(syzygy_compile_together target)
    get_target_property(sources ${target} SOURCES)
    set(last)
    foreach(source ${sources})
        if(NOT source MATCHES "\\.cpp$" OR source MATCHES "${ARGN}")
            set_source_files_properties(${source} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
            continue()
        endif()
        get_filename_component(folder ${source} DIRECTORY)
        file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR} ${folder})
        string(MAKE_C_IDENTIFIER "${folder}" folder)
        if(NOT folder STREQUAL last)
            set(last ${folder})
            set(count 0)
        endif()
        math(EXPR part "${count} / ${SYZYGY_TOGETHER}")
        math(EXPR count "${count} + 1")
        set_source_files_properties(${source} PROPERTIES UNITY_GROUP "${folder}_${part}")
    endforeach()
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
endfunction()

# syzygy_folder(<name> [DEPENDS <target>...] [PCH <target>] [EXCEPT <regex>]): the static library syzygy_<name> of all
# sources under the folder, but for main.cpp and what matches the expression.
include(GNUInstallDirs)
function(syzygy_folder name)
    cmake_parse_arguments(ARG "" "PCH;EXCLUDE" "DEPENDS" ${ARGN})
    if(NOT ARG_PCH)
        set(ARG_PCH syzygy_pch)
    endif()
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
    list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
    if(ARG_EXCLUDE)
        list(FILTER sources EXCLUDE REGEX "${ARG_EXCLUDE}")
    endif()
    add_library(syzygy_${name} STATIC ${sources})
    target_include_directories(syzygy_${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
                                                     $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/syzygy>)
    # Warnings, sanitizers and the processor are ours, not a user's.
    target_link_libraries(syzygy_${name} PUBLIC ${ARG_DEPENDS} PRIVATE $<BUILD_INTERFACE:syzygy_flags>)
    target_precompile_headers(syzygy_${name} REUSE_FROM ${ARG_PCH})
    add_dependencies(syzygy_${name} check_layers)
    if(SYZYGY_TOGETHER GREATER 1)
        syzygy_compile_together(syzygy_${name}
            "/(newton|corrected|gradients)/|/(hessian|aca|sensitivities)_[a-z0-9]+\\.cpp$|/model/asked\\.cpp$|/backend/module\\.cpp$")
    endif()
endfunction()
