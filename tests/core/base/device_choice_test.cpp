#include "core/base/device_choice.hpp"

#include "core/base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <thread>

namespace syzygy {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::vector<ComputeDevice> devices{{"cpu", "a processor", 1}, {"cuda:0", "a GPU", 1}};

void take(int milliseconds)
{
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

TEST(DeviceChoice, TakesTheFastestAndSaysWhatWasMeasured)
{
    const auto chosen = choose_device(devices, 1024, [](const ComputeDevice& device) { take(device.id == "cpu" ? 40 : 4); });
    EXPECT_EQ(chosen.id, "cuda:0");
    ASSERT_EQ(chosen.measured.size(), 2u);
    EXPECT_GE(chosen.measured[0].seconds, 0.040);
    EXPECT_GE(chosen.measured[1].seconds, 0.004);
    EXPECT_THAT(chosen.reason, AllOf(HasSubstr("LibTorch on cuda:0"), HasSubstr("1024 trajectories"), HasSubstr("LibTorch on the CPU"),
                                     HasSubstr("times as long"), HasSubstr("ms")));
}

TEST(DeviceChoice, OfASingleSmallOrbitIsTheNativeSolverAndSaysSo)
{
    const auto chosen = choose_device(devices, 1, [](const ComputeDevice&) { take(20); }, [] { take(1); });
    EXPECT_EQ(chosen.id, "native");
    EXPECT_EQ(chosen.measured.size(), 3u);
    EXPECT_THAT(chosen.reason, AllOf(HasSubstr("native solver"), HasSubstr("one trajectory"), HasSubstr("single small orbit")));
}

TEST(DeviceChoice, TheFirstUseIsNotMeasured)
{
    bool first = true;
    const auto chosen = choose_device({devices.data(), 1}, 1, [&](const ComputeDevice&) {
        take(first ? 200 : 1);
        first = false;
    });
    EXPECT_LT(chosen.measured[0].seconds, 0.150);
}

TEST(DeviceChoice, LeavesOutWhatCannotAndSaysWhy)
{
    const auto chosen = choose_device(devices, 5, [](const ComputeDevice& device) {
        if (device.id != "cpu") throw std::runtime_error("no kernel image\nat some line");
        take(1);
    });
    EXPECT_EQ(chosen.id, "cpu");
    EXPECT_THAT(chosen.reason, AllOf(HasSubstr("cuda:0 could not: no kernel image"), Not(HasSubstr("some line"))));
    EXPECT_THROW(choose_device(devices, 5, [](const ComputeDevice&) { throw std::runtime_error("none"); }), ArgumentError);
}

}  // namespace
}  // namespace syzygy
