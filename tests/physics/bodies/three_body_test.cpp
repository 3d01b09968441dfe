#include "physics/bodies/three_body.hpp"

#include "core/ode/solver.hpp"
#include "tests/support/aca_example.hpp"
#include "tests/support/loss.hpp"

#include <Eigen/Geometry>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>
#include <random>

namespace syzygy {
namespace {

using testing::AcaExample;
using testing::relative_error;
using Masses = Eigen::Vector3d;

/// Bodies a distance of order 1 apart, at random.
template <class Matrix>
Matrix random(unsigned seed)
{
    std::mt19937_64 engine(seed);
    std::uniform_real_distribution<double> uniform(-1, 1);
    return Matrix::NullaryExpr([&] { return typename Matrix::Scalar(uniform(engine)); });
}

State derivative(const ThreeBody<double>& system, const State& y)
{
    State dydt;
    system.rhs(0.0, y, dydt);
    return dydt;
}

TEST(ThreeBody, HasTheCoefficientsOfTheAcaExample)
{
    EXPECT_NEAR(static_cast<double>(AcaExample::k1), 0.2004844, 5e-8);
    EXPECT_NEAR(static_cast<double>(AcaExample::k2), 7.2393239, 5e-8);
    const UnitSystem units =
        UnitSystem::physical(5.326e12, 1.989e30, 79.91 * 365 * 24 * 3600 * 0.51, 30000, 6.67408e-11);
    EXPECT_NEAR(units.k1(), static_cast<double>(AcaExample::k1), 1e-15);
    EXPECT_NEAR(units.k2(), static_cast<double>(AcaExample::k2), 1e-14);
}

/// Two bodies on circles about their centre of mass, and a massless one far out.
class CircularPair : public ::testing::Test {
protected:
    static constexpr double k1 = 0.7, k2 = 1.9, m1 = 1.3, m2 = 0.4, separation = 0.8;
    /// q'' = k2 k1 m / r^3 d: the angular speed of the pair.
    const double omega = std::sqrt(k1 * k2 * (m1 + m2) / (separation * separation * separation));
    const double r1 = separation * m2 / (m1 + m2), r2 = separation * m1 / (m1 + m2);
    const ThreeBody<double> system{k1, k2, Masses(m1, m2, 0)};

    State at(double t) const
    {
        const double c = std::cos(omega * t), s = std::sin(omega * t);
        State y = State::Zero();
        y.segment<3>(0) << -r1 * c, -r1 * s, 0;
        y.segment<3>(3) << r2 * c, r2 * s, 0;
        y.segment<3>(6) << 0, 0, 50;
        y.segment<3>(9) << r1 * omega * s / k2, -r1 * omega * c / k2, 0;
        y.segment<3>(12) << -r2 * omega * s / k2, r2 * omega * c / k2, 0;
        return y;
    }
};

TEST_F(CircularPair, HasTheAccelerationsOfACircle)
{
    for (const double t : {0.0, 0.4, 1.7}) {
        const State y = at(t), dydt = derivative(system, y);
        EXPECT_LE((dydt.segment<3>(0) - k2 * y.segment<3>(9)).norm(), 1e-15);
        EXPECT_LE((dydt.segment<3>(9) + omega * omega / k2 * y.segment<3>(0)).norm(), 1e-14);
        EXPECT_LE((dydt.segment<3>(12) + omega * omega / k2 * y.segment<3>(3)).norm(), 1e-14);
    }
}

TEST_F(CircularPair, StaysOnItsCircleForTenTurns)
{
    const double end = 10 * 2 * std::numbers::pi / omega;
    SolveTask<State> task{at(0), 0, end, {}, State::Constant(1e-13)};
    task.options.method = "dop853";
    task.options.rtol = 1e-13;
    NoObserver nobody;
    const auto solved = solve_with<dop853>(system, task, nobody);
    // Positions of the two that have mass; a phase error grows with the square of the time.
    EXPECT_LE((solved.y.head<6>() - at(end).head<6>()).norm(), 1e-9);
}

TEST_F(CircularPair, AMasslessThirdFeelsTheOthersAndDoesNotMoveThem)
{
    State y = at(0.3), moved = y;
    moved.segment<3>(6) << 0.1, 0.2, 0.3;
    const State far = derivative(system, y), near = derivative(system, moved);
    EXPECT_EQ((near.segment<6>(9)), (far.segment<6>(9)));
    // Newton's law for it alone.
    Eigen::Vector3d expected = Eigen::Vector3d::Zero();
    for (const int body : {0, 1}) {
        const Eigen::Vector3d d = moved.segment<3>(3 * body) - moved.segment<3>(6);
        expected += k1 * system.parameters()[body] * d / std::pow(d.norm(), 3);
    }
    EXPECT_LE((near.segment<3>(15) - expected).norm(), 1e-14 * expected.norm());
}

TEST_F(CircularPair, MasslessBodiesAllMoveStraight)
{
    const ThreeBody<double> empty(k1, k2, Masses::Zero());
    EXPECT_EQ((derivative(empty, at(0.3)).tail<9>()), (Eigen::Matrix<double, 9, 1>::Zero()));
}

TEST(ThreeBody, ConservesMomentumAndAngularMomentumOfItsForces)
{
    const Masses masses(1.1, 0.7, 0.2);
    const ThreeBody<double> system(0.3, 1.7, masses, 0.05);
    const State y = random<State>(1), dydt = derivative(system, y);
    Eigen::Vector3d force = Eigen::Vector3d::Zero(), torque = force;
    for (int body = 0; body < 3; ++body) {
        force += masses[body] * dydt.segment<3>(9 + 3 * body);
        torque += masses[body] * y.segment<3>(3 * body).cross(dydt.segment<3>(9 + 3 * body));
    }
    EXPECT_LE(force.norm(), 1e-15 * dydt.norm());
    EXPECT_LE(torque.norm(), 1e-15 * dydt.norm());
}

TEST(ThreeBody, SoftensTheForceOfAPair)
{
    // Two at distance r: k1 m r / (r^2 + e^2)^(3/2), finite even where they meet.
    const double k1 = 0.9, softening = 0.1;
    const ThreeBody<double> system(k1, 1, Masses(2, 3, 0), softening);
    State y = State::Zero();
    y[8] = 100;
    for (const double r : {0.0, 1e-3, 0.1, 4.0}) {
        y[3] = r;
        const State dydt = derivative(system, y);
        const double per_mass = k1 * r / std::pow(r * r + softening * softening, 1.5);
        EXPECT_NEAR(dydt[9], 3 * per_mass, 1e-14 * (1 + 3 * per_mass));
        EXPECT_NEAR(dydt[12], -2 * per_mass, 1e-14 * (1 + 2 * per_mass));
    }
}

/// Every derivative at several states, with and without softening and with a massless body.
class DerivativesOfThreeBody : public ::testing::TestWithParam<unsigned> {
protected:
    const Masses masses = GetParam() % 3 == 0 ? Masses(1.1, 0.9, 0) : Masses(1.1, 0.9, 0.4);
    const double softening = GetParam() % 2 == 0 ? 0.0 : 0.2;
    const ThreeBody<double> system{0.3, 1.7, masses, softening};
    const State y = random<State>(10 * GetParam());

