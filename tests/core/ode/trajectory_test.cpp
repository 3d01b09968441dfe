#include "core/ode/trajectory.hpp"

#include "tests/support/aca_example.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace syzygy {
namespace {

using testing::AcaExample;

/// The ACA example over [0, t1], dopri5 unless `tableau` says otherwise.
template <const auto& tableau = dormand_prince54>
Trajectory<State> solve_example(double t1, double rtol, bool keep_dense = true, std::span<const double> stops = {})
{
    auto task = AcaExample::task<double>(0, t1, rtol);
    task.stops = stops;
    Trajectory<State> trajectory;
    trajectory.begin(task.t0, task.y0, keep_dense);
    const auto solved =
        solve_with<tableau>(AcaExample::system<double>(AcaExample::true_masses<double>()), task, trajectory);
    trajectory.outcome = solved.outcome;
    trajectory.counts = solved.counts;
    return trajectory;
}

TEST(Trajectory, EvaluatedAfterwardsEqualsAFreshTightSolve)
{
    for (const double direction : {1.0, -1.0}) {
        const auto trajectory = solve_example(direction, 1e-7);
        std::vector<double> times;
        for (int k = 1; k <= 200; ++k) times.push_back(direction * k / 200);
        times.back() = direction;
        const auto exact = solve_example<dop853>(direction, 1e-13, false, times);
        double in_steps = 0, between = 0;
        for (std::size_t n = 0; n < exact.times().size(); ++n)
            between = std::max(between, (trajectory.at(exact.times()[n]) - exact.states()[n]).norm());
        const auto dense_exact = solve_example<dop853>(direction, 1e-13);
        for (std::size_t n = 0; n < trajectory.times().size(); ++n)
            in_steps = std::max(in_steps, (trajectory.states()[n] - dense_exact.at(trajectory.times()[n])).norm());
        // The dense output is of the order of the steps: it adds to their error no more than a few times as much.
        EXPECT_LE(between, 3 * in_steps);
        EXPECT_LE(in_steps, 5e-3);  // velocities at the close approach; positions: 1e-5
    }
}

TEST(Trajectory, AtItsOwnTimesIsItsOwnStates)
{
    const auto trajectory = solve_example(1, 1e-7);
    const auto& times = trajectory.times();
    for (std::size_t n = 0; n + 1 < times.size(); ++n) EXPECT_EQ(trajectory.at(times[n]), trajectory.states()[n]) << n;
    // At the very end theta is 1 but for rounding.
    EXPECT_LE((trajectory.at(times.back()) - trajectory.states().back()).norm(), 1e-13);
}

TEST(Trajectory, OutsideItsTimesIsAnArgumentErrorThatNamesThem)
{
    for (const double direction : {1.0, -1.0}) {
        const auto trajectory = solve_example(0.5 * direction, 1e-5);
        for (const double t : {-1e-9 * direction, 0.500001 * direction, std::nan("")}) {
            try {
                trajectory.at(t);
                FAIL() << t;
            } catch (const ArgumentError& error) {
                EXPECT_EQ(error.option(), "t");
                EXPECT_THAT(error.rule(), ::testing::HasSubstr("0.5"));
            }
        }
    }
}

TEST(Trajectory, WithoutDenseOutputSaysSo)
{
    const auto trajectory = solve_example(0.5, 1e-5, false);
    EXPECT_GT(trajectory.steps().size(), 3u);
    EXPECT_THROW(trajectory.at(0.2), ArgumentError);
}

TEST(Trajectory, HoldsWhatTheSolveDid)
{
    const auto trajectory = solve_example(1, 1e-7);
    EXPECT_EQ(trajectory.outcome.status, Status::reached);
    EXPECT_EQ(static_cast<long>(trajectory.steps().size()), trajectory.counts.accepted);
    EXPECT_EQ(static_cast<long>(trajectory.rejected_attempts().size()), trajectory.counts.rejected);
    EXPECT_EQ(trajectory.times().size(), trajectory.steps().size() + 1);
    EXPECT_EQ(trajectory.states().size(), trajectory.steps().size() + 1);
    for (std::size_t n = 0; n < trajectory.steps().size(); ++n)
        EXPECT_NEAR(trajectory.times()[n + 1], trajectory.times()[n] + trajectory.steps()[n], 1e-15);
    EXPECT_EQ(trajectory.times().back(), 1);
}

TEST(Trajectory, OfTheAcaExampleIsAsAccurateAsMeasuredElsewhere)
{
    // A prototype: Dopri5 at 1e-7 accepts 136 steps on [0, 1] with a position error of 1.3e-5 at the end. Another
    // step-size control takes other steps; a third more of them would be a loss.
    const auto trajectory = solve_example(1, 1e-7);
    EXPECT_LE(trajectory.counts.accepted, 180);
    const std::vector<double> end{1.0};
    const auto exact = AcaExample::true_positions<double>(end);
    EXPECT_LE((trajectory.states().back().head<9>() - exact[0]).norm(), 5e-5);
}

TEST(Trajectory, KeepsTheErrorThatTheControllerJudgedEachStepBy)
{
    const auto trajectory = solve_example(1, 1e-7);
    ASSERT_EQ(trajectory.error_ratios().size(), trajectory.steps().size());
    for (const double ratio : trajectory.error_ratios()) {
        EXPECT_GT(ratio, 0);
        EXPECT_LE(ratio, 1);
    }
    for (const auto& attempt : trajectory.rejected_attempts()) EXPECT_GT(attempt.error_ratio, 1);
}

}  // namespace
}  // namespace syzygy
