// Derivatives of a right-hand side by duals, against those by hand.
#include "core/ode/dual_system.hpp"
#include "core/gradient/aca.hpp"
#include "core/gradient/forward.hpp"

#include "tests/support/aca_example.hpp"
#include "tests/support/loss.hpp"
#include "tests/support/systems.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace syzygy {
namespace {

using testing::AcaExample;
using testing::ForcedDuffing;
using testing::relative_error;
using testing::SquaresLoss;

/// The two hand-written systems by their right-hand sides alone.
struct ThreeBodyModel {
    static constexpr int states = 18, parameters = 3;
    template <class Time, class State, class Masses, class Out>
    void rhs(Time t, const State& y, const Masses& masses, Out& dydt) const
    {
        AcaExample::system<typename State::Scalar>(masses).rhs(t, y, dydt);
    }
};
struct DuffingModel {
    static constexpr int states = 2, parameters = 2;
    void rhs(auto t, const auto& y, const auto& p, auto& dydt) const
    {
        using std::cos;
        dydt[0] = y[1];
        dydt[1] = -p[0] * y[0] - y[0] * y[0] * y[0] + p[1] * cos(2 * t);
    }
};

/// vjp, jvp and time_vjp of both at one point. Sums of some tens of terms: a few units in the last place.
template <class ByDuals, class ByHand>
void expect_same_derivatives(const ByDuals& duals, const ByHand& hand, const typename ByHand::State& y)
{
    using State = typename ByHand::State;
    using Parameters = typename ByHand::Parameters;
    std::srand(7);
    for (int trial = 0; trial < 20; ++trial) {
        const double t = 0.3 * trial;
        const State w = State::Random(), y_dot = State::Random();
        const Parameters p_dot = Parameters::Random();
        State f = State::Zero(), f_hand = State::Zero(), y_bar = State::Zero(), y_bar_hand = State::Zero();
        duals.rhs(t, y, f);
        hand.rhs(t, y, f_hand);
        EXPECT_LE(relative_error(f, f_hand), 1e-15);
        // Cotangents of the parameters are added to what is there.
        Parameters p_bar = p_dot, p_bar_hand = p_dot;
        duals.vjp(t, y, w, y_bar, p_bar);
        hand.vjp(t, y, w, y_bar_hand, p_bar_hand);
        EXPECT_LE(relative_error(y_bar, y_bar_hand), 1e-14);
        EXPECT_LE(relative_error(p_bar, p_bar_hand), 1e-14);
        duals.jvp(t, y, y_dot, p_dot, f);
        hand.jvp(t, y, y_dot, p_dot, f_hand);
        EXPECT_LE(relative_error(f, f_hand), 1e-14);
        if constexpr (requires { hand.time_vjp(t, y, w); })
            EXPECT_NEAR(duals.time_vjp(t, y, w), hand.time_vjp(t, y, w), 1e-14);
        else
            EXPECT_EQ(duals.time_vjp(t, y, w), 0);
    }
}

TEST(DualSystem, OfThreeBodiesHasTheDerivativesWrittenByHand)
{
    const Eigen::Vector3d masses(1.1, 0.7, 0.9);
    expect_same_derivatives(DualSystem<ThreeBodyModel>(masses), AcaExample::system<double>(masses),
                            AcaExample::initial_state<double>());
}

TEST(DualSystem, OfAForcedOscillatorHasTheDerivativesWrittenByHandAndThatInTime)
{
    const Eigen::Vector2d p(1.3, 0.8);
    expect_same_derivatives(DualSystem<DuffingModel>(p), ForcedDuffing<double>(p), Eigen::Vector2d(0.7, -0.2));
}

TEST(DualSystem, PushesManyTangentsAtOnceAsOneByOne)
{
    const DualSystem<ThreeBodyModel> system(Eigen::Vector3d(1.1, 0.7, 0.9));
    const State y = AcaExample::initial_state<double>();
    const Eigen::Matrix<double, 18, 21> y_dot = Eigen::Matrix<double, 18, 21>::Random();
    const Eigen::Matrix<double, 3, 21> p_dot = Eigen::Matrix<double, 3, 21>::Random();
    Eigen::Matrix<double, 18, 21> f_dot;
    system.jvp_columns(0.0, y, y_dot, p_dot, f_dot);
    State one;
    for (int column = 0; column < 21; ++column) {
        system.jvp(0.0, y, y_dot.col(column), p_dot.col(column), one);
        EXPECT_EQ(one, f_dot.col(column));
    }
}

/// ACA and forward sensitivities of the whole solve, the right-hand side alone against derivatives by hand.
TEST(DualSystem, GivesAcaAndForwardSensitivitiesTheSameGradient)
{
    using Loss = SquaresLoss<double, 1>;
    const Eigen::Vector2d p(1.3, 0.8);
    const DualSystem<DuffingModel> duals(p);
    const ForcedDuffing<double> hand(p);
    Loss loss;
    for (int k = 0; k <= 30; ++k) loss.observe(k * 0.1, Loss::Observed(std::sin(k)), 1);
    SolveTask<Eigen::Vector2d> task{{0.7, -0.2}, 0, 3, {}, Eigen::Vector2d::Constant(1e-7)};
    task.options.rtol = 1e-7;
    const GradientProblem<DualSystem<DuffingModel>, Loss> by_duals{&duals, &loss, task};
    const GradientProblem<ForcedDuffing<double>, Loss> by_hand{&hand, &loss, task};
    const auto expected = aca(by_hand);
    const auto given = aca(by_duals), forward = forward_gradient(by_duals);
    ASSERT_TRUE(given.outcome.ok());
    EXPECT_EQ(given.forward.rhs_evaluations, expected.forward.rhs_evaluations);
    EXPECT_LE(relative_error(given.parameters, expected.parameters), 1e-13);
    EXPECT_LE(relative_error(given.initial_state, expected.initial_state), 1e-13);
    EXPECT_LE(relative_error(forward.parameters, expected.parameters), 1e-13);
    EXPECT_LE(relative_error(forward.initial_state, expected.initial_state), 1e-13);
    const double scale = expected.parameters.norm();
    EXPECT_NEAR(*given.t0, *expected.t0, 1e-13 * scale);
    EXPECT_NEAR(*given.t1, *expected.t1, 1e-13 * scale);
}

/// One state and no parameters: the smallest system there is. d y(t)^2 / d y0 = 2 y0 exp(-2 t).
struct Decay {
    static constexpr int states = 1, parameters = 0;
    void rhs(auto, const auto& y, const auto&, auto& dydt) const { dydt[0] = -y[0]; }
};

TEST(DualSystem, MayHaveOneStateAndNoParameters)
{
    using System = DualSystem<Decay>;
    using Loss = SquaresLoss<double, 1>;
    const System system;
    Loss loss;
    loss.observe(2, Loss::Observed(0.0), 1);
    GradientProblem<System, Loss> problem{&system, &loss, {System::State(3.0), 0, 2, {}, System::State(1e-13)}};
    const auto result = aca(problem);
    ASSERT_TRUE(result.outcome.ok());
    EXPECT_NEAR(result.initial_state[0], 6 * std::exp(-4.0), 1e-11);
    // d y(t1)^2 / d t1 = -2 y(t1)^2.
    EXPECT_NEAR(*result.t1, -18 * std::exp(-4.0), 1e-9);
}

}  // namespace
}  // namespace syzygy
