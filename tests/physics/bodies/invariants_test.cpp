// What Newton's equations conserve.
#include "physics/bodies/invariants.hpp"

#include "tests/physics/fit/fit_samples.hpp"

#include <gtest/gtest.h>

namespace syzygy {
namespace {

TEST(Invariants, OfACircularPairAreThoseOfTheTextbook)
{
    // Masses 1/2, separation 1, speed 1/2 each: energy -G m1 m2 / (2 a) = -1/8, angular momentum mu sqrt(G M a) = 1/4.
    State state = State::Zero();
    state.segment<3>(0) << 0.5, 0, 0;
    state.segment<3>(3) << -0.5, 0, 0;
    state.segment<3>(6) << 100, 0, 0;
    state.segment<3>(9) << 0, 0.5, 0;
    state.segment<3>(12) << 0, -0.5, 0;
    double scale = 0;
    const Invariants found = invariants({}, {0.5, 0.5, 0}, state, 0, &scale);
    EXPECT_DOUBLE_EQ(found.energy, -0.125);
    EXPECT_DOUBLE_EQ(scale, 0.375);
    EXPECT_EQ(found.momentum, Eigen::Vector3d::Zero());
    EXPECT_TRUE(found.angular_momentum.isApprox(Eigen::Vector3d(0, 0, 0.25), 1e-15));
    EXPECT_EQ(found.centre_of_mass, Eigen::Vector3d::Zero());
}

TEST(Invariants, SofteningWeakensThePotential)
{
    State state = State::Zero();
    state.segment<3>(3) << 3, 0, 0;
    state.segment<3>(6) << 1e9, 0, 0;
    EXPECT_DOUBLE_EQ(invariants({}, {2, 5, 0}, state, 4).energy, -10.0 / 5);
}

TEST(Invariants, OfMasslessBodiesHaveTheMeanPositionAsCentre)
{
    State state = State::Zero();
    state.segment<3>(3) << 3, 0, 9;
    state.segment<3>(6) << 0, 6, 0;
    const Invariants found = invariants({}, {0, 0, 0}, state);
    EXPECT_TRUE(found.centre_of_mass.isApprox(Eigen::Vector3d(1, 2, 3), 1e-15));
    EXPECT_EQ(found.energy, 0);
}

TEST(Invariants, AreConservedAlongEveryScenario)
{
    for (const Scenario& scenario : scenarios()) {
        if (scenario.id == "pythagorean") continue;  // its close passages ask for more than a tolerance of 1e-13
        const ThreeBodySystem system = scenario.make();
        SimulateOptions options;
        options.t1 = scenario.period > 0 ? scenario.period : std::min(scenario.duration, 1e9);
        options.samples = 2;
        SolverOptions solver;
        solver.method = "dop853";
        solver.rtol = 1e-13;
        const Simulation run = simulate(system, options, solver);
        ASSERT_TRUE(run.outcome.ok()) << scenario.id;
        double scale = 0;
        const Invariants before = invariants(system.units, system.masses(), system.state(), 0, &scale);
        const Invariants after = invariants(system.units, system.masses(), run.state);
        const double momentum = system.masses().sum() * run.state.tail<9>().norm();
        const double length = run.state.head<9>().norm();
        // Rounding and tolerance, times some thousand steps.
        EXPECT_LT(std::abs(after.energy - before.energy), 1e-9 * scale) << scenario.id;
        EXPECT_LT((after.momentum - before.momentum).norm(), 1e-11 * momentum) << scenario.id;
        EXPECT_LT((after.angular_momentum - before.angular_momentum).norm(), 1e-9 * momentum * length) << scenario.id;
        // The centre moves with K2 P / M.
        const Eigen::Vector3d expected =
            before.centre_of_mass + system.units.k2() * run.t * before.momentum / system.masses().sum();
        EXPECT_LT((after.centre_of_mass - expected).norm(), 1e-10 * length) << scenario.id;
    }
}

}  // namespace
}  // namespace syzygy
