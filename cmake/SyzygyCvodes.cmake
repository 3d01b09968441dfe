# syzygy_cvodes: SUNDIALS CVODES (6 or 7) as an independent truth for benchmarks and tests, where there is one that
# compiles and links. Defines SYZYGY_HAVE_CVODES; without it the target is empty.
#
# The CMake package of SUNDIALS is not asked: it stops CMake where a part of it that nobody needs here is missing (the one
# of version 7 with MPI where nobody has looked for MPI::MPI_C). The headers and libraries are looked for and tried.

find_path(SYZYGY_SUNDIALS_INCLUDE cvodes/cvodes.h)
mark_as_advanced(SYZYGY_SUNDIALS_INCLUDE)
set(sundials_libraries)
foreach(name cvodes nvecserial core)  # core: since version 7
    find_library(SYZYGY_SUNDIALS_${name} sundials_${name})
    mark_as_advanced(SYZYGY_SUNDIALS_${name})
    if(SYZYGY_SUNDIALS_${name})
        list(APPEND sundials_libraries ${SYZYGY_SUNDIALS_${name}})
    endif()
endforeach()

# Sets `result` to whether a program with CVODES, the headers that the benchmarks read and the libraries compiles and links.
function(syzygy_try_cvodes result)
    try_compile(works
        SOURCE_FROM_CONTENT cvodes.cpp [[
            #include <cvodes/cvodes.h>
            #include <nvector/nvector_serial.h>
            #include <sundials/sundials_context.h>
            #include <sunlinsol/sunlinsol_dense.h>
            #include <sunmatrix/sunmatrix_dense.h>
            #include <sunnonlinsol/sunnonlinsol_fixedpoint.h>
            #include <sunnonlinsol/sunnonlinsol_newton.h>
            int main()
            {
                SUNContext context = nullptr;
            #ifdef SUN_COMM_NULL
                SUNContext_Create(SUN_COMM_NULL, &context);
            #else
                SUNContext_Create(nullptr, &context);
            #endif
                N_Vector y = N_VNew_Serial(1, context);
                SUNMatrix matrix = SUNDenseMatrix(1, 1, context);
                return SUNLinSol_Dense(y, matrix, context) && SUNNonlinSol_NewtonSens(1, y, context) &&
                       SUNNonlinSol_FixedPointSens(1, y, 0, context) && CVodeCreate(CV_ADAMS, context);
            }
        ]]
        CMAKE_FLAGS -DINCLUDE_DIRECTORIES=${SYZYGY_SUNDIALS_INCLUDE}
        LINK_LIBRARIES ${sundials_libraries} ${ARGN}
        CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON
        NO_CACHE)
    set(${result} ${works} PARENT_SCOPE)
endfunction()

add_library(syzygy_cvodes INTERFACE)
set(cvodes_mpi)
set(have_cvodes FALSE)
if(SYZYGY_SUNDIALS_INCLUDE AND SYZYGY_SUNDIALS_cvodes AND SYZYGY_SUNDIALS_nvecserial)
    syzygy_try_cvodes(have_cvodes)
    # Version 7 built with MPI reads MPI's header everywhere.
    if(NOT have_cvodes)
        find_package(MPI QUIET COMPONENTS CXX)
        if(MPI_CXX_FOUND)
            set(cvodes_mpi MPI::MPI_CXX)
            syzygy_try_cvodes(have_cvodes ${cvodes_mpi})
        endif()
    endif()
    if(NOT have_cvodes)
        message(STATUS "SUNDIALS in ${SYZYGY_SUNDIALS_INCLUDE} does not compile or link: no comparison with CVODES")
    endif()
else()
    message(STATUS "SUNDIALS not found: no comparison with CVODES")
endif()
if(have_cvodes)
    target_include_directories(syzygy_cvodes SYSTEM INTERFACE ${SYZYGY_SUNDIALS_INCLUDE})
    target_link_libraries(syzygy_cvodes INTERFACE ${sundials_libraries} ${cvodes_mpi})
    target_compile_definitions(syzygy_cvodes INTERFACE SYZYGY_HAVE_CVODES)
endif()
