// Reversible Runge-Kutta: the gradient of its own discrete solution, held against a complex step through the same
// steps.
#include "core/gradient/reversible.hpp"

#include "tests/support/aca_example.hpp"
#include "tests/support/loss.hpp"
#include "tests/support/record.hpp"
#include "tests/support/systems.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <memory>
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

template <const auto& tableau, class Problem>
StepGrid<typename Problem::Real> grid_of(const Problem& problem)
{
    using System = typename Problem::System;
    using Real = typename Problem::Real;
    StepGrid<Real> grid;
    GridRecorder<Real> recorder(grid, problem.task.t0);
    Solver<reversible_order<tableau>, System, ReversibleStep<tableau, System>> solver(*problem.system, problem.task,
                                                                                      Real(problem.options.coupling));
    run_to_end(solver, problem.task, recorder);
    return grid;
}

/// The loss of the reversible method over held steps in complex arithmetic, written down from the paper.
template <const auto& tableau, class ComplexSystem, class Problem>
auto reversible_loss(const ComplexSystem& system, const Problem& problem, const typename ComplexSystem::State& y0,
                     const StepGrid<std::complex<typename Problem::Real>>& grid)
{
    using Real = typename Problem::Real;
    using Scalar = std::complex<Real>;
    using CState = typename ComplexSystem::State;
    constexpr int rows = Problem::Observed::RowsAtCompileTime;
    const Real c = problem.options.coupling, direction = grid.h[0].real() > 0 ? 1 : -1;
    const auto times = problem.loss->times();
    CState y = y0, z = y0;
    Scalar loss = 0;
    std::size_t k = 0;
    for (; k < times.size() && times[k] == grid.t[0].real(); ++k) loss += problem.loss->term(k, y);
    for (std::size_t n = 0; n < grid.h.size(); ++n) {
        Step<tableau, ComplexSystem, Scalar> there(system), back(system);
        there.start(grid.t[n], z);
        there.compute(grid.h[n]);
        there.finish(grid.t[n + 1]);
        const CState y1 = c * y + (Real(1) - c) * z + (there.y1() - z);
        back.start(grid.t[n + 1], y1);
        back.compute(-grid.h[n]);
        const CState z1 = z - (back.y1() - y1);
        const Real end = grid.t[n + 1].real();
        using Observed = Eigen::Matrix<Scalar, rows, 1>;
        std::array<Observed, tableau.dense_degree> polynomial;
        there.template dense_polynomial<rows>(polynomial);
        for (; k < times.size() && direction * times[k] < direction * end; ++k) {
            const Scalar theta = (times[k] - grid.t[n]) / grid.h[n];
            Observed dense;
            evaluate_polynomial(polynomial, Observed(y.template head<rows>()), theta, dense);
            const Observed apart = (z - y).template head<rows>();
            loss += problem.loss->term(k, Observed(dense + (theta * (Real(1) - c)) * apart));
        }
        for (; k < times.size() && times[k] == end; ++k) loss += problem.loss->term(k, y1);
        y = y1;
        z = z1;
    }
    return loss;
}

template <const auto& tableau, class Make, class Problem>
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
    return reversible_loss<tableau>(make(p), problem, y, held).imag() / Real(1e-30);
}

/// Explicit time, x only observed.
struct Duffing {
    using System = Counting<ForcedDuffing<double>>;
    using Loss = SquaresLoss<double, 1>;
    using Problem = GradientProblem<System, Loss>;

    explicit Duffing(double length, const std::vector<double>& parts = {0, 0, 0.11, 0.35, 0.35, 0.62, 0.99, 1, 1},
                     Observe observe = Observe::dense, double rtol = 1e-6)
        : problem{&system, &loss, {{0.7, -0.2}, 0.4, 0.4 + length, {}, Eigen::Vector2d::Constant(rtol)}, observe}
    {
        for (const double part : parts)
            loss.observe(part == 1 ? 0.4 + length : 0.4 + part * length, Loss::Observed(std::sin(9 * part)), 1 + part);
        problem.task.options.rtol = rtol;
    }
    Duffing(const Duffing&) = delete;

