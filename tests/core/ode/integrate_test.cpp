// Solves in one line, and states of named blocks.
#include "core/ode/blocks.hpp"
#include "core/ode/integrate.hpp"

#include "tests/support/systems.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace syzygy {
namespace {

using testing::Oscillator;
using ::testing::HasSubstr;

const Oscillator<double> spring(4);

/// x = cos 2t, v = -2 sin 2t.
Eigen::Vector2d exact(double t)
{
    return {std::cos(2 * t), -2 * std::sin(2 * t)};
}

SolverOptions tight()
{
    SolverOptions options;
    options.rtol = 1e-11;
    return options;
}

TEST(Integrate, GivesTheEndStateForwardAndBackward)
{
    for (const double t1 : {3.0, -3.0}) {
        const auto task = task_of(spring, {1, 0}, 0, t1, tight());
        const auto end = integrate(spring, task);
        EXPECT_TRUE(end.outcome.ok());
        EXPECT_EQ(end.t, t1);
        EXPECT_LE((end.y - exact(t1)).norm(), 1e-9);
        EXPECT_EQ(integrate<dormand_prince54>(spring, task).y, end.y);
    }
}

TEST(Integrate, GivesStatesAtManyTimesThatForceNoStep)
{
    for (const double t1 : {3.0, -3.0}) {
        const auto task = task_of(spring, {1, 0}, 0, t1, tight());
        std::vector<double> times{0, 0};
        for (int k = 1; k <= 1000; ++k) times.push_back(t1 * k / 1000);
        times.push_back(t1);
        const auto solution = integrate(spring, task, times);
        ASSERT_EQ(solution.states.size(), times.size());
        for (std::size_t k = 0; k < times.size(); ++k)
            EXPECT_LE((solution.states[k] - exact(times[k])).norm(), 1e-9) << times[k];
        const auto end = integrate(spring, task);
        EXPECT_EQ(solution.states.back(), end.y);
        EXPECT_EQ(solution.counts.rhs_evaluations, end.counts.rhs_evaluations);
        EXPECT_EQ(integrate<dormand_prince54>(spring, task, times).states, solution.states);
        // The same as a record asked afterwards.
        const auto trajectory = record(spring, task);
        for (std::size_t k = 0; k < times.size(); k += 97)
            EXPECT_LE((trajectory.at(times[k]) - solution.states[k]).norm(), 1e-14);
    }
}

TEST(Integrate, WithFixedStepsHasTheMethodsOrder)
{
    SolverOptions options;
    options.method = "rk4";
    const auto error = [&](double step) {
        options.step = step;
        return (integrate(spring, task_of(spring, {1, 0}, 0, 3, options)).y - exact(3)).norm();
    };
    EXPECT_NEAR(std::log2(error(0.02) / error(0.01)), 4, 0.1);
}

TEST(Integrate, ThatRunsOutOfEvaluationsSaysSoAndKeepsWhatItReached)
{
    SolverOptions options = tight();
    options.max_evaluations = 200;
    const std::vector<double> times{0, 0.1, 2.9};
    const auto solution = integrate(spring, task_of(spring, {1, 0}, 0, 3, options), times);
    EXPECT_EQ(solution.outcome.status, Status::evaluation_limit);
    EXPECT_THAT(solution.outcome.reason, HasSubstr("200 evaluations"));
    EXPECT_EQ(solution.states.size(), 2u);
    EXPECT_LE(solution.counts.rhs_evaluations, 200);
}

TEST(Integrate, RefusesTimesThatGoBackOrLieOutside)
{
    const auto task = task_of(spring, {1, 0}, 0, 3);
    for (const std::vector<double>& times : {std::vector<double>{1, 0.5}, {-0.1}, {3.1}, {std::nan("")}})
        EXPECT_THROW(integrate(spring, task, times), ArgumentError);
}

TEST(TaskOf, TakesTheAbsoluteToleranceFromOptionsOrFromTheState)
{
    SolverOptions options;
    options.rtol = 1e-6;
    EXPECT_EQ(task_of(spring, {3, -5}, 0, 1, options).atol, Eigen::Vector2d::Constant(1e-6 * 5));
    EXPECT_EQ(task_of(spring, {0, 0}, 0, 1, options).atol, Eigen::Vector2d::Constant(1e-6));
    options.atol = {1e-3};
    EXPECT_EQ(task_of(spring, {3, -5}, 0, 1, options).atol, Eigen::Vector2d::Constant(1e-3));
    options.atol = {1e-3, 1e-4};
    EXPECT_EQ(task_of(spring, {3, -5}, 0, 1, options).atol, Eigen::Vector2d(1e-3, 1e-4));
    options.atol = {1e-3, 1e-4, 1e-5};
    EXPECT_THROW(task_of(spring, {3, -5}, 0, 1, options), ArgumentError);
}

using Layout = Blocks<Block<"position", 3>, Block<"spin", 2, 2>, Block<"mass", 1>>;
static_assert(Layout::size == 8 && Layout::offset<"spin">() == 3 && Layout::offset<"mass">() == 7);

TEST(Blocks, AreReadAndWrittenByTheirNames)
{
    Eigen::Matrix2d spin;
    spin << 4, 6, 5, 7;
    Layout::Vector<double> y = Layout::pack(Eigen::Vector3d(1, 2, 3), spin, Eigen::Matrix<double, 1, 1>(8));
    EXPECT_EQ(y, Layout::Vector<double>::LinSpaced(1, 8));
    const auto& constant = y;
    EXPECT_EQ(Layout::get<"position">(constant), Eigen::Vector3d(1, 2, 3));
    EXPECT_EQ(Layout::get<"spin">(constant)(0, 1), 6);
    Layout::get<"spin">(y)(1, 0) = -5;
    EXPECT_EQ(y[4], -5);
    Layout::get<"position">(y) *= 2;
    EXPECT_EQ(y.head<3>(), Eigen::Vector3d(2, 4, 6));
    Layout::get<"spin">(y) = spin * spin;
    EXPECT_EQ(y.segment<4>(3), (spin * spin).eval().reshaped());
    EXPECT_THAT(Layout::names, ::testing::ElementsAre("position", "spin", "mass"));
}

/// A state of blocks is a state like any other.
struct FreeFall {
    using Layout = Blocks<Block<"height", 1>, Block<"velocity", 1>>;
    using State = Layout::Vector<double>;
    void rhs(double, const State& y, State& dydt) const
    {
        Layout::get<"height">(dydt) = Layout::get<"velocity">(y);
        Layout::get<"velocity">(dydt).setConstant(-9.81);
    }
};

TEST(Blocks, AreSolvedAsOneState)
{
    const FreeFall system;
    const auto end = integrate(system, task_of(system, {10, 1}, 0, 1));
    EXPECT_NEAR(FreeFall::Layout::get<"height">(end.y)[0], 10 + 1 - 9.81 / 2, 1e-12);
    EXPECT_NEAR(FreeFall::Layout::get<"velocity">(end.y)[0], 1 - 9.81, 1e-12);
}

}  // namespace
}  // namespace syzygy
