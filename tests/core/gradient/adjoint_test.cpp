// The continuous adjoint: convergence to the true gradient, its variants, the drift of its reverse trajectory, its
// outcomes.
#include "core/gradient/adjoint.hpp"
#include "core/gradient/aca.hpp"

#include "tests/support/aca_example.hpp"
#include "tests/support/loss.hpp"
#include "tests/support/record.hpp"
#include "tests/support/systems.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
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

struct Variant {
    std::string name, reset, seminorm, state;
};
const std::vector<Variant> variants{{"reset", "yes", "no", "backward"},
                                    {"drifting", "no", "no", "backward"},
                                    {"seminorm", "yes", "yes", "backward"},
                                    {"interpolated", "yes", "no", "interpolated"},
                                    {"interpolated_seminorm", "no", "yes", "interpolated"}};

template <class Problem>
void choose(Problem& problem, const Variant& variant)
{
    problem.options.adjoint_reset = variant.reset;
    problem.options.adjoint_seminorm = variant.seminorm;
    problem.options.adjoint_state = variant.state;
}

template <const auto& tableau, class Problem>
auto adjoint_of(Problem problem)
{
    std::vector<double> stops;
    problem.task.options.method = tableau.id;
    problem = with_stops(problem, stops);
    return detail::adjoint_with<tableau>(problem);
}

/// dz/dt = k z, the toy problem of the ACA paper (sec. 3.2).
struct Decay {
    using State = Eigen::Matrix<double, 1, 1>;
    using Parameters = State;
    double k;

    Parameters parameters() const { return Parameters(k); }
    void rhs(double, const State& z, State& dzdt) const { dzdt = k * z; }
    void vjp(double, const State& z, const State& w, State& z_bar, Parameters& k_bar) const
    {
        z_bar = k * w;
        k_bar += z.cwiseProduct(w);
    }
};

/// L = (z(T) - 0.3)^2 from z(0) = 1.5, k = -0.7: all of its derivatives in closed form.
template <const auto& tableau>
double decay_error(double end, double rtol, double step, const Variant& variant)
{
    using Loss = SquaresLoss<double, 1>;
    const Decay system{-0.7};
    Loss loss;
    loss.observe(end, Loss::Observed(0.3), 1);
    GradientProblem<Decay, Loss> problem{&system, &loss, {Decay::State(1.5), 0, end, {}, Decay::State(rtol)}};
    problem.task.options.rtol = rtol;
    problem.task.options.step = step;
    choose(problem, variant);
    const auto result = adjoint_of<tableau>(problem);
    EXPECT_TRUE(result.outcome.ok()) << result.outcome.reason;
    const double growth = std::exp(system.k * end), z = 1.5 * growth, w = 2 * (z - 0.3);
    const Eigen::Vector4d exact(w * growth, w * end * z, -w * system.k * z, w * system.k * z);
    const Eigen::Vector4d found(result.initial_state[0], result.parameters[0], result.t0.value(), result.t1.value());
    return relative_error(found, exact);
}

class AdjointVariant : public ::testing::TestWithParam<Variant> {};
INSTANTIATE_TEST_SUITE_P(Variants, AdjointVariant, ::testing::ValuesIn(variants),
                         [](const auto& row) { return row.param.name; });

TEST_P(AdjointVariant, ApproachesTheClosedFormOfTheToyProblemWithTheTolerance)
{
    for (const double end : {3.0, -3.0}) {
        // Local errors of the size of the tolerance, some ten steps, and exp(0.7 * 3) = 8 of growth one way or the
        // other.
        for (const double rtol : {1e-4, 1e-6, 1e-8, 1e-10}) {
            EXPECT_LE((decay_error<dormand_prince54>(end, rtol, 0, GetParam())), 30 * rtol) << end;
            EXPECT_LE((decay_error<bogacki_shampine32>(end, rtol, 0, GetParam())), 100 * rtol) << end;
        }
        EXPECT_LE((decay_error<dop853>(end, 1e-12, 0, GetParam())), 1e-11) << end;
        const double ratio = decay_error<runge_kutta4>(end, 1e-6, 0.1, GetParam()) /
                             decay_error<runge_kutta4>(end, 1e-6, 0.05, GetParam());
        EXPECT_NEAR(std::log2(ratio), 4, 0.3) << end;
    }
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

    Calls calls;
    System system{ForcedDuffing<double>(Eigen::Vector2d(1.3, 0.8)), calls};
    Loss loss;
    Problem problem;
};

