// Steps chosen for the tangents or for a goal, and what options ask of all gradient methods.
#include "core/gradient/methods.hpp"

#include "tests/support/aca_example.hpp"
#include "tests/support/loss.hpp"
#include "tests/support/record.hpp"
#include "tests/support/systems.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace syzygy {
namespace {

using testing::AcaExample;
using testing::Calls;
using testing::Counting;
using testing::ForcedDuffing;
using testing::record;
using testing::relative_error;
using testing::SquaresLoss;
using ::testing::HasSubstr;

TEST(Redistributed, GivesEqualSharesInTheFewestStepsAndEndsAtTheStops)
{
    // Shares of order 4 with kappa = (1 + 9 t)^5 on [0, 1]: the best steps are alpha / (1 + 9 t).
    const auto share = [](double t, double h) { return std::pow((1 + 9 * (t + h / 2)) * h, 5); };
    StepGrid<double> old;
    old.t.push_back(0);
    std::vector<double> shares;
    for (int n = 0; n < 64; ++n) {
        old.h.push_back(1.0 / 64);
        shares.push_back(share(old.t.back(), old.h.back()));
        old.t.push_back((n + 1) / 64.0);
    }
    const double target = 1e-6;
    const auto grid = detail::redistributed<double>(old, shares, {}, 4, target, 0);
    double sum = 0, least = 1, largest = 0;
    for (std::size_t n = 0; n < grid.h.size(); ++n) {
        const double found = share(grid.t[n], grid.h[n]);
        sum += found;
        least = std::min(least, found);
        largest = std::max(largest, found);
        EXPECT_EQ(grid.t[n + 1], n + 1 == grid.h.size() ? 1.0 : grid.t[n + 1]);
    }
    EXPECT_NEAR(sum / target, 1, 0.05);
    EXPECT_LT(largest / least, 1.5);  // an old step's wish is constant over it: (1 + h kappa'/kappa)^5 at most
    // N alpha = integral of kappa^(1/5) = 5.5, N alpha^5 = target.
    EXPECT_NEAR(static_cast<double>(grid.h.size()), std::pow(std::pow(5.5, 5) / target, 0.25), 2);

    const std::vector<double> stops{old.t[10], old.t[50]};
    const auto stopped = detail::redistributed<double>(old, shares, stops, 4, target, 0);
    for (const double stop : stops) EXPECT_THAT(stopped.t, ::testing::Contains(stop));
    EXPECT_EQ(stopped.t.front(), 0);
    EXPECT_EQ(stopped.t.back(), 1);

    const double longest = *std::max_element(grid.h.begin(), grid.h.end()) / 2;
    const auto limited = detail::redistributed<double>(old, shares, {}, 4, target, longest);
    EXPECT_LE(*std::max_element(limited.h.begin(), limited.h.end()), longest * (1 + 1e-12));
}

/// The ACA example (docs/equations.md), in double.
class StepControlOnTheAcaExample : public ::testing::Test {
protected:
    using Loss = SquaresLoss<double, 9>;
    using Problem = GradientProblem<ThreeBody<double>, Loss>;

    StepControlOnTheAcaExample()
    {
        std::vector<double> times;
        for (int k = 0; k < 1000; ++k) times.push_back(k / 999.0);
        const auto positions = AcaExample::true_positions<double>(times);
        for (std::size_t k = 0; k < times.size(); ++k) loss.observe(times[k], positions[k], std::pow(0.01, times[k]) / 1000);
        Problem exact = problem(1e-13);
        AcaWorkspace<Problem> workspace;
        truth = detail::aca_with<dop853>(exact, workspace);
    }
    Problem problem(double rtol) const
    {
        return {&system, &loss, AcaExample::task<double>(0, 1, rtol)};
    }
    double gradient_error(const GradientResult<ThreeBody<double>>& result) const
    {
        return std::hypot((result.parameters - truth.parameters).norm(), (result.initial_state - truth.initial_state).norm()) /
               std::hypot(truth.parameters.norm(), truth.initial_state.norm());
    }
    static GradientResult<ThreeBody<double>> along(Problem problem, const StepGrid<double>& grid)
    {
        problem.task.grid = &grid;
        AcaWorkspace<Problem> workspace;
        return detail::aca_with<dormand_prince54>(problem, workspace);
    }

