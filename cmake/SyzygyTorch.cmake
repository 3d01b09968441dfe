# LibTorch: the sources under core/torch and physics/torch, and the module syzygy-torch that holds them.
#
# A program does not link LibTorch (its libraries take longer to load than `syzygy --version` may run): it loads
# lib/syzygy/syzygy-torch.so at first use (physics/backend). Without LibTorch there is no module, and the programs say so.
#
# Targets, where LibTorch was found (SYZYGY_HAVE_TORCH):
#   syzygy_libtorch    its headers and libraries, and nothing else of what its package sets
#   syzygy_torch       objects of core/torch and physics/torch, but for the module's entry; tests link them
#   syzygy_torch_pch   their precompiled header
#   syzygy-torch       the module

option(SYZYGY_TORCH "Build the LibTorch module where LibTorch is found (-DCMAKE_PREFIX_PATH=... for one of your own)" ON)

set(SYZYGY_HAVE_TORCH FALSE)
set(SYZYGY_WITHOUT_TORCH "it was switched off (SYZYGY_TORCH)")
if(SYZYGY_TORCH)
    # Its package sets flags of the whole project and asks for CUDA's compiler as a language: all of that stays here.
    set(kept_variables CMAKE_CXX_FLAGS CMAKE_C_FLAGS CMAKE_CUDA_FLAGS CMAKE_CXX_STANDARD CMAKE_MODULE_PATH CMAKE_CUDA_ARCHITECTURES
                       CMAKE_POSITION_INDEPENDENT_CODE)
    foreach(variable ${kept_variables})
        set(kept_${variable} "${${variable}}")
    endforeach()
    # No CUDA code is compiled here, so for which GPUs is of no matter; unset, it would run a program to find out.
    if(NOT DEFINED TORCH_CUDA_ARCH_LIST AND NOT DEFINED ENV{TORCH_CUDA_ARCH_LIST})
        set(TORCH_CUDA_ARCH_LIST 9.0)
    endif()
    find_package(Torch QUIET)
    foreach(variable ${kept_variables})
        set(${variable} "${kept_${variable}}")
    endforeach()

    if(NOT Torch_FOUND)
        set(SYZYGY_WITHOUT_TORCH "CMake found no LibTorch (Debian: libtorch-dev; another one: -DCMAKE_PREFIX_PATH=...)")
    elseif(TORCH_CXX_FLAGS MATCHES "_GLIBCXX_USE_CXX11_ABI=0")
        set(SYZYGY_WITHOUT_TORCH "the LibTorch in ${Torch_DIR} has the strings of before C++11; take its cxx11-abi archive")
    else()
        set(SYZYGY_HAVE_TORCH TRUE)
        message(STATUS "LibTorch: ${Torch_DIR}")
    endif()
endif()
if(NOT SYZYGY_HAVE_TORCH)
    message(STATUS "Built without LibTorch: ${SYZYGY_WITHOUT_TORCH}. No torchscript corrections, no training on a GPU.")
    return()
endif()

add_library(syzygy_libtorch INTERFACE)
target_include_directories(syzygy_libtorch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
target_link_libraries(syzygy_libtorch INTERFACE ${TORCH_LIBRARIES})

# One set of flags for all of it, so that one precompiled header serves. Code of a module is position independent; that no
# other library overrides its functions lets the compiler inline as in a program.
add_library(syzygy_torch_flags INTERFACE)
target_compile_options(syzygy_torch_flags INTERFACE -fPIC
                       $<$<CXX_COMPILER_ID:GNU>:-fno-semantic-interposition>)
# The Python package brings headers of its own fmt, which are found before the system's: then without the system's library.
set(torch_fmt fmt::fmt)
get_target_property(fmt_folders fmt::fmt INTERFACE_INCLUDE_DIRECTORIES)
foreach(folder ${TORCH_INCLUDE_DIRS})
    cmake_path(NORMAL_PATH folder)
    if(EXISTS ${folder}/fmt/format.h AND NOT folder IN_LIST fmt_folders)
        set(torch_fmt fmt::fmt-header-only)
    endif()
endforeach()
target_link_libraries(syzygy_torch_flags INTERFACE syzygy_flags syzygy_libtorch Eigen3::Eigen ${torch_fmt}
                      nlohmann_json::nlohmann_json Threads::Threads)
target_include_directories(syzygy_torch_flags INTERFACE ${PROJECT_SOURCE_DIR})

set(SYZYGY_TORCH_PCH_HEADERS ${SYZYGY_PCH_HEADERS}
    <torch/types.h> <torch/csrc/autograd/autograd.h> <torch/csrc/autograd/custom_function.h> <torch/nn/module.h>)
add_library(syzygy_torch_pch OBJECT ${PROJECT_SOURCE_DIR}/cmake/pch.cpp)
target_link_libraries(syzygy_torch_pch PRIVATE syzygy_torch_flags)
target_precompile_headers(syzygy_torch_pch PRIVATE ${SYZYGY_TORCH_PCH_HEADERS})

file(GLOB_RECURSE torch_sources CONFIGURE_DEPENDS
     ${PROJECT_SOURCE_DIR}/core/torch/*.cpp ${PROJECT_SOURCE_DIR}/physics/torch/*.cpp)
list(FILTER torch_sources EXCLUDE REGEX "/module\\.cpp$")
add_library(syzygy_torch OBJECT ${torch_sources})
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 14 warns falsely that vectors of one element, which LibTorch's templates copy, are used beyond their end.
    set_source_files_properties(core/torch/odesolve.cpp physics/torch/torchscript.cpp
                                PROPERTIES COMPILE_OPTIONS "-Wno-array-bounds;-Wno-stringop-overflow")
endif()
target_link_libraries(syzygy_torch PUBLIC syzygy_torch_flags)
target_precompile_headers(syzygy_torch REUSE_FROM syzygy_torch_pch)
add_dependencies(syzygy_torch check_layers)

# What the module needs of core and physics, compiled once more as code of a module: the programs keep theirs as it is. A
# missing function shows when the module is linked; its folder then belongs here. Nothing of this has state, and exceptions
# cross by their names.
file(GLOB torch_plain_sources CONFIGURE_DEPENDS
     ${PROJECT_SOURCE_DIR}/core/base/*.cpp ${PROJECT_SOURCE_DIR}/core/ode/*.cpp ${PROJECT_SOURCE_DIR}/core/network/*.cpp
     ${PROJECT_SOURCE_DIR}/physics/bodies/*.cpp ${PROJECT_SOURCE_DIR}/physics/units/*.cpp)
add_library(syzygy_torch_plain STATIC ${torch_plain_sources})
target_link_libraries(syzygy_torch_plain PRIVATE syzygy_torch_flags)
target_precompile_headers(syzygy_torch_plain REUSE_FROM syzygy_torch_pch)

add_library(syzygy-torch MODULE ${PROJECT_SOURCE_DIR}/physics/torch/module.cpp)
set_target_properties(syzygy-torch PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib/syzygy)
target_link_libraries(syzygy-torch PRIVATE syzygy_torch syzygy_torch_plain)
target_link_options(syzygy-torch PRIVATE -Wl,--no-undefined)
target_precompile_headers(syzygy-torch REUSE_FROM syzygy_torch_pch)
target_compile_definitions(syzygy-torch PRIVATE SYZYGY_TORCH_INTERFACE="${SYZYGY_TORCH_INTERFACE}")