template <class Problem>
auto exact_gradient(Problem problem)
{
    problem.task.options = {};
    problem.task.options.method = "dop853";
    problem.task.options.rtol = 1e-13;
    problem.task.atol.setConstant(1e-14);
    AcaWorkspace<Problem> workspace;
    return detail::aca_with<dop853>(problem, workspace);
}

template <class Result>
double gradient_error(const Result& result, const Result& exact)
{
    constexpr int p = decltype(result.parameters)::RowsAtCompileTime,
                  n = decltype(result.initial_state)::RowsAtCompileTime;
    Eigen::Matrix<double, n + p + 2, 1> a, b;
    a << result.parameters, result.initial_state, result.t0.value(), result.t1.value();
    b << exact.parameters, exact.initial_state, exact.t0.value(), exact.t1.value();
    return relative_error(a, b);
}

TEST_P(AdjointVariant, ApproachesTheTrueGradientForOneAndManyObservationsBothWays)
{
    const std::vector<std::vector<double>> observations{
        {0, 0, 0.11, 0.35, 0.35, 0.62, 0.99, 1, 1}, {1}, {0.001}, {0.9999}, {0}};
    for (const double length : {3.0, -3.0})
        for (const auto& parts : observations)
            for (const Observe observe : {Observe::dense, Observe::stop}) {
                SCOPED_TRACE(fmt::format("{} {} {}", length, parts.size(), parts.front()));
                Duffing exact_duffing(length, parts);
                const auto exact = exact_gradient(exact_duffing.problem);
                for (const double rtol : {1e-5, 1e-7, 1e-9}) {
                    Duffing duffing(length, parts, observe, rtol);
                    choose(duffing.problem, GetParam());
                    const auto result = adjoint_of<dormand_prince54>(duffing.problem);
                    ASSERT_TRUE(result.outcome.ok()) << result.outcome.reason;
                    // Tangents of this oscillator grow tenfold, over some ten steps to 1e-5 and a hundred to 1e-9.
                    EXPECT_LE(gradient_error(result, exact), 300 * rtol);
                }
            }
}

TEST_P(AdjointVariant, WithoutObservationsGivesZero)
{
    Duffing duffing(3, {});
    choose(duffing.problem, GetParam());
    const auto result = adjoint_of<dormand_prince54>(duffing.problem);
    ASSERT_TRUE(result.outcome.ok());
    EXPECT_EQ(result.loss, 0);
    EXPECT_EQ(result.parameters, Eigen::Vector2d::Zero());
    EXPECT_EQ(result.initial_state, Eigen::Vector2d::Zero());
    EXPECT_EQ(result.t0, 0);
    EXPECT_EQ(result.t1, 0);
    if (GetParam().name != "drifting") {
        EXPECT_EQ(result.backward.vjp_evaluations, 0);
        EXPECT_FALSE(result.reverse_error.has_value());
    }
}

