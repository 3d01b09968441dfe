// Forward sensitivities: tangents of held steps, tangents in the error norm, systems with a jvp only.
#include "core/gradient/forward.hpp"
#include "core/gradient/aca.hpp"

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

/// The three-body problem without its `jvp_columns`.
struct JvpOnly {
    using State = syzygy::State;
    using Parameters = Eigen::Vector3d;
    ThreeBody<double> inner;

    void rhs(double t, const State& y, State& dydt) const { inner.rhs(t, y, dydt); }
    void jvp(double t, const State& y, const State& y_dot, const Parameters& p_dot, State& f_dot) const
    {
        inner.jvp(t, y, y_dot, p_dot, f_dot);
    }
};

TEST(TangentSystem, GivesTheSameForASystemThatHasJvpOnly)
{
    const auto system = AcaExample::system<double>(AcaExample::true_masses<double>());
    const JvpOnly without{system};
    Eigen::Matrix<double, 3, Eigen::Dynamic, 0, 3, 21> parameter_tangents = Eigen::Matrix<double, 3, 21>::Random();
    const TangentSystem<ThreeBody<double>, 21> columns(system, parameter_tangents);
    const TangentSystem<JvpOnly, 21> singles(without, parameter_tangents);
    const auto y = columns.initial(AcaExample::initial_state<double>(), Eigen::Matrix<double, 18, 21>::Random());
    auto expected = y, given = y;
    columns.rhs(0.0, y, expected);
    singles.rhs(0.0, y, given);
    EXPECT_LE((given - expected).norm(), 1e-15 * expected.norm());
}

/// x' = v, v' = -p x: dx/dp, dx/dx0, dx/dv0 in closed form at p = w^2.
struct Spring {
    using State = Eigen::Vector2d;
    using Parameters = Eigen::Matrix<double, 1, 1>;
    Parameters stiffness{4.0};

    const Parameters& parameters() const { return stiffness; }
    void set_parameters(const Parameters& parameters) { stiffness = parameters; }
    void rhs(double, const State& y, State& dydt) const { dydt = {y[1], -stiffness[0] * y[0]}; }
    void jvp(double, const State& y, const State& y_dot, const Parameters& p_dot, State& f_dot) const
    {
        f_dot = {y_dot[1], -stiffness[0] * y_dot[0] - p_dot[0] * y[0]};
    }
};

TEST(ForwardSensitivities, EqualTheClosedFormOfASpring)
{
    using Loss = SquaresLoss<double, 2>;
    using Problem = GradientProblem<Spring, Loss>;
    const Spring spring;
    Loss loss;
    for (const double t : {0.0, 0.7, 2.0, 3.0, 3.0}) loss.observe(t, Loss::Observed::Zero(), 1);
    for (const Observe observe : {Observe::dense, Observe::stop}) {
        Problem problem{&spring, &loss, {{1, 0}, 0, 3, {}, Eigen::Vector2d::Constant(1e-13)}, observe};
        problem.task.options.method = "dop853";
        problem.task.options.rtol = 1e-13;
        Eigen::Matrix<double, 2, 3> initial;
        initial << 0, 1, 0, 0, 0, 1;
        TangentSystem<Spring, 3>::ParameterTangents parameters = Eigen::RowVector3d(1, 0, 0);
        long visits = 0;
        const auto report = forward_sensitivities<3>(
            problem, initial, parameters, [&](std::size_t k, const Eigen::Vector2d& y, const auto& s) {
                ++visits;
                const double t = loss.times()[k], w = 2;
                EXPECT_NEAR(y[0], std::cos(w * t), 1e-11);
                // x = cos(w t) with w = sqrt(p): dx/dp = -t sin(w t) / (2 w), and its derivative in time.
                EXPECT_NEAR(s(0, 0), -t * std::sin(w * t) / (2 * w), 1e-11);
                EXPECT_NEAR(s(1, 0), -std::sin(w * t) / (2 * w) - t * std::cos(w * t) / 2, 1e-11);
                EXPECT_NEAR(s(0, 1), std::cos(w * t), 1e-11);
                EXPECT_NEAR(s(0, 2), std::sin(w * t) / w, 1e-11);
                EXPECT_NEAR(s(1, 2), std::cos(w * t), 1e-11);
            });
        EXPECT_TRUE(report.outcome.ok());
        EXPECT_EQ(visits, 5);
        EXPECT_EQ(report.tangents.jvp_evaluations, 3 * report.tangents.rhs_evaluations);
    }
}

