#include "physics/model/solution.hpp"

#include "physics/bodies/invariants.hpp"
#include "physics/model/simulate.hpp"
#include "physics/scenarios/scenario.hpp"

#include <gtest/gtest.h>

namespace syzygy {
namespace {

/// Observations of a scenario without noise, and the point that made them.
struct Known {
    ThreeBodySystem system;
    std::shared_ptr<const Observations> observations;
    ModelPoint point;
};

Known known(std::string_view scenario, double t1, long samples, double noise = 0)
{
    const ThreeBodySystem system = find_scenario(scenario).make();
    SimulateOptions options;
    options.t1 = t1;
    options.samples = samples;
    options.noise = noise;
    return {system, std::make_shared<const Observations>(simulate(system, options, {}).samples),
            {system.masses(), system.state()}};
}

SolutionRequest request_for(const Known& known, const Interval& window = {})
{
    SolutionRequest request;
    DataOptions options;
    request.all_data = std::make_shared<const PreparedData>(prepare(*known.observations, options));
    options.window = window;
    request.data = std::make_shared<const PreparedData>(prepare(*known.observations, options));
    request.point = known.point;
    return request;
}

TEST(Solution, ShowsTheStepsThatTheGradientPullsBackThrough)
{
    const Known aca = known("aca", 1, 200);
    for (const char* observe : {"dense", "stop"}) {
        SolutionRequest request = request_for(aca);
        request.options.observe = observe;
        const Solution solution = solve_model(request);
        ASSERT_TRUE(solution.outcome.ok());
        EXPECT_EQ(static_cast<long>(solution.window.steps().size()), solution.gradient.forward.accepted) << observe;
        EXPECT_EQ(static_cast<long>(solution.window.rejected_attempts().size()), solution.gradient.forward.rejected);
        EXPECT_EQ(solution.gradient.checkpoint_bytes % solution.window.times().size(), 0U);
        EXPECT_GT(solution.bytes_per_checkpoint(), sizeof(State));
    }
}

TEST(Solution, TellsTheWindowFromWhatComesAfterIt)
{
    const Known aca = known("aca", 2, 401);
    SolutionRequest request = request_for(aca, {0, 1});
    request.horizon = 2.5;
    const Solution solution = solve_model(request);
    ASSERT_TRUE(solution.beyond);
    EXPECT_EQ(solution.window_end(), 1.0);
    EXPECT_EQ(solution.end(), 2.5);
    EXPECT_EQ(solution.residuals.times.size(), 401U);
    EXPECT_EQ(solution.residuals.in_window, 201U);
    EXPECT_EQ(solution.residuals.sigma.size(), 0);
    // The truth leaves nothing, in the window and after it: what remains is the solver's error, which close
    // passages after t = 1 multiply.
    EXPECT_LT(solution.residuals.residual.leftCols(201).cwiseAbs().maxCoeff(), 1e-9);
    EXPECT_LT(solution.residuals.residual.cwiseAbs().maxCoeff(), 1e-6);
    // The steps go on as they were.
    EXPECT_GT(solution.beyond->steps().front(), 0.5 * solution.window.steps()[solution.window.steps().size() - 2]);
    EXPECT_EQ(solution.at(1.0), solution.window.states().back());
    EXPECT_EQ(solution.at(-5), solution.window.states().front());
    // Interpolated to the end of the last step: to rounding.
    EXPECT_LT((solution.at(99) - solution.beyond->states().back()).cwiseAbs().maxCoeff(), 1e-14);
}

TEST(Solution, ResidualsAreTheDifferencesThatTheLossSums)
{
    Known aca = known("aca", 1, 50, 1e-3);
    aca.point.masses[1] *= 1.1;
    const Solution solution = solve_model(request_for(aca));
    ASSERT_EQ(solution.residuals.residual.cols(), 50);
    const double loss = (solution.residuals.residual.array() / solution.residuals.sigma.array()).square().sum() / 50;
    EXPECT_NEAR(loss / solution.gradient.loss, 1, 1e-9);
}

TEST(Solution, DriftIsTheChangeOfTheInvariants)
{
    const Known eight = known("figure-eight", 6, 50);
    SolutionRequest request = request_for(eight);
    request.options.solver.method = "rk4";
    request.options.solver.step = 0.05;
    request.horizon = 7;
    const Solution solution = solve_model(request);
    ASSERT_TRUE(solution.beyond);
    const DriftSeries& drift = solution.drift;
    ASSERT_EQ(drift.times.size(), solution.window.times().size() + solution.beyond->times().size() - 1);
    const auto energy = [&](const State& state) {
        return invariants(eight.system.units, eight.point.masses, state).energy;
    };
    const State last = solution.beyond->states().back();
    EXPECT_NEAR(drift.energy.back() * std::abs(energy(eight.point.initial_state)),
                energy(last) - energy(eight.point.initial_state), 1e-15);
    EXPECT_GT(std::abs(drift.energy.back()), 1e-12);
    EXPECT_EQ(drift.energy.front(), 0);
    // Runge-Kutta methods keep linear invariants to rounding.
    for (const double value : drift.momentum) EXPECT_LT(value, 1e-14);
}

TEST(Solution, DistancesAreThoseOfThePairs)
{
    const Known aca = known("aca", 1, 50);
    const Solution solution = solve_model(request_for(aca));
    const DistanceSeries& distances = solution.distances;
    ASSERT_EQ(distances.times.size(), 4 * solution.window.steps().size() + 1);
    const State y = solution.at(distances.times[7]);
    EXPECT_NEAR(distances.pairs[2][7], (y.segment<3>(6) - y.segment<3>(3)).norm(), 1e-14);
    // Closest approach of bodies 2 and 3: 0.0531 at t = 0.871.
    const auto closest = std::min_element(distances.pairs[2].begin(), distances.pairs[2].end());
    EXPECT_NEAR(*closest, 0.0531, 1e-4);
    EXPECT_NEAR(distances.times[static_cast<std::size_t>(closest - distances.pairs[2].begin())], 0.871, 3e-3);
}

TEST(Solution, ACollisionLeavesWhatWasReached)
{
    Known aca = known("aca", 1, 50);
    aca.point.initial_state.tail<9>().setZero();
    aca.point.initial_state.head<9>() << 0, 0, 0, 1, 0, 0, 5, 0, 0;
    SolutionRequest request = request_for(aca);
    request.horizon = 3;
    const Solution solution = solve_model(request);
    EXPECT_FALSE(solution.outcome.ok());
    EXPECT_FALSE(solution.beyond);
    EXPECT_FALSE(solution.outcome.reason.empty());
    EXPECT_GT(solution.window.steps().size(), 10U);
    EXPECT_LT(solution.end(), 1);
    EXPECT_EQ(solution.drift.times.size(), solution.window.times().size());
    EXPECT_LT(solution.residuals.times.size(), 50U);
}

TEST(Solution, HasTheStepsSharesOfTheLossErrorWhereThatIsQuick)
{
    Known aca = known("aca", 1, 50);
    aca.point.masses.setOnes();
    SolutionRequest request = request_for(aca);
    request.options.solver.rtol = 1e-7;
    EXPECT_TRUE(solve_model(request).step_shares().empty()) << "unasked";
    request.estimate_errors = true;
    const Solution solution = solve_model(request);
    ASSERT_TRUE(solution.gradient.error);
    EXPECT_EQ(solution.step_shares().size(), solution.window.steps().size());
    double sum = 0;
    for (const double share : solution.step_shares()) sum += share;
    EXPECT_NEAR(sum / solution.gradient.error->loss_error, 1, 1e-9);
    // Of the tightest solves it would take longer than a picture may.
    request.options.solver.rtol = 1e-15;
    EXPECT_FALSE(solve_model(request).gradient.error);
}

TEST(Solution, PropagatesBothWays)
{
    const Known aca = known("aca", 1, 50);
    const SolutionRequest request = request_for(aca);
    const State there = propagate(*request.data, aca.point, request.options, 0, 0.6);
    EXPECT_LT((there - solve_model(request).at(0.6)).cwiseAbs().maxCoeff(), 1e-10);
    const State back = propagate(*request.data, {aca.point.masses, there}, request.options, 0.6, 0);
    EXPECT_LT((back - aca.point.initial_state).cwiseAbs().maxCoeff(), 1e-10);
}

TEST(Solution, StopsWhenAsked)
{
    const Known aca = known("aca", 1, 50);
    std::stop_source source;
    source.request_stop();
    const Solution solution = solve_model(request_for(aca), source.get_token());
    EXPECT_EQ(solution.outcome.status, Status::stopped);
}

}  // namespace
}  // namespace syzygy