TEST_P(AdjointVariant, CountsAreThoseOfTheSystemItselfAndItsFormulas)
{
    constexpr long s = dormand_prince54.stages;
    Duffing duffing(3, {0.3, 0.3, 1}, Observe::dense, 1e-8);
    choose(duffing.problem, GetParam());
    const auto result = adjoint_of<dormand_prince54>(duffing.problem);
    ASSERT_TRUE(result.outcome.ok());
    EXPECT_EQ(duffing.calls.rhs, result.forward.rhs_evaluations + result.backward.rhs_evaluations);
    EXPECT_EQ(duffing.calls.vjp, result.backward.vjp_evaluations);
    const bool interpolated = GetParam().state == "interpolated";
    // Two parts, each begins anew; the first also looks for a step.
    const long evaluations = (result.backward.accepted + result.backward.rejected) * s + 2 + 1;
    EXPECT_EQ(result.backward.vjp_evaluations, evaluations);
    EXPECT_EQ(result.backward.rhs_evaluations, interpolated ? 0 : evaluations);
    EXPECT_EQ(result.graph_depth, result.backward.accepted * s);
    const auto states = interpolated                ? 1 + static_cast<std::size_t>(result.forward.accepted) * 5
                        : GetParam().reset == "yes" ? std::size_t(1 + 3)
                                                    : std::size_t(1);
    EXPECT_EQ(result.checkpoint_bytes, states * sizeof(Eigen::Vector2d));
    EXPECT_EQ(result.reverse_error.has_value(), !interpolated);
}

TEST_P(AdjointVariant, StopsWithinAStepOfTheRequestBothWays)
{
    for (const bool backward : {false, true}) {
        Duffing duffing(3, {0.5, 1}, Observe::dense, 1e-10);
        choose(duffing.problem, GetParam());
        std::stop_source source;
        duffing.problem.task.stop = source.get_token();
        auto& calls = duffing.calls;
        (backward ? calls.on_vjp : calls.on_rhs) = [&] {
            if ((backward ? calls.vjp : calls.rhs) == 50) source.request_stop();
        };
        const auto result = adjoint_of<dormand_prince54>(duffing.problem);
        EXPECT_EQ(result.outcome.status, Status::stopped);
        EXPECT_LE(backward ? calls.vjp : calls.rhs, 50 + dormand_prince54.stages);
        EXPECT_EQ(result.outcome.reason.find("backward") != std::string::npos, backward) << result.outcome.reason;
        EXPECT_EQ(result.parameters, Eigen::Vector2d::Zero());
        EXPECT_FALSE(result.t0.has_value());
    }
}

TEST_P(AdjointVariant, TheTraceHoldsTheBackwardStepsAndChangesNoResult)
{
    Duffing duffing(3, {0.5, 1});
    choose(duffing.problem, GetParam());
    const auto plain = adjoint_of<dormand_prince54>(duffing.problem);
    GradientTrace<Eigen::Vector2d> trace;
    duffing.problem.trace = &trace;
    const auto result = adjoint_of<dormand_prince54>(duffing.problem);
    EXPECT_EQ(result.parameters, plain.parameters);
    EXPECT_EQ(result.initial_state, plain.initial_state);
    EXPECT_EQ(std::count_if(trace.events.begin(), trace.events.end(),
                            [](const SweepEvent& e) { return e.kind == SweepEvent::Kind::pull_back; }),
              result.backward.accepted);
    // Each step, and the ends and the observation between them once more.
    ASSERT_EQ(trace.reverse_states.size(), static_cast<std::size_t>(result.backward.accepted) + 3);
    EXPECT_EQ(trace.reverse_times.front(), 3.4);
    EXPECT_EQ(trace.reverse_times.back(), 0.4);
    EXPECT_TRUE(std::is_sorted(trace.reverse_times.rbegin(), trace.reverse_times.rend()));
    EXPECT_EQ(trace.cotangents.back(), result.initial_state);
    if (GetParam().state == "backward") {
        EXPECT_GE(result.reverse_error.value(), plain.reverse_error.value());
        EXPECT_LE(result.reverse_error.value(), 1e-4);
    }
}

