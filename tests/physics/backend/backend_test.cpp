// Loading LibTorch's module: when, from where, and what is said where it cannot be.
#include "core/base/error.hpp"
#include "physics/backend/backend.hpp"
#include "physics/backend/module.hpp"
#include "tests/support/run_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <dlfcn.h>

#include <chrono>
#include <cmath>
#include <thread>
#include <vector>

namespace syzygy {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(TorchModule, ThatIsNotThereIsNamedWithTheRemedy)
{
    const LoadedModule loaded = load_torch_module("/nowhere/syzygy-torch.so");
    EXPECT_EQ(loaded.backend, nullptr);
    EXPECT_THAT(loaded.problem, HasSubstr("/nowhere/syzygy-torch.so"));
    EXPECT_THAT(loaded.problem, HasSubstr("SYZYGY_TORCH_MODULE"));
    EXPECT_THAT(loaded.problem, HasSubstr("libtorch-dev"));
}

TEST(TorchModule, ThatDoesNotLoadIsToldWithTheLoadersReason)
{
    const testing::TemporaryFolder folder;
    const LoadedModule loaded = load_torch_module(folder.write("module.so", "no library"));
    EXPECT_EQ(loaded.backend, nullptr);
    EXPECT_THAT(loaded.problem, HasSubstr("module.so"));
    EXPECT_THAT(loaded.problem, HasSubstr("LD_LIBRARY_PATH"));
}

TEST(TorchModule, OfAnotherBuildIsRefused)
{
    Dl_info library{};
    ASSERT_NE(dladdr(dlsym(RTLD_DEFAULT, "cos"), &library), 0);
    const LoadedModule loaded = load_torch_module(library.dli_fname);
    EXPECT_EQ(loaded.backend, nullptr);
    EXPECT_THAT(loaded.problem, HasSubstr("another build"));
}

/// The libraries that a program loads when it starts.
std::string libraries_of(const std::string& program)
{
    const testing::ProgramRun run = testing::run_program("/usr/bin/ldd", {program});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    return run.out;
}

TEST(Program, DoesNotLinkLibTorch)
{
    const std::string libraries = libraries_of(SYZYGY_PROGRAM);
    EXPECT_THAT(libraries, HasSubstr("libstdc++"));
    EXPECT_THAT(libraries, Not(HasSubstr("libtorch")));
    EXPECT_THAT(libraries, Not(HasSubstr("libc10")));
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && defined(NDEBUG)
TEST(Program, StartsWithinSixtyMilliseconds)
{
    using Clock = std::chrono::steady_clock;
    double best = INFINITY;
    // The best of several: what others do on the machine is not the program's.
    for (int run = 0; run < 10; ++run) {
        const auto start = Clock::now();
        ASSERT_EQ(testing::run_syzygy({"--version"}).exit_code, 0);
        best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
    }
    std::printf("starts in %.1f ms\n", 1e3 * best);
    EXPECT_LT(best, 0.060);
}
#endif

#if SYZYGY_HAS_TORCH
TEST(TorchBackend, LoadsOnceForAllThreadsAndKnowsItsDevices)
{
    const auto start = std::chrono::steady_clock::now();
    std::vector<const TorchBackend*> seen(8);
    {
        std::vector<std::jthread> threads;
        for (auto& backend : seen) threads.emplace_back([&backend] { backend = &torch_backend(); });
    }
    std::printf("loads in %.0f ms\n",
                1e3 * std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    for (const TorchBackend* backend : seen) EXPECT_EQ(backend, seen[0]);
    EXPECT_TRUE(torch_available());
    EXPECT_THAT(seen[0]->version(), ::testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));

    const auto devices = seen[0]->devices();
    ASSERT_FALSE(devices.empty());
    EXPECT_EQ(devices[0].id, "cpu");
    EXPECT_NE(devices[0].name, "");
    EXPECT_GT(devices[0].memory, std::uint64_t{1} << 28);
    for (std::size_t i = 1; i < devices.size(); ++i) EXPECT_EQ(devices[i].id, "cuda:" + std::to_string(i - 1));
    for (const auto& device : devices)
        std::printf("%s: %s, %.1f GB\n", device.id.c_str(), device.name.c_str(), 1e-9 * static_cast<double>(device.memory));
    if (devices.size() == 1) std::printf("no GPU is present\n");
}

TEST(TorchBackend, ThrowsErrorsThatTheProgramCatchesByTheirType)
{
    try {
        torch_backend().check_device("cuda:99");
        FAIL() << "there is no such device";
    } catch (const ArgumentError& error) {
        EXPECT_EQ(error.option(), "device");
        EXPECT_EQ(error.value(), "cuda:99");
    }
}
#else
TEST(TorchBackend, SaysWhyThereIsNone)
{
    EXPECT_FALSE(torch_available());
    try {
        torch_backend();
        FAIL() << "there is none";
    } catch (const ArgumentError& error) {
        EXPECT_EQ(error.option(), "backend");
        EXPECT_THAT(error.rule(), HasSubstr("without LibTorch"));
    }
}
#endif

}  // namespace
}  // namespace syzygy
