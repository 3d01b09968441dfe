# How everything is compiled: the interface target syzygy_flags, and ccache.

if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

add_library(syzygy_flags INTERFACE)
target_compile_options(syzygy_flags INTERFACE -Wall -Wextra -Wpedantic $<IF:$<CXX_COMPILER_ID:GNU>,-Wshadow=local,-Wshadow> -Wnon-virtual-dtor)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # GCC 12 sees writes beyond the end inside std::string where there are none (its bugs 105329,
    # 105651); the presets asan and dev check the real ones.
    target_compile_options(syzygy_flags INTERFACE -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow
                                                  -Wno-stringop-overread)
endif()
if(SYZYGY_WERROR)
    target_compile_options(syzygy_flags INTERFACE -Werror)
endif()

# Arithmetic. Reversible and checkpointed gradients replay a step and must get the same bits, and a
# resumed fit must continue as the uninterrupted one. GCC contracts a*b+c into a fused
# multiply-add wherever the processor has one and inlining lets it see both operations, so two
# instances of one function would round differently: hence no contraction, also with
# -march=native. (The default x86-64-v2 has no fused multiply-add.) No -ffast-math, ever.
# -fno-math-errno changes no result: sqrt becomes one instruction, for it need not set errno.
set(SYZYGY_ARITHMETIC_OPTIONS -ffp-contract=off -fno-math-errno)
set(SYZYGY_ARITHMETIC_DEFINITIONS "")
target_compile_options(syzygy_flags INTERFACE ${SYZYGY_ARITHMETIC_OPTIONS})
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64" AND SYZYGY_MARCH)
    target_compile_options(syzygy_flags INTERFACE -march=${SYZYGY_MARCH})
    # Ceres was compiled for the distribution's baseline. Eigen's allocator depends on the
    # alignment, and programs share its inline functions with Ceres's shared library: one that
    # allocates for AVX (32 bytes) and one that frees for SSE (16) would corrupt the heap.
    # (It decides the layout of fixed-size vectors too.)
    set(SYZYGY_ARITHMETIC_DEFINITIONS EIGEN_MAX_ALIGN_BYTES=16)
    target_compile_definitions(syzygy_flags INTERFACE ${SYZYGY_ARITHMETIC_DEFINITIONS})
endif()

# The part of this that a user of the installed library must compile with: its templates are instantiated there, and its
# types cross into the library.
add_library(syzygy_arithmetic INTERFACE)
target_compile_options(syzygy_arithmetic INTERFACE "$<INSTALL_INTERFACE:${SYZYGY_ARITHMETIC_OPTIONS}>")
target_compile_definitions(syzygy_arithmetic INTERFACE "$<INSTALL_INTERFACE:${SYZYGY_ARITHMETIC_DEFINITIONS}>")
target_compile_features(syzygy_arithmetic INTERFACE cxx_std_20)

target_compile_definitions(syzygy_flags INTERFACE $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
if(SYZYGY_SANITIZE)
    set(sanitize -fsanitize=${SYZYGY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_compile_options(syzygy_flags INTERFACE ${sanitize})
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        # The instrumentation hides initialisations from this warning.
        target_compile_options(syzygy_flags INTERFACE -Wno-maybe-uninitialized)
    endif()
    target_link_options(syzygy_flags INTERFACE ${sanitize})
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    # Else ccache sees a different precompiled header after every build of it.
    target_compile_options(syzygy_flags INTERFACE "SHELL:-Xclang -fno-pch-timestamp")
endif()

# Programs load only the libraries that they use: `syzygy --version` starts in milliseconds.
add_link_options(-Wl,--as-needed)

# ccache reads its settings when it compiles, so they travel in the launcher.
#   CCACHE_SLOPPINESS  what ccache's manual asks for to cache with precompiled headers
#   CCACHE_BASEDIR     another checkout, or this one moved, finds the same entries
find_program(SYZYGY_CCACHE ccache)
if(SYZYGY_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(launcher ${CMAKE_COMMAND} -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
        ${SYZYGY_CCACHE})
    # ccache refuses to compile at all where its folder cannot be written.
    execute_process(
        COMMAND ${launcher} ${CMAKE_CXX_COMPILER} -x c++ -c /dev/null -o ${PROJECT_BINARY_DIR}/CMakeFiles/ccache.o
        RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
    if(failed)
        message(STATUS "ccache cannot write its folder: building without it")
    else()
        set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
    endif()
endif()