TEST(Adjoint, HasTolerancesOfItsOwn)
{
    Duffing duffing(3, {1}, Observe::dense, 1e-9);
    const auto exact = exact_gradient(duffing.problem);
    const auto same = adjoint_of<dormand_prince54>(duffing.problem);
    duffing.problem.options.adjoint_rtol = 1e-4;
    const auto loose = adjoint_of<dormand_prince54>(duffing.problem);
    EXPECT_LT(loose.backward.accepted, same.backward.accepted / 2);
    EXPECT_GT(gradient_error(loose, exact), 10 * gradient_error(same, exact));
    EXPECT_EQ(loose.loss, same.loss);
    duffing.problem.options.adjoint_rtol = 0;
    duffing.problem.options.adjoint_atol = 1e-2;
    EXPECT_LT(adjoint_of<dormand_prince54>(duffing.problem).backward.accepted, same.backward.accepted);
}

/// dz/dt = -z + p sin 50 t at p = 0: state and cotangent are smooth, and the cotangent of p is the integral of a fast
/// oscillation that nothing depends on.
struct FastlyForced {
    using State = Eigen::Matrix<double, 1, 1>;
    using Parameters = State;

    Parameters parameters() const { return Parameters(0); }
    void rhs(double, const State& z, State& dzdt) const { dzdt = -z; }
    void vjp(double t, const State&, const State& w, State& z_bar, Parameters& p_bar) const
    {
        z_bar = -w;
        p_bar += std::sin(50 * t) * w;
    }
};

TEST(Adjoint, TheSeminormSparesStepsThatOnlyTheParametersAskFor)
{
    using Loss = SquaresLoss<double, 1>;
    const FastlyForced system;
    Loss loss;
    loss.observe(3, Loss::Observed(1), 1);
    GradientProblem<FastlyForced, Loss> problem{
        &system, &loss, {FastlyForced::State(2), 0, 3, {}, FastlyForced::State(1e-6)}};
    problem.task.options.rtol = 1e-6;
    const auto whole = adjoint_of<dormand_prince54>(problem);
    problem.options.adjoint_seminorm = "yes";
    const auto without = adjoint_of<dormand_prince54>(problem);
    EXPECT_LT(5 * without.backward.accepted, whole.backward.accepted);
    const double growth = std::exp(-3.0), w = 2 * (2 * growth - 1);
    EXPECT_NEAR(whole.initial_state[0], w * growth, 1e-5);
    EXPECT_NEAR(without.initial_state[0], w * growth, 1e-5);
    // w integral of exp(t - 3) sin 50 t over [0, 3], in closed form.
    const double integral = (std::sin(150.0) - 50 * std::cos(150.0) + 50 * growth) / 2501;
    EXPECT_NEAR(whole.parameters[0], w * integral, 1e-5);
}

/// The Van der Pol oscillator, the figure of the ACA paper: what attracts forward repels backward.
struct VanDerPol {
    using State = Eigen::Vector2d;
    using Parameters = Eigen::Matrix<double, 1, 1>;
    double mu;

    Parameters parameters() const { return Parameters(mu); }
    void rhs(double, const State& y, State& dydt) const { dydt = State(y[1], mu * (1 - y[0] * y[0]) * y[1] - y[0]); }
    void vjp(double, const State& y, const State& w, State& y_bar, Parameters& mu_bar) const
    {
        y_bar = State((-2 * mu * y[0] * y[1] - 1) * w[1], w[0] + mu * (1 - y[0] * y[0]) * w[1]);
        mu_bar[0] += (1 - y[0] * y[0]) * y[1] * w[1];
    }
};

struct VanDerPolRun {
    using Loss = SquaresLoss<double, 1>;
    using Problem = GradientProblem<VanDerPol, Loss>;

    VanDerPolRun(double mu, double end, int observations)
        : system{mu}, problem{&system, &loss, {{2, 0}, 0, end, {}, {1e-7, 1e-7}}}
    {
        for (int k = 1; k <= observations; ++k) loss.observe(k * end / observations, Loss::Observed(0.1), 1);
        problem.task.options.rtol = 1e-7;
    }
    VanDerPol system;
    Loss loss;
    Problem problem;
};

