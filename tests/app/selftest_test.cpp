// syzygy selftest: what it measures, what it says of devices that are not there.
#include "physics/backend/backend.hpp"
#include "tests/support/run_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syzygy {
namespace {

using namespace syzygy::testing;
using ::testing::HasSubstr;

ProgramRun run_syzygy(const std::vector<std::string>& arguments)
{
    return run_program(SYZYGY_PROGRAM, arguments);
}

/// What the program finds, found here.
std::vector<ComputeDevice> devices()
{
    return torch_available() ? torch_backend().devices() : std::vector<ComputeDevice>{};
}

TEST(Selftest, HoldsEveryDeviceAgainstTheNativeCode)
{
    const ProgramRun run = run_syzygy({"selftest", "--batch", "3", "--json", "-"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const auto json = run.json();
    EXPECT_EQ(json["verdict"], "ok");
    EXPECT_EQ(json["outcome"], "reached");
    EXPECT_GT(json["native"]["seconds"].get<double>(), 0);
    // Each in double and float, alone and as a batch.
    ASSERT_EQ(json["checks"].size(), 4 * devices().size());
    for (const auto& check : json["checks"]) {
        EXPECT_TRUE(check["ok"].get<bool>()) << check;
        if (check["scalar"] == "double") { EXPECT_LT(check["gradient_difference"].get<double>(), 1e-9); }
        EXPECT_GT(check["seconds"].get<double>(), 0);
    }
    if (devices().size() < 2) {
        ASSERT_EQ(json["absent"].size(), 1);
        EXPECT_THAT(json["absent"][0].get<std::string>(), HasSubstr(devices().empty() ? "LibTorch" : "cuda"));
    }
    EXPECT_THAT(json["choice"]["because"].get<std::string>(), HasSubstr("the native solver on the CPU"));
}

TEST(Selftest, PrintsAVerdictAndWhatAutoTakes)
{
    const ProgramRun run = run_syzygy({"selftest", "--batch", "2"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("verdict: "));
    if (!devices().empty()) { EXPECT_THAT(run.out, ::testing::ContainsRegex("to [0-9.e+-]+ in double and [0-9.e+-]+ in float")); }
    EXPECT_THAT(run.out, HasSubstr("auto takes "));
    if (devices().size() == 1) { EXPECT_THAT(run.out, HasSubstr("absent: cuda")); }
    if (!devices().empty()) { EXPECT_THAT(run.out, HasSubstr("a single small orbit is too little work for LibTorch")); }
}

TEST(Selftest, RefusesADeviceThatIsNotThere)
{
    const ProgramRun run = run_syzygy({"selftest", "--device", "cuda:77"});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, HasSubstr(devices().empty() ? "LibTorch" : "cuda:77"));
    const ProgramRun wrong = run_syzygy({"selftest", "--device", "abacus"});
    EXPECT_EQ(wrong.exit_code, 2);
    EXPECT_THAT(wrong.err, HasSubstr("abacus"));
}

TEST(Selftest, WithoutLibTorchSaysSo)
{
    const ProgramRun run = run_program("/usr/bin/env", {"SYZYGY_TORCH_MODULE=/nowhere/syzygy-torch.so", SYZYGY_PROGRAM,
                                                        "selftest", "--batch", "2", "--json", "-"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const auto json = run.json();
    EXPECT_TRUE(json["libtorch"].is_null());
    EXPECT_TRUE(json["checks"].empty());
    EXPECT_THAT(json["absent"][0].get<std::string>(), HasSubstr("/nowhere/syzygy-torch.so"));
    const ProgramRun asked = run_program("/usr/bin/env", {"SYZYGY_TORCH_MODULE=/nowhere/syzygy-torch.so",
                                                          SYZYGY_PROGRAM, "selftest", "--device", "cuda"});
    EXPECT_EQ(asked.exit_code, 2);
    EXPECT_THAT(asked.err, HasSubstr("/nowhere/syzygy-torch.so"));
}

}  // namespace
}  // namespace syzygy