    ThreeBody<double> system = AcaExample::system<double>(Eigen::Vector3d(1, 1, 1));
    Loss loss;
    GradientResult<ThreeBody<double>> truth;
};

TEST_F(StepControlOnTheAcaExample, TangentsBuyDigitsOfTheGradientAtTheSameTolerance)
{
    for (const double rtol : {1e-5, 1e-7}) {
        const Problem p = problem(rtol);
        AcaWorkspace<Problem> workspace;
        const auto state = detail::aca_with<dormand_prince54>(p, workspace);
        const auto search = detail::tangent_grid<dormand_prince54>(p);
        ASSERT_TRUE(search.outcome.ok());
        EXPECT_GT(search.forward.rejected, 0);
        EXPECT_EQ(search.forward.jvp_evaluations, 21 * search.forward.rhs_evaluations);
        const auto tangents = along(p, search.grid);
        EXPECT_LT(gradient_error(tangents), gradient_error(state) / 10);
        EXPECT_LT(tangents.forward.accepted, 2 * state.forward.accepted);
    }
}

TEST_F(StepControlOnTheAcaExample, AGoalIsReachedByTheTrueErrorAndByTheSharesWithoutTheirSigns)
{
    for (const double goal : {1e-5, 1e-7, 1e-9}) {
        Problem p = problem(1e-7);
        p.options.goal_tol = goal;
        const auto search = detail::goal_grid<dormand_prince54>(p);
        ASSERT_TRUE(search.outcome.ok()) << search.outcome.reason;
        p.task.grid = &search.grid;
        AcaWorkspace<Problem> workspace;
        const auto result = detail::aca_with_error<dormand_prince54>(p, workspace);
        EXPECT_LT(detail::absolute_sum(result.error->step_shares), goal);
        EXPECT_LT(std::abs(result.loss - truth.loss), goal);
        EXPECT_GT(detail::absolute_sum(result.error->step_shares), goal / 10) << "far more steps than it takes";
    }
}

TEST_F(StepControlOnTheAcaExample, AGoalTakesTwoThirdsOfTheEvaluationsOfStateControlForTheSameGradientError)
{
    // The final solve; bench/control_bench prints the whole table.
    for (const double goal : {1e-6, 1e-8}) {
        Problem p = problem(1e-7);
        p.options.goal_tol = goal;
        const auto search = detail::goal_grid<dormand_prince54>(p);
        ASSERT_TRUE(search.outcome.ok());
        const auto by_goal = along(p, search.grid);
        const double error = gradient_error(by_goal);
        // Tighten state control until its gradient is as good.
        AcaWorkspace<Problem> workspace;
        GradientResult<ThreeBody<double>> by_state;
        for (double rtol = 1e-5; rtol > 1e-12; rtol /= 1.3) {
            by_state = detail::aca_with<dormand_prince54>(problem(rtol), workspace);
            if (gradient_error(by_state) <= error) break;
        }
        const double ratio = static_cast<double>(by_goal.forward.rhs_evaluations + by_goal.backward.rhs_evaluations) /
                             static_cast<double>(by_state.forward.rhs_evaluations + by_state.backward.rhs_evaluations);
        EXPECT_LT(ratio, 0.72) << goal;
        record(fmt::format("ratio_{:.0e}", goal), ratio);
    }
}

TEST_F(StepControlOnTheAcaExample, AGoalBelowRoundingIsNotReachedAndSaidSo)
{
    Problem p = problem(1e-7);
    p.options.goal_tol = 1e-17;
    // Far more than it takes until more steps no longer help.
    p.task.options.max_evaluations = 5'000'000;
    const auto search = detail::goal_grid<dormand_prince54>(p);
    EXPECT_FALSE(search.outcome.ok());
    EXPECT_THAT(search.outcome.reason, HasSubstr("goal"));
}

/// The whole table of gradient methods on the forced Duffing oscillator.
class AskedOfEveryGradientMethod : public ::testing::Test {
protected:
    using System = Counting<ForcedDuffing<double>>;
    using Loss = SquaresLoss<double, 1>;
    using Problem = GradientProblem<System, Loss>;

    Problem problem(double t1, Observe observe)
    {
        loss = {};
        for (int k = 0; k <= 30; ++k) loss.observe(t1 * k / 30, Loss::Observed(std::sin(k)), 1);
        Problem problem{&system, &loss, {{0.7, -0.2}, 0, t1, {}, Eigen::Vector2d::Constant(1e-6)}, observe};
        problem.task.options.rtol = 1e-6;
        problem.options.goal_tol = 1e-5;
        return problem;
    }