TEST(Adjoint, DriftsOnVanDerPolUnlessItIsReset)
{
    VanDerPolRun run(1, 10, 50);
    const auto reset = adjoint_of<dormand_prince54>(run.problem);
    run.problem.options.adjoint_reset = "no";
    const auto drifting = adjoint_of<dormand_prince54>(run.problem);
    ASSERT_TRUE(reset.outcome.ok());
    ASSERT_TRUE(drifting.outcome.ok()) << drifting.outcome.reason;
    const auto exact = exact_gradient(run.problem);
    record("reset", reset.reverse_error.value());
    record("drifting", drifting.reverse_error.value());
    record("reset_gradient", gradient_error(reset, exact));
    record("drifting_gradient", gradient_error(drifting, exact));
    // The cycle attracts by exp(-1) a unit of time on average, and so the way back repels by exp(10) = 2e4 over ten.
    EXPECT_LE(reset.reverse_error.value(), 1e-5);
    EXPECT_GE(drifting.reverse_error.value(), 100 * reset.reverse_error.value());
}

TEST(Adjoint, SaysThatItEndedInTheBackwardSolve)
{
    VanDerPolRun run(5, 30, 1);
    run.problem.options.adjoint_reset = "no";
    run.problem.task.options.max_evaluations = 20000;
    const auto result = adjoint_of<dormand_prince54>(run.problem);
    EXPECT_FALSE(result.outcome.ok());
    EXPECT_THAT(result.outcome.reason, ::testing::HasSubstr("in the backward solve"));
    EXPECT_GT(result.backward.accepted, 0);
    EXPECT_EQ(result.initial_state, Eigen::Vector2d::Zero());
}

TEST(Adjoint, TheEvaluationLimitHoldsForEachSolve)
{
    Duffing duffing(3, {0.5, 1}, Observe::dense, 1e-8);
    const auto whole = adjoint_of<dormand_prince54>(duffing.problem);
    ASSERT_GT(whole.backward.rhs_evaluations, whole.forward.rhs_evaluations);
    duffing.problem.task.options.max_evaluations = whole.forward.rhs_evaluations;
    const auto result = adjoint_of<dormand_prince54>(duffing.problem);
    EXPECT_EQ(result.outcome.status, Status::evaluation_limit);
    EXPECT_THAT(result.outcome.reason, ::testing::HasSubstr("backward"));
    EXPECT_LE(result.backward.rhs_evaluations, whole.forward.rhs_evaluations);
}

TEST(Adjoint, ApproachesTheTrueGradientOfThreeBodies)
{
    using Loss = SquaresLoss<double, 9>;
    using Problem = GradientProblem<ThreeBody<double>, Loss>;
    const auto system = AcaExample::system<double>(Eigen::Vector3d(1, 1, 1));
    Loss loss;
    for (int k = 0; k <= 20; ++k) {
        Loss::Observed target;
        for (int c = 0; c < 9; ++c) target[c] = 0.3 * std::cos(double(c + k));
        loss.observe(k == 20 ? 0.8 : k * 0.04, target, std::pow(0.3, k / 20.0));
    }
    Problem problem{&system, &loss, AcaExample::task<double>(0, 0.8, 1e-13)};
    const auto exact = exact_gradient(problem);
    for (const Variant& variant : variants) {
        SCOPED_TRACE(variant.name);
        choose(problem, variant);
        double previous = 10;
        for (const double rtol : {1e-5, 1e-7, 1e-9, 1e-11}) {
            problem.task.options.rtol = rtol;
            problem.task.atol.setConstant(rtol);
            const auto result = adjoint_of<dormand_prince54>(problem);
            ASSERT_TRUE(result.outcome.ok());
            const double error = gradient_error(result, exact);
            record(fmt::format("{}_{:.0e}", variant.name, rtol), error);
            EXPECT_LE(error, previous / 10) << rtol;
            previous = error;
        }
    }
}

}  // namespace
}  // namespace syzygy
