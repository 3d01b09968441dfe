// MALI: the gradient of its own leapfrog against a complex step through the same steps, and what its way back loses.
#include "core/gradient/mali.hpp"
#include "core/gradient/methods.hpp"

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
using testing::Counting;
using testing::ForcedDuffing;
using testing::Moved;
using testing::record;
using testing::relative_error;
using testing::SquaresLoss;
using Complex = std::complex<double>;

/// The steps that MALI takes.
template <class Problem>
StepGrid<typename Problem::Real> grid_of(Problem problem)
{
    using System = typename Problem::System;
    using Real = typename Problem::Real;
    StepGrid<Real> grid;
    GridRecorder<Real> recorder(grid, problem.task.t0);
    const Real eta = problem.options.eta;
    if (problem.options.mali_step > 0) {
        problem.task.options.step = problem.options.mali_step;
        Solver<fixed_leapfrog, System, LeapfrogStep<System>> solver(*problem.system, problem.task, eta);
        run_to_end(solver, problem.task, recorder);
    } else {
        Solver<adaptive_leapfrog, System, LeapfrogStep<System>> solver(*problem.system, problem.task, eta);
        run_to_end(solver, problem.task, recorder);
    }
    return grid;
}

/// The loss of the leapfrog over held steps in complex arithmetic, written down from the paper: z, v, and inside a step
/// the cubic Hermite interpolant of (z, v) at both ends.
template <class ComplexSystem, class Problem>
auto leapfrog_loss(const ComplexSystem& system, const Problem& problem, const typename ComplexSystem::State& y0,
                   const StepGrid<std::complex<typename Problem::Real>>& grid)
{
    using Real = typename Problem::Real;
    using Scalar = std::complex<Real>;
    using CState = typename ComplexSystem::State;
    const Real two = 2, three = 3, direction = grid.h[0].real() > 0 ? 1 : -1;
    const Scalar eta = Real(problem.options.eta);
    const auto times = problem.loss->times();
    CState z = y0, v, u;
    system.rhs(grid.t[0], z, v);
    Scalar loss = 0;
    std::size_t k = 0;
    for (; k < times.size() && times[k] == grid.t[0].real(); ++k) loss += problem.loss->term(k, z);
    for (std::size_t n = 0; n < grid.h.size(); ++n) {
        const Scalar t = grid.t[n], h = grid.h[n];
        const CState middle = z + v * (h / two);
        system.rhs(t + h / two, middle, u);
        const CState v1 = v + two * eta * (u - v);
        const CState z1 = middle + v1 * (h / two);
        const Real end = grid.t[n + 1].real();
        for (; k < times.size() && direction * times[k] < direction * end; ++k) {
            const Scalar s = (times[k] - t) / h, s2 = s * s, s3 = s2 * s;
            const CState y = (two * s3 - three * s2 + Real(1)) * z + (s3 - two * s2 + s) * h * v +
                             (three * s2 - two * s3) * z1 + (s3 - s2) * h * v1;
            loss += problem.loss->term(k, y);
        }
        for (; k < times.size() && times[k] == end; ++k) loss += problem.loss->term(k, z1);
        z = z1;
        v = v1;
    }
    return loss;
}

template <class Make, class Problem>
auto complex_step(const Make& make, const Problem& problem, const StepGrid<typename Problem::Real>& grid, Moved moved,
                  Eigen::Index component = 0)
{
    using Real = typename Problem::Real;
    using Scalar = std::complex<Real>;
    const Scalar step(0, Real(1e-30));
    auto p = problem.system->parameters().template cast<Scalar>().eval();
    auto y = problem.task.y0.template cast<Scalar>().eval();
    StepGrid<Scalar> held;
    held.t.assign(grid.t.begin(), grid.t.end());
    held.h.assign(grid.h.begin(), grid.h.end());
    switch (moved) {
    case Moved::parameter: p[component] += step; break;
    case Moved::initial_state: y[component] += step; break;
    case Moved::t0:
        held.t.front() += step;
        held.h.front() -= step;
        break;
    case Moved::t1:
        held.t.back() += step;
        held.h.back() += step;
        break;
    }
    return leapfrog_loss(make(p), problem, y, held).imag() / Real(1e-30);
}