TEST(ForwardSensitivities, OfAForcedSystemWithJvpOnlyEqualAca)
{
    using System = Counting<ForcedDuffing<double>>;
    using Loss = SquaresLoss<double, 1>;
    using Problem = GradientProblem<System, Loss>;
    Calls calls;
    const System system(ForcedDuffing<double>(Eigen::Vector2d(1.3, 0.8)), calls);
    Loss loss;
    for (int k = 0; k <= 30; ++k) loss.observe(k * 0.1, Loss::Observed(std::sin(k)), 1);
    Problem problem{&system, &loss, {{0.7, -0.2}, 0, 3, {}, Eigen::Vector2d::Constant(1e-7)}};
    problem.task.options.rtol = 1e-7;
    const auto forward = forward_gradient(problem);
    EXPECT_EQ(calls.rhs, forward.forward.rhs_evaluations);
    EXPECT_EQ(calls.jvp, forward.forward.jvp_evaluations);
    AcaWorkspace<Problem> workspace;
    const auto back = detail::aca_with<dormand_prince54>(problem, workspace);
    EXPECT_LE(relative_error(back.parameters, forward.parameters), 1e-13);
    EXPECT_LE(relative_error(back.initial_state, forward.initial_state), 1e-13);
}

/// One observation at t = 1, past the close approach, of the ACA example at masses (1, 1, 1).
class GradientPastTheCloseApproach : public ::testing::Test {
protected:
    using Loss = SquaresLoss<double, 9>;
    using Problem = GradientProblem<ThreeBody<double>, Loss>;

    GradientPastTheCloseApproach()
    {
        const std::vector<double> end{1.0};
        loss.observe(1, AcaExample::true_positions<double>(end)[0], 1);
    }
    GradientResult<ThreeBody<double>> run(std::string_view method, double rtol, bool control_tangents) const
    {
        Problem problem{&system, &loss, AcaExample::task<double>(0, 1, rtol)};
        problem.task.options.method = method;
        problem.control_tangents = control_tangents;
        return forward_gradient(problem);
    }

    ThreeBody<double> system = AcaExample::system<double>(Eigen::Vector3d(1, 1, 1));
    Loss loss;
};

TEST_F(GradientPastTheCloseApproach, IsBetterWhereTangentsAreControlled)
{
    // A prototype: from 8.0e-3 to 3.1e-4 for 1.5 to 1.6 times the evaluations, at 1e-7.
    const auto reference = run("dop853", 1e-13, false);
    const auto plain = run("dopri5", 1e-7, false), controlled = run("dopri5", 1e-7, true);
    ASSERT_TRUE(controlled.outcome.ok());
    const double plain_error = relative_error(plain.parameters, reference.parameters);
    const double controlled_error = relative_error(controlled.parameters, reference.parameters);
    EXPECT_LT(controlled_error, plain_error / 5);
    EXPECT_LT(controlled.forward.accepted, 2 * plain.forward.accepted);
    record("plain", plain_error);
    record("controlled", controlled_error);
}

TEST_F(GradientPastTheCloseApproach, WithTangentsControlledIsOneSolveWithItsRejections)
{
    const auto controlled = run("dopri5", 1e-7, true);
    EXPECT_GT(controlled.forward.rejected, 0);
    EXPECT_EQ(controlled.forward.jvp_evaluations, 21 * controlled.forward.rhs_evaluations);
    EXPECT_EQ(controlled.checkpoint_bytes, 0u);
}

}  // namespace
}  // namespace syzygy