    template <const auto& tableau>
    auto run()
    {
        problem.task.options.method = tableau.id;
        if (!tableau.adaptive() && problem.task.options.step == 0) problem.task.options.step = 0.07;
        std::vector<double> stops;
        const Problem stopped = with_stops(problem, stops);
        return detail::reversible_with<tableau>(stopped);
    }

    Calls calls;
    System system{ForcedDuffing<double>(Eigen::Vector2d(1.3, 0.8)), calls};
    Loss loss;
    Problem problem;
};

template <const auto& tableau>
void expect_complex_step(double length, const std::vector<double>& parts, Observe observe, double coupling)
{
    SCOPED_TRACE(tableau.id);
    Duffing duffing(length, parts, observe, tableau.order < 4 ? 1e-4 : 1e-6);
    auto& problem = duffing.problem;
    problem.options.coupling = coupling;
    const auto result = duffing.run<tableau>();
    ASSERT_TRUE(result.outcome.ok()) << result.outcome.reason;
    std::vector<double> stops;
    const auto stopped = with_stops(problem, stops);
    const StepGrid<double> grid = grid_of<tableau>(stopped);
    ASSERT_EQ(result.forward.accepted, static_cast<long>(grid.h.size()));
    const auto make = [](const Eigen::Vector2cd& p) { return ForcedDuffing<Complex>(p); };
    const auto derivative = [&](Moved moved, Eigen::Index component = 0) {
        return complex_step<tableau>(make, stopped, grid, moved, component);
    };
    const Eigen::Vector2d parameters(derivative(Moved::parameter, 0), derivative(Moved::parameter, 1));
    const Eigen::Vector2d initial(derivative(Moved::initial_state, 0), derivative(Moved::initial_state, 1));
    // The way back enlarges rounding by 1/c a step.
    const double growth = std::pow(coupling, -static_cast<double>(grid.h.size()));
    const double tolerance = 1e-13 * growth * (1 + parameters.norm() + initial.norm());
    EXPECT_LE((result.parameters - parameters).norm(), tolerance);
    EXPECT_LE((result.initial_state - initial).norm(), tolerance);
    // Differences of terms that the weights of the dense output (400 and more for dop853) enlarge.
    EXPECT_NEAR(result.t0.value(), derivative(Moved::t0), 10 * tolerance);
    EXPECT_NEAR(result.t1.value(), derivative(Moved::t1), 10 * tolerance);
    EXPECT_LE(result.reverse_error.value(), 1e-13 * growth);
}

class ReversibleOfAForcedSystem : public ::testing::TestWithParam<double> {};
INSTANTIATE_TEST_SUITE_P(Lengths, ReversibleOfAForcedSystem, ::testing::Values(3.0, -3.0, 0.02, -0.02),
                         [](const auto& row) {
                             return std::string(std::abs(row.param) < 0.1 ? "one_step_" : "") +
                                    (row.param > 0 ? "forward" : "backward");
                         });

TEST_P(ReversibleOfAForcedSystem, EqualsAComplexStepInParametersStateAndBothEnds)
{
    const std::vector<std::vector<double>> observations{
        {0, 0, 0.11, 0.35, 0.35, 0.62, 0.99, 1, 1}, {1}, {0.001}, {0.9999}, {0}};
    for (const auto& parts : observations)
        for (const Observe observe : {Observe::dense, Observe::stop}) {
            expect_complex_step<midpoint>(GetParam(), parts, observe, 0.999);
            expect_complex_step<bogacki_shampine32>(GetParam(), parts, observe, 0.9);
            expect_complex_step<dormand_prince54>(GetParam(), parts, observe, 0.999);
            expect_complex_step<dop853>(GetParam(), parts, observe, 0.999);
        }
}

