// A fit that was stopped goes on from its file as if it had never stopped, bit for bit.
#include "physics/run/fit_file.hpp"

#include "tests/physics/fit/fit_samples.hpp"
#include "tests/support/run_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <bit>
#include <cmath>
#include <thread>

namespace syzygy {
namespace {

using namespace testing;
using ::testing::TestWithParam;

/// Fits with many iterations and, where said, several arcs and boxed stages before the last.
struct Case {
    const char* name;
    Observations (*data)();
    FitSetup (*setup)();
};

Observations noisy_aca()
{
    return with_noise(exact_samples("aca", 1, 60), 1e-3, 7);
}
FitSetup fast(FitSetup setup)
{
    setup.solver.rtol = 1e-9;
    return setup;
}

const Case cases[] = {
    {"LmFromFarOff", noisy_aca,
     [] {
         return fast(setup_from({2.5, 0.4, 2}, "masses,initial"));
     }},
    {"LmOverGrowingArcs", [] { return with_noise(exact_samples("hierarchical", 10, 80), 1e-3, 3); },
     [] {
         FitSetup setup = fast(setup_from({0.6, 1.4, 0.8}, "masses,initial"));
         setup.fit.grow = "on";
         return setup;
     }},
    {"LmWithBoundsAndPrior", noisy_aca,
     [] {
         FitSetup setup = fast(setup_from({0.7, 1.6, 1.3}, "masses,velocities"));
         setup.fit.bounds = "m1=0.5:1.0999";
         setup.fit.priors = "m2=1.1:0.01";
         return setup;
     }},
    {"LmRobust", noisy_aca,
     [] {
         FitSetup setup = fast(setup_from({0.7, 1.6, 1.3}));
         setup.fit.robust = "cauchy";
         return setup;
     }},
    {"LbfgsOverBoxedStages", noisy_aca,
     [] {
         return fast(setup_from({2.5, 0.5, 2}, "masses,velocities", "lbfgs"));
     }},
    {"LbfgsOverGrowingArcs", noisy_aca,
     [] {
         FitSetup setup = fast(setup_from({0.8, 1.5, 1.2}, "", "lbfgs"));
         setup.fit.grow = "on";
         setup.optimizer.history = 3;
         return setup;
     }},
    {"Adam", noisy_aca,
     [] {
         return fast(setup_from({1, 1, 1}, "", "adam"));
     }},
    {"AdamOverGrowingArcs", noisy_aca,
     [] {
         FitSetup setup = fast(setup_from({1, 1, 1}, "", "adam"));
         setup.fit.grow = "on";
         return setup;
     }},
};

class Resume : public TestWithParam<Case> {
protected:
    const Observations data = GetParam().data();
    const FitSetup setup = GetParam().setup();
};

/// Runs until the callback was called `calls` times, then stops.
FitResult run_for(const Observations& data, const FitSetup& setup, FitState& state, long calls)
{
    Control control;
    return run_fit(
        data, setup, state,
        [&](const FitSnapshot&, const FitState&) {
            if (--calls == 0) control.stop();
        },
        control);
}

/// Through the file, as the command line does it.
FitState saved_and_read(const FitSetup& setup, const FitState& state)
{
    const TemporaryFolder folder;
    write_fit_file(folder.file("fit.syzygy"), {setup, "", state, nullptr});
    return read_fit_file(folder.file("fit.syzygy")).state;
}

void expect_same_bits(const FitResult& a, const FitResult& b)
{
    for (std::size_t i = 0; i < a.parameters.size(); ++i) {
        EXPECT_EQ(std::bit_cast<std::uint64_t>(a.parameters[i].value),
                  std::bit_cast<std::uint64_t>(b.parameters[i].value))
            << a.parameters[i].name << ' ' << a.parameters[i].value - b.parameters[i].value;
        EXPECT_EQ(std::bit_cast<std::uint64_t>(a.parameters[i].sigma),
                  std::bit_cast<std::uint64_t>(b.parameters[i].sigma));
    }
    EXPECT_EQ(a.loss, b.loss);
    EXPECT_EQ(a.iterations, b.iterations);
    EXPECT_EQ(a.outcome.status, b.outcome.status);
}

TEST_P(Resume, AFitStoppedAnywhereEndsWithTheBitsOfOneThatWasNot)
{
    FitState whole;
    const FitResult expected = run_for(data, setup, whole, 0);
    ASSERT_TRUE(whole.finished) << expected.outcome.reason;
    const long calls = static_cast<long>(whole.history.size());
    ASSERT_GT(calls, 5);
    const long stride = std::max(1L, calls / 6);
    for (long stop = 1; stop < calls; stop += stride) {
        SCOPED_TRACE(fmt::format("stopped after {} of {} iterations", stop, calls));
        FitState state;
        const FitResult stopped = run_for(data, setup, state, stop);
        ASSERT_EQ(stopped.outcome.status, Status::stopped);
        FitState resumed = saved_and_read(setup, state);
        expect_same_bits(run_for(data, setup, resumed, 0), expected);
    }
}

TEST_P(Resume, AFitStoppedAgainAndAgainEndsWithTheSameBits)
{
    FitState whole;
    const FitResult expected = run_for(data, setup, whole, 0);
    const long calls = static_cast<long>(whole.history.size());
    FitState state;
    FitResult result;
    int runs = 0;
    for (; !state.finished && runs < 100; ++runs) {
        result = run_for(data, setup, state, std::max(2L, calls / 6));
        state = saved_and_read(setup, state);
    }
    EXPECT_GT(runs, 2);
    ASSERT_TRUE(state.finished);
    expect_same_bits(result, expected);
    ASSERT_EQ(state.history.size(), whole.history.size());
    for (std::size_t i = 0; i < whole.history.size(); ++i) {
        EXPECT_EQ(state.history[i].loss, whole.history[i].loss) << i;
        EXPECT_EQ(state.history[i].stage, whole.history[i].stage) << i;
        EXPECT_EQ(state.history[i].masses, whole.history[i].masses) << i;
    }
}

INSTANTIATE_TEST_SUITE_P(All, Resume, ::testing::ValuesIn(cases),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(ResumeCases, SomeGoThroughArcsAndBoxedStages)
{
    FitState state;
    run_for(cases[1].data(), cases[1].setup(), state, 0);
    EXPECT_GT(state.arc, 1u);
    FitState boxed;
    run_for(cases[4].data(), cases[4].setup(), boxed, 0);
    EXPECT_GT(boxed.stage, 1);
}

TEST(Stop, LeavesTheLastGoodParametersAndTheirLoss)
{
    const Observations data = noisy_aca();
    const FitSetup setup = fast(setup_from({1, 1, 1}, "", "adam"));
    FitState state;
    const FitResult result = run_for(data, setup, state, 9);
    EXPECT_EQ(result.outcome.status, Status::stopped);
    EXPECT_FALSE(result.outcome.ok());
    EXPECT_FALSE(state.finished);
    EXPECT_EQ(result.point.masses, state.history.back().masses);
    EXPECT_TRUE(std::isfinite(result.loss));
    EXPECT_LT(result.loss, state.history.front().loss);
}

TEST(Stop, BeforeTheFirstIterationStopsAtTheStart)
{
    Control control;
    control.stop();
    FitState state;
    const FitResult result = run_fit(noisy_aca(), fast(setup_from({1, 1, 1})), state, {}, control);
    EXPECT_EQ(result.outcome.status, Status::stopped);
    EXPECT_EQ(result.point.masses, Eigen::Vector3d(1, 1, 1));
    EXPECT_FALSE(state.finished);
}

TEST(Stop, AFinishedFitIsNotRunAgain)
{
    FitState state;
    const Observations data = noisy_aca();
    const FitSetup setup = fast(setup_from({1, 1, 1}));
    const FitResult first = run_for(data, setup, state, 0);
    const std::size_t iterations = state.history.size();
    const FitResult again = run_for(data, setup, state, 0);
    EXPECT_TRUE(again.outcome.ok());
    EXPECT_EQ(state.history.size(), iterations);
    expect_same_bits(first, again);
}

TEST(Pause, HoldsTheFitUntilItIsResumed)
{
    const Observations data = noisy_aca();
    FitSetup setup = fast(setup_from({1, 1, 1}, "", "adam"));
    setup.optimizer.iterations = 60;
    Control control;
    std::atomic<long> calls = 0;
    FitState state;
    FitResult result;
    {
        std::jthread worker([&] {
            result = run_fit(
                data, setup, state,
                [&](const FitSnapshot&, const FitState&) {
                    if (++calls == 10) control.pause();
                },
                control);
        });
        while (calls < 10) std::this_thread::yield();
        // Long for a hundred more iterations.
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        EXPECT_EQ(calls, 10);
        control.resume();
    }
    EXPECT_EQ(calls, 60);
    FitState unpaused;
    expect_same_bits(result, run_for(data, setup, unpaused, 0));
}

TEST(Pause, AStopEndsAPausedFit)
{
    const Observations data = noisy_aca();
    Control control;
    std::atomic<long> calls = 0;
    FitState state;
    FitResult result;
    {
        std::jthread worker([&] {
            result = run_fit(
                data, fast(setup_from({1, 1, 1}, "", "adam")), state,
                [&](const FitSnapshot&, const FitState&) {
                    if (++calls == 5) control.pause();
                },
                control);
        });
        while (calls < 5) std::this_thread::yield();
        control.stop();
    }
    EXPECT_EQ(result.outcome.status, Status::stopped);
    EXPECT_EQ(calls, 5);
}

TEST(ResumeErrors, AStateOfAnotherFitIsRefused)
{
    FitState state;
    state.optimizer.x.setZero(5);
    Control control;
    EXPECT_THROW(run_fit(noisy_aca(), fast(setup_from({1, 1, 1})), state, {}, control), ArgumentError);
}

}  // namespace
}  // namespace syzygy
