// Every gradient method of the table, over every solver method, on the three-body problem.
#include "core/gradient/methods.hpp"

#include "tests/support/aca_example.hpp"
#include "tests/support/loss.hpp"
#include "tests/support/record.hpp"
#include "tests/support/systems.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <set>
#include <string>
#include <tuple>

namespace syzygy {
namespace {

using testing::AcaExample;
using testing::Calls;
using testing::complex_step;
using testing::Counting;
using testing::Moved;
using testing::record;
using testing::relative_error;

using Masses = Eigen::Vector3d;
using Loss = testing::SquaresLoss<double, 9>;
using CountedThreeBody = Counting<ThreeBody<double>>;
using Problem = GradientProblem<CountedThreeBody, Loss>;
using Result = GradientResult<CountedThreeBody>;

enum class Direction { forward, backward };

/// The ACA example on windows, [0, 0.8] and [0, -0.6], without the close approach at t = 0.871: nothing is nearer than
/// 0.13 in them and the tangents grow by two orders of magnitude, so that rounding stays below 1e-12. (The approach
/// itself amplifies it; aca_test.cpp goes through it in long double.) The targets are far from the solution: every term
/// counts.
struct Case {
    Case(std::string_view method, Observe observe, Direction direction)
        : system(AcaExample::system<double>(AcaExample::true_masses<double>()), calls),
          problem{&system, &loss, AcaExample::task<double>(0, 0.8, 1e-6), observe}
    {
        problem.task.options.method = method;
        if (!find_method(method).adaptive()) problem.task.options.step = 0.004;
        if (find_method(method).order == 2) problem.task.options.rtol = 1e-4;
        if (direction == Direction::backward) problem.task.t1 = -0.6;
    }

    /// Times at t0, at t1, twice at one time, and others spread unevenly.
    void observe_many()
    {
        const double end = problem.task.t1;
        for (const double part : {0.0, 0.0, 0.013, 0.1, 0.1, 0.1000001, 0.23, 0.37, 0.5, 0.77, 0.9, 0.999, 1.0, 1.0})
            observe(part * end);
    }
    void observe(double t)
    {
        Loss::Observed target;
        for (int c = 0; c < 9; ++c) target[c] = 0.3 * std::cos(c + 2 * t);
        loss.observe(t, target, std::pow(0.3, std::abs(t)));
    }
    Result run(std::string_view gradient) const { return run_gradient(gradient, problem); }

