// The test problems: their derivatives by hand, their closed forms, their references.
#include "core/ode/trajectory.hpp"
#include "physics/compare/comparison.hpp"
#include "physics/problems/system.hpp"
#include "tests/support/record.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace syzygy {
namespace {

using V = ProblemVector;

class EveryProblem : public ::testing::TestWithParam<std::string> {
protected:
    const TestProblem& problem_ = find_test_problem(GetParam());
    /// A point with nothing special about it, and directions.
    V y_ = masked(problem_.y0 + V(0.3, 0.7, -0.2, 0.1), problem_.states);
    V p_ = masked(problem_.p0 + V(0.11, 0.23, 0.05, -0.17), problem_.parameters);
    V y_dot_ = masked(V(0.6, -0.4, 0.9, 0.3), problem_.states);
    V p_dot_ = masked(V(-0.5, 0.8, 0.2, 0.7), problem_.parameters);
    V w_ = masked(V(0.9, 0.35, -0.75, 0.45), problem_.states);

    static V masked(V v, int count)
    {
        v.tail(4 - count).setZero();
        return v;
    }
    V rhs(double step) const
    {
        V dydt;
        problem_.rhs(0.4, y_ + step * y_dot_, p_ + step * p_dot_, dydt);
        return dydt;
    }
};

std::vector<std::string> ids()
{
    std::vector<std::string> list;
    for (const TestProblem& problem : test_problems()) list.emplace_back(problem.id);
    return list;
}

std::string test_name(const ::testing::TestParamInfo<std::string>& info)
{
    std::string name = info.param;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Problems, EveryProblem, ::testing::ValuesIn(ids()), test_name);

TEST_P(EveryProblem, DescribesItself)
{
    EXPECT_FALSE(problem_.label.empty());
    EXPECT_FALSE(problem_.source.empty());
    EXPECT_FALSE(problem_.help.empty());
    for (int i = 0; i < 4; ++i) {
        const auto index = static_cast<std::size_t>(i);
        EXPECT_EQ(!problem_.state_names[index].empty(), i < problem_.states);
        EXPECT_EQ(!problem_.parameter_names[index].empty(), i < problem_.parameters);
    }
    EXPECT_EQ(masked(problem_.y0, problem_.states), problem_.y0);
    EXPECT_EQ(masked(problem_.p0, problem_.parameters), problem_.p0);
    EXPECT_GT(problem_.t1, 0);
}

TEST_P(EveryProblem, JvpIsTheDerivativeOfTheRightHandSide)
{
    // Central differences of steps h and h / 2, extrapolated: exact to h^4, and rounding / h is 1e-12 of f here.
    constexpr double h = 1e-3;
    const V coarse = (rhs(h) - rhs(-h)) / (2 * h), fine = (rhs(h / 2) - rhs(-h / 2)) / h;
    V f_dot;
    problem_.jvp(0.4, y_, p_, y_dot_, p_dot_, f_dot);
    EXPECT_LE((f_dot - (4 * fine - coarse) / 3).norm(), 1e-10 * (1 + rhs(0).norm()));
    EXPECT_EQ(masked(f_dot, problem_.states), f_dot);
}

TEST_P(EveryProblem, VjpIsTheTransposeOfJvp)
{
    V f_dot, y_bar, p_bar = V(1, 2, 3, 4);
    problem_.jvp(0.4, y_, p_, y_dot_, p_dot_, f_dot);
    problem_.vjp(0.4, y_, p_, w_, y_bar, p_bar);
    p_bar -= V(1, 2, 3, 4);  // it adds to what is there
    const double scale = y_bar.norm() * y_dot_.norm() + p_bar.norm() * p_dot_.norm();
    EXPECT_NEAR(w_.dot(f_dot), y_bar.dot(y_dot_) + p_bar.dot(p_dot_), 1e-15 * 20 * scale);
    EXPECT_EQ(masked(y_bar, problem_.states), y_bar);
}

TEST_P(EveryProblem, TheClosedFormIsWhatTheSolverFinds)
{
    if (!problem_.exact) return;
    for (const double t1 : {problem_.t1, -0.3 * problem_.t1}) {
        const ProblemSystem system(problem_, problem_.p0);
        SolveTask<V> task{problem_.y0, 0, t1, {}, V::Constant(1e-14)};
        task.options.method = "dop853";
        task.options.rtol = 1e-14;
        NoObserver nobody;
        const auto solved = solve(system, task, nobody);
        ASSERT_TRUE(solved.outcome.ok());
        const V exact = exact_solution(problem_, t1, problem_.y0, problem_.p0);
        // Local errors of 1e-14 over some hundred steps, and what the problem makes of them: at most t * its rate.
        EXPECT_LE((solved.y - exact).norm(), 1e-11 * exact.norm()) << t1;
        testing::record("distance", (solved.y - exact).norm() / exact.norm());
    }
}

TEST_P(EveryProblem, TheReferenceIsTheGradientThatTheClosedFormHas)
{
    const auto subject = problem_subject(GetParam());
    const auto reference = subject->reference(0, {});
    ASSERT_TRUE(reference);
    EXPECT_EQ(reference->how == "closed form", problem_.exact != nullptr);
    EXPECT_GE(reference->relative_error, 0);
    // Without a closed form: as good as differences in tolerance say, which Lorenz makes worst.
    EXPECT_LT(reference->relative_error, 1e-8);
    testing::record("estimated_error", reference->relative_error);
    // Forward sensitivities of a tight solve, an independent way, are as near.
    const ComparedGradient tight = [&] {
        CompareRun run;
        run.gradient = "forward";
        run.solver.method = "dop853";
        run.solver.rtol = 1e-14;
        return subject->run(run, {}, nullptr);
    }();
    ASSERT_TRUE(tight.outcome.ok());
    EXPECT_NEAR(tight.loss, reference->loss, 1e-9 * std::abs(reference->loss));
    EXPECT_LE((tight.parameters - reference->parameters).norm(), 1e-8 * reference->parameters.norm());
    EXPECT_LE((tight.initial_state - reference->initial_state).norm(), 1e-8 * reference->initial_state.norm());
}

TEST_P(EveryProblem, EveryMethodApproachesTheReferenceInBothDirections)
{
    // Backward in time the damped problems grow and Van der Pol and Lorenz blow up: only a little way.
    for (const double share : {0.5, -0.02}) {
        CompareRequest request;
        request.subject = problem_subject(GetParam(), {}, {}, share * problem_.t1);
        request.rtols = {1e-4, 1e-6};
        request.repeats = 1;
        const CompareResult result = run_comparison(request);
        const std::size_t methods = result.rows.size() / 2;
        for (std::size_t i = 0; i < methods; ++i) {
            const CompareRow &loose = result.rows[i], &tight = result.rows[methods + i];
            SCOPED_TRACE(loose.run.gradient);
            if (tight.gradient.outcome.status == Status::evaluation_limit) continue;
            // A solve backward in time may run away from the state: Lorenz's attractor repels on the way back.
            const bool ended = !loose.gradient.outcome.ok() || !tight.gradient.outcome.ok();
            if (ended && find_gradient_method(loose.run.gradient).claim == Claim::continuous) continue;
            ASSERT_TRUE(loose.relative_error && tight.relative_error) << loose.refused << loose.gradient.outcome.reason;
            // A hundredth of the tolerance: a third of the error at most, or far below what was asked for anyway (the few
            // careful steps that a solve begins with).
            EXPECT_LT(*tight.relative_error, std::max(0.3 * *loose.relative_error, 1e-2 * tight.run.solver.rtol));
        }
    }
}

TEST(TestProblems, AStiffVanDerPolIsSolved)
{
    for (const double mu : {10.0, 100.0, 1000.0}) {
        CompareRequest request;
        request.subject = problem_subject("van-der-pol", {mu}, {}, 5);
        request.gradients = {"aca", "forward"};
        request.rtols = {1e-8};
        request.repeats = 1;
        const CompareResult result = run_comparison(request);
        for (const CompareRow& row : result.rows) {
            ASSERT_TRUE(row.relative_error) << mu << ' ' << row.gradient.outcome.reason;
            EXPECT_LT(*row.relative_error, 1e-3) << mu;
        }
        // Stability, not accuracy, holds the steps down: at |lambda| = mu (x^2 - 1) = 3 mu and Dopri5's reach of 3.3.
        if (mu < 100) continue;
        EXPECT_GT(result.rows[0].gradient.forward.accepted, 5 * 3 * mu / 3.3 / 2);
    }
}

TEST(TestProblems, KeplersClosedFormHoldsForAnyBoundOrbitAndNoOther)
{
    const TestProblem& kepler = find_test_problem("kepler");
    // After one period all is as it was, however eccentric: speeds at distance 1 give a = 1 / (2 - v^2).
    for (const double speed : {1.0, 0.5, 0.1, 1.3}) {
        const V y0(1, 0, 0.05, speed);
        const double a = 1 / (2 - y0.tail<2>().squaredNorm()), period = 2 * M_PI * std::pow(a, 1.5);
        for (const double t : {period, -period, 3 * period})
            EXPECT_LE((exact_solution(kepler, t, y0, kepler.p0) - y0).norm(), 1e-11 / speed) << speed << ' ' << t;
        EXPECT_EQ(exact_solution(kepler, 0, y0, kepler.p0), y0);
    }
    EXPECT_TRUE(exact_solution(kepler, 1, V(1, 0, 0, 1.5), kepler.p0).hasNaN());
    // Then the reference is forward sensitivities.
    const auto reference = problem_subject("kepler", {}, {1, 0, 0, 1.5}, 5)->reference(0, {});
    ASSERT_TRUE(reference);
    EXPECT_THAT(reference->how, ::testing::HasSubstr("forward sensitivities"));
}

TEST(TestProblems, TheDampedOscillatorGoesThroughCriticalDamping)
{
    const TestProblem& problem = find_test_problem("damped-oscillator");
    const V y0(1, -0.4, 0, 0);
    const V critical = exact_solution(problem, 2, y0, V(1, 2, 0, 0));
    // x = e^-t (x0 + (v0 + x0) t)
    EXPECT_NEAR(critical[0], std::exp(-2.0) * (1 + 0.6 * 2), 1e-15);
    EXPECT_NEAR(critical[1], std::exp(-2.0) * (0.6 - (1 + 0.6 * 2)), 1e-15);
    // On either side of where the series takes over, |s t|^2 = 1e-4, the two ways agree.
    for (const double square : {0.99e-4 / 4, 1.01e-4 / 4, -0.99e-4 / 4, -1.01e-4 / 4}) {
        const V near = exact_solution(problem, 2, y0, V(1 - square, 2, 0, 0));
        const double s = std::sqrt(std::abs(square)), C = square > 0 ? std::cosh(2 * s) : std::cos(2 * s);
        const double S = (square > 0 ? std::sinh(2 * s) : std::sin(2 * s)) / s;
        EXPECT_NEAR(near[0], std::exp(-2.0) * (C + 0.6 * S), 1e-15);
    }
}

TEST(TestProblems, WrongVectorsAreArgumentErrorsThatNameWhatIsWanted)
{
    const auto error = [](auto make) -> std::string {
        try {
            make();
        } catch (const ArgumentError& e) {
            return e.what();
        }
        return "";
    };
    EXPECT_THAT(error([] { problem_subject("magic"); }), ::testing::HasSubstr("decay, van-der-pol"));
    EXPECT_THAT(error([] { problem_subject("lorenz", {1, 2}); }), ::testing::HasSubstr("must be 3 numbers: sigma,rho,beta"));
    EXPECT_THAT(error([] { problem_subject("kepler", {}, {1}); }), ::testing::HasSubstr("must be 4 numbers: x,y,vx,vy"));
    EXPECT_THAT(error([] { problem_subject("decay", {NAN}); }), ::testing::HasSubstr("parameters"));
    EXPECT_THAT(error([] { problem_subject("decay", {}, {}, INFINITY); }), ::testing::HasSubstr("t1"));
}

}  // namespace
}  // namespace syzygy
