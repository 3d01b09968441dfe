// A SUNDIALS that is there and cannot be used, and one that is not there: the build is configured without it.
#include "tests/support/run_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace syzygy {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::ProgramRun;

/// Configures a project that asks for CVODES in `prefix` and nowhere else, and says what it would define.
ProgramRun configure(const testing::TemporaryFolder& folder)
{
    folder.write("CMakeLists.txt",
                 "cmake_minimum_required(VERSION 3.25)\nproject(asks LANGUAGES CXX)\n"
                 "include(" SYZYGY_SOURCE_DIR
                 "/cmake/SyzygyCvodes.cmake)\n"
                 "get_target_property(defines syzygy_cvodes INTERFACE_COMPILE_DEFINITIONS)\n"
                 "message(STATUS \"defines: ${defines}\")\n");
    return testing::run_program(
        SYZYGY_CMAKE, {"-C", SYZYGY_BUILD_DIR "/package_cache.cmake", "-S", folder.file(""), "-B", folder.file("build"),
                       "-G", "Ninja", "-DCMAKE_FIND_ROOT_PATH=" + folder.file("prefix"),
                       "-DCMAKE_FIND_ROOT_PATH_MODE_INCLUDE=ONLY", "-DCMAKE_FIND_ROOT_PATH_MODE_LIBRARY=ONLY"});
}

TEST(Sundials, OneThatIsBrokenNeverStopsConfigure)
{
    const testing::TemporaryFolder folder;
    for (const char* place : {"prefix/include/cvodes", "prefix/lib/cmake/sundials"})
        fs::create_directories(folder.file(place));
    folder.write("prefix/include/cvodes/cvodes.h", "#include <a/header/that/nobody/has.h>\n");
    folder.write("prefix/lib/libsundials_cvodes.so", "");
    folder.write("prefix/lib/libsundials_nvecserial.so", "");
    folder.write("prefix/lib/cmake/sundials/SUNDIALSConfig.cmake", "message(FATAL_ERROR \"a part is missing\")\n");
    const ProgramRun run = configure(folder);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("prefix/include does not compile or link: no comparison with CVODES"));
    EXPECT_THAT(run.out, HasSubstr("defines: defines-NOTFOUND"));
}

TEST(Sundials, OneThatIsMissingNeverStopsConfigure)
{
    const testing::TemporaryFolder folder;
    fs::create_directories(folder.file("prefix"));
    const ProgramRun run = configure(folder);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("SUNDIALS not found: no comparison with CVODES"));
    EXPECT_THAT(run.out, HasSubstr("defines: defines-NOTFOUND"));
}

}  // namespace
}  // namespace syzygy