/// Explicit time, x only observed.
struct Duffing {
    using System = Counting<ForcedDuffing<double>>;
    using Loss = SquaresLoss<double, 1>;
    using Problem = GradientProblem<System, Loss>;

    explicit Duffing(double length, const std::vector<double>& parts = {0, 0, 0.11, 0.35, 0.35, 0.62, 0.99, 1, 1},
                     Observe observe = Observe::dense)
        : problem{&system, &loss, {{0.7, -0.2}, 0.4, 0.4 + length, {}, Eigen::Vector2d::Constant(1e-4)}, observe}
    {
        for (const double part : parts)
            loss.observe(part == 1 ? 0.4 + length : 0.4 + part * length, Loss::Observed(std::sin(9 * part)), 1 + part);
        problem.task.options.rtol = 1e-4;
    }
    Duffing(const Duffing&) = delete;

    Calls calls;
    System system{ForcedDuffing<double>(Eigen::Vector2d(1.3, 0.8)), calls};
    Loss loss;
    Problem problem;
};

struct Steps {
    double eta, fixed, length;
};
class MaliOfAForcedSystem : public ::testing::TestWithParam<Steps> {};
INSTANTIATE_TEST_SUITE_P(Steps, MaliOfAForcedSystem,
                         ::testing::Values(Steps{1, 0, 3}, Steps{1, 0, -3}, Steps{1, 0.02, 3}, Steps{1, 0.02, -3},
                                           Steps{0.9, 0.1, 3}, Steps{0.9, 0.1, -3}, Steps{0.3, 0.05, 1},
                                           Steps{1, 0, 0.002}, Steps{1, 0.5, -0.02}));

TEST_P(MaliOfAForcedSystem, EqualsAComplexStepInParametersStateAndBothEnds)
{
    const auto [eta, fixed, length] = GetParam();
    const std::vector<std::vector<double>> observations{
        {0, 0, 0.11, 0.35, 0.35, 0.62, 0.99, 1, 1}, {1}, {0.001}, {0.9999}, {0}};
    for (const auto& parts : observations)
        for (const Observe observe : {Observe::dense, Observe::stop}) {
            Duffing duffing(length, parts, observe);
            auto& problem = duffing.problem;
            problem.options.eta = eta;
            problem.options.mali_step = fixed;
            std::vector<double> stops;
            const auto stopped = with_stops(problem, stops);
            const StepGrid<double> grid = grid_of(stopped);
            const auto result = mali(problem);
            ASSERT_TRUE(result.outcome.ok()) << result.outcome.reason;
            EXPECT_EQ(result.forward.accepted, static_cast<long>(grid.h.size()));
            const auto make = [](const Eigen::Vector2cd& p) { return ForcedDuffing<Complex>(p); };
            const auto derivative = [&](Moved moved, Eigen::Index component = 0) {
                return complex_step(make, stopped, grid, moved, component);
            };
            const Eigen::Vector2d parameters(derivative(Moved::parameter, 0), derivative(Moved::parameter, 1));
            const Eigen::Vector2d initial(derivative(Moved::initial_state, 0), derivative(Moved::initial_state, 1));
            // The reconstructed states err by the rounding that the way back enlarges, and the gradient with them.
            const double growth = std::pow(1 / std::abs(1 - 2 * eta), static_cast<double>(grid.h.size()));
            const double tolerance = 1e-13 * growth * (1 + parameters.norm() + initial.norm());
            EXPECT_LE((result.parameters - parameters).norm(), tolerance);
            EXPECT_LE((result.initial_state - initial).norm(), tolerance);
            EXPECT_NEAR(result.t0.value(), derivative(Moved::t0), tolerance);
            EXPECT_NEAR(result.t1.value(), derivative(Moved::t1), tolerance);
            EXPECT_LE(result.reverse_error.value(), 1e-13 * growth);
        }
}

