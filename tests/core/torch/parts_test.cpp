// Work in parts: over several devices, and in smaller parts where memory does not suffice.
#include "core/torch/parts.hpp"

#include "core/base/error.hpp"
#include "core/torch/odesolve.hpp"
#include "tests/support/torch_devices.hpp"
#include "tests/support/torch_systems.hpp"

#include <c10/util/Exception.h>
#include <torch/csrc/autograd/autograd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <thread>

namespace syzygy::torch_ode {
namespace {

using ::testing::HasSubstr;
using testing::relative_difference;
using testing::torch_devices;

/// Oscillators with shared parameters, some starting points each.
struct Example {
    Tensor p = torch::tensor({1.3, 0.7}, at::kDouble).requires_grad_();
    Tensor y0 = torch::stack({torch::linspace(-1, 1, 13, at::kDouble), torch::linspace(2, -2, 13, at::kDouble)}, 1);
    Tensor times = torch::tensor({0.0, 0.5, 1.5}, at::kDouble);

    PartSums operator()(const Part& part) const
    {
        const auto own = copies_on(part.device, {p});
        const Tensor start = y0.narrow(0, part.begin, part.size()).to(part.device);
        OdeOptions options;
        options.solver.rtol = 1e-6;
        const auto solution = odesolve(testing::duffing_field(own[0]), start, times, options);
        const Tensor losses = solution.y.square().sum({1, 2});
        const Tensor loss = losses.sum();
        return {loss, torch::autograd::grad({loss}, {own[0]}), {losses}};
    }
};

std::vector<c10::Device> several_devices()
{
    std::vector<c10::Device> devices = torch_devices();
    // Where there is one only, it stands for several: what is split and added is the same.
    while (devices.size() < 3) devices.push_back(devices[0]);
    return devices;
}

TEST(Parts, OfSeveralDevicesAddUpToTheWhole)
{
    const Example example;
    const PartSums whole = example({0, 13, c10::Device(c10::kCPU)});
    std::mutex mutex;
    std::set<std::thread::id> threads;
    const PartWork work = [&](const Part& part) {
        const std::lock_guard lock(mutex);
        threads.insert(std::this_thread::get_id());
        EXPECT_TRUE(at::GradMode::is_enabled());
        return example(part);
    };
    const auto devices = several_devices();
    const PartSums split = work_on_devices(13, devices, work, nullptr);
    EXPECT_EQ(threads.size(), devices.size());
    EXPECT_EQ(split.loss.device(), devices[0]);
    EXPECT_LT(relative_difference(split.loss, whole.loss), 1e-14);
    EXPECT_LT(relative_difference(split.gradients[0], whole.gradients[0]), 1e-14);
    EXPECT_LT(relative_difference(split.rows[0], whole.rows[0]), 1e-14);
    EXPECT_EQ(split.rows[0].size(0), 13);
    EXPECT_FALSE(split.loss.requires_grad());
}

TEST(Parts, GiveTheSameBitsWhicheverThreadIsFirst)
{
    const Example example;
    const std::vector<c10::Device> devices(4, c10::Device(c10::kCPU));
    const auto delayed = [&](bool first_last) {
        return work_on_devices(
            13, devices,
            [&, first_last](const Part& part) {
                const PartSums sums = example(part);
                if ((part.begin == 0) == first_last) std::this_thread::sleep_for(std::chrono::milliseconds(30));
                return sums;
            },
            nullptr);
    };
    const PartSums a = delayed(true), b = delayed(false);
    EXPECT_TRUE(a.loss.equal(b.loss));
    EXPECT_TRUE(a.gradients[0].equal(b.gradients[0]));
    EXPECT_TRUE(a.rows[0].equal(b.rows[0]));
}

TEST(Parts, FewerTrajectoriesThanDevicesLeaveSomeIdle)
{
    const Example example;
    const PartSums two = work_on_devices(2, std::vector<c10::Device>(5, c10::Device(c10::kCPU)), example, nullptr);
    EXPECT_EQ(two.rows[0].size(0), 2);
    EXPECT_FALSE(work_on_devices(0, {c10::Device(c10::kCPU)}, example, nullptr).loss.defined());
    EXPECT_THROW(work_on_devices(2, {}, example, nullptr), ArgumentError);
}

TEST(Parts, ThatDoNotFitAreHalvedAndNothingIsLost)
{
    const Example example;
    const PartSums whole = example({0, 13, c10::Device(c10::kCPU)});
    for (const int kind : {0, 1, 2}) {
        std::vector<std::int64_t> tried;
        std::vector<std::string> messages;
        const PartWork scarce = [&](const Part& part) {
            tried.push_back(part.size());
            if (part.size() > 3) {
                if (kind == 0) TORCH_CHECK_WITH(OutOfMemoryError, false, "CUDA out of memory. Tried to allocate 2.00 GiB");
                if (kind == 1) TORCH_CHECK(false, "[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 bytes");
                throw std::bad_alloc();
            }
            return example(part);
        };
        const PartSums parts = work_in_parts({0, 13, c10::Device(c10::kCPU)}, scarce,
                                             [&](std::string_view sentence) { messages.emplace_back(sentence); });
        EXPECT_LT(relative_difference(parts.loss, whole.loss), 1e-14);
        EXPECT_LT(relative_difference(parts.gradients[0], whole.gradients[0]), 1e-14);
        EXPECT_LT(relative_difference(parts.rows[0], whole.rows[0]), 1e-14);
        // 13 and its first half, 6, did not fit; then only what does is tried.
        ASSERT_EQ(messages.size(), 2u);
        EXPECT_THAT(messages[0], HasSubstr("13 trajectories"));
        EXPECT_THAT(messages[0], HasSubstr("cpu"));
        EXPECT_THAT(messages[1], HasSubstr("at most 3"));
        EXPECT_EQ(std::count_if(tried.begin(), tried.end(), [](std::int64_t size) { return size > 3; }), 2);
    }
}

TEST(Parts, WhereOneTrajectoryDoesNotFitOrAnotherThingFailsTheErrorIsTold)
{
    const PartWork none = [](const Part&) -> PartSums { throw std::bad_alloc(); };
    EXPECT_THROW(work_in_parts({0, 8, c10::Device(c10::kCPU)}, none, nullptr), std::bad_alloc);
    int calls = 0;
    const PartWork broken = [&](const Part&) -> PartSums {
        ++calls;
        throw ArgumentError("masses", "-1", "must be positive");
    };
    EXPECT_THROW(work_in_parts({0, 8, c10::Device(c10::kCPU)}, broken, nullptr), ArgumentError);
    EXPECT_EQ(calls, 1);
    const PartWork one_broken = [&](const Part& part) -> PartSums {
        if (part.begin > 0) throw ArgumentError("masses", "-1", "must be positive");
        return {torch::zeros({}), {}, {}};
    };
    EXPECT_THROW(work_on_devices(4, std::vector<c10::Device>(2, c10::Device(c10::kCPU)), one_broken, nullptr), ArgumentError);
}

TEST(Parts, RealExhaustionOfMemoryIsRecognised)
{
    for (const c10::Device device : torch_devices())
        try {
            torch::empty({std::int64_t{1} << 50}, at::TensorOptions().dtype(at::kDouble).device(device));
            FAIL() << "8 PB were there";
        } catch (const std::exception& error) {
            EXPECT_TRUE(is_out_of_memory(error)) << error.what();
        }
    EXPECT_FALSE(is_out_of_memory(ArgumentError("a", "b", "c")));
}

}  // namespace
}  // namespace syzygy::torch_ode