    Calls calls;
    CountedThreeBody system;
    Loss loss;
    Problem problem;
};

std::vector<std::string> method_ids()
{
    std::vector<std::string> ids;
    for (const auto& info : method_infos) ids.emplace_back(info.id);
    return ids;
}

std::vector<std::string> gradient_ids(bool exact)
{
    std::vector<std::string> ids;
    for (const GradientMethodInfo& info : gradient_method_infos())
        if (info.exact() == exact) ids.emplace_back(info.id);
    return ids;
}

void expect_same_gradient(const Result& result, const Result& reference, double tolerance)
{
    ASSERT_TRUE(result.outcome.ok()) << result.outcome.reason;
    ASSERT_TRUE(reference.outcome.ok()) << reference.outcome.reason;
    EXPECT_NEAR(result.loss, reference.loss, 1e-14 * std::abs(reference.loss));
    EXPECT_LE(relative_error(result.parameters, reference.parameters), tolerance);
    EXPECT_LE(relative_error(result.initial_state, reference.initial_state), tolerance);
}

using Parameter = std::tuple<std::string, Observe, Direction>;
class EveryMethod : public ::testing::TestWithParam<Parameter> {
protected:
    Case make() const { return Case(std::get<0>(GetParam()), std::get<1>(GetParam()), std::get<2>(GetParam())); }
};

std::string name(const ::testing::TestParamInfo<Parameter>& info)
{
    return std::get<0>(info.param) + (std::get<1>(info.param) == Observe::dense ? "_dense" : "_stop") +
           (std::get<2>(info.param) == Direction::forward ? "_forward" : "_backward");
}

INSTANTIATE_TEST_SUITE_P(Methods, EveryMethod,
                         ::testing::Combine(::testing::ValuesIn(method_ids()),
                                            ::testing::Values(Observe::dense, Observe::stop),
                                            ::testing::Values(Direction::forward, Direction::backward)),
                         name);

TEST_P(EveryMethod, ExactGradientsEqualForwardSensitivitiesOfTheSameSteps)
{
    Case c = make();
    c.observe_many();
    const Result reference = c.run("forward");
    for (const std::string& gradient : gradient_ids(true)) {
        SCOPED_TRACE(gradient);
        const Result result = c.run(gradient);
        expect_same_gradient(result, reference, 1e-12);
        EXPECT_EQ(result.forward.accepted, reference.forward.accepted);
        record(gradient, std::max(relative_error(result.parameters, reference.parameters),
                                  relative_error(result.initial_state, reference.initial_state)));
    }
}

TEST_P(EveryMethod, AcaEqualsAComplexStepThroughTheHeldSteps)
{
    Case c = make();
    c.observe_many();
    const Result result = c.run("aca");
    ASSERT_TRUE(result.outcome.ok());

    StepGrid<double> grid;
    GridRecorder<double> recorder(grid, c.problem.task.t0);
    std::vector<double> stops;
    const auto task = with_stops(c.problem, stops).task;
    solve(c.system, task, recorder);

    const auto derivative = [&](Moved moved, Eigen::Index component = 0) {
        return with_method(
            task.options.method, [&]<const auto & tableau>(Method<tableau>) {
                using Complex = std::complex<double>;
                return complex_step<tableau>(c.loss, grid, AcaExample::system<Complex>, task.y0, c.system.parameters(),
                                             moved, component);
            });
    };
    Masses masses;
    for (int i = 0; i < 3; ++i) masses[i] = derivative(Moved::parameter, i);
    State initial_state;
    for (int i = 0; i < 18; ++i) initial_state[i] = derivative(Moved::initial_state, i);
    EXPECT_LE(relative_error(result.parameters, masses), 1e-12);
    EXPECT_LE(relative_error(result.initial_state, initial_state), 1e-12);
    // Derivatives with respect to the ends are differences of terms of the size of the whole gradient.
    const double scale = initial_state.norm();
    EXPECT_NEAR(result.t0.value(), derivative(Moved::t0), 1e-12 * scale);
    EXPECT_NEAR(result.t1.value(), derivative(Moved::t1), 1e-12 * scale);
    record("complex_step",
           std::max(relative_error(result.parameters, masses), relative_error(result.initial_state, initial_state)));
    record("t0", std::abs(result.t0.value() - derivative(Moved::t0)) / scale);
    record("t1", std::abs(result.t1.value() - derivative(Moved::t1)) / scale);
}

TEST_P(EveryMethod, CountsAreThoseOfTheSystemItself)
{
    for (const GradientMethodInfo& info : gradient_method_infos()) {
        if (info.id == "finite-difference" && std::get<0>(GetParam()) != "dopri5") continue;  // 420 solves
        SCOPED_TRACE(info.id);
        Case c = make();
        c.observe_many();
        const Result result = run_gradient(info.id, c.problem);
        ASSERT_TRUE(result.outcome.ok());
        EXPECT_EQ(c.calls.rhs, result.forward.rhs_evaluations + result.backward.rhs_evaluations);
        EXPECT_EQ(c.calls.vjp, result.forward.vjp_evaluations + result.backward.vjp_evaluations);
        EXPECT_EQ(c.calls.jvp, result.forward.jvp_evaluations + result.backward.jvp_evaluations);
    }
}

class EveryGradient : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Exact, EveryGradient, ::testing::ValuesIn(gradient_ids(true)),
                         [](const auto& row) { return row.param; });

TEST_P(EveryGradient, OneObservationGivesTheSameAsForwardSensitivitiesWhereverItIs)
{
    for (const double t : {0.0, 0.0001, 0.31, 0.7999, 0.8})
        for (const Observe observe : {Observe::dense, Observe::stop})
            for (const std::string method : {"dopri5", "dop853"}) {
                SCOPED_TRACE(fmt::format("{} at t = {}", method, t));
                Case c(method, observe, Direction::forward);
                c.observe(t);
                const Result result = c.run(GetParam());
                if (t == 0) {  // the initial state itself: no mass acts on it
                    ASSERT_TRUE(result.outcome.ok());
                    Loss::Observed expected;
                    c.loss.add(0, c.problem.task.y0.head<9>(), expected);
                    EXPECT_EQ(result.parameters, Masses::Zero());
                    EXPECT_EQ(result.initial_state.head<9>(), expected);
                    EXPECT_EQ(result.initial_state.tail<9>(), (Eigen::Matrix<double, 9, 1>::Zero()));
                } else {
                    expect_same_gradient(result, c.run("forward"), 1e-12);
                }
            }
}

TEST_P(EveryGradient, NoObservationsGiveLossAndGradientZero)
{
    const Case c("dopri5", Observe::dense, Direction::forward);
    const Result result = c.run(GetParam());
    ASSERT_TRUE(result.outcome.ok());
    EXPECT_EQ(result.loss, 0);
    EXPECT_EQ(result.parameters, Masses::Zero());
    EXPECT_EQ(result.initial_state, State::Zero());
}

TEST_P(EveryGradient, ObservationTimesOutsideOrOutOfOrderAreArgumentErrors)
{
    for (const auto& times : std::vector<std::vector<double>>{{-0.1}, {0.9}, {0.5, 0.4}, {std::nan("")}}) {
        Case c("dopri5", Observe::dense, Direction::forward);
        for (const double t : times) c.observe(t);
        try {
            c.run(GetParam());
            FAIL() << times.front();
        } catch (const ArgumentError& error) {
            EXPECT_EQ(error.option(), "times");
        }
    }
}

TEST_P(EveryGradient, TheOutcomeOfTheSolveIsTheOutcomeOfTheGradient)
{
    Case c("dopri5", Observe::dense, Direction::forward);
    c.observe_many();
    c.problem.task.options.max_evaluations = 100;
    EXPECT_EQ(c.run(GetParam()).outcome.status, Status::evaluation_limit);
    c.problem.task.options = SolverOptions{};
    std::stop_source source;
    source.request_stop();
    c.problem.task.stop = source.get_token();
    EXPECT_EQ(c.run(GetParam()).outcome.status, Status::stopped);
}

TEST(GradientMethods, FiniteDifferencesAgreeToSevenDigits)
{
    for (const Observe observe : {Observe::dense, Observe::stop}) {
        Case c("dopri5", observe, Direction::forward);
        c.observe_many();
        const Result reference = c.run("aca");
        for (const std::string& gradient : gradient_ids(false)) {
            if (find_gradient_method(gradient).claim != Claim::differences) continue;
            const Result result = c.run(gradient);
            expect_same_gradient(result, reference, 1e-7);
            record(gradient, std::max(relative_error(result.parameters, reference.parameters),
                                      relative_error(result.initial_state, reference.initial_state)));
        }
    }
}

TEST(GradientMethods, AnUnknownOneIsAnArgumentErrorThatNamesTheKnownOnes)
{
    try {
        find_gradient_method("magic");
        FAIL();
    } catch (const ArgumentError& error) {
        EXPECT_EQ(error.option(), "gradient");
        EXPECT_EQ(error.value(), "magic");
        for (const GradientMethodInfo& info : gradient_method_infos())
            EXPECT_THAT(error.what(), ::testing::HasSubstr(std::string(info.id)));
    }
}

TEST(GradientMethods, EachRowOfTheTableDescribesItself)
{
    std::set<std::string_view> ids;
    for (const GradientMethodInfo& info : gradient_method_infos()) {
        EXPECT_TRUE(ids.insert(info.id).second) << info.id;
        EXPECT_FALSE(info.label.empty());
        EXPECT_FALSE(info.source.empty());
        EXPECT_FALSE(info.help.empty());
    }
}

}  // namespace
}  // namespace syzygy
