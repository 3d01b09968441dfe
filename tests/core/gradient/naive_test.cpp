// The naive method against a complex step through the whole adaptive solve, and against differences of the solver itself.
#include "core/gradient/naive.hpp"

#include "core/gradient/backprop.hpp"
#include "tests/support/aca_example.hpp"
#include "tests/support/complex_search.hpp"
#include "tests/support/record.hpp"
#include "tests/support/systems.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <functional>
#include <vector>

namespace syzygy {
namespace {

using testing::AcaExample;
using testing::Calls;
using testing::ComplexSearch;
using testing::Counting;
using testing::ForcedDuffing;
using testing::record;
using testing::relative_error;
using testing::SquaresLoss;

using Complex = std::complex<double>;

/// A problem, and the same system over complex numbers.
template <template <class> class SystemOf, int Rows, class Make>
struct Witness {
    using System = SystemOf<double>;
    using ComplexSystem = SystemOf<Complex>;
    using Loss = SquaresLoss<double, Rows>;
    using Problem = GradientProblem<System, Loss>;

    /// d loss / d (parameters, initial state, t0, t1) by a complex step of 1e-30.
    template <const auto& tableau>
    void expect_equal(const Problem& given, const Make& make, double tolerance) const
    {
        std::vector<double> stops;
        const Problem problem = with_stops(given, stops);
        NaiveWorkspace<tableau, Problem> workspace;
        const auto result = detail::naive_with<tableau>(problem, workspace);
        ASSERT_TRUE(result.outcome.ok()) << result.outcome.reason;

        const auto derivative = [&](int parameter, int component, bool t0, bool t1) {
            typename ComplexSystem::Parameters p = problem.system->parameters().template cast<Complex>();
            typename ComplexSystem::State y = problem.task.y0.template cast<Complex>();
            const typename ComplexSystem::State atol = problem.task.atol.template cast<Complex>();
            const Complex step(0, 1e-30);
            if (parameter >= 0) p[parameter] += step;
            if (component >= 0) y[component] += step;
            const ComplexSystem system = make(p);
            ComplexSearch<tableau, ComplexSystem, double> search(system, problem.task.options, atol, stops);
            const Complex loss = search(*problem.loss, y, problem.task.t0 + (t0 ? step : 0.0), problem.task.t1 + (t1 ? step : 0.0));
            EXPECT_EQ(search.accepted, result.forward.accepted);
            EXPECT_EQ(search.rejected, result.forward.rejected);
            EXPECT_NEAR(loss.real(), result.loss, 1e-10 * std::abs(result.loss));
            return loss.imag() / 1e-30;
        };
        auto parameters = result.parameters;
        for (int i = 0; i < parameters.size(); ++i) parameters[i] = derivative(i, -1, false, false);
        auto initial_state = result.initial_state;
        for (int i = 0; i < initial_state.size(); ++i) initial_state[i] = derivative(-1, i, false, false);
        const double scale = initial_state.norm() + parameters.norm();
        EXPECT_LE((result.parameters - parameters).norm(), tolerance * scale);
        EXPECT_LE((result.initial_state - initial_state).norm(), tolerance * scale);
        EXPECT_NEAR(result.t0.value(), derivative(-1, -1, true, false), tolerance * scale);
        EXPECT_NEAR(result.t1.value(), derivative(-1, -1, false, true), tolerance * scale);
        record("parameters", (result.parameters - parameters).norm() / scale);

        // The part through the step sizes is there: without it the gradient is another one.
        BackpropWorkspace<tableau, Problem> held_workspace;
        const auto held = detail::backprop_with<tableau>(problem, held_workspace);
        EXPECT_EQ(held.loss, result.loss);
        if (problem.task.options.max_step == 0) {
            EXPECT_GT((result.initial_state - held.initial_state).norm(), 100 * tolerance * scale);
        }
    }
};

enum class Search { plain, first_step, max_step, tight_clamps };

using Parameter = std::tuple<std::string, Observe, bool, Search>;
class NaiveOfEveryMethod : public ::testing::TestWithParam<Parameter> {};

std::vector<std::string> adaptive_ids()
{
    std::vector<std::string> ids;
    for (const auto& info : method_infos)
        if (info.adaptive()) ids.emplace_back(info.id);
    return ids;
}

INSTANTIATE_TEST_SUITE_P(Methods, NaiveOfEveryMethod,
                         ::testing::Combine(::testing::ValuesIn(adaptive_ids()),
                                            ::testing::Values(Observe::dense, Observe::stop), ::testing::Bool(),
                                            ::testing::Values(Search::plain, Search::first_step, Search::max_step,
                                                              Search::tight_clamps)));

/// A forced oscillator with explicit time, in both directions of time: every branch of the search is taken by some case.
TEST_P(NaiveOfEveryMethod, EqualsAComplexStepThroughTheAdaptiveSolve)
{
    const auto& [method, observe, backward, search] = GetParam();
    const auto make = [](const auto& p) { return ForcedDuffing<Complex>(p); };
    using Duffing = Witness<ForcedDuffing, 2, decltype(make)>;
    const ForcedDuffing<double> system({0.7, 1.3});
    Duffing::Loss loss;
    const double direction = backward ? -1 : 1;
    for (const double t : {0.0, 0.03, 0.4, 0.4, 1.1, 1.9, 2.6, 3.0, 3.0})
        loss.observe(0.2 + direction * t, {0.3 * std::cos(t), -0.4}, 1 + t);
    Duffing::Problem problem{&system, &loss, {{1.1, -0.3}, 0.2, 0.2 + direction * 3, {}, {1e-5, 2e-5}}, observe};
    problem.task.options.method = method;
    problem.task.options.rtol = 1e-5;
    if (search == Search::first_step) problem.task.options.step = 1.7;  // rejected several times
    if (search == Search::max_step) problem.task.options.max_step = find_method(method).order < 4 ? 0.023 : 0.17;
    if (search == Search::tight_clamps) {
        problem.task.options.min_factor = 0.8;
        problem.task.options.max_factor = 1.1;
    }
    with_method(method, [&]<const auto& tableau>(Method<tableau>) {
        if constexpr (tableau.adaptive()) Duffing().expect_equal<tableau>(problem, make, 1e-11);
    });
}

/// Three bodies in long double, so that differences of the solver itself are good to ten digits: Syzygy's own solve, with
/// masses, initial state and ends moved too little for a decision to change.
struct ExactExample {
    using Real = long double;
    using System = ThreeBody<Real>;
    using Loss = SquaresLoss<Real, 9>;
    using Problem = GradientProblem<System, Loss>;