/// On [0, 0.8] and [0, -0.6] of the ACA example (gradient_conformance_test.cpp), some thousand steps.
template <class Real>
void expect_a_complex_step_for_three_bodies(Real tolerance, const std::string& name)
{
    using Loss = SquaresLoss<Real, 9>;
    using Problem = GradientProblem<ThreeBody<Real>, Loss>;
    const auto system = AcaExample::system<Real>(Eigen::Matrix<Real, 3, 1>(1, 1, 1));
    for (const Real end : {Real(0.8), Real(-0.6)}) {
        Loss loss;
        for (int k = 0; k <= 20; ++k) {
            typename Loss::Observed target;
            for (int c = 0; c < 9; ++c) target[c] = Real(0.3) * std::cos(Real(c + k));
            loss.observe(k == 20 ? end : k * end / 20, target, std::pow(Real(0.3), Real(k) / 20));
        }
        const Problem problem{&system, &loss, AcaExample::task<Real>(0, end, 1e-4)};
        const StepGrid<Real> grid = grid_of(problem);
        const auto result = mali(problem);
        ASSERT_TRUE(result.outcome.ok());
        const auto derivative = [&](Moved moved, Eigen::Index component = 0) {
            return complex_step(AcaExample::system<std::complex<Real>>, problem, grid, moved, component);
        };
        Eigen::Matrix<Real, 3, 1> masses;
        for (int i = 0; i < 3; ++i) masses[i] = derivative(Moved::parameter, i);
        ThreeBodyState<Real> initial;
        for (int i = 0; i < 18; ++i) initial[i] = derivative(Moved::initial_state, i);
        EXPECT_LE(relative_error(result.parameters, masses), tolerance);
        EXPECT_LE(relative_error(result.initial_state, initial), tolerance);
        EXPECT_NEAR(result.t0.value(), derivative(Moved::t0), tolerance * initial.norm());
        EXPECT_NEAR(result.t1.value(), derivative(Moved::t1), tolerance * initial.norm());
        record(name + (end > 0 ? "_forward" : "_backward"), double(relative_error(result.initial_state, initial)));
        record(name + "_steps", double(grid.h.size()));
        record(name + "_reverse", double(result.reverse_error.value()));
    }
}

TEST(Mali, EqualsAComplexStepForThreeBodies)
{
    // v is not damped at eta = 1: its error alternates and may grow (the weak instability of leapfrogs). So rounding is
    // enlarged by six orders of magnitude here: 2e-10 in double, 3e-14 in long double.
    expect_a_complex_step_for_three_bodies<double>(2e-9, "double");
    expect_a_complex_step_for_three_bodies<long double>(5e-13L, "long_double");
}

TEST(Mali, WithoutObservationsGivesZero)
{
    Duffing duffing(3, {});
    const auto result = mali(duffing.problem);
    ASSERT_TRUE(result.outcome.ok());
    EXPECT_EQ(result.loss, 0);
    EXPECT_EQ(result.parameters, Eigen::Vector2d::Zero());
    EXPECT_EQ(result.initial_state, Eigen::Vector2d::Zero());
    EXPECT_EQ(result.t0, 0);
    EXPECT_EQ(result.t1, 0);
}

/// Loss and gradient at a step far smaller than any in the test.
auto exact_of(Duffing& duffing)
{
    auto problem = duffing.problem;
    problem.task.options = {};
    problem.task.options.method = "dop853";
    problem.task.options.rtol = 1e-13;
    problem.task.atol.setConstant(1e-13);
    return detail::aca_with<dop853>(problem, *std::make_unique<AcaWorkspace<Duffing::Problem>>());
}

TEST(Mali, IsOfOrderTwoAtEtaOneAndOfOrderOneBelow)
{
    for (const double eta : {1.0, 0.9}) {
        Duffing duffing(2);
        duffing.problem.options.eta = eta;
        const auto exact = exact_of(duffing);
        std::vector<double> losses, gradients;
        // At eta = 0.9 rounding grows by 1.25 a step: 80 steps leave 1e-8.
        const double first = eta == 1 ? 0.01 : 0.05;
        for (const double step : {first, first / 2}) {
            duffing.problem.options.mali_step = step;
            const auto result = mali(duffing.problem);
            losses.push_back(std::abs(result.loss - exact.loss));
            gradients.push_back((result.initial_state - exact.initial_state).norm());
        }
        const double order = eta == 1 ? 2 : 1;
        EXPECT_NEAR(std::log2(losses[0] / losses[1]), order, 0.25) << eta;
        EXPECT_NEAR(std::log2(gradients[0] / gradients[1]), order, 0.25) << eta;
    }
}

