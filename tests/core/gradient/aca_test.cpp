// The adaptive checkpoint adjoint beyond the conformance suite: through the close approach in long double, explicit
// time, published references, what it keeps.
#include "core/gradient/aca.hpp"
#include "core/gradient/forward.hpp"

#include "tests/support/aca_example.hpp"
#include "tests/support/loss.hpp"
#include "tests/support/record.hpp"
#include "tests/support/systems.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <vector>

namespace syzygy {
namespace {

using testing::AcaExample;
using testing::Calls;
using testing::complex_step;
using testing::Counting;
using testing::ForcedDuffing;
using testing::Moved;
using testing::record;
using testing::relative_error;
using testing::SquaresLoss;

/// The method whose tableau is known here, so that only it is instantiated.
template <const auto& tableau, class Problem>
GradientResult<typename Problem::System> aca_of(const Problem& problem, AcaWorkspace<Problem>& workspace)
{
    return detail::aca_with<tableau>(problem, workspace);
}

template <const auto& tableau, class Problem>
StepGrid<typename Problem::Real> grid_of(const Problem& problem)
{
    StepGrid<typename Problem::Real> grid;
    GridRecorder<typename Problem::Real> recorder(grid, problem.task.t0);
    solve_with<tableau>(*problem.system, problem.task, recorder);
    return grid;
}

/// The whole example on [0, 1] in long double. The close approach amplifies rounding by four orders of magnitude,
/// so that the 1e-19 of long double leave 1e-14.
template <const auto& tableau>
void expect_aca_equals_a_complex_step_in_long_double(const SolverOptions& options, Observe observe)
{
    using Real = long double;
    using Masses = Eigen::Matrix<Real, 3, 1>;
    using Loss = SquaresLoss<Real, 9>;
    using Problem = GradientProblem<ThreeBody<Real>, Loss>;
    SCOPED_TRACE(options.method);

    const auto system = AcaExample::system<Real>(Masses(1, 1, 1));
    Loss loss;
    for (int k = 0; k <= 20; ++k) {
        Loss::Observed target;
        for (int c = 0; c < 9; ++c) target[c] = 0.3L * std::cos(Real(c + k));
        loss.observe(k / 20.0L, target, std::pow(0.3L, k / 20.0L));
    }
    Problem problem{&system, &loss, AcaExample::task<Real>(0, 1, options.rtol), observe};
    problem.task.options = options;
    std::vector<Real> stops;
    problem = with_stops(problem, stops);

    AcaWorkspace<Problem> workspace;
    const auto result = aca_of<tableau>(problem, workspace);
    ASSERT_TRUE(result.outcome.ok()) << result.outcome.reason;
    const auto grid = grid_of<tableau>(problem);
    const auto derivative = [&](Moved moved, Eigen::Index component = 0) {
        return complex_step<tableau>(loss, grid, AcaExample::system<std::complex<Real>>, problem.task.y0,
                                     system.parameters(), moved, component);
    };
    Masses masses;
    for (int i = 0; i < 3; ++i) masses[i] = derivative(Moved::parameter, i);
    ThreeBodyState<Real> initial_state;
    for (int i = 0; i < 18; ++i) initial_state[i] = derivative(Moved::initial_state, i);
    const Real scale = initial_state.norm();
    EXPECT_LE(relative_error(result.parameters, masses), 1e-14L);
    EXPECT_LE(relative_error(result.initial_state, initial_state), 1e-14L);
    EXPECT_LE(std::abs(result.t0.value() - derivative(Moved::t0)) / scale, 1e-14L);
    EXPECT_LE(std::abs(result.t1.value() - derivative(Moved::t1)) / scale, 1e-14L);
    record(options.method + "_masses", static_cast<double>(relative_error(result.parameters, masses)));
    record(options.method + "_initial_state", static_cast<double>(relative_error(result.initial_state, initial_state)));
}

TEST(Aca, EqualsAComplexStepThroughTheCloseApproachInLongDouble)
{
    for (const Observe observe : {Observe::dense, Observe::stop}) {
        SolverOptions options;
        options.rtol = 1e-6;
        options.method = "dopri5";
        expect_aca_equals_a_complex_step_in_long_double<dormand_prince54>(options, observe);
        options.method = "dop853";
        expect_aca_equals_a_complex_step_in_long_double<dop853>(options, observe);
        options.method = "rk12";
        options.rtol = 1e-4;
        expect_aca_equals_a_complex_step_in_long_double<heun_euler>(options, observe);
    }
}

/// Explicit time, x only observed, over intervals of many steps and of one, forward and backward.
class AcaOfAForcedSystem : public ::testing::TestWithParam<double> {
protected:
    using System = ForcedDuffing<double>;
    using Loss = SquaresLoss<double, 1>;
    using Problem = GradientProblem<System, Loss>;

