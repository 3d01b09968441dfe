# syzygy_cvodes: SUNDIALS CVODES as an independent truth for tests and benchmarks, where it is
# installed. Defines SYZYGY_HAVE_CVODES; without SUNDIALS the target is empty.

add_library(syzygy_cvodes INTERFACE)
find_package(SUNDIALS QUIET)
if(TARGET SUNDIALS::cvodes AND TARGET SUNDIALS::nvecserial)
    target_link_libraries(syzygy_cvodes INTERFACE SUNDIALS::cvodes SUNDIALS::nvecserial)
    target_compile_definitions(syzygy_cvodes INTERFACE SYZYGY_HAVE_CVODES)
else()
    message(STATUS "SUNDIALS not found: no comparison with CVODES")
endif()