/// On [0, 0.8] and [0, -0.6] of the ACA example (gradient_conformance_test.cpp).
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
        const Problem problem{&system, &loss, AcaExample::task<Real>(0, end, 1e-6)};
        const StepGrid<Real> grid = grid_of<dormand_prince54>(problem);
        const auto result = detail::reversible_with<dormand_prince54>(problem);
        ASSERT_TRUE(result.outcome.ok());
        const auto derivative = [&](Moved moved, Eigen::Index component = 0) {
            return complex_step<dormand_prince54>(AcaExample::system<std::complex<Real>>, problem, grid, moved,
                                                  component);
        };
        Eigen::Matrix<Real, 3, 1> masses;
        for (int i = 0; i < 3; ++i) masses[i] = derivative(Moved::parameter, i);
        ThreeBodyState<Real> initial;
        for (int i = 0; i < 18; ++i) initial[i] = derivative(Moved::initial_state, i);
        EXPECT_LE(relative_error(result.parameters, masses), tolerance);
        EXPECT_LE(relative_error(result.initial_state, initial), tolerance);
        EXPECT_NEAR(result.t0.value(), derivative(Moved::t0), tolerance * initial.norm());
        EXPECT_NEAR(result.t1.value(), derivative(Moved::t1), tolerance * initial.norm());
        const std::string direction = end > 0 ? "_forward" : "_backward";
        record(name + direction, double(relative_error(result.initial_state, initial)));
        record(name + direction + "_steps", double(grid.h.size()));
        record(name + direction + "_reverse", double(result.reverse_error.value()));
    }
}

TEST(Reversible, EqualsAComplexStepForThreeBodies)
{
    // Beside 1/c a step, rounding grows where the coupled map is less stable than the orbit: the reverse trajectory
    // errs by 5e-12, and second derivatives of the encounter at 0.13 enlarge that in the gradient: 2e-8, in long double
    // 6e-12.
    expect_a_complex_step_for_three_bodies<double>(1e-7, "double");
    expect_a_complex_step_for_three_bodies<long double>(5e-11L, "long_double");
}

TEST(Reversible, WithoutObservationsGivesZero)
{
    Duffing duffing(3, {});
    const auto result = duffing.run<dormand_prince54>();
    ASSERT_TRUE(result.outcome.ok());
    EXPECT_EQ(result.loss, 0);
    EXPECT_EQ(result.parameters, Eigen::Vector2d::Zero());
    EXPECT_EQ(result.initial_state, Eigen::Vector2d::Zero());
    EXPECT_EQ(result.t0, 0);
    EXPECT_EQ(result.t1, 0);
}

TEST(Reversible, HasTheOrderOfItsMethodAtTheEndAndInsideSteps)
{
    const auto order = []<const auto & tableau>(Method<tableau>, const std::vector<double>& parts, double step)
    {
        Duffing duffing(2, parts);
        const auto exact = [&] {
            auto problem = duffing.problem;
            problem.task.options.rtol = 1e-13;
            problem.task.atol.setConstant(1e-13);
            AcaWorkspace<Duffing::Problem> workspace;
            return detail::aca_with<dop853>(problem, workspace);
        }();
        std::vector<double> errors;
        for (const double h : {step, step / 2}) {
            duffing.problem.task.options.step = h;
            errors.push_back((duffing.run<tableau>().initial_state - exact.initial_state).norm());
        }
        return std::log2(errors[0] / errors[1]);
    };
    for (const std::vector<double>& parts : {std::vector<double>{1}, std::vector<double>{0.137, 0.5003, 0.777}}) {
        EXPECT_GE(order(Method<midpoint>{}, parts, 0.01), 1.9);
        EXPECT_GE(order(Method<runge_kutta4>{}, parts, 0.02), 3.9);
    }
}

TEST(Reversible, CountsAreThoseOfTheSystemItselfAndItsFormulas)
{
    constexpr long s = dormand_prince54.stages;
    std::size_t bytes = 0;
    for (const double rtol : {1e-5, 1e-9}) {
        Duffing duffing(3, {1}, Observe::dense, rtol);
        duffing.problem.task.options.step = 1;
        const auto result = duffing.run<dormand_prince54>();
        const long n = result.forward.accepted;
        EXPECT_GT(result.forward.rejected, 0);
        // The step from z with its end stage for the error estimate, its first stage once; the step from y' where
        // accepted.
        EXPECT_EQ(result.forward.rhs_evaluations, (n + result.forward.rejected) * s + n + n * s);
        EXPECT_EQ(result.backward.rhs_evaluations, 2 * n * s);
        EXPECT_EQ(result.backward.vjp_evaluations, 2 * n * s);
        EXPECT_EQ(duffing.calls.rhs, result.forward.rhs_evaluations + result.backward.rhs_evaluations);
        EXPECT_EQ(duffing.calls.vjp, result.backward.vjp_evaluations);
        EXPECT_EQ(result.graph_depth, 2 * n * s);
        EXPECT_EQ(result.checkpoint_bytes,
                  2 * sizeof(Eigen::Vector2d) + static_cast<std::size_t>(n + 1) * sizeof(HeldStep<double>));
        if (bytes > 0) { EXPECT_EQ(result.tape_bytes_peak, bytes); }
        bytes = result.tape_bytes_peak;
    }
    Duffing inside(3, {0.5}, Observe::dense);
    const auto result = inside.run<dop853>();
    EXPECT_EQ(inside.calls.rhs, result.forward.rhs_evaluations + result.backward.rhs_evaluations);
    EXPECT_EQ(inside.calls.vjp, result.backward.vjp_evaluations);
    EXPECT_EQ(result.backward.vjp_evaluations, 2 * dop853.stages * result.forward.accepted + 1 + dop853.dense_stages);
}