    template <const auto& tableau>
    void expect_complex_step(const std::vector<double>& parts, Observe observe)
    {
        const System system(Eigen::Vector2d(1.3, 0.8));
        const double t0 = 0.4, t1 = t0 + GetParam();
        Loss loss;
        for (const double part : parts)
            loss.observe(part == 1 ? t1 : t0 + part * (t1 - t0), Loss::Observed(std::sin(9 * part)), 1 + part);
        Problem problem{&system, &loss, {{0.7, -0.2}, t0, t1, {}, Eigen::Vector2d::Constant(1e-6)}, observe};
        problem.task.options.method = tableau.id;
        problem.task.options.rtol = 1e-6;
        if (!tableau.adaptive()) problem.task.options.step = 0.07;
        std::vector<double> stops;
        problem = with_stops(problem, stops);

        AcaWorkspace<Problem> workspace;
        const auto result = aca_of<tableau>(problem, workspace);
        ASSERT_TRUE(result.outcome.ok());
        const auto grid = grid_of<tableau>(problem);
        using Complex = std::complex<double>;
        const auto make = [](const Eigen::Vector2cd& p) { return ForcedDuffing<Complex>(p); };
        const auto derivative = [&](Moved moved, Eigen::Index component = 0) {
            return complex_step<tableau>(loss, grid, make, problem.task.y0, system.parameters(), moved, component);
        };
        const Eigen::Vector2d parameters(derivative(Moved::parameter, 0), derivative(Moved::parameter, 1));
        const Eigen::Vector2d initial(derivative(Moved::initial_state, 0), derivative(Moved::initial_state, 1));
        const double tolerance = 1e-13 * (parameters.norm() + initial.norm());
        EXPECT_LE((result.parameters - parameters).norm(), tolerance) << tableau.id;
        EXPECT_LE((result.initial_state - initial).norm(), tolerance) << tableau.id;
        // Differences of terms that the weights of the dense output (400 and more for dop853) enlarge.
        EXPECT_NEAR(result.t0.value(), derivative(Moved::t0), 10 * tolerance) << tableau.id;
        EXPECT_NEAR(result.t1.value(), derivative(Moved::t1), 10 * tolerance) << tableau.id;
    }
    void expect_complex_steps(const std::vector<double>& parts)
    {
        for (const Observe observe : {Observe::dense, Observe::stop}) {
            expect_complex_step<runge_kutta4>(parts, observe);
            expect_complex_step<dormand_prince54>(parts, observe);
            expect_complex_step<dop853>(parts, observe);
        }
    }
};

INSTANTIATE_TEST_SUITE_P(Lengths, AcaOfAForcedSystem, ::testing::Values(3.0, -3.0, 0.02, -0.02), [](const auto& row) {
    return std::string(std::abs(row.param) < 0.1 ? "one_step_" : "") + (row.param > 0 ? "forward" : "backward");
});

TEST_P(AcaOfAForcedSystem, EqualsAComplexStepInParametersStateAndBothEnds)
{
    expect_complex_steps({0, 0, 0.11, 0.35, 0.35, 0.62, 0.99, 1, 1});
}

TEST_P(AcaOfAForcedSystem, EqualsAComplexStepForOneObservationAtTheEnd)
{
    expect_complex_steps({1});
}
TEST_P(AcaOfAForcedSystem, EqualsAComplexStepForOneObservationInTheFirstStep)
{
    expect_complex_steps({0.001});
}
TEST_P(AcaOfAForcedSystem, EqualsAComplexStepForOneObservationInTheLastStep)
{
    expect_complex_steps({0.9999});
}

/// The ACA example (docs/equations.md) with masses (1, 1, 1).
struct PublishedExample {
    using Loss = SquaresLoss<double, 9>;
    using System = Counting<ThreeBody<double>>;
    using Problem = GradientProblem<System, Loss>;

    explicit PublishedExample(double rtol) : problem{&system, &loss, AcaExample::task<double>(0, 1, rtol)}
    {
        std::vector<double> times;
        for (int k = 0; k < 1000; ++k) times.push_back(k / 999.0);
        const auto positions = AcaExample::true_positions<double>(times);
        for (std::size_t k = 0; k < times.size(); ++k)
            loss.observe(times[k], positions[k], std::pow(0.01, times[k]) / 1000);
    }

