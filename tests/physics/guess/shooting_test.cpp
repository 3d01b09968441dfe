// Multiple shooting: from arcs that do not join to one orbit.
#include "physics/guess/shooting.hpp"
#include "tests/physics/fit/fit_samples.hpp"

#include <gtest/gtest.h>

namespace syzygy {
namespace {

using namespace testing;

/// A start at the tracks of the data.
ShootingStart start_of(const PreparedData& data, const Tracks& tracks, const Eigen::Vector3d& masses)
{
    ShootingStart start{masses, shooting_nodes(data, row_turns(data, tracks)), {}, data.size()};
    for (const std::size_t row : start.rows) start.states.push_back(tracks.state(data.times()[row]));
    return start;
}

TEST(Shooting, MassesAThirdOffAndStatesOfTheTracksEndInOneOrbitThroughTheData)
{
    const ThreeBodySystem system = find_scenario("figure-eight").make();
    const PreparedData data = fit_data(with_noise(without_velocities(exact_samples(system, 12.6, 300)), 1e-3, 1), {});
    const Tracks tracks = make_tracks(data);
    const ShootingResult result = shoot(data, tracks, {}, start_of(data, tracks, {1.3, 0.7, 1.2}), {});
    EXPECT_TRUE(result.outcome.ok()) << result.outcome.reason;
    EXPECT_LT(result.gap, 1e-9);
    // 2700 numbers and 21 unknowns: the rms is 0.996 of the errors, known to 1.4 %.
    EXPECT_NEAR(result.misfit, 0.996, 0.05);
    // The error of a mass is 1.2e-4.
    for (const double mass : result.masses) EXPECT_NEAR(mass, 1, 6e-4);
    EXPECT_LT((result.states.front() - system.state()).norm(), 0.01);
}

TEST(Shooting, ItsEndIsTheMinimumOfTheSingleArc)
{
    const ThreeBodySystem system = find_scenario("broucke-r2").make();
    const Observations observations = with_noise(without_velocities(exact_samples(system, 5.7, 200)), 1e-3, 2);
    const PreparedData data = fit_data(observations, {});
    const Tracks tracks = make_tracks(data);
    const ShootingResult shot = shoot(data, tracks, {}, start_of(data, tracks, {1.1, 0.9, 1}), {});
    const FitResult fitted = run_fit(observations, setup_from(system.masses()));
    for (int i = 0; i < 3; ++i) {
        const FittedParameter& mass = fitted.parameters[static_cast<std::size_t>(i)];
        EXPECT_NEAR(shot.masses[i], mass.value, 0.3 * mass.sigma);
    }
}

TEST(Shooting, WhatIsHeldStaysToTheBit)
{
    const ThreeBodySystem system = find_scenario("figure-eight").make();
    const PreparedData data = fit_data(without_velocities(exact_samples(system, 6.3, 100)), {});
    const Tracks tracks = make_tracks(data);
    ShootingProblem problem;
    problem.mass_free[1] = false;
    problem.held.fill(true);
    problem.initial_state = system.state();
    const ShootingResult result = shoot(data, tracks, problem, start_of(data, tracks, {1.1, 1, 0.9}), {});
    EXPECT_TRUE(result.outcome.ok()) << result.outcome.reason;
    EXPECT_EQ(result.states.front(), system.state());
    EXPECT_EQ(result.masses[1], 1);
    EXPECT_NEAR(result.masses[0], 1, 1e-7);
    EXPECT_NEAR(result.masses[2], 1, 1e-7);
}

TEST(Shooting, AMassWithinBoundsStaysWithinThem)
{
    const PreparedData data = fit_data(without_velocities(exact_samples("figure-eight", 6.3, 100)), {});
    const Tracks tracks = make_tracks(data);
    ShootingProblem problem;
    problem.upper[0] = 0.9;
    const ShootingResult result = shoot(data, tracks, problem, start_of(data, tracks, {0.8, 1, 1}), {});
    EXPECT_LE(result.masses[0], 0.9);
}

TEST(Shooting, AStopEndsIt)
{
    const PreparedData data = fit_data(without_velocities(exact_samples("figure-eight", 6.3, 100)), {});
    const Tracks tracks = make_tracks(data);
    std::stop_source stop;
    stop.request_stop();
    EXPECT_FALSE(shoot(data, tracks, {}, start_of(data, tracks, {1, 1, 1}), stop.get_token()).outcome.ok());
}

TEST(Follow, BackwardIsTheWayForward)
{
    const ThreeBodySystem system = find_scenario("figure-eight").make();
    const Observations exact = exact_samples(system, 3, 31, true);
    const PreparedData data = fit_data(exact, {});
    State middle;
    middle << exact.positions.col(15), exact.velocities.col(15);
    const std::vector<State> ahead = follow(data, {}, system.masses(), middle, 15, 31, {});
    const std::vector<State> behind = follow(data, {}, system.masses(), middle, 15, 0, {});
    ASSERT_EQ(ahead.size(), 15u);
    ASSERT_EQ(behind.size(), 15u);
    EXPECT_LT((ahead.back().head<9>() - exact.positions.col(30)).norm(), 1e-8);
    EXPECT_LT((behind.back().head<9>() - exact.positions.col(0)).norm(), 1e-8);
    EXPECT_LT((behind.back().tail<9>() - exact.velocities.col(0)).norm(), 1e-8);
}

}  // namespace
}  // namespace syzygy