/// x'' = -p x.
struct Spring {
    using State = Eigen::Vector2d;
    using Parameters = Eigen::Matrix<double, 1, 1>;
    double stiffness = 1;

    Parameters parameters() const { return Parameters(stiffness); }
    void rhs(double, const State& y, State& dydt) const { dydt = State(y[1], -stiffness * y[0]); }
    void vjp(double, const State& y, const State& w, State& y_bar, Parameters& p_bar) const
    {
        y_bar = State(-stiffness * w[1], w[0]);
        p_bar[0] -= y[0] * w[1];
    }
};

/// The largest distance from the forward trajectory after so many steps and back, of a linear system: a nonlinear one
/// runs away faster once the distance is large.
double reverse_error(double eta, int steps)
{
    using Loss = SquaresLoss<double, 2>;
    using Problem = GradientProblem<Spring, Loss>;
    const Spring spring;
    Loss loss;
    loss.observe(20, {0.1, 0.2}, 1);
    GradientTrace<Eigen::Vector2d> trace;
    Problem problem{&spring, &loss, {{1, 0.3}, 0, 20, {}, {1, 1}}};
    problem.options.eta = eta;
    problem.options.mali_step = 20.0 / steps;
    problem.trace = &trace;
    const auto result = mali(problem);
    EXPECT_TRUE(result.outcome.ok()) << result.outcome.reason;
    EXPECT_EQ(result.forward.accepted, steps);
    EXPECT_EQ(trace.reverse_states.size(), static_cast<std::size_t>(steps) + 1);
    return result.reverse_error.value();
}

TEST(Mali, ReversesToRoundingAtEtaOneAndLosesAllAtFourFifths)
{
    const double whole = reverse_error(1, 400), damped = reverse_error(0.8, 100);
    record("eta_1_400_steps", whole);
    record("eta_0.8_100_steps", damped);
    EXPECT_LE(whole, 5e-14);  // 8e-15 was computed by other code
    // (1 / 0.6)^100 = 1.5e22 times the rounding of z, some 1e-17 to 1e-15. Other code: 1e7.
    EXPECT_GE(damped, 1e4);
    EXPECT_LE(damped, 1e9);
}

TEST(Mali, SaysWhereTheWayBackOverflows)
{
    Duffing duffing(2);
    duffing.problem.options.eta = 0.55;  // rounding grows tenfold a step
    duffing.problem.options.mali_step = 2.0 / 1000;
    const auto result = mali(duffing.problem);
    EXPECT_EQ(result.outcome.status, Status::non_finite);
    EXPECT_THAT(result.outcome.reason, ::testing::HasSubstr("on the way back"));
    EXPECT_THAT(result.outcome.reason, ::testing::HasSubstr("rounding grows by 10 a step at eta = 0.55"));
    EXPECT_EQ(result.parameters, Eigen::Vector2d::Zero());
}

TEST(Mali, TakesOneEvaluationAStepEachWayAndKeepsNoState)
{
    std::size_t bytes = 0;
    for (const int steps : {100, 1000}) {
        Duffing duffing(3);
        duffing.problem.options.mali_step = 3.0 / steps;
        const auto result = mali(duffing.problem);
        EXPECT_EQ(result.forward.accepted, steps);
        EXPECT_EQ(result.forward.rhs_evaluations, steps + 1);
        EXPECT_EQ(result.backward.rhs_evaluations, steps);
        EXPECT_EQ(result.backward.vjp_evaluations, steps + 1);
        EXPECT_EQ(duffing.calls.rhs, result.forward.rhs_evaluations + result.backward.rhs_evaluations);
        EXPECT_EQ(duffing.calls.vjp, result.backward.vjp_evaluations);
        EXPECT_EQ(result.graph_depth, steps);
        EXPECT_EQ(result.checkpoint_bytes,
                  2 * sizeof(Eigen::Vector2d) + static_cast<std::size_t>(steps + 1) * sizeof(HeldStep<double>));
        if (bytes > 0) { EXPECT_EQ(result.tape_bytes_peak, bytes); }
        bytes = result.tape_bytes_peak;
    }
    Duffing adaptive(3);
    adaptive.problem.task.options.step = 1;
    const auto result = mali(adaptive.problem);
    EXPECT_GT(result.forward.rejected, 0);
    // An evaluation an attempt and one at the start.
    EXPECT_EQ(result.forward.rhs_evaluations, result.forward.accepted + result.forward.rejected + 1);
    EXPECT_EQ(adaptive.calls.rhs, result.forward.rhs_evaluations + result.backward.rhs_evaluations);
}