    Calls calls;
    System system{AcaExample::system<double>(Eigen::Vector3d(1, 1, 1)), calls};
    Loss loss;
    Problem problem;
    AcaWorkspace<Problem> workspace;
};

const Eigen::Vector3d published_gradient(-0.0098957, -0.0862103, 0.1263347);

TEST(Aca, ReachesThePublishedReferenceToItsPrintedDigits)
{
    PublishedExample example(1e-13);
    example.problem.task.options.method = "dop853";
    const auto result = aca_of<dop853>(example.problem, example.workspace);
    ASSERT_TRUE(result.outcome.ok());
    EXPECT_NEAR(result.loss, 0.014651208892, 6e-13);
    for (int i = 0; i < 3; ++i) EXPECT_NEAR(result.parameters[i], published_gradient[i], 6e-8);
}

TEST(Aca, AtTenToTheMinusSevenIsNoWorseThanPublishedLibraries)
{
    PublishedExample example(1e-7);
    const auto result = aca_of<dormand_prince54>(example.problem, example.workspace);
    ASSERT_TRUE(result.outcome.ok());
    EXPECT_LE(relative_error(result.parameters, published_gradient), 2.6e-3);
    record("gradient_error", relative_error(result.parameters, published_gradient));
    // Dense output: 1000 observation times force no step (about 1340 evaluations; stopping at each takes 6236).
    EXPECT_LE(result.forward.rhs_evaluations, 1500);
}

TEST(Aca, CountsAndKeepsWhatItSays)
{
    PublishedExample example(1e-7);
    const auto result = aca_of<dormand_prince54>(example.problem, example.workspace);
    EXPECT_EQ(example.calls.rhs, result.forward.rhs_evaluations + result.backward.rhs_evaluations);
    EXPECT_EQ(example.calls.vjp, result.backward.vjp_evaluations);
    EXPECT_EQ(example.calls.jvp, 0);
    EXPECT_EQ(result.forward.vjp_evaluations, 0);
    EXPECT_EQ(example.workspace.checkpoints.size(), static_cast<std::size_t>(result.forward.accepted) + 1);
    EXPECT_EQ(result.checkpoint_bytes,
              static_cast<std::size_t>(result.forward.accepted + 1) * sizeof(Checkpoint<PublishedExample::Problem>));
    EXPECT_EQ(result.graph_depth, result.forward.accepted * dormand_prince54.stages);
    // Stages, their states, and the cotangents of both; then the pairs' geometry.
    EXPECT_GT(result.tape_bytes_peak, dormand_prince54.rows * 4 * sizeof(State));
    EXPECT_LT(result.tape_bytes_peak, dormand_prince54.rows * 6 * sizeof(State));
    EXPECT_EQ(result.backward.rejected, 0);
}

TEST(Aca, GivesTheSameWhenItsWorkspaceIsReused)
{
    PublishedExample example(1e-5);
    const auto first = aca_of<dormand_prince54>(example.problem, example.workspace);
    example.problem.task.options.rtol = 1e-9;
    aca_of<dormand_prince54>(example.problem, example.workspace);
    example.problem.task.options.rtol = 1e-5;
    const auto again = aca_of<dormand_prince54>(example.problem, example.workspace);
    EXPECT_EQ(first.loss, again.loss);
    EXPECT_EQ(first.parameters, again.parameters);
    EXPECT_EQ(first.initial_state, again.initial_state);
    EXPECT_EQ(first.checkpoint_bytes, again.checkpoint_bytes);
}

TEST(Aca, StopsInItsBackwardPassWithinOneStepOfTheRequest)
{
    PublishedExample example(1e-7);
    std::stop_source source;
    example.problem.task.stop = source.get_token();
    example.calls.on_vjp = [&] {
        if (example.calls.vjp == 50) source.request_stop();
    };
    const auto result = aca_of<dormand_prince54>(example.problem, example.workspace);
    EXPECT_EQ(result.outcome.status, Status::stopped);
    EXPECT_THAT(result.outcome.reason, ::testing::HasSubstr("backward"));
    EXPECT_LE(example.calls.vjp, 50 + dormand_prince54.rows);
    EXPECT_EQ(result.parameters, Eigen::Vector3d::Zero());
    EXPECT_FALSE(result.t0.has_value());
}

}  // namespace
}  // namespace syzygy