    Calls calls;
    System system{ForcedDuffing<double>(Eigen::Vector2d(1.3, 0.8)), calls};
    Loss loss;
};

TEST_F(AskedOfEveryGradientMethod, OneGridServesThoseThatTakeStepsAndTheOthersRefuse)
{
    for (const std::string control : {"tangents", "goal"})
        for (const double t1 : {3.0, -2.0})
            for (const Observe observe : {Observe::dense, Observe::stop}) {
                Problem p = problem(t1, observe);
                p.options.control = control;
                const auto aca = run_gradient("aca", p);
                ASSERT_TRUE(aca.outcome.ok()) << aca.outcome.reason;
                for (const GradientMethodInfo& info : gradient_method_infos()) {
                    if (!info.takes_given_steps()) {
                        EXPECT_THROW(run_gradient(info.id, p), ArgumentError) << info.id;
                        continue;
                    }
                    calls.rhs = calls.vjp = calls.jvp = 0;
                    const auto result = run_gradient(info.id, p);
                    ASSERT_TRUE(result.outcome.ok()) << info.id << ": " << result.outcome.reason;
                    EXPECT_EQ(result.forward.accepted, aca.forward.accepted) << info.id;
                    EXPECT_EQ(calls.rhs, result.forward.rhs_evaluations + result.backward.rhs_evaluations) << info.id;
                    EXPECT_EQ(calls.vjp, result.forward.vjp_evaluations + result.backward.vjp_evaluations) << info.id;
                    const double tolerance = info.exact() ? 1e-12 : 1e-7;
                    EXPECT_LE(relative_error(result.parameters, aca.parameters), tolerance) << info.id;
                    EXPECT_LE(relative_error(result.initial_state, aca.initial_state), tolerance) << info.id;
                }
            }
}

TEST_F(AskedOfEveryGradientMethod, TheErrorEstimateIsThereForMethodsOfASolversSolutionAndRefusedForOthers)
{
    Problem p = problem(3, Observe::dense);
    p.options.error_estimate = true;
    const auto aca = run_gradient("aca", p);
    for (const GradientMethodInfo& info : gradient_method_infos()) {
        if (info.claim == Claim::own_discrete) {
            EXPECT_THROW(run_gradient(info.id, p), ArgumentError) << info.id;
            continue;
        }
        const auto result = run_gradient(info.id, p);
        ASSERT_TRUE(result.error) << info.id;
        EXPECT_NEAR(result.error->loss_error / aca.error->loss_error, 1, 1e-6) << info.id;
        // What is left of a gradient without its error is the exact one, whatever the method.
        EXPECT_LE((result.parameters - result.error->parameters_error - aca.parameters + aca.error->parameters_error).norm(),
                  1e-12 * aca.parameters.norm())
            << info.id;
    }
}

TEST_F(AskedOfEveryGradientMethod, BothAtOnceEstimateTheErrorAlongTheChosenSteps)
{
    Problem p = problem(3, Observe::dense);
    p.options.error_estimate = true;
    p.options.control = "goal";
    p.options.goal_tol = 1e-7;
    const auto result = run_gradient("aca", p);
    ASSERT_TRUE(result.error);
    EXPECT_EQ(result.error->step_shares.size(), static_cast<std::size_t>(result.forward.accepted));
    EXPECT_LT(std::abs(result.error->loss_error), 1e-7);
}

TEST_F(AskedOfEveryGradientMethod, FixedStepsHaveNothingToControl)
{
    Problem p = problem(3, Observe::dense);
    p.options.control = "goal";
    p.task.options.method = "rk4";
    p.task.options.step = 0.1;
    EXPECT_THROW(run_gradient("aca", p), ArgumentError);
}

TEST_F(AskedOfEveryGradientMethod, AStopEndsTheSearchForSteps)
{
    for (const std::string control : {"tangents", "goal"}) {
        Problem p = problem(3, Observe::dense);
        p.options.control = control;
        std::stop_source source;
        p.task.stop = source.get_token();
        calls.rhs = 0;
        calls.on_rhs = [&] {
            if (calls.rhs == 200) source.request_stop();
        };
        const auto result = run_gradient("aca", p);
        EXPECT_EQ(result.outcome.status, Status::stopped) << control;
        EXPECT_LE(calls.rhs, 200 + 4 * dormand_prince54.rows) << control;
        calls.on_rhs = {};
    }
}

}  // namespace
}  // namespace syzygy