    State jvp(const State& y_dot, const Masses& p_dot) const
    {
        State f_dot;
        system.jvp(0.0, y, y_dot, p_dot, f_dot);
        return f_dot;
    }
};
INSTANTIATE_TEST_SUITE_P(States, DerivativesOfThreeBody, ::testing::Range(1u, 9u));

TEST_P(DerivativesOfThreeBody, JvpEqualsAComplexStep)
{
    using Complex = std::complex<double>;
    const State y_dot = random<State>(GetParam() + 100);
    const Masses p_dot = random<Masses>(GetParam() + 200);
    const Complex step(0, 1e-30);
    const ThreeBody<Complex> complex_system(0.3, 1.7, masses.cast<Complex>() + step * p_dot.cast<Complex>(), softening);
    ThreeBodyState<Complex> dydt;
    const ThreeBodyState<Complex> moved = y.cast<Complex>() + step * y_dot.cast<Complex>();
    complex_system.rhs(0.0, moved, dydt);
    EXPECT_LE(relative_error(jvp(y_dot, p_dot), State(dydt.imag() / 1e-30)), 1e-14);
}

TEST_P(DerivativesOfThreeBody, VjpIsTheTransposeOfJvp)
{
    // w . J (y_dot, p_dot) = (J^T w) . (y_dot, p_dot), for every unit tangent: all 21 columns.
    const State w = random<State>(GetParam() + 300);
    State y_bar;
    Masses p_bar = Masses(3, 4, 5);  // added to
    system.vjp(0.0, y, w, y_bar, p_bar);
    p_bar -= Masses(3, 4, 5);
    const double size = y_bar.norm() + p_bar.norm();
    for (int i = 0; i < 18; ++i) EXPECT_NEAR(w.dot(jvp(State::Unit(i), Masses::Zero())), y_bar[i], 1e-14 * size);
    for (int i = 0; i < 3; ++i) EXPECT_NEAR(w.dot(jvp(State::Zero(), Masses::Unit(i))), p_bar[i], 1e-14 * size);
}

TEST_P(DerivativesOfThreeBody, JvpColumnsEqualJvpColumnByColumn)
{
    const auto y_dot = random<Eigen::Matrix<double, 18, 7>>(GetParam() + 400);
    const auto p_dot = random<Eigen::Matrix<double, 3, 7>>(GetParam() + 500);
    Eigen::Matrix<double, 18, 7> f_dot;
    system.jvp_columns(0.0, y, y_dot, p_dot, f_dot);
    for (int column = 0; column < 7; ++column) {
        const State expected = jvp(y_dot.col(column), p_dot.col(column));
        EXPECT_LE((f_dot.col(column) - expected).norm(), 1e-15 * expected.norm());
    }
}

TEST_P(DerivativesOfThreeBody, LongDoubleGivesTheSameToTheRoundingOfDouble)
{
    using Long = long double;
    const ThreeBody<Long> precise(Long(0.3), Long(1.7), masses.cast<Long>(), Long(softening));
    ThreeBodyState<Long> dydt, y_bar;
    const ThreeBodyState<Long> there = y.cast<Long>();
    precise.rhs(0.0L, there, dydt);
    EXPECT_LE(relative_error(derivative(system, y), State(dydt.cast<double>())), 1e-14);
    // And carries more: rounded to double it has lost something.
    EXPECT_NE((dydt.cast<double>().cast<Long>()), dydt);
    const State w = random<State>(GetParam() + 300);
    Eigen::Matrix<Long, 3, 1> p_bar = Eigen::Matrix<Long, 3, 1>::Zero();
    const ThreeBodyState<Long> long_w = w.cast<Long>();
    precise.vjp(0.0L, there, long_w, y_bar, p_bar);
    State y_bar_double;
    Masses p_bar_double = Masses::Zero();
    system.vjp(0.0, y, w, y_bar_double, p_bar_double);
    EXPECT_LE(relative_error(y_bar_double, State(y_bar.cast<double>())), 1e-14);
    EXPECT_LE(relative_error(p_bar_double, Masses(p_bar.cast<double>())), 1e-14);
}

}  // namespace
}  // namespace syzygy