    ExactExample()
    {
        for (const Real t : {0.0L, 0.05L, 0.21L, 0.3L, 0.44L, 0.59L, 0.7L, 0.8L}) {
            Loss::Observed target;
            for (int c = 0; c < 9; ++c) target[c] = 0.3L * std::cos(c + 2 * t);
            loss.observe(t, target, std::pow(0.3L, t));
        }
        task = AcaExample::task<Real>(0, 0.8L, 1e-6);
    }
    Problem problem() const { return {&system, &loss, task}; }

    System system = AcaExample::system<Real>({1, 1, 1});
    Loss loss;
    SolveTask<ThreeBodyState<Real>> task;
};

/// The loss of a problem by its solve alone.
template <const auto& tableau, class Problem>
auto loss_of(const Problem& problem, long& rejected)
{
    typename Problem::Real loss = 0;
    auto observations = observe_steps(problem, problem.task.y0, [&](std::size_t k, const typename Problem::Observed& y) {
        typename Problem::Observed unused;
        loss += problem.loss->add(k, y, unused);
    });
    const auto solved = solve_with<tableau>(*problem.system, problem.task, observations);
    EXPECT_TRUE(solved.outcome.ok());
    rejected = solved.counts.rejected;
    return loss;
}

/// Central differences of fourth order. With h = 1e-7 rounding leaves some 1e-19 / h = 1e-12 times the tangents' growth of
/// two orders of magnitude; with a larger h components cross zero, where the scale of the error norm has a kink.
template <class F>
long double difference(F&& loss_at, long double h)
{
    return (8 * (loss_at(h) - loss_at(-h)) - (loss_at(2 * h) - loss_at(-2 * h))) / (12 * h);
}

TEST(Naive, EqualsDifferencesOfTheSolverItself)
{
    using Real = long double;
    const ExactExample example;
    const auto problem = example.problem();
    NaiveWorkspace<dormand_prince54, ExactExample::Problem> workspace;
    const auto result = detail::naive_with<dormand_prince54>(problem, workspace);
    ASSERT_TRUE(result.outcome.ok());
    ASSERT_GT(result.forward.rejected, 5);

    const auto at = [&](auto&& move) {
        return [&, move](Real by) {
            auto system = example.system;
            auto moved = problem;
            moved.system = &system;
            move(system, moved.task, by);
            long rejected = 0;
            const Real loss = loss_of<dormand_prince54>(moved, rejected);
            EXPECT_EQ(rejected, result.forward.rejected);
            return loss;
        };
    };
    using System = ExactExample::System;
    using Task = decltype(example.task);
    const Real h = 1e-7L;
    const Real scale = result.initial_state.norm();
    Real worst = 0;
    const auto expect = [&](Real value, Real reference) { worst = std::max(worst, std::abs(value - reference) / scale); };
    for (int i = 0; i < 3; ++i)
        expect(result.parameters[i], difference(at([i](System& system, Task&, Real by) {
                   auto masses = system.parameters();
                   masses[i] += by;
                   system.set_parameters(masses);
               }), h));
    for (int i = 0; i < 18; ++i)
        expect(result.initial_state[i], difference(at([i](System&, Task& task, Real by) { task.y0[i] += by; }), h));
    record("largest_difference", static_cast<double>(worst));
    EXPECT_LE(worst, 1e-9L);
}

/// A step that ends where an observation is, by chance and not because it was told to: the observation stays where it is
/// when the step's end moves with t0.
TEST(Naive, LeavesAnObservationAtAStepsEndWhereItIs)
{
    const ForcedDuffing<double> system({0.7, 1.3});
    SquaresLoss<double, 2> loss;
    loss.observe(0.5, {0.3, -0.4}, 1);  // 1/8 a step: ends are exact
    loss.observe(1.03, {0.2, 0.1}, 1);
    using Problem = GradientProblem<ForcedDuffing<double>, SquaresLoss<double, 2>>;
    Problem problem{&system, &loss, {{1.1, -0.3}, 0, 2, {}, {1e-4, 1e-4}}};
    problem.task.options.rtol = 1e-4;
    problem.task.options.max_step = problem.task.options.step = 0.125;
    NaiveWorkspace<dormand_prince54, Problem> workspace;
    const auto result = detail::naive_with<dormand_prince54>(problem, workspace);
    const auto at = [&](double by) {
        auto moved = problem;
        moved.task.t0 += by;
        long rejected = 0;
        return loss_of<dormand_prince54>(moved, rejected);
    };
    // Second derivatives of the dense output jump between steps: differences are of first order, and are halved once.
    const double h = 1e-5;
    const auto central = [&](double d) { return (at(d) - at(-d)) / (2 * d); };
    EXPECT_NEAR(result.t0.value(), 2 * central(h / 2) - central(h), 1e-8 * std::abs(result.t0.value()));
}

/// Only the first component counts in the error norm.
template <class Scalar>
struct PartlyControlled : ForcedDuffing<Scalar> {
    using ForcedDuffing<Scalar>::ForcedDuffing;
    template <class V>
    auto controlled(const V& state) const
    {
        return state.topRows(1);
    }
};

TEST(Naive, DifferentiatesTheErrorNormOfTheControlledPartOnly)
{
    const auto make = [](const auto& p) { return PartlyControlled<Complex>(p); };
    using Partly = Witness<PartlyControlled, 2, decltype(make)>;
    const PartlyControlled<double> system({0.7, 1.3});
    Partly::Loss loss;
    loss.observe(0.9, {0.3, -0.4}, 1);
    loss.observe(3, {0.3, -0.4}, 1);
    for (const std::string_view method : {"dopri5", "dop853"}) {
        Partly::Problem problem{&system, &loss, {{1.1, -0.3}, 0, 3, {}, {1e-5, 2e-5}}};
        problem.task.options.rtol = 1e-5;
        if (method == "dopri5")
            Partly().expect_equal<dormand_prince54>(problem, make, 1e-11);
        else
            Partly().expect_equal<dop853>(problem, make, 1e-11);
    }
}

/// N, m and what they cost, as the system counts them.
TEST(Naive, CountsEveryAttempt)
{
    using System = Counting<ThreeBody<double>>;
    using Problem = GradientProblem<System, SquaresLoss<double, 9>>;
    Calls calls;
    const System system(AcaExample::system<double>({1, 1, 1}), calls);
    SquaresLoss<double, 9> loss;
    for (const double t : {0.1, 0.5, 1.0}) loss.observe(t, SquaresLoss<double, 9>::Observed::Zero(), 1);
    const Problem problem{&system, &loss, AcaExample::task<double>(0, 1, 1e-7)};
    NaiveWorkspace<dormand_prince54, Problem> workspace;
    const auto result = detail::naive_with<dormand_prince54>(problem, workspace);
    const long attempts = result.forward.accepted + result.forward.rejected;
    ASSERT_GT(result.forward.rejected, 10);
    EXPECT_EQ(calls.rhs, result.forward.rhs_evaluations + result.backward.rhs_evaluations);
    EXPECT_EQ(calls.vjp, result.backward.vjp_evaluations);
    // Forward: s an attempt (first same as last), the first stage and the choice of the first step; all are pulled back,
    // and that choice is evaluated again.
    EXPECT_EQ(result.forward.rhs_evaluations, 6 * attempts + 2);
    EXPECT_EQ(result.backward.vjp_evaluations, 6 * attempts + 2);
    EXPECT_EQ(result.backward.rhs_evaluations, 1);
    EXPECT_EQ(result.graph_depth, 6 * attempts);
    EXPECT_EQ(workspace.tape.size(), static_cast<std::size_t>(attempts));
    EXPECT_GT(result.tape_bytes_peak, workspace.tape.size() * sizeof(workspace.tape[0]));
    EXPECT_EQ(result.checkpoint_bytes, 0U);
}

TEST(Naive, IsRefusedWhereNothingIsSearchedFor)
{
    using Problem = GradientProblem<ForcedDuffing<double>, SquaresLoss<double, 2>>;
    const ForcedDuffing<double> system({0.7, 1.3});
    SquaresLoss<double, 2> loss;
    loss.observe(1, {0, 0}, 1);
    Problem problem{&system, &loss, {{1.1, -0.3}, 0, 1, {}, {1e-5, 1e-5}}};
    problem.task.options.method = "rk4";
    problem.task.options.step = 0.1;
    try {
        naive(problem);
        FAIL();
    } catch (const ArgumentError& error) {
        EXPECT_EQ(error.option(), "method");
        EXPECT_EQ(error.value(), "rk4");
    }
}

}  // namespace
}  // namespace syzygy