TEST(Mali, IgnoresTheSolverMethod)
{
    Duffing duffing(3);
    const auto result = mali(duffing.problem);
    duffing.problem.task.options.method = "rk4";
    const auto other = run_gradient("mali", duffing.problem);
    EXPECT_EQ(result.parameters, other.parameters);
    EXPECT_EQ(result.forward.accepted, other.forward.accepted);
}

TEST(Mali, StopsWithinAStepOfTheRequestBothWays)
{
    for (const bool backward : {false, true}) {
        Duffing duffing(3);
        std::stop_source source;
        duffing.problem.task.stop = source.get_token();
        auto& calls = duffing.calls;
        (backward ? calls.on_vjp : calls.on_rhs) = [&] {
            if ((backward ? calls.vjp : calls.rhs) == 20) source.request_stop();
        };
        const auto result = mali(duffing.problem);
        EXPECT_EQ(result.outcome.status, Status::stopped);
        EXPECT_LE(backward ? calls.vjp : calls.rhs, 21);
        EXPECT_EQ(result.outcome.reason.find("backward") != std::string::npos, backward);
        EXPECT_EQ(result.parameters, Eigen::Vector2d::Zero());
    }
}

TEST(Mali, TheEvaluationLimitIsAnOutcome)
{
    Duffing duffing(3);
    duffing.problem.task.options.max_evaluations = 50;
    const auto result = mali(duffing.problem);
    EXPECT_EQ(result.outcome.status, Status::evaluation_limit);
    EXPECT_LE(duffing.calls.rhs, 50);
}

TEST(Mali, EtaOfOneHalfOrOutOfRangeIsAnArgumentError)
{
    for (const double eta : {0.5, 0.0, 1.1, std::nan("")}) {
        Duffing duffing(3);
        duffing.problem.options.eta = eta;
        try {
            run_gradient("mali", duffing.problem);
            FAIL() << eta;
        } catch (const ArgumentError& error) {
            EXPECT_EQ(error.option(), "eta");
        }
    }
}

TEST(Mali, TheTraceHoldsTheStepsTheReverseStatesAndTheirCotangents)
{
    Duffing duffing(3, {1});
    GradientTrace<Eigen::Vector2d> trace;
    duffing.problem.trace = &trace;
    const auto result = mali(duffing.problem);
    const auto count = [&](SweepEvent::Kind kind) {
        return std::count_if(trace.events.begin(), trace.events.end(),
                             [kind](const SweepEvent& e) { return e.kind == kind; });
    };
    EXPECT_EQ(count(SweepEvent::Kind::step), result.forward.accepted);
    EXPECT_EQ(count(SweepEvent::Kind::rejected), result.forward.rejected);
    EXPECT_EQ(count(SweepEvent::Kind::pull_back), result.forward.accepted);
    ASSERT_EQ(trace.reverse_states.size(), static_cast<std::size_t>(result.forward.accepted) + 1);
    EXPECT_EQ(trace.reverse_times.front(), 3.4);
    EXPECT_EQ(trace.reverse_times.back(), 0.4);
    EXPECT_LE((trace.cotangents.back() - result.initial_state).norm(), 1e-14 * result.initial_state.norm());
    EXPECT_LE((trace.reverse_states.back() - duffing.problem.task.y0).norm(), *result.reverse_error);
}

}  // namespace
}  // namespace syzygy
