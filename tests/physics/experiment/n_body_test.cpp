// The bodies that experiments take their data from: against three bodies, by what is conserved, and by the known advance of
// the pericentre.
#include "core/ode/integrate.hpp"
#include "physics/bodies/three_body.hpp"
#include "physics/experiment/n_body.hpp"
#include "physics/scenarios/scenario.hpp"

#include <gtest/gtest.h>

#include <Eigen/Geometry>

#include <numbers>

namespace syzygy {
namespace {

SolverOptions tight()
{
    SolverOptions options;
    options.method = "dop853";
    options.rtol = 1e-13;
    return options;
}

TEST(NBodyTest, ThreeOfThemMoveAsThreeBodies)
{
    const ThreeBodySystem system = find_scenario("aca").make();
    const ThreeBody<double> three(system.units.k1(), system.units.k2(), system.masses());
    const NBody<3> bodies(system.units.k1(), system.units.k2(), system.masses(), {});
    State expected, actual;
    three.rhs(0.0, system.state(), expected);
    bodies.rhs(0.0, system.state(), actual);
    EXPECT_LT((actual - expected).norm(), 1e-14 * expected.norm());
}

TEST(NBodyTest, AMasslessFourthBodyChangesNothing)
{
    const ThreeBodySystem system = find_scenario("aca").make();
    const NBody<3> three(system.units.k1(), system.units.k2(), system.masses(), {});
    const NBody<4> four(system.units.k1(), system.units.k2(), {system.masses()[0], system.masses()[1], system.masses()[2], 0}, {});
    NBody<4>::State y, dydt;
    y << system.state().head<9>(), 2, 1, -1, system.state().tail<9>(), 0.1, 0.2, 0.3;
    State expected;
    three.rhs(0, system.state(), expected);
    four.rhs(0, y, dydt);
    EXPECT_LT((dydt.head<9>() - expected.head<9>()).norm(), 1e-14);
    EXPECT_LT((dydt.segment<9>(12) - expected.tail<9>()).norm(), 1e-14);
}

TEST(NBodyTest, FourBodiesConserveEnergyAndMomentum)
{
    const NBody<4> bodies(1, 1, {1, 0.5, 0.3, 0.2}, {});
    NBody<4>::State y;
    y << 0, 0, 0, 1, 0, 0.1, 0, 2.5, 0, -4, 0, 0, 0, 0, 0, 0, 1.2, 0, -0.8, 0, 0.1, 0, -0.7, 0;
    const NBody<4>::State end = integrate<dop853>(bodies, task_of(bodies, y, 0, 20, tight())).y;
    EXPECT_NEAR(bodies.energy(end), bodies.energy(y), 1e-10 * std::abs(bodies.energy(y)));
    EXPECT_LT((bodies.momentum(end) - bodies.momentum(y)).norm(), 1e-12);
}

TEST(NBodyTest, DragTakesMomentumAwayExponentially)
{
    const NBody<3> bodies(1, 1, {1, 0.5, 0.3}, {.drag = 0.05});
    State y;
    y << 0, 0, 0, 1, 0, 0.1, 0, 2.5, 0, 0, 0.1, 0, 0, 1.2, 0, -0.8, 0, 0.1;
    const State end = integrate<dop853>(bodies, task_of(bodies, y, 0, 4, tight())).y;
    EXPECT_LT((bodies.momentum(end) - std::exp(-0.2) * bodies.momentum(y)).norm(), 1e-11);
}

/// Eccentricity vector of body 2 about body 1.
Eigen::Vector3d eccentricity(const State& y, double mass)
{
    const Eigen::Vector3d d = y.segment<3>(3) - y.segment<3>(0), w = y.segment<3>(12) - y.segment<3>(9);
    return w.cross(d.cross(w)) / mass - d.normalized();
}

/// How far the pericentre turns over ten orbits, seen where the bodies come nearest (there the periodic terms are the same).
double advance(double alpha, double inverse_c2)
{
    constexpr double e = 0.3;
    const NBody<3> bodies(1, 1, {0.6, 0.4, 0}, {.inverse_c2 = inverse_c2, .alpha = alpha});
    State y = State::Zero();
    y.segment<3>(3) << 1 - e, 0, 0;
    y.segment<3>(12) << 0, std::sqrt((1 + e) / (1 - e)), 0;
    y.segment<3>(6) << 1e4, 1e4, 1e4;
    const auto trajectory = record(bodies, task_of(bodies, y, 0, 20.6 * std::numbers::pi, tight()));
    // The tenth return to the pericentre: where d.w passes zero from below.
    const auto radial = [&](double t) {
        const State s = trajectory.at(t);
        return (s.segment<3>(3) - s.segment<3>(0)).dot(s.segment<3>(12) - s.segment<3>(9));
    };
    double low = 19.5 * std::numbers::pi, high = 20.5 * std::numbers::pi;
    for (int i = 0; i < 60; ++i) {
        const double middle = 0.5 * (low + high);
        (radial(middle) < 0 ? low : high) = middle;
    }
    const Eigen::Vector3d turned = eccentricity(trajectory.at(low), 1);
    return std::atan2(turned[1], turned[0]);
}

TEST(NBodyTest, ThePericentreAdvancesAsRelativityHasItInAllCoordinates)
{
    // 6 pi G M / (c^2 a (1 - e^2)) an orbit; the next order is about 1/c^2 times that: with 1/c^2 = 1e-6 below 1e-5.
    constexpr double inverse_c2 = 1e-6;
    const double expected = 10 * 6 * std::numbers::pi * inverse_c2 / (1 - 0.09);
    for (const double alpha : {0.0, 1.0, 2.0}) EXPECT_NEAR(advance(alpha, inverse_c2), expected, 1e-3 * expected) << "alpha " << alpha;
}

TEST(NBodyTest, InItsOwnCoordinatesTheTermIsCentral)
{
    const NBody<3> bodies(1, 1, {1, 1, 1}, {.inverse_c2 = 0.01, .alpha = 2});
    const Eigen::Vector3d d(0.4, -0.7, 0.2), w(1.1, 0.3, -0.5);
    EXPECT_LT(bodies.hidden(d, w, 2).cross(d).norm(), 1e-16);
    const NBody<3> harmonic(1, 1, {1, 1, 1}, {.inverse_c2 = 0.01, .alpha = 0});
    EXPECT_GT(harmonic.hidden(d, w, 2).cross(d).norm(), 1e-4);
}

}  // namespace
}  // namespace syzygy
