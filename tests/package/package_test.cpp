// The installed package: what it holds, and a project of its own that finds it, builds and does what it says.
#include "tests/support/run_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace syzygy {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::ProgramRun;

std::string read_file(const fs::path& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// A program that must succeed.
ProgramRun run(const std::string& program, const std::vector<std::string>& arguments)
{
    const ProgramRun result = testing::run_program(program, arguments);
    EXPECT_EQ(result.exit_code, 0) << program << ": " << result.out << result.err;
    return result;
}

/// Configures a project with the compiler, its cache and the sanitizers of this build.
ProgramRun configure(const fs::path& source, const fs::path& build, const fs::path& prefix)
{
    return testing::run_program(
        SYZYGY_CMAKE,
        {"-C", SYZYGY_BUILD_DIR "/package_cache.cmake", "-S", source.string(), "-B", build.string(), "-G", "Ninja",
         "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON", "-DCMAKE_PREFIX_PATH=" + prefix.string()});
}

TEST(Package, HoldsProgramsAndLibraryAndAProjectElsewhereFitsItsDataWithIt)
{
    // The same folder each time: the compiler's cache knows the example again.
    const fs::path folder = fs::path(SYZYGY_BUILD_DIR) / "package";
    fs::remove_all(folder);
    // Moved after installation: nothing in the package knows where it was made.
    run(SYZYGY_CMAKE, {"--install", SYZYGY_BUILD_DIR, "--prefix", (folder / "installed").string()});
    const fs::path prefix = folder / "moved";
    fs::rename(folder / "installed", prefix);
    EXPECT_THAT(run((prefix / "bin/syzygy").string(), {"--version"}).out, HasSubstr(SYZYGY_PROJECT_VERSION));
    EXPECT_EQ(fs::exists(prefix / "bin/syzygy-studio"), SYZYGY_HAS_STUDIO != 0);
    // LibTorch's module where the programs look for it, and no header of it among the library's.
    EXPECT_EQ(fs::exists(prefix / "lib/syzygy/syzygy-torch.so"), SYZYGY_HAS_TORCH != 0);
    EXPECT_FALSE(fs::exists(prefix / "include/syzygy/core/torch"));
    EXPECT_TRUE(fs::exists(prefix / "include/syzygy/physics/backend/backend.hpp"));
    for (const auto& entry : fs::recursive_directory_iterator(prefix))
        if (entry.path().extension() == ".cmake") {
            EXPECT_THAT(read_file(entry.path()), ::testing::Not(HasSubstr(SYZYGY_SOURCE_DIR))) << entry.path();
        }

    // The example, a copy on its own.
    const fs::path source = folder / "example", build = folder / "build";
    fs::copy(fs::path(SYZYGY_SOURCE_DIR) / "examples/lotka-volterra", source);
    const ProgramRun configured = configure(source, build, prefix);
    ASSERT_EQ(configured.exit_code, 0) << configured.out << configured.err;
    // Users get what their arithmetic and memory layout must share with the library, and none of our warnings.
    const std::string commands = read_file(build / "compile_commands.json");
    EXPECT_THAT(commands, HasSubstr("-ffp-contract=off"));
#ifdef EIGEN_MAX_ALIGN_BYTES
    EXPECT_THAT(commands, HasSubstr("-DEIGEN_MAX_ALIGN_BYTES=16"));
#endif
    for (const char* ours : {"-Wall", "-Werror", "-march", "-include", "pch"})
        EXPECT_THAT(commands, ::testing::Not(HasSubstr(ours)));
    ASSERT_EQ(run(SYZYGY_CMAKE, {"--build", build.string()}).exit_code, 0);

    // The fit: every number within four of its own sigmas of the truth, and known to better than a tenth.
    const ProgramRun fit = run((build / "lotka-volterra").string(), {});
    ASSERT_EQ(fit.exit_code, 0);
    EXPECT_THAT(fit.out, HasSubstr("converged"));
    std::map<std::string, std::array<double, 3>> rows;
    std::istringstream lines(fit.out);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string name;
        std::array<double, 3> row{};
        if (words >> name >> row[0] >> row[1] >> row[2]) rows[name] = row;
    }
    ASSERT_EQ(rows.size(), 6u) << fit.out;
    for (const auto& [name, row] : rows) {
        EXPECT_LE(std::abs(row[1] - row[0]), 4 * row[2]) << name;
        EXPECT_LE(row[2], 0.1 * row[0]) << name;
        EXPECT_GT(row[2], 0) << name;
    }

    // Asked for what it has not, the package says so.
    const fs::path wrong = folder / "wrong";
    fs::create_directory(wrong);
    std::ofstream(wrong / "CMakeLists.txt") << "cmake_minimum_required(VERSION 3.25)\nproject(wrong LANGUAGES CXX)\n"
                                               "find_package(syzygy REQUIRED COMPONENTS core astrology)\n";
    const ProgramRun refused = configure(wrong, folder / "wrong-build", prefix);
    EXPECT_NE(refused.exit_code, 0);
    EXPECT_THAT(refused.err, HasSubstr("astrology"));
}

TEST(Library, GuideShowsTheExampleAsItIsBuilt)
{
    const fs::path root = SYZYGY_SOURCE_DIR;
    const std::string guide = read_file(root / "docs/library.md");
    for (const char* file : {"main.cpp", "CMakeLists.txt"})
        EXPECT_THAT(guide, HasSubstr("\n" + read_file(root / "examples/lotka-volterra" / file) + "```\n")) << file;
}

}  // namespace
}  // namespace syzygy