TEST(Reversible, ReversesToRoundingUnlikeALooseCoupling)
{
    const auto reverse_error = [](double coupling) {
        Duffing duffing(5, {1});
        duffing.problem.options.coupling = coupling;
        duffing.problem.task.options.step = 0.05;
        GradientTrace<Eigen::Vector2d> trace;
        duffing.problem.trace = &trace;
        const auto result = duffing.run<runge_kutta4>();
        EXPECT_TRUE(result.outcome.ok());
        EXPECT_EQ(result.forward.accepted, 100);
        return result.reverse_error.value();
    };
    const double tight = reverse_error(0.999), loose = reverse_error(0.9);
    record("coupling_0.999", tight);
    record("coupling_0.9", loose);
    EXPECT_LE(tight, 1e-12);
    EXPECT_GE(loose, 100 * tight);  // 0.9^-100 = 4e4
}

TEST(Reversible, StopsWithinAStepOfTheRequestBothWays)
{
    for (const bool backward : {false, true}) {
        Duffing duffing(3, {1}, Observe::dense, 1e-10);
        std::stop_source source;
        duffing.problem.task.stop = source.get_token();
        auto& calls = duffing.calls;
        (backward ? calls.on_vjp : calls.on_rhs) = [&] {
            if ((backward ? calls.vjp : calls.rhs) == 50) source.request_stop();
        };
        const auto result = duffing.run<dormand_prince54>();
        EXPECT_EQ(result.outcome.status, Status::stopped);
        EXPECT_LE(backward ? calls.vjp : calls.rhs, 50 + 2 * dormand_prince54.stages + 1);
        EXPECT_EQ(result.outcome.reason.find("backward") != std::string::npos, backward);
        EXPECT_EQ(result.parameters, Eigen::Vector2d::Zero());
    }
}

TEST(Reversible, TheEvaluationLimitIsAnOutcome)
{
    Duffing duffing(3);
    duffing.problem.task.options.max_evaluations = 100;
    const auto result = duffing.run<dormand_prince54>();
    EXPECT_EQ(result.outcome.status, Status::evaluation_limit);
    EXPECT_LE(duffing.calls.rhs, 100);
}

TEST(Reversible, TheTraceHoldsTheStepsTheReverseStatesAndTheirCotangents)
{
    Duffing duffing(3, {1});
    GradientTrace<Eigen::Vector2d> trace;
    duffing.problem.trace = &trace;
    const auto result = duffing.run<dormand_prince54>();
    EXPECT_EQ(std::count_if(trace.events.begin(), trace.events.end(),
                            [](const SweepEvent& e) { return e.kind == SweepEvent::Kind::pull_back; }),
              result.forward.accepted);
    ASSERT_EQ(trace.reverse_states.size(), static_cast<std::size_t>(result.forward.accepted) + 1);
    EXPECT_EQ(trace.reverse_times.front(), 3.4);
    EXPECT_EQ(trace.reverse_times.back(), 0.4);
    EXPECT_EQ(trace.cotangents.back(), result.initial_state);
    EXPECT_LE((trace.reverse_states.back() - duffing.problem.task.y0).norm(), *result.reverse_error);
}

}  // namespace
}  // namespace syzygy
